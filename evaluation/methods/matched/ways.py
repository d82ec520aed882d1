"""Every way of choosing whom to compare, by the word `by` of `compare`: what it reads of a design, and whose effect it can tell.

Nothing here imports NumPy: a design is read, and help is shown, without it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

from ...terms import CompareBy, EstimandName, EstimatorName, InferenceBy, Matching

if TYPE_CHECKING:
    from .pool import Chosen, Pool

ALWAYS = frozenset({"by", "on", "categories", "missing", "imputations", "exact", "subgroups"})  # words that every way reads
SCORE = frozenset({"score", "discard", "trim"})
NEAR = SCORE | {"distance", "column", "caliper", "unit", "calipers", "unlike"}
EVERY_ESTIMAND: frozenset[EstimandName] = frozenset({"average_effect", "effect_on_the_served", "effect_on_the_compared"})
ONE_SIDED: frozenset[EstimandName] = frozenset({"effect_on_the_served", "effect_on_the_compared"})
ADJUSTED: frozenset[EstimatorName] = frozenset({"difference", "regression"})
BY_SET: frozenset[InferenceBy] = frozenset({"robust", "cluster", "set", "person", "exact", "bootstrap"})
BY_PERSON: frozenset[InferenceBy] = frozenset({"robust", "cluster", "person", "bootstrap"})


@dataclass(frozen=True, slots=True)
class Way:
    """One way of choosing whom to compare: what it reads of a design, whose effect it can tell, and how uncertain that is.

    In risk sets it tells the effect on the served and no other; ways that cannot tell that one are not for risk sets.
    """

    title: str  # completes "compared with": how the others are chosen
    module: str  # of this folder: where its function `choose` is
    words: frozenset[str] = frozenset()  # of `compare`, besides those of ALWAYS
    estimands: frozenset[EstimandName] = EVERY_ESTIMAND
    estimators: frozenset[EstimatorName] = ADJUSTED
    inference: frozenset[InferenceBy] = BY_SET
    in_risk_sets: bool = True
    near: bool = False  # asks who is near whom
    scored: bool = True  # rests on a propensity score; one that asks who is near does so if its distance or a caliper does
    weighs: bool = False  # everybody stays, with a weight
    pooled: bool = False  # takes all risk sets together

    def choose(self, pool: Pool, plan: Matching, estimand: EstimandName) -> Chosen:
        """Who of the pool is compared, with what weight."""
        chosen: Chosen = import_module(f".{self.module}", __package__).choose(pool, plan, estimand)
        return chosen

    @property
    def reads(self) -> frozenset[str]:
        """The words of `compare` that mean something for this way."""
        return ALWAYS | self.words


def needs_score(way: Way, plan: Matching) -> bool:
    """Whether a way of comparing rests on a propensity score, as a design asks for it."""
    if plan.discard != "none" or plan.trim > 0:
        return True
    if not way.near:
        return way.scored
    return plan.distance in ("logit", "probability") or (plan.caliper > 0 and plan.distance != "column")


def _weights(title: str, estimands: frozenset[EstimandName], *words: str, **parts: bool) -> Way:
    estimators: frozenset[EstimatorName] = frozenset({"difference", "regression"})
    return Way(title, "weights", SCORE | set(words), estimands, estimators, BY_PERSON, weighs=True, pooled=True, **parts)


WAYS: Mapping[CompareBy, Way] = {
    "matching": Way(
        "the nearest",
        "nearest",
        NEAR | {"ratio", "fewest", "most", "reuse", "order"},
        ONE_SIDED,
        inference=BY_SET | {"abadie_imbens"},
        near=True,
    ),
    "optimal": Way("the pairs with the smallest sum of gaps", "optimal", NEAR | {"ratio"}, ONE_SIDED, near=True),
    "full": Way("sets with the smallest sum of gaps, everybody in one", "full", NEAR, near=True),
    "coarsened_exact": Way(
        "those of the same cell of coarsened columns", "coarsened", frozenset({"bins", "quantiles", "cuts", "one_to_one"}), scored=False
    ),
    "exact": Way("those with the same values", "coarsened", scored=False),
    "subclasses": Way("those of the same class of the score", "subclasses", SCORE | {"subclasses"}, pooled=True),
    "cardinality": Way(
        "the largest groups that are alike",
        "cardinality",
        frozenset({"ratio", "tolerance"}),
        inference=BY_PERSON,  # groups have no sets, and who was served was not drawn within any
        scored=False,
        pooled=True,
    ),
    "profile": Way(
        "the largest group that is like those whom the answer is about",
        "cardinality",
        frozenset({"tolerance"}),
        inference=BY_PERSON,
        scored=False,
        pooled=True,
    ),
    "inverse_probability": Way(
        "everybody, weighted by the inverse of the chance of being where they are",
        "weights",
        SCORE,
        estimators=ADJUSTED | {"doubly_robust"},
        inference=BY_PERSON,
        weighs=True,
        pooled=True,
    ),
    "overlap": _weights("everybody, weighted by how much the arms overlap", frozenset({"effect_in_the_overlap"}), in_risk_sets=False),
    "matching_weights": _weights("everybody, weighted as pairs would", frozenset({"effect_on_the_matchable"}), in_risk_sets=False),
    "entropy_balancing": _weights("everybody, with the most even weights that balance the columns", EVERY_ESTIMAND, "moments", scored=False),
    "covariate_balancing": _weights("everybody, by the score that balances the columns", EVERY_ESTIMAND),
    "tilting": _weights("everybody, by a score for each arm that balances the columns", EVERY_ESTIMAND),
}
