"""Many outcomes read off the same clocks at once: one pass over each table of the records, however many definitions read it.

The numbers are those of a Ruler laid down for each definition by itself; only the work is shared.  The lines of definitions that join stays,
wait or are made by a rule are put under each other and read in one pass of their own, and so are the stays whose days are added up.  A rate,
which is two numbers, is read alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from ..records.contract import CONTRACT
from ..records.engine import Engine
from ..records.sql import Node, among, c, case, given, greatest, holds, later, least, literal, minus, select, table, whole
from ..records.tape import merged
from ..terms import Horizon, Outcome, Problem, Refused
from .clock import LASTING, beside, on_last_day, to_horizon
from .engine_ruler import EngineRuler
from .making import MAKING
from .quarters import to_quarter

if TYPE_CHECKING:
    from ..terms import Array

_CENTS = 100  # money is whole cents in the engine
_VALUES = {"event": "value", "cost": "amount"}  # what a line holds, by table

Told = tuple["Array", "Array", "Array | None"]  # (n,) each: the value, whether it is known, and of a mark the day


@dataclass(slots=True)
class _Pass:
    """One pass: what lies beside the clocks, which of it is near enough, and a column for each definition that is read from it."""

    what: exp.Select
    near: Node
    columns: dict[Node, str] = field(default_factory=dict)  # the same column is read once, whoever asks for it


def read_together(engine: Engine, starts: str, outcomes: Sequence[Outcome], horizon: Horizon) -> pa.Table:
    """What every clock of a cohort shows by a horizon, of all these outcomes; n rows, in the order of the cohort.

    Columns: `start_id`; of each outcome, under its name, its value as a number: a mark 1 or 0, an amount in its own unit, a state 1 or 0, a
    rate for every `per` days and missing where there are none; `NAME seen`, whether the clock was watched to the horizon or, of a
    state, whether it is known; of a mark `NAME day`, in days since the start, missing where there is none.  What competes with a mark is
    not laid on, but for a death.

    Raises:
        Refused: as a Ruler would: a horizon that an outcome cannot be read over, or nothing on record to read it from.
    """
    told: dict[str, Told] = {}
    by_day = [outcome for outcome in outcomes if outcome.kind != "rate" and outcome.table != "quarter"]
    by_quarter = [outcome for outcome in outcomes if outcome.kind in ("amount", "state") and outcome.table == "quarter" and not outcome.made]
    if by_day:
        told |= _by_day(engine, starts, by_day, horizon)
    if by_quarter:
        told |= _by_quarter(engine, starts, by_quarter, horizon)
    told |= {outcome.name: _alone(EngineRuler(engine, starts, outcome), horizon) for outcome in outcomes if outcome.name not in told}
    columns = {"start_id": engine.fetch(select(start_id=c("start_id")).from_(table(starts)).order_by(c("start_id")))["start_id"]}
    for outcome in outcomes:
        value, seen, day = told[outcome.name]
        columns |= {outcome.name: pa.array(value, pa.float64(), mask=np.isnan(value)), f"{outcome.name} seen": pa.array(seen, pa.bool_())}
        if day is not None:
            columns[f"{outcome.name} day"] = pa.array(day, pa.int64(), mask=value != 1)
    return pa.table(columns)


# ------------------------------------------------------------------------------------------------ by day
def _by_day(engine: Engine, starts: str, outcomes: Sequence[Outcome], horizon: Horizon) -> dict[str, Told]:
    """The outcomes of events, costs, spells and enrolments: a pass over each table, one over merged stays, one over made lines."""
    clock, passes = to_horizon(engine, starts, horizon), _of_tables(outcomes)
    read: dict[str, tuple[str, Node]] = {}
    stays: dict[exp.Select, str] = {}
    made: dict[exp.Select, str] = {}
    for outcome in outcomes:
        ruler = EngineRuler(engine, starts, outcome)
        ruler.ready(outcome.kind)
        where: str = outcome.table
        mine, reduced = among(c("e.kind"), outcome.kinds) if outcome.kinds else None, ruler.reduced
        if outcome.kind == "amount" and reduced == "days":
            label = stays.setdefault(_lasting(ruler.made_lines()[1]), f"stays {len(stays)}")
            where, mine = "stays", c("e.label").eq(literal(label))
        elif not _plain(outcome):
            label = made.setdefault(_dated(ruler.made_lines()[1], outcome), f"lines {len(made)}")
            where, mine = "made", c("e.kind").eq(literal(label))
        read[outcome.name] = where, _column(outcome, reduced, mine, due=where == "made")
    if stays:
        together = _under([merged(query, label) for query, label in stays.items()])
        passes["stays"] = _Pass(together, exp.and_(c("e.start") < c("s.ends"), c("e.stop") > c("s.day")))
    if made:
        together = _under([query.select(exp.alias_(literal(label), "kind")) for query, label in made.items()])
        passes["made"] = _Pass(together, exp.and_(c("e.day") < c("s.ends"), c("e.stop") >= c("s.day")))
    rows, names = _fetched(engine, clock, passes, read)
    return {outcome.name: _told(outcome, rows, names[outcome.name], rows["day"] + outcome.from_day) for outcome in outcomes}


def _plain(outcome: Outcome) -> bool:
    """Whether the rows of a table are an outcome's lines as they stand."""
    return not (outcome.made or outcome.gap or outcome.waits)


