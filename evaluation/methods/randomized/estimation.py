"""What the offer did: the outcome laid on the comparison, with the interval that the question asks for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import attrition, detectable_effect, few_clusters, same_day_events, skewed_amounts, sparse_events, worst_case_bounds
from ...diagnostics.arms import too_rare_for_a_score
from ...diagnostics.lots import SEED
from ...terms import Arm, Cohort, Comparison, Diagnostic, Estimand, Estimate, Interval, Kind, Problem, Question, Refused
from .. import permutation, proportions
from ..dominance import closest_guess
from ..inference import Contrast, Lot, arm_means, cells, cr2, neyman, skewness
from ..proportions import Counts, Limits
from .comparison import both_arms, population

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array

WORDS: dict[Kind, str] = {
    "mark": "difference in risk by {}",
    "amount": "difference in mean amount over {}",
    "state": "difference in the share who are there after {}",
}
HC2 = "HC2, Welch-Satterthwaite"
CHAN_ZHANG = "exact unconditional, Chan-Zhang"
ROUNDED = 1e-9  # of the largest amount: a standard error below it comes of rounding, and nobody differs from anybody
NORMAL = float("inf")  # degrees of freedom of an interval that is not a t interval


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the ruler showed of each person kept; (n,) arrays."""

    y: Array  # float: 1 or 0 for a mark or a state, else the amount
    seen: Array  # bool: watched to the end of the window
    least: Array  # float: the least, and the most, that y can be in the end; infinite where nothing bounds it
    most: Array
    risk: bool  # of a mark or a state
    same_day: int = 0  # people with an event on the day of the start, which is not counted


