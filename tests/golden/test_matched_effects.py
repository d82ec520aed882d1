"""Effects and standard errors on given matches and weights, against R: sandwich, marginaleffects, WeightIt and Matching on lalonde.

`matched_effects.json` holds R's sets, calls and answers; `matched_lalonde.json` its scores; `lalonde.csv` the table.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from evaluation.methods.clustering import one_way, two_way
from evaluation.methods.matched import compare, estimate, gathering
from evaluation.methods.matched.abadie_imbens import abadie_imbens, matched_effects
from evaluation.methods.matched.means import difference
from evaluation.methods.matched.pool import Pairs, Pool
from evaluation.methods.matched.reading import Reading, Rows
from evaluation.methods.matched.regression import design, predicted
from evaluation.methods.matched.weighing import of_pairs, of_sets
from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.ruler import FrameRuler
from evaluation.terms import Cohort, Horizon, Inference, Matching, Question

HERE = Path(__file__).parent
R = json.loads((HERE / "matched_effects.json").read_text(encoding="utf-8"))
PS = np.array(json.loads((HERE / "matched_lalonde.json").read_text(encoding="utf-8"))["ps"])
N = 614
SERVED = np.arange(N) < 185
COLUMNS = ("age", "educ", "racehispan", "racewhite", "married", "nodegree", "re74", "re75")
SAME_SUMS = 1e-9  # relative: the same sums in another order
R_GLM = 2e-6  # relative: R's glm stops a step before the maximum, and marginaleffects takes its derivatives by differences
TIED = 1e-5  # squared distances that Matching::Match takes for the same
DAYS = Horizon(days=365)


@pytest.fixture(scope="module")
def lalonde():
    frame = pd.read_csv(HERE / "lalonde.csv")
    for race in ("hispan", "white"):
        frame[f"race{race}"] = (frame.race == race).astype(float)
    return frame


@pytest.fixture(scope="module")
def y(lalonde):
    return lalonde.re78.to_numpy(dtype=float)


@pytest.fixture(scope="module")
def columns(lalonde):
    return {name: lalonde[name].to_numpy(dtype=float) for name in COLUMNS}


def seen(y) -> Reading:
    return Reading(y, np.full(len(y), 365), np.zeros(len(y), dtype=bool))


def standing(row, weights, sets=None) -> Rows:
    return Rows(row, SERVED[row], row, sets, row, weights, None, {})


def about(name: str) -> str:
    return "average_effect" if name.endswith("ate") else "effect_on_the_served"


def pool_of(groups=None) -> Pool:
    who = np.arange(N)
    return Pool("here", who, SERVED, SERVED, who, np.zeros(N, dtype=int) if groups is None else groups, False, {})


def in_sets(name: str) -> Rows:
    """The rows of an entry, with weights from its sets, each arm's mean 1 as R has them."""
    sets = np.array(R["sets"][name]["sets"])
    chosen = of_sets(pool_of(), sets, about(name))
    row = np.flatnonzero(chosen.weights)
    weights = chosen.weights[row].copy()
    for arm in (SERVED[row], ~SERVED[row]):
        weights[arm] /= weights[arm].mean()
    return standing(row, weights, chosen.sets[row])


def weighed(name: str) -> np.ndarray:
    match name:
        case "ipw_att":
            return np.where(SERVED, 1, PS / (1 - PS))
        case "ipw_ate":
            return np.where(SERVED, 1 / PS, 1 / (1 - PS))
        case "overlap_ato":
            return np.where(SERVED, 1 - PS, PS)
        case "matching_weights_atm":
            return np.minimum(PS, 1 - PS) / np.where(SERVED, PS, 1 - PS)
        case _:
            return np.concatenate([np.ones(185), R["weighed"][name]["weights"]])


# ------------------------------------------------------------------------------------------------ the difference of means
@pytest.mark.parametrize("name", R["sets"])
def test_the_difference_of_means_and_its_errors_are_those_of_r(name, y):
    rows, r = in_sets(name), R["sets"][name]
    means = difference(seen(y[rows.row]), rows)

    assert means.effect == pytest.approx(r["difference"], rel=SAME_SUMS)
    assert one_way(means.effect, means.influence, rows.sets).std_error == pytest.approx(r["by_set"], rel=SAME_SUMS)
    n = len(rows.row)
    alone = one_way(means.effect, means.influence, rows.person).std_error
    assert alone * ((n - 2) / n) ** 0.5 == pytest.approx(r["hc0"], rel=SAME_SUMS)


