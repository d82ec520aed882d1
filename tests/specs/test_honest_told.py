"""What is told of drifts beside an effect: in plain words, with the numbers behind them, and judged."""

from __future__ import annotations

from math import inf

import numpy as np
import pytest

from evaluation.diagnostics import DIAGNOSTICS
from evaluation.diagnostics.honest import drift_missed, honest_bounds
from evaluation.methods.honest_told import bounds
from evaluation.terms import Interval

PRE, POST, WEIGHTS = (-4, -3, -2), (0, 1), (0.5, 0.5)
ERRORS = 0.01 * (np.eye(5) + 0.5)


def test_a_clear_effect_after_a_quiet_past_stands_and_says_how_much_drift_it_stands() -> None:
    honest = bounds([0.02, -0.03, 0.01, 3.0, 3.2], ERRORS, PRE, POST, WEIGHTS, per="quarter")

    assert honest.holds and honest.value > 1
    assert f"{honest.value:.2f} times the most they did before adoption" in honest.sentence and "larger than any seen before" in honest.sentence
    assert "from one quarter to the next" in honest.sentence
    assert honest.detail["low at Mbar = 1"] > 0 > honest.detail["low at Mbar = 2"] or honest.value > 2
    assert honest.name in DIAGNOSTICS and honest.source and not honest.required and honest.sentence.endswith(".")


def test_an_effect_that_is_the_drift_going_on_does_not_stand() -> None:
    honest = bounds([-3.0, -2.0, -1.0, 1.0, 2.0], ERRORS, PRE, POST, WEIGHTS, per="year")

    assert not honest.holds and 0 < honest.value < 1 and "a drift as large as before could undo it" in honest.sentence
    assert honest.sentence.endswith("If the drift before had gone on in a straight line, the effect could not be told from none.")
    assert honest.detail["breakdown of the bend"] == 0


def test_where_nothing_was_found_there_is_nothing_to_undo() -> None:
    told = bounds([0.0, 0.1, 0.0, 0.1, 0.0], ERRORS, PRE, POST, WEIGHTS)

    assert told.holds and told.value == 0 and "nothing that a drift could undo" in told.sentence


def test_of_few_clusters_no_drift_leaves_the_interval_by_t() -> None:
    asked = ([0.02, -0.03, 0.01, 3.0, 3.2], ERRORS, PRE, POST, WEIGHTS)
    few, many = bounds(*asked, freedom=4), bounds(*asked)
    error = (ERRORS[3:, 3:].sum() / 4) ** 0.5

    assert few.detail["high at Mbar = 0"] == pytest.approx(3.1 + 2.7764451 * error)
    assert few.value < many.value and few.detail["low at Mbar = 1"] < many.detail["low at Mbar = 1"]


def test_a_period_that_is_anticipated_stands_after_the_reference_with_no_weight() -> None:
    honest = bounds([0.02, 0.01, 0.5, 3.0, 3.2], ERRORS, (-4, -3), (-1, 0, 1), (0.0, 0.5, 0.5))

    assert honest.detail["low at Mbar = 0"] < 3.1 < honest.detail["high at Mbar = 0"]


def test_words_follow_the_numbers_to_their_limits() -> None:
    none, some = Interval(-1.0, 2.0, ""), Interval(1.0, 2.0, "")
    assert "Almost any drift" in honest_bounds({0.0: some}, none, breakdown=0.001, bend=0.0).sentence
    assert "No drift" in honest_bounds({0.0: some}, some, breakdown=inf, bend=inf).sentence
    assert "changed by less than 0.063 each year" in honest_bounds({0.0: some}, some, breakdown=0.8, bend=0.0627, per="year").sentence
    assert not drift_missed(0.1, 0.3, -0.3).holds and drift_missed(0.1, 0.3, -0.31).holds
    assert drift_missed(0.1, 0.3, 0.0).value == inf and "far more than" in drift_missed(0.1, 0.3, 0.0).sentence
