"""Foster care: removals, and the exits that compete to end each stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.hazards import Clock, Steps, day_of_next
from synthetic.rates import children as rates
from synthetic.reports import Children, Reports
from synthetic.rows import BEYOND, NEVER_DAY, Rows
from synthetic.streams import Stream, exponential

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

EXITS = ("reunification", "relative", "guardianship", "adoption", "emancipation", "death", "open")  # open: past the records
REUNIFICATION, RELATIVE, GUARDIANSHIP, ADOPTION, EMANCIPATION, DEATH, OPEN = range(len(EXITS))
LATER = 2**20  # added to the number of a stay in care that begins after the day that starts the clock: luck of its own
SINCE_REMOVAL = (
    (
        rates.REUNIFICATION,
        Steps((0, 183, 365, 730), (1.0, rates.REUNIFICATION_SOON.value, rates.REUNIFICATION_LATE.value, rates.REUNIFICATION_LATER.value)),
    ),
    (rates.RELATIVE, Steps()),
    (rates.GUARDIANSHIP, Steps((0, 183), (0.0, 1.0))),
    (rates.ADOPTION, Steps((0, 365), (0.0, 1.0))),
)
SINCE_RETURN = Steps((0, 90, 365), (1.0, rates.REENTRY_LATER.value, rates.REENTRY_LATE.value))


@dataclass(frozen=True, slots=True, eq=False)
class Care(Rows):
    """Stays in foster care, from the removal on; no two of a child overlap."""

    stop: Array  # the day of the discharge; the first day past the records where there is none yet
    exit: Array  # a place in EXITS
    trial: Array  # the day on which a trial home visit begins; NEVER_DAY where there is none
    left: Array  # between 0 and 1: how late the discharge enters the records
    unannounced: Array  # bool: no report came before the removal

    def holds(self, who: Array, day: Array) -> Array:
        """Whether a child is in care on a day, from the day after the removal up to the day of the discharge."""
        begun = np.searchsorted(self.who * BEYOND + self.day, who * BEYOND + day) - 1
        mine = begun >= 0
        mine[mine] &= self.who[begun[mine]] == who[mine]
        return np.asarray(mine & (day <= np.append(self.stop, 0)[begun]))


def lived(children: Children, reports: Reports) -> Care:
    """Every stay in care, by what each child's intake says of the day that starts the clock.

    Whoever must be at home before a forced day has no earlier stay that would reach it: such a removal does not happen, nor any after it.
    """
    people = children.lives.people
    intake, n = people.persons.intake, len(people)
    home = Home(children, _ending_in_removal(children, reports))
    nowhere = np.full(n, NEVER_DAY)
    going_home = intake.opens == "discharge:reunification"
    if intake.in_care or going_home:
        removed = _removed_before(children)
        earlier = home.stays(children.first, nowhere, before=removed)
        if going_home:
            forced, returned = _home_on_start(children, removed), people.start
        else:
            forced = _left(children, np.arange(n), removed, people.start + 1, LATER, unannounced=np.ones(n, dtype=bool))
            returned = _returned(forced)
        later = home.stays(forced.stop + 1, returned, event=LATER + 1)
        return Care.gathered([earlier, forced, later])
    if intake.opens == "report":
        earlier = home.stays(children.first, nowhere, before=people.start)
        returned = nowhere.copy()
        returned[earlier.who] = _returned(earlier)  # in the order of days: the last stands
        return Care.gathered([earlier, home.stays(people.start, returned, event=LATER + 1)])
    return home.stays(children.first, nowhere)


@dataclass(frozen=True, slots=True, eq=False)
class Home:
    """Children at home, and the reports that can take them out of it."""

    children: Children
    removing: Reports  # that end in a removal if the child is still at home, in the order of person and day

    def stays(self, now: Array, returned: Array, *, before: Array | None = None, event: int = 0) -> Care:
        """Stays in care of children who are at home on a day, and on another returned from care, or never (`NEVER_DAY`).

        With `before`, only stays over before that day: a child's first that would reach it does not happen, nor any after it.
        """
        children, luck = self.children, self.children.lives.people.persons.luck
        end = children.end if before is None else np.minimum(before, children.end)
        now, returned = now.copy(), returned.copy()
        parts = []
        while (at_risk := np.flatnonzero(now < end)).size:
            uniform = luck.of(at_risk, Stream.CARE, 2, event=2 * event)
            reported, again = self._by_report(at_risk, now[at_risk]), self._again(at_risk, now[at_risk], returned[at_risk], uniform[:, 0])
            day = np.minimum(reported, again)
            taken = day < end[at_risk]
            stays = _left(children, at_risk[taken], day[taken], day[taken] + 1, event, unannounced=(again < reported)[taken])
            if before is not None:
                stays = stays.where(stays.stop < before[stays.who])
            now[at_risk] = NEVER_DAY
            now[stays.who] = stays.stop + 1
            returned[stays.who] = _returned(stays)
            parts.append(stays)
            event += 1
        return Care.gathered(parts)

    def _by_report(self, who: Array, now: Array) -> Array:
        """The day on which the first report since a day that ends in a removal does so; NEVER_DAY where none does."""
        place = np.searchsorted(self.removing.who * BEYOND + self.removing.day, who * BEYOND + now)
        whose = np.append(self.removing.who, -1)[place]
        return np.where(whose == who, np.append(self.removing.concluded, NEVER_DAY)[place], NEVER_DAY)

    def _again(self, who: Array, now: Array, returned: Array, uniform: Array) -> Array:
        """The day on which a child who returned from care is removed again with no report before; NEVER_DAY where it is not."""
        day = np.full(len(who), NEVER_DAY)
        back = np.flatnonzero(returned < NEVER_DAY)
        who, now, returned = who[back], now[back], returned[back]
        rate = rates.REENTRY.value * np.exp(rates.REENTRY_NEED.value * self.children.lives.people.persons.shared[who])
        clocks = (Clock(returned, SINCE_RETURN), *self.children.happening("removal", who))
        reached = day_of_next(exponential(uniform[back]), now=now.astype(float), rate=rate, clocks=clocks)
        day[back] = np.floor(np.minimum(reached, NEVER_DAY)).astype(np.int64)
        return day


def _ending_in_removal(children: Children, reports: Reports) -> Reports:
    """The reports that end in a removal, on the day they are concluded, if the child is still at home."""
    found = reports.where(reports.substantiated)
    age = found.concluded - children.lives.people.persons.birth[found.who]
    share = rates.REMOVED.value * np.where(age < 365, rates.REMOVED_INFANT.value, 1.0)
    for clock in children.happening("removal", found.who):
        share = share * clock.factor(found.concluded[:, None])[:, 0]
    return found.where(found.removing < share)


def _left(children: Children, who: Array, removed: Array, since: Array, event: int, *, unannounced: Array) -> Care:
    """Stays in care of these children, in care on the day `since`: the first of the competing exits ends each, or the 18th birthday, or death."""
    people = children.lives.people
    uniform = people.persons.luck.of(who, Stream.CARE, 8, event=2 * event + 1)
    stuck = np.exp(rates.STUCK.value * children.frailty[who])
    permanency = children.happening("permanency", who)
    reached = np.stack(
        [
            day_of_next(exponential(uniform[:, place]), now=since.astype(float), rate=rate.value * stuck, clocks=(Clock(removed, steps), *permanency))
            for place, (rate, steps) in enumerate(SINCE_REMOVAL)
        ]
    )
    exit = np.argmin(reached, axis=0)
    decided = np.floor(np.minimum(np.min(reached, axis=0), NEVER_DAY)).astype(np.int64)
    tried = (exit == REUNIFICATION) & (uniform[:, 4] < rates.TRIAL.value)
    stop = decided + np.where(tried, _trial(uniform[:, 5]), 0)
    end = children.end[who]
    overtaken = np.where(children.eighteen[who] < people.until[who], EMANCIPATION, np.where(people.death[who] <= people.calendar.last, DEATH, OPEN))
    return Care(
        who,
        removed,
        entry=uniform[:, 6],
        stop=np.minimum(stop, end),
        exit=np.where(stop < end, exit, overtaken),
        trial=np.where(tried & (decided < end), decided, NEVER_DAY),
        left=uniform[:, 7],
        unannounced=unannounced,
    )


def _returned(care: Care) -> Array:
    """The day on which each stay ended with a return home or to relatives; NEVER_DAY where it did not."""
    return np.where(np.isin(care.exit, (REUNIFICATION, RELATIVE)), care.stop, NEVER_DAY)


def _trial(uniform: Array) -> Array:
    """How many days a trial home visit lasts."""
    shortest = rates.TRIAL_SHORTEST.value
    return np.floor(shortest + uniform * (rates.TRIAL_LONGEST.value - shortest + 1)).astype(np.int64)


def _removed_before(children: Children) -> Array:
    """The day of the removal of children who are in care just before the day that starts their clock; siblings' where both were born."""
    people = children.lives.people
    uniform = people.persons.of_family(np.arange(len(people)), Stream.CARE_BEFORE, event=2)[:, 0]
    shortest = rates.TIME_SHORTEST.value
    days = np.minimum(shortest + np.floor((rates.TIME_IN_CARE.value - shortest) * exponential(uniform)), rates.TIME_LONGEST.value)
    return np.maximum(people.start - days.astype(np.int64), children.first)


def _home_on_start(children: Children, removed: Array) -> Care:
    """Stays in care that end on the day that starts the clock: children go home on it."""
    people = children.lives.people
    n = len(people)
    uniform = people.persons.luck.uniforms(Stream.CARE_BEFORE, 4, event=3)
    trial = people.start - _trial(uniform[:, 1])
    tried = (uniform[:, 0] < rates.TRIAL.value) & (trial > removed)
    exit, unannounced = np.full(n, REUNIFICATION), np.ones(n, dtype=bool)
    return Care(np.arange(n), removed, uniform[:, 2], people.start, exit, np.where(tried, trial, NEVER_DAY), uniform[:, 3], unannounced)
