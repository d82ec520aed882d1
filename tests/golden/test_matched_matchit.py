"""Scores, effects, balance and standard errors of matches against R's MatchIt 4.7.2 and sandwich on lalonde.

`lalonde.csv` holds the National Supported Work data of Dehejia and Wahba (1999), in the order in which MatchIt has them;
`matched_lalonde.json` what R gave: scores, strata, pairs, balance and standard errors.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.diagnostics import balance_after_matching, balance_before_matching, variances_after_matching
from evaluation.diagnostics.likeness import filled
from evaluation.methods.clustering import two_way
from evaluation.methods.matched import compare, estimate, gathering
from evaluation.methods.matched.gathering import gather
from evaluation.methods.matched.nearest import choose
from evaluation.methods.matched.propensity import estimated
from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.ruler import FrameRuler
from evaluation.terms import Cohort, Comparison, Estimand, Horizon, Matching, Question

HERE = Path(__file__).parent
MATCHIT = json.loads((HERE / "matched_lalonde.json").read_text(encoding="utf-8"))
N = len(MATCHIT["ps"])
SERVED = np.arange(N) < 185
PAIRED = list(MATCHIT["matches"])
SAME_SUMS = 1e-9  # relative: the same sums in another order
R_PRINTS = 1e-9  # R wrote 15 significant digits
R_GLM = 1e-7  # R's glm stops when the deviance changes by 1e-8 of itself, a step before the maximum; on a coefficient of a standardised column


@pytest.fixture(scope="module")
def golden():
    return MATCHIT["r"]


@pytest.fixture(scope="module")
def lalonde():
    frame = pd.read_csv(HERE / "lalonde.csv")
    for race in ("black", "hispan", "white"):
        frame[f"race{race}"] = (frame.race == race).astype(float)
    assert (frame.treat.to_numpy() == SERVED).all()
    return frame


COLUMNS = ("age", "educ", "racehispan", "racewhite", "married", "nodegree", "re74", "re75")
DAYS = Horizon(days=365)


def cohort_of(frame: pd.DataFrame, columns=COLUMNS, strata=None) -> Cohort:
    history = {name: frame[name].to_numpy(dtype=float) for name in columns}
    who = np.arange(N)
    return Cohort("lalonde", "person", "", who + 1, who, SERVED, history, (), "offer", strata=strata)


def question(**words) -> Question:
    return Question("frame/re78", DAYS, "matched", 500.0, estimand="effect_on_the_served", compare=Matching(**words))


def ruler_of(frame: pd.DataFrame) -> FrameRuler:
    outcome = replace(next(one for one in OUTCOMES.values() if one.kind == "amount"), unit="dollars", from_day=0)
    return FrameRuler(outcome, DAYS, frame.re78.to_numpy(dtype=float), np.full(N, 365))


def comparison_of(name: str) -> Comparison:
    """MatchIt's own match as a Comparison."""
    sets, weights = np.full(N, -1), np.zeros(N)
    for number, (served, *compared) in enumerate(MATCHIT["matches"][name]["rows"]):
        rows = [served - 1, *(one - 1 for one in compared)]
        sets[rows], weights[rows[0]], weights[rows[1:]] = number, 1.0, 1 / len(compared)
    estimand = Estimand("effect_on_the_served", "", "those served", "offered, against not offered")
    return Comparison(estimand, sets >= 0, weights, sets=sets, score=np.array(MATCHIT["linear"]))


def test_the_score_is_that_of_glm(lalonde):
    score = estimated(cohort_of(lalonde).history, SERVED, "here")
    slopes = {name: slope / lalonde[name].std(ddof=0) for name, slope in score.coefficients.items()}

    assert slopes == {name: pytest.approx(MATCHIT["coef"][name], rel=R_GLM) for name in COLUMNS}
    assert score.linear == pytest.approx(np.array(MATCHIT["linear"]), abs=R_GLM)


