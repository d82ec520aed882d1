"""What starts a clock, and whom it is held against: refuses time zeros that look ahead, or that keep the served safe for a while."""

from __future__ import annotations

from collections.abc import Iterator

from ..phrases import counted, listed
from ..records.toml import Path
from ..terms import CohortPlan, Compared, Served
from .shape import RULES
from .slip import Slip
from .strategies import strategies
from .words import shown

# what this version builds, of what the vocabulary can say
WHICH = ("first", "every")
COMPARED = ("not_yet_served",)
LATER = ("censor", "keep")

_POINTS = {  # rules that make people eligible on a day, and what that day is
    "event": "an event",
    "spell_end": "the end of a spell",
    "referral": "a referral",
    "enrolment": "an enrolment in another programme",
    "list": "a list",
    "dates": "a day of the calendar",
}


def clock(plan: CohortPlan, at: Path, programme: str) -> Iterator[Slip]:
    """Every mistake in what starts the clocks of a cohort of a study of `programme`."""
    yield from _rule(plan, at)
    yield from _which(plan, at)
    yield from _days(plan, at)
    yield from _outside(plan, at)
    yield from _compared(plan, at)
    if plan.strategies:
        yield from strategies(plan, plan.strategies, at)
    elif plan.clock == "service":
        yield from _service(plan, at)
    else:
        yield from _eligibility(plan, at, programme)


