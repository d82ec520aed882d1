"""Every effect of coming that what was seen of offers cannot rule out, however little the offer moves anybody (Anderson and Rubin 1949)."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt
from typing import Literal

from scipy.special import ndtri, stdtr, stdtrit

from ...terms import Interval
from ..inference import LEVEL, Contrast

STRONG = 104.7  # first-stage F from which a t interval of a ratio keeps its 5 % (Lee, McCrary, Moreira and Porter 2022)
WEAK = 10.0  # below, the offer hardly moves anybody (Staiger and Stock 1997)


@dataclass(frozen=True, slots=True)
class TwoJumps:
    """What an offer moves, outcome and take-up, with the variances of both and their covariance."""

    outcome: float
    take_up: float
    V_outcome: float
    V_both: float
    V_take_up: float
    df: float = inf

    @property
    def ratio(self) -> float:
        """The effect of coming on those who come because of the offer."""
        return self.outcome / self.take_up

    @property
    def std_error(self) -> float:
        """Of the ratio, to first order: right where F is large."""
        return sqrt(max(self.at(self.ratio), 0.0)) / abs(self.take_up)

    @property
    def strength(self) -> float:
        """Of the first stage."""
        return self.take_up**2 / self.V_take_up if self.V_take_up > 0 else inf

    def at(self, tau: float) -> float:
        """The variance of outcome - tau take_up."""
        return self.V_outcome - 2 * tau * self.V_both + tau**2 * self.V_take_up


@dataclass(frozen=True, slots=True)
class Set:
    """The effects that are not ruled out: all between `low` and `high`, or all but those between them, or every one, or none."""

    shape: Literal["between", "outside", "every", "none"]
    low: float
    high: float

    def holds(self, tau: float) -> bool:
        """Whether an effect is one of them."""
        if self.shape in ("every", "none"):
            return self.shape == "every"
        inside = self.low <= tau <= self.high
        return inside if self.shape == "between" else not self.low < tau < self.high

    @property
    def interval(self) -> Interval:
        """As an interval; a set without ends has none, and `by` says what it is."""
        by = "Anderson-Rubin"
        if self.shape == "between":
            return Interval(self.low, self.high, by)
        if self.shape == "outside":
            return Interval(
                -inf, inf, f"{by}: the offer moves too few for limits; only effects between {self.low:.4g} and {self.high:.4g} are ruled out"
            )
        return Interval(-inf, inf, f"{by}: the offer moves too few for any effect to be ruled out")


def anderson_rubin(jumps: TwoJumps) -> Set:
    """All tau for which outcome - tau take_up lies within luck of 0: a square inequality in tau, solved.

    With one instrument the set is never empty: it holds the ratio itself.
    """
    z2 = critical(jumps.df) ** 2
    a = jumps.take_up**2 - z2 * jumps.V_take_up
    b = -2 * (jumps.outcome * jumps.take_up - z2 * jumps.V_both)
    c = jumps.outcome**2 - z2 * jumps.V_outcome
    inside = b * b - 4 * a * c
    if a > 0:
        root = sqrt(max(inside, 0.0))
        return Set("between", (-b - root) / (2 * a), (-b + root) / (2 * a))
    if a == 0 or inside <= 0:
        return Set("every", -inf, inf)
    root = sqrt(inside)
    return Set("outside", *sorted(((-b - root) / (2 * a), (-b + root) / (2 * a))))


def p_value(jumps: TwoJumps) -> float:
    """Two-sided, of no effect on anybody: that of the jump of the outcome alone."""
    return float(2 * stdtr(jumps.df, -abs(jumps.outcome) / sqrt(jumps.V_outcome))) if jumps.V_outcome > 0 else 1.0


def critical(df: float) -> float:
    """The 95 % quantile of |t| on so many degrees of freedom."""
    return float(ndtri((1 + LEVEL) / 2)) if df == inf else float(stdtrit(df, (1 + LEVEL) / 2))


@dataclass(frozen=True, slots=True)
class Led:
    """The interval of a ratio that leads, with its error and p-value, and what stands beside it."""

    interval: Interval
    std_error: float
    p_value: float
    beside: tuple[Interval, ...]


def led(jumps: TwoJumps, formula: str) -> Led:
    """The interval of the ratio: the t interval by `formula` where the first stage is overwhelming (STRONG), else the Anderson-Rubin set.

    The other of the two stands beside it.  A set without ends is no interval: the error is then infinite, and the p-value not below
    that of what an interval just holds, whatever the set rules out, so that p-value and interval say the same.
    """
    every, p = anderson_rubin(jumps), p_value(jumps)
    if every.shape != "between":
        return Led(every.interval, inf, max(p, 1 - LEVEL), ())
    error = jumps.std_error
    if not error > 0:
        return Led(every.interval, error, p, ())
    t = Contrast(jumps.ratio, error, jumps.df)
    if jumps.strength >= STRONG:
        return Led(t.interval(formula), error, t.p_value, (every.interval,))
    return Led(every.interval, error, p, (t.interval(formula),))
