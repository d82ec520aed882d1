"""Mean time up to a horizon: free of every event (RMST), or lost to one of them (RMTL); areas under curves, and how two compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...terms import Interval, Problem, Ratio, Refused
from ..inference import Contrast
from .by_cluster import std_errors
from .curve_errors import area_error
from .curves import influence

if TYPE_CHECKING:
    from ...terms import Array
    from .curves import Curve
    from .times import Times

NORMAL = float("inf")  # degrees of freedom: errors of areas are of large samples


def time_free(laid: Curve, tau: float) -> float:
    """Mean time from 0 to the first event of any cause, or to tau: the area under survival, flat after the last time."""
    return tau - _lost(laid.time, -np.diff(laid.survival, prepend=1.0), tau)


def time_lost(laid: Curve, tau: float, cause: int = 1) -> float:
    """Mean time from the event of a cause to tau, none where it does not come: the area under its incidence (Andersen 2013)."""
    return _lost(laid.time, np.diff(laid.incidence[laid.row(cause)], prepend=0.0), tau)


def _lost(time: Array, jumps: Array, tau: float) -> float:
    return float((jumps * np.maximum(tau - time, 0.0)).sum())


@dataclass(frozen=True, slots=True)
class Restricted:
    """A mean time by tau with its standard error."""

    mean: float
    std_error: float
    tau: float
    by: str  # the formula of the error


def restricted(
    laid: Curve,
    times: Times,
    tau: float,
    what: Literal["time_free", "time_lost"] = "time_free",
    *,
    cause: int = 1,
    labels: Array | None = None,
    greenwood: bool = False,
    step: float = 0.0,
) -> Restricted:
    """A mean time by tau, its error by the infinitesimal jackknife, over `labels` (n,) int where rows hang together.

    `greenwood` asks for the error of time free that R's survRM2 has instead; without weights and delayed entry they are the same.
    Refuses a tau that lies more than a `step` beyond the last time: what comes after it was seen of nobody.  Where times are days
    and the last day seen counts whole, the step is 1.
    """
    followed(laid, tau, step)
    if greenwood:
        if what != "time_free":
            raise Refused(Problem("an area's error", "Greenwood's formula was asked of time lost.", "It is of time free.", "Ask for the jackknife."))
        return Restricted(time_free(laid, tau), area_error(laid, tau), tau, "Greenwood")
    parts = influence(laid, times, what, tau, cause)
    error = float(std_errors(parts, labels, where="an area's error")[0])
    mean = time_free(laid, tau) if what == "time_free" else time_lost(laid, tau, cause)
    return Restricted(mean, error, tau, "infinitesimal jackknife")


def followed(laid: Curve, tau: float, step: float = 0.0) -> None:
    """Refuses a horizon more than a `step` beyond the last time of a curve that has not come to 0 by then."""
    last = float(laid.time[-1])
    if tau > last + step and laid.survival[-1] > 0:
        found = f"the horizon {tau:g} lies beyond {last:g}, the last time at which anybody was seen."
        raise Refused(Problem("an area under a curve", found, "Nothing is known of what comes after it.", f"Ask by {last + step:g}, or earlier."))


def difference(served: Restricted, compared: Restricted) -> Contrast:
    """The served less the compared, two arms of different people: Royston & Parmar 2011; normal."""
    _alike(served, compared)
    return Contrast(served.mean - compared.mean, float(np.hypot(served.std_error, compared.std_error)), NORMAL)


def ratio(served: Restricted, compared: Restricted) -> tuple[Ratio, float]:
    """The served over the compared, with its interval on the log scale and the two-sided p-value of no difference; normal.

    Refuses a mean of 0.
    """
    _alike(served, compared)
    if not (served.mean > 0 and compared.mean > 0):
        found = "a mean time is 0, so that nothing can be divided by it or it by anything."
        raise Refused(Problem("a ratio of mean times", found, "Both are above 0.", "Ask for the difference."))
    error = float(np.hypot(served.std_error / served.mean, compared.std_error / compared.mean))
    log = Contrast(float(np.log(served.mean / compared.mean)), error, NORMAL)
    ends = log.interval(f"log scale, {served.by}")
    return Ratio("ratio of means", served.mean / compared.mean, Interval(float(np.exp(ends.low)), float(np.exp(ends.high)), ends.by)), log.p_value


def _alike(served: Restricted, compared: Restricted) -> None:
    if served.tau != compared.tau:
        found = f"the time is restricted to {served.tau:g} in one arm and {compared.tau:g} in the other."
        raise Refused(Problem("a contrast of mean times", found, "Both arms are read to one horizon."))
