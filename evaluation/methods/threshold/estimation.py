"""What an offer did at the cut-off, or what coming did for those who came because of one: the outcome laid on the comparison."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import detectable_effect, losses
from ...diagnostics.losses import Shares
from ...diagnostics.wording import called_by
from ...terms import Arm, Cohort, Comparison, Diagnostic, Estimate, Problem, Question, Refused
from ..influence import Errors, Means
from ..sides import clocks, shape, side
from ..standing import Rows
from .beside import beside, checks
from .comparison import line_of
from .jumping import Found, by_line, by_window, hanging_together, variances
from .reading import WORDS, Reading, read, standing_for
from .running import running

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """The outcome on the rows of a comparison that may be read."""

    reading: Reading
    rows: Rows
    found: Found


def estimate(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Estimate:
    """The jump of the outcome at the cut-off by the horizon or, of compliers, over the jump of coming.

    By `local_linear` with robust bias correction (`robust`), by `local_randomisation` within the window of the comparison
    (`randomised`); the other one stands beside it.  Of compliers the interval is an Anderson-Rubin set wherever the first stage is not
    overwhelming.  Whoever was lost before the horizon is stood for by those followed on the same side.  A question by `two_stage` is
    answered by `two_stage.estimate`.  Refuses when nobody is followed on a side, and when nothing varies near the cut-off.
    """
    if question.estimator == "two_stage" or cohort.by != "score":
        from . import two_stage

        return two_stage.estimate(cohort, comparison, ruler, question)
    whole = read(ruler, question)
    laid = _laid(cohort, comparison, question, whole)
    found, counted = laid.found, ruler.outcome.kind != "amount"
    means = _means(laid, _least(cohort, comparison, whole, question))
    errors = Errors(means.of_served, means.of_compared, None, laid.rows.person, laid.rows.together)
    served, compared = (replace(side(laid.reading, laid.rows, means, served=arm, counted=counted), weighed=None) for arm in (True, False))
    others = beside(cohort, comparison, whole, question, found)
    return Estimate(
        estimand=replace(comparison.estimand, contrast=WORDS[ruler.outcome.kind].format(question.horizon)),
        effect=found.effect,
        std_error=found.std_error,
        interval=found.interval,
        p_value=found.p_value,
        served=_mean(served, found.levels[0]),
        compared=_mean(compared, found.levels[1]),
        beside=found.beside,
        diagnostics=(
            losses(
                laid.rows.served,
                laid.reading.lost,
                laid.rows.person,
                laid.reading.why,
                means.least,
                weighed=_lost_at_the_cutoff(cohort, comparison, whole, question, found),
                called=called_by(cohort.by),
            ),
            *clocks(laid.reading, laid.rows, cohort),
            *shape(laid.reading, laid.rows, errors, counted=counted),
            *checks(cohort, comparison, whole, question, found),
            *_detectable(found, question, ruler),
        ),
        others=others,
    )


def _least(cohort: Cohort, comparison: Comparison, whole: Reading, question: Question) -> float:
    """The smallest chance of being followed to the end on either side, of those kept."""
    kept = comparison.kept
    away = running(cohort).away[kept] if question.estimator == "local_linear" else None
    return standing_for(whole.of(kept), cohort.served[kept], comparison.weights[kept], away)[1]


def _lost_at_the_cutoff(cohort: Cohort, comparison: Comparison, whole: Reading, question: Question, found: Found) -> Shares | None:
    """The shares lost on the two sides just at the cut-off, by local lines as far as outcomes are read; None where no line is laid."""
    if question.estimator != "local_linear":
        return None
    kept = np.flatnonzero(comparison.kept)
    own, clusters = whole.of(kept), hanging_together(cohort, kept)
    gone = (own.lost if own.why is None else own.lost & (own.why != "served")).astype(float)
    there = line_of(running(cohort).away[kept], gone, np.ones(len(kept)), found.within, clusters)
    if there is None:
        return None
    V = variances(there.of_corrected[:, :1], clusters)
    served, compared = (float(min(max(level, 0.0), 1.0)) for level in there.levels[:, 0])
    return Shares(served, compared, float(V[0, 0] ** 0.5))


def _laid(cohort: Cohort, comparison: Comparison, question: Question, whole: Reading) -> Laid:
    """The jump, with the rows within reach of it."""
    kept = np.flatnonzero(comparison.kept)
    for there in (cohort.served[kept], ~cohort.served[kept]):
        if whole.lost[kept][there].all():
            raise Refused(
                _problem(question, "nobody on one side of the cut-off was followed to the end of the window.", "Ask about a shorter horizon.")
            )
    found = (by_window if question.estimator == "local_randomisation" else by_line)(cohort, comparison, whole, question)
    if found is None:
        remedy = "Widen the bandwidth, or report the two sides as they are."
        raise Refused(_problem(question, "near the cut-off everybody on one side has the same outcome, or too few scores are left.", remedy))
    row = found.rows
    together = cohort.person if cohort.clusters is None else cohort.clusters
    weights = np.ones(len(row))
    return Laid(whole.of(row), Rows(row, cohort.served[row], cohort.person[row], None, together[row], weights, None, {}), found)


def _means(laid: Laid, least: float) -> Means:
    """The two sides as the room's shared pieces read them; what each row adds is its part in the error of the jump."""
    served, found = laid.rows.served, laid.found
    of_served, of_compared = np.where(served, found.influence, 0.0), np.where(served, 0.0, -found.influence)
    return Means(*found.levels, of_served, of_compared, np.where(laid.reading.lost, 0.0, found.stands), least, (of_served, of_compared))


def _mean(arm: Arm, level: float) -> Arm:
    return replace(arm, mean=float(level))


def _detectable(found: Found, question: Question, ruler: Ruler) -> tuple[Diagnostic, ...]:
    if not np.isfinite(found.std_error):
        return ()
    return (detectable_effect(found.std_error, found.df, question.worthwhile, unit=ruler.outcome.unit),)


def _problem(question: Question, found: str, remedy: str) -> Problem:
    return Problem(f"question '{question.outcome}' by {question.method}", found, remedy=remedy)
