"""Regression to the mean: people who are chosen at their worst get better by themselves, and a contrast may take that for the programme.

What the contrast would show with no programme is told from the past alone.  Of a change from before to after: by how much the last
months stand off the same people's earlier ones, which luck takes back whole (Davis 1976).  Of a difference between two groups: what
people compared with the same last months, a while earlier, went on to (Galton 1886).  What the programme's people went on to is
never read for it.  An answer that adjusts is held to what a regression on the same columns leaves of that, for that is what it rests on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, isfinite, nan, sqrt
from typing import TYPE_CHECKING, cast

import numpy as np

from ..diagnostics.alarms_of_arms import regression_to_the_mean
from ..diagnostics.wording import called_by, those
from ..methods.did.clocks import days_of
from ..methods.inference import Contrast
from ..terms import Challenge, Cohort, CohortPlan, Interval, Question, Tried
from .arms_apart import Arms
from .asked import Asked, could_not

if TYPE_CHECKING:
    from ..outcomes import Ruler
    from ..terms import Array

NAME = "regression_to_the_mean"
CHANGED = "no programme at all, by what people went through before"
QUARTER = 91  # days: as finely as the past is read
MOST = 8  # quarters back: what lies further tells less of the start
READ = 4  # quarters that the future is told from, of a difference between groups
TOLD = ("risk", "number")  # measures that add up along a clock
FEWEST = 10  # people of each arm who stood as high, and who had any of what is told
ROUNDED = 1e-9  # an error below it comes of rounding
HEIGHTS = 5  # groups by how high they stood, where amounts are told


def run(asked: Asked) -> Challenge:
    """What the contrast would be expected to show with no programme, beside what it shows."""
    cohort = asked.cohort
    if not isinstance(cohort, Cohort):
        return could_not(NAME, CHANGED, "it is asked of clocks of people's own.", unit=asked.unit)
    quarters = min(cohort.looked_back // QUARTER, MOST)
    if quarters < 2:
        why = f"the look-back holds {cohort.looked_back:,} days, and two quarters of the past are needed: raise lookback_days."
        return could_not(NAME, CHANGED, why, unit=asked.unit)
    days = days_of(asked.question.horizon)
    edges = sorted({*(-QUARTER * number for number in range(quarters + 1)), days})
    read = cast("Ruler", asked.lay(asked.outcome, 0)).by_period(edges)
    arms = Arms.of(cohort, asked.comparison, asked.question)
    past, after = read.amount[arms.rows.row, :quarters], read.amount[arms.rows.row, -1]
    seen = read.seen_days[arms.rows.row, -1] >= read.window_days[arms.rows.row, -1]
    change, alone = asked.question.method == "did", asked.question.estimator == "before_after"
    found = expected(arms, past, days, change=change, alone=alone, mark=_a_mark(asked))
    if not found:
        why = f"fewer than {FEWEST} people of one group had any of it in the months that tell, and of so few luck is not told from a fault."
        return could_not(NAME, CHANGED, why, unit=asked.unit)
    if not all(isfinite(one.effect) for one in found):
        return could_not(NAME, CHANGED, "the columns that the answer adjusts for tell who was served.", unit=asked.unit)
    high = _as_high(arms, past, after, seen, days, alone=alone) if change else None
    return _told(asked, found, high, change=change, adjusted=arms.adjusted_for() is not None)


def fits(question: Question, plan: CohortPlan) -> str:
    """Asked wherever people were chosen, and the outcome adds up along a clock before and after."""
    if question.method not in ("did", "matched", "survival", "mean"):
        return "it is asked of changes and of comparisons between people who were chosen, by did, matched, survival or mean."
    if plan.clock == "calendar" or plan.strategies is not None:
        return "it is asked of clocks of people's own, each with one row; on the calendar `enrolment_dip` looks for it."
    if plan.assigned is not None and plan.assigned.by == "lot":
        return "a lot chooses nobody at their worst."
    return "" if question.measure in TOLD else "it is told of risks, amounts and numbers of events."


def expected(arms: Arms, past: Array, days: int, *, change: bool, alone: bool, mark: bool) -> list[Contrast]:
    """What the contrast would show with no programme, by `past` (m, k) of its rows, in each way that can be told; of too few people none.

    Adjusted as the answer is.  A way is told where FEWEST of the smaller group had any in its months, or would have as the other group did.
    """
    ways = gone_back(past, days) if change else (foretold(past, days, ~arms.rows.served, mark=mark),)
    somes = lately(past, days) if change else (_any(past, days),)
    told = [values for values, some in zip(ways, somes, strict=True) if max(arms.with_some(each, alone=alone) for each in some) >= FEWEST]
    columns = None if alone else arms.adjusted_for()
    return [arms.alone(values) if alone else arms.apart_if_alike(values, columns) for values in told]


def gone_back(past: Array, days: int) -> tuple[Array, ...]:
    """By how much each row's outcome over `days` would change, were it to go back to what it was; each (n,), of `past` (n, k) by quarter.

    Either the last quarter alone stood off the earlier ones, or all that is held against the outcome after the start did: the
    quarters before, of which at least one is left, say where people usually are.
    """
    whole = past.shape[1]
    found = []
    for recent in _recent(whole, days):
        usual, lately = past[:, : whole - recent].mean(axis=1), past[:, whole - recent :].mean(axis=1)
        found.append(np.asarray((usual - lately) * min(recent * QUARTER, days) / QUARTER))
    return tuple(found)


def lately(past: Array, days: int) -> tuple[tuple[Array, Array], ...]:
    """For each way of `gone_back`, in how many of each row's last quarters there was any, and in how many there would be as usual; (n,) each."""
    whole, some = past.shape[1], past > 0
    found = []
    for recent in _recent(whole, days):
        usual = some[:, : whole - recent].mean(axis=1) * recent
        found.append((some[:, whole - recent :].sum(axis=1).astype(float), usual))
    return tuple(found)


