"""Puts a whole output folder in place at one stroke: whoever looks sees the old output or the new, never a mixture."""

from __future__ import annotations

import ctypes
import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from ..records.disk import FULL, sync, sync_folder
from ..terms import Problem, Refused

COMPLETE = "COMPLETE"  # written last; lists what was written, in the form that `sha256sum --check` reads


@dataclass(frozen=True, slots=True)
class Output:
    """A folder being written: what stays in the county, and what may leave it."""

    internal: Path
    release: Path


@contextmanager
def placed(out: Path | str) -> Iterator[Output]:
    """A new output folder, split in its two halves, that takes the place of `out` when the block ends well; see `whole`."""
    with whole(out) as fresh:
        halves = Output(fresh / "internal", fresh / "release")
        halves.internal.mkdir()
        halves.release.mkdir()
        yield halves


@contextmanager
def whole(out: Path | str) -> Iterator[Path]:
    """A new, empty folder that takes the place of `out`, whole, when the block ends well.

    If the block fails, the disk fills up, or the process is killed at any step, `out` stays as it was, and what was left
    beside it is swept away by the next run.  Where a file system cannot exchange two folders at one stroke (Windows, some
    network drives), a kill between two renames leaves the old output aside, and the next run puts it back first.
    Refuses a folder that is not an output, and a second run at the same time.
    """
    out = Path(out).resolve()
    fresh = _aside(out, "new")
    with _locked(out):
        with _told(out):
            _settle(out)
            _only_ours(out)
            fresh.mkdir(parents=True)
        try:
            with _told(out, FULL):
                yield fresh
            with _told(out):
                _seal(fresh)
                _take_the_place(fresh, out)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)


def settle(out: Path | str) -> bool:
    """Whether a whole output stands at `out`, once what a killed run left there is swept away."""
    out = Path(out).resolve()
    if out.parent.is_dir():
        with _locked(out), _told(out):
            _settle(out)
    return is_whole(out)


def is_whole(out: Path) -> bool:
    """Whether every file of a finished output is there, unchanged since it was written."""
    try:
        lines = (out / COMPLETE).read_text(encoding="utf-8").splitlines()
        return all(_digest(out / name) == digest for digest, name in (line.split("  ", 1) for line in lines))
    except (OSError, ValueError):
        return False


def written(path: Path, content: str | bytes) -> None:
    """A file put in place at one stroke, text as UTF-8: whoever reads it sees the old content or the new."""
    half = _aside(path, "new")
    with _told(path):
        try:
            half.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
            sync(half)
            half.replace(path)
        finally:
            half.unlink(missing_ok=True)


# ------------------------------------------------------------------------------------------------ one run at a time
@contextmanager
def _locked(out: Path) -> Iterator[None]:
    """Holds the lock of `out`; the system lets go of it when the process ends, however it ends."""
    with _told(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        handle = _aside(out, "lock").open("ab")
    with handle:
        try:
            _lock(handle.fileno())
        except (BlockingIOError, PermissionError):
            busy = Problem(str(out), "another run is writing this output.", remedy="Wait until it ends, or choose another folder with --out.")
            raise Refused(busy) from None
        yield


def _lock(descriptor: int) -> None:
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _settle(out: Path) -> None:
    """Sweeps away what a killed run left; puts the old output back if it was killed between two renames."""
    old = _aside(out, "old")
    if old.exists() and not out.exists():
        old.replace(out)
    for left in (old, _aside(out, "new")):
        if left.exists():
            shutil.rmtree(left)


def _only_ours(out: Path) -> None:
    """Refuses to replace what this module did not write: a mistyped --out must never cost anybody a folder."""
    if out.is_dir() and ((out / COMPLETE).is_file() or not any(out.iterdir())):
        return
    if out.exists():
        raise Refused(Problem(str(out), "is not an output of an earlier run, and is not empty.", remedy="Choose another folder with --out."))


# ------------------------------------------------------------------------------------------------ the stroke
def _seal(fresh: Path) -> None:
    """Everything on the disk first, and only then the marker that says so."""
    files = sorted((path for path in fresh.rglob("*") if path.is_file()), key=lambda path: path.relative_to(fresh).as_posix())
    for path in files:
        sync(path)
    for folder in (path for path in fresh.rglob("*") if path.is_dir()):
        sync_folder(folder)
    listing = "".join(f"{_digest(path)}  {path.relative_to(fresh).as_posix()}\n" for path in files)
    (fresh / COMPLETE).write_text(listing, encoding="utf-8", newline="\n")
    sync(fresh / COMPLETE)
    sync_folder(fresh)


def _take_the_place(fresh: Path, out: Path) -> None:
    """`fresh` becomes `out`; what stood there is gone, or lies at `fresh`, for the caller to remove."""
    if not out.exists():
        fresh.replace(out)
    elif not _exchanged(fresh, out):
        old = _aside(out, "old")
        out.replace(old)
        try:
            fresh.replace(out)
        except OSError:
            old.replace(out)
            raise
        shutil.rmtree(old, ignore_errors=True)  # the new output stands: what cannot be removed now is swept next time
    sync_folder(out.parent)


def _exchanged(one: Path, other: Path) -> bool:
    """Whether the system swapped two folders at one stroke; Python has no call for it (Linux 3.15, macOS 10.12)."""
    name, before, between = {"linux": ("renameat2", (-100,), (-100,)), "darwin": ("renamex_np", (), ())}.get(sys.platform, ("", (), ()))
    call = getattr(ctypes.CDLL(None), name, None) if name else None
    if call is None:
        return False
    swap = ctypes.c_uint(2)  # RENAME_EXCHANGE, RENAME_SWAP
    return bool(call(*before, os.fsencode(one), *between, os.fsencode(other), swap) == 0)


def _aside(out: Path, what: str) -> Path:
    return out.with_name(f".{out.name}.{what}")


def _digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


@contextmanager
def _told(out: Path, codes: frozenset[int] | None = None) -> Iterator[None]:
    """Turns what the file system says (only `codes`, if given) into a sentence."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            remedy = "Free some space and run again; what stood there before still stands."
            raise Refused(Problem(str(out), "the disk is full.", remedy=remedy)) from error
        if codes is not None:
            raise
        why = (error.strerror or type(error).__name__).lower()
        remedy = "Close what is open in it, check that you may write there, or choose another folder with --out."
        raise Refused(Problem(str(out), f"the output cannot be written ({why}).", remedy=remedy)) from error
