"""Reports of children to child welfare: those of families, which name several children at once, those of one child, and what came of each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from synthetic.hazards import Clock, day_of_next
from synthetic.rates import children as rates
from synthetic.rates import core
from synthetic.rows import NEVER_DAY, Rows
from synthetic.streams import Stream, exponential

if TYPE_CHECKING:
    from synthetic.lives import Lives

    Array = np.ndarray[Any, Any]

AT_ONCE = 4  # reports drawn at a time
FATE = 3  # uniforms that say what becomes of a report
FATES, NAMING = 2**20, 2**24  # added to the number of a report: what becomes of it, and whom it names, is luck of its own
MOST = 0.9  # share of anybody's reports that are substantiated


Draw = Callable[["Array", int], "Array"]
Fates = Callable[["Array", int], "tuple[Array, Array]"]


@dataclass(frozen=True, slots=True, eq=False)
class Reports(Rows):
    """Reports of children, and what came of each."""

    concluded: Array  # the day on which the investigation ends
    substantiated: Array  # bool
    removing: Array  # between 0 and 1: the smaller, the likelier a substantiated report ends in a removal
    seen: Array  # bool: only a programme's own eyes brought it; no investigation of it is paid for


@dataclass(frozen=True, slots=True, eq=False)
class Children:
    """What everybody's childhood depends on; (n,) arrays, adults among them, whose childhood ends before it begins."""

    lives: Lives
    first: Array  # the first day that is lived: the records' first, or the day of birth
    end: Array  # the 18th birthday, or the day of death, or the first day past the records
    eighteen: Array  # the 18th birthday
    family_rate: Array  # reports a day of the whole family; hidden
    own_rate: Array  # reports a day of this child alone; hidden
    substantiated: Array  # share of the reports of this child's family that are substantiated; hidden
    frailty: Array  # in care: of moving, running away and staying; standard deviations; hidden

    def happening(self, process: str, who: Array) -> tuple[Clock, ...]:
        """What moves a process in the lives of these people."""
        return tuple(clock.of(who) for clock in self.lives.clocks(process))


def children_of(lives: Lives) -> Children:
    """The people of these lives as children."""
    people, persons = lives.people, lives.people.persons
    eighteen = persons.birth + int(18 * 365.25) + 1
    home = ndtri(persons.of_family(np.arange(len(persons)), Stream.CHILD, event=1))[:, 0] + persons.intake.needier
    hidden = persons.luck.normals(Stream.CHILD, 2)
    family = np.exp(rates.REPORT_NEED.value * persons.shared + rates.REPORT_HOME.value * home)
    return Children(
        lives=lives,
        first=np.maximum(people.calendar.first, persons.birth),
        end=np.minimum(eighteen, people.until),
        eighteen=eighteen,
        family_rate=rates.REPORT_FAMILY.value * family,
        own_rate=rates.REPORT_OWN.value * family * np.exp(rates.REPORT_CHILD.value * hidden[:, 0]),
        substantiated=np.minimum(rates.SUBSTANTIATED.value * np.exp(rates.SUBSTANTIATED_NEED.value * (persons.shared + home)), MOST),
        frailty=hidden[:, 1],
    )


def made(children: Children) -> Reports:
    """Every report that would be made of these children at home, before they are 18; one a day."""
    persons = children.lives.people.persons
    luck = persons.luck

    def of_family(who: Array, event: int) -> Array:
        return persons.of_family(who, Stream.REPORT_FAMILY, AT_ONCE, event=event)

    def naming(who: Array, event: int) -> tuple[Array, Array]:
        return persons.of_family(who, Stream.REPORT_FAMILY, FATE, event=event), luck.of(who, Stream.REPORT, 2, event=event + NAMING)

    def of_one(who: Array, event: int) -> Array:
        return luck.of(who, Stream.REPORT, AT_ONCE, event=event)

    def alone(who: Array, event: int) -> tuple[Array, Array]:
        uniform = luck.of(who, Stream.REPORT, FATE + 1, event=event)
        return uniform, np.stack([uniform[:, FATE], np.zeros(len(who))], axis=1)

    together = np.full(luck.n, children.lives.people.calendar.first)  # those of a family are reported on the same days, born by then or not
    parts = [
        _process(children, children.family_rate, together, of_family, naming),
        _process(children, children.own_rate, children.first, of_one, alone),
    ]
    if persons.intake.opens == "report":
        parts.append(_at_start(children))
    return once(Reports.gathered(parts))


