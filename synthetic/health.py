"""Health: hidden crises, emergency visits that come of need or of anything, and the stays in hospital that follow some of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from scipy.special import ndtri

from synthetic.hazards import Clock
from synthetic.rates import health as rates
from synthetic.rows import BEYOND, Rows
from synthetic.streams import Stream, exponential

if TYPE_CHECKING:
    from synthetic.lives import Lives, People

    Array = np.ndarray[Any, Any]

BLOCK = 8  # visits, or crises, drawn at a time
MARKS = 5  # uniforms that a visit has beside the wait for it
APART = 2**24  # between the numbers of events of one layer of a process and those of the next


@dataclass(frozen=True, slots=True, eq=False)
class Visits(Rows):
    """Emergency visits, at most one a day; some go on as a stay in hospital."""

    stop: Array  # the first day no longer in hospital; the day of the visit itself where the person went home

    @property
    def admitted(self) -> Array:
        """Which visits went on as at least one night in hospital."""
        return np.asarray(self.stop > self.day)


@dataclass(frozen=True, slots=True, eq=False)
class Crises:
    """Spells in which somebody's need brings them in far more often; (m,) arrays in the order of person and day.  Hidden."""

    who: Array
    day: Array
    stop: Array  # the first day no longer in the crisis

    def holds(self, who: Array, day: Array) -> Array:
        """Whether the person is in a crisis on that day."""
        begun = np.searchsorted(self.who * BEYOND + self.day, who * BEYOND + day, side="right") - 1
        there = np.append(self.who, -1)[begun] == who
        return np.asarray(there & (np.append(self.stop, 0)[begun] > day))

    def wide(self, people: int, column: Array) -> Array:
        """A column with one row a person and one place for each of the crises that anybody has, 0 where there is none; (people, k)."""
        first = np.searchsorted(self.who, np.arange(people))
        nth = np.arange(len(self.who)) - first[self.who]
        table = np.zeros((people, nth.max(initial=-1) + 1))
        table[self.who, nth] = column
        return table


_LIVED: WeakKeyDictionary[Lives, Visits] = WeakKeyDictionary()  # as long as the lives themselves: their rows and costs are asked for one by one


def crises(people: People) -> Crises:
    """Every crisis from the first day that is lived on: at random, as likely for everybody, and whatever the plan."""
    luck, until = people.persons.luck, people.until
    now = _first(people)
    rows = []
    event = 0
    while (at_risk := np.flatnonzero(now < until)).size:
        uniform = luck.of(at_risk, Stream.CRISIS, 2 * BLOCK, event=event)
        gap = np.ceil(exponential(uniform[:, :BLOCK]) / rates.CRISIS.value)
        length = rates.CRISIS_MEDIAN.value * np.exp(rates.CRISIS_SPREAD.value * ndtri(uniform[:, BLOCK:]))
        length = np.ceil(np.minimum(length, rates.CRISIS_LONGEST.value))
        stop = now[at_risk, None] + np.cumsum((gap + length).astype(np.int64), axis=1)
        day = stop - length.astype(np.int64)
        now[at_risk] = stop[:, -1]
        row, place = np.nonzero(day < until[at_risk, None])
        rows.append(np.stack([at_risk[row], day[row, place], np.minimum(stop[row, place], until[at_risk[row]])]))
        event += 1
    who, day, stop = np.concatenate(rows, axis=1)
    order = np.lexsort((day, who))
    return Crises(who[order], day[order], stop[order])


def visits(lives: Lives) -> Visits:
    """Every emergency visit of these lives; the same object as long as the lives are kept."""
    if lives not in _LIVED:
        _LIVED[lives] = _visits(lives)
    return _LIVED[lives]


