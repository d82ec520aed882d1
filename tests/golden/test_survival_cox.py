"""The Cox regression against R's survival 3.5-3: slopes, likelihoods, errors of the model, of Lin and Wei and by cluster."""

from __future__ import annotations

import numpy as np
import pytest
from survival_cox_entries import CLUSTERS, ENTRIES, FITS

CONVERGED = 1e-7  # relative: R stops climbing when the likelihood rises by less than a billionth of itself, which leaves 2e-8 of a slope
LIKELIHOOD = 1e-12  # relative: the likelihood is flat where it is highest


def test_every_regression_that_r_told_is_asked_for() -> None:
    assert sorted(FITS) == sorted(name for name, entry in ENTRIES.items() if "nevent" in entry["value"])


@pytest.mark.parametrize("name", FITS)
def test_slopes_and_errors_of_the_model_are_those_of_r(name) -> None:
    cox, told = FITS[name](), ENTRIES[name]["value"]

    assert cox.coef == pytest.approx(np.atleast_1d(told["coef"]), rel=CONVERGED)
    assert cox.std_errors() == pytest.approx(np.atleast_1d(told["se"]), rel=CONVERGED)
    assert (cox.null_loglik, cox.loglik) == pytest.approx(told["loglik"], rel=LIKELIHOOD)
    assert cox.sets.events == told["nevent"]


@pytest.mark.parametrize("name", [name for name, entry in ENTRIES.items() if "robust_se" in entry["value"]])
def test_errors_by_row_and_by_cluster_are_those_of_r(name) -> None:
    variance = FITS[name]().variance(CLUSTERS[name]() if name in CLUSTERS else None)

    assert np.sqrt(np.diag(variance)) == pytest.approx(np.atleast_1d(ENTRIES[name]["value"]["robust_se"]), rel=CONVERGED)