def seen(children: Children) -> Reports:
    """Reports that nobody would have made, had a programme not watched: none is substantiated.

    While a child is enrolled, `core.ENROLLED` days at most, they come at the rate of the child's other reports times what the
    programme's "report:seen" is above 1.  They are drawn at the most that it ever is, and thinned, so that any shape of it will do.
    """
    lives, luck = children.lives, children.lives.people.persons.luck
    if "report:seen" not in lives.effects:
        return Reports.gathered([])
    end = np.minimum(children.end, lives.enrolled + int(core.ENROLLED.value))
    who = np.flatnonzero(lives.enrolled < end)
    watched = lives.effects["report:seen"].clock(lives.enrolled, lives.people.persons).of(who)
    most = np.max(watched.factor(watched.set_on[:, None] + np.asarray(watched.steps.days)), axis=1, initial=1.0) - 1
    rate = (children.own_rate + rates.NAMED.value * children.family_rate)[who] * most
    now, rows, event = lives.enrolled[who].astype(float), [], 0
    while (at_risk := np.flatnonzero((now < end[who]) & (rate > 0))).size:
        uniform = luck.of(who[at_risk], Stream.REPORT_SEEN, 4, event=event)
        now[at_risk] += exponential(uniform[:, 0]) / rate[at_risk]
        day = np.floor(np.minimum(now[at_risk], NEVER_DAY))
        above = watched.of(at_risk).factor(day[:, None])[:, 0] - 1
        kept = (day < end[who[at_risk]]) & (uniform[:, 1] * most[at_risk] < above)
        unfounded = np.stack([uniform[kept, 3], *2 * [np.ones(kept.sum())]], axis=1)
        brought = _reports(children, who[at_risk][kept], day[kept].astype(np.int64), uniform[kept, 2], unfounded)
        rows.append(replace(brought, seen=~brought.seen))
        event += 1
    return Reports.gathered(rows)


def once(reports: Reports) -> Reports:
    """At most one report of a child a day: the one that is substantiated first, if any is, and one that others made before one only seen."""
    reports = reports.where(np.lexsort((reports.concluded, reports.seen, ~reports.substantiated, reports.day, reports.who)))
    again = np.append(False, (reports.who[1:] == reports.who[:-1]) & (reports.day[1:] == reports.day[:-1]))[: len(reports.who)]
    return reports.where(~again)


def _process(children: Children, rate: Array, first: Array, waits: Draw, fates: Fates) -> Reports:
    """Reports from a day on, several at a time: each is so many unit exponentials of the gathered hazard away."""
    now, rows, event = first.astype(float), [], 0
    while (at_risk := np.flatnonzero(now < children.end)).size:
        units = np.cumsum(exponential(waits(at_risk, event)), axis=1)
        clocks = children.happening("report", at_risk)
        for place in range(AT_ONCE):
            reached = day_of_next(units[:, place], now=now[at_risk], rate=rate[at_risk], clocks=clocks)
            it = (reached >= children.first[at_risk]) & (reached < children.end[at_risk])
            fate, own = fates(at_risk[it], FATES + AT_ONCE * event + place)
            reports = _reports(children, at_risk[it], np.floor(reached[it]).astype(np.int64), own[:, 0], fate)
            rows.append(reports.where(own[:, 1] < rates.NAMED.value))
        now[at_risk] = reached
        event += 1
    return Reports.gathered(rows)


def _reports(children: Children, who: Array, day: Array, entry: Array, fate: Array) -> Reports:
    concluded = day + 1 + np.floor(rates.CONCLUDED.value * fate[:, 0]).astype(np.int64)
    substantiated, seen = fate[:, 1] < children.substantiated[who], np.zeros(len(who), dtype=bool)
    return Reports(who, day, entry, concluded, substantiated, removing=fate[:, 2], seen=seen)


def _at_start(children: Children) -> Reports:
    """The report that starts the clock, of every child of the family that day."""
    persons = children.lives.people.persons
    everybody = np.arange(len(persons))
    fate = persons.of_family(everybody, Stream.CARE_BEFORE, FATE)
    entry = persons.luck.uniforms(Stream.CARE_BEFORE, event=1)[:, 0]
    return _reports(children, everybody, children.lives.people.start, entry, fate)


def on_removal(who: Array, day: Array, entry: Array) -> Reports:
    """The reports of removals that no report came before: made, and substantiated, on the day."""
    return Reports(who, day, entry, day, np.ones(len(who), dtype=bool), removing=np.ones(len(who)), seen=np.zeros(len(who), dtype=bool))


def before_end(reports: Reports, children: Children) -> Reports:
    """The reports as they can be known: an investigation that the child's 18th birthday or death overtakes substantiates nothing."""
    return replace(reports, substantiated=reports.substantiated & (reports.concluded < children.end[reports.who]))
