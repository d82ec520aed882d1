"""The Rossi experiment by hand: 432 men released from prison, half of them offered financial aid by lot, arrests within 52 weeks.

offered     48 of 216 arrested     R1 = 0.222222
withheld    66 of 216 arrested     R0 = 0.305556      R1 - R0 = -18/216 = -0.083333
Wald        sqrt(R1 (1 - R1) / 216 + R0 (1 - R0) / 216) = sqrt(0.00080018 + 0.00098237) = 0.042220
HC2         the same over 215:     sqrt(0.00080390 + 0.00098694) = 0.042318
degrees     (0.00080390 + 0.00098694)^2 / ((0.00080390^2 + 0.00098694^2) / 215) = 425.5;  t(0.975) = 1.96555
interval    -0.083333 -/+ 1.96555 x 0.042318 = -0.166512 to -0.000154
"""

import numpy as np
import pytest
from lifelines.datasets import load_rossi
from scipy.stats import norm

from evaluation.methods import METHODS
from evaluation.outcomes import OUTCOMES, FrameRuler
from evaluation.terms import Cohort, Horizon, Inference, Question

ROUNDED = 5e-7  # the numbers above carry six decimals
GRID = 2e-4  # the slow search below walks delta in steps of 1e-4
HISTORY = ("age", "prio", "wexp", "mar", "race", "paro")


@pytest.fixture(scope="module")
def rossi():
    frame = load_rossi()
    n = len(frame)
    cohort = Cohort(
        name="main",
        unit="person",
        table="",
        start_id=np.arange(1, n + 1),
        person=np.arange(n),
        served=frame["fin"].to_numpy() == 1,
        history={name: frame[name].to_numpy(dtype=float) for name in HISTORY},
        ledger=(),
        by="lot",
    )
    ruler = FrameRuler(OUTCOMES["recidivism/arrest"], Horizon(days=364), frame["arrest"].to_numpy(dtype=float), np.full(n, 364))
    return cohort, ruler


def answered(rossi, by="robust"):
    cohort, ruler = rossi
    question = Question("recidivism/arrest", Horizon(days=364), "randomized", -0.05, inference=Inference(by))
    method = METHODS["randomized"]
    comparison = method.compare(cohort, question)
    return comparison, method.estimate(cohort, comparison, ruler, question)


def test_the_effect_and_its_interval_are_those_worked_out_by_hand(rossi):
    _, estimate = answered(rossi)

    assert (estimate.served.events, estimate.served.people, estimate.compared.events, estimate.compared.people) == (48, 216, 66, 216)
    assert estimate.effect == pytest.approx(-18 / 216)
    assert estimate.std_error == pytest.approx(0.042318, abs=ROUNDED)
    assert estimate.interval.low == pytest.approx(-0.166512, abs=ROUNDED)
    assert estimate.interval.high == pytest.approx(-0.000154, abs=ROUNDED)


def test_the_score_interval_beside_is_that_of_a_search_without_algebra(rossi):
    score = answered(rossi)[1].beside[0]
    R0 = np.linspace(0.21, 0.45, 6_001)

    def z(delta):
        """The likeliest R0 on a fine grid stands in for the root of the cubic."""
        R1 = R0 + delta
        likeliest = R0[np.argmax(48 * np.log(R1) + 168 * np.log(1 - R1) + 66 * np.log(R0) + 150 * np.log(1 - R0))]
        other = likeliest + delta
        variance = (other * (1 - other) / 216 + likeliest * (1 - likeliest) / 216) * 432 / 431
        return (-18 / 216 - delta) / variance**0.5

    kept = [delta for delta in np.arange(-0.2, 0.03, 1e-4) if abs(z(delta)) <= norm.ppf(0.975)]
    assert score.by == "Miettinen-Nurminen score"
    assert (score.low, score.high) == pytest.approx((kept[0], kept[-1]), abs=GRID)


def test_the_hybrid_interval_beside_is_that_of_two_wilson_intervals(rossi):
    hybrid = answered(rossi)[1].beside[1]

    # Wilson limits of 48/216 and of 66/216, the roots of (p - R)^2 = 1.959964^2 R (1 - R) / 216
    (l1, u1), (l0, u0) = (sorted(np.roots([1 + 3.841459 / 216, -(2 * p + 3.841459 / 216), p * p])) for p in (48 / 216, 66 / 216))
    low = -18 / 216 - np.hypot(48 / 216 - l1, u0 - 66 / 216)
    high = -18 / 216 + np.hypot(u1 - 48 / 216, 66 / 216 - l0)
    assert (hybrid.low, hybrid.high) == pytest.approx((low, high), abs=ROUNDED)


def test_the_exact_interval_takes_in_no_effect_where_the_others_just_do_not(rossi):
    _, estimate = answered(rossi, by="exact")

    assert estimate.interval.low < -0.1665 and 0 < estimate.interval.high < 0.001
    assert 0.05 < estimate.p_value < 0.053


def test_the_lot_looks_like_a_lot(rossi):
    comparison, _ = answered(rossi)

    omnibus = next(d for d in comparison.diagnostics if d.name == "lot_looks_like_a_lot")
    assert omnibus.holds and 0.05 < omnibus.value < 1
    assert set(omnibus.detail) == set(HISTORY)
