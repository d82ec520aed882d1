"""Histories with values missing, completed several times: each is matched and estimated by itself, and the answers are pooled.

Chained equations (van Buuren 2018, chapter 4): each column with values missing is regressed on being served and on all the
others, in turn, round after round.  Three things decided against the libraries at hand.  scikit-learn's IterativeImputer draws
each row's error of the regression by itself, so that completed histories differ too little from each other to be pooled by
Rubin's rules; statsmodels' MICE draws from NumPy's global state; and neither knows a category.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...phrases import counted
from ...terms import Cohort, Matching, Problem, Refused
from ..columns import coded, gram, linear, standardised

if TYPE_CHECKING:
    from ...terms import Array

SEED = 1_987  # of all draws (Rubin's year)
ROUNDS = 10  # of the chain: it forgets where it began within a few (van Buuren 2018, section 6.5.2)
DONORS = 5  # people with nearly the same prediction, one of whom lends a value (Morris, White and Royston 2014)
RIDGE = 1e-5  # of each standardised column's sum of squares: columns that repeat others do no harm


def completed(cohort: Cohort, plan: Matching) -> tuple[Cohort, ...]:
    """The cohort with each of `plan.imputations` completed histories, drawn from a seed; itself where nothing is missing.

    A number missing is lent by somebody whose prediction is near: predictive mean matching, so that columns of 0 and 1, counts and
    amounts hold values that somebody has.  A code of `plan.categories` is drawn by its chances.  Each completed history is drawn with
    slopes of its own, from their posterior distribution.  Values are taken to be missing by what the history and being served tell
    (missing at random).  A person's rows are completed one by one.  Draws go to rows in the order of what they hold, so that another
    order of rows changes nothing but where they hold all the same.  Refuses a column of which nothing is on record.

    **An effect is not freed of bias by this, even where that assumption holds.**  Outcomes stay sealed while people are compared, so no
    outcome predicts what is missing (Moons and others 2006 say that it must).  A value that is lent tells of a person no more than
    their other columns and being served do: to make it alike in both arms leaves what it hid as unlike as before among those whose
    value nobody recorded.  `diagnostics.unrecorded_history` tells how many they are.
    """
    missing = [name for name, column in cohort.history.items() if np.isnan(column).any()]
    empty = [name for name in missing if np.isnan(cohort.history[name]).all()]
    if empty:
        where, n = f"cohort '{cohort.name}': history", len(cohort)
        found = "'{}' is on record for none of {}, and nothing can be learnt of it."
        remedy = "Leave the column out, or mend the records."
        raise Refused(*(Problem(where, found.format(name, counted(n, "row")), remedy=remedy) for name in empty))
    if not missing:
        return (cohort,)
    order = np.lexsort([cohort.served, *list(cohort.history.values())[::-1]])
    place = np.argsort(order, kind="stable")
    served, history = cohort.served[order], {name: column[order] for name, column in cohort.history.items()}
    chains = np.random.default_rng(SEED).spawn(plan.imputations)
    made = (_completed(served, history, frozenset(plan.categories), rng) for rng in chains)
    return tuple(replace(cohort, history={name: column[place] for name, column in one.items()}) for one in made)


def _completed(served: Array, incomplete: Mapping[str, Array], categories: frozenset[str], rng: np.random.Generator) -> dict[str, Array]:
    """One completed history: every column's gaps first filled by values drawn from those on record, then in turn by regression."""
    history = dict(incomplete)
    missing = {name: np.isnan(column) for name, column in history.items() if np.isnan(column).any()}
    for name, gaps in missing.items():
        history[name] = history[name].copy()
        history[name][gaps] = rng.choice(history[name][~gaps], int(gaps.sum()))
    blocks = {name: _block(column, coded_as=name in categories) for name, column in history.items()}
    turns = sorted(missing, key=lambda name: int(missing[name].sum()))  # those with the most on record first
    for _ in range(ROUNDS):
        for name in turns:
            X = np.vstack([served - served.mean(), *(block for other, block in blocks.items() if other != name)])
            draw = _drawn_code if name in categories else _lent
            history[name][missing[name]] = draw(X, history[name], missing[name], rng)
            blocks[name] = _block(history[name], coded_as=name in categories)
    return history


def _block(column: Array, *, coded_as: bool) -> Array:
    """(k, n) what a column adds to a regression: itself, standardised, or a column for each code but the most common."""
    if not coded_as:
        return standardised([column])
    code, values = coded(column)
    rest = np.delete(np.arange(len(values)), np.bincount(code).argmax())
    return standardised([(code == each).astype(float) for each in rest]) if len(rest) else np.empty((0, len(column)))


def _lent(X: Array, column: Array, gaps: Array, rng: np.random.Generator) -> Array:
    """Values lent by those on record whose prediction, at the best slopes, is near that of who lacks one, at drawn slopes."""
    y, there = column[~gaps], X[:, ~gaps]
    best, drawn = _slopes(there, y[None], rng)
    known, wanted = linear(there, best[0]), linear(X[:, gaps], drawn[0])
    order = np.argsort(known, kind="stable")
    donors = _nearest(known[order], wanted, min(DONORS, len(y)))
    chosen = donors[np.arange(len(wanted)), rng.integers(donors.shape[1], size=len(wanted))]
    return np.asarray(y[order][chosen])


def _nearest(line: Array, points: Array, k: int) -> Array:
    """(m, k) places of the k values of a rising `line` nearest to each of `points` (m,)."""
    near = np.searchsorted(line, points)[:, None] + np.arange(-k, k)
    gap = np.abs(line[np.clip(near, 0, len(line) - 1)] - points[:, None])
    gap[(near < 0) | (near >= len(line))] = np.inf
    return np.take_along_axis(near, np.argsort(gap, axis=1, kind="stable")[:, :k], axis=1)


def _drawn_code(X: Array, column: Array, gaps: Array, rng: np.random.Generator) -> Array:
    """Codes drawn by their chances, which are linear in the columns, at drawn slopes, and none below 0."""
    code, values = coded(column[~gaps])
    Y = (code == np.arange(len(values))[:, None]).astype(float)
    _, drawn = _slopes(X[:, ~gaps], Y, rng)
    chance = np.stack([np.clip(linear(X[:, gaps], b), 0.0, None) for b in drawn])
    total = chance.sum(axis=0)
    chance = np.where(total > 0, chance / np.where(total > 0, total, 1.0), Y.mean(axis=1)[:, None])
    which = (chance.cumsum(axis=0) < rng.random(chance.shape[1])).sum(axis=0)
    return np.asarray(values[np.minimum(which, len(values) - 1)])


def _slopes(X: Array, Y: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """(k, 1 + p) the best intercepts and slopes of each row of Y (k, n) on the columns X (p, n), and ones drawn from their posterior."""
    p, n = len(X) + 1, X.shape[1]
    products = gram(np.vstack([np.ones(n), X, Y]))
    factor = np.linalg.cholesky(products[:p, :p] + RIDGE * n * np.eye(p))
    best = np.linalg.solve(factor.T, np.linalg.solve(factor, products[:p, p:])).T
    drawn = best.copy()
    for b, y, slopes in zip(best, Y, drawn, strict=True):
        left = y - linear(X, b)
        spread = np.sqrt((left * left).sum() / rng.chisquare(max(n - p, 1)))
        slopes += spread * np.linalg.solve(factor.T, rng.standard_normal(p))
    return best, drawn
