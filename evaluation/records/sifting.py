"""Separates the rows that may be used from those that may not: everything that needs more than one row to be seen.

Rows come in typed, with the flaws of their own that were found while reading.  They leave as the twelve canonical tables,
sorted by person and day, and as the tables `set_aside` (table, file, row number, source, reason) and `suspects`, which hold no value
of a row; rows about places that are set aside stand in `area_set_aside` too, and enrolments on days that no source covers, in
`service_set_aside`: when a unit of a panel came under a programme is a fact on those days as well.  A row is set aside for the first
reason that applies, so that the counts add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlglot import exp

from ..phrases import counted
from .contract import CONTRACT, Table
from .engine import Engine, drop
from .sql import Node, alike, c, case, count, given, known, literal, named, over, select, table
from .suspects import ADDED_UP, MAY_DIFFER, SUSPECTS, apart, look, sign
from .suspects import LISTED as SUSPECTED

SET_ASIDE = "set_aside"
PLACES_SET_ASIDE = "area_set_aside"  # rows about places, which are no people: when an area adopts is a fact on days that no source covers too
OF_PLACES = ("area", "measure", "day", "reason")
SERVICES_SET_ASIDE = "service_set_aside"  # enrolments outside what their source covers: they tell who came before, and no more
OF_SERVICES = ("person_id", "programme", "start")
LISTED = ("table_name", "file", "row_no", "source", "reason")
FIRST = ("coverage", "person", "crosswalk")  # what the others are held against
ORDER = (*FIRST, *(name for name in CONTRACT if name not in FIRST))


@dataclass(frozen=True, slots=True)
class Tally:
    """How many rows of a table share a source and a verdict."""

    table: str
    source: str | None
    source_known: bool  # the source is declared
    known: bool  # the person is in the person table
    late: bool  # dated after the person's death
    reason: str  # "reason:column"; empty for rows that are kept
    rows: int


def sift(engine: Engine, staged: dict[str, pa.Table], files: tuple[str, ...]) -> tuple[tuple[Tally, ...], tuple[str, ...]]:
    """Writes the canonical tables, `set_aside` and `suspects`; takes the rows out of `staged`, so that memory holds them once.

    Gives back the counts, and sentences about ids that look like a source's own.  `staged` holds typed rows with `flaw`, `part`
    (a position in `files`), `row_no` and `own_id`: whether person_id is the source's own.
    """
    filled = tuple(name for name in CONTRACT if len(staged[name]))
    tallies: list[Tally] = []
    notes: list[str] = []
    looked: list[str] = []
    for name in ORDER:
        rows, canonical = staged.pop(name), CONTRACT[name]
        if name not in filled:
            engine.load(name, rows.select(canonical.names))
            if name == "area":
                engine.load(PLACES_SET_ASIDE, rows.append_column("reason", rows["flaw"]).select(OF_PLACES))
            elif name == "service":
                engine.load(SERVICES_SET_ASIDE, rows.select(OF_SERVICES))
            continue
        linking = any(chunk.true_count for chunk in rows["own_id"].chunks)
        engine.load("staged", rows)
        del rows
        rows_linked = _linked(canonical) if linking else exp.select("*").from_(table("staged"))
        engine.create("judged", _judged(canonical, rows_linked, unlinked=canonical.sourced and _any_unlinked(engine, canonical)))
        drop(engine, "staged")
        engine.create(name, _kept(canonical))
        engine.create(f"aside_{name}", _listed(canonical, files))
        if name == "area":
            engine.create(PLACES_SET_ASIDE, exp.select(*OF_PLACES).from_(table("judged")).where(known(c("reason"))))
        elif name == "service":
            uncovered = c("reason").eq(literal("outside coverage:start"))
            engine.create(SERVICES_SET_ASIDE, exp.select(*OF_SERVICES).from_(table("judged")).where(uncovered))
        tallies += _tallied(engine, canonical)
        notes += _own_ids(engine, canonical, files)
        looked += look(engine, canonical, files)
        drop(engine, "judged")
    _gather(engine, SET_ASIDE, LISTED, [f"aside_{name}" for name in filled])
    _gather(engine, SUSPECTS, SUSPECTED, looked)
    return tuple(tallies), tuple(notes)


def _linked(canonical: Table) -> exp.Select:
    """Staged rows with a source's own ids replaced by the people that the crosswalk links them to."""
    person = case((c("s.own_id"), c("x.person_id")), otherwise=c("s.person_id"))
    unlinked = exp.and_(c("s.own_id"), exp.Is(this=c("x.person_id"), expression=exp.null()))
    columns = {**{name: c(f"s.{name}") for name in (*canonical.names, "part", "row_no", "own_id")}, "person_id": person}
    flaw = given(c("s.flaw"), case((unlinked, "not linked:")))
    same = exp.and_(_equal("x.source", "s.source"), _equal("x.source_id", "s.person_id"))
    return select(**columns, flaw=flaw).from_(table("staged", "s")).join(table("crosswalk", "x"), on=same, join_type="left")


