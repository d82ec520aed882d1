"""Survival's estimate: the measure in each arm, its error, and how it came about on the way."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from evaluation.methods.censoring import reweighted
from evaluation.methods.standing import standing
from evaluation.methods.survival.marginal import marginal, risks
from evaluation.methods.survival.reading import read, stepped
from evaluation.terms import Horizon, Places, Steps
from tests.specs.timed import asked, clocks, cohort_of, compared, ruler_of, told

SAME = 1e-12  # relative: the same sums in another order
DAYS = 360
MEASURES = ("risk", "time_free", "time_lost")


def value(measure: str, day, marked, ended, horizon):
    """What a clock that is known to its end counts."""
    if measure == "risk":
        return marked.astype(float)
    return np.where(ended, day, horizon).astype(float) if measure == "time_free" else np.where(marked, horizon - day, 0.0)


def laid(cohort, ruler, days=DAYS, weights=None):
    comparison = compared(cohort, weights)
    rows = standing(cohort, comparison)
    return read(ruler, asked(days), rows.row), rows


@pytest.mark.parametrize("measure", MEASURES)
def test_where_nobody_is_lost_a_measure_is_the_mean_of_what_each_clock_counts(measure):
    cohort, ruler = clocks(1, 200, DAYS, lost=0)
    estimate = told(cohort, ruler, asked(DAYS, measure))

    day, within = ruler.day, ruler.day < DAYS
    counts = value(measure, day, within & (ruler.why == "mark"), within & (ruler.why != "moved"), DAYS)
    assert estimate.served.mean == pytest.approx(counts[cohort.served].mean(), rel=SAME)
    assert estimate.compared.mean == pytest.approx(counts[~cohort.served].mean(), rel=SAME)
    spread = sum(counts[arm].var() / arm.sum() for arm in (cohort.served, ~cohort.served))
    assert estimate.std_error == pytest.approx((spread * 200 / 198) ** 0.5, rel=1e-9)


@pytest.mark.parametrize("measure", MEASURES)
def test_those_followed_stand_for_those_lost_as_inverse_chances_of_being_followed_have_it(measure):
    cohort, ruler = clocks(2, 300, DAYS, lost=1.0)
    weights = np.random.default_rng(3).uniform(0.5, 2.0, 300)
    reading, rows = laid(cohort, ruler, weights=weights)
    found = marginal(reading, rows, measure)

    counts = value(measure, reading.day, reading.cause == 1, reading.cause > 0, DAYS)
    for arm, mean, influence in ((rows.served, found.served, found.of_served), (~rows.served, found.compared, found.of_compared)):
        many = int(arm.sum())
        expected = reweighted(counts[arm], reading.day[arm], reading.lost[arm], weights[arm], np.zeros(many, dtype=int))
        assert mean == pytest.approx(expected.mean, rel=SAME)
        assert influence[arm] == pytest.approx(expected.influence, abs=1e-12 * DAYS)
        assert not influence[~arm].any()


@pytest.mark.parametrize("measure", MEASURES)
def test_months_of_different_lengths_are_each_clocks_own(measure):
    cohort, ruler = clocks(4, 200, 62, lost=0)
    starts = np.random.default_rng(0).integers(18_000, 18_365, 200)
    ruler = replace(ruler, starts=starts)
    months = Horizon(months=2)
    horizon = ruler.window(months)
    estimate = told(cohort, ruler, replace(asked(1, measure), horizon=months))

    assert len(np.unique(horizon)) > 2
    within = ruler.day < horizon
    counts = value(measure, ruler.day, within & (ruler.why == "mark"), within, horizon)
    assert estimate.served.mean == pytest.approx(counts[cohort.served].mean(), rel=SAME)
    assert estimate.compared.mean == pytest.approx(counts[~cohort.served].mean(), rel=SAME)
    assert estimate.course[0].days[-1] == horizon.max()
    if measure == "risk":
        assert estimate.course[0].risk[-1] == pytest.approx(estimate.served.mean, rel=SAME)


def test_a_risk_is_not_above_one_however_the_jumps_are_rounded():
    rng = np.random.default_rng(4)
    day = rng.integers(0, 90, 60)
    day[:2] = 89
    weights = rng.uniform(0.5, 2, 60)
    cohort = cohort_of([True] * 60 + [False] * 60)
    estimate = told(
        cohort, ruler_of(np.tile(day, 2), ["mark"] * 120), asked(90, "time_free"), compared(cohort, np.concatenate([weights, weights[::-1]]))
    )

    assert [course.risk[-1] for course in estimate.course] == [1.0, 1.0]


def test_one_less_survival_would_be_too_high_where_deaths_compete():
    cohort, ruler = clocks(5, 400, DAYS, death=1.5)
    estimate = told(cohort, ruler, asked(DAYS))
    as_if_censored = told(cohort, replace(ruler, why=np.where(ruler.why == "death", "moved", ruler.why)), asked(DAYS))

    assert as_if_censored.compared.mean > estimate.compared.mean + 0.1


def test_whoever_dies_neither_has_the_event_nor_is_free_of_it():
    served = [True] * 20 + [False] * 20
    why, day = ["mark"] * 15 + ["death"] * 5 + ["mark"] * 15 + ["moved"] * 5, [10] * 20 + [10] * 15 + [99] * 5
    risk, free = (told(cohort_of(served), ruler_of(day, why), asked(100, measure)) for measure in ("risk", "time_free"))

    assert risk.served.mean == risk.compared.mean == 0.75
    assert (free.served.mean, free.compared.mean) == pytest.approx((10.0, 0.75 * 10 + 0.25 * 100))


# ------------------------------------------------------------------------------------------------ who hangs together
def test_two_rows_of_one_person_are_one_person():
    cohort, ruler = clocks(6, 150, DAYS)
    both = np.tile(np.arange(150), 2)
    twice = cohort_of(cohort.served[both], person=both)
    once, again = told(cohort, ruler, asked(DAYS)), told(twice, ruler_of(ruler.day[both], ruler.why[both]), asked(DAYS))

    assert again.effect == pytest.approx(once.effect, rel=SAME)
    assert again.std_error == pytest.approx(once.std_error, rel=0.01)
    assert (again.served.people, again.served.events) == (once.served.people, once.served.events)
    assert again.course[0].people == once.course[0].people


def test_a_row_in_two_sets_counts_in_both_and_sets_hang_together():
    cohort, ruler = clocks(7, 120, DAYS)
    served, others = np.flatnonzero(cohort.served), np.flatnonzero(~cohort.served)
    drawn = np.random.default_rng(1).choice(others[:40], len(served))
    row, many = np.concatenate([served, drawn]), len(served)
    weights = np.bincount(row, minlength=120).astype(float)
    places = Places(row, np.tile(np.arange(many), 2), np.ones(2 * many))
    comparison = replace(compared(cohort, weights), kept=weights > 0, places=places)
    estimate = told(replace(cohort, by="offer"), ruler, asked(DAYS), comparison)
    weighed = told(replace(cohort, by="offer"), ruler, asked(DAYS), replace(comparison, places=None))

    assert estimate.interval.by == "two-way cluster-robust by set and person"
    assert estimate.effect == pytest.approx(weighed.effect, rel=1e-9)
    assert estimate.std_error != pytest.approx(weighed.std_error, rel=1e-3)


def test_lots_drawn_within_blocks_have_their_error_about_the_mean_of_each_blocks_arm():
    rng = np.random.default_rng(8)
    blocks = np.repeat(np.arange(10), 20)
    served = np.concatenate([rng.permutation(20) < 10 for _ in range(10)])
    marked = rng.random(200) < np.linspace(0.05, 0.95, 10)[blocks]
    cohort = cohort_of(served, blocks=blocks)
    ruler = ruler_of(np.where(marked, 30, 200), np.where(marked, "mark", "moved"))
    plain, within = (told(cohort, ruler, asked(100), compared(cohort, blocks=each)) for each in (None, blocks))

    variance = sum(marked[own].var(ddof=1) / 10**2 / 10 for block in range(10) for own in ((blocks == block) & served, (blocks == block) & ~served))
    assert within.effect == plain.effect
    assert within.std_error == pytest.approx((variance * 200 / 198) ** 0.5, rel=1e-9)
    assert within.std_error < 0.85 * plain.std_error


def test_where_an_arm_of_a_block_is_one_person_what_blocks_share_is_counted_as_luck():
    cohort, ruler = clocks(9, 100, DAYS, lost=0)
    blocks = np.zeros(100, dtype=int)
    blocks[[np.flatnonzero(cohort.served)[0], np.flatnonzero(~cohort.served)[0]]] = 1
    plain, within = (told(cohort, ruler, asked(DAYS), compared(cohort, blocks=each)) for each in (None, blocks))

    assert within.std_error == plain.std_error


# ------------------------------------------------------------------------------------------------ pieces of a clock
def cut(reading, rng) -> Steps:
    """Each clock in pieces at random days, the last piece beyond the horizon."""
    row, first, stop = [], [], []
    for place in range(len(reading)):
        at = [0, *sorted(rng.choice(np.arange(1, DAYS), 3, replace=False)), DAYS + 1]
        for low, high in pairwise(at):
            row.append(place), first.append(low), stop.append(high)
    return Steps(np.array(row), np.array(first), np.array(stop), np.ones(len(row)))


@pytest.mark.parametrize("measure", MEASURES)
def test_a_clock_in_pieces_is_the_same_clock(measure):
    cohort, ruler = clocks(10, 80, DAYS)
    reading, rows = laid(cohort, ruler)
    whole = marginal(reading, rows, measure)
    pieces = marginal(*stepped(reading, rows, cut(reading, np.random.default_rng(0))), measure)

    assert (pieces.served, pieces.compared) == pytest.approx((whole.served, whole.compared), rel=SAME)
    steps = stepped(reading, rows, cut(reading, np.random.default_rng(0)))[1]
    together = np.bincount(steps.person, weights=pieces.of_served - pieces.of_compared, minlength=80)
    assert together == pytest.approx(whole.influence, abs=1e-12 * DAYS)


def test_a_weight_that_grows_counts_from_the_day_on_which_it_grows():
    served = [True] * 4 + [False] * 4
    cohort, ruler = cohort_of(served), ruler_of([5, 15, 99, 99] * 2, ["mark", "mark", "moved", "moved"] * 2)
    reading, rows = laid(cohort, ruler, days=100)
    step = Steps(np.array([0, 1, 2, 2, 3, *range(4, 8)]), np.array([0, 0, 0, 10, 0, 0, 0, 0, 0]), np.array([100, 100, 10, 100, 100, *[100] * 4]),
                 np.array([1, 1, 1, 3.0, 1, 1, 1, 1, 1]))  # fmt: skip

    assert risks(*stepped(reading, rows, step), [10, 100])[0].served == pytest.approx(0.25)
    assert marginal(*stepped(reading, rows, step), "risk").served == pytest.approx(0.25 + 0.75 * 1 / 5)


def test_a_clone_that_leaves_its_plan_is_followed_no_further_and_stands_for_nobody():
    cohort, ruler = cohort_of([True] * 4 + [False] * 4), ruler_of([5, 15, 99, 99] * 2, ["mark", "mark", "moved", "moved"] * 2)
    reading, rows = laid(cohort, ruler, days=100)
    steps = Steps(np.arange(8), np.zeros(8, dtype=int), np.array([100, 10, 100, 100] * 2), np.ones(8))
    pieces, of = stepped(reading, rows, steps)

    assert pieces.why[1] == "strategy" and pieces.day[1] == 9 and pieces.cause[1] == 0 and not pieces.lost[1]
    assert marginal(pieces, of, "risk").served == pytest.approx(0.25)
    assert marginal(pieces, of, "risk").stands[:4].tolist() == [1.0, 0.0, 1.0, 1.0]


def test_whoever_is_watched_from_a_later_day_on_is_at_risk_after_it():
    served = [True] * 6 + [False] * 6
    day, why = [5, 20, 30, 99, 99, 99] * 2, ["mark", "mark", "mark", "moved", "moved", "moved"] * 2
    ruler = ruler_of(day, why, entry=np.array([-1, -1, 20, -1, 4, 30] * 2))
    reading, rows = laid(cohort_of(served), ruler, days=100)

    # day 5: four are at risk, one of them since day 4; day 20: three, for who is watched after it is not; day 30: three, likewise
    assert marginal(reading, rows, "risk").served == pytest.approx(1 - 3 / 4 * 2 / 3 * 2 / 3)
