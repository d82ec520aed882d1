"""Puts a new folder in place at one stroke: whoever looks sees all of it or nothing."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from evaluation.records.disk import FULL, sync, sync_folder
from evaluation.terms import Problem, Refused


@contextmanager
def whole(folder: Path | str) -> Iterator[Path]:
    """A folder to write into, which becomes `folder`, whole and on the disk, when the block ends well.

    If the block fails or the disk fills up, nothing stays.  If the process is killed, a hidden folder `.NAME.half` stays beside
    the place of `folder`, and the next run sweeps it away.  Refuses a folder that holds anything, a second run at the same
    time, and a place that cannot be written to.
    """
    folder = Path(folder).resolve()
    half = folder.with_name(f".{folder.name}.half")
    _refuse(taken(folder))
    with _lock_file(half, folder) as handle:
        _lock(handle.fileno(), folder)
        if not _stands(half / "lock", handle.fileno()):
            raise Refused(_busy(folder))
        try:
            with _told(folder):
                _refuse(taken(folder))  # another run may have ended since
                fresh = half / "new"
                shutil.rmtree(fresh, ignore_errors=True)
                fresh.mkdir()
                yield fresh
                _sealed(fresh)
                if folder.exists():
                    folder.rmdir()
                fresh.rename(folder)
                sync_folder(folder.parent)
        finally:
            _swept(half, handle)


def taken(folder: Path) -> tuple[Problem, ...]:
    """What stands in the way of a new folder at this place: none, where nothing is there but perhaps an empty folder."""
    with _told(folder):
        if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
            return ()
    return (Problem(str(folder), "there is something here already.", "An invented county needs an empty folder.", "Name another one."),)


def _refuse(problems: tuple[Problem, ...]) -> None:
    if problems:
        raise Refused(*problems)


def _lock_file(half: Path, folder: Path) -> IO[bytes]:
    """The file that whoever writes the folder holds a lock on."""
    with _told(folder):
        half.mkdir(parents=True, exist_ok=True)
        try:
            return (half / "lock").open("ab")
        except FileNotFoundError:  # a run that ended in this very moment swept it away
            raise Refused(_busy(folder)) from None


def _stands(lock: Path, descriptor: int) -> bool:
    """Whether the lock that was taken is the one that the next run will find: a run that ended since may have swept it away."""
    try:
        return os.path.samestat(lock.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _swept(half: Path, handle: IO[bytes]) -> None:
    """Removes what a run leaves beside its folder, the lock last and while it is held: what another run makes is never touched."""
    shutil.rmtree(half / "new", ignore_errors=True)
    if sys.platform == "win32":
        handle.close()  # Windows removes no file that is open, be it here or in another run
    with suppress(OSError):
        (half / "lock").unlink()
        half.rmdir()
    handle.close()


def _busy(folder: Path) -> Problem:
    return Problem(str(folder), "another run is writing this folder.", "", "Wait until it ends, or name another one.")


def _lock(descriptor: int, folder: Path) -> None:
    """Takes the lock, which the system lets go of when the process ends, however it ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        raise Refused(_busy(folder)) from None


def _sealed(fresh: Path) -> None:
    """Everything on the disk, before the folder gets its name."""
    for path in sorted(fresh.rglob("*")):
        if path.is_dir():
            sync_folder(path)
        else:
            sync(path)
    sync_folder(fresh)


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Turns what the file system says into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            remedy = "Free some space, or name a folder on another disk; nothing was left behind."
            raise Refused(Problem(str(folder), "the disk is full.", "", remedy)) from error
        found = f"could not be written: {error.strerror or 'the system gave no reason'}."
        raise Refused(Problem(str(folder), found, "", "Name a folder that may be written to; nothing was left behind.")) from error
