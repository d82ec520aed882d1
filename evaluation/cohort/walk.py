"""The draw: at most so many people for each risk set, by a walk that is the same on every engine.

    walk_<cohort>    the pool of each stratum in one random order, and the place in it where each set begins
    short_<cohort>   the sets that have not met enough people yet
    step_<cohort>    the numbers of the steps that are taken at once
    met_<cohort>     who was met on the way and could have been served that day

The pool of a stratum is put in one random order (by a keyed digest), and each set begins at a random place in it; it walks on,
past the end to the beginning, and keeps the first people who could have been served that day.  That is a simple random sample,
without replacement, of each risk set; its cost does not grow with pool times days, and its order is the same on every engine,
since it rests on the order of hexadecimal digits and on remainders alone.

Sets that begin side by side meet some of the same people: of N who could all be met, two sets of k share k(k + 1) / (N + 1) on
average, and k * k / N where each is drawn by itself.  So a draw of 20 or more costs hardly any precision, and a draw of one
leans on few people about twice as often; whoever measures uncertainty clusters by person.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from sqlglot import exp

from ..records.days import FOREVER
from ..records.engine import Engine
from ..records.sql import Node, c, count, digest, given, holds, later, minus, over, select, table, whole
from ..terms import CohortPlan
from .starts import Tables

STRIDE = 4  # a set first takes so many steps for each person it needs; then, where it is still short, so many times as many
MOST = 4_000_000  # rows that one statement of the draw makes: they are held in memory
SPAN = 4 * FOREVER  # longer than any clock runs


def walk(plan: CohortPlan, tables: Tables, *, passed_all: int) -> exp.Select:
    """Everybody in the pool in one random order within a stratum; each set begins at a random place of its own in that order.

    A row of the pool has `place` 1, 2, ...; a set's `place` is how many of the pool come before it.
    """
    seed, columns = str(plan.compared.seed), ("stratum", "set_id", "one", "person_id", "origin", "low", "high", "own", "death", "moved")
    of_pool = {name: c(f"k.{name}") for name in columns} | {"set_id": exp.convert(0), "one": exp.convert(1)}
    of_sets = {name: c(f"s.{name}") for name in columns} | {"one": exp.convert(0), "low": c("s.own"), "high": c("s.own")}
    pool = select(**of_pool, digest=digest(seed, "pool", c("k.person_id"), c("k.origin"), c("k.low")))
    sets = select(**of_sets, digest=digest(seed, "set", c("s.person_id"), c("s.origin")))
    both = pool.from_(table(tables.candidate, "k")).where(c("k.passed").eq(passed_all)).union(sets.from_(table(tables.served, "s")), distinct=False)
    order = [c(f"w.{name}") for name in ("digest", "one", "person_id", "low")]
    place = over(exp.Sum(this=c("w.one")), [c("w.stratum")], order, rows=("CURRENT ROW", None))
    size = over(exp.Sum(this=c("w.one")), [c("w.stratum")])
    return exp.select(*(f"w.{name}" for name in columns), exp.alias_(whole(place), "place"), exp.alias_(whole(size), "size")).from_(table(both, "w"))


def short(plan: CohortPlan, tables: Tables, *, walked: int) -> exp.Select:
    """The sets that have not met enough people in the first `walked` steps, and have further to go."""
    clock = minus(c("w.low"), c("w.origin"))
    sets = select(set_id=c("w.set_id"), person_id=c("w.person_id"), clock=clock, **{n: c(f"w.{n}") for n in ("stratum", "place", "size")})
    sets = sets.from_(table(tables.walk, "w")).where(c("w.one").eq(0), c("w.size") > walked)
    if walked == 0:
        return sets
    full = select(set_id=c("m.set_id")).from_(table(tables.met, "m")).group_by(c("m.set_id")).having(count() >= plan.compared.draw)
    sets = sets.join(table(full, "f"), on=c("f.set_id").eq(c("w.set_id")), join_type="left")
    return sets.where(exp.Is(this=c("f.set_id"), expression=exp.null()))


def draw(tables: Tables) -> exp.Select:
    """The steps n of table `step` on the walk of every set that is short: the people met who could have been served that day."""
    at = later(exp.Mod(this=exp.paren(c("h.place") + c("n.n")), expression=c("h.size")), 1)
    steps = select(set_id=c("h.set_id"), person_id=c("h.person_id"), clock=c("h.clock"), stratum=c("h.stratum"), step=c("n.n"), at=at)
    steps = steps.from_(table(tables.short, "h")).join(table(tables.step, "n"), on=c("n.n") < c("h.size"))
    day = c("w.origin") + c("s.clock")
    met = select(set_id=c("s.set_id"), step=c("s.step"), person_id=c("w.person_id"), origin=c("w.origin"), day=day)
    met = met.select("w.death", "w.moved", "w.own").from_(table(steps, "s"))
    here = exp.and_(c("w.stratum").eq(c("s.stratum")), c("w.place").eq(c("s.at")), c("w.one").eq(1))
    return met.join(table(tables.walk, "w"), on=here).where(holds(c("w.low"), day, c("w.high")), c("w.person_id").neq(c("s.person_id")))


def look_up(plan: CohortPlan, tables: Tables, *, walked: int, part: int, parts: int) -> exp.Select:
    """For one part of the sets that are short, whom they would meet on the walk from step `walked` on, found by the day instead."""
    # stratum and clock in one number: engines are quick where a number lies between two others, and not where two things must hold
    clock = _in_stratum("h", c("h.clock"))
    first, stop = (_in_stratum("w", minus(c(f"w.{end}"), c("w.origin"))) for end in ("low", "high"))
    ahead = exp.paren(minus(c("w.place"), c("h.place")) + c("h.size") - exp.Literal.number(1))
    met = select(set_id=c("h.set_id"), step=exp.Mod(this=ahead, expression=c("h.size")), person_id=c("w.person_id"), origin=c("w.origin"))
    met = met.select(exp.alias_(c("w.origin") + c("h.clock"), "day"), "w.death", "w.moved", "w.own").from_(table(tables.walk, "w"))
    mine = exp.Mod(this=c("h.set_id"), expression=exp.convert(parts)).eq(part)
    met = met.join(table(tables.short, "h"), on=exp.and_(exp.LTE(this=first, expression=clock), exp.GT(this=stop, expression=clock.copy())))
    met = met.where(mine, c("w.one").eq(1), c("w.person_id").neq(c("h.person_id")))
    nth = over(exp.RowNumber(), [c("m.set_id")], [c("m.step")])
    columns = [f"m.{name}" for name in ("set_id", "step", "person_id", "origin", "day", "death", "moved", "own")]
    ranked = exp.select(*columns, exp.alias_(nth, "nth")).from_(table(met, "m")).where(c("m.step") >= walked)
    return exp.select(*columns).from_(table(ranked, "m")).where(c("m.nth") <= plan.compared.draw)


def _in_stratum(source: str, clock: Node) -> Node:
    return whole(c(f"{source}.stratum")) * exp.Literal.number(SPAN) + exp.paren(clock)


def people_drawn(plan: CohortPlan, tables: Tables, engine: Engine, *, passed_all: int, stride: int | None = None) -> None:
    """Makes the table `met`: walks until every set has met as many people as are to be drawn, or everybody in its stratum.

    `stride` is how many steps a set takes at first: it decides how long the draw takes, and never who is drawn.

    A set that is still short after many steps shares its days with few, and would walk far to meet them: those are looked up by
    the day instead, and put in the order in which the walk meets them.  From the square root of (people to be drawn x size of
    the stratum) steps on, that reads fewer rows than the rest of the walk.
    """
    engine.create(tables.walk, walk(plan, tables, passed_all=passed_all))
    walked, stride = 0, stride or STRIDE * plan.compared.draw
    while True:
        engine.create(tables.short, short(plan, tables, walked=walked))
        left = select(n=count(), size=given(exp.Max(this=c("size")), 0)).from_(table(tables.short))
        [(n, size)] = [tuple(row.values()) for row in engine.fetch(left).to_pylist()]
        if walked and n == 0:
            return
        if walked and walked**2 >= plan.compared.draw * size:
            parts = 1 + n * plan.compared.draw * size // walked // MOST
            for part in range(parts):
                engine.run(exp.insert(look_up(plan, tables, walked=walked, part=part, parts=parts), table(tables.met)))
            return
        reached = walked + max(1, min(stride, size - walked, MOST // max(n, 1)))
        engine.load(tables.step, pa.table({"n": np.arange(walked, reached)}))
        if walked == 0:
            engine.create(tables.met, draw(tables))
        else:
            engine.run(exp.insert(draw(tables), table(tables.met)))
        walked, stride = reached, stride * STRIDE
