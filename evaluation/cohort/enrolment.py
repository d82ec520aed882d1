"""Enrols a cohort: checks the plan against the records, builds the starts where the records are, collects what methods read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from ..records.days import turned
from ..records.engine import Engine
from ..records.sql import c, known, quoted, select, table
from ..records.tape import Measure, lay
from ..terms import Cohort, CohortPlan, HistoryColumn, Horizon, LedgerLine, Problem, Refused, Study
from . import checks, groups
from .starts import Coverage, Tables, candidate, ledger, opened, rules, start, tally

if TYPE_CHECKING:
    from ..records import Records
    from ..terms import Array


@dataclass(frozen=True, slots=True)
class Size:
    """How large the analysis table is that is about to leave the engine."""

    rows: int
    columns: int

    @property
    def bytes(self) -> int:
        """About how much memory it takes: eight bytes a number."""
        return 8 * self.rows * self.columns

    def __str__(self) -> str:
        return f"{self.rows:,} person-starts by {self.columns} columns, about {max(self.bytes / 1e6, 0.1):,.1f} MB"


def _quietly(size: Size) -> None:
    """Tells nobody."""


def enrol(
    name: str,
    plan: CohortPlan,
    history: tuple[HistoryColumn, ...],
    records: Records,
    *horizons: Horizon,
    before_collecting: Callable[[Size], None] = _quietly,
) -> Cohort:
    """The people whom a plan studies, each with their history, and the ledger of those who were lost.

    `horizons` are those of all that will be asked of the cohort: every clock that starts can be followed to the longest.
    The rows stay in the engine, in the table `start_<name>`; only the arrays that methods read are collected, after
    `before_collecting` has been told their size.  Refuses a plan that these records cannot serve: `checks` says why, all at
    once; then a cohort or an arm without anybody in it.
    """
    engine = records.engine
    coverage = checks.checked(name, plan, history, engine, horizons)
    lines = _build(name, plan, coverage, engine)
    if lines[-1].left == 0:
        raise Refused(_nobody(lines, f"cohort '{name}'"))
    return _collected(name, plan, history, engine, lines, before_collecting)


def unmet(study: Study, records: Records) -> tuple[Problem, ...]:
    """Every reason why these records cannot serve the cohorts of a study, without enrolling anybody; none when they can."""
    found = [
        problem
        for name, plan in study.cohorts.items()
        for problem in checks.examined(name, plan, study.history, records.engine, horizons_of(study, name))[1]
    ]
    return tuple(dict.fromkeys(found))


def horizons_of(study: Study, cohort: str) -> tuple[Horizon, ...]:
    """How long the questions of a study follow one of its cohorts."""
    return tuple(question.horizon for question in study.questions if question.cohort == cohort)


def _build(name: str, plan: CohortPlan, coverage: Coverage, engine: Engine) -> tuple[LedgerLine, ...]:
    """Makes the tables of the cohort in the engine; gives the ledger."""
    tables, steps = Tables.of(name), rules(plan, coverage)
    engine.create(tables.opened, opened(plan))
    engine.load(tables.ages, _ages(plan, engine))
    engine.create(tables.candidate, candidate(plan, coverage, tables))
    engine.create(tables.start, start(tables, passed_all=len(steps)))
    rows = {row["passed"]: row["n"] for row in engine.fetch(tally(tables)).to_pylist()}
    return ledger(steps, rows)


def _ages(plan: CohortPlan, engine: Engine) -> pa.Table:
    """For every birthday on record, the day of coming of age and the day of growing too old.

    Engines differ on 29 February, so birthdays are worked out once in Python and joined in as a small table.
    """
    births: list[int] = []
    if plan.ages:
        birthdays = exp.select("birth").distinct().from_(table("person")).where(known(c("birth"))).order_by(c("birth"))
        births = engine.fetch(birthdays)["birth"].to_pylist()
    youngest, oldest = plan.ages or (0, 0)
    days = {"birth": births, "of_age": [turned(birth, youngest) for birth in births], "too_old": [turned(birth, oldest + 1) for birth in births]}
    return pa.table({name: pa.array(values, pa.int32()) for name, values in days.items()})


def _collected(
    name: str,
    plan: CohortPlan,
    history: tuple[HistoryColumn, ...],
    engine: Engine,
    lines: tuple[LedgerLine, ...],
    before_collecting: Callable[[Size], None],
) -> Cohort:
    starts = Tables.of(name).start
    measures = [Measure(column.name, column.table, column.kind, column.reduce, -column.days, 0) for column in history]
    take_up = plan.assigned.taken_up
    if take_up:
        measures.append(Measure("taken_up", "service", (take_up.enrolment,), "any", 0, take_up.within_days + 1))
    before_collecting(Size(lines[-1].left, 2 + len(measures)))
    read = select(start_id=c("s.start_id"), served=c("s.served")).from_(table(starts, "s"))
    if measures:
        read = read.select(*(quoted(measure.name, "h") for measure in measures))
        read = read.join(table(lay(measures, starts), "h"), on=c("h.start_id").eq(c("s.start_id")))
    rows = engine.fetch(read.order_by(c("s.start_id")))
    served = rows["served"].to_numpy() == 1
    if served.all() or not served.any():
        raise Refused(_one_arm(plan, served, f"cohort '{name}'"))
    return Cohort(
        name=name,
        unit=plan.unit,
        table=starts,
        start_id=rows["start_id"].to_numpy().astype(np.int64),
        person=groups.people(engine, starts),
        served=served,
        history={column.name: _floats(rows[column.name]) for column in history},
        ledger=lines,
        by=plan.assigned.by,
        clusters=groups.clusters(engine, starts, plan.cluster),
        blocks=groups.blocks(engine, starts, plan.assigned.blocks, f"cohort '{name}'"),
        taken_up=rows["taken_up"].to_numpy() == 1 if take_up else None,
    )


def _floats(column: pa.ChunkedArray) -> Array:
    """Numbers as floats, NaN where there is none."""
    return column.cast(pa.float64()).to_numpy()


def _nobody(lines: tuple[LedgerLine, ...], where: str) -> Problem:
    emptied = next(line for line in lines if line.left == 0)
    steps = "; ".join(f"{line.rule}: {line.lost:,} lost, {line.left:,} left" for line in lines[: lines.index(emptied) + 1])
    found = f"nobody is left after the rule '{emptied.rule}', which took the last {emptied.lost:,}."
    return Problem(where, found, f"The ledger: {steps}.", "Widen that rule.")


def _one_arm(plan: CohortPlan, served: Array, where: str) -> Problem:
    arm, missing = ("offered", "withheld") if served.all() else ("withheld", "offered")
    there, absent = getattr(plan.assigned, arm), getattr(plan.assigned, missing)
    return Problem(
        f"{where}: assigned",
        f"all {len(served):,} person-starts hold '{there}' ({arm}), and none '{absent}' ({missing}).",
        "A comparison needs people in both arms.",
        f"Look at the days of '{absent}', or at days_before = {plan.assigned.days_before}.",
    )
