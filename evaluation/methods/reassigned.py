"""Randomisation inference for places: the days of adoption dealt out anew among the clusters, and the effect told again each time.

It needs no large number of clusters, and says how small its p-value could have been.  It is exact where chance, or something like
it, decided which clusters adopted when, and where the programme changes nothing or the same for all; where those that adopted are
plainly larger or smaller than the others, `evened` makes them alike first.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..terms import Interval
from .inference import LEVEL

if TYPE_CHECKING:
    from ..terms import Array

DRAWS = 1_999  # with what was seen, 2,000; where there are no more ways than that to deal the days out, all of them are gone through
SEED = 1_935
REJECTED = round(1 - LEVEL, 9)  # p-values below it reject; without rounding, .05 itself would
SAME = 1e-9  # of the statistic seen: two that differ by less are one number rounded twice
DOUBLINGS = 60
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Reassigned:
    """The p-value of no effect, the smallest that there could have been, and the interval of shifts that are not ruled out."""

    statistic: float  # as seen
    p_value: float
    floor: float  # the smallest p-value that these outcomes could have given, however the days had fallen
    assignments: int  # gone through, what was seen included
    exhaustive: bool  # all there are, or a sample
    undefined: int  # in which the statistic could not be told: counted as at least as far as what was seen
    interval: Interval  # without ends where none was asked for, or none can be reached

    def holding(self, effect: float) -> Interval:
        """The interval, widened where it must be to hold an effect that was told from outcomes as they are, and not `evened`."""
        return Interval(min(self.interval.low, effect), max(self.interval.high, effect), self.interval.by)


def assignments(adopted: Array, clusters: Array, strata: Array | None = None) -> int:
    """How many ways there are to deal the clusters' days of adoption out among them, within strata; the arguments of `reassigned`."""
    days, stratum = _by_cluster(adopted, clusters, strata)[1:]
    ways = 1
    for each in np.unique(stratum):
        ways *= _ways(days[stratum == each])
    return ways


