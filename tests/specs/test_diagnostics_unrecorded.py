"""What nobody recorded of the history is told by the share of people whom it leaves unlike, and small counts of them are not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from evaluation.diagnostics import unrecorded_history
from evaluation.diagnostics.unrecorded import MOST_UNRECORDED
from evaluation.methods.matched import compare
from evaluation.report.answering import ANSWERING
from evaluation.study import load
from evaluation.terms import Cohort, Horizon, Matching, Question

TOLD = "unrecorded_history"
LEFT = 0.05  # of the bias of a column: how near the share missing is to the share of it that is left, in 20 draws of 2,000 people


def column(missing: int, n: int = 400):
    return np.where(np.arange(n) < missing, np.nan, 1.0)


def test_the_column_with_the_largest_share_among_those_compared_is_named():
    weights = np.where(np.arange(400) < 200, 1.0, 3.0)
    weights[:100] = 0.0  # those left out count for nothing
    there = unrecorded_history({"age": column(0), "rent": column(240), "visits": column(150)}, weights, np.arange(400))

    assert there.value == pytest.approx(220 / 700) and there.detail["visits"] == pytest.approx(50 / 700)
    assert "'rent' for 31 %" in there.sentence and "that share" in there.sentence and not there.holds and not there.required
    assert there.behind == {"rent": (140, 160), "visits": (50, 250)} and "age" not in there.detail


@pytest.mark.parametrize(("missing", "holds"), [(20, True), (21, False)])
def test_a_twentieth_may_be_missing(missing, holds):
    there = unrecorded_history({"rent": column(missing)}, np.ones(400), np.arange(400))

    assert there.holds is holds and there.limit == MOST_UNRECORDED and ("no more alike" in there.sentence) is not holds


def test_a_few_people_are_not_counted_in_the_sentence():
    few, all_but_few = (unrecorded_history({"rent": column(missing, 30)}, np.ones(30), np.arange(30)) for missing in (10, 20))
    of_few = unrecorded_history({"rent": column(12, 30)}, np.ones(30), np.arange(30) // 2)  # six people of two rows

    for one in (few, all_but_few, of_few):
        assert "%" not in one.sentence and "for some of" in one.sentence
    assert of_few.behind == {"rent": (6, 9)}


def people(missing: float, seed: int, n: int = 2_000):
    rng = np.random.default_rng(seed)
    x, z = rng.normal(size=(2, n))
    served = rng.random(n) < 1 / (1 + np.exp(1 - x))
    seen = np.where(rng.random(n) < missing, np.nan, x)
    return x, Cohort("main", "person", "", np.arange(n) + 1, np.arange(n), served, {"x": seen, "z": z}, (), "offer")


def asked(missing: str) -> Question:
    plan = Matching(by="entropy_balancing", missing=missing, imputations=2)
    return Question("recidivism/arrest", Horizon(days=364), "matched", -0.05, estimand="effect_on_the_served", compare=plan)


@pytest.mark.parametrize("missing", ["indicator", "impute"])
def test_it_is_told_of_the_records_and_not_of_what_stands_in_for_them(missing):
    found = {one.name: one for one in compare(people(0.3, 0)[1], asked(missing)).diagnostics}
    whole = {one.name for one in compare(people(0.0, 0)[1], asked(missing)).diagnostics}

    assert found[TOLD].value == pytest.approx(0.3, abs=0.05) and not found[TOLD].holds
    assert found["balance_after_matching"].holds  # which says nothing of it
    assert TOLD not in whole


@pytest.mark.parametrize("missing", ["indicator", "impute"])
def test_of_the_bias_that_a_column_brings_about_the_share_is_left_for_which_nobody_recorded_it(missing):
    left = []
    for seed in range(20):
        x, cohort = people(0.3, seed)
        weights, served = compare(cohort, asked(missing)).weights, cohort.served
        after = np.average(x[served], weights=weights[served]) - np.average(x[~served], weights=weights[~served])
        left.append(after / (x[served].mean() - x[~served].mean()))

    assert np.mean(left) == pytest.approx(0.3, abs=LEFT)


def test_it_is_announced_where_a_column_can_be_missing():
    study = load("designs/bayview/navigation_ways.toml")
    question, plan = study.questions[0], study.cohorts["main"]
    last = replace(study, history=(replace(study.history[0], reduce="days_since"), *study.history[1:]))
    refused = replace(question, compare=replace(question.compare or Matching(), missing="refuse"))
    held = ANSWERING["matched"].held

    assert TOLD not in held(question, plan, study) and TOLD in held(question, plan, last) and TOLD not in held(refused, plan, last)
