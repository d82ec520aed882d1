"""An export's files as typed tables in an engine, and what is wrong with their rows in counts.

Every column is read as text and then held against what it is to be: a day is ISO, a code is a whole number.  A row without a value
that it needs is left out and counted; so are rows that were deleted, and rows that share an id and differ.  Days are whole numbers
since 1970-01-01, as everywhere in the records.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlglot import exp

from ...phrases import SMALLEST_COUNT, counted, listed, nearest, share
from ...terms import Problem, Refused
from .. import delimited
from ..days import date_of
from ..engine import DuckDB, Engine, drop
from ..mapping import Encoding, TableEntry
from ..quality import MUCH
from ..shelves import Folder
from ..sql import Node, among, c, case, count, given, known, literal, minus, named, over, select, table
from .unpacking import Unpacked
from .versions import EXPORT, PARTIAL, YEARS, Field, File, Year, files_of, year_of

ISO = "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?"
CODE = "-?[0-9]{1,9}"
MONEY = "-?[0-9]{1,9}([.][0-9]{1,4})?"
EARLIEST, LATEST = 1900, 2200  # years that a day may lie in, as everywhere in the records


@dataclass(frozen=True, slots=True)
class Period:
    """What an export says of itself."""

    export_id: str
    year: Year
    first: int  # the first day covered
    last: int  # the last: no day on which the export was still running, or that lay ahead of it, is one


@dataclass(frozen=True, slots=True)
class Rows:
    """How the rows of one file fared; what is left out is counted under the first reason."""

    file: str
    read: int
    deleted: int
    incomplete: int  # without an id or a day that they need
    twice: int  # share an id with a row that differs
    kept: int
    unread: tuple[tuple[str, int], ...] = ()  # columns, and how many rows hold there what is no date and no number
    strays: tuple[Stray, ...] = ()

    @property
    def repeated(self) -> int:
        """Rows that stand there already, alike in all that is read."""
        return self.read - self.deleted - self.incomplete - self.twice - self.kept


@dataclass(frozen=True, slots=True)
class Stray:
    """Codes of a column that HUD's list does not have."""

    column: str
    rows: int
    shown: tuple[tuple[str, int], ...]  # those that enough rows hold to be shown, and how many do


def period_of(place: Unpacked, encoding: Encoding) -> Period:
    """The export's version and days; refuses a version that is not read here, and days that say nothing."""
    file = place.files["Export"]
    rows = _plain(place, file, encoding)
    missing = [name for name in EXPORT if name.lower() not in rows[0]]
    if missing:
        raise Refused(Problem(file, f"has no column {listed(missing)}.", f"Found: {listed(rows[0])}.", nearest(missing[0].lower(), rows[0])))
    if len(rows) != 2:
        found = "has no row." if len(rows) == 1 else f"has {len(rows) - 1} rows: exports were mixed."
        raise Refused(Problem(file, found, "It has one row, which says what the export covers.", "Import one export at a time."))
    said = dict(zip(rows[0], rows[1], strict=True))
    year = year_of(said["csvversion"])
    if year not in YEARS:
        says = f"the export is of FY{year}" if year else "the export does not say which version it is of (CSVVersion)"
        right = f"FY{' and FY'.join(map(str, YEARS))} are read."
        raise Refused(Problem(file, f"{says}.", right, "Have it exported again in one of these."))
    partial = [name for name, code in PARTIAL.items() if said.get(name.lower()) == code]
    if partial:
        found = f"the export holds only what changed ({listed(f'{name} is {PARTIAL[name]}' for name in partial)})."
        raise Refused(Problem(file, found, "Who stayed as they were would look as if they had left.", "Export a whole reporting period."))
    days = {name: _day_of(said[name.lower()]) for name in ("ExportDate", "ExportStartDate", "ExportEndDate")}
    bad = [name for name, day in days.items() if day is None]
    if bad:
        raise Refused(Problem(file, f"{listed(bad)} {'is' if len(bad) == 1 else 'are'} no date.", "Dates are like 2025-09-30."))
    exported, first, last = (day or 0 for day in days.values())
    last = min(last, exported - 1)
    if last < first:
        raise Refused(
            Problem(file, "the export ends before it begins.", "ExportStartDate comes first, then ExportEndDate; days after ExportDate are unseen.")
        )
    return Period(said["exportid"], 2024 if year == 2024 else 2026, first, last)


