"""What stands beside an answer at a cut-off: the other way of answering, and whether the answer hangs on choices that could have been others."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import other_bandwidths, placebo_cutoffs, without_the_nearest
from ...diagnostics.likeness import filled
from ...terms import Cohort, Comparison, Diagnostic, Other, Question
from ..inference import Contrast
from .bandwidth import Bandwidths
from .comparison import line_of
from .jumping import Found, by_line, by_window, variances
from .randomised import ALIKE, window
from .reading import Reading
from .running import readable, running

if TYPE_CHECKING:
    from ...terms import Array

NARROWER, WIDER = 0.5, 2.0  # times the bandwidth
NEAREST = 0.1  # of the bandwidth: who is left out to see whether the nearest make the jump, one score at the least
QUARTERS = (0.25, 0.5, 0.75)  # of the people of a side: where placebo cut-offs lie
PARABOLAS = 6  # numbers of two parabolas
FEWEST = 50  # people on either side of a placebo cut-off


def beside(cohort: Cohort, comparison: Comparison, reading: Reading, question: Question, found: Found) -> tuple[Other, ...]:
    """The other estimator's answer to the same question, where it has one; and the formula beside it."""
    scores = running(cohort)
    kept = readable(scores.away, question)
    if question.estimator == "local_randomisation":
        other = by_line(cohort, replace(comparison, kept=kept, weights=kept.astype(float)), reading, replace(question, bandwidth=0.0))
        return (_named("local line, robust bias correction", other),) if other else ()
    others = [_line_alone(found)] if found.jumps is None else []
    chosen = window(scores.away, scores.date, kept, filled(cohort.history), question.bandwidth or None) if cohort.history else None
    if chosen is not None and chosen.inside.any() and chosen.p_value >= ALIKE:
        inside = replace(comparison, kept=chosen.inside, weights=chosen.inside.astype(float))
        if there := by_window(cohort, inside, reading, question):
            others.append(_named(f"randomisation within {chosen.within:.3g} points", there))
    return tuple(one for one in others if one is not None)


def _line_alone(found: Found) -> Other | None:
    """The honest interval, or the corrected one where that leads."""
    for interval in found.beside:
        return Other(interval.by, (interval.low + interval.high) / 2, interval)
    return None


def _named(name: str, found: Found) -> Other:
    return Other(name, found.effect, found.interval if found.interval.given else None)


def checks(cohort: Cohort, comparison: Comparison, reading: Reading, question: Question, found: Found) -> tuple[Diagnostic, ...]:
    """Placebo cut-offs, a donut and other bandwidths, of an answer by local lines that has an interval."""
    if question.estimator == "local_randomisation" or not found.interval.given:
        return ()
    return tuple(_checks(cohort, comparison, reading, question, found))


def _checks(cohort: Cohort, comparison: Comparison, reading: Reading, question: Question, found: Found) -> Iterator[Diagnostic]:
    away = running(cohort).away
    if placebos := _placebos(away, comparison.kept & ~reading.lost, reading.y, cohort.person if cohort.clusters is None else cohort.clusters):
        yield placebo_cutoffs(placebos)
    distances = np.unique(np.abs(away[comparison.kept]))
    points = max(NEAREST * found.within, float(distances[1]) if len(distances) > 1 else 0.0)
    nearest = comparison.kept & (np.abs(away) < points)
    hole = replace(comparison, kept=comparison.kept & ~nearest, weights=np.where(nearest, 0.0, comparison.weights))
    widths = Bandwidths(found.within, found.within)
    if nearest.any() and (other := _or_none(cohort, hole, reading, question, widths)):
        yield without_the_nearest(found.effect, {f"{points:.3g}": (other.effect, other.std_error)})
    effects: dict[str, tuple[float, float]] = {}
    for times in (NARROWER, WIDER):
        h = times * found.within
        if other := _or_none(cohort, comparison, reading, question, Bandwidths(h, h)):
            effects[f"{h:.3g}"] = other.effect, other.std_error
    if effects and not question.bandwidth:
        yield other_bandwidths(found.effect, effects)


def _or_none(cohort: Cohort, comparison: Comparison, reading: Reading, question: Question, widths: Bandwidths) -> Found | None:
    sides = [comparison.kept & (running(cohort).away >= 0), comparison.kept & (running(cohort).away < 0)]
    return by_line(cohort, comparison, reading, question, widths) if all(side.any() for side in sides) else None


def _placebos(away: Array, usable: Array, y: Array, labels: Array) -> dict[float, float]:
    """The p-values of jumps at the quarters of either side, by points from the cut-off; each is read on its own side alone.

    Rows of one label (n,) hang together.
    """
    found: dict[float, float] = {}
    for side in (usable & (away < 0), usable & (away >= 0)):
        for at in np.unique(np.quantile(away[side], QUARTERS, method="nearest")) if side.any() else ():
            x = away[side] - at
            if min(int((x < 0).sum()), int((x >= 0).sum())) < FEWEST or min(len(np.unique(x[x < 0])), len(np.unique(x[x >= 0]))) < 5:
                continue
            clusters = labels[side] if len(np.unique(labels[side])) < len(x) else None
            there = line_of(x, y[side], np.ones(len(x)), 0.0, clusters)
            if there is None:
                continue
            error = float(variances(there.of_corrected[:, :1], clusters)[0, 0] ** 0.5)
            if error > 0:
                moving = len(np.unique(labels[side][there.of_corrected[:, 0] != 0]))
                found[float(at)] = Contrast(float(there.corrected[0]), error, max(moving - PARABOLAS, 1.0)).p_value
    return found
