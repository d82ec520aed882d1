"""The history as columns that a regression can read: standardised, and none made up of others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...terms import Array

REPEATS = 1e-9  # of a standardised column's variance: what is left of it beside the columns before it is rounding


def standardised(columns: Sequence[Array]) -> Array:
    """(p, n) the columns (n,) less their means, in standard deviations; 0 where a column never varies."""
    return np.stack([(column - column.mean()) / column.std() if np.ptp(column) > 0 else np.zeros(len(column)) for column in columns])


def independent(Z: Array) -> list[int]:
    """The standardised columns (p, n) that no columns before them make up."""
    kept: list[int] = []
    C = Z @ Z.T / Z.shape[1]
    for j in range(len(Z)):
        beside = C[kept, j]
        left = C[j, j] - (beside @ np.linalg.solve(C[np.ix_(kept, kept)], beside) if kept else 0.0)
        if left > REPEATS:
            kept.append(j)
    return kept


def with_intercept(Z: Array) -> Array:
    """(n, 1 + p) a column of ones, and the columns (p, n)."""
    return np.vstack([np.ones(Z.shape[1]), Z]).T


def linear(Z: Array, b: Array) -> Array:
    """(n,) b_0 + sum_j b_j Z_j, the same for the same columns: a product of matrices adds up equal rows in different orders."""
    eta = np.full(Z.shape[1], float(b[0]))
    for column, slope in zip(Z, b[1:], strict=True):
        eta += slope * column
    return eta