def _of_tables(outcomes: Sequence[Outcome]) -> dict[str, _Pass]:
    """A pass over each table that holds lines as they stand: its rows of the kinds that somebody reads, near a clock."""
    passes: dict[str, _Pass] = {}
    for name in dict.fromkeys(outcome.table for outcome in outcomes if _plain(outcome)):
        those = [outcome for outcome in outcomes if outcome.table == name and _plain(outcome)]
        day, lasting, kind = ("start" if name in LASTING else "day"), name in LASTING, c(CONTRACT[name].kind or "")
        columns = {"kind": kind, "day": c(day)} | ({"stop": c("stop")} if lasting else {}) | ({"value": c(_VALUES[name])} if name in _VALUES else {})
        what = select(person_id=c("person_id"), **columns).from_(table(name))
        if all(outcome.kinds for outcome in those):
            what = what.where(among(kind, sorted({word for outcome in those for word in outcome.kinds})))
        first = later(c("s.day"), min(outcome.from_day for outcome in those))
        states = any(outcome.kind == "state" for outcome in those)
        near = exp.and_(c("e.day") < c("s.ends"), c("e.stop") >= c("s.day")) if states else holds(first, c("e.day"), c("s.ends"))
        passes[name] = _Pass(what, near)
    return passes


def _lasting(lines: exp.Select) -> exp.Select:
    """(person_id, start, stop): lines that last a day or more."""
    return select(person_id=c("person_id"), start=c("day"), stop=c("stop")).from_(table(lines, "l")).where(c("stop") > c("day"))


def _dated(lines: exp.Select, outcome: Outcome) -> exp.Select:
    """(person_id, day, stop, due, value) of an outcome's own lines; what lines do not last has the day as its end, and what none hold is 0."""
    lasts = outcome.kind == "state"
    due = c("due") if outcome.waits else later(c("day"), -outcome.from_day)
    value = c("value") if outcome.kind == "amount" and (outcome.reduce or "sum") == "sum" else 0
    columns = select(person_id=c("person_id"), day=c("day"), stop=c("stop") if lasts else c("day"), due=due, value=value)
    return columns.from_(table(lines, "l"))


def _column(outcome: Outcome, reduced: str, mine: Node | None, *, due: bool) -> Node:
    """What the lines `e` that are an outcome's say of the clock `s`."""
    own, low = [mine] if mine else [], later(c("s.day"), outcome.from_day)
    if outcome.kind == "state":
        return exp.Max(this=case((exp.and_(*own, on_last_day()), 1), otherwise=0))
    if outcome.kind == "amount" and reduced == "days":
        first, stop = greatest(c("e.start"), low), least(c("e.stop"), c("s.ends"))
        return whole(given(exp.Sum(this=case((exp.and_(*own, first < stop), minus(stop, first)))), 0))
    counts = c("s.day") <= c("e.due") if due else low <= c("e.day")
    inside = exp.and_(*own, counts, c("e.day") < c("s.ends"))
    if outcome.kind == "mark":
        return exp.Min(this=case((inside, c("e.day"))))
    return exp.Count(this=case((inside, 1))) if reduced == "count" else whole(given(exp.Sum(this=case((inside, c("e.value")))), 0))


# ------------------------------------------------------------------------------------------------ by quarter
def _by_quarter(engine: Engine, starts: str, outcomes: Sequence[Outcome], horizon: Horizon) -> dict[str, Told]:
    """The outcomes of calendar quarters: what each person's rows of a quarter add up to, once, and one pass over that."""
    clock = to_quarter(engine, starts, horizon, outcomes[0])
    measured: dict[tuple[str, ...], str] = {}
    for outcome in outcomes:
        EngineRuler(engine, starts, outcome).ready(outcome.kind)
        measured.setdefault(outcome.kinds, f"added_{len(measured)}")
    sums = {name: exp.Sum(this=case((among(c("measure"), kinds), c("amount")))) for kinds, name in measured.items()}
    of_these = among(c("measure"), sorted({kind for kinds in measured for kind in kinds}))
    what = select(person_id=c("person_id"), day=c("day"), **{name: whole(total) for name, total in sums.items()})
    what = what.from_(table("quarter")).where(of_these).group_by(c("person_id"), c("day"))
    read: dict[str, tuple[str, Node]] = {}
    for outcome in outcomes:
        total, inside = c(f"e.{measured[outcome.kinds]}"), holds(c("s.low"), c("e.day"), c("s.ends"))
        enough = total > exp.Literal.number(outcome.above)
        if outcome.kind == "state":
            column: Node = exp.Max(this=case((exp.and_(c("e.day").eq(c("s.last")), enough), 1), otherwise=0))
        elif outcome.reduce == "count":
            column = exp.Count(this=case((exp.and_(inside, enough), 1)))
        else:
            column = whole(given(exp.Sum(this=case((inside, total))), 0))
        read[outcome.name] = "quarter", column
    rows, names = _fetched(engine, clock, {"quarter": _Pass(what, holds(c("s.low"), c("e.day"), c("s.ends")))}, read, "low", "last")
    return {outcome.name: _told(outcome, rows, names[outcome.name], rows["low"]) for outcome in outcomes}


