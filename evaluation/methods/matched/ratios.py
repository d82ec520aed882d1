"""The mean of the served over that of the compared: what a reader who thinks in times, not in points, is told beside the difference."""

from __future__ import annotations

from math import exp, log

from ...terms import Interval, Kind, Ratio
from ..inference import Contrast
from .means import Errors, Means
from .spread import Ways, contrast


def log_ratio(means: Means, errors: Errors, ways: Ways, worth: float) -> Contrast | None:
    """The logarithm of the ratio with its error by the delta method: the errors of both means, each over its mean.

    None where a mean is 0 or below, which has no logarithm.
    """
    if min(means.served, means.compared) <= 0:
        return None
    influence = errors.of_served / means.served - errors.of_compared / means.compared
    return contrast(log(means.served / means.compared), influence, ways, worth, means.parameters)


def ratio(logged: Contrast | None, kind: Kind, formula: str) -> Ratio | None:
    """The ratio, its interval found on the scale of logarithms; None where there is none, or its error cannot be measured."""
    if logged is None or not logged.std_error > 0:
        return None
    there = logged.interval(f"{formula}, of the logarithm")
    between = Interval(exp(there.low), exp(there.high), there.by)
    return Ratio("ratio of means" if kind == "amount" else "risk ratio", exp(logged.effect), between)
