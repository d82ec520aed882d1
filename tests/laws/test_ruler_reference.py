"""Every verb of the Ruler, held against a walk day by day on random clocks full of ties.

Days lie close together, so that marks, deaths, moves, own service, the ends of the records and of the horizon often fall on one
day; spells overlap, touch, last no day, or have not ended; kinds are hostile words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

import numpy as np
import pytest
import slow_ruler as slow
from drawn_clocks import CASES, HORIZONS, clocks_of, loaded, outcome

from evaluation.outcomes import EngineRuler
from evaluation.terms import Horizon, Outcome


@pytest.fixture(scope="module", params=range(CASES))
def case(request: pytest.FixtureRequest) -> Iterator[tuple[list[slow.Clock], Callable[[Outcome], EngineRuler]]]:
    clocks = clocks_of(request.param)
    engine = loaded(clocks)
    yield clocks, lambda asked: EngineRuler(engine, "start_main", asked)
    engine.close()


Case = tuple[list[slow.Clock], Callable[[Outcome], EngineRuler]]
MARKS = [
    outcome("mark", table, from_day=from_day, **kinds)
    for table, from_day, kinds in (("event", 1, {}), ("event", 0, {"kinds": ("Y",)}), ("spell", 0, {}), ("spell", 1, {}), ("event", 3, {}))
] + [outcome("mark", "cost", kinds=())]


@pytest.mark.parametrize("horizon", HORIZONS, ids=str)
def test_marks_are_those_of_the_walk(case: Case, horizon: Horizon) -> None:
    clocks, ruler = case
    for marked in MARKS:
        marks, every = ruler(marked).marks(horizon), ruler(marked).every_mark(horizon)

        first = list(zip(marks.day.tolist(), marks.why.tolist(), marks.cause.tolist(), strict=True))
        assert first == [slow.first_mark(clock, marked, horizon) for clock in clocks]
        assert marks.whole.tolist() == [slow.whole(clock, horizon) for clock in clocks]
        assert marks.same_day.tolist() == [slow.same_day(clock, marked) for clock in clocks]
        walked = [slow.every_mark(clock, marked, horizon) for clock in clocks]
        flat = [(row, *mark) for row, (found, _, _) in enumerate(walked) for mark in found]
        assert list(zip(every.row.tolist(), every.day.tolist(), every.cause.tolist(), strict=True)) == flat
        assert list(zip(every.last_seen.tolist(), every.why.tolist(), strict=True)) == [(last, why) for _, last, why in walked]


COMPETING = [  # what is asked about, and the kinds of event that end a clock too
    (outcome("mark", "event", kinds=("x",), from_day=1), ("Y",)),
    (outcome("mark", "event", kinds=("Y",), from_day=0), ("x", "it's; --", "death")),
    (outcome("mark", "event", kinds=("Y",), from_day=3), ("it's; --", "x", "x")),
    (outcome("mark", "spell", from_day=0), ("it's; --", "Y")),
    (outcome("mark", "cost", kinds=(), from_day=1), ("x",)),
]


@pytest.mark.parametrize("horizon", HORIZONS, ids=str)
@pytest.mark.parametrize(("marked", "competing"), COMPETING, ids=lambda what: "+".join(what) if isinstance(what, tuple) else what.table)
def test_marks_that_events_compete_with_are_those_of_the_walk(case: Case, horizon: Horizon, marked: Outcome, competing: tuple[str, ...]) -> None:
    clocks, ruler = case
    marks, every = ruler(marked).marks(horizon, competing), ruler(marked).every_mark(horizon, competing)

    first = list(zip(marks.day.tolist(), marks.why.tolist(), marks.cause.tolist(), strict=True))
    assert first == [slow.first_mark(clock, marked, horizon, competing) for clock in clocks]
    assert marks.whole.tolist() == [slow.whole(clock, horizon) for clock in clocks]
    assert marks.same_day.tolist() == [slow.same_day(clock, marked) for clock in clocks]
    walked = [slow.every_mark(clock, marked, horizon, competing) for clock in clocks]
    flat = [(row, *mark) for row, (found, _, _) in enumerate(walked) for mark in found]
    assert list(zip(every.row.tolist(), every.day.tolist(), every.cause.tolist(), strict=True)) == flat
    assert list(zip(every.last_seen.tolist(), every.why.tolist(), strict=True)) == [(last, why) for _, last, why in walked]


@pytest.mark.parametrize("horizon", HORIZONS, ids=str)
def test_a_clock_runs_as_many_days_as_the_calendar_has_to_its_horizon(case: Case, horizon: Horizon) -> None:
    clocks, ruler = case

    assert ruler(MARKS[0]).window(horizon).tolist() == [slow.past(clock.day, horizon) - clock.day for clock in clocks]


AMOUNTS = [outcome("amount", "spell"), outcome("amount", "spell", kinds=("it's; --",)), outcome("amount", "cost", kinds=())]


@pytest.mark.parametrize("horizon", HORIZONS[2:], ids=str)
@pytest.mark.parametrize("first", [-20, 0, 1, 25])
def test_amounts_are_those_of_the_walk(case: Case, horizon: Horizon, first: int) -> None:
    clocks, ruler = case
    for added in AMOUNTS:
        amounts = ruler(added).amount(first, horizon)

        cents = 100 if added.unit == "dollars" else 1
        found = [(total / cents, seen, days) for total, seen, days in (slow.amount(clock, added, first, horizon) for clock in clocks)]
        assert list(zip(amounts.amount.tolist(), amounts.seen_days.tolist(), amounts.window_days.tolist(), strict=True)) == found


@pytest.mark.parametrize("horizon", HORIZONS, ids=str)
def test_the_state_on_the_last_day_is_that_of_the_walk(case: Case, horizon: Horizon) -> None:
    clocks, ruler = case
    for kinds in (("ward", "jail", "it's; --"), ("jail", "ward"), ("it's; --",)):
        asked = outcome("state", "spell", kinds=kinds)
        states = ruler(asked).state(horizon)

        found = list(zip(states.state.tolist(), states.inside.tolist(), states.seen.tolist(), strict=True))
        assert found == [slow.state(clock, asked, horizon) for clock in clocks]


@pytest.mark.parametrize("horizon", HORIZONS, ids=str)
def test_days_at_risk_are_those_of_the_walk(case: Case, horizon: Horizon) -> None:
    clocks, ruler = case
    for off_clock in ((), ("jail",), ("jail", "ward")):
        asked = outcome("mark", "event", off_clock=off_clock)
        risk = ruler(asked).at_risk(horizon)

        walked = [slow.at_risk(clock, asked, horizon) for clock in clocks]
        assert risk.days.tolist() == [len(days) for days, _ in walked]
        off: list[list[int]] = [[] for _ in clocks]
        for row, first, stop in zip(risk.row.tolist(), risk.first.tolist(), risk.stop.tolist(), strict=True):
            off[row] += range(first, stop)
        assert off == [days for _, days in walked]


@pytest.mark.parametrize("edges", [(0, 1), (-30, -7, 0, 1, 14, 50), (-5, 5), (2, 3, 90)], ids=str)
def test_periods_are_those_of_the_walk(case: Case, edges: tuple[int, ...]) -> None:
    clocks, ruler = case
    for asked in MARKS + AMOUNTS:
        periods = ruler(asked).by_period(edges)

        walked = np.array([slow.by_period(clock, asked, edges) for clock in clocks], dtype=float)
        np.testing.assert_array_equal(periods.amount, walked[:, :, 0] / (100 if asked.unit == "dollars" else 1))
        np.testing.assert_array_equal(periods.seen_days, walked[:, :, 1])
        np.testing.assert_array_equal(periods.window_days, walked[:, :, 2])


@pytest.mark.parametrize("horizon", HORIZONS, ids=str)
def test_rates_are_those_of_the_walk(case: Case, horizon: Horizon) -> None:
    clocks, ruler = case
    for parts in ({"exposure": ("jail",)}, {"exposure": ("jail", "ward"), "from_day": 1}, {"off_clock": ("ward",)}, {}):
        asked = outcome("rate", "event", **parts)
        rates = ruler(asked).rate(horizon)

        assert list(zip(rates.numerator.tolist(), rates.exposure.tolist(), strict=True)) == [slow.rate(clock, asked, horizon) for clock in clocks]


def test_the_clocks_drawn_meet_every_ending_and_every_tie() -> None:
    """What no clock holds, no comparison has tested."""
    met: Counter[str] = Counter()
    for seed in range(CASES):
        for clock in clocks_of(seed):
            for horizon in HORIZONS:
                until = slow.past(clock.day, horizon)
                met[slow.first_mark(clock, MARKS[0], horizon)[1]] += 1
                rivals = ("Y",)
                found, last, why, _ = slow.ended(clock, COMPETING[0][0], horizon, rivals)
                met[why] += why == "competing"
                met["mark on the day of what competes"] += why == "competing" and any(day == last for day, _ in found)
                met["competing on the day of a death"] += why == "death" and ("Y", clock.day + last) in clock.event
                met["competing before marks count"] += ("Y", clock.day) in clock.event
                for end in ("own", "moved"):
                    met[f"competing on {end}"] += ("Y", getattr(clock, end)) in clock.event and why != "competing"
                met["state " + slow.state(clock, outcome("state", "spell"), horizon)[0]] += 1
                ends = {"death": clock.death, "own": clock.own, "moved": clock.moved, "covered": clock.covered, "until": until}
                ends |= {"day before until": until - 1}
                days = [day for _, day in clock.event]
                met.update(f"event on {name}" for name, day in ends.items() if day in days)
                met.update(
                    f"{one} on {other}" for one in ends for other in ends if one < other and ends[one] is not None and ends[one] == ends[other]
                )
    endings = {"mark", "death", "horizon", "served", "moved", "records end"}
    ties = {f"{one} on {other}" for one, other in (("death", "moved"), ("death", "own"), ("moved", "own"), ("covered", "own"), ("covered", "moved"))}
    ties |= {"covered on death", "death on until", "day before until on death", "own on until", "covered on until", "moved on until"}
    events = {f"event on {name}" for name in ("death", "own", "moved", "covered", "until", "day before until")}

    rival = {"competing", "mark on the day of what competes", "competing on the day of a death", "competing before marks count"}
    rival |= {"competing on own", "competing on moved"}

    wanted = endings | ties | events | rival | {f"state {word}" for word in ("ward", "jail", "none", "died", "not seen")}
    assert sorted(word for word in wanted if met[word] < 3) == []
