"""What must be true of a panel before anybody is enrolled: of its plan by itself, and of what the records cover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..records.days import date_of, day_of
from ..records.panel_plans import misfits
from ..terms import CohortPlan, Problem

_WEEK = 7


def of_plan(plan: CohortPlan, where: str) -> Iterator[Problem]:
    """Every way in which the parts of a panel do not fit together; of another clock, its words of panels."""
    for misfit in misfits(plan):
        yield Problem(": ".join((where, *misfit.at)), misfit.found, misfit.right, misfit.remedy)


def of_records(plan: CohortPlan, covered: tuple[int, int], bounding: Sequence[dict[str, Any]], where: str) -> Iterator[Problem]:
    """Periods that the sources do not cover, or whose ends they cannot date; `covered` is the first day and the first no longer."""
    first, last = (day_of(day) for day in plan.between)
    begin, stop = covered
    if stop <= begin:
        yield Problem(f"{where}: between", "there is no day on which every source is complete.", remedy="Name fewer sources, or mend 'coverage'.")
    elif first < begin or last >= stop:
        right = f"The sources are complete together, and reach back {plan.lookback_days} days, from {date_of(begin)} to {date_of(stop - 1)}."
        found = f"{plan.between[0]} to {plan.between[1]} runs past what the sources cover."
        yield Problem(f"{where}: between", found, right, "Choose years that they cover, or name fewer sources.")
    periods = plan.periods
    for line in bounding:
        aligned = line["grain"] == "day" or periods is None
        if periods and line["grain"] == "week":
            aligned = periods.days is not None and periods.days % _WEEK == 0
        elif periods and line["grain"] == "month":
            aligned = periods.calendar is not None
        if not aligned:
            found = f"the source '{line['source']}' dates its records to the {line['grain']}, and periods end inside one."
            right = "A period is a whole number of weeks." if line["grain"] == "week" else "Periods are months, quarters or years."
            yield Problem(f"{where}: periods", found, right, "Choose such periods, or name in 'sources' only those that date to the day.")
