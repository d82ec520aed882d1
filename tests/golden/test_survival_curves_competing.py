"""Incidences of causes that rule each other out, against R's survival 3.5-3 and cmprsk 2.2-11 on mgus2.

survfit's error is the infinitesimal jackknife and cuminc's is Aalen's, some tenths of a percent apart: each is held to its own.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import statsmodels.api as sm
import survival_data

from evaluation.methods.survival.curve_errors import aalen, clustered, jackknife
from evaluation.methods.survival.curves import curve
from evaluation.methods.survival.restricted import time_free, time_lost
from evaluation.methods.survival.times import Times
from evaluation.methods.survival.transforms import interval

TOLD = json.loads((Path(__file__).parent / "survival_curves.json").read_text(encoding="utf-8"))
SAME = 1e-12  # closed forms, and R wrote down 15 digits
R_GLM = 1e-8  # R's glm stops a step before the maximum
MONTHS = np.array([60.0, 120, 240])
STATES = (("survival", 1), ("incidence", 1), ("incidence", 2))


def told(name, sex):
    """What R told of the women ("F") or the men, each state (3 times, 3 states) at MONTHS."""
    value = TOLD[name]["value"]
    there = [i for i, stratum in enumerate(value["strata"]) if stratum == f"sex={sex}"]
    return {key: np.array(value[key])[there] for key in value if key not in ("states", "w_first5", "strata")}


def mgus2(sex):
    frame = survival_data.mgus2().query(f"sex == '{sex}'")
    return Times(frame["etime"].to_numpy(), frame["estatus"].to_numpy())


@pytest.mark.parametrize("sex", ["F", "M"])
def test_aalen_and_johansens_incidences_with_survfits_error_and_interval(sex):
    theirs, times = told("aj_mgus2", sex), mgus2(sex)
    laid = curve(times, causes=2)
    shares = np.column_stack([laid.survival_at(MONTHS), laid.incidence_at(MONTHS, 1), laid.incidence_at(MONTHS, 2)])
    errors = np.column_stack([clustered(laid, times, what, MONTHS, np.arange(len(times)), cause) for what, cause in STATES])
    low, high = interval(shares, errors, "log")

    assert shares == pytest.approx(theirs["pstate"], abs=SAME)
    assert errors == pytest.approx(theirs["se"], abs=SAME)
    assert low == pytest.approx(theirs["lower"], abs=SAME)
    assert high == pytest.approx(theirs["upper"], abs=SAME)


@pytest.mark.parametrize("sex", ["F", "M"])
def test_the_error_at_every_time_is_survfits_too(sex):
    theirs, laid = told("aj_mgus2", sex), curve(mgus2(sex), causes=2)
    places = [laid.until(t) - 1 for t in MONTHS]
    errors = np.column_stack([jackknife(laid, mgus2(sex), what, cause)[places] for what, cause in STATES])

    assert errors == pytest.approx(theirs["se"], abs=SAME)


@pytest.mark.parametrize(("sex", "row"), [("F", 0), ("M", 1)])
@pytest.mark.parametrize("cause", [1, 2])
def test_incidences_with_cumincs_error_of_aalen_which_is_another_than_the_jackknife(sex, row, cause):
    value, laid = TOLD["cuminc_mgus2"]["value"], curve(mgus2(sex), causes=2)
    line = row + 2 * (cause - 1)
    places = [laid.until(t) - 1 for t in MONTHS]

    assert value["rows"][line] == f"{sex} {cause}"
    assert laid.incidence_at(MONTHS, cause) == pytest.approx(value["est"][line], abs=SAME)
    assert aalen(laid, cause)[places] ** 2 == pytest.approx(value["var"][line], abs=SAME)
    assert aalen(laid, cause)[places] != pytest.approx(jackknife(laid, mgus2(sex), "incidence", cause)[places], rel=1e-5)


@pytest.mark.parametrize("sex", ["F", "M"])
def test_incidences_of_weighted_people(sex):
    theirs, frame = told("aj_iptw_mgus2", sex), survival_data.mgus2().dropna(subset=["mspike", "hgb"])
    male = (frame["sex"] == "M").to_numpy(dtype=float)
    p = sm.Logit(male, sm.add_constant(frame[["age", "mspike"]].to_numpy())).fit(disp=False, tol=1e-14).predict()
    weights = np.where(male == 1, 1 / p, 1 / (1 - p))
    there = (frame["sex"] == sex).to_numpy()
    times = Times(frame["etime"].to_numpy(), frame["estatus"].to_numpy(), None, weights).of(there)
    laid = curve(times, causes=2)
    shares = np.column_stack([laid.survival_at(MONTHS), laid.incidence_at(MONTHS, 1), laid.incidence_at(MONTHS, 2)])
    errors = np.column_stack([clustered(laid, times, what, MONTHS, np.arange(len(times)), cause) for what, cause in STATES])

    assert weights[:5] == pytest.approx(TOLD["aj_iptw_mgus2"]["value"]["w_first5"], rel=R_GLM)
    assert shares == pytest.approx(theirs["pstate"], abs=R_GLM)
    assert errors == pytest.approx(theirs["se"], abs=R_GLM)


@pytest.mark.parametrize(("sex", "row"), [("F", 0), ("M", 1)])
def test_mean_months_free_of_both_and_lost_to_each(sex, row):
    table, laid = TOLD["rmtl_mgus2"]["value"]["table"], curve(mgus2(sex), causes=2)
    found = time_free(laid, 240), time_lost(laid, 240, 1), time_lost(laid, 240, 2)

    assert found == pytest.approx([table[row + 2 * state][2] for state in range(3)], abs=100 * SAME)  # R wrote down 12 decimals
    assert sum(found) == pytest.approx(240, abs=100 * SAME)
