"""Offers as instruments on matched people and on people weighed, against IV2SLS of linearmodels with its own clustered errors."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from linearmodels.iv import IV2SLS

from evaluation.methods import METHODS
from evaluation.methods.standing import standing
from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.ruler import FrameRuler
from evaluation.terms import Cohort, Horizon, Matching, Question

DIGITS = 1e-9  # relative: closed forms both
DAYS, PEOPLE = 364, 900
QUESTION = Question("custody_days/recorded", Horizon(days=DAYS), "threshold", -5.0, estimator="two_stage", estimand="complier_effect")
DOORS = METHODS["threshold"]


def offered() -> tuple[Cohort, np.ndarray]:
    rng = np.random.default_rng(3)
    need = rng.normal(0, 1, PEOPLE)
    served = rng.random(PEOPLE) < 1 / (1 + np.exp(0.5 - 0.8 * need))
    came = rng.random(PEOPLE) < np.where(served, 0.7, 0.05)
    y = 40 + 3 * need + rng.normal(0, 5, PEOPLE) - 6 * came
    return Cohort("main", "person", "", np.arange(1, PEOPLE + 1), np.arange(PEOPLE), served, {"need": need}, (), "offer", taken_up=came), y


@pytest.mark.parametrize("compared", [Matching(reuse=0), Matching(), Matching(by="inverse_probability")], ids=["often", "once", "weighed"])
def test_effect_and_error_are_those_of_linearmodels_with_the_factors_of_cr1(compared: Matching) -> None:
    """linearmodels has sums of clusters as they are; each of them is multiplied here by G / (G - 1) (n - 1) / (n - 2)."""
    people, y = offered()
    question = replace(QUESTION, compare=compared)
    comparison = replace(DOORS.compare(people, question), learned=None)  # errors as if weights were given

    found = DOORS.estimate(people, comparison, FrameRuler(OUTCOMES[question.outcome], question.horizon, y, np.full(PEOPLE, DAYS)), question)

    rows = standing(people, comparison)
    n, one = len(rows.row), np.ones((len(rows.row), 1))
    theirs = IV2SLS(y[rows.row], one, people.taken_up[rows.row].astype(float), rows.served.astype(float)[:, None], weights=rows.weights)

    def variance(labels: np.ndarray) -> float:
        G = len(np.unique(labels))
        return theirs.fit(cov_type="clustered", clusters=labels, debiased=False).std_errors.iloc[1] ** 2 * G / (G - 1) * (n - 1) / (n - 2)

    expected = variance(rows.together)
    if rows.sets is not None:
        both = np.unique(np.column_stack([rows.sets, rows.together]), axis=0, return_inverse=True)[1].ravel()
        expected += variance(rows.sets) - variance(both)
    assert found.effect == pytest.approx(theirs.fit(cov_type="robust").params.iloc[1], rel=DIGITS)
    assert found.std_error == pytest.approx(expected**0.5, rel=DIGITS)