def test_where_people_are_compared_twice_the_error_is_by_set_and_by_person_in_long_form(y):
    r = R["reuse"]
    focal = np.repeat([served - 1 for served, _ in r["match"]], 2)
    other = np.array([who - 1 for _, both in r["match"] for who in both])
    chosen = of_pairs(pool_of(), Pairs(focal, other))
    assert chosen.sets is None  # some stand beside several
    row = np.concatenate([np.arange(185), other])
    sets = np.concatenate([np.arange(185), focal])
    rows = standing(row, np.concatenate([np.ones(185), np.full(370, 0.5)]), sets)
    means = difference(seen(y[row]), rows)

    there = r["get_matches"]
    assert len(row) == there["nrow"] and means.effect == pytest.approx(there["est"], rel=SAME_SUMS)
    by_set, both = (way(means.effect, means.influence, *labels) for way, labels in ((one_way, (sets,)), (two_way, (sets, row))))
    assert by_set.std_error == pytest.approx(there["se_cl_subclass_hc1"], rel=SAME_SUMS)
    assert both.std_error == pytest.approx(there["se_cl_twoway_subclass_unit_hc1"], rel=SAME_SUMS)


# ------------------------------------------------------------------------------------------------ by regression
def by_regression(rows: Rows, y, columns, target):
    """The effect, what each row adds to the error of its outcomes' part, and how many numbers are estimated."""
    there = {name: column[rows.row] for name, column in columns.items()}
    X = design(there, rows, seen(y[rows.row]), "here")
    groups = np.zeros(len(rows.row), dtype=int)
    one, other = (predicted(seen(y[rows.row]), rows, X, groups, arm, target) for arm in (rows.served, ~rows.served))
    return one.mean - other.mean, one.outcome - other.outcome, 2 * X.shape[1]


@pytest.mark.parametrize("name", R["sets"])
def test_a_regression_averaged_over_the_target_and_its_delta_method_error_are_those_of_r(name, y, columns):
    rows, r = in_sets(name), R["sets"][name]
    target = rows.weights if name.endswith("ate") else np.where(rows.served, rows.weights, 0.0)
    effect, influence, parameters = by_regression(rows, y, columns, target)

    assert effect == pytest.approx(r["regression"], rel=SAME_SUMS)
    assert one_way(effect, influence, rows.sets, parameters=parameters).std_error == pytest.approx(r["regression_error"], rel=R_GLM)


@pytest.mark.parametrize("name", R["weighed"])
def test_a_weighted_regression_is_that_of_r(name, y, columns):
    w, r = weighed(name), R["weighed"][name]
    target = np.where(SERVED, w, 0.0) if name.endswith("att") else w
    for arm in (SERVED, ~SERVED) if name.endswith("ate") else ():
        assert w[arm].sum() == pytest.approx(N, rel=0.15)  # R leaves these weights as they are: each arm near the number of people
    effect, influence, parameters = by_regression(standing(np.arange(N), w), y, columns, target)
    hc0 = one_way(effect, influence, np.arange(N), parameters=parameters).std_error * ((N - parameters) / N) ** 0.5

    assert effect == pytest.approx(r["regression"], rel=R_GLM)
    assert hc0 == pytest.approx(r["regression_error"], rel=R_GLM)


# ------------------------------------------------------------------------------------------------ Abadie and Imbens
def nearest(columns, entry: str) -> tuple[np.ndarray, np.ndarray]:
    """Everybody compared who is as near as the M-th nearest, beside each served person: squared distances, ties by Match's tolerance."""
    X = PS[:, None] if entry.startswith("ps") else np.column_stack(list(columns.values()))
    Z = (X - X.mean(axis=0)) / X.std(axis=0, ddof=1)
    if entry.startswith("maha"):
        Z = Z @ np.linalg.cholesky(np.linalg.inv(Z.T @ Z / N))
    M = int(entry.split("_m")[1][0])
    squared = ((Z[:185, None] - Z[None, 185:]) ** 2).sum(axis=2)
    focal, other = np.nonzero(squared <= np.sort(squared, axis=1)[:, [M - 1]] + TIED)
    return focal, other + 185


