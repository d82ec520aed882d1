"""What is told beside an effect on when an event happens: how completely people were followed, and what a hidden bias would take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import (
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
    proportional_hazards,
    same_day_events,
    smallest_risk_set,
)
from ...diagnostics.likeness import distinct
from ...diagnostics.standing_in import as_if_left
from ...diagnostics.wording import called_by
from ...terms import Diagnostic, OutcomeUnit, Ratio, unit_of
from ..conditions import before, hidden
from . import marginal
from .estimators import adjusts_for_leaving, at_the_horizon
from .hazards import tested
from .sparse import few

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
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
        few(laid, required=spread.limits is None),
        *_few_clusters(laid, spread.contrast),
        *_weights(laid, means),
        *_bounds(laid, unit_of(ruler.outcome, laid.question.measure)),
        *_regression(laid),
        *_bias(laid, ruler, spread.contrast, ratio, beside),
    )


def _followed(laid: Laid, means: Means) -> Iterator[Diagnostic]:
    """Who was lost, when, and how many are left at the end."""
    clocks, ended, called = laid.clocks, laid.ended, called_by(laid.cohort.by)
    yield losses(clocks.served, ended.lost, clocks.person, ended.why, means.least, called=called)
    seen = ended.day + 1
    yield follow_up_complete(clocks.served, seen, ended.cause > 0, clocks.person, ended.horizon, called=called)
    yield censoring_by_arm(clocks.served, seen, ended.lost, clocks.person, called=called)
    rows, reading = laid.rows, laid.reading
    last = reading.horizon - 1
    at_risk = (reading.day >= last) & (reading.cause == 0) & (True if reading.entry is None else reading.entry < last)
    late = None if ended.entry is None or laid.comparison.steps is not None else (ended.entry, ended.day, ended.cause > 0)
    yield smallest_risk_set(rows.served, at_risk, rows.person, rows.weights, late=late, called=called)


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
        yield few_clusters(laid.rows.served, laid.rows.together, contrast.df)


def _weights(laid: Laid, means: Means) -> Iterator[Diagnostic]:
    """How far some people stand for others, where leaving or keeping to a strategy is weighted for."""
    if laid.comparison.steps is not None:
        yield from laid.told
    elif adjusts_for_leaving(laid):
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


def _regression(laid: Laid) -> Iterator[Diagnostic]:
    """Whether hazards keep their proportion, and whether there are events enough for the slopes of a regression."""
    if laid.question.estimator != "difference" and laid.columns:
        had = laid.reading.cause == 1
        fewest = min(distinct(laid.rows.person, there & had) for there in (laid.rows.served, ~laid.rows.served))
        yield events_per_parameter(fewest, len(laid.columns))
    found = tested(laid)
    if found is not None:
        p_values, over_time = (dict(zip(found.names, values.tolist(), strict=True)) for values in (found.p_value, found.over_time))
        p_all = found.overall_p if len(found.names) > 1 else None
        yield proportional_hazards(p_values, over_time, p_all, called=called_by(laid.cohort.by))


def _bias(laid: Laid, ruler: Ruler, contrast: Contrast, ratio: Ratio | None, beside: tuple[Ratio, ...]) -> Iterator[Diagnostic]:
    """What something that nobody recorded could have done, where no lot made the arms alike."""
    cohort, comparison, question, called = laid.cohort, laid.comparison, laid.question, called_by(laid.cohort.by)
    if cohort.by == "lot":
        return
    yield from before(cohort, comparison, question, ruler, laid.clocks)
    if question.measure == "risk" and comparison.steps is None:
        more, adjusted = contrast.effect > 0, question.estimator != "difference"
        yield from hidden(laid.rows, laid.reading.y, laid.reading.lost, more=more, counted=True, adjusted=adjusted, called=called)
    if ratio is not None and question.measure in ("risk", "number"):
        yield e_value(ratio.value, ratio.interval.low, ratio.interval.high, called=called)
    elif beside and question.measure != "number":
        first, risks = beside[0], marginal.marginal(laid.reading, laid.rows, "risk")
        rare = max(risks.served, risks.compared) < RARE
        yield e_value_of_hazards(first.value, first.interval.low, first.interval.high, rare=rare, called=called)
