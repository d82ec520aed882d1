"""Amounts laid on a comparison: who is compared with whom, what each row came to, and what the rows followed stand for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Cohort, Comparison, Matching, Problem, Question, Refused
from ..coding import commonest_first, placed
from ..columns import columns_of
from ..standing import Rows
from ..telling_losses import with_blocks
from .means import Standing, both
from .reading import Reading, read, where

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """All that an estimator, and what stands beside it, is told from; rows (m,)."""

    cohort: Cohort
    comparison: Comparison
    question: Question
    rows: Rows
    reading: Reading
    arms: tuple[Standing, Standing]  # the served, the compared
    columns: Mapping[str, Array]  # (m,) each: the history as a regression of amounts reads it

    @property
    def stands(self) -> Array:
        """(m,) what each row stands for by the horizon, once those lost are stood for."""
        stands = np.zeros(len(self.rows.row))
        for there, arm in zip((self.rows.served, ~self.rows.served), self.arms, strict=True):
            stands[there] = arm.at_the_end
        return stands

    def of(self, parts: Array) -> Laid:
        """The same rows, weights and losses with another amount, (m, K) by the same periods."""
        reading = self.reading.holding(parts)
        sides = zip((self.rows.served, ~self.rows.served), self.arms, strict=True)
        one, other = (replace(arm, reading=reading.of(there)) for there, arm in sides)
        return replace(self, reading=reading, arms=(one, other))


def lay(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Laid:
    """The outcome's amounts on a comparison.

    Refuses amounts of which nobody has any, and an arm in which nobody was followed to the end.
    """
    plan = question.compare or Matching()
    rows = placed(cohort, comparison, plan)
    reading = read(ruler, question, rows.row)
    for there in (rows.served, ~rows.served):
        if reading.lost[there].all():
            found = "nobody in one of the arms was followed to the end of the window, or to a death."
            raise Refused(Problem(where(question), found, "What those followed came to stands for those lost.", "Ask about a shorter horizon."))
    if not reading.parts.any():
        found = f"nobody has any '{question.outcome}': every amount is 0."
        raise Refused(Problem(where(question), found, remedy="See whether the records hold what it is made of; else there is nothing to compare."))
    arms = both(reading, blocked(rows, cohort, comparison), question)
    columns = {}
    if cohort.history:
        every = commonest_first(columns_of(cohort.history, plan, where(question)), plan, plan.on)
        columns = {name: column[rows.row] for name, column in every.items()}
    return Laid(cohort, comparison, question, rows, reading, arms, columns)


def blocked(rows: Rows, cohort: Cohort, comparison: Comparison) -> Rows:
    """The rows with a column for each block in which lots were drawn, or people were chosen to agree: those lost are stood for within it."""
    return with_blocks(rows, cohort.strata if comparison.blocks is None else comparison.blocks)
