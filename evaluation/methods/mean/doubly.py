"""The two means told twice over: by the weights of the comparison, and by predictions that were learnt from other people.

Augmented inverse-probability weighting (Robins, Rotnitzky & Zhao 1994), right in large samples where either the weights or the
predictions are.  Predictions are those of a regression in levels within each arm, cross-fitted (Chernozhukov and others 2018): nobody's
own amount stands behind them, nor that of anybody who shares their luck.  A logarithmic link would predict without end far from the
people it was learnt from; levels do not, and weights make good what they miss.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from ..columns import gram
from ..influence import Means
from .adjusted import ROWS_PER_NUMBER, Arm, arms_of, design
from .means import Mean, together

if TYPE_CHECKING:
    from ...terms import Array
    from .laid import Laid

FOLDS = 5  # four fifths of the people predict for the rest
SEED = 1_994  # of who is in which fold


def doubly_robust(laid: Laid) -> Means:
    """Both means: predictions averaged over whom the effect is about, plus the weighted mean of what they miss in the arm.

    Whoever was lost is stood for month by month: of a prediction each month takes its share of the days.  The error of the predictions is
    of second order while the weights are right; that of learnt weights is counted by `influence.errors`.  Refuses a history that is
    missing or too wide.
    """
    X = design(laid, ~laid.reading.lost, ROWS_PER_NUMBER * FOLDS // (FOLDS - 1) + 1, "a regression of four fifths of the people")
    if isinstance(X, Problem):
        raise Refused(X)
    reading = laid.reading
    folds = in_folds(X, laid.rows.together, (laid.rows.served, reading.day, reading.y))
    shares = np.diff(laid.reading.until, axis=1, prepend=-1) / (laid.reading.until[:, -1:] + 1)
    missed, targets = [], []
    for arm, there in zip(arms_of(laid, X), (laid.rows.served, ~laid.rows.served), strict=True):
        predicted = _predicted(arm, folds[there], folds)
        rest = arm.standing.mean(arm.standing.reading.parts - predicted[there, None] * shares[there])
        t = arm.target / arm.target.sum()
        mean = float((t * predicted).sum())
        targets.append(t * (predicted - mean))
        missed.append(Mean(mean + rest.mean, rest.influence))
    found = together(laid.arms, laid.rows, missed)
    return replace(found, of_served=found.of_served + targets[0], of_compared=found.of_compared + targets[1])


def in_folds(X: Array, together: Array, apart: Sequence[Array] = ()) -> Array:
    """(m,) int: which fold each row is in; those who share luck are in one.

    By the columns X (m, p), and where these are the same by `apart`, (m,) each, and not by the order of rows, so that nobody's fold hangs
    on it.  Whatever the place in that order, the fold there is drawn, so that it tells nothing of anybody's amount.
    """
    unit = np.unique(together, return_inverse=True)[1]
    many = np.bincount(unit)
    held = [np.bincount(unit, weights=column) / many for column in (*reversed(apart), *X.T)]
    place = np.empty(len(many), dtype=np.int64)
    place[np.lexsort([many, *held])] = np.random.default_rng(SEED).permutation(len(many))
    return np.asarray(place[unit] % FOLDS)


def _predicted(arm: Arm, own: Array, folds: Array) -> Array:
    """(m,) what each row would come to in the arm, as the rows of it in other folds tell."""
    predicted = np.zeros(len(folds))
    for fold in range(FOLDS):
        elsewhere, b = own != fold, np.zeros(arm.X.shape[1])
        for s, y in zip(arm.standing.stands.T, arm.standing.reading.parts.T, strict=True):
            X, w = arm.X[elsewhere], s[elsewhere]
            A = gram(np.ascontiguousarray((X * np.sqrt(w)[:, None]).T))
            b += np.linalg.pinv(A, hermitian=True) @ np.einsum("i,ij->j", w * np.where(w > 0, y[elsewhere], 0.0), X)
        there = folds == fold
        predicted[there] = np.einsum("ij,j->i", arm.whole[there], b)
    return predicted
