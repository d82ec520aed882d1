"""Who is compared with whom where a score decides: people near the cut-off, chosen and examined before any outcome is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from ...diagnostics import (
    arms_large_enough,
    density_at_the_cutoff,
    density_untold,
    detectable_at_the_cutoff,
    history_at_the_cutoff,
    scores_tied,
    take_up_at_the_cutoff,
    window_alike,
)
from ...diagnostics.likeness import filled
from ...outcomes import DEFINED
from ...terms import Cohort, Comparison, Diagnostic, Estimand, Problem, Question, Refused, unit_of
from .bandwidth import Bandwidths, optimal, pilot
from .density import Step, counts_step, density_step
from .jumping import hanging_together, variances
from .randomised import ALIKE, Window, difference, step_pull, window
from .robust import Jumps, jumps, pulls, two_sides, worth
from .running import Running, readable, running, unreadable

if TYPE_CHECKING:
    from ...terms import Array

TIED = 0.2  # with so many fewer distinct scores than people, densities are counts of each score
POPULATIONS = {
    "effect_at_the_cutoff": "those whose score is at the cut-off of their list",
    "complier_effect_at_the_cutoff": "those whose score is at the cut-off of their list, and who come because they are offered a place",
}


def compare(cohort: Cohort, question: Question) -> Comparison:
    """Everybody whom a local line may read, or those in a window about the cut-off, with what there is to say before outcomes are read.

    Scores of several lists are each centred at their own cut-off: the last score that was offered a place there.  By
    `local_randomisation` those kept are the widest window in which the history is alike, or `bandwidth`; by `local_linear` all who
    are not left out by `donut` or beyond `bandwidth`, weighed only once outcomes say how far to look.  Refuses scores that divide
    nobody, a side without people or with too few distinct scores, and a window that nothing can choose.
    """
    problems = [*unreadable(cohort, question), *_asked(cohort, question)]
    if problems:
        raise Refused(*problems)
    scores = running(cohort)
    kept = readable(scores.away, question)
    history = filled(cohort.history)
    chosen: Window | None = None
    if question.estimator == "local_randomisation":
        chosen = window(scores.away, scores.date, kept, history, question.bandwidth or None) if history or question.bandwidth else None
        if chosen is None or not chosen.inside.any():
            raise Refused(_no_window(question))
        kept = chosen.inside
    return Comparison(
        estimand=_estimand(question),
        kept=kept,
        weights=kept.astype(float),
        clusters=cohort.clusters,
        blocks=scores.date,
        diagnostics=tuple(_told(cohort, question, scores, kept, history, chosen)),
    )


def within_reach(away: Array, kept: Array, question: Question) -> float:
    """How far from the cut-off people are looked at before outcomes are read: the bandwidth asked for, or a rule of thumb by the scores."""
    return question.bandwidth or pilot(away[kept])


def _asked(cohort: Cohort, question: Question) -> Iterator[Problem]:
    """What the question asks and the cohort does not have."""
    where = f"question '{question.outcome}' by {question.method}"
    if question.estimator not in ("local_linear", "local_randomisation"):
        remedy = 'Write estimator = "local_linear" or "local_randomisation".'
        yield Problem(f"{where}: estimator", f"'{question.estimator}' reads nobody by a score.", remedy=remedy)
    if question.estimand not in POPULATIONS:
        remedy = 'Write estimand = "effect_at_the_cutoff", or "complier_effect_at_the_cutoff".'
        yield Problem(f"{where}: estimand", f"a cut-off does not tell the {question.estimand}.", "It tells of those at it.", remedy)
    if question.estimand == "complier_effect_at_the_cutoff" and cohort.taken_up is None:
        remedy = "Declare taken_up = { enrolment = ..., within_days = ... } of the cohort."
        yield Problem(f"{where}: estimand", "nothing on record says who took the offer up.", "Compliers are those who come because of it.", remedy)
    if question.inference.by == "cluster" and cohort.clusters is None:
        remedy = "Declare cohort.cluster, or ask for 'robust'."
        yield Problem(f"{where}: inference", "by = 'cluster', and the cohort declares no cluster.", remedy=remedy)
    if question.bandwidth and question.donut >= question.bandwidth:
        found = f"a donut of {question.donut:g} points leaves nobody within a bandwidth of {question.bandwidth:g}."
        yield Problem(f"{where}: donut", found, remedy="Narrow the donut, or widen the bandwidth.")


def _no_window(question: Question) -> Problem:
    found = "no window about the cut-off has enough people on either side, or no history is declared to choose one by."
    return Problem(
        f"question '{question.outcome}' by {question.method}", found, remedy="Declare [[history]] columns or a bandwidth, or ask by local_linear."
    )


def _estimand(question: Question) -> Estimand:
    complier = question.estimand == "complier_effect_at_the_cutoff"
    return Estimand(
        name=question.estimand,
        contrast=f"difference in '{question.outcome}' by {question.horizon}",
        population=POPULATIONS[question.estimand],
        plans="coming because of an offer, against not coming" if complier else "offered a place, against not offered",
    )


def _told(
    cohort: Cohort, question: Question, scores: Running, kept: Array, history: Mapping[str, Array], chosen: Window | None
) -> Iterator[Diagnostic]:  # fmt: skip
    """All that is said before outcomes are read."""
    by_window = question.estimator == "local_randomisation"
    away, reach = scores.away, chosen.within if by_window and chosen else within_reach(scores.away, kept, question)
    near = kept & (np.abs(away) <= reach)
    yield arms_large_enough(cohort.served[near])
    everybody = ~np.isnan(away)
    step, by = _density(scores, everybody)
    yield density_at_the_cutoff(step.ratio, step.p_value, by=by) if step else density_untold()
    if history and not by_window:
        yield history_at_the_cutoff(
            {name: _runs_on(away[kept], column[kept], hanging_together(cohort, np.flatnonzero(kept))) for name, column in sorted(history.items())}
        )
    yield scores_tied(away[near], scores.heaped[near], scores.round, reach)
    if by_window and chosen is not None and history:
        sides = int((chosen.inside & cohort.served).sum()), int((chosen.inside & ~cohort.served).sum())
        yield window_alike(chosen.p_value, chosen.within, sides, limit=ALIKE)
    yield from _coming(cohort, question, scores, kept, near, reach, history)


def _density(scores: Running, kept: Array) -> tuple[Step | None, str]:
    """The step of the density, and how it was looked for; None where there are too few scores to follow."""
    away = scores.away[kept]
    if 1 - len(np.unique(away)) / len(away) < TIED:
        return density_step(away), "local polynomial density"
    return counts_step(scores, kept), "counts of each score, round ones apart" if scores.round else "counts of each score"


def _runs_on(away: Array, column: Array, clusters: Array | None) -> float:
    """The p-value of a jump of a column at the cut-off, by a local line with robust bias correction; 1 where it varies too little to tell."""
    found = line_of(away, column, np.ones(len(away)), 0.0, clusters)
    error = float(variances(found.of_corrected, clusters)[0, 0] ** 0.5) if found else 0.0
    return float(2 * ndtr(-abs(found.corrected[0] / error))) if found and error > 0 else 1.0


def line_of(away: Array, y: Array, weight: Array, bandwidth: float, clusters: Array | None = None) -> Jumps | None:
    """The jump of y (n,) with the bandwidth that suits it, or a given one; None where it varies too little to tell."""
    left, right = two_sides(away, y, weight)
    if not (len(left.x) > 3 and len(right.x) > 3) or np.ptp(left.y) == 0 or np.ptp(right.y) == 0:
        return None
    widths = Bandwidths(bandwidth, bandwidth) if bandwidth else optimal(left, right)
    found = jumps(away, y[:, None], weight, widths, by_line=clusters is not None) if np.isfinite(widths.h) else None
    return found if found is not None and np.isfinite(found.corrected).all() else None


def _coming(
    cohort: Cohort, question: Question, scores: Running, kept: Array, near: Array, reach: float, history: Mapping[str, Array]
) -> Iterator[Diagnostic]:  # fmt: skip
    """By how much coming jumps, and how small an effect could be seen: both by the design alone."""
    complier, jump = question.estimand == "complier_effect_at_the_cutoff", 1.0
    if cohort.taken_up is not None:
        jump, F = _take_up(cohort, question, scores, kept, near)
        counts = {
            arm: (int((near & there & cohort.taken_up).sum()), int((near & there & ~cohort.taken_up).sum()))
            for arm, there in (("served", cohort.served), ("compared", ~cohort.served))
        }
        yield take_up_at_the_cutoff(jump, F, counts=counts)
    pull, freedom = _pull(cohort, question, scores, kept, near, reach)
    moved = abs(jump) if complier else 1.0
    if moved > 0 and np.isfinite(pull):
        deviations = {name: float(column[near].std()) for name, column in sorted(history.items())}
        unit = unit_of(DEFINED[question.outcome]) if question.outcome in DEFINED else "days"
        yield detectable_at_the_cutoff(pull / moved, question.worthwhile, unit=unit, freedom=freedom, of_history=deviations)


def _take_up(cohort: Cohort, question: Question, scores: Running, kept: Array, near: Array) -> tuple[float, float]:
    """The jump of coming at the cut-off, and its F; no jump where nobody's coming differs."""
    assert cohort.taken_up is not None
    d = cohort.taken_up.astype(float)
    if question.estimator == "local_randomisation":
        found = difference(d[near], cohort.served[near], scores.date[near])
        return found.effect, (found.effect / found.std_error) ** 2
    clusters = hanging_together(cohort, np.flatnonzero(kept))
    there = line_of(scores.away[kept], d[kept], np.ones(int(kept.sum())), question.bandwidth, clusters)
    if there is None:  # everybody on a side comes, or nobody
        sides = [float(d[near & arm].mean()) if (near & arm).any() else 0.0 for arm in (cohort.served, ~cohort.served)]
        return sides[0] - sides[1], float("inf") if sides[0] != sides[1] else 0.0
    return float(there.corrected[0]), float(there.corrected[0] ** 2 / variances(there.of_corrected, clusters)[0, 0])


def _pull(cohort: Cohort, question: Question, scores: Running, kept: Array, near: Array, reach: float) -> tuple[float, float]:
    """The standard error of the jump of an outcome that varies by 1, with its degrees of freedom."""
    if question.estimator == "local_randomisation":
        if pulled := step_pull(scores.away[near], scores.date[near]):
            return float((pulled[0] ** 2).sum() ** 0.5), float(max(near.sum() - len(np.unique(scores.date[near])) - 2, 1))
        sides = [int((near & arm).sum()) for arm in (cohort.served, ~cohort.served)]
        return sum(1 / side for side in sides) ** 0.5, float(sum(sides) - 2)
    away = scores.away[kept]
    found = pulls(away, np.ones(len(away)), Bandwidths(reach, reach if question.bandwidth else reach * 1.5)).corrected
    if not np.isfinite(found).all():
        return float("nan"), float("nan")
    labels = np.arange(len(away)) if cohort.clusters is None else cohort.clusters[kept]
    freedom = sum(worth(found, labels, side) for side in (away >= 0, away < 0)) - 6
    return float((found**2).sum() ** 0.5), max(freedom, 1.0)
