"""What one clock shows, a second time: it is walked day by day until something ends it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reference import NEVER, Life, ended, horizon_end, measured, spell_days, unbroken
from reference_starts import Asked, Start, gone

from evaluation.records.tape import Measure
from evaluation.terms import Horizon, Outcome


@dataclass(frozen=True)
class Watched:
    """A start with how far it is seen: `last` is the last day on which it was watched, or the day of death."""

    life: Life
    day: int
    until: int  # the first day past the horizon
    gone: int  # the first day on which the person is no longer seen
    last: int
    why: str


def watched(asked: Asked, start: Start, horizon: Horizon) -> Watched:
    """Walks to the first of: death, the end of what is seen, the horizon."""
    life, until = asked.life(start.person), horizon_end(start.day, horizon)
    stop, why = gone(asked, start)
    for today in range(start.day, until):
        if today >= stop:
            return Watched(life, start.day, until, stop, today - 1, why)
        if today == life.death:
            return Watched(life, start.day, until, stop, today, "death")
    return Watched(life, start.day, until, stop, until - 1, "horizon")


def marks(clock: Watched, outcome: Outcome) -> list[tuple[int, str]]:
    """(days since the start, kind) of every mark that is seen, in time; a spell is dated by the day it starts."""
    lines = getattr(clock.life, outcome.table)
    first = clock.day + outcome.from_day
    return sorted((on - clock.day, kind) for kind, on, _ in lines if (kind in outcome.kinds or not outcome.kinds) and first <= on <= clock.last)


def first_mark(clock: Watched, outcome: Outcome) -> tuple[int, str, str]:
    """(days since the start, why, cause): the first mark, or what ended the clock before it."""
    day, cause = next(iter(marks(clock, outcome)), (clock.last - clock.day, ""))
    return day, "mark" if cause else clock.why, cause


def same_day(clock: Watched, outcome: Outcome) -> bool:
    """Something of these kinds, watched, on a day before marks count, where nothing tells what came first."""
    early = range(clock.day, min(clock.day + outcome.from_day, clock.gone))
    return any(on in early and (kind in outcome.kinds or not outcome.kinds) for kind, on, _ in getattr(clock.life, outcome.table))


def amount(clock: Watched, outcome: Outcome, first: int, until: int) -> int:
    """What the days [first, until) add up to, while the person is seen and alive."""
    measure = Measure("", outcome.table, outcome.kinds, "days" if outcome.table == "spell" else "sum", first - clock.day, 0)
    return measured(clock.life, measure, clock.day, until=until, stop=min(clock.gone, ended(clock.life.death) + 1)) or 0


def seen_days(clock: Watched, first: int, until: int) -> int:
    """The days of a window that were watched; a day after a death is watched, and empty."""
    return sum(1 for day in range(first, until) if day < clock.gone)


def state(clock: Watched, outcome: Outcome) -> tuple[str, bool, bool]:
    """(state, inside, seen) on the last day of the horizon; the day of a death still has a state."""
    today, death = clock.until - 1, ended(clock.life.death)
    if death < today and death < clock.gone:
        return "died", False, True
    if today >= clock.gone:
        return "not seen", False, False
    kinds = [kind for kind in outcome.kinds if spell_days(clock.life, (kind,), range(today, today + 1))]
    return (kinds[0], True, True) if kinds else ("none", False, True)


def off_clock(clock: Watched, outcome: Outcome) -> list[tuple[int, int]]:
    """[first, stop) in days since the start: the unbroken stretches on which nobody is at risk, as far as the clock goes."""
    inside = [
        (max(start, clock.day) - clock.day, min(stop, clock.last + 1) - clock.day)
        for start, stop in (unbroken(clock.life, outcome.off_clock) if outcome.off_clock else [])
    ]
    return [(first, stop) for first, stop in inside if first < stop]


def at_risk(clock: Watched, outcome: Outcome) -> int:
    """How many days from the start to the last day seen are not off the clock."""
    days = range(clock.day, clock.last + 1)
    return len(days) - (len(spell_days(clock.life, outcome.off_clock, days)) if outcome.off_clock else 0)


def rate(clock: Watched, outcome: Outcome) -> tuple[int, int]:
    """(how many events, over how many days)."""
    days = range(clock.day, clock.last + 1)
    exposure = len(spell_days(clock.life, outcome.exposure, days)) if outcome.exposure else at_risk(clock, outcome)
    return len(marks(clock, outcome)), exposure


def by_period(clock: Watched, outcome: Outcome, edges: Sequence[int]) -> list[tuple[int, int]]:
    """(amount or count, days seen) between each edge and the next; days before the start have marks too."""
    periods = [(clock.day + low, clock.day + high) for low, high in pairwise(edges)]
    if outcome.kind == "amount":
        return [(amount(clock, outcome, low, high), seen_days(clock, low, high)) for low, high in periods]
    unknown = range(clock.day, clock.day + outcome.from_day)
    last = min(clock.gone - 1, ended(clock.life.death), NEVER)
    lines = getattr(clock.life, outcome.table)
    hits = [on for kind, on, _ in lines if (kind in outcome.kinds or not outcome.kinds) and on not in unknown and on <= last]
    return [(sum(1 for on in hits if low <= on < high), seen_days(clock, low, high)) for low, high in periods]
