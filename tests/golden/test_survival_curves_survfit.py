"""Curves against R's survival 3.5-3 and survRM2 1.0-4 on public tables; `survival_curves.json` holds the calls and what they told."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import survival_data

from evaluation.methods.survival.at_risk import counts_at
from evaluation.methods.survival.curve_errors import clustered, greenwood, nelson_aalen
from evaluation.methods.survival.curves import curve, fleming_harrington, influence
from evaluation.methods.survival.pseudo import pseudo_observations
from evaluation.methods.survival.quantiles import quantiles
from evaluation.methods.survival.restricted import difference, ratio, restricted
from evaluation.methods.survival.times import Times
from evaluation.methods.survival.transforms import interval

TOLD = json.loads((Path(__file__).parent / "survival_curves.json").read_text(encoding="utf-8"))
SAME = 1e-12  # closed forms, and R wrote down 15 digits
WEEKS = np.array([10.0, 26, 39, 52])


def told(name):
    return {key: np.array(value) for key, value in TOLD[name]["value"].items()}


def rossi(fin=None):
    frame = survival_data.rossi()
    men = np.ones(len(frame), dtype=bool) if fin is None else frame["fin"].to_numpy() == fin
    return Times(frame["week"].to_numpy(), frame["arrest"].to_numpy()).of(men)


def recid(programme=None):
    frame = survival_data.recid()
    men = np.ones(len(frame), dtype=bool) if programme is None else frame["workprg"].to_numpy() == programme
    return Times(frame["durat"].to_numpy(), frame["event"].to_numpy()).of(men)


def upto(laid, at):
    return np.array([laid.until(t) - 1 for t in at])


@pytest.mark.parametrize("by", ["plain", "log", "log-log", "logit", "arcsin"])
@pytest.mark.parametrize("fin", [0, 1])
def test_kaplan_meier_with_greenwoods_error_and_intervals_on_every_scale(by, fin):
    theirs = {key: value[4 * fin : 4 * fin + 4] for key, value in told(f"km_rossi_{by}").items()}
    laid = curve(rossi(fin))
    error = greenwood(laid)[upto(laid, WEEKS)]
    low, high = interval(laid.survival_at(WEEKS), error, by)

    assert laid.survival_at(WEEKS) == pytest.approx(theirs["surv"], abs=SAME)
    assert error == pytest.approx(theirs["se"], abs=SAME)
    assert low == pytest.approx(theirs["lower"], abs=SAME)
    assert high == pytest.approx(theirs["upper"], abs=SAME)
    assert list(counts_at(rossi(fin), WEEKS).at_risk) == list(theirs["n_risk"])


@pytest.mark.parametrize("programme", [0, 1])
def test_kaplan_meier_of_the_work_programme(programme):
    theirs = {key: value[5 * programme : 5 * programme + 5] for key, value in told("km_recid").items()}
    laid = curve(recid(programme))
    error = greenwood(laid)[upto(laid, theirs["time"])]
    low, high = interval(laid.survival_at(theirs["time"]), error, "log")

    assert laid.survival_at(theirs["time"]) == pytest.approx(theirs["surv"], abs=SAME)
    assert error == pytest.approx(theirs["se"], abs=SAME)
    assert np.column_stack([low, high]) == pytest.approx(np.column_stack([theirs["lower"], theirs["upper"]]), abs=SAME)


def test_nelson_aalen_with_its_error():
    theirs, laid = told("na_rossi"), curve(rossi())

    assert laid.hazard_at(WEEKS) == pytest.approx(theirs["cumhaz"], abs=SAME)
    assert nelson_aalen(laid)[upto(laid, WEEKS)] == pytest.approx(theirs["se"], abs=SAME)


def test_the_hazard_of_fleming_and_harrington_takes_those_tied_one_after_the_other():
    theirs, laid = told("fh2_rossi"), curve(rossi())
    hazard = fleming_harrington(laid, rossi())[upto(laid, WEEKS)]

    assert hazard == pytest.approx(theirs["cumhaz"], abs=SAME)
    assert np.exp(-hazard) == pytest.approx(theirs["surv"], abs=SAME)
    assert hazard != pytest.approx(laid.hazard_at(WEEKS), abs=1e-5)  # which lifelines gives by default under the name of Nelson-Aalen


def test_with_delayed_entry_who_has_not_entered_is_not_at_risk():
    theirs, frame = told("km_lefttrunc_recid"), survival_data.recid()
    times = Times((frame["age"] + frame["durat"]).to_numpy(), frame["event"].to_numpy(), frame["age"].to_numpy())
    laid = curve(times)

    assert laid.survival_at(theirs["time"]) == pytest.approx(theirs["surv"], abs=SAME)
    assert greenwood(laid)[upto(laid, theirs["time"])] == pytest.approx(theirs["se"], abs=SAME)
    assert list(counts_at(times, theirs["time"]).at_risk) == list(theirs["n_risk"])


def test_the_weeks_by_which_a_tenth_and_a_fifth_were_arrested():
    theirs, laid = told("km_quantile_rossi"), curve(rossi())
    found = quantiles(laid, theirs["p"], greenwood(laid), by="log")

    assert (list(found.time), list(found.low), list(found.high)) == (list(theirs["q"]), list(theirs["lo"]), list(theirs["hi"]))


@pytest.mark.parametrize("fin", [0, 1])
def test_weights_that_make_groups_alike_have_the_infinitesimal_jackknifes_error(fin):
    theirs = {key: value[4 * fin : 4 * fin + 4] for key, value in told("km_rossi_iptw").items()}
    men = survival_data.rossi()["fin"].to_numpy() == fin
    plain = rossi(fin)
    times = Times(plain.stop, plain.cause, None, np.array(TOLD["km_rossi_iptw"]["weights"])[men])
    laid = curve(times)
    error = clustered(laid, times, "survival", WEEKS, np.arange(len(times)))
    low, high = interval(laid.survival_at(WEEKS), error, "log-log")

    assert laid.survival_at(WEEKS) == pytest.approx(theirs["surv"], abs=SAME)
    assert error == pytest.approx(theirs["robust_se"], abs=SAME)
    assert np.column_stack([low, high]) == pytest.approx(np.column_stack([theirs["lower"], theirs["upper"]]), abs=SAME)


@pytest.mark.parametrize("rx", [1, 2])
def test_the_mean_number_of_recurrences_has_the_error_of_people_and_not_of_rows(rx):
    theirs = {key: value[4 * (rx - 1) : 4 * rx] for key, value in told("mcf_bladder2").items()}
    frame = survival_data.bladder2().query(f"rx == {rx}")
    times = Times(*(frame[name].to_numpy() for name in ("stop", "event", "start")))
    laid = curve(times)

    assert laid.hazard_at(theirs["time"]) == pytest.approx(theirs["mcf"], abs=SAME)
    assert clustered(laid, times, "hazard", theirs["time"], frame["id"].to_numpy()) == pytest.approx(theirs["se"], abs=SAME)
    assert list(counts_at(times, theirs["time"], labels=frame["id"].to_numpy()).at_risk) == list(theirs["n_risk"])


@pytest.mark.parametrize("tau", [52, 26])
def test_mean_weeks_free_of_arrest_their_difference_and_ratios(tau):
    theirs = told(f"rmst_rossi_{tau}")
    one, other = (restricted(curve(rossi(fin)), rossi(fin), tau, greenwood=True) for fin in (1, 0))
    lost = [restricted(curve(rossi(fin)), rossi(fin), tau, "time_lost") for fin in (1, 0)]
    apart = difference(one, other)
    ends = apart.interval("normal")
    ratios = [ratio(one, other), ratio(*lost)]

    assert (one.mean, one.std_error) == pytest.approx(theirs["arm1"][:2], abs=10 * SAME)
    assert (other.mean, other.std_error) == pytest.approx(theirs["arm0"][:2], abs=10 * SAME)
    assert apart.std_error == pytest.approx(float(theirs["diff_se"]), abs=10 * SAME)
    assert (apart.effect, ends.low, ends.high, apart.p_value) == pytest.approx(theirs["contrast"][0], abs=10 * SAME)
    for (found, p_value), line in zip(ratios, theirs["contrast"][1:], strict=True):
        assert (found.value, found.interval.low, found.interval.high, p_value) == pytest.approx(line, abs=10 * SAME)


def test_mean_months_free_of_a_return_by_the_jackknife_too():
    """Without weights and delayed entry the infinitesimal jackknife is Greenwood's formula."""
    theirs = told("rmst_recid_60")
    one, other = (restricted(curve(recid(programme)), recid(programme), 60) for programme in (1, 0))
    apart = difference(one, other)
    ends = apart.interval("normal")

    assert (one.mean, one.std_error) == pytest.approx(theirs["arm1"][:2], abs=10 * SAME)
    assert (other.mean, other.std_error) == pytest.approx(theirs["arm0"][:2], abs=10 * SAME)
    assert (apart.effect, ends.low, ends.high, apart.p_value) == pytest.approx(theirs["contrast"][0], abs=10 * SAME)


def test_pseudo_observations_of_months_free_of_a_return():
    theirs = told("pseudo_rmst_recid")
    laid = curve(recid())
    found = pseudo_observations(laid, recid(), "time_free", 60)[:, 0]

    assert found[:5] == pytest.approx(theirs["pseudo_first5"], abs=100 * SAME)
    assert found.mean() == pytest.approx(float(theirs["pseudo_mean"]), abs=100 * SAME)
    assert found.mean() == pytest.approx(restricted(laid, recid(), 60).mean, abs=100 * SAME)


def test_each_column_of_an_influence_is_that_of_one_time():
    laid, one_by_one = curve(rossi()), [influence(curve(rossi()), rossi(), "survival", t) for t in WEEKS]

    assert (influence(laid, rossi(), "survival", WEEKS) == np.hstack(one_by_one)).all()
