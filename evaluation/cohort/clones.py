"""Two strategies with a grace period: each start stands twice, and each clone is followed for as long as the person keeps to its plan.

    once_<cohort>    the person-starts, as `starts` enrols them
    start_<cohort>   each of them twice, one after the other: to enrol within the grace period, and not to

Up to the day on which a person leaves one of the two plans, both are what the person does: the clones share that time, and an
event in it belongs to both (Hernán and Robins 2016; Hernán 2018; Maringe and others 2020).  So nobody has to live up to an enrolment
to count as served, which would be immortal time.  An enrolment ends no clock in the table: which clone it ends is in
`Clones.kept_to`.  Whatever else happens on the day of an enrolment counts for both clones, since the order within a day is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from ..records.engine import Engine
from ..records.sql import c, select, table
from ..records.tape import Measure, lay
from ..terms import NEVER, Clones, CohortPlan, HistoryColumn, LedgerLine, Strategies
from . import starts
from .starts import Coverage, Tables

if TYPE_CHECKING:
    from ..terms import Array

_OF_START = ("person_id", "origin", "day", "death", "moved", "covered", "own", "gone")


def build(plan: CohortPlan, coverage: Coverage, tables: Tables, engine: Engine) -> tuple[LedgerLine, ...]:
    """Makes the tables of the cohort in the engine; gives the ledger, which counts each person-start once."""
    lines = starts.build(plan, coverage, tables._replace(start=tables.once), engine)
    engine.create(tables.start, twice(tables.once))
    return lines


def twice(once: str) -> exp.Query:
    """Every row of `once` under both plans: its clones are numbered one after the other, the one to enrol first."""
    clones = [
        select(start_id=c("s.start_id") * exp.Literal.number(2) - exp.Literal.number(1 if served else 0), served=int(served))
        .select(*(c(f"s.{name}") for name in _OF_START))
        .from_(table(once, "s"))
        for served in (True, False)
    ]
    return exp.select("*").from_(table(clones[0].union(clones[1], distinct=False), "t"))


def read(plan: CohortPlan, history: Sequence[HistoryColumn], tables: Tables, engine: Engine) -> Clones:
    """When each person enrolled, until when each clone is kept to, and the history as it stood on days of the grace period.

    A window of the history that is read on day d is that many days long too, and ends before day d.
    """
    both = plan.strategies
    assert both is not None, "clones keep to strategies"
    within, days, columns = both.served.within_days, read_on(both), telling(both, history)
    measures = [first_enrolment(both)]
    measures += [
        Measure(f"{number} on {day}", column.table, column.kind, column.reduce, day - column.days, day)
        for number, column in enumerate(columns)
        for day in days
    ]
    laid = engine.fetch(lay(measures, tables.once).order_by(c("s.start_id")))
    began = engine.fetch(exp.select("day").from_(table(tables.once)).order_by(c("start_id")))["day"].to_numpy().astype(np.int64)
    enrolled = np.repeat(_since(laid["enrolled"], began), 2)
    to_enrol = np.tile([True, False], len(began))
    later = {column.name: np.repeat(_readings(laid, number, column, days), 2, axis=0) for number, column in enumerate(columns)}
    kept_to = np.where(to_enrol, np.where(enrolled == NEVER, within + 1, NEVER), np.where(enrolled == NEVER, NEVER, enrolled + 1))
    return Clones(np.repeat(np.arange(len(began)), 2), kept_to, enrolled, within, days, later)


def first_enrolment(both: Strategies) -> Measure:
    """The day of the first enrolment in the grace period, as a column of the starts."""
    return Measure("enrolled", "service", (both.served.enrolment,), "first_day", 0, both.served.within_days + 1)


def columns(plan: CohortPlan, history: Sequence[HistoryColumn]) -> int:
    """How many columns `read` collects, for the size that is told before."""
    return 0 if plan.strategies is None else 1 + len(read_on(plan.strategies)) * len(telling(plan.strategies, history))


def read_on(both: Strategies) -> tuple[int, ...]:
    """The days of the grace period on which the history is read anew, from day 0 on."""
    return tuple(range(0, both.served.within_days + 1, both.weights.update_days))


def telling(both: Strategies, history: Sequence[HistoryColumn]) -> list[HistoryColumn]:
    """The columns that tell who enrols: those named, or all."""
    return [column for column in history if not both.weights.on or column.name in both.weights.on]


def _since(column: pa.ChunkedArray, began: Array) -> Array:
    """(n,) days of the calendar as days since each start; NEVER where there is none."""
    day = column.cast(pa.float64()).to_numpy()
    return np.where(np.isnan(day), NEVER, np.nan_to_num(day) - began).astype(np.int64)


def _readings(laid: pa.Table, number: int, column: HistoryColumn, days: Sequence[int]) -> Array:
    """(n, days) float: a column as it stood before each of the days."""
    found = np.column_stack([laid[f"{number} on {day}"].cast(pa.float64()).to_numpy() for day in days])
    return found + np.asarray(days) if column.reduce == "days_since" else found  # counted from the start, and read later
