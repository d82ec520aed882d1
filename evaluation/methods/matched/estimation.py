"""What being served did for those compared: the outcome laid on the comparison, with everybody lost stood for by those followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import detectable_effect, losses
from ...diagnostics.wording import called_by
from ...terms import Cohort, Comparison, Estimate, Matching, Problem, Question, Refused
from ..coding import commonest_first, placed
from ..columns import columns_of
from ..inference import Contrast
from ..influence import Errors, Means, errors
from ..pooled import pooled
from ..ratios import log_ratio, ratio
from ..sides import clocks, shape, side
from ..spread import Spread, ways, worth
from ..standing import Rows, histories
from .means import difference
from .reading import Reading, read
from .regression import regressed
from .told import conditions
from .uncertainty import Asked, uncertain

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Arm, Array

ROUNDED = 1e-9  # of the outcomes' range: a standard error below it comes of rounding, and nobody differs from anybody
DIGITS = 1e-14  # of the largest outcome: as much is rounding too, where outcomes are far from 0 and near each other
WORDS = {
    "mark": "difference in risk by {}",
    "amount": "difference in mean amount over {}",
    "state": "difference in the share who are there after {}",
}


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What one comparison tells of an outcome."""

    rows: Rows
    reading: Reading
    means: Means
    errors: Errors
    spread: Spread
    logged: Contrast | None  # the logarithm of the ratio of the means
    formula: str  # of its error


def estimate(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Estimate:
    """The mean of the served less that of the people compared with them, each weighted as the comparison has it, by the horizon.

    Whoever was lost before it (served later, moved, records that end) is stood for by those of the same arm who were as likely
    to be lost, by what their history tells, and were still followed: `leaving` and `censoring`.  The means are of outcomes, or
    told by a regression, or doubly robust: `means`, `regression`, `doubly`.  The error is cluster-robust by set and by who
    shares luck, or as the question's `inference` says (`uncertainty`); it counts that weights were learnt where the way of
    comparing tells how (`influence.errors`), and takes a match as given.  Of several comparisons, each in an imputed history, the
    answers are pooled (`pooled`), and conditions are those of the first.
    Refuses when nobody is followed in an arm, and when nothing varies.
    """
    told = [_told(one, each, ruler, question) for one, each in histories(cohort, comparison)]
    first, kind = told[0], ruler.outcome.kind
    for each in told:
        _measurable(each.spread.contrast, each.reading, question)
    spread, logged = _as_one(told, question)
    there = ratio(logged, kind, first.formula)
    reading, rows, means, counted = first.reading, first.rows, first.means, kind != "amount"
    served, compared = (_sides(told, served=arm, counted=counted) for arm in (True, False))
    return Estimate(
        estimand=replace(comparison.estimand, contrast=WORDS[kind].format(question.horizon)),
        effect=spread.contrast.effect,
        std_error=spread.contrast.std_error,
        interval=spread.interval,
        p_value=spread.p_value,
        served=served,
        compared=compared,
        diagnostics=(
            losses(rows.served, reading.lost, rows.person, reading.why, means.least, called=called_by(cohort.by)),
            *clocks(reading, rows, cohort),
            *shape(reading, rows, first.errors, counted=counted),
            *conditions(cohort, comparison, question, ruler, rows, reading, means, spread.contrast, there),
            detectable_effect(spread.contrast.std_error, spread.contrast.df, question.worthwhile, unit=ruler.outcome.unit),
        ),
        ratio=there,
    )


def means_of(columns: Mapping[str, Array], question: Question, reading: Reading, rows: Rows) -> Means:
    """The two means by the estimator that the question asks for; `columns` (n,) in the order of the cohort, as a regression reads them."""
    if question.estimator == "difference":
        return difference(reading, rows)
    there = {name: column[rows.row] for name, column in columns.items()}
    if question.estimator == "regression":
        return regressed(reading, rows, there, question.estimand, _where(question))
    from .doubly import doubly_robust  # the only one that needs scikit-learn

    return doubly_robust(reading, rows, there, question.estimand, learner=(question.compare or Matching()).score)


def _told(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Told:
    """One comparison's means, with the error that the question asks for."""
    where, plan = _where(question), question.compare or Matching()
    rows = placed(cohort, comparison, plan)
    whole = read(ruler, question, np.arange(len(cohort)))
    reading = whole.of(rows.row)
    for there in (rows.served, ~rows.served):
        if reading.lost[there].all():
            raise Refused(_problem(question, "nobody in one of the arms was followed to the end of the window.", "Ask about a shorter horizon."))
    columns = {} if question.estimator == "difference" else commonest_first(columns_of(cohort.history, plan, where), plan, plan.on)

    def again(some: Rows) -> Means:
        return means_of(columns, question, whole.of(some.row), some)

    means = again(rows)
    error = errors(cohort, comparison, rows, means)
    spread = uncertain(Asked(cohort, comparison, question, where, columns, whole, rows, reading, means, error, again))
    how = ways(error, rows, question.inference.by)
    return Told(rows, reading, means, error, spread, log_ratio(means, error, how, worth(rows, means, question.inference.by)), how.formula)


def _as_one(told: Sequence[Told], question: Question) -> tuple[Spread, Contrast | None]:
    """The effect, and the logarithm of the ratio, of one comparison or of several in imputed histories."""
    if len(told) == 1:
        return told[0].spread, told[0].logged
    if any(each.spread.limits for each in told):
        raise Refused(_problem(question, "an interval by redrawn lots is not pooled over imputed histories.", "Ask for 'robust'."))
    spread = Spread(pooled([each.spread.contrast for each in told]), f"{told[0].spread.formula}, pooled over {len(told)} imputed histories")
    ratios = [each.logged for each in told if each.logged is not None]
    return spread, pooled(ratios) if len(ratios) == len(told) else None


def _sides(told: Sequence[Told], *, served: bool, counted: bool) -> Arm:
    """An arm as the first comparison has it, its mean that over all of them."""
    first = side(told[0].reading, told[0].rows, told[0].means, served=served, counted=counted)
    means = [each.means.served if served else each.means.compared for each in told]
    return first if len(told) == 1 else replace(first, mean=float(np.mean(means)))


def _measurable(contrast: Contrast, reading: Reading, question: Question) -> None:
    """Refuses a contrast whose spread cannot be measured."""
    y = reading.y[~reading.lost]
    rounding = max(ROUNDED * float(np.ptp(y)), DIGITS * float(np.abs(y).max()))
    if contrast.std_error > rounding:
        return
    if np.isnan(contrast.std_error):
        found = "all the people matched are of one set or of one cluster, and their spread cannot be measured."
        raise Refused(_problem(question, found, "Declare smaller clusters."))
    raise Refused(_problem(question, "everybody has the same outcome, and an interval would have no width.", "Report the two arms side by side."))


def _where(question: Question) -> str:
    return f"question '{question.outcome}' by {question.method}"


def _problem(question: Question, found: str, remedy: str) -> Problem:
    return Problem(_where(question), found, remedy=remedy)
