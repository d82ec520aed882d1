"""A propensity score from trees, each person's learnt from other people alone: for histories that no straight line fits.

A score fitted to the same people would follow their luck, and tell the arms apart better than history does; cross-fitting does not
(Chernozhukov and others 2018).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logit
from sklearn.ensemble import HistGradientBoostingClassifier
from threadpoolctl import threadpool_limits

from ...terms import Problem, Refused
from .propensity import Score

if TYPE_CHECKING:
    from ...terms import Array

FOLDS = 5  # parts of the people; each has its score from trees grown on the others
SEED = 2_001  # of who is in which part (Friedman's year)
NEAREST = 0.01  # of a chance to 0 and 1: beyond it trees guess from leaves too small to tell, and one person would weigh as 100
LEARNER = {
    "learning_rate": 0.05,
    "max_iter": 100,
    "max_leaf_nodes": 8,  # up to seven-way interactions, and no more: chances, not classes, are wanted
    "min_samples_leaf": 20,
    "l2_regularization": 1.0,
    "early_stopping": False,  # it would hold back rows, and people of several rows would be on both sides
}


def estimated(columns: Mapping[str, Array], served: Array, person: Array, where: str, *, among: Array | None = None) -> Score:
    """The logit of each row's chance of being served, by gradient-boosted trees (scikit-learn) grown on other people's rows.

    `columns` (n,) are complete, `served` (n,) bool, `person` (n,) int: all rows of one person are in one part, drawn by a seed,
    each part with its share of those ever served.  Chances lie at least NEAREST from 0 and 1.  Only rows `among` (n,) bool have a
    score.  Rows are taken in the order of what they hold, so that another order of rows gives the same scores but where people hold
    all the same.  Refuses an arm of fewer people than FOLDS; `where` names the question.
    """
    rows = np.arange(len(served)) if among is None else np.flatnonzero(among)
    rows = rows[np.lexsort([served[rows], *(column[rows] for column in list(columns.values())[::-1])])]
    X = np.column_stack([column[rows] for column in columns.values()])
    t, part = served[rows], _parts(person[rows], served[rows], X, where)
    chance = np.empty(len(rows))
    with threadpool_limits(1, "openmp"):  # on a busy machine threads that wait for each other take a hundred times as long as one
        for fold in range(FOLDS):
            here = part == fold
            trees = HistGradientBoostingClassifier(random_state=SEED, **LEARNER).fit(X[~here], t[~here])
            chance[here] = trees.predict_proba(X[here])[:, 1]
    linear = np.full(len(served), np.nan)
    linear[rows] = logit(np.clip(chance, NEAREST, 1 - NEAREST))
    clipped = int(((chance < NEAREST) | (chance > 1 - NEAREST)).sum())
    return Score(linear, {}, by="flexible", rests_on=tuple(columns), clipped=clipped)


def _parts(person: Array, served: Array, X: Array, where: str) -> Array:
    """(n,) int: each row's part; people ever served, and the others, are dealt out in turn in a drawn order.

    It is drawn among people in the order of what they hold, X (n, p), and not of their numbers or rows.
    """
    people, which = np.unique(person, return_inverse=True)
    ever = np.bincount(which, weights=served) > 0
    for words, many in (("served", int(ever.sum())), ("never served", int((~ever).sum()))):
        if many < FOLDS:
            found = f"a flexible score is learnt from {FOLDS} parts of the people, and only {many} of {len(people):,} are {words}."
            raise Refused(Problem(f"{where}: compare.score", found, remedy='Use score = "regression", or widen the pool.'))
    held = [np.bincount(which, weights=column) for column in X.T]
    order = np.lexsort([np.bincount(which), *held])[np.random.default_rng(SEED).permutation(len(people))]
    part = np.empty(len(people), dtype=np.int64)
    for arm in (ever, ~ever):
        dealt = order[arm[order]]
        part[dealt] = np.arange(len(dealt)) % FOLDS
    return part[which]
