"""How strong something unrecorded would have to be, against R's rbounds, sensitivitymv, EValue and sensemakr on lalonde.

`matched_sensitivity.json` holds what R gave, with the calls; pairs are those of MatchIt's nearest neighbours by the score, with
its usual words and with a caliper of .2.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.diagnostics.evalues import e_values, of_difference, of_hazards, of_odds
from evaluation.diagnostics.omitted import Moments
from evaluation.diagnostics.rosenbaum import hodges_lehmann, huber_m, mcnemar, signed_ranks

HERE = Path(__file__).parent
R = json.loads((HERE / "matched_sensitivity.json").read_text(encoding="utf-8"))
LALONDE = pd.read_csv(HERE / "lalonde.csv")
EARNED = LALONDE["re78"].to_numpy()

SAME = 1e-12  # the same sums in another order
PRINTED = 6e-6  # rbounds prints five decimals
REGRESSED = 1e-9  # relative: R's QR and our cross-products
STEP = 0.1  # hlsens moves the shift in steps of .1 until its statistic passes what is expected


def pairs(which: str) -> np.ndarray:
    """(S, 2) what the served and the compared of each pair earned."""
    return EARNED[np.array(R[which]) - 1]


@pytest.mark.parametrize(("which", "bounds"), [("pairs", "signed_rank"), ("pairs_within_caliper", "signed_rank_within_caliper")])
def test_bounds_on_the_signed_rank_test_are_those_of_rosenbaum(which: str, bounds: str) -> None:
    apart = np.subtract(*pairs(which).T)

    for gamma, low, high in R[bounds]:
        assert signed_ranks(apart)(gamma) == pytest.approx((low, high), abs=SAME)


def test_zero_differences_are_dropped_from_the_signed_ranks() -> None:
    apart = np.subtract(*pairs("pairs").T)

    assert len(apart) == 185 and (apart != 0).sum() == 175
    assert signed_ranks(apart)(1.25) == signed_ranks(apart[apart != 0])(1.25)


@pytest.mark.parametrize(("gamma", "low", "high"), [each for each in R["hodges_lehmann"] if each[0] in (1.25, 1.75)])
def test_bounds_on_the_shift_are_those_of_hlsens_within_its_step(gamma: float, low: float, high: float) -> None:
    assert hodges_lehmann(np.subtract(*pairs("pairs").T), gamma) == pytest.approx((low, high), abs=STEP)


@pytest.mark.parametrize(("gamma", "low", "high"), [each for each in R["hodges_lehmann"] if each[0] in (1.5, 2)])
def test_where_a_whole_stretch_of_shifts_solves_the_equation_hlsens_stands_on_its_edge_and_we_in_its_middle(
    gamma: float, low: float, high: float
) -> None:
    apart = np.subtract(*pairs("pairs").T)
    walsh = (apart[:, None] + apart)[np.triu_indices(len(apart))] / 2

    for share, ours, theirs in zip((gamma / (1 + gamma), 1 / (1 + gamma)), hodges_lehmann(apart, gamma), (low, high), strict=True):
        expected = share * len(walsh)
        assert expected == pytest.approx(round(expected), abs=1e-6)
        stretch = np.sort(walsh)[::-1][round(expected) : round(expected) - 2 : -1]  # the means between which as many lie above as expected
        assert ours == pytest.approx(stretch.mean(), rel=1e-9)
        assert stretch[0] - STEP <= theirs <= stretch[1] + STEP


def test_bounds_on_the_events_count_what_was_seen_itself_which_rbounds_leaves_out() -> None:
    employed = (pairs("pairs") > 0).astype(float)
    alone = [int((employed[:, one] > employed[:, 1 - one]).sum()) for one in (0, 1)]
    assert alone == [37, 35]

    one_more = np.array([[1.0, 0.0]] * 38 + [[0.0, 1.0]] * 34)
    for gamma, low, high in R["mcnemar"]:
        assert mcnemar([one_more])(gamma) == pytest.approx((low, high), abs=PRINTED)  # what is more extreme than 37 of 72
        assert all(ours > theirs for ours, theirs in zip(mcnemar([employed])(gamma), (low, high), strict=True))


def test_bounds_on_hubers_m_are_those_of_senmv() -> None:
    for gamma, high in R["huber_m_within_caliper"]:
        assert huber_m([pairs("pairs_within_caliper")])(gamma)[1] == pytest.approx(high, abs=SAME)


def test_e_values_are_those_of_the_package_by_its_authors() -> None:
    asked = {
        "rr_3.9": (3.9, 1.8, 8.7),
        "rr_0.8": (0.8, 0.7, 0.92),
        "rr_null_ci": (1.2, 0.95, 1.5),
        "or_common_1.86": tuple(map(of_odds, (1.86, 1.2, 2.9))),
        "hr_common_0.56": tuple(map(of_hazards, (0.56, 0.46, 0.69))),
        "smd_0.42_se_0.14": of_difference(0.42, 0.14),
    }

    assert set(asked) == set(R["e_values"])
    for name, (ratio, low, high) in asked.items():
        *between, point, limit = R["e_values"][name]
        assert (ratio, low, high) == pytest.approx(between, abs=SAME)
        assert e_values(ratio, low, high) == pytest.approx((point, limit), abs=SAME)


@pytest.fixture(scope="module")
def moments() -> Moments:
    columns = {name: LALONDE[name].to_numpy(dtype=float) for name in ("age", "educ", "married", "nodegree", "re74", "re75")}
    columns |= {race: (LALONDE["race"] == race).to_numpy(dtype=float) for race in ("black", "hispan")}
    return Moments.of(EARNED, LALONDE["treat"].to_numpy() == 1, columns, np.ones(len(LALONDE)))


def test_the_robustness_value_is_that_of_sensemakr(moments: Moments) -> None:
    found, there = moments.adjusted, R["omitted"]["stats"]

    assert (found.effect, found.std_error, found.df) == pytest.approx((there["estimate"], there["se"], there["dof"]), rel=REGRESSED)
    assert found.partial_r2 == pytest.approx(there["r2yd.x"], rel=REGRESSED)
    assert found.robustness() == pytest.approx(there["rv_q"], rel=REGRESSED)
    assert found.robustness(size=0.05) == pytest.approx(there["rv_qa"], rel=1e-8)  # a small difference of two large numbers


def test_benchmarks_are_those_of_sensemakr(moments: Moments) -> None:
    for times, there in enumerate(R["omitted"]["bounds"], start=1):
        found = moments.benchmarks(times)["re74"]
        assert (found.r2_served, found.r2_outcome) == pytest.approx((there["r2dz.x"], there["r2yz.dx"]), rel=REGRESSED)
        assert found.adjusted.effect == pytest.approx(there["adjusted_estimate"], rel=REGRESSED)
        assert found.adjusted.std_error == pytest.approx(there["adjusted_se"], rel=REGRESSED)
