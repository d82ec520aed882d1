"""Two effects on the same people: how far their errors hang together, and pairs of them drawn again from whole people or clusters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...terms import Arm, Array, Interval

DRAWS = 2_000
SEED = 20_240_601
MOST_UNITS = 5_000  # people or clusters drawn singly; more are first put together at random into so many
NORMAL = 1.959963984540054  # the 97.5 % point of the normal
_AT_ONCE = 2_000_000  # numbers drawn at a time


@dataclass(frozen=True, slots=True, eq=False)
class Effect:
    """An effect on one column of the people compared, with what each row adds to its error; (k,) arrays over the same rows for every column.

    The square of the error is the sum, over those who hang together, of the squares of what they add (see `methods.influence`), but
    for whatever a formula adds for few people or clusters, which stands in `std_error`.
    """

    served: Arm
    compared: Arm
    effect: float
    std_error: float
    interval: Interval
    influence: Array  # float; adds to 0
    together: Array  # int
    arm: Array  # bool: of a served row
    freedom: float = float("inf")  # degrees of freedom of the interval; infinite: it is a normal one


@dataclass(frozen=True, slots=True)
class Pair:
    """A difference in cost and a gain, with their covariance."""

    cost: float
    gain: float
    var_cost: float
    var_gain: float
    cov: float
    freedom: float = float("inf")

    @property
    def t(self) -> float:
        """The 97.5 % point that 95 % limits are made of."""
        from scipy import stats

        return float(stats.t.ppf(0.975, self.freedom) if np.isfinite(self.freedom) else stats.norm.ppf(0.975))


def paired(cost: Effect, outcome: Effect, better: str) -> Pair:
    """The pair of a cost and of what got better: fewer of an outcome of which fewer is better is a gain.

    The covariance is the correlation of what people or clusters add to the two errors, times the two standard errors.
    """
    sign = 1.0 if better == "more" else -1.0
    sums = _sums(cost, outcome, sign)
    of_cost, of_gain = (float((sums[:, column] ** 2).sum()) ** 0.5 for column in (0, 1))
    like = float((sums[:, 0] * sums[:, 1]).sum()) / (of_cost * of_gain) if of_cost > 0 and of_gain > 0 else 0.0
    cov = min(max(like, -1.0), 1.0) * cost.std_error * outcome.std_error
    return Pair(cost.effect, sign * outcome.effect, cost.std_error**2, outcome.std_error**2, cov, min(cost.freedom, outcome.freedom))


def drawn(cost: Effect, outcome: Effect, better: str, *, draws: int = DRAWS, seed: int = SEED) -> Array:
    """(draws, 2) pairs of cost and gain from people, or clusters, drawn again with replacement; the same whatever the order of rows.

    Arms are drawn from apart unless a cluster stands in both.  Of a difference of means this is the bootstrap of the people
    themselves; of any other effect, of its linear part, weights that were learnt and all (Efron and Tibshirani 1993, ch. 22).  Few people
    or clusters drawn again spread too little: the pairs are stretched about the effects to the standard errors that are told, and by
    as much as t is wider than the normal, so that shares of them say no more than the 95 % limits beside them.
    """
    sign = 1.0 if better == "more" else -1.0
    sums = _sums(cost, outcome, sign)
    _, unit = np.unique(cost.together, return_inverse=True)
    some, everybody = (np.bincount(unit, weights=weights) for weights in (cost.arm.astype(float), np.ones(len(unit))))
    crossing = bool(((some > 0) & (some < everybody)).any())
    parts = [sums] if crossing else [sums[some > 0], sums[some == 0]]
    rng = np.random.default_rng(seed)
    away = sum((_resampled(part, draws, rng) for part in parts if len(part)), np.zeros((draws, 2)))
    spread = sum((((part - part.mean(axis=0)) ** 2).sum(axis=0) for part in parts if len(part)), np.zeros(2)) ** 0.5
    wider = paired(cost, outcome, better).t / NORMAL
    told = wider * np.array([cost.std_error, outcome.std_error])
    stretch = np.divide(told, spread, out=np.ones(2), where=spread > 0)
    return np.asarray([cost.effect, sign * outcome.effect] + stretch * away)


def _sums(cost: Effect, outcome: Effect, sign: float) -> Array:
    """(G, 2) what each person or cluster adds to the errors of cost and of gain."""
    _, unit = np.unique(cost.together, return_inverse=True)
    return np.column_stack([np.bincount(unit, weights=one) for one in (cost.influence, sign * outcome.influence)])


def _resampled(sums: Array, draws: int, rng: np.random.Generator) -> Array:
    """(draws, 2) sums of as many rows as there are, drawn with replacement."""
    ordered = sums[np.lexsort((sums[:, 1], sums[:, 0]))]
    if len(ordered) > MOST_UNITS:
        bag = rng.permutation(len(ordered)) % MOST_UNITS
        ordered = np.column_stack([np.bincount(bag, weights=column) for column in ordered.T])
    ordered = ordered - ordered.mean(axis=0)
    m, found = len(ordered), []
    for first in range(0, draws, max(1, _AT_ONCE // m)):
        many = min(max(1, _AT_ONCE // m), draws - first)
        found.append(ordered[rng.integers(0, m, size=(many, m))].sum(axis=1))
    return np.concatenate(found)
