"""Sums that diagnostics and methods share: by label, what people who weigh unevenly are worth, and which columns no others make up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..terms import Array

REPEATS = 1e-9  # of a standardised column's variance: what is left of it beside the columns before it is rounding


def sums_by(values: Array, labels: Array) -> Array:
    """The sum of `values` (n,) over each label, `labels` (n,) int, in the order of the labels."""
    return np.bincount(np.unique(labels, return_inverse=True)[1], weights=values)


def effective_number(weights: Array, labels: Array) -> float:
    """How many labels of equal weight weigh as unevenly as these do: (sum w)^2 / sum w^2 over labels (Kish 1965)."""
    total = sums_by(weights, labels)
    return float(total.sum() ** 2 / (total**2).sum())


def independent(C: Array) -> list[int]:
    """The columns, by their correlations C (p, p), that vary and that no columns before them make up, by a Cholesky factor that grows."""
    kept: list[int] = []
    factor = np.zeros_like(C)  # of C at those kept, row by row
    for j in range(len(C)):
        beside = np.zeros(len(kept))
        for place, k in enumerate(kept):
            beside[place] = (C[j, k] - (factor[place, :place] * beside[:place]).sum()) / factor[place, place]
        left = C[j, j] - (beside * beside).sum()
        if left > REPEATS:
            factor[len(kept), : len(kept)], factor[len(kept), len(kept)] = beside, np.sqrt(left)
            kept.append(j)
    return kept
