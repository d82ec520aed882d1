"""Errors where rows hang together: sums over clusters of what each row adds, and the variance that they tell (Liang & Zeger 1986)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ...phrases import counted
from ...terms import Problem, Refused
from .cox_kernels import cross

if TYPE_CHECKING:
    from ...terms import Array

Factor = Literal["none", "CR1"]

NEEDED = "An error by cluster needs two, and is told well from about 40."


def variance(parts: Array, cluster: Array | None = None, *, correction: Factor = "none", where: str = "the regression", slopes: int = 0) -> Array:
    """(p, p) from what each row adds to the errors of p numbers, `parts` (n, p), by `cluster` (n,) labels or, without, each row alone.

    "CR1" is G / (G - 1) times it, G the clusters.  Refuses as `sums` does.
    """
    return squared(sums(parts, cluster, where=where, slopes=slopes), correction)


def std_errors(parts: Array, cluster: Array | None = None, *, correction: Factor = "none", where: str = "the regression", slopes: int = 0) -> Array:
    """(p,) the square roots of the variances alone, for as many numbers as a curve has times."""
    total = sums(parts, cluster, where=where, slopes=slopes)
    return np.sqrt(_factor(len(total), correction) * (total**2).sum(axis=0))


def sums(parts: Array, cluster: Array | None = None, *, where: str = "the regression", slopes: int = 0) -> Array:
    """(G, p) the sums of `parts` (n, p) over `cluster` (n,) labels, in their order; without labels each row stands alone.

    Refuses a single cluster and, where `slopes` are counted, no more clusters than slopes: their variance would say of some
    combination of them that it is known without error.
    """
    if cluster is None:
        return parts
    label, G = labelled(cluster, where=where, slopes=slopes)
    return totals(parts, label, G)


def labelled(cluster: Array, *, where: str, slopes: int = 0) -> tuple[Array, int]:
    """(n,) int from 0 to G - 1, and G, of labels of any kind; refuses as `sums` does."""
    label = np.unique(cluster, return_inverse=True)[1]
    G = int(label.max()) + 1
    if G < 2:
        raise Refused(Problem(where, "all rows are of one cluster.", NEEDED))
    if 0 < slopes >= G:
        found = f"errors of {counted(slopes, 'slope')} are asked of {counted(G, 'cluster')}."
        raise Refused(Problem(where, found, NEEDED, "Name fewer covariates, or smaller clusters."))
    return label, G


def totals(parts: Array, label: Array, G: int) -> Array:
    """(G, p) the sums of `parts` (n, p) by `label` (n,) int from 0 to G - 1."""
    return np.stack([np.bincount(label, weights=column, minlength=G) for column in parts.T], axis=1) if parts.shape[1] else np.zeros((G, 0))


def squared(total: Array, correction: Factor = "none") -> Array:
    """(p, p) the variance from sums over clusters, `total` (G, p)."""
    return np.asarray(_factor(len(total), correction) * cross(total, np.ones(len(total)), total))


def _factor(G: int, correction: Factor) -> float:
    return G / (G - 1) if correction == "CR1" else 1.0
