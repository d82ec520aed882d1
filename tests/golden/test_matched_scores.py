"""Distances, calipers and common support against R's MatchIt 4.7.2 on lalonde, and the score against R's glm and statsmodels.

`matched_scores.json` holds the calls and what R gave.  MatchIt writes no distances.  It takes for each person served, one after
another, the nearest who is free, so that each of its pairs must be the shortest left: one wrong distance and some pair is not.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit
from statsmodels.discrete.discrete_model import Logit

from evaluation.methods.matched.gathering import BEYOND, gather
from evaluation.methods.matched.propensity import estimated
from evaluation.terms import Caliper, Cohort, Horizon, Matching, Question

HERE = Path(__file__).parent
R = json.loads((HERE / "matched_scores.json").read_text(encoding="utf-8"))
N = 614
SERVED = np.arange(N) < 185
SAME = 1e-9  # two ways to the same maximum, and the shortest of distances up to 10, of which some tie
R_GLM = 1e-7  # R's glm stops a step before the maximum
R_PRINTS = 1e-9  # R wrote 15 significant digits
NUMERIC = ("age", "educ", "re74", "re75")
EVERY = ("age", "educ", "race", "married", "nodegree", "re74", "re75")
DISTANCES = {
    "nn_maha": ("mahalanobis", EVERY),
    "nn_maha_numeric": ("mahalanobis", NUMERIC),
    "nn_robust_maha": ("robust_mahalanobis", EVERY),
    "nn_scaled_euclidean": ("scaled_euclidean", EVERY),
}


@pytest.fixture(scope="module")
def history() -> dict[str, np.ndarray]:
    frame = pd.read_csv(HERE / "lalonde.csv")
    race = frame.race.map({"black": 1.0, "hispan": 2.0, "white": 3.0}).to_numpy()
    return {name: race if name == "race" else frame[name].to_numpy(dtype=float) for name in EVERY}


def gathered(history, **words):
    who = np.arange(N)
    cohort = Cohort("lalonde", "person", "", who + 1, who, SERVED, history, (), "offer")
    plan = Matching(**{"categories": ("race",)} | words)
    question = Question("frame/re78", Horizon(days=365), "matched", 500.0, estimand="effect_on_the_served", compare=plan)
    return gather(cohort, question, plan, "here")


def in_rows(pool, values):
    """What the pool holds, back in the order of the table."""
    back = np.full((N, *values.shape[1:]), np.nan)
    back[pool.rows] = values
    return back


@pytest.mark.parametrize("entry", DISTANCES)
def test_every_pair_of_matchit_is_the_shortest_that_was_left(entry, history):
    distance, on = DISTANCES[entry]
    pool = gathered(history, distance=distance, on=on, categories=tuple({"race"} & set(on)), caliper=0.0).pool
    places = in_rows(pool, pool.space)
    free = ~SERVED
    for served, compared in R["pairs"][entry]["rows"]:
        gap = np.sqrt(((places - places[served - 1]) ** 2).sum(axis=1))
        assert free[compared - 1] and gap[compared - 1] <= gap[free].min() + SAME
        free[compared - 1] = False


def test_the_mahalanobis_pairs_add_up_to_the_total_of_the_convention(history):
    """By the covariance within arms, of n - 2, computed here in the columns' own units."""
    pool = gathered(history, distance="mahalanobis", on=NUMERIC, categories=(), caliper=0.0).pool
    places = in_rows(pool, pool.space)
    pairs = np.array(R["pairs"]["nn_maha_numeric"]["rows"]) - 1
    total = np.sqrt(((places[pairs[:, 0]] - places[pairs[:, 1]]) ** 2).sum(axis=1)).sum()

    X = np.column_stack([history[name] for name in NUMERIC])
    within = (np.cov(X[SERVED].T) * 184 + np.cov(X[~SERVED].T) * 428) / 612
    apart = X[pairs[:, 0]] - X[pairs[:, 1]]
    assert total == pytest.approx(np.sqrt(np.einsum("ij,jk,ik->i", apart, np.linalg.inv(within), apart)).sum(), rel=SAME)


