"""What the random cases must have held between them, so that two engines that agree have been asked everything.

`held` names what one county under one plan held, by the reference alone; `REQUIRED` is what all of them together must hold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import reference as slow
import reference_ruler as walked
import reference_starts as starting
from agreement import DEFINITIONS, outcome
from drawing import DESIGNS, HISTORY, HORIZONS
from reference_starts import Asked, Start

from evaluation.records.tape import Measure
from evaluation.terms import Horizon

MONTH = Horizon(days=26)
MARKED = outcome("mark", "event", ("x", "lot"), from_day=1)

REQUIRED = (
    *(f"starts: {design}" for design in DESIGNS),
    *(
        f"lost of eligibility: {rule}"
        for rule in ("years", "which", "aged", "washout", "coverage", "activity", "outside", "living here", "alive", "assigned")
    ),
    *(f"lost of service: {rule}" for rule in ("eligible", "years", "aged", "coverage", "activity", "outside", "living here", "alive", "comparable")),
    *(f"assigned by {by}" for by in ("lot", "offer", "a score at, above", "a score at, below", "a capacity, above", "a capacity, below")),
    *(f"history: {column.table} {column.reduce}" for column in HISTORY),
    *(f"history: {column.table} {column.reduce}, none" for column in HISTORY),
    *(f"ended by {why}" for why in ("mark", "death", "horizon", "served", "moved", "records end")),
    *(f"read: {name}" for name in (*DEFINITIONS, *map(str, HORIZONS))),
    *(
        f"declared: {word}"
        for word in ("ages", "washout", "look-back", "activity", "outside", "sources", "days before", "taking up", "later_served = keep")
    ),
    *(f"cluster: {names}" for names in ((), ("family",), ("family", "area"), ("sex",))),
    *(f"exact of eligibility: {names}" for names in ((), ("sex",), ("area", "sex"))),
    *(f"exact of service: {names}" for names in ((), ("language",), ("language", "sex"), ("language", "area", "sex"))),
    *(f"draw: {size}" for size in ("nobody there", "fewer there", "as many there", "more there")),
    "refused: nobody in an arm",
    "draw: past the end of the walk and round",
    "set: the same person twice",
    "set: a person in several sets",
    "set: somebody who is served later",
    "set: missing agrees with missing",
    "set: somebody served that very day left out",
    "set: a stretch that the next opening cuts short",
    "set: a service before the years",
    "set: somebody compared after a stay that cut their stretch",
    "set: a start on the first day of a stretch",
    "set: a start on the last day of a stretch",
    "start: on the first day of the years",
    "start: on the last day of the years",
    "start: on the first day that the records reach back",
    "start: on the last complete day",
    "start: the day before a move",
    "start: the day before a death",
    "start: on the day a stay ends that people must be outside of",
    "start: on the day before such a stay begins",
    "start: on a birthday",
    "start: of somebody born on 29 February, on 28 February",
    "start: on 29 February",
    "start: before 1970",
    "start: an opening just before the washout",
    "start: several of one person",
    "start: a list on which somebody has two scores that day",
    "start: a tie at the last place",
    "start: a first opening that lies before the years",
    "clock: a mark on the day of death",
    "clock: a mark on the last day seen",
    "clock: a death on the last day seen",
    "clock: a death on the first day not seen",
    "clock: a death on the last day of the horizon",
    "clock: a move on the day of death",
    "clock: own service and a move on one day",
    "clock: an end on the horizon",
    "clock: two marks of two kinds on one day",
    "clock: something on the day of the start",
    "records: a missing value",
    "records: an event twice",
    "records: a spell of no days",
    "records: spells that touch",
    "records: spells that overlap",
    "records: spells on the same days",
    "records: a spell that has not ended",
    "records: a look-back that need not reach back in every source",
)


def held(design: object, asked: Asked, starts: Sequence[Start], lost: Sequence[str]) -> Counter[str]:
    """How often each thing was in a case."""
    found: Counter[str] = Counter(f"lost of {asked.plan.clock}: {rule}" for rule in lost)
    found[f"starts: {design}"] += len(starts)
    for part in (_declared(asked), _records(asked), _before(asked, starts), _clocks(asked, starts)):
        found.update(part)
    for start in starts:
        found.update(_day(asked, start))
    people = Counter(start.person for start in starts)
    found["start: several of one person"] += sum(1 for number in people.values() if number > 1)
    if asked.plan.clock == "service":
        found.update(_sets(asked, starts))
    else:
        found.update(_eligible(asked, starts))
    return found


def _declared(asked: Asked) -> Iterator[str]:
    plan = asked.plan
    assigned = plan.assigned
    said = {
        "ages": plan.ages,
        "washout": plan.washout_days,
        "look-back": plan.lookback_days,
        "activity": plan.observed == "activity",
        "outside": plan.outside,
        "sources": plan.sources,
        "days before": assigned and assigned.days_before,
        "taking up": assigned and assigned.taken_up,
        "later_served = keep": plan.clock == "service" and plan.compared.later_served == "keep",
    }
    yield from (f"declared: {word}" for word, given in said.items() if given)
    yield f"cluster: {plan.cluster}"
    yield f"exact of {plan.clock}: {plan.exact}"
    if assigned and assigned.cutoff:
        yield f"assigned by a {'capacity' if assigned.cutoff.at is None else 'score at'}, {assigned.side}"
    elif assigned:
        yield f"assigned by {assigned.by}"


def _records(asked: Asked) -> Iterator[str]:
    for life in asked.county.lives.values():
        ends = [(start, slow.ended(stop)) for _, start, stop in life.spell]
        pairs = [(one, other) for number, one in enumerate(ends) for other in ends[number + 1 :]]
        said = {
            "a missing value": any(value is None for _, _, value in life.event),
            "an event twice": len(set(life.event)) < len(life.event),
            "a spell of no days": any(start == stop for start, stop in ends),
            "spells that touch": any(one[1] == other[0] for one, other in pairs),
            "spells on the same days": any(one == other and one[0] < one[1] for one, other in pairs),
            "spells that overlap": any(max(one[0], other[0]) < min(one[1], other[1]) for one, other in pairs),
            "a spell that has not ended": any(stop == slow.NEVER for _, stop in ends),
        }
        yield from (f"records: {what}" for what, there in said.items() if there)
    lines = starting.bounding(asked)
    if asked.covered[0] < max(first for _, first, _, _ in lines) + asked.plan.lookback_days:
        yield "records: a look-back that need not reach back in every source"


def _before(asked: Asked, starts: Sequence[Start]) -> Iterator[str]:
    """Reducers that found something, and reducers that found none."""
    for column in asked.history:
        measure = Measure(column.name, column.table, column.kind, column.reduce, -column.days, 0)
        for start in starts:
            value = slow.measured(asked.life(start.person), measure, start.day, until=start.day)
            yield f"history: {column.table} {column.reduce}" + ("" if value else ", none")


def _day(asked: Asked, start: Start) -> Iterator[str]:
    """The edges that the day of a start lies on."""
    plan, life, (first, end) = asked.plan, asked.life(start.person), asked.covered
    years = [slow.day_of(when) for when in plan.between]
    stays = slow.unbroken(life, plan.outside) if plan.outside else []
    birth, today = life.birth and slow.date_of(life.birth), slow.date_of(start.day)
    said = {
        "on the first day of the years": start.day == years[0],
        "on the last day of the years": start.day == years[1],
        "on the first day that the records reach back": start.day == first and years[0] < first,
        "on the last complete day": start.day == end - 1,
        "the day before a move": life.moved == start.day + 1,
        "the day before a death": life.death == start.day + 1,
        "on the day a stay ends that people must be outside of": any(stop == start.day for _, stop in stays),
        "on the day before such a stay begins": any(begin == start.day + 1 for begin, _ in stays),
        "on a birthday": bool(plan.ages and birth and (birth.month, birth.day) == (today.month, today.day)),
        "of somebody born on 29 February, on 28 February": bool(
            plan.ages and birth and (birth.month, birth.day) == (2, 29) and (today.month, today.day) == (2, 28) and today.year % 4
        ),
        "on 29 February": (today.month, today.day) == (2, 29),
        "before 1970": start.day < 0,
    }
    yield from (f"start: {what}" for what, there in said.items() if there)


def _eligible(asked: Asked, starts: Sequence[Start]) -> Iterator[str]:
    plan = asked.plan
    first = slow.day_of(plan.between[0])
    for start in starts:
        life = asked.life(start.person)
        days = starting.openings(asked, life)
        if plan.washout_days and start.day - plan.washout_days - 1 in days:
            yield "start: an opening just before the washout"
        if plan.starts.which == "first" and days[0] < first:
            yield "start: a first opening that lies before the years"
        if plan.by != "score":
            continue
        if sum(1 for name, day, _ in life.score if name == plan.starts.list and day == start.day) > 1:
            yield "start: a list on which somebody has two scores that day"
        capacity = plan.assigned and plan.assigned.cutoff and plan.assigned.cutoff.capacity
        scores = [starting.score(asked, other, start.day) for other in asked.county.lives.values()]
        if capacity and start.served and sum(1 for score in scores if score is not None) > capacity:
            best = sorted((score for score in scores if score is not None), reverse=plan.assigned is not None and plan.assigned.side == "above")
            if best[capacity - 1] == best[capacity] == starting.score(asked, life, start.day):
                yield "start: a tie at the last place"


def _sets(asked: Asked, starts: Sequence[Start]) -> Iterator[str]:
    """What the risk sets held, and what the draw had to choose from."""
    plan, k = asked.plan, asked.plan.compared.draw
    for person, life in asked.county.lives.items():
        own = starting.own_start(asked, life)
        inside = [origin for origin, start, stop in starting.stretches(asked, life) if start <= own < stop]
        if own == slow.NEVER or not inside or not all(met for _, met in starting.conditions(asked, life, own)):
            if own < slow.day_of(plan.between[0]):
                yield "set: a service before the years"
            continue
        there = starting.risk_set(asked, person, max(inside))
        yield f"draw: {'nobody' if not there else 'fewer' if len(there) < k else 'as many' if len(there) == k else 'more'} there"
        if len({row.person for row in there}) < len(there):
            yield "set: the same person twice"
        since = own - max(inside)
        others = [other for other in asked.county.lives.values() if other is not life and starting.agree(plan, life, other)]
        if any(starting.own_start(asked, other) - zero == since for other in others for zero, _, _ in starting.stretches(asked, other)):
            yield "set: somebody served that very day left out"
        places = [place for place, _ in starting.walk(asked, person, max(inside))][:k]
        if places != sorted(places):
            yield "draw: past the end of the walk and round"
    yield from _rows(asked, starts)


def _rows(asked: Asked, starts: Sequence[Start]) -> Iterator[str]:
    """What the rows beside the served held."""
    beside = [start for start in starts if not start.served]
    sets = Counter(person for person, _ in {(start.person, start.beside) for start in beside})
    yield from ("set: a person in several sets" for number in sets.values() if number > 1)
    for start in beside:
        life = asked.life(start.person)
        if starting.own_start(asked, life) < slow.NEVER:
            yield "set: somebody who is served later"
        if any(getattr(life, name) is None for name in asked.plan.exact):
            yield "set: missing agrees with missing"
        stretch = next((first, stop) for zero, first, stop in starting.stretches(asked, life) if zero == start.origin and first <= start.day < stop)
        opened = max(stretch[0], slow.day_of(asked.plan.between[0]))
        if asked.plan.outside and any(opened < begin and stop <= start.day for begin, stop in slow.unbroken(life, asked.plan.outside)):
            yield "set: somebody compared after a stay that cut their stretch"
        if start.day == stretch[0]:
            yield "set: a start on the first day of a stretch"
        if start.day == stretch[1] - 1:
            yield "set: a start on the last day of a stretch"
        if asked.plan.served and stretch[1] - stretch[0] < (asked.plan.served.within_days or 0) + 1:
            yield "set: a stretch that the next opening cuts short"


def _clocks(asked: Asked, starts: Sequence[Start]) -> Iterator[str]:
    """How clocks ended, and what fell together."""
    for start in starts:
        clock = walked.watched(asked, start, MONTH)
        life, marks = clock.life, walked.marks(clock, MARKED)
        day, why, _ = walked.first_mark(clock, MARKED)
        yield f"ended by {why}"
        own = starting.own_end(asked, start)
        said = {
            "a mark on the day of death": why == "mark" and clock.day + day == life.death,
            "a mark on the last day seen": why == "mark" and clock.day + day == clock.gone - 1,
            "a death on the last day seen": why == "death" and life.death == clock.gone - 1,
            "a death on the first day not seen": life.death == clock.gone < clock.until,
            "a death on the last day of the horizon": life.death == clock.until - 1 < clock.gone,
            "a move on the day of death": life.moved is not None and life.moved == life.death and life.death < clock.until,
            "own service and a move on one day": own == life.moved == clock.gone,
            "an end on the horizon": clock.gone == clock.until,
            "two marks of two kinds on one day": len({on for on, _ in marks}) < len(set(marks)),
            "something on the day of the start": walked.same_day(clock, MARKED),
        }
        yield from (f"clock: {what}" for what, there in said.items() if there)


def missing(found: Counter[str]) -> list[str]:
    """What all the cases together did not hold."""
    return [what for what in REQUIRED if not found[what]]
