"""Enrolments in homeless services under a plan, and the way in of people who leave a shelter on the day that starts their clock."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from scipy.special import ndtri

from synthetic import homes, justice
from synthetic.community import Jail
from synthetic.homes import OPEN, SHELTER, TRANSITIONAL, Enrolments, Here, Ways, lived
from synthetic.people import starts
from synthetic.rates import housing as rates
from synthetic.rows import NEVER_DAY, Arrests
from synthetic.streams import Stream, exponential

if TYPE_CHECKING:
    from synthetic.lives import Calendar, Lives, People
    from synthetic.people import Persons

    Array = np.ndarray[Any, Any]

GOLDEN = (5**0.5 - 1) / 2  # its multiples spread evenly between whole numbers


_LIVED: WeakKeyDictionary[Lives, Enrolments] = WeakKeyDictionary()  # as long as the lives themselves: rows and costs are asked for one by one


def homelessness(lives: Lives) -> Enrolments:
    """Every enrolment of these lives in homeless services; the same object as long as the lives are kept."""
    if lives not in _LIVED:
        _LIVED[lives] = _homelessness(lives)
    return _LIVED[lives]


def _homelessness(lives: Lives) -> Enrolments:
    """In a shelter, a safe haven, outreach, transitional or permanent housing.

    Of an intake that leaves a shelter on the day that starts its clock no tide moves what came before.
    """
    people = lives.people
    clocks = {process: lives.clocks(process) for process in homes.PROCESSES}
    moving = homes.ways(people.persons, lives.jail, people.until, people.death <= people.calendar.last, clocks)
    if people.persons.intake.start != "exit":
        return lived(moving, homes.at_home(moving, people.grown), Stream.HOUSING)
    before, here = _left(moving, people)
    return Enrolments.gathered([before, lived(moving, here, Stream.HOUSING)])


def bed_nights(stays: Enrolments) -> tuple[Array, Array, Array]:
    """The nights on which beds given out night by night are used: the place of the stay, the person and the day of each.

    The first night is used; the others are spread over the stay so that each is with the same chance, by one draw for all.
    """
    night = np.where(stays.nightly >= 0, stays.stop - stays.day, 0)
    row = np.repeat(np.arange(len(night)), night)
    nth = np.arange(len(row)) - np.repeat(np.cumsum(night) - night, night)
    used = ((stays.nightly[row] + nth * GOLDEN) % 1 < rates.BED_USED.value) | (nth == 0)
    return row[used], stays.who[row[used]], (stays.day[row] + nth)[used]


# ------------------------------------------------------------------------------------------------ the way in
def until_exit(persons: Persons, calendar: Calendar, grown: Array, long_ago: Array) -> tuple[Arrests, Array, Array]:
    """Arrests up to the day that starts each clock, that day, and the last release before it or a day long ago.

    Everybody leaves a shelter or transitional housing on a drawn day at the latest.  Whoever leaves earlier, but not before the
    opening, starts there; nobody goes straight to another on that day.
    """
    drawn, taken_in, _ = _last_stay(persons, calendar, grown)
    past = justice.arrests(
        persons.luck,
        Stream.ARREST_BEFORE,
        rate=persons.arrest_rate,
        released=long_ago,
        first=grown,
        until=taken_in,
        clocks=(),
    )
    before = _until(persons, past, taken_in, grown)
    stays = before.where(np.isin(before.kind, (SHELTER - 1, TRANSITIONAL - 1)))
    left = stays.where((stays.stop >= calendar.opening) & (stays.stop < taken_in[stays.who]))
    start = drawn.copy()
    np.minimum.at(start, left.who, left.stop)
    lived_through = past.where(past.day <= start[past.who])
    jailed = lived_through.where(lived_through.jailed)
    freed = long_ago.copy()
    np.maximum.at(freed, jailed.who, jailed.stop)
    return lived_through, start, freed


def _last_stay(persons: Persons, calendar: Calendar, grown: Array) -> tuple[Array, Array, Array]:
    """The drawn day on which each person leaves at the latest, that on which the stay began which ends on it, and where it is."""
    drawn = starts(persons.luck, persons.intake, persons.together, opening=calendar.opening, closing=calendar.closing)
    uniform = persons.luck.uniforms(Stream.HOUSING_START, 4)
    nights = np.minimum(rates.LAST_MEDIAN.value * np.exp(rates.LAST_SPREAD.value * ndtri(uniform[:, 0])), rates.LAST_LONGEST.value)
    place = np.where(uniform[:, 1] < rates.LAST_SHELTER.value, SHELTER, TRANSITIONAL)
    return drawn, np.maximum(drawn - np.ceil(nights).astype(np.int64), grown), place


def _until(persons: Persons, past: Arrests, taken_in: Array, grown: Array) -> Enrolments:
    """Enrolments from the first day that is lived up to the stay that ends on the drawn day."""
    nobody = np.zeros(len(persons), dtype=bool)
    moving = homes.ways(persons, Jail(past, len(persons)), taken_in, nobody, dict.fromkeys(homes.PROCESSES, ()))
    return lived(moving, homes.at_home(moving, grown), Stream.HOUSING_BEFORE)


def _left(moving: Ways, people: People) -> tuple[Enrolments, Here]:
    """Enrolments up to the day that starts each clock, and where everybody goes on that day."""
    persons, start = people.persons, people.start
    everybody = np.arange(len(people))
    drawn, taken_in, place = _last_stay(persons, people.calendar, people.grown)
    uniform = persons.luck.uniforms(Stream.HOUSING_START, 8, event=1)
    # whoever finds a permanent place sooner than others is likelier to leave for one on this day too
    weight = np.where(np.isin(homes.FORCED, (homes.OWN, homes.TENANCY)), moving.settling[:, None], 1.0) * homes.FORCED_SHARES
    edges = np.cumsum(weight, axis=1)
    goes = np.asarray(homes.FORCED)[np.sum(uniform[:, :1] * edges[:, -1:] >= edges[:, :-1], axis=1)]
    goes = np.where(moving.jail.holds(everybody, start), homes.INSIDE, goes)
    memory, unit = homes.REMEMBERED[goes], exponential(uniform[:, 2:4])
    home = memory > 0
    went = homes.BAND[goes]
    written = np.where(homes.unknown(moving, everybody, homes.soon(moving, everybody, goes, memory, unit), uniform[:, 1]), homes.UNKNOWN, went)

    nightly = (place == SHELTER) & (uniform[:, 5] < rates.NIGHT_BY_NIGHT.value)
    nightly_by = np.where(nightly, uniform[:, 5] / rates.NIGHT_BY_NIGHT.value, OPEN)
    never = np.full(len(people), NEVER_DAY)
    last = Enrolments(everybody, taken_in, uniform[:, 4], place - 1, start, never, went, written, nightly_by).where(start == drawn)
    before = _until(persons, people.past, taken_in, people.grown)
    before = before.where(before.day < start[before.who])
    # from wherever somebody is they go into that last stay; or what they are in ends with the stay that they leave
    who = before.who
    into, ends = before.went == OPEN, (before.stop >= start[who]) & (start < drawn)[who]
    before = replace(
        before,
        stop=np.minimum(before.stop, start[who]),
        moved_in=np.where(before.moved_in < start[who], before.moved_in, NEVER_DAY),
        went=np.where(ends, went[who], np.where(into, homes.BAND[place[who]], before.went)),
        exit=np.where(ends, written[who], np.where(into, homes.BAND[place[who]], before.exit)),
    )
    # nobody comes back on the day of leaving; jail alone stops the clock of days outside, no other institution does
    now = moving.jail.outside(everybody, start) + (home & ~moving.jail.holds(everybody, start))
    since = np.where(home, now, NEVER_DAY)
    return Enrolments.gathered([before, last]), Here(np.where(home, homes.HOME, goes), memory, now.astype(float), since, unit, start.copy())
