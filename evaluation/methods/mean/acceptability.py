"""Whether a gain is worth its cost: net benefit, the chance that it is above 0, and where the resampled pairs lie.

Net benefit (Stinnett and Mullahy 1998) is gain times what a unit is worth, less the cost: it is told for every worth, with a range that
always has two ends, and needs no ratio.  The curve of the chances is that of van Hout and others (1994).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Interval

if TYPE_CHECKING:
    from ...terms import Array
    from .pairs import Pair

QUADRANTS = ("dearer and better", "dearer and worse", "cheaper and better", "cheaper and worse")
STEPS = 20  # of a curve
ENOUGH = 0.8  # of the resamples
TOO_MANY = 0.025  # of the resamples without a gain: a ratio then has no limits by them
_NICE = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def net_benefit(pair: Pair, worth: float) -> tuple[float, float, float]:
    """Net benefit per person where a unit is worth `worth` dollars, with its 95 % limits."""
    value = worth * pair.gain - pair.cost
    half = pair.t * max(pair.var_cost - 2 * worth * pair.cov + worth**2 * pair.var_gain, 0.0) ** 0.5
    return value, value - half, value + half


def chance(draws: Array, worth: float) -> float:
    """The share of (B, 2) pairs of cost and gain that are worth their cost; of those that are just worth it, half."""
    value = worth * draws[:, 1] - draws[:, 0]
    return float((value > 0).mean() + 0.5 * (value == 0).mean())


def quadrants(draws: Array) -> dict[str, float]:
    """The share of pairs in each corner of the plane; a gain of exactly none is no gain, and a cost of exactly none is none."""
    dearer, better = draws[:, 0] > 0, draws[:, 1] > 0
    corners = (dearer & better, dearer & ~better, ~dearer & better, ~dearer & ~better)
    return {name: float(corner.mean()) for name, corner in zip(QUADRANTS, corners, strict=True)}


def percentiles(draws: Array) -> Interval:
    """95 % limits of the ratio by the middle of the resampled ones; none where too many got nothing better, of which no ratio can be told."""
    cost, gain = draws[:, 0], draws[:, 1]
    none = gain <= 0
    said = f"{len(draws):,} resamples"
    if none.mean() > TOO_MANY:
        return Interval(-np.inf, np.inf, f"{said}: too many without a gain")
    ratio = np.full(len(draws), np.inf)
    np.divide(cost, gain, out=ratio, where=~none)
    ratio[none & (cost <= 0)] = -np.inf
    low, high = np.percentile(ratio, [2.5, 97.5], method="inverted_cdf")
    if not (np.isfinite(low) and np.isfinite(high)):
        return Interval(-np.inf, np.inf, f"{said}: too many without a gain")
    return Interval(float(low), float(high), said)


def enough(draws: Array, share: float = ENOUGH) -> float | None:
    """The least worth, 0 or above, from which on at least `share` of the pairs are worth their cost, however much more it is; None: never.

    A pair with a gain is worth its cost above cost / gain, one with a loss below it: the chance is a step function of the worth, which
    may pass `share` and fall below it again where money is saved at a loss.
    """
    cost, gain = draws[:, 0], draws[:, 1]
    at = np.full(len(draws), np.inf)
    np.divide(cost, gain, out=at, where=gain != 0)
    always = int(((gain == 0) & (cost < 0)).sum())
    joining, leaving = np.sort(np.maximum(at[gain > 0], 0.0)), np.sort(at[gain < 0])
    needed = share * len(draws)
    left = always + np.searchsorted(joining, leaving, side="right") + len(leaving) - np.searchsorted(leaving, leaving, side="right")
    short = leaving[left < needed]  # just above each of these too few are worth it
    worths = np.append(0.0, joining)
    inside = always + np.searchsorted(joining, worths, side="right") + len(leaving) - np.searchsorted(leaving, worths, side="left")
    found = worths[(inside >= needed) & (worths > short.max(initial=-np.inf))]
    return float(found[0]) if len(found) else None


def grid(pair: Pair, draws: Array, high: float | None = None) -> tuple[float, ...]:
    """What a unit may be worth, from 0 to a round number beyond which little changes; `high` is the upper limit of the ratio, where it has one."""
    if high is None or not high > 0:
        gain = abs(pair.gain) + pair.t * pair.var_gain**0.5
        size = np.percentile(np.abs(draws[:, 0]), 97.5)
        high = 3 * float(size) / gain if gain > 0 else float(size)
    top = nice(1.25 * high)
    return tuple(round(top * step / STEPS, 10) for step in range(STEPS + 1))


def nice(value: float) -> float:
    """The smallest round number that is no smaller."""
    if not value > 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    return float(next((power * one for one in _NICE if power * one >= value * (1 - 1e-12)), power * 10))


def spread(draws: Array, many: int = 100) -> tuple[tuple[float, float], ...]:
    """So many of the pairs as (gain, cost), for a picture: every so-manieth as they were drawn."""
    places = np.linspace(0, len(draws) - 1, min(many, len(draws))).round().astype(int)
    return tuple((float(draws[place, 1]), float(draws[place, 0])) for place in places)


def curve(draws: Array, worths: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """The acceptability curve: (what a unit is worth, the chance that the programme is worth its cost)."""
    return tuple((float(worth), chance(draws, worth)) for worth in worths)
