"""Mean amounts of one group when some were lost, from arrays alone: the estimators by name, for whoever has amounts by period already.

`means` lays the partitioned one on a comparison; the others stand here for comparison with it, and with what other packages give.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..censoring import reweighted
from .leaving import AFTER, Leaving, rate
from .means import Mean, Standing
from .reading import Reading

if TYPE_CHECKING:
    from ...terms import Array


def simple(y: Array, day: Array, lost: Array, weights: Array) -> Mean:
    """Bang & Tsiatis 2000, simple: amounts y (n,) of those followed to their end, each standing for w / G(T-).

    `day` (n,) is the day of the end (a death, the horizon) or the last day seen, `lost` (n,) bool, `weights` (n,).  G is Kaplan-Meier's of
    being lost.  What was seen before a loss is thrown away: where that is much, `partitioned` is far more precise.
    """
    reading = Reading(y, y[:, None], np.full((len(y), 1), day.max()), day, np.where(lost, "lost", ""), lost)
    return _standing(reading, weights).total(y)


def partitioned(parts: Array, until: Array, day: Array, lost: Array, weights: Array) -> Mean:
    """Bang & Tsiatis 2000, partitioned: the simple estimator of each period, added up, so that what was seen before a loss counts.

    `parts` (n, K) are amounts by period, `until` (K,) the last day of each; the rest as `simple` has it.  With a period for each day on
    which somebody is lost it is the estimator of Zhao & Tian 2001 (Zhao, Bang, Wang & Pfeifer 2007).
    """
    last = np.broadcast_to(until, parts.shape).copy()
    return _standing(Reading(parts.sum(axis=1), parts, last, day, np.where(lost, "lost", ""), lost), weights).mean(parts)


def lin(parts: Array, first: Array, day: Array, lost: Array, weights: Array) -> Mean:
    """Lin, Feuer, Etzioni & Wax 1997: the mean amount of each period among those watched when it began, times the chance to live so long.

    `first` (K,) is the first day of each period; the rest as `partitioned` has it.  Assumes that losses fall between periods: whoever is
    lost within one counts with what was seen of it, too little, so that short periods are needed.
    """
    nobody = np.zeros(len(day), dtype=np.int64)
    mean, influence = 0.0, np.zeros(len(day))
    for start, y in zip(first, parts.T, strict=True):
        there = weights * (day >= start)
        if not there.any():
            continue
        alive = reweighted((day >= start).astype(float), np.minimum(day, start - 1), lost & (day < start - 1), weights, nobody)
        spent = float((there * y).sum() / there.sum())
        mean += alive.mean * spent
        influence += spent * alive.influence + alive.mean * there * (y - spent) / there.sum()
    return Mean(mean, influence)


def _standing(reading: Reading, weights: Array) -> Standing:
    stop = reading.day + AFTER * reading.lost
    rates = (rate(np.empty((len(reading), 0)), stop, reading.lost, weights),) if reading.lost.any() else ()
    model = Leaving(rates)
    stands = np.where(reading.known, weights[:, None] * np.exp(model.spent(reading.known_on)), 0.0)
    return Standing(reading, model, stands, float(np.exp(-model.spent(reading.until[:, -1])).min()))
