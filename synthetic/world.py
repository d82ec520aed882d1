"""A world: why people are served in an invented county, by which programme, and how its records come about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from evaluation.records.days import day_of
from evaluation.terms import Problem, Refused
from synthetic import lives, people
from synthetic.effects import NO_EFFECT, Effect, steady
from synthetic.intakes import INTAKES
from synthetic.lives import Calendar, Lives, People
from synthetic.plans import ALL_OFFERED, BY_LOT, NEVER, Plan
from synthetic.programmes import PROGRAMMES, Programme
from synthetic.rates import core as rates
from synthetic.recording import Lines, Source, System, View
from synthetic.records import tables
from synthetic.rows import NEVER_DAY
from synthetic.streams import Luck
from synthetic.systems import SYSTEMS, programme

if TYPE_CHECKING:
    import pandas as pd

CALENDAR = Calendar(
    first=day_of(date(2014, 1, 1)),
    opening=day_of(date(2019, 1, 1)),
    closing=day_of(date(2020, 12, 31)),
    last=day_of(date(2024, 3, 31)),  # three years after the last start, and three months for what comes late
)
FINANCE = Source("finance", lag=60)  # gathers the cost of every system; lag assumed


@dataclass(frozen=True, slots=True)
class World:
    """An invented county: why people are served there, what the programme does, and how its records come about.

    `as_run` is the plan that made the county's records; `contrast` names the plans that a question about the programme
    compares: served, and not.
    """

    name: str
    why: str  # people are served
    as_run: Plan = BY_LOT
    contrast: tuple[Plan, Plan] = (ALL_OFFERED, NEVER)
    works: bool = True  # whether the programme changes anything but its own cost
    moves_a_year: float = rates.MOVE_OUT.value
    programme: Programme = PROGRAMMES["reentry_navigation"]
    systems: tuple[str, ...] = ("justice", "shelter", "contacts")  # names in SYSTEMS that are there beside the programme's own
    county: str = "bayview"

    def people(self, n: int, seed: int, *, first: int = 0) -> People:
        """People number first to first + n - 1 of the county that the seed makes; refuses fewer than one."""
        if n < 1 or seed < 0 or first < 0:
            asked = f"{n} people from number {first} on, by seed {seed}, were asked for."
            raise Refused(Problem("an invented county", asked, "It has 1 person or more; numbers and seeds are 0 or more."))
        persons = people.draw(Luck(seed, first, n), INTAKES[self.programme.intake], opening=CALENDAR.opening)
        return lives.born(persons, CALENDAR, moves_a_year=self.moves_a_year, tides={})

    def live(self, people: People, plan: Plan) -> Lives:
        """The lives of these people under a plan: the same luck whatever the plan."""
        return lives.live(people, plan, effects=self.effects)

    @property
    def effects(self) -> Mapping[str, Effect]:
        """What the programme does, by process."""
        if not self.works:
            return dict.fromkeys(self.programme.moves, NO_EFFECT)
        return {process: steady(ratio.value, first=self.as_run.works_from) for process, ratio in self.programme.moves.items()}

    def records(self, lives: Lives, reads: Collection[str] | None = None) -> dict[str, pd.DataFrame]:
        """What the county's systems hold of these lives: all that an analyst may read.

        With `reads`, rows of other kinds than these may be left out; "cost" is all that costs anything.
        """
        recording = self._recording
        sources = (*(source for system in recording for source in system.sources), FINANCE)
        return tables(lives, self._view(sources, lives.people.moved, lives.offered), recording, reads)

    def truth(self, lives: Lives, reads: Collection[str] | None = None) -> dict[str, pd.DataFrame]:
        """The same tables with nothing hidden: nobody moves, nothing is late, and offers are those made under `as_run`.

        A design so enrols the same people whatever the plan.  For truth only: no analyst ever reads these.
        """
        recording = self._recording
        whole = tuple(Source(source.name) for source in (*(source for system in recording for source in system.sources), FINANCE))
        stayed = np.full(len(lives.people), NEVER_DAY)
        return tables(lives, self._view(whole, stayed, self.as_run.offers(lives.people)), recording, reads)

    def costs(self, lives: Lives) -> Iterator[Lines]:
        """Every priced line of these lives, up to the last day of the records.  For truth only."""
        for system in self._recording:
            yield from system.lines(lives)

    def of(self, programme: str, county: str | None = None) -> World:
        """This world with another programme, whose intake says who the people are; refuses one that nobody invented."""
        if programme not in PROGRAMMES:
            right = f"There is {', '.join(PROGRAMMES)}."
            raise Refused(Problem("an invented county", f"no programme is called '{programme}'.", right))
        return replace(self, programme=PROGRAMMES[programme], county=self.county if county is None else county)

    @property
    def _recording(self) -> tuple[System, ...]:
        return (*(SYSTEMS[name] for name in self.systems), programme.of(self.programme))

    def _view(self, sources: tuple[Source, ...], moved: lives.Array, offered: lives.Array | None) -> View:
        return View(sources, moved, offered, self.as_run.arms(self.programme.name), self.programme.name)
