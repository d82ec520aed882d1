"""Mean costs of people some of whom were lost, against ccostr 0.1.1 and base R on `hcost`: 160 people, costs by stretches of days.

Ours reads G(T-): whoever comes to an end on a day of losses was not at risk of being lost on it.  ccostr reads G(T), after the losses
of the day, and has such people at risk of them; both are found here by moving ends to just after the losses of their day.
"""

from __future__ import annotations

import numpy as np
import pytest
from mean_data import GOLDEN, columns

from evaluation.methods.mean.censored import lin, partitioned, simple
from evaluation.methods.mean.leaving import rate
from evaluation.methods.mean.means import Mean

EXACT = 1e-10  # relative: the same sums
TIES = 3e-4  # relative: ends and losses of one day, read in the other order
OF_ERRORS = 0.035  # relative: Bang and Tsiatis' own variance against what each person adds to the error
OF_SCARCE_ERRORS = 0.17  # relative, and of ccostr's error for the partitioned, which came out up to 38 % too small against resamples
AS, CC, BT, ZT = range(4)  # the order of ccostr's columns: available sample, complete cases, Bang-Tsiatis, Zhao-Tian
LINES = columns("hcost")
PEOPLE, FIRST = np.unique(LINES["id"], return_index=True)
ARMS = {"all": np.ones(len(PEOPLE), dtype=bool), "trt0": LINES["trt"][FIRST] == 0, "trt1": LINES["trt"][FIRST] == 1}
HORIZONS = (1000.0, 1461.0)
AFTER = 0.75  # of a day: past the losses of the day, which are half a day after what is known


def spent(until: float) -> np.ndarray:
    """(n,) what everybody had cost by a day; within a stretch as much each day, as ccostr and the base R of the golden file have it."""
    start, stop = LINES["start"], LINES["stop"]
    there = start <= until
    share = np.where(stop > until, (until - start) / np.maximum(stop - start, 1.0), 1.0)
    return np.bincount(np.searchsorted(PEOPLE, LINES["id"][there]), weights=(LINES["cost"] * share)[there], minlength=len(PEOPLE))


