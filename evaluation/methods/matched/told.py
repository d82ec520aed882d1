"""What is told beside an effect: the outcome's own path before the start, and how strong something unrecorded would have to be."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import e_value, hidden_bias, omitted_variable, path_before_start, placebo_window
from ...diagnostics.before_start import QUARTER
from ...diagnostics.evalues import of_difference
from ...diagnostics.omitted import Moments, strengths
from ...diagnostics.rosenbaum import boundable
from ...diagnostics.sums import effective_number
from ...diagnostics.wording import called_by
from ...terms import Cohort, Comparison, Diagnostic, InferenceBy, Matching, Question, Ratio
from ..inference import Contrast
from ..influence import Means, errors
from ..spread import Spread, same, ways, worth
from ..spread import contrast as clustered
from ..standing import Rows, histories
from .coding import commonest_first
from .columns import columns_of
from .means import difference
from .reading import Reading
from .ways import WAYS

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array

CLUSTERED: tuple[InferenceBy, ...] = ("robust", "cluster", "set", "person")  # any other way of inference has its placebo's error by `robust`


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
        *_before(cohort, comparison, question, ruler, rows),
        *_hidden(rows, reading, more=contrast.effect > 0, counted=counted, adjusted=adjusted, called=called),
        *(_ratio(ratio, called) if counted else _as_ratio(rows, reading, means, contrast, called)),
        *_omitted(cohort, comparison, question, rows, reading, means),
    )


# ------------------------------------------------------------------------------------------------ before the start
def _before(cohort: Cohort, comparison: Comparison, question: Question, ruler: Ruler, rows: Rows) -> tuple[Diagnostic, ...]:
    """The path by quarters, as far as the sources were looked back on, and the window beyond the history; read off the ruler at once."""
    back, history = cohort.looked_back, cohort.history_days
    if ruler.outcome.kind not in ("mark", "amount") or back < QUARTER:
        return ()
    beyond = back - history >= QUARTER
    edges = sorted({*range(-(back // QUARTER) * QUARTER, 1, QUARTER), *((-back, -history) if beyond else ())})
    read = ruler.by_period(edges).amount
    periods = list(pairwise(edges))

    def between(first: int, last: int) -> Array:
        return np.asarray(read[:, [first <= low and high <= last for low, high in periods]].sum(axis=1))

    path = {f"days {1 - last} to {-first} before": between(first, last) for first, last in _quarters(back)}
    arms, unit, called = (cohort.served, comparison.weights, cohort.person), ruler.outcome.unit, called_by(cohort.by)
    told = [path_before_start(path, *arms, together=comparison.clusters, estimand=question.estimand, unit=unit, called=called)]
    if beyond:
        before = between(-back, -history)
        seen = _difference(before, cohort, comparison, rows, question.inference.by)
        if seen is not None:
            told.append(
                placebo_window(
                    before,
                    *arms,
                    p_value=seen.contrast.p_value,
                    interval=seen.interval,
                    days=(back, history),
                    estimand=question.estimand,
                    unit=unit,
                    called=called,
                )
            )
    return tuple(told)


def _quarters(back: int) -> list[tuple[int, int]]:
    return [(-QUARTER * number, -QUARTER * (number - 1)) for number in range(back // QUARTER, 0, -1)]


def _difference(before: Array, cohort: Cohort, comparison: Comparison, rows: Rows, by: InferenceBy) -> Spread | None:
    """The difference between the weighted means of a column (n,) of which nobody is lost; None where nothing varies.

    With the error that the effect has, that of learnt weights too; by `robust` where the question asks for no error by clusters.
    """
    y = before[rows.row]
    nobody = Reading(y, np.zeros(len(y), dtype=np.int64), np.zeros(len(y), dtype=bool))
    found = difference(nobody, rows)
    own = errors(cohort, comparison, rows, found)
    way = by if by in CLUSTERED else "robust"
    how = ways(own, rows, way)
    measured = clustered(found.effect, own.influence, how, worth(rows, found, way), found.parameters)
    return Spread(measured, how.formula) if measured.std_error > 0 else None


# ------------------------------------------------------------------------------------------------ what nobody recorded
def _hidden(rows: Rows, reading: Reading, *, more: bool, counted: bool, adjusted: bool, called: str) -> tuple[Diagnostic, ...]:
    """Bounds over sets of different people who were all followed; nothing where people share luck with others, or nobody has a set."""
    if rows.sets is None or not same(rows.together, rows.person):
        return ()
    sets = _once(rows, reading.lost)
    if not boundable(rows.served, sets):
        return ()
    return (hidden_bias(reading.y, rows.served, sets, more=more, counted=counted, adjusted=adjusted, called=called),)


def _once(rows: Rows, lost: Array) -> Array:
    """(m,) int: the set of each row that was followed, whoever stands in several rows being kept in one: as served, else in the first set.

    No outcome is looked at; -1 for the rest.
    """
    assert rows.sets is not None
    order = np.lexsort((rows.sets, ~rows.served, lost))
    first = order[np.unique(rows.person[order], return_index=True)[1]]
    sets = np.full(len(rows.person), -1, dtype=np.int64)
    sets[first] = rows.sets[first]
    return np.where(lost, -1, sets)


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
