"""Which interval stands where few people have the event, or few are without it, and what is told of days where everybody has it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.diagnostics.sums import effective_number
from evaluation.methods import METHODS
from evaluation.methods.proportions import Counts, chan_zhang, miettinen_nurminen
from evaluation.methods.survival.estimators import at_the_horizon
from evaluation.methods.survival.laid import lay
from tests.specs.timed import asked, cohort_of, compared, ruler_of, told

DAYS = 90
SCORE, EXACT = "Miettinen-Nurminen score, of as many people of equal weight", "exact unconditional, Chan-Zhang"


def named(estimate) -> dict:
    return {diagnostic.name: diagnostic for diagnostic in estimate.diagnostics}


def lot(marked: tuple[int, int], arm: int = 50):
    """So many of the served, and of those compared, marked; nobody lost."""
    why = np.concatenate([np.arange(arm) < many for many in marked])
    served = np.repeat([True, False], arm)
    return cohort_of(served), ruler_of(np.where(why, np.arange(2 * arm) % 89 + 1, 500), np.where(why, "mark", "moved"))


def losing(risk: float, stay: float, n: int = 400, seed: int = 0):
    """A lot of n: the same `risk` in both arms, ends spread over the days, and people lost after so many days on average."""
    rng = np.random.default_rng(seed)
    marked, left = np.floor(rng.exponential(-DAYS / np.log1p(-risk), n)).astype(int), np.floor(rng.exponential(stay, n)).astype(int)
    return cohort_of(rng.permutation(n) % 2 == 0), ruler_of(np.minimum(marked, left), np.where(marked <= left, "mark", "moved"))


def score_of(x1: float, n1: float, x0: float, n0: float):
    return miettinen_nurminen(Counts(*(np.array([float(each)]) for each in (x1, n1, x0, n0)), np.ones(1)))


# ------------------------------------------------------------------------------------------------ risks
def test_few_with_the_event_and_nobody_lost_are_told_by_the_score_of_their_counts():
    estimate = told(*lot((4, 7)), asked(DAYS))
    limits = score_of(4, 50, 7, 50)

    assert (estimate.interval.low, estimate.interval.high) == pytest.approx((limits.low, limits.high))
    assert estimate.interval.by == SCORE and not named(estimate)["sparse_events"].required


def test_few_without_the_event_and_nobody_lost_are_told_by_the_score_too():
    estimate = told(*lot((46, 43)), asked(DAYS))
    limits = score_of(46, 50, 43, 50)

    assert (estimate.interval.low, estimate.interval.high) == pytest.approx((limits.low, limits.high))


def test_few_without_the_event_who_stand_for_those_lost_take_the_answer_away():
    estimate = told(*losing(0.95, 60, 200), asked(DAYS))
    sparse = named(estimate)["sparse_events"]

    assert sparse.required and not sparse.holds
    assert "score" not in estimate.interval.by


@pytest.mark.parametrize("marked", [(50, 0), (0, 0), (50, 50), (1, 0)])
def test_an_arm_in_which_nothing_varies_is_told_as_a_lot_tells_it(marked):
    cohort, ruler = lot(marked)
    lots = METHODS["randomized"]
    asked_of_a_lot = replace(asked(DAYS), method="randomized")
    here, there = told(cohort, ruler, asked(DAYS)), lots.estimate(cohort, lots.compare(cohort, asked_of_a_lot), ruler, asked_of_a_lot)

    assert (here.interval.low, here.interval.high, here.p_value) == pytest.approx((there.interval.low, there.interval.high, there.p_value))
    assert here.std_error > 0 and here.interval.low < here.interval.high


def test_events_too_rare_for_a_score_have_the_exact_interval_where_people_can_be_counted():
    cohort, ruler = lot((1, 0))
    exact = chan_zhang(1, 50, 0, 50)
    counted, weighted = told(cohort, ruler, asked(DAYS)), told(cohort, ruler, asked(DAYS), compared(cohort, np.linspace(0.9, 1.1, 100)))

    assert (counted.interval.low, counted.interval.high, counted.interval.by) == (exact.low, exact.high, EXACT)
    assert weighted.interval.by == SCORE


def test_few_events_among_many_lost_are_worth_more_than_those_followed_and_less_than_all():
    cohort, ruler = losing(0.06, 40)
    estimate = told(cohort, ruler, asked(DAYS))
    laid = lay(cohort, compared(cohort), ruler, asked(DAYS))
    means = at_the_horizon(laid)

    def width(worth) -> float:
        n1, n0 = (worth(there) for there in (laid.rows.served, ~laid.rows.served))
        limits = score_of(n1 * means.served, n1, n0 * means.compared, n0)
        return limits.high - limits.low

    followed, everybody = width(lambda there: effective_number(means.stands[there], laid.rows.person[there])), width(np.sum)
    assert estimate.interval.by == SCORE
    assert everybody < estimate.interval.high - estimate.interval.low < 0.8 * followed


def test_weights_that_differ_make_the_score_interval_wider():
    cohort, ruler = lot((5, 6), arm=200)
    even, uneven = (told(cohort, ruler, asked(DAYS), compared(cohort, weights)) for weights in (np.ones(400), np.tile([0.2, 1.8], 200)))

    assert even.interval.by == uneven.interval.by == SCORE
    assert uneven.std_error > 1.2 * even.std_error


# ------------------------------------------------------------------------------------------------ days
@pytest.mark.parametrize("measure", ["time_free", "time_lost"])
def test_days_are_an_ordinary_mean_where_everybody_has_the_event(measure):
    estimate = told(*lot((50, 50)), asked(DAYS, measure))

    assert named(estimate)["sparse_events"].holds and "or without it" not in named(estimate)["sparse_events"].sentence
    assert not named(estimate)["skewed_amounts"].required


def test_days_free_are_told_of_ends_of_any_kind_and_days_lost_of_the_event_alone():
    why = np.tile(["mark"] * 4 + ["death"] * 12 + ["moved"] * 34, 2)
    ruler = ruler_of(np.where(why == "moved", 500, np.tile(np.arange(50), 2)), why)
    free, lost = (
        named(told(cohort_of([True] * 50 + [False] * 50), ruler, asked(DAYS, measure)))["sparse_events"] for measure in ("time_free", "time_lost")
    )

    assert free.holds and not lost.holds and lost.required


def test_a_few_who_weigh_much_lean_the_interval_of_days_to_one_side():
    cohort, ruler = lot((30, 30), arm=100)
    lopsided = cohort_of(np.arange(200) < 12)
    ends = replace(ruler, day=np.where(np.arange(200) % 8 == 0, 1, 500), why=np.where(np.arange(200) % 8 == 0, "mark", "moved"))

    assert named(told(cohort, ruler, asked(DAYS, "time_lost")))["skewed_amounts"].holds
    assert not named(told(lopsided, ends, asked(DAYS, "time_lost")))["skewed_amounts"].holds
