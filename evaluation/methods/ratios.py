"""The mean of the served over that of the compared: what a reader who thinks in times, not in points, is told beside the difference."""

from __future__ import annotations

from math import exp, log

from ..terms import Interval, Kind, Ratio
from .inference import Contrast
from .influence import Errors, Means
from .spread import Ways, contrast

CLEAR = 2.0  # standard errors
MOST = 700.0  # of a logarithm that a number can be made of


def log_ratio(means: Means, errors: Errors, ways: Ways, worth: float) -> Contrast | None:
    """The logarithm of the ratio with its error by the delta method: the errors of both means, each over its mean.

    None where a mean is not CLEAR of its own standard errors above 0: there a ratio may be anything, and no logarithm tells it.
    """
    for mean, influence in ((means.served, errors.of_served), (means.compared, errors.of_compared)):
        if not mean > 0 or not mean >= CLEAR * contrast(mean, influence, ways, worth, means.parameters).std_error:
            return None
    influence = errors.of_served / means.served - errors.of_compared / means.compared
    return contrast(log(means.served / means.compared), influence, ways, worth, means.parameters)


def ratio(logged: Contrast | None, kind: Kind, formula: str) -> Ratio | None:
    """The ratio, its interval found on the scale of logarithms; None where there is none, or its error cannot be measured or has no end."""
    if logged is None or not logged.std_error > 0:
        return None
    there = logged.interval(f"{formula}, of the logarithm")
    if not there.high < MOST:
        return None
    between = Interval(exp(there.low), exp(there.high), there.by)
    return Ratio("ratio of means" if kind == "amount" else "risk ratio", exp(logged.effect), between)
