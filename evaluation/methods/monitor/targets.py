"""Whether a level fell, or rose, by so much a year, when every count has an error of its own."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, hypot, inf, log

from scipy.special import ndtr, ndtri

from ...diagnostics.monitor import Reached
from ...terms import Interval
from ..inference import LEVEL

Z = float(ndtri((1 + LEVEL) / 2))
EXACT = "no error was declared, and the level is no number of events: it is taken as exact"
BY = "error of both counts, normal on the scale of logarithms"


@dataclass(frozen=True, slots=True)
class Tracked:
    """A last level held against a first one and a target."""

    change: float
    std_error: float  # of the change; 0 where levels are exact
    interval: Interval
    p_value: float
    target: float
    gap: Interval  # the last level less the target
    a_year: float  # change a year that was seen, compounding
    a_year_limits: Interval
    reached: Reached


def tracked(first: float, last: float, *, each_year: float, years: float, error: float, events: tuple[float, float] | None = None) -> Tracked:
    """From `first` to `last`, both above 0, in `years`; the target is first (1 + each_year)^years, compounding.

    Each level's standard error is `error` of it or, of so many `events` behind the first and the last, one over their square root where that is
    more: even those who count without a fault see another number another year (Poisson).  The two err independently, so that the logarithm of
    their ratio has the root of the sum of both squares for its standard error, and that of the last level over the target too: the first level is no
    better known than the last.  A target to fall is reached where the whole interval of the gap lies at 0 or below, not reached where it lies above,
    and else nobody can tell; a target to rise the other way round.  Of exact levels (no error, and no events) the gap itself decides.
    """
    target = first * (1 + each_year) ** years
    moved, beyond = log(last / first), log(last / target)
    errors = [max(error, 1 / count**0.5) for count in events] if events else [error, error]
    reach = Z * hypot(*errors)
    ends = beyond - reach, beyond + reach
    gap = Interval(target * (exp(ends[0]) - 1), target * (exp(ends[1]) - 1), BY if reach else EXACT)
    std_error = hypot(errors[0] * first, errors[1] * last)
    if reach:
        change = Interval(last - first - Z * std_error, last - first + Z * std_error, "error of both counts, normal")
        p_value = float(2 * ndtr(-abs(last - first) / std_error))
        seen = Interval(exp((moved - reach) / years) - 1, exp((moved + reach) / years) - 1, BY)
    else:
        change, p_value, seen = Interval(-inf, inf, EXACT), 1.0, Interval(exp(moved / years) - 1, exp(moved / years) - 1, EXACT)
    return Tracked(last - first, std_error, change, p_value, target, gap, exp(moved / years) - 1, seen, _reached(gap, each_year))


def _reached(gap: Interval, each_year: float) -> Reached:
    """By which side of 0 the gap lies on; to the last digit counts as reached."""
    low, high = (gap.low, gap.high) if each_year <= 0 else (-gap.high, -gap.low)
    if high <= 0:
        return "reached"
    return "not reached" if low > 0 else "cannot tell"
