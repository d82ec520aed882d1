"""Where whole offices have luck of their own a county's people are no independent draws: truth is of many counties, and its error theirs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
import pytest
from slow_truth import asked, study_of

from evaluation.outcomes import OUTCOMES
from evaluation.rehearsal import TwoLives, all_lives, counties, first_of, lives_of, sample_truth, truth
from evaluation.rehearsal.counties import REFERENCE
from evaluation.terms import CohortPlan, Compared, Horizon, Question, Served, Starts, Study
from synthetic import WORLDS

SIZE, FEWER = 400, 4  # people in a county, and counties where fewer than twenty show it
QUESTION = Question(outcome="recidivism/arrest", horizon=Horizon(days=364), method="matched", worthwhile=-0.05, estimand="effect_on_the_served")
DAY = date(2019, 1, 1)
PLAN = CohortPlan(
    (DAY, date(2020, 12, 31)),
    "service",
    Starts(dates=(DAY,)),
    served=Served("neighborhood_services", within_days=700),
    compared=Compared(draw=1),
    lookback_days=730,
)
STUDY = Study({"en": "Offices"}, "bayview", "neighborhood_services", {"main": PLAN}, (QUESTION,))
VISITS = replace(OUTCOMES["recidivism/arrest"], name="emergency/visits", kinds=("emergency_visit",), off_clock=())


@pytest.fixture
def visits(monkeypatch: pytest.MonkeyPatch) -> Question:
    """A question about what moves on the calendar of the offices."""
    monkeypatch.setitem(OUTCOMES, VISITS.name, VISITS)
    return replace(QUESTION, outcome=VISITS.name)


@cache
def two() -> TwoLives:
    """Two lives of 200 people, of whom each 50 share luck."""
    question = asked("custody_days/recorded", 364)
    lived = lives_of(study_of("lottery", question), question, WORLDS["lottery"], people=200, seed=1)
    return replace(lived, luck=np.repeat(np.arange(4), 50))


# ------------------------------------------------------------------------------------------------ the error
def test_the_error_of_a_mean_is_the_spread_of_the_means_of_those_who_share_luck() -> None:
    served, compared = two().values()
    means = (served - compared).reshape(4, 50).mean(axis=1)

    found, alone = two().mean_difference(), replace(two(), luck=None).mean_difference()

    assert found.effect == alone.effect and found.people == alone.people == 200
    assert found.error == pytest.approx(means.std(ddof=1) / 2, rel=1e-9) != pytest.approx(alone.error)


def test_luck_that_nobody_shares_gives_the_error_of_people() -> None:
    each = replace(two(), luck=np.arange(200))

    assert each.mean_difference().error == pytest.approx(replace(two(), luck=None).mean_difference().error, rel=1e-9)


def test_counties_without_weight_are_no_counties_and_one_alone_tells_no_error() -> None:
    three, one = (np.where(two().luck < many, 1.0, 0.0) for many in (3, 1))  # type: ignore[operator]  # these lives have luck
    served, compared = two().values()
    means = (served - compared).reshape(4, 50).mean(axis=1)[:3]

    assert two().mean_difference(weights=three).error == pytest.approx(means.std(ddof=1) / 3**0.5, rel=1e-9)
    assert np.isnan(two().mean_difference(weights=one).error)


def test_every_truth_has_the_error_of_what_leaving_each_county_out_changes() -> None:
    left_out = [np.where(two().luck == county, 0.0, 1.0) for county in range(4)]
    for ask in (TwoLives.ratio_of_means, lambda lives, **how: TwoLives.quantile_difference(lives, 0.9, **how)):
        each = [ask(two(), weights=weights).effect for weights in left_out]
        assert ask(two()).error == pytest.approx((3 * np.var(each)) ** 0.5, rel=1e-9)


def test_a_panel_adds_up_what_those_who_share_luck_pull() -> None:
    panels, alone = two().panels((0, 182, 364)), replace(two(), luck=None).panels((0, 182, 364))
    pulls = alone._pulls(alone._under).reshape(4, 50).sum(axis=1)

    assert panels.simple().effect == alone.simple().effect
    assert panels.simple().error == pytest.approx((4 / 3 * np.sum(pulls**2)) ** 0.5, rel=1e-9) != pytest.approx(alone.simple().error)


def test_where_nobodys_outcome_moves_the_error_is_still_exactly_nothing_and_these_peoples_truth_has_none() -> None:
    still = replace(two(), read=(two().read[0], two().read[0]))

    assert still.mean_difference().effect == still.mean_difference().error == 0 == two().of_these_people().mean_difference().error


# ------------------------------------------------------------------------------------------------ the counties
def test_worlds_say_whether_offices_have_luck_of_their_own() -> None:
    shared = {name for name, world in WORLDS.items() if world.shared_luck}

    assert shared == {"staggered", "early_response", "rolled_out_where_need_was_rising", "few_offices"}


def test_truth_where_offices_have_luck_is_of_twenty_counties_and_as_uncertain_as_they_differ(
    visits: Question, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty by the constant; that truth is of as many as it says, and its error theirs, is shown of four."""
    world = WORLDS["rolled_out_where_need_was_rising"]
    study = replace(STUDY, questions=(visits,))
    assert counties.COUNTIES == 20
    monkeypatch.setattr(counties, "COUNTIES", FEWER)

    found = truth(study, visits, world, people=SIZE * FEWER)

    each = [sample_truth(study, visits, world, people=SIZE, seed=REFERENCE + county, first=first_of(county, SIZE)) for county in range(FEWER)]
    many, effects = np.array([one.people for one in each]), np.array([one.effect for one in each])
    assert found.people == many.sum()
    assert found.effect == pytest.approx(np.average(effects, weights=many), rel=1e-9)
    left_out = [np.average(np.delete(effects, county), weights=np.delete(many, county)) for county in range(FEWER)]
    assert found.error == pytest.approx(((FEWER - 1) * np.var(left_out)) ** 0.5, rel=1e-9)


def test_people_of_several_counties_have_names_and_places_of_their_own(visits: Question) -> None:
    lived = lives_of(replace(STUDY, questions=(visits,)), visits, WORLDS["few_offices"], people=600, seed=5, seeds=3)

    assert len(set(lived.person_id)) == len(set(lived.place)) == len(lived)
    assert lived.luck is not None and np.array_equal(np.unique(lived.luck), [0, 1, 2])
    assert np.array_equal(lived.luck, lived.place // 200)


@pytest.mark.parametrize("name", ["lottery", "referred"])
def test_truth_elsewhere_is_of_one_county_as_it_was(name: str) -> None:
    question = asked("recidivism/arrest", 364)
    study = study_of(name, question)

    found = truth(study, question, WORLDS[name], people=300, seed=3)

    assert found == all_lives(study, (question,), WORLDS[name], people=300, seed=3)[question.name].truth()
    assert found.effect == sample_truth(study, question, WORLDS[name], people=300, seed=3).effect
