"""Life outside: shelter stays and service contacts, on a clock that stands still while a person is in jail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from synthetic.hazards import Clock, day_of_next
from synthetic.rates import core as rates
from synthetic.rows import BEYOND, NEVER_DAY, Arrests, Contacts, Stays
from synthetic.streams import Luck, Stream, exponential

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

BLOCK = 8  # contacts drawn at a time


class Jail:
    """Who is inside on which day, and the clock of days outside, as look-ups for arrays of people and days."""

    def __init__(self, arrests: Arrests, people: int):
        inside = arrests.where(arrests.jailed)
        length = inside.stop - inside.day
        self._gathered = np.concatenate([[0], np.cumsum(length)])
        self._first = np.searchsorted(inside.who, np.arange(people + 1))
        self._start, self._stop = inside.day, inside.stop
        self._starts = inside.who * BEYOND + inside.day
        earlier = self._gathered[:-1] - self._gathered[self._first[inside.who]]
        self._starts_outside = inside.who * BEYOND + inside.day - earlier

    def outside(self, who: Array, day: Array) -> Array:
        """The days outside up to a calendar day (counted from day 0, as if nobody had been inside before the records)."""
        begun = np.searchsorted(self._starts, who * BEYOND + day)
        last = np.where(begun > self._first[who], np.append(self._stop, 0)[begun - 1], day)
        return np.asarray(day - (self._gathered[begun] - self._gathered[self._first[who]]) + np.maximum(0, last - day))

    def calendar(self, who: Array, outside: Array) -> Array:
        """The calendar day on which so many days outside are reached."""
        passed = np.searchsorted(self._starts_outside, who * BEYOND + outside, side="right")
        return np.asarray(outside + self._gathered[passed] - self._gathered[self._first[who]])

    def next_start(self, who: Array, day: Array) -> Array:
        """The first day on or after `day` on which the person is taken in; NEVER_DAY where there is none."""
        begun = np.searchsorted(self._starts, who * BEYOND + day)
        there = begun < self._first[who + 1]
        start = np.append(self._start, NEVER_DAY)[begun]
        return np.where(there, start, NEVER_DAY)

    def holds(self, who: Array, day: Array) -> Array:
        """Whether the person is inside on that day."""
        begun = np.searchsorted(self._starts, who * BEYOND + day, side="right")
        return np.asarray((begun > self._first[who]) & (np.append(self._stop, 0)[begun - 1] > day))


def shelter(luck: Luck, jail: Jail, *, rate: Array, first: Array, until: Array, programme: Clock) -> Stays:
    """Every shelter stay that begins from the day `first` up to `until`; jail ends a stay, and `until` does."""
    everybody = np.arange(luck.n)
    now, end = jail.outside(everybody, first).astype(float), jail.outside(everybody, until)
    enrolled = np.where(programme.set_on < NEVER_DAY, jail.outside(everybody, programme.set_on), NEVER_DAY)
    clock = Clock(enrolled, programme.steps, programme.power)
    rows: list[Stays] = []
    event = 0
    while (at_risk := np.flatnonzero(now < end)).size:
        uniform = luck.of(at_risk, Stream.SHELTER, 3, event=event)
        reached = day_of_next(exponential(uniform[:, 0]), now=now[at_risk], rate=rate[at_risk], clocks=(clock.of(at_risk),))
        now[at_risk] = reached
        happened = reached < end[at_risk]
        who, uniform, outside = at_risk[happened], uniform[happened], np.floor(reached[happened]).astype(np.int64)
        length = rates.SHELTER_MEDIAN.value * np.exp(rates.SHELTER_SPREAD.value * ndtri(uniform[:, 1]))
        length = np.ceil(np.minimum(length, rates.SHELTER_LONGEST.value)).astype(np.int64)
        start = jail.calendar(who, outside)
        stop = np.minimum.reduce([start + length, jail.next_start(who, start), until[who]])
        rows.append(Stays(who, start, entry=uniform[:, 2], stop=stop))
        now[who] = outside + length + 1
        event += 1
    return Stays.gathered(rows)


def contacts(luck: Luck, jail: Jail, *, rate: Array, first: Array, until: Array, programme: Clock | None = None) -> Contacts:
    """Every contact from the day `first` up to `until` that does not fall on a day in jail, at most one a day.

    Only a stay in jail moves them, and a programme that is there for it.
    """
    now = first.copy()
    rows: list[Contacts] = []
    event = 0
    while (at_risk := np.flatnonzero(now < until)).size:
        uniform = luck.of(at_risk, Stream.CONTACT, 2 * BLOCK, event=event)
        gaps = np.ceil(exponential(uniform[:, :BLOCK]) / rate[at_risk, None]).astype(np.int64)
        days = now[at_risk, None] + np.cumsum(gaps, axis=1)
        if programme is not None:
            _moved(days, exponential(uniform[:, :BLOCK]), now[at_risk], rate[at_risk], programme.of(at_risk))
        now[at_risk] = days[:, -1]
        row, place = np.nonzero(days < until[at_risk, None])
        rows.append(Contacts(at_risk[row], days[row, place], entry=uniform[row, BLOCK + place]))
        event += 1
    made = Contacts.gathered(rows)
    return made.where(~jail.holds(made.who, made.day))


def _moved(days: Array, units: Array, now: Array, rate: Array, programme: Clock) -> None:
    """Writes into days, (n, BLOCK), those that follow an enrolment: the first that lies past it, and all after that."""
    row = np.flatnonzero(days[:, -1] > programme.set_on)
    at, clock = now[row], programme.of(row)
    for column in range(BLOCK):
        plain = at + np.ceil(units[row, column] / rate[row]).astype(np.int64)
        reached = day_of_next(units[row, column], now=at.astype(float), rate=rate[row], clocks=(clock,))
        served = np.maximum(at + 1, np.ceil(np.minimum(reached, NEVER_DAY)).astype(np.int64))
        at = np.where(plain <= clock.set_on, plain, served)
        days[row, column] = at
