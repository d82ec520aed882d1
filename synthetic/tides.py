"""What moves a hazard on the calendar, whoever is served: a trend of the whole county, and shocks and slopes of its offices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.hazards import Clock, Steps
from synthetic.streams import Luck, Stream

if TYPE_CHECKING:
    from synthetic.lives import Calendar

    Array = np.ndarray[Any, Any]

QUARTER = 91  # days: how long a factor lasts


@dataclass(frozen=True, slots=True, eq=False)
class Tide(Clock):
    """Steps on the calendar that differ by office: the same for everybody there, under every plan."""

    factors: Array | None = None  # (offices, steps + 1): that before the first step, then from each step on
    office: Array | None = None  # (n,) a place among the offices

    def of(self, people: Array) -> Tide:
        """The tide on these people only."""
        assert self.office is not None
        return Tide(self.set_on[people], self.steps, None, self.factors, self.office[people])

    def factor(self, days: Array) -> Array:
        """What each person's hazard is multiplied by on these days; (n, k)."""
        assert self.factors is not None and self.office is not None
        return np.asarray(self.factors[self.office[:, None], np.searchsorted(self.steps.days, days, side="right")])


@dataclass(frozen=True, slots=True)
class Trend:
    """How a hazard moves on the calendar: by quarters, by so much a year from a level of 1 at the first day of the records.

    `a_year` is the factor of one year.  `slopes` is the standard deviation, among offices, of the log of their own yearly factor,
    and `shocks` that of the log of each office's own factor in each quarter.
    """

    a_year: float = 1.0
    slopes: float = 0.0
    shocks: float = 0.0

    def tide(self, office: Array, offices: Luck, calendar: Calendar) -> Tide:
        """The tide on people of these offices; `offices` is the luck of the offices, one place each."""
        days = tuple(range(calendar.first + QUARTER, calendar.last + 1, QUARTER))
        years = np.arange(len(days) + 1) * QUARTER / 365.25
        log = np.log(self.a_year) * years + self.slopes * slope(offices)[:, None] * years
        if self.shocks:
            log = log + self.shocks * offices.normals(Stream.OFFICE_SHOCK, len(years))
        return Tide(np.zeros(len(office), dtype=np.int64), Steps(days, (1.0,) * len(days)), None, np.exp(log), office)


def slope(offices: Luck) -> Array:
    """The luck that gives each office its own slope, in standard deviations; hidden."""
    return offices.normals(Stream.OFFICE_SLOPE)[:, 0]
