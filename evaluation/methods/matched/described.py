"""What a comparison looks like before any outcome is read: its diagnostics."""

from __future__ import annotations

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
from ...terms import Cohort, Diagnostic, Question
from ..clustering import effective_number
from .gathering import Gathered
from .pool import Chosen

if TYPE_CHECKING:
    from ...terms import Array


def described(cohort: Cohort, question: Question, gathered: Gathered, chosen: Chosen, weights: Array) -> tuple[Diagnostic, ...]:
    """The conditions that a comparison is held to; `weights` (n,) in the order of the cohort."""
    served, score, kept = cohort.served, gathered.score, weights > 0
    balance = balance_after_matching(gathered.columns, served, weights, cohort.person)
    scored: tuple[Diagnostic, ...] = ()
    if score is not None:
        told = ~np.isnan(score.linear)
        scored = (
            score_estimated(score.coefficients, score.left_out, score.one_sided),
            propensity_overlap(score.linear[told], served[told]),
        )
    pools: tuple[Diagnostic, ...] = ()
    if cohort.sets is not None and cohort.drawn is not None:
        pools = (small_pools(np.bincount(cohort.sets, weights=~served).astype(int), cohort.drawn),)
    return (
        *scored,
        served_matched(int(served.sum()), int((served & kept).sum())),
        *pools,
        _reuse(cohort, kept & ~served, weights),
        balance_before_matching(gathered.columns, served, cohort.person),
        balance,
        closely_alike(balance.detail),
        variances_after_matching(gathered.columns, served, weights),
    )


def _reuse(cohort: Cohort, compared: Array, weights: Array) -> Diagnostic:
    times = np.unique(cohort.person[compared], return_counts=True)[1]
    together = cohort.person if cohort.clusters is None else cohort.clusters
    return reuse_of_people(int(compared.sum()), len(times), int(times.max()), effective_number(weights[compared], together[compared]))
