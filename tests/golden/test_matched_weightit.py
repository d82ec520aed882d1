"""Weights, and errors that count how they were estimated, against R's WeightIt 2.0.0 on lalonde.

`matched_weightit.json` holds the calls and what lm_weightit told; the weights themselves are those of `lalonde_entries`.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from lalonde_entries import ENTRIES, SERVED, columns, weights

from evaluation.methods.matched.pool import Pool
from evaluation.methods.matched.weights import choose
from evaluation.terms import Matching

HERE = Path(__file__).parent
WEIGHTIT = json.loads((HERE / "matched_weightit.json").read_text(encoding="utf-8"))
R_GLM = 1e-7  # R's glm stops a step before the maximum: 3e-8 of a weight
SOLVERS = 1e-9  # both solvers stop when nothing but rounding is left: 2e-10 of a weight in WeightIt's average effect by CBPS
ERRORS = 1e-7  # WeightIt differentiates the equations numerically: 6e-9 of an error

TOLD = {
    "ipw_att": ("inverse_probability", "effect_on_the_served"),
    "ipw_ate": ("inverse_probability", "average_effect"),
    "overlap_ato": ("overlap", "effect_in_the_overlap"),
    "matching_weights_atm": ("matching_weights", "effect_on_the_matchable"),
    "ebal_att": ("entropy_balancing", "effect_on_the_served"),
    "ebal_att_m2": ("entropy_balancing", "effect_on_the_served"),
    "ebal_ate": ("entropy_balancing", "average_effect"),
    "cbps_att": ("covariate_balancing", "effect_on_the_served"),
    "cbps_ate": ("covariate_balancing", "average_effect"),
    "ipt_att": ("tilting", "effect_on_the_served"),
}


COLUMNS = ("age", "educ", "raceblack", "racehispan", "racewhite", "married", "nodegree", "re74", "re75")  # one race of three makes up the others


@pytest.fixture(scope="module")
def chosen():
    who = np.arange(len(SERVED))
    pool = Pool("here", who, SERVED, SERVED, who, np.zeros(len(who), dtype=int), False, columns(*COLUMNS))
    return {name: choose(pool, Matching(by=by, moments=2 if name.endswith("m2") else 1), estimand) for name, (by, estimand) in TOLD.items()}


@pytest.mark.parametrize("name", TOLD)
def test_weights_are_those_of_weightit_but_for_the_scale_of_an_arm(name, chosen):
    ours, theirs = chosen[name].weights, weights(name)
    tolerance = SOLVERS if name[:3] in ("eba", "cbp", "ipt") else R_GLM

    for arm, told in ((SERVED, "treated"), (~SERVED, "control")):
        assert ours[arm] / ours[arm].sum() == pytest.approx(theirs[arm] / theirs[arm].sum(), rel=tolerance)
        assert ours[arm].sum() ** 2 / (ours[arm] ** 2).sum() == pytest.approx(ENTRIES[name]["effective"][told], rel=tolerance)


@pytest.mark.parametrize("name", TOLD)
def test_effect_and_its_error_are_those_of_lm_weightit_without_a_small_sample_factor(name, chosen):
    w, learned, y = chosen[name].weights, chosen[name].learned, columns("re78")["re78"]
    share = np.where(SERVED, w / w[SERVED].sum(), -w / w[~SERVED].sum())
    mean = {arm: np.average(y[arm == SERVED], weights=w[arm == SERVED]) for arm in (True, False)}
    off = y - np.where(SERVED, mean[True], mean[False])
    given = share * off
    steepness = learned.slopes.T @ np.where(SERVED, off / w[SERVED].sum(), -off / w[~SERVED].sum())

    assert mean[True] - mean[False] == pytest.approx(WEIGHTIT[name]["est"], rel=ERRORS)
    assert (given**2).sum() ** 0.5 == pytest.approx(WEIGHTIT[name]["hc0"], rel=ERRORS)
    assert ((given + learned.influence @ steepness) ** 2).sum() ** 0.5 == pytest.approx(WEIGHTIT[name]["se"], rel=ERRORS)
