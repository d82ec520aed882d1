"""Whom a design studies: what starts a clock, who was offered or served, whom they are compared with, and what came before.

The words of a design file are the fields of these types; docs/design_files.md is written from them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from .words import AfterStop, By, Calendar, Clock, LaterServed, Observed, Reducer, Rule, Side, Unit, Which


@dataclass(frozen=True, slots=True)
class Starts:
    """What starts a person's clock or, with the clock of service, makes a person eligible: exactly one rule of those below.

    `which` chooses among the days of the rule that lie inside the years studied; of spells in which people are eligible, all count.
    """

    event: tuple[str, ...] = ()  # kinds of event, as the table `event` holds them; any of them starts a clock
    which: Which = "first"  # for each person; "every" gives a person several clocks
    spell_end: tuple[str, ...] = ()  # kinds of spell: the day an unbroken stretch of them ends; what has not ended starts nothing
    spell: tuple[str, ...] = ()  # kinds of spell: eligible on every day inside one; only with clock = "service"
    referral: tuple[str, ...] = ()  # programmes: the day of an event `referral:<programme>`, whatever came of it
    enrolment: tuple[str, ...] = ()  # programmes: the first day of an enrolment in one; by the one of `served` itself, everybody, on any day
    list: str = ""  # a list, as the table `score` holds it: its dates start the clocks of those on it
    on: tuple[date, ...] = ()  # which dates of that list; left out: every one
    dates: tuple[date, ...] = ()  # days of the calendar: everybody's clock starts, or all become eligible; several with which = "every"

    @property
    def rule(self) -> str:
        """The word of the rule that is given; empty where none is."""
        rules = ("event", "spell_end", "spell", "referral", "enrolment", "list", "dates")
        return next((word for word in rules if getattr(self, word)), "")


@dataclass(frozen=True, slots=True)
class TakeUp:
    """The enrolment that shows that an offer was taken up, within so many days of the start."""

    enrolment: str  # a programme, as the table `service` holds it
    within_days: int  # from the day of the start; 0 is that day alone


@dataclass(frozen=True, slots=True)
class Cutoff:
    """Where a score divides those who were offered the programme from the others: `at` a score, or by `capacity`."""

    at: float | None = None  # this score is on the side of the offer
    capacity: int | None = None  # so many places on each date of the list; whoever ties with the last place has one too


@dataclass(frozen=True, slots=True)
class Assigned:
    """How people came to be offered the programme: by a lot (chance alone decided), an offer (somebody did), or a score.

    `offered` and `withheld` are kinds of event on the day of the start or up to `days_before` days before it, so that both
    arms are on record and nobody is assigned by what happened later.  With a score, `cutoff` and `side` say who was offered:
    the score is the one of the list that starts the clock.  `blocks` are person columns within which lots were drawn.
    """

    by: By  # a lot, an offer that somebody made, or a score
    offered: str = ""  # the kind of event of those who were offered the programme; not with a score
    withheld: str = ""  # the kind of event of those who were not; not with a score
    cutoff: Cutoff | None = None  # with a score: where it divides
    side: Side = "above"  # with a score: the side of the cut-off that was offered the programme
    days_before: int = 0  # how long before the start the assignment may be on record
    blocks: tuple[str, ...] = ()  # with a lot: columns of `person`; arms are compared within them
    taken_up: TakeUp | None = None  # shows who took the offer up; nobody is compared by it


@dataclass(frozen=True, slots=True)
class Served:
    """With the clock of service: the enrolment that starts the clock of those who are served.

    The first enrolment on record counts, whenever it was: later ones open nothing.  Where people must still be housed or in care to
    be served, let a spell make them eligible; where they must be free, name custody in `outside`.  A day alone would leave people
    among the compared who can no longer come.
    """

    enrolment: str  # a programme, as the table `service` holds it
    within_days: int | None = None  # how long after the day that made them eligible people may be served or compared; needed with such a day


@dataclass(frozen=True, slots=True)
class Compared:
    """With the clock of service: whom each served person is compared with, drawn on the day that person is served.

    They are eligible on that day, or as long after what made them eligible, agree on the columns of `exact`, and are not yet
    served.  Nobody is chosen by what happens later.
    """

    rule: Rule = "not_yet_served"  # who may be drawn
    draw: int = 50  # at most so many people for each served person, before matching; 20 do where no caliper follows
    later_served: LaterServed = "censor"  # what becomes of people drawn who are served later: no longer followed from that day, or followed on
    seed: int = 1  # of the draw, which is the same on every engine


@dataclass(frozen=True, slots=True)
class Strategy:
    """One of two plans that people may follow from the start of their clock: to enrol, or not to, within a grace period."""

    enrolment: str = ""  # the programme enrolled in
    no_enrolment: str = ""  # the programme not enrolled in
    within_days: int = 0  # the grace period


@dataclass(frozen=True, slots=True)
class Initiation:
    """What tells who enrols in the grace period, and when: history up to that day, read for weights alone."""

    on: tuple[str, ...] = ()  # columns of the history, read anew as the days go by; empty: all of them
    update_days: int = 7  # how often they are read anew


@dataclass(frozen=True, slots=True)
class Strategies:
    """Two strategies compared from one start, each person's clock cloned under both.

    A clone is followed for as long as the person keeps to its strategy, and those who do stand for those who did not.
    """

    served: Strategy  # to enrol
    compared: Strategy  # not to
    weights: Initiation = Initiation()  # what tells who enrols


@dataclass(frozen=True, slots=True)
class Adopted:
    """With the clock of the calendar: the day on which each unit comes under the programme and, where it leaves it again, that day.

    Exactly one of `enrolment` and `starts`.  A person adopts by an enrolment, or on the day on which the person's area does; an area
    on the first day of its own row or, by `enrolment`, of anybody's there.
    """

    enrolment: str = ""  # a programme, as the table `service` holds it
    starts: str = ""  # a measure of the table `area`: the day of its first row for an area is the day on which it adopts
    stops: str = ""  # such a measure too: the day on which an area leaves the programme again
    after_stop: AfterStop = "refuse"  # units that leave: the design is refused, or what comes after is dropped, or told as an effect of its own


@dataclass(frozen=True, slots=True)
class Periods:
    """With the clock of the calendar: how the days of `between` are cut, from the first of them on; exactly one is given."""

    calendar: Calendar | None = None  # whole months, quarters or years: `between` begins and ends with one
    days: int | None = None  # so many days each; days left over at the end are in no period


@dataclass(frozen=True, slots=True)
class CohortPlan:
    """Who is studied and the day each clock starts, as a design declares it.

    With `clock = "eligibility"` everybody's clock starts when they become eligible, and `assigned` says who was offered the
    programme.  With `clock = "service"` it starts on the day somebody is served, for that person and for those `compared`.
    With `clock = "calendar"` all units are watched over the same periods, and `adopted` says when each came under the programme.
    """

    between: tuple[date, date]  # first and last day on which a clock may start, or of the calendar, both inclusive
    clock: Clock  # whether it starts when people become eligible, or when they are served, or is the calendar
    starts: Starts = Starts()  # what starts a clock, or makes people eligible; not with the clock of the calendar
    adopted: Adopted | None = None  # with the clock of the calendar: when each unit came under the programme
    periods: Periods | None = None  # with the clock of the calendar: how it is cut
    areas: str = ""  # with unit = "area": a named frame of areas, or a measure of the table `area` that every area studied has a row of
    assigned: Assigned | None = None  # with the clock of eligibility: who was offered the programme, and who decided
    served: Served | None = None  # with the clock of service: the enrolment that starts it
    compared: Compared = Compared()  # with the clock of service: whom the served are compared with
    strategies: Strategies | None = None  # with the clock of eligibility: two plans with a grace period
    unit: Unit = "person"  # whose clock it is
    ages: tuple[int, int] | None = None  # completed years at the start, both inclusive
    washout_days: int = 0  # with the clock of eligibility: no day of the starting rule in so many days before the start
    lookback_days: int = 0  # the sources of the history and the washout must reach back so many days
    observed: Observed = "coverage"  # people are seen while the sources cover them; "activity": and had a line on record in the lookback
    outside: tuple[str, ...] = ()  # kinds of spell, such as custody: nobody's clock starts, and nobody is compared, on a day inside one
    sources: tuple[str, ...] = ()  # whose coverage bounds what is seen; empty: every source, but a list that holds only the arms
    exact: tuple[str, ...] = ()  # columns of `person` on which people compared agree exactly; a lot has blocks instead
    cluster: tuple[str, ...] = ()  # people who share luck: "family", "area"

    @property
    def by(self) -> By:
        """What decided who is served."""
        if self.strategies:
            return "strategy"
        if self.clock == "calendar":
            return "adoption"
        return self.assigned.by if self.assigned else "service"


@dataclass(frozen=True, slots=True)
class HistoryColumn:
    """One column of what came before: `reduce` over [start - days, start), never the start day itself."""

    name: str  # what the column is called
    table: Literal["event", "spell"]  # what it is read from
    kind: tuple[str, ...]  # kinds of that table's rows; any of them
    reduce: Reducer  # how many, whether any, days inside, sum or last of the values, days since the last
    days: int  # how far back
