"""The two means told twice over: by weights, and by predictions of the outcome that were learnt from other people.

Augmented inverse-probability weighting (Robins, Rotnitzky & Zhao 1994): right in large samples where either the weights or the
predictions are.  Predictions are cross-fitted (Chernozhukov and others 2018): nobody's own outcome stands behind them, nor that
of anybody who shares their luck.  The weights are those of the comparison, which were made, and shown, before outcomes were read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, RidgeCV
from threadpoolctl import threadpool_limits

from ...terms import EstimandName, ScoreBy
from ..columns import standardised
from ..influence import Means
from ..standing import Rows, whom
from .reading import Reading, leaving_groups, mean_of

if TYPE_CHECKING:
    from ...terms import Array

FOLDS = 5  # four fifths of the people predict for the rest
SEED = 1_994  # of who is in which fold
PENALTIES = np.logspace(-2, 4, 13)  # of a ridge regression on standardised columns; the best is told by leaving one out
LEAVES = 20  # rows, the fewest in a leaf
TREES = 100
PACE = 0.05  # what each tree adds


def doubly_robust(reading: Reading, rows: Rows, columns: Mapping[str, Array], estimand: EstimandName, *, learner: ScoreBy = "regression") -> Means:
    """Both means: predictions averaged over whom the effect is about, plus the weighted mean of what they miss in the arm.

    `columns` (m,) each, finite.  `learner`: a penalised regression (ridge; logistic for 0 and 1), or trees.  The error that the
    weights were learnt is counted by `influence.errors`; that of the predictions is of second order while weights are right.
    """
    groups, t = leaving_groups(reading, rows), whom(rows, estimand)
    Z = standardised(list(columns.values())).T
    folds = in_folds(Z, rows.together)
    stands, parts, missed, told, least = np.zeros(len(t)), [], [], [], 1.0
    for there in (rows.served, ~rows.served):
        first = mean_of(reading.y, reading, rows, groups, there)
        stands[there] = first.weights
        m = _predictions(reading, Z, there, stands / rows.weights, folds, learner)
        rest = mean_of(reading.y - m, reading, rows, groups, there)
        mean = float((t * m).sum()) / float(t.sum())
        off = np.zeros(len(t))
        off[there] = rest.influence
        missed.append(off)
        parts.append(t * (m - mean) / t.sum() + off)
        told.append(mean + rest.mean)
        least = min(least, first.least)
    return Means(told[0], told[1], parts[0], parts[1], stands, least, (missed[0], missed[1]))


def in_folds(Z: Array, together: Array) -> Array:
    """(m,) int: which fold each row is in; those who share luck are in one.

    By the columns (m, p) and not by the order of rows: in the order of what they hold, folds are drawn from a seed.  Those who hold
    the same are in the order of their labels, by no outcome, so that nobody's fold hangs on it.
    """
    unit = np.unique(together, return_inverse=True)[1]
    many = np.bincount(unit)
    held = [np.bincount(unit, weights=column) / many for column in Z.T]
    place = np.empty(len(many), dtype=np.int64)
    place[np.lexsort([many, *held])] = np.random.default_rng(SEED).permutation(len(many))
    return np.asarray(place[unit] % FOLDS)


def _predictions(reading: Reading, Z: Array, there: Array, times: Array, folds: Array, learner: ScoreBy) -> Array:
    """(m,) what the outcome would be in an arm, `there` (m,) bool, as those of it in other folds tell; each followed counts `times`."""
    m = np.zeros(len(there))
    for fold in range(FOLDS):
        own, others = folds == fold, there & ~reading.lost & (folds != fold)
        if own.any():
            m[own] = _learnt(Z[others], reading.y[others], times[others], Z[own], learner) if others.any() else 0.0
    return m


def _learnt(Z: Array, y: Array, times: Array, elsewhere: Array, learner: ScoreBy) -> Array:
    """Predictions for `elsewhere` (k, p) by a model of y (m,) on Z (m, p)."""
    if np.ptp(y) == 0:
        return np.full(len(elsewhere), y[0])
    marks = bool(((y == 0) | (y == 1)).all())
    if learner == "flexible":
        words = {"learning_rate": PACE, "max_iter": TREES, "min_samples_leaf": LEAVES, "early_stopping": False, "random_state": SEED}
        trees = HistGradientBoostingClassifier(**words) if marks else HistGradientBoostingRegressor(**words)
        with threadpool_limits(1, "openmp"):  # beside other work, threads that wait for each other cost far more than they save
            trees.fit(Z, y, sample_weight=times)
        return np.asarray(trees.predict_proba(elsewhere)[:, 1] if marks else trees.predict(elsewhere))
    if marks:
        return np.asarray(LogisticRegression().fit(Z, y, sample_weight=times).predict_proba(elsewhere)[:, 1])
    return np.asarray(RidgeCV(alphas=PENALTIES).fit(Z, y, sample_weight=times).predict(elsewhere))
