"""What came before each start: columns with a name of their own, measured over windows that are seen of everybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from ..phrases import counted, listed
from ..records.contract import RESERVED
from ..records.tape import REDUCERS
from ..records.toml import Path
from ..terms import CohortPlan, HistoryColumn, Reducer, Study
from .slip import Slip
from .words import printable, shown


def history(study: Study) -> Iterator[Slip]:
    """Every mistake in the columns of a study's history."""
    seen: dict[str, int] = {}
    for number, column in enumerate(study.history):
        at: Path = ("history", number)
        first = seen.setdefault(column.name.casefold(), number)
        if first != number:
            found = f"The name {shown(column.name)} is taken by [[history]] {first + 1}; capitals do not tell names apart."
            yield Slip((*at, "name"), found, "Give each column a name of its own.", on=(("history", first, "name"),))
        if column.name.casefold() in RESERVED:
            found = f"The name {shown(column.name)} is taken by a column that every cohort has."
            yield Slip((*at, "name"), found, f"These are taken: {listed(RESERVED)}.", "Give the column another name.")
        if column.reduce not in REDUCERS[column.table]:
            yield _misfit_reducer(column, at)
        for name, plan in study.cohorts.items():
            if column.days > plan.lookback_days:
                yield _beyond_lookback(column, plan, at, name)
            yield from _arms_own(column, plan, at, name)


def _misfit_reducer(column: HistoryColumn, at: Path) -> Slip:
    """'days' of an event, or 'sum' of a spell."""
    lasts = "lasts for days and has no value" if column.table == "spell" else "lies on one day"
    right = [reducer for reducer in get_args(Reducer) if reducer in REDUCERS[column.table]]
    found = f"'{column.reduce}' does not fit the table '{column.table}', whose every row {lasts}."
    return Slip((*at, "reduce"), found, f"It is one of {listed(right)}.", on=((*at, "table"),))


def _beyond_lookback(column: HistoryColumn, plan: CohortPlan, at: Path, cohort: str) -> Slip:
    """A history window that the records of some people may not cover."""
    found = f"{shown(column.name)} looks back {column.days:,} days, and lookback_days of cohort '{printable(cohort)}' is {plan.lookback_days:,}:"
    why = "some people's history would not be seen, and would count as none."
    remedy = f"Raise lookback_days to {column.days}, or shorten the window."
    return Slip((*at, "days"), found, why, remedy, on=(("cohort", cohort, "lookback_days"), (*at, "name")))


def _arms_own(column: HistoryColumn, plan: CohortPlan, at: Path, cohort: str) -> Iterator[Slip]:
    """A history that may hold the assignment itself, where that may be on record before the start."""
    assigned, here = plan.assigned, ("cohort", cohort, "assigned")
    if assigned is None or not assigned.days_before or column.table != "event":
        return
    for number, kind in enumerate(column.kind):
        if kind and kind in (assigned.offered, assigned.withheld):
            found = f"{shown(column.name)} reads {shown(kind)}, which says who is in which arm of cohort '{printable(cohort)}'"
            before = f"and may be on record {counted(assigned.days_before, 'day')} before the start:"
            why = "it would tell the arms apart instead of what came before them."
            on = tuple((*here, word) for word in ("offered", "withheld", "days_before"))
            yield Slip((*at, "kind", number), f"{found} {before}", why, "Leave that kind out.", on=(*on, (*at, "name"), (*at, "table")))
