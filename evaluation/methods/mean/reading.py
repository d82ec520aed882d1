"""What each row of a comparison came to, and how it was lost from sight: where amounts are read for the first time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.wording import people
from ...phrases import listed
from ...terms import Problem, Refused

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array, Horizon, Question

WAYS_LOST = {"moved_away": "moved", "served_later": "served", "records_end": "records end"}  # the words of a design, and of `Ends.why`
LOST = tuple(WAYS_LOST.values())
IN_WORDS = {"moved": "moved away", "served": "served later", "records end": "records end"}
MONTH = 365.25 / 12  # days


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the ruler showed of each row of a comparison; (m,) arrays.

    A clock is cut into K periods where anybody was lost, so that what was seen before a loss is not thrown away; else it is one.
    """

    y: Array  # float: what the row came to by the horizon; of no meaning where lost
    parts: Array  # (m, K) float: what it came to in each period, which add up to y
    until: Array  # (m, K) int: the last day of each period on the row's own clock
    day: Array  # int: the day of a death, else the last day seen
    why: Array  # str: as `Ends.why`
    lost: Array  # bool: lost from sight before the horizon

    def __len__(self) -> int:
        return len(self.y)

    def of(self, rows: Array) -> Reading:
        """Some of the rows, by place or as (m,) bool."""
        return Reading(*(part[rows] for part in (self.y, self.parts, self.until, self.day, self.why, self.lost)))

    @property
    def known(self) -> Array:
        """(m, K) bool: rows that were seen through a period, or died in it or before."""
        return np.asarray(~self.lost[:, None] | (self.day[:, None] >= self.until))

    @property
    def known_on(self) -> Array:
        """(m, K) int: the day on which what a row came to in a period was known."""
        return np.minimum(self.day[:, None], self.until)

    @property
    def inner(self) -> tuple[int, ...]:
        """The days since a start at which the clocks are cut into periods; none where they are one."""
        return tuple(int(last) + 1 for last in self.until[0, :-1]) if len(self) else ()

    def holding(self, parts: Array) -> Reading:
        """The same rows with another amount, (m, K) by the same periods."""
        return replace(self, y=parts.sum(axis=1), parts=parts)


def read(ruler: Ruler, question: Question, row: Array) -> Reading:
    """What the rows (m,) of the cohort, by place, came to over the horizon, month by month where anybody was lost.

    The last month holds what is left over.  A death completes what is spent.  Refuses a way of being lost that the question does not
    declare as one that only hides what came later.
    """
    outcome, horizon = ruler.outcome, question.horizon
    ends, y = ruler.ends(horizon), ruler.amount(outcome.from_day, horizon).amount
    lost = np.isin(ends.why, LOST)
    _declared(ends.why[row], lost[row], question)
    last = ruler.window(horizon) - 1
    if not lost[row].any():
        return Reading(y[row], y[row][:, None], last[row][:, None], ends.day[row], ends.why[row], lost[row])
    edges = months(horizon, outcome.from_day, int(last.min()) + 1)
    parts = np.zeros((len(y), max(len(edges) - 1, 1)))
    if len(edges) > 2:
        parts[:, :-1] = ruler.by_period(edges[:-1]).amount
    parts[:, -1] = y - parts[:, :-1].sum(axis=1)
    until = np.column_stack([np.full(len(y), edge - 1) for edge in edges[1:-1]] + [last])
    return Reading(y[row], parts[row], until[row], ends.day[row], ends.why[row], lost[row])


def months(horizon: Horizon, first: int, days: int) -> tuple[int, ...]:
    """Days since the start at which months begin, from day `first` on, and the end of the horizon; the last month takes what is left of it.

    `days` is the shortest that a clock runs to the horizon.
    """
    many = horizon.months or max(1, round(days / MONTH))
    return (first, *(edge for edge in (round(MONTH * number) for number in range(1, many)) if first < edge < days), days)


def where(question: Question) -> str:
    """The question, for messages."""
    return f"question '{question.outcome}' by {question.method}"


def _declared(why: Array, lost: Array, question: Question) -> None:
    said = question.censored.reasons
    if problems := list(_undeclared(why, lost, said, question)):
        raise Refused(*problems)


def _undeclared(why: Array, lost: Array, said: tuple[str, ...], question: Question) -> Iterator[Problem]:
    """Words that name no way of being lost, and ways of being lost that the question does not name."""
    if unknown := [reason for reason in said if reason not in WAYS_LOST]:
        found = f"{listed(unknown)} would be taken for a loss from sight."
        right = f"What only hides what came later is one of {listed(WAYS_LOST)}; a death completes what was spent."
        yield Problem(f"{where(question)}: censored", found, right, "Leave it out.")
        return
    hides = {WAYS_LOST[reason] for reason in said or WAYS_LOST}
    left = lost & ~np.isin(why, sorted(hides))
    if left.any():
        names, counts = np.unique(why[left], return_counts=True)
        named = listed([f"{IN_WORDS[str(name)]} ({people(int(count))} clocks)" for name, count in zip(names, counts, strict=True)])
        found = f"clocks end with {named}, and the question says that only {listed(sorted(IN_WORDS[name] for name in hides))} hides what came later."
        remedy = "Name the other ways under censored.reasons too, or leave 'reasons' out: then every way of being lost is one."
        yield Problem(f"{where(question)}: censored", found, remedy=remedy)