def _any_unlinked(engine: Engine, canonical: Table) -> bool:
    """Whether the crosswalk has ids that are linked to nobody, which a row about people may name."""
    if not canonical.about_people or canonical.name == "crosswalk":
        return False
    return bool(engine.fetch(select(n=count()).from_(table(_unlinked(), "unlinked"))).to_pylist()[0]["n"])


def _unlinked() -> exp.Select:
    return select(source=c("source"), source_id=c("source_id")).from_(table("crosswalk")).where(exp.Is(this=c("person_id"), expression=exp.null()))


def _judged(canonical: Table, staged: exp.Select, *, unlinked: bool) -> exp.Select:
    """Every row with the first reason against it, whether its person is known, whether it comes after their death, and what looks wrong."""
    reasons = dict(_reasons(canonical, unlinked=unlinked))
    columns: dict[str, Any] = {name: c(f"s.{name}") for name in (*canonical.names, "part", "row_no")}
    columns["reason"] = case(*((condition, reason) for reason, condition in reasons.items()), otherwise=c("s.flaw"))
    columns["known"] = known(c("p.person_id")) if canonical.about_people else exp.true()
    columns["source_known"] = known(c("v.source")) if canonical.sourced else exp.true()
    late = canonical.about_people and canonical.day is not None
    columns["late"] = given(exp.GT(this=c(f"s.{canonical.day}"), expression=c("p.death")), False) if late else exp.false()
    columns["sign"] = sign(canonical)
    columns["apart"] = apart(canonical)
    query = select(**columns).from_(table(_ranked(canonical, staged), "s"))
    if canonical.about_people:
        query = query.join(table("person", "p"), on=_equal("p.person_id", "s.person_id"), join_type="left")
    if canonical.sourced:
        query = query.join(table("coverage", "v"), on=_equal("v.source", "s.source"), join_type="left")
    if unlinked:
        same = exp.and_(_equal("u.source", "s.source"), _equal("u.source_id", "s.person_id"))
        query = query.join(table(_unlinked(), "u"), on=same, join_type="left")
    return query


def _ranked(canonical: Table, staged: exp.Select) -> exp.Select:
    """Staged rows with `copy`, their place among rows that are the same, and `rivals`, how many sound rows share their key."""
    if canonical.name in MAY_DIFFER:
        return _beside(canonical, staged)
    same = over(exp.RowNumber(), [c(name) for name in (*canonical.names, "flaw")], [c("part"), c("row_no")])
    copies = exp.select("*", named(same, "copy")).from_(table(staged, "staged"))
    if not canonical.key:
        return copies
    sound = case((exp.and_(exp.Is(this=c("flaw"), expression=exp.null()), exp.EQ(this=c("copy"), expression=exp.convert(1))), 1), otherwise=0)
    rivals = over(exp.Sum(this=sound), [c(name) for name in canonical.key])
    return exp.select("*", named(rivals, "rivals")).from_(table(copies, "copies"))


def _beside(canonical: Table, staged: exp.Select) -> exp.Select:
    """Staged rows beside the one before, of rows alike in all but the columns that may differ, and `copy`: 2 where it is the same.

    A spell has `furthest` too: the latest end of all before it.
    """
    differ = MAY_DIFFER[canonical.name]
    alike_in = [c(name) for name in (*canonical.names, "flaw") if name not in differ]
    order = [c(name) for name in (*differ, "part", "row_no")]
    before = [named(over(exp.Lag(this=c(name)), alike_in, order), f"before_{name}") for name in (*differ, "row_no")]
    if canonical.name == "spell":
        before.append(named(over(exp.Max(this=c("stop")), alike_in, order, rows=("1", "PRECEDING")), "furthest"))
    rows = exp.select("*", *before).from_(table(staged, "staged"))
    same = exp.and_(known(c("before_row_no")), *(alike(c(name), c(f"before_{name}")) for name in differ))
    return exp.select("*", named(case((same, 2), otherwise=1), "copy")).from_(table(rows, "beside"))


