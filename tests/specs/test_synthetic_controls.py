"""Control outcomes: nothing moves them, need drives them exactly as far as the dial says, and there are enough of them."""

from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd
import pytest

from evaluation.records.days import day_of
from evaluation.terms import Refused
from synthetic import ALL_OFFERED, NEVER, WORLDS
from synthetic.lives import Lives
from synthetic.rates import controls as rates
from synthetic.systems.controls import CONTROLS, LIKE_ARRESTS, LIKE_CONTACTS, LIKE_SHELTER, NAMES, SINCE
from synthetic.world import World

N = 2_000
MANY = 30_000
WORLD = replace(WORLDS["lottery"], systems=("justice", "controls"))


@pytest.fixture(scope="module")
def lives() -> Lives:
    return WORLD.live(WORLD.people(N, 11), NEVER)


@cache
def many() -> Lives:
    return WORLD.live(WORLD.people(MANY, 5), NEVER)


def controls(world: World, lives: Lives) -> pd.DataFrame:
    """Person, kind and day of every control outcome in truth."""
    events = world.truth(lives, reads=CONTROLS.kinds)["event"]
    return events[events["source"] == "other_records"].reset_index(drop=True)


@cache
def counts(dial: float) -> dict[str, np.ndarray]:
    """How often each control outcome happened to each of many people, (MANY,)."""
    happened = controls(WORLD.but(exchangeable=dial), many())
    who = happened["person_id"].str[1:].astype(int)
    return {name: np.bincount(who[happened["kind"] == f"control:{name}"], minlength=MANY) for name in NAMES}


# ------------------------------------------------------------------------------------------------ nothing moves them
def test_there_are_at_least_thirty_and_each_happens_to_two_thousand_people_often_enough_in_a_year(lives: Lives) -> None:
    happened = controls(WORLD, lives)
    in_2020 = happened[happened["day"].dt.year == 2020]["kind"].value_counts()

    assert len(NAMES) >= 30 and len(set(NAMES)) == len(NAMES)
    assert set(in_2020.index) == {f"control:{name}" for name in NAMES} == set(CONTROLS.kinds)
    assert in_2020.min() >= 60


@pytest.mark.parametrize("dial", [1.0, 0.4])
def test_no_programme_moves_them_nor_jail(lives: Lives, dial: float) -> None:
    world = WORLD.but(exchangeable=dial)
    served = world.live(lives.people, ALL_OFFERED)

    assert len(served.arrests.who) < len(lives.arrests.who)  # the programme works: fewer arrests, and other stays in jail
    pd.testing.assert_frame_equal(controls(world, lives), controls(world, served))


def test_they_happen_at_most_once_a_day_to_people_who_live(lives: Lives) -> None:
    happened = controls(WORLD, lives)
    death = pd.Series(lives.until, index=[f"P{number:07d}" for number in range(N)])

    assert not happened.duplicated(["person_id", "kind", "day"]).any()
    assert ((happened["day"] - pd.Timestamp(0)).dt.days < happened["person_id"].map(death)).all()
    assert happened["day"].min() >= pd.Timestamp("2018-01-01")


def test_the_rows_are_the_same_whatever_the_chunk() -> None:
    world = WORLD.but(exchangeable=0.5)

    def rows(chunk: int) -> pd.DataFrame:
        parts = [world.records(world.live(world.people(min(chunk, 300 - first), 3, first=first), NEVER)) for first in range(0, 300, chunk)]
        every = pd.concat([part["event"] for part in parts])
        ours = every[every["source"] == "other_records"]
        return ours.sort_values(["person_id", "kind", "day"], ignore_index=True)

    for chunk in (74, 7):
        pd.testing.assert_frame_equal(rows(chunk), rows(300))


# ------------------------------------------------------------------------------------------------ the dial
def test_at_one_they_differ_by_person_as_the_real_outcomes_do() -> None:
    """The log of each person's rate is that of the real outcome up to a constant, so that counts follow it."""
    persons = many().people.persons
    real = {LIKE_ARRESTS: persons.arrest_rate, LIKE_SHELTER: persons.shelter_rate, LIKE_CONTACTS: persons.contact_rate}
    years = (many().until - np.maximum(many().people.grown, day_of(SINCE))) / 365.25
    by_name = counts(1.0)
    for group, rate in real.items():
        high = rate > np.quantile(rate, 0.9)
        ratio = rate[high].mean() / rate[~high].mean()
        for name in group:
            seen = by_name[name]
            found = (seen[high].sum() / years[high].sum()) / (seen[~high].sum() / years[~high].sum())
            assert found == pytest.approx(ratio, rel=0.12), name


def test_at_zero_they_have_nothing_to_do_with_need_and_in_between_a_little() -> None:
    need, arrests = many().people.persons.need, np.bincount(many().arrests.who, minlength=MANY)
    noise = 5 / MANY**0.5
    found = {dial: [np.corrcoef(seen, need)[0, 1] for seen in counts(dial).values()] for dial in (0.0, 0.5, 1.0)}
    with_arrests = {dial: [np.corrcoef(seen, arrests)[0, 1] for seen in counts(dial).values()] for dial in (0.0, 1.0)}

    assert max(map(abs, found[0.0])) < noise
    assert max(map(abs, with_arrests[0.0])) < noise
    assert min(with_arrests[1.0]) > 2 * noise
    assert np.mean(found[0.0]) < np.mean(found[0.5]) - 0.03 < np.mean(found[1.0]) - 0.06


@pytest.mark.parametrize("dial", [0.0, 0.5, 1.0])
def test_they_are_as_frequent_and_people_as_far_apart_whatever_the_dial(dial: float) -> None:
    years = (many().until - np.maximum(many().people.grown, day_of(SINCE))).sum() / 365.25
    by_name = counts(dial)
    frequent = [seen.sum() / years for seen in by_name.values()]
    shelter = [by_name[name].var() / by_name[name].mean() for name in LIKE_SHELTER]

    assert np.mean(frequent) == pytest.approx(rates.CONTROL.value, rel=0.10)
    assert min(shelter) > 1.5  # far from everybody at one rate, which gives 1


@pytest.mark.parametrize("dial", [-0.1, 1.2])
def test_a_dial_outside_zero_to_one_is_refused(lives: Lives, dial: float) -> None:
    with pytest.raises(Refused, match="from 0 to 1"):
        controls(WORLD.but(exchangeable=dial), lives)
