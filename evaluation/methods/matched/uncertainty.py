"""The error of an effect in the way that the question asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.sums import effective_number
from ...terms import Cohort, Comparison, Matching, Problem, Question, Refused
from ..influence import Errors, Means
from ..spread import FEWEST_SETS, Spread, contrast, few_strata, ways, worth
from ..standing import Rows
from . import within_sets
from .abadie_imbens import abadie_imbens, matched_effects, spread_given_columns
from .gathering import gather
from .reading import Reading, leaving_groups
from .regression import design, predicted
from .resampled import chosen_again, made_again
from .ways import WAYS

if TYPE_CHECKING:
    from ...terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """All that an error can be told from."""

    cohort: Cohort
    comparison: Comparison
    question: Question
    where: str  # the question, for messages
    columns: Mapping[str, Array]  # (n,) each, in the order of the cohort: those of a regression
    whole: Reading  # of everybody in the cohort
    rows: Rows
    reading: Reading
    means: Means
    errors: Errors
    told: Callable[[Rows], Means]  # the means of other rows of the same cohort


def uncertain(asked: Asked) -> Spread:
    """The effect with its error and interval.  Refuses a way that these people do not allow."""
    by, means = asked.question.inference.by, asked.means
    if by == "abadie_imbens":
        return _with_reuse(asked)
    if by == "bootstrap":
        return _drawn_again(asked)
    if by == "exact":
        if asked.question.estimator != "difference":
            raise _refused(asked, "'exact' redraws who was served, and tells of a difference of means.", 'Set estimator = "difference".')
        return within_sets.redrawn(means.effect, asked.reading, asked.rows, asked.where)
    if by == "set" and few_strata(asked.rows):
        found = f"fewer than {FEWEST_SETS} sets, or sets so uneven that they are worth fewer, tell the error of an effect too small."
        raise _refused(asked, found, "Ask for 'robust'.")
    how = ways(asked.errors, asked.rows, by)
    measured = contrast(means.effect, asked.errors.influence, how, worth(asked.rows, means, by), means.parameters)
    return Spread(measured, how.formula)


def _drawn_again(asked: Asked) -> Spread:
    """Sets drawn again; people where the comparison weighs them, or where its sets are few strata, and the comparison made anew."""
    plan = asked.question.compare or Matching()
    if asked.comparison.places is not None:
        found = "one person stands beside several, for whom a bootstrap is not valid (Abadie and Imbens 2008)."
        raise _refused(asked, found, "Ask for 'robust' or 'abadie_imbens'.")
    if WAYS[plan.by].weighs or few_strata(asked.rows):
        return made_again(asked.means, asked.cohort, asked.comparison, asked.question, asked.told, asked.where)
    return chosen_again(asked.means, asked.rows, asked.told, asked.where)


def _with_reuse(asked: Asked) -> Spread:
    """The error of Abadie and Imbens, of pairs in which one person may stand several times."""
    rows, reading = asked.rows, asked.reading
    together = asked.cohort.person if asked.comparison.clusters is None else asked.comparison.clusters
    if len(np.unique(together)) < len(together):
        found = "people share luck, by a declared cluster or as rows of one person, and the error of Abadie and Imbens counts each row alone."
        raise _refused(asked, found, "Ask for 'robust'.")
    if reading.lost.any():
        raise _refused(asked, "some people were lost, and the error of Abadie and Imbens has no place for that.", "Ask for 'robust'.")
    assert rows.sets is not None, "people who are matched stand in sets"
    focal = ~rows.served if asked.question.estimand == "effect_on_the_compared" else rows.served
    sets = np.unique(rows.sets, return_inverse=True)[1]
    effects = matched_effects(reading.y, rows.served, focal, sets, rows.weights, _adjusts(asked, focal))
    others, at = np.unique(rows.row[~focal], return_inverse=True)
    times, squares = (np.bincount(at, weights=rows.weights[~focal] ** power) for power in (1, 2))
    pool = gather(asked.cohort, asked.question, asked.question.compare or Matching(), asked.where).pool
    place = np.empty(len(asked.cohort), dtype=np.int64)
    place[pool.rows] = np.arange(len(pool))
    spread = spread_given_columns(pool, asked.whole.y[pool.rows], ~asked.whole.lost[pool.rows], place[others])
    return Spread(abadie_imbens(effects, times, squares, spread, effective_number(times, others)), "Abadie-Imbens 2006")


def _adjusts(asked: Asked, focal: Array) -> Array:
    """(m,) what a regression on those compared predicts of each row; 0 where none is asked for."""
    rows, reading = asked.rows, asked.reading
    if asked.question.estimator != "regression":
        return np.zeros(len(rows.row))
    X = design({name: column[rows.row] for name, column in asked.columns.items()}, rows, reading, asked.where)
    return predicted(reading, rows, X, leaving_groups(reading, rows), ~focal, focal.astype(float)).everybody


def _refused(asked: Asked, found: str, remedy: str) -> Refused:
    return Refused(Problem(f"{asked.where}: inference", found, remedy=remedy))