def read(place: Unpacked, period: Period, engine: Engine, encoding: Encoding) -> tuple[Rows, ...]:
    """Fills the engine's `hmis_<file>` with the rows of each file that may be used; refuses files of two exports, and dates unread."""
    shelf = Folder.at(place.folder)
    reader = DuckDB(readable=place.folder)
    problems: list[Problem] = []
    tallies = []
    for file in files_of(period.year):
        try:
            tallies.append(_one(shelf, place.files[file.name], file, period, encoding, reader, engine))
        except Refused as refused:
            problems += refused.problems
    reader.close()
    if problems:
        raise Refused(*problems)
    return tuple(tallies)


def _one(shelf: Folder, csv: str, file: File, period: Period, encoding: Encoding, reader: DuckDB, engine: Engine) -> Rows:
    entry = TableEntry(to="event", file=csv, encoding=encoding)
    header = [name.lower() for name in shelf.columns(entry)]
    wanted = [*(field.column for field in file.fields), "DateDeleted", "ExportID"]
    missing = [name for name in wanted if name.lower() not in header]
    if missing:
        raise Refused(Problem(csv, f"has no column {listed(missing)}.", f"An export of FY{period.year} has.", _other_year(file, header, period.year)))
    place = {name: header.index(name.lower()) for name in wanted}
    engine.load("raw", shelf.read(entry, [], lambda source: _typed(file, place, source), reader))
    tally = _sifted(engine, file, csv, period)
    drop(engine, "raw")
    return tally


def _other_year(file: File, header: Sequence[str], year: Year) -> str:
    """A hint where the columns are those of the other year."""
    for other in YEARS:
        fields = next(each for each in files_of(other) if each.name == file.name).fields
        if other != year and all(field.column.lower() in header for field in fields):
            return f"Its columns are those of FY{other}: is CSVVersion in Export.csv right?"
    return "Export it again."


# ------------------------------------------------------------------------------------------------ what a row says
def _typed(file: File, place: Mapping[str, int], source: exp.Table) -> exp.Select:
    """Each column as what it is to be, `deleted` and `export_id`.

    Beside them `bad_<name>`, whether a value is there that is no day or number, and `stray_<name>`, a code that is none of HUD's.
    """
    raw = {field.name: _filled(place[field.column]) for field in file.fields}
    columns: dict[str, Node] = {}
    for field in file.fields:
        columns[field.name] = _value(field, raw[field.name])
        there, nothing = known(raw[field.name].copy()), exp.Is(this=columns[field.name].copy(), expression=exp.null())
        if field.codes:
            strange = exp.not_(exp.In(this=columns[field.name].copy(), expressions=[exp.convert(code) for code in sorted(field.codes)]))
            columns[f"stray_{field.name}"] = case((exp.and_(there, exp.or_(nothing, strange)), raw[field.name].copy()))
        elif field.holds != "text":
            columns[f"bad_{field.name}"] = exp.and_(there, nothing)
    columns |= {"deleted": known(_filled(place["DateDeleted"])), "export_id": _filled(place["ExportID"])}
    return exp.select(*(named(node, name) for name, node in columns.items())).from_(source)


def _filled(position: int) -> Node:
    """The cell without blanks; one that is empty, or says NULL as some databases export it, holds nothing."""
    trimmed = exp.Trim(this=c(f"c{position}"))
    return case((exp.not_(among(trimmed, ("", "NULL", "null"))), trimmed.copy()))


