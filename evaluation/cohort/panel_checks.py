"""What must be true of a panel before anybody is enrolled: of its plan by itself, and of what the records cover."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from sqlglot import exp

from ..phrases import SMALLEST_COUNT, counted, listed, nearest
from ..records.days import date_of, day_of
from ..records.engine import Engine
from ..records.frames import FRAMES, areas_of
from ..records.panel_plans import misfits
from ..records.sql import c, count, known, select, table
from ..terms import NEVER, CohortPlan, Problem, Study
from . import panel_days

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


def of_areas(plan: CohortPlan, engine: Engine, where: str) -> Iterator[Problem]:
    """A named frame of which the records hold no area, and areas that leave the programme again, of which nothing is declared."""
    held = _held(engine)
    if plan.unit == "area" and plan.areas in FRAMES and not set(FRAMES[plan.areas]) & set(held):
        found = f"none of the {counted(len(FRAMES[plan.areas]), 'area')} of '{plan.areas}' is in these records."
        right = f"They hold {listed(area for area, tellable in held.items() if tellable)}." if any(held.values()) else ""
        yield Problem(f"{where}: areas", found, right, "Name the frame of this county: a measure of which every area has a row.")
    elif not any(misfits(plan)):
        yield from _leavers(plan, list(held), engine, where)


def _leavers(plan: CohortPlan, held: Sequence[str], engine: Engine, where: str) -> Iterator[Problem]:
    adopted = plan.adopted
    if adopted is None or not adopted.stops or adopted.after_stop != "refuse":
        return
    areas = areas_of(engine, plan.areas) if plan.unit == "area" else held
    _, left = panel_days.in_periods(*panel_days.of_areas(adopted, engine), areas, panel_days.edges_of(plan))
    if leavers := int((left < NEVER).sum()):
        found = f"{leavers:,} of {counted(len(areas), 'area')} {'leaves' if leavers == 1 else 'leave'} the programme again inside these years."
        right = "What comes after is neither under the programme nor as if it had never been."
        yield Problem(f"{where}: adopted: stops", found, right, 'Set adopted.after_stop = "drop" or "own_effect".')


def elsewhere(study: Study, engine: Engine) -> Iterator[Problem]:
    """Changes beside the programme that are said to have come to areas which neither a frame nor the records have."""
    if not any(change.where for change in study.concurrent):
        return
    held = _held(engine)
    named = [area for plan in study.cohorts.values() for area in FRAMES.get(plan.areas, ())]
    told = sorted({*named, *(area for area, tellable in held.items() if tellable)})
    for number, change in enumerate(study.concurrent, start=1):
        for area in change.where:
            if area not in held and area not in named:
                found = f"'{area}' is no area of the frame, nor of these records."
                yield Problem(f"[[concurrent]] {number}: where", found, f"They hold {listed(told)}.", _meant(area, told))


def _meant(area: str, told: Sequence[str]) -> str:
    """The area that was meant: the one whose letters and numbers are the same, or else the nearest."""
    return next((f"Did you mean '{one}'?" for one in told if _plainly(one) == _plainly(area)), "") or nearest(area, told)


def _plainly(area: str) -> str:
    """An area's letters and numbers: "Office 3" and "office_03" are the same."""
    return "".join(str(int(part)) if part.isdecimal() else part for part in re.findall(r"[^\W\d_]+|\d+", area.casefold()))


def _held(engine: Engine) -> dict[str, bool]:
    """The areas of the records by the alphabet, and whether each may be told: rows about places are not people, and few who live there are."""
    places = engine.fetch(exp.select("area").distinct().from_(table("area")).where(known(c("area"))))["area"].to_pylist()
    of_people = select(area=c("area"), n=count()).from_(table("person")).where(known(c("area"))).group_by(c("area"))
    held = {row["area"]: row["n"] >= SMALLEST_COUNT for row in engine.fetch(of_people).to_pylist()}
    return dict(sorted((held | dict.fromkeys(places, True)).items()))
