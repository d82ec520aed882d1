"""The measures of a scorecard by the quadrants of Results-Based Accountability: how much was done, how well, and is anyone better off.

How much and how well are told of everybody whose clock starts by the cohort's rule; whether anyone is better off, of those served,
from the day of their enrolment on, in number and in per cent.  Each says which way is better, how late its records are, and whose it
is.  (Friedman 2005, Trying Hard Is Not Good Enough.)  Nobody is compared, so that nothing here is an effect.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np
from sqlglot import exp

from ..challenges.described import measured, share_limits
from ..cohort.roll import Roll, roll
from ..outcomes import OUTCOMES, EngineRuler
from ..outcomes.binding import bound
from ..phrases import listed
from ..records.sql import among, c, table
from ..records.uses import Use, sources_of
from ..terms import Horizon, Outcome, Problem, Refused, Study
from .stages import STARTED, Staged, served

if TYPE_CHECKING:
    from ..records import Records
    from ..terms import Array

Quadrant = Literal["how much", "how well", "better off"]
DONE = ("contacts/recorded", "dose/days_enrolled")  # what adds up over everybody
EARLY = "left_early/uncompleted"
WELL = ("language_match/recorded", "retained/open_on_last_day", EARLY)  # shares of those served
WAIT = "days_to_service/from_referral"


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: a number, and of a share of how many; or a mean."""

    quadrant: Quadrant
    name: str  # an outcome of the registry, or "started"
    title: Mapping[str, str]
    better: Literal["fewer", "more"]
    number: float | None = None  # people, or what adds up
    of: int | None = None  # of a share or a mean: how many people it is of
    share: float | None = None
    low: float | None = None
    high: float | None = None
    mean: float | None = None
    some: int | None = None  # of a mean or a sum: how many people have any
    closest: float | None = None  # how near the largest part can be guessed by whoever has the next, as a share of it
    lag_days: int = 0  # until what happened is on record
    owner: str = ""
    target: float | None = None  # of the share or the mean
    on_target: bool | None = None
    refused: tuple[Problem, ...] = ()  # why there is no number


def measures(study: Study, records: Records, found: Staged) -> tuple[Measure, ...]:
    """Every measure in the order of the quadrants; a measure that cannot be told says why."""
    told = [*_much(study, records, found), *_well_of_everybody(study, records, found)]
    plan = served(found.plan, study.programme)
    try:
        people: Roll | None = roll(served_name(found.people), plan, records, *(question.horizon for question in study.questions))
    except Refused as refused:
        why, people = refused.problems, None
    asked = {question.outcome: question.horizon for question in reversed(study.questions)}
    shares = [("how well", name, found.horizon) for name in WELL] + [("better off", name, horizon) for name, horizon in asked.items()]
    for quadrant, name, horizon in shares:
        outcome = bound(OUTCOMES[name], study.programme)
        bare = Measure(quadrant, name, outcome.title, outcome.better, lag_days=_lag(records, outcome))  # type: ignore[arg-type]  # two of the three
        if people is None:
            told.append(replace(bare, refused=why))
        elif name == EARLY and not sources_of(records.engine, Use("completions", "event", (f"completed:{study.programme}",))):
            found_ = f"the table 'event' holds no row of completed:{study.programme}."
            told.append(replace(bare, refused=(Problem(f"outcome '{name}'", found_, "Everybody who left would seem to have left early."),)))
        else:
            told.append(_measure(bare, records, people, outcome, horizon))
    return tuple(sorted(told, key=lambda one: ("how much", "how well", "better off").index(one.quadrant)))


def served_name(everybody: Roll) -> str:
    """What the roll of those served is called beside that of everybody."""
    return f"{everybody.name[:30]}_served"


