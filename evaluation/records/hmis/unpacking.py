"""A zip or a folder of an export, opened safely: nothing is written outside a private folder, and no link is followed."""

from __future__ import annotations

import shutil
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeVar

from ...phrases import counted, listed
from ...terms import Problem, Refused

LARGEST = 16 * 2**30  # bytes of one export, unpacked: forty times that of a million enrolments
CHUNK = 1 << 20
Held = TypeVar("Held")


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Where an export's files lie: a folder, and in it the file of each name, such as Client."""

    folder: Path
    files: Mapping[str, str]


@contextmanager
def unpacked(export: Path, names: Sequence[str], largest: int = LARGEST) -> Iterator[Unpacked]:
    """The export's files of these names; of a zip, in a private copy that disappears with the block.

    Refuses, with all that is wrong: what is not there, is no zip or is cut off; names that lead out of the zip, links, locked or
    oversized contents; files that are missing; and two exports in one place.
    """
    if not export.exists():
        raise Refused(Problem(str(export), "is not there.", "", "Name an HMIS CSV export: a zip, or the folder that it was unpacked to."))
    if export.is_dir():
        yield Unpacked(export, _of_folder(export, names))
        return
    with tempfile.TemporaryDirectory(prefix="betteroff-") as private:
        fresh = Path(private).resolve()
        _extracted(export, names, fresh, largest)
        yield Unpacked(fresh, {name: f"{name}.csv" for name in names})


def _of_folder(folder: Path, names: Sequence[str]) -> dict[str, str]:
    links = sorted(path.name for path in folder.iterdir() if path.is_symlink() and path.suffix.lower() == ".csv")
    if links:
        raise Refused(
            Problem(folder.name, f"holds {counted(len(links), 'link')} in place of files: {listed(links)}.", "", "Copy the files themselves.")
        )
    return _chosen({path.name: path.name for path in sorted(folder.iterdir()) if path.is_file()}, names, folder.name)


def _extracted(export: Path, names: Sequence[str], fresh: Path, largest: int) -> None:
    try:
        with zipfile.ZipFile(export) as archive:
            members = [member for member in archive.infolist() if not member.filename.endswith("/") and not member.filename.startswith("__MACOSX/")]
            problems = list(_unsafe(members, export.name, largest, shutil.disk_usage(fresh).free))
            if problems:
                raise Refused(*problems)
            chosen = _chosen({member.filename: member for member in members}, names, export.name)
            left = largest
            for name, member in chosen.items():
                left = _copied(archive, member, fresh / f"{name}.csv", left, export.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError):
        cut = _begins_as_zip(export)
        found = "is a zip that is cut off or damaged." if cut else "is no zip."
        raise Refused(Problem(export.name, found, "An HMIS CSV export is a zip of CSV files, or a folder of them.", "Export it again.")) from None


def _unsafe(members: Sequence[zipfile.ZipInfo], where: str, largest: int, free: int) -> Iterator[Problem]:
    """What a member of a zip must not be; a hostile name is never spelled out."""
    nameless = sum(not PurePosixPath(member.filename.replace("\\", "/")).parts for member in members)
    if nameless:
        yield Problem(where, f"{counted(nameless, 'file')} in the zip {'has' if nameless == 1 else 'have'} no name.", "", "Export it again.")
    twice = len(members) - len({member.filename for member in members})
    if twice:
        yield Problem(where, f"{counted(twice, 'file')} of one name stand{'s' * (twice == 1)} twice in it.", "", "Export it again.")
    outside = sum(_leads_out(member.filename) for member in members)
    if outside:
        yield Problem(where, f"{counted(outside, 'name')} in the zip would lead out of it.", "", "Do not unpack it; ask where it came from.")
    links = sum(stat.S_ISLNK(member.external_attr >> 16) for member in members)
    if links:
        yield Problem(where, f"{counted(links, 'entry', 'entries')} of the zip {'is a link' if links == 1 else 'are links'} and no file.")
    locked = sum(bool(member.flag_bits & 1) for member in members)
    if locked:
        yield Problem(
            where, f"{counted(locked, 'file')} in the zip {'is' if locked == 1 else 'are'} locked by a password.", "", "Unpack it to a folder."
        )
    size = sum(member.file_size for member in members)
    if size > largest:
        yield Problem(where, f"would unpack to {size:,} bytes, more than {largest:,}.", "", "Export fewer years, or unpack it to a folder yourself.")
    elif size > free:
        yield Problem(where, f"would unpack to {size:,} bytes, and {free:,} are free here.", "", "Make room, or set TMPDIR to a larger disk.")


def _leads_out(name: str) -> bool:
    path = PurePosixPath(name.replace("\\", "/"))
    return path.is_absolute() or ".." in path.parts or ":" in "".join(path.parts[:1])


def _chosen(held: Mapping[str, Held], names: Sequence[str], where: str) -> dict[str, Held]:
    """The files wanted, by name: all in the one folder that holds Export.csv, whatever the case of their names."""
    folders = sorted({_folder(name) for name in held if _base(name) == "export.csv"})
    if len(folders) > 1:
        raise Refused(Problem(where, f"holds {len(folders)} exports: Export.csv lies in {len(folders)} folders.", "", "Import them one at a time."))
    there: dict[str, list[str]] = {}
    for name in held:
        if _folder(name) == (folders or [""])[0]:
            there.setdefault(_base(name), []).append(name)
    twice = sum(len(same) > 1 for same in there.values())
    if twice:
        raise Refused(Problem(where, f"{counted(twice, 'file')} of one name stand twice in it.", "", "Export it again."))
    missing = [f"{name}.csv" for name in names if f"{name.lower()}.csv" not in there]
    if missing:
        right = f"An HMIS CSV export has {counted(len(names), 'file')} that are read here: {listed(f'{name}.csv' for name in names)}."
        found = f"has no {listed(missing)}." if len(missing) < len(names) else "is no HMIS CSV export: it has none of the files that are read here."
        raise Refused(Problem(where, found, right, "Export all files, those without a row too."))
    return {name: held[there[f"{name.lower()}.csv"][0]] for name in names}


def _folder(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[0]


def _base(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2].lower()


def _copied(archive: zipfile.ZipFile, member: zipfile.ZipInfo, to: Path, left: int, where: str) -> int:
    """Copies one file and says how many bytes may still come; what a zip says of its size is not believed."""
    with archive.open(member) as there, to.open("wb") as here:
        while chunk := there.read(CHUNK):
            left -= len(chunk)
            if left < 0:
                raise Refused(Problem(where, "unpacks to more than its own list says.", "", "Do not unpack it; ask where it came from."))
            here.write(chunk)
    return left


def _begins_as_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"PK"
