"""Truth where offices begin on days of their own: effects by cohort and quarter, of persons and of offices, visit by visit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cache
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from clocks_by_hand import from_the_start

from evaluation.outcomes import OUTCOMES
from evaluation.rehearsal.estimands import Aggregated, TwoLives, TwoPanels
from evaluation.terms import Horizon, Question
from synthetic import NEVER, WORLDS, World
from synthetic.health import visits
from synthetic.lives import Lives
from synthetic.offices import ByCalendar
from synthetic.worlds_of_places import BEGINS

EXACT = 1e-12
PEOPLE, SEED, QUARTER = 2_400, 3, 91
WORLD_NAMES = ["staggered", "early_response", "rolled_out_where_need_was_rising", "few_offices"]
in_each = pytest.mark.parametrize("name", WORLD_NAMES)
VISITS = replace(OUTCOMES["recidivism/arrest"], name="emergency/visits", kinds=("emergency_visit",))
QUESTION = Question(outcome=VISITS.name, horizon=Horizon(days=364), method="matched", worthwhile=-0.05)
Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class RollOut:
    """The lives of everybody as offices began, and as if none had; clocks all start on one day."""

    world: World
    own: Lives
    never: Lives

    @property
    def start(self) -> int:
        """The day on which everybody's clock starts."""
        (day,) = set(self.own.people.start.tolist())
        return int(day)

    @property
    def begins(self) -> list[int]:
        """The day of each office's beginning, counted from the start of the clocks; past everything where there is none."""
        assert isinstance(self.world.as_run, ByCalendar)
        return [int(day) - self.start for day in self.world.as_run.days(SEED)]

    @property
    def office(self) -> list[int]:
        """Everybody's office."""
        return self.own.people.persons.area.tolist()

    @property
    def edges(self) -> tuple[int, ...]:
        """Quarters, from the day after the start on, of which one begins on the day on which the first offices do."""
        first = BEGINS - self.start
        return tuple(range(first - 4 * QUARTER, first + 7 * QUARTER, QUARTER))

    @property
    def heard(self) -> tuple[int, ...]:
        """The same, each cut where people hear of a beginning at its end: sixty days before."""
        return tuple(sorted({*self.edges, *(edge - 60 for edge in self.edges[1:])}))


@cache
def rolled_out(name: str) -> RollOut:
    """The lives of a world's people."""
    world = WORLDS[name]
    people = world.people(PEOPLE, SEED)
    return RollOut(world, world.live(people, world.as_run), world.live(people, NEVER))


@cache
def two_lives(name: str) -> TwoLives:
    """Everybody's two lives as a ruler reads them."""
    one = rolled_out(name)
    return from_the_start(one.world, one.own, one.never, VISITS, QUESTION)


# ------------------------------------------------------------------------------------------------ counted visit by visit
def by_period(lives: Lives, edges: tuple[int, ...]) -> list[list[int]]:
    """How often each person was in the emergency room in each period."""
    found = [[0] * (len(edges) - 1) for _ in range(PEOPLE)]
    made = visits(lives)
    for who, day in zip(made.who.tolist(), made.day.tolist(), strict=True):
        for period, (first, stop) in enumerate(pairwise(edges)):
            if first <= day - int(lives.people.start[who]) < stop:
                found[who][period] += 1
    return found


def of_offices(rows: list[list[int]], office: list[int], many: int) -> list[list[int]]:
    """The same, added up over the people of each office."""
    found = [[0] * len(rows[0]) for _ in range(many)]
    for mine, there in zip(rows, office, strict=True):
        found[there] = [one + other for one, other in zip(found[there], mine, strict=True)]
    return found


@dataclass(frozen=True)
class Slow:
    """Effects by cohort and period, from units' counts in plain Python."""

    own: list[list[int]]
    never: list[list[int]]
    adopts: list[int | None]  # the period in which each unit begins
    weights: list[int]

    @property
    def periods(self) -> int:
        return len(self.own[0])

    @property
    def cohorts(self) -> list[int]:
        return sorted({g for g in self.adopts if g is not None})

    def over(self, holds: Callable[[int, int], bool]) -> Fraction | None:
        """The mean difference over cells (cohort, period), unit by unit; None where no cell holds."""
        above, below = Fraction(0), Fraction(0)
        for unit, g in enumerate(self.adopts):
            for t in range(self.periods):
                if g is not None and holds(g, t):
                    above += self.weights[unit] * (self.own[unit][t] - self.never[unit][t])
                    below += self.weights[unit]
        return above / below if below else None

    def size(self, g: int) -> int:
        """How much the units of a cohort weigh."""
        return sum(weight for weight, mine in zip(self.weights, self.adopts, strict=True) if mine == g)


