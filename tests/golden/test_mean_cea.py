"""What one more unit costs, held against R: Fieller's limits exactly, and a cost and a mean time that were both cut short (ccostr's hcost)."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.methods.mean import acceptability, fieller
from evaluation.methods.mean.leaving import Leaving, rate
from evaluation.methods.mean.means import Mean, Standing
from evaluation.methods.mean.pairs import Effect, Pair, drawn, paired
from evaluation.methods.mean.reading import Reading
from evaluation.methods.survival.curves import curve, influence
from evaluation.methods.survival.restricted import time_free
from evaluation.methods.survival.times import Times
from evaluation.terms import Arm, Interval

HERE = Path(__file__).parent
GOLDEN = json.loads((HERE / "mean_cea.json").read_text())
CEA = GOLDEN["cea_hcost"]["value"]
R_Z = 1.96  # the script's critical value, of two decimals
EXACT = 1e-9  # relative: arithmetic of doubles
CLOSED = 1e-6  # relative: sums of 160 people, and R's numbers of 15 digits
DRAWN = 0.25  # relative, of variances: 400 resamples of 160 people have an error of 7 %, and what rows add is the linear part alone
TAU = 1461.0


def hcost() -> pd.DataFrame:
    return pd.read_csv(HERE / "hcost_people.csv")


def bang_tsiatis(y: np.ndarray, stop: np.ndarray, lost: np.ndarray) -> Mean:
    """As the script has it: over everybody, and whoever dies on a day on which somebody is lost is still at risk of being lost on it.

    The room has neither: it divides by what those followed stand for, and takes a death to come before a loss of its day.
    """
    model = Leaving((rate(np.empty((len(y), 0)), stop, lost, np.ones(len(y))),))
    stands = np.where(lost, 0.0, np.exp(model.spent(stop)))[:, None]
    standing = Standing(Reading(y, y[:, None], stop[:, None], stop, np.where(lost, "lost", ""), lost), model, stands, 1.0)
    return Mean(float(stands[:, 0] @ y) / len(y), standing.total(y).influence)


def told(cost: bool) -> Effect:
    """The effect on cost (Bang and Tsiatis, K before the day) or on days alive to day 1,461, with what each person adds to its error."""
    people = hcost()
    means, parts = [], np.zeros(len(people))
    for arm, sign in ((1, 1.0), (0, -1.0)):
        there = (people["trt"] == arm).to_numpy()
        own = people[there]
        stop, died = np.minimum(own["surv"], TAU).to_numpy(), ((own["surv"] < TAU) & (own["delta"] == 1)).to_numpy()
        if cost:
            found = bang_tsiatis(own["cost_1461"].to_numpy(), stop, (stop < TAU) & ~died)
            means.append(found.mean)
            parts[there] = sign * found.influence
        else:
            times = Times(stop, died.astype(int))
            means.append(time_free(curve(times), TAU))
            parts[there] = sign * influence(curve(times), times, "time_free", TAU)[:, 0]
    effect, error = means[0] - means[1], float((parts @ parts) ** 0.5)
    arms = [Arm(int((people["trt"] == arm).sum()), None, mean, 80) for arm, mean in zip((1, 0), means, strict=True)]
    limits = Interval(effect - R_Z * error, effect + R_Z * error, "linearised")
    return Effect(*arms, effect, error, limits, parts, np.arange(len(people)), (people["trt"] == 1).to_numpy())


def golden_pair() -> Pair:
    (cost, cov), (_, gain) = CEA["cov"]
    return Pair(CEA["dcost"], CEA["deff"], cost, gain, cov)


def test_fieller_limits_of_the_worked_example_are_r_s():
    found = fieller.limits(Pair(500.0, 20.0, 200.0**2, 25.0, 0.3 * 200 * 5), t=R_Z)

    assert found.shape == "between"
    assert [found.low, found.high] == pytest.approx(GOLDEN["fieller_demo"]["value"]["ci"], rel=EXACT)


def test_fieller_limits_from_r_s_covariance_are_r_s():
    found = fieller.limits(golden_pair(), t=R_Z)

    assert [found.low, found.high] == pytest.approx(CEA["fieller"], rel=CLOSED)


def test_net_benefit_by_what_a_day_is_worth_is_r_s():
    found = [acceptability.net_benefit(golden_pair(), worth)[0] for worth in CEA["lambda"]]

    assert found == pytest.approx(CEA["nmb"], rel=EXACT)


def test_cost_and_days_alive_are_r_s_to_the_last_digits():
    pair = paired(told(True), told(False), "more")

    assert pair.gain == pytest.approx(CEA["deff"], rel=CLOSED)
    assert pair.cost == pytest.approx(CEA["dcost"], rel=CLOSED)
    assert pair.cost / pair.gain == pytest.approx(CEA["icer"], rel=CLOSED)


def test_what_people_add_to_both_errors_gives_r_s_bootstrap_covariance_closely():
    pair = paired(told(True), told(False), "more")
    (cost, cov), (_, gain) = CEA["cov"]

    assert pair.var_gain == pytest.approx(gain, rel=DRAWN)
    assert pair.var_cost == pytest.approx(cost, rel=DRAWN)
    assert abs(pair.cov / (pair.var_cost * pair.var_gain) ** 0.5 - cov / (cost * gain) ** 0.5) < 3 / 400**0.5


def test_the_acceptability_curve_of_people_drawn_again_runs_beside_r_s():
    again = drawn(told(True), told(False), "more")

    for worth, wanted in zip(CEA["lambda"], CEA["ceac"], strict=True):
        error = 3 * (max(wanted * (1 - wanted), 0.01) / 400) ** 0.5
        assert acceptability.chance(again, worth) == pytest.approx(wanted, abs=error + 0.05)
