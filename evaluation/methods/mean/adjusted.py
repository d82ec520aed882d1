"""The two means told by a model of the amounts in each arm, averaged over whom the effect is about (g-computation).

Each arm has a model of its own, on all the columns of the design (Lin 2013), weighted as the comparison is and by what those followed
stand for: a regression in levels, fitted month by month where anybody was lost (Lin 2000), a logit of having any amount times a gamma
mean of those who have (`two_part`), or a gamma or Poisson mean with a logarithmic link for everybody.  What a row adds to the error is that
of the stacked equations: of the chance of being followed, of the model, and of the mean of its predictions (Stefanski & Boos 2002).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.likeness import distinct
from ...terms import EstimatorName, Problem, Refused
from ..columns import gram, independent, standardised, with_intercept
from ..influence import Means
from ..standing import whom
from .means import Mean, Standing, together
from .models import Family, Fitted, fitted
from .reading import where

if TYPE_CHECKING:
    from ...terms import Array
    from .laid import Laid

ROWS_PER_NUMBER = 2  # followed in each arm for every number that a regression in levels estimates
PEOPLE_PER_NUMBER = 10  # with any amount, in each arm, for every number that a model of amounts estimates (Peduzzi and others 1996)
MODELS: dict[EstimatorName, tuple[Family, ...]] = {"two_part": ("logit", "gamma"), "gamma": ("gamma",), "poisson": ("poisson",)}


@dataclass(frozen=True, slots=True, eq=False)
class Arm:
    """One arm as a model reads it: its rows, X (n, p), and everybody's, `whole` (m, p), with whom predictions are averaged over."""

    standing: Standing
    X: Array
    whole: Array
    target: Array  # (m,) weights


def adjusted(laid: Laid, estimator: EstimatorName) -> Means:
    """Both means by a model.  Refuses a history that is missing or too wide, amounts below 0, and a model without a solution."""
    found = _by_models(laid, estimator) if estimator in MODELS else _by_regression(laid)
    if isinstance(found, Problem):
        raise Refused(found)
    return found


def beside(laid: Laid, estimator: EstimatorName) -> Means | None:
    """The same where it can be told, for what stands beside a headline by another estimator."""
    found = _by_models(laid, estimator)
    return None if isinstance(found, Problem) else found


def arms_of(laid: Laid, X: Array) -> tuple[Arm, Arm]:
    """Both arms as a model reads them; X (m, p)."""
    target = whom(laid.rows, laid.question.estimand)
    sides = zip(laid.arms, (laid.rows.served, ~laid.rows.served), strict=True)
    one, other = (Arm(standing, X[there], X, target) for standing, there in sides)
    return one, other


def design(laid: Laid, counted: Array, least: int, what: str) -> Array | Problem:
    """(m, 1 + k) an intercept and the columns, less those that no slope can be told of among the rows `counted` (m,) bool of either arm.

    A Problem where an arm has fewer people counted than `least` for every number.
    """
    rows = laid.rows
    if not laid.columns:
        found = f"{what} adjusts for the history, and there is none."
        return Problem(f"{where(laid.question)}: estimator", found, remedy="Declare a [history], or ask for the difference.")
    Z = standardised(list(laid.columns.values()))
    kept = list(range(len(Z)))
    for there in (rows.served & counted, ~rows.served & counted):
        kept = [kept[j] for j in independent(standardised(list(Z[kept][:, there])))] if kept and there.any() else []
    few = min(distinct(rows.person, there & counted) for there in (rows.served, ~rows.served))
    if few < least * (1 + len(kept)):
        found = f"an arm has fewer than {least * (1 + len(kept))} people {what} can learn from, for {len(kept)} columns."
        right = f"It needs {least} in each arm for every number that it estimates."
        return Problem(f"{where(laid.question)}: estimator", found, right, "Name fewer columns in compare.on, or ask for the difference.")
    return with_intercept(Z[kept])


def averaged(arm: Arm, models: Sequence[Fitted]) -> tuple[Mean, Array]:
    """The mean of the arm's predictions, the product of its models', and (m,) what each row adds by being in the target.

    Of two models the first is of having any amount, the second of how much those who have any have.
    """
    t = arm.target / arm.target.sum()
    means = [model.mean(arm.whole) for model in models]
    predicted = np.prod(means, axis=0)
    mean = float((t * predicted).sum())
    own = np.zeros(len(arm.X))
    for model, value in zip(models, means, strict=True):
        beside = predicted / value
        over = np.einsum("i,ij->j", t * beside * model.slope(arm.whole), arm.whole)
        own += np.einsum("ij,j->i", model.scores, model.bread @ over)
    outcome = own + arm.standing.leaving.pull(own, arm.standing.reading.known_on[:, -1])
    return Mean(mean, outcome), t * (predicted - mean)


