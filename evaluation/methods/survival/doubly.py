"""The measure told twice over: by weights for who was served and who was lost, and by regressions of what would have been.

Augmented inverse-probability weighting with censoring (Ozenne, Scheike, Staerk & Gerds 2020): predictions by the regressions of
`standardised`, plus the weighted mean of what they miss in the arm.  For clocks that were lost, what is missed is completed: those
followed stand for them by w / G, and what the regressions expect of whoever is still free takes away what G gets wrong
(`completing`).  Right in large samples where either the regressions or the weights with the chance of being followed are.  The
error is not the efficient influence function, which holds only where both are: every slope and baseline, of marks, of ends and of
losses, is differentiated through, so it holds where one of the two is wrong.  Nothing is cross-fitted, these regressions being few numbers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..influence import Means
from ..standing import Rows, whom
from .completing import Completed, completed
from .followed import Followed, followed
from .ipcw import standing_for
from .sought import Sought, by_the_end
from .standardised import Outcomes, regressions

if TYPE_CHECKING:
    from ...terms import Array, Question
    from .reading import Reading


def doubly_robust(reading: Reading, rows: Rows, columns: Mapping[str, Array], question: Question) -> Means:
    """The question's measure of both arms by the horizon; `columns` (m,) each, finite, are those of the regressions.

    Who is lost is told from the rows' history, as in `ipcw`.  The error that the weights of the comparison were learnt is counted
    by `influence.errors`.  Refuses as `standardised` and `ipcw` do.
    """
    return _means(reading, rows, columns, question, [Sought(question.measure, reading.horizon)])[0]


def doubly_robust_at(reading: Reading, rows: Rows, columns: Mapping[str, Array], question: Question, days: Sequence[int]) -> list[Means]:
    """The risk by the end of each of `days`, from one set of regressions."""
    return _means(reading, rows, columns, question, [by_the_end(reading, many) for many in days])


def _means(reading: Reading, rows: Rows, columns: Mapping[str, Array], question: Question, sought: Sequence[Sought]) -> list[Means]:
    outcomes = regressions(reading, rows, columns, question)
    arms = (rows.served, ~rows.served)
    leaving = [followed(reading.of(there), rows.of(there), question) for there in arms]
    footing = [_standing(reading, rows, leaving, arms, each, question) for each in sought]
    told = [_arm(reading, rows, own, gone, there, question, sought) for own, gone, there in zip(outcomes, leaving, arms, strict=True)]
    p = sum(1 + len(own.marks.design.names) for own in outcomes)
    found = []
    for j, (stands, least) in enumerate(footing):
        (one, ones, one_by), (other, others, other_by) = ((mean[j], part[:, j], by[:, j]) for mean, part, by in told)
        found.append(Means(float(one), float(other), ones, others, stands, least, (one_by, other_by), p))
    return found


def _standing(
    reading: Reading, rows: Rows, leaving: Sequence[Followed], arms: Sequence[Array], sought: Sought, question: Question
) -> tuple[Array, float]:  # fmt: skip
    """(m,) what each row followed stands for, and the least chance of having been followed, of both arms."""
    stands, least = np.zeros(len(reading)), 1.0
    for there, gone in zip(arms, leaving, strict=True):
        arm, own = reading.of(there), Sought(sought.measure, sought.horizon[there])
        stands[there], chance = standing_for(rows.weights[there], gone, arm, own, question)
        least = min(least, chance)
    return stands, least


def _arm(
    reading: Reading, rows: Rows, outcomes: Outcomes, leaving: Followed, there: Array, question: Question, sought: Sequence[Sought]
) -> tuple[Array, Array, Array]:
    """Of one arm, `there` (n,) bool: the means (q,), what each row adds to their errors (n, q), and what of that hangs on the weights."""
    target = whom(rows, question.estimand)
    t, w = target / target.sum(), np.where(there, rows.weights, 0.0)
    c = w / w.sum()
    done: Completed = completed(reading, outcomes.marks, outcomes.ends, leaving, there, t, c, sought)
    predicted = np.einsum("i,iq->q", t, done.predicted)
    off = done.value - done.predicted
    missed = np.einsum("i,iq->q", c, off)
    by_weight = c[:, None] * (off - missed) + done.models
    by_target = t[:, None] * (done.predicted - predicted)
    parts = by_weight + by_target
    return predicted + missed, parts, by_weight if question.estimand == "average_effect" else parts
