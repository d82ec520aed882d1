"""Honest bounds and the drift that a test before adoption misses, against R's HonestDiD, did and pretrends.

`did_honest.json` holds what R gave, with the calls: event studies of mpdta and castle, and the data that HonestDiD ships.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from evaluation.methods.honest_bounds import relative_magnitudes, smoothness
from evaluation.methods.pretrends import slope_detected

R = json.loads((Path(__file__).parent / "did_honest.json").read_text(encoding="utf-8"))

ENDS = 0.01  # of R's width: its grid of 1,000 points over 40 standard errors, and 1,000 draws behind its critical values
WIDTH = 0.0015  # relative, of intervals of fixed length: R draws the folded normal, and searches over 100 variances
SLOPE = 1e-3  # relative: R integrates the normal to three digits, and rounds the critical value to 1.96
EXACT = 1e-12  # the naive interval

GRID = 40 / 999  # standard errors from one point of R's grid to the next
EDGE = 20  # standard errors: where R's grid ends

CASES = [(name, which) for name, study in R["studies"].items() for which in ("first", "avg") if which in study]
Asked = tuple[np.ndarray, np.ndarray, range, range, np.ndarray]


def asked(name: str, which: str) -> Asked:
    """Coefficients, covariance, times before and after, and weights, as R was asked."""
    study = R["studies"][name]
    before, after = study["npre"], study["npost"]
    weights = np.eye(after)[0] if which == "first" else np.full(after, 1 / after)
    return np.array(study["beta"]), np.array(study["V"]), range(-before - 1, -1), range(after), weights


def error(case: Asked) -> float:
    """The standard error of the effect asked about."""
    _, V, _, after, weights = case
    return float(weights @ V[-len(after) :, -len(after) :] @ weights) ** 0.5


@pytest.mark.parametrize(("name", "which"), CASES)
def test_relative_magnitudes_are_those_of_the_conditional_test_with_a_least_favourable_stage(name: str, which: str) -> None:
    case = asked(name, which)
    edge, compared = EDGE * error(case), 0

    for Mbar, low, high in R["studies"][name][which]["rm"]:
        found = relative_magnitudes(*case, Mbar)
        for ours, theirs, outwards in ((found.low, low, -1), (found.high, high, 1)):
            if abs(theirs) > edge * (1 - 1e-9):  # R's grid ended before the interval did
                assert outwards * (ours - theirs) > 0
            else:
                assert ours == pytest.approx(theirs, abs=ENDS * (high - low))
                compared += 1

    assert compared >= 6


@pytest.mark.parametrize(("name", "which"), CASES)
def test_relative_magnitudes_reach_beyond_the_last_grid_point_that_r_kept_by_less_than_one_and_its_noise(name: str, which: str) -> None:
    case = asked(name, which)
    step = GRID * error(case)

    for Mbar, low, high in R["studies"][name][which]["rm"]:
        found, noise = relative_magnitudes(*case, Mbar), 0.003 * (high - low)
        if max(abs(low), abs(high)) < EDGE * error(case) * (1 - 1e-9):
            assert -noise < low - found.low < step + noise
            assert -noise < found.high - high < step + noise


@pytest.mark.parametrize(("name", "which"), CASES)
def test_smoothness_is_the_interval_of_fixed_length(name: str, which: str) -> None:
    for M, low, high in R["studies"][name][which]["sd"]:
        found = smoothness(*asked(name, which), M)

        assert (found.low, found.high) == pytest.approx((low, high), abs=ENDS * (high - low))
        assert found.high - found.low == pytest.approx(high - low, rel=WIDTH)


@pytest.mark.parametrize(("name", "which"), [case for case in CASES if "orig" in R["studies"][case[0]][case[1]]])
def test_no_drift_at_all_leaves_the_interval_as_it_was(name: str, which: str) -> None:
    found = relative_magnitudes(*asked(name, which), 0.0)

    assert (found.low, found.high) == pytest.approx(R["studies"][name][which]["orig"], abs=EXACT)


@pytest.mark.parametrize(("power", "slope"), R["slope"])
def test_the_slope_found_in_some_period_is_that_of_pretrends(power: float, slope: float) -> None:
    _, V, before, _, _ = asked("mpdta", "first")

    assert slope_detected(V[:2, :2], before, power, rule="any") == pytest.approx(slope, rel=SLOPE)
