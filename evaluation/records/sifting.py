"""Separates the rows that may be used from those that may not: everything that needs more than one row to be seen.

Rows come in typed, with the flaws of their own that were found while reading.  They leave as the eleven canonical tables,
sorted by person and day, and as the table `set_aside` (table, file, row number, source, reason), which holds no value of
a row.  A row is set aside for the first reason that applies, so that the counts add up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlglot import exp

from ..phrases import counted
from .contract import CONTRACT, Table
from .engine import Engine
from .sql import Node, c, case, count, given, known, literal, named, over, select, table

SET_ASIDE = "set_aside"
LISTED = ("table_name", "file", "row_no", "source", "reason")
ADDED_UP = ("quarter", "cost")  # lines of money that are the same may be two: two pills on one day cost the same
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
    """Writes the canonical tables and `set_aside`; takes the rows out of `staged`, so that memory holds them once.

    Gives back the counts, and sentences about ids that look like a source's own.  `staged` holds typed rows with `flaw`, `part`
    (a position in `files`), `row_no` and `own_id`: whether person_id is the source's own.
    """
    filled = tuple(name for name in CONTRACT if len(staged[name]))
    tallies: list[Tally] = []
    notes: list[str] = []
    for name in ORDER:
        rows, canonical = staged.pop(name), CONTRACT[name]
        if name not in filled:
            engine.load(name, rows.select(canonical.names))
            continue
        linking = any(chunk.true_count for chunk in rows["own_id"].chunks)
        engine.load("staged", rows)
        del rows
        engine.create("judged", _judged(canonical, _linked(canonical) if linking else exp.select("*").from_(table("staged"))))
        drop(engine, "staged")
        engine.create(name, _kept(canonical))
        engine.create(f"aside_{name}", _listed(canonical, files))
        tallies += _tallied(engine, canonical)
        notes += _own_ids(engine, canonical, files)
        drop(engine, "judged")
    _gather(engine, filled)
    return tuple(tallies), tuple(notes)


def drop(engine: Engine, name: str) -> None:
    """Takes a table out of the engine."""
    # sqlglot 30.18 renamed `this` to `tables`; each version ignores the other's word
    engine.run(exp.Drop(this=table(name), tables=[table(name)], kind="TABLE"))


def _linked(canonical: Table) -> exp.Select:
    """Staged rows with a source's own ids replaced by the people that the crosswalk links them to."""
    person = case((c("s.own_id"), c("x.person_id")), otherwise=c("s.person_id"))
    unlinked = exp.and_(c("s.own_id"), exp.Is(this=c("x.person_id"), expression=exp.null()))
    columns = {**{name: c(f"s.{name}") for name in (*canonical.names, "part", "row_no", "own_id")}, "person_id": person}
    flaw = given(c("s.flaw"), case((unlinked, "not linked:")))
    same = exp.and_(_equal("x.source", "s.source"), _equal("x.source_id", "s.person_id"))
    return select(**columns, flaw=flaw).from_(table("staged", "s")).join(table("crosswalk", "x"), on=same, join_type="left")


def _judged(canonical: Table, staged: exp.Select) -> exp.Select:
    """Every row with the first reason against it, whether its person is known, and whether it comes after their death."""
    reasons = dict(_reasons(canonical))
    columns: dict[str, Any] = {name: c(f"s.{name}") for name in (*canonical.names, "part", "row_no")}
    columns["reason"] = case(*((condition, reason) for reason, condition in reasons.items()), otherwise=c("s.flaw"))
    columns["known"] = known(c("p.person_id")) if canonical.about_people else exp.true()
    columns["source_known"] = known(c("v.source")) if canonical.sourced else exp.true()
    late = canonical.about_people and canonical.day is not None
    columns["late"] = given(exp.GT(this=c(f"s.{canonical.day}"), expression=c("p.death")), False) if late else exp.false()
    query = select(**columns).from_(table(_ranked(canonical, staged), "s"))
    if canonical.about_people:
        query = query.join(table("person", "p"), on=_equal("p.person_id", "s.person_id"), join_type="left")
    if canonical.sourced:
        query = query.join(table("coverage", "v"), on=_equal("v.source", "s.source"), join_type="left")
    return query


def _ranked(canonical: Table, staged: exp.Select) -> exp.Select:
    """Staged rows with `copy`, their place among rows that are the same, and `rivals`, how many sound rows share their key."""
    same = over(exp.RowNumber(), [c(name) for name in (*canonical.names, "flaw")], [c("part"), c("row_no")])
    copies = exp.select("*", named(same, "copy")).from_(table(staged, "staged"))
    if not canonical.key:
        return copies
    sound = case((exp.and_(exp.Is(this=c("flaw"), expression=exp.null()), exp.EQ(this=c("copy"), expression=exp.convert(1))), 1), otherwise=0)
    rivals = over(exp.Sum(this=sound), [c(name) for name in canonical.key])
    return exp.select("*", named(rivals, "rivals")).from_(table(copies, "copies"))


def _reasons(canonical: Table) -> Iterator[tuple[str, Node]]:
    """Reasons against a row, in the order in which they count."""
    sound = exp.Is(this=c("s.flaw"), expression=exp.null())

    def against(condition: Node) -> Node:
        return exp.and_(sound.copy(), condition)

    if canonical.sourced:
        yield "unknown source:source", against(exp.Is(this=c("v.source"), expression=exp.null()))
    if canonical.name not in ADDED_UP:
        yield "repeated:", against(exp.GT(this=c("s.copy"), expression=exp.convert(1)))
    if canonical.key:
        yield "conflicting:" + canonical.key[-1], against(exp.GT(this=c("s.rivals"), expression=exp.convert(1)))
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


def _gather(engine: Engine, filled: tuple[str, ...]) -> None:
    """One list of the rows set aside, in place of one for each table."""
    if not filled:
        engine.load(SET_ASIDE, pa.schema([(name, pa.int64() if name == "row_no" else pa.string()) for name in LISTED]).empty_table())
        return
    lists = [exp.select("*").from_(table(f"aside_{name}")) for name in filled]
    rows = exp.union(*lists, distinct=False) if len(lists) > 1 else lists[0]
    engine.create(SET_ASIDE, exp.select("*").from_(table(rows, "rows_aside")).order_by(c("table_name"), c("file"), c("row_no")))
    for name in filled:
        drop(engine, f"aside_{name}")


def _equal(left: str, right: str) -> exp.EQ:
    return exp.EQ(this=c(left), expression=c(right))
