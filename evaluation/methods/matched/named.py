"""The name of the effect that a comparison tells: whose it is, once it is known who found somebody like them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.wording import part
from ...terms import Cohort, Estimand, EstimandName, Matching, Question
from .ways import WAYS

if TYPE_CHECKING:
    from ...terms import Array
    from .pool import Pool


def named(cohort: Cohort, question: Question, kept: Array) -> Estimand:
    """The estimand, under another name where not all whom it is about could be compared; `kept` (n,) bool, for whom a comparison stands."""
    plans = "offered, against not offered"
    if cohort.by == "service":
        plans = "served now, whoever of the others was served later" if cohort.later_served == "keep" else "served now rather than not yet"
    return Estimand(
        name=question.estimand,
        contrast=f"difference in '{question.outcome}' by {question.horizon}",
        population=_population(cohort, question.estimand, kept, "compared" if WAYS[(question.compare or Matching()).by].weighs else "matched"),
        plans=plans,
    )


def stood_for(question: Question, pool: Pool, kept: Array) -> Array:
    """(n,) bool: of whom a comparison of those `kept` (n,) tells: of them, or by profile, where a part of each arm has everybody's means, of all."""
    if question.estimand == "average_effect" and (question.compare or Matching()).by == "profile":
        kept = np.zeros(len(kept), dtype=bool)
        kept[pool.rows] = True
    return kept


def _population(cohort: Cohort, estimand: EstimandName, kept: Array, done: str) -> str:
    """Whom the effect is about, in words; counted where some of them are left out, as they could not be `done`: matched, compared."""
    offer = cohort.by == "offer"
    if estimand == "effect_in_the_overlap":
        return "those who might as well have been offered the programme as not" if offer else "those who might as well have been served as not"
    if estimand == "effect_on_the_matchable":
        return "those of either group who could be evenly matched"
    about, whom = {
        "effect_on_the_served": (cohort.served, "offered the programme" if offer else "served"),
        "effect_on_the_compared": (~cohort.served, "not offered the programme" if offer else "not served"),
        "average_effect": (cohort.served | ~cohort.served, "who could have been offered the programme" if offer else "who could have been served"),
    }[estimand]
    found, everybody = int((about & kept).sum()), int(about.sum())
    if found == everybody:
        return f"those {whom}"
    some = part(found, everybody)
    linked = "and" if estimand == "average_effect" else "who"
    return f"{'the ' if some[0].isdigit() else ''}{some} {whom} {linked} could be {done}"
