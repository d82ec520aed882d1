"""The mapping: a TOML file that says which of a county's files and columns fill which canonical table, and what each source covers.

    [source.jail]
    owner = "Sheriff's Office"
    first = 2015-01-01
    last = 2023-12-31
    lag_days = 90
    grain = "day"

    [[table]]
    to = "spell"
    file = "bookings.csv"
    date_format = "%m/%d/%Y"
    inclusive_end = true
    columns = { person_id = "jms_person_id", start = "book_dt", stop = "release_dt" }
    set = { kind = "jail", source = "jail" }

All its mistakes are reported at once.  No word of it is ever run: columns are named, never expressed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from ..phrases import listed, nearest
from ..terms import Problem, Refused
from .contract import CONTRACT, OPEN_ENDED, Column, Table
from .toml import Document, read

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

QUESTION = "# ?"  # what a line of a draft begins with that a person must answer
Encoding = Literal["utf-8", "latin-1", "cp1252"]
Grain = Literal["day", "week", "month"]

# no %y: a two-digit year has two centuries to choose from; no %z: days are local dates
DIRECTIVES = frozenset("YmdbBjHMSIpf%")
WANTED = (  # what pydantic calls a mistake, and what would be right
    ("string", "text in quotes"),
    ("date", "a date without quotes: 2021-03-31"),
    ("int", "a whole number"),
    ("bool", "true or false"),
    ("dict", 'a table: { canonical = "column of the file" }'),
    ("mapping", 'a table: { canonical = "column of the file" }'),
    ("tuple", "a list"),
    ("dataclass", "a table of settings"),
)
DATES = ({"Y", "m", "d"}, {"Y", "b", "d"}, {"Y", "B", "d"}, {"Y", "j"})  # any of these names one day


class Declared:
    """What a mapping declares: a word that is not a field is a mistake, never ignored."""

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, str]] = {"extra": "forbid"}


@dataclass(frozen=True, slots=True)
class SourceEntry(Declared):
    """What a county says about one source: whose it is, what it may be used for, and what it covers."""

    owner: str = ""
    agreement: str = ""
    permits: tuple[str, ...] = ("*",)  # patterns over the names of outcomes
    expires: date | None = None
    first: date | None = None
    last: date | None = None
    lag_days: int | None = None
    grain: Grain | None = None

    @property
    def covers(self) -> bool:
        """Whether it says what the source covers."""
        return any(value is not None for value in (self.first, self.last, self.lag_days, self.grain))


@dataclass(frozen=True, slots=True)
class TableEntry(Declared):
    """How one file fills one canonical table."""

    to: str
    file: str  # a file of the folder, a sheet of the workbook, a table of the database, or the name of a frame
    columns: Mapping[str, str] = field(default_factory=dict)  # canonical column -> the file's column
    set: Mapping[str, str | int | date] = field(default_factory=dict)  # canonical column -> the same for every row
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # canonical column -> the file's code -> our word
    date_format: str | None = None  # None: ISO, 2021-03-31
    open: str | None = None  # how the file writes an end that has not come
    inclusive_end: bool = False  # the file's stop is the last day, not the first day after it
    not_yet: bool = False  # a row whose day is empty has not happened yet, and is no fault
    collapse: tuple[str, ...] = ()  # kinds: of rows alike in all but kind, the one whose kind stands first here is kept
    ids: Literal["person", "source"] = "person"  # source: the source's own ids, which the crosswalk turns into people
    delimiter: str = ","
    encoding: Encoding = "utf-8"


@dataclass(frozen=True, slots=True)
class CountyMapping(Declared):
    """A whole mapping file."""

    source: Mapping[str, SourceEntry] = field(default_factory=dict)
    table: tuple[TableEntry, ...] = ()


def read_mapping(path: Path) -> CountyMapping:
    """The mapping in a TOML file; refuses it with all its mistakes."""
    try:
        written = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise Refused(Problem(path.name, "cannot be read.", "", error.strerror or "")) from None
    except UnicodeDecodeError:
        raise Refused(Problem(path.name, "is not UTF-8 text.", "", "Save it as UTF-8.")) from None
    return parse_mapping(read(written, path.name), path.name)


def parse_mapping(document: Document, where: str) -> CountyMapping:
    """A mapping from TOML that was already read; `where` names the file in what is refused."""
    from pydantic import TypeAdapter, ValidationError

    def line(*path: str | int) -> str:
        return f"{where}:{document.line(path)}"

    try:
        mapping = TypeAdapter(CountyMapping).validate_python(document.values)
    except ValidationError as error:
        raise Refused(*(_misspelt(detail, line(*detail["loc"])) for detail in error.errors(include_url=False))) from None
    problems: list[Problem] = []
    for name, source in mapping.source.items():
        problems += _source_problems(source, f"{line('source', name)}: [source.{name}]")
    for number, entry in enumerate(mapping.table):
        problems += _table_problems(entry, f"{line('table', number)}: [[table]] {number + 1} ({entry.file})")
    if problems:
        raise Refused(*problems)
    return mapping


def _misspelt(detail: ErrorDetails, where: str) -> Problem:
    """A mistake that the types show, in our words."""
    path = [part for part in detail["loc"] if not isinstance(part, str) or "[" not in part]
    place = where + ": " + ".".join(str(part + 1) if isinstance(part, int) else part for part in path)
    if detail["type"] == "unexpected_keyword_argument":
        shape = CountyMapping if len(path) == 1 else SourceEntry if path[0] == "source" else TableEntry
        words = [each.name for each in fields(shape)]
        return Problem(place, "is not a word of a mapping.", f"Known here: {listed(words)}.", nearest(str(path[-1]), words))
    if detail["type"] in ("missing", "missing_argument"):
        return Problem(place, "is missing.")
    wanted = next((words for start, words in WANTED if detail["type"].startswith(start)), "")
    expected = f"one of {detail['ctx']['expected']}" if "literal" in detail["type"] else wanted
    return Problem(place, "does not fit.", f"It should be {expected or detail['msg']}.")


def _source_problems(entry: SourceEntry, where: str) -> Iterator[Problem]:
    covering = {"first": entry.first, "last": entry.last, "lag_days": entry.lag_days, "grain": entry.grain}
    missing = [name for name, value in covering.items() if value is None]
    if entry.covers and missing:
        yield Problem(where, f"says what the source covers without {listed(missing)}.", "", "Coverage needs first, last, lag_days and grain.")
    if entry.first and entry.last and entry.last < entry.first:
        yield Problem(where, "ends before it begins.", "`last` is the last day covered, not before `first`.")
    if entry.lag_days is not None and entry.lag_days < 0:
        yield Problem(where, "lag_days is below 0.", "It counts the days at the end that are not complete yet.")


def _table_problems(entry: TableEntry, where: str) -> Iterator[Problem]:
    if entry.to not in CONTRACT:
        yield Problem(where, f"to = '{entry.to}' is not a canonical table.", f"The tables are {listed(CONTRACT)}.", nearest(entry.to, CONTRACT))
        return
    table = CONTRACT[entry.to]
    yield from _column_problems(entry, table, where)
    yield from _constant_problems(entry, table, where)
    yield from _date_problems(entry, where)
    if entry.open is not None and OPEN_ENDED.isdisjoint(entry.columns):
        yield Problem(where, f"open needs a column for {' or '.join(name for name in table.names if name in OPEN_ENDED) or 'an end'}.")
    if entry.inclusive_end and "stop" not in entry.columns:
        yield Problem(where, "inclusive_end needs a column for `stop`.")
    yield from _happening_problems(entry, table, where)
    if entry.ids == "source" and not (table.about_people and table.sourced and table.name != "crosswalk"):
        yield Problem(where, f"ids = 'source' does not fit {table.name}.", "It is for tables that have a person_id and a source.")
    if len(entry.delimiter) != 1 or not entry.delimiter.isascii() or entry.delimiter in '"\r\n\0':
        yield Problem(where, "the delimiter is not one plain character.", 'Usual ones: "," ";" "|" "\\t".')


def _happening_problems(entry: TableEntry, table: Table, where: str) -> Iterator[Problem]:
    if entry.not_yet and table.day not in entry.columns:
        yield Problem(where, f"not_yet needs a column for {table.day or 'a day'}.")
    if entry.collapse and not ("kind" in table and table.day):
        yield Problem(where, f"collapse does not fit {table.name}.", "It is for tables whose rows have a kind and a day.")
        return
    kinds = {entry.set["kind"]} if "kind" in entry.set else set(entry.codes.get("kind", {}).values())
    missing = sorted(str(kind) for kind in kinds if kind not in entry.collapse)
    if entry.collapse and (missing or not kinds):
        found = f"collapse leaves out {listed(missing)}." if missing else "collapse needs codes.kind, or a kind in set."
        yield Problem(where, found, "It puts every kind that the file has in order, the most serious first.")


def _column_problems(entry: TableEntry, table: Table, where: str) -> Iterator[Problem]:
    for block, words in (("columns", entry.columns), ("set", entry.set), ("codes", entry.codes)):
        for word in words:
            if word not in table:
                found = f"{block}.{word} is not a column of {table.name}."
                yield Problem(where, found, f"Its columns are {listed(table.names)}.", nearest(word, table.names))
    for word in entry.columns:
        if word in entry.set:
            yield Problem(where, f"{word} is both in columns and in set.", "", "Keep one.")
    missing = [name for name in table.required if name not in entry.columns and name not in entry.set]
    if missing:
        yield Problem(where, f"{listed(missing)} of {table.name} stays empty.", "", "Name the file's column in columns, or one value in set.")
    for word, codes in entry.codes.items():
        if word in table and word not in entry.columns:
            yield Problem(where, f"codes.{word} has no column to read.", "", f"Name it in columns: {word} = ...")
        elif word in table and _column(table, word).type != "text":
            yield Problem(where, f"codes.{word} maps codes to words, and {word} is no text.")
        elif word in table and _column(table, word).codes:
            allowed = _column(table, word).codes
            for meant in sorted({meant for meant in codes.values() if meant not in allowed}):
                yield Problem(where, f"codes.{word} maps to '{meant}'.", f"{word} is one of {listed(allowed)}.", nearest(meant, allowed))


def _constant_problems(entry: TableEntry, table: Table, where: str) -> Iterator[Problem]:
    wanted = {"text": str, "day": date, "money": int, "whole": int, "number": int}
    for word, value in entry.set.items():
        if word not in table:
            continue
        column = _column(table, word)
        if not isinstance(value, wanted[column.type]) or value == "":
            right = {"text": "text in quotes", "day": "a date without quotes"}.get(column.type, "a whole number")
            yield Problem(where, f"set.{word} does not fit.", f"{word} wants {right}.")
        elif column.codes and value not in column.codes:
            yield Problem(where, f"set.{word} is '{value}'.", f"{word} is one of {listed(column.codes)}.", nearest(str(value), column.codes))


def _date_problems(entry: TableEntry, where: str) -> Iterator[Problem]:
    if entry.date_format is not None:
        used = entry.date_format.replace("%%", "").split("%")[1:]
        unknown = sorted({part[:1] for part in used if part[:1] not in DIRECTIVES})
        if "y" in unknown:
            yield Problem(where, "date_format has %y: a two-digit year has two centuries to choose from.", "", "Export years with four digits (%Y).")
        elif unknown:
            yield Problem(where, f"date_format has {listed('%' + part for part in unknown)}.", "Known: %Y %m %d %b %B %j, and %H %M %S for a time.")
        elif not any(parts <= {part[:1] for part in used} for parts in DATES):
            yield Problem(where, "date_format does not name one day.", "It needs %Y with %m and %d, with %b and %d, or with %j.")
        elif entry.open is not None and parsed_open(entry) is None:
            yield Problem(where, "open does not fit date_format.", "", "Write it the way the file does.")
    elif entry.open is not None and parsed_open(entry) is None:
        yield Problem(where, "open is not an ISO date.", 'Without date_format, write it as "9999-12-31".')


def parsed_open(entry: TableEntry) -> date | None:
    """The day that the file writes for an end that has not come; None when there is none, or it fits no format."""
    try:
        return datetime.strptime(entry.open or "", entry.date_format or "%Y-%m-%d").date()
    except ValueError:
        return None


def _column(table: Table, name: str) -> Column:
    return next(column for column in table if column.name == name)