def _visits(lives: Lives) -> Visits:
    """None of them on a day in jail or in hospital; jail and death end a stay.

    The hazard is the sum of two.  One comes of need, of a frailty of its own and of crises; the programme and the tides of
    `emergency` multiply it.  The other is the same for everybody, and only the tides of `emergency:common` move it.
    """
    people, luck = lives.people, lives.people.persons.luck
    bad = crises(people)
    known = rates.EMERGENCY_SHARED.value
    frailty = known * people.persons.frailty + np.sqrt(1 - known**2) * luck.normals(Stream.HEALTH_FRAILTY)[:, 0]
    rate = (
        people.persons.intake.emergency
        * rates.EMERGENCY.value
        * np.exp(rates.EMERGENCY_NEED.value * people.persons.need + rates.EMERGENCY_FRAILTY.value * frailty)
    )
    common = np.full(len(people), rates.EMERGENCY_COMMON.value)
    needed = _happened(lives, "emergency", Stream.VISIT, rate, bad)
    anybody = _happened(lives, "emergency:common", Stream.COMMON_VISIT, common, None)
    who, day, mark = (np.concatenate(columns) for columns in zip(needed, anybody, strict=True))
    at = who * BEYOND + day
    order = np.argsort(at, kind="stable")
    order = order[np.append(True, np.diff(at[order]) > 0)[: len(order)]]  # at most one a day
    order = order[~lives.jail.holds(who[order], day[order])]
    who, day, mark = who[order], day[order], mark[order]
    made = Visits(who, day, mark[:, 0], _discharged(lives, bad, who, day, mark[:, 1:]))
    return made.where(_out(made))


# ------------------------------------------------------------------------------------------------ hospital
def _discharged(lives: Lives, bad: Crises, who: Array, day: Array, uniform: Array) -> Array:
    """The first day out of hospital of each visit; the day of the visit where the person went home."""
    chance = np.where(bad.holds(who, day), rates.CRISIS_ADMITTED.value, rates.ADMITTED.value)
    for clock in lives.clocks("inpatient"):
        chance = chance * _factor(clock, who, day)
    nights = np.ceil(np.minimum(rates.NIGHTS_MEDIAN.value * np.exp(rates.NIGHTS_SPREAD.value * ndtri(uniform[:, 1])), rates.NIGHTS_LONGEST.value))
    stop = np.minimum.reduce([day + nights.astype(np.int64), lives.jail.next_start(who, day), lives.until[who]])
    return np.where(uniform[:, 0] < chance, stop, day)


def _out(made: Visits) -> Array:
    """Which visits are not on a day in hospital; (m,) bool.

    Of each person, whatever comes before the first visit on such a day stands, and so does the stay that this visit falls
    into: with it go all that fall into the same stay, and then the next one is looked for.
    """
    out = np.ones(len(made.who), dtype=bool)
    again = np.arange(len(made.who))
    while again.size:
        who, day = made.who[again], made.day[again]
        # a person's own days only: places of people lie farther apart than any days
        reach = np.maximum.accumulate(np.where(out[again], who * BEYOND + made.stop[again], 0))
        inside = np.append(False, who[1:] * BEYOND + day[1:] < reach[:-1]) & out[again]
        people, nth = np.unique(who[inside], return_index=True)
        if not people.size:
            break
        first = np.flatnonzero(inside)[nth]
        until = np.zeros(who.max() + 1, dtype=np.int64)
        until[people] = reach[first - 1]
        since = np.full(who.max() + 1, len(again))
        since[people] = first
        gone = (np.arange(len(again)) >= since[who]) & (who * BEYOND + day < until[who])
        out[again[gone]] = False
        again = again[np.isin(who, people) & out[again]]
    return out


