"""Everybody served against everybody else of the cohort, unmatched: what a raw contrast of changes compares."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.wording import called_by, other, people
from ...terms import Cohort, Comparison, Estimand, Problem, Question, Refused

if TYPE_CHECKING:
    from ...terms import Array

FEWEST = 10  # people of an arm: the smallest for which this project rehearses its intervals


def everybody_else(cohort: Cohort, question: Question) -> Comparison:
    """The served, each weighing one, and all others: as many in weight as the served, in each risk set or stratum of `exact` columns.

    A set or stratum without one of the arms is set aside.  Refuses fewer than FEWEST people in an arm.
    """
    groups = next((labels for labels in (cohort.sets, cohort.strata) if labels is not None), np.zeros(len(cohort), dtype=np.int64))
    code = np.unique(groups, return_inverse=True)[1]
    served, compared = (np.bincount(code, weights=arm).astype(float) for arm in (cohort.served, ~cohort.served))
    kept = ((served > 0) & (compared > 0))[code]
    called = called_by(cohort.by)
    for arm, name in ((kept & cohort.served, called), (kept & ~cohort.served, other(called))):
        if len(np.unique(cohort.person[arm])) < FEWEST:
            found = f"{people(len(np.unique(cohort.person[arm])))} people {name} can be compared, and at least {FEWEST} are needed."
            raise Refused(Problem(f"cohort '{cohort.name}'", found, remedy="See the attrition ledger for the rule that took them."))
    with np.errstate(divide="ignore", invalid="ignore"):
        weights = np.where(cohort.served, 1.0, (served / compared)[code])
    return Comparison(
        estimand=_estimand(question, called, all_kept=bool(kept[cohort.served].all())),
        kept=kept,
        weights=np.where(kept, weights, 0.0),
        clusters=cohort.clusters if cohort.clusters is not None else cohort.person,
        sets=_numbered(groups, kept) if cohort.sets is not None else None,
    )


def _numbered(groups: Array, kept: Array) -> Array:
    """The sets kept as 0, 1, 2, ...; -1 for the rest."""
    sets = np.full(len(groups), -1, dtype=np.int64)
    sets[kept] = np.unique(groups[kept], return_inverse=True)[1]
    return sets


def _estimand(question: Question, called: str, *, all_kept: bool) -> Estimand:
    """Of everybody served; where some stand in a set or stratum without one of the arms, of those who do not."""
    whom = f"the people {called}" if all_kept else f"the people {called} whom somebody can be compared with"
    if question.estimator == "before_after":
        return Estimand("change", "", whom, "after the start, against before it")
    return Estimand("effect_on_the_served", "", whom, f"{called}, against not")
