"""Jumps at a cut-off against R's rdrobust and rddensity (Calonico, Cattaneo, Titiunik; Jansson, Ma); `threshold_rd.json` holds the calls.

Both are GPL, and neither's source was opened: formulas are those of the papers.  What these leave open was settled by agreement with the
packages' numbers, from what is commonly known of how they behave: that the pilot counts distinct scores and holds ten of them where many
tie, that neighbours who tie are all taken, and that the squares of the jackknife are not centred.  The order of the steps to a bandwidth
(one for the third derivative, then b, then h, all with variances read within the pilot) and what is done with ties were settled so, by
comparing numbers: where they agree to nine digits below, that is what shows them right, and no more than that.  The bandwidth of a fuzzy jump is
not rdrobust's own by default but its `sharpbw`.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.methods.threshold.bandwidth import Bandwidths, optimal
from evaluation.methods.threshold.density import density_step
from evaluation.methods.threshold.robust import Jumps, jumps, two_sides

HERE = Path(__file__).parent
TOLD = json.loads((HERE / "threshold_rd.json").read_text(encoding="utf-8"))
POINT = 1e-9  # closed forms, written down with 15 digits
ERROR = 1e-6  # relative, of standard errors
PYTHON = 1e-6  # relative: bandwidths of rdrobust in Python, which differ from R's in the eighth digit
WIDTH = 1e-9  # relative: three closed forms, one on the other


def senate() -> tuple[np.ndarray, np.ndarray]:
    frame = pd.read_csv(HERE / "rdsenate.csv").dropna()
    return frame["margin"].to_numpy(), frame["vote"].to_numpy()


def take() -> np.ndarray:
    margin, _ = senate()
    row = np.arange(1, len(margin) + 1)
    return np.where(margin >= 0, row % 5 != 0, row % 11 == 0).astype(float)


def read(x: np.ndarray, y: np.ndarray, widths: Bandwidths | None = None, **how) -> tuple[Bandwidths, Jumps]:
    weight = np.ones(len(x))
    widths = widths or optimal(*two_sides(x, y[:, 0], weight), **how)
    return widths, jumps(x, y, weight, widths, **how)


def same(found: Jumps, told: dict) -> None:
    assert [found.line[0], found.corrected[0]] == pytest.approx(told["coef"][:2], abs=POINT)
    errors = [(part[:, 0] ** 2).sum() ** 0.5 for part in (found.of_line, found.of_corrected)]
    assert errors == pytest.approx([told["se"][0], told["se"][2]], rel=ERROR)


@pytest.mark.parametrize("shape", ["triangular", "uniform"])
def test_a_sharp_jump_and_its_bandwidths_are_those_of_rdrobust(shape: str) -> None:
    told, (margin, vote) = TOLD[f"sharp_{shape}"], senate()

    widths, found = read(margin, vote[:, None], shape=shape)

    assert [widths.h, widths.b] == pytest.approx([told["bws"][0][0], told["bws"][1][0]], rel=WIDTH)
    same(found, told)
    assert found.people == tuple(reversed(told["N_h"]))


def test_a_rank_gives_the_numbers_of_rdrobust_too_though_nothing_here_reads_one() -> None:
    told, (margin, vote) = TOLD["rank"], senate()
    order = np.argsort(-margin, kind="stable")
    rank = np.empty(len(margin))
    rank[order] = np.arange(1, len(margin) + 1)

    widths, found = read(-rank - told["cut"], vote[:, None])

    assert [widths.h, widths.b] == pytest.approx([told["bws"][0][0], told["bws"][1][0]], rel=WIDTH)
    same(found, told)


@pytest.mark.parametrize("case", ["fuzzy", "fuzzy_sharpbw"])
def test_a_fuzzy_jump_is_that_of_rdrobust_at_its_bandwidths(case: str) -> None:
    """rdrobust takes the bias of the ratio to first order about the ratio of the lines, and errors about the same point."""
    told, (margin, vote) = TOLD[case], senate()
    widths = Bandwidths(told["bws"][0][0], told["bws"][1][0])

    _, found = read(margin, np.column_stack([vote, take()]), widths)

    slope = np.array([1 / found.line[1], -found.line[0] / found.line[1] ** 2])
    line = found.line[0] / found.line[1]
    assert [line, line - slope @ (found.line - found.corrected)] == pytest.approx(told["coef"][:2], abs=POINT)
    errors = [((part @ slope) ** 2).sum() ** 0.5 for part in (found.of_line, found.of_corrected)]
    assert errors == pytest.approx([told["se"][0], told["se"][2]], rel=ERROR)
    assert found.corrected[0] / found.corrected[1] == pytest.approx(told["coef"][1], rel=1e-3)  # the ratio that an answer here tells


def test_a_fuzzy_jump_is_read_as_far_as_its_outcome_is() -> None:
    told, (margin, vote) = TOLD["fuzzy_sharpbw"], senate()
    widths, _ = read(margin, np.column_stack([vote, take()]))
    assert [widths.h, widths.b] == pytest.approx([told["bws"][0][0], told["bws"][1][0]], rel=PYTHON)


def test_whole_points_that_many_share_are_read_as_rdrobust_reads_them() -> None:
    told, (margin, vote) = TOLD["whole_points"], senate()

    widths, _ = read(np.round(margin / 4), vote[:, None])

    assert [widths.h, widths.b] == pytest.approx([told["bws"][0][0], told["bws"][1][0]], rel=PYTHON)
    same(read(np.round(margin / 4), vote[:, None], Bandwidths(told["bws"][0][0], told["bws"][1][0]))[1], told)


def test_bandwidths_that_are_given_are_kept() -> None:
    told, (margin, vote) = TOLD["fixed"], senate()
    same(read(margin, vote[:, None], Bandwidths(10, 10))[1], told)


def test_a_step_of_the_density_is_that_of_rddensity_at_its_bandwidths() -> None:
    told, (margin, _) = TOLD["density"], senate()

    found = density_step(margin, (told["h"]["left"], told["h"]["right"]))

    assert found.statistic == pytest.approx(told["T_jk"], abs=1e-9)
    assert found.p_value == pytest.approx(told["p_jk"], abs=1e-9)
    assert abs(density_step(margin).statistic - told["T_jk"]) < 0.5  # the rule of thumb looks about as far
