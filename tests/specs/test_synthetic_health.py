"""Health in the invented county: visits that hang together, luck that stays, rates and costs as declared."""

from dataclasses import fields, replace

import numpy as np
import pytest

from synthetic import NEVER, WORLDS, from_day
from synthetic.community import Jail
from synthetic.effects import steady
from synthetic.hazards import Clock, Steps
from synthetic.health import Visits, crises, visits
from synthetic.lives import Lives, live
from synthetic.rates import health as rates
from synthetic.recording import Lines
from synthetic.rows import BEYOND
from synthetic.systems import SYSTEMS
from synthetic.world import CALENDAR

WORLD = replace(WORLDS["lottery"].of("whole_person_care"), systems=("justice", "health"))
N = 3_000
MANY = 40_000
HEALTH = SYSTEMS["health"]


@pytest.fixture(scope="module")
def lives() -> Lives:
    return WORLD.live(WORLD.people(N, 11), from_day(60))


@pytest.fixture(scope="module")
def many() -> Lives:
    return WORLD.live(WORLD.people(MANY, 5), NEVER)


@pytest.fixture(scope="module")
def released() -> Lives:
    """People who are in and out of jail."""
    world = replace(WORLDS["lottery"], systems=("justice", "health"))
    return world.live(world.people(N, 3), NEVER)


def same(one: Visits, other: Visits) -> bool:
    return all(np.array_equal(getattr(one, column.name), getattr(other, column.name)) for column in fields(Visits))


def spent(lives: Lives, first: int) -> np.ndarray:
    """What everybody costs in the year from a day on, in dollars."""
    cost = np.zeros(len(lives.people))
    for lines in HEALTH.lines(lives):
        inside = (lines.day >= first) & (lines.day < first + 365)
        np.add.at(cost, lines.who[inside], lines.cents[inside] / 100)
    return cost


def billed_before(lines: Lines, enrolled: np.ndarray) -> list[tuple[int, int, int]]:
    """The bills of each person before the day of enrolment."""
    before = lines.day < enrolled[lines.who]
    return [*zip(lines.who[before].tolist(), lines.day[before].tolist(), lines.cents[before].tolist(), strict=True)]


# ------------------------------------------------------------------------------------------------ lives
def test_nobody_visits_before_birth_after_death_or_past_the_records(lives: Lives) -> None:
    made, people = visits(lives), lives.people

    assert (made.day >= np.maximum(CALENDAR.first, people.persons.birth)[made.who]).all()
    assert (made.day < lives.until[made.who]).all()
    assert (made.stop <= lives.until[made.who]).all()


def test_nobody_visits_from_jail_and_jail_ends_a_stay_in_hospital(released: Lives) -> None:
    made = visits(released)
    jailed = released.arrests.where(released.arrests.jailed)
    inside = {(who, day) for who, start, stop in zip(jailed.who, jailed.day, jailed.stop, strict=True) for day in range(start, stop)}
    nights = [(who, day) for who, start, stop in zip(made.who, made.day, made.stop, strict=True) for day in range(start, max(stop, start + 1))]
    taken = Jail(released.arrests, N).holds(made.who, made.stop)

    assert not inside.intersection(nights)
    assert (taken & made.admitted).any()


def test_there_is_one_visit_a_day_at_most_and_none_from_hospital(lives: Lives, released: Lives) -> None:
    for made in (visits(lives), visits(released)):
        later = made.who[1:] == made.who[:-1]

        assert (made.day[1:] > made.day[:-1])[later].all()
        assert (made.day[1:] >= made.stop[:-1])[later].all()
        assert made.admitted.any()


def test_crises_do_not_overlap_and_no_plan_moves_them(lives: Lives, many: Lives) -> None:
    bad = crises(lives.people)
    later = bad.who[1:] == bad.who[:-1]
    in_time = crises(many.people)
    whole = in_time.stop < many.until[in_time.who]

    assert (bad.day[1:] > bad.stop[:-1])[later].all()
    assert (bad.stop > bad.day).all()
    assert np.array_equal(bad.holds(bad.who, bad.day), np.ones(len(bad.who), dtype=bool))
    assert not bad.holds(bad.who, bad.day - 1).any() and not bad.holds(bad.who, bad.stop).any()
    assert np.median((in_time.stop - in_time.day)[whole]) == pytest.approx(rates.CRISIS_MEDIAN.value, abs=2)


