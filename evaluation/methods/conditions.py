"""What is told beside an effect on any method's word: the outcome's own path before the start, and how strong a hidden bias would have to be."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics import hidden_bias, path_before_start, placebo_window
from ..diagnostics.before_start import QUARTER
from ..diagnostics.rosenbaum import boundable
from ..diagnostics.wording import called_by
from ..terms import Cohort, Comparison, Diagnostic, InferenceBy, Question
from .censoring import reweighted
from .influence import Means, errors
from .spread import Spread, same, ways, worth
from .spread import contrast as clustered
from .standing import Rows

if TYPE_CHECKING:
    from ..outcomes.ruler import Ruler
    from ..terms import Array

CLUSTERED: tuple[InferenceBy, ...] = ("robust", "cluster", "set", "person")  # any other way of inference has its placebo's error by `robust`


# ------------------------------------------------------------------------------------------------ before the start
def before(cohort: Cohort, comparison: Comparison, question: Question, ruler: Ruler, rows: Rows) -> tuple[Diagnostic, ...]:
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
    found = _of_everybody(y, rows)
    own = errors(cohort, comparison, rows, found)
    way = by if by in CLUSTERED else "robust"
    how = ways(own, rows, way)
    measured = clustered(found.effect, own.influence, how, worth(rows, found, way), found.parameters)
    return Spread(measured, how.formula) if measured.std_error > 0 else None


# ------------------------------------------------------------------------------------------------ what nobody recorded
def hidden(rows: Rows, y: Array, lost: Array, *, more: bool, counted: bool, adjusted: bool, called: str) -> tuple[Diagnostic, ...]:
    """Bounds over sets of different people who were all followed; nothing where people share luck with others, or nobody has a set."""
    if rows.sets is None or not same(rows.together, rows.person):
        return ()
    sets = _once(rows, lost)
    if not boundable(rows.served, sets):
        return ()
    return (hidden_bias(y, rows.served, sets, more=more, counted=counted, adjusted=adjusted, called=called),)


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


def _of_everybody(y: Array, rows: Rows) -> Means:
    """The weighted means of y (m,) in the two arms, nobody lost."""
    parts, found = [np.zeros(len(y)) for _ in range(2)], []
    for part, there in zip(parts, (rows.served, ~rows.served), strict=True):
        many = int(there.sum())
        mean = reweighted(y[there], np.zeros(many, dtype=np.int64), np.zeros(many, dtype=bool), rows.weights[there], np.zeros(many, dtype=np.int64))
        part[there] = mean.influence
        found.append(mean)
    return Means(found[0].mean, found[1].mean, parts[0], parts[1], rows.weights, 1.0, (parts[0], parts[1]))
