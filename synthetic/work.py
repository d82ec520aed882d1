"""Jobs, earnings and benefits, quarter by quarter.

In every quarter somebody has a job or has none.  Each change waits for luck with a hazard that depends on need, on a frailty of
its own, on age, and on nights in jail in the quarter before; what a programme does to it counts from the first quarter that begins
on or after the day of enrolment.  Jobs bring wages; low wages in the quarter before open the way to benefits.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from evaluation.records.days import day_of
from synthetic.households import PARENT
from synthetic.lives import YEAR, Lives
from synthetic.people import Persons
from synthetic.rates import work as rates
from synthetic.rates.rate import Rate
from synthetic.rows import Stays
from synthetic.streams import Stream

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

SINCE = date(2016, 1, 1)  # the first quarter that is lived: twelve before the first clock starts
WAGES_OF = day_of(date(2019, 7, 1))  # when wages are those of the rates
OLD = 60.0
CLAIMING = "benefits:calfresh"  # what an intake opens with whose people are on benefits when their clock starts
MONTHS = 3  # of a quarter


@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """Earnings and benefits; a row a person, a column a quarter, in cents."""

    quarters: Array  # (q,) the first day of each
    wages: Array  # (n, q)
    benefits: Array  # (n, q)
    calfresh: Stays
    calworks: Stays


@dataclass(frozen=True, slots=True)
class Terms:
    """On what terms a benefit is given."""

    found: Rate
    left: Rate
    limit: Rate
    month: Rate
    taper: Rate
    least: Rate

    def grant(self, wages: Array) -> Array:
        """Cents a month after a quarter of such wages, (n,) cents."""
        return np.maximum(self.month.value * 100 - self.taper.value * wages / MONTHS, self.least.value * 100)


CALFRESH = Terms(
    rates.CALFRESH_FOUND, rates.CALFRESH_LEFT, rates.CALFRESH_LIMIT, rates.CALFRESH_MONTH, rates.CALFRESH_TAPER, rates.CALFRESH_LEAST
)  # fmt: skip
CALWORKS = Terms(
    rates.CALWORKS_FOUND, rates.CALWORKS_LEFT, rates.CALWORKS_LIMIT, rates.CALWORKS_MONTH, rates.CALWORKS_TAPER, rates.CALWORKS_LEAST
)  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Quarter:
    """One quarter, and who is there; arrays are (n,)."""

    place: int
    months: Array  # (3,) the first day of each month
    there: Array  # bool: grown and alive on the first day
    new: Array  # bool: there for the first time
    idle: Array  # nights in jail in the quarter before
    free: Array  # the share of the quarter that is lived outside jail
    claims: Array  # bool: on benefits on some day of it, because the clock starts

    def changes(self, lives: Lives, process: str) -> Array:
        """What the programme and the county's tides multiply the hazard of a process by, as they stand on the first day."""
        day = np.full((len(self.there), 1), self.months[0])
        factor = np.ones(len(self.there))
        for clock in lives.clocks(process):
            factor *= clock.factor(day)[:, 0]
        return factor


def work(lives: Lives) -> Work:
    """Every quarter of grown life under a plan, from 2016 on."""
    people = lives.people
    firsts = _months(people.calendar.last)
    nights = _nights(lives, firsts)
    n, quarters = len(people), len(firsts) - 1
    wages, benefits = np.zeros((n, quarters), np.int32), np.zeros((n, quarters), np.int32)
    jobs = Jobs.of(lives)
    calfresh, calworks = (Aid.of(lives, terms, place) for place, terms in enumerate((CALFRESH, CALWORKS)))
    claimed = np.searchsorted(firsts[:, 0], people.start, side="right") - 1 if people.persons.intake.opens == CLAIMING else np.full(n, -1)
    before = np.zeros(n, dtype=bool)
    earlier = np.zeros(n)
    for place in range(quarters):
        first, after = firsts[place, 0], firsts[place + 1, 0]
        there = (people.grown <= first) & (first < people.until)
        idle = nights[:, place - 1] if place else np.zeros(n)
        free = 1 - (nights[:, place] + np.maximum(after - people.until, 0)) / (after - first)
        now = Quarter(place, firsts[place], there, there & ~before, idle, free, claimed == place)
        earned = jobs.lived(now, falls=claimed == place + 1)
        earlier = np.where(now.new, earned, earlier)  # what somebody earned before growing up is not known
        wages[:, place] = earned
        benefits[:, place] = sum(aid.lived(now, earlier) for aid in (calfresh, calworks))
        earlier, before = earned, there
    return Work(firsts[:-1, 0], wages, benefits, calfresh.spells(), calworks.spells())


