"""How wide to look on either side of a cut-off: the bandwidth with the smallest mean squared error, estimated in three steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .kernels import Kernel, coefficients, kernel_weights, neighbours

if TYPE_CHECKING:
    from ...terms import Array

PILOT = {"triangular": 2.576, "uniform": 1.843}  # of the rule of thumb for densities, by kernel (Calonico, Cattaneo and Titiunik 2014)
REGULAR = 3.0  # times the variance of a bias, added to its square: a bias that is not seen widens nothing (Imbens and Kalyanaraman 2012)
TIED = 0.2  # of the rows of a side: with so many fewer distinct scores than rows, many tie
FEWEST_SCORES = 10  # distinct scores on either side within the pilot bandwidth, where scores tie
LEAST_SCORES = 4  # distinct scores on either side within any bandwidth: a parabola has three numbers; our own rule


@dataclass(frozen=True, slots=True)
class Bandwidths:
    """How far people are read: for the estimate, and for its bias, in points of the score."""

    h: float
    b: float


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """One side of the cut-off; x (n,) rising, y (n,) the outcome, weight (n,)."""

    x: Array
    y: Array
    weight: Array

    @property
    def reach(self) -> float:
        """How far the side goes from the cut-off."""
        return float(np.abs(self.x).max())


@dataclass(frozen=True, slots=True)
class _Parts:
    """Of one side, for one coefficient: variance, leading bias, and the variance of that bias; free of the bandwidth."""

    V: float
    B: float
    R: float


def optimal(left: Side, right: Side, shape: Kernel = "triangular") -> Bandwidths:
    """The bandwidth of a local line that minimises the mean squared error of the jump at the cut-off, and that of its bias.

    Calonico, Cattaneo and Titiunik 2014, with one bandwidth for both sides: a pilot by the rule of thumb, from it one for the third
    derivative, one for the second (b), and one for the level (h), each bias regularised by its own variance as Imbens and
    Kalyanaraman 2012 have it.  The pilot counts distinct scores, not people; where many tie, it holds
    FEWEST_SCORES of them, as any bandwidth does LEAST_SCORES.  NaN where nothing varies.
    """
    x = np.concatenate([left.x, right.x])
    whole = max(left.reach, right.reach)
    tied = any(1 - len(np.unique(side.x)) / len(side.x) >= TIED for side in (left, right))
    many = len(np.unique(x))
    sides = (left, right)
    least = max(_holding(side, LEAST_SCORES) for side in sides)

    def within(h: float) -> float:
        return max(min(h, whole), least)

    pilot = within(PILOT[shape] * thinnest(x) * many**-0.2)
    if tied:
        pilot = max(pilot, *(_holding(side, FEWEST_SCORES) for side in sides))
    d = within(_step(sides, shape, 2 + 1, 2 + 1, pilot, tuple(side.reach for side in sides), 0.0))
    b = within(_step(sides, shape, 2, 1 + 1, pilot, (d, d), REGULAR))
    h = within(_step(sides, shape, 1, 0, pilot, (b, b), REGULAR))
    return Bandwidths(h, b)


def thinnest(x: Array) -> float:
    """The smaller of the standard deviation of x (n,), and what its quartiles make of one."""
    low, high = np.quantile(x, [0.25, 0.75])
    deviation = float(x.std(ddof=1))
    return min(deviation, float(high - low) / 1.349) if high > low else deviation


def pilot(x: Array, shape: Kernel = "triangular") -> float:
    """A bandwidth by the scores x (n,) alone: the rule of thumb, with FEWEST_SCORES distinct scores on either side where there are."""
    sides = [Side(part, part, np.ones(len(part))) for part in (np.sort(x[x < 0])[::-1], np.sort(x[x >= 0]))]
    rule = PILOT[shape] * thinnest(x) * len(np.unique(x)) ** -0.2
    return max(rule, *(_holding(side, FEWEST_SCORES) for side in sides))


def _holding(side: Side, scores: int) -> float:
    """A bandwidth within which a side has so many distinct scores, or all it has."""
    away = np.unique(np.abs(side.x))
    return float(away[min(scores, len(away)) - 1]) + 1e-8


def _step(
    sides: tuple[Side, Side], shape: Kernel, order: int, nu: int, pilot: float, wide: tuple[float, ...], regular: float
) -> float:  # fmt: skip
    """The bandwidth for the coefficient `nu` of a polynomial of some `order`, its bias being read within `wide`."""
    left, right = (_parts(side, shape, order, nu, pilot, within) for side, within in zip(sides, wide, strict=True))
    V = (2 * nu + 1) * (left.V + right.V)
    B = 2 * (order + 1 - nu) * ((right.B - left.B) ** 2 + regular * (left.R + right.R))
    return float((V / B) ** (1 / (2 * order + 3)))


def _parts(side: Side, shape: Kernel, order: int, nu: int, pilot: float, wide: float) -> _Parts:
    """The variance of the coefficient at the pilot bandwidth, and its bias by the coefficient one order up."""
    l_V = coefficients(side.x, side.weight * kernel_weights(side.x, pilot, shape), order)[nu]
    constant = float(l_V @ side.x ** (order + 1)) / pilot ** (order + 1 - nu)
    l_B = coefficients(side.x, side.weight * kernel_weights(side.x, wide, shape), order + 1)[order + 1]
    y = side.y
    V = float(((l_V * away_within(side.x, y, pilot)) ** 2).sum()) * pilot ** (2 * nu + 1)
    R = float(((l_B * away_within(side.x, y, wide)) ** 2).sum()) * constant**2
    return _Parts(V, constant * float(l_B @ y), R)


def away_within(x: Array, y: Array, h: float) -> Array:
    """`neighbours` of those within a bandwidth, who alone are looked at; 0 beyond it."""
    found, inside = np.zeros(len(x)), np.abs(x) <= h
    found[inside] = neighbours(x[inside], y[inside])
    return found
