"""Weights that are nowhere below 0 and add to 1, under which others come nearest to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import nnls

from ..columns import gram
from ..compiled import kernel

if TYPE_CHECKING:
    from ...terms import Array

KEEP_APART = 1e-10  # ridge, as a share of the mean squared distance: of weights that come equally near, the most even ones
FIRST_STEPS, STEPS = 100, 10_000  # of Frank and Wolfe, before and after small weights are dropped, as synthdid 0.0.9 has them
AFRESH = 100  # steps
SMALL = 4  # weights below the largest over this are dropped between the two


def nearest(A: Array, b: Array, ridge: float = 0.0) -> Array:
    """(J,) the weights w that minimise |A w - b|^2 + ridge |w|^2; A is (T, J), b (T,).

    Exact up to rounding: since w adds to 1, A w - b = (A - b 1')w, and the least norm over the simplex is that over the cone in which
    the sum is paid for, min |D u|^2 + (1'u - 1)^2 with u >= 0, scaled to add to 1 (both are the same ray).  That is solved by the
    active sets of Lawson and Hanson 1974.
    """
    T, J = A.shape
    D = A - b[:, None]
    size = float((D * D).sum(axis=0).mean()) + ridge
    if size == 0.0:
        return np.full(J, 1 / J)
    weight = (ridge / size + KEEP_APART) ** 0.5
    stacked = np.vstack([D / size**0.5, weight * np.eye(J), np.ones((1, J))])
    u, _ = nnls(stacked, np.append(np.zeros(T + J), 1.0), maxiter=50 * J)
    return np.asarray(u / u.sum())


def sparse_nearest(A: Array, b: Array, zeta: float, least: float) -> Array:
    """(J,) as `nearest` with ridge T zeta^2, by Frank and Wolfe 1956 and stopped where a step gains less than least^2.

    Arkhangelsky and others 2021, as their own program goes: a hundred steps, the weights below a quarter of the largest dropped, and
    again from there.  Where it stops is part of what is published, so `nearest` would give other digits.
    """
    T, J = A.shape
    G, c, own = gram(np.ascontiguousarray(A.T)) / T + zeta * zeta * np.eye(J), (A * b[:, None]).sum(axis=0) / T, float((b * b).sum()) / T
    first = frank_wolfe(G, c, own, np.full(J, 1 / J), least, FIRST_STEPS)
    kept = np.where(first <= first.max() / SMALL, 0.0, first)
    return np.asarray(frank_wolfe(G, c, own, kept / kept.sum(), least, STEPS))


@kernel
def frank_wolfe(G: Array, c: Array, own: float, start: Array, least: float, steps: int) -> Array:
    """(J,) weights w from `start` on that lower w'Gw - 2 c'w + own: each step goes as far as is best towards one column alone.

    It is the column along which the loss falls the fastest.  Sums are carried from step to step, and taken anew every hundred steps.
    """
    J = len(c)
    w = start.copy()
    Gw = np.zeros(J)
    before = np.inf
    for step in range(steps):
        if step % AFRESH == 0:
            for j in range(J):
                Gw[j] = 0.0
                for k in range(J):
                    Gw[j] += G[j, k] * w[k]
        best = 0
        wGw, cw = 0.0, 0.0
        for j in range(J):
            wGw += w[j] * Gw[j]
            cw += w[j] * c[j]
            if Gw[j] - c[j] < Gw[best] - c[best]:
                best = j
        along = (Gw[best] - c[best]) - (wGw - cw)  # half the slope of the loss from w towards the column
        square = G[best, best] - 2 * Gw[best] + wGw
        reach = min(1.0, max(0.0, -along / square)) if square > 0.0 else 0.0
        for j in range(J):
            Gw[j] += reach * (G[j, best] - Gw[j])
            w[j] -= reach * w[j]
        w[best] += reach
        loss = wGw - 2 * cw + own + 2 * reach * along + reach * reach * square
        if step > 1 and before - loss <= least * least:
            break
        before = loss
    return w
