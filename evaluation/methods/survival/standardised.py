"""The measure told by regressions of each arm, averaged over whom the effect is about (the g-formula; Robins 1986).

In each arm a Cox regression of the mark, and one of the ends that rule it out taken together, on the columns of the design and
weighted as the comparison is, predict everybody's survival and incidence (`predicted`).  Each arm has slopes and a baseline of
its own, so nothing rests on hazards that are proportional between the arms; within an arm they are taken to be, between people with
different columns.  `together` is the other way, of R's riskRegression::ate: one regression with who was served as a column of it.
Assumes that, given the columns, who is lost and when has nothing to do with the event.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from ..influence import Means
from ..standing import Rows, whom
from .covariates import Design, Hazard, fitted, fitted_as_far, laid
from .ipcw import one_stretch_each, where
from .marginal import standing_in
from .predicted import Averaged, averaged
from .sought import Sought, by_the_end
from .times import Times

if TYPE_CHECKING:
    from ...terms import Array, Question
    from .reading import Reading

FEWEST_EVENTS = 5  # marks in an arm for each column of its regression (Vittinghoff & McCulloch 2007)
SERVED = "served"


@dataclass(frozen=True, slots=True, eq=False)
class Outcomes:
    """The regressions of one arm, which predict for everybody."""

    marks: Hazard
    ends: Hazard | None  # of all that rules the mark out; None where nothing did


def standardised(reading: Reading, rows: Rows, columns: Mapping[str, Array], question: Question) -> Means:
    """The question's measure of both arms by the horizon, by regressions on `columns` (m,) each, finite.

    Horizons that differ by a few days, as months do, are taken at the longest.  What a row adds to an error has two parts, through
    the regressions and through who came to be in the target.  Refuses an arm with too few marks for so many columns, and
    clocks that are cut into stretches.
    """
    return _means(reading, rows, columns, question, [Sought(question.measure, reading.horizon)])[0]


def standardised_at(reading: Reading, rows: Rows, columns: Mapping[str, Array], question: Question, days: Sequence[int]) -> list[Means]:
    """The risk by the end of each of `days`, from one regression of each arm."""
    return _means(reading, rows, columns, question, [by_the_end(reading, many) for many in days])


def together(columns: Mapping[str, Array], served: Array, times: Times, target: Array, sought: Sequence[Sought]) -> tuple[Averaged, Averaged]:
    """Everybody as if served, and as if not, by one regression of each kind of end on `columns` (n,) and on `served` (n,) bool.

    Causes beyond 1 are ends that rule the mark out.  Averaged over `target` (n,), weights.  Assumes that hazards are proportional
    between the arms too, so no question is answered by it: the door's estimator is `standardised`, a regression of each arm.  It
    stands as the estimator that R publishes, to hold the predictions and errors that both share to R's digits.
    """
    design = laid({SERVED: served.astype(float), **columns}, len(served))
    everybody = np.ones(len(served), dtype=bool)
    pooled = Times(times.stop, np.minimum(times.cause, 2), times.entry, times.weights)
    marks = fitted(design.told_by(everybody), pooled, everybody)
    ends = fitted(design.told_by(everybody), pooled, everybody, cause=2) if (pooled.cause == 2).any() else None
    one, other = (averaged(marks.as_if(SERVED, most=most), ends and ends.as_if(SERVED, most=most), target, sought) for most in (True, False))
    return one, other


def regressions(reading: Reading, rows: Rows, columns: Mapping[str, Array], question: Question) -> list[Outcomes]:
    """The regressions of those served, and of those compared."""
    one_stretch_each(reading, question)
    design, longest = laid(columns, len(reading)), int(reading.horizon.max())
    stop = np.where(reading.why == "horizon", longest - 1, reading.day)  # whoever reached a horizon of their own stays to the last one's
    whole = Times(stop, np.minimum(reading.cause, 2), None, rows.weights)
    arms = (rows.served, ~rows.served)
    _enough_marks(reading, arms, [design.told_by(there) for there in arms], question)
    return [_of_arm(design.told_by(there), whole.of(there), there, question) for there in arms]


def _means(reading: Reading, rows: Rows, columns: Mapping[str, Array], question: Question, sought: Sequence[Sought]) -> list[Means]:
    target = whom(rows, question.estimand)
    arms = regressions(reading, rows, columns, question)
    one, other = (averaged(arm.marks, arm.ends, target, sought) for arm in arms)
    stands, least = standing_in(reading, rows)
    t = target[:, None] / target.sum()
    ones, others = (told.models + t * (told.everybody - told.mean) for told in (one, other))
    by_one, by_other = (one.models, other.models) if question.estimand == "average_effect" else (ones, others)
    p = sum(1 + len(arm.marks.design.names) for arm in arms)
    found = []
    for j in range(len(sought)):
        by_weight = by_one[:, j], by_other[:, j]
        found.append(Means(float(one.mean[j]), float(other.mean[j]), ones[:, j], others[:, j], stands, least, by_weight, p))
    return found


def _of_arm(design: Design, times: Times, there: Array, question: Question) -> Outcomes:
    """The regressions of an arm, `there` (n,) bool.  Too few ends that rule the mark out for so many columns are told from the day alone."""
    marks = _solved(design, times, there, question)
    many = int((times.cause == 2).sum())
    if not many:
        return Outcomes(marks, None)
    return Outcomes(marks, fitted_as_far(design if many >= FEWEST_EVENTS * len(design.names) else design.only([]), times, there, cause=2))


def _solved(design: Design, times: Times, there: Array, question: Question) -> Hazard:
    """The regression of the mark; refuses as `fitted` does, in the words of the question."""
    try:
        return fitted(design, times, there)
    except Refused as no:
        at, remedy = f"{where(question)}: estimator", "Leave it out of compare.on, make it coarser, or ask for the difference."
        raise Refused(*(replace(problem, where=at, remedy=remedy) for problem in no.problems)) from None


def _enough_marks(reading: Reading, arms: Sequence[Array], designs: Sequence[Design], question: Question) -> None:
    """Refuses a regression on more columns than the marks of an arm can tell slopes of."""
    needed = [max(FEWEST_EVENTS * len(design.names), 1) for design in designs]
    marks = [int((there & (reading.cause == 1)).sum()) for there in arms]
    if all(had >= need for had, need in zip(marks, needed, strict=True)):
        return
    if not all(marks):
        found, remedy = "nobody in one of the arms had the event, and a regression has nothing to tell.", "Ask for the difference."
        raise Refused(Problem(f"{where(question)}: estimator", found, remedy=remedy))
    found = f"an arm has fewer than {max(needed)} people with the event, for a regression on {max(len(design.names) for design in designs)} columns."
    right = f"A regression needs {FEWEST_EVENTS} in each arm for every column."
    raise Refused(Problem(f"{where(question)}: estimator", found, right, "Name fewer columns in compare.on, or ask for the difference."))
