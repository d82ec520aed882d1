"""What the records hold by the quarter, read a second time: quarter by quarter, slow and plain, written from the rules and not from the SQL."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from slow_ruler import DAY_0, Clock

from evaluation.terms import Horizon, Outcome


def quarter_of(day: int, ahead: int = 0) -> int:
    """The first day of the quarter that holds a day, or of a later one."""
    when = DAY_0 + timedelta(days=day)
    month = 3 * ((when.month - 1) // 3 + ahead)
    return (date(when.year + month // 12, month % 12 + 1, 1) - DAY_0).days


def lost(clock: Clock) -> tuple[int, str]:
    """The first day of the quarter in which the person is lost from sight, or the day of the start if that is later, and why."""
    today = clock.day
    while not clock.unseen(today):
        today += 1
    return max(quarter_of(today), clock.day), str(clock.unseen(today))


def sums(clock: Clock, outcome: Outcome, first: int) -> int:
    """Cents of the quarter that begins on a day; none of one after a death."""
    dead = clock.death is not None and clock.death < first
    return 0 if dead else sum(cents for kind, day, cents in clock.quarter if day == first and kind in outcome.kinds)


def counted(clock: Clock, outcome: Outcome, first: int) -> bool:
    """Whether the quarter holds a row, and more than the definition asks for."""
    dead = clock.death is not None and clock.death < first
    held = any(day == first and kind in outcome.kinds for kind, day, _ in clock.quarter)
    return held and not dead and sums(clock, outcome, first) > outcome.above


def quarters(clock: Clock, horizon: Horizon) -> list[int]:
    """The first days of Q1 to Qk."""
    return [quarter_of(clock.day, ahead) for ahead in range(1, (horizon.months or 0) // 3 + 1)]


def amount(clock: Clock, outcome: Outcome, horizon: Horizon) -> tuple[int, int, int]:
    """(cents or quarters, days seen, days asked about)."""
    gone, _ = lost(clock)
    found = [first for first in quarters(clock, horizon) if first < gone]
    total = sum(counted(clock, outcome, first) if outcome.reduce == "count" else sums(clock, outcome, first) for first in found)
    length = {first: quarter_of(first, 1) - first for first in quarters(clock, horizon)}
    return total, sum(length[first] for first in found), sum(length.values())


def every_mark(clock: Clock, outcome: Outcome, horizon: Horizon) -> tuple[list[tuple[int, str]], int, str]:
    """(day, kind) of each mark, the last day seen, and what ended the clock there; days since the start."""
    (gone, why), until = lost(clock), quarter_of(clock.day, 1 + (horizon.months or 0) // 3)
    marks = [(first - clock.day, "/".join(outcome.kinds)) for first in quarters(clock, horizon) if first < gone and counted(clock, outcome, first)]
    last = min(gone, until) - 1
    if clock.death is not None and clock.death <= last:
        return marks, clock.death - clock.day, "death"
    return marks, last - clock.day, why if gone < until else "horizon"


def first_mark(clock: Clock, outcome: Outcome, horizon: Horizon) -> tuple[int, str, str]:
    """(day, why, cause)."""
    marks, last, why = every_mark(clock, outcome, horizon)
    return (marks[0][0], "mark", marks[0][1]) if marks else (last, why, "")


def state(clock: Clock, outcome: Outcome, horizon: Horizon) -> tuple[str, bool, bool]:
    """(what the last quarter shows, whether it counts, whether it is known)."""
    last, (gone, _) = quarters(clock, horizon)[-1], lost(clock)
    if clock.death is not None and clock.death < min(last, gone):
        return "died", False, True
    if last >= gone:
        return "not seen", False, False
    return ("/".join(outcome.kinds), True, True) if counted(clock, outcome, last) else ("none", False, True)


def by_period(clock: Clock, outcome: Outcome, edges: tuple[int, ...]) -> list[float]:
    """What each period adds up to: a quarter belongs to the period that holds its first day, and that of the start to none."""
    gone, _ = lost(clock)
    found = []
    for low, high in pairwise(edges):
        firsts = [day for day in range(clock.day + low, clock.day + high) if quarter_of(day) == day != quarter_of(clock.day) and day < gone]
        plain = outcome.kind == "amount" and outcome.reduce != "count"
        found.append(sum(sums(clock, outcome, day) if plain else counted(clock, outcome, day) for day in firsts))
    return found
