"""Everybody enrols within a grace period, on a day drawn as those come who do: days, luck, and the truth of two strategies."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from evaluation.rehearsal import TwoLives, lives_of, sample_truth
from evaluation.terms import CohortPlan, HistoryColumn, Horizon, Question, Refused, Starts, Strategies, Strategy, Study
from synthetic import BY_WORKER, NEVER, WALK_IN, WORLDS, AsTheyCome, NotWithin, Plan, World
from synthetic.lives import People
from synthetic.rows import NEVER_DAY
from synthetic.streams import Stream

PROGRAMME, PEOPLE, SEED = "reentry_navigation", 400, 7
QUESTION = Question("recidivism/arrest", Horizon(days=364), "survival", -0.05)
NATURAL: dict[str, tuple[World, Plan]] = {"walk_in": (WORLDS["walk_in"], WALK_IN), "referred": (WORLDS["referred"], BY_WORKER)}
each_case = pytest.mark.parametrize(("name", "grace"), [("walk_in", 0), ("walk_in", 30), ("walk_in", 90), ("referred", 7), ("referred", 60)])


def study(grace: int) -> Study:
    plan = CohortPlan(
        (date(2019, 1, 1), date(2020, 12, 31)),
        "eligibility",
        Starts(("release",)),
        strategies=Strategies(Strategy(enrolment=PROGRAMME, within_days=grace), Strategy(no_enrolment=PROGRAMME, within_days=grace)),
        lookback_days=730,
    )
    arrests = HistoryColumn("arrests", "event", ("arrest",), "count", 730)
    return Study({"en": "Navigation"}, "bayview", PROGRAMME, {"main": plan}, (QUESTION,), history=(arrests,))


def lived(name: str, grace: int) -> TwoLives:
    return lives_of(study(grace), QUESTION, WORLDS[name], people=PEOPLE, seed=SEED)


def by_hand(today: float, ahead: list[float], u: float) -> int:
    """The day on which somebody with the luck `u` comes, of whom the record never changes: day by day, each day's chance by itself."""
    stays = 1.0
    for day in range(len(ahead)):
        stays *= 1 - (1 - np.exp(-today)) / (1 - np.exp(-ahead[day]))
        if 1 - stays >= u:
            return day
    raise AssertionError("the last day's chance is 1")


def people_of(name: str, n: int = PEOPLE) -> People:
    return NATURAL[name][0].people(n, SEED)


# ------------------------------------------------------------------------------------------------ days
@each_case
def test_everybody_comes_within_the_grace_period(name: str, grace: int) -> None:
    people = people_of(name)
    waits = AsTheyCome(grace, NATURAL[name][1]).enrols(people, None) - people.start

    assert waits.min() >= (0 if name == "walk_in" else 1) and waits.max() <= grace
    assert len(np.unique(waits)) > min(grace, 4) / 2


def test_on_a_grace_period_of_no_day_everybody_comes_on_the_start() -> None:
    people = people_of("walk_in")

    assert np.array_equal(AsTheyCome(0, WALK_IN).enrols(people, None), people.start)


@pytest.mark.parametrize(("name", "grace"), [("walk_in", 30), ("referred", 20)])
def test_they_come_on_such_days_as_those_who_come_by_themselves_within_it(name: str, grace: int) -> None:
    """The shares of days under the natural plan, of those who come within the period, are those of everybody under the strategy.

    Those who come by themselves are the needier, and come as fast as others like them: so each is compared by the same need,
    which the pace tells.
    """
    people, natural = people_of(name, 40_000), NATURAL[name][1]
    pace = natural.pace(people, grace + 1)
    assert pace is not None
    middle = np.abs(pace[1][:, 0] - np.median(pace[1][:, 0])) < 0.3 * np.median(pace[1][:, 0])
    free = people.supervised > people.start + grace if name == "walk_in" else np.ones(len(people), dtype=bool)
    by_nature = (natural.enrols(people, natural.offers(people)) - people.start)[middle & free]
    drawn = (AsTheyCome(grace, natural).enrols(people, None) - people.start)[middle & free]
    soon = by_nature[by_nature <= grace]

    assert len(soon) > 300
    for day in (grace // 4, grace // 2, 3 * grace // 4):
        error = 0.5 / len(soon) ** 0.5
        assert (drawn <= day).mean() == pytest.approx((soon <= day).mean(), abs=3 * error)


def test_whose_record_never_changes_comes_by_their_luck_as_worked_out_by_hand() -> None:
    people, grace = people_of("walk_in"), 9
    pace = WALK_IN.pace(people, grace + 1)
    assert pace is not None
    today, ahead = pace
    same = np.flatnonzero(np.ptp(today, axis=1) == 0)[:60]

    luck = people.persons.luck.uniforms(Stream.WALK_IN)[:, 0]
    days = (AsTheyCome(grace, WALK_IN).enrols(people, None) - people.start)[same]

    assert days.tolist() == [by_hand(today[one, 0], ahead[one].tolist(), luck[one]) for one in same]
    assert len(set(days.tolist())) > 5


def test_a_plan_under_which_nobody_comes_of_their_own_accord_is_refused() -> None:
    with pytest.raises(Refused, match="nobody comes of their own accord"):
        AsTheyCome(30, NEVER).enrols(people_of("walk_in"), None)


# ------------------------------------------------------------------------------------------------ truth
@each_case
def test_the_truth_of_a_cohort_of_two_strategies_is_of_their_two_plans(name: str, grace: int) -> None:
    two, (world, natural) = lived(name, grace), NATURAL[name]
    people = people_of(name)
    lives = [world.live(people, plan) for plan in (AsTheyCome(grace, natural), NotWithin(grace, natural))]

    assert len(two) == PEOPLE
    order = np.argsort(two.place)
    for waited, life in zip(two.waited, lives, strict=True):
        comes = life.enrolled < NEVER_DAY
        assert waited[order][comes].tolist() == (life.enrolled - people.start)[comes].tolist()
        assert (waited[order][~comes] > 10_000).all()
    found, same = two.risk_difference(), lives_of(study(grace), QUESTION, world, people=PEOPLE, seed=SEED, plans=(lives[0].plan, lives[1].plan))
    assert (found.served, found.compared) == (same.risk_difference().served, same.risk_difference().compared)
    assert found.served < found.compared


def test_the_truth_about_these_very_people_is_there_too_where_nobody_comes_later() -> None:
    """In 60 days everybody who takes an offer up has: under the plan not to enrol, nobody is on record as enrolled."""
    found = sample_truth(study(60), QUESTION, WORLDS["referred"], people=100, seed=SEED)

    assert found.error == 0.0 and found.effect <= 0


def test_without_effect_the_two_strategies_are_one_life() -> None:
    two = lives_of(study(30), QUESTION, WORLDS["walk_in_without_effect"], people=PEOPLE, seed=SEED)

    assert (two.truth().effect, two.free_time().effect) == (0.0, 0.0)
