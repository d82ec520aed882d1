"""Who is taken for served among those who were not: drawn by the chance that the history of the really served predicts.

Of those not served the outcome without the programme is on record.  Whoever is taken for served is drawn as a design's people
came to it: by a lot within its blocks, whole clusters where clusters were drawn whole, one of each risk set, or each person with
the chance that a logit regression on the whole history gives.  By construction nothing hidden tells who is drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import expit

from ..methods.columns import expanded
from ..methods.matched.propensity import estimated
from ..methods.randomized.comparison import drawn_whole
from ..rehearsal.apart import only
from ..terms import Cohort, Matching, Problem, Question, Refused

if TYPE_CHECKING:
    from ..terms import Array

FEWEST = 40  # rows not served: with fewer, no study is left to be proved; our own rule
MOST_STRATA = 20  # a stratum more is no column of the chance
LEAST = -50.0  # a logit below which nobody is drawn
How = Literal["lot", "chance", "sets"]


@dataclass(frozen=True, slots=True, eq=False)
class Pool:
    """Those not served whose outcome was seen to its end, and by what chance each is taken for served."""

    cohort: Cohort  # of these rows alone, nobody served
    rows: Array  # (n,) int: their places in the study's own cohort
    chance: Array  # (n,) float: of a lot the share of the block; else of each person, as a logit in `odds`
    odds: Array  # (n,) float: logits
    whole: bool  # clusters are drawn whole
    how: How

    @property
    def drawn(self) -> Array:
        """(n,) how often each row is taken for served, on average."""
        if self.cohort.sets is None:
            return self.chance
        weight = np.exp(np.maximum(self.odds, LEAST))
        return np.asarray(weight / np.bincount(self.cohort.sets, weights=weight)[self.cohort.sets])

    def redrawn(self, run: int) -> Cohort:
        """The pool with some taken for served; the same run draws the same."""
        luck = np.random.default_rng([2_014, run])
        draw = {"lot": _lot, "chance": _chance, "sets": _sets}[self.how]
        return replace(self.cohort, served=draw(self, luck))


def pool_of(cohort: Cohort, seen: Array, question: Question, *, clustered: bool) -> Pool:
    """The pool of a cohort; `seen` (n,) bool says whose outcome was watched to its end.  Refuses a pool that holds too few."""
    inside = ~cohort.served & seen
    if cohort.sets is not None:
        inside &= (np.bincount(cohort.sets, weights=inside) >= 2)[cohort.sets]
    rows, where = np.flatnonzero(inside), f"question '{question.outcome}'"
    if len(rows) < FEWEST:
        found = "too few people who were not served are seen to the end of the follow-up."
        raise Refused(Problem(where, found, f"Effects are planted among them, and {FEWEST} are the fewest.", "Try a shorter follow-up."))
    how: How = "lot" if cohort.by == "lot" else "sets" if cohort.sets is not None else "chance"
    odds = np.zeros(len(cohort)) if how == "lot" else _logits(cohort, question, where)
    if how != "lot":
        odds = np.where(np.isfinite(odds), odds, -np.inf)  # a value that one arm alone holds: nobody like them was served, or compared
    chance = _shares(cohort) if how == "lot" else expit(odds)
    whole = cohort.clusters is not None and drawn_whole(cohort.served, cohort.clusters)
    part = replace(only(cohort, rows, clustered=clustered), taken_up=None, drawn=None if cohort.drawn is None else max(1, cohort.drawn - 1))
    return Pool(part, rows, chance[rows], odds[rows], whole, how)


def _logits(cohort: Cohort, question: Question, where: str) -> Array:
    """(n,) how likely each history makes it to be served, as a logit: by all of the history, whatever the question compares by."""
    plan = replace(question.compare or Matching(), on=(), missing="indicator")
    columns = dict(expanded(cohort.history, plan, where))
    if cohort.strata is not None and cohort.sets is None and 1 < len(np.unique(cohort.strata)) <= MOST_STRATA:
        columns |= {f"stratum {one}": (cohort.strata == one).astype(float) for one in np.unique(cohort.strata)[1:]}
    return estimated(columns, cohort.served, where).linear


def _shares(cohort: Cohort) -> Array:
    """(n,) which share of each block the lot served."""
    blocks = np.zeros(len(cohort), dtype=np.int64) if cohort.blocks is None else np.unique(cohort.blocks, return_inverse=True)[1]
    return (np.bincount(blocks, weights=cohort.served) / np.bincount(blocks))[blocks]


def _lot(pool: Pool, luck: np.random.Generator) -> Array:
    """As many of each block as the lot's own share, one by one or by whole clusters."""
    n = len(pool.cohort)
    blocks = np.zeros(n, dtype=np.int64) if pool.cohort.blocks is None else pool.cohort.blocks
    units = pool.cohort.clusters if pool.whole and pool.cohort.clusters is not None else np.arange(n)
    served = np.zeros(n, dtype=bool)
    for block in np.unique(blocks):
        there = np.unique(units[blocks == block])
        share = float(pool.chance[blocks == block][0])
        many = int(share * len(there) + luck.random())  # on average the share, in small blocks too
        served |= (blocks == block) & np.isin(units, luck.permutation(there)[:many])
    return served


def _chance(pool: Pool, luck: np.random.Generator) -> Array:
    """Each person, or whole cluster, by the chance that the history gives."""
    if not pool.whole or pool.cohort.clusters is None:
        return luck.random(len(pool.cohort)) < pool.chance
    code = np.unique(pool.cohort.clusters, return_inverse=True)[1]
    mean = np.bincount(code, weights=pool.chance) / np.bincount(code)
    return np.asarray((luck.random(len(mean)) < mean)[code])


def _sets(pool: Pool, luck: np.random.Generator) -> Array:
    """One of each risk set, the likelier the higher the odds (conditional logit, by Gumbel's draw)."""
    assert pool.cohort.sets is not None
    noise = luck.gumbel(size=len(pool.cohort)) + np.maximum(pool.odds, LEAST)
    order = np.lexsort((noise, pool.cohort.sets))
    last = np.append(pool.cohort.sets[order][1:] != pool.cohort.sets[order][:-1], True)
    served = np.zeros(len(pool.cohort), dtype=bool)
    served[order[last]] = True
    return served
