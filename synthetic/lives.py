"""Whole lives of invented people: what came before the day that starts a clock, and what follows under a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic import justice
from synthetic.community import Jail, contacts, shelter
from synthetic.effects import NO_EFFECT, Effect
from synthetic.hazards import Clock, Steps, day_of_next
from synthetic.housing import until_exit
from synthetic.need import Sign, on_record
from synthetic.people import MEAN_AGE, Persons, starts
from synthetic.plans import NEVER, Plan
from synthetic.rates import core as rates
from synthetic.recording import System
from synthetic.rows import NEVER_DAY, Arrests, Contacts, Stays
from synthetic.streams import Stream, exponential

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

YEAR = 365.25
LONG_AGO = 3 * 365  # days since a release after which its memory has worn off
SINCE_RELEASE_DEATH = Steps((0, 14), (rates.DEATH_EARLY.value, 1.0))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that matter to a county, all inclusive: what the records span, and when the programme takes people in."""

    first: int  # first day of the records
    opening: int  # first day on which a clock starts
    closing: int  # last such day
    last: int  # last day of the records


@dataclass(frozen=True, eq=False)
class People:
    """People and all that no plan moves: their past, the day that starts their clock, and when they die or move away."""

    persons: Persons
    calendar: Calendar
    tides: Mapping[str, Clock]  # by process: what moves its hazard in the whole county, or in an office, whatever the plan
    grown: Array  # (n,) first day that is lived: the records' first, or the 18th birthday
    past: Arrests  # before the start: of people released from jail, up to and including the stay that ends on it
    start: Array  # (n,) the day that starts the clock: of people released from jail, the first release on or after the opening day
    freed: Array  # (n,) the last release before arrests are lived on, or a day long ago
    death: Array  # (n,) day; NEVER_DAY where it lies past the records
    moved: Array  # (n,) first day not living in the county, were it the same to everybody; NEVER_DAY likewise
    signs: tuple[Sign, ...] = ()  # what on record makes somebody likelier to be served
    kept_by: tuple[System, ...] = ()  # the systems that record these signs

    def __len__(self) -> int:
        return len(self.persons)

    @property
    def until(self) -> Array:
        """(n,) the day of death, or the first day past the records."""
        return np.minimum(self.death, self.calendar.last + 1)

    @cached_property
    def unserved(self) -> Lives:
        """The lives in which nobody is served."""
        return live(self, NEVER, effects={})

    @property
    def supervised(self) -> Array:
        """(n,) the first day after the start of the clock on which each person is no longer under supervision, were nobody served."""
        return supervised(self, self.unserved.arrests)

    def need(self, days: int = 1) -> Array:
        """What the records show of each person's need on each day from the start on, in log odds of being served; (n, days).

        Of each day, nothing of the day itself, nor after it, is read; and nothing that a programme has changed.
        """
        return on_record(self.unserved, self.kept_by, self.signs, self.start, days)


@dataclass(frozen=True, eq=False)
class Lives:
    """What people live under one plan.  This is the truth: it is never written, and nobody moves away in it.

    Arrests and shelter stays are lived at once, for jail and need on record bear on everything else; whatever else happens
    is lived when it is asked for, from luck of its own.
    """

    people: People
    plan: Plan
    effects: Mapping[str, Effect]  # what the programme does, by process
    offered: Array | None  # (n,) bool; None where no offers are made
    enrolled: Array  # (n,) day; NEVER_DAY where nobody enrolled
    arrests: Arrests
    stays: Stays

    @property
    def until(self) -> Array:
        """(n,) the day of death, or the first day past the records."""
        return self.people.until

    @cached_property
    def jail(self) -> Jail:
        """Who is inside on which day."""
        return Jail(self.arrests, len(self.people))

    @cached_property
    def contacts(self) -> Contacts:
        """Behavioural health contacts."""
        people, moved = self.people, self.effects.get("contact", NO_EFFECT)
        programme = None if moved == NO_EFFECT else _works(people, self.enrolled, moved)
        rate, first, until = people.persons.contact_rate, people.grown, people.until
        return contacts(people.persons.luck, self.jail, rate=rate, first=first, until=until, programme=programme)

    def clocks(self, process: str) -> tuple[Clock, ...]:
        """What moves the hazard of a process beyond a person's own rate: the programme from enrolment on, and the county's tides."""
        return _clocks(self.people, self.enrolled, self.effects, process)


def born(
    persons: Persons, calendar: Calendar, *, moves_a_year: float, signs: tuple[Sign, ...] = (), kept_by: tuple[System, ...] = ()
) -> People:  # fmt: skip
    """People with their past up to the day that starts their clock, and their death and move after it; no tide moves them yet."""
    grown = np.maximum(calendar.first, persons.birth + int(18 * YEAR) + 1)
    past, start, freed = _past(persons, calendar, grown)
    luck = persons.luck
    age = (start - persons.birth) / YEAR
    death = day_of_next(
        exponential(luck.uniforms(Stream.DEATH)[:, 0]),
        now=start + 1,
        rate=persons.intake.deaths * rates.DEATH.value / YEAR * np.exp(rates.DEATH_AGE.value * (age - MEAN_AGE)),
        clocks=(Clock(start, SINCE_RELEASE_DEATH if persons.intake.start == "release" else Steps()),),
    )
    years = exponential(luck.uniforms(Stream.MOVE)[:, 0]) / moves_a_year if moves_a_year else np.full(len(persons), np.inf)
    moved = within(start + 1 + years * YEAR, calendar)
    return People(persons, calendar, {}, grown, past, start, freed, within(death, calendar), moved, signs, kept_by)