def _recent(whole: int, days: int) -> list[int]:
    """How many of the last quarters may have stood off the earlier ones: one, or as many as are counted after the start."""
    return sorted({1, min(max(1, round(days / QUARTER)), whole - 1)})


def _any(past: Array, days: int) -> tuple[Array]:
    """Whether each row had any in the quarters that `foretold` tells of; (n,)."""
    return ((past[:, -_back(past.shape[1], days) :] > 0).any(axis=1).astype(float),)


def _back(whole: int, days: int) -> int:
    """How many quarters tell what follows, so that as many as follow are left to learn from."""
    return min(READ, whole - min(max(1, round(days / QUARTER)), whole - 1))


def foretold(past: Array, days: int, learn: Array, *, mark: bool) -> Array:
    """What each row would come to over `days` from its last quarters, as the rows `learn` did a while earlier; (n,), of `past` (n, k).

    A regression on the quarters before that earlier day tells what followed it; of a mark, whether anything did.
    """
    whole = past.shape[1]
    ahead = min(max(1, round(days / QUARTER)), whole - 1)
    back = _back(whole, days)
    then = past[learn, whole - ahead :].sum(axis=1)
    then = np.minimum(then, 1.0) if mark else then
    known = past[learn, whole - ahead - back : whole - ahead]
    slopes = np.linalg.lstsq(np.column_stack([np.ones(len(known)), known]), then, rcond=None)[0][1:]
    return np.asarray(past[:, whole - back :] @ slopes * max(1.0, days / (ahead * QUARTER)))


@dataclass(frozen=True, slots=True)
class High:
    """What became of people compared who stood as high in the last quarter as the served did."""

    effect: float
    std_error: float


def as_high(last: Array, change: Array, served: Array) -> High | None:
    """The mean change of the compared, standardised to how high the served stood in the last quarter; (n,) arrays.

    None where some of the served stood where too few of the compared did.
    """
    values = np.unique(last)
    cuts = values if len(values) <= HEIGHTS else np.unique(np.quantile(last[served], np.arange(1, HEIGHTS) / HEIGHTS))
    height = np.searchsorted(cuts, last, side="left")
    effect = variance = left = 0.0
    for one in np.unique(height[served]).tolist():
        like, share = change[~served & (height == one)], float((height[served] == one).mean())
        if len(like) < FEWEST:
            left += share
            continue
        effect, variance = effect + share * float(like.mean()), variance + share**2 * float(like.var(ddof=1)) / len(like)
    if left > 0.05:  # of the served: more than that, and it is about others
        return None
    return High(effect / (1 - left), sqrt(variance) / (1 - left))


def _as_high(arms: Arms, past: Array, after: Array, seen: Array, days: int, *, alone: bool) -> High | None:
    """The same of a comparison, where the path reaches as far back as the horizon; less the change of everybody compared, unless alone."""
    recent = round(days / QUARTER)
    if not 1 <= recent <= past.shape[1] or not seen.any():
        return None
    rows = arms.rows
    change = (after - past[:, past.shape[1] - recent :].sum(axis=1) * days / (recent * QUARTER))[seen]
    found, others = as_high(past[seen, -1], change, rows.served[seen]), ~rows.served[seen]
    if found is None or alone or not others.any():
        return found
    weights = rows.weights[seen][others]
    mean = float(weights @ change[others] / weights.sum())
    return High(found.effect - mean, found.std_error)


def _a_mark(asked: Asked) -> bool:
    return asked.outcome.kind == "mark" and asked.question.measure == "risk"


def _told(asked: Asked, ways: Sequence[Contrast], high: High | None, *, change: bool, adjusted: bool) -> Challenge:
    answer, question = asked.answer, asked.question
    effect = answer.estimate.effect if answer.estimate else nan
    found, p_value = clearest(ways)
    ranges = [one.interval("") if one.std_error > ROUNDED else Interval(0.0, 0.0, "") for one in ways]
    whole = min(one.low for one in ranges), max(one.high for one in ranges)
    whose = those(called_by(answer.by))
    told = regression_to_the_mean(found.effect, p_value, question.worthwhile, unit=asked.unit, seen=effect, change=change, whose=whose, limits=whole)
    limits = found.interval("") if found.std_error else Interval(0.0, 0.0, "")
    past = "expected with no programme: their own past" if change else "expected with no programme: people compared, a while earlier"
    past += ", adjusted as the answer is" if adjusted else ""
    lines = [asked.own, Tried(past, found.effect, limits.low, limits.high)]
    if high is not None:
        reach = 1.96 * high.std_error
        lines.append(Tried("people not served who stood as high", high.effect, high.effect - reach, high.effect + reach))
    return Challenge(NAME, CHANGED, told.sentence, (told,), tuple(lines), 0.0, asked.unit)


def clearest(ways: Sequence[Contrast]) -> tuple[Contrast, float]:
    """Of several ways of telling what goes back, the one that luck explains least, with the p-value of none (Bonferroni).

    What weights have balanced away is rounding, whose error is rounding too: none is expected.
    """
    sound = [one for one in ways if isfinite(one.effect) and one.std_error > ROUNDED]
    if not sound:
        return Contrast(0.0, 0.0, inf), 1.0
    found = min(sound, key=lambda one: one.p_value)
    return found, min(1.0, len(ways) * found.p_value)
