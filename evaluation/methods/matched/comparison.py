"""Who is compared with whom when nobody drew lots: people who were alike before the start, chosen before any outcome is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Cohort, Comparison, Learned, Matching, Places, Problem, Question, Refused
from .described import across, described
from .gathering import Gathered, gather
from .imputing import completed
from .invariants import broken
from .named import named
from .pool import Chosen, Pool
from .ways import WAYS

if TYPE_CHECKING:
    from ...terms import Array

FEWEST = 10  # people whom the effect is about: the smallest arm for which this project rehearses its intervals


def compare(cohort: Cohort, question: Question) -> Comparison:
    """Chooses whom to compare, or weighs everybody, in the way that the question names (`ways.WAYS`).

    Where values missing are to be imputed, it chooses in each completed history, and the first comparison carries all of them.
    Refuses an empty arm, a history that cannot give a score, fewer than FEWEST people who found somebody like them, and a
    result that breaks its own rules: each is checked anew, both ways.
    """
    plan = question.compare or Matching()
    where = f"question '{question.outcome}' by {question.method}"
    problems = [*_empty(cohort), *_asked(cohort, question, plan, where)]
    if problems:
        raise Refused(*problems)
    if plan.missing != "impute":
        return _compared(cohort, question, plan, where)
    made = tuple(_compared(each, question, plan, where) for each in completed(cohort, plan))
    if len(made) == 1:
        return made[0]
    return replace(made[0], imputed=made, diagnostics=across([each.diagnostics for each in made]))


def _compared(cohort: Cohort, question: Question, plan: Matching, where: str) -> Comparison:
    """One comparison, of a cohort whose history is as the design reads it."""
    gathered = gather(cohort, question, plan, where)
    chosen = WAYS[plan.by].choose(gathered.pool, plan, question.estimand)
    fault = broken(gathered.pool, chosen, plan)
    if fault:
        raise Refused(Problem(f"cohort '{cohort.name}': matching", f"{fault}.", remedy="This is a fault of this program; please report it."))
    return _comparison(cohort, question, gathered, chosen)


def _comparison(cohort: Cohort, question: Question, gathered: Gathered, chosen: Chosen) -> Comparison:
    """What was chosen, in the order of the cohort."""
    pool, n = gathered.pool, len(cohort)
    weights = np.zeros(n)
    weights[pool.rows] = chosen.weights
    kept = weights > 0
    for arm, there in (("served", kept & cohort.served), ("compared", kept & ~cohort.served)):
        if there.sum() < FEWEST:
            raise Refused(_too_few(pool.where, arm, int(there.sum())))
    return Comparison(
        estimand=named(cohort, question, kept),
        kept=kept,
        weights=weights,
        clusters=cohort.clusters if cohort.clusters is not None else cohort.person,
        diagnostics=described(cohort, question, gathered, chosen, weights),
        sets=_sets(pool, chosen, n),
        score=gathered.score.linear if gathered.score else None,
        places=_places(pool, chosen),
        learned=_learned(pool, chosen, n),
    )


def _sets(pool: Pool, chosen: Chosen, n: int) -> Array | None:
    """Sets in the order of the cohort, numbered by the first focal row of each."""
    if chosen.sets is None:
        return None
    sets = np.full(n, -1, dtype=np.int64)
    kept = chosen.sets >= 0
    first = np.full(int(chosen.sets.max()) + 1, n, dtype=np.int64)
    leads = kept & pool.focal
    np.minimum.at(first, chosen.sets[leads], pool.rows[leads])
    sets[pool.rows[kept]] = np.unique(first[chosen.sets[kept]], return_inverse=True)[1]
    return sets


def _places(pool: Pool, chosen: Chosen) -> Places | None:
    """Everybody's places, where somebody has several."""
    if chosen.sets is not None or chosen.pairs is None:
        return None
    pairs = chosen.pairs
    focal, beside = np.unique(pairs.focal, return_counts=True)
    number = np.searchsorted(focal, pairs.focal)
    rows = pool.rows[np.concatenate([focal, pairs.other])]
    return Places(rows, np.concatenate([np.arange(len(focal)), number]), np.concatenate([np.ones(len(focal)), 1 / beside[number]]))


def _learned(pool: Pool, chosen: Chosen, n: int) -> Learned | None:
    """What weights were learnt from, in the order of the cohort."""
    if chosen.learned is None:
        return None
    spread = [np.zeros((n, part.shape[1])) for part in (chosen.learned.slopes, chosen.learned.influence)]
    for there, part in zip(spread, (chosen.learned.slopes, chosen.learned.influence), strict=True):
        there[pool.rows] = part
    return Learned(*spread)


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


def _too_few(where: str, arm: str, found: int) -> Problem:
    if found == 0:
        return Problem(
            f"{where}: compare",
            "nobody served has anybody within the caliper.",
            remedy="See the overlap of the scores; widen the caliper or the pool.",
        )
    if arm == "compared":
        return Problem(f"{where}: compare", f"only {found} people are left to compare with.", f"An interval needs {FEWEST}.", "Widen the pool.")
    right = f"An interval needs {FEWEST}."
    return Problem(f"{where}: compare", f"only {found} of those served could be matched.", right, "Widen the years studied, the caliper or the pool.")
