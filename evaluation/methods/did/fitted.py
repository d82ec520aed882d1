"""What the estimators of this room hand back: effects, their errors, and what each unit adds to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ..inference import Contrast

if TYPE_CHECKING:
    from ...terms import Array, Interval


@dataclass(frozen=True, slots=True, eq=False)
class CellWeights:
    """What an estimator makes of its cells: the effect is the sum of weight times the effect in a cell; (K,) arrays.

    A cell here is a group of units that adopted in one period, seen in one period.
    """

    group: Array  # int: the period of adoption
    period: Array  # int
    weight: Array  # float: they add to 1; some may be below 0
    cells: Array  # int: how many units stand in it

    @property
    def below_zero(self) -> float:
        """How much of the weight lies below 0, as a share of all weight whatever its sign (de Chaisemartin & D'Haultfoeuille 2020)."""
        return float(-self.weight[self.weight < 0].sum() / np.abs(self.weight).sum())


def gathered(groups: Iterable[tuple[int, Array, Array]], *, before: bool = False) -> CellWeights:
    """The weights of groups that adopt together: each its period of adoption, what it weighs and how many units it has, (T,) by period.

    Of periods from adoption on in which it has some; `before` adds those before it.
    """
    rows: list[tuple[int, int, float, int]] = []
    for g, total, many in groups:
        rows += [(g, int(t), float(total[t]), int(many[t])) for t in np.flatnonzero(many) if before or t >= g]
    group, period, weight, cells = (np.array(column) for column in zip(*rows, strict=True)) if rows else (np.zeros(0),) * 4
    return CellWeights(group, period, weight, cells)


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """One effect.  The sum over clusters of squared sums of `influence` is its variance before any small-sample factor."""

    effect: float
    std_error: float  # with the factor that the estimator names
    df: float  # of the t that goes with it; infinite for the normal
    influence: Array  # (n,): what each unit adds to the error; adds to 0
    rows: int  # cells that the estimate rests on
    clusters: int
    weights: CellWeights | None = None
    left_out: Mapping[str, int] = field(default_factory=dict)  # how many of what were set aside, by what they are called

    @property
    def contrast(self) -> Contrast:
        """The effect as the estimates of other methods have it."""
        return Contrast(self.effect, self.std_error, self.df)

    @property
    def p_value(self) -> float:
        """Two-sided, of no effect."""
        return self.contrast.p_value

    def interval(self, by: str) -> Interval:
        """The two-sided t interval."""
        return self.contrast.interval(by)


@dataclass(frozen=True, slots=True, eq=False)
class Several:
    """Effects in a row, such as those of an event study; (m,) arrays.  Their joint covariance is that of `influence` by cluster."""

    at: Array  # int: event time, or the period of adoption
    effect: Array
    std_error: Array
    df: float
    influence: Array  # (n, m)
    rows: int
    clusters: int
    treated: Array  # int: units under the programme (or about to be) that each rests on
    left_out: Mapping[str, int] = field(default_factory=dict)
    weights: tuple[CellWeights, ...] = ()  # of each effect, where the estimator has such weights

    def covariance(self, cluster: Array) -> Array:
        """(m, m): of the effects, by `cluster` (n,) of labels, without a small-sample factor."""
        sums = summed(self.influence, coded(cluster))
        return np.einsum("gj,gk->jk", sums, sums)


def coded(cluster: Array) -> Array:
    """(n,) int: labels as 0, 1, 2, ... in their order."""
    return np.unique(cluster, return_inverse=True)[1]


def summed(influence: Array, code: Array) -> Array:
    """(G, m): the sums of `influence` (n, m) over each cluster, `code` (n,) int 0..G-1."""
    many = int(code.max()) + 1 if len(code) else 0
    if many == len(code):
        return influence  # each its own: their order is nobody's concern
    return np.column_stack([np.bincount(code, weights=column, minlength=many) for column in influence.T])
