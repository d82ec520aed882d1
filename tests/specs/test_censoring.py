"""Those followed stand for those lost: by hand, against lifelines, and against what the error turns out to be."""

import warnings

import numpy as np
import pytest
from lifelines import AalenJohansenFitter, KaplanMeierFitter

from evaluation.methods.censoring import reweighted

SAME = 1e-12  # two ways to the same number
STEP = 1e-6  # of a weight, for a slope by a small step
SLOPE = 1e-6  # what is left of such a slope's own error
SEVERAL = 4  # Monte Carlo errors; a right number is farther off once in 16,000 times
ONE = np.zeros


def people(n: int, seed: int, *, last: int = 30, ties: bool = True):
    """Days of a mark, of a death and of a loss, whichever came first by day `last`; (Y, T, lost) and weights."""
    rng = np.random.default_rng(seed)
    days = rng.integers(1, 45, (3, n)) if ties else (1 + rng.permutation(3 * n).reshape(3, n)) * 45 / (3 * n)
    mark, death, loss = days[0], days[1] + (15 if ties else 15.1), days[2]
    T = np.minimum(np.minimum(mark, death), np.minimum(loss, last))
    known = (np.minimum(mark, death) <= loss) & (np.minimum(mark, death) < last)
    lost = ~known & (loss < last)
    Y = (known & (mark <= death)).astype(float)
    return Y, T, lost, rng.choice([0.25, 0.5, 1.0], n)


def test_three_of_four_by_hand():
    """Day 2: a mark among four. Day 3: one of the three left is lost, and its third goes to the two still there. Day 5: a mark."""
    Y, T, lost = np.array([1.0, 0, 1, 0]), np.array([2, 3, 5, 9]), np.array([False, True, False, False])
    found = reweighted(Y, T, lost, np.ones(4), np.zeros(4, dtype=int))

    assert found.weights == pytest.approx([1, 0, 1.5, 1.5], abs=SAME)
    assert found.mean == pytest.approx(2.5 / 4, abs=SAME)
    assert found.least == pytest.approx(2 / 3, abs=SAME)


def test_what_happens_on_the_day_of_a_loss_came_before_it():
    Y, T, lost = np.array([1.0, 0, 0]), np.array([4, 4, 9]), np.array([False, True, False])

    assert reweighted(Y, T, lost, np.ones(3), np.zeros(3, dtype=int)).weights == pytest.approx([1, 0, 2], abs=SAME)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("ties", [True, False])
def test_without_deaths_a_risk_is_one_less_kaplan_meier(seed, ties):
    Y, T, lost, w = people(60, seed, ties=ties)
    alive = (Y == 1) | lost | (T == 30)
    Y, T, lost, w = Y[alive], T[alive], lost[alive], w[alive]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that weights are not whole
        theirs = KaplanMeierFitter().fit(T, Y, weights=w)

    assert reweighted(Y, T, lost, w, np.zeros(len(Y), dtype=int)).mean == pytest.approx(1 - theirs.predict(30), abs=SAME)


@pytest.mark.parametrize("seed", range(5))
def test_with_deaths_a_risk_is_aalen_and_johansens(seed):
    Y, T, lost, _ = people(60, seed, ties=False)  # lifelines moves tied days at random
    what = np.where(lost | (T == 30), 0, np.where(Y == 1, 1, 2))
    theirs = AalenJohansenFitter(calculate_variance=False).fit(T, what, event_of_interest=1)

    assert reweighted(Y, T, lost, np.ones(60), np.zeros(60, dtype=int)).mean == pytest.approx(theirs.cumulative_density_.iloc[-1, 0], abs=SAME)


