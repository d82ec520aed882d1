"""What a comparison looks like before any outcome is read: its diagnostics."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import (
    balance_after_matching,
    balance_before_matching,
    closely_alike,
    distributions_after_matching,
    effective_sample,
    left_out,
    products_after_matching,
    propensity_overlap,
    reuse_of_people,
    score_estimated,
    served_matched,
    small_pools,
    unrecorded_history,
    variances_after_matching,
)
from ...diagnostics.likeness import spreads
from ...diagnostics.sums import effective_number, sums_by
from ...diagnostics.wording import called_by
from ...terms import Cohort, Diagnostic, EstimandName, Matching, Question
from .gathering import Gathered
from .named import stood_for
from .pool import Chosen
from .ways import WAYS, Way

if TYPE_CHECKING:
    from ...terms import Array

FARTHEST = ("balance_after_matching", "closely_alike", "products_after_matching", "distributions_after_matching")


def described(
    cohort: Cohort, question: Question, gathered: Gathered, chosen: Chosen, weights: Array, recorded: Mapping[str, Array]
) -> tuple[Diagnostic, ...]:
    """The conditions that a comparison is held to; `weights` (n,) in the order of the cohort.

    `recorded` is the history (n,) as the records have it, whatever stands in the cohort's own for what is missing.
    """
    served, estimand, way = cohort.served, question.estimand, WAYS[(question.compare or Matching()).by]
    columns, about, weighed = gathered.columns, whom(cohort, question.estimand), way.weighs
    called = called_by(cohort.by)
    told_in = {"estimand": estimand, "weighed": weighed, "called": called, "deviations": spreads(columns, served, weights, estimand)}
    told_of = stood_for(question, gathered.pool, weights > 0)
    balance = balance_after_matching(columns, served, weights, cohort.person, **told_in)  # type: ignore[arg-type]  # named just above
    return (
        *_scored(gathered, served, called),
        _found(served_matched(int(about.sum()), int((about & told_of).sum()), estimand=estimand, weighed=weighed, called=called), chosen),
        left_out(columns, about, told_of, _reasons(gathered, way)),
        *_unrecorded(recorded, weights, cohort.person),
        *_pools(cohort),
        *_weight(cohort, weights, estimand, gathered, chosen, weighed=weighed),
        _idle(
            balance_before_matching(columns, served, cohort.person, **told_in),  # type: ignore[arg-type]  # named above
            gathered.left_out,
        ),
        balance,
        closely_alike(balance.detail, weighed=weighed),
        variances_after_matching(columns, served, weights, weighed=weighed),
        products_after_matching(columns, served, weights, estimand=estimand, weighed=weighed, called=called),
        distributions_after_matching(columns, served, weights, weighed=weighed),
    )


def across(told: Sequence[tuple[Diagnostic, ...]]) -> tuple[Diagnostic, ...]:
    """The conditions of a comparison made in several completed histories: how unlike people are by the history in which they are most.

    Any other by the first history, but for a required one that fails in another.
    """
    return tuple(_least([one for history in told for one in history if one.name == first.name]) for first in told[0])


def _least(same: Sequence[Diagnostic]) -> Diagnostic:
    if same[0].name in FARTHEST:
        worst = max(same, key=lambda one: abs(one.value))
        return replace(worst, sentence=f"{worst.sentence}  Of {len(same)} completed histories this is the one in which it is farthest.")
    return next((one for one in same if one.required and not one.holds), same[0])


def _found(matched: Diagnostic, chosen: Chosen) -> Diagnostic:
    """With what a reader must know of how they were found."""
    return replace(matched, sentence=f"{matched.sentence} {chosen.note}") if chosen.note else matched


def _idle(before: Diagnostic, names: Sequence[str]) -> Diagnostic:
    """With the columns that tell nobody apart, where no score names them."""
    told = ", ".join(map(repr, names))
    return (
        replace(before, sentence=f"{before.sentence} Nobody is told apart by what never varies or repeats other columns: {told}.")
        if names
        else before
    )


def whom(cohort: Cohort, estimand: EstimandName) -> Array:
    """(n,) bool: those whom an effect is about, before anybody is chosen; everybody where weights alone say who they are."""
    return {"effect_on_the_served": cohort.served, "effect_on_the_compared": ~cohort.served}.get(estimand, np.ones(len(cohort), dtype=bool))


def _scored(gathered: Gathered, served: Array, called: str) -> Iterator[Diagnostic]:
    score = gathered.score
    if score is not None:
        told = ~np.isnan(score.linear)
        yield score_estimated(score.coefficients, score.left_out, score.one_sided, rests_on=score.rests_on, clipped=score.clipped)
        yield propensity_overlap(score.linear[told], served[told], called=called)


def _unrecorded(recorded: Mapping[str, Array], weights: Array, person: Array) -> Iterator[Diagnostic]:
    if any(np.isnan(column).any() for column in recorded.values()):
        yield unrecorded_history(recorded, weights, person)


def _pools(cohort: Cohort) -> Iterator[Diagnostic]:
    if cohort.sets is not None and cohort.drawn is not None:
        yield small_pools(np.bincount(cohort.sets, weights=~cohort.served).astype(int), cohort.drawn)


def _reasons(gathered: Gathered, way: Way) -> Mapping[str, Array]:
    """Why people are left out, in words that complete "because": what set them aside, and what is to be said of everybody else who is."""
    everybody = np.ones(len(next(iter(gathered.columns.values()))), dtype=bool)
    rest = "nobody like them was left within the limits" if way.near else "nobody of the other arm is where they are"
    if way.weighs:
        rest = "the weights give them none"
    elif way.module == "cardinality":
        rest = "the groups are alike without them"
    return {**gathered.set_aside, rest: everybody}


def _weight(cohort: Cohort, weights: Array, estimand: EstimandName, gathered: Gathered, chosen: Chosen, *, weighed: bool) -> Iterator[Diagnostic]:
    """What each arm is worth: judged of the arm that stands for the others, or of the one that lacks more where both are weighted."""
    together = cohort.person if cohort.clusters is None else cohort.clusters
    effective, largest, reuse, called = {}, {}, {}, called_by(cohort.by)
    for arm, there in (("served", cohort.served & (weights > 0)), ("compared", ~cohort.served & (weights > 0))):
        own, person = weights[there], cohort.person[there]
        effective[arm] = effective_number(own, together[there])
        largest[arm] = float(sums_by(own, person).max() / own.sum())
        others = (arm == "served") == (estimand == "effect_on_the_compared")
        places = gathered.pool.person[chosen.pairs.other] if chosen.pairs is not None and others else person
        times = np.bincount(places)
        several = len(places), int(np.count_nonzero(times)), int(times.max())
        reuse[arm] = reuse_of_people(*several, effective[arm], arm=arm, weighed=weighed, called=called)
    judged = {"effect_on_the_served": ("compared",), "effect_on_the_compared": ("served",)}.get(estimand, ("served", "compared"))
    yield min((reuse[arm] for arm in judged), key=lambda one: one.value / (one.limit or 1.0))
    yield effective_sample(effective, largest, called=called)
