"""Rounds what a policy rounds: counts to a multiple, those of a curve to a midpoint, and shares as the rounded counts give them.

After the disclosure rules of OpenSAFELY.  Rounding comes after hiding and is proved nothing of: whoever sees a rounded count is taken to
know it exactly.  An effect, its range and its error leave in three digits, as everywhere: they are no counts.
"""

from __future__ import annotations

import re
from dataclasses import replace

from ..terms import Arm, Exhibit
from .course import COURSE
from .policies import Rounding, to_nearest
from .whom import Whom

FIRST_NUMBERS = ("people", "events", "non-events", "rows", "followed", "lost", "left")  # columns of counts of people

SIZE = r"[\d,]*\.?\d+"
# numbers of a condition's sentence that count nobody: days, shares, sizes of effects and the base that they are told on
TIMES = r"days?\b|weeks?\b|months?\b|years?\b|times\b"
COUNTS_NOBODY = re.compile(
    rf"\d{{4}}-\d{{2}}-\d{{2}}|days \d+ to \d+|every [\d,]+|\${SIZE}|{SIZE} ?(?:%|per cent\b|of every [\d,]+|{TIMES})"
    rf"|{SIZE} (?:more|fewer|less)(?: \w+)? (?:for every [\d,]+|on average)|\d*\.\d+"
)


def rounded_table(table: Exhibit, rounding: Rounding | None) -> Exhibit:
    """A table whose counts are rounded, and whose shares are made of rounded counts where they are one count by another."""
    if rounding is None:
        return table
    curve = table.name.endswith(f": {COURSE}")
    places = {place for place, column in enumerate(table.columns) if column in FIRST_NUMBERS}
    behind = {place for place in table.behind if place[1] in places}

    def cell(row: int, column: int, value: object) -> object:
        if column not in places or not isinstance(value, int) or (value and (row, column) not in behind):
            return value
        return midpoint(value, rounding.curves) if curve else to_nearest(value, rounding.to)

    rows = tuple(tuple(cell(row, column, value) for column, value in enumerate(cells)) for row, cells in enumerate(table.rows))
    if {"people", "events", "share"} <= set(table.columns):
        people, events, share = (table.columns.index(name) for name in ("people", "events", "share"))
        rows = tuple(_with_share(cells, people, events, share) for cells in rows)
    return replace(table, rows=rows, counts={}, sums=())  # the counts themselves are not what is told


def _with_share(cells: tuple[object, ...], people: int, events: int, share: int) -> tuple[object, ...]:
    n, e = cells[people], cells[events]
    if not isinstance(n, int) or not isinstance(e, int) or not isinstance(cells[share], float) or n == 0:
        return cells
    return (*cells[:share], min(e / n, 1.0), *cells[share + 1 :])


def rounded_arm(arm: Arm, rounding: Rounding | None) -> Arm:
    """An arm as its table tells it."""
    if rounding is None or arm.areas is not None:
        return arm
    people = to_nearest(arm.people, rounding.to)
    events = None if arm.events is None else to_nearest(arm.events, rounding.to)
    share = arm.events is not None and arm.people and people and abs(arm.mean - arm.events / arm.people) < SAME
    return replace(arm, people=people, events=events, mean=min((events or 0) / people, 1.0) if share else arm.mean)


SAME = 0.0006  # an arm's mean has three digits when it is asked whether it is its share


def midpoint(count: int, base: int) -> int:
    """A count as the middle of the `base` counts up to a multiple, so that each step of a curve is one of `base` people or more; 0 stays."""
    return -(-count // base) * base - base // 2 if count else 0


def rounded_whom(whom: Whom | None, rounding: Rounding | None) -> Whom | None:
    """Whom an effect is about, with counts as a sentence may tell them; without counts where rounding would say that nobody was left out."""
    if rounding is None or whom is None or whom.counts is None:
        return whom
    kept, everybody = (to_nearest(count, rounding.to) for count in whom.counts)
    return replace(whom, counts=None if whom.some_left_out and kept == everybody else (kept, everybody))


def unrounded(sentence: str) -> bool:
    """Whether a condition's sentence may hold a count as it is: a whole number that is no day, share, size or base."""
    return bool(re.search(r"(?<![\w.])\d", COUNTS_NOBODY.sub("", sentence)))
