"""Whether the outcome itself already differed between the groups before anybody was served."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from scipy.special import ndtri

from ..terms import Diagnostic, EstimandName, Interval, OutcomeUnit
from .differences import SERVED, spread, standardised_difference
from .differences import apart as difference
from .likeness import FARTHEST, distinct
from .sums import effective_number
from .wording import gap, gaps_between, those

if TYPE_CHECKING:
    from ..terms import Array

QUARTER = 91  # days: a period of the path, and the least that a placebo window must hold
RAREST = 0.05  # p-value of the placebo: of groups that are alike, one in twenty fails
SIZE = 0.05  # of all the periods of a path together, for what luck explains
PLACEBO = "before the history"  # the part of `placebo_window` that holds its difference in standard deviations
PATH_SOURCE = "What Works Clearinghouse, Standards Handbook 4.1: the outcome's own baseline within .25 standard deviations, or as far apart as luck"
PLACEBO_SOURCE = "a negative control (Lipsitch, Tchetgen Tchetgen and Cohen 2010): the outcome in days that no column of the history reaches"


def path_before_start(
    path: Mapping[str, Array],
    served: Array,
    weights: Array,
    person: Array,
    *,
    together: Array | None = None,
    estimand: EstimandName = SERVED,
    unit: OutcomeUnit = "people",
    called: str = "served",
) -> Diagnostic:
    """The largest standardised difference of the outcome in any period before the start, on the weights of the comparison.

    `path` holds by period, the earliest first, what each clock adds up to there (n,) float, in the outcome's `unit` (of "people":
    events); `served` (n,) bool, `weights` (n,) 0 for whoever is left out, `person` (n,) int, `together` (n,) int who shares luck
    where these are more than a person's own rows; `called` is what the first arm is called.  Fails where a period differs by more
    than FARTHEST and by more than luck among so many people explains, all periods together.  Not required: some of them lie in days
    that the history does not reach.
    """
    apart = {name: standardised_difference(column, served, weights, estimand) for name, column in path.items()}
    worst = max(apart, key=lambda name: abs(apart[name]))
    value = abs(apart[worst])
    kept, shared = weights > 0, person if together is None else together
    worths = [effective_number(weights[arm & kept], shared[arm & kept]) for arm in (served, ~served)]
    luck = float(ndtri(1 - SIZE / 2 / len(apart))) * sum(1 / worth for worth in worths) ** 0.5
    holds = value <= max(FARTHEST, luck)
    there = gap(difference(path[worst], served, weights), spread(path[worst], served, weights, estimand), unit)
    return Diagnostic(
        name="path_before_start",
        sentence=f"In the {len(apart) * QUARTER:,} days before the start the outcome itself differed most in {worst} the start: {those(called)} "
        f"had {there} ({value:.2f} standard deviations), "
        + (f"and {FARTHEST}, or what luck explains, is allowed." if holds else f"which is more than {FARTHEST} and more than luck explains."),
        value=value,
        limit=FARTHEST,
        holds=holds,
        source=PATH_SOURCE,
        required=False,
        detail=apart,
        behind={name: behind(column, served, weights, person) for name, column in path.items()},
    )


def placebo_window(
    before: Array,
    served: Array,
    weights: Array,
    person: Array,
    *,
    p_value: float,
    interval: Interval,
    days: tuple[int, int],
    estimand: EstimandName = SERVED,
    unit: OutcomeUnit = "people",
    called: str = "served",
) -> Diagnostic:
    """Whether the outcome, counted in days before the start that no column of the history reaches, differs between the groups.

    `before` (n,) float is what each clock adds up to from `days[0]` to `days[1]` days before the start, the rest as in
    `path_before_start`; `p_value` and `interval` are of the difference of weighted means, with the error that the effect has.  What
    nobody was matched on tells what nobody recorded: the program cannot have caused it.  Not required, but said where it fails.
    """
    apart = standardised_difference(before, served, weights, estimand)
    deviation, holds = spread(before, served, weights, estimand), not p_value < RAREST
    range_ = gaps_between(interval.low, interval.high, deviation, unit)
    found = f"no difference in the outcome could be seen between the groups (the range runs {range_})."
    if not holds:
        there, way = gap(difference(before, served, weights), deviation, unit), "more" if apart > 0 else "less"
        found = (
            f"{those(called)} already had {there} than those compared ({abs(apart):.2f} standard deviations, {_as_p(p_value)}): the groups were not "
            f"alike, and the number told is likely too far towards {way}."
        )
    return Diagnostic(
        name="placebo_window",
        sentence=f"From {days[0]:,} to {days[1]:,} days before the start, where no column of the history looks, {found}",
        value=p_value,
        limit=RAREST,
        holds=holds,
        source=PLACEBO_SOURCE,
        required=False,
        detail={PLACEBO: apart},
        behind={PLACEBO: behind(before, served, weights, person)},
    )


def _as_p(value: float) -> str:
    return f"p = {value:.3f}" if value >= 0.001 else "p < .001"


def behind(column: Array, served: Array, weights: Array, person: Array) -> tuple[int, ...]:
    """Of each arm, served first, how many people have any of the outcome, and how many have a row with none."""
    kept = weights > 0
    return tuple(distinct(person[kept], (arm & some)[kept]) for arm in (served, ~served) for some in (column != 0, column == 0))