# ------------------------------------------------------------------------------------------------ hazards that are thinned
def _happened(lives: Lives, process: str, stream: Stream, rate: Array, bad: Crises | None) -> tuple[Array, Array, Array]:
    """Person, day and three uniforms of whatever happens at this rate, times the tides of the process and what the programme makes of it.

    Luck stays with whatever happens: below 1 a factor takes some away by their marks, above 1 it adds some that have luck of
    their own, so that one event more or less leaves all others as they are.  A hazard lived wait by wait would not.
    """
    served, *tides = lives.clocks(process)
    highest = np.ones(len(rate))
    for tide in tides:
        highest = highest * _highest(tide)
    under = _highest(served)
    parts = []
    layers = ((rate, None, None), (rate * (highest - 1), highest, None), (rate * highest * (under - 1), highest, under))
    for layer, (often, top, over) in enumerate(layers):
        if not often.any():
            continue
        who, day, mark = _points(lives.people, stream, layer, often, bad)
        flow = np.ones(len(who))
        for tide in tides:
            flow = flow * _factor(tide, who, day)
        works = _factor(served, who, day)
        if over is not None and top is not None:
            kept = mark[:, 0] * top[who] * (over[who] - 1) < flow * (works - 1)
        else:
            kept = mark[:, 1] < works
            kept &= mark[:, 0] < flow if top is None else mark[:, 0] * (top[who] - 1) < flow - 1
        parts.append((who[kept], day[kept], mark[kept, 2:]))
    who, day, mark = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    return who, day, mark


def _points(people: People, stream: Stream, layer: int, rate: Array, bad: Crises | None) -> tuple[Array, Array, Array]:
    """Person, day and MARKS uniforms of whatever happens at a constant rate a day; in a crisis it happens so many times as often."""
    luck, first, until = people.persons.luck, _first(people), people.until
    span = (until - first).astype(float)
    if bad is not None:
        at, length = _crises_within(people, bad)
        span = span + (rates.CRISIS_VISITS.value - 1) * length.sum(axis=1)
    now = np.where(rate > 0, 0.0, np.inf)
    rows = []
    event = layer * APART
    while (at_risk := np.flatnonzero(now < span)).size:
        uniform = luck.of(at_risk, stream, BLOCK * (1 + MARKS), event=event).reshape(len(at_risk), BLOCK, 1 + MARKS)
        when = now[at_risk, None] + np.cumsum(exponential(uniform[:, :, 0]) / rate[at_risk, None], axis=1)
        now[at_risk] = when[:, -1]
        row, place = np.nonzero(when < span[at_risk, None])
        rows.append((at_risk[row], when[row, place], uniform[row, place, 1:]))
        event += 1
    who, when, mark = (np.concatenate(columns) for columns in zip(*rows, strict=True))
    if bad is not None:
        when = _on_the_calendar(who, when, at, length)
    return who, np.minimum(first[who] + np.floor(when).astype(np.int64), until[who] - 1), mark


def _crises_within(people: People, bad: Crises) -> tuple[Array, Array]:
    """The day of each crisis counted from the first day that is lived, and its length; (n, k) days, of no length where there is none."""
    first = _first(people)[bad.who]
    return bad.wide(len(people), bad.day - first), bad.wide(len(people), bad.stop - bad.day)


def _on_the_calendar(who: Array, when: Array, at: Array, length: Array) -> Array:
    """Days since the first, from days of which each in a crisis counts many times."""
    more = rates.CRISIS_VISITS.value - 1
    begins = at + more * (np.cumsum(length, axis=1) - length)
    passed = np.zeros(len(who))
    for nth in range(at.shape[1]):
        passed += np.clip((when - begins[who, nth]) / (1 + more), 0, length[who, nth])
    return np.asarray(when - more * passed)


def _factor(clock: Clock, who: Array, day: Array) -> Array:
    """What a clock makes of the hazard of each of these people on a day."""
    return np.asarray(clock.of(who).factor(day[:, None])[:, 0])


def _highest(clock: Clock) -> Array:
    """The highest factor that a clock ever takes for each person, at least 1; (n,)."""
    edges = clock.set_on[:, None] + np.asarray(clock.steps.days)
    return np.asarray(np.maximum(1.0, clock.factor(np.concatenate([edges[:, :1] - 1, edges], axis=1)).max(axis=1)))


def _first(people: People) -> Array:
    """The first day of each person's health on record: the records' first, or that of their birth."""
    return np.maximum(people.calendar.first, people.persons.birth)
