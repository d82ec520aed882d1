"""Effects by cohort of adoption and period: what units live under their own adoption, and under never.

Callaway and Sant'Anna (2021) name them.  ATT(g, t) is the mean over the units that adopt in period g of the difference between
their two lives in period t.  Every aggregate weighs cohorts by how many units they have (by the units' weights, where units
have some), in each period that it covers: the weights that an estimator of it uses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from ..scores import Truth
from .weights import spread, weighed

if TYPE_CHECKING:
    from ...terms import Array


@dataclass(frozen=True, slots=True)
class Aggregated:
    """Effects by one heading (event time, cohort, or calendar period), and the one number they come to."""

    overall: Truth
    parts: Mapping[int, Truth]


@dataclass(frozen=True, slots=True, eq=False)
class TwoPanels:
    """The same units' amounts by period, as each adopts and as if none did."""

    own: Array  # (n, periods) float: under the unit's own adoption
    never: Array  # (n, periods) float: under never
    adopted: Array  # (n,) int: the unit's first period under the programme; `periods` or more where it never adopts
    weights: Array | None = None  # (n,) float: such as a population; None: each unit weighs the same
    luck: Array | None = None  # (n,) int: which units share luck; None: each has its own
    within: int | None = None  # so many periods from adoption on are counted; None: all of them

    def __post_init__(self) -> None:
        shapes = np.shape(self.own), np.shape(self.never), np.shape(self.adopted)
        if not (len(shapes[0]) == 2 and shapes[0] == shapes[1] and shapes[2] == shapes[0][:1]):
            raise Refused(Problem("panel", f"arrays of shapes {shapes} were given.", "Units by periods twice, and a period for each unit."))
        if not np.any(self._under & (self._weight > 0)[:, None]):
            raise Refused(Problem("panel", "no unit adopts in these periods.", "An effect is that of at least one unit that adopts."))

    @property
    def periods(self) -> int:
        """How many periods."""
        return int(np.shape(self.own)[1])

    @property
    def cohorts(self) -> list[int]:
        """The periods in which units with weight adopt, in order."""
        adopts = (self.adopted < self.periods) & (self._weight > 0)
        return [int(g) for g in np.unique(self.adopted[adopts])]

    def group_time(self) -> dict[tuple[int, int], Truth]:
        """ATT(g, t) of every cohort and period, those before its adoption too: other than 0 there, units act ahead of the programme."""
        return {(g, t): self._over(self._cell(g, t)) for g in self.cohorts for t in range(self.periods)}

    def simple(self) -> Truth:
        """The mean over all units and periods under the programme: a cohort counts by its units times its periods under it."""
        return self._over(self._under)

    def dynamic(self) -> Aggregated:
        """By event time, the periods since adoption (below 0: before it); each mean is over the cohorts that are seen so long.

        Overall: the plain mean of event times 0, 1, 2, ...
        """
        since = np.arange(self.periods) - self.adopted[:, None].astype(np.int64)
        adopts = (self.adopted < self.periods)[:, None]
        times = sorted({t - g for g in self.cohorts for t in range(self.periods)})
        counted = [e for e in times if 0 <= e < (self.periods if self.within is None else self.within)]
        return self._aggregated({e: adopts & (since == e) for e in times}, counted)

    def by_group(self) -> Aggregated:
        """By cohort: the mean over its periods under the programme.  Overall: over cohorts, each by its units."""
        parts = {g: self._under & (self.adopted == g)[:, None] for g in self.cohorts}
        each = self._under / np.maximum(self._under.sum(axis=1, keepdims=True), 1)  # a unit counts once, however long it is under it
        return Aggregated(self._over(each), {g: self._over(mask) for g, mask in parts.items()})

    def by_calendar(self) -> Aggregated:
        """By period: the mean over the units under the programme in it.  Overall: the plain mean of the periods with such units."""
        under = self._under
        parts = {t: under & (np.arange(self.periods) == t) for t in range(self.cohorts[0], self.periods) if under[:, t].any()}
        return self._aggregated(parts, parts)

    @property
    def _under(self) -> Array:
        since = np.arange(self.periods) - self.adopted[:, None].astype(np.int64)
        return np.asarray((since >= 0) & (since < (self.periods if self.within is None else self.within)))

    @property
    def _weight(self) -> Array:
        n = len(self.own)
        who = weighed(n, self.weights)
        weight = np.zeros(n)
        weight[who.rows] = 1.0 if who.share is None else who.share
        return weight

    def _cell(self, g: int, t: int) -> Array:
        return (self.adopted == g)[:, None] & (np.arange(self.periods) == t)

    def _aggregated(self, masks: Mapping[int, Array], counted: Iterable[int]) -> Aggregated:
        """The means over each of some masks, and the plain mean of those counted."""
        parts = {part: self._over(mask) for part, mask in masks.items()}
        named = [parts[part] for part in counted]
        pulls = np.mean([self._pulls(masks[part]) for part in counted], axis=0)
        mean = {level: float(np.mean([getattr(truth, level) for truth in named])) for level in ("effect", "served", "compared")}
        units = np.asarray(np.any([masks[part].any(axis=1) for part in counted], axis=0) & (self._weight > 0))
        return Aggregated(Truth(mean["effect"], self._error(pulls, units), mean["served"], mean["compared"], int(units.sum())), parts)

    def _over(self, mask: Array) -> Truth:
        """The mean difference over the units and periods that a mask (n, periods) names, each as often as it says."""
        share = self._share(mask)
        units = np.asarray(share.any(axis=1))
        effect, own, never = (float(np.sum(share * values)) for values in (self.own - self.never, self.own, self.never))
        return Truth(effect, self._error(self._pulls(mask), units), own, never, int(units.sum()))

    def _error(self, pulls: Array, units: Array) -> float:
        """The error of what some units pull at, those that share luck together."""
        if self.luck is None:
            return spread(pulls[units])
        _, shared = np.unique(self.luck[units], return_inverse=True)
        return spread(np.bincount(shared, pulls[units]))

    def _pulls(self, mask: Array) -> Array:
        """What each unit pulls at the mean over a mask; (n,)."""
        share, difference = self._share(mask), self.own - self.never
        return np.asarray(np.sum(share * (difference - np.sum(share * difference)), axis=1))

    def _share(self, mask: Array) -> Array:
        counted = mask * self._weight[:, None]
        return np.asarray(counted / counted.sum())
