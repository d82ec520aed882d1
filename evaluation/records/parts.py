"""Which file fills which canonical table, by its mapping or by its name, and whether the columns it needs are there."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from ..phrases import listed, nearest
from ..terms import Problem, Refused
from .contract import CONTRACT
from .delimited import are_names
from .mapping import CountyMapping, TableEntry
from .shelves import Shelf
from .values import FITS, Raw

SUFFIXES = (".csv", ".parquet")  # of files that may carry a canonical table under its own name
DELIMITERS = (";", "|", "\t", ",")
HOLDS = {
    "text": "text",
    "whole": "whole numbers",
    "number": "decimal numbers",
    "truth": "true and false",
    "day": "dates",
    "moment": "times",
    "zoned": "times with a zone",
    "other": "values of a type that records do not use",
}


WANTS = {"text": "text", "day": "dates", "money": "dollars", "whole": "whole numbers", "number": "numbers"}


@dataclass(frozen=True, slots=True)
class Part:
    """One file that fills one canonical table, with the file's columns in their order."""

    entry: TableEntry
    holds: Mapping[str, Raw]

    @property
    def wanted(self) -> tuple[str, ...]:
        """The file's columns that are read, in the file's order."""
        return tuple(name for name in self.holds if name in self.entry.columns.values())


def parts_of(held: Shelf, declared: CountyMapping) -> tuple[tuple[Part, ...], tuple[str, ...]]:
    """The parts of a place, and sentences about what is there and not read; refuses with everything that is missing."""
    by_name = [entry for name in held.names if name not in {entry.file for entry in declared.table} for entry in _by_name(name)]
    problems = [*_files_missing(held, declared), *_files_twice(by_name), *_misnamed(held, declared, by_name)]
    parts: list[Part] = []
    unread: list[str] = []
    for number, entry in enumerate((*declared.table, *by_name), start=1):
        if entry.file not in held.names:
            continue
        mapped = number <= len(declared.table)
        try:
            holds = held.columns(entry)
        except Refused as refused:
            problems += [problem for problem in refused.problems if problem not in problems]
            continue
        if not mapped:
            entry = replace(entry, columns={name: name for name in CONTRACT[entry.to].names if name in holds})
            unread += _columns_unread(entry, holds)
        found = [*(_columns_mapped(entry, holds) if mapped else _columns_named(entry, holds)), *_types(entry, holds)]
        problems += found
        parts += [] if found else [Part(entry, holds)]
    problems += _people_missing(declared, by_name)
    if problems:
        raise Refused(*problems)
    idle = [name for name in held.names if name not in {part.entry.file for part in parts}]
    return tuple(parts), (*((f"Not read, because nothing says what they hold: {listed(idle)}.",) if idle else ()), *unread)


def _by_name(name: str) -> Iterator[TableEntry]:
    if _stem(name) in CONTRACT:
        yield TableEntry(to=_stem(name), file=name)


def _stem(name: str) -> str:
    return Path(name).stem if Path(name).suffix.lower() in SUFFIXES else name


def _files_missing(held: Shelf, declared: CountyMapping) -> Iterator[Problem]:
    for number, entry in enumerate(declared.table, start=1):
        if entry.file not in held.names:
            yield Problem(f"[[table]] {number}", f"'{entry.file}' is not there.", f"There: {listed(held.names)}.", nearest(entry.file, held.names))
    if not declared.table and not any(_stem(name) in CONTRACT for name in held.names):
        remedy = "Name the files after the tables, or draft a mapping with `betteroff init`."
        yield Problem("records", f"none of the tables is there; found {listed(held.names)}.", f"The tables are {listed(CONTRACT)}.", remedy)


def _files_twice(by_name: list[TableEntry]) -> Iterator[Problem]:
    for name in CONTRACT:
        files = [entry.file for entry in by_name if entry.to == name]
        if len(files) > 1:
            yield Problem(" and ".join(files), f"are both the table {name}.", "", "Keep one.")


