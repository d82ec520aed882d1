"""Scores centred at the cut-off of their own list, and what is refused of scores that divide nobody."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scored_people import FUZZY, SHARP, cohort, county

from evaluation.methods.threshold.comparison import compare
from evaluation.methods.threshold.running import centred, heaping, running
from evaluation.terms import Refused

SCORES = np.arange(20.0)


def test_each_list_is_centred_at_the_last_score_that_was_served_on_it() -> None:
    score, day = np.array([10.0, 12, 14, 30, 33, 36]), np.array([1, 1, 1, 2, 2, 2])
    served = np.array([False, True, True, False, False, True])
    assert centred(score, served, day).tolist() == [-2, 0, 2, -6, -3, 0]


def test_where_the_low_scores_are_offered_the_programme_the_score_is_turned_round() -> None:
    score, served = np.array([10.0, 12, 14, 30]), np.array([True, True, False, False])
    assert centred(score, served, np.zeros(4, dtype=int)).tolist() == [2, 0, -2, -18]


def test_a_list_on_which_everybody_had_a_place_tells_nothing_and_is_left_out() -> None:
    people, _ = county(1, 200)
    everybody = replace(people, served=people.served | (people.list_day == 17_000))
    assert np.isnan(running(everybody).away[people.list_day == 17_000]).all()
    assert not compare(everybody, SHARP).kept[people.list_day == 17_000].any()


@pytest.mark.parametrize(("points", "found"), [(5, 5.0), (10, 10.0), (1, 0.0)])
def test_heaps_are_found_where_assessors_round(points: int, found: float) -> None:
    rng = np.random.default_rng(3)
    score = np.round(rng.normal(50, 12, 4_000))
    rounds = rng.random(4_000) < 0.3
    assert heaping(np.where(rounds, points * np.round(score / points), score)) == found
    assert heaping(score + rng.random(4_000)) == 0.0


@pytest.mark.parametrize(
    ("people", "question", "said"),
    [
        (replace(cohort(SCORES, SCORES > 9), score=None), SHARP, "nobody has a score"),
        (cohort(np.where(SCORES == 3, np.nan, SCORES), SCORES > 9), SHARP, "1 person-start have no score"),
        (cohort(SCORES, SCORES > 99), SHARP, "nobody offered the programme is left: the cut-off lies outside the 20 scores on record"),
        (cohort(SCORES, SCORES > -1), SHARP, "nobody on the other side of the cut-off is left"),
        (cohort(SCORES, SCORES % 2 == 1), SHARP, "9 person-starts not offered the programme score as high as somebody who was"),
        (cohort(np.maximum(SCORES, 10), SCORES > 10), SHARP, "on the other side of the cut-off there is one score alone"),
        (cohort(SCORES, SCORES > 9), replace(SHARP, bandwidth=2.0), "on the side of the offer there are 3 distinct scores within 2 points"),
        (cohort(SCORES, SCORES > 9), replace(SHARP, bandwidth=2.0, donut=3.0), "leaves nobody within a bandwidth of 2"),
        (cohort(SCORES, SCORES > 9), FUZZY, "nothing on record says who took the offer up"),
        (cohort(SCORES, SCORES > 9), replace(SHARP, estimand="average_effect"), "a cut-off does not tell the average_effect"),
        (cohort(SCORES, SCORES > 9), replace(SHARP, estimator="two_stage"), "'two_stage' reads nobody by a score"),
        (cohort(SCORES, SCORES > 9), replace(SHARP, estimator="local_randomisation"), "no window about the cut-off has enough people"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(people, question, said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        compare(people, question)
    assert all(problem.found.count(". ") == 0 for problem in refused.value.problems)
