"""The time by which a given share has had the event, with its limits: a median and the like."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .transforms import Scale, interval

if TYPE_CHECKING:
    from ...terms import Array
    from .curves import Curve

ALIKE = float(np.sqrt(np.finfo(float).eps))  # a curve that stands at a share but for rounding stands there


@dataclass(frozen=True, slots=True, eq=False)
class Quantiles:
    """Times (q,) by which shares (q,) have had the event; infinite where the curve, or a limit of it, never gets there."""

    share: Array
    time: Array
    low: Array
    high: Array


def quantiles(laid: Curve, shares: Array, std_error: Array, *, cause: int | None = None, by: Scale = "log") -> Quantiles:
    """When each of `shares` (q,), above 0 and below 1, has had an event of a cause; None: of any, by survival.

    `std_error` (m,) is that of survival, or of the cause's incidence, at each time.  The limits are where the curve's own limits get
    there (Brookmeyer & Crowley 1982).  A curve that stands at the share for a while gives the middle of the while, as R's
    quantile(survfit) does; with competing causes a share may never be reached, by however long a wait.
    """
    p = np.atleast_1d(np.asarray(shares, dtype=float))
    if cause is None:
        low, high = interval(laid.survival, std_error, by)
        gone, most, fewest = 1 - laid.survival, 1 - low, 1 - high
    else:
        fewest, most = interval(laid.incidence[laid.row(cause)], std_error, by)
        gone = laid.incidence[laid.row(cause)]
    most = np.where(gone >= 1, 1.0, np.nan_to_num(most))  # no limit tells how many may have had it before anybody has,
    ends = [_reached(laid.time, values, p) for values in (gone, most, np.nan_to_num(fewest))]  # or may not have had it once all have
    return Quantiles(p, *ends)


def _reached(time: Array, share: Array, p: Array) -> Array:
    """(q,) when a rising share (m,) is first at p, or the middle of the time for which it stands there."""
    highest = np.maximum.accumulate(share)
    first, past = (np.searchsorted(highest, p + by, side="left") for by in (-ALIKE, ALIKE))
    later = np.append(time, np.inf)
    end = np.where(past < len(time), later[past], time[-1])
    return np.where(first < len(time), (later[first] + end) / 2, np.inf)