def fit(arm: Arm, families: Sequence[Family], y: Array) -> list[Fitted] | None:
    """The arm's models; None where one has no solution.  Where everybody followed has some, nothing is left for a logit to tell."""
    s, models = arm.standing.at_the_end, []
    for family in families:
        among = (s > 0) & ((y > 0) | (len(families) == 1) | (family == "logit"))
        if family == "logit" and (y[among] > 0).all():
            continue
        model = fitted(arm.X[among], (y[among] > 0).astype(float) if family == "logit" else y[among], s[among], family)
        if model is None:
            return None
        scores = np.zeros((len(s), arm.X.shape[1]))
        scores[among] = model.scores
        models.append(replace(model, scores=scores))
    return models


def _by_models(laid: Laid, estimator: EstimatorName) -> Means | Problem:
    """Both means by a model of amounts, or why there are none."""
    y, seen = laid.reading.y, ~laid.reading.lost
    at = f"{where(laid.question)}: estimator"
    if (y[seen] < 0).any():
        found = f"some amounts are below 0, which '{estimator}' has no place for."
        return Problem(at, found, remedy='Mend the records, or use estimator = "regression".')
    X = design(laid, seen & (y > 0), PEOPLE_PER_NUMBER, f"a model ('{estimator}') of amounts")
    if isinstance(X, Problem):
        return X
    means, targets = [], []
    for arm, there in zip(arms_of(laid, X), (laid.rows.served, ~laid.rows.served), strict=True):
        models = fit(arm, MODELS[estimator], y[there])
        if models is None:
            found = f"the model ('{estimator}') of an arm has no solution that settles: a column tells amounts without error, or few are very large."
            return Problem(at, found, remedy='Name fewer columns in compare.on, or use estimator = "regression".')
        mean, target = averaged(arm, models)
        means.append(mean)
        targets.append(target)
    return _with_targets(laid, means, targets, X.shape[1] * len(MODELS[estimator]))


def _by_regression(laid: Laid) -> Means | Problem:
    """Both means by a regression in levels, each month's amounts by the rows followed through it, or why there are none."""
    X = design(laid, ~laid.reading.lost, ROWS_PER_NUMBER, "a regression")
    if isinstance(X, Problem):
        return X
    found = [regressed(arm) for arm in arms_of(laid, X)]
    return _with_targets(laid, [mean for mean, _ in found], [target for _, target in found], X.shape[1])


def regressed(arm: Arm) -> tuple[Mean, Array]:
    """The mean over the target of what a weighted regression of the arm predicts; and (m,) what each row adds by being in the target."""
    t = arm.target / arm.target.sum()
    over = np.einsum("i,ij->j", t, arm.whole)
    own, b = np.zeros(arm.standing.stands.shape), np.zeros(len(over))
    for k, (s, y) in enumerate(zip(arm.standing.stands.T, arm.standing.reading.parts.T, strict=True)):
        y = np.where(s > 0, y, 0.0)
        A = gram(np.ascontiguousarray((arm.X * np.sqrt(s)[:, None]).T))
        inverse = np.linalg.pinv(A, hermitian=True)  # a column may hang on people of hardly any weight
        slopes = inverse @ np.einsum("i,ij->j", s * y, arm.X)
        own[:, k] = s * np.einsum("ij,j->i", arm.X, inverse @ over) * (y - np.einsum("ij,j->i", arm.X, slopes))
        b += slopes
    mean = float((over * b).sum())
    predicted = np.einsum("ij,j->i", arm.whole, b)
    return Mean(mean, own.sum(axis=1) + arm.standing.leaving.pull(own, arm.standing.reading.known_on)), t * (predicted - mean)


def _with_targets(laid: Laid, means: list[Mean], targets: list[Array], parameters: int) -> Means:
    """Both means, with what rows add by being in the target."""
    found = together(laid.arms, laid.rows, means)
    of_served, of_compared = found.of_served + targets[0], found.of_compared + targets[1]
    by_weight = found.by_weight if laid.question.estimand == "average_effect" else (of_served, of_compared)
    return replace(found, of_served=of_served, of_compared=of_compared, by_weight=by_weight, parameters=2 * parameters)