def group(arm: str, horizon: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The last day, who was lost by then, and what they cost."""
    day, lost = np.minimum(LINES["surv"][FIRST], horizon), (LINES["surv"][FIRST] < horizon) & (LINES["delta"][FIRST] == 0)
    there = ARMS[arm]
    return day[there], lost[there], spent(horizon)[there]


def by_period(arm: str, cuts: np.ndarray, horizon: float) -> tuple[np.ndarray, np.ndarray]:
    """(n, K) costs between the cuts, and (K,) the last day of each period."""
    so_far = np.stack([np.zeros(ARMS[arm].sum()), *(spent(cut)[ARMS[arm]] for cut in cuts), spent(horizon)[ARMS[arm]]], axis=1)
    return np.diff(so_far, axis=1), np.append(cuts, 10 * horizon)


def std_error(mean: Mean) -> float:
    return float((mean.influence**2).sum() ** 0.5)


@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("arm", ARMS)
def test_the_simple_estimator_is_that_of_bang_and_tsiatis(arm, horizon):
    day, lost, y = group(arm, horizon)
    said = GOLDEN[f"cc_{arm}_{horizon:.0f}"]
    ours, theirs = simple(y, day, lost, np.ones(len(y))), simple(y, day + AFTER * ~lost, lost, np.ones(len(y)))

    assert theirs.mean == pytest.approx(said["Estimate"][BT], rel=EXACT)
    assert ours.mean == pytest.approx(said["Estimate"][BT], rel=TIES)
    assert std_error(ours) == pytest.approx(said["SE"][BT], rel=OF_ERRORS)
    assert abs(ours.influence.sum()) < 1e-6


@pytest.mark.parametrize("horizon", HORIZONS)
def test_the_chance_of_being_followed_is_read_before_the_losses_of_a_day_or_after_them(horizon):
    day, lost, y = group("all", horizon)
    ones = np.ones(len(y))
    at_risk = rate(np.empty((len(y), 0)), day + np.where(lost, 0.5, AFTER), lost, ones)  # ends of the day are at risk of its losses
    said = GOLDEN[f"bt_own_{horizon:.0f}"]

    for moved, name in ((0.0, "BT_Kminus"), (AFTER, "BT_Kt")):
        weights = np.where(lost, 0.0, np.exp(at_risk.spent(day + moved)))
        assert float((weights * y).mean()) == pytest.approx(said[name], rel=EXACT)


@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("arm", ARMS)
def test_a_period_for_each_day_with_a_loss_makes_the_partitioned_estimator_that_of_zhao_and_tian(arm, horizon):
    day, lost, y = group(arm, horizon)
    parts, until = by_period(arm, np.unique(day[lost]), horizon)
    said = GOLDEN[f"cc_{arm}_{horizon:.0f}"]
    ours = partitioned(parts, until, day, lost, np.ones(len(y)))

    assert ours.mean == pytest.approx(said["Estimate"][ZT], rel=TIES)
    assert said["SE"][ZT] < std_error(ours) * (1 + OF_SCARCE_ERRORS)
    assert abs(ours.influence.sum()) < 1e-6


def test_the_error_of_the_partitioned_estimator_is_that_of_people_drawn_again():
    rng = np.random.default_rng(7)
    for arm in ("trt0", "trt1"):
        day, lost, y = group(arm, 1000.0)
        parts, until = by_period(arm, np.arange(30.0, 1000.0, 30.0), 1000.0)
        drawn = []
        for _ in range(200):
            times = np.bincount(rng.integers(0, len(y), len(y)), minlength=len(y)).astype(float)
            some = times > 0
            drawn.append(partitioned(parts[some], until, day[some], lost[some], times[some]).mean)
        ours = std_error(partitioned(parts, until, day, lost, np.ones(len(y))))

        assert ours == pytest.approx(float(np.std(drawn)), rel=0.2)


@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("arm", ARMS)
def test_naive_means_are_those_of_ccostr_and_too_low(arm, horizon):
    day, lost, y = group(arm, horizon)
    said = GOLDEN[f"cc_{arm}_{horizon:.0f}"]["Estimate"]

    assert (y.mean(), y[~lost].mean()) == pytest.approx((said[AS], said[CC]), rel=EXACT)
    assert y.mean() < simple(y, day, lost, np.ones(len(y))).mean


@pytest.mark.parametrize("arm", ARMS)
def test_lin_comes_near_the_partitioned_estimator_with_short_periods_and_stays_below_it(arm):
    day, lost, y = group(arm, 1461.0)
    cuts = np.arange(15.0, 1461.0, 15.0)
    parts, until = by_period(arm, cuts, 1461.0)
    found = lin(parts, np.append(0.0, cuts + 1), day, lost, np.ones(len(y)))
    better = partitioned(parts, until, day, lost, np.ones(len(y)))

    assert 0.9 * better.mean < found.mean < better.mean
    assert std_error(found) == pytest.approx(std_error(better), rel=0.15)


def test_without_losses_every_estimator_is_the_plain_mean():
    day, _, y = group("all", 1461.0)
    nobody, cuts = np.zeros(len(y), dtype=bool), np.arange(100.0, 1461.0, 100.0)
    parts, until = by_period("all", cuts, 1461.0)
    found = [
        simple(y, day, nobody, np.ones(len(y))),
        partitioned(parts, until, day, nobody, np.ones(len(y))),
        lin(parts, np.append(0.0, cuts + 1), np.full(len(y), 1461.0), nobody, np.ones(len(y))),
    ]

    assert [mean.mean for mean in found] == pytest.approx([y.mean()] * 3, rel=EXACT)
    assert [std_error(mean) for mean in found[:2]] == pytest.approx([y.std() / len(y) ** 0.5] * 2, rel=EXACT)
