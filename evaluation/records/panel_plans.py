"""What the plan of a panel must be before any record is looked at: one list of its mistakes, for design files and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..phrases import counted
from ..terms import Adopted, CohortPlan, Compared, Starts
from .calendar_periods import cut, in_words, whole

UNITS = ("person", "child", "area")
OF_PANELS = ("adopted", "periods", "areas")
_OF_CLOCKS = {  # words of clocks that start on a day of somebody's own, and what they say when nothing is said
    "starts": Starts(), "assigned": None, "served": None, "compared": Compared(), "strategies": None, "washout_days": 0, "exact": (),
}  # fmt: skip
_OF_PEOPLE = {"cluster": ()}  # words of panels of people


@dataclass(frozen=True, slots=True)
class Misfit:
    """One mistake in the plan of a panel; `at` leads to the word from the cohort, `on` to the others that it is judged by."""

    at: tuple[str, ...]
    found: str
    right: str = ""
    remedy: str = ""
    on: tuple[str, ...] = ("clock",)


def misfits(plan: CohortPlan) -> Iterator[Misfit]:
    """Every way in which the parts of a cohort's plan do not make a panel; of a cohort with another clock, its words of panels."""
    if plan.clock != "calendar":
        for word in OF_PANELS:
            if getattr(plan, word):
                found = f"'{word}' is for panels, and here each clock starts on a day of somebody's own."
                yield Misfit((word,), found, remedy='Leave it out, or use clock = "calendar".')
        return
    yield from _misplaced(plan)
    if plan.unit not in UNITS:
        found = f"A panel is of people or of areas, not of a unit '{plan.unit}'."
        yield Misfit(("unit",), found, f"It is one of {', '.join(UNITS)}.")
    if plan.unit == "area" and not plan.areas:
        found = "No frame of areas is named, and areas that are not in the records would not be missed."
        yield Misfit(("unit",), found, remedy="Give `areas`: a named frame, or a measure that every area has a row of.", on=("areas",))
    yield from _adopted(plan, plan.adopted)
    yield from _periods(plan)


def _misplaced(plan: CohortPlan) -> Iterator[Misfit]:
    """Words that the calendar, or the unit, does not read."""
    for word, unsaid in _OF_CLOCKS.items():
        if getattr(plan, word) != unsaid:
            found = f"'{word}' is for clocks that start on a day of somebody's own, and here the calendar is the clock."
            remedy = "Say in `adopted` when units come under the programme." if word in ("served", "assigned", "starts") else "Leave it out."
            yield Misfit((word,), found, remedy=remedy)
    if plan.unit == "area":
        for word, nothing in _OF_PEOPLE.items():
            if getattr(plan, word) != nothing:
                yield Misfit((word,), f"'{word}' is for people, and areas are clusters already.", remedy="Leave it out.", on=("unit",))
    elif plan.areas:
        yield Misfit(("areas",), "'areas' is the frame of a panel of areas, and the unit is a person.", remedy='Use unit = "area".', on=("unit",))


def _adopted(plan: CohortPlan, adopted: Adopted | None) -> Iterator[Misfit]:
    if adopted is None:  # a trend has no programme; methods that need one ask for it
        return
    if bool(adopted.enrolment) == bool(adopted.starts):
        found = "'adopted' names both an enrolment and a measure of areas." if adopted.starts else "'adopted' does not say by what a unit adopts."
        yield Misfit(("adopted",), found, "It is exactly one of enrolment, starts.", on=("adopted",))
    if adopted.stops and adopted.enrolment and plan.unit != "area":
        found = "'stops' is a day of areas, and here people adopt by an enrolment of their own."
        yield Misfit(("adopted", "stops"), found, remedy="Leave it out, or let people adopt with their area (starts).", on=("unit", "adopted"))
    if adopted.stops and adopted.stops == adopted.starts:
        found = "'starts' and 'stops' are the same measure, which would begin and end the programme on one day."
        yield Misfit(("adopted", "stops"), found, on=("adopted",))
    if not adopted.stops and adopted.after_stop != "refuse":
        found = "'after_stop' says what becomes of units that leave the programme, and nothing says when one does."
        yield Misfit(("adopted", "after_stop"), found, remedy="Give 'stops', or leave it out.", on=("adopted",))


def _periods(plan: CohortPlan) -> Iterator[Misfit]:
    """Years that are not cut, or are cut where no period begins."""
    periods, (first, last) = plan.periods, plan.between
    if periods is None or (periods.calendar is None) == (periods.days is None):
        unsaid = periods is None
        found = 'With clock = "calendar" nothing says how the years are cut.' if unsaid else "'periods' has neither calendar nor days, or both."
        right = 'It is exactly one of { calendar = "quarter" } or { days = 91 }.'
        yield Misfit(("clock",) if unsaid else ("periods",), found, right, on=("periods",))
        return
    if (periods.days is not None and periods.days < 1) or last < first:
        return  # told where single values are read
    cuts = list(whole(first, last, periods.calendar)) if periods.calendar else []
    for stands, nearest in cuts:
        found = f"{stands} does not {'begin' if stands == first else 'end'} a {periods.calendar}, and a part of one is no period."
        yield Misfit(("between",), found, f"{nearest} does.", on=("periods",))
    many = 0 if cuts else len(cut(first, last, periods)) - 1
    if not cuts and many < 2:
        found = f"'between' holds {counted(many, 'period')} of {'a ' if periods.calendar else ''}{in_words(periods)}."
        yield Misfit(("between",), found, "Before and after are two at the least.", "Study more years, or cut shorter periods.", on=("periods",))
