"""What survival's door refuses, in one sentence each, and never with somebody's own day."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.outcomes import FrameRuler
from evaluation.terms import Inference, Matching, Refused
from tests.specs.timed import ARREST, SURVIVAL, asked, clocks, cohort_of, compared, ruler_of, told

DAYS = 360
TWENTY = [True] * 20 + [False] * 20


def refusal(*given) -> str:
    with pytest.raises(Refused) as refused:
        told(*given)
    assert all(problem.found and problem.remedy for problem in refused.value.problems)
    return str(refused.value)


def test_a_horizon_to_which_nobody_of_an_arm_was_followed_is_refused_with_one_that_could_be_asked_about():
    day = np.array([*range(40, 60), *range(380, 400)])
    said = refusal(cohort_of(TWENTY), ruler_of(day, ["moved"] * 40), asked(DAYS))

    assert "nobody in one of the arms was followed to the end of the window" in said
    assert "Ask about 50 days or fewer" in said  # eleven people were followed to day 49 or later


def test_a_horizon_that_could_be_asked_about_is_told_of_no_single_person():
    day = np.array([*[7] * 19, 123, *[400] * 20])
    said = refusal(cohort_of(TWENTY), ruler_of(day, ["moved"] * 40), asked(DAYS))

    assert "123" not in said and "124" not in said and "120" not in said
    assert "Ask about a shorter horizon." in said


def test_an_arm_that_all_came_to_an_end_was_followed_for_as_long_as_there_was_anything_to_see():
    day = np.array([*range(40, 60), *range(380, 400)])
    estimate = told(cohort_of(TWENTY), ruler_of(day, ["mark"] * 10 + ["death"] * 10 + ["moved"] * 20), asked(DAYS))

    assert estimate.served.mean == pytest.approx(0.5)


@pytest.mark.parametrize("measure", ["time_free", "time_lost"])
def test_times_that_do_not_vary_within_either_arm_are_refused(measure):
    said = refusal(cohort_of(TWENTY), ruler_of([10] * 20 + [500] * 20, ["mark"] * 20 + ["moved"] * 20), asked(DAYS, measure))

    assert "nothing varies within either arm" in said


def test_pairs_of_whom_nobody_has_the_event_are_refused():
    pairs = np.tile(np.arange(20), 2)
    cohort = cohort_of(TWENTY, by="offer")
    said = refusal(cohort, ruler_of([500] * 40, ["moved"] * 40), asked(DAYS), compared(cohort, sets=pairs))

    assert "nothing varies within either arm" in said


def test_a_way_is_not_asked_for_an_estimand_that_it_does_not_tell():
    rng = np.random.default_rng(0)
    cohort = cohort_of(rng.random(200) < 0.5, by="offer", history={"x": rng.normal(size=200)})
    with pytest.raises(Refused) as refused:
        SURVIVAL.compare(cohort, asked(DAYS))  # pairs, and the effect on everybody
    said = str(refused.value)

    assert "by = 'matching' does not tell the average_effect" in said and 'estimand = "effect_on_the_served"' in said
    assert "fault" not in said


def test_a_regression_whose_column_separates_the_events_is_refused_in_the_words_of_the_question():
    rng = np.random.default_rng(1)
    age = rng.permutation(200).astype(float)
    cohort = cohort_of(np.arange(200) % 2 == 0, history={"age": age})
    ruler = ruler_of(np.where(age >= 140, 200 - age, 500), np.where(age >= 140, "mark", "moved"))
    said = refusal(cohort, ruler, asked(DAYS, estimator="regression", compare=Matching("inverse_probability", on=("age",))))

    assert f"question '{ARREST.name}' by survival: estimator" in said and "'age'" in said
    assert "ask for the difference" in said and "hazards." not in said.split("Leave it out")[1]


def test_one_cluster_is_refused():
    cohort, ruler = clocks(1, 100, DAYS)
    clusters = np.zeros(100, dtype=int)
    said = refusal(replace(cohort, clusters=clusters), ruler, asked(DAYS), compared(cohort, clusters=clusters))

    assert "one set or of one cluster" in said


def test_an_error_by_set_needs_sets():
    cohort, ruler = clocks(1, 100, DAYS)

    assert "nobody is set beside anybody" in refusal(cohort, ruler, asked(DAYS, inference=Inference("set")))


def test_times_are_not_asked_of_a_column_that_says_whether_and_not_when():
    n = 40
    ruler = FrameRuler(ARREST, asked(DAYS).horizon, (np.arange(n) % 2).astype(float), np.full(n, DAYS))
    said = refusal(cohort_of(TWENTY), ruler, asked(DAYS, "time_free"))

    assert "says whether, and not when" in said


def test_the_risk_can_be_asked_of_such_a_column_and_has_no_course():
    n = 80
    ruler = FrameRuler(ARREST, asked(DAYS).horizon, (np.arange(n) % 4 == 0).astype(float), np.full(n, DAYS))
    estimate = told(cohort_of([True] * 41 + [False] * 39), ruler, asked(DAYS))

    assert estimate.course == () and estimate.hazards == ()
    assert estimate.served.mean == pytest.approx(11 / 41)


def test_how_often_an_event_happens_is_not_told_by_a_regression():
    cohort, ruler = clocks(1, 100, DAYS)

    assert "of a regression" in refusal(cohort, ruler, asked(DAYS, "number", estimator="regression"))


def test_a_curve_that_begins_among_hardly_anybody_is_refused_where_people_are_watched_from_later_days_on():
    rng = np.random.default_rng(2)
    day, entry = rng.integers(120, 500, 200), rng.integers(60, 100, 200)
    day[:2], entry[:2] = 5, -1  # one of each arm is watched from the start, and has the event before any other is
    cohort = cohort_of(np.arange(200) % 2 == 0)
    said = refusal(cohort, ruler_of(day, ["mark"] * 200, entry=entry), asked(DAYS))

    assert "fewer than 10 people were watched when the first of them had the event" in said
    assert told(cohort, ruler_of(np.where(day == 5, 300, day), ["mark"] * 200, entry=entry), asked(DAYS)).std_error > 0
