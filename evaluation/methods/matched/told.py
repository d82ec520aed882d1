"""What is told beside an effect: the outcome's own path before the start, and how strong something unrecorded would have to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import e_value, omitted_variable
from ...diagnostics.evalues import of_difference
from ...diagnostics.omitted import Moments, strengths
from ...diagnostics.sums import effective_number
from ...diagnostics.wording import called_by
from ...terms import Cohort, Comparison, Diagnostic, Matching, Question, Ratio
from ..coding import commonest_first
from ..columns import columns_of
from ..conditions import before, hidden
from ..inference import Contrast
from ..influence import Means
from ..standing import Rows, histories
from .reading import Reading
from .ways import WAYS

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler


def conditions(
    cohort: Cohort,
    comparison: Comparison,
    question: Question,
    ruler: Ruler,
    rows: Rows,
    reading: Reading,
    means: Means,
    contrast: Contrast,
    ratio: Ratio | None,
) -> tuple[Diagnostic, ...]:
    """Whatever of them can be told: of marks and amounts, and of sets of different people, more than of others."""
    counted, called, adjusted = ruler.outcome.kind != "amount", called_by(cohort.by), question.estimator != "difference"
    return (
        *before(cohort, comparison, question, ruler, rows),
        *hidden(rows, reading.y, reading.lost, more=contrast.effect > 0, counted=counted, adjusted=adjusted, called=called),
        *(_ratio(ratio, called) if counted else _as_ratio(rows, reading, means, contrast, called)),
        *_omitted(cohort, comparison, question, rows, reading, means),
    )


def _ratio(ratio: Ratio | None, called: str) -> tuple[Diagnostic, ...]:
    return (e_value(ratio.value, ratio.interval.low, ratio.interval.high, called=called),) if ratio else ()


def _as_ratio(rows: Rows, reading: Reading, means: Means, contrast: Contrast, called: str) -> tuple[Diagnostic, ...]:
    """The E-value of an amount: its difference in standard deviations of those followed, within the arms."""
    within = [
        (float(weights.sum()), float((weights * (y - np.average(y, weights=weights)) ** 2).sum()))
        for y, weights in ((reading.y[there], means.stands[there]) for there in (rows.served & ~reading.lost, ~rows.served & ~reading.lost))
    ]
    deviation = float((sum(squares for _, squares in within) / sum(weight for weight, _ in within)) ** 0.5)
    if not deviation > 0:
        return ()
    return (e_value(*of_difference(contrast.effect / deviation, contrast.std_error / deviation), of_amounts=True, called=called),)


def _omitted(cohort: Cohort, comparison: Comparison, question: Question, rows: Rows, reading: Reading, means: Means) -> tuple[Diagnostic, ...]:
    """By regression of those followed on the history, as they stand for the others; luck by as many as those who share it are worth.

    A column's strength with being served is that over the whole cohort, before anybody was chosen.
    """
    plan, kept = question.compare or Matching(), means.stands > 0
    every = commonest_first(columns_of(histories(cohort, comparison)[0][0].history, plan, question.outcome), plan)
    stands = means.stands[kept]
    moments = Moments.of(reading.y[kept], rows.served[kept], {name: column[rows.row[kept]] for name, column in every.items()}, stands)
    if not moments.tellable:
        return ()
    people = sum(effective_number(stands[arm], rows.together[kept][arm]) for arm in (rows.served[kept], ~rows.served[kept]))
    before = strengths(cohort.served, every)
    return (omitted_variable(moments, people, before=before, weighed=WAYS[plan.by].weighs, called=called_by(cohort.by)),)