def _much(study: Study, records: Records, found: Staged) -> Iterator[Measure]:
    yield Measure("how much", STARTED, {"en": "people whose clock started", "es": "personas cuyo plazo empezó"}, "more", number=len(found.people))
    for stage in found.stages[1:]:
        assert stage.outcome is not None, "only the start is none"
        lag = _lag(records, stage.outcome)
        yield Measure("how much", stage.name, stage.outcome.title, stage.outcome.better, number=int(stage.reached.sum()), lag_days=lag)
    for name in DONE:
        outcome = bound(OUTCOMES[name], study.programme)
        bare = Measure("how much", name, outcome.title, outcome.better, lag_days=_lag(records, outcome))
        one = _measure(bare, records, found.people, outcome, found.horizon)
        yield replace(one, number=None if one.mean is None or one.of is None else one.mean * one.of, mean=None)


def _well_of_everybody(study: Study, records: Records, found: Staged) -> Iterator[Measure]:
    for stage in found.stages[1:]:
        assert stage.outcome is not None, "only the start is none"
        bare = Measure("how well", stage.name, stage.outcome.title, stage.outcome.better, lag_days=_lag(records, stage.outcome))
        yield _of_share(bare, stage.reached[stage.seen].astype(float), found.people.person[stage.seen])
    outcome, referral = bound(OUTCOMES[WAIT], study.programme), f"referral:{study.programme}"
    bare = Measure("how well", WAIT, outcome.title, "fewer", lag_days=_lag(records, outcome))
    if referral not in (*found.plan.starts.event, *(f"referral:{each}" for each in found.plan.starts.referral)):
        yield replace(bare, refused=(Problem(f"outcome '{WAIT}'", "the clocks of this cohort do not start with a referral."),))
        return
    try:
        marks = EngineRuler(records.engine, found.people.table, outcome).marks(found.horizon)
    except Refused as refused:
        yield replace(bare, refused=refused.problems)
        return
    had = marks.why == "mark"
    yield _of_mean(bare, marks.day[had].astype(float)) if had.any() else replace(bare, refused=(_nobody(outcome),))


def _measure(bare: Measure, records: Records, people: Roll, outcome: Outcome, horizon: Horizon) -> Measure:
    """A measure of a roll, by the outcome's kind."""
    if outcome.table == "area" or outcome.kind == "rate":
        return replace(bare, refused=(Problem(f"outcome '{outcome.name}'", "it is told of places or by the day, and not of people."),))
    try:
        value, seen = measured(records, people, outcome, horizon)
    except Refused as refused:
        return replace(bare, refused=refused.problems)
    if not seen.any():
        return replace(bare, refused=(_nobody(outcome),))
    return _of_mean(bare, value[seen]) if outcome.kind == "amount" else _of_share(bare, value[seen], people.person[seen])


def _of_share(bare: Measure, value: Array, person: Array) -> Measure:
    if not len(value):
        return replace(bare, refused=(Problem(f"measure '{bare.name}'", "nobody reached the stage before."),))
    low, high = share_limits(value, person)
    return replace(bare, number=int(value.sum()), of=len(value), share=float(value.mean()), low=low, high=high)


def _of_mean(bare: Measure, value: Array) -> Measure:
    """A mean, and how near the largest part of it can be guessed: what is left of the total without the two largest, over the largest."""
    largest = np.sort(np.abs(value))[::-1]
    rest = float(largest[2:].sum())
    closest = rest / float(largest[0]) if largest[0] > 0 else None
    return replace(bare, of=len(value), mean=float(value.mean()), some=int((value != 0).sum()), closest=closest)


def _lag(records: Records, outcome: Outcome) -> int:
    """How late the records of an outcome are: its own allowance, and the longest of its sources'."""
    sources = sources_of(records.engine, Use("a measure", outcome.table, outcome.kinds))
    if not sources:
        return outcome.lag_days
    lines = records.engine.fetch(exp.select("lag_days").from_(table("coverage")).where(among(c("source"), sources)))
    return outcome.lag_days + max(lines["lag_days"].to_pylist())


def _nobody(outcome: Outcome) -> Problem:
    return Problem(f"outcome '{outcome.name}'", f"nobody had it, or was seen long enough, among those who read {listed(outcome.kinds)}.")
