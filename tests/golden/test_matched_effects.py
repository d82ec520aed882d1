"""Effects and standard errors in long form and through both doors, against R: sandwich and WeightIt on lalonde.

`matched_effects.json` holds R's match with replacement and its answers, `matched_weightit.json` those of lm_weightit.
"""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from lalonde_entries import ENTRIES, HERE, SERVED, columns

from evaluation.methods.clustering import one_way, two_way
from evaluation.methods.matched import compare, estimate, gathering
from evaluation.methods.matched.means import difference
from evaluation.methods.matched.pool import Pairs, Pool
from evaluation.methods.matched.reading import Reading
from evaluation.methods.matched.weighing import of_pairs
from evaluation.methods.standing import Rows
from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.ruler import FrameRuler
from evaluation.terms import Cohort, Horizon, Inference, Matching, Question

R = json.loads((HERE / "matched_effects.json").read_text(encoding="utf-8"))
WEIGHTIT = json.loads((HERE / "matched_weightit.json").read_text(encoding="utf-8"))
N = len(SERVED)
COLUMNS = ("age", "educ", "racehispan", "racewhite", "married", "nodegree", "re74", "re75")
SAME_SUMS = 1e-9  # relative: the same sums in another order
R_GLM = 1e-6  # relative: R's glm stops a step before the maximum, 3e-8 of a weight
DAYS = Horizon(days=365)


@pytest.fixture(scope="module")
def y():
    return columns("re78")["re78"]


@pytest.fixture(scope="module")
def history():
    return columns(*COLUMNS)


def test_where_people_are_compared_twice_the_error_is_by_set_and_by_person_in_long_form(y):
    r, who = R["reuse"], np.arange(N)
    focal = np.repeat([served - 1 for served, _ in r["match"]], 2)
    other = np.array([who - 1 for _, both in r["match"] for who in both])
    pool = Pool("here", who, SERVED, SERVED, who, np.zeros(N, dtype=int), False, {})
    assert of_pairs(pool, Pairs(focal, other)).sets is None  # some stand beside several
    row, sets = np.concatenate([np.arange(185), other]), np.concatenate([np.arange(185), focal])
    rows = Rows(row, SERVED[row], row, sets, row, np.concatenate([np.ones(185), np.full(370, 0.5)]), None, {})
    means = difference(Reading(y[row], np.full(len(row), 365), np.zeros(len(row), dtype=bool)), rows)

    there = r["get_matches"]
    assert len(row) == there["nrow"] and means.effect == pytest.approx(there["est"], rel=SAME_SUMS)
    by_set, both = (way(means.effect, means.influence, *labels) for way, labels in ((one_way, (sets,)), (two_way, (sets, row))))
    assert by_set.std_error == pytest.approx(there["se_cl_subclass_hc1"], rel=SAME_SUMS)
    assert both.std_error == pytest.approx(there["se_cl_twoway_subclass_unit_hc1"], rel=SAME_SUMS)


# ------------------------------------------------------------------------------------------------ through the two doors
def answered(history, y, by: str, estimand: str, estimator: str = "difference", inference: str = "robust", **words):
    outcome = replace(next(one for one in OUTCOMES.values() if one.kind == "amount"), unit="dollars", from_day=0)
    asked = Question("frame/re78", DAYS, "matched", 500.0, estimand=estimand, estimator=estimator, inference=Inference(inference),
                     compare=Matching(by=by, **words))  # fmt: skip
    who = np.arange(N)
    cohort = Cohort("lalonde", "person", "", who + 1, who, SERVED, history, (), "offer")
    return estimate(cohort, compare(cohort, asked), FrameRuler(outcome, DAYS, y, np.full(N, 365)), asked)


@pytest.mark.parametrize(
    ("name", "by", "estimand"),
    [
        ("ipw_att", "inverse_probability", "effect_on_the_served"),
        ("ipw_ate", "inverse_probability", "average_effect"),
        ("overlap_ato", "overlap", "effect_in_the_overlap"),
        ("matching_weights_atm", "matching_weights", "effect_on_the_matchable"),
        ("ebal_att", "entropy_balancing", "effect_on_the_served"),
        ("ebal_ate", "entropy_balancing", "average_effect"),
        ("cbps_att", "covariate_balancing", "effect_on_the_served"),
        ("cbps_ate", "covariate_balancing", "average_effect"),
        ("ipt_att", "tilting", "effect_on_the_served"),
    ],
)
def test_the_error_of_learning_weights_is_counted_as_weightit_counts_it(name, by, estimand, y, history):
    found, r = answered(history, y, by, estimand), WEIGHTIT[name]

    assert found.effect == pytest.approx(r["est"], rel=R_GLM)
    assert found.std_error * ((N - 2) / N) ** 0.5 == pytest.approx(r["se"], rel=R_GLM)  # R without the small-sample factor of CR1


def test_pairs_through_both_doors_have_the_errors_of_r(y, history, monkeypatch):
    monkeypatch.setattr(gathering, "drawn_order", np.arange)
    r = ENTRIES["nn_ps"]["effect"]
    words = {"distance": "probability", "caliper": 0.0}
    by_set = answered(history, y, "matching", "effect_on_the_served", inference="set", **words)
    adjusted = answered(history, y, "matching", "effect_on_the_served", "regression", "set", **words)

    assert (by_set.effect, by_set.std_error) == pytest.approx((r["difference"], r["by_set"]), rel=SAME_SUMS)
    assert adjusted.effect == pytest.approx(r["regression"], rel=SAME_SUMS)
    assert adjusted.std_error >= r["regression_error"]  # whose columns are in the target is a draw as well
    assert by_set.ratio.name == "ratio of means" and by_set.ratio.value == pytest.approx(by_set.served.mean / by_set.compared.mean)
