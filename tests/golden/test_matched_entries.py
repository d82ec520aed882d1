"""Effects and standard errors of all that R chose on lalonde, with R's own sets and weights, against lm, sandwich and marginaleffects.

Every entry has a difference of weighted means with its error by person (vcovHC, HC0) and, where there are sets, by set (vcovCL, HC1), and
a fully interacted weighted regression averaged over the target with its delta-method error.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from lalonde_entries import ENTRIES, NAMES, SERVED, columns, estimand, sets, weights

from evaluation.methods.clustering import one_way
from evaluation.methods.influence import Means
from evaluation.methods.matched import estimate
from evaluation.methods.matched.means import difference
from evaluation.methods.matched.pool import Pool
from evaluation.methods.matched.reading import Reading
from evaluation.methods.matched.regression import design, predicted
from evaluation.methods.matched.weighing import of_sets
from evaluation.methods.spread import few_strata
from evaluation.methods.standing import Rows
from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.ruler import FrameRuler
from evaluation.terms import Cohort, Comparison, Estimand, Horizon, Inference, Matching, Question

COLUMNS = ("age", "educ", "racehispan", "racewhite", "married", "nodegree", "re74", "re75")
NUMBERS = 2 * (1 + len(COLUMNS))  # that the two regressions estimate
N = len(SERVED)
SAME_SUMS = 1e-9  # relative: the same sums in another order; R wrote 15 significant digits.  1e-12 is seen
BY_DIFFERENCES = 1e-6  # relative: marginaleffects takes derivatives by differences, and is that far from R's own delta method (4.5e-7 is seen)
R_PRINTS = 1e-9  # of a weight
WITH_SETS = [name for name in ENTRIES if sets(name) is not None]
DAYS = Horizon(days=365)


@pytest.fixture(scope="module")
def y():
    return columns("re78")["re78"]


@pytest.fixture(scope="module")
def history():
    return columns(*COLUMNS)


def seen(y) -> Reading:
    return Reading(y, np.full(len(y), 365), np.zeros(len(y), dtype=bool))


def rows_of(name: str) -> Rows:
    w, own = weights(name), sets(name)
    row = np.flatnonzero(w)
    return Rows(row, SERVED[row], row, None if own is None else own[row], row, w[row], None, {})


def target(name: str, rows: Rows) -> np.ndarray:
    """Over whom predictions are averaged, as in R: with their weights, the served, the compared, or everybody."""
    whom = {"served": rows.served, "compared": ~rows.served}.get(ENTRIES[name]["estimand"])
    return rows.weights if whom is None else np.where(whom, rows.weights, 0.0)


def told(means: Means, labels, parameters: int = 2) -> float:
    return one_way(means.effect, means.influence, labels, parameters=parameters).std_error


def hc0(error: float, n: int, parameters: int) -> float:
    """R's HC0 of an error by person, which has the factor n / (n - p) of HC1."""
    return error * ((n - parameters) / n) ** 0.5


@pytest.mark.parametrize("name", ENTRIES)
def test_the_difference_of_means_and_its_error_by_person_are_those_of_lm_and_vcovhc(name, y):
    rows, r = rows_of(name), ENTRIES[name]["effect"]
    means = difference(seen(y[rows.row]), rows)

    assert means.effect == pytest.approx(r["difference"], rel=SAME_SUMS)
    assert hc0(told(means, rows.person), len(rows.row), 2) == pytest.approx(r["hc0"], rel=SAME_SUMS)


@pytest.mark.parametrize("name", WITH_SETS)
def test_its_error_by_set_is_that_of_vcovcl(name, y):
    rows, r = rows_of(name), ENTRIES[name]["effect"]

    assert len(np.unique(rows.sets)) == r["sets"]
    assert told(difference(seen(y[rows.row]), rows), rows.sets) == pytest.approx(r["by_set"], rel=SAME_SUMS)


@pytest.mark.parametrize("name", ENTRIES)
def test_a_regression_averaged_over_the_target_and_its_delta_method_error_are_those_of_r(name, y, history):
    rows, r = rows_of(name), ENTRIES[name]["effect"]
    reading = seen(y[rows.row])
    X = design({column: values[rows.row] for column, values in history.items()}, rows, reading, "here")
    whom, groups = target(name, rows), np.zeros(len(rows.row), dtype=int)
    one, other = (predicted(reading, rows, X, groups, arm, whom) for arm in (rows.served, ~rows.served))
    labels = rows.person if rows.sets is None else rows.sets
    error = one_way(one.mean - other.mean, one.outcome - other.outcome, labels, parameters=NUMBERS).std_error
    error = hc0(error, len(rows.row), NUMBERS) if rows.sets is None else error

    assert 2 * X.shape[1] == NUMBERS
    assert one.mean - other.mean == pytest.approx(r["regression"], rel=SAME_SUMS)
    assert error == pytest.approx(r["regression_error"], rel=SAME_SUMS)
    assert error == pytest.approx(r["marginaleffects_error"], rel=BY_DIFFERENCES)


@pytest.mark.parametrize("name", WITH_SETS)
def test_weights_of_sets_are_those_of_matchit(name):
    who, own = np.arange(N), sets(name)
    focal = ~SERVED if ENTRIES[name]["estimand"] == "compared" else SERVED
    ours = of_sets(Pool("here", who, SERVED, focal, who, np.zeros(N, dtype=int), False, {}), own - 1, estimand(name)).weights
    for arm in (SERVED, ~SERVED):  # MatchIt gives those kept of each arm a mean of 1
        ours[arm] /= ours[arm][ours[arm] > 0].mean()

    assert ours == pytest.approx(weights(name), abs=R_PRINTS)


# ------------------------------------------------------------------------------------------------ through the door
@pytest.mark.parametrize("name", ENTRIES)
def test_the_door_of_estimates_tells_the_same_of_these_matches(name, y, history):
    """By set where enough sets tell an error, else by person; the regression's effect too."""
    r, w, own = ENTRIES[name]["effect"], weights(name), sets(name)
    about = "average_effect" if estimand(name) in (NAMES["overlap"], NAMES["matchable"]) else estimand(name)  # in R's words, ATE of those weights
    who = np.arange(N)
    cohort = Cohort("lalonde", "person", "", who + 1, who, SERVED, history, (), "offer")
    comparison = Comparison(Estimand(about, "", "those", "so"), w > 0, w, sets=None if own is None else own - 1)
    question = Question("frame/re78", DAYS, "matched", 500.0, estimand=about, compare=Matching())
    outcome = replace(next(one for one in OUTCOMES.values() if one.kind == "amount"), unit="dollars", from_day=0)
    by_set = own is not None and not few_strata(rows_of(name))

    asked = replace(question, inference=Inference("set" if by_set else "person"))
    ruler, kept = FrameRuler(outcome, DAYS, y, np.full(N, 365)), int((w > 0).sum())
    found = estimate(cohort, comparison, ruler, asked)

    assert found.effect == pytest.approx(r["difference"], rel=SAME_SUMS)
    error = found.std_error if by_set else hc0(found.std_error, kept, 2)
    assert error == pytest.approx(r["by_set" if by_set else "hc0"], rel=SAME_SUMS)
    assert (found.served.people, found.compared.people) == ((w[SERVED] > 0).sum(), (w[~SERVED] > 0).sum())
    if about != "average_effect":  # there ours counts everybody once, whatever they weigh
        assert estimate(cohort, comparison, ruler, replace(asked, estimator="regression")).effect == pytest.approx(r["regression"], rel=SAME_SUMS)
