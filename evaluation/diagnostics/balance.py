"""Whether what came before the start is spread over the arms as a lot would spread it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc

from ..terms import Diagnostic
from .lots import DRAWS, sampled_lots

if TYPE_CHECKING:
    from ..terms import Array

# Of honest lots, one in a thousand fails.  Failing takes the answer away, so that a county that asks fifty questions a year should
# wait twenty years for a false alarm; lots that were not drawn as declared, and arms mixed up in the records, fail by far more.
RAREST = 0.001
SOURCE = "Hansen and Bowers 2008, omnibus test d2, by redrawing the lot when in doubt; limit: one honest lot in a thousand"
# With 10 people in one arm and 200 in the other, and a few very large values, chi-squared fails 10 to 20 honest lots in a thousand
# (simulated): what it finds rarer than this is put to redrawn lots, which fail one.
DOUBTFUL = 0.02
NEGLIGIBLE = 1e-9  # of a standardised column: one that never varies inside blocks, or repeats others, adds no degree of freedom


def lot_looks_like_a_lot(history: Mapping[str, Array], served: Array, blocks: Array, clusters: Array | None) -> Diagnostic:
    """One test of all history columns together; by column, the difference between the arms in standard deviations as detail.

    `history` are (n,) columns in which NaN is a value of its own (nothing on record); `blocks` (n,) int; `clusters` (n,) int,
    where clusters were drawn.  Columns that never vary are shown as 0.
    """
    X = np.column_stack([_filled(column) for column in history.values()]) if history else np.empty((len(served), 0))
    missing = [np.isnan(column).astype(float) for column in history.values()]
    Z = _standardised(X)
    apart = dict(zip(history, _differences(Z, served, blocks).tolist(), strict=True))
    p = omnibus(np.column_stack([Z, *missing]), served, blocks, clusters)
    return Diagnostic(
        name="lot_looks_like_a_lot",
        sentence=_sentence(apart, p),
        value=p,
        limit=RAREST,
        holds=p >= RAREST,
        source=SOURCE,
        detail=apart,
        behind={name: _commonest(column, served) for name, column in history.items()},
    )


def _sentence(apart: Mapping[str, float], p: float) -> str:
    if not apart:
        return "No history was declared, so that nothing shows whether the lot fell as a lot falls."
    largest = max(apart, key=lambda name: abs(apart[name]))
    gap = f"the largest difference is {abs(apart[largest]):.2f} standard deviations, in '{largest}'"
    if p < RAREST:
        return f"The arms differ before the start more than one honest lot in a thousand does (p = {p:.1g}); {gap}."
    return f"Before the start the arms are as alike as a lot makes them (p = {p:.2g}); {gap}."


def _commonest(column: Array, served: Array) -> tuple[int, int, int, int]:
    """Of each arm, served first, how many have the column's most common value and how many another: all that a yes or no tells.

    Where no value is as common as all the others together the column is spread out, and tells of no group but the whole arm.
    """
    _, which, n = np.unique(column, return_inverse=True, return_counts=True)  # nothing on record is one value
    common = which == n.argmax() if len(n) and 2 * n.max() >= len(column) else np.ones(len(column), dtype=bool)
    there, elsewhere = int((served & common).sum()), int((~served & common).sum())
    return there, int(served.sum()) - there, elsewhere, int((~served).sum()) - elsewhere


def omnibus(X: Array, served: Array, blocks: Array, clusters: Array | None) -> float:
    """The p-value of Hansen and Bowers' d2: the squared distance of the served's totals from what lots within blocks give.

    X is (n, p).  When clusters were drawn, of clusters' totals, their sizes being one more column.  By chi-squared, and by redrawn
    lots when that is doubtful.
    """
    if clusters is not None:
        _, member, g = np.unique(clusters, return_index=True, return_inverse=True)
        X = np.column_stack([np.bincount(g, weights=column) for column in (*X.T, np.ones(len(X)))])
        served, blocks = served[member], blocks[member]
    order = np.argsort(blocks, kind="stable")
    served, first = served[order], np.flatnonzero(np.diff(np.unique(blocks[order], return_inverse=True)[1], prepend=-1))
    W = _whitened(X[order], served, first)
    d2 = float(((served @ W) ** 2).sum())
    p = float(chdtrc(W.shape[1], d2)) if W.shape[1] else 1.0
    if p >= DOUBTFUL:
        return p
    as_far = sum(int((((lots @ W) ** 2).sum(axis=1) >= d2 * (1 - NEGLIGIBLE)).sum()) for lots in sampled_lots(served, first))
    return (as_far + 1) / (DRAWS + 1)


def _whitened(X: Array, served: Array, first: Array) -> Array:
    """Columns whose totals over the served have mean 0 and covariance 1 over all lots within blocks; (n, rank)."""
    n = np.diff(np.append(first, len(X))).astype(float)
    n1 = np.add.reduceat(served.astype(float), first)
    block = np.repeat(np.arange(len(first)), n.astype(int))
    away = X - (np.add.reduceat(X, first) / n[:, None])[block]
    # a lot's total varies by n1 n0 / (n (n - 1)) of the sum of squares; a block of one person does not vary
    share = np.divide(n1 * (n - n1), n * (n - 1), out=np.zeros_like(n), where=n > 1)
    spread = (away * share[block, None]).T @ away
    varies = spread.diagonal() > NEGLIGIBLE
    scale = np.sqrt(spread.diagonal()[varies])
    values, vectors = np.linalg.eigh(spread[np.ix_(varies, varies)] / np.outer(scale, scale))
    real = values > NEGLIGIBLE
    return np.asarray(away[:, varies] / scale @ vectors[:, real] / np.sqrt(values[real]))


def _standardised(X: Array) -> Array:
    """Columns in their own standard deviations; 0 where a column never varies."""
    varies = np.ptp(X, axis=0) > 0 if len(X) else np.zeros(X.shape[1], dtype=bool)
    return np.where(varies, (X - X.mean(axis=0)) / np.where(varies, X.std(axis=0, ddof=1), 1.0), 0.0)


def _filled(column: Array) -> Array:
    """The column with its mean where nothing is on record, so that a missing value pulls neither way."""
    nothing = np.isnan(column)
    return np.where(nothing, column[~nothing].mean() if not nothing.all() else 0.0, column)


def _differences(Z: Array, served: Array, blocks: Array) -> Array:
    """Within-block differences of means, weighted as the test weighs them: by n1 n0 / n."""
    total, weight = np.zeros(Z.shape[1]), 0.0
    for block in np.unique(blocks):
        inside = blocks == block
        n, n1 = int(inside.sum()), int(served[inside].sum())
        if 0 < n1 < n:
            h = n1 * (n - n1) / n
            total += h * (Z[inside & served].mean(axis=0) - Z[inside & ~served].mean(axis=0))
            weight += h
    return total / weight
