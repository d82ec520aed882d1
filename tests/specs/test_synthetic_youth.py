"""Youth justice in the invented county: petitions of the young, dispositions, wardships that never overlap."""

from dataclasses import replace

import numpy as np
import pytest
from childhoods import is_child, share, unserved, world

from synthetic import ALL_OFFERED, NEVER, from_day
from synthetic.lives import Lives
from synthetic.rates import youth as rates
from synthetic.rows import NEVER_DAY
from synthetic.systems.youth import YOUTH
from synthetic.youth import Petitions, petitions, wardships

N = 10_000


@pytest.fixture(scope="module", params=["residents", "disposed"])
def lives(request: pytest.FixtureRequest) -> Lives:
    return unserved(request.param, 10 * N if request.param == "residents" else N)


def test_petitions_are_of_youth_and_come_before_their_dispositions(lives: Lives) -> None:
    made = petitions(lives)
    age = (made.day - lives.people.persons.birth[made.who]) / 365.25
    wait = (made.disposed - made.day)[made.disposed < NEVER_DAY]

    assert len(made.who) > 100
    assert age.min() >= 12 and age.max() < 18.01
    assert wait.min() >= 1 and wait.max() <= rates.DISPOSED_LONGEST.value
    assert (made.disposed < NEVER_DAY)[made.ward > 0].all()


def test_wardships_begin_at_a_disposition_never_overlap_and_are_over_at_twenty_one(lives: Lives) -> None:
    made = petitions(lives)
    wards = wardships(lives, made)
    again = wards.who[1:] == wards.who[:-1]

    assert (wards.day < wards.stop).all() and (wards.day[1:] >= wards.stop[:-1])[again].all()
    assert np.isin(list(zip(wards.who, wards.day, strict=True)), list(zip(made.who, made.disposed, strict=True))).all()
    assert ((wards.stop - lives.people.persons.birth[wards.who]) / 365.25 < 21.01).all()
    assert (wards.stop <= lives.until[wards.who]).all()


def test_a_disposition_while_a_ward_makes_the_wardship_last_as_long_as_the_longer_by_hand() -> None:
    lives = unserved("residents", 400)
    who = int(np.flatnonzero(is_child(lives))[0])
    old = replace(lives.people.persons, birth=np.full(400, 17_500 - 14 * 365))
    lives = replace(lives, people=replace(lives.people, persons=old, death=np.full(400, NEVER_DAY)))
    days = np.array([17_400, 17_450, 18_000, 18_100])
    made = Petitions(np.full(4, who), days, np.zeros(4), np.array([17_500, 17_600, 18_100, NEVER_DAY]), np.array([300, 100, 50, 0]))

    wards = wardships(lives, made)
    assert list(zip(wards.day, wards.stop, strict=True)) == [(17_500, 17_800), (18_100, 18_150)]

    longer = replace(made, ward=np.array([300, 400, 50, 0]))
    wards = wardships(lives, longer)
    assert list(zip(wards.day, wards.stop, strict=True)) == [(17_500, 18_000), (18_100, 18_150)]


def test_youth_are_disposed_of_exactly_on_the_day_that_starts_their_clock_and_are_wards_from_then_on() -> None:
    lives = unserved("disposed", N)
    made, start = petitions(lives), lives.people.start
    wards = wardships(lives, made)
    everybody = np.arange(N)

    assert np.array_equal(np.unique(made.who[made.disposed == start[made.who]]), everybody)
    assert np.array_equal(wards.who[wards.day == start[wards.who]], everybody)
    assert (wards.stop <= start[wards.who])[wards.day < start[wards.who]].all()


def test_petitions_fall_with_the_programme_and_nothing_else_does() -> None:
    there = world("disposed", {"petition": 0.5})
    people = there.people(N, 4)
    served, never = (there.live(people, plan) for plan in (from_day(0), NEVER))
    after = [(made.day > people.start[made.who]).sum() for made in map(petitions, (served, never))]
    before = [made.where(made.day < people.start[made.who]) for made in map(petitions, (served, never))]

    assert after[0] / after[1] == pytest.approx(0.5, abs=4 * (0.75 / after[1]) ** 0.5)
    assert all(np.array_equal(getattr(before[0], name), getattr(before[1], name)) for name in Petitions.__dataclass_fields__)
    without = there.but(effect="none")
    ours, others = (petitions(without.live(people, plan)) for plan in (ALL_OFFERED, NEVER))
    assert np.array_equal(ours.who, others.who) and np.array_equal(ours.day, others.day)


def test_petitions_are_the_same_in_chunks() -> None:
    there = world("disposed")
    whole = petitions(there.live(there.people(300, 8), NEVER))
    parts = [(first, petitions(there.live(there.people(100, 8, first=first), NEVER))) for first in (0, 100, 200)]

    assert np.array_equal(whole.day, np.concatenate([part.day for _, part in parts]))
    assert np.array_equal(whole.who, np.concatenate([part.who + first for first, part in parts]))


def test_as_many_youth_are_petitioned_as_declared() -> None:
    for intake, n, declared in (("residents", 200_000, 0.0145), ("disposed", 20_000, 0.141)):
        lives = unserved(intake, n, seed=12)
        made, start = petitions(lives), lives.people.start
        age = (start - lives.people.persons.birth) / 365.25
        seen, error = share(lives, made.who, made.day - start[made.who], (age >= 12) & (age < 17))

        assert abs(seen - declared) < 4 * error + 0.0005


def test_a_wardship_is_billed_by_the_day() -> None:
    lives = unserved("disposed", N)
    wards = wardships(lives, petitions(lives))
    (line,) = YOUTH.lines(lives)

    assert line.cents.sum() == (wards.stop - wards.day).sum() * 2_800
    assert (line.day < lives.until[line.who]).all()