@pytest.mark.parametrize("entry", [name for name in R["abadie_imbens"] if name != "call"])
def test_the_error_of_abadie_and_imbens_is_that_of_match(entry, y, columns):
    r = R["abadie_imbens"][entry]
    focal, other = nearest(columns, entry)
    beside = np.bincount(focal)
    row, sets = np.concatenate([np.arange(185), other]), np.concatenate([np.arange(185), focal])
    rows = standing(row, np.concatenate([np.ones(185), 1 / beside[focal]]), sets)
    adjusts = np.zeros(len(row))
    if entry.endswith("biasadj"):
        X = design({name: column[row] for name, column in columns.items()}, rows, seen(y[row]), "here")
        adjusts = predicted(seen(y[row]), rows, X, np.zeros(len(row), dtype=int), ~rows.served, rows.served * 1.0).everybody
    effects = matched_effects(y[row], rows.served, rows.served, sets, rows.weights, adjusts)
    left = y[row] - adjusts
    pairs = left[focal] - left[185:]
    spread = (pairs - effects.mean()) ** 2 @ rows.weights[185:] / 185 / 2  # Match's own: the same for everybody, from the pairs
    times, squares = (np.bincount(other, weights=rows.weights[185:] ** power) for power in (1, 2))
    found = abadie_imbens(effects, times, squares, np.full(len(times), spread), float("inf"))

    assert len(other) == r["pairs"]
    assert (found.effect, found.std_error) == pytest.approx((r["effect"], r["error"]), rel=R_GLM)


# ------------------------------------------------------------------------------------------------ through the two doors
def lalonde_cohort(columns) -> Cohort:
    who = np.arange(N)
    return Cohort("lalonde", "person", "", who + 1, who, SERVED, columns, (), "offer")


def answered(columns, y, by: str, estimand: str, estimator: str = "difference", inference: str = "robust", **words):
    outcome = replace(next(one for one in OUTCOMES.values() if one.kind == "amount"), unit="dollars", from_day=0)
    asked = Question("frame/re78", DAYS, "matched", 500.0, estimand=estimand, estimator=estimator, inference=Inference(inference),
                     compare=Matching(by=by, **words))  # fmt: skip
    cohort = lalonde_cohort(columns)
    return estimate(cohort, compare(cohort, asked), FrameRuler(outcome, DAYS, y, np.full(N, 365)), asked)


@pytest.mark.parametrize(
    ("name", "by", "estimand"),
    [
        ("ipw_att", "inverse_probability", "effect_on_the_served"),
        ("ipw_ate", "inverse_probability", "average_effect"),
        ("overlap_ato", "overlap", "effect_in_the_overlap"),
        ("matching_weights_atm", "matching_weights", "effect_on_the_matchable"),
        ("ebal_att", "entropy_balancing", "effect_on_the_served"),
    ],
)
def test_the_error_of_learning_weights_is_counted_as_weightit_counts_it(name, by, estimand, y, columns):
    found, r = answered(columns, y, by, estimand), R["weighed"][name]

    assert found.effect == pytest.approx(r["lm_weightit"], rel=R_GLM)
    assert found.std_error * ((N - 2) / N) ** 0.5 == pytest.approx(r["error"], rel=R_GLM)  # R without the small-sample factor of CR1


def test_pairs_through_both_doors_have_the_errors_of_r(y, columns, monkeypatch):
    monkeypatch.setattr(gathering, "drawn_order", np.arange)
    r = R["sets"]["nn_ps"]
    words = {"distance": "probability", "caliper": 0.0}
    by_set = answered(columns, y, "matching", "effect_on_the_served", inference="set", **words)
    adjusted = answered(columns, y, "matching", "effect_on_the_served", "regression", "set", **words)

    assert (by_set.effect, by_set.std_error) == pytest.approx((r["difference"], r["by_set"]), rel=R_GLM)
    assert adjusted.effect == pytest.approx(r["regression"], rel=R_GLM)
    assert adjusted.std_error >= r["regression_error"]  # whose columns are in the target is a draw as well
    assert by_set.ratio.name == "ratio of means" and by_set.ratio.value == pytest.approx(by_set.served.mean / by_set.compared.mean)
