"""Rows that are kept and may be wrong: entered late, dated wrongly, entered twice, misspelt, overlapping, below 0, of people of an impossible age.

No row is set aside for what stands here: each sign has innocent causes too.  Rows are listed in the table `suspects` (table,
file, row number, source, suspicion), which holds no value of a row.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache

import pyarrow as pa
from sqlglot import exp

from .contract import CONTRACT, Table
from .days import day_of
from .engine import Engine, drop
from .misspelling import misspelt
from .quality import Suspect
from .sql import Node, among, c, case, count, known, later, literal, minus, select, table

SUSPECTS = "suspects"
MAY_DIFFER = {"event": ("day", "recorded"), "spell": ("start", "stop"), "service": ("start", "stop")}  # between rows for one happening
ADDED_UP = ("quarter", "cost")  # lines of money
LISTED = ("table_name", "file", "row_no", "source", "suspicion")
CALENDAR = "dates_exchanged"  # stands in the engine for as long as a table is looked at
OLDEST = 38_351  # days of 105 years; assumed: whoever has rows at a greater age is somebody else, or born later
YOUNGEST = 4_383  # days of 12 years: California prosecutes younger children for the gravest crimes only (Welfare and Institutions Code 602)
OF_ADULTS = ("arrest", "conviction", "jail_booking", "custody")
NEARBY = 7  # days between rows of one kind, up to which they are counted to see how many lie a day apart by chance
EXCESS = 4  # times as many pairs a day apart as by chance, before such a pair is suspected; assumed
FEWEST = 10  # pairs a day apart, for the same
COMMON = 10  # in how many rows one at most lies a day after another, for the same: what happens daily is no slip


def sign(canonical: Table) -> Node:
    """What a row shows by itself, held against its person `p` and its source `v`: "suspicion:column", or NULL."""
    branches: list[tuple[Node, str]] = []
    if "recorded" in canonical:
        entered, day = c("s.recorded"), c("s.day")
        branches.append((exp.and_(_by_day(), exp.LT(this=entered, expression=day)), "entered first:recorded"))
        branches.append((exp.GT(this=entered.copy(), expression=exp.Add(this=day.copy(), expression=c("v.lag_days"))), "late:recorded"))
    if canonical.about_people and canonical.sourced and canonical.day:
        age = minus(c(f"s.{canonical.day}"), c("p.birth"))
        branches.append((exp.GT(this=age, expression=exp.convert(OLDEST)), f"age:{canonical.day}"))
        if canonical.kind == "kind":
            young = exp.and_(among(c("s.kind"), OF_ADULTS), exp.LT(this=age.copy(), expression=exp.convert(YOUNGEST)))
            branches.append((young, f"age:{canonical.day}"))
    if canonical.name in ("spell", "service"):
        branches.append((_same_stay(), "twice:"))
    if canonical.name == "spell":
        branches.append((exp.LT(this=c("s.start"), expression=c("s.furthest")), "overlap:"))
    if canonical.name in ADDED_UP:
        branches.append((exp.LT(this=c("s.amount"), expression=exp.convert(0)), "negative:amount"))
    return case(*branches) if branches else exp.cast(exp.null(), "TEXT")


def apart(canonical: Table) -> Node:
    """Days since the event before, of events alike in all but their days; NULL where days are not exact, or in another table."""
    if canonical.name != "event":
        return exp.cast(exp.null(), "INTEGER")
    return case((_by_day(), minus(c("s.day"), c("s.before_day"))))


def _by_day() -> Node:
    return _equals("v.grain", "day")  # else the last day of its week or month stands for the day


def _same_stay() -> Node:
    """Whether a stay overlaps the one before, and neither its beginning nor its end is more than a day off."""
    overlap = exp.LT(this=c("s.start"), expression=c("s.before_stop"))
    begin = exp.LTE(this=c("s.start"), expression=later(c("s.before_start"), 1))
    end = exp.Between(this=c("s.stop"), low=later(c("s.before_stop"), -1), high=later(c("s.before_stop"), 1))
    return exp.and_(overlap, begin, end)


def look(engine: Engine, canonical: Table, files: tuple[str, ...]) -> tuple[str, ...]:
    """Lists what looks wrong in the table `judged`, in tables of which it gives the names."""
    found = [*_signed(engine, canonical), *_twice(engine, canonical), *_misspelt(engine, canonical), *_births(engine, canonical)]
    file = case(*((exp.EQ(this=c("part"), expression=exp.convert(part)), name) for part, name in enumerate(files)), otherwise="")
    for number, query in enumerate(found):
        values = (literal(canonical.name), file.copy(), c("row_no"), c("source"), c("suspicion"))
        listed = select(**dict(zip(LISTED, values, strict=True))).from_(table(query, "found"))
        engine.create(f"{SUSPECTS}_{canonical.name}_{number}", listed)
    if any(each.name == CALENDAR for query in found for each in query.find_all(exp.Table)):
        drop(engine, CALENDAR)
    return tuple(f"{SUSPECTS}_{canonical.name}_{number}" for number in range(len(found)))


def suspects_of(engine: Engine) -> tuple[Suspect, ...]:
    """How many rows of each table and source are suspected, and of what."""
    by = [c(name) for name in ("table_name", "source", "suspicion")]
    rows = engine.fetch(exp.select(*by, exp.alias_(count(), "n")).from_(table(SUSPECTS)).group_by(*by)).to_pylist()
    order = list(CONTRACT)
    found = []
    for row in rows:
        suspicion, _, column = row["suspicion"].partition(":")
        found.append(Suspect(row["table_name"], row["source"], suspicion, column, int(row["n"])))
    return tuple(sorted(found, key=lambda each: (order.index(each.table), each.source, each.suspicion, each.column)))


def _kept(alias: str) -> Node:
    return exp.Is(this=c(f"{alias}.reason"), expression=exp.null())


def _place(alias: str, source: bool = True) -> dict[str, Node]:
    return {"part": c(f"{alias}.part"), "row_no": c(f"{alias}.row_no"), "source": c(f"{alias}.source") if source else literal("")}


# ------------------------------------------------------------------------------------------------ a row by itself
def _signed(engine: Engine, canonical: Table) -> Iterator[exp.Select]:
    """Rows with a sign of their own; where exchanging day and month would mend an odd day of entry, that is the sign."""
    signed = exp.and_(known(c("j.sign")), _kept("j"))
    if not engine.fetch(select(n=count()).from_(table("judged", "j")).where(signed)).to_pylist()[0]["n"]:
        return
    query = select(**_place("j"), suspicion=_mended() if "recorded" in canonical else c("j.sign")).from_(table("judged", "j"))
    if "recorded" in canonical:
        _load_calendar(engine)
        query = query.join(table("coverage", "v"), on=_equal("v.source", "j.source"))
        query = query.join(table(CALENDAR, "k"), on=_equal("k.day", "j.day"), join_type="left")
    yield query.where(signed.copy())


def _mended() -> Node:
    in_time = exp.Between(this=c("j.recorded"), low=c("k.other"), high=exp.Add(this=c("k.other"), expression=c("v.lag_days")))
    of_entry = among(c("j.sign"), ("entered first:recorded", "late:recorded"))
    return case((exp.and_(of_entry, _by_day(), in_time), "exchanged:day"), otherwise=c("j.sign"))


def _load_calendar(engine: Engine) -> None:
    engine.load(CALENDAR, _calendar())


@cache
def _calendar() -> pa.Table:
    """Every day from 1900 to 2200 that is another date with day and month exchanged, and that date."""
    dates = [(year, one, two) for year in range(1900, 2201) for one in range(1, 13) for two in range(1, 13) if one != two]
    day, other = ([day_of(date(year, *parts)) for year, *parts in order] for order in (dates, [(year, two, one) for year, one, two in dates]))
    return pa.table({"day": pa.array(day, pa.int32()), "other": pa.array(other, pa.int32())})


def _births(engine: Engine, canonical: Table) -> Iterator[exp.Select]:
    """Rows of one person that contradict each other, and would not if day and month of a birth were exchanged."""
    if canonical.name != "person":
        return
    against = _equals("j.reason", "conflicting:person_id")
    if not engine.fetch(select(n=count()).from_(table("judged", "j")).where(against)).to_pylist()[0]["n"]:
        return
    _load_calendar(engine)
    query = select(**_place("j", source=False), suspicion="exchanged:birth").distinct().from_(table("judged", "j"))
    query = query.join(table(CALENDAR, "k"), on=_equal("k.day", "j.birth"))
    query = query.join(table("judged", "r"), on=exp.and_(_equal("r.person_id", "j.person_id"), _equal("r.birth", "k.other")))
    rival = _equals("r.reason", "conflicting:person_id")
    yield query.where(exp.and_(against.copy(), rival))


# ------------------------------------------------------------------------------------------------ two rows for one happening
def _twice(engine: Engine, canonical: Table) -> Iterator[exp.Select]:
    """The later of two events that are alike but for the day of entry, or for a day where that is not how they happen."""
    if canonical.name != "event":
        return
    same_day = exp.EQ(this=c("j.apart"), expression=exp.convert(0))
    next_day = exp.EQ(this=c("j.apart"), expression=exp.convert(1))
    odd = [exp.and_(next_day.copy(), _equals("j.kind", kind), _equals("j.source", source)) for kind, source in _rarely_a_day_apart(engine)]
    query = select(**_place("j"), suspicion="twice:").from_(table("judged", "j"))
    yield query.where(exp.and_(_kept("j"), exp.or_(same_day, *odd)))


def _rarely_a_day_apart(engine: Engine) -> list[tuple[str, str]]:
    """Kinds and sources with more pairs of rows a day apart than the pairs two to seven days apart let expect, and few of them."""
    by = [c(f"j.{name}") for name in ("kind", "source", "apart")]
    near = exp.select(*by, exp.alias_(count(), "n")).from_(table("judged", "j"))
    near = near.where(exp.and_(_kept("j"), exp.LTE(this=c("j.apart"), expression=exp.convert(NEARBY)))).group_by(*(node.copy() for node in by))
    pairs = {(row["kind"], row["source"], row["apart"]): row["n"] for row in engine.fetch(near).to_pylist()}
    held = _words(engine, CONTRACT["event"])
    found = []
    for kind, source in sorted((kind, source) for kind, source, days in pairs if days == 1):
        ones = pairs[kind, source, 1]
        chance = sum(pairs.get((kind, source, days), 0) for days in range(2, NEARBY + 1)) / (NEARBY - 1)
        if ones >= FEWEST and ones >= EXCESS * chance and COMMON * ones <= held[source][kind]:
            found.append((kind, source))
    return found


# ------------------------------------------------------------------------------------------------ words
def _words(engine: Engine, canonical: Table) -> Mapping[str, Mapping[str, int]]:
    """By source: how many rows that are kept hold which kind."""
    by = {"source": c("j.source"), "kind": c(f"j.{canonical.kind}")}
    query = select(**by, n=count()).from_(table("judged", "j")).where(_kept("j")).group_by(*(node.copy() for node in by.values()))
    words: dict[str, dict[str, int]] = {}
    for row in engine.fetch(query).to_pylist():
        words.setdefault(row["source"], {})[row["kind"]] = row["n"]
    return words


def _misspelt(engine: Engine, canonical: Table) -> Iterator[exp.Select]:
    """Rows whose kind is one letter from a kind that far more rows of the source hold."""
    if canonical.kind is None or not canonical.about_people:
        return
    for source, words in sorted(_words(engine, canonical).items()):
        wrong = sorted(misspelt(words))
        if wrong:
            where = exp.and_(_kept("j"), _equals("j.source", source), among(c(f"j.{canonical.kind}"), wrong))
            yield select(**_place("j"), suspicion=f"misspelt:{canonical.kind}").from_(table("judged", "j")).where(where)


def _equal(left: str, right: str) -> exp.EQ:
    return exp.EQ(this=c(left), expression=c(right))


def _equals(column: str, word: str) -> exp.EQ:
    return exp.EQ(this=c(column), expression=literal(word))
