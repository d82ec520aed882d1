"""Who could be compared, before anybody is chosen: the history as columns, the score, and the distances that a design asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.likeness import filled
from ...terms import Cohort, Matching, Question
from .pool import Limit, Pool
from .propensity import Score, estimated
from .ways import WAYS, Way

if TYPE_CHECKING:
    from ...terms import Array

SEED = 1_936  # of the order in which equal gaps are taken; in the order of rows, the same few people would be taken again and again


@dataclass(frozen=True, slots=True, eq=False)
class Gathered:
    """Everything that a way of comparing is given, and what the diagnostics tell of it."""

    pool: Pool
    columns: Mapping[str, Array]  # (n,) each, in the order of the cohort: everything that people should be alike in
    score: Score | None


def gather(cohort: Cohort, question: Question, plan: Matching, where: str) -> Gathered:
    """The pool of those who could be compared, in a drawn order.

    Whoever has no score, for a value that only one arm holds, is set aside, and so is a risk set whose served person has none.
    """
    way = WAYS[plan.by]
    columns = filled(cohort.history)
    score = estimated({name: cohort.history[name] for name in plan.on or cohort.history}, cohort.served, where) if needs_score(way, plan) else None
    linear = score.linear if score else np.zeros(len(cohort))
    rows = drawn_order(len(cohort))
    rows = rows[~np.isnan(linear[rows])]
    groups = _groups(cohort)[rows]
    if cohort.sets is not None:  # a set whose served person has no score is set aside
        there = np.isin(groups, groups[cohort.served[rows]])
        rows, groups = rows[there], groups[there]
    served = cohort.served[rows]
    within = plan.caliper * float(np.nanstd(linear, ddof=1))
    pool = Pool(
        where=where,
        rows=rows,
        served=served,
        focal=~served if question.estimand == "effect_on_the_compared" else served,
        person=cohort.person[rows],
        groups=np.unique(groups, return_inverse=True)[1],
        in_sets=cohort.sets is not None,
        columns={name: column[rows] for name, column in columns.items()},
        linear=linear[rows],
        line=linear[rows],
        calipers=(Limit("score", linear[rows], within),) if plan.caliper > 0 else (),
    )
    return Gathered(pool, columns, score)


def needs_score(way: Way, plan: Matching) -> bool:
    """Whether a way of comparing rests on a propensity score."""
    return plan.distance in ("logit", "probability") or plan.caliper > 0 if way.near else way.scored


def drawn_order(n: int) -> Array:
    """(n,) the order in which rows of equal gaps are taken."""
    return np.random.default_rng(SEED).permutation(n)


def _groups(cohort: Cohort) -> Array:
    """(n,) int: within which people may be compared."""
    groups = cohort.sets if cohort.sets is not None else cohort.strata
    return np.zeros(len(cohort), dtype=np.int64) if groups is None else groups.astype(np.int64)
