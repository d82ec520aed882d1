"""Who is studied: the years, the ages, the groups, and how far back everybody is seen."""

from __future__ import annotations

from collections.abc import Iterator

from ..phrases import listed
from ..records.toml import Path
from ..terms import CohortPlan
from .arms import GROUPS, arms, groups_of_people
from .clocks import clock
from .panels import panel
from .slip import Slip

UNITS = ("person", "child", "area")
ON_OWN_CLOCKS = ("person", "child")  # whose clock may start on a day of their own
CLUSTERS = ("family", *GROUPS)


def cohort(plan: CohortPlan, at: Path, programme: str) -> Iterator[Slip]:
    """Every mistake of one cohort of a study of `programme`."""
    first, last = plan.between
    if last < first:
        yield Slip((*at, "between"), f"The last day, {last}, comes before the first, {first}.", "Write the earlier day first.")
    if plan.ages and plan.ages[1] < plan.ages[0]:
        yield Slip((*at, "ages"), f"The highest age, {plan.ages[1]}, is below the lowest, {plan.ages[0]}.", "Write the lower age first.")
    yield from groups_of_people((*at, "cluster"), plan.cluster, CLUSTERS)
    yield from groups_of_people((*at, "exact"), plan.exact, GROUPS)
    yield from panel(plan, at)
    yield from _lookback(plan, at)
    if plan.clock == "calendar":
        return
    if plan.unit not in ON_OWN_CLOCKS:
        found = f"A clock that starts on a person's own day is a person's, not of a unit '{plan.unit}'."
        yield Slip((*at, "unit"), found, f"It is one of {listed(ON_OWN_CLOCKS)}.", on=((*at, "clock"),))
    yield from clock(plan, at, programme)
    yield from arms(plan, at)


def _lookback(plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """Whatever is looked back on is seen of everybody, for as long."""
    on = ((*at, "lookback_days"),)
    if plan.clock == "eligibility" and plan.washout_days > plan.lookback_days:
        found = f"'washout_days' is {plan.washout_days:,}, and lookback_days is {plan.lookback_days:,}:"
        why = "some people's earlier starting events would not be seen."
        yield Slip((*at, "washout_days"), found, why, f"Raise lookback_days to {plan.washout_days}.", on=(*on, (*at, "clock")))
    if plan.observed == "activity" and not plan.lookback_days:
        found = 'observed = "activity" keeps people who have a line on record in the lookback, and lookback_days is 0: nobody would be kept.'
        yield Slip((*at, "observed"), found, remedy="Say how far back a line counts: lookback_days = 365.", on=on)
