"""Invented worlds: one county, Bayview, in which a programme is given out for a known reason and does a known thing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

from evaluation.records.days import day_of
from evaluation.terms import Problem, Refused
from synthetic import lives, people, rates
from synthetic.hazards import ALWAYS, Steps
from synthetic.lives import Calendar, Lives, People, offers
from synthetic.plans import ALL_OFFERED, BY_LOT, BY_WORKER, NEVER, NEVER_DAY, WALK_IN, Plan
from synthetic.records import SUPERVISION, Source, View, tables
from synthetic.streams import Luck

if TYPE_CHECKING:
    import pandas as pd

CALENDAR = Calendar(
    first=day_of(date(2014, 1, 1)),
    opening=day_of(date(2019, 1, 1)),
    closing=day_of(date(2020, 12, 31)),
    last=day_of(date(2024, 3, 31)),  # three years after the last start, and three months for what comes late
)

# lags assumed; the jail's own system, to which the others are linked, is complete every morning
SOURCES = (
    Source("jail"),
    Source("police", lag=30),
    Source("court", lag=60),
    Source("shelter", lag=14, since=date(2016, 1, 1)),
    Source("behavioural_health", lag=45),
    Source("navigation", lag=7),
    Source("finance", lag=60),
)

SUPERVISED = (*SOURCES, Source(SUPERVISION))  # in a county that supervises people after their release

NO_EFFECT = ALWAYS
STEADY = Steps((0,), (rates.RATIO.value,))
FROM_THE_NEXT_DAY = Steps((1,), (rates.RATIO.value,))  # whoever walks in has lived that day through


@dataclass(frozen=True, slots=True)
class World:
    """An invented county: why people are served there, what the programme does, and how its records come about.

    `effect` multiplies the hazards of arrest and of entering a shelter by the days since enrolment.  `as_run` is the plan
    that made the county's records; `contrast` names the plans that a question about the programme compares: served, and not.
    """

    name: str
    why: str  # people are served
    effect: Steps
    as_run: Plan = BY_LOT
    contrast: tuple[Plan, Plan] = (ALL_OFFERED, NEVER)
    moves_a_year: float = rates.MOVE_OUT.value
    sources: tuple[Source, ...] = SOURCES
    county: str = "bayview"
    programme: str = "reentry_navigation"

    def people(self, n: int, seed: int, *, first: int = 0) -> People:
        """People number first to first + n - 1 of the county that the seed makes; refuses fewer than one."""
        if n < 1 or seed < 0 or first < 0:
            asked = f"{n} people from number {first} on, by seed {seed}, were asked for."
            raise Refused(Problem("an invented county", asked, "It has 1 person or more; numbers and seeds are 0 or more."))
        return lives.born(people.draw(Luck(seed, first, n), opening=CALENDAR.opening), CALENDAR, moves_a_year=self.moves_a_year)

    def live(self, people: People, plan: Plan) -> Lives:
        """The lives of these people under a plan: the same luck whatever the plan."""
        return lives.live(people, plan, effect=self.effect)

    def records(self, lives: Lives) -> dict[str, pd.DataFrame]:
        """What the county's systems hold of these lives: all that an analyst may read."""
        return tables(lives, View(self.sources, lives.people.moved, lives.offered, self.as_run.arms(self.programme), self.programme))

    def truth(self, lives: Lives) -> dict[str, pd.DataFrame]:
        """The same tables with nothing hidden: nobody moves, nothing is late, and offers are those made under `as_run`.

        A design so enrols the same people whatever the plan.  For truth only: no analyst ever reads these.
        """
        whole = tuple(Source(source.name) for source in self.sources)
        stayed = np.full(len(lives.people), NEVER_DAY)
        offered = offers(lives.people, self.as_run)
        return tables(lives, View(whole, stayed, offered, self.as_run.arms(self.programme), self.programme))


WORLDS: Mapping[str, World] = {
    world.name: world
    for world in (
        World("lottery", "by a coin tossed at the release from jail; the programme lowers arrests and shelter stays", STEADY),
        World("lottery_without_effect", "by a coin tossed at the release from jail; the programme changes nothing but its own cost", NO_EFFECT),
        World(
            "walk_in",
            "when they walk in during the 151 days after their release, still free, likelier the more need the records show; "
            "the programme lowers arrests and shelter stays from the next day on",
            FROM_THE_NEXT_DAY,
            WALK_IN,
            (WALK_IN, NEVER),
            sources=SUPERVISED,
        ),
        World(
            "walk_in_without_effect",
            "when they walk in during the 151 days after their release, still free, likelier the more need the records show; "
            "the programme changes nothing but its own cost",
            NO_EFFECT,
            WALK_IN,
            (WALK_IN, NEVER),
            sources=SUPERVISED,
        ),
        World(
            "chosen",
            "by a worker who offers the programme at the release from jail, likelier the more need the records show; "
            "the programme lowers arrests and shelter stays",
            STEADY,
            BY_WORKER,
        ),
        World(
            "chosen_without_effect",
            "by a worker who offers the programme at the release from jail, likelier the more need the records show; "
            "the programme changes nothing but its own cost",
            NO_EFFECT,
            BY_WORKER,
        ),
    )
}
