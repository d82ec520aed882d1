"""The jump of an outcome at a cut-off, with its interval: by local lines or within a window, of the offer or of those who come by it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.sums import sums_by
from ...terms import Cohort, Comparison, Interval, Question
from .. import permutation
from ..inference import LEVEL, Contrast, Lot, neyman
from .anderson_rubin import TwoJumps, critical, led
from .bandwidth import Bandwidths, optimal
from .honest import bend, bias_aware, reach, worst_bias
from .kernels import kernel_weights
from .randomised import Levelled, in_both, levelled, lot, two_jumps
from .reading import Reading, standing_for
from .robust import Jumps, jumps, pulls, two_sides, worth
from .running import running

if TYPE_CHECKING:
    from ...terms import Array

FEW_SCORES = 20  # distinct scores on a side of all that may be read: with fewer an interval that assumes no curve between them leads
CORRECTED = "local linear with robust bias correction (Calonico, Cattaneo and Titiunik 2014)"
HONEST = "local linear, honest to a bend of the mean that is no sharper than any seen (Kolesar and Rothe 2018)"
BIAS_AWARE = "local linear, Anderson-Rubin and honest to a bend of the mean (Noack and Rothe 2024)"
NEYMAN = "Neyman, within a window about the cut-off"
LEVELLED = "within a window about the cut-off, less a slope that both sides share (Cattaneo, Titiunik and Vazquez-Bare 2017)"
REDRAWN = "randomisation within a window about the cut-off, a constant shift"


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """A jump at the cut-off, or the ratio of two."""

    effect: float
    std_error: float
    interval: Interval
    p_value: float
    df: float
    levels: tuple[float, float]  # at the cut-off: on the side of the offer, and what would have been
    rows: Array  # (m,) int: who is within reach, as places in the cohort
    influence: Array  # (m,) what each of them adds to the error of the jump of the outcome
    stands: Array  # (m,) what each stands for
    within: float  # how far people are read, in points of the score
    beside: tuple[Interval, ...] = ()
    jumps: TwoJumps | None = None  # of compliers


def by_line(cohort: Cohort, comparison: Comparison, reading: Reading, question: Question, widths: Bandwidths | None = None) -> Found | None:
    """By local lines with robust bias correction; `widths` are by default those that suit the outcome, or the question's bandwidth.

    Robust bias correction covers as often as it says where means bend gently.  Where they bend as sharply at the cut-off as in the data of
    Lee 2008, 95 % intervals held the jump in .90 of lists of 500 people and .91 of 1,000 (Monte Carlo error .013), and in .85 with 21 distinct
    scores a side (.026): no failing of the arithmetic, which is that of the authors' own software.  The honest interval beside it held it in
    .96 and .99, half as wide again.  It leads where a side of all that may be read has fewer than FEW_SCORES distinct scores, and is then
    wider than it would have to be: .985 to 1 of them held the jump.

    None where a side has too few distinct scores within reach, or one value of the outcome alone.
    """
    kept = np.flatnonzero(comparison.kept)
    scores, own = running(cohort), reading.of(kept)
    away, served = scores.away[kept], cohort.served[kept]
    stands, _ = standing_for(own, served, comparison.weights[kept], away)
    left, right = two_sides(away, own.y, stands)
    if np.ptp(left.y) == 0 or np.ptp(right.y) == 0:
        return None
    if widths is None:
        widths = Bandwidths(question.bandwidth, question.bandwidth) if question.bandwidth else optimal(left, right)
    clusters = hanging_together(cohort, kept)
    complier = question.estimand == "complier_effect_at_the_cutoff"
    d = cohort.taken_up[kept].astype(float) if complier and cohort.taken_up is not None else np.zeros(len(kept))
    columns = np.column_stack([own.y, d, own.y * d])
    there = jumps(away, columns, stands, widths, by_line=clusters is not None)
    if not np.isfinite(there.corrected).all():
        return None
    near = (stands > 0) & (kernel_weights(away, max(widths.h, widths.b), "triangular") > 0)
    V = variances(there.of_corrected[:, :2], clusters)
    if not V[0, 0] > 0:
        return None
    df = _freedom(away, stands, widths, clusters)
    found = Found(
        effect=float(there.corrected[0]),
        std_error=float(V[0, 0] ** 0.5),
        interval=Contrast(float(there.corrected[0]), float(V[0, 0] ** 0.5), df).interval(CORRECTED),
        p_value=Contrast(float(there.corrected[0]), float(V[0, 0] ** 0.5), df).p_value,
        df=df,
        levels=(float(there.levels[0, 0]), float(there.levels[1, 0])),
        rows=kept[near],
        influence=there.of_corrected[near, 0],
        stands=stands[near],
        within=widths.h,
    )
    few = min(len(np.unique(away[(stands > 0) & arm])) for arm in (away >= 0, away < 0)) < FEW_SCORES
    biases = _biases(away, columns, stands, widths)
    if not complier:
        return _honest(found, there, biases[0], clusters, leads=few)
    told = _of_compliers(found, there, V, df)
    return _honest_of_compliers(told, there, biases, clusters) if few and there.line[1] else told


def by_window(cohort: Cohort, comparison: Comparison, reading: Reading, question: Question) -> Found | None:
    """The difference of the sides of the comparison's window, within each list, less a slope they share; None where nobody differs.

    The difference as if by lot stands beside it, and leads where scores are too few to tell a slope from a step.
    """
    kept = np.flatnonzero(comparison.kept)
    scores, own = running(cohort), reading.of(kept)
    usable = in_both(cohort.served, scores.date, comparison.kept & ~reading.lost)[kept]
    rows = kept[usable]
    y, served, date = own.y[usable], cohort.served[rows], scores.date[rows]
    if not usable.any() or min(int(served.sum()), int((~served).sum())) < 2:
        return None
    drawn = lot(y, served, date)
    contrast = neyman(drawn)
    if not contrast.std_error > 0:
        return None
    weight = drawn.w[drawn.b] / np.bincount(2 * drawn.b + served)[2 * drawn.b + served]
    levels = tuple(float((weight * y)[arm].sum()) for arm in (served, ~served))
    away = y - np.where(served, *levels)
    found = Found(
        contrast.effect, contrast.std_error, contrast.interval(NEYMAN), contrast.p_value, contrast.df, (levels[0], levels[1]), rows,
        np.where(served, weight, -weight) * away, np.ones(len(rows)), float(np.abs(scores.away[rows]).max()),
    )  # fmt: skip
    complier = question.estimand == "complier_effect_at_the_cutoff"
    d = cohort.taken_up[rows].astype(float) if complier and cohort.taken_up is not None else np.zeros(len(rows))
    level = levelled(np.column_stack([y, d, y * d]), scores.away[rows], date)
    if level is not None:
        return _less_a_slope(found, level, drawn, hanging_together(cohort, rows), complier=complier)
    if complier:
        two = two_jumps(y, d, served, date)
        with_d = neyman(lot(y * d, served, date)).effect
        return _ratio(found, two, with_d / two.take_up if two.take_up else 0.0)
    return _as_if_drawn(found, drawn)


def _as_if_drawn(found: Found, drawn: Lot) -> Found:
    """With the interval by redrawing the lot in front, where there are lots enough and not too many people."""
    if len(drawn.y) > permutation.MOST_UNITS or permutation.possible_lots(drawn.z, drawn.b, drawn.g) < permutation.FEWEST_LOTS:
        return found
    redrawn = permutation.redraw(drawn)
    exact = Interval(redrawn.low, redrawn.high, REDRAWN)
    return replace(found, interval=exact, p_value=redrawn.p_value, beside=(found.interval,))


def _less_a_slope(found: Found, level: Levelled, drawn: Lot, clusters: Array | None, *, complier: bool) -> Found:
    """The step less a slope in front, and the difference as if by lot beside it."""
    V = variances(level.influence[:, :2], clusters)
    if not V[0, 0] > 0:
        return _as_if_drawn(found, drawn)
    df = level.freedom if clusters is None else max(level.freedom - len(clusters) + len(np.unique(clusters)), 1.0)
    contrast = Contrast(float(level.step[0]), float(V[0, 0] ** 0.5), df)
    led_by = replace(
        found,
        effect=contrast.effect,
        std_error=contrast.std_error,
        interval=contrast.interval(LEVELLED),
        p_value=contrast.p_value,
        df=df,
        levels=(float(level.below[0] + level.step[0]), float(level.below[0])),
        influence=level.influence[:, 0],
    )
    if complier:
        two = TwoJumps(float(level.step[0]), float(level.step[1]), float(V[0, 0]), float(V[0, 1]), float(V[1, 1]), df)
        return _ratio(led_by, two, float(level.step[2] / level.step[1]) if level.step[1] else 0.0)
    plain = _as_if_drawn(found, drawn)
    return replace(led_by, beside=(plain.interval,))


def hanging_together(cohort: Cohort, kept: Array) -> Array | None:
    """(m,) int: who hangs together, by cluster or as rows of one person; None where everybody stands alone."""
    labels = (cohort.person if cohort.clusters is None else cohort.clusters)[kept]
    return None if len(np.unique(labels)) == len(labels) else labels


def variances(influence: Array, clusters: Array | None) -> Array:
    """(k, k) the variances and covariances of jumps, from what each row adds to their errors (m, k); CR1 where rows hang together."""
    if clusters is None:
        return np.asarray(influence.T @ influence)
    parts = np.column_stack([sums_by(column, clusters) for column in influence.T])
    moving = int((np.abs(parts).sum(axis=1) > 0).sum())
    return np.asarray(parts.T @ parts * moving / max(moving - 1, 1))


def _freedom(away: Array, stands: Array, widths: Bandwidths, clusters: Array | None) -> float:
    """As many as those who pull are worth on both sides, less the six numbers of two parabolas."""
    pull = pulls(away, stands, widths).corrected
    labels = np.arange(len(away)) if clusters is None else clusters
    return max(sum(worth(pull, labels, side) for side in (away >= 0, away < 0)) - 6.0, 1.0)


def _of_compliers(found: Found, there: Jumps, V: Array, df: float) -> Found:
    two = TwoJumps(float(there.corrected[0]), float(there.corrected[1]), float(V[0, 0]), float(V[0, 1]), float(V[1, 1]), df)
    return _ratio(found, two, float(there.corrected[2] / there.corrected[1]) if there.corrected[1] else 0.0)


def _ratio(found: Found, two: TwoJumps, mean_served: float) -> Found:
    """The effect on those who come because of the offer; `mean_served` is their mean when they come.

    An offer that moves nobody at all tells nothing: no interval is given, and the effect stands at 0.
    """
    effect = two.ratio if two.take_up else 0.0
    ratio = led(two, f"{found.interval.by}, over the jump of coming")
    return replace(
        found,
        effect=effect,
        std_error=ratio.std_error,
        interval=ratio.interval,
        p_value=ratio.p_value,
        levels=(mean_served, mean_served - effect),
        beside=ratio.beside,
        jumps=two,
    )


def _biases(away: Array, columns: Array, stands: Array, widths: Bandwidths) -> tuple[float, float]:
    """How far at most the jumps of outcome and of coming by local lines are off, where means bend no more sharply than any seen."""
    line = pulls(away, stands, widths).line
    of_outcome, of_coming = (worst_bias(away, line, bend(away, column, stands)) for column in columns.T[:2])
    return of_outcome, of_coming


def _honest(found: Found, there: Jumps, bias: float, clusters: Array | None, *, leads: bool) -> Found:
    """With the honest interval beside or, where a side has few distinct scores in all that may be read, in front."""
    jump, half = float(there.line[0]), reach(float(variances(there.of_line[:, :1], clusters)[0, 0] ** 0.5), bias)
    honest = Interval(jump - half, jump + half, HONEST)
    if not leads:
        return replace(found, beside=(honest,))
    wide = half / critical(inf)  # the error of a normal interval of the same width
    p = Contrast(jump, wide, inf).p_value
    return replace(found, effect=jump, std_error=wide, interval=honest, p_value=p, df=inf, beside=(found.interval,))


def _honest_of_compliers(found: Found, there: Jumps, biases: tuple[float, float], clusters: Array | None) -> Found:
    """The same of those who come because of the offer, as an Anderson-Rubin set that allows for what lines may be off by."""
    V = variances(there.of_line[:, :2], clusters)
    two = TwoJumps(float(there.line[0]), float(there.line[1]), float(V[0, 0]), float(V[0, 1]), float(V[1, 1]))
    low, high = bias_aware(two, biases)
    by = BIAS_AWARE if high < inf else f"{BIAS_AWARE}: the offer moves too few, on so few scores, for limits"
    wide = (high - low) / 2 / critical(inf)
    p = Contrast(two.outcome, reach(two.V_outcome**0.5, biases[0]) / critical(inf), inf).p_value
    p = p if high < inf else max(p, 1 - LEVEL)  # an interval without ends leaves out nothing, whatever the outcome does
    levels = (found.levels[0], found.levels[0] - two.ratio)
    return replace(found, effect=two.ratio, std_error=wide, interval=Interval(low, high, by), p_value=p, df=inf, levels=levels, jumps=two, beside=())
