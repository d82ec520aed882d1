"""Mean amounts of one group when some were lost, from arrays alone: the estimators by name, for whoever has amounts by period already.

`means` lays the partitioned one on a comparison; the others stand here for comparison with it, and with what other packages give.

A t interval about the mean of one group misses amounts with a long tail: the limits here are of Hall's transformation (1992), which
counts the skewness.  Of a difference the skewnesses of the arms go against each other, and a t interval stands, by the larger of two
errors, as `spreading` has it.  True values left out in 1,500 draws each, six in ten without any amount, of a nominal .05:

    people               60            150           400
    gamma, shape 1       .081  .055    .073  .046    .048  .047    t, Hall
    lognormal, sigma 1   .129  .071    .091  .069    .071  .060
    lognormal, sigma 1.5 .218  .094    .167  .091    .122  .072
    lognormal, sigma 2   .350  .139    .291  .119    .228  .117
    Pareto, alpha 1.5    .265  .177    .235  .164    .238  .154

so that none are told of a group whose dearest tenth lies further above its middle than LONGEST has it.  Most samples of sigma 2 then
have none, but half of those of sigma 1.5, and no sample tells of a Pareto tail what it does not hold.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import stats

from ...diagnostics.arms import FEWEST_EVENTS
from ...diagnostics.sums import effective_number
from ..censoring import reweighted
from ..inference import LEVEL
from .leaving import AFTER, Leaving, rate
from .means import Mean, Standing
from .reading import Reading

if TYPE_CHECKING:
    from ...terms import Array

LONGEST = 1.5  # deviations of a lognormal amount: the logarithm of its 90th percentile over its median, by 1.28
_TENTH = 1.2815515655446004  # the 90th percentile of the normal


@dataclass(frozen=True, slots=True)
class Ranged:
    """A mean, or a difference of two, with its error and 95 % limits; `why` says why there are none, which are then NaN."""

    mean: float
    std_error: float
    low: float
    high: float
    why: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The mean of a group with what an interval asks of it."""

    mean: float
    variance: float  # with the factor m / (m - 1)
    third: float  # the third moment of the estimate
    worth: float  # m: how many of equal weight those followed to the end are worth
    some: int  # of whom so many came to any amount
    tail: float  # as LONGEST counts it


def group(found: Mean, y: Array, lost: Array, stands: Array) -> Group:
    """What an interval asks of a mean: amounts y (n,), `lost` (n,) bool, and what each row followed to the end stands for (n,)."""
    m = effective_number(stands[~lost], np.arange(int((~lost).sum())))
    any_amount = y[~lost & (y > 0)]
    tail = float(np.log(np.quantile(any_amount, 0.9) / np.quantile(any_amount, 0.5))) / _TENTH if len(any_amount) else 0.0
    i = found.influence
    factor = m / (m - 1) if m > 1 else float("nan")
    return Group(found.mean, float(i @ i) * factor, float((i**3).sum()), m, len(any_amount), tail)


def of_one(one: Group) -> Ranged:
    """The mean of a group with limits by Hall's transformation of t (1992), or why there are none."""
    error = one.variance**0.5
    if one.some < FEWEST_EVENTS:
        return Ranged(one.mean, error, np.nan, np.nan, FEW)
    if one.tail > LONGEST:
        return Ranged(one.mean, error, np.nan, np.nan, LONG)
    reach, skew = float(stats.t.ppf((1 + LEVEL) / 2, one.worth - 1)), one.third / one.variance**1.5
    low, high = (one.mean - error * _untransformed(end, skew) for end in (reach, -reach))
    return Ranged(one.mean, error, low, high)


def of_two(one: Group, other: Group) -> Ranged:
    """The difference of two means by the larger of two errors, each group's own and both groups' pooled; t of Welch and Satterthwaite."""
    v, m = np.array([one.variance, other.variance]), np.array([one.worth, other.worth])
    pooled = float((m * m * v).sum() / m.sum()) * float((1 / m).sum())
    error = max(float(v.sum()), pooled) ** 0.5
    if min(one.some, other.some) < FEWEST_EVENTS:
        return Ranged(one.mean - other.mean, error, np.nan, np.nan, FEW)
    reach = error * float(stats.t.ppf((1 + LEVEL) / 2, float(v.sum()) ** 2 / float((v**2 / (m - 1)).sum())))
    effect = one.mean - other.mean
    return Ranged(effect, error, effect - reach, effect + reach)


FEW = f"fewer than {FEWEST_EVENTS} people who were followed to the end came to any amount"
LONG = "a few amounts are so far above the rest that no interval about the mean of one group holds"


def _untransformed(end: float, skew: float) -> float:
    """The t whose transform t + skew t^2 / 3 + skew^2 t^3 / 27 + skew / 6 is `end`."""
    return end if abs(skew) < 1e-6 else 3 / skew * (float(np.cbrt(1 + skew * (end - skew / 6))) - 1)


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
    lost within one counts with what was seen of it, too little, so that short periods are needed; an amount that comes at a death is
    missed with everybody who is lost in the period before they would have died.
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
