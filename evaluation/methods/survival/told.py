"""What is told beside an effect on when an event happens: how completely people were followed, and what a hidden bias would take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import (
    Cut,
    Shares,
    censoring_by_arm,
    e_value,
    e_value_of_hazards,
    events_per_parameter,
    extreme_weights,
    few_clusters,
    follow_up_complete,
    later_service,
    losses,
    move_away_bounds,
    off_the_clock,
    proportional_hazards,
    ratio_of_hazards,
    same_day_events,
    smallest_risk_set,
)
from ...diagnostics.likeness import distinct
from ...diagnostics.standing_in import as_if_left
from ...diagnostics.sums import sums_by
from ...diagnostics.wording import called_by
from ...terms import Diagnostic, OutcomeUnit, Ratio, unit_of
from ..conditions import before, hidden
from . import marginal
from .curves import curve, influence
from .estimators import adjusts_for_leaving, at_the_horizon
from .hazards import tested
from .ruled_out import ends_told
from .sparse import shape
from .street import OFF
from .times import Times

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array
    from ..inference import Contrast
    from ..influence import Means
    from ..spread import Spread
    from .laid import Laid


RARE = 0.15  # of people with the event: where fewer have it, a ratio of hazards is nearly one of risks (VanderWeele and Ding 2017)


def conditions(laid: Laid, ruler: Ruler, means: Means, spread: Spread, ratio: Ratio | None, beside: tuple[Ratio, ...]) -> tuple[Diagnostic, ...]:
    """Whatever of them can be told: of risks, and of sets of different people, more than of other measures and ways."""
    return (
        *_followed(laid, means),
        *_clocks(laid),
        ends_told(laid, ruler, means, spread),
        *shape(laid, means, spread),
        *_few_clusters(laid, spread.contrast),
        *_weights(laid, means),
        *_bounds(laid, unit_of(ruler.outcome, laid.question.measure)),
        *_regression(laid, beside),
        *_bias(laid, ruler, spread.contrast, ratio, beside),
    )


def _followed(laid: Laid, means: Means) -> Iterator[Diagnostic]:
    """Who was lost, when, and how many are left at the end."""
    if laid.comparison.steps is not None:
        yield from _followed_under_plans(laid, means)
        return
    clocks, ended, called = laid.clocks, laid.ended, called_by(laid.cohort.by)
    yield losses(clocks.served, ended.lost, clocks.person, ended.why, means.least, called=called)
    seen = ended.day + 1
    yield follow_up_complete(clocks.served, seen, ended.cause > 0, clocks.person, ended.horizon, called=called)
    yield censoring_by_arm(clocks.served, seen, ended.lost, clocks.person, called=called)
    if laid.question.time == "street":
        yield off_the_clock(clocks.served, ended.why == OFF, clocks.person, called=called)
    rows = laid.rows
    late = None if ended.entry is None else (ended.entry, ended.day, ended.cause > 0)
    yield smallest_risk_set(rows.served, _still_there(laid), rows.person, rows.weights, late=late, called=called)


def _followed_under_plans(laid: Laid, means: Means) -> Iterator[Diagnostic]:
    """The same of clones, each for as long as the person keeps to its plan, and as it weighs: until somebody leaves a plan the two are one.

    Counts are of those who kept to their plan for as long as they were followed.
    """
    rows, reading, called = laid.rows, laid.reading, called_by(laid.cohort.by)
    assert reading.entry is not None, "clones are read in stretches"
    kept = ~np.isin(rows.row, rows.row[reading.why == "strategy"])
    whole = kept & reading.last
    own = rows.of(whole)
    weighed = _shares_lost(laid)
    yield losses(own.served, reading.lost[whole], own.person, reading.why[whole], means.least, weighed=weighed, called=called)
    cut, seen = Cut(reading.entry + 1, rows.weights, kept), reading.day + 1
    yield follow_up_complete(rows.served, seen, reading.cause > 0, rows.person, reading.horizon, lost=reading.lost, cut=cut, called=called)
    yield censoring_by_arm(rows.served, seen, reading.lost, rows.person, cut=cut, called=called)
    yield smallest_risk_set(own.served, _still_there(laid)[whole], own.person, own.weights, called=called)


def _shares_lost(laid: Laid) -> Shares:
    """The share of each plan lost before the horizon and any other end, and how far luck may take the two apart."""
    reading, rows = laid.reading, laid.rows
    last, cause, added = float(reading.horizon.max() - 1), np.where(reading.lost, 1, 2 * (reading.cause > 0)), np.zeros(len(reading))
    shares = []
    for there, sign in ((rows.served, 1), (~rows.served, -1)):
        times = Times(reading.day[there], cause[there], None if reading.entry is None else reading.entry[there], rows.weights[there])
        gone = curve(times, causes=2)
        shares.append(float(gone.incidence_at(last)))
        added[there] = sign * influence(gone, times, "incidence", np.array([last]))[:, 0]
    return Shares(shares[0], shares[1], float((sums_by(added, rows.person) ** 2).sum() ** 0.5))


def _still_there(laid: Laid) -> Array:
    """(m,) bool: rows still followed without any end on the last day before the horizon."""
    reading = laid.reading
    last = reading.horizon - 1
    return np.asarray((reading.day >= last) & (reading.cause == 0) & (True if reading.entry is None else reading.entry < last))


def _clocks(laid: Laid) -> Iterator[Diagnostic]:
    """Ends by a service of one's own, and events whose order is unknown."""
    clocks, ended = laid.clocks, laid.ended
    if laid.cohort.later_served == "censor":
        yield later_service(clocks.served, ended.why, clocks.person)
    if ended.same_day.any():
        yield same_day_events(distinct(clocks.person, ended.same_day), distinct(clocks.person, np.ones_like(ended.same_day)))


