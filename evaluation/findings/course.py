"""Sets out how an event came about over time as a table that names every count it gives away, also by what lies between two days.

Whoever reads how many had the event by day 91 and by day 182 reads how many had it in between, and whoever reads how many are still
followed as well reads how many were lost or had another end.  Days are therefore left out until as many people as may be told of had
the event between one and the next, and the counts of more days until as many were lost or had another end; what is left is judged
by the door like any other table.  None in between leaves a day out as a few do: that a day is left out tells that nobody is few.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil

from ..diagnostics.wording import HIDDEN
from ..terms import Answer, Arm, Course, Exhibit
from .counts import ARMS, Cells, Sums, behind_mean, names_of, people_of, question_of

COURSE = "course"  # how the name of the table ends
COLUMNS = ("arm", "day", "followed", "events")
LEAST = max(HIDDEN) + 1
Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Told:
    """One arm's course on the days that are told, with its counts by name."""

    label: str
    arm: Arm
    course: Course
    names: Mapping[tuple[str, int], str]  # by what is counted, and by which day
    counts: Mapping[str, int]
    sums: Sums
    counted: tuple[int, ...]  # the days of which the counts are told too


def told(answer: Answer) -> tuple[Told, ...]:
    """Both arms' courses on the days that may stand; none where there are none."""
    estimate = answer.estimate
    if estimate is None or len(estimate.course) != 2:
        return ()
    arms = dict(zip(ARMS, (estimate.served, estimate.compared), strict=True))
    courses = {"served" if course.served else "compared": course for course in estimate.course}
    both = [(courses[label], arms[label]) for label in ARMS]
    days = _spaced(both, [_with_the_event(*one) for one in both], courses["served"].days)
    if not days:
        return ()
    counted = _spaced(both, [_with_another_end(*one) for one in both], days)
    return tuple(_named(answer, label, arms[label], _on(courses[label], days), counted) for label in ARMS)


