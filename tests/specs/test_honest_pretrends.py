"""The test before adoption, and the drift that it finds four times in five: by hand, by simulation, and what is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from honest_studies import study
from scipy.stats import chi2, norm

from evaluation.methods.pretrends import power, slope_detected, wald
from evaluation.terms import Refused

DRAWS = 40_000
SAMPLED = 3 * (0.25 / DRAWS) ** 0.5  # three Monte Carlo errors of a share

BETA, V, SINCE, *_ = study(4, 1, 0)
BETA, V = BETA[:4], V[:4, :4]


def test_the_joint_test_is_the_quadratic_form_on_as_many_degrees_of_freedom() -> None:
    found = wald(BETA, V)

    assert found.statistic == pytest.approx(float(BETA @ np.linalg.inv(V) @ BETA))
    assert (found.df, found.p_value) == (4, pytest.approx(float(chi2.sf(found.statistic, 4))))
    mixed = np.triu(np.ones((4, 4)))
    assert wald(mixed @ BETA, mixed @ V @ mixed.T).statistic == pytest.approx(found.statistic)  # whatever period they are held against


@pytest.mark.parametrize("slope", [0.0, 0.3, -0.8])
def test_power_is_how_often_the_drift_is_found(slope: float) -> None:
    drawn = np.random.default_rng(1).multivariate_normal(slope * np.arange(-4, 0.0), V, size=DRAWS)
    jointly = (np.einsum("di,ij,dj->d", drawn, np.linalg.inv(V), drawn) > chi2.isf(0.05, 4)).mean()
    somewhere = (np.abs(drawn) > norm.isf(0.025) * np.sqrt(np.diag(V))).any(axis=1).mean()

    assert power(V, SINCE, slope) == pytest.approx(jointly, abs=SAMPLED)
    assert power(V, SINCE, slope, rule="any") == pytest.approx(somewhere, abs=SAMPLED)


@pytest.mark.parametrize("rule", ["joint", "any"])
@pytest.mark.parametrize("chance", [0.5, 0.8])
def test_the_slope_told_is_found_with_the_power_asked_for(rule: Any, chance: float) -> None:
    slope = slope_detected(V, SINCE, chance, rule=rule)

    assert slope > 0 and power(V, SINCE, slope, rule=rule) == pytest.approx(chance, abs=2e-5)
    assert power(V, SINCE, -slope, rule=rule) == pytest.approx(chance, abs=2e-5)
    assert slope_detected(V * 100, SINCE, chance, rule=rule) == pytest.approx(10 * slope, rel=1e-4)
    assert slope_detected(V[::-1, ::-1], SINCE[::-1], chance, rule=rule) == pytest.approx(slope, rel=1e-3)
    assert slope_detected(V, [t - 3 for t in SINCE], chance, rule=rule, reference=-4) == pytest.approx(slope, rel=1e-9)


def test_with_one_period_before_both_rules_are_the_z_test() -> None:
    slope = norm.isf(0.025) + norm.isf(0.2)  # but for the far tail

    assert slope_detected([[1.0]], [-2]) == pytest.approx(slope, abs=1e-4)
    assert slope_detected([[1.0]], [-2], rule="any") == pytest.approx(slope, abs=1e-4)
    assert slope_detected([[1.0]], [-3]) == pytest.approx(slope / 2, abs=1e-4)


def test_with_many_periods_some_period_is_significant_far_more_often_than_one_time_in_twenty() -> None:
    many = 0.2 * np.ones((8, 8)) + np.eye(8)

    assert power(many, range(-9, -1), 0.0, rule="any") > 0.25
    assert power(many, range(-9, -1), 0.0) == pytest.approx(0.05)
    with pytest.raises(Refused, match="what it is without a drift"):
        slope_detected(many, range(-9, -1), 0.2, rule="any")


@pytest.mark.parametrize("freedom", [8, 25])
def test_of_few_clusters_the_joint_test_keeps_its_size_and_its_power_is_how_often_it_finds_the_drift(freedom: int) -> None:
    draw = np.random.default_rng(2)
    chol, inside = np.linalg.cholesky(V), draw.normal(size=(6_000, freedom, 4))
    covariance = chol @ (inside.transpose(0, 2, 1) @ inside / freedom) @ chol.T  # as estimated from so many clusters
    noise = draw.normal(size=(6_000, 4)) @ chol.T
    for slope in (0.0, 0.8):
        beta = slope * np.arange(-4, 0.0) + noise
        found = np.mean([wald(one, S, freedom).p_value < 0.05 for one, S in zip(beta, covariance, strict=True)])
        assert found == pytest.approx(power(V, SINCE, slope, freedom=freedom), abs=3 * (0.25 / 6_000) ** 0.5)
    assert power(V, SINCE, 0.0, freedom=freedom) == pytest.approx(0.05)
    assert slope_detected(V, SINCE, freedom=freedom) > slope_detected(V, SINCE)
    assert slope_detected(V, SINCE, freedom=1e7) == pytest.approx(slope_detected(V, SINCE), rel=1e-5)


WRONG = {
    "degrees of freedom": lambda: wald(BETA, V, 3),
    "no period stands": lambda: wald([], np.zeros((0, 0))),
    "for 3 periods": lambda: wald(BETA[:3], V),
    "is not a number": lambda: wald(BETA * np.nan, V),
    "not symmetric": lambda: wald(BETA, V + np.triu(np.ones((4, 4)), 1)),
    "not positive semidefinite": lambda: wald(BETA, 2 * np.ones((4, 4)) - np.eye(4)),
    "singular": lambda: wald(BETA, np.ones((4, 4))),
    "has no variance": lambda: wald(BETA, np.diag([1.0, 1.0, 1.0, 0.0])),
    "stands among those before": lambda: slope_detected(V, range(-4, 0)),
    "power of 1": lambda: slope_detected(V, SINCE, 1),
}


@pytest.mark.parametrize("said", WRONG)
def test_what_cannot_be_tested_is_refused_in_one_sentence(said: str) -> None:
    with pytest.raises(Refused, match=said) as refused:
        WRONG[said]()
    assert len(refused.value.problems) == 1
