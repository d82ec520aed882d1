"""Anderson-Rubin sets against a grid of effects, and intervals that are honest about how a mean may bend."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from evaluation.methods.threshold.anderson_rubin import TwoJumps, anderson_rubin, led, p_value
from evaluation.methods.threshold.bandwidth import Bandwidths
from evaluation.methods.threshold.honest import bend, bias_aware, reach, worst_bias
from evaluation.methods.threshold.robust import pulls

GRID = np.linspace(-60, 60, 4_801)
CASES = {
    "between": TwoJumps(-5.0, 0.7, 2.0, 0.01, 0.004),
    "outside": TwoJumps(-5.0, 0.05, 2.0, 0.01, 0.004),
    "every": TwoJumps(-1.0, 0.05, 2.0, 0.01, 0.004),
}


@pytest.mark.parametrize("shape", CASES)
def test_the_set_holds_the_effects_that_a_test_at_each_of_them_does_not_reject(shape: str) -> None:
    jumps = CASES[shape]
    rejected = (jumps.outcome - GRID * jumps.take_up) ** 2 > norm.ppf(0.975) ** 2 * np.array([jumps.at(tau) for tau in GRID])

    found = anderson_rubin(jumps)

    assert found.shape == shape
    assert [found.holds(tau) for tau in GRID] == (~rejected).tolist()
    assert found.holds(jumps.ratio)


def test_a_set_without_ends_is_no_interval_and_says_what_it_rules_out() -> None:
    split, nothing = led(CASES["outside"], "t"), led(CASES["every"], "t")
    assert not split.interval.given and "only effects between" in split.interval.by and p_value(CASES["outside"]) < 0.05
    assert split.p_value >= 0.05 and not split.interval.excludes(0.0)  # an interval without ends leaves nothing out
    assert not nothing.interval.given and "any effect" in nothing.interval.by and nothing.p_value >= 0.05
    assert split.std_error == nothing.std_error == np.inf


def test_no_effect_lies_outside_the_set_exactly_where_the_outcome_jumps() -> None:
    for jumps in CASES.values():
        assert anderson_rubin(jumps).holds(0.0) == (p_value(jumps) >= 0.05)


def test_the_t_interval_leads_only_where_the_first_stage_is_overwhelming() -> None:
    weak, strong = CASES["between"], TwoJumps(-5.0, 0.7, 2.0, 0.001, 0.0001)
    assert weak.strength == pytest.approx(122.5) and led(weak, "t").interval.by == "t"
    assert led(TwoJumps(-5.0, 0.7, 2.0, 0.01, 0.005), "t").interval.by == "Anderson-Rubin"  # F = 98
    one, other = led(strong, "t").interval, anderson_rubin(strong)
    assert [one.low, one.high] == pytest.approx([other.low, other.high], abs=0.1)


def test_the_worst_bias_is_reached_by_the_parabola_of_the_sharpest_bend() -> None:
    x = np.concatenate([np.arange(-12.0, 0), np.arange(0.0, 13)])
    line = pulls(x, np.ones(len(x)), Bandwidths(9, 9)).line
    most = 0.3
    rng = np.random.default_rng(0)

    worst = worst_bias(x, line, most)

    parabola = np.where(x < 0, 1, -1) * most / 2 * x**2
    assert abs(line @ parabola) == pytest.approx(worst, rel=1e-12)
    knots = rng.uniform(0, 12, (200, 4))
    for own in knots:  # whatever else bends no more is told less wrongly
        bends = rng.choice([-most, most], (2, 4)) / 4
        curve = sum(
            bends[int(side)][k] * np.maximum(np.abs(x) - knot, 0) ** 2 / 2 * ((x >= 0) == side) for side in (0, 1) for k, knot in enumerate(own)
        )
        assert abs(line @ curve) <= worst + 1e-12


def test_the_bend_of_a_curve_that_is_known() -> None:
    x = np.linspace(-3, 3, 61)
    y = np.where(x < 0, 2 * x**2, 0.5 * x**3)
    assert bend(x, y, np.ones(61)) == pytest.approx(9.0, rel=1e-6)  # 3 x at 3, against 4 on the other side


@pytest.mark.parametrize("bias", [0.0, 0.5, 2.0, 30.0])
def test_half_the_width_is_the_quantile_of_an_estimate_that_is_off_by_so_much(bias: float) -> None:
    half = reach(1.0, bias)
    assert norm.cdf(half - bias) - norm.cdf(-half - bias) == pytest.approx(0.95, abs=1e-9)


def test_without_bias_the_honest_set_of_compliers_is_that_of_anderson_and_rubin_and_grows_with_it() -> None:
    jumps = CASES["between"]
    plain = anderson_rubin(jumps)
    assert bias_aware(jumps, (0.0, 0.0)) == pytest.approx((plain.low, plain.high), rel=1e-6)
    low, high = bias_aware(jumps, (0.5, 0.02))
    assert low < plain.low and plain.high < high
    assert bias_aware(CASES["outside"], (0.0, 0.0)) == (-np.inf, np.inf)