def with_course(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Of the answers about one outcome of the same people the first that has a course: two would be told apart by few people."""
    first: dict[tuple[str, str], Answer] = {}
    for answer in answers:
        if answer.estimate and answer.estimate.course:
            first.setdefault((people_of(answer), answer.question.outcome), answer)
    return tuple(first.values())


def course_table(answer: Answer, population: str) -> tuple[Exhibit, ...]:
    """The table of both courses: who is still followed, who has had the event, and the risk or the mean number, by day."""
    both = told(answer)
    if not both:
        return ()
    rows: list[tuple[object, ...]] = []
    behind: Cells = {}
    for one in both:
        for place, day in enumerate(one.course.days):
            behind |= {(len(rows), column): names for column, names in _behind(answer, one, day).items()}
            rows.append((one.label, day, *_numbers(one, place)))
    measured = "number" if answer.question.measure == "number" else "risk"
    table = Exhibit(
        name=f"{question_of(answer)}: {COURSE}",
        title="How the event came about over time",
        population=population,
        columns=(*COLUMNS, measured, "low", "high"),
        rows=tuple(rows),
        counts={name: count for one in both for name, count in one.counts.items()},
        sums=tuple(tie for one in both for tie in one.sums),
        behind=behind,
    )
    return (table,)


def _numbers(one: Told, place: int) -> tuple[object, ...]:
    course = one.course
    counts = (course.people[place], course.events[place]) if course.days[place] in one.counted else (None, None)
    return *counts, course.risk[place], course.low[place], course.high[place]


def _behind(answer: Answer, one: Told, day: int) -> dict[int, tuple[str, ...]]:
    """By column: what a cell gives away.

    A risk beside the people and the events by the same day tells of those lost, so that where these may not be told of the two counts go.
    """

    def named(*what: str) -> tuple[str, ...]:
        return tuple(one.names[each, day] for each in what if (each, day) in one.names)

    few = tuple(name for name in behind_mean(answer, one.label, one.arm) if name.endswith("weight_of_few"))
    of_risk = (names_of(answer)[f"{one.label}.people"], *named("events", "without"), *few)
    others = named("other", "other since")
    counts = {2: (*named("followed", "fell"), *others), 3: (*named("events"), *others)} if day in one.counted else {}
    return counts | dict.fromkeys((4, 5, 6), of_risk)


def _named(answer: Answer, label: str, arm: Arm, course: Course, counted: tuple[int, ...]) -> Told:
    names: dict[tuple[str, int], str] = {}
    whole = names_of(answer)[f"{label}.people"]
    counts: Counts = {whole: arm.people}
    sums: Sums = ()
    for what, day, count, total, parts in _lines(arm, course, counted):
        own = f"{question_of(answer)}: {COURSE}.{label}.{what}.{day}"
        if what == "events" and day == course.days[-1] and count == arm.events:
            own = names_of(answer)[f"{label}.events"]
        names[what, day] = own
        counts[own] = count
        if parts:
            sums += ((whole if total is None else names[total], tuple(names[part] for part in parts)),)
    return Told(label, arm, course, names, counts, sums, counted)


Line = tuple[str, int, int, tuple[str, int] | None, tuple[tuple[str, int], ...]]


def _lines(arm: Arm, course: Course, counted: Sequence[int]) -> Iterator[Line]:
    """What is counted by each day, how many, and the sum that this completes: its total (None: everybody in the arm) and its parts."""
    whole = _adds_up(arm, course)
    before: dict[str, tuple[int, int]] = {}  # by what is counted, the last day and how many
    for day, events, people in zip(course.days, course.events, course.people, strict=True):
        yield "events", day, events, None, ()
        yield "without", day, arm.people - events, None, (("events", day), ("without", day))
        yield from _since("events", day, events, before)
        if day not in counted:
            continue
        yield "followed", day, people, None, ()
        others = arm.people - events - people
        if whole:
            yield "other", day, others, ("without", day), (("followed", day), ("other", day))
            yield from _since("other", day, others, before)
        else:
            at, last = before.get("followed", (None, arm.people))
            yield "fell", day, last - people, None if at is None else ("followed", at), (("followed", day), ("fell", day))
            before["followed"] = (day, people)


def _since(what: str, day: int, count: int, before: dict[str, tuple[int, int]]) -> Iterator[Line]:
    """How many more there are than on the day before that was told."""
    if what in before:
        at, last = before[what]
        yield f"{what} since", day, count - last, (what, day), ((what, at), (f"{what} since", day))
    before[what] = (day, count)


def _adds_up(arm: Arm, course: Course) -> bool:
    """Whether each person is one row, so that those with the event, those still followed and the others are everybody, and ever more end."""
    others = [arm.people - events - people for events, people in zip(course.events, course.people, strict=True)]
    rising = all(one <= other for one, other in pairwise(others))
    return (arm.weighed is None or arm.weighed.rows == arm.people) and min(others) >= 0 and rising


def _on(course: Course, days: Sequence[int]) -> Course:
    """A course on some of its days."""
    there = [place for place, day in enumerate(course.days) if day in days]
    lines = (course.days, course.risk, course.low, course.high, course.people, course.events, course.competing)
    return Course(course.served, *(tuple(line[place] for place in there) for line in lines))  # type: ignore[arg-type]  # each of its own kind


Counted = tuple[tuple[int, ...], int]  # of one arm by day, and how many at the least are told of; none where nobody is ever counted


def _with_the_event(course: Course, arm: Arm) -> Counted:
    return course.events, max(LEAST, ceil(LEAST * _unevenness(arm)))


def _with_another_end(course: Course, arm: Arm) -> Counted:
    """Those lost, or with an end that rules the event out."""
    if not _adds_up(arm, course):
        return (0,) * len(course.days), LEAST
    return tuple(arm.people - events - people for events, people in zip(course.events, course.people, strict=True)), LEAST


def _spaced(both: Sequence[tuple[Course, Arm]], counted: Sequence[Counted], days: Sequence[int]) -> tuple[int, ...]:
    """Of the days those by which, and since which, enough people of each arm are counted, found from the last one back.

    Of an arm of whom nobody is ever counted nothing is asked.
    """
    places = {day: place for place, day in enumerate(both[0][0].days)}
    kept: list[int] = []
    for day in reversed(days):
        enough = [
            counts[places[day]] >= least and (not kept or counts[places[kept[0]]] - counts[places[day]] >= least)
            for counts, least in counted
            if counts[-1]
        ]
        if all(enough):
            kept.insert(0, day)
    return tuple(kept)


def _unevenness(arm: Arm) -> float:
    """How many people stand behind one of equal weight, among those with the event or those without it, whichever are fewer."""
    if arm.weighed is None or arm.events is None or not arm.weighed.worth > 0:
        return 1.0
    return max(1.0, min(arm.events, arm.weighed.rest) / arm.weighed.worth)
