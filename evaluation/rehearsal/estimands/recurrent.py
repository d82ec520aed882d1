"""Events that come again, with death or what competes as the end: how many a person has, and how many for each day at risk.

They are two truths.  Whoever dies early, or is kept off the clock, has fewer events without being any safer: the number shows
it, the rate divides by the days.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ...terms import EveryMark
from ..scores import Truth
from .means import divisible
from .risk import whole
from .weights import spread, weighed

if TYPE_CHECKING:
    from ...terms import Array


def counts(marks: EveryMark, days: Array | int, cause: str = "") -> Array:
    """(n,) float: how many marks, of one cause or any, each clock shows in `days` days; none after a death, or after what competes."""
    whole(marks.why)
    n = len(marks.why)
    inside = marks.day < np.broadcast_to(days, n)[marks.row]
    return np.bincount(marks.row[inside & (marks.cause == cause if cause else True)], minlength=n).astype(float)


def rate(
    events: tuple[Array, Array], at_risk: tuple[Array, Array], *, by: Literal["difference", "ratio"] = "difference", per: int = 1,
    weights: Array | None = None,
) -> Truth:  # fmt: skip
    """All events over all days at risk, one life against the other; each pair is served, compared, and the rates are per `per` days.

    A ratio of sums, so that whoever is at risk longer counts for more; never the mean of people's own rates.
    """
    who = weighed(len(events[0]), weights)
    rates, pulls = [], []
    for happened, days in zip(events, at_risk, strict=True):
        exposure = who.mean(days)
        divisible(exposure, "the number of days at risk")
        rates.append(per * who.mean(happened) / exposure)
        pulls.append(who.each(per * happened - rates[-1] * days) / exposure)
    if by == "difference":
        return Truth(rates[0] - rates[1], spread(pulls[0] - pulls[1]), rates[0], rates[1], len(who))
    divisible(rates[1], "the rate of those compared")
    ratio = rates[0] / rates[1]
    return Truth(ratio, spread(pulls[0] - ratio * pulls[1]) / rates[1], rates[0], rates[1], len(who))