# ------------------------------------------------------------------------------------------------ luck
def test_a_plan_that_changes_nothing_and_no_effect_lead_to_the_same_visits() -> None:
    people = WORLD.people(N, 2)
    never = visits(WORLD.live(people, NEVER))

    assert same(never, visits(live(people, NEVER, effects={})))
    assert same(never, visits(WORLD.but(effect="none").live(people, from_day(0))))
    assert not same(never, visits(WORLD.live(people, from_day(0))))
    for ratio in (0.5, 3.0):  # no matter how high the hazard of others could rise
        assert same(never, visits(live(people, NEVER, effects={"emergency": steady(ratio)})))


def test_enrolment_changes_nothing_before_its_day(lives: Lives) -> None:
    unserved = WORLD.live(lives.people, NEVER)

    def up_to(made: Visits) -> Visits:
        day = np.minimum(lives.enrolled, CALENDAR.last)[made.who]
        return replace(made, stop=np.minimum(made.stop, day)).where(made.day < day)

    assert same(up_to(visits(lives)), up_to(visits(unserved)))
    for served, never in zip(HEALTH.lines(lives), HEALTH.lines(unserved), strict=True):  # nor does a bill before it know of a night after it
        assert billed_before(served, lives.enrolled) == billed_before(never, lives.enrolled) != []


@pytest.mark.parametrize("size", [1_000, 377, 2_999])
def test_visits_are_the_same_whatever_the_chunk(lives: Lives, size: int) -> None:
    parts = []
    for first in range(0, N, size):
        made = visits(WORLD.live(WORLD.people(min(size, N - first), 11, first=first), from_day(60)))
        parts.append(replace(made, who=made.who + first))

    assert same(Visits.gathered(parts), visits(lives))


def test_the_programme_takes_away_visits_that_come_of_need_and_leaves_the_luck_of_the_others(many: Lives) -> None:
    people = many.people
    fewer = visits(live(people, from_day(0), effects={"emergency": steady(0.5)}))
    more = visits(live(people, from_day(0), effects={"emergency": steady(2.0)}))
    made = visits(many)

    def after(rows: Visits) -> np.ndarray:
        kept = rows.day >= people.start[rows.who]
        return rows.who[kept] * BEYOND + rows.day[kept]

    days = int((many.until - people.start).sum())
    common = rates.EMERGENCY_COMMON.value * days
    by_need = len(after(made)) - common
    for rows, ratio in ((fewer, 0.5), (more, 2.0)):
        expected = common + ratio * by_need
        # a count's standard error, of both counts; some days have several visits, which are one, so that the spread is no larger
        assert len(after(rows)) == pytest.approx(expected, abs=0.01 * expected + 4 * expected**0.5)
    # a visit not made may have kept the person in hospital: hardly any other is new
    assert np.isin(after(fewer), after(made)).mean() > 0.99
    assert np.isin(after(made), after(more)).mean() > 0.97


# ------------------------------------------------------------------------------------------------ tides
def test_a_tide_of_the_common_part_adds_as_many_visits_for_everybody(many: Lives) -> None:
    """Additive: by as many visits among those of little need as among those of much."""
    people, day = many.people, CALENDAR.opening
    rising = Clock(np.full(MANY, day), Steps((0,), (3.0,)))
    by_tide = visits(live(replace(people, tides={"emergency:common": rising}), NEVER, effects={}))
    made = visits(many)

    assert same(by_tide.where(by_tide.day < day), made.where(made.day < day))
    high = people.persons.need > np.median(people.persons.need)
    added = []
    for band in (high, ~high):
        time = int((many.until - day)[band].sum())
        more = (band[by_tide.who] & (by_tide.day >= day)).sum() - (band[made.who] & (made.day >= day)).sum()
        added.append(more / time)
        assert more / time == pytest.approx(2 * rates.EMERGENCY_COMMON.value, rel=0.03)
    assert added[0] == pytest.approx(added[1], rel=0.04)


def test_a_tide_and_a_programme_multiply_each_other(many: Lives) -> None:
    people, day = many.people, CALENDAR.opening  # on which everybody's clock starts
    falling = replace(people, tides={"emergency": Clock(np.full(MANY, day), Steps((0,), (0.6,)))})
    made = [visits(many), visits(live(falling, NEVER, effects={})), visits(live(falling, from_day(0), effects={"emergency": steady(0.5)}))]
    common = rates.EMERGENCY_COMMON.value * int((many.until - day).sum())
    by_need = [(rows.day >= day).sum() - common for rows in made]

    assert by_need[1] / by_need[0] == pytest.approx(0.6, abs=0.015)
    assert by_need[2] / by_need[0] == pytest.approx(0.3, abs=0.015)