def _reasons(canonical: Table, *, unlinked: bool) -> Iterator[tuple[str, Node]]:
    """Reasons against a row, in the order in which they count."""
    sound = exp.Is(this=c("s.flaw"), expression=exp.null())

    def against(condition: Node) -> Node:
        return exp.and_(sound.copy(), condition)

    if canonical.sourced:
        yield "unknown source:source", against(exp.Is(this=c("v.source"), expression=exp.null()))
    if canonical.name not in ADDED_UP:  # lines of money that are the same may be two: two pills on one day cost the same
        yield "repeated:", against(exp.GT(this=c("s.copy"), expression=exp.convert(1)))
    if canonical.key:
        yield "conflicting:" + canonical.key[-1], against(exp.GT(this=c("s.rivals"), expression=exp.convert(1)))
    if unlinked:
        yield "not linked:", against(exp.and_(known(c("u.source_id")), exp.Is(this=c("p.person_id"), expression=exp.null())))
    if canonical.about_people:
        yield "orphan:person_id", against(exp.and_(known(c("s.person_id")), exp.Is(this=c("p.person_id"), expression=exp.null())))
    if canonical.sourced and canonical.day:
        yield f"outside coverage:{canonical.day}", against(_uncovered(canonical))
    if canonical.about_people and canonical.day:
        yield f"before birth:{canonical.day}", against(exp.LT(this=c(f"s.{canonical.day}"), expression=c("p.birth")))


def _uncovered(canonical: Table) -> Node:
    """Whether no day of the row is one that its source covers."""
    begins_after = exp.GT(this=c(f"s.{canonical.day}"), expression=c("v.last"))
    begins_before = exp.LT(this=c(f"s.{canonical.day}"), expression=c("v.first"))
    if "stop" in canonical:  # a stay that began before the records is seen from their first day on
        begins_before = exp.and_(begins_before, exp.LTE(this=c("s.stop"), expression=c("v.first")))
    return exp.or_(begins_after, begins_before)


def _kept(canonical: Table) -> exp.Select:
    leading = [name for name in ("person_id", canonical.day) if name and name in canonical]
    order = [*leading, *(name for name in canonical.names if name not in leading)]
    rows = exp.select(*(c(name) for name in canonical.names)).from_(table("judged"))
    return rows.where(exp.Is(this=c("reason"), expression=exp.null())).order_by(*(c(name) for name in order))


def _listed(canonical: Table, files: tuple[str, ...]) -> exp.Select:
    file = case(*((exp.EQ(this=c("part"), expression=exp.convert(part)), name) for part, name in enumerate(files)), otherwise="")
    values = (literal(canonical.name), file, c("row_no"), _source(canonical), c("reason"))
    return select(**dict(zip(LISTED, values, strict=True))).from_(table("judged")).where(known(c("reason")))


def _source(canonical: Table) -> Node:
    """The row's source where it is a declared one: an undeclared word may be anything."""
    if not canonical.sourced:
        return literal("")
    return case((c("source_known"), c("source")), otherwise="")


def _tallied(engine: Engine, canonical: Table) -> Iterator[Tally]:
    source = c("source") if canonical.sourced else exp.cast(exp.null(), "TEXT")
    by = {"source": source, "source_known": c("source_known"), "known": c("known"), "late": c("late"), "reason": given(c("reason"), "")}
    query = select(**by, n=count()).from_(table("judged")).group_by(*(node.copy() for node in by.values()))
    for row in engine.fetch(query).to_pylist():
        yield Tally(canonical.name, row["source"], row["source_known"], row["known"], row["late"], row["reason"], int(row["n"]))


def _own_ids(engine: Engine, canonical: Table, files: tuple[str, ...]) -> Iterator[str]:
    """Files whose rows are about nobody known, by ids that the crosswalk knows as the source's own."""
    if not (canonical.about_people and canonical.sourced) or canonical.name == "crosswalk":
        return
    same = exp.and_(_equal("x.source", "j.source"), _equal("x.source_id", "j.person_id"))
    query = select(part=c("j.part"), n=count()).from_(table("judged", "j")).join(table("crosswalk", "x"), on=same)
    query = query.where(exp.EQ(this=c("j.reason"), expression=literal("orphan:person_id"))).group_by(c("j.part")).order_by(c("j.part"))
    for row in engine.fetch(query).to_pylist():
        many = counted(row["n"], "row names somebody", "rows name people")
        yield f'{files[row["part"]]}: {many} by an id of the source\'s own that the crosswalk has. Add ids = "source" to its entry in records.toml.'


def _gather(engine: Engine, name: str, columns: tuple[str, ...], lists: list[str]) -> None:
    """One list of rows in the place of many."""
    if not lists:
        engine.load(name, pa.schema([(column, pa.int64() if column == "row_no" else pa.string()) for column in columns]).empty_table())
        return
    parts = [exp.select("*").from_(table(each)) for each in lists]
    rows = exp.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    order = ("table_name", "file", "row_no", columns[-1])
    engine.create(name, exp.select("*").from_(table(rows, "gathered")).order_by(*map(c, order)))
    for each in lists:
        drop(engine, each)


def _equal(left: str, right: str) -> exp.EQ:
    return exp.EQ(this=c(left), expression=c(right))
