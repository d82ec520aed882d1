"""Definitions that wait, join stays, count lines, read enrolments or quarters, held against a walk day by day on random clocks full of ties."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest
import slow_quarters
import slow_ruler as slow
from drawn_clocks import CASES, KINDS, clocks_of, loaded, outcome

from evaluation.outcomes import EngineRuler, making
from evaluation.outcomes.clock import lines
from evaluation.terms import Horizon, Outcome

Case = tuple[list[slow.Clock], Callable[[Outcome], EngineRuler]]
HORIZONS = (Horizon(days=26), Horizon(days=45), Horizon(months=2))
EDGES = (-30, -7, 0, 1, 14, 50)
DRAWS = 12  # definitions of each kind


@pytest.fixture(scope="module", params=range(CASES))
def case(request: pytest.FixtureRequest) -> Iterator[Case]:
    clocks = clocks_of(request.param)
    engine = loaded(clocks)
    yield clocks, lambda asked: EngineRuler(engine, "start_main", asked)
    engine.close()


def drawn(kind: str, seed: int) -> Outcome:
    """A definition at random: whatever its fields may say together."""
    r = random.Random(f"{kind} {seed}")
    table = r.choice(["event", "spell", "service"])
    kinds = tuple(sorted(r.sample(KINDS[table], r.choice([1, 2, 3]))))
    waits = {each: r.choice([0, 1, 5, 15]) for each in kinds if r.random() < 0.5} if kind == "mark" and r.random() < 0.6 else {}
    asked = outcome(kind, table, kinds=kinds, from_day=r.choice([0, 1, 3]) if kind == "mark" else 0, gap=r.choice([0, 0, 1, 7]), waits=waits)
    return replace(asked, reduce="count", unit="events") if kind == "amount" and (table == "event" or r.random() < 0.6) else asked


@pytest.mark.parametrize("seed", range(DRAWS))
def test_marks_of_definitions_drawn_at_random_are_those_of_the_walk(case: Case, seed: int) -> None:
    clocks, ruler = case
    asked, horizon = drawn("mark", seed), HORIZONS[seed % len(HORIZONS)]

    marks, every = ruler(asked).marks(horizon), ruler(asked).every_mark(horizon)

    first = list(zip(marks.day.tolist(), marks.why.tolist(), marks.cause.tolist(), strict=True))
    assert first == [slow.first_mark(clock, asked, horizon) for clock in clocks]
    assert marks.same_day.tolist() == [slow.same_day(clock, asked) for clock in clocks]
    walked = [slow.every_mark(clock, asked, horizon) for clock in clocks]
    flat = [(row, *mark) for row, (found, _, _) in enumerate(walked) for mark in found]
    assert list(zip(every.row.tolist(), every.day.tolist(), every.cause.tolist(), strict=True)) == flat
    counted = ruler(asked).by_period(EDGES)
    assert counted.amount.tolist() == [[total for total, _, _ in slow.by_period(clock, asked, EDGES)] for clock in clocks]


@pytest.mark.parametrize("seed", range(DRAWS))
def test_amounts_of_definitions_drawn_at_random_are_those_of_the_walk(case: Case, seed: int) -> None:
    clocks, ruler = case
    asked, horizon = drawn("amount", seed) if seed else outcome("amount", "service"), HORIZONS[seed % len(HORIZONS)]

    for first in (-20, 0, 25):
        amounts = ruler(asked).amount(first, horizon)

        found = list(zip(amounts.amount.tolist(), amounts.seen_days.tolist(), amounts.window_days.tolist(), strict=True))
        assert found == [slow.amount(clock, asked, first, horizon) for clock in clocks]
    counted = ruler(asked).by_period(EDGES)
    assert counted.amount.tolist() == [[total for total, _, _ in slow.by_period(clock, asked, EDGES)] for clock in clocks]


@pytest.mark.parametrize("competing", [("death",), ()])
def test_the_enrolment_open_on_the_last_day_is_that_of_the_walk(case: Case, competing: tuple[str, ...]) -> None:
    clocks, ruler = case
    for horizon in HORIZONS:
        asked = outcome("state", "service", kinds=("other", "aid"), competing=competing)
        states = ruler(asked).state(horizon)

        found = list(zip(states.state.tolist(), states.inside.tolist(), states.seen.tolist(), strict=True))
        assert found == [slow.state(clock, asked, horizon) for clock in clocks]


def test_rates_of_joined_stays_are_those_of_the_walk(case: Case) -> None:
    clocks, ruler = case
    for parts in ({"gap": 3}, {"gap": 1, "waits": {"x": 10}, "from_day": 1}):
        asked = outcome("rate", "event", kinds=("Y", "x"), exposure=("jail",), **parts)
        rates = ruler(asked).rate(HORIZONS[1])

        assert list(zip(rates.numerator.tolist(), rates.exposure.tolist(), strict=True)) == [slow.rate(clock, asked, HORIZONS[1]) for clock in clocks]


@pytest.mark.parametrize("months", [3, 6, 12])
@pytest.mark.parametrize("kinds", [("wages",), KINDS["quarter"]], ids=len)
def test_whole_quarters_are_those_of_a_walk_quarter_by_quarter(case: Case, months: int, kinds: tuple[str, ...]) -> None:
    clocks, ruler = case
    horizon = Horizon(months=months)
    mark = outcome("mark", "quarter", kinds=kinds, above=100_00, from_day=1)
    marks, every, state = ruler(mark).marks(horizon), ruler(mark).every_mark(horizon), ruler(replace(mark, kind="state")).state(horizon)
    summed, counting = (outcome("amount", "quarter", kinds=kinds, above=100_00, reduce=reduce) for reduce in ("", "count"))
    earned, held = ruler(replace(summed, unit="dollars")).amount(0, horizon), ruler(counting).amount(0, horizon)

    first = list(zip(marks.day.tolist(), marks.why.tolist(), marks.cause.tolist(), strict=True))
    assert first == [slow_quarters.first_mark(clock, mark, horizon) for clock in clocks]
    walked = [slow_quarters.every_mark(clock, mark, horizon) for clock in clocks]
    flat = [(row, *each) for row, (found, _, _) in enumerate(walked) for each in found]
    assert list(zip(every.row.tolist(), every.day.tolist(), every.cause.tolist(), strict=True)) == flat
    assert list(zip(every.last_seen.tolist(), every.why.tolist(), strict=True)) == [(last, why) for _, last, why in walked]
    found = list(zip(state.state.tolist(), state.inside.tolist(), state.seen.tolist(), strict=True))
    assert found == [slow_quarters.state(clock, mark, horizon) for clock in clocks]
    for told, asked, cents in ((earned, summed, 100), (held, counting, 1)):
        each = [slow_quarters.amount(clock, asked, horizon) for clock in clocks]
        np.testing.assert_array_equal(told.amount, [total / cents for total, _, _ in each])
        assert list(zip(told.seen_days.tolist(), told.window_days.tolist(), strict=True)) == [(seen, days) for _, seen, days in each]


def test_quarters_by_period_are_those_of_the_walk(case: Case) -> None:
    clocks, ruler = case
    edges = (-300, -91, 0, 91, 182)
    mark = outcome("mark", "quarter", kinds=("wages",), above=90_00)
    for asked in (mark, replace(mark, kind="amount"), replace(mark, kind="amount", reduce="count")):
        told = ruler(asked).by_period(edges)

        assert told.amount.tolist() == [slow_quarters.by_period(clock, asked, edges) for clock in clocks]


def test_lines_that_are_made_are_read_like_lines_of_the_records(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    _, ruler = case
    monkeypatch.setitem(making.MAKING, "as they stand", lambda asked: lines(asked.table, asked.kinds))
    for asked in (drawn("mark", 3), outcome("amount", "spell", unit="days"), outcome("state", "spell"), outcome("rate", "event", exposure=("jail",))):
        plain, horizon = replace(asked, gap=0), HORIZONS[0]
        made = replace(plain, made="as they stand")
        if asked.kind == "mark":
            assert ruler(made).marks(horizon).day.tolist() == ruler(plain).marks(horizon).day.tolist()
        elif asked.kind == "state":
            assert ruler(made).state(horizon).state.tolist() == ruler(plain).state(horizon).state.tolist()
        elif asked.kind == "rate":
            assert ruler(made).rate(horizon).numerator.tolist() == ruler(plain).rate(horizon).numerator.tolist()
        else:
            assert ruler(made).amount(-5, horizon).amount.tolist() == ruler(plain).amount(-5, horizon).amount.tolist()
            assert ruler(made).by_period(EDGES).amount.tolist() == ruler(plain).by_period(EDGES).amount.tolist()