def reassigned(
    adopted: Array,
    clusters: Array,
    statistic: Callable[[Array], float],
    *,
    shift: Callable[[Array], float] | None = None,
    strata: Array | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Reassigned:
    """Deals the days of adoption out among the clusters, the whole multiset of them, and tells the statistic of each dealing.

    `adopted` (n,) int the same throughout a cluster, `clusters` (n,) int, `statistic` of (n,) int such days: an effect or a t, NaN where
    it cannot be told.  `strata` (n,) int within which days are dealt out.  All dealings are gone through where there are no more than
    `draws` + 1, else `draws` are drawn from `seed`, with p = (1 + those at least as far) / (1 + draws) (Phipson & Smyth 2010).
    Two-sided by the absolute statistic (Fisher 1935; of roll-outs, MacKinnon & Webb 2020).

    `shift` is, of the same days, the same effect of outcomes that are 1 in the periods in which a unit was in truth under the
    programme, and else 0: where it is given and the effect is linear in the outcomes, the interval holds every constant effect that is
    not rejected at 5 %.  ValueError where a cluster adopts on several days.
    """
    exhaustive, dealt = dealings(adopted, clusters, strata, draws, seed)
    found = np.array([(statistic(one), shift(one) if shift else 0.0) for one in dealt])
    seen, moved = statistic(adopted), shift(adopted) if shift else 0.0
    if not exhaustive:
        found = np.concatenate([[(seen, moved)], found])
    y, x = found.T
    return Reassigned(
        statistic=float(seen),
        p_value=_share(y, x, seen, moved, 0.0),
        floor=_floor(y),
        assignments=len(y),
        exhaustive=exhaustive,
        undefined=int(np.isnan(y).sum()),
        interval=_interval(y, x, float(seen), float(moved), exhaustive) if shift else Interval(float("-inf"), float("inf"), "none was asked for"),
    )


def dealings(adopted: Array, clusters: Array, strata: Array | None, draws: int, seed: int) -> tuple[bool, Iterator[Array]]:
    """Whether all ways to deal the days out are gone through, and each of them, (n,) int by unit; the arguments of `reassigned`."""
    cluster, days, stratum = _by_cluster(adopted, clusters, strata)
    exhaustive = assignments(adopted, clusters, strata) <= draws + 1
    return exhaustive, (one[cluster] for one in (_every(days, stratum) if exhaustive else _sampled(days, stratum, draws, seed)))


def _by_cluster(adopted: Array, clusters: Array, strata: Array | None) -> tuple[Array, Array, Array]:
    """(n,) each unit's cluster, then (G,) each cluster's day and stratum."""
    _, first, cluster = np.unique(clusters, return_index=True, return_inverse=True)
    stratum = np.zeros(len(adopted), dtype=int) if strata is None else strata
    if (adopted != adopted[first][cluster]).any():
        raise ValueError("a cluster adopts on several days: days can only be dealt out among clusters that adopt on one")
    if (stratum != stratum[first][cluster]).any():
        raise ValueError("a cluster is in several strata")
    return cluster, adopted[first], stratum[first]


def _ways(days: Array) -> int:
    return math.factorial(len(days)) // math.prod(math.factorial(int(many)) for many in np.unique(days, return_counts=True)[1])


def _every(days: Array, stratum: Array) -> Iterator[Array]:
    """All dealings, (G,) each."""
    places = [np.flatnonzero(stratum == each) for each in np.unique(stratum)]

    def deal(left: list[Array], so_far: Array) -> Iterator[Array]:
        if not left:
            yield so_far
            return
        for order in _orders(sorted(days[left[0]].tolist())):
            there = so_far.copy()
            there[left[0]] = order
            yield from deal(left[1:], there)

    yield from deal(places, days.copy())


def _orders(values: list[int]) -> Iterator[tuple[int, ...]]:
    """All different orders of values that may repeat; `values` are sorted."""
    if len(values) < 2:
        yield tuple(values)
        return
    for place, value in enumerate(values):
        if place and values[place - 1] == value:
            continue
        for rest in _orders(values[:place] + values[place + 1 :]):
            yield (value, *rest)


def _sampled(days: Array, stratum: Array, draws: int, seed: int) -> Iterator[Array]:
    """Seeded dealings, (G,) each."""
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        dealt = days.copy()
        for each in np.unique(stratum):
            dealt[stratum == each] = rng.permutation(days[stratum == each])
        yield dealt


def _share(y: Array, x: Array, seen: float, moved: float, effect: float) -> float:
    """The share of dealings at least as far as what was seen, once an effect is taken from every outcome."""
    there = abs(seen - effect * moved)
    far = np.abs(y - effect * x)
    slack = SAME * (abs(seen) + abs(effect * moved))
    return float((~(far < there - slack)).mean())


def _floor(y: Array) -> float:
    """The p-value of the dealing that lies furthest."""
    far = np.abs(y[~np.isnan(y)])
    most = float(far.max(initial=0.0))
    return float(((far >= most * (1 - SAME)).sum() + np.isnan(y).sum()) / len(y))


def _interval(y: Array, x: Array, seen: float, moved: float, exhaustive: bool) -> Interval:
    """Every constant effect that is not rejected."""
    by = f"{len(y):,} {'ways' if exhaustive else 'of the ways'} to deal out the days of adoption, a constant effect"
    effect = seen / moved
    step = float(np.nanmax(np.abs(y), initial=abs(seen))) or 1.0
    far = _share(x, np.zeros(len(x)), moved, 0.0, 0.0) >= REJECTED  # as the effect goes beyond every limit
    low, high = (side * float("inf") if far else _end(y, x, seen, moved, effect, side * step) for side in (-1, 1))
    return Interval(low, high, by)


def _end(y: Array, x: Array, seen: float, moved: float, effect: float, step: float) -> float:
    """The last effect inside, going from the one seen in the direction of step."""
    near, far = effect, effect + step
    for _ in range(DOUBLINGS):
        if not _share(y, x, seen, moved, far) >= REJECTED:
            break
        near, far = far, far + 2 * (far - near)
    else:
        return math.copysign(float("inf"), step)
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        near, far = (middle, far) if _share(y, x, seen, moved, middle) >= REJECTED else (near, middle)
    return near
