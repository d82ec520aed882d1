"""Two-way fixed effects and the event study held against R's fixest, standard errors of each of its kinds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from did_data import Table, castle, divorce, mpdta
from linearmodels.panel import PanelOLS
from pytest import approx

from evaluation.methods.did import event_study, two_way
from evaluation.methods.did.fixed_effects import Errors, regress
from evaluation.methods.did.wide import wide
from evaluation.terms import NEVER

R = json.loads((Path(__file__).parent / "did_two_way.json").read_text())
PANELS = {"mpdta": mpdta, "castle": castle, "divorce": divorce}
POINT, ERROR = 1e-9, 1e-6  # relative: rounding, and what R prints of the standard errors
ITERATED = 1e-7  # relative: with weights that change fixest's fixed effects are iterated, and it stops there


def values(name: str, key: str, term: int = 0) -> tuple[float, float, float]:
    """The coefficient of R, its standard error and p-value."""
    told = R[name][key]
    return told["est"][term], told["se"][term], told["p"][term]


@pytest.mark.parametrize("by_library", [True, False], ids=["linearmodels", "numpy"])
@pytest.mark.parametrize(("key", "errors"), [("cluster_id", "cluster"), ("hetero", "hetero"), ("iid", "iid"), ("twoway", "two_way")])
@pytest.mark.parametrize("name", PANELS)
def test_the_effect_its_errors_and_its_p_value_are_those_of_fixest(name: str, key: str, errors: Errors, by_library: bool) -> None:
    table = PANELS[name]()
    fitted = two_way.fit(table.value, table.adopted, errors=errors, by_library=by_library)

    effect, error, p = values(name, f"twfe_{key}")
    assert fitted.effect == approx(effect, rel=POINT)
    assert fitted.std_error == approx(error, rel=ERROR)
    assert fitted.p_value == approx(p, rel=ERROR)
    assert fitted.rows == R[name]["twfe_nobs"]


@pytest.mark.parametrize("name", PANELS)
def test_without_factors_the_variance_is_the_sum_of_squares_of_what_units_add(name: str) -> None:
    table = PANELS[name]()
    fitted = two_way.fit(table.value, table.adopted)

    assert (fitted.influence**2).sum() ** 0.5 == approx(values(name, "twfe_ssc_none")[1], rel=ERROR)
    assert fitted.influence.sum() == approx(0, abs=1e-9 * fitted.std_error)


@pytest.mark.parametrize("by_library", [True, False], ids=["linearmodels", "numpy"])
def test_a_covariate_with_a_slope_in_each_year_is_that_of_fixest(by_library: bool) -> None:
    table = mpdta()
    fitted = two_way.fit(table.value, table.adopted, covariates=table.columns["lpop"], by_library=by_library)

    assert (fitted.effect, fitted.std_error, fitted.p_value) == approx(values("mpdta", "twfe_lpop_year"), rel=ERROR)


def test_states_hang_together_as_fixest_has_them() -> None:
    table = mpdta()
    fitted = two_way.fit(table.value, table.adopted, cluster=table.columns["state"])

    assert (fitted.effect, fitted.std_error, fitted.p_value) == approx(values("mpdta", "twfe_cluster_state"), rel=ERROR)
    assert fitted.clusters == 29


@pytest.mark.parametrize("by_library", [True, False], ids=["linearmodels", "numpy"])
@pytest.mark.parametrize(("name", "column"), [("castle", "popwt"), ("divorce", "population")])
def test_weights_of_units_and_weights_that_change_are_those_of_fixest(name: str, column: str, by_library: bool) -> None:
    table = PANELS[name]()
    fitted = two_way.fit(table.value, table.adopted, weight=table.columns[column], by_library=by_library)

    assert (fitted.effect, fitted.std_error, fitted.p_value) == approx(values(name, "twfe_weighted"), rel=ITERATED)


@pytest.mark.parametrize("by_library", [True, False], ids=["linearmodels", "numpy"])
@pytest.mark.parametrize("name", ["mpdta", "castle"])
def test_the_event_study_is_that_of_fixest(name: str, by_library: bool) -> None:
    table = PANELS[name]()
    told = event_study.fit(table.value, table.adopted, by_library=by_library)

    assert [f"rel::{e}" for e in told.at] == R[name]["es_twfe"]["term"]
    assert told.effect == approx(np.array(R[name]["es_twfe"]["est"]), rel=1e-8)
    assert told.std_error == approx(np.array(R[name]["es_twfe"]["se"]), rel=ERROR)


def test_states_under_the_law_before_the_first_year_are_set_aside_where_fixest_keeps_them() -> None:
    table = divorce()
    told = event_study.fit(table.value, table.adopted)
    as_r, events = event_regression(table)

    assert told.left_out == {"units under the programme before any period to compare with": 9}
    assert max(told.at) == 27
    assert [f"rel::{e}" for e in events] == R["divorce"]["es_twfe"]["term"]
    assert as_r == approx(np.array(R["divorce"]["es_twfe"]["est"]), rel=1e-7, abs=1e-12)


def event_regression(table: Table) -> tuple[Any, Any]:
    """The regression as R was told it: with the year in which the law changed, though it lies before the panel."""
    since = np.where(table.year[:, None] == 0, NEVER, table.period - table.year[:, None])
    events = np.setdiff1d(np.unique(since), [-1, NEVER])
    return regress(wide(table.value, table.adopted), (since[:, :, None] == events).astype(float)).coef, events


@pytest.mark.parametrize(("name", "wider"), [("mpdta", 1.117), ("castle", 1.039), ("divorce", 1.006)])
def test_linearmodels_own_factor_counts_effects_that_are_nested_and_ours_does_not(name: str, wider: float) -> None:
    table = PANELS[name]()
    frame = table.frame.set_index(["unit", "year"])
    library = PanelOLS(frame["y"], frame[["on"]], entity_effects=True, time_effects=True).fit(cov_type="clustered", cluster_entity=True)
    fitted = two_way.fit(table.value, table.adopted)

    assert float(library.std_errors["on"]) / fitted.std_error == approx(wider, abs=2e-3)


@pytest.mark.parametrize("name", PANELS)
def test_linearmodels_has_the_same_covariances_before_any_factor(name: str) -> None:
    table = PANELS[name]()
    panel = wide(table.value, table.adopted)
    own = regress(panel, panel.under[:, :, None].astype(float), by_library=False)
    frame = table.frame.set_index(["unit", "year"])
    model = PanelOLS(frame["y"], frame[["on"]], entity_effects=True, time_effects=True)
    library = {
        how: float(model.fit(auto_df=False, count_effects=False, debiased=False, **words).cov.iloc[0, 0])
        for how, words in {
            "cluster": {"cov_type": "clustered", "cluster_entity": True},
            "both": {"cov_type": "clustered", "cluster_entity": True, "cluster_time": True},
            "hetero": {"cov_type": "robust"},
        }.items()
    }

    part = own.part(0)
    by_unit, by_period, by_cell = ((sums**2).sum() for sums in (part.sum(axis=1), part.sum(axis=0), part))
    assert by_unit == approx(library["cluster"], rel=1e-9)
    assert by_unit + by_period - by_cell == approx(library["both"], rel=1e-9)
    assert by_cell == approx(library["hetero"], rel=1e-9)
