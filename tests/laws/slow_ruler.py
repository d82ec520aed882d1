"""The ruler a second time: one clock, walked day by day, slow and plain, written from the rules and not from the SQL.

Nothing here is shared with the machine but the vocabulary of `evaluation.terms`.  Days are whole numbers, None is missing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from evaluation.terms import Horizon, Outcome

DAY_0 = date(1970, 1, 1)


@dataclass
class Clock:
    """One person-start: its day 0, what ends it, and the whole life of whom it is about."""

    day: int
    covered: int  # the first day that the records no longer cover
    death: int | None = None
    moved: int | None = None
    own: int | None = None  # a compared person's own service, where that ends the clock
    event: list[tuple[str, int]] = field(default_factory=list)  # kind, day
    spell: list[tuple[str, int, int | None]] = field(default_factory=list)  # kind, start, stop
    cost: list[tuple[str, int, int]] = field(default_factory=list)  # service, day, cents
    service: list[tuple[str, int, int | None]] = field(default_factory=list)  # programme, start, stop
    quarter: list[tuple[str, int, int]] = field(default_factory=list)  # measure, first day, cents

    def unseen(self, today: int) -> str | None:
        """Why nothing is seen of the person today, or None where something is; of several reasons the first."""
        if self.own is not None and today >= self.own:
            return "served"
        if self.moved is not None and today >= self.moved and (self.death is None or self.moved < self.death):
            return "moved"
        return "records end" if today >= self.covered else None

    def dead(self, today: int) -> bool:
        """Whether the person died on an earlier day."""
        return self.death is not None and today > self.death


def past(day: int, horizon: Horizon) -> int:
    """The first day past a horizon; a month that is too short ends on its last day."""
    if horizon.days is not None:
        return day + horizon.days
    when = DAY_0 + timedelta(days=day)
    month = when.month - 1 + (horizon.months or 0)
    for shorter in range(4):
        try:
            return (date(when.year + month // 12, month % 12 + 1, when.day - shorter) - DAY_0).days
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


# ------------------------------------------------------------------------------------------------ what lies on one day
def dated(clock: Clock, outcome: Outcome, today: int) -> list[str]:
    """The kinds of what happened today, in order: an event, a priced service, a spell or an enrolment that starts."""
    lines = [line for line in lines_of(clock, outcome) if line[0] in outcome.kinds or not outcome.kinds]
    found = sorted(line[0] for line in lines if line[1] == today)
    return found[:1] if outcome.gap and not follows(clock, outcome, lines, today) else [] if outcome.gap else found


def lines_of(clock: Clock, outcome: Outcome) -> list[Any]:
    return list({"event": clock.event, "spell": clock.spell, "cost": clock.cost, "service": clock.service}[outcome.table])


def follows(clock: Clock, outcome: Outcome, lines: list[Any], today: int) -> bool:
    """Whether what happens today only carries on what began on an earlier day, and ended so many days ago at most.

    Where a stay in custody began it, the first line within `gap` days of that carries nothing on: two files may differ by so much.
    """
    own = [(line[1], line[1] if outcome.table == "event" else line[2]) for line in lines]
    custody = [(start, stop) for kind, start, stop in clock.spell if kind == "custody"] if outcome.table == "event" else []
    begins, earlier = today, True
    while earlier:  # back from stay to stay, to where the unbroken stretch began
        reached = [start for start, stop in (*own, *custody) if start < begins and (stop is None or begins <= stop + outcome.gap)]
        begins, earlier = min(reached, default=begins), bool(reached)
    return any(begins <= start < today for start, _ in own) or today > begins + outcome.gap


def counts(clock: Clock, outcome: Outcome, kind: str, today: int) -> bool:
    """Whether a mark of this kind counts today, or is still waited for."""
    return today - clock.day >= outcome.waits.get(kind, outcome.from_day)


def inside(clock: Clock, kinds: tuple[str, ...], today: int, table: str = "spell") -> list[str]:
    """Those of these kinds of spell, or of these programmes, that hold today, in the order of the kinds."""
    lines = clock.service if table == "service" else clock.spell
    held = {kind for kind, start, stop in lines if start <= today and (stop is None or today < stop)}
    return [kind for kind in kinds if kind in held]


def added(clock: Clock, outcome: Outcome, today: int) -> int:
    """What today adds to an amount: a day inside a spell, or cents."""
    if clock.dead(today) or clock.unseen(today):
        return 0
    if outcome.reduce == "count":
        return len(dated(clock, outcome, today))
    if outcome.table in ("spell", "service"):
        return int(bool(inside(clock, outcome.kinds, today, outcome.table)))
    return sum(cents for service, day, cents in clock.cost if day == today and (service in outcome.kinds or not outcome.kinds))


# ------------------------------------------------------------------------------------------------ the verbs
def walked(clock: Clock, until: int) -> tuple[list[int], str]:
    """The days on which the clock runs, and what stops it."""
    days = []
    for today in range(clock.day, until):
        why = clock.unseen(today)
        if why:
            return days, why
        days.append(today)
        if today == clock.death:
            return days, "death"
    return days, "horizon"


def ended(clock: Clock, outcome: Outcome, horizon: Horizon, competing: tuple[str, ...]) -> tuple[list[tuple[int, str]], int, str, str]:
    """(day, kind) of each mark, the last day seen, what ended the clock there, and which kind of event if one did; days since the start."""
    days, why = walked(clock, past(clock.day, horizon))
    marks: list[tuple[int, str]] = []
    for today in days:
        marks += [(today - clock.day, kind) for kind in dated(clock, outcome, today) if counts(clock, outcome, kind, today)]
        if today >= clock.day + outcome.from_day:
            rivals = sorted(kind for kind, day in clock.event if day == today and kind in competing)
            if rivals and today != clock.death:
                return marks, today - clock.day, "competing", rivals[0]
    return marks, (days[-1] - clock.day if days else -1), why, ""


def every_mark(clock: Clock, outcome: Outcome, horizon: Horizon, competing: tuple[str, ...] = ()) -> tuple[list[tuple[int, str]], int, str]:
    """(day, kind) of each mark, the last day seen, and what ended the clock there; days since the start."""
    marks, last, why, _ = ended(clock, outcome, horizon, competing)
    return marks, last, why


def first_mark(clock: Clock, outcome: Outcome, horizon: Horizon, competing: tuple[str, ...] = ()) -> tuple[int, str, str]:
    """(day, why, cause)."""
    marks, last, why, rival = ended(clock, outcome, horizon, competing)
    return (marks[0][0], "mark", marks[0][1]) if marks else (last, why, rival)


def whole(clock: Clock, horizon: Horizon) -> bool:
    """Whether nothing but a death ended the watch before the horizon."""
    return not any(clock.unseen(today) for today in range(clock.day, past(clock.day, horizon)))


def same_day(clock: Clock, outcome: Outcome) -> bool:
    """Whether something happened before marks count, from the start on."""
    days = [today for today in range(clock.day, clock.day + outcome.from_day) if not clock.unseen(today)]
    return any(kind not in outcome.waits for today in days for kind in dated(clock, outcome, today))


def amount(clock: Clock, outcome: Outcome, first: int, horizon: Horizon) -> tuple[float, int, int]:
    """(amount in cents or days, days seen, days asked about)."""
    window = range(clock.day + first, past(clock.day, horizon))
    return sum(added(clock, outcome, today) for today in window), sum(1 for today in window if not clock.unseen(today)), len(window)


def state(clock: Clock, outcome: Outcome, horizon: Horizon) -> tuple[str, bool, bool]:
    """(where, whether in one of the outcome's kinds, whether it is known)."""
    last = past(clock.day, horizon) - 1
    if clock.death is not None and clock.death < last and not clock.unseen(clock.death):
        return "died", False, "death" in outcome.competing
    if clock.unseen(last):
        return "not seen", False, False
    held = inside(clock, outcome.kinds, last, outcome.table)
    return (held[0], True, True) if held else ("none", False, True)


def at_risk(clock: Clock, outcome: Outcome, horizon: Horizon) -> tuple[list[int], list[int]]:
    """The days at risk and the days off the clock, since the start."""
    days, _ = walked(clock, past(clock.day, horizon))
    off = [today - clock.day for today in days if inside(clock, outcome.off_clock, today)]
    return [today - clock.day for today in days if today - clock.day not in off], off


def by_period(clock: Clock, outcome: Outcome, edges: tuple[int, ...]) -> list[tuple[float, int, int]]:
    """(amount or marks, days seen, days) of each period."""
    found = []
    for low, high in pairwise(edges):
        days = range(clock.day + low, clock.day + high)
        watched = [today for today in days if not clock.dead(today) and not clock.unseen(today)]
        marks = sum(today < clock.day or counts(clock, outcome, kind, today) for today in watched for kind in dated(clock, outcome, today))
        total = marks if outcome.kind == "mark" else sum(added(clock, outcome, today) for today in days)
        found.append((total, sum(1 for today in days if not clock.unseen(today)), len(days)))
    return found


def rate(clock: Clock, outcome: Outcome, horizon: Horizon) -> tuple[int, int]:
    """(events, days that they are counted over)."""
    marks, _, _ = every_mark(clock, outcome, horizon)
    days, _ = walked(clock, past(clock.day, horizon))
    over = sum(1 for today in days if inside(clock, outcome.exposure, today)) if outcome.exposure else len(at_risk(clock, outcome, horizon)[0])
    return len(marks), over
