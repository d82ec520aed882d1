"""Limits of a ratio of two estimates that hang together (Fieller 1954), told as they are: between, outside, or none.

The ratio r that the data do not rule out are those for which cost - r gain is within t errors of 0, so that the limits are the roots
of a quadratic.  Where the gain may be none, no two limits hold the ratio in: all ratios but those between two are possible, or all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...terms import Interval

if TYPE_CHECKING:
    from .pairs import Pair

FIELLER = "Fieller (1954)"


@dataclass(frozen=True, slots=True)
class Limits:
    """Which ratios are not ruled out at 95 %."""

    shape: Literal["between", "outside", "all"]  # between the two limits; outside them; every ratio
    low: float  # -inf where the shape is "all"
    high: float

    @property
    def words(self) -> str:
        """What the limits say, in a sentence."""
        if self.shape == "between":
            return f"The ratio lies between {self.low:,.2f} and {self.high:,.2f}."
        if self.shape == "outside":
            return f"The ratio may be anything but what lies between {self.low:,.2f} and {self.high:,.2f}: the gain may be none."
        return "The ratio may be anything: neither the gain nor the cost can be told from none."

    @property
    def interval(self) -> Interval:
        """The interval, without limits where none holds the ratio in, and why."""
        if self.shape == "between":
            return Interval(self.low, self.high, FIELLER)
        return Interval(-np.inf, np.inf, f"{FIELLER}: without bounds")


def limits(pair: Pair, t: float | None = None) -> Limits:
    """Limits of pair.cost / pair.gain: those r with (cost - r gain)^2 <= t^2 (var_cost - 2 r cov + r^2 var_gain).

    `t` is how many errors off is ruled out; left out, the 97.5 % point of the pair's own distribution.
    """
    t2 = (pair.t if t is None else t) ** 2
    a = pair.gain**2 - t2 * pair.var_gain
    b = pair.cost * pair.gain - t2 * pair.cov
    c = pair.cost**2 - t2 * pair.var_cost
    inside = b * b - a * c
    if a > 0:
        root = max(inside, 0.0) ** 0.5
        return Limits("between", (b - root) / a, (b + root) / a)
    if a == 0 or inside <= 0:
        return Limits("all", -np.inf, np.inf)
    low, high = sorted(((b - inside**0.5) / a, (b + inside**0.5) / a))
    return Limits("outside", low, high)