def live(people: People, plan: Plan, *, effects: Mapping[str, Effect]) -> Lives:
    """The lives that these people lead under a plan, with the luck that they have under every plan."""
    offered = plan.offers(people)
    enrolled = plan.enrols(people, offered)
    enrolled = np.where(enrolled < people.until, enrolled, NEVER_DAY)
    return Lives(people, plan, effects, offered, enrolled, *_led(people, enrolled, effects))


def supervised(people: People, arrests: Arrests) -> Array:
    """The first day after the start of the clock on which each person is no longer under supervision; (n,) days.

    It ends with the first arrest, and with life.
    """
    after = arrests.where(arrests.day > people.start[arrests.who])
    end = np.minimum(people.start + int(rates.SUPERVISED.value), people.until)
    np.minimum.at(end, after.who, after.day)
    return end


def _clocks(people: People, enrolled: Array, effects: Mapping[str, Effect], process: str) -> tuple[Clock, ...]:
    served = _works(people, enrolled, effects.get(process, NO_EFFECT))
    return (served, people.tides[process]) if process in people.tides else (served,)


def _works(people: People, enrolled: Array, effect: Effect) -> Clock:
    """An effect on people who enrol on these days; one that comes before enrolment begins on nobody before the start of their clock."""
    ahead = -min(effect.steps.days[0], 0)
    return effect.clock(np.maximum(enrolled, people.start + ahead) if ahead else enrolled, people.persons)


def _led(people: People, enrolled: Array, effects: Mapping[str, Effect]) -> tuple[Arrests, Stays]:
    """Arrests and shelter stays from the first day that is lived, under a programme that each person enters on a day."""
    persons, luck, until = people.persons, people.persons.luck, people.until
    after = justice.arrests(
        luck,
        Stream.ARREST_AFTER,
        rate=persons.arrest_rate,
        released=people.freed,
        first=np.maximum(people.freed, people.start if persons.intake.start == "exit" else people.grown - 1) + 1,
        until=until,
        clocks=_clocks(people, enrolled, effects, "arrest"),
    )
    arrests = Arrests.gathered([people.past, after])
    on_stays, *_ = _clocks(people, enrolled, effects, "shelter")  # no tide reaches it: it runs on days outside
    return arrests, shelter(luck, Jail(arrests, len(people)), rate=persons.shelter_rate, first=people.grown, until=until, programme=on_stays)


def _past(persons: Persons, calendar: Calendar, grown: Array) -> tuple[Arrests, Array, Array]:
    """Arrests before the start, the day that starts each clock, and the last release before arrests are lived on."""
    if persons.intake.start == "release":
        past, start = _until_release(persons, calendar, grown)
        return past, start, start
    if persons.intake.start == "exit":
        return until_exit(persons, calendar, grown, grown - LONG_AGO)
    drawn = starts(persons.luck, persons.intake, persons.together, opening=calendar.opening, closing=calendar.closing)
    start = np.full_like(drawn, calendar.opening) if persons.intake.start == "opening" else drawn
    return Arrests.gathered([]), start, grown - LONG_AGO


def _until_release(persons: Persons, calendar: Calendar, grown: Array) -> tuple[Arrests, Array]:
    """Arrests up to the release that starts the clock, and the day of that release.

    Everybody is released from jail on a drawn day at the latest.  Whoever is released earlier, but not before the opening,
    starts there: so those who are arrested often come first, as they do in any county.
    """
    luck, n = persons.luck, len(persons)
    drawn = luck.uniforms(Stream.RELEASE, 5)
    release = calendar.opening + np.floor(drawn[:, 0] * (calendar.closing - calendar.opening + 1)).astype(np.int64)
    taken_in = np.maximum(release - justice.nights(drawn[:, 1]), grown)
    earlier = justice.arrests(
        luck,
        Stream.ARREST_BEFORE,
        rate=persons.arrest_rate,
        released=grown - LONG_AGO,
        first=grown,
        until=taken_in,
        clocks=(),
    )
    # whoever is still inside when the drawn stay would begin stays until the drawn release
    stop = np.where(earlier.stop >= taken_in[earlier.who], release[earlier.who], earlier.stop)
    starts = earlier.jailed & (stop >= calendar.opening)
    early, place = np.unique(earlier.who[starts], return_index=True)
    release[early] = stop[starts][place]
    drawn_stay = Arrests(
        who=np.arange(n),
        day=taken_in,
        entry=drawn[:, 4],
        stop=release,
        convicted=justice.convictions(taken_in, drawn[:, 2:4]),
    )
    lived = replace(earlier, stop=stop).where(earlier.day < release[earlier.who])
    past = Arrests.gathered([lived, drawn_stay.where(~np.isin(np.arange(n), early))])
    # nobody is released before the sentence, so that a conviction after the release is for an arrest after it
    convicted = np.where(past.convicted < NEVER_DAY, np.minimum(past.convicted, release[past.who] - 1), NEVER_DAY)
    return replace(past, convicted=convicted), release


def within(day: Array, calendar: Calendar) -> Array:
    """Whole days up to the end of the records; NEVER_DAY past it."""
    return np.where(day <= calendar.last, np.floor(np.minimum(day, NEVER_DAY)).astype(np.int64), NEVER_DAY)
