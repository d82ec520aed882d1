"""How often the ends that rule an event out come in each arm, and what of the event they took away, beside the answer.

That more of an arm come to such an end is no fault of it by itself: where fewer have the event, more are left to.  What flatters is
that, among those who had neither yet, the end comes oftener.  So arms are compared by their daily hazards of the ends, each day's
difference counting as much of the event as was still to come: the part of the effect that goes through the ends, to first order
(the separable effects of Stensrud, Young, Didelez, Robins and Hernán 2022, were such ends moved and nothing else).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import Ends, competing_ends, flattering
from ...diagnostics.wording import called_by
from ...terms import Diagnostic, better_of
from ..influence import Means, errors
from ..spread import contrast, ways, worth
from . import marginal
from .curves import Curve, curve
from .endings import DEATH
from .mean_number import ENDS
from .times import Times

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array, Measure
    from ..spread import Spread
    from .laid import Laid
    from .reading import Reading

END, EVENT = 1, 2  # causes, as the curves of this module number them


def ends_told(laid: Laid, ruler: Ruler, means: Means, spread: Spread) -> Diagnostic:
    """Who came to an end that rules the event out, by arm, and whether such ends could flatter the answer."""
    kind, rows, ended = _kinds(laid), laid.rows, laid.reading if laid.every is None else laid.ended
    kept = laid.reading.last & ~np.isin(rows.row, rows.row[laid.reading.why == "strategy"])
    own = rows.of(kept)
    return competing_ends(
        own.served,
        kind[kept],
        np.where(ended.lost, 2, ended.cause == 1)[kept],
        own.person,
        _ends(laid, kind, means),
        spread.contrast.effect,
        flatter=flattering(ruler.outcome, laid.question.measure),
        worse=_worse(laid, ruler, spread),
        called=called_by(laid.cohort.by),
    )


def _kinds(laid: Laid) -> Array:
    """(m,) str: the end that ruled the event out, "" where none did; of events that come again, the end after which no other came."""
    if laid.every is not None:
        why = laid.ended.why
        return np.where(np.isin(why, ENDS), np.where(why == DEATH, DEATH, "another end"), "")
    return np.asarray(np.array(["", "", *laid.reading.causes[1:]])[laid.reading.cause])


def _ends(laid: Laid, kind: Array, means: Means) -> Ends:
    """Shares by the horizon, of all kinds and of each, and what the ends took away; weighted as the comparison is."""
    names = sorted(set(kind.tolist()) - {""})
    if not names:
        return Ends((0.0, 0.0))
    reading = laid.reading if laid.every is None else laid.ended

    def share(of: list[str]) -> tuple[float, float]:
        cause = np.where(np.isin(kind, of), END, EVENT * (reading.cause > 0))
        found = marginal.marginal(replace(reading, cause=cause, causes=("end", "event")), laid.rows, "risk")
        return found.served, found.compared

    taken, by = _taken(laid, replace(reading, cause=np.where(kind != "", END, EVENT * (reading.cause > 0))), means), laid.question.inference.by
    error = errors(laid.cohort, laid.comparison, laid.rows, taken)
    found = contrast(taken.effect, error.influence, ways(error, laid.rows, by), worth(laid.rows, taken, by), taken.parameters)
    return Ends(share(names), {name: share([name]) for name in names}, found.effect, found.std_error)


def _taken(laid: Laid, reading: Reading, means: Means) -> Means:
    """What the ends took away of the event in each arm, were each day's ends to fall on people of both arms, half and half.

    The sum over days of the hazard of an end times the event still to come after it: of people, of days, or of events, which are
    taken to fall evenly on the days that people are alive.  What a row adds to the error is what it adds to those hazards; that what
    was still to come is estimated too adds nothing where the arms' hazards are alike.
    """
    rows, last = laid.rows, int(reading.horizon.max())
    stay = np.where(reading.why == "horizon", last - 1, reading.day)  # whoever reached a horizon of their own has no end within it
    arms = [rows.served, ~rows.served]
    times = [replace(reading.of(there), day=stay[there]).times(rows.weights[there]) for there in arms]
    curves = [curve(each, causes=EVENT) for each in times]
    amounts = means.served, means.compared
    totals, parts = [], [np.zeros(len(reading)) for _ in arms]
    for part, there, own, laid_out in zip(parts, arms, times, curves, strict=True):
        both = [_to_come(one, laid_out.time, last, laid.question.measure, amount) for one, amount in zip(curves, amounts, strict=True)]
        to_come = (both[0] + both[1]) / 2
        totals.append(float((to_come * laid_out.events[END - 1] / laid_out.at_risk).sum()))
        part[there] = _of_each(laid_out, own, to_come)
    stands, least = marginal.standing_in(reading, rows)
    return Means(totals[0], totals[1], parts[0], parts[1], stands, least, (parts[0], parts[1]))


def _to_come(arm: Curve, time: Array, last: int, measure: Measure, amount: float) -> Array:
    """(t,) how much of the measure an arm still has before it after each of `time`; `amount` is its mean number of events."""
    if measure == "risk":
        return np.asarray(arm.incidence_at(last - 1, EVENT) - arm.incidence_at(time, EVENT))
    if measure == "time_lost":
        F = arm.incidence[EVENT - 1]
        return _area(arm, F, 0.0, time, last) - arm.incidence_at(time, EVENT) * (last - time)
    alive = _area(arm, arm.survival, 1.0, time, last)
    return alive if measure == "time_free" else amount * alive / float(_area(arm, arm.survival, 1.0, np.zeros(1), last)[0])


def _area(arm: Curve, values: Array, start: float, time: Array, last: int) -> Array:
    """(t,) the area from each of `time` to `last` under a step function that has `values` from each time of the arm's on."""
    knots = np.concatenate([[0.0], arm.time, [last]])
    under = np.concatenate([[0.0], np.cumsum(np.concatenate([[start], values]) * np.diff(knots))])
    return np.asarray(under[-1] - np.interp(time, knots, under))


def _of_each(arm: Curve, times: Times, to_come: Array) -> Array:
    """(n,) what each row of an arm adds to the sum of its ends' hazards times `to_come` (m,): its own end, less what it was at risk of."""
    rate = to_come / arm.at_risk
    own = np.zeros((arm.causes + 1, len(rate)))
    own[END] = rate
    parts = own.ravel()[arm.ended] - arm.grid.over_the_stretch(np.cumsum(rate * arm.events[END - 1] / arm.at_risk))
    return parts if times.weights is None else parts * times.weights


def _worse(laid: Laid, ruler: Ruler, spread: Spread) -> bool:
    """Whether the effect lies clear of none on the worse side, and is not too small to matter."""
    low, high, question = spread.interval.low, spread.interval.high, laid.question
    clear = low > 0 if better_of(ruler.outcome, question.measure) == "fewer" else high < 0
    return clear and max(-low, high) >= abs(question.worthwhile)
