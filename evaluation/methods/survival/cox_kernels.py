"""Kernels of the Cox regression, compiled by Numba: one pass over rows or times each, sums in one order whatever the number of threads.

Letters: Z (k, p) the covariates of k rows, row after row in memory; r a row's hazard relative to the baseline's, w its weight; m the
times with events, in order within strata, which are told by where the times of each begin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..compiled import kernel

if TYPE_CHECKING:
    from ...terms import Array


@kernel
def linear(Z: Array, b: Array, offset: Array) -> Array:
    """(k,) Z b + offset: equal rows give equal bits, which a product of matrices does not promise."""
    eta = offset.copy()
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            eta[i] += Z[i, j] * b[j]
    return eta


@kernel
def product(Z: Array, M: Array) -> Array:
    """(k, q) Z M, M (p, q)."""
    out = np.zeros((Z.shape[0], M.shape[1]))
    for i in range(Z.shape[0]):
        for j in range(Z.shape[1]):
            for c in range(M.shape[1]):
                out[i, c] += Z[i, j] * M[j, c]
    return out


@kernel
def cross(X: Array, a: Array, Y: Array) -> Array:
    """(p, q) the sum of a_i X_i Y_i' over rows; X (k, p), a (k,), Y (k, q)."""
    out = np.zeros((X.shape[1], Y.shape[1]))
    for i in range(X.shape[0]):
        for j in range(X.shape[1]):
            ax = a[i] * X[i, j]
            for c in range(Y.shape[1]):
                out[j, c] += ax * Y[i, c]
    return out


@kernel
def at_risk(Z: Array, wr: Array, first: Array, last: Array, own: Array, begins: Array) -> tuple[Array, Array, Array, Array]:
    """(m,) S0 and (m, p) S1, the sums of w r and w r Z over those at risk at each time; E0 and E1 those over its own events.

    A row is at risk from its `first` to its `last` time (k,), both included; `own` (k,) bool where the last is its own event's;
    `begins` (m,) is the first time of each time's stratum.
    """
    m, p = len(begins), Z.shape[1]
    S0, E0 = np.zeros(m), np.zeros(m)
    S1, E1 = np.zeros((m, p)), np.zeros((m, p))
    for i in range(len(wr)):
        j, before = last[i], first[i] - 1
        late = first[i] > begins[j]
        S0[j] += wr[i]
        if late:
            S0[before] -= wr[i]
        if own[i]:
            E0[j] += wr[i]
        for c in range(p):
            value = wr[i] * Z[i, c]
            S1[j, c] += value
            if late:
                S1[before, c] -= value
            if own[i]:
                E1[j, c] += value
    for j in range(m - 2, -1, -1):
        if begins[j] == begins[j + 1]:
            S0[j] += S0[j + 1]
            for c in range(p):
                S1[j, c] += S1[j + 1, c]
    return S0, S1, E0, E1


@kernel
def tied(S0: Array, E0: Array, many: Array, weight: Array, efron: bool) -> tuple[Array, Array]:
    """What the events tied at each time add up to: (m,) sums of v log D, and (m, 5) of v/D, v f/D, v/D^2, v f/D^2, v f^2/D^2.

    By Efron 1977 the k-th of d events at one time has D = S0 - f E0 at risk, f = k/d, and the mean v of their weights; by Breslow
    1974 all d have D = S0.  `many` (m,) is d and `weight` (m,) the sum of the events' weights.
    """
    logs, sums = np.zeros(len(S0)), np.zeros((len(S0), 5))
    for j in range(len(S0)):
        steps = many[j] if efron else 1
        v = weight[j] / steps
        for k in range(steps):
            f = k / steps
            D = S0[j] - f * E0[j]
            logs[j] += v * np.log(D)
            sums[j, 0] += v / D
            sums[j, 1] += v * f / D
            sums[j, 2] += v / D / D
            sums[j, 3] += v * f / D / D
            sums[j, 4] += v * f * f / D / D
    return logs, sums


