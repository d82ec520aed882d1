"""The path of people's own clocks by period, before and after the start, and whether they were picked in a crisis."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

from ...diagnostics import balanced_away, enrolment_dip, path_before_adoption
from ...terms import Cohort, Comparison, Diagnostic, OutcomeUnit, PathPoint, Question
from ..inference import LEVEL, Contrast
from ..influence import Means, errors
from ..spread import contrast, ways, worth
from ..standing import Rows
from .bands import simultaneous
from .clocks import Clocks, change_of, days_of

if TYPE_CHECKING:
    from ...terms import Array

ALIKE = 1e-9  # of the spread of a column: a difference below it was balanced away, and its error is rounding too
TELLS = 0.1  # of the variance of the outcome in a period: columns that tell as much are of the outcome, or of what goes with it; our own rule
LAST = -1  # the period before the start, which the others are held against


def points(cohort: Cohort, comparison: Comparison, clocks: Clocks, rows: Rows, question: Question, *, alone: bool) -> tuple[PathPoint, ...]:
    """By period, how the served differ from the compared, less the same in the last period before the start.

    Whoever is not watched through a period is stood for by those of the arm with as much before; `alone`: the served by themselves.
    """
    if not (clocks.since < 0).any():
        return ()
    last = clocks.path[:, clocks.since == LAST][:, 0]
    found, influence = [], []
    for k, e in enumerate(clocks.since.tolist()):
        away = np.zeros(len(last)) if e == LAST else clocks.path[:, k] - last
        told, part, together = _told(cohort, comparison, clocks, away, ~clocks.seen[:, k], rows, question, alone=alone)
        found.append(told)
        influence.append(part)
    usual = [float(stdtrit(each.df, (1 + LEVEL) / 2)) if each.df > 0 else float("inf") for each in found]
    critical = simultaneous(np.column_stack(influence), together)
    wider = max(critical / float(ndtri((1 + LEVEL) / 2)), 1.0) if np.isfinite(critical) else 1.0
    many = len(np.unique(rows.person[rows.served]))
    made = []
    for e, each, t in zip(clocks.since.tolist(), found, usual, strict=True):
        own = 0.0 if e == LAST or not each.std_error > 0 else t * each.std_error
        limits = (each.effect - own, each.effect + own, each.effect - wider * own, each.effect + wider * own)
        made.append(PathPoint(e, each.effect, *limits, many, e == LAST))
    return tuple(made)


def before_conditions(
    cohort: Cohort, comparison: Comparison, clocks: Clocks, rows: Rows, question: Question, *, unit: OutcomeUnit, whose: str, effect: float
) -> tuple[Diagnostic, ...]:
    """Whether the two arms were moving apart before the start, and whether the served were picked by their last period.

    Where people were chosen or weighted by a history that reaches every one of those periods, a condition that holds tells nothing.
    """
    args = (cohort, comparison, clocks, rows, question)
    told = (*drift(*args, effect=effect), *dip(*args, unit=unit, whose=whose, alone=False))
    if question.compare is None or not all(reached(clocks, rows, question, cohort.history_days)):
        return told
    return tuple(balanced_away(each, int((clocks.since < 0).sum())) if each.holds else each for each in told)


def reached(clocks: Clocks, rows: Rows, question: Question, history_days: int) -> list[bool]:
    """Of each period of the path before the start, whether the columns that people were made alike in reach it and tell of it.

    They reach as far back as the longest of the history, of `history_days` (0: nobody knows, so that they may reach all), and tell of a
    period where a regression on them tells TELLS of the outcome's variance there.
    """
    on = question.compare.on if question.compare else ()
    columns = [column for name, column in rows.history.items() if not on or name.partition(":")[0] in on]
    within = [history_days == 0 or (-e - 1) * question.path < history_days for e in clocks.since[clocks.since < 0].tolist()]
    known = np.column_stack([np.ones(len(rows.row)), *columns])
    path = clocks.path[:, clocks.since < 0]
    away = path - known @ np.linalg.lstsq(known, path, rcond=None)[0]
    tells = away.var(axis=0) <= (1 - TELLS) * path.var(axis=0)
    return [there and bool(told) for there, told in zip(within, tells, strict=True)]


def drift(cohort: Cohort, comparison: Comparison, clocks: Clocks, rows: Rows, question: Question, *, effect: float) -> tuple[Diagnostic, ...]:
    """A straight line through the difference of the arms by period before the start; of three periods or more, the last left out.

    The last period has a condition of its own, `dip`.
    """
    before = np.flatnonzero(clocks.since < LAST)
    if len(before) < 3:
        return ()
    along = clocks.since[before] - clocks.since[before].mean()
    slope = clocks.path[:, before] @ (along / (along @ along))
    told = _told(cohort, comparison, clocks, slope, np.zeros(len(slope), dtype=bool), rows, question, alone=False)[0]
    over = days_of(question.horizon) / question.path  # periods after the start, and from the middle of those before to the middle of these
    return (path_before_adoption(_p(told, slope), told.effect * over**2, question.worthwhile, periods=len(before), effect=effect),)


def dip(
    cohort: Cohort, comparison: Comparison, clocks: Clocks, rows: Rows, question: Question, *, unit: OutcomeUnit, whose: str, alone: bool
) -> tuple[Diagnostic, ...]:
    """The last period before the start against the mean of the earlier ones, of the served less the compared."""
    earlier = clocks.since < LAST
    if not earlier.any():
        return ()
    stands_out = clocks.path[:, clocks.since == LAST][:, 0] - clocks.path[:, earlier].mean(axis=1)
    told = _told(cohort, comparison, clocks, stands_out, np.zeros(len(stands_out), dtype=bool), rows, question, alone=alone)[0]
    return (
        enrolment_dip(
            -told.effect,
            _p(told, stands_out),
            question.worthwhile,
            unit=unit,
            whose=whose,
            alone=alone,
            period=f"{question.path} days",
            before=int(earlier.sum()),
        ),
    )


def _told(
    cohort: Cohort, comparison: Comparison, clocks: Clocks, values: Array, lost: Array, rows: Rows, question: Question, *, alone: bool
) -> tuple[Contrast, Array, Array]:
    """The difference of the arms' means of `values` (m,), or the mean of the served alone; its influence, and who hangs together."""
    means = change_of(clocks, values, lost & _anybody_left(lost, rows), rows)
    if alone:
        means = alone_of(means)
    own = errors(cohort, comparison, rows, means)
    how = ways(own, rows, question.inference.by)
    found = contrast(means.effect, own.influence, how, worth(rows, means, question.inference.by), means.parameters)
    return found, own.influence, how.labels[0]


def alone_of(means: Means) -> Means:
    """The served's part of two means: nobody is compared."""
    nothing = np.zeros(len(means.of_served))
    return Means(means.served, 0.0, means.of_served, nothing, means.stands, means.least, (means.by_weight[0], nothing), 1)


def _anybody_left(lost: Array, rows: Rows) -> Array:
    """(m,) bool: where an arm has anybody followed; a period that nobody is seen through is read as it stands."""
    keep = np.zeros(len(lost), dtype=bool)
    for there in (rows.served, ~rows.served):
        keep[there] = bool((~lost[there]).any())
    return keep


def _p(told: Contrast, values: Array) -> float:
    """The p-value of none; 1 where the difference was balanced away to rounding."""
    spread = float(values.std())
    if abs(told.effect) <= ALIKE * spread or not told.std_error > ALIKE * spread:
        return 1.0
    return told.p_value