def _value(field: Field, raw: Node) -> Node:
    if field.holds == "text":
        return raw.copy()
    if field.holds == "day":
        start = exp.Substring(this=raw.copy(), start=exp.Literal.number(1), length=exp.Literal.number(10))
        day = exp.TryCast(this=start, to=exp.DataType.build("DATE"))
        inside = exp.Between(this=exp.Extract(this=exp.var("YEAR"), expression=day.copy()), low=exp.convert(EARLIEST), high=exp.convert(LATEST))
        number = exp.cast(minus(exp.cast(day, "DATE"), exp.cast(literal("1970-01-01"), "DATE")), "INTEGER")
        return case((exp.and_(_matches(raw.copy(), ISO), inside), number))
    if field.holds == "money":
        amount = exp.cast(exp.Round(this=exp.TryCast(this=raw.copy(), to=exp.DataType.build("DOUBLE"))), "BIGINT")
        return case((_matches(raw.copy(), MONEY), amount))
    return case((_matches(raw.copy(), CODE), exp.TryCast(this=raw.copy(), to=exp.DataType.build("INTEGER"))))


def _matches(text: Node, pattern: str) -> Node:
    return exp.Anonymous(this="REGEXP_FULL_MATCH", expressions=[text, literal(pattern)])


# ------------------------------------------------------------------------------------------------ which rows are used
def _sifted(engine: Engine, file: File, csv: str, period: Period) -> Rows:
    needed = [field for field in file.fields if field.needed]
    live = exp.not_(c("deleted"))
    whole = exp.and_(*(known(c(field.name)) for field in needed))
    stranger = exp.not_(given(c("export_id").eq(literal(period.export_id)), False))
    unread = {field.name: exp.and_(live.copy(), c(f"bad_{field.name}")) for field in file.fields if field.holds != "text" and not field.codes}
    sums = {"live": live, "complete": exp.and_(live.copy(), whole), "strange": stranger, **{f"bad_{name}": when for name, when in unread.items()}}
    query = select(all=count(), **{name: exp.CountIf(this=when.copy()) for name, when in sums.items()}).from_(table("raw"))
    # COUNT_IF of no row is NULL
    n = {name: int(value or 0) for name, value in engine.fetch(query).to_pylist()[0].items()}
    problems = list(_unfit(n, needed, csv))
    if problems:
        raise Refused(*problems)
    columns = [field.name for field in file.fields]
    rows = exp.select(*map(c, columns)).distinct().from_(table("raw")).where(live.copy(), whole.copy())
    same = over(count(), [c(file.key)])
    engine.create("sharing", exp.select("*", named(same, "same")).from_(table(rows, "rows")))
    alone = c("same").eq(exp.convert(1))
    engine.create(file.table, exp.select(*map(c, columns)).from_(table("sharing")).where(alone))
    both = select(kept=exp.CountIf(this=alone.copy()), all=count()).from_(table("sharing"))
    kept, every = (int(value or 0) for value in engine.fetch(both).to_pylist()[0].values())
    drop(engine, "sharing")
    engine.create(unfit(file.table), _unfit_rows(file))
    strays = tuple(_strays(engine, file))
    foreign = [*_foreign(strays, n["live"], csv), *_contradicting(file, every - kept, n["live"], csv)]
    if foreign:
        raise Refused(*foreign)
    bad = tuple((field.column, n[f"bad_{field.name}"]) for field in file.fields if n.get(f"bad_{field.name}"))
    left_out = (n["all"] - n["live"], n["live"] - n["complete"], every - kept)
    return Rows(csv, n["all"], *left_out, kept, bad, strays)


def unfit(name: str) -> str:
    """The table of the ids of a file whose rows cannot be used: they lack a day that they need, or differ under one id."""
    return f"{name}_unfit"