def close(found: float, counted: Fraction | None) -> None:
    assert counted is not None
    assert found == pytest.approx(float(counted), abs=EXACT * max(1.0, abs(float(counted))))


def the_same(found: Aggregated, parts: dict[int, Fraction | None], overall: Fraction) -> None:
    assert set(found.parts) == set(parts)
    for part, counted in parts.items():
        close(found.parts[part].effect, counted)
    close(found.overall.effect, overall)


def every_number_is_the_slow_one(panels: TwoPanels, slow: Slow) -> None:
    """ATT(g, t), simple, dynamic, by group and by calendar."""
    cohorts, periods = slow.cohorts, range(slow.periods)
    assert panels.cohorts == cohorts
    for (g, t), found in panels.group_time().items():
        close(found.effect, slow.over(lambda mine, period, g=g, t=t: (mine, period) == (g, t)))  # type: ignore[misc]  # defaults fix g and t
    close(panels.simple().effect, slow.over(lambda g, t: t >= g))
    since = {t - g for g in cohorts for t in periods}
    by_time = {e: slow.over(lambda g, t, e=e: t - g == e) for e in since}  # type: ignore[misc]  # the same
    the_same(panels.dynamic(), by_time, plain([by_time[e] for e in since if e >= 0]))
    by_group = {g: slow.over(lambda mine, t, g=g: mine == g and t >= g) for g in cohorts}  # type: ignore[misc]  # the same
    sized = sum((slow.size(g) * (by_group[g] or 0) for g in cohorts), Fraction(0)) / sum(slow.size(g) for g in cohorts)
    the_same(panels.by_group(), by_group, sized)
    by_calendar = {t: slow.over(lambda g, period, t=t: period == t >= g) for t in periods if t >= cohorts[0]}  # type: ignore[misc]  # the same
    the_same(panels.by_calendar(), by_calendar, plain(list(by_calendar.values())))


def plain(values: list[Fraction | None]) -> Fraction:
    known = [value for value in values if value is not None]
    assert len(known) == len(values)
    return sum(known, Fraction(0)) / len(known)


def period_of(day: int, edges: tuple[int, ...]) -> int | None:
    """The period that holds a day."""
    return next((period for period, (first, stop) in enumerate(pairwise(edges)) if first <= day < stop), None)


# ------------------------------------------------------------------------------------------------ persons, and offices
@in_each
def test_effects_on_persons_by_cohort_and_quarter(name: str) -> None:
    """A person adopts in the quarter in which the office begins, if still alive."""
    one = rolled_out(name)
    edges = one.edges
    adopts = [period_of(int(day) - one.start, edges) for day in one.own.enrolled]
    slow = Slow(by_period(one.own, edges), by_period(one.never, edges), adopts, [1] * PEOPLE)

    panels = two_lives(name).panels(edges)

    assert panels.own.tolist() == slow.own and panels.never.tolist() == slow.never
    assert (len(slow.cohorts), slow.cohorts[0]) == (1 if name == "few_offices" else 5, 4)
    every_number_is_the_slow_one(panels, slow)


@in_each
@pytest.mark.parametrize("whose", ["each office alike", "each office by its people"])
def test_effects_on_offices_by_cohort_and_quarter(name: str, whose: str) -> None:
    one = rolled_out(name)
    edges, many = one.edges, len(one.begins)
    own, never = (of_offices(by_period(lives, edges), one.office, many) for lives in (one.own, one.never))
    people = [one.office.count(office) for office in range(many)]
    weights = people if whose == "each office by its people" else [1] * many
    adopts = [period_of(day, edges) for day in one.begins]
    read = two_lives(name).panels(edges)
    added = [np.zeros((many, read.periods)) for _ in range(2)]
    for rows, of_persons in zip(added, (read.own, read.never), strict=True):
        np.add.at(rows, np.array(one.office), of_persons)
    adopted = np.searchsorted(edges, one.begins, side="right") - 1

    panels = TwoPanels(added[0], added[1], adopted, None if whose == "each office alike" else np.array(weights, dtype=float))

    every_number_is_the_slow_one(panels, Slow(own, never, adopts, weights))


