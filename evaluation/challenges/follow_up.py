"""Other follow-up: half the horizon and one and a half times it, and the last starts left out, whose records may still come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from math import nan

from ..diagnostics import follow_up_agrees
from ..study.changing import but
from ..terms import Challenge, CohortPlan, Horizon, Question, Refused, Tried
from .asked import Asked, could_not, tried

NAME = "other_follow_up"
CHANGED = "the follow-up: other horizons, and the last starts left out"
LATE = 91  # days of the last starts, or a quarter of the days on which clocks start, if that is less


def fits(question: Question, plan: CohortPlan) -> str:
    """Why nobody can be followed for longer or less long; empty where somebody can."""
    return "Nobody is compared with anybody." if question.method == "monitor" else ""


def other_follow_up(asked: Asked) -> Challenge:
    """The effect over other horizons, of which none should find one the other way, and without the last starts, which should not move it."""
    own = asked.answer.estimate
    assert own is not None, "an answer without an estimate is not challenged"
    lines = [_over(asked, horizon) for horizon in _others(asked.question.horizon)]
    late = _without_the_last(asked)
    told = [one for one in (*lines, late) if not one.why_not]
    if not told:
        return could_not(NAME, CHANGED, " ".join(one.why_not for one in (*lines, late)), unit=asked.unit, expected=None)
    against = sum(1 for one in lines if not one.why_not and (one.low > 0 > own.effect or one.high < 0 < own.effect))
    moved = None if late.why_not or not own.std_error > 0 else (late.effect - own.effect) / own.std_error
    diagnostic = follow_up_agrees(against, len(told), moved=moved)
    return Challenge(NAME, CHANGED, diagnostic.sentence, (diagnostic,), (asked.own, *lines, late), None, asked.unit)


def _others(horizon: Horizon) -> tuple[Horizon, ...]:
    """Half of it and one and a half times it, in the unit in which it is given; weeks stay whole where it is made of whole ones."""
    if horizon.months is not None:
        return tuple(
            Horizon(months=months) for months in (horizon.months // 2, horizon.months + horizon.months // 2) if months not in (0, horizon.months)
        )
    days = horizon.days or 0
    step = 7 if days % 7 == 0 else 1
    half = days // 2 // step * step
    return (Horizon(days=half), Horizon(days=days + half)) if half else ()


def _over(asked: Asked, horizon: Horizon) -> Tried:
    words = {"days": horizon.days} if horizon.months is None else {"months": horizon.months}
    return tried(f"over {horizon}", asked.again(horizon=words))


def _without_the_last(asked: Asked) -> Tried:
    """The study without the last days on which clocks started."""
    question, label = asked.question, "without the last starts"
    first, last = asked.study.cohorts[question.cohort].between
    cut = min(LATE, ((last - first).days + 1) // 4)
    if asked.study.cohorts[question.cohort].clock == "calendar" or not cut:
        return Tried(label, nan, nan, nan, why_not="Clocks do not start over so many days that the last could be left out.")
    try:
        alone = but(asked.study, question=question.name, alone=True, role="headline")
        earlier = but(alone, cohort=question.cohort, between=[first, last - timedelta(days=cut)])
    except Refused as refused:
        return Tried(label, nan, nan, nan, why_not=" ".join(map(str, refused.problems)))
    return replace(tried(label, asked.of(earlier)), label=f"without the last {cut} days of starts")
