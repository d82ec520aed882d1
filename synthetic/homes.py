"""Homes lost and found: the street, shelters, transitional and permanent housing, and what sends people from one to the next.

Adults live at home until they lose it; then they stay in one place after the other until they are housed again.  How a stay
ended bears on how soon the next begins.  Waits and stays run on a clock of days outside jail, and jail ends a stay.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import expit, logit, ndtri

from synthetic.community import Jail
from synthetic.hazards import Clock, Steps, day_of_next
from synthetic.outside import Outside
from synthetic.rates import housing as rates
from synthetic.rows import NEVER_DAY, Rows
from synthetic.streams import Luck, Stream, category, exponential

if TYPE_CHECKING:
    from synthetic.people import Persons

    Array = np.ndarray[Any, Any]

KINDS = ("street_outreach", "shelter", "safe_haven", "transitional_housing", "permanent_housing")  # of enrolments on record
BANDS = ("permanent", "temporary", "institutional", "homeless", "unknown", "deceased")  # of destinations
PERMANENT, TEMPORARY, INSTITUTIONAL, HOMELESS, UNKNOWN, DECEASED = range(len(BANDS))
OPEN = -1  # no exit, or no bed given out night by night

# where somebody is; a place in KINDS is one less than that of the place where it is recorded
HOME, STREET, SHELTER, HAVEN, TRANSITIONAL, TENANCY = range(6)
# where somebody goes: a place to stay (above), or home, of which the last way out of homelessness is remembered
OWN, AWAY, INSIDE = 6, 7, 8
SETTLED, PASSING, HELD = 1, 2, 3  # how the last stay ended: for a permanent place, a temporary one, an institution; 0: never homeless
REMEMBERED = np.array([0, 0, 0, 0, 0, 0, SETTLED, PASSING, HELD])  # by where somebody goes
BAND = np.array([OPEN, HOMELESS, HOMELESS, HOMELESS, TEMPORARY, PERMANENT, PERMANENT, TEMPORARY, INSTITUTIONAL])
SHELTERED = (0.80, 0.03, 0.17)  # of entries that are not to the street: shelter, safe haven, transitional housing; assumed
GOES = (AWAY, INSIDE, STREET, SHELTER, HAVEN, TRANSITIONAL)
GOES_FROM = np.array(  # shares of GOES by where somebody is, of those who do not leave for a permanent place; assumed
    [
        (1.00, 0.00, 0.00, 0.00, 0.00, 0.00),  # home: never used
        (0.30, 0.05, 0.00, 0.50, 0.03, 0.12),  # street
        (0.52, 0.06, 0.30, 0.00, 0.02, 0.10),  # shelter
        (0.40, 0.10, 0.30, 0.12, 0.00, 0.08),  # safe haven
        (0.57, 0.08, 0.13, 0.20, 0.02, 0.00),  # transitional housing
        (0.50, 0.08, 0.14, 0.28, 0.00, 0.00),  # permanent housing
    ]
)
FORCED = (OWN, TENANCY, AWAY, INSIDE, STREET)
FORCED_SHARES = (0.24, 0.14, 0.40, 0.05, 0.17)  # of FORCED, where a stay ends on the day that starts a clock; assumed
SOON = 180  # days
SINCE_EXIT = Steps((0, SOON, 365, 730), (rates.RETURN_EARLY.value, 1.0, rates.RETURN_SECOND.value, rates.RETURN_LATE.value))
IN_STAY = Steps((0, 7, 30), (rates.FIRST_WEEK.value, 1.0, rates.LATER_ON.value))
RETURNS = np.array([0.0, rates.RETURN_PERMANENT.value, rates.RETURN_TEMPORARY.value, rates.RETURN_INSTITUTION.value])
LEFT = np.array([0.0, *(rate.value for rate in (rates.STREET_LEFT, rates.SHELTER_LEFT, rates.HAVEN_LEFT, rates.TRANSITIONAL_LEFT))])
SETTLES = np.array(
    [0.0, *(rate.value for rate in (rates.STREET_PERMANENT, rates.SHELTER_PERMANENT, rates.HAVEN_PERMANENT, rates.TRANSITIONAL_PERMANENT))]
)
PROCESSES = ("shelter", "street", "return_home", "exit_to_permanent")
DRAWS = 16  # uniforms of a round; of which the places below, beside those named in `_next_place`
WRITTEN, NEXT_STREET, NEXT_SHELTER, KNOWN, KEPT, SORT, LATE = range(6, 13)


@dataclass(frozen=True, slots=True, eq=False)
class Enrolments(Rows):
    """Enrolments on record.  Outreach and permanent housing may run beside a stay in a shelter; two of a kind never overlap."""

    kind: Array  # a place in KINDS
    stop: Array  # the first day that is no longer part of it
    moved_in: Array  # the day of moving into permanent housing; NEVER_DAY where there is none
    went: Array  # a place in BANDS: where the person really went; OPEN where the records end first
    exit: Array  # a place in BANDS: where the person went, as written
    nightly: Array  # between 0 and 1: what spreads the nights on which the bed is used; OPEN where beds are not given out night by night

    def of(self, kind: str) -> Enrolments:
        """Those of one kind."""
        return self.where(self.kind == KINDS.index(kind))


@dataclass(frozen=True, slots=True, eq=False)
class Ways:
    """What moves each person out of a home and back into one; (n,) arrays, clocks on days outside."""

    luck: Luck
    jail: Jail
    need: Array  # beyond that which is usual among the homeless
    entry: Array  # (n, 2) a day outside: losing a home for the street, and for a shelter
    back: Array  # times as many returns as somebody has of the need and frailty that are usual among the homeless
    settling: Array  # times as many exits to a permanent place
    until: Array
    dies: Array  # bool: on the day `until`
    clocks: Mapping[str, tuple[Outside, ...]]  # by process

    def rate(self, who: Array, memory: Array) -> Array:
        """How often these people at home become homeless, on the street and in a shelter; (len(who), 2) a day."""
        share = np.array([rates.RETURN_STREET.value, 1 - rates.RETURN_STREET.value])
        returns = (RETURNS[memory] * self.back[who])[:, None] * share
        return np.where((memory == 0)[:, None], self.entry[who], returns)


@dataclass(slots=True, eq=False)
class Here:
    """Where each person is, and since when on the clock of days outside; (n,) arrays, changed as lives go on."""

    place: Array
    memory: Array  # how the last stay ended
    now: Array  # infinite: this life is over
    since: Array  # at home since; NEVER_DAY for those who never were homeless
    unit: Array  # (n, 2) unit exponentials that the hazards of losing this home have to reach
    enrolled: Array  # the day of enrolment in permanent housing


def ways(persons: Persons, jail: Jail, until: Array, dies: Array, clocks: Mapping[str, tuple[Clock, ...]]) -> Ways:
    """The ways out of homes and into them of these people; `clocks` on the calendar, by process.

    Those who become homeless are, of a rare event whose log rate is linear in normals, as much needier and frailer as these weigh in
    it: an intake of homeless people has that frailty, and returns are counted from it.
    """
    by_need, by_frailty = rates.ENTRY_NEED.value, rates.ENTRY_FRAILTY.value
    known, own = rates.ENTRY_SHARED.value, persons.luck.normals(Stream.HOUSING_FRAILTY)[:, 0]
    frailty = known * persons.frailty + np.sqrt(1 - known**2) * own + (by_frailty if persons.intake.start == "exit" else 0.0)
    need, frail = persons.need - by_need, frailty - by_frailty
    entry = np.exp(by_need * persons.need + by_frailty * frailty)[:, None] * [rates.ENTRY_STREET.value, rates.ENTRY_SHELTER.value]
    back = np.exp(rates.RETURN_NEED.value * need + rates.RETURN_FRAILTY.value * frail)
    outside = {process: tuple(Outside.made(clock, jail) for clock in of) for process, of in clocks.items()}
    return Ways(persons.luck, jail, need, entry, back, np.exp(rates.PERMANENT_NEED.value * (need + frail)), until, dies, outside)


def at_home(ways: Ways, first: Array) -> Here:
    """Everybody at home on their first day, never homeless before."""
    n = ways.luck.n
    now = ways.jail.outside(np.arange(n), first).astype(float)
    unit = exponential(ways.luck.uniforms(Stream.HOUSING_START, 4)[:, 2:])
    place, memory, enrolled = np.zeros((3, n), dtype=np.int64)  # at home is 0
    return Here(place, memory, now, np.full(n, NEVER_DAY), unit, enrolled)


def lived(ways: Ways, here: Here, stream: Stream) -> Enrolments:
    """Every enrolment from where people are up to the day `until`, which ends those that are open."""
    end = ways.jail.outside(np.arange(ways.luck.n), ways.until)
    rows: list[Enrolments] = []
    event = 0
    while (at_risk := np.flatnonzero(here.now < end)).size:
        uniform = ways.luck.of(at_risk, stream, DRAWS, event=event)
        home = here.place[at_risk] == HOME
        rows.extend(_stayed(ways, here, at_risk[~home], uniform[~home]))
        _wait(ways, here, at_risk[home], uniform[home])
        event += 1
    made = Enrolments.gathered(rows)
    # outreach that was kept open ends at the latest where it begins again
    made = made.where(np.lexsort((made.day, made.kind, made.who)))
    same = np.append((made.kind[1:] == made.kind[:-1]) & (made.who[1:] == made.who[:-1]), False)
    again = np.where(same, np.append(made.day[1:], 0), NEVER_DAY)
    over = again < made.stop
    went, written = (np.where(over, HOMELESS, band) for band in (made.went, made.exit))
    return Enrolments.gathered([replace(made, stop=np.minimum(made.stop, again), went=went, exit=written)])


def _wait(ways: Ways, here: Here, who: Array, uniform: Array) -> None:
    """Those at home wait until they lose it."""
    now, memory = here.now[who], here.memory[who]
    rate = ways.rate(who, memory)
    after = Clock(here.since[who], SINCE_EXIT)
    moving = (after, *(clock.of(who) for clock in ways.clocks["shelter"]))
    moving = (*moving, *(clock.of(who).only(memory == SETTLED) for clock in ways.clocks["return_home"]))
    to_street = (*moving, *(clock.of(who) for clock in ways.clocks["street"]))
    street = day_of_next(here.unit[who, 0], now=now, rate=rate[:, 0], clocks=to_street)
    shelter = day_of_next(here.unit[who, 1], now=now, rate=rate[:, 1], clocks=moving)
    here.place[who] = np.where(street < shelter, STREET, SHELTER + category(uniform[:, SORT], SHELTERED))
    here.now[who] = np.floor(np.minimum(street, shelter))


def _stayed(ways: Ways, here: Here, who: Array, uniform: Array) -> list[Enrolments]:
    """The stays in which these people are, each with what is recorded beside it; and everybody goes where it leads."""
    place, outside = here.place[who], here.now[who].astype(np.int64)
    start = ways.jail.calendar(who, outside)
    nights, goes, wait = _next_place(ways, here, who, uniform)
    taken = ways.jail.next_start(who, start)
    cut = np.minimum(taken, ways.until[who])
    enrols = start + nights
    stop = np.minimum(enrols + wait, cut)
    goes = np.where(stop < cut, goes, INSIDE)
    memory, unit = REMEMBERED[goes], exponential(uniform[:, [NEXT_STREET, NEXT_SHELTER]])
    ended = _Ended(who, stop, taken, BAND[goes], soon(ways, who, goes, memory, unit) & (stop < cut), goes == TENANCY, uniform[:, WRITTEN])

    at_home = memory > 0
    here.place[who] = np.where(at_home, HOME, goes)
    here.memory[who], here.unit[who], here.enrolled[who], was = memory, unit, enrols, here.enrolled[who]
    here.now[who] = np.where(stop < ways.until[who], outside + (stop - start) + (at_home & (stop < cut)), np.inf)
    here.since[who] = np.where(at_home, np.minimum(here.now[who], NEVER_DAY), NEVER_DAY).astype(np.int64)

    tenant, late = place == TENANCY, uniform[:, LATE]
    nightly = (place == SHELTER) & (uniform[:, KEPT] < rates.NIGHT_BY_NIGHT.value)
    stays = Enrolments(
        who,
        np.where(tenant, was, start),
        late,
        kind=place - 1,
        stop=stop,
        moved_in=np.where(tenant, start, NEVER_DAY),
        went=ended.went(ways),
        exit=ended.written(ways),
        nightly=np.where(nightly, uniform[:, KEPT] / rates.NIGHT_BY_NIGHT.value, OPEN),
    )
    # who was enrolled in permanent housing and did not move in: a tenancy is written when it ends
    never = (wait > 0) & (enrols < stop) & ~((goes == TENANCY) & (stop < cut))
    unhoused = replace(stays, kind=np.full(len(who), TENANCY - 1), day=enrols, nightly=np.full(len(who), float(OPEN))).where(never)
    return [stays.where(place != STREET), unhoused, _outreach(ways, stays, ended, cut, goes, uniform)]


def _next_place(ways: Ways, here: Here, who: Array, uniform: Array) -> tuple[Array, Array, Array]:
    """How many nights each stay would last, where it would lead, and after how many days' wait for permanent housing."""
    place, now = here.place[who], here.now[who]
    tenant = place == TENANCY
    settled = np.where(tenant, rates.TENANCY_LEFT.value, np.append(SETTLES, 0)[place] * ways.settling[who])
    lost = np.where(tenant, rates.TENANCY_LOST.value * ways.back[who], np.append(LEFT, 0)[place])
    to_permanent = tuple(clock.of(who).only(~tenant) for clock in ways.clocks["exit_to_permanent"])
    to_others = (Clock(np.where(tenant, NEVER_DAY, now), IN_STAY), *(clock.of(who).only(tenant) for clock in ways.clocks["return_home"]))
    good = day_of_next(exponential(uniform[:, 0]), now=now, rate=settled, clocks=to_permanent)
    other = day_of_next(exponential(uniform[:, 1]), now=now, rate=lost, clocks=to_others)
    nights = np.maximum(np.ceil(np.minimum(np.minimum(good, other) - now, NEVER_DAY)), 1).astype(np.int64)
    elsewhere = np.asarray(GOES)[np.sum(uniform[:, 2, None] >= np.cumsum(GOES_FROM, axis=1)[place, :-1], axis=1)]
    enrolled = (good < other) & ~tenant & (uniform[:, 3] < rates.BY_PROGRAMME.value)
    wait = np.minimum(rates.MOVE_IN_MEDIAN.value * np.exp(rates.MOVE_IN_SPREAD.value * ndtri(uniform[:, 4])), rates.MOVE_IN_LONGEST.value)
    goes = np.where(enrolled, np.where(uniform[:, 5] < rates.MOVES_IN.value, TENANCY, elsewhere), np.where(good < other, OWN, elsewhere))
    return nights, goes, np.where(enrolled, np.ceil(wait).astype(np.int64), 0)


