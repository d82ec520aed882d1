"""Named ways of making lines for work, health and delivery: leaving aid, new illnesses, leaving early, services given twice over.

Every builder answers for any clock: none of what it reads depends on a start.  Days are inclusive as they stand in its name.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from itertools import pairwise

from sqlglot import exp

from ..records.days import FOREVER, day_of
from ..records.sql import Node, among, c, later, literal, minus, over, select, table
from ..records.tape import numbered
from ..terms import Outcome
from .clock import placed

_OFF = 61  # days off aid, two months, before somebody has left it
_NEW = 3  # a visit so many days after the one before, or sooner, is of the same illness
_WRITTEN_DOWN = 30  # days around the end of an enrolment on which its completion may be dated
_CALENDAR = (1990, 2050)  # the years whose months are told apart: the first, and the one after the last
_INTAKE = 30  # a second intake so many days after the first, or sooner, is a duplicate


def left_for_two_months(outcome: Outcome) -> exp.Select:
    """The first day no longer inside spells of these kinds, if none of them begins again within 61 days; an open spell has no end.

    An end on the day of a death or after it is no leaving.
    """
    mine = select(person_id=c("person_id"), start=c("start"), stop=c("stop")).from_(table("spell"))
    stays = numbered(mine.where(among(c("kind"), outcome.kinds), c("stop") > c("start")), gap=_OFF)
    ends = select(person_id=c("person_id"), day=exp.Max(this=c("stop"))).from_(table(stays, "s")).group_by(c("person_id"), c("island"))
    read = select(person_id=c("e.person_id"), day=c("e.day"), place=0).from_(table(ends, "e"))
    return _while_alive(read).where(c("e.day") < FOREVER)


def months_touched(outcome: Outcome) -> exp.Select:
    """The first day of each calendar month on any day of which a spell of these kinds was open: a month a person, however many spells."""
    months = [date(year, month, 1) for year in range(*_CALENDAR) for month in range(1, 13)]
    rows = [(day_of(first), day_of(after)) for first, after in pairwise(months)]
    calendar = exp.values(rows, alias="m", columns=["first", "after"])
    inside = exp.and_(c("m.first") < c("s.stop"), c("m.after") > c("s.start"))
    read = select(person_id=c("s.person_id"), day=c("m.first"), place=0).distinct().from_(table("spell", "s")).join(calendar, on=inside)
    return read.where(among(c("s.kind"), outcome.kinds), c("s.stop") > c("s.start"))


def three_days_apart(outcome: Outcome) -> exp.Select:
    """Events of these kinds that come more than three days after the one before, of whichever of the kinds; one a day."""
    place = placed(c("kind"), outcome.kinds)
    daily = select(person_id=c("person_id"), day=c("day"), place=exp.Min(this=place)).from_(table("event")).where(among(c("kind"), outcome.kinds))
    days = daily.group_by(c("person_id"), c("day"))
    before = over(exp.Max(this=c("day")), [c("person_id")], [c("day")], rows=("1", "PRECEDING"))
    since = select(person_id=c("person_id"), day=c("day"), place=c("place"), before=before).from_(table(days, "d"))
    new = exp.or_(exp.Is(this=c("before"), expression=exp.null()), minus(c("day"), c("before")) > _NEW)
    return select(person_id=c("person_id"), day=c("day"), place=c("place")).from_(table(since, "e")).where(new)


def left_uncompleted(outcome: Outcome) -> exp.Select:
    """The first day no longer part of an enrolment, unless a completion of that programme is dated within 30 days of it.

    Enrolments in one programme that overlap or touch are one; what is still open has not been left, nor what ends on the day of a
    death or after it.
    """
    ends = [_ends_of(kind, place) for place, kind in enumerate(outcome.kinds)]
    left = ends[0] if len(ends) == 1 else exp.union(*ends, distinct=False)
    near = exp.and_(
        c("d.person_id").eq(c("e.person_id")),
        c("d.kind").eq(c("e.completed")),
        c("d.day") >= later(c("e.day"), -_WRITTEN_DOWN),
        c("d.day") <= later(c("e.day"), _WRITTEN_DOWN),
    )
    read = _while_alive(select(person_id=c("e.person_id"), day=c("e.day"), place=c("e.place")).from_(table(left, "e")))
    return read.join(table("event", "d"), on=near, join_type="left").where(exp.Is(this=c("d.person_id"), expression=exp.null()))


def open_twice(outcome: Outcome) -> exp.Select:
    """The day on which the second of two enrolments in one programme begins, from two sources, while the first is open."""
    open_then = exp.and_(c("o.start") <= c("e.start"), c("o.stop") > c("e.start"), c("e.stop") > c("e.start"))
    return _second(outcome, open_then)


def intake_twice(outcome: Outcome) -> exp.Select:
    """The day on which the second of two enrolments in one programme begins, from two sources, at most 30 days after the first began."""
    soon = exp.and_(c("o.start") <= c("e.start"), c("o.start") >= later(c("e.start"), -_INTAKE))
    return _second(outcome, soon)


def _second(outcome: Outcome, near: Node) -> exp.Select:
    """Enrolments `e` beside an enrolment `o` of the same person in the same programme, on record in another source."""
    twice = exp.and_(c("o.person_id").eq(c("e.person_id")), c("o.programme").eq(c("e.programme")), c("o.source").neq(c("e.source")), near)
    read = select(person_id=c("e.person_id"), day=c("e.start"), place=placed(c("e.programme"), outcome.kinds)).from_(table("service", "e"))
    return read.join(table("service", "o"), on=twice).where(among(c("e.programme"), outcome.kinds)).distinct()


def _while_alive(ends: exp.Select) -> exp.Select:
    """Of lines `e`, those on a day before the person's death."""
    ends = ends.join(table("person", "p"), on=c("p.person_id").eq(c("e.person_id")))
    return ends.where(exp.or_(exp.Is(this=c("p.death"), expression=exp.null()), c("e.day") < c("p.death")))


def _ends_of(programme: str, place: int) -> exp.Select:
    """(person_id, day, place, completed): the ends of unbroken enrolments in a programme, and the kind of event that completes it."""
    mine = select(person_id=c("person_id"), start=c("start"), stop=c("stop")).from_(table("service")).where(c("programme").eq(literal(programme)))
    stays = numbered(mine)
    ends = select(person_id=c("person_id"), day=exp.Max(this=c("stop"))).from_(table(stays, "s")).group_by(c("person_id"), c("island"))
    read = select(person_id=c("person_id"), day=c("day"), place=place, completed=literal(f"completed:{programme}"))
    return read.from_(table(ends, "e")).where(c("day") < FOREVER)


DELIVERY_MAKING: dict[str, Callable[[Outcome], exp.Select]] = {
    "intake_twice": intake_twice,
    "left_for_two_months": left_for_two_months,
    "left_uncompleted": left_uncompleted,
    "months_touched": months_touched,
    "open_twice": open_twice,
    "three_days_apart": three_days_apart,
}
DELIVERY_RULES: dict[str, tuple[object, ...]] = {
    "intake_twice": (_INTAKE,),
    "left_for_two_months": (_OFF,),
    "left_uncompleted": (_WRITTEN_DOWN,),
    "three_days_apart": (_NEW,),
}
"""What each rule holds beside the definition's own fields: part of the definition's digest."""
