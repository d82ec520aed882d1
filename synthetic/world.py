"""A world: why people are served in an invented county, by which programme, and how its records come about."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from evaluation.records.days import day_of
from evaluation.terms import CohortPlan, Problem, Refused, Study, UnitCost
from synthetic import lives, people
from synthetic.book import book, rows
from synthetic.effects import SHAPES, Effect, shaped, steady
from synthetic.families import ByFamilyLot, Families
from synthetic.filled import Filled
from synthetic.intakes import AGE_AT, INTAKES, Intake
from synthetic.lives import Calendar, Lives, People
from synthetic.moves import Moves
from synthetic.names import unknown
from synthetic.need import SIGNS, Sign
from synthetic.offices import ByCalendar, Offices, area_rows
from synthetic.plans import ALL_OFFERED, BY_LOT, NEVER, Plan
from synthetic.programmes import PROGRAMMES, Programme
from synthetic.rates import core as rates
from synthetic.rates import served
from synthetic.recording import Lines, Source, System, View
from synthetic.records import filled, tables
from synthetic.rows import NEVER_DAY
from synthetic.strategies import AsTheyCome, NotWithin
from synthetic.streams import SEEDS, Luck
from synthetic.systems import SYSTEMS, programme
from synthetic.systems.surveillance import CHILDREN, SURVEILLANCE

if TYPE_CHECKING:
    import pandas as pd

CALENDAR = Calendar(
    first=day_of(date(2014, 1, 1)),
    opening=day_of(date(2019, 1, 1)),
    closing=day_of(date(2020, 12, 31)),
    last=day_of(date(2024, 3, 31)),  # three years after the last start, and three months for what comes late
)
FINANCE = Source("finance", lag=60)  # gathers the cost of every system; lag assumed


# ------------------------------------------------------------------------------------------------ who sees whom
_ADULTS = ("justice", "charges", "housing", "contacts", "health", "work", "controls")
_CHILDREN = ("justice", "contacts", "health", "children", "youth", "controls")
SEEN_BY: Mapping[str, tuple[str, ...]] = {  # by intake: names in SYSTEMS
    "released": ("justice", "charges", "shelter", "contacts", "health", "work", "controls"),
    "residents": (*_ADULTS, "children", "youth"),
    "homeless": _ADULTS,
    "claimants": ("justice", "shelter", "contacts", "health", "work", "controls"),
    "listed": (*_ADULTS, "ranking"),
    "adults": _ADULTS,
    "reunified": _CHILDREN,
    "in_care": _CHILDREN,
    "reported": _CHILDREN,
    "disposed": _CHILDREN,
}


@dataclass(frozen=True, slots=True)
class World:
    """An invented county: why people are served there, what the programme does, and how its records come about.

    `as_run` is the plan that made the county's records; `contrast` names the plans that a question about the programme
    compares: served, and not.  `exchangeable` says how alike the control outcomes, which no programme moves, are to the real ones:
    1 with the same need and frailty behind them, 0 with nothing in common.
    """

    name: str
    title: str  # the name in words
    reason: str  # completes "people are served ..."
    trap: str = ""  # what goes wrong there, or would
    as_run: Plan = BY_LOT
    contrast: tuple[Plan, Plan] = (ALL_OFFERED, NEVER)
    effect: str = "steady"  # a name in SHAPES: how the programme works; "none": it changes nothing but its own cost
    strength: float = 1.0  # of the effect: to what power each ratio of the programme is raised
    size: int = 1_200  # people enough for one run
    general: bool = True  # whether it is for designs about any programme; otherwise for those about its own
    passes: frozenset[str] = frozenset()  # methods that must pass the gate, if the design is right for the world
    refuses: frozenset[str] = frozenset()  # methods that must refuse, or be bounded
    misleads: frozenset[str] = frozenset()  # methods that are off there and cannot know it from the records
    moves_a_year: float = rates.MOVE_OUT.value
    moves: Moves | None = None  # how moving away depends on people; None: it does not
    programme: Programme = PROGRAMMES["reentry_navigation"]
    systems: tuple[str, ...] | None = None  # names in SYSTEMS that are there beside the programme's own; None: those that see its people
    beside: tuple[str, ...] = ()  # names of systems that are there because of the world
    crowded: bool = False  # whether other exits compete strongly with what a question asks about: coming of age, and death
    county: str = "bayview"
    exchangeable: float = 1.0
    signs: tuple[Sign, ...] | None = None  # what is looked at on the record; None: the signs of the intake
    dates: tuple[int, ...] = ()  # of the list, in days after the opening; empty: those of the intake
    offices: Offices | None = None  # where people live; None: the five areas of the county
    families: Families | None = None  # whose luck is partly one; None: families share need alone

    @property
    def why(self) -> str:
        """Why people are served, and what the programme then does; completes "people are served ..."."""
        does = "changes nothing but its own cost" if self.effect == "none" else self.programme.does + _RUNS[self.effect]
        return f"{self.reason}; the programme {does}"

    @property
    def watched(self) -> frozenset[str]:
        """Kinds of rows that the programme's own eyes add to: their truth is not 0 even where it changes nothing."""
        if SURVEILLANCE.name not in self.beside:
            return frozenset()
        return frozenset({"report" if self.programme.intake in CHILDREN else "arrest"})

    @property
    def shared_luck(self) -> bool:
        """Whether whole offices have luck of their own, which a county's seed makes: no number of its people evens it out."""
        return self.offices is not None and any(trend.slopes or trend.shocks for trend in self.offices.trends.values())

    def people(self, n: int, seed: int, *, first: int = 0) -> People:
        """People number first to first + n - 1 of the county that the seed makes; refuses fewer than one, and seeds outside 0 to 2**64 - 1."""
        if n < 1 or not 0 <= seed < SEEDS or first < 0:
            asked = f"{n} people from number {first} on, by seed {seed}, were asked for."
            raise Refused(Problem("an invented county", asked, "It has 1 person or more; numbers are 0 or more, seeds 0 to 2**64 - 1."))
        intake = INTAKES[self.programme.intake]
        if self.dates:
            intake = replace(intake, dates=self.dates)
        if self.crowded:
            intake = _crowded(intake)
        persons = people.draw(Luck(seed, first, n), intake, opening=CALENDAR.opening, closing=CALENDAR.closing)
        signs = SIGNS[intake.name] if self.signs is None else self.signs
        kept_by = tuple(system for system in self._systems if any(sign.kind in system.kinds for sign in signs))
        born = lives.born(persons, CALENDAR, moves_a_year=self.moves_a_year, signs=signs, kept_by=kept_by)
        if self.families is not None:
            born = self.families.settle(born, self.programme.moves)
        return born if self.offices is None else self.offices.settle(born)

    def live(self, people: People, plan: Plan) -> Lives:
        """The lives of these people under a plan: the same luck whatever the plan."""
        return lives.live(people, plan, effects=self.effects)

    def strategies(self, within_days: int) -> tuple[Plan, Plan]:
        """The plans that a question about two strategies compares: to enrol within so many days, as people come here, and not to."""
        return AsTheyCome(within_days, self.as_run), NotWithin(within_days, self.as_run)

    def chance(self, people: People) -> lives.Array | None:
        """Each person's true chance of being served as the programme was run, (n,); None where nothing is left to luck.

        Where offers are made it is that of an offer; `Plan.chance` has that of any other plan.
        """
        return self.as_run.chance(people)

    @property
    def effects(self) -> Mapping[str, Effect]:
        """What the programme does, by process."""
        first = self.as_run.works_from
        does = {process: shaped(self.effect, process, ratio.value**self.strength, first=first) for process, ratio in self.programme.moves.items()}
        return {**does, "report:seen": steady(served.REPORTED_MORE.value, first=first)} if "report" in self.watched else does

    def records(self, lives: Lives, reads: Collection[str] | None = None) -> dict[str, pd.DataFrame]:
        """What the county's systems hold of these lives: all that an analyst may read.

        With `reads`, rows of other kinds than these may be left out; "cost" is all that costs anything.
        """
        return {name: table.frame() for name, table in self.filled(lives, reads).items()}

    def filled(self, lives: Lives, reads: Collection[str] | None = None) -> dict[str, Filled]:
        """The same tables by columns, of which Parquet files are made."""
        recording = self._recording
        sources = (*(source for system in recording for source in system.sources), FINANCE)
        moved = lives.people.moved if self.moves is None else self.moves.day(lives)
        return filled(lives, self._view(sources, moved, lives.offered), recording, reads) | self._of_places(lives) | {"unit_cost": rows(self.book)}

    def truth(self, lives: Lives, reads: Collection[str] | None = None) -> dict[str, pd.DataFrame]:
        """The same tables with nothing hidden: nobody moves, nothing is late, and offers are those made under `as_run`.

        A design so enrols the same people whatever the plan.  For truth only: no analyst ever reads these.
        """
        recording = self._recording
        whole = tuple(Source(source.name) for source in (*(source for system in recording for source in system.sources), FINANCE))
        stayed = np.full(len(lives.people), NEVER_DAY)
        view = replace(self._view(whole, stayed, self.as_run.offers(lives.people)), late=False)
        beside = self._of_places(lives) | {"unit_cost": rows(self.book)}
        return tables(lives, view, recording, reads) | {name: table.frame() for name, table in beside.items()}

    @property
    def book(self) -> tuple[UnitCost, ...]:
        """The book of unit costs of the county: what its systems and the programme cost, and whom."""
        return book(tuple(system.name for system in self._systems), self.programme)

    def costs(self, lives: Lives) -> Iterator[Lines]:
        """Every priced line of these lives, up to the last day of the records.  For truth only."""
        for system in self._recording:
            yield from system.lines(lives)

    def of(self, programme: str, county: str | None = None) -> World:
        """This world with another programme, whose intake says who the people are.

        Refuses one that nobody invented, and one with which the world would lose what it is for: a list that ranks nobody, a trend
        of what the programme does not move.
        """
        if programme not in PROGRAMMES:
            raise Refused(unknown("programme", programme, PROGRAMMES))
        if lost := self._lost_with(PROGRAMMES[programme]):
            right = f"It is made for '{self.programme.name}'."
            raise Refused(Problem(f"the world '{self.name}' with '{programme}'", lost, right, "Name another world, or its own programme."))
        named = self if county is None else replace(self, county=county)
        other = PROGRAMMES[programme]
        return replace(named, programme=other, systems=self.systems if other.intake == self.programme.intake else None)

    def _lost_with(self, programme: Programme) -> str:
        """What this world would no longer be with a programme; empty where it still is."""
        if self.as_run.whole and INTAKES[programme.intake].start != "list":
            return "a rank decides there, and nobody in this programme is on a list."
        trends = self.offices.trends if self.offices is not None else {}
        if trends and not {process.partition(":")[0] for process in trends} & set(programme.moves):
            return f"what changes there by itself ({', '.join(trends)}) is nothing that this programme moves."
        return ""

    def but(self, **dials: Any) -> World:
        """This world with other dials, such as `effect="none"`; refuses a dial that there is not, and an effect of no known shape."""
        there = [field.name for field in fields(self) if field.name not in ("name", "title", "reason", "trap")]
        wrong = [unknown("dial", dial, there) for dial in dials if dial not in there]
        if dials.get("effect", "none") not in SHAPES:
            wrong.append(unknown("effect", dials["effect"], SHAPES))
        if wrong:
            raise Refused(*wrong)
        return replace(self, **dials)

    def suits(self, study: Study) -> bool:
        """Whether people are served here as a design says: every cohort of it finds on record its starts, and the arms or services it reads."""
        if study.programme not in PROGRAMMES or not (self.general or study.programme == self.programme.name):
            return False
        there = self.of(study.programme)
        kinds = frozenset().union(*(system.kinds for system in there._systems))
        return all(_starts_with(plan) <= kinds and there._serves(plan) for plan in study.cohorts.values())

    def _serves(self, plan: CohortPlan) -> bool:
        """Whether a cohort finds what it reads: coins or offers by their kinds, a score by its cut-off, services by their days."""
        if plan.clock == "calendar":
            return self.as_run.by == "" and (plan.adopted is None or not plan.adopted.starts or isinstance(self.as_run, ByCalendar))
        if plan.assigned is None:
            return self.as_run.by == "" or (self.as_run.by == "offer" and plan.strategies is not None)
        if self.as_run.by != plan.assigned.by or (isinstance(self.as_run, ByFamilyLot) and "family" not in plan.cluster):
            return False
        return plan.assigned.by == "score" or self.as_run.arms(self.programme.name) == (plan.assigned.offered, plan.assigned.withheld)

    def _of_places(self, lives: Lives) -> dict[str, Filled]:
        """What the records say about places, where people live in offices: the same whatever the plan."""
        if self.offices is None:
            return {}
        return {"area": area_rows(self.offices, lives.people, self.as_run, self.programme.name, self.programme.source)}

    @property
    def _systems(self) -> tuple[System, ...]:
        names = SEEN_BY[self.programme.intake] if self.systems is None else self.systems
        return tuple(SYSTEMS[name] for name in (*names, *self.beside))

    @property
    def _recording(self) -> tuple[System, ...]:
        return (*self._systems, programme.of(self.programme))

    def _view(self, sources: tuple[Source, ...], moved: lives.Array, offered: lives.Array | None) -> View:
        return View(sources, moved, offered, self.as_run.arms(self.programme.name), self.programme.name, self.exchangeable)


_RUNS = {  # how an effect runs, after what the programme does
    "steady": "",
    "fading": ", for a year at most",
    "delayed": ", after three months",
    "uneven": ", the more the higher the risk",
    "harmful_low": ", but does the opposite to those at low risk",
}


def _crowded(intake: Intake) -> Intake:
    """The same intake, of older children, or of adults who die more often."""
    if intake.name not in CHILDREN:
        return replace(intake, deaths=intake.deaths * served.DEATHS_MORE.value)
    return replace(intake, ages=tuple(18 - served.CHILDREN_OLDER.value * (1 - 0.97 * share) for share in AGE_AT))


def _starts_with(plan: CohortPlan) -> frozenset[str]:
    """The kinds of rows that start the clocks of a cohort."""
    starts = plan.starts
    return frozenset({*starts.event, *starts.spell, *starts.spell_end, *([starts.list] if starts.list else [])})
