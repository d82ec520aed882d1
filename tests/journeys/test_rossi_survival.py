"""The Rossi experiment asked when men were arrested: the road's answers beside R's, and what does not hold, said in words."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest
from lifelines.datasets import load_rossi

import evaluation as ev

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "rossi"
CRUDE = 2.041666666667 * 7  # days: survRM2::rmst2(tau = 52) in weeks, not adjusted, aid less no aid
CRUDE_ERROR = 1.21304799850357 * 7
RISK_26 = (1 - 0.898148148148148, 1 - 0.851851851851852)  # survfit at 26 weeks
ERROR_26 = (0.0205793464566847**2 + 0.0241714817375941**2) ** 0.5
CR1 = 3e-3  # in proportion: errors of arms of 216 have the factor n / (n - 1), of the variance


@pytest.fixture(scope="module")
def findings():
    records = ev.connect(runpy.run_path(str(FOLDER / "records.py"))["tables"]())
    return ev.evaluate(ev.load(FOLDER / "rossi_survival.toml"), records)


def conditions(finding):
    return {one.name: one for one in finding.answer.diagnostics}


def test_the_age_of_each_man_is_that_of_the_raw_file(findings) -> None:
    records = ev.connect(runpy.run_path(str(FOLDER / "records.py"))["tables"]())
    cohort = ev.prepare(ev.load(FOLDER / "rossi_survival.toml"), records).cohorts["main"]

    assert sorted(cohort.history["age_in_years"]) == sorted(load_rossi()["age"].astype(float))


def test_the_risk_without_adjusting_is_that_of_survfit(findings) -> None:
    estimate = findings[2].answer.estimate

    assert (estimate.served.mean, estimate.compared.mean) == pytest.approx(RISK_26, abs=1e-12)
    assert estimate.std_error == pytest.approx(ERROR_26, rel=CR1)


def test_adjusted_days_without_an_arrest_are_near_the_crude_ones_and_sharper(findings) -> None:
    """The lot made the arms alike: a regression moves the answer by less than its error, and takes out what age and priors explain."""
    estimate = findings[0].answer.estimate

    assert estimate.effect == pytest.approx(CRUDE, abs=CRUDE_ERROR / 4)
    assert estimate.std_error < 1.01 * CRUDE_ERROR


def test_that_hazards_are_not_proportional_by_age_is_said_in_words(findings) -> None:
    for finding in findings[:2]:
        told = conditions(finding)["proportional_hazards"]
        assert not told.holds and not told.required
        assert "'age_in_years' falls as time goes on" in told.sentence
        assert "promises nothing for any one day" in told.sentence


def test_a_hazard_ratio_stands_beside_the_answer_and_is_never_the_answer(findings) -> None:
    estimate = findings[1].answer.estimate

    assert estimate.hazards and all(0.4 < ratio.value < 1 for ratio in estimate.hazards)
    assert "hazard" not in str(findings[1])
    assert estimate.effect == pytest.approx(-18 / 216, abs=0.01)  # near the crude difference, by hand


def test_the_course_runs_to_the_horizon(findings) -> None:
    served, compared = findings[1].answer.estimate.course

    assert served.days[-1] == compared.days[-1] == 364
    assert list(served.risk) == sorted(served.risk)