def test_a_tide_of_need_multiplies_so_that_it_adds_more_where_need_is_high(many: Lives) -> None:
    people, day = many.people, CALENDAR.opening
    rising = Clock(np.full(MANY, day), Steps((0,), (2.0,)))
    by_tide = visits(live(replace(people, tides={"emergency": rising}), NEVER, effects={}))
    made = visits(many)
    high = people.persons.need > np.median(people.persons.need)
    added = [(band[by_tide.who] & (by_tide.day >= day)).sum() - (band[made.who] & (made.day >= day)).sum() for band in (high, ~high)]

    assert added[0] > 2 * added[1] > 0


# ------------------------------------------------------------------------------------------------ hospital and cost
def test_the_process_inpatient_thins_stays_and_leaves_the_others_as_they_are() -> None:
    people = WORLD.people(N, 8)
    never = visits(live(people, NEVER, effects={}))
    served = visits(live(people, from_day(0), effects={"inpatient": steady(0.5)}))
    after, was = (rows.where(rows.admitted & (rows.day >= people.start[rows.who])) for rows in (served, never))
    stays = set(zip(was.who, was.day, was.stop, strict=True))

    assert len(after.who) / len(was.who) == pytest.approx(0.5, abs=4 * 0.5 / len(was.who) ** 0.5)
    # a stay that was not had leaves room for visits, and so for stays, that were not made: few
    assert np.mean([stay in stays for stay in zip(after.who, after.day, after.stop, strict=True)]) > 0.95


def test_costs_add_up_to_visits_and_nights(lives: Lives) -> None:
    made = visits(lives)
    truth = WORLD.truth(lives)
    cost = truth["cost"].groupby("service")["amount"].sum()
    kinds = truth["event"]["kind"].value_counts()

    assert kinds["emergency_visit"] == len(made.who)
    assert (truth["spell"]["kind"] == "inpatient").sum() == made.admitted.sum()
    assert cost["emergency_visit"] == pytest.approx(len(made.who) * rates.EMERGENCY_PRICE.value, abs=0.005)
    assert cost["inpatient_day"] == pytest.approx((made.stop - made.day).sum() * rates.INPATIENT_DAY.value, abs=0.005)

    # by hand: a stay is billed on the day it is over, when all of its nights are known
    stays = next(lines for lines in HEALTH.lines(lives) if lines.service == "inpatient_day")
    short = made.where(made.admitted & (made.stop - made.day < 30) & (made.stop < lives.until[made.who]))
    assert {*zip(short.who.tolist(), short.stop.tolist(), strict=True)} <= {*zip(stays.who.tolist(), stays.day.tolist(), strict=True)}


def test_one_person_may_never_go_to_a_hospital() -> None:
    seen = [len(visits(WORLD.live(WORLD.people(1, seed), NEVER)).who) for seed in range(20)]

    assert 0 in seen and max(seen) > 0


# ------------------------------------------------------------------------------------------------ face validity
def test_a_few_account_for_much_of_the_cost_of_health_and_fall_back_by_themselves(many: Lives) -> None:
    """Stanton 2006 (AHRQ): 22 % of health spending by the costliest 1 %, 49 % by the costliest 5 %; here more, of hospitals alone."""
    cost, later = (spent(many, CALENDAR.opening + 365 * year) for year in (0, 1))
    costliest = np.argsort(-cost, kind="stable")
    top = costliest[: MANY // 20]

    assert cost[costliest[: MANY // 100]].sum() / cost.sum() == pytest.approx(0.33, abs=0.04)
    assert cost[top].sum() / cost.sum() == pytest.approx(0.62, abs=0.04)
    assert later[top].mean() < 0.5 * cost[top].mean()
    assert later[top].mean() > 3 * later.mean()  # they fall back, not to the others' level


def test_a_year_in_which_somebody_is_in_a_crisis_is_a_year_of_many_visits(many: Lives) -> None:
    """What a programme that takes people in during a crisis sees: many visits just before, and fewer after, whatever it does."""
    made, bad = visits(many), crises(many.people)
    in_crisis = bad.holds(np.arange(MANY), np.full(MANY, CALENDAR.opening))
    since = made.day - CALENDAR.opening
    before, after = (np.bincount(made.who[(since >= low) & (since < high)], minlength=MANY)[in_crisis].mean() for low, high in ((-45, 0), (180, 225)))

    assert in_crisis.mean() == pytest.approx(0.04, abs=0.01)
    assert before > 2 * after


def test_as_many_visit_and_stay_as_declared(many: Lives) -> None:
    made = visits(many)
    year = (made.day >= CALENDAR.opening) & (made.day < CALENDAR.opening + 365)

    assert year.sum() / MANY == pytest.approx(0.48, abs=0.03)
    assert rates.ADMITTED.value < made.admitted.mean() < rates.CRISIS_ADMITTED.value
    assert (made.stop - made.day)[made.admitted].mean() == pytest.approx(2.9, abs=0.15)
