"""A changed study takes over what its change does not touch, and comes out as if it had been prepared afresh."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from evaluation.pipeline import Prepared, answer, prepare
from evaluation.records import Records, connect
from evaluation.rehearsal import NO_DAY
from evaluation.study import load
from evaluation.study.changing import but
from evaluation.terms import Answer, Cohort, Comparison, Study
from synthetic import WORLDS

DESIGN = Path(__file__).parents[2] / "designs" / "bayview" / "navigation_offered.toml"


@pytest.fixture(scope="module")
def study() -> Study:
    return but(load(DESIGN), alone=True, role="headline")


@pytest.fixture(scope="module")
def county() -> Records:
    world = WORLDS["referred"]
    return connect(world.records(world.live(world.people(900, 5), world.as_run)))


@pytest.fixture(scope="module")
def standing(study: Study, county: Records) -> Prepared:
    return prepare(study, county, today=NO_DAY)


def headline(prepared: Prepared) -> Answer:
    [found] = answer(prepared)
    return found


CHANGES = (
    {"outcome": "recidivism/conviction"},
    {"outcome": "custody_days/recorded", "worthwhile": -10},
    {"horizon": {"days": 182}},
    {"method": "survival"},
    {"compare": {"by": "overlap"}, "estimand": "effect_in_the_overlap"},
)


@pytest.mark.parametrize("words", CHANGES, ids=lambda words: next(iter(words)) + str(len(words)))
def test_an_answer_that_takes_over_is_the_answer_that_does_not(study: Study, county: Records, standing: Prepared, words: dict) -> None:
    changed = but(study, **words)
    taken, fresh = (headline(prepare(changed, county, today=NO_DAY, standing=one)) for one in (standing, None))
    assert taken.estimate is not None and repr(taken) == repr(fresh)


def test_another_outcome_takes_over_the_very_cohort_and_its_comparison(study: Study, county: Records, standing: Prepared) -> None:
    changed = but(study, outcome="recidivism/conviction")
    taken = prepare(changed, county, today=NO_DAY, standing=standing)
    old, new = (next(iter(one.comparisons.values())) for one in (standing, taken))
    assert isinstance(old, Comparison) and isinstance(new, Comparison)
    assert taken.cohorts["main"] is standing.cohorts["main"]
    assert new.weights is old.weights
    assert "recidivism/conviction" in new.estimand.contrast


def test_another_way_of_matching_is_found_anew(study: Study, county: Records, standing: Prepared) -> None:
    taken = prepare(but(study, compare={"ratio": 2}), county, today=NO_DAY, standing=standing)
    old, new = (next(iter(one.comparisons.values())) for one in (standing, taken))
    assert isinstance(old, Comparison) and isinstance(new, Comparison)
    assert taken.cohorts["main"] is standing.cohorts["main"] and not np.array_equal(old.weights, new.weights)


def test_another_cohort_leaves_the_one_that_stands_as_it_is(study: Study, county: Records, standing: Prepared) -> None:
    before = headline(standing)
    younger = prepare(but(study, cohort="main", ages=[18, 40]), county, today=NO_DAY, standing=standing)
    old, new = standing.cohorts["main"], younger.cohorts["main"]
    assert isinstance(old, Cohort) and isinstance(new, Cohort)
    assert len(new) < len(old) and new.table != old.table
    assert headline(younger).estimate != before.estimate
    assert repr(headline(standing)) == repr(before)