# ------------------------------------------------------------------------------------------------ the rule that starts it
def _rule(plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """Exactly one rule, and no word of another."""
    here = (*at, "starts")
    given = [rule for rule in RULES if getattr(plan.starts, rule)]
    if not given:
        yield Slip(here, "'starts' does not say what starts a clock.", f"It is exactly one of {listed(RULES)}.")
    for second in given[1:]:
        found = f"'starts' has both {given[0]} and {second}."
        yield Slip((*here, second), found, "A start means one thing: it is exactly one of them.", "Make a cohort of each.", on=((*here, given[0]),))
    if plan.starts.on and not plan.starts.list:
        yield Slip((*here, "on"), "'on' chooses dates of a list, and 'starts' names none.", remedy='Name it, list = "...".', on=((*here, "list"),))


def _which(plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """No day that only the future chooses, and none that is written down for nothing."""
    here = (*at, "starts", "which")
    if plan.starts.which not in WHICH:
        found = f"Which start is a person's {plan.starts.which} is known only from what came after it, and the programme may have changed that:"
        why = "those it kept from coming back would be followed from other days than the rest."
        yield Slip(here, found, why, f"It is one of {listed(WHICH)}.")
    if plan.starts.which == "first" and len(plan.starts.dates) > 1:
        days = counted(len(plan.starts.dates), "day")
        found = f"'dates' has {days}, and with which = \"first\" everybody's clock would start on the earliest alone."
        yield Slip(here, found, remedy='Use which = "every", or name one day.', on=((*at, "starts", "dates"),))


def _days(plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """Each day that is named can start a clock in the years studied."""
    first, last = plan.between
    within = (plan.served.within_days or 0) if plan.clock == "service" and plan.served else 0
    on = ((*at, "between"), (*at, "clock"), (*at, "served"))
    for word, days in (("on", plan.starts.on), ("dates", plan.starts.dates)):
        for number, day in enumerate(days):
            if first <= last and not first.toordinal() - within <= day.toordinal() <= last.toordinal():
                found = f"'{word}' names {day}, and no clock that it opens can start between {first} and {last}."
                yield Slip((*at, "starts", word, number), found, remedy="Leave the day out, or widen 'between'.", on=on)


def _outside(plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """Nobody is eligible in a spell and outside it."""
    for number, kind in enumerate(plan.outside):
        if kind and kind in plan.starts.spell:
            found = f"'outside' leaves out everybody in {shown(kind)}, and 'starts' makes people eligible inside it: nobody is left."
            yield Slip((*at, "outside", number), found, remedy="Name it in one of them.", on=((*at, "starts"),))


# ------------------------------------------------------------------------------------------------ whom it is held against
def _immortal(plan: CohortPlan, at: Path, since: str, remedy: str) -> Slip:
    """Time in which the served cannot fail, or they would not have been served: told to somebody who never heard of it."""
    days = plan.served.within_days if plan.served else None
    given = f"up to {counted(days, 'day')}" if days else "days"
    why = f"counted from {since}, the served are given {given} in which nothing can go wrong, and nobody else is (immortal time)."
    on = ((*at[:2], "clock"), (*at[:2], "served"))
    return Slip(at, "People who fail before the programme reaches them count as not served:", why, remedy, on=on)


def _compared(plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """Nobody is compared who is chosen by what happens later."""
    here = (*at, "compared")
    if plan.compared.rule == "never_served":
        found = "That somebody is never served is known only at the end, and people who fail early never are:"
        why = "those compared would be chosen by how they fared, and would look worse than they are."
        yield Slip((*here, "rule"), found, why, 'Use rule = "not_yet_served": people served later count until that day.')
    if plan.compared.rule == "same_event":
        remedy = 'Use rule = "not_yet_served", which counts both from the day of service, equally long after the event.'
        yield _immortal(plan, (*here, "rule"), "the event", remedy)
    if plan.compared.later_served not in LATER:
        found = "Who will be served is known only later, and people who fail early will not be:"
        why = "without those served later, too many of those left to compare with are people who failed."
        remedy = 'Use later_served = "censor", which follows them until they are served, or "keep", which follows them on.'
        yield Slip((*here, "later_served"), found, why, remedy)


def _service(plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """The clock starts on the day somebody is served, for that person and for those drawn beside them."""
    on = ((*at, "clock"),)
    if plan.assigned:
        found = "'assigned' says who was offered the programme when they became eligible, and clock = \"service\" counts from the day of service:"
        remedy = "Leave [cohort.assigned] out, or use clock = \"eligibility\" and leave 'served' out."
        yield Slip((*at, "assigned"), found, "a cohort has one time zero, and one way of telling who is served.", remedy, on=on)
    elif plan.served is None:
        found = 'clock = "service" counts from the day somebody is served, and nothing says by which enrolment.'
        yield Slip((*at, "clock"), found, remedy='Name it: served = { enrolment = "..." }.', on=((*at, "served"), (*at, "assigned")))
    else:
        yield from _stretch(plan, plan.served, at)
    if plan.washout_days:
        found = "'washout_days' keeps a start apart from an earlier one, and with clock = \"service\" the first enrolment on record is the only one."
        yield Slip((*at, "washout_days"), found, remedy="Leave it out.", on=on)


def _stretch(plan: CohortPlan, served: Served, at: Path) -> Iterator[Slip]:
    """Who stays eligible, and for how long: so long after a day that made them so; on each day of a spell, as long as that lasts."""
    own = served.enrolment in plan.starts.enrolment
    for word in ("spell", "spell_end"):
        if served.enrolment and served.enrolment in getattr(plan.starts, word):
            found = f"Whoever has a spell of {shown(served.enrolment)} has been served, and 'starts' makes people eligible by it:"
            remedy = "Say what makes people eligible before they are served."
            yield Slip((*at, "starts", word), found, "nobody is left who is not yet served.", remedy, on=((*at, "clock"), (*at, "served")))
    on = ((*at, "clock"), (*at, "starts"), (*at, "served"))
    if own and len(plan.starts.enrolment) > 1:
        found = f"'starts' names {shown(served.enrolment)}, whose enrolment starts the clock, beside another programme."
        right = "Alone it makes everybody eligible on every day; another makes those eligible who enrol in it."
        yield Slip((*at, "starts", "enrolment"), found, right, "Name one or the other.", on=on)
    elif plan.starts.rule in _POINTS and not own and served.within_days is None:
        found = f"People become eligible by {_POINTS[plan.starts.rule]}, and nothing says for how many days they stay so."
        right = "After that they are neither served nor compared."
        yield Slip((*at, "served"), found, right, "Say it: served = { enrolment = ..., within_days = 90 }.", on=on)
    elif (plan.starts.rule == "spell" or own) and served.within_days is not None:
        every = "everybody is on every day" if own else "each day of a spell does"
        found = f"'within_days' counts from a day that makes people eligible, and here {every}."
        yield Slip((*at, "served", "within_days"), found, remedy="Leave it out.", on=on)
    everybody = "dates" if plan.starts.dates else "enrolment" if plan.starts.enrolment == (served.enrolment,) else ""
    if everybody and not plan.outside and plan.observed != "activity":
        enrolled = f"an enrolment in {shown(served.enrolment)}, which is what starts the clock, is everybody on record, on any day"
        found = f"Eligible by {enrolled if everybody == 'enrolment' else 'a day of the calendar is everybody on record'}:"
        why = "also people in custody or long out of sight would be compared, who could not have come."
        remedy = 'Say who could: starts = { spell = "..." }, or an event with within_days; or who could not: outside = ["custody"], '
        yield Slip((*at, "starts", everybody), found, why, f'{remedy}or observed = "activity".', on=(*on, (*at, "outside"), (*at, "observed")))


def _eligibility(plan: CohortPlan, at: Path, programme: str) -> Iterator[Slip]:
    """The clock starts when people become eligible, and who was offered the programme is known that day."""
    on = tuple((*at, word) for word in ("clock", "assigned", "served"))
    if plan.served and plan.assigned:
        found = "'served' says by which enrolment a clock starts on the day of service, and here 'assigned' says who is compared with whom."
        yield Slip((*at, "served"), found, remedy="Leave it out: 'taken_up' of [cohort.assigned] says who took the offer up.", on=on)
    elif plan.served:
        remedy = 'Use clock = "service", which counts both from the day of service.'
        yield _immortal(plan, (*at, "clock"), "the day they became eligible", remedy)
    elif plan.assigned is None:
        found = 'With clock = "eligibility" nothing says who was offered the programme.'
        remedy = "Say it in [cohort.assigned]; or, where people are served on days of their own, use clock = \"service\" with 'served'."
        yield Slip((*at, "clock"), found, remedy=remedy, on=on)
    elif plan.compared != Compared() and plan.compared.rule in COMPARED and plan.compared.later_served in LATER:
        found = "'compared' says whom the served are compared with on the day of service, and here 'assigned' says who is compared with whom."
        yield Slip((*at, "compared"), found, remedy='Leave it out, or use clock = "service".', on=on)
    if plan.starts.spell and not plan.served:
        found = "A spell makes people eligible on each of its days, and a clock starts on one."
        yield Slip((*at, "starts", "spell"), found, remedy='Use spell_end, the day it ends, or clock = "service".', on=on)
    yield from _enrolled(plan, at, programme)


def _enrolled(plan: CohortPlan, at: Path, programme: str) -> Iterator[Slip]:
    """Nobody's clock starts by enrolling in the programme that is studied, when that starts everybody's."""
    taken_up = plan.assigned.taken_up if plan.assigned else None
    own = (programme, taken_up.enrolment if taken_up else programme)
    for number, ended in enumerate(plan.starts.spell_end):
        if plan.assigned and ended in own:
            found = f"Everybody whose clock starts has been through {shown(ended)}, the programme that is studied:"
            why = "nobody is left who went without it."
            remedy = "Start the clock with what made people eligible."
            yield Slip((*at, "starts", "spell_end", number), found, why, remedy, on=((*at, "clock"), (*at, "assigned"), ("programme",)))
    for number, enrolled in enumerate(plan.starts.enrolment):
        if plan.assigned and enrolled in own:
            found = f"Everybody whose clock starts has just enrolled in {shown(enrolled)}, the programme that is studied:"
            why = "nobody is left who went without it."
            remedy = 'Start the clock with what made people eligible, or use clock = "service".'
            yield Slip((*at, "starts", "enrolment", number), found, why, remedy, on=((*at, "clock"), (*at, "assigned"), ("programme",)))
