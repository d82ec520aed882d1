"""How far two arms differ in a column: the arithmetic that diagnostics and the balance table share.

Everywhere `served` is (n,) bool, `weights` (n,) float with 0 for whoever is left out, and a column (n,) float without NaN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations_with_replacement
from typing import TYPE_CHECKING

import numpy as np

from ..terms import EstimandName
from .wording import those

if TYPE_CHECKING:
    from ..terms import Array

SERVED: EstimandName = "effect_on_the_served"
COMPARED: EstimandName = "effect_on_the_compared"
EVERYBODY: EstimandName = "average_effect"
WEIGHED: tuple[EstimandName, ...] = ("effect_in_the_overlap", "effect_on_the_matchable")  # whose people are known by their weights alone
WHOSE: Mapping[EstimandName, str] = {
    "effect_on_the_served": "standard deviations of {those}",
    "effect_on_the_compared": "standard deviations of the compared",
    "average_effect": "standard deviations, the two arms' variances averaged",
    "effect_in_the_overlap": "standard deviations of everybody as weighted",
    "effect_on_the_matchable": "standard deviations of everybody as weighted",
}
AT_ONCE = 2_048  # rows: products of columns are summed in pieces that stay in the processor's cache


def whose(estimand: EstimandName, called: str = "served") -> str:
    """What differences are told in, in words; `called` is what the first arm is called."""
    return WHOSE[estimand].format(those=those(called))


def of_two_values(column: Array) -> bool:
    """Whether a column holds 0 and 1 only."""
    return bool(((column == 0) | (column == 1)).all())


def spread(column: Array, served: Array, weights: Array, estimand: EstimandName = SERVED) -> float:
    """The standard deviation that differences are told in: of those whom the effect is about, before anybody is chosen.

    As R's MatchIt and cobalt: that of the served, of the compared, or the root of the mean of both variances, and of everybody as
    weighted where the weights say whom the effect is about; both arms' where it is 0.  sqrt(p (1 - p)) of 0 and 1.
    """
    two = of_two_values(column)
    v1, v0 = (variance(column[arm], np.ones(int(arm.sum())), two=two) for arm in (served, ~served))
    chosen = variance(column, weights, two=two) if estimand in WEIGHED else {SERVED: v1, COMPARED: v0, EVERYBODY: (v1 + v0) / 2}[estimand]
    return float((chosen if chosen > 0 else (v1 + v0) / 2) ** 0.5)


def standardised_difference(column: Array, served: Array, weights: Array, estimand: EstimandName = SERVED) -> float:
    """Weighted mean of the served less that of the compared, in the `spread` of those whom the effect is about."""
    return in_spreads(column, apart(column, served, weights), spread(column, served, weights, estimand))


def apart(column: Array, served: Array, weights: Array) -> float:
    """Weighted mean of the served less that of the compared."""
    one, other = (mean(column[arm], weights[arm]) for arm in (served, ~served))
    return one - other


def in_spreads(column: Array, difference: float, deviation: float) -> float:
    """A difference in standard deviations; without end where each arm has one value and they are not the same."""
    if deviation > 0:
        return difference / deviation
    return 0.0 if np.ptp(column) == 0 else float(np.copysign(np.inf, difference))


def mean(x: Array, w: Array) -> float:
    """The weighted mean: not a product of vectors, whose order of sums depends on the number of threads."""
    return float((w * x).sum() / w.sum())


def variance(x: Array, w: Array, *, two: bool) -> float:
    """With w scaled to add to 1: p (1 - p) of a column of 0 and 1, else sum w (x - mean)^2 / (1 - sum w^2); 0 where x never varies."""
    there = x[w > 0]
    if len(there) == 0 or (there == there[0]).all():
        return 0.0
    w = w / w.sum()
    middle = float((w * x).sum())
    rest = 1 - float((w * w).sum())
    if two:
        return middle * (1 - middle)
    return float((w * (x - middle) ** 2).sum()) / rest if rest > 0 else 0.0


def variance_ratio(column: Array, served: Array, weights: Array) -> float:
    """The weighted variance of the served over that of the compared; 1 where neither varies."""
    v1, v0 = (variance(column[arm], weights[arm], two=False) for arm in (served, ~served))
    return v1 / v0 if v0 > 0 else 1.0 if v1 == 0 else float("inf")


# ------------------------------------------------------------------------------------------------ whole distributions
def rising(column: Array) -> tuple[Array, Array]:
    """(n,) the order in which a column rises, and the last place of each of its values in that order."""
    order = np.argsort(column, kind="stable")
    ordered = column[order]
    return order, np.flatnonzero(np.append(ordered[1:] != ordered[:-1], True))


def gaps(order: Array, ends: Array, served: Array, weights: Array) -> tuple[float, float]:
    """The largest and the mean gap between the arms' weighted cumulative distributions, over the column's values in `rising` order.

    The mean is over different values, of everybody, each counted once, as R's MatchIt has it.
    """
    sign = np.where(served, weights / weights[served].sum(), -weights / weights[~served].sum())
    gap = np.abs(np.cumsum(sign[order])[ends])
    return float(gap.max()), float(gap.mean())


def pair_distance(column: Array, served: Array, sets: Array) -> float:
    """The mean distance between somebody served and somebody compared, over all such pairs of one set; NaN without any.

    `sets` (n,) int, -1 for whoever is in none.  Sums of a set's values in order give all its pairs at once, so that a set of a
    thousand costs no million of pairs.
    """
    there = np.flatnonzero(sets >= 0)
    if len(there) == 0:
        return float("nan")
    there = there[np.lexsort((column[there], sets[there]))]
    x, arm = column[there] - column[there].mean(), served[there]
    begins = np.flatnonzero(np.diff(sets[there], prepend=-1))
    sizes = np.diff(np.append(begins, len(there)))
    total, pairs = 0.0, 0.0
    for mine in (arm, ~arm):  # each with those of the other arm that come before it in its own set
        others = (~mine).astype(float)
        before, below = (np.cumsum(values) - values for values in (others, others * x))
        before, below = (values - np.repeat(values[begins], sizes) for values in (before, below))
        total += float((before * x - below)[mine].sum())
        pairs += float(before[mine].sum())
    return total / pairs if pairs else float("nan")


# ------------------------------------------------------------------------------------------------ squares and products
def products(columns: Mapping[str, Array]) -> Iterator[tuple[str, tuple[str, str]]]:
    """The names of squares of columns that are not 0 and 1, and of products of two; columns that never vary have none."""
    two = {name: of_two_values(column) for name, column in columns.items() if np.ptp(column) > 0}
    for one, other in combinations_with_replacement(two, 2):
        if one != other:
            yield f"{one} x {other}", (one, other)
        elif not two[one]:
            yield f"{one} squared", (one, one)


def centred(column: Array) -> Array:
    """A column about its mean over everybody, in its own standard deviations; 0 and 1 stay.

    So a square tells of spread and a product of going together, whatever the columns' units and wherever their zero lies.
    """
    if of_two_values(column):
        return column
    deviation = column.std()
    return np.asarray((column - column.mean()) / (deviation if deviation > 0 else 1.0))


def product_differences(columns: Mapping[str, Array], served: Array, weights: Array, estimand: EstimandName = SERVED) -> dict[str, float]:
    """The `standardised_difference` of every square and product, all from one pass over the rows, in pieces."""
    named = dict(products(columns))
    used = [name for name in columns if any(name in pair for pair in named.values())]
    if not used:
        return {}
    place = {name: number for number, name in enumerate(used)}
    shift = {name: _shift(columns[name]) for name in used}
    sums = [_sums([columns[name] for name in used], [shift[name] for name in used], np.flatnonzero(arm), weights) for arm in (served, ~served)]
    two = {name: of_two_values(columns[name]) for name in used}
    told = {}
    for name, (one, other) in named.items():
        at = place[one], place[other]
        deviation = _spread_of_sums(sums, at, estimand, two=two[one] and two[other])
        difference = sums[0].weighed[at] / sums[0].weight - sums[1].weighed[at] / sums[1].weight
        if deviation > 0:
            told[name] = float(difference / deviation)
    return told


def _shift(column: Array) -> tuple[float, float]:
    """What `centred` takes off a column, and what it divides by."""
    return (0.0, 1.0) if of_two_values(column) else (float(column.mean()), float(column.std()))


class _Sums:
    """Sums over the rows of an arm, of the products of p columns: (p, p) each, the upper half."""

    def __init__(self, p: int, rows: int):
        self.plain, self.squared, self.weighed, self.weighed_squared = np.zeros((4, p, p))
        self.rows, self.weight, self.weight_squared = rows, 0.0, 0.0


def _sums(columns: Sequence[Array], shift: Sequence[tuple[float, float]], rows: Array, weights: Array) -> _Sums:
    sums = _Sums(len(columns), len(rows))
    for begin in range(0, len(rows), AT_ONCE):
        some = rows[begin : begin + AT_ONCE]
        X, w = np.stack([(column[some] - low) / scale for column, (low, scale) in zip(columns, shift, strict=True)]), weights[some]
        sums.weight += float(w.sum())
        sums.weight_squared += float((w * w).sum())
        for i in range(len(X)):
            product = X[i] * X[i:]
            square = product * product
            sums.plain[i, i:] += product.sum(axis=1)
            sums.squared[i, i:] += square.sum(axis=1)
            sums.weighed[i, i:] += (product * w).sum(axis=1)
            sums.weighed_squared[i, i:] += (square * w).sum(axis=1)
    return sums


def _spread_of_sums(sums: Sequence[_Sums], at: tuple[int, int], estimand: EstimandName, *, two: bool) -> float:
    """The `spread` of a product, from the sums of both arms."""
    v1, v0 = (_variance_of_sums(arm.plain[at], arm.squared[at], float(arm.rows), float(arm.rows), two=two) for arm in sums)
    if estimand in WEIGHED:
        total = [sum(values) for values in zip(*((a.weighed[at], a.weighed_squared[at], a.weight, a.weight_squared) for a in sums), strict=True)]
        chosen = _variance_of_sums(*total, two=two)
    else:
        chosen = {SERVED: v1, COMPARED: v0, EVERYBODY: (v1 + v0) / 2}[estimand]
    return float((chosen if chosen > 0 else (v1 + v0) / 2) ** 0.5)


def _variance_of_sums(plain: float, squared: float, weight: float, weight_squared: float, *, two: bool) -> float:
    """The `variance` from sums of w z, w z^2, w and w^2; what is left by rounding alone is 0."""
    middle, rest = plain / weight, 1 - weight_squared / weight**2
    left = middle * (1 - middle) if two else squared / weight - middle**2
    if left <= 1e-12 * max(squared / weight, middle**2):
        return 0.0
    return left if two else left / rest if rest > 0 else 0.0