# ------------------------------------------------------------------------------------------------ told
def _fetched(
    engine: Engine, clock: exp.Select, passes: dict[str, _Pass], read: dict[str, tuple[str, Node]], *days: str
) -> tuple[dict[str, Array], dict[str, str]]:
    """The clocks with every column beside them, (n,) each in the order of the cohort, and the column of each outcome."""
    names = {}
    for outcome, (where, column) in read.items():
        names[outcome] = passes[where].columns.setdefault(column, f"{where}_{len(passes[where].columns)}")
    clocks = {name: c(f"s.{name}") for name in ("day", "until", "gone", "death", *days)}
    rows = select(start_id=c("s.start_id"), **clocks).from_(table(clock, "s"))
    for name, one in passes.items():
        if one.columns:
            laid = beside(clock, one.what, one.near, **{column: node for node, column in one.columns.items()})
            rows = rows.join(table(laid, f"{name}_read"), on=c(f"{name}_read.start_id").eq(c("s.start_id")), copy=False)
            rows = rows.select(*(c(f"{name}_read.{column}") for column in one.columns.values()), copy=False)
    fetched = engine.fetch(rows.order_by(c("s.start_id"), copy=False))  # a tree of all definitions is long to copy
    return {name: fetched[name].to_numpy() for name in fetched.column_names}, names


def _told(outcome: Outcome, rows: dict[str, Array], name: str, low: Array) -> Told:
    """A column of a pass as a value, whether it is known, and the day of a mark."""
    found = rows[name].astype(float)
    watched = rows["gone"] >= rows["until"]
    if outcome.kind == "mark":
        marked = ~np.isnan(found)
        return marked.astype(float), watched, np.where(marked, found - rows["day"], 0).astype(np.int64)
    if outcome.kind == "amount":
        seen = np.maximum(np.minimum(rows["until"], rows["gone"]) - low, 0) == rows["until"] - low
        return found / (_CENTS if outcome.unit == "dollars" else 1), seen, None
    last = rows["last"] if outcome.table == "quarter" else rows["until"] - 1
    died, gone = (rows["death"] < last) & (rows["death"] < rows["gone"]), rows["gone"] <= last
    inside = (found == 1) & ~died & ~gone
    return inside.astype(float), died | ~gone if "death" in outcome.competing else ~died & ~gone, None


def _alone(ruler: EngineRuler, horizon: Horizon) -> Told:
    """An outcome that no pass holds, by its own Ruler."""
    if ruler.outcome.kind == "rate":
        rate = ruler.rate(horizon)
        with np.errstate(invalid="ignore", divide="ignore"):
            value = ruler.outcome.per * np.where(rate.exposure > 0, rate.numerator / rate.exposure, np.nan)
        return value, rate.exposure > 0, None
    marks = ruler.marks(horizon)
    marked = marks.why == "mark"
    return marked.astype(float), marks.whole, np.where(marked, marks.day, 0)


def _under(queries: Sequence[exp.Select]) -> exp.Select:
    """The rows of all, one under the other."""
    every = exp.union(*queries, distinct=False, copy=False) if len(queries) > 1 else queries[0]
    return exp.select("*").from_(table(every, "u"), copy=False)


def unreadable(engine: Engine, starts: str, outcome: Outcome, horizon: Horizon) -> tuple[Problem, ...]:
    """Why an outcome cannot be read off these clocks by a horizon; empty where it can."""
    ruler = EngineRuler(engine, starts, outcome)
    if outcome.made and outcome.made not in MAKING:
        found = "it is read with a book of unit costs, which a question names."
        return (Problem(f"outcome '{outcome.name}'", found, remedy='Ask it in a design, with method = "mean" and `money`.'),)
    try:
        ruler.ready(outcome.kind)
        if outcome.table == "quarter":
            to_quarter(engine, starts, horizon, outcome)
        if outcome.kind == "rate" and (spells := outcome.exposure or outcome.off_clock):
            ruler.on_record("spell", spells)
    except Refused as refused:
        return refused.problems
    return ()