def soon(ways: Ways, who: Array, goes: Array, memory: Array, unit: Array) -> Array:
    """Who is homeless still, or would be within half a year if nobody served them; (len(who),) bool."""
    reached = ways.rate(who, memory) * rates.RETURN_EARLY.value * SOON
    return np.asarray(np.where(memory > 0, (unit < reached).any(axis=1), goes != TENANCY))


def unknown(ways: Ways, who: Array, soon: Array, uniform: Array, more: float = 0.0) -> Array:
    """Whose destination is written unknown: likelier of the needy and of those who will soon be back, by `more` log odds; bool."""
    odds = logit(rates.UNKNOWN.value) + more + rates.UNKNOWN_NEED.value * ways.need[who] + rates.UNKNOWN_SOON.value * soon
    return np.asarray(uniform < expit(odds))


@dataclass(frozen=True, slots=True, eq=False)
class _Ended:
    """Stays that end, and what whoever closes the file knows; arrays of one length."""

    who: Array
    stop: Array
    taken: Array  # the day of being taken to jail
    band: Array  # a place in BANDS, if nothing cuts the stay short
    soon: Array  # bool: homeless again soon
    sure: Array  # bool: the destination is the file's own work
    uniform: Array

    def went(self, ways: Ways) -> Array:
        """Where the person went; OPEN where the records end first."""
        over = np.where(ways.dies[self.who], DECEASED, OPEN)
        return np.where(self.stop >= ways.until[self.who], over, np.where(self.stop >= self.taken, INSTITUTIONAL, self.band))

    def written(self, ways: Ways, more: float = 0.0) -> Array:
        """What is written: the truth, or that it is not known."""
        went = self.went(ways)
        lost = unknown(ways, self.who, self.soon, self.uniform, more) & (went != OPEN) & (went != DECEASED) & ~(self.sure & (went == PERMANENT))
        return np.where(lost, UNKNOWN, went)


def _outreach(ways: Ways, stays: Enrolments, ended: _Ended, cut: Array, goes: Array, uniform: Array) -> Enrolments:
    """Enrolments in outreach of those in the street, some kept open when the person goes into a shelter."""
    known, kept = uniform[:, KNOWN], uniform[:, KEPT]
    day = stays.day + np.floor(rates.OUTREACH_WAIT.value * exponential(np.minimum(known / rates.OUTREACH.value, 1 - 2**-53))).astype(np.int64)
    there = (stays.kind == STREET - 1) & (known < rates.OUTREACH.value) & (day < stays.stop)
    longer = np.ceil(rates.KEPT_OPEN_DAYS.value * exponential(np.minimum(kept / rates.KEPT_OPEN.value, 1 - 2**-53))).astype(np.int64)
    kept_open = (kept < rates.KEPT_OPEN.value) & np.isin(goes, (SHELTER, HAVEN, TRANSITIONAL)) & (stays.stop < cut)
    file = replace(ended, stop=np.minimum(stays.stop + longer * kept_open, cut))
    written = file.written(ways, rates.UNKNOWN_OUTREACH.value)
    return replace(stays, day=day, stop=file.stop, went=file.went(ways), exit=written).where(there)