@pytest.mark.parametrize("seed", range(3))
def test_groups_are_weighed_by_their_people(seed):
    Y, T, lost, w = people(200, seed)
    groups = np.random.default_rng(seed).integers(0, 4, 200)
    whole = reweighted(Y, T, lost, w, groups)
    parts = [
        (w[groups == g].sum(), reweighted(Y[groups == g], T[groups == g], lost[groups == g], w[groups == g], ONE(200)[groups == g])) for g in range(4)
    ]

    assert whole.mean == pytest.approx(sum(W * part.mean for W, part in parts) / w.sum(), abs=SAME)
    assert whole.least == min(part.least for _, part in parts)


@pytest.mark.parametrize("seed", range(3))
def test_those_followed_stand_for_everybody(seed):
    Y, T, lost, w = people(200, seed)
    found = reweighted(Y, T, lost, w, np.zeros(200, dtype=int))

    assert found.least > 0 and found.weights.sum() == pytest.approx(w.sum(), abs=1e-9)
    assert (found.weights[~lost] >= w[~lost] - SAME).all() and (found.weights[lost] == 0).all()


@pytest.mark.parametrize("seed", range(3))
def test_the_influence_is_the_slope_in_each_weight(seed):
    Y, T, lost, w = people(40, seed)
    groups = np.arange(40) % 2

    def mean(row):
        return reweighted(Y, T, lost, w * (1 + STEP * (np.arange(40) == row)), groups).mean

    found = reweighted(Y, T, lost, w, groups)
    assert found.influence == pytest.approx([(mean(row) - found.mean) / STEP for row in range(40)], abs=SLOPE)
    assert found.influence.sum() == pytest.approx(0, abs=SAME)


def test_without_losses_it_is_the_weighted_mean():
    rng = np.random.default_rng(0)
    y, w = rng.gamma(1.0, 100.0, 50), rng.random(50)
    found = reweighted(y, rng.integers(0, 9, 50), np.zeros(50, dtype=bool), w, np.zeros(50, dtype=int))

    assert found.mean == pytest.approx(np.average(y, weights=w), rel=SAME)
    assert found.influence == pytest.approx(w * (y - found.mean) / w.sum(), abs=1e-9)
    assert found.least == 1


def test_nothing_is_read_of_those_lost():
    Y, T, lost, w = people(60, 1)

    assert reweighted(np.where(lost, np.nan, Y), T, lost, w, np.zeros(60, dtype=int)).mean == reweighted(Y, T, lost, w, np.zeros(60, dtype=int)).mean


def test_a_group_of_which_nobody_was_followed_to_the_end_has_no_chance_of_it():
    T, lost = np.array([2, 5, 7, 8]), np.array([False, True, True, False])

    assert reweighted(np.array([1.0, 0, 0, 0]), T, lost, np.ones(4), np.array([0, 0, 1, 1])).least == 0


def test_the_error_is_what_the_mean_varies_by_and_the_mean_is_right():
    """Losses depend on the group and so does the risk; 2,000 draws of 300 people."""
    rng, runs, n = np.random.default_rng(7), 2_000, 300
    found = []
    for _ in range(runs):
        groups = rng.integers(0, 2, n)
        risk, mark = np.where(groups == 1, 0.6, 0.2), rng.integers(1, 30, n)
        has, loss = rng.random(n) < risk, np.ceil(rng.exponential(np.where(groups == 1, 25, 90))).astype(int)
        T, lost = np.minimum(np.where(has, mark, 30), np.minimum(loss, 30)), np.minimum(np.where(has, mark, 30), 30) > loss
        one = reweighted((has & ~lost).astype(float), T, lost, np.ones(n), groups)
        found.append((one.mean, float(one.influence @ one.influence), (has & ~lost)[~lost].mean()))
    means, variances, naive = np.array(found).T

    error = means.std(ddof=1) / runs**0.5
    assert abs(means.mean() - 0.4) < SEVERAL * error
    assert naive.mean() - 0.4 > 0.03  # those followed are not like everybody
    assert variances.mean() / means.var(ddof=1) == pytest.approx(1, abs=SEVERAL * (2 / runs) ** 0.5)
