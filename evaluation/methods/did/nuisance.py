"""What doubly robust effects are told with: the change expected without the programme, and the chance of being in the cohort."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..columns import gram
from ..compiled import kernel

if TYPE_CHECKING:
    from ...terms import Array

RANK = 1e-11  # of the largest: an eigenvalue of standardised products below this is rounding
SMALL = 1e-11  # a step of the logit's slopes, in standard deviations of covariates, that changes nothing
STEPS = 40  # Newton's, of a logit; where more are needed the slopes have no end
HALVINGS = 12
NEARLY_ALWAYS = 0.995  # those compared whose chance of being in the cohort is this much or more are set aside, as R's DRDID does
SINGULAR = "The covariates of those compared make each other up."
FEW = "Those compared are no more than the numbers that their regression tells."
APART = "The covariates tell the cohort and those compared apart."


@dataclass(frozen=True, slots=True, eq=False)
class Regression:
    """The changes of those compared, by weighted least squares."""

    slopes: Array  # (k, s)
    inverse: Array  # (k, k) of the weighted products of the columns

    def expected(self, X: Array) -> Array:
        """(s, r) the changes expected at columns `X` (k, r)."""
        return np.asarray(self.slopes.T @ X)


def regression(X: Array, change: Array, weight: Array) -> Regression | None:
    """Of `change` (s, r) on columns `X` (k, r), the first a constant, with `weight` (r,); None where the columns are singular."""
    k = len(X)
    root = np.sqrt(weight)
    products = gram(np.vstack([X * root, change * root]))
    inverse = _inverse(products[:k, :k])
    return None if inverse is None else Regression(inverse @ products[:k, k:], inverse)


@dataclass(frozen=True, slots=True, eq=False)
class Chance:
    """A logit of being in the cohort and not among those compared."""

    slopes: Array  # (k,)
    inverse: Array  # (k, k) of the information

    def of(self, X: Array) -> Array:
        """(r,) the chance at columns `X` (k, r)."""
        return np.asarray(1 / (1 + np.exp(-(self.slopes @ X))))


@dataclass(frozen=True, slots=True, eq=False)
class Odds:
    """How much each of those compared stands for the cohort; they add to 1."""

    share: Array  # (r,): 0 where set aside
    set_aside: int


def odds(of: Chance, X: Array, weight: Array) -> Odds | None:
    """Weights w p / (1 - p) of those compared, columns `X` (k, r), normalised (Hajek); None where all are set aside."""
    p = of.of(X)
    near = p >= NEARLY_ALWAYS
    share = np.where(near, 0.0, weight * p / np.where(near, 1.0, 1 - p))
    total = float(share.sum())
    return Odds(share / total, int(near.sum())) if total > 0 else None


def chance(X1: Array, X0: Array, w1: Array, w0: Array) -> Chance | None:
    """The logit that tells those in the cohort, columns `X1` (k, r1), the first a constant, from those compared, `X0` (k, r0).

    By Newton's steps, halved where the likelihood falls; None where it has no highest point, since columns are singular or tell the
    two apart.
    """
    slopes = np.zeros(len(X1))
    slopes[0] = np.log(w1.sum() / w0.sum())
    here = _seen(X1, X0, w1, w0, slopes)
    for _ in range(STEPS):
        inverse = _inverse(here[2])
        if inverse is None:
            return None
        step = inverse @ here[1]
        for _ in range(HALVINGS):
            there = _seen(X1, X0, w1, w0, slopes + step)
            if there[0] >= here[0] - 1e-9 * abs(here[0]):
                break
            step = step / 2
        slopes, here = slopes + step, there
        if np.abs(step).max() < SMALL:
            inverse = _inverse(here[2])
            return None if inverse is None else Chance(slopes, inverse)
    return None


def _seen(X1: Array, X0: Array, w1: Array, w0: Array, slopes: Array) -> tuple[float, Array, Array]:
    """The logarithm of the likelihood, its slope (k,) and the information (k, k)."""
    one, other = likelihood(X1, w1, slopes, 1.0), likelihood(X0, w0, slopes, 0.0)
    return one[0] + other[0], one[1] + other[1], one[2] + other[2]


@kernel
def likelihood(X: Array, w: Array, b: Array, d: float) -> tuple[float, Array, Array]:
    """What rows that are all in the cohort (`d` = 1) or all not (0) add: the log-likelihood, its slope and the information."""
    k, n = X.shape
    total, slope, information, x = 0.0, np.zeros(k), np.zeros((k, k)), np.zeros(k)
    for i in range(n):
        eta = 0.0
        for j in range(k):
            x[j] = X[j, i]
            eta += b[j] * x[j]
        away = np.exp(-abs(eta))  # never too large to tell
        p = 1 / (1 + away) if eta >= 0 else away / (1 + away)
        total += w[i] * ((d - 1) * eta + min(eta, 0.0) - np.log1p(away))
        pull, spread = w[i] * (d - p), w[i] * p * (1 - p)
        for j in range(k):
            slope[j] += pull * x[j]
            for m in range(j + 1):
                information[j, m] += spread * x[j] * x[m]
    for j in range(k):
        for m in range(j):
            information[m, j] = information[j, m]
    return total, slope, information


def _inverse(products: Array) -> Array | None:
    """The inverse of a matrix of products; None where its columns, each in its own unit, are singular."""
    size = np.sqrt(np.diag(products))
    if not (np.isfinite(products).all() and (size > 0).all()):
        return None
    values, vectors = np.linalg.eigh(products / np.outer(size, size))
    if values[0] < RANK * values[-1]:
        return None
    return np.asarray(vectors / values @ vectors.T / np.outer(size, size))
