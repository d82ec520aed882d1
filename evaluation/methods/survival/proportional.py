"""Whether hazard ratios stay the same over time: the score test of a slope that grows with a function of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy.special import chdtrc

from ...terms import Problem, Refused
from .cox_kernels import cross
from .cox_sets import spread

if TYPE_CHECKING:
    from ...terms import Array
    from .cox import Cox
    from .times import Times

Transform = Literal["km", "rank", "identity", "log"]


@dataclass(frozen=True, slots=True, eq=False)
class Proportional:
    """Tests that the slopes are the same at all times, one of each on 1 degree of freedom, and of all at once on p."""

    names: tuple[str, ...]
    transform: Transform
    chi2: Array  # (p,)
    p_value: Array  # (p,)
    over_time: Array  # (p,) by about how much each slope changes from the first event to the last, as g does: one step of Newton's method
    overall: float  # of all at once
    overall_p: float


def proportional(cox: Cox, transform: Transform = "km") -> Proportional:
    """The score test of Grambsch & Therneau 1994, exact, not approximated by residuals: R's cox.zph since survival 3.0.

    Each covariate is tested against a slope b + c g(t), c = 0, with g the share who had the event before t ("km"), the rank of
    t among all times ("rank"), t itself or its logarithm.  Strata, weights and late entry count as in the regression; g reads
    all rows alike, whatever they weigh.  Assumes independent rows: where they hang together it is told too often that slopes move.
    Refuses a regression without covariates, a logarithm of time 0, and events that are all at one time.
    """
    if transform not in get_args(Transform):
        raise ValueError(f"transform is one of {', '.join(get_args(Transform))}")
    if not cox.names:
        raise Refused(Problem("the test of proportional hazards", "the regression has no covariate.", "The test is of slopes."))
    sets, sums = cox.sets, cox.sums
    g = _clock(cox.times, sets.time, cox.cause, transform)
    if np.ptp(g) == 0:
        raise Refused(Problem("the test of proportional hazards", "all events are at one time.", "A change over time is seen between two."))
    g = (g - (g * sets.many).sum() / sets.events) / np.ptp(g)  # the test is the same, and the sums are kept of one size
    w = np.where(sets.own, sets.w * g[sets.last], 0.0)
    expected = sums.S1 * sums.ties[:, 0, None] - sums.E1 * sums.ties[:, 1, None]
    score = cross(sets.Z, w, np.ones((len(w), 1)))[:, 0] - cross(expected, g, np.ones((len(g), 1)))[:, 0]
    mixed, squared = (_moments(cox, power) for power in (g, g * g))
    left = squared - mixed @ np.linalg.solve(sums.information, mixed)
    single = score**2 / np.diag(left)
    overall = float((score * np.linalg.solve(left, score)).sum())
    return Proportional(cox.names, transform, single, chdtrc(1, single), score / np.diag(left), overall, float(chdtrc(len(score), overall)))


def _moments(cox: Cox, power: Array) -> Array:
    """(p, p) the variances of Z at risk, event by event, times `power` (m,)."""
    sets, sums = cox.sets, cox.sums
    ties = sums.ties * power[:, None]
    grown = sets.window(ties[:, :1], ties[:, 1:2])[:, 0]
    return spread(sets, sets.w * sums.r, grown, sums.S1, sums.E1, ties)


def _clock(times: Times, at: Array, cause: int, transform: Transform) -> Array:
    """(m,) the function of time at the times of events."""
    if transform == "identity":
        return at
    if transform == "log":
        if (at <= 0).any():
            found, remedy = "an event is at time 0, which has no logarithm.", "Ask by another function of time."
            raise Refused(Problem("the test of proportional hazards", found, "Times of events are above 0.", remedy))
        return np.asarray(np.log(at))
    stop = np.asarray(times.stop, dtype=float)
    if transform == "rank":
        return _ranks(stop, at)
    moments, many = np.unique(stop[np.asarray(times.cause) == cause], return_counts=True)
    there = len(stop) - np.searchsorted(np.sort(stop), moments, side="left")
    if times.entry is not None:
        entry = np.asarray(times.entry, dtype=float)
        there = there - (len(stop) - np.searchsorted(np.sort(entry), moments, side="left"))
    before = np.concatenate([[1.0], np.cumprod(1 - many / there)])
    return np.asarray(1 - before[np.searchsorted(moments, at, side="left")])


def _ranks(stop: Array, at: Array) -> Array:
    """(m,) the mean rank among all ends of those at each of `at`."""
    ordered = np.sort(stop)
    below, reached = np.searchsorted(ordered, at, side="left"), np.searchsorted(ordered, at, side="right")
    return np.asarray((below + 1 + reached) / 2)