def _unfit_rows(file: File) -> exp.Select:
    live = select(id=c(file.key)).distinct().from_(table("raw")).where(exp.not_(c("deleted")), known(c(file.key)))
    used = select(used=c(file.key)).from_(table(file.table))
    beside = exp.select("l.id").from_(table(live, "l")).join(table(used, "u"), on=c("u.used").eq(c("l.id")), join_type="left")
    return beside.where(exp.Is(this=c("u.used"), expression=exp.null()))


def _contradicting(file: File, twice: int, rows: int, csv: str) -> Iterator[Problem]:
    """Too many rows that differ under one id: none of them is used, and with a client go all the stays."""
    if twice > MUCH * rows:
        column = next(field.column for field in file.fields if field.name == file.key)
        found = f"{counted(twice, 'row')} of {rows:,} ({share(twice, rows)}) share {column} with a row that differs, and nothing says which is right."
        yield Problem(csv, found, "An id stands once in a file.", "Have it exported again.")


def _foreign(strays: Sequence[Stray], rows: int, csv: str) -> Iterator[Problem]:
    """Destinations of another list than HUD's, such as that of an earlier year: every exit would be counted as unknown."""
    for stray in strays:
        if stray.column == "Destination" and stray.rows > MUCH * rows:
            shown = f" ({listed(f'{code} in {many:,}' for code, many in stray.shown)})" if stray.shown else ""
            found = f"{counted(stray.rows, 'row')} of {rows:,} ({share(stray.rows, rows)}): Destination has a code that HUD's list has not{shown}."
            yield Problem(csv, found, "FY2024 and FY2026 have one list, with homes in the 400s.", "Export it again, with the codes of its own year.")


def _strays(engine: Engine, file: File) -> Iterator[Stray]:
    for field in file.fields:
        if field.codes:
            stray = c(f"stray_{field.name}")
            query = select(code=stray, n=count()).from_(table("raw")).where(known(stray.copy()), exp.not_(c("deleted"))).group_by(stray.copy())
            rows = engine.fetch(query.order_by(c("n").desc(), c("code"))).to_pylist()
            if rows:
                shown = tuple((row["code"], int(row["n"])) for row in rows if row["n"] >= SMALLEST_COUNT)
                yield Stray(field.column, sum(int(row["n"]) for row in rows), shown)


def _unfit(n: Mapping[str, int], needed: Sequence[Field], csv: str) -> Iterator[Problem]:
    """What makes a whole file unfit: rows of another export, and more dates that are none than one row in twenty."""
    if n["strange"]:
        found = f"{counted(n['strange'], 'row')} of {n['all']:,} name another export than Export.csv does (ExportID)."
        yield Problem(csv, found, "", "Exports were mixed: import one at a time.")
    for field in needed:
        bad = n[f"bad_{field.name}"] if field.holds == "day" else 0
        if bad > MUCH * n["live"]:
            found = f"{counted(bad, 'row')} of {n['live']:,} ({share(bad, n['live'])}): {field.column} is no date like 2025-09-30."
            yield Problem(csv, found, "HUD's format has ISO dates.", "Export it again, and do not open it in a spreadsheet in between.")


# ------------------------------------------------------------------------------------------------ Export.csv
def _plain(place: Unpacked, file: str, encoding: Encoding) -> list[list[str]]:
    """The rows of a small file as text, its column names in small letters."""
    path = place.folder / file
    problems = list(delimited.sound_text(path, encoding))
    if problems:
        raise Refused(*problems)
    header = [name.lower() for name in delimited.header(path, encoding, ",")]
    problem = delimited.ragged(path, encoding, ",", len(header))
    if problem is not None:
        raise Refused(problem)
    rows = [[value.strip() for value in row] for _, row in delimited.lines(path, encoding, ",")]
    return [header, *rows[1:]]


def _day_of(text: str) -> int | None:
    try:
        day = (date.fromisoformat(text[:10]) - date(1970, 1, 1)).days
    except ValueError:
        return None
    return day if EARLIEST <= date_of(day).year <= LATEST else None
