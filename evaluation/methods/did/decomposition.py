"""What a two-way fixed effects estimate is made of: which comparisons (Goodman-Bacon 2021), and which effects, some below 0.

de Chaisemartin & D'Haultfoeuille 2020 for the second.  Where units adopt at different times the estimate compares units that adopt
with those that had already: should their effects still be growing, they are taken from the answer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from ...terms import NEVER, Problem, Refused
from .fitted import CellWeights
from .wide import WHERE, Wide, wide

if TYPE_CHECKING:
    from ...terms import Array

Kind = Literal["earlier with later", "later with earlier", "later with always", "with never"]


@dataclass(frozen=True, slots=True, eq=False)
class TwoByTwos:
    """Every comparison of two groups that the estimate is a weighted mean of; (C,) arrays."""

    treated: Array  # int: the period in which those that adopt do
    compared: Array  # int: that of those they are compared with; NEVER for those who never do, 0 for those under it throughout
    kind: tuple[Kind, ...]
    effect: Array
    weight: Array  # above 0; they add to 1

    @property
    def estimate(self) -> float:
        """The two-way fixed effects estimate."""
        return float(self.weight @ self.effect)

    def by_kind(self) -> dict[Kind, tuple[float, float]]:
        """The weight of each kind of comparison, and their mean effect; kinds that there are none of are left out."""
        told: dict[Kind, tuple[float, float]] = {}
        for kind in get_args(Kind):
            there = np.array([each == kind for each in self.kind], dtype=bool)
            if there.any():
                weight = float(self.weight[there].sum())
                told[kind] = (weight, float(self.weight[there] @ self.effect[there]) / weight)
        return told


@dataclass(frozen=True, slots=True)
class BelowZero:
    """How far the estimate is from a mean of effects with weights that are none of them below 0."""

    cells: int  # groups of adopters by periods under the programme
    below: int  # of those, how many weigh below 0
    weight: float  # what they weigh together: 0 or less, where all weigh 1
    share: float  # the same as a share of all weight, whatever its sign
    spread: float  # standard deviation of effects over treated units and periods with which the mean effect may be 0; infinite if they weigh alike


def two_by_twos(value: Array, adopted: Array, *, weight: Array | None = None) -> TwoByTwos:
    """The comparisons, as R's bacondecomp has them: `value` (n, T) without gaps, `adopted` (n,), `weight` (n,) of units.

    Units under the programme from the first period on are one group, those compared as `always`.  Refuses gaps, weights that
    change, and a panel in which no two groups can be compared: the formulas hold on balanced panels alone.
    """
    panel = wide(value, adopted, weight=weight, keep_single=True)
    if not panel.balanced:
        gaps = int((panel.w == 0).sum())
        found = f"{gaps:,} of {panel.w.size:,} cells were not watched." if gaps else "weights change over time."
        raise Refused(Problem(WHERE, found, "The comparisons are told of panels without gaps.", "Leave units with gaps out."))
    groups, mean, size = _groups(panel)
    rows = [row for row in _comparisons(groups, mean, size) if row[4] > 0]
    if not rows:
        raise Refused(Problem(WHERE, "no group adopts beside another that does not at the time.", remedy="Study longer, or more units."))
    treated, compared, kind, effect, mass = zip(*rows, strict=True)
    weights = np.array(mass)
    return TwoByTwos(np.array(treated), np.array(compared), kind, np.array(effect), weights / weights.sum())


def below_zero(weights: CellWeights, effect: float) -> BelowZero:
    """What weighs below 0 in an estimate of `effect`, by the weights that `two_way.fit` hands back.

    `spread` is |effect| over the standard deviation of the weights, each over its cell's share of units and periods under the
    programme: with effects that vary by less their mean has the estimate's sign (corollary 1 of the paper).
    """
    negative = weights.weight < 0
    share = weights.cells / weights.cells.sum()
    sd = float(np.sqrt((share * (weights.weight / share - 1) ** 2).sum()))
    spread = abs(effect) / sd if sd > ALIKE else float("inf")
    return BelowZero(len(share), int(negative.sum()), min(float(weights.weight[negative].sum()), 0.0), weights.below_zero + 0.0, spread)


ALIKE = 1e-9  # of a standard deviation of weights whose mean is 1: rounding


def _groups(panel: Wide) -> tuple[Array, Array, Array]:
    """(C,) the periods in which groups adopt, 0 and NEVER among them; (C, T) their mean values; (C,) their shares of all weight."""
    adopted = np.maximum(panel.adopted, 0)
    groups = np.unique(adopted)
    w = panel.w[:, 0]
    size = np.array([w[adopted == g].sum() for g in groups])
    mean = np.stack([np.einsum("n,nt->t", w[adopted == g], panel.value[adopted == g]) for g in groups]) / size[:, None]
    return groups, mean, size / w.sum()


def _comparisons(groups: Array, mean: Array, size: Array) -> Iterator[tuple[int, int, Kind, float, float]]:
    """Who adopts, compared with whom, of which kind, the difference in differences, and its weight (theorem 1, and its appendix)."""
    T = mean.shape[1]
    share = np.where(groups == NEVER, 0.0, (T - np.minimum(groups, T)) / T)  # of the periods, under the programme
    for a, g in enumerate(groups.tolist()):
        for b, h in enumerate(groups.tolist()):
            if a == b or g in (0, NEVER):
                continue
            own, other = float(share[a]), float(share[b])
            kind: Kind
            if h == NEVER:
                kind, window, middle = "with never", (0, T), own * (1 - own)
            elif h == 0:
                kind, window, middle = "later with always", (0, T), own * (1 - own)
            elif g < h:
                kind, window, middle = "earlier with later", (0, h), (own - other) * (1 - own)
            else:
                kind, window, middle = "later with earlier", (h, T), own * (other - own)
            change = _change(mean[a], g, *window) - _change(mean[b], g, *window)
            yield g, h, kind, change, float(size[a] * size[b]) * middle


def _change(mean: Array, at: int, first: int, stop: int) -> float:
    """The mean over [at, stop) less that over [first, at)."""
    return float(mean[at:stop].mean() - mean[first:at].mean())
