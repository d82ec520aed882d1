"""Systematic error and calibrated ranges, against R's EmpiricalCalibration on the two data sets that it ships."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evaluation.challenges.calibration import (
    ErrorModel,
    Null,
    calibrated_interval,
    calibrated_p,
    error_model,
    expected_absolute_error,
    fit_null,
    predicted,
)

R = json.loads((Path(__file__).parent / "calibration.json").read_text(encoding="utf-8"))
SETS = pytest.mark.parametrize("data", [R["sccs"], R["caseControl"]], ids=["sccs", "caseControl"])

SAME = 1e-12  # the same sums in another order
STOPPED = 2e-4  # R's optimiser stops on a flat top: what it calls the mean and the sd is off by so much, and a test shows that ours is likelier


def log_likelihood(mean: float, sd: float, effects: np.ndarray, errors: np.ndarray) -> float:
    total = sd**2 + errors**2
    return float(-0.5 * np.sum(np.log(total) + (effects - mean) ** 2 / total))


@SETS
def test_the_null_is_the_packages_up_to_where_its_optimiser_stopped(data: dict) -> None:
    effects, errors = (np.array(data["negative"][word]) for word in ("logRr", "seLogRr"))
    null = fit_null(effects, errors)

    assert null.mean == pytest.approx(data["null"]["mean"], abs=STOPPED)
    assert null.sd == pytest.approx(data["null"]["sd"], abs=STOPPED)
    assert log_likelihood(null.mean, null.sd, effects, errors) >= log_likelihood(data["null"]["mean"], data["null"]["sd"], effects, errors)


@SETS
def test_what_follows_from_the_packages_null_is_the_packages(data: dict) -> None:
    null, effect, error = Null(**data["null"]), data["positive"]["logRr"], data["positive"]["seLogRr"]
    there = data["calibratedCi"]

    assert calibrated_p(null, effect, error) == pytest.approx(data["calibratedP"], abs=SAME)
    assert calibrated_p(Null(0.0, 0.0), effect, error) == pytest.approx(data["plainP"], abs=SAME)
    assert expected_absolute_error(null) == pytest.approx(data["ease"], abs=SAME)
    assert calibrated_interval(error_model(null), effect, error) == pytest.approx((there["logRr"], there["logLb95Rr"], there["logUb95Rr"]), abs=SAME)


def test_where_error_grows_with_the_effect_each_limit_is_where_what_was_seen_is_a_limit() -> None:
    model = ErrorModel(0.1, 0.9, 0.05, 0.2)
    middle, low, high = calibrated_interval(model, 0.7, 0.1)

    assert middle == pytest.approx((0.7 - 0.1) / 0.9, abs=SAME)
    for true, times in ((low, 1.959963984540054), (high, -1.959963984540054)):
        spread = np.hypot(0.05 + 0.2 * abs(true), 0.1)
        assert 0.1 + 0.9 * true + times * spread == pytest.approx(0.7, abs=1e-10)


def test_with_a_thousand_controls_our_range_is_the_plug_ins() -> None:
    draws = np.random.default_rng(0)
    errors = np.exp(draws.normal(0, 0.3, 1_000))
    effects = 0.4 + 0.8 * draws.normal(size=1_000) + errors * draws.normal(size=1_000)
    ours = predicted(effects, np.diag(errors**2), 1.0, 0.5)

    assert (ours.effect, ours.low, ours.high) == pytest.approx(calibrated_interval(error_model(fit_null(effects, errors)), 1.0, 0.5), abs=0.02)
