"""Who is compared with whom when nobody drew lots: people who were alike before the start, chosen before any outcome is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...phrases import listed
from ...terms import Cohort, Comparison, Learned, Matching, Places, Problem, Question, Refused
from .described import across, described
from .gathering import Gathered, gather
from .imputing import completed
from .invariants import proven
from .named import named, stood_for
from .pool import Chosen, Pool
from .refusals import arms, too_few
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
        return _compared(cohort, question, plan, where, cohort.history)
    made = tuple(replace(_compared(each, question, plan, where, cohort.history), history=each.history) for each in completed(cohort, plan))
    if len(made) == 1:
        return made[0]
    return replace(made[0], imputed=made, diagnostics=across([each.diagnostics for each in made]))


def _compared(cohort: Cohort, question: Question, plan: Matching, where: str, recorded: Mapping[str, Array]) -> Comparison:
    """One comparison, of a cohort whose history is as the design reads it; `recorded` is that of the records."""
    gathered = gather(cohort, question, plan, where)
    return _comparison(cohort, question, gathered, proven(gathered.pool, plan, question.estimand), recorded)


def _comparison(cohort: Cohort, question: Question, gathered: Gathered, chosen: Chosen, recorded: Mapping[str, Array]) -> Comparison:
    """What was chosen, in the order of the cohort."""
    pool, n, plan = gathered.pool, len(cohort), question.compare or Matching()
    weights = np.zeros(n)
    weights[pool.rows] = chosen.weights
    kept = weights > 0
    if problem := too_few(cohort, pool, plan, kept, gathered.set_aside, least=FEWEST):
        raise Refused(problem)
    return Comparison(
        estimand=named(cohort, question, stood_for(question, pool, kept)),
        kept=kept,
        weights=weights,
        clusters=cohort.clusters if cohort.clusters is not None else cohort.person,
        diagnostics=described(cohort, question, gathered, chosen, weights, recorded),
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
    words = arms(cohort)
    for arm, other, there in zip(words, words[::-1], (cohort.served, ~cohort.served), strict=True):
        if not there.any():
            found = f"nobody {arm} is left to compare, and {int((~there).sum()):,} {other}."
            yield Problem(f"cohort '{cohort.name}'", found, remedy="See the attrition ledger for the rule that emptied the arm.")


def _asked(cohort: Cohort, question: Question, plan: Matching, where: str) -> Iterator[Problem]:
    """What the question asks and the cohort does not have, or the way does not tell."""
    tells = sorted(WAYS[plan.by].estimands)
    if question.estimand not in tells:
        remedy = f"Write estimand = \"{tells[-1]}\", or compare in another way, such as by = 'inverse_probability'."
        yield Problem(f"{where}: estimand", f"by = '{plan.by}' does not tell the {question.estimand}.", f"It tells {listed(tells)}.", remedy)
    if not cohort.history:
        yield Problem(f"{where}: compare", "no history is declared to estimate a score from.", remedy="Declare [[history]] columns.")
    for name in plan.on:
        if name not in cohort.history:
            yield Problem(f"{where}: compare.on", f"the history has no column '{name}'.", remedy="Name columns of [[history]].")
    if question.inference.by == "cluster" and cohort.clusters is None:
        yield Problem(
            f"{where}: inference", "by = 'cluster', and the cohort declares no cluster.", remedy="Declare cohort.cluster, or ask for 'robust'."
        )
