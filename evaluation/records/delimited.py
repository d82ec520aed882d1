"""CSV files as they lie on disk: checked byte by byte before a parser sees them, and explained when a parser stops.

A parser's own message quotes the row that it could not read.  Ours gives the file, the line, and how many fields stood
where how many were expected.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from ..phrases import counted
from ..terms import Problem, Refused
from .mapping import Encoding

CHUNK = 1 << 22
FIRST = 3  # faulty lines that are named; the rest are counted
VALUE = re.compile(r"[\d\s.:/+-]+")  # a number or a date
GLOB = frozenset("*?[]{}")  # DuckDB would look for other files by these


def digest(path: Path) -> str:
    """The sha256 of a file's bytes."""
    total = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            total.update(chunk)
    return total.hexdigest()


def sound_text(path: Path, encoding: Encoding) -> Iterator[Problem]:
    """What keeps a file from being text in this encoding: NUL bytes, bytes that are no letters, nothing at all."""
    line, at_end = 1, False
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while not at_end:
            chunk = file.read(CHUNK)
            at_end = not chunk
            if at_end and file.tell() == 0:
                yield Problem(path.name, "is empty.", "A table begins with a line of column names.")
                return
            if b"\0" in chunk:
                where = line + chunk.count(b"\n", 0, chunk.index(b"\0"))
                yield Problem(f"{path.name}, line {where}", "holds a NUL byte.", "The file is damaged, or is not plain text.", "Export it again.")
                return
            try:
                decoder.decode(chunk, final=at_end)
            except UnicodeDecodeError as error:
                where = line + (error.object.count(b"\n", 0, error.start) if chunk else 0)
                right = f"Save it as {encoding}, or say what it is in the mapping, or with --encoding: utf-8, latin-1 or cp1252."
                yield Problem(f"{path.name}, line {where}", f"is not {encoding} text.", "", right)
                return
            line += chunk.count(b"\n")


def header(path: Path, encoding: Encoding, delimiter: str) -> tuple[str, ...]:
    """The column names in a file's first line; refuses names that are missing or stand twice."""
    names = tuple(name.strip() for name in next(lines(path, encoding, delimiter), (1, []))[1])
    problems = []
    if "" in names:
        empty = sum(name == "" for name in names)
        problems.append(Problem(f"{path.name}, line 1", f"{counted(empty, 'column')} of {len(names)} has no name.", "", "Name every column."))
    twice = sorted({name for name in names if name and names.count(name) > 1})
    if twice:
        problems.append(Problem(f"{path.name}, line 1", f"names {', '.join(twice)} more than once.", "", "Give every column its own name."))
    if not names:
        problems.append(Problem(path.name, "has no line of column names."))
    if problems:
        raise Refused(*problems)
    return names


def are_names(words: Iterable[str]) -> bool:
    """Whether these can be the names of columns; a first line with a number or a date in it is a row of somebody."""
    return not any(VALUE.fullmatch(part) for word in words for part in re.split(r"[,;|\t]", word))


def delimiters(path: Path, delimiter: str) -> int:
    """How many delimiters stand outside quotes; more than fields need are rows with fields too many, which DuckDB lets pass when empty."""
    import numpy as np

    sign, total, quoted = delimiter.encode(), 0, 0
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            if not quoted and b'"' not in chunk:
                total += chunk.count(sign)
                continue
            letters = np.frombuffer(chunk, np.uint8)
            inside = (np.cumsum(letters == ord('"')) + quoted) % 2
            total += int(np.count_nonzero((letters == sign[0]) & (inside == 0)))
            quoted = int(inside[-1])
    return total


def explained(path: Path, encoding: Encoding, delimiter: str, width: int) -> Problem:
    """Why a parser stopped: fields, quotes or line ends that do not fit."""
    faulty = ragged(path, encoding, delimiter, width)
    if faulty is None and _ends_mixed(path):
        return Problem(path.name, "some lines end as Windows writes them and some do not.", "All lines end in the same way.", "Export it again.")
    return faulty or Problem(path.name, "could not be read as CSV.", "Quotes must pair.", "Export it again.")


def _ends_mixed(path: Path) -> bool:
    """Whether a file has lines that end in CR LF and lines that end in LF alone, or in CR alone."""
    windows, lf, cr, last = 0, 0, 0, b""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            chunk, last = last + chunk, b"\r" if chunk.endswith(b"\r") else b""
            chunk = chunk[:-1] if last else chunk
            windows, lf, cr = windows + chunk.count(b"\r\n"), lf + chunk.count(b"\n"), cr + chunk.count(b"\r")
    return sum(some > 0 for some in (windows, lf - windows, cr + len(last) - windows)) > 1


def ragged(path: Path, encoding: Encoding, delimiter: str, width: int) -> Problem | None:
    """The lines whose number of fields is not `width`, or whose quotes do not pair; None when there are none."""
    faulty: list[tuple[int, int]] = []
    number, total = 1, 0
    try:
        for number, row in lines(path, encoding, delimiter):
            if len(row) != width:
                total += 1
                faulty = [*faulty, (number, len(row))][:FIRST]
    except csv.Error:
        return Problem(f"{path.name}, line {number + 1} or later", "a quote does not pair.", "", "The file is cut off or damaged: export it again.")
    if not faulty:
        return None
    seen = "; ".join(f"line {line}: expected {width} fields, found {found}" for line, found in faulty)
    more = f", and {counted(total - len(faulty), 'more line')} like it" if total > len(faulty) else ""
    return Problem(path.name, f"{seen}{more}.", "", "The file is cut off, or a value holds the delimiter without quotes: export it again.")


def transcoded(path: Path, encoding: Encoding, folder: Path) -> Path:
    """A private UTF-8 copy under a name without special characters."""
    copy = folder / "copy.csv"
    with path.open(encoding=_named(encoding), newline="") as there, copy.open("w", encoding="utf-8", newline="") as here:
        while chunk := there.read(CHUNK):
            here.write(chunk)
    return copy


def needs_copy(path: Path, encoding: Encoding) -> bool:
    """Whether DuckDB cannot read the file where it lies: another encoding, or a path that reads as a pattern."""
    return encoding != "utf-8" or bool(GLOB & set(str(path)))


def lines(path: Path, encoding: Encoding, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """(line number, fields) of each line that is not blank."""
    csv.field_size_limit(sys.maxsize)
    with path.open(encoding=_named(encoding), newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        yield from ((reader.line_num, row) for row in reader if row)


def _named(encoding: Encoding) -> str:
    return "utf-8-sig" if encoding == "utf-8" else encoding
