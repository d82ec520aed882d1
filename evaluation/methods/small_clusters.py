"""The error of one contrast of a regression whose rows hang together in few clusters: CR2 with degrees of freedom, and CR3.

Both correct each cluster's residuals for how far the regression bends towards that cluster, which the usual cluster-robust error
does not do and is too small for.  Everything is read from one p x p table and one p-vector of each cluster, p being the columns of
the regression, so that the clusters may be many and the rows more.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .inference import Contrast

if TYPE_CHECKING:
    from ..terms import Array

REPEATED = 1e-9  # of the largest singular value of columns of length one: what is below is a column that others make up
ALONE = 1e-10  # what a cluster leaves of a direction: below, the other clusters say nothing about it
LEANS = 1e-6  # of the contrast: as much of it along such a direction, and it cannot be told without that cluster


@dataclass(frozen=True, slots=True, eq=False)
class Fitted:
    """A weighted regression by cluster, in columns that are orthonormal once what is absorbed is taken out; r of them."""

    effect: float  # the contrast of the coefficients; NaN where the columns cannot tell it
    towards: Array  # (r,) the contrast is this much of each column's coefficient
    gram: Array  # (G, r, r) sums of products of the columns over each cluster; they add to the identity
    scores: Array  # (G, r) sums of the columns times the residuals; they add to 0


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Rows of a regression with weights taken in by their roots and a nested effect taken out; (n, ...) arrays in the order of the clusters."""

    y: Array  # (n,)
    X: Array  # (n, p) the columns asked for, then a dummy for every value of each absorbed label that is not nested
    first: Array  # (G,) where each cluster begins


def cr2(X: Array, y: Array, cluster: Array, contrast: Array, *, weight: Array | None = None, absorb: Sequence[Array] = ()) -> Contrast:
    """One contrast of a regression with the bias-reduced cluster variance CR2 and Satterthwaite degrees of freedom.

    Bell & McCaffrey 2002; Pustejovsky & Tipton 2018, with the working model of independent errors whose variance is one over the
    weight.  `X` (n, p) float, `y` (n,) float, `cluster` (n,) int, `contrast` (p,) of the coefficients of `X`, `weight` (n,) float above
    0, `absorb` labels (n,) int each of whose values has an effect of its own, as unit and period have: the first that is nested in
    the clusters is taken out by means, and every other becomes dummies, so it should have few values.  A constant belongs in `X` or
    `absorb`.  As clubSandwich::vcovCR(type = "CR2") has it for the same regression with dummies.  For the difference of two means it is
    `inference.cr2`.  NaN where the contrast cannot be told, or hangs on one cluster alone.
    """
    fit = fitted(design(X, y, cluster, weight, absorb), contrast)
    return corrected(fit, -0.5)


def cr3(X: Array, y: Array, cluster: Array, contrast: Array, *, weight: Array | None = None, absorb: Sequence[Array] = ()) -> Contrast:
    """One contrast of a regression with the jackknife over clusters: (G - 1) / G times the sum of (without one - with all) squared.

    The arguments are those of `cr2`.  MacKinnon, Nielsen & Webb 2023 call it CV3; Bell & McCaffrey's CR3 lacks the (G - 1) / G.
    Each estimate without a cluster is exact and takes no other regression.  Degrees of freedom are the Satterthwaite ones of the
    same working model, which for few clusters are well below G - 1.  NaN as for `cr2`.
    """
    fit = fitted(design(X, y, cluster, weight, absorb), contrast)
    G = len(fit.gram)
    there = corrected(fit, -1.0)
    return Contrast(there.effect, there.std_error * ((G - 1) / G) ** 0.5, there.df)


def design(X: Array, y: Array, cluster: Array, weight: Array | None, absorb: Sequence[Array]) -> Design:
    """The rows in the order of their clusters, weights taken in and one nested effect taken out; the rest as in `cr2`."""
    order = np.argsort(cluster, kind="stable")
    label = np.unique(cluster[order], return_inverse=True)[1]
    root = np.ones(len(y)) if weight is None else np.sqrt(np.asarray(weight, dtype=float)[order])
    codes = [np.unique(each[order], return_inverse=True)[1] for each in absorb]
    nested = next((place for place, each in enumerate(codes) if _nested(each, label)), None)
    columns = [np.asarray(X, dtype=float).reshape(len(y), -1)[order]]
    columns += [np.equal.outer(each, np.arange(each.max() + 1)).astype(float) for place, each in enumerate(codes) if place != nested]
    whole = np.column_stack([np.asarray(y, dtype=float)[order], *columns])
    if nested is not None:
        whole = whole - _means(whole, codes[nested], root**2)
    whole *= root[:, None]
    return Design(whole[:, 0], whole[:, 1:], np.flatnonzero(np.diff(label, prepend=-1)))


