"""How uncertain a contrast of two arms is: variances and degrees of freedom from arrays, in the letters of the papers.

Every kernel reads a `Lot`, in which y is the outcome, z whether served, b the block, w the blocks' weights and g the cluster.
The estimator is always the same: within-block differences of means, averaged by w.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse
from scipy.special import stdtr, stdtrit

from ..terms import Interval

if TYPE_CHECKING:
    from ..terms import Array

LEVEL = 0.95  # of every interval in the project


@dataclass(frozen=True, slots=True, eq=False)
class Lot:
    """One row per person whose outcome is known; every block has people in both arms."""

    y: Array  # (n,) float
    z: Array  # (n,) bool
    b: Array  # (n,) int, 0..B-1; all 0 when lots were not drawn in blocks
    w: Array  # (B,) float, adds to 1
    g: Array  # (n,) int, 0..G-1; 0..n-1 when everybody drew a lot of their own


@dataclass(frozen=True, slots=True)
class Contrast:
    """An effect with its standard error and degrees of freedom; both NaN where the spread cannot be measured."""

    effect: float
    std_error: float
    df: float

    def interval(self, by: str) -> Interval:
        """The two-sided t interval."""
        reach = float(stdtrit(self.df, (1 + LEVEL) / 2)) * self.std_error
        return Interval(self.effect - reach, self.effect + reach, by)

    @property
    def p_value(self) -> float:
        """Two-sided, of no effect, by the t distribution."""
        return float(2 * stdtr(self.df, -abs(self.effect) / self.std_error))


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """The lot by block and arm: cell k is block k // 2, served when k is odd."""

    k: Array  # (n,) int: each person's cell
    N: Array  # (2B,) people
    mean: Array  # (2B,)
    c: Array  # (2B,) the contrast: w for the served, -w for the compared


def cells(lot: Lot) -> Cells:
    """The lot's cells, with the contrast that makes the effect of their means."""
    k = 2 * lot.b + lot.z
    N = np.bincount(k, minlength=2 * len(lot.w)).astype(float)
    mean = np.bincount(k, weights=lot.y, minlength=2 * len(lot.w)) / N
    return Cells(k, N, mean, np.column_stack([-lot.w, lot.w]).ravel())


def arm_means(lot: Lot) -> tuple[float, float]:
    """The block-weighted means of the served and of the compared; the effect is the first less the second."""
    mean = cells(lot).mean
    return float(lot.w @ mean[1::2]), float(lot.w @ mean[0::2])


def neyman(lot: Lot) -> Contrast:
    """The contrast with each arm's own variance (HC2) and Welch-Satterthwaite degrees of freedom.

    Neyman 1923; HC2 of MacKinnon & White 1985 is the same number, and without blocks it is Welch's.  Blocks in which an arm holds
    a single person have no variance of their own: their differences are compared with each other instead (Pashley & Miratrix
    2021), which needs three of them.  Never too small on average under random assignment; assumes that people's lots are their own.
    """
    if len(lot.w) == 1 and 1 < lot.z.sum() < len(lot.z) - 1:
        return _welch(lot)
    cell = cells(lot)
    alone = np.repeat((cell.N == 1).reshape(-1, 2).any(axis=1), 2)
    with np.errstate(invalid="ignore", divide="ignore"):
        s2 = np.bincount(cell.k, weights=(lot.y - cell.mean[cell.k]) ** 2, minlength=len(cell.N)) / (cell.N - 1)
        v = cell.c**2 * s2 / cell.N
    parts, freedom = list(v[~alone]), list(cell.N[~alone] - 1)
    if alone.any():
        tau = (cell.mean[1::2] - cell.mean[0::2])[alone[::2]]
        parts.append(_between_blocks(tau, lot.w[alone[::2]]))
        freedom.append(len(tau) - 1)
    return _welch_satterthwaite(float(cell.c @ cell.mean), np.array(parts), np.array(freedom))


