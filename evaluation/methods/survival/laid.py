"""An outcome laid on a comparison: whose clocks they are, when each ended and with what, before any number is told of an arm."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.arms import FEWEST_PEOPLE
from ...terms import Cohort, Comparison, Diagnostic, Matching, Problem, Question, Refused
from ..coding import commonest_first, placed
from ..columns import columns_of
from ..standing import Rows
from ..telling_losses import with_blocks
from .curves import curve
from .endings import endings, where
from .footing import footing
from .reading import Reading, read, stepped

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array, AtRisk, EveryMark

HIDES = 11  # people who were followed so long: by fewer a day would be somebody's own
ROUND = 10  # days: a horizon that could be asked about, rounded down


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """All that an estimator, and what stands beside it, is told from; rows (m,) are cut where weights change as the days go by."""

    cohort: Cohort
    comparison: Comparison
    question: Question
    rows: Rows
    reading: Reading
    clocks: Rows  # the same, uncut: one row a clock
    ended: Reading  # of `clocks`; of events that come again, what ended the clock after the last
    columns: Mapping[str, Array]  # (m,) each: those of a regression of the outcome; none where the difference is asked for
    every: EveryMark | None = None  # all the marks, in the order of the cohort, where it is asked how often they happen
    off: AtRisk | None = None  # with them, in street time: the stretches off each clock
    told: tuple[Diagnostic, ...] = ()  # how well clocks stand for those that left their strategy

    @property
    def competes(self) -> bool:
        """Whether any clock ended with something that rules the event out."""
        return bool((self.ended.cause > 1).any())


def lay(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Laid:
    """The outcome's marks on a comparison.  Refuses a horizon to which nobody of an arm was followed."""
    plan = question.compare or Matching()
    clocks = placed(cohort, comparison, plan)
    if cohort.clones is None:
        clocks = with_blocks(clocks, cohort.strata if comparison.blocks is None else comparison.blocks)
    ended = read(ruler, question, clocks.row)
    if ended.entry is not None:
        there = ended.entry < ended.day  # who came to be watched after the horizon was at risk on none of its days
        clocks, ended = clocks.of(there), ended.of(there)
    rows, reading = clocks, ended
    told: tuple[Diagnostic, ...] = ()
    if cohort.clones is not None:
        from . import strategies

        comparison, told = strategies.weighted(cohort, comparison, ended, question)
        assert comparison.steps is not None
        reading, rows = stepped(ended, clocks, comparison.steps)
    problems = [problem for problem in (_beyond(reading, rows, question), _on_few(ended, clocks, question)) if problem]
    if problems:
        raise Refused(*problems)
    whole = Laid(cohort, comparison, question, rows, reading, clocks, ended, {}, told=told)
    if question.measure == "number":
        return _with_every_mark(whole, ruler)
    if question.estimator == "difference":
        return whole
    history = commonest_first(columns_of(cohort.history, plan, where(question)), plan, plan.on)
    return replace(whole, columns={name: column[rows.row] for name, column in history.items()})


def _with_every_mark(laid: Laid, ruler: Ruler) -> Laid:
    """The same with all the marks.  Refuses a regression of them."""
    question = laid.question
    if question.estimator != "difference":
        found = "how often the event happens was asked of a regression."
        raise Refused(Problem(f"{where(question)}: estimator", found, "It is told by the difference of means.", 'Leave out "estimator".'))
    from .mean_number import ENDS, recurring

    every = ruler.every_mark(question.horizon, competing=endings(ruler.outcome, question).kinds)
    off = ruler.at_risk(question.horizon) if question.time == "street" else None
    last = recurring(every, laid.reading, laid.rows, question, off)
    cause = 2 * np.isin(last.why, ENDS)
    return replace(laid, every=every, off=off, ended=replace(laid.ended, day=last.day, cause=cause, why=last.why, lost=last.lost))


def _beyond(reading: Reading, rows: Rows, question: Question) -> Problem | None:
    """What is wrong with a horizon beyond the last day on which anybody of an arm was seen."""
    arms = [reading.of(there) for there in (rows.served, ~rows.served)]
    if all(_known_to_the_end(arm) for arm in arms):
        return None
    seen = min(int(np.sort(arm.day)[-min(HIDES, len(arm))]) + 1 for arm in arms) // ROUND * ROUND
    remedy = f"Ask about {seen} days or fewer: so long were enough people of both arms followed." if seen else "Ask about a shorter horizon."
    return Problem(
        where(question), "nobody in one of the arms was followed to the end of the window, and what came later is not known.", remedy=remedy
    )


def _on_few(ended: Reading, clocks: Rows, question: Question) -> Problem | None:
    """What is wrong where people come to be watched so late that the first events fall among hardly anybody, and decide all that follows."""
    if ended.entry is None:
        return None
    for there in (clocks.served, ~clocks.served):
        arm = ended.of(there)
        if not (arm.cause > 0).any():
            continue
        rests = footing(curve(arm.times(), causes=len(arm.causes)), FEWEST_PEOPLE)
        if rests.emptied is not None or rests.solid_from is not None:
            found = f"in an arm fewer than {FEWEST_PEOPLE} people were watched when the first of them had the event, for the others came later."
            right = f"A curve rests on {FEWEST_PEOPLE} at risk, from its start on."
            return Problem(where(question), found, right, "Study more people from their start on, or clocks that start on a later day.")
    return None


def _known_to_the_end(arm: Reading) -> bool:
    """Whether the last of an arm who were seen reached the horizon, or all came to an end."""
    if (arm.why == "horizon").any():
        return True
    return bool((arm.cause[arm.day == arm.day.max()] > 0).all())