@dataclass(frozen=True, slots=True)
class Headline:
    """The interval that leads, with all that goes by the same formula, and the formulas beside it."""

    std_error: float
    interval: Interval
    p_value: float
    freedom: float
    beside: tuple[Interval, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def estimate(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Estimate:
    """The average effect of the offer by the horizon, whoever took it up, from everybody followed to the end of the window.

    Whether those lost could matter is a diagnostic.  Refuses when nobody is seen in an arm, and when the outcome leaves an
    interval nothing to measure.
    """
    reading = _read(comparison, ruler, question)
    served = cohort.served[comparison.kept]
    blocks = _kept(comparison.blocks, comparison, np.zeros(len(cohort), dtype=int))
    usable = both_arms(served, blocks, reading.seen)
    if not usable.any():
        raise Refused(_problem(question, "nobody in one of the arms was followed to the end of the window.", "Ask about a shorter horizon."))
    groups = _kept(comparison.clusters, comparison, np.arange(len(cohort)))
    weights = comparison.weights[comparison.kept]
    lot = _lot(reading.y, served, blocks, groups, weights, usable)
    headline = _headline(lot, question, risk=reading.risk, together=comparison.clusters is not None)
    mean_served, mean_compared = arm_means(lot)
    effect = mean_served - mean_compared
    return Estimate(
        estimand=_measured(comparison, ruler.outcome.kind, question, blocks, usable),
        effect=effect,
        std_error=headline.std_error,
        interval=headline.interval,
        p_value=headline.p_value,
        served=_arm(lot, lot.z, mean_served, reading.risk),
        compared=_arm(lot, ~lot.z, mean_compared, reading.risk),
        beside=headline.beside,
        diagnostics=(
            attrition(served, reading.seen),
            *_bounds(reading, served, blocks, weights),
            *headline.diagnostics,
            *([same_day_events(reading.same_day, len(served))] if reading.same_day else []),
            detectable_effect(headline.std_error, headline.freedom, question.worthwhile, unit=ruler.outcome.unit),
        ),
    )


def _read(comparison: Comparison, ruler: Ruler, question: Question) -> Reading:
    """Marks by the horizon, the state on its last day, or the amount over the window, of everybody kept."""
    kept, outcome = comparison.kept, ruler.outcome
    if outcome.kind == "mark":
        marks = ruler.marks(question.horizon)
        # somebody who left after a mark is set aside like somebody who left before one: to keep only the first would raise the risk
        y, seen = (marks.why == "mark")[kept].astype(float), marks.whole[kept]
        known = seen | (y == 1) | (marks.why == "death")[kept]
        return Reading(y, seen, y, np.where(known, y, 1.0), risk=True, same_day=int(marks.same_day[kept].sum()))
    if outcome.kind == "state":
        states = ruler.state(question.horizon)
        y, seen = states.inside[kept].astype(float), states.seen[kept]
        return Reading(y, seen, y, np.where(seen, y, 1.0), risk=True)
    amounts = ruler.amount(outcome.from_day, question.horizon)
    y, unseen = amounts.amount[kept], (amounts.window_days - amounts.seen_days)[kept]
    # a day unseen holds at most one day; nothing bounds what a dollar could have been
    most = y + (unseen if outcome.unit == "days" else np.where(unseen > 0, np.inf, 0.0))
    return Reading(y, unseen <= 0, y, most, risk=False)


def _kept(labels: Array | None, comparison: Comparison, otherwise: Array) -> Array:
    """Block or cluster of everybody kept; `otherwise` where none is declared."""
    return (otherwise if labels is None else labels)[comparison.kept]


def _lot(y: Array, served: Array, blocks: Array, groups: Array, weights: Array, usable: Array) -> Lot:
    """The lot of those usable; a block weighs what the comparison gave all its people, seen or not."""
    code, b = np.unique(blocks[usable], return_inverse=True)
    there = np.isin(blocks, code)
    weight = np.bincount(np.searchsorted(code, blocks[there]), weights=weights[there])
    return Lot(y[usable], served[usable], b, weight / weight.sum(), np.unique(groups[usable], return_inverse=True)[1])


def _arm(lot: Lot, there: Array, mean: float, risk: bool) -> Arm:
    people = int(there.sum())
    if risk:
        return Arm(people, int(lot.y[there].sum()), mean)
    cell = cells(lot)
    return Arm(people, None, mean, int((lot.y[there] != 0).sum()), closest_guess((cell.c / cell.N)[cell.k] * lot.y, there))


def _measured(comparison: Comparison, kind: Kind, question: Question, blocks: Array, usable: Array) -> Estimand:
    """The estimand with its contrast in words, and a new name for the population when losses emptied a block."""
    whom = comparison.estimand.population
    if len(np.unique(blocks[usable])) < len(np.unique(blocks)):
        whom = population(blocks, usable)
    return replace(comparison.estimand, contrast=WORDS[kind].format(question.horizon), population=whom)


def _bounds(reading: Reading, served: Array, blocks: Array, weights: Array) -> tuple[Diagnostic, ...]:
    """Worst-case bounds, where anybody is missing and what they could have had is bounded."""
    if reading.seen.all() or not np.isfinite(reading.most).all():
        return ()
    everybody = np.ones(len(served), dtype=bool)

    def effect(of_served: Array, of_compared: Array) -> float:
        there, elsewhere = arm_means(_lot(np.where(served, of_served, of_compared), served, blocks, np.arange(len(served)), weights, everybody))
        return there - elsewhere

    lost = int((served & ~reading.seen).sum()), int((~served & ~reading.seen).sum())
    low, high = effect(reading.least, reading.most), effect(reading.most, reading.least)
    return (worst_case_bounds(low, high, lost=lost),)


def _headline(lot: Lot, question: Question, *, risk: bool, together: bool) -> Headline:
    """The interval by the formula asked for; `together` when clusters must be kept so."""
    by = question.inference.by
    if by == "cluster":
        return _clustered(lot, question, risk=risk)
    if risk and not together and (by == "robust" or len(lot.w) == 1):
        return _robust_risk(lot) if by == "robust" else _exact_risk(lot, question)
    return _robust_amount(lot, question) if by == "robust" else _redrawn(lot, question, beside=() if together or not risk else _beside(lot))


def _robust_risk(lot: Lot) -> Headline:
    """HC2; the score interval where an arm is sparse, and the exact one where events are too rare for the score."""
    sparse = sparse_events(lot.y == 1, lot.z, required=False)
    contrast, beside = neyman(lot), _beside(lot)
    if sparse.holds and contrast.std_error > 0:
        return _by_t(contrast, HC2, beside, (sparse,))
    t = _counts(lot)
    if len(lot.w) == 1 and len(lot.y) <= proportions.LARGEST_EXACT and too_rare_for_a_score(lot.y == 1, lot.z):
        return _bounded(proportions.chan_zhang(*_one(t)), CHAN_ZHANG, beside, (sparse,))
    return _bounded(proportions.miettinen_nurminen(t), beside[0].by, beside[1:], (sparse,))


def _robust_amount(lot: Lot, question: Question) -> Headline:
    """HC2; where amounts are too uneven for a t interval, as far as it or the randomisation test reaches."""
    contrast = neyman(lot)
    _measurable(contrast, lot, question)
    skew = skewed_amounts(skewness(lot))
    if skew.holds or _why_not_redrawn(lot):
        return _by_t(contrast, HC2, (), (skew,))
    t, redrawn = contrast.interval(HC2), permutation.redraw(lot)
    wider = Interval(min(t.low, redrawn.low), max(t.high, redrawn.high), f"the wider of {HC2}, and {_lots(redrawn)}")
    return Headline(contrast.std_error, wider, max(contrast.p_value, redrawn.p_value), contrast.df, (t,), (skew,))


def _clustered(lot: Lot, question: Question, *, risk: bool) -> Headline:
    contrast = cr2(lot)
    _measurable(contrast, lot, question)
    sparse = (sparse_events(lot.y == 1, lot.z, required=True),) if risk else ()
    return _by_t(contrast, "CR2, Bell-McCaffrey", (), (*sparse, few_clusters(lot.z, lot.g, contrast.df)))


def _exact_risk(lot: Lot, question: Question) -> Headline:
    x1, n1, x0, n0 = _one(_counts(lot))
    if n1 + n0 > proportions.LARGEST_EXACT:
        found, right = f"{n1 + n0:,} people are too many to go through every table.", f"'exact' takes {proportions.LARGEST_EXACT:,} people."
        raise Refused(_problem(question, found, "Ask for 'robust': with so many people it is as good.", right))
    return _bounded(proportions.chan_zhang(x1, n1, x0, n0), CHAN_ZHANG, _beside(lot), ())


def _redrawn(lot: Lot, question: Question, *, beside: tuple[Interval, ...]) -> Headline:
    """The randomisation test turned into an interval."""
    why_not = _why_not_redrawn(lot)
    if why_not:
        raise Refused(_problem(question, *why_not))
    redrawn = permutation.redraw(lot)
    return _bounded(Limits(redrawn.low, redrawn.high, redrawn.p_value), _lots(redrawn), beside, ())


def _why_not_redrawn(lot: Lot) -> tuple[str, str] | None:
    """What stands against redrawing this lot, and what to do; None when nothing does."""
    if all(np.ptp(lot.y[arm]) == 0 for arm in (lot.z, ~lot.z)):
        return "everybody in an arm has the same outcome, and an interval would have no width.", "Report the two arms side by side."
    if len(np.unique(lot.g)) > permutation.MOST_UNITS:
        return f"more than {permutation.MOST_UNITS:,} people or clusters drew lots.", "Ask for 'robust' or 'cluster': with so many it is as good."
    if permutation.possible_lots(lot.z, lot.b, lot.g) < permutation.FEWEST_LOTS:
        return f"the lot could have fallen in fewer than {permutation.FEWEST_LOTS} ways.", "Report the two arms side by side."
    return None


def _lots(redrawn: permutation.Redrawn) -> str:
    which = f"all {redrawn.lots:,} lots" if redrawn.every_lot else f"{redrawn.lots:,} lots from seed {SEED}"
    return f"randomisation test of a constant shift, {which}"


def _by_t(contrast: Contrast, formula: str, beside: tuple[Interval, ...], diagnostics: tuple[Diagnostic, ...]) -> Headline:
    return Headline(contrast.std_error, contrast.interval(formula), contrast.p_value, contrast.df, beside, diagnostics)


def _bounded(limits: Limits, by: str, beside: tuple[Interval, ...], diagnostics: tuple[Diagnostic, ...]) -> Headline:
    """A headline by limits: its standard error is that of a normal interval of the same width, and so never zero."""
    std_error = (limits.high - limits.low) / (2 * proportions.Z)
    return Headline(std_error, Interval(limits.low, limits.high, by), limits.p_value, NORMAL, beside, diagnostics)


def _beside(lot: Lot) -> tuple[Interval, ...]:
    """The score interval of the risk difference and, without blocks, the hybrid one."""
    t = _counts(lot)
    score = proportions.miettinen_nurminen(t)
    if len(lot.w) > 1:
        return (Interval(score.low, score.high, "Miettinen-Nurminen score, stratified"),)
    low, high = proportions.newcombe(*_one(t))
    return Interval(score.low, score.high, "Miettinen-Nurminen score"), Interval(low, high, "Newcombe hybrid score")


def _counts(lot: Lot) -> Counts:
    """The lot of a mark as two-by-two counts by block."""
    arms = [(np.bincount(lot.b[arm], weights=lot.y[arm]), np.bincount(lot.b[arm]).astype(float)) for arm in (lot.z, ~lot.z)]
    return Counts(*arms[0], *arms[1], lot.w)


def _one(t: Counts) -> tuple[int, int, int, int]:
    """x1, n1, x0 and n0 of a lot without blocks."""
    return int(t.x1[0]), int(t.n1[0]), int(t.x0[0]), int(t.n0[0])


def _measurable(contrast: Contrast, lot: Lot, question: Question) -> None:
    """Refuses a contrast whose spread cannot be measured."""
    rounding = ROUNDED * float(np.abs(lot.y).max())
    if contrast.std_error > rounding:
        return
    if contrast.std_error <= rounding:
        found = "everybody in an arm has the same outcome, and an interval would have no width."
        raise Refused(_problem(question, found, "Report the two arms side by side."))
    found = "an arm, or an arm of a block, holds a single person or cluster, and its spread cannot be measured."
    raise Refused(_problem(question, found, "Ask for 'exact', or declare larger blocks."))


def _problem(question: Question, found: str, remedy: str, right: str = "") -> Problem:
    return Problem(f"question '{question.outcome}' by {question.method}", found, right, remedy)
