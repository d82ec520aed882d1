"""Laws of the door out for events in time, by an attacker who reads the printed course of each arm and subtracts one day from the next.

He knows how people are counted: those with the event, those still followed and those with another end or lost are everybody, and
whoever had the event by a day has had it by every later one.  Weights are not told, but he takes all to be the same and nobody to be
lost, so that from any risk that is printed he has the number with the event: the law can only be too strict.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from attacker import BOX, FEW, MARK, Puzzle
from hypothesis import given, settings
from hypothesis import strategies as st

from evaluation.findings import Released, exhibits, judge, release
from evaluation.outcomes import OUTCOMES
from evaluation.terms import (
    Answer,
    Arm,
    Course,
    Estimand,
    Estimate,
    Exhibit,
    Horizon,
    Interval,
    LedgerLine,
    Provenance,
    Question,
    Weighed,
)

DAYS = (91, 182, 273, 364)
ARMS = ("served", "compared")


@dataclass(frozen=True)
class Case:
    people: tuple[int, int]  # of each arm, that have no end by the horizon
    events: tuple[tuple[int, ...], tuple[int, ...]]  # that have the event in each stretch of days
    others: tuple[tuple[int, ...], tuple[int, ...]]  # that have another end, or are lost

    def by(self, arm: int, which: str) -> tuple[int, ...]:
        """So many by the end of each stretch."""
        new = self.events[arm] if which == "events" else self.others[arm]
        return tuple(sum(new[: place + 1]) for place in range(len(new)))

    def whole(self, arm: int) -> int:
        return self.people[arm] + sum(self.events[arm]) + sum(self.others[arm])


few_or_some = st.one_of(st.integers(0, 12), st.integers(0, 25))
stretches = st.tuples(*[few_or_some] * len(DAYS))
cases = st.builds(Case, st.tuples(st.integers(0, 40), st.integers(12, 40)), st.tuples(stretches, stretches), st.tuples(stretches, stretches))


def answers(case: Case, horizons: int) -> list[Answer]:
    """About the year with its course and, of two, about its first half."""
    return [_answer(case, days) for days in (364, 182)[:horizons]]


def _answer(case: Case, days: int) -> Answer:
    upto = DAYS.index(days) + 1
    arms, courses = [], []
    for arm in (0, 1):
        n, events, others = max(case.whole(arm), 1), case.by(arm, "events")[:upto], case.by(arm, "others")[:upto]
        arms.append(Arm(n, events[-1], events[-1] / n, weighed=Weighed(n, n - events[-1], float(n))))
        risk = tuple(count / n for count in events)
        followed = tuple(n - one - other for one, other in zip(events, others, strict=True))
        courses.append(Course(arm == 0, DAYS[:upto], risk, risk, risk, followed, events, others))
    effect = arms[0].mean - arms[1].mean
    estimand = Estimand("effect_on_the_served", "a difference", "those served", "offered, against not")
    estimate = Estimate(estimand, effect, 0.1, Interval(effect - 0.1, effect + 0.1, "by person"), 0.5, arms[0], arms[1], course=tuple(courses))
    question = Question("recidivism/arrest", Horizon(days=days), "survival", -0.05, estimand="effect_on_the_served")
    ledger = (LedgerLine("starts", 0, sum(arm.people for arm in arms)),)
    return Answer(question, OUTCOMES[question.outcome], ledger, Provenance("s", "r", "v"), "built", estimate, by="offer")


def outside(case: Case, horizons: int) -> Released:
    return release([judge(answer, None, title={"en": "Aid"}, languages=("en",)) for answer in answers(case, horizons)])


def puzzle(case: Case, tables: tuple[Exhibit, ...]) -> tuple[Puzzle, dict[str, int]]:
    """What is printed as equations, and the truth by the same names."""
    given, truth = Puzzle(), {}
    for arm, label in enumerate(ARMS):
        seen = _read_arm(given, truth, case, arm, label, next(one for one in tables if one.name.endswith("364_days_survival: course")))
        for table in tables:
            if table.name.endswith(": arms"):
                _read_arms(given, truth, case, arm, label, table, seen)
    return given, truth


def _read_arm(given: Puzzle, truth: dict[str, int], case: Case, arm: int, label: str, course: Exhibit) -> list[int]:
    """The days of the course that give the attacker a count of events; the sums that he knows."""
    whole, before, counted_before = f"{label} people", None, None
    truth[whole] = max(case.whole(arm), 1)
    days = []
    for _, day, followed, _, risk, *_ in (row for row in course.rows if row[0] == label and row[1] != MARK):
        place = DAYS.index(day)
        here = {what: f"{label} {what} {day}" for what in ("events", "without", "followed", "others")}
        e, o = case.by(arm, "events")[place], case.by(arm, "others")[place]
        truth |= dict(zip(here.values(), (e, truth[whole] - e, truth[whole] - e - o, o), strict=True))
        given.unprinted(here["without"])
        _known(given, here["events"], MARK if risk == MARK else e)
        given.equations.append((whole, (here["events"], here["without"])))
        days.append(day)
        _since(given, truth, here["events"], before)
        before = here["events"]
        if followed is None:
            continue
        _known(given, here["followed"], followed)
        given.unprinted(here["others"])
        given.equations.append((here["without"], (here["followed"], here["others"])))
        _since(given, truth, here["others"], counted_before)
        counted_before = here["others"]
    return days


def _read_arms(given: Puzzle, truth: dict[str, int], case: Case, arm: int, label: str, table: Exhibit, days: list[int]) -> None:
    """People, and from the share how many had the event by that horizon, between two days of the course."""
    row = table.rows[arm]
    given.print(f"{label} people", row[1])
    horizon = 182 if "_182_days_" in table.name else 364
    share = row[table.columns.index("share")]
    if share == MARK:
        return
    e = case.by(arm, "events")[DAYS.index(horizon)]
    if horizon in days:
        given.values[f"{label} events {horizon}"] = e
        return
    own = f"{label} events {horizon}"
    truth[own] = e
    given.print(own, e)
    for day in (max((day for day in days if day < horizon), default=None), min((day for day in days if day > horizon), default=None)):
        if day is not None:
            first, last = sorted((day, horizon))
            _since(given, truth, f"{label} events {last}", f"{label} events {first}")


def _known(given: Puzzle, name: str, cell: object) -> None:
    """A printed number; or one that is hidden, and which therefore may be anything."""
    if cell == MARK:
        given.unprinted(name)
    else:
        given.print(name, cell)


def _since(given: Puzzle, truth: dict[str, int], name: str, before: str | None) -> None:
    if before is not None:
        new = given.unprinted(f"{name}, since {before}")
        truth[new] = truth[name] - truth[before]
        given.equations.append((name, (before, new)))


def learned(given: Puzzle, truth: dict[str, int]) -> list[str]:
    """The counts of 1 to 10 that the attacker reads, or finds to be no more, or to be some."""
    found = []
    for name, count in truth.items():
        if count not in FEW or name not in given.values:
            continue
        if given.values[name] is not None or not given.possible(name, range(11, BOX), truth) or not given.possible(name, range(1), truth):
            found.append(name)
    return found


@pytest.mark.parametrize("horizons", [1, 2])
@settings(max_examples=60, deadline=None, derandomize=True)
@given(case=cases)
def test_no_small_count_is_found_by_subtracting_one_day_from_another(case: Case, horizons: int) -> None:
    released = outside(case, horizons)
    if not any(one.name.endswith(": course") and "364" in one.name for one in released.exhibits):
        return  # fewer than eleven had the event: there is nothing to draw

    assert learned(*puzzle(case, released.exhibits)) == []


SOME = Case((150, 150), ((30, 4, 25, 20), (30, 30, 30, 30)), ((15, 15, 3, 15), (15, 15, 15, 15)))


def test_the_attacker_reads_what_every_day_of_a_course_would_give_away() -> None:
    """The law can fail: with all days printed, four had the event in one stretch, and three another end."""
    (answer,) = answers(SOME, 1)
    course = next(one for one in exhibits(answer) if one.name.endswith(": course"))
    rows = [
        (label, day, one.people[place], one.events[place], one.risk[place], one.low[place], one.high[place])
        for label, one in zip(ARMS, answer.estimate.course, strict=True)  # type: ignore[union-attr]  # the answer has an estimate
        for place, day in enumerate(DAYS)
    ]
    every = tuple(replace(one, rows=tuple(rows)) if one is course else one for one in (*exhibits(answer)[:3], course))

    found = learned(*puzzle(SOME, every))
    assert "served events 182, since served events 91" in found and "served others 273, since served others 182" in found
    assert learned(*puzzle(SOME, outside(SOME, 1).exhibits)) == []


def test_days_are_left_out_where_few_had_the_event_in_between_and_counts_where_few_had_another_end() -> None:
    course = next(one for one in outside(SOME, 1).exhibits if one.name.endswith(": course"))
    told = {row[1]: row[2:4] for row in course.rows if row[0] == "served"}

    assert sorted(told) == [182, 273, 364]  # the four between day 91 and day 182 could be read off it
    assert told[182] == (None, None) and None not in told[273] and None not in told[364]


def test_nobody_in_between_leaves_a_day_out_as_a_few_do() -> None:
    none = replace(SOME, events=((30, 0, 25, 20), SOME.events[1]))
    few = next(one for one in outside(SOME, 1).exhibits if one.name.endswith(": course"))
    course = next(one for one in outside(none, 1).exhibits if one.name.endswith(": course"))

    assert [row[:2] for row in course.rows] == [row[:2] for row in few.rows]


def test_a_course_never_costs_the_answer_itself() -> None:
    """With a few lost in each stretch the counts go and the verdict stays, as it would without a course."""
    case = Case((60, 60), ((20, 20, 20, 20), (20, 20, 20, 20)), ((2, 1, 3, 1), (3, 2, 2, 2)))
    released = outside(case, 1)

    assert released.findings[0].verdict == "provisional" or released.findings[0].answer.estimate
    course = next(one for one in released.exhibits if one.name.endswith(": course"))
    assert all(row[2] is None or row[2] == MARK for row in course.rows) and all(isinstance(row[4], float) for row in course.rows)


def test_of_two_questions_about_one_event_of_the_same_people_one_has_a_course() -> None:
    released = outside(Case((150, 150), ((30,) * 4, (30,) * 4), ((15,) * 4, (15,) * 4)), 2)

    assert [one.name.rpartition("/")[2] for one in released.exhibits if one.name.endswith(": course")] == [
        "main_recidivism_arrest_364_days_survival: course"
    ]


def test_one_person_who_weighs_as_much_as_many_is_told_of_on_no_day() -> None:
    (answer,) = answers(SOME, 1)
    assert answer.estimate
    heavy = replace(answer.estimate.served, weighed=Weighed(answer.estimate.served.people, 120, 20.0))  # 79 people worth 20
    uneven = replace(answer, estimate=replace(answer.estimate, served=heavy))

    (course,) = (one for one in exhibits(uneven) if one.name.endswith(": course"))
    assert [row[1] for row in course.rows] == [364, 364]  # 44 are wanted on either side of a day