def fitted(rows: Design, contrast: Array) -> Fitted:
    """The regression of a design, and what each cluster adds to it."""
    Z, towards = basis(rows.X, contrast)
    b = Z.T @ rows.y
    left = rows.y - Z @ b
    gram = np.stack([by_cluster(Z * column[:, None], rows.first) for column in Z.T], axis=1)
    return Fitted(float("nan") if np.isnan(towards).any() else float(towards @ b), towards, gram, by_cluster(Z * left[:, None], rows.first))


def basis(X: Array, contrast: Array) -> tuple[Array, Array]:
    """Orthonormal columns (n, r) that span X, and the contrast in their coefficients (r,); NaN where X cannot tell it."""
    length = np.sqrt((X * X).sum(axis=0))
    length[length <= REPEATED * length.max(initial=0.0)] = np.inf  # nothing is left of such a column
    U, d, Vt = np.linalg.svd(X / length, full_matrices=False)
    kept = d > REPEATED * d.max(initial=0.0)
    U, d, Vt = U[:, kept], d[kept], Vt[kept]
    c = np.zeros(X.shape[1])
    c[: len(contrast)] = contrast
    scaled = c / length
    told = np.allclose(Vt.T @ (Vt @ scaled), scaled, atol=LEANS * float(np.abs(scaled).max(initial=0.0))) and not (np.isinf(length) & (c != 0)).any()
    return U, Vt @ scaled / d if told else np.full(len(d), np.nan)


def by_cluster(rows: Array, first: Array) -> Array:
    """Sums of rows (n, ...) over clusters, which stand one after the other."""
    return np.add.reduceat(rows, first, axis=0)


def corrected(fit: Fitted, power: float) -> Contrast:
    """The contrast with each cluster's residuals times (I - H_cc)^power: -1/2 is CR2, and -1 is CR3 before its factor.

    In the eigenvectors of a cluster's gram, H_cc is its eigenvalues.  The degrees of freedom are (trace P)^2 / sum(P^2), P holding
    the covariances of the clusters' parts under the working model.
    """
    nothing = Contrast(fit.effect, float("nan"), float("nan"))
    if np.isnan(fit.effect) or len(fit.gram) < 2:
        return nothing
    taken, R = np.linalg.eigh(fit.gram)
    left = 1 - taken
    m = np.einsum("gji,j->gi", R, fit.towards)
    alone = left < ALONE
    if (np.abs(m[alone]) > LEANS * float(np.abs(fit.towards).max())).any():
        return nothing
    grown = np.where(alone, 0.0, np.where(alone, 1.0, left) ** power)
    parts = (m * grown * np.einsum("gji,gj->gi", R, fit.scores)).sum(axis=1)
    own = (taken * grown**2 * m**2).sum(axis=1)
    across = np.einsum("gij,gj->gi", R, taken * grown * m)
    shared = (across**2).sum(axis=1)
    trace = float((own - shared).sum())
    squares = float((own**2 - 2 * own * shared).sum() + ((across.T @ across) ** 2).sum())
    return Contrast(fit.effect, float((parts**2).sum()) ** 0.5, trace**2 / squares)


def _nested(label: Array, cluster: Array) -> bool:
    """Whether every value of a label stands in one cluster."""
    least = np.full(label.max() + 1, cluster.max() + 1)
    np.minimum.at(least, label, cluster)
    return bool((least[label] == cluster).all())


def _means(columns: Array, label: Array, weight: Array) -> Array:
    """Each row's weighted mean over its label, column by column."""
    total = np.bincount(label, weights=weight)
    return np.column_stack([np.bincount(label, weights=weight * column) / total for column in columns.T])[label]