def _welch(lot: Lot) -> Contrast:
    """The contrast of two arms without blocks, each of two people or more."""
    from statsmodels.stats.weightstats import CompareMeans  # a second of waiting, for this alone

    arms = CompareMeans.from_data(lot.y[lot.z], lot.y[~lot.z])
    effect, std_error = float(arms.d1.mean - arms.d2.mean), float(arms.std_meandiff_separatevar)
    return Contrast(effect, std_error, float(arms.dof_satt()) if std_error > 0 else float("nan"))


def _between_blocks(tau: Array, w: Array) -> float:
    """Variance of sum(w tau) from the spread between blocks; NaN with fewer than three, or one as heavy as all the others.

    Unbiased when the effect is the same in every block, else too large (Pashley & Miratrix 2021).
    """
    share = w / w.sum()
    if len(tau) < 3 or share.max() >= 0.5:
        return float("nan")
    pull = share**2 / (1 - 2 * share)
    return float(w.sum() ** 2 * (pull / (1 + pull.sum())) @ (tau - share @ tau) ** 2)


def _welch_satterthwaite(effect: float, v: Array, df: Array) -> Contrast:
    """A contrast whose variance is the sum of independent parts v, each on its own degrees of freedom."""
    total = float(v.sum())
    if not total > 0:
        return Contrast(effect, total**0.5, float("nan"))
    return Contrast(effect, total**0.5, total**2 / float((v**2 / df).sum()))


def skewness(lot: Lot) -> float:
    """The skewness of the contrast's sampling distribution, from each cell's third moment; 0 when both arms pull alike.

    One tail of a t interval is too heavy, and the other too light, by about a twelfth of it (Hall 1992).
    """
    cell = cells(lot)
    away = lot.y - cell.mean[cell.k]
    enough = np.where(cell.N > 2, cell.N, np.nan)
    k3 = np.bincount(cell.k, weights=away**3, minlength=len(cell.N)) * enough / ((enough - 1) * (enough - 2))
    k2 = np.bincount(cell.k, weights=away**2, minlength=len(cell.N)) / (enough - 1)
    variance = float(np.nansum(cell.c**2 * k2 / cell.N))
    return float(np.nansum(cell.c**3 * k3 / cell.N**2)) / variance**1.5 if variance > 0 else 0.0


def cr2(lot: Lot) -> Contrast:
    """The contrast with the bias-reduced cluster variance CR2 and Bell-McCaffrey degrees of freedom.

    Bell & McCaffrey 2002; Pustejovsky & Tipton 2018; working model: independent, equal variances.  With one mean per cell the
    adjustment matrix is a number: (1 - n_gk / N_k)^(-1/2), n_gk being cluster g's people in cell k.  NaN where one cluster is
    all there is in a cell.
    """
    cell = cells(lot)
    pair, at = np.unique(lot.g.astype(np.int64) * len(cell.N) + cell.k, return_inverse=True)
    g, k = pair // len(cell.N), pair % len(cell.N)
    n = np.bincount(at).astype(float)
    e = np.bincount(at, weights=lot.y - cell.mean[cell.k])
    effect = float(cell.c @ cell.mean)
    if (n == cell.N[k]).any():
        return Contrast(effect, float("nan"), float("nan"))
    a = cell.c[k] / cell.N[k] / np.sqrt(1 - n / cell.N[k])
    variance = float((np.bincount(g, weights=a * e) ** 2).sum())
    return Contrast(effect, variance**0.5, _bell_mccaffrey(g, k, n, a, cell.N))


def _bell_mccaffrey(g: Array, k: Array, n: Array, a: Array, N: Array) -> float:
    """(trace Gamma)^2 / sum(Gamma^2), where Gamma = diag(sum_k n a^2) - S N^-1 S' and S holds n a by cluster and cell."""
    S = sparse.csr_array((n * a / np.sqrt(N[k]), (g, k)), shape=(int(g.max()) + 1, len(N)))
    d = np.bincount(g, weights=n * a**2)
    s = np.asarray(S.multiply(S).sum(axis=1)).ravel()
    trace = float((d - s).sum())
    squares = float((d**2 - 2 * d * s).sum()) + float((S.T @ S).power(2).sum())
    return trace**2 / squares
