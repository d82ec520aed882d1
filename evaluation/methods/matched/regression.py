"""The two means told by a regression of the outcome in each arm: what is left unlike after matching or weighing is adjusted.

The regression has the columns of the design, all of them with slopes of their own in each arm (Lin 2013), is weighted as the
comparison is, and is averaged over the people whom the effect is about: g-computation after matching (Greifer & Stuart 2021).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import EstimandName, Problem, Refused
from ..columns import independent, standardised, with_intercept
from ..influence import Means
from ..standing import Rows, whom
from .reading import Reading, leaving_groups, mean_of

if TYPE_CHECKING:
    from ...terms import Array

ROWS_PER_NUMBER = 2  # followed in each arm for every number that its regression estimates: with fewer the error is told too small


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """The mean of an arm's predictions over a target, with the two parts of what each row adds to its error; (m,) arrays."""

    mean: float
    everybody: Array  # what is predicted of each row, whatever its arm
    outcome: Array  # from the outcomes of the arm, were the columns of the target fixed
    target: Array  # from who came to be in the target
    stands: Array  # what each row stands for once those lost are stood for; 0 outside the arm
    least: float  # the smallest chance, in any group, of being followed to the end


def regressed(reading: Reading, rows: Rows, columns: Mapping[str, Array], estimand: EstimandName, where: str) -> Means:
    """Both means by regression; `columns` (m,) each, finite.

    Both parts of the error are counted: people served next year will be others, so the columns of the target are a draw too.
    With the first part alone, which is R's delta method, an interval would be for these very people, their columns fixed.
    Refuses where an arm has too few people followed for so many columns.
    """
    X = design(columns, rows, reading, where)
    target, groups = whom(rows, estimand), leaving_groups(reading, rows)
    one, other = (predicted(reading, rows, X, groups, there, target) for there in (rows.served, ~rows.served))
    parts = one.outcome + one.target, other.outcome + other.target
    by_weight = (one.outcome, other.outcome) if estimand == "average_effect" else parts
    return Means(one.mean, other.mean, *parts, one.stands + other.stands, min(one.least, other.least), by_weight, 2 * X.shape[1])


def design(columns: Mapping[str, Array], rows: Rows, reading: Reading, where: str) -> Array:
    """(m, 1 + k) an intercept and the columns, less those that those before them make up in either arm, where no slope is told."""
    Z = standardised(list(columns.values())) if columns else np.empty((0, len(rows.row)))
    followed = [there & ~reading.lost for there in (rows.served, ~rows.served)]
    kept = list(range(len(Z)))
    for there in followed:  # what one arm cannot tell is left out before the other is looked at
        kept = [kept[j] for j in independent(standardised(list(Z[kept][:, there])))] if kept else kept
    few = min(len(np.unique(rows.person[there])) for there in followed)
    if few < ROWS_PER_NUMBER * (1 + len(kept)):
        found = f"an arm has fewer than {ROWS_PER_NUMBER * (1 + len(kept))} people followed, for a regression on {len(kept)} columns."
        right = f"A regression needs {ROWS_PER_NUMBER} in each arm for every number that it estimates."
        raise Refused(Problem(f"{where}: estimator", found, right, "Name fewer columns in compare.on, or ask for the difference."))
    return with_intercept(Z[kept])


def predicted(reading: Reading, rows: Rows, X: Array, groups: Array, there: Array, target: Array) -> Predicted:
    """The mean over `target` (m,), weights, of the weighted regression of an arm, `there` (m,) bool, on X (m, p).

    With A = X'SX over those followed, S what each stands for, the outcome's part is xbar' A^-1 X_i s_i e_i: a weighted sum of
    xbar' A^-1 X_i e_i, so that the error of standing in for those lost is that of any such sum (`censoring.reweighted`).
    """
    w = rows.weights
    seen = there & ~reading.lost
    first = mean_of(reading.y, reading, rows, groups, there)
    stands = np.zeros(len(w))
    stands[there] = first.weights
    A = (X[seen] * stands[seen][:, None]).T @ X[seen]
    inverse = np.linalg.pinv(A, hermitian=True)  # a column may hang on people of hardly any weight
    b = inverse @ (X[seen].T @ (stands[seen] * reading.y[seen]))
    over = target @ X / target.sum()
    e = np.where(seen, reading.y - X @ b, 0.0)
    pull = (X @ (inverse @ over)) * e
    outcome = np.zeros(len(w))
    outcome[there] = mean_of(pull, reading, rows, groups, there).influence * w[there].sum()
    mean = float(over @ b)
    return Predicted(mean, X @ b, outcome, target * (X @ b - mean) / target.sum(), stands, first.least)
