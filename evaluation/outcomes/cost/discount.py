"""What a later dollar is worth: whole years of each person's own clock, each at so much less than the one before.

Year t of a clock holds its days from 365.25 t on, rounded up, to the day before year t + 1: so that twelve months are always one year and
twenty-four are two, leap years or not.  A dollar of year t counts 1 / (1 + rate) ** t: the first year counts whole, which is the convention
of costs that fall in the course of a year, and days before the start are not discounted.  Whole years, not days, so that anybody can
check a sum by hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import ceil
from typing import NamedTuple

DAYS_A_YEAR = 365.25


class Window(NamedTuple):
    """Days [first, last) of a clock that lie in one period and in one year of the clock."""

    period: int  # its place among the periods asked about
    year: int  # of the clock, from 0 on
    first: int
    last: int

    def weight(self, rate: float) -> float:
        """What a dollar of the window counts."""
        return 1.0 / (1.0 + rate) ** self.year


def year_starts(year: int) -> int:
    """The first day of a year of a clock, of year 0 on."""
    return ceil(DAYS_A_YEAR * year)


def windows(edges: Sequence[int]) -> tuple[Window, ...]:
    """The periods [edge, next edge), each cut where a year of the clock ends, in the order of days."""
    found: list[Window] = []
    for period, (first, last) in enumerate(pairwise(edges)):
        low = first
        while low < last:
            year = max(0, int(low / DAYS_A_YEAR))
            high = min(last, year_starts(year + 1))
            found.append(Window(period, year, low, high))
            low = high
    return tuple(found)
