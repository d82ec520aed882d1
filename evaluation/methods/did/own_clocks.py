"""What changed for people from before their own start to after it, less the same of those they are compared with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import detectable_effect, guarded_and_raw, losses, skewed_amounts
from ...diagnostics.wording import called_by, those
from ...terms import Cohort, Comparison, Diagnostic, Estimate, Other, PathPoint, Problem, Question, Refused
from ..clustering import skewness
from ..inference import Contrast
from ..influence import Errors, Means, errors
from ..pooled import pooled
from ..sides import side
from ..spread import Spread, contrast, ways, worth
from ..standing import Rows, histories, standing
from .clocks import Clocks, change_of, read
from .clocks_path import before_conditions, points
from .everybody import everybody_else
from .said import unit_of

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler

ROUNDED = 1e-9  # of the outcomes' range: a standard error below it comes of rounding, and nobody differs from anybody
ASKED = ("robust", "cluster")


@dataclass(frozen=True, slots=True, eq=False)
class Changed:
    """What one comparison tells of a change."""

    rows: Rows
    clocks: Clocks  # of the rows
    means: Means
    errors: Errors
    spread: Spread


def estimate(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Estimate:
    """The mean over the horizon less the mean over as long before the start, of the served, less the same of those compared.

    Weights, sets, clusters and what weights were learnt from are the comparison's, and errors are cluster-robust by them, as in any
    room (`spread`, `influence`).  Whoever is lost before the horizon is stood for by those of the same arm who had about as much of the
    outcome before.  By before_after nobody is compared: what it tells is that the served changed, and no more.
    Refuses what needs the calendar, a look-back shorter than the horizon, an arm that nobody is followed in, and outcomes that do not vary.
    """
    _of_the_calendar(question)
    if question.estimator == "before_after":
        from . import before_after

        return before_after.estimate(cohort, comparison, ruler, question)
    whole = read(cohort, ruler, question)
    told = [changed(one, each, whole, question) for one, each in histories(cohort, comparison)]
    first = told[0]
    spread = first.spread
    if len(told) > 1:
        spread = Spread(pooled([each.spread.contrast for each in told]), f"{spread.formula}, pooled over {len(told)} imputed histories")
    effect, called = spread.contrast.effect, called_by(cohort.by)
    raw = _unguarded(cohort, whole, question)
    seen = change_of(first.clocks, first.clocks.after, first.clocks.lost, first.rows)
    served, compared = (side(first.clocks, first.rows, seen, served=arm, counted=False) for arm in (True, False))
    unit = unit_of(ruler.outcome)
    return Estimate(
        estimand=replace(comparison.estimand, contrast=f"difference in change over {question.horizon}, from as long before the start"),
        effect=effect,
        std_error=spread.contrast.std_error,
        interval=spread.interval,
        p_value=spread.p_value,
        served=served,
        compared=replace(compared, mean=served.mean - effect),
        diagnostics=(
            losses(first.rows.served, first.clocks.lost, first.rows.person, None, first.means.least, called=called),
            skewed_amounts(skewness(first.errors.influence, first.errors.together)),
            *before_conditions(cohort, comparison, first.clocks, first.rows, question, unit=unit, whose=those(called), effect=effect),
            *(guarded_and_raw(effect, each.effect, question.worthwhile) for each in raw),
            *_power(spread.contrast, question, ruler),
        ),
        others=raw,
        path=_path(cohort, comparison, first, question),
    )


def _unguarded(cohort: Cohort, whole: Clocks, question: Question) -> tuple[Other, ...]:
    """Where people were made alike before the start, the same change against everybody else: none where that cannot be told."""
    if question.compare is None:
        return ()
    try:
        told = changed(cohort, everybody_else(cohort, question), whole, question).spread
    except Refused:
        return ()
    return (Other("against everybody else, not made alike", told.contrast.effect, told.interval if told.interval.given else None),)


def changed(cohort: Cohort, comparison: Comparison, whole: Clocks, question: Question) -> Changed:
    """One comparison's change with its error."""
    rows = standing(cohort, comparison)
    clocks = whole.of(rows.row)
    for there in (rows.served, ~rows.served):
        if clocks.lost[there].all():
            raise Refused(_problem(question, "nobody in one of the arms was followed to the end of the window.", "Ask about a shorter horizon."))
    means = change_of(clocks, clocks.change, clocks.lost, rows)
    error = errors(cohort, comparison, rows, means)
    how = ways(error, rows, question.inference.by)
    spread = Spread(contrast(means.effect, error.influence, how, worth(rows, means, question.inference.by), means.parameters), how.formula)
    varies(spread.contrast, clocks, question)
    return Changed(rows, clocks, means, error, spread)


def varies(found: Contrast, clocks: Clocks, question: Question) -> None:
    """Refuses a change whose spread cannot be measured."""
    if np.isnan(found.std_error):
        words = "all the people compared are of one cluster, and their spread cannot be measured."
        raise Refused(_problem(question, words, "Declare smaller clusters."))
    if not found.std_error > ROUNDED * float(np.ptp(clocks.change[~clocks.lost])):
        raise Refused(_problem(question, "everybody changed by the same, and an interval would have no width.", "Report the two paths side by side."))


def _path(cohort: Cohort, comparison: Comparison, told: Changed, question: Question) -> tuple[PathPoint, ...]:
    return points(cohort, comparison, told.clocks, told.rows, question, alone=False)


def _power(found: Contrast, question: Question, ruler: Ruler) -> tuple[Diagnostic, ...]:
    return (detectable_effect(found.std_error, found.df, question.worthwhile, unit=unit_of(ruler.outcome)),)


def _of_the_calendar(question: Question) -> None:
    """Refuses, all at once, what only a panel can be asked."""
    problems = []
    if question.estimator not in ("difference", "before_after"):
        found = f"'{question.estimator}' is of units that adopt on the calendar, and these people's clocks are their own."
        problems.append(_problem(question, found, 'Set estimator = "difference", or clock = "calendar".'))
    if question.adjust != "nothing":
        found = f"adjust = '{question.adjust}' is of panels; on people's own clocks the comparison does it."
        problems.append(_problem(question, found, 'Ask for compare = { by = "entropy_balancing" }, or another way.'))
    if question.inference.by not in ASKED:
        found = f"inference by '{question.inference.by}' is of panels."
        problems.append(_problem(question, found, "Ask for 'robust' or 'cluster'."))
    if problems:
        raise Refused(*problems)


def _problem(question: Question, found: str, remedy: str) -> Problem:
    return Problem(f"question '{question.outcome}' by {question.method}", found, remedy=remedy)
