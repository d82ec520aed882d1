"""What is read off a Cox regression, against R's survival 3.5-3 on rossi: residuals, tests of proportional hazards, risks, C.

`survival_cox_residuals.csv` holds the first 144 of R's 432 rows, `survival_cox_schoenfeld.csv` all 114 events.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from survival_cox_entries import ENTRIES, SEVEN, of_rossi

from evaluation.diagnostics.evalues import e_values, of_hazards
from evaluation.methods.survival import cox_residuals
from evaluation.methods.survival.concordance import of_regression
from evaluation.methods.survival.cox_hazard import cumulative, predicted
from evaluation.methods.survival.proportional import proportional

HERE = Path(__file__).parent
CONVERGED = 2e-7  # relative to the largest: R's slopes stop 2e-8 short of the highest point, and what is read off them differs by as much
FORMULA = 1e-7  # of an E-value: the hazard ratio is R's, which stops 2e-8 short


@pytest.fixture(scope="module")
def cox():
    return of_rossi()


def near(found: np.ndarray, told: np.ndarray) -> bool:
    return bool(np.abs(found - told).max() <= CONVERGED * np.abs(told).max())


@pytest.mark.parametrize("kind", ["martingale", "deviance", "score", "dfbeta"])
def test_residuals_of_rows_are_those_of_r(cox, kind) -> None:
    told = pd.read_csv(HERE / "survival_cox_residuals.csv")
    columns = [name for name in told if name.split(".")[0] == kind]
    found = getattr(cox_residuals, kind)(cox).reshape(432, -1)

    assert len(columns) == found.shape[1]
    assert near(found[:144], told[columns].to_numpy())


def test_schoenfeld_residuals_are_those_of_r(cox) -> None:
    told = pd.read_csv(HERE / "survival_cox_schoenfeld.csv")
    found = cox_residuals.schoenfeld(cox)

    assert (found.time == told.time).all()
    assert near(found.residuals, told[[*SEVEN]].to_numpy())


@pytest.mark.parametrize("transform", ["km", "rank", "identity", "log"])
def test_tests_of_proportional_hazards_are_those_of_r(cox, transform) -> None:
    told, found = ENTRIES[f"zph_rossi_{transform}"]["value"], proportional(cox, transform)

    assert told["terms"] == [*found.names, "GLOBAL"]
    assert [*found.chi2, found.overall] == pytest.approx(told["chisq"], rel=2 * CONVERGED)
    assert [*found.p_value, found.overall_p] == pytest.approx(told["p"], rel=2 * CONVERGED)


def test_the_baseline_hazard_is_that_of_r(cox) -> None:
    told = ENTRIES["basehaz_rossi"]["value"]

    assert cumulative(cox, np.array(told["time"])) == pytest.approx(told["hazard"], rel=CONVERGED)


def test_survival_at_given_covariates_and_its_error_are_those_of_r(cox) -> None:
    told = ENTRIES["coxsurv_rossi"]["value"]
    found = predicted(cox, np.array([[fin, 24, 1, 1, 0, 1, 3] for fin in (0, 1)]), np.array([52]))

    assert found.survival[:, 0] == pytest.approx(told["surv"], rel=CONVERGED)
    assert found.std_error[:, 0] == pytest.approx(told["se"], rel=CONVERGED)


def test_concordance_and_its_error_are_those_of_r(cox) -> None:
    told, found = ENTRIES["concordance_rossi"]["value"], of_regression(cox)

    assert found.c == pytest.approx(told["c"], rel=1e-12)
    assert found.std_error == pytest.approx(told["se"], rel=1e-12)


def test_e_values_of_a_hazard_ratio_are_those_of_the_formula_in_r(cox) -> None:
    told = ENTRIES["evalue_rossi"]["value"]
    ratio = np.exp(cox.coef[0])
    low, high = np.exp(cox.coef[0] + np.array([-1, 1]) * 1.959963984540054 * cox.std_errors()[0])

    common, limit = e_values(*(of_hazards(float(value)) for value in (ratio, low, high)))
    rare, _ = e_values(*(of_hazards(float(value), rare=True) for value in (ratio, low, high)))
    assert ratio == pytest.approx(told["hr"], rel=FORMULA)
    assert (common, rare) == pytest.approx((told["evalue_common"], told["evalue_rare"]), rel=FORMULA)
    assert limit == pytest.approx(told["ci_bound_evalue_common"], rel=FORMULA)