def test_two_people_of_different_codes_are_as_far_apart_whichever_the_two_codes_are_dropped_from(history):
    """All codes of a category make up a covariance that has no inverse: any of them left out gives the same distances."""
    pool = gathered(history, distance="mahalanobis", caliper=0.0).pool
    fewer = {name: column for name, column in history.items() if name != "race"}
    two = {**fewer, "black": (history["race"] == 1) * 1.0, "white": (history["race"] == 3) * 1.0}
    other = gathered(two, distance="mahalanobis", caliper=0.0, categories=()).pool

    some, others = np.arange(0, 300), np.arange(300, 600)
    assert pool.gap(some, others) == pytest.approx(other.gap(some, others), rel=SAME)


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ("nn_ps_cal02", {"distance": "probability", "caliper": 0.2}),
        ("nn_logit_cal02", {"distance": "logit", "caliper": 0.2}),
        ("nn_mahvars_cal", {"distance": "probability", "caliper": 0.25, "exact": ("race",)}),
        ("nn_ps_exact_race_cal", {"distance": "probability", "caliper": 0.2, "exact": ("race",), "calipers": {"age": Caliper(5.0)}}),
        ("full_att_cal", {"distance": "probability", "caliper": 0.1, "exact": ("race",), "by": "full"}),
    ],
)
def test_calipers_are_those_of_matchit(entry, words, history):
    found = {limit.name: limit.within for limit in gathered(history, **words).pool.calipers}

    assert found == {
        "score" if name == "distance" else name: pytest.approx(value, rel=R_GLM) for name, value in R["calipers"][entry]["caliper"].items()
    }


@pytest.mark.parametrize(
    ("words", "within"),
    [
        ({"unit": "sd"}, 0.2 * R["glm"]["sd_logit"]),
        ({"unit": "pooled_sd"}, 0.2 * R["glm"]["pooled_sd_logit"]),
        ({"unit": "raw"}, 0.2),
        ({"distance": "probability"}, 0.2 * R["glm"]["sd_probability"]),
        ({"distance": "mahalanobis"}, 0.2 * R["glm"]["sd_logit"]),
        ({"distance": "column", "column": "age"}, 0.2 * 9.881187),  # sd(lalonde$age)
    ],
)
def test_the_unit_of_the_scores_caliper_is_the_one_that_is_named(words, within, history):
    (limit,) = gathered(history, **words).pool.calipers

    assert limit.within == pytest.approx(within, rel=R_GLM)


def test_common_support_is_that_of_matchit(history):
    found = gathered(history, distance="probability", discard="both", caliper=0.0)
    beyond = found.set_aside[BEYOND]

    assert (int((beyond & SERVED).sum()), int((beyond & ~SERVED).sum())) == (
        R["discard"]["discarded"]["Treated"],
        R["discard"]["discarded"]["Control"],
    )
    assert (np.flatnonzero(beyond & SERVED) + 1).tolist() == R["discard"]["unmatched_served"]
    assert len(found.pool) == N - 65 and found.pool.served.sum() == 177


def test_the_likelihood_is_that_of_glm_and_the_score_that_of_statsmodels(history):
    score = gathered(history).score
    p = expit(score.linear)
    codes = [(history["race"] == code) * 1.0 for code in (2, 3)]
    X = np.column_stack([np.ones(N), *codes, *(history[name] for name in EVERY if name != "race")])
    scale = np.abs(X).max(axis=0)
    theirs = Logit(SERVED.astype(float), X / scale).fit(disp=0, method="newton", tol=1e-12)

    assert -2 * np.log(np.where(SERVED, p, 1 - p)).sum() == pytest.approx(R["glm"]["deviance"], rel=R_PRINTS)
    assert score.linear == pytest.approx(X / scale @ theirs.params, abs=SAME)
    assert score.coefficients["race: 1"] > score.coefficients["race: 2"] > 0 and "race: 3" not in score.coefficients
    assert not score.left_out  # the most common code is left out by design


def test_codes_as_columns_of_ones_own_give_the_same_score(history):
    own = {
        **{name: column for name, column in history.items() if name != "race"},
        "hispan": (history["race"] == 2) * 1.0,
        "white": (history["race"] == 3) * 1.0,
    }

    assert estimated(own, SERVED, "here").linear == pytest.approx(gathered(history).score.linear, abs=SAME)
