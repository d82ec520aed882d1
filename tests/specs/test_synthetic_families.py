"""Who belongs together in the invented county: households of parents and children, siblings, and chunks that cut through them."""

from dataclasses import fields
from typing import Any

import numpy as np
import pytest
from childhoods import FORCED, is_child, unserved, world

from synthetic import ALL_OFFERED
from synthetic.households import ADULT, CHILD, PARENT
from synthetic.lives import Lives
from synthetic.people import Persons
from synthetic.rates import children as rates
from synthetic.rates import core

N = 20_000


@pytest.fixture(scope="module")
def residents() -> Lives:
    return unserved("residents", N)


@pytest.fixture(scope="module")
def home() -> Lives:
    return unserved("reunified", N)


def of_the_first(persons: Persons, column: Any) -> Any:
    """What the first person of everybody's family has in a column."""
    return column[persons.family - persons.luck.first]


def test_about_as_many_fours_hold_a_family_as_declared(residents: Lives) -> None:
    persons = residents.people.persons
    held = persons.together.reshape(-1, 4)[:, 0].mean()

    assert held == pytest.approx(rates.HOUSEHOLD.value, abs=4 * (0.25 / (N / 4)) ** 0.5)


def test_a_household_has_one_or_two_parents_and_one_to_three_children_and_others_live_alone(residents: Lives) -> None:
    persons = residents.people.persons
    parents = np.bincount(persons.family, weights=persons.role == PARENT, minlength=N)
    children = np.bincount(persons.family, weights=persons.role == CHILD, minlength=N)
    members = np.bincount(persons.family, minlength=N)

    assert set(parents[children > 0]) == {1, 2} and set(children[parents > 0]) == {1, 2, 3}
    assert (members[(members > 0) & (parents == 0)] == 1).all()
    assert np.array_equal(persons.together, members[persons.family] > 1)
    assert (persons.role[~persons.together] == ADULT).all()


def test_parents_are_older_than_each_of_their_children_by_fifteen_years_or_more(residents: Lives) -> None:
    persons = residents.people.persons
    oldest = np.full(N, 2**40)
    np.minimum.at(oldest, persons.family[persons.role == CHILD], persons.birth[persons.role == CHILD])
    parent = persons.role == PARENT
    years = (oldest[persons.family[parent]] - persons.birth[parent]) / 365.25

    assert years.min() > 15 - 2 / 365.25 and years.max() < 49
    assert is_child(residents)[persons.role == CHILD].all() and not is_child(residents)[persons.role == ADULT].any()


@pytest.mark.parametrize("column", ["area", "race_ethnicity", "language", "shared"])
def test_a_family_that_lives_together_shares_its_address_and_what_goes_with_it(residents: Lives, home: Lives, column: str) -> None:
    for lives in (residents, home):
        values = getattr(lives.people.persons, column)

        assert np.array_equal(values, of_the_first(lives.people.persons, values))
        assert len(np.unique(values)) > 2


def test_need_is_shared_in_part(home: Lives) -> None:
    persons = home.people.persons
    area = np.asarray([0.30, 0.15, -0.10, -0.20, -0.35])[persons.area]
    first, second = (persons.need - area).reshape(-1, 2)[persons.together[::2]].T

    assert np.corrcoef(first, second)[0, 1] == pytest.approx(core.FAMILY_NEED.value, abs=4 * (1 - core.FAMILY_NEED.value**2) / len(first) ** 0.5)


@pytest.mark.parametrize("intake", FORCED)
def test_siblings_are_children_whose_clocks_start_together(intake: str) -> None:
    lives = unserved(intake, 2_000)
    persons, start = lives.people.persons, lives.people.start

    assert is_child(lives).all() and (persons.birth <= start).all() and (persons.role == CHILD).all()
    assert np.array_equal(start, of_the_first(persons, start))
    assert len(np.unique(start[~persons.together])) > 300
    assert 0 < persons.together.mean() < 1


def test_nobody_younger_than_eighteen_is_arrested_or_sheltered(residents: Lives, home: Lives) -> None:
    for lives in (residents, home):
        for rows in (lives.arrests, lives.stays, lives.contacts):
            assert ((rows.day - lives.people.persons.birth[rows.who]) / 365.25 >= 18).all()
    assert len(residents.arrests.who) and len(residents.stays.who)


def test_residents_are_arrested_a_tenth_as_often_as_people_released_from_jail(residents: Lives) -> None:
    persons, released = residents.people.persons, world("released").people(N, 3).persons
    of_an_age = (residents.people.calendar.opening - persons.birth) / 365.25
    by_age = np.exp((core.ARREST_AGE.value + persons.intake.arrests_age) * (of_an_age - 33))[persons.role == ADULT]
    age = (residents.people.calendar.opening - released.birth) / 365.25

    ratio = (persons.arrest_rate[persons.role == ADULT] / by_age).mean() / (released.arrest_rate / np.exp(core.ARREST_AGE.value * (age - 33))).mean()
    assert ratio == pytest.approx(0.1, rel=0.05)


def test_the_records_say_who_is_a_parent_and_who_a_child(residents: Lives) -> None:
    persons = residents.people.persons
    family = world("residents").records(residents, reads=())["family"]

    assert family["role"].tolist() == np.array(["adult", "parent", "child"])[persons.role].tolist()
    assert family.groupby("family_id")["person_id"].size().max() == 4


@pytest.mark.parametrize("intake", ["residents", "reunified", "released"])
@pytest.mark.parametrize("size", [1, 7, 33])
def test_people_are_the_same_wherever_a_chunk_cuts_through_their_household(intake: str, size: int) -> None:
    there = world(intake)
    whole = there.people(99, 8)
    parts = [there.people(min(size, 99 - first), 8, first=first) for first in range(0, 99, size)]

    for column in fields(Persons):
        if isinstance(value := getattr(whole.persons, column.name), np.ndarray):
            assert np.array_equal(value, np.concatenate([getattr(part.persons, column.name) for part in parts])), column.name
    for name in ("start", "death", "moved"):
        assert np.array_equal(getattr(whole, name), np.concatenate([getattr(part, name) for part in parts]))


def test_one_resident_is_a_county_whoever_it_is() -> None:
    there = world("residents")
    for seed in range(30):
        assert len(there.records(there.live(there.people(1, seed), ALL_OFFERED))["person"]) == 1
