"""The clock of service as syntax trees: beside each served person, some of those who could have been served that day and were not.

    own_<cohort>         the first start of everybody ever served
    ages_<cohort>        the days on which the people born on a day come of age and grow too old
    strata_<cohort>      a number for each combination of the columns of `exact`
    candidate_<cohort>   every stretch of days beside what bounds it; `low` and `high`, where all bounds hold together; `passed`, how
                         many bounds leave a day, in order; `passed_as_served`, how many hold on the person's own first day of service
    served_<cohort>      the served who pass, by the set that each opens
    walk_<cohort>        the pool of each stratum in one random order, and the place in it where each set begins
    met_<cohort>         who was met on the way and could have been served that day
    start_<cohort>       one row a person in a set: the served person first, then those drawn

A set's people share the calendar day, or the days since what made them eligible: the clock counts from `origin`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlglot import exp

from ..records.days import FOREVER, day_of
from ..records.engine import Engine
from ..records.sql import (
    Node,
    Value,
    alike,
    c,
    case,
    count,
    given,
    greatest,
    holds,
    least,
    literal,
    over,
    quoted,
    select,
    table,
)
from ..terms import CohortPlan, LedgerLine
from .openings import active, an_opening, everybody, free, stretches
from .starts import ALIVE, COVERED, HERE, Coverage, Tables, aged, gone, kept_out, ledger, on_record
from .walk import people_drawn


@dataclass(frozen=True, slots=True)
class Bound:
    """One rule: its words in the ledger, and the days on which it holds, [low, high); without a low, since ever."""

    words: str
    low: Value
    high: Value

    def on(self, day: Node) -> Node:
        """Whether it holds on a day."""
        return exp.LT(this=day, expression=exp.convert(self.high)) if self.low is None else holds(self.low, day, self.high)


def bounds(plan: CohortPlan, coverage: Coverage) -> list[Bound]:
    """What must hold on a day on which somebody is served or compared, in the order of the ledger; the last of them bounds only the compared."""
    first, last = (day_of(when) for when in plan.between)
    return [
        Bound(_eligible(plan), c("b.start"), c("b.stop")),
        Bound("inside the years studied", first, last + 1),
        *([Bound(aged(plan), c("b.of_age"), c("b.too_old"))] if plan.ages else []),
        Bound(COVERED, coverage.first, coverage.end),
        *([Bound(on_record(plan), c("b.active"), c("b.inactive"))] if plan.observed == "activity" else []),
        *([Bound(kept_out(plan), c("b.free"), c("b.inside"))] if plan.outside else []),
        Bound(HERE, None, c("b.moved")),
        Bound(ALIVE, None, c("b.death")),
        Bound("not yet served on that day", None, c("b.own")),
    ]


def _eligible(plan: CohortPlan) -> str:
    within = plan.served.within_days if plan.served else None
    if everybody(plan):
        return "a person on record, who may be served on any day"
    if plan.starts.spell:
        return "eligible on the day of service: during a stay"
    return f"eligible on the day of service: within {within or 0} days of {an_opening(plan.starts)}"


def ledger_words(plan: CohortPlan) -> tuple[str, ...]:
    """The rules that a served person passes, in order; the last is that the draw finds somebody."""
    return (*(step.words for step in bounds(plan, Coverage(0, 0))[:-1]), "somebody comparable on that day")


def own(plan: CohortPlan) -> exp.Select:
    """Everybody ever served, and the first day of it."""
    assert plan.served is not None, "the clock of service has somebody served"
    served = select(person_id=c("person_id"), own=exp.Min(this=c("start"))).from_(table("service"))
    return served.where(c("programme").eq(literal(plan.served.enrolment))).group_by(c("person_id"))


def strata(plan: CohortPlan) -> exp.Select:
    """The combinations of the columns of `exact`, numbered; which number is whose never decides who is drawn."""
    columns = [quoted(name, "p") for name in plan.exact]
    return exp.select(*columns, exp.alias_(over(exp.RowNumber(), [], columns), "stratum")).from_(table("person", "p")).group_by(*columns)


def candidate(plan: CohortPlan, coverage: Coverage, tables: Tables) -> exp.Select:
    """Every stretch beside everything that bounds it, and how many of the bounds it passed: as comparison, and as served."""
    base = select(
        person_id=c("k.person_id"),
        origin=c("k.origin"),
        start=c("k.start"),
        stop=c("k.stop"),
        death=given(c("p.death"), FOREVER),
        moved=given(c("p.moved"), FOREVER),
        own=given(c("o.own"), FOREVER),
        stratum=c("t.stratum") if plan.exact else 0,
    ).from_(table(stretches(plan), "k"))
    base = base.join(table("person", "p"), on=c("p.person_id").eq(c("k.person_id")))
    base = base.join(table(tables.own, "o"), on=c("o.person_id").eq(c("k.person_id")), join_type="left")
    if plan.exact:
        base = base.join(table(tables.strata, "t"), on=exp.and_(*(alike(quoted(name, "t"), quoted(name, "p")) for name in plan.exact)))
    if plan.ages:
        base = base.select(exp.alias_(given(c("g.of_age"), FOREVER), "of_age"), exp.alias_(given(c("g.too_old"), FOREVER), "too_old"))
        base = base.join(table(tables.ages, "g"), on=c("g.birth").eq(c("p.birth")), join_type="left")
    if plan.observed == "activity":  # a stretch is cut into those parts of it in which the person is on record
        meets = exp.and_(c("a.person_id").eq(c("k.person_id")), _meet("a", "k"))
        base = base.select(exp.alias_(given(c("a.start"), FOREVER), "active"), exp.alias_(given(c("a.stop"), FOREVER), "inactive"))
        base = base.join(table(active(plan), "a"), on=meets, join_type="left")
    if plan.outside:  # and into those in which the person is free; parts that do not meet are not paired, or rows would multiply
        parts = ["k", *(["a"] if plan.observed == "activity" else [])]
        meets = exp.and_(c("f.person_id").eq(c("k.person_id")), *(_meet("f", part) for part in parts))
        base = base.select(exp.alias_(given(c("f.start"), FOREVER), "free"), exp.alias_(given(c("f.stop"), FOREVER), "inside"))
        base = base.join(table(free(plan), "f"), on=meets, join_type="left")
    steps = bounds(plan, coverage)
    shut = [(_low(steps[: n + 1]) >= _high(steps[: n + 1]), n) for n in range(len(steps))]
    fails = [(exp.not_(exp.paren(step.on(c("b.own")))), n) for n, step in enumerate(steps[:-1])]
    return (
        exp.select("b.*")
        .select(
            exp.alias_(_low(steps), "low"),
            exp.alias_(_high(steps), "high"),
            exp.alias_(case(*shut, otherwise=len(steps)), "passed"),
            exp.alias_(case(*fails, otherwise=len(steps) - 1), "passed_as_served"),
        )
        .from_(table(base, "b"))
    )


def _meet(one: str, other: str) -> exp.Condition:
    """Whether two stretches [start, stop) share a day."""
    return exp.and_(c(f"{one}.start") < c(f"{other}.stop"), c(f"{one}.stop") > c(f"{other}.start"))


def _low(steps: Sequence[Bound]) -> Node:
    """The first day on which all of these hold."""
    return greatest(*(step.low for step in steps if step.low is not None))


def _high(steps: Sequence[Bound]) -> Node:
    """The first day on which one of these no longer does."""
    return least(*(step.high for step in steps))


def served(tables: Tables, *, passed_all: int) -> exp.Select:
    """The served by the set that each opens; no two stretches of a person hold one day."""
    columns = ("person_id", "origin", "stratum", "death", "moved", "own")
    set_id = over(exp.RowNumber(), [], [c("k.own"), c("k.person_id")])
    passed = exp.select(*(f"k.{name}" for name in columns), exp.alias_(set_id, "set_id")).from_(table(tables.candidate, "k"))
    return passed.where(c("k.passed_as_served").eq(passed_all - 1))


def start(plan: CohortPlan, coverage: Coverage, tables: Tables) -> exp.Select:
    """The rows of every set in which anybody was drawn, with the days that end what is seen of them."""
    shared = ("set_id", "person_id", "origin", "death", "moved")
    drawn = exp.select("m.set_id").distinct().from_(table(tables.met, "m"))
    opener = select(**{name: c(f"s.{name}") for name in shared}, day=c("s.own"), served=1, own=FOREVER)
    opener = opener.from_(table(tables.served, "s")).join(table(drawn, "d"), on=c("d.set_id").eq(c("s.set_id")))
    nth = over(exp.RowNumber(), [c("m.set_id")], [c("m.step")])
    met = exp.select(*(f"m.{name}" for name in (*shared, "day", "own")), exp.alias_(nth, "nth")).from_(table(tables.met, "m"))
    until = FOREVER if plan.compared.later_served == "keep" else c("m.own")
    beside = select(**{name: c(f"m.{name}") for name in shared}, day=c("m.day"), served=0, own=until)
    beside = beside.from_(table(met, "m")).where(c("m.nth") <= plan.compared.draw)
    return select(
        start_id=over(exp.RowNumber(), [], [c("w.set_id"), c("w.served").desc(), c("w.person_id"), c("w.origin")]),
        set_id=over(exp.DenseRank(), [], [c("w.set_id")]),
        person_id=c("w.person_id"),
        origin=c("w.origin"),
        day=c("w.day"),
        served=c("w.served"),
        death=c("w.death"),
        moved=c("w.moved"),
        covered=coverage.end,
        own=c("w.own"),
        gone=gone(c("w.moved"), c("w.death"), exp.convert(coverage.end), c("w.own")),
    ).from_(table(opener.union(beside, distinct=False), "w"))


def tally(tables: Tables) -> exp.Select:
    """How many of the served passed so many rules; somebody counts once, at the furthest rule that any stretch reached."""
    furthest = select(passed=given(exp.Max(this=c("k.passed_as_served")), 0)).from_(table(tables.own, "o"))
    furthest = furthest.join(table(tables.candidate, "k"), on=c("k.person_id").eq(c("o.person_id")), join_type="left").group_by(c("o.person_id"))
    return select(passed=c("f.passed"), n=count()).from_(table(furthest, "f")).group_by(c("f.passed")).order_by(c("f.passed"))


def build(plan: CohortPlan, coverage: Coverage, tables: Tables, engine: Engine, stride: int | None = None) -> tuple[LedgerLine, ...]:
    """Makes the tables of the cohort in the engine, with its people's ages there already; gives the ledger of the served.

    `stride` is how many steps a set takes at first: it decides how long the draw takes, and never who is drawn.
    """
    steps = bounds(plan, coverage)
    engine.create(tables.own, own(plan))
    if plan.exact:
        engine.create(tables.strata, strata(plan))
    engine.create(tables.candidate, candidate(plan, coverage, tables))
    engine.create(tables.served, served(tables, passed_all=len(steps)))
    people_drawn(plan, tables, engine, passed_all=len(steps), stride=stride)
    engine.create(tables.start, start(plan, coverage, tables))
    for name in (tables.walk, tables.short, tables.step, tables.met):  # only the draw needed them, and they are as long as the pool
        engine.run(exp.Drop(this=table(name), tables=[table(name)], kind="TABLE"))
    rows = {row["passed"]: row["n"] for row in engine.fetch(tally(tables)).to_pylist()}
    sets = engine.fetch(select(n=given(exp.Max(this=c("set_id")), 0)).from_(table(tables.start)))["n"][0].as_py()
    passed = rows.pop(len(steps) - 1, 0)
    return ledger(ledger_words(plan), rows | {len(steps) - 1: passed - sets, len(steps): sets})