@in_each
def test_the_effect_on_persons_is_that_of_their_offices_counted_by_the_head(name: str) -> None:
    """Visits a head, each office weighing as many as live there, or everybody counted one by one from the office's beginning on."""
    one = rolled_out(name)
    edges, office = one.edges, np.array(one.office)
    read = two_lives(name).panels(edges)
    begun = np.searchsorted(edges, one.begins, side="right") - 1
    people = np.bincount(office, minlength=len(begun)).astype(float)
    a_head = [np.zeros((len(begun), read.periods)) for _ in range(2)]
    for rows, of_persons in zip(a_head, (read.own, read.never), strict=True):
        np.add.at(rows, office, of_persons)

    persons, offices = TwoPanels(read.own, read.never, begun[office]), TwoPanels(*(rows / people[:, None] for rows in a_head), begun, people)

    for ask in (TwoPanels.simple, lambda panels: panels.dynamic().overall, lambda panels: panels.by_calendar().overall):
        assert ask(persons).effect == pytest.approx(ask(offices).effect, abs=EXACT)
    assert persons.by_group().overall.effect == pytest.approx(offices.by_group().overall.effect, abs=EXACT)


# ------------------------------------------------------------------------------------------------ what each world is named for
def test_where_offices_begin_in_turn_the_effect_comes_a_quarter_after_the_beginning_and_not_before() -> None:
    """It is delayed by ninety days: one day of the first quarter is left to it."""
    by_time = two_lives("staggered").panels(rolled_out("staggered").edges).dynamic().parts

    assert all((truth.effect, truth.error) == (0.0, 0.0) for since, truth in by_time.items() if since < 0)
    later = [by_time[since] for since in (1, 2, 3)]
    assert all(truth.effect + 3 * truth.error < 0 for truth in later)
    assert abs(by_time[0].effect) < 0.1 * abs(by_time[1].effect)


def test_where_people_have_heard_of_it_the_two_months_before_the_beginning_are_no_longer_a_before() -> None:
    one, two = rolled_out("early_response"), two_lives("early_response")
    panels = two.panels(one.heard)
    by_time = panels.dynamic().parts
    cells = panels.group_time()
    two_months = [cells[g, g - 1] for g in panels.cohorts]

    assert {stop - first for first, stop in pairwise(one.heard)} == {31, 60}
    assert by_time[-1].effect + 3 * by_time[-1].error < 0  # heard of it
    assert sum(truth.effect < 0 for truth in two_months) >= 4 and all(truth.effect <= 0 for truth in two_months)
    assert all((truth.effect, truth.error) == (0.0, 0.0) for since, truth in by_time.items() if since < -1)
    assert by_time[0].effect + 3 * by_time[0].error < 0
    # by quarters, as a design reads it: the quarter before holds the two months, and those before it nothing
    quarters = two.panels(one.edges).dynamic().parts
    assert quarters[-1].effect == pytest.approx(by_time[-1].effect, abs=EXACT)
    assert {quarters[since].effect for since in quarters if since < -1} == {0.0}


@pytest.mark.parametrize("name", ["rolled_out_where_need_was_rising", "few_offices"])
def test_elsewhere_nothing_comes_before_the_beginning_and_fewer_visits_from_it_on(name: str) -> None:
    """Whatever an estimator sees before, where need was rising, is no effect of the programme."""
    by_time = two_lives(name).panels(rolled_out(name).edges).dynamic().parts

    assert all((truth.effect, truth.error) == (0.0, 0.0) for since, truth in by_time.items() if since < 0)
    assert all(by_time[since].effect + 3 * by_time[since].error < 0 for since in (0, 1, 2))


def test_with_one_cohort_all_aggregates_are_one_number() -> None:
    """Everybody alive on the day begins on it, and is counted in every quarter."""
    panels = two_lives("few_offices").panels(rolled_out("few_offices").edges)
    found = [panels.simple(), panels.dynamic().overall, panels.by_group().overall, panels.by_calendar().overall]

    assert [one.effect for one in found] == pytest.approx([found[0].effect] * 4, abs=EXACT)
    assert [one.error for one in found] == pytest.approx([found[0].error] * 4, rel=1e-9)
