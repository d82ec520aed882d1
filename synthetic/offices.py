"""Places that begin a programme on days of their own: offices, when each begins, and what moves on the calendar there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.filled import Column, Filled, Words
from synthetic.plans import Plan
from synthetic.rows import NEVER_DAY
from synthetic.streams import Luck, Stream
from synthetic.tides import Trend, slope

if TYPE_CHECKING:
    from synthetic.lives import People

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Offices:
    """The offices of a county, which stand in its records as the areas of its people."""

    many: int
    trends: Mapping[str, Trend] = field(default_factory=dict)  # by process: what moves its hazard on the calendar

    def luck(self, seed: int) -> Luck:
        """The luck of the offices, one place each; a county's seed makes it."""
        return Luck(seed, 0, self.many)

    def settle(self, people: People) -> People:
        """People with an office each, and its tides; an office has nearly, not exactly, as many people as another."""
        luck, calendar = people.persons.luck, people.calendar
        office = np.floor(luck.uniforms(Stream.OFFICE)[:, 0] * self.many).astype(np.int64)
        names = tuple(f"office_{number:02d}" for number in range(1, self.many + 1))
        tides = {process: trend.tide(office, self.luck(luck.seed), calendar) for process, trend in self.trends.items()}
        return replace(people, persons=replace(people.persons, area=office, areas=names), tides={**people.tides, **tides})


@dataclass(frozen=True, slots=True)
class ByCalendar(Plan):
    """Each office begins the programme on a day of its own, or never: everybody there whose clock has started enrols on that day.

    The first offices by number begin, `together` of them at a time, every `every` days from `first` on.  Where `rising` is true,
    the offices whose hazards rise the most begin first, and those in which they rise the least never do.
    """

    offices: Offices
    begins: int  # so many offices begin; the others never do
    first: int  # day
    every: int = 91  # days
    together: int = 1
    rising: bool = False
    heard: int = 0  # days before its beginning from which people there whose clock has started already live as if it had begun

    @property
    def works_from(self) -> int:
        """How many days after enrolment it begins to work: before it, where people have heard of it."""
        return -self.heard

    def days(self, seed: int) -> Array:
        """The day on which each office begins; (offices,), `NEVER_DAY` for those that never do."""
        turn = np.arange(self.offices.many)
        if self.rising:
            turn = np.argsort(np.argsort(-slope(self.offices.luck(seed)), kind="stable"))
        return np.where(turn < self.begins, self.first + turn // self.together * self.every, NEVER_DAY)

    def enrols(self, people: People, offered: Array | None) -> Array:
        """The day on which the office begins, or the start of the clock after it."""
        begun = self.days(people.persons.luck.seed)[people.persons.area]
        return np.where(begun < NEVER_DAY, np.maximum(begun, people.start), NEVER_DAY)


RESIDENTS = "people"  # the measure that every office has
BEGINS = "begins:"  # of a measure of the table `area`, with the programme after the colon: the day on which an office begins it


def area_rows(offices: Offices, people: People, run: Plan, programme: str, source: str) -> Filled:
    """The table `area`: of each office how many people on record live there and, where each begins on a day of its own, that day.

    Whatever plan the people live under, the days are those by which the programme is run; one that no office has reached by the last
    day of the records is not known yet.
    """
    first, last = people.calendar.first, people.calendar.last
    many = np.arange(offices.many)
    began = run.days(people.persons.luck.seed) if isinstance(run, ByCalendar) else np.full(offices.many, NEVER_DAY)
    begins = np.flatnonzero(began <= last)
    residents = np.bincount(people.persons.area, minlength=offices.many)
    rows = offices.many + len(begins)
    return Filled(
        "area",
        {
            "area": Column("word", np.concatenate([many, begins]).astype(np.int32), Words(people.persons.areas)),
            "measure": Column("word", np.repeat([0, 1], [offices.many, len(begins)]).astype(np.int32), Words([RESIDENTS, BEGINS + programme])),
            "day": Column("day", np.concatenate([np.full(offices.many, first), began[begins]]).astype(np.int32)),
            "value": Column("number", np.concatenate([residents, np.ones(len(begins))])),
            "source": Column("word", np.zeros(rows, np.int32), Words([source])),
        },
    )
