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
from ..records.sql import c, count, known, select, table
from ..records.tape import Measure, lay
from ..terms import Cohort, CohortPlan, HistoryColumn, Horizon, LedgerLine, Panel, Problem, Refused, Study
from . import checks, clones, groups, panel_checks, panels, risk_sets, starts
from .refusals import no_stratum, nobody, nobody_comparable, one_arm
from .starts import Coverage, Tables

if TYPE_CHECKING:
    from ..records import Records
    from ..terms import Array

_ANY_DAY = Coverage(0, 0)  # the words of a rule do not depend on its days


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
) -> Cohort | Panel:
    """The people or areas whom a plan studies, each with their history, and the ledger of those who were lost.

    `horizons` are those of all that will be asked of the cohort: every clock that starts can be followed to the longest.
    With the clock of the calendar it is a Panel, which ends when its last period does.
    The rows stay in the engine, in the table `start_<name>`; only the arrays that methods read are collected, after
    `before_collecting` has been told their size.  Refuses a plan that these records cannot serve: `checks` says why, all at
    once; then a cohort or an arm without anybody in it.
    """
    engine, where = records.engine, f"cohort '{name}'"
    coverage = checks.checked(name, plan, history, engine, horizons)
    lines = build(name, plan, coverage, engine)
    if plan.clock == "calendar":
        return panels.enrolled(name, plan, history, engine, lines, lambda rows, columns: before_collecting(Size(rows, columns)))
    if lines[-1].left == 0:
        uncompared = plan.clock == "service" and lines[-1].lost > 0
        raise Refused(nobody_comparable(plan, lines, Tables.of(name), engine, where) if uncompared else nobody(plan, lines, where))
    return _collected(name, plan, history, engine, lines, before_collecting)


def unmet(study: Study, records: Records) -> tuple[Problem, ...]:
    """Every reason why these records cannot serve the cohorts of a study, without enrolling anybody; none when they can."""
    found = [
        problem
        for name, plan in study.cohorts.items()
        for problem in checks.examined(name, plan, study.history, records.engine, horizons_of(study, name))[1]
    ]
    return tuple(dict.fromkeys((*found, *panel_checks.elsewhere(study, records.engine))))


def horizons_of(study: Study, cohort: str) -> tuple[Horizon, ...]:
    """How long the questions of a study follow one of its cohorts."""
    return tuple(question.horizon for question in study.questions if question.cohort == cohort)


def rule_words(plan: CohortPlan, *, as_compared: bool = False) -> tuple[str, ...]:
    """The rules of a plan in the order of the ledger; the number in `passed` of its candidate table says how many a row passed.

    With the clock of service they are those of the served, which `passed_as_served` counts and of which the last is left to the
    draw; `as_compared` gives those of the people they are compared with, which `passed` counts.
    """
    if plan.clock == "calendar":
        return tuple(rule.words for rule in panels.rules(plan, 0))
    if plan.clock == "service":
        return tuple(step.words for step in risk_sets.bounds(plan, _ANY_DAY)) if as_compared else risk_sets.ledger_words(plan)
    return tuple(rule.words for rule in starts.rules(plan, _ANY_DAY))


def build(name: str, plan: CohortPlan, coverage: Coverage, engine: Engine) -> tuple[LedgerLine, ...]:
    """Makes the tables of the cohort in the engine; gives the ledger."""
    tables = Tables.of(name)
    engine.load(tables.ages, _ages(plan, engine))
    if plan.clock == "calendar":
        return panels.build(plan, coverage, tables, engine)
    room = clones if plan.strategies else risk_sets if plan.clock == "service" else starts
    return room.build(plan, coverage, tables, engine)


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
    tables, where, in_sets = Tables.of(name), f"cohort '{name}'", plan.clock == "service"
    measures = [Measure(column.name, column.table, column.kind, column.reduce, -column.days, 0) for column in history]
    take_up = plan.assigned.taken_up if plan.assigned else None
    if take_up:
        measures.append(Measure("taken_up", "service", (take_up.enrolment,), "any", 0, take_up.within_days + 1))
    own = ["start_id", "served", *(["set_id"] if in_sets else []), *(["score", "day"] if plan.by == "score" else [])]
    n = engine.fetch(select(n=count()).from_(table(tables.start)))["n"][0].as_py()
    before_collecting(Size(n, len(own) + len(measures) + clones.columns(plan, history)))
    rows = engine.fetch(exp.select(*own).from_(table(tables.start)).order_by(c("start_id")))
    # read apart from the rows' own columns, so that a column of the history may have any name
    laid = engine.fetch(lay(measures, tables.start).order_by(c("s.start_id"))) if measures else rows
    served = rows["served"].to_numpy() == 1
    if served.all() or not served.any():
        raise Refused(one_arm(plan, served, where))
    strata = groups.strata(engine, tables.start, plan.exact) if plan.exact else None
    if strata is not None and not np.isin(strata[served], strata[~served]).any():
        raise Refused(no_stratum(plan, len(np.unique(strata)), where))
    return Cohort(
        name=name,
        unit=plan.unit,
        table=tables.start,
        start_id=rows["start_id"].to_numpy().astype(np.int64),
        person=groups.people(engine, tables.start),
        served=served,
        history={column.name: _floats(laid[column.name]) for column in history},
        ledger=lines,
        by=plan.by,
        clusters=groups.clusters(engine, tables.start, plan.cluster),
        blocks=groups.blocks(engine, tables.start, plan.assigned.blocks if plan.assigned else (), where),
        taken_up=laid["taken_up"].to_numpy() == 1 if take_up else None,
        sets=rows["set_id"].to_numpy().astype(np.int64) - 1 if in_sets else None,
        strata=strata,
        score=_floats(rows["score"]) if plan.by == "score" else None,
        list_day=rows["day"].to_numpy().astype(np.int64) if plan.by == "score" else None,
        drawn=plan.compared.draw if in_sets else None,
        later_served=plan.compared.later_served if in_sets else None,
        looked_back=plan.lookback_days,
        history_days=max((column.days for column in history), default=0),
        clones=clones.read(plan, history, tables, engine) if plan.strategies else None,
    )


def _floats(column: pa.ChunkedArray) -> Array:
    """Numbers as floats, NaN where there is none."""
    return column.cast(pa.float64()).to_numpy()
