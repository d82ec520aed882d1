"""What was read of an export, what was left out, and what is doubtful: in numbers and in words, with no value of a person's row."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from sqlglot import exp

from ...phrases import counted, listed, share
from ..days import date_of
from ..engine import Engine
from ..sql import Node, c, given, known, later, minus, over, select, table
from .codes import ASKED, BED_NIGHT, DECEASED, HEAD, LITERAL, MEASURED, NIGHT_BY_NIGHT, PERMANENT, TRUE_BIRTHS, UNKNOWN
from .reading import Period, Rows
from .stays import CLIENTS, STAYS, VERDICTS, among

OLDEST = 38_351  # days of 105 years, as everywhere in the records


@dataclass(frozen=True, slots=True)
class Figure:
    """One number of the report: so many of so many, and what they are."""

    name: str
    part: int
    whole: int
    words: str  # completes "12 of 340 (3.5 %) ..."


@dataclass(frozen=True, slots=True)
class ImportReport:
    """The whole report: `print` it, or take its parts."""

    year: int
    first: str  # ISO
    last: str
    files: tuple[Rows, ...]
    left_out: tuple[tuple[str, int], ...]  # enrolments, by a word of `VERDICTS`
    figures: tuple[Figure, ...]
    written: tuple[tuple[str, int], ...]  # canonical tables and their rows

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def figure(self, name: str) -> Figure:
        """The figure of this name."""
        return next(each for each in self.figures if each.name == name)

    def as_json(self) -> str:
        """The report as JSON, for another program."""
        return json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n"

    def _lines(self) -> Iterator[str]:
        yield f"HMIS export of FY{self.year}, covering {self.first} to {self.last}."
        yield "Files"
        for rows in self.files:
            yield f"  {rows.file}: {counted(rows.read, 'row')} read, {rows.kept:,} kept{_lost(rows)}."
        strays = [(rows.file, stray) for rows in self.files for stray in rows.strays]
        unread = [(rows.file, column, n) for rows in self.files for column, n in rows.unread]
        if strays or unread:
            yield "Codes and dates"
        for file, stray in strays:
            shown = f": {listed(f'{code} in {n:,}' for code, n in stray.shown)}" if stray.shown else ""
            yield f"  {file}: {stray.column} has a code that HUD's list has not in {counted(stray.rows, 'row')}{shown}."
        for file, column, n in unread:
            yield f"  {file}: {column} is no date or no number in {counted(n, 'row')}, and counts as empty."
        if self.left_out:
            yield "Enrolments left out"
        for verdict, n in self.left_out:
            yield f"  {counted(n, 'enrolment')} {_verb(verdict, n)}."
        yield "To look at"
        for figure in (each for each in self.figures if each.part):
            yield f"  {figure.part:,} of {figure.whole:,} ({share(figure.part, figure.whole)}) {figure.words}."
        yield "Written"
        yield f"  {listed(f'{name} {rows:,}' for name, rows in self.written)}."


def _lost(rows: Rows) -> str:
    lost = {
        "deleted": rows.deleted,
        "without an id or a day that it needs": rows.incomplete,
        "sharing an id with a row that differs": rows.twice,
        "repeated": rows.repeated,
    }
    return "".join(f", {n:,} {words}" for words, n in lost.items() if n)


def _verb(verdict: str, n: int) -> str:
    words = VERDICTS[verdict]
    return (
        words
        if n != 1
        else words.replace("end before they begin", "ends before it begins")
        .replace("begin ", "begins ", 1)
        .replace("end ", "ends ", 1)
        .replace("have ", "has ", 1)
    )


def reported(engine: Engine, period: Period, files: tuple[Rows, ...], left_out: dict[str, int], written: dict[str, int]) -> ImportReport:
    """The report, once the stays and nights stand in the engine."""
    days = (date_of(period.first).isoformat(), date_of(period.last).isoformat())
    return ImportReport(period.year, *days, files, tuple(left_out.items()), tuple(_figures(engine, period)), tuple(written.items()))


def _figures(engine: Engine, period: Period) -> Iterator[Figure]:
    for name, source, among_whom, those, words in _counts(period):
        row = engine.fetch(
            select(part=exp.CountIf(this=exp.and_(among_whom, those)), whole=exp.CountIf(this=among_whom.copy())).from_(source)
        ).to_pylist()
        yield Figure(name, int(row[0]["part"] or 0), int(row[0]["whole"] or 0), words)


Asked = tuple[str, exp.Expression, Node, Node, str]  # name, rows, of whom, those that are told, in words


def _counts(period: Period) -> Iterator[Asked]:
    stays = table(STAYS)
    left, housing = known(c("exit")), among(c("type"), PERMANENT)
    unknown = exp.or_(exp.Is(this=c("destination"), expression=exp.null()), among(c("destination"), UNKNOWN))
    yield "unknown destination", stays, left, unknown, "exits lead to a destination that nobody knows"
    measured = exp.and_(left.copy(), among(c("type"), MEASURED))
    words = "exits from the projects that HUD's measures read lead to a destination that nobody knows"
    yield "unknown destination, measured", stays.copy(), measured, unknown.copy(), words
    late = exp.GT(this=c("raw_exit"), expression=exp.convert(period.last))
    yield "exit ahead", stays.copy(), known(c("raw_exit")), late, "exits come after the last day covered: those stays count as open"
    own = exp.Is(this=c("own_move_in"), expression=exp.null())
    yield "no move-in recorded", stays.copy(), housing, own, "enrolments in permanent housing have no move-in date of their own"
    none = exp.Is(this=c("move_in"), expression=exp.null())
    words = "enrolments in permanent housing have no move-in date that fits, their household's included"
    yield "no move-in", stays.copy(), housing.copy(), none, words
    dated = exp.and_(housing.copy(), known(c("own_move_in")))
    outside = exp.not_(given(c("move_in").eq(c("own_move_in")), False))
    yield "move-in outside the stay", stays.copy(), dated, outside, "move-in dates lie outside their stay, or after the last day covered"
    yield "overlapping stays", *_overlaps()
    yield "no birth", *_births()
    old = exp.GT(this=minus(c("entry"), c("birth")), expression=exp.convert(OLDEST))
    yield "older than 105", stays.copy(), known(c("birth")), old, "enrolments are of somebody older than 105 years"
    yield "without one head", *_heads()
    asked = exp.and_(c("literal"), among(c("type"), (*LITERAL, *ASKED)))
    undated = exp.Is(this=c("street_since"), expression=exp.null())
    yield "no day of becoming homeless", stays.copy(), asked, undated, "entries of people literally homeless do not say since when"
    yield "no bed night", *_empty_beds()
    yield "bed night outside the stay", *_stray_nights()
    yield "died and came again", *_deaths()


def _overlaps() -> tuple[exp.Expression, Node, Node, str]:
    """Stays in which people sleep, and those that begin before an earlier one of the same person ends."""
    slept = exp.or_(among(c("type"), (0, 2, 8)), known(c("move_in")))
    begin = given(c("move_in"), c("entry"))
    end = given(c("exit"), exp.convert(10**6))
    stay = select(person_id=c("person_id"), start=begin, stop=end, id=c("enrolment_id")).from_(table(STAYS)).where(slept)
    order = [c("start"), c("stop"), c("id")]
    before = over(exp.Max(this=c("stop")), [c("person_id")], order, rows=("1", "PRECEDING"))
    rows = exp.select("*", exp.alias_(before, "before")).from_(table(stay, "s")).where(exp.LT(this=c("start"), expression=c("stop")))
    words = "stays in which people sleep begin before an earlier one of the same person has ended"
    return table(rows, "o"), exp.true(), given(exp.LT(this=c("start"), expression=c("before")), False), words


def _births() -> tuple[exp.Expression, Node, Node, str]:
    sure = given(among(c("birth_quality"), TRUE_BIRTHS), False)
    unsure = exp.or_(exp.Is(this=c("birth"), expression=exp.null()), exp.not_(sure))
    return table(CLIENTS), exp.true(), unsure, "clients have no date of birth that can be used (DOBDataQuality is neither full nor approximate)"


def _heads() -> tuple[exp.Expression, Node, Node, str]:
    heads = exp.CountIf(this=c("role").eq(exp.convert(HEAD)))
    rows = select(household=c("household"), heads=heads).from_(table(STAYS)).where(known(c("household"))).group_by(c("household"), c("project_id"))
    return table(rows, "h"), exp.true(), exp.NEQ(this=c("heads"), expression=exp.convert(1)), "households have no head, or more than one"


def _empty_beds() -> tuple[exp.Expression, Node, Node, str]:
    slept = select(enrolment_id=c("enrolment_id")).distinct().from_(table("hmis_services")).where(c("record_type").eq(exp.convert(BED_NIGHT)))
    rows = select(type=c("s.type"), slept=c("n.enrolment_id")).from_(table(STAYS, "s"))
    rows = rows.join(table(slept, "n"), on=c("n.enrolment_id").eq(c("s.enrolment_id")), join_type="left")
    by_night = c("type").eq(exp.convert(NIGHT_BY_NIGHT))
    return table(rows, "b"), by_night, exp.Is(this=c("slept"), expression=exp.null()), "enrolments in night-by-night shelters have no bed night"


def _stray_nights() -> tuple[exp.Expression, Node, Node, str]:
    rows = select(day=c("v.day"), type=c("s.type"), entry=c("s.entry"), exit=c("s.exit")).from_(table("hmis_services", "v"))
    rows = rows.join(table(STAYS, "s"), on=c("s.enrolment_id").eq(c("v.enrolment_id")), join_type="left")
    rows = rows.where(c("v.record_type").eq(exp.convert(BED_NIGHT)))
    inside = exp.Between(this=c("day"), low=c("entry"), high=later(given(c("exit"), exp.convert(10**6)), -1))
    right = given(exp.and_(c("type").eq(exp.convert(NIGHT_BY_NIGHT)), inside), False)
    words = "bed nights lie outside an enrolment in a night-by-night shelter, and are not counted"
    return table(rows, "n"), exp.true(), exp.not_(right), words


def _deaths() -> tuple[exp.Expression, Node, Node, str]:
    died = select(person_id=c("person_id"), day=exp.Min(this=c("exit"))).from_(table(STAYS))
    died = died.where(c("destination").eq(exp.convert(DECEASED))).group_by(c("person_id"))
    last = select(person_id=c("person_id"), entry=exp.Max(this=c("entry"))).from_(table(STAYS)).group_by(c("person_id"))
    rows = select(day=c("d.day"), entry=c("l.entry")).from_(table(died, "d"))
    rows = rows.join(table(last, "l"), on=c("l.person_id").eq(c("d.person_id")))
    words = "people who left as deceased enter a project later: they count as alive"
    return table(rows, "d"), exp.true(), exp.GT(this=c("entry"), expression=c("day")), words
