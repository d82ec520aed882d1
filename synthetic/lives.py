"""Whole lives of invented people: what came before the release that starts a clock, and what follows under a plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic import justice, rates
from synthetic.community import Jail, contacts, shelter
from synthetic.hazards import ALWAYS, Clock, Steps, day_of_next
from synthetic.need import on_record
from synthetic.people import MEAN_AGE, Persons
from synthetic.plans import NEVER_DAY, Plan
from synthetic.rows import Arrests, Contacts, Stays
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
    opening: int  # first day on which a release starts a clock
    closing: int  # last such day
    last: int  # last day of the records


@dataclass(frozen=True, slots=True, eq=False)
class People:
    """People and all that no plan moves: their past, the release that starts their clock, and when they die or move away."""

    persons: Persons
    calendar: Calendar
    grown: Array  # (n,) first day that is lived: the records' first, or the 18th birthday
    past: Arrests  # up to and including the jail stay that ends on `release`
    release: Array  # (n,) the first release on or after the opening day
    death: Array  # (n,) day; NEVER_DAY where it lies past the records
    moved: Array  # (n,) first day not living in the county; NEVER_DAY likewise

    def __len__(self) -> int:
        return len(self.persons)

    @property
    def until(self) -> Array:
        """(n,) the day of death, or the first day past the records."""
        return np.minimum(self.death, self.calendar.last + 1)


@dataclass(frozen=True, slots=True, eq=False)
class Lives:
    """What people live under one plan.  This is the truth: it is never written, and nobody moves away in it."""

    people: People
    plan: Plan
    offered: Array | None  # (n,) bool; None where no offers are made
    enrolled: Array  # (n,) day; NEVER_DAY where nobody enrolled
    arrests: Arrests
    stays: Stays
    contacts: Contacts

    @property
    def until(self) -> Array:
        """(n,) the day of death, or the first day past the records."""
        return self.people.until


def born(persons: Persons, calendar: Calendar, *, moves_a_year: float) -> People:
    """People with their past up to the release that starts their clock, and their death and move after it."""
    grown = np.maximum(calendar.first, persons.birth + int(18 * YEAR) + 1)
    past, release = _past(persons, calendar, grown)
    luck = persons.luck
    age = (release - persons.birth) / YEAR
    death = day_of_next(
        exponential(luck.uniforms(Stream.DEATH)[:, 0]),
        now=release + 1,
        rate=rates.DEATH.value / YEAR * np.exp(rates.DEATH_AGE.value * (age - MEAN_AGE)),
        clocks=(Clock(release, SINCE_RELEASE_DEATH),),
    )
    years = exponential(luck.uniforms(Stream.MOVE)[:, 0]) / moves_a_year if moves_a_year else np.full(len(persons), np.inf)
    return People(persons, calendar, grown, past, release, _within(death, calendar), _within(release + 1 + years * YEAR, calendar))


def live(people: People, plan: Plan, *, effect: Steps) -> Lives:
    """The lives that these people lead under a plan, with the luck that they have under every plan.

    `effect` multiplies the hazards of arrest and of entering a shelter by the days since enrolment.
    """
    luck = people.persons.luck
    offered = offers(people, plan)
    enrolled = _walked_in(people, plan) if plan.name == "walk_in" else plan.enrols(luck, people.release, offered)
    enrolled = np.where(enrolled < people.until, enrolled, NEVER_DAY)
    arrests, stays = _led(people, Clock(enrolled, effect))
    met = contacts(luck, Jail(arrests, len(people)), rate=people.persons.contact_rate, first=people.grown, until=people.until)
    return Lives(people, plan, offered, enrolled, arrests, stays, met)


def offers(people: People, plan: Plan) -> Array | None:
    """Who is offered the programme under a plan at the release that starts the clock, (n,) bool; None where no offers are made."""
    if plan.name != "by_worker":
        return plan.offered(people.persons.luck)
    return plan.offered(people.persons.luck, _need(people, plan, *_unserved(people))[:, 0])


def supervised(people: People, arrests: Arrests) -> Array:
    """The first day after the release that starts the clock on which each person is no longer under supervision; (n,) days.

    It ends with the first arrest, and with life.
    """
    after = arrests.where(arrests.day > people.release[arrests.who])
    end = np.minimum(people.release + int(rates.SUPERVISED.value), people.until)
    np.minimum.at(end, after.who, after.day)
    return end


def _walked_in(people: People, plan: Plan) -> Array:
    """The day on which each person walks in; NEVER_DAY for those who do not while they are under supervision.

    What the programme changes begins on the day after (the steps of a walk-in world's effect start at 1), so that the life
    led up to the end of that day is the one that nobody serves.
    """
    arrests, stays = _unserved(people)
    need = _need(people, plan, arrests, stays, days=int(rates.SUPERVISED.value))
    day = people.release + plan.waits(people.persons.luck, need)
    return np.where(day < supervised(people, arrests), day, NEVER_DAY)


def _need(people: People, plan: Plan, arrests: Arrests, stays: Stays, *, days: int = 1) -> Array:
    """What brings people to the programme on each day from the release on: need on record and, by the plan's dial, hidden frailty."""
    return on_record(arrests, stays, people.release, days) + plan.by_frailty * people.persons.frailty[:, None]


def _unserved(people: People) -> tuple[Arrests, Stays]:
    """Arrests and shelter stays of lives in which nobody is served."""
    return _led(people, Clock(np.full(len(people), NEVER_DAY), ALWAYS))


def _led(people: People, programme: Clock) -> tuple[Arrests, Stays]:
    """Arrests and shelter stays from the first day that is lived, under a programme that each person enters on a day."""
    persons, luck, until = people.persons, people.persons.luck, people.until
    after = justice.arrests(
        luck,
        Stream.ARREST_AFTER,
        rate=persons.arrest_rate,
        released=people.release,
        first=people.release + 1,
        until=until,
        programme=programme,
    )
    arrests = Arrests.gathered([people.past, after])
    jail = Jail(arrests, len(people))
    return arrests, shelter(luck, jail, rate=persons.shelter_rate, first=people.grown, until=until, programme=programme)


def _past(persons: Persons, calendar: Calendar, grown: Array) -> tuple[Arrests, Array]:
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
        programme=Clock(np.full(n, NEVER_DAY), ALWAYS),
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


def _within(day: Array, calendar: Calendar) -> Array:
    """Whole days up to the end of the records; NEVER_DAY past it."""
    return np.where(day <= calendar.last, np.floor(np.minimum(day, NEVER_DAY)).astype(np.int64), NEVER_DAY)
