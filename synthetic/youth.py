"""Youth justice: petitions to the juvenile court, dispositions, and the wardships that some of them bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from synthetic.hazards import day_of_next
from synthetic.rates import youth as rates
from synthetic.rows import NEVER_DAY, Rows
from synthetic.streams import Stream, exponential

if TYPE_CHECKING:
    from synthetic.lives import Lives, People

    Array = np.ndarray[Any, Any]

FROM, TO = 12.0, 18.0  # years: the ages between which a youth can be petitioned
WARD_TO = 21.0  # years: wardship ends then


@dataclass(frozen=True, slots=True, eq=False)
class Petitions(Rows):
    """Petitions, and what the court made of each."""

    disposed: Array  # the day of the disposition; NEVER_DAY where there is none
    ward: Array  # days of wardship that the disposition brings; 0 for none


@dataclass(frozen=True, slots=True, eq=False)
class Wardships(Rows):
    """Times as a ward of the court; no two of a youth overlap."""

    stop: Array  # the first day that is no longer part of it


def petitions(lives: Lives) -> Petitions:
    """Every petition of a youth, up to the 18th birthday; of youth disposed of at the start, one that leads to it among them."""
    people, persons, luck = lives.people, lives.people.persons, lives.people.persons.luck
    now = np.maximum(_birthday(people, FROM), people.calendar.first).astype(float)
    end = np.minimum(_birthday(people, TO), people.until)
    rate = rates.PETITION.value * np.exp(rates.PETITION_NEED.value * persons.need + rates.PETITION_FRAILTY.value * persons.frailty)
    rows, event = [], 0
    while (at_risk := np.flatnonzero(now < end)).size:
        uniform = luck.of(at_risk, Stream.PETITION, 6, event=event)
        clocks = tuple(clock.of(at_risk) for clock in lives.clocks("petition"))
        reached = day_of_next(exponential(uniform[:, 0]), now=now[at_risk], rate=rate[at_risk], clocks=clocks)
        now[at_risk] = np.floor(reached) + 1
        it = reached < end[at_risk]
        rows.append(_disposed(at_risk[it], np.floor(reached[it]).astype(np.int64), uniform[it]))
        event += 1
    if persons.intake.opens == "disposition":
        rows.append(_before_start(people))
    return Petitions.gathered(rows)


def wardships(lives: Lives, petitions: Petitions) -> Wardships:
    """Every time as a ward: from a disposition on; one that comes meanwhile makes it last as long as the longer of the two.

    Where the start of everybody's clock is a disposition, a wardship that is under way ends on it, and a new one begins.
    """
    people = lives.people
    made = petitions.where((petitions.ward > 0) & (petitions.disposed < people.until[petitions.who]))
    made = made.where(np.lexsort((made.disposed, made.who)))
    limit = np.minimum(_birthday(people, WARD_TO), people.until)[made.who]
    opens = people.start if people.persons.intake.opens == "disposition" else np.full(len(people), NEVER_DAY)
    start, stop = made.disposed, np.minimum(made.disposed + made.ward, limit)
    stop = np.where(start < opens[made.who], np.minimum(stop, opens[made.who]), stop)
    begins = _begins(made.who, start, stop)
    run = np.cumsum(begins) - 1
    ends = np.zeros(int(begins.sum()), dtype=np.int64)
    np.maximum.at(ends, run, stop)
    first = made.where(begins)
    wards = Wardships(first.who, first.disposed, first.entry, ends)
    return wards.where(wards.stop > wards.day)


def _begins(who: Array, start: Array, stop: Array) -> Array:
    """Which of these times, in the order of person and start, begin when all earlier ones of the same person are over; (m,) bool."""
    longest = int(NEVER_DAY) * 2
    reached = np.maximum.accumulate(np.concatenate([[-1], who * longest + stop]))[:-1]
    return np.asarray(who * longest + start >= reached)


def _disposed(who: Array, day: Array, uniform: Array) -> Petitions:
    wait = np.minimum(1 + np.floor(rates.DISPOSED_WAIT.value * exponential(uniform[:, 2])), rates.DISPOSED_LONGEST.value).astype(np.int64)
    disposed = np.where(uniform[:, 1] < rates.DISPOSED.value, day + wait, NEVER_DAY)
    ward = np.where((disposed < NEVER_DAY) & (uniform[:, 3] < rates.WARD.value), _days_of_ward(uniform[:, 4]), 0)
    return Petitions(who, day, uniform[:, 5], disposed, ward)


def _before_start(people: People) -> Petitions:
    """The petition of each youth that the disposition on the day that starts the clock is of; it makes the youth a ward."""
    uniform = people.persons.luck.uniforms(Stream.PETITION, 3, event=2**20)
    wait = np.minimum(1 + np.floor(rates.DISPOSED_WAIT.value * exponential(uniform[:, 0])), rates.DISPOSED_LONGEST.value).astype(np.int64)
    return Petitions(np.arange(len(people)), people.start - wait, uniform[:, 2], people.start, _days_of_ward(uniform[:, 1]))


def _days_of_ward(uniform: Array) -> Array:
    days = rates.WARD_MEDIAN.value * np.exp(rates.WARD_SPREAD.value * ndtri(uniform))
    return np.ceil(np.minimum(days, rates.WARD_LONGEST.value)).astype(np.int64)


def _birthday(people: People, years: float) -> Array:
    """The first day on which each person is so old."""
    return people.persons.birth + int(years * 365.25) + 1
