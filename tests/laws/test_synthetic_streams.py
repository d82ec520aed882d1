"""Luck belongs to a person: whatever the chunk, the process or the plan."""

import hashlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from synthetic import ALL_OFFERED, BY_LOT, NEVER, WORLDS, Plan, World, from_day
from synthetic.plans import BY_WORKER, WALK_IN
from synthetic.streams import Luck, Stream

WORLD = WORLDS["lottery"]
PLANS = [ALL_OFFERED, BY_LOT, BY_WORKER, WALK_IN, from_day(0), from_day(90)]
PEOPLE = 601  # odd, so that a pair of neighbours is cut at the end


def county(world: World, plan: Plan, chunk: int) -> dict[str, pd.DataFrame]:
    """The records of PEOPLE people, made in chunks of so many; rows in one order."""
    parts = [world.records(world.live(world.people(min(chunk, PEOPLE - first), 7, first=first), plan)) for first in range(0, PEOPLE, chunk)]
    whole = {name: pd.concat([part[name] for part in parts]).drop_duplicates() for name in parts[0]}
    return {name: frame.sort_values(list(frame), ignore_index=True) for name, frame in whole.items()}


def digest(tables: dict[str, pd.DataFrame]) -> str:
    return hashlib.sha256("".join(frame.to_csv(index=False) for frame in tables.values()).encode()).hexdigest()


@given(st.integers(0, 2**31), st.sampled_from(Stream), st.integers(1, 9), st.integers(0, 99), st.integers(0, 50), st.integers(1, 40))
def test_a_draw_is_named_by_seed_stream_event_and_person(seed: int, stream: Stream, draws: int, event: int, skipped: int, n: int) -> None:
    whole = Luck(seed, 0, skipped + n).uniforms(stream, draws, event=event)
    part = Luck(seed, skipped, n).uniforms(stream, draws, event=event)

    assert np.array_equal(whole[skipped:], part)


def test_streams_events_and_seeds_share_no_draw() -> None:
    drawn = [Luck(seed, 0, 50).uniforms(stream, 3, event=event).ravel() for seed in range(3) for stream in Stream for event in range(4)]
    every = np.concatenate(drawn)

    assert len(np.unique(every)) == len(every)


def test_a_seed_means_the_same_luck_for_ever() -> None:
    """Philox and the division by 2**53 are exact: this digest may never change, or every published rehearsal would."""
    drawn = Luck(2024, 5, 3).uniforms(Stream.NEED, 5, event=2)

    assert hashlib.sha256(drawn.tobytes()).hexdigest() == "5bf49fddb15f69afd23f06f8c1aa325b50000a415ed81c68f669e21d47d021bf"


def test_uniforms_are_even_and_stay_off_the_ends() -> None:
    drawn = Luck(0, 0, 100_000).uniforms(Stream.LOT)[:, 0]

    assert drawn.min() > 0 and drawn.max() < 1
    assert np.histogram(drawn, bins=10, range=(0, 1))[0] == pytest.approx(10_000, abs=5 * 95)  # 5 SD of a count


@pytest.mark.parametrize("name", ["lottery", "referred", "walk_in"])
@pytest.mark.parametrize("chunk", [37, 600])
def test_the_same_county_comes_of_any_chunks(name: str, chunk: int) -> None:
    world = WORLDS[name]

    assert digest(county(world, world.as_run, chunk)) == digest(county(world, world.as_run, PEOPLE))


@pytest.mark.parametrize("world", WORLDS.values(), ids=WORLDS)
def test_the_same_call_gives_the_same_tables_in_the_same_order(world: World) -> None:
    once, again = (world.records(world.live(world.people(300, 3), world.as_run)) for _ in range(2))

    assert digest(once) == digest(again)


@pytest.mark.parametrize("plan", PLANS)
def test_no_plan_moves_the_past(plan: Plan) -> None:
    people = WORLD.people(400, 1)
    planned, never = (WORLD.live(people, one).arrests for one in (plan, NEVER))
    past_planned, past_never = (one.where(one.day < people.start[one.who]) for one in (planned, never))

    assert np.array_equal(past_planned.day, past_never.day) and np.array_equal(past_planned.stop, past_never.stop)


@pytest.mark.parametrize("name", [name for name in WORLDS if name.endswith("without_effect")])
@pytest.mark.parametrize("plan", PLANS)
def test_without_effect_everybody_lives_the_same_life_under_every_plan(plan: Plan, name: str) -> None:
    world = WORLDS[name]
    people = world.people(400, 1)
    planned, never = (world.live(people, one) for one in (plan, NEVER))

    for what in ("arrests", "stays", "contacts"):
        one, other = getattr(planned, what), getattr(never, what)
        assert all(np.array_equal(getattr(one, name), getattr(other, name)) for name in ("who", "day", "entry"))


def test_a_programme_that_helps_brings_nobodys_next_arrest_forward() -> None:
    """One unit exponential a person, gathered more slowly: the next arrest comes later or on the same day."""
    people = WORLD.people(2_000, 1)
    first = []
    for plan in (from_day(0), NEVER):
        arrests = WORLD.live(people, plan).arrests
        after = arrests.where(arrests.day > people.start[arrests.who])
        day = np.full(len(people), 100_000)
        np.minimum.at(day, after.who, after.day)
        first.append(day)

    assert (first[0] >= first[1]).all()
    assert (first[0] > first[1]).mean() > 0.1
