"""Local polynomials on either side of a cut-off, as weights of the outcomes, and how far outcomes lie from those of near neighbours.

Letters as in Calonico, Cattaneo and Titiunik (2014): x the score less the cut-off, p the order of the polynomial, h the bandwidth of
the estimate and b that of its bias, l the weights by which outcomes add up to an estimate.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ..compiled import kernel

if TYPE_CHECKING:
    from ...terms import Array

Kernel = Literal["triangular", "uniform"]

NEIGHBOURS = 3  # of an outcome, by which its spread is told (Abadie and Imbens 2006; Calonico, Cattaneo and Titiunik 2014)


def kernel_weights(x: Array, h: float, shape: Kernel) -> Array:
    """(n,) K(x / h): 1 - |u| or 1/2 within the bandwidth, and 0 beyond it."""
    u = np.abs(x) / h
    inside = u <= 1
    return np.where(inside, 1 - u, 0.0) if shape == "triangular" else np.where(inside, 0.5, 0.0)


def coefficients(x: Array, weights: Array, order: int) -> Array:
    """(order + 1, n): the weights l by which outcomes y (n,) add up to each coefficient of their weighted polynomial, sum_i l_i y_i.

    By a QR decomposition of the powers of x over their own range, so that high orders keep their digits.  NaN where fewer than
    order + 1 distinct x have weight.
    """
    found = np.zeros((order + 1, len(x)))
    inside = weights > 0
    if len(np.unique(x[inside])) <= order:
        return np.full_like(found, np.nan)
    unit = float(np.abs(x[inside]).max())
    root = np.sqrt(weights[inside])
    q, r = np.linalg.qr((x[inside] / unit)[:, None] ** np.arange(order + 1) * root[:, None])
    scaled = np.linalg.solve(r, q.T) * root
    found[:, inside] = scaled / unit ** np.arange(order + 1)[:, None]
    return found


def neighbours(x: Array, y: Array) -> Array:
    """(n,) how far each outcome lies from the mean of its NEIGHBOURS nearest by x, times sqrt(J / (J + 1)); x (n,) rising, y (n,).

    Whoever ties with the last of the neighbours is one too, so that J may be larger; with many of one score they are those of that
    score.  Needs two rows.
    """
    _, first, size = np.unique(x, return_index=True, return_counts=True)
    total = np.add.reduceat(y, first)
    return _from_neighbours(x[first], size, total, np.repeat(np.arange(len(first)), size), y, min(NEIGHBOURS, len(x) - 1))


@kernel
def _from_neighbours(value: Array, size: Array, total: Array, at: Array, y: Array, enough: int) -> Array:
    """As `neighbours`, from the distinct values of x with how many have them and what their outcomes add up to."""
    away = np.empty(len(y))
    many = len(value)
    held, sums = np.empty(many), np.empty(many)
    for k in range(many):
        low, high, people, outcomes = k, k, size[k] - 1.0, total[k]
        while people < enough:
            below = value[k] - value[low - 1] if low > 0 else np.inf
            above = value[high + 1] - value[k] if high + 1 < many else np.inf
            if below <= above:
                low -= 1
                people += size[low]
                outcomes += total[low]
            if above <= below:
                high += 1
                people += size[high]
                outcomes += total[high]
        held[k], sums[k] = people, outcomes
    for i in range(len(y)):
        J = held[at[i]]
        away[i] = np.sqrt(J / (J + 1)) * (y[i] - (sums[at[i]] - y[i]) / J)
    return away
