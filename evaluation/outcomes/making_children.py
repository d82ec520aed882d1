"""What counts in child welfare and kinds and days cannot say: permanency by a trial home visit, first and lasting removals, harm in care.

The rules are those of the Children's Bureau's statewide data indicators, as the California Child Welfare Indicators Project gives them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlglot import exp

from ..records.sql import among, c, case, given, later, literal, minus, select, table
from ..records.tape import islands
from ..terms import Outcome
from .clock import placed

CARE, VISIT, HOME = "foster_care", "trial_home_visit", "discharge:reunification"
MOVE = "placement_move"
ENDS_A_VISIT = (MOVE, "placement_began", "placement_resumed", "runaway")  # after any of them the visit was not the last placement
TRIED = 30  # days of a trial home visit that count as time in care, after which the child is as good as home
SHORT = 8  # days in care, below which the indicators leave a stay out
FIRST_DAYS = 7  # days of a stay in care in which a report is taken to be about the time before it


def discharges(outcome: Outcome) -> exp.Select:
    """Discharges of these kinds; one to reunification that ends a trial home visit of 30 days or more is dated 30 days into that visit.

    The visit must be the child's last placement: no move, no return to a placement, no running away and no other visit comes after it.
    A visit that began within 11 months of the removal reaches its thirtieth day within twelve, which keeps the indicator's rule of 11 months.
    """
    kinds = outcome.kinds
    in_stay = exp.and_(c("v.person_id").eq(c("d.person_id")), c("v.kind").eq(literal(VISIT)), c("v.day") >= c("d.start"), c("v.day") <= c("d.day"))
    tried = select(person_id=c("d.person_id"), day=c("d.day"), place=c("d.place"), home=c("d.home"), visit=exp.Max(this=c("v.day")))
    tried = tried.from_(table(_in_care(kinds), "d")).join(table("event", "v"), on=in_stay, join_type="left")
    tried = tried.group_by(*(c(f"d.{name}") for name in ("person_id", "day", "place", "home")))
    moved = exp.and_(c("m.person_id").eq(c("t.person_id")), among(c("m.kind"), ENDS_A_VISIT), c("m.day") > c("t.visit"), c("m.day") <= c("t.day"))
    final = exp.and_(c("t.home").eq(1), c("t.visit") <= later(c("t.day"), -TRIED), exp.Is(this=exp.Min(this=c("m.day")), expression=exp.null()))
    dated = case((final, later(c("t.visit"), TRIED)), otherwise=c("t.day"))
    read = select(person_id=c("t.person_id"), day=dated, place=c("t.place")).from_(table(tried, "t"))
    read = read.join(table("event", "m"), on=moved, join_type="left")
    return read.group_by(*(c(f"t.{name}") for name in ("person_id", "day", "place", "home", "visit")))


def first_removals(outcome: Outcome) -> exp.Select:
    """The first event of these kinds that the records hold of a child; every later one is an entry again."""
    first = select(person_id=c("person_id"), day=exp.Min(this=c("day")), place=0)
    return first.from_(table("event")).where(among(c("kind"), outcome.kinds)).group_by(c("person_id"))


def lasting_removals(outcome: Outcome) -> exp.Select:
    """Events of these kinds, but for those that began a stay in foster care of less than 8 days; spells that touch are one stay."""
    short = select(person_id=c("person_id"), day=c("start")).from_(table(islands((CARE,), "in care"), "i"))
    short = short.where(minus(c("stop"), c("start")) < SHORT)
    same = exp.and_(c("b.person_id").eq(c("e.person_id")), c("b.day").eq(c("e.day")))
    read = select(person_id=c("e.person_id"), day=c("e.day"), place=placed(c("e.kind"), outcome.kinds)).from_(table("event", "e"))
    read = read.join(table(short, "b"), on=same, join_type="left")
    return read.where(among(c("e.kind"), outcome.kinds), exp.Is(this=c("b.day"), expression=exp.null()))


def harm_in_care(outcome: Outcome) -> exp.Select:
    """Events of these kinds on a day in foster care, but for those in the first 7 days of the stay; spells that touch are one stay."""
    return _on_days_in_care(outcome, FIRST_DAYS)


def moves_in_care(outcome: Outcome) -> exp.Select:
    """Events of these kinds on a day in foster care."""
    return _on_days_in_care(outcome, 0)


def _on_days_in_care(outcome: Outcome, from_day: int) -> exp.Select:
    """Events of these kinds on a day in foster care, from so many days after a stay began."""
    inside = exp.and_(c("s.person_id").eq(c("e.person_id")), c("e.day") >= later(c("s.start"), from_day), c("e.day") < c("s.stop"))
    read = select(person_id=c("e.person_id"), day=c("e.day"), place=placed(c("e.kind"), outcome.kinds)).from_(table("event", "e"))
    return read.join(table(islands((CARE,), "in care"), "s"), on=inside).where(among(c("e.kind"), outcome.kinds))


def _in_care(kinds: Iterable[str]) -> exp.Select:
    """(person_id, day, place, home, start): each discharge, whether it is to reunification, and the removal that began the stay it ends."""
    of_kind = [c("e.kind").eq(literal(kind)) for kind in kinds]
    ends = exp.and_(c("s.person_id").eq(c("e.person_id")), c("s.kind").eq(literal(CARE)), c("s.start") < c("e.day"), c("s.stop") >= c("e.day"))
    read = select(
        person_id=c("e.person_id"),
        day=c("e.day"),
        place=case(*((node, place) for place, node in enumerate(of_kind))),
        home=case((c("e.kind").eq(literal(HOME)), 1), otherwise=0),
        start=given(exp.Max(this=c("s.start")), c("e.day")),  # a discharge from no stay on record ends no trial
    )
    read = read.from_(table("event", "e")).join(table("spell", "s"), on=ends, join_type="left").where(among(c("e.kind"), kinds))
    return read.group_by(c("e.person_id"), c("e.day"), c("e.kind"))


CHILDREN_MAKING: dict[str, Callable[[Outcome], exp.Select]] = {
    "discharges_after_trial_visits": discharges,
    "first_removals": first_removals,
    "harm_in_care": harm_in_care,
    "lasting_removals": lasting_removals,
    "moves_in_care": moves_in_care,
}
CHILDREN_RULES: dict[str, tuple[object, ...]] = {
    "discharges_after_trial_visits": (CARE, VISIT, HOME, *ENDS_A_VISIT, TRIED),
    "harm_in_care": (CARE, FIRST_DAYS),
    "lasting_removals": (CARE, SHORT),
    "moves_in_care": (CARE,),
}
"""What each rule holds beside the definition's own fields: part of the definition's digest."""
