"""Jobs, earnings and benefits: lives that hang together, what a programme can move and when, and rates that come out as declared."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd
import pytest

from evaluation.records.days import day_of
from synthetic import ALL_OFFERED, NEVER, WORLDS
from synthetic.lives import Lives
from synthetic.rates import work as rates
from synthetic.rows import NEVER_DAY
from synthetic.work import CALFRESH, CALWORKS, Work, work
from synthetic.world import CALENDAR, World

N = 3_000
MANY = 30_000
WORLD = replace(WORLDS["lottery"].of("self_sufficiency"), systems=("justice", "work"))


@pytest.fixture(scope="module")
def lives() -> Lives:
    return WORLD.live(WORLD.people(N, 11), NEVER)


@pytest.fixture(scope="module")
def lived(lives: Lives) -> Work:
    return work(lives)


def of(programme: str, people: int) -> tuple[Lives, Work]:
    """Many people of another intake, served by nobody."""
    world = WORLD.of(programme)
    lives = world.live(world.people(people, 5), NEVER)
    return lives, work(lives)


def quarter_of_start(lives: Lives, lived: Work) -> np.ndarray:
    return np.searchsorted(lived.quarters, lives.people.start, side="right") - 1


def quarters(world: World, n: int, *, chunk: int) -> pd.DataFrame:
    """The rows of `quarter`, made in chunks."""
    parts = [world.truth(world.live(world.people(min(chunk, n - first), 3, first=first), ALL_OFFERED)) for first in range(0, n, chunk)]
    return pd.concat([part["quarter"] for part in parts]).sort_values(["person_id", "measure", "day"], ignore_index=True)


# ------------------------------------------------------------------------------------------------ lives
def test_nobody_earns_or_draws_benefits_before_growing_up_or_after_death(lives: Lives, lived: Work) -> None:
    people = lives.people
    for cents in (lived.wages, lived.benefits):
        who, quarter = np.nonzero(cents)
        assert (lived.quarters[quarter] >= people.grown[who]).all()
        assert (lived.quarters[quarter] < people.until[who]).all()
    for spells in (lived.calfresh, lived.calworks):
        assert (spells.day < spells.stop).all()
        assert (spells.stop <= people.until[spells.who]).all()


def test_spells_on_one_benefit_never_touch(lived: Work) -> None:
    for spells in (lived.calfresh, lived.calworks):
        same = spells.who[1:] == spells.who[:-1]

        assert same.any()
        assert (spells.day[1:] > spells.stop[:-1])[same].all()


def test_benefits_begin_and_end_on_the_first_of_a_month_unless_life_does(lives: Lives, lived: Work) -> None:
    ends = lived.calfresh.stop < lives.until[lived.calfresh.who]
    for day in (lived.calfresh.day, lived.calfresh.stop[ends]):
        assert (pd.to_datetime(day, unit="D").day == 1).all()


def test_dollars_of_benefits_are_the_months_on_them_times_the_grant(lives: Lives, lived: Work) -> None:
    """Added up person by person, month by month, from the spells alone."""
    months = pd.date_range("2016-01-01", "2024-03-01", freq="MS").to_numpy().astype("datetime64[D]").astype(int)
    for person in range(0, N, 50):
        paid = np.zeros(len(lived.quarters))
        for terms, spells in ((CALFRESH, lived.calfresh), (CALWORKS, lived.calworks)):
            counted = np.zeros(len(lived.quarters))
            for row in np.flatnonzero(spells.who == person):
                for place, day in enumerate(months):
                    counted[place // 3] += spells.day[row] <= day < spells.stop[row]
            new = int(np.searchsorted(lived.quarters, lives.people.grown[person]))
            before = np.concatenate([[0], lived.wages[person, :-1]])
            before[: new + 1] = lived.wages[person, new] if new < len(before) else 0
            month = np.maximum(100 * terms.month.value - terms.taper.value * before / 3, 100 * terms.least.value)
            paid += np.floor(counted * month)

        assert np.array_equal(paid.astype(int), lived.benefits[person])


def test_whoever_is_in_jail_all_quarter_earns_nothing_in_it(lives: Lives, lived: Work) -> None:
    jailed = lives.arrests.where(lives.arrests.jailed)
    inside = [
        lived.wages[who, place]
        for who, day, stop in zip(jailed.who, jailed.day, jailed.stop, strict=True)
        for place in range(len(lived.quarters) - 1)
        if day <= lived.quarters[place] and lived.quarters[place + 1] <= stop
    ]

    assert inside
    assert not any(inside)


def test_jail_takes_jobs() -> None:
    """Of those in a job before it, fewer have one after a quarter with a month inside than after one without a night."""
    lives, lived = of("reentry_navigation", MANY)
    place = int(np.searchsorted(lived.quarters, day_of(date(2019, 10, 1))))
    first, after = lived.quarters[place], lived.quarters[place + 1]
    nights = np.zeros(MANY)
    jailed = lives.arrests.where(lives.arrests.jailed)
    np.add.at(nights, jailed.who, np.maximum(np.minimum(jailed.stop, after) - np.maximum(jailed.day, first), 0))
    had = (lived.wages[:, place - 1] > 0) & (lives.until > lived.quarters[place + 2])
    has = lived.wages[:, place + 1] > 0

    assert has[had & (nights >= 30)].mean() < 0.6 * has[had & (nights == 0)].mean()


def test_claimants_are_on_calfresh_on_the_day_their_clock_starts_and_earned_little_just_before(lives: Lives, lived: Work) -> None:
    start, spells = lives.people.start, lived.calfresh
    there = np.unique(spells.who[(spells.day <= start[spells.who]) & (start[spells.who] < spells.stop)])
    before = lived.wages[np.arange(N), quarter_of_start(lives, lived) - 1]

    assert len(there) == N
    assert (before <= 100 * rates.CALFRESH_LIMIT.value).all()


# ------------------------------------------------------------------------------------------------ plans
def test_a_programme_moves_no_quarter_before_the_first_that_begins_after_enrolment(lives: Lives, lived: Work) -> None:
    served = WORLD.live(lives.people, ALL_OFFERED)
    other = work(served)
    enrolled = served.enrolled < NEVER_DAY
    early = (lived.quarters < served.enrolled[:, None]) & enrolled[:, None]

    assert np.array_equal(np.where(early | ~enrolled[:, None], other.wages, 0), np.where(early | ~enrolled[:, None], lived.wages, 0))
    assert np.array_equal(np.where(early | ~enrolled[:, None], other.benefits, 0), np.where(early | ~enrolled[:, None], lived.benefits, 0))
    for ours, theirs in ((lived.calfresh, other.calfresh), (lived.calworks, other.calworks)):
        begun = [rows.where(rows.day < served.enrolled[rows.who]) for rows in (ours, theirs)]
        assert np.array_equal(begun[0].who, begun[1].who) and np.array_equal(begun[0].day, begun[1].day)


def test_more_work_and_fewer_stay_on_benefits_where_the_programme_works(lives: Lives, lived: Work) -> None:
    other = work(WORLD.live(lives.people, ALL_OFFERED))
    row, year = np.arange(N), quarter_of_start(lives, lived) + 4

    assert (other.wages[row, year] > 0).mean() > (lived.wages[row, year] > 0).mean() + 0.02
    assert other.benefits[row, year].sum() < lived.benefits[row, year].sum()


def test_without_effect_no_wage_and_no_benefit_changes(lives: Lives, lived: Work) -> None:
    other = work(WORLD.but(effect="none").live(lives.people, ALL_OFFERED))

    assert np.array_equal(other.wages, lived.wages) and np.array_equal(other.benefits, lived.benefits)
    assert np.array_equal(other.calfresh.stop, lived.calfresh.stop) and np.array_equal(other.calworks.stop, lived.calworks.stop)


def test_the_rows_are_the_same_whatever_the_chunk() -> None:
    whole = quarters(WORLD, 300, chunk=300)
    for chunk in (74, 7):
        pd.testing.assert_frame_equal(quarters(WORLD, 300, chunk=chunk), whole)


def test_no_row_is_wanting_or_twice_on_record(lives: Lives) -> None:
    records = WORLD.records(lives)
    quarter = records["quarter"]
    last = quarter.groupby("measure")["day"].max()

    assert not quarter.duplicated(["person_id", "measure", "day"]).any()
    assert (quarter["amount"] > 0).all()
    assert quarter["day"].min() == pd.Timestamp("2016-01-01")
    assert last["wages"] == pd.Timestamp("2023-10-01") and last["benefits"] == pd.Timestamp("2024-01-01")  # 150 and 45 days late


# ------------------------------------------------------------------------------------------------ face validity
def test_as_many_work_in_the_year_after_release_and_earn_as_much_as_after_prison() -> None:
    """Looney and Turner 2018: 55 % earn anything in the first full calendar year; those who do have a median of $10,090."""
    lives, lived = of("reentry_navigation", MANY)
    first = (lives.people.start.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970 + 1 - 2016) * 4
    year = sum(lived.wages[np.arange(MANY), first + place] for place in range(4)) / 100
    alive = lives.until > lived.quarters[first + 3]

    assert (year[alive] > 0).mean() == pytest.approx(0.55, abs=0.015)
    assert np.median(year[alive & (year > 0)]) == pytest.approx(10_090, rel=0.04)


def test_residents_work_and_earn_more_and_fewer_of_them_are_on_calfresh() -> None:
    _, released = of("reentry_navigation", N)
    lives, lived = of("whole_person_care", N)
    adults = (lives.people.grown <= lived.quarters[16]) & (lived.quarters[16] < lives.until)
    day = lived.quarters[16]
    on = np.unique(lived.calfresh.who[(lived.calfresh.day <= day) & (day < lived.calfresh.stop)])

    assert 0.5 < (lived.wages[adults, 16] > 0).mean() < 0.7
    assert (lived.wages[adults, 16] > 0).mean() > (released.wages[:, 16] > 0).mean() + 0.1
    assert 0.07 < len(on) / adults.sum() < 0.15


def test_need_keeps_people_out_of_work_and_on_benefits(lives: Lives, lived: Work) -> None:
    need = lives.people.persons.need
    worked, aided = (lived.wages > 0).sum(axis=1), (lived.benefits > 0).sum(axis=1)

    assert np.corrcoef(need, worked)[0, 1] < -0.1
    assert np.corrcoef(need, aided)[0, 1] > 0.1


def test_the_last_quarter_is_the_one_that_holds_the_last_day(lived: Work) -> None:
    assert lived.quarters[0] == day_of(date(2016, 1, 1))
    assert lived.quarters[-1] == day_of(date(2024, 1, 1)) <= CALENDAR.last
