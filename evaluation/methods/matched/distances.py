"""How far apart people are in all columns together, as places in a space, and how wide a caliper is.

The conventions are those of R's MatchIt 4.7.2, which golden tests hold to.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...terms import CaliperUnit, DistanceBy
from ..columns import gram, standardised
from ..compiled import kernel

if TYPE_CHECKING:
    from ...terms import Array

NO_SPREAD = 1.5e-8  # of the largest spread in any direction: less is rounding, and no distance is told by it


def space(columns: Sequence[Array], served: Array, distance: DistanceBy) -> Array:
    """(n, q) places whose Euclidean distances are the gaps, of columns (n,); equal rows have equal places, to the last bit.

    mahalanobis: by the pooled covariance within the arms (n - 2; Rubin 1980).  robust_mahalanobis: by the covariance of ranks over
    everybody, tied ranks given the spread of untied ones (Rosenbaum 2010, chapter 8).  Of both, directions in which nothing
    spreads are left out, such as the sum of a category's codes.  scaled_euclidean: each column in standard deviations pooled
    within the arms, of which p (1 - p) is the square where a column holds 0 and 1.
    """
    if distance == "scaled_euclidean":
        return np.stack([_scaled(column, served) for column in columns], axis=1)
    if distance == "robust_mahalanobis":
        return _by_ranks(columns)
    Z = standardised(columns)
    return _turned(Z, whitening(within_arms(Z, served)))


def within_arms(Z: Array, served: Array) -> Array:
    """(p, p) the pooled covariance within the arms, of n - 2, of the standardised columns (p, n)."""
    products = gram(Z)
    for arm in (served, ~served):
        mean = np.array([z[arm].mean() for z in Z])
        products = products - arm.sum() * np.outer(mean, mean)
    return np.asarray(products / (Z.shape[1] - 2))


def whitening(covariance: Array) -> Array:
    """(p, q) what turns columns into ones of unit covariance, leaving out directions in which nothing spreads (Moore-Penrose)."""
    spread, direction = np.linalg.eigh(covariance)
    kept = spread > NO_SPREAD * max(float(spread[-1]), 0.0)
    return np.asarray(direction[:, kept] / np.sqrt(spread[kept]))


def deviation(values: Array, served: Array, unit: CaliperUnit) -> float:
    """What one unit of a caliper is worth, of values (n,): raw, 1; sd, the standard deviation over everybody (n - 1); pooled_sd,
    the root of the mean of the arms' variances (Austin 2011)."""
    if unit == "raw":
        return 1.0
    if unit == "sd":
        return _variance(values) ** 0.5
    return ((_variance(values[served]) + _variance(values[~served])) / 2) ** 0.5


def _variance(values: Array) -> float:
    return float(values.var(ddof=1)) if len(values) > 1 else 0.0


def _scaled(column: Array, served: Array) -> Array:
    two = bool(((column == 0) | (column == 1)).all())
    apart = sum(int(arm.sum()) * float(column[arm].var()) for arm in (served, ~served))
    spread = (apart / (len(column) if two else len(column) - 2)) ** 0.5
    return np.asarray(column / spread) if spread > 0 else np.zeros(len(column))


def _by_ranks(columns: Sequence[Array]) -> Array:
    """Ranks standardised one by one would have their ties undone: they are turned by the correlations, and keep one scale."""
    from scipy.stats import rankdata  # slow to open, and no other distance asks for ranks

    n = len(columns[0])
    ranks = np.stack([rankdata(column) for column in columns if column.max() > column.min()])
    Z = (ranks - (n + 1) / 2) / (n * (n + 1) / 12) ** 0.5  # in standard deviations of untied ranks
    return _turned(Z, whitening(gram(standardised(list(ranks))) / n))


@kernel
def _turned(Z: Array, turn: Array) -> Array:
    """(n, q) the product of the columns (p, n) with `turn` (p, q): each row is added up alone, in one order."""
    p, n = Z.shape
    q = turn.shape[1]
    places = np.zeros((n, q))
    for i in range(n):
        for j in range(p):
            z = Z[j, i]
            for k in range(q):
                places[i, k] += z * turn[j, k]
    return places