@dataclass(slots=True, eq=False)
class Jobs:
    """Who has a job, and what it brings; changed from quarter to quarter."""

    lives: Lives
    trouble: Array  # (n,) log of how much less readily than the average a job is found, and more readily lost
    level: Array  # (n,) log cents of a whole quarter in a job
    has: Array  # (n,) bool

    @classmethod
    def of(cls, lives: Lives) -> Jobs:
        """Nobody has a job yet."""
        persons = lives.people.persons
        own = persons.luck.normals(Stream.WORK, 2)
        trouble = rates.JOB_NEED.value * persons.need + rates.JOB_FRAILTY.value * own[:, 0] - np.log(persons.intake.jobs)
        level = np.log(100 * rates.WAGE.value * persons.intake.wages) + rates.WAGE_NEED.value * persons.need + rates.WAGE_SPREAD.value * own[:, 1]
        return cls(lives, trouble, level, np.zeros(len(persons), dtype=bool))

    def lived(self, now: Quarter, *, falls: Array) -> Array:
        """The wages of one quarter in whole cents, (n,); whoever `falls` loses a job that would keep them from benefits."""
        people = self.lives.people
        uniform = people.persons.luck.uniforms(Stream.WORK, 3, event=now.place + 1)
        age = (now.months[0] - people.persons.birth) / YEAR
        trouble = np.exp(self.trouble + rates.JOB_AGE.value * np.maximum(age - OLD, 0))
        found = rates.JOB_FOUND.value / trouble * now.changes(self.lives, "job_found")
        lost = rates.JOB_LOST.value * trouble * now.changes(self.lives, "job_lost")
        keeps = uniform[:, 0] < np.exp(-lost - rates.JOB_JAIL.value * now.idle)
        finds = uniform[:, 0] < -np.expm1(-found * now.free)
        settled = uniform[:, 0] < found / (found + lost)
        had = self.has
        has = now.there & np.where(now.new, settled, np.where(had, keeps, finds))
        level = self.level + rates.WAGE_GROWTH.value * (now.months[0] - WAGES_OF) / YEAR
        earned = np.where(has, np.exp(level + rates.WAGE_LUCK.value * ndtri(uniform[:, 1])) * now.free, 0)
        earned = np.floor(np.where(has & ~had & ~now.new, uniform[:, 2], 1) * earned)  # a job begins on some day of its first quarter
        fallen = falls & (earned > 100 * rates.CALFRESH_LIMIT.value)
        self.has = has & ~fallen
        return np.where(fallen, 0, earned)