def _few_clusters(laid: Laid, contrast: Contrast) -> Iterator[Diagnostic]:
    """Whether a lot that drew whole clusters drew enough of them."""
    if laid.cohort.by == "lot" and laid.comparison.clusters is not None:
        yield few_clusters(laid.rows.served, laid.rows.together, contrast.df, exact=False)


def _weights(laid: Laid, means: Means) -> Iterator[Diagnostic]:
    """How far some people stand for others, where leaving or keeping to a strategy is weighted for."""
    if laid.comparison.steps is not None:
        yield from laid.told
    elif adjusts_for_leaving(laid) and laid.every is None and laid.question.estimator != "regression":
        rows = laid.rows
        yield extreme_weights(means.stands, rows.served, rows.person, least=means.least, called=called_by(laid.cohort.by))


def _bounds(laid: Laid, unit: OutcomeUnit) -> Iterator[Diagnostic]:
    """What could have become of those who moved away, at worst and at best."""
    left = laid.reading.why == "moved"
    if not left.any() or laid.every is not None or laid.comparison.steps is not None:
        return

    def as_if(had: bool) -> Means:
        reading = laid.reading
        day, cause = as_if_left(reading.day, reading.cause, left, reading.horizon, had=had)
        why = np.where(left, "mark" if had else "horizon", reading.why)
        return at_the_horizon(replace(laid, reading=replace(reading, day=day, cause=cause, why=why, lost=reading.lost & ~left)))

    without, having = as_if(had=False), as_if(had=True)
    ends = sorted((without.served - having.compared, having.served - without.compared))
    lost = [distinct(laid.rows.person, arm & left) for arm in (laid.rows.served, ~laid.rows.served)]
    yield move_away_bounds(ends[0], ends[1], lost=(lost[0], lost[1]), unit=unit, called=called_by(laid.cohort.by))


def _regression(laid: Laid, beside: tuple[Ratio, ...]) -> Iterator[Diagnostic]:
    """Whether there is a ratio of hazards and it keeps its size, and whether there are events enough for the slopes of a regression."""
    if laid.question.estimator != "difference" and laid.columns:
        had = laid.reading.cause == 1
        fewest = min(distinct(laid.rows.person, there & had) for there in (laid.rows.served, ~laid.rows.served))
        yield events_per_parameter(fewest, len(laid.columns))
    if not beside:
        yield ratio_of_hazards(_why_no_ratio(laid))
    found = tested(laid)
    if found is not None:
        p_values, over_time = (dict(zip(found.names, values.tolist(), strict=True)) for values in (found.p_value, found.over_time))
        p_all = found.overall_p if len(found.names) > 1 else None
        yield proportional_hazards(p_values, over_time, p_all, called=called_by(laid.cohort.by))


def _why_no_ratio(laid: Laid) -> str:
    had = laid.reading.cause == 1
    if not all((had & there).any() for there in (laid.rows.served, ~laid.rows.served)):
        return "in one of the arms nobody had the event"
    if len(np.unique(laid.reading.day[had])) == 1:
        return "all who had the event had it on one day, or no day is known"
    return "its likelihood has no top, or its error cannot be told"


def _bias(laid: Laid, ruler: Ruler, contrast: Contrast, ratio: Ratio | None, beside: tuple[Ratio, ...]) -> Iterator[Diagnostic]:
    """What something that nobody recorded could have done, where no lot made the arms alike."""
    cohort, comparison, question = laid.cohort, laid.comparison, laid.question
    if cohort.by == "lot":
        return
    of_clones = comparison.steps is not None  # both arms are the same people, and were alike before the start
    called = "enrolled in time" if of_clones else called_by(cohort.by)
    if not of_clones:
        yield from before(cohort, comparison, question, ruler, laid.clocks)
    if question.measure == "risk" and not of_clones:
        more, adjusted = contrast.effect > 0, question.estimator != "difference"
        yield from hidden(laid.rows, laid.reading.y, laid.reading.lost, more=more, counted=True, adjusted=adjusted, called=called)
    of_cox = [one for one in beside if one.name == "hazard ratio"]  # where one is adjusted, it is the last
    if ratio is not None and question.measure in ("risk", "number"):
        yield e_value(ratio.value, ratio.interval.low, ratio.interval.high, called=called)
    elif of_cox and question.measure != "number":
        one, risks = of_cox[-1], marginal.marginal(laid.reading, laid.rows, "risk")
        rare = max(risks.served, risks.compared) < RARE
        yield e_value_of_hazards(one.value, one.interval.low, one.interval.high, rare=rare, called=called)