def _misnamed(held: Shelf, declared: CountyMapping, by_name: list[TableEntry]) -> Iterator[Problem]:
    """Files that are a table but for an s or a capital."""
    filled = {entry.to for entry in (*declared.table, *by_name)}
    mapped = {entry.file for entry in declared.table}
    for name in held.names:
        for meant in CONTRACT:
            if name not in mapped and _stem(name) != meant and _stem(name).lower() in (meant, meant + "s") and meant not in filled:
                yield Problem(name, "is not read: no table has this name.", "", f"Did you mean '{name.replace(_stem(name), meant)}'?")


def _people_missing(declared: CountyMapping, by_name: list[TableEntry]) -> Iterator[Problem]:
    filled = [entry.to for entry in (*declared.table, *by_name)]
    about = [name for name in CONTRACT if name in filled and "person_id" in CONTRACT[name]]
    if about and "person" not in filled:
        yield Problem("records", f"{listed(about)} name people, and there is no person table.", "", "Add person.csv with one row for each person.")
    for number, entry in enumerate(declared.table, start=1):
        if entry.ids == "source" and "crosswalk" not in filled:
            remedy = "Add crosswalk.csv: source, source_id, person_id."
            yield Problem(f"[[table]] {number} ({entry.file})", "has a source's own ids, and there is no crosswalk.", "", remedy)


def _columns_named(entry: TableEntry, holds: Mapping[str, Raw]) -> Iterator[Problem]:
    canonical = CONTRACT[entry.to]
    extra = [name for name in holds if name not in canonical]
    for name in canonical.required:
        if name not in holds:
            yield Problem(entry.file, f"has no column {name}.", _found(holds), nearest(name, extra) if are_names(holds) else "")
    for name in canonical.names:
        near = [other for other in extra if other.lower().strip().replace(" ", "_") == name]
        if name not in holds and name not in canonical.required and near:
            yield Problem(entry.file, f"has a column '{near[0]}', which is not read.", "", f"Did you mean '{name}'?")


def _columns_mapped(entry: TableEntry, holds: Mapping[str, Raw]) -> Iterator[Problem]:
    for canonical, name in entry.columns.items():
        if name not in holds:
            hint = nearest(name, holds) if are_names(holds) else ""
            mapped = frozenset(word.lower() for word in entry.columns.values())
            yield Problem(entry.file, f"has no column '{name}', which is to fill {canonical}.", _found(holds, mapped), hint)


def _columns_unread(entry: TableEntry, holds: Mapping[str, Raw]) -> Iterator[str]:
    extra = [name for name in holds if name not in entry.columns]
    if extra and are_names(holds):
        yield f"{entry.file}: not read, because {entry.to} has no such column: {listed(extra)}."


def _types(entry: TableEntry, holds: Mapping[str, Raw]) -> Iterator[Problem]:
    columns = {column.name: column for column in CONTRACT[entry.to]}
    for name, file_column in entry.columns.items():
        held, wanted = holds.get(file_column), columns[name].type
        if held is None or held in FITS[wanted]:
            continue
        remedy = "Write local dates, such as 2021-03-31." if wanted == "day" else ""
        if wanted == "text" and held == "number":
            remedy = "Text that went through decimal numbers has lost leading zeros or last digits: read it as text from the start."
        found = f"holds {HOLDS[held]}, and {name} wants {WANTS[wanted]}."
        yield Problem(f"{entry.file}, column '{file_column}'", found, "", remedy)


def _words(holds: Mapping[str, Raw]) -> set[str]:
    """The names in a first line, in small letters, whatever its delimiter."""
    return {word.strip().lower() for name in holds for word in re.split(r"[,;|\t]", name)}


def _found(holds: Mapping[str, Raw], known: frozenset[str] = frozenset()) -> str:
    """The names that stand there, where one of them is known: a first line without any may be a row of somebody."""
    if not are_names(holds) or not (known | {name for table in CONTRACT.values() for name in table.names}) & _words(holds):
        return "Its first line does not look like column names."
    signs = [sign for sign in DELIMITERS if any(sign in name for name in holds)] if len(holds) == 1 else []
    return f"Found: {listed(holds)}." + (f" Is its delimiter {signs[0]!r}? Declare it in records.toml." if signs else "")