@kernel
def over_windows(values: Array, spared: Array, first: Array, last: Array, own: Array) -> Array:
    """(k, q) the sums of `values` (m, q) over the times at which each row is at risk, less what it is `spared` (m, q) at its own event."""
    m, q = values.shape
    paid = np.zeros((m + 1, q))
    for j in range(m):
        for c in range(q):
            paid[j + 1, c] = paid[j, c] + values[j, c]
    out = np.empty((len(first), q))
    for i in range(len(first)):
        for c in range(q):
            out[i, c] = paid[last[i] + 1, c] - paid[first[i], c]
            if own[i]:
                out[i, c] -= spared[last[i], c]
    return out


@kernel
def centred(Z: Array, stratum: Array, many: int) -> tuple[Array, Array]:
    """(many, p) the means of Z (k, p) in strata, and (p,) its deviations within them, which are taken off and divided by in place.

    `stratum` (k,) int, 0..many-1.  A column that varies by rounding alone becomes 0, and its deviation is told as 0.
    """
    k, p = Z.shape
    size, mean, top, spread = np.zeros(many), np.zeros((many, p)), np.zeros(p), np.zeros(p)
    for i in range(k):
        size[stratum[i]] += 1
        for c in range(p):
            mean[stratum[i], c] += Z[i, c]
            top[c] = max(top[c], abs(Z[i, c]))
    for s in range(many):
        for c in range(p):
            mean[s, c] /= size[s]
    for i in range(k):
        for c in range(p):
            Z[i, c] -= mean[stratum[i], c]
            spread[c] += Z[i, c] * Z[i, c]
    for c in range(p):
        spread[c] = np.sqrt(spread[c] / k)
        if spread[c] <= 1e-12 * top[c]:
            spread[c] = 0.0
    for i in range(k):
        for c in range(p):
            Z[i, c] = Z[i, c] / spread[c] if spread[c] > 0 else 0.0
    return mean, spread


@kernel
def scores(Z: Array, w: Array, r: Array, first: Array, last: Array, own: Array, values: Array, spared: Array, mean: Array) -> Array:
    """(k, p) what each row adds to the score: w (own event's Z less the mean there - r (sum of h Z - sum of h mean over its window)).

    `values` (m, 1 + p) are the jumps h and h times the mean of Z, `spared` (m, 1 + p) by how much less of them a row meets at its own
    event, `mean` (m, p) that of Z at each time's events.
    """
    m, p = mean.shape
    paid = np.zeros((m + 1, 1 + p))
    for j in range(m):
        for c in range(1 + p):
            paid[j + 1, c] = paid[j, c] + values[j, c]
    out = np.empty((len(w), p))
    for i in range(len(w)):
        j, before = last[i], first[i]
        A = paid[j + 1, 0] - paid[before, 0]
        if own[i]:
            A -= spared[j, 0]
        for c in range(p):
            B = paid[j + 1, 1 + c] - paid[before, 1 + c]
            if own[i]:
                B -= spared[j, 1 + c]
            part = r[i] * (B - A * Z[i, c])
            if own[i]:
                part += Z[i, c] - mean[j, c]
            out[i, c] = w[i] * part
    return out


@kernel
def highest(order: Array, first: Array, last: Array, m: int) -> Array:
    """(m,) the row at risk at each time that comes first in `order` (k,); -1 where there is none.

    Times that have found theirs are skipped by pointers to the next that has not (union-find).
    """
    found, following = np.full(m, -1), np.arange(m + 1)
    for i in order:
        j = first[i]
        while j <= last[i]:
            root = j
            while following[root] != root:
                root = following[root]
            while following[j] != root:  # the way is shortened for the next row
                following[j], j = root, following[j]
            j = root
            if j <= last[i]:
                found[j] = i
                following[j] = j + 1
    return found