@dataclass(slots=True, eq=False)
class Aid:
    """Who is on one benefit; changed from quarter to quarter."""

    lives: Lives
    terms: Terms
    number: int
    ready: Array  # (n,) times as readily as the average does each person go on it; 0 for whoever cannot
    on: Array  # (n,) bool
    since: Array  # (n,) the day on which the last spell began
    over: list[tuple[Array, Array, Array]] = field(default_factory=list)  # whose spells have ended, first day, first day no longer

    @classmethod
    def of(cls, lives: Lives, terms: Terms, number: int) -> Aid:
        """Nobody is on it yet."""
        persons = lives.people.persons
        frailty = persons.luck.normals(Stream.BENEFIT)[:, 0]
        ready = persons.intake.aid * np.exp(rates.AID_NEED.value * persons.need + rates.AID_FRAILTY.value * frailty)
        if terms is CALWORKS:
            ready = np.where(_parents(persons), ready, 0)
        return cls(lives, terms, number, ready, np.zeros(len(persons), dtype=bool), np.zeros(len(persons), np.int64))

    def lived(self, now: Quarter, wages: Array) -> Array:
        """The cents that each person is paid in one quarter, (n,), after such wages in the one before."""
        people = self.lives.people
        uniform = people.persons.luck.uniforms(Stream.BENEFIT, 4, event=now.place + 1)[:, 2 * self.number : 2 * self.number + 2]
        month = now.months[(MONTHS * uniform[:, 1]).astype(np.int64)]
        allowed = wages <= 100 * self.terms.limit.value
        enters = np.where(allowed, self.terms.found.value * self.ready, 0)
        leaves = self.terms.left.value * np.where(allowed, 1, rates.AID_OVER.value) * now.changes(self.lives, "benefit_exit")
        settled = uniform[:, 0] * (enters + leaves) < enters
        begins = now.there & ~self.on & np.where(now.new, settled, uniform[:, 0] < -np.expm1(-enters * now.free))
        ends = now.there & self.on & (uniform[:, 0] >= np.exp(-leaves - rates.AID_JAIL.value * now.idle))
        month = np.where(now.new, now.months[0], month)
        if self.terms is CALFRESH:
            ends &= ~now.claims
            month = np.where(now.claims, np.minimum(month, now.months[np.searchsorted(now.months, people.start, side="right") - 1]), month)
            begins |= now.claims & now.there & ~self.on
        self.since = np.where(begins, month, self.since)
        paid = self.on | begins
        until = np.where(ends, month, people.until)
        paid_months = sum((paid & (self.since <= day) & (day < until)).astype(np.int64) for day in now.months)
        who = np.flatnonzero(ends)
        self.over.append((who, self.since[who], month[who]))
        self.on = paid & ~ends
        return np.floor(np.where(now.there, paid_months, 0) * self.terms.grant(wages))

    def spells(self) -> Stays:
        """Every spell on it, ended or not, in the order of person and day."""
        until = self.lives.people.until
        still = np.flatnonzero(self.on)
        parts = [*self.over, (still, self.since[still], until[still])]
        rows = [Stays(who, start, entry=np.zeros(len(who)), stop=np.minimum(stop, until[who])) for who, start, stop in parts]
        made = Stays.gathered(rows)
        return made.where(made.day < made.stop)


def _parents(persons: Persons) -> Array:
    """Who has children in their care: one parent of each household, or a share of the adults where no households are drawn; (n,) bool."""
    if persons.intake.family == "household":
        return np.asarray((persons.role == PARENT) & (persons.family == persons.luck.numbers))
    return np.asarray(persons.luck.uniforms(Stream.BENEFIT, 2)[:, 1] < rates.PARENT.value)


def _months(last: int) -> Array:
    """The first days of the months of each quarter up to the one that holds the last day, and of one more; (q + 1, 3)."""
    first, end = np.datetime64(SINCE, "M"), np.datetime64(last, "D").astype("datetime64[M]")
    quarters = (end - first).astype(int) // MONTHS + 2
    months = first + np.arange(MONTHS * quarters)
    return months.astype("datetime64[D]").astype(np.int64).reshape(quarters, MONTHS)


def _nights(lives: Lives, firsts: Array) -> Array:
    """The nights that each person spends in jail in each quarter; (n, q)."""
    starts = firsts[:, 0]
    jailed = lives.arrests.where(lives.arrests.jailed & (lives.arrests.stop > starts[0]))
    nights = np.zeros((len(lives.people), len(starts) - 1))
    begun = np.maximum(np.searchsorted(starts, jailed.day, side="right") - 1, 0)
    over = np.searchsorted(starts, jailed.stop - 1, side="right") - 1
    for later in range(int((over - begun).max(initial=0)) + 1):
        place = begun + later
        rows = place <= over
        who, place = jailed.who[rows], place[rows]
        np.add.at(nights, (who, place), np.minimum(jailed.stop[rows], starts[place + 1]) - np.maximum(jailed.day[rows], starts[place]))
    return nights
