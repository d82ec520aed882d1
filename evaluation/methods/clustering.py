"""How uncertain an effect is when rows hang together: by set, by who shares luck, or by both."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.sums import sums_by
from .inference import Contrast

if TYPE_CHECKING:
    from ..terms import Array

MEANS = 2  # parameters behind a contrast of two arms


def one_way(effect: float, influence: Array, labels: Array, *, worth: float = float("inf"), parameters: int = MEANS) -> Contrast:
    """The effect with its cluster-robust standard error CR1 (Liang & Zeger 1986), as R's sandwich::vcovCL has it.

    `influence` (n,) is what each row adds to the effect's error, `labels` (n,) int who hangs together; the factor is
    G / (G - 1) (n - 1) / (n - parameters), and t is on G - 1 or, where clusters are `worth` fewer of equal weight, on that less
    one.  NaN with a single cluster.
    """
    total = sums_by(influence, labels)
    if len(total) < 2:
        return Contrast(effect, float("nan"), float("nan"))
    return Contrast(effect, _cr1(total, len(influence), parameters) ** 0.5, max(min(len(total), worth) - 1, 1.0))


def two_way(effect: float, influence: Array, one: Array, other: Array, *, worth: float = float("inf"), parameters: int = MEANS) -> Contrast:
    """The effect with its two-way cluster-robust standard error (Cameron, Gelbach & Miller 2011).

    `influence` (n,) is what each row adds to the effect's error; `one` and `other` (n,) int are labels.  V = V_one + V_other -
    V_both, each with the small-sample factor G / (G - 1) (n - 1) / (n - parameters) of CR1, as R's sandwich::vcovCL does for a
    weighted regression; a difference of means has two parameters.  t on the smaller number of clusters less one or, where
    clusters weigh so unevenly that they are `worth` fewer of equal weight, on that number less one: few clusters that lead make
    CR1 too small (Carter, Schnepel & Steigerwald 2017).  Where V is not positive, which sums of clusters may make it, the larger
    of V_one and V_other stands.  NaN where either way has a single cluster.
    """
    sums = [sums_by(influence, labels) for labels in (one, other, _both(one, other))]
    fewest = min(len(sums[0]), len(sums[1]))
    if fewest < 2:
        return Contrast(effect, float("nan"), float("nan"))
    v = [_cr1(total, len(influence), parameters) for total in sums]
    variance = v[0] + v[1] - v[2]
    return Contrast(effect, (variance if variance > 0 else max(v[:2])) ** 0.5, max(min(fewest, worth) - 1, 1.0))


def _cr1(total: Array, n: int, parameters: int) -> float:
    """The sum of squares over independent sums of n rows, with the small-sample factor of CR1."""
    return float((total**2).sum()) * len(total) / (len(total) - 1) * (n - 1) / max(n - parameters, 1)


def skewness(influence: Array, labels: Array) -> float:
    """The skewness of an effect that is a sum over independent labels; 0 where nothing varies."""
    total = sums_by(influence, labels)
    variance = float((total**2).sum())
    return float((total**3).sum()) / variance**1.5 if variance > 0 else 0.0


def _both(one: Array, other: Array) -> Array:
    """A label for every pair of labels that occurs."""
    first, second = (np.unique(labels, return_inverse=True)[1].astype(np.int64) for labels in (one, other))
    return first * (int(second.max()) + 1) + second
