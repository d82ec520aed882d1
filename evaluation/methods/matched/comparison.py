"""Who is compared with whom when nobody drew lots: for each person served, the nearest by a propensity score, before any outcome is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import (
    balance_after_matching,
    balance_before_matching,
    closely_alike,
    propensity_overlap,
    reuse_of_people,
    score_estimated,
    served_matched,
    small_pools,
    variances_after_matching,
)
from ...diagnostics.likeness import filled
from ...diagnostics.wording import part
from ...terms import Cohort, Comparison, Diagnostic, Estimand, Matching, Problem, Question, Refused
from ..clustering import effective_number
from .invariants import broken
from .nearest import Pairs, nearest_in_pool, nearest_in_sets
from .propensity import Score, estimated

if TYPE_CHECKING:
    from ...terms import Array

FEWEST_SETS = 10  # people served with a match: the smallest arm for which this project rehearses its intervals
SEED = 1_936  # of the order in which equal gaps are taken; in the order of rows, the same few people would be taken again and again


@dataclass(frozen=True, slots=True, eq=False)
class Matched:
    """A match: who stands in which set, and how much; (n,) arrays in the order of the cohort."""

    sets: Array  # int; -1 for whoever is left out
    weights: Array  # float: 1 for the served, 1 / number matched for the compared; 0 for whoever is left out

    @property
    def kept(self) -> Array:
        """(n,) bool: who is matched."""
        return self.sets >= 0


def compare(cohort: Cohort, question: Question) -> Comparison:
    """For each person served the nearest by the linear propensity score, within the caliper: see `match`.

    Refuses an empty arm, a history that cannot give a score, and fewer than FEWEST_SETS people with a match.
    """
    plan = question.compare or Matching()
    where = f"question '{question.outcome}' by {question.method}"
    problems = [*_empty(cohort), *_asked(cohort, question, plan, where)]
    if problems:
        raise Refused(*problems)
    score = estimated({name: cohort.history[name] for name in plan.on or cohort.history}, cohort.served, where)
    matched = match(cohort, score.linear, plan)
    found = int((cohort.served & matched.kept).sum())
    if found < FEWEST_SETS:
        raise Refused(_too_few(where, found))
    return Comparison(
        estimand=_estimand(cohort, question, found),
        kept=matched.kept,
        weights=matched.weights,
        clusters=cohort.clusters if cohort.clusters is not None else cohort.person,
        diagnostics=_diagnostics(cohort, score, matched),
        sets=matched.sets,
        score=score.linear,
    )


def match(cohort: Cohort, linear: Array, plan: Matching) -> Matched:
    """The nearest `ratio` by the linear score, within risk sets where the cohort has them, else without replacement within strata.

    The caliper is `plan.caliper` standard deviations (n - 1) of the linear score over all rows of both arms that have one, as R's
    MatchIt takes it; 0 allows any gap.  Where gaps are equal a draw from a fixed seed decides.  The rules are checked anew.
    """
    rows = drawn_order(len(cohort))
    rows = rows[~np.isnan(linear[rows])]
    served, person, distance = cohort.served[rows], cohort.person[rows], linear[rows]
    groups = cohort.sets if cohort.sets is not None else cohort.strata
    groups = np.zeros(len(rows), dtype=np.int64) if groups is None else groups[rows].astype(np.int64)
    if cohort.sets is not None:  # a set whose served person has no score is set aside
        there = np.isin(groups, groups[served])
        rows, served, person, distance, groups = (column[there] for column in (rows, served, person, distance, groups))
        groups = np.unique(groups, return_inverse=True)[1]
    caliper = plan.caliper * float(np.nanstd(linear, ddof=1)) if plan.caliper > 0 else float("inf")
    nearest = nearest_in_pool if cohort.sets is None else nearest_in_sets
    pairs = nearest(distance, served, groups, person, ratio=plan.ratio, caliper=caliper)
    fault = broken(pairs, distance, served, groups, person, ratio=plan.ratio, caliper=caliper)
    if fault:
        raise Refused(Problem(f"cohort '{cohort.name}': matching", f"{fault}.", remedy="This is a fault of this program; please report it."))
    return _weighted(Pairs(rows[pairs.served], rows[pairs.compared]), cohort)


def drawn_order(n: int) -> Array:
    """(n,) the order in which rows of equal gaps are taken."""
    return np.random.default_rng(SEED).permutation(n)


def _weighted(pairs: Pairs, cohort: Cohort) -> Matched:
    """Sets and weights of a match; in a static pool a set is known by its served row, in the order of the cohort."""
    n = len(cohort)
    sets, weights = np.full(n, -1, dtype=np.int64), np.zeros(n)
    rows = np.unique(pairs.served)
    if cohort.sets is not None:
        sets[rows], sets[pairs.compared] = cohort.sets[rows], cohort.sets[pairs.compared]
    else:
        sets[rows], sets[pairs.compared] = np.arange(len(rows)), np.searchsorted(rows, pairs.served)
    weights[rows] = 1.0
    weights[pairs.compared] = 1 / np.bincount(pairs.served, minlength=n)[pairs.served]
    return Matched(sets, weights)


def _empty(cohort: Cohort) -> Iterator[Problem]:
    """An arm without people."""
    served, others = ("offered the programme", "not offered it") if cohort.by == "offer" else ("served", "not yet served")
    for arm, there in ((served, cohort.served), (others, ~cohort.served)):
        if not there.any():
            found = f"nobody {arm} is left to compare."
            yield Problem(f"cohort '{cohort.name}'", found, remedy="See the attrition ledger for the rule that emptied the arm.")


def _asked(cohort: Cohort, question: Question, plan: Matching, where: str) -> Iterator[Problem]:
    """What the question asks and the cohort does not have."""
    if not cohort.history:
        yield Problem(f"{where}: compare", "no history is declared to estimate a score from.", remedy="Declare [[history]] columns.")
    for name in plan.on:
        if name not in cohort.history:
            yield Problem(f"{where}: compare.on", f"the history has no column '{name}'.", remedy="Name columns of [[history]].")
    if question.inference.by == "cluster" and cohort.clusters is None:
        yield Problem(
            f"{where}: inference", "by = 'cluster', and the cohort declares no cluster.", remedy="Declare cohort.cluster, or ask for 'robust'."
        )


def _too_few(where: str, found: int) -> Problem:
    if found == 0:
        return Problem(
            f"{where}: compare",
            "nobody served has anybody within the caliper.",
            remedy="See the overlap of the scores; widen the caliper or the pool.",
        )
    right = f"An interval needs {FEWEST_SETS}."
    return Problem(f"{where}: compare", f"only {found} of those served could be matched.", right, "Widen the years studied, the caliper or the pool.")


def _estimand(cohort: Cohort, question: Question, found: int) -> Estimand:
    """The effect on the served, under another name where not all of them could be matched."""
    whom = "offered the programme" if cohort.by == "offer" else "served"
    everybody = int(cohort.served.sum())
    some = part(found, everybody)
    plans = "offered, against not offered"
    if cohort.by == "service":
        plans = "served now, whoever of the others was served later" if cohort.later_served == "keep" else "served now rather than not yet"
    return Estimand(
        name="effect_on_the_served",
        contrast=f"difference in '{question.outcome}' by {question.horizon}",
        population=f"those {whom}" if found == everybody else f"{'the ' if some[0].isdigit() else ''}{some} {whom} who could be matched",
        plans=plans,
    )


def _diagnostics(cohort: Cohort, score: Score, matched: Matched) -> tuple[Diagnostic, ...]:
    """What the match looks like, before outcomes."""
    served, weights = cohort.served, matched.weights
    scored = ~np.isnan(score.linear)
    compared = matched.kept & ~served
    columns = filled(cohort.history)
    balance = balance_after_matching(columns, served, weights, cohort.person)
    pools: tuple[Diagnostic, ...] = ()
    if cohort.sets is not None and cohort.drawn is not None:
        pools = (small_pools(np.bincount(cohort.sets, weights=~served).astype(int), cohort.drawn),)
    return (
        score_estimated(score.coefficients, score.left_out, score.one_sided),
        propensity_overlap(score.linear[scored], served[scored]),
        served_matched(int(served.sum()), int((served & matched.kept).sum())),
        *pools,
        _reuse(cohort, compared, weights),
        balance_before_matching(columns, served, cohort.person),
        balance,
        closely_alike(balance.detail),
        variances_after_matching(columns, served, weights),
    )


def _reuse(cohort: Cohort, compared: Array, weights: Array) -> Diagnostic:
    times = np.unique(cohort.person[compared], return_counts=True)[1]
    together = cohort.person if cohort.clusters is None else cohort.clusters
    return reuse_of_people(int(compared.sum()), len(times), int(times.max()), effective_number(weights[compared], together[compared]))