def test_where_people_have_equal_scores_a_draw_decides_and_every_gap_is_that_of_matchit(lalonde):
    linear = np.array(MATCHIT["linear"])
    pool = gather(cohort_of(lalonde), question(), Matching(), "here").pool
    theirs = replace(pool, line=linear[pool.rows], calipers=(replace(pool.calipers[0], values=linear[pool.rows]),))
    chosen = choose(theirs, Matching(), "effect_on_the_served")
    sets = np.full(N, -1)
    sets[pool.rows] = chosen.sets

    def gaps(sets):
        there = {arm: linear[(sets >= 0) & arm_rows][np.argsort(sets[(sets >= 0) & arm_rows])] for arm, arm_rows in ((1, SERVED), (0, ~SERVED))}
        return np.sort(there[1] - there[0])

    assert len(np.unique(linear[~SERVED])) < (~SERVED).sum()  # else the draw would decide nothing
    assert (gaps(sets) == gaps(comparison_of("nn_logit_cal02").sets)).all()


@pytest.mark.parametrize("name", PAIRED)
def test_effect_and_pair_clustered_error_are_those_of_lm_and_vcovcl(name, golden, lalonde):
    theirs = golden[name]["effect"]["lm_unadj"]
    ours = estimate(cohort_of(lalonde), comparison_of(name), ruler_of(lalonde), question())

    assert ours.effect == pytest.approx(theirs["est"], rel=SAME_SUMS)
    assert ours.std_error == pytest.approx(theirs["se_cl_hc1"], rel=SAME_SUMS)  # each person stands once: two ways are one
    assert ours.interval.by == "two-way cluster-robust by set and person"


def test_both_doors_together_are_matchit_on_the_logit_where_ties_go_by_the_order_of_rows(golden, lalonde, monkeypatch):
    monkeypatch.setattr(gathering, "drawn_order", np.arange)
    theirs, asking = golden["nn_logit_cal02"]["effect"]["lm_unadj"], question()
    compared = compare(cohort_of(lalonde), asking)
    ours = estimate(cohort_of(lalonde), compared, ruler_of(lalonde), asking)

    assert (compared.sets == comparison_of("nn_logit_cal02").sets).all()
    assert compared.estimand.population == "the 117 of 185 offered the programme who could be matched"
    assert (ours.effect, ours.std_error) == pytest.approx((theirs["est"], theirs["se_cl_hc1"]), rel=SAME_SUMS)
    assert (ours.served.people, ours.compared.people) == (117, 117)


def test_the_two_way_error_of_a_match_with_replacement_is_that_of_vcovcl(golden, lalonde):
    entry = golden["nn_ps_2to1_repl"]
    rows = [(one["treated"] - 1, number) for number, one in enumerate(entry["match"])]
    rows += [(other - 1, number) for number, one in enumerate(entry["match"]) for other in one["controls"]]
    unit, sets = np.array(rows).T
    y, served, w = lalonde.re78.to_numpy()[unit], SERVED[unit], np.where(SERVED[unit], 1.0, 0.5)
    mean = {arm: np.average(y[served == arm], weights=w[served == arm]) for arm in (True, False)}
    influence = np.where(served, w * (y - mean[True]), -w * (y - mean[False])) / 185
    theirs = entry["effect_get_matches"]

    ours = two_way(mean[True] - mean[False], influence, sets, unit)
    assert (ours.effect, ours.std_error) == pytest.approx((theirs["est"], theirs["se_cl_twoway_subclass_unit_hc1"]), rel=SAME_SUMS)
    assert two_way(0.0, influence, sets, sets).std_error == pytest.approx(theirs["se_cl_subclass_hc1"], rel=SAME_SUMS)


@pytest.mark.parametrize("name", PAIRED)
def test_balance_is_that_of_matchit_before_and_after(name, golden, lalonde):
    columns = ("age", "educ", "raceblack", "racehispan", "racewhite", "married", "nodegree", "re74", "re75")
    history = filled(cohort_of(lalonde, columns).history)
    weights, theirs = comparison_of(name).weights, golden[name]["balance"]
    after = balance_after_matching(history, SERVED, weights, np.arange(N))
    before = balance_before_matching(history, SERVED, np.arange(N))
    ratios = variances_after_matching(history, SERVED, weights)

    for ours, part in ((before, theirs["all"]), (after, theirs["matched"])):
        assert ours.detail == {column: pytest.approx(part[column]["Std. Mean Diff."], abs=R_PRINTS) for column in columns}
    spread = {column: part["Var. Ratio"] for column, part in theirs["matched"].items() if column in columns and part["Var. Ratio"] is not None}
    assert ratios.detail == {column: pytest.approx(ratio, rel=R_PRINTS) for column, ratio in spread.items()}
    assert after.value == pytest.approx(max(abs(theirs["matched"][column]["Std. Mean Diff."]) for column in columns))
