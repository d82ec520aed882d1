"""What can be read off a fit or a curve once it stands: residuals, predictions, averages, hazards, tests; R's numbers where R has them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluation import survival
from evaluation.terms import Refused
from tests.golden.survival_data import bladder2, heart, mgus2, recid, rossi

GOLDEN = Path(__file__).parents[1] / "golden"
EXACT = 1e-9  # in proportion: sums of some hundred terms
FITTED = 1e-6  # in proportion: where two climbs to the top of one likelihood stop
SEARCHED = 1e-3  # standard errors: where the searches of lifelines and of survreg stop
TIED = 0.065  # in proportion: riskRegression lets each time count one event, where rossi has 2.3
EVENT: dict[str, Any] = {"time": "week", "event": "arrest"}
SEVEN = ["fin", "age", "race", "wexp", "mar", "paro", "prio"]
ENDS: dict[str, Any] = {"time": "etime", "event": "estatus", "causes": {1: "malignancy", 2: "death"}}
AGAIN: dict[str, Any] = {"person": "id", "start": "start", "stop": "stop", "event": "event"}


def told(file: str, entry: str) -> Any:
    whole = json.loads((GOLDEN / f"survival_{file}.json").read_text(encoding="utf-8"))
    return whole.get("entries", whole)[entry]["value"]


@pytest.fixture(scope="module")
def men() -> survival.Ratios:
    return survival.cox_regression(rossi(), covariates=SEVEN, **EVENT)


# ------------------------------------------------------------------------------------------------ of a Cox regression
def test_the_baseline_and_what_it_foretells_of_a_man_are_r_s(men: survival.Ratios) -> None:
    base, alike = told("cox", "basehaz_rossi"), pd.DataFrame([dict(zip(SEVEN, (fin, 24, 1, 1, 0, 1, 3), strict=True)) for fin in (0, 1)])
    foretold, theirs = men.predict(alike, [52]), told("cox", "coxsurv_rossi")

    assert men.baseline(base["time"])["hazard"].tolist() == pytest.approx(base["hazard"], rel=FITTED)
    assert foretold["survival"].tolist() == pytest.approx(theirs["surv"], rel=FITTED)
    assert foretold["std_error"].tolist() == pytest.approx(theirs["se"], rel=FITTED)
    assert not men.predict(alike, [0, 0.5]).isna().any(axis=None)  # before the first arrest
    assert (foretold["low"] < foretold["survival"]).all() and (foretold["survival"] < foretold["high"]).all()


def test_a_robust_fit_foretells_with_robust_errors_and_a_stratum_keeps_its_name() -> None:
    rows = rossi().assign(race=rossi()["race"].map({0: "other", 1: "black"}), place=rossi()["id"] % 50)
    ours = survival.cox_regression(rows, covariates=["age"], stratum="race", person="place", **EVENT)
    own = survival.cox_regression(rows, covariates=["age"], stratum="race", **EVENT)
    asked = pd.DataFrame({"age": [24, 24], "race": ["other", "black"]}, index=["a", "b"])
    robust, plain = ours.predict(asked, [26, 52]), own.predict(asked, [26, 52])

    assert robust["row"].tolist() == ["a", "a", "b", "b"]
    assert robust["survival"].tolist() == pytest.approx(plain["survival"].tolist())
    assert robust["std_error"].tolist() != pytest.approx(plain["std_error"].tolist(), rel=1e-3)
    assert set(own.baseline([26])["race"]) == {"other", "black"}
    with pytest.raises(Refused, match="1 row of 1 hold a stratum that the regression has not seen"):
        own.predict(asked.iloc[:1].assign(race="green"), [26])


def test_the_average_over_people_is_r_s_g_formula(men: survival.Ratios) -> None:
    theirs, ours = told("adjusted", "ate_rossi"), men.standardised([26, 51], "fin")
    risk = 1 - ours[ours["group"] == "fin = 0"]["survival"]

    assert ours["group"].tolist() == ["fin = 0"] * 2 + ["fin = 1"] * 2 + ["fin = 1 less fin = 0"] * 2
    assert risk.tolist() == pytest.approx(theirs["estimate.A"][:2], rel=FITTED)
    assert ours["survival"].tolist()[4:] == pytest.approx([-one for one in theirs["estimate"][:2]], rel=FITTED)
    assert ours["std_error"].tolist()[4:] == pytest.approx(theirs["se"][:2], rel=TIED)


def test_concordance_is_r_s(men: survival.Ratios) -> None:
    theirs, ours = told("cox", "concordance_rossi"), men.concordance().iloc[0]

    assert ours[["c", "std_error"]].tolist() == pytest.approx([theirs["c"], theirs["se"]], rel=FITTED)
    assert ours["low"] < ours["c"] < ours["high"]


def test_residuals_are_r_s_row_by_row_under_the_frame_s_index(men: survival.Ratios) -> None:
    rows, one = rossi().set_index("id"), pd.read_csv(GOLDEN / "survival_cox_residuals.csv")
    by_name = survival.cox_regression(rows, covariates=SEVEN, **EVENT)
    left = men.residuals()

    assert left.index.tolist() == rossi().index.tolist() and left["martingale"].sum() == pytest.approx(0, abs=1e-9)
    assert by_name.residuals("dfbeta").index.equals(rows.index) and by_name.residuals("dfbeta").columns.tolist() == SEVEN
    assert by_name.residuals("score").sum().abs().max() < 1e-6
    events = by_name.residuals("schoenfeld")
    assert len(events) == len(by_name.residuals("scaled")) == 114 and events["time"].tolist() == sorted(events["time"])
    assert rows.loc[events.index, "arrest"].eq(1).all() and len(one)
    assert np.sign(by_name.residuals("deviance")["deviance"]).tolist() == np.sign(by_name.residuals()["martingale"]).tolist()


def test_what_a_regression_cannot_tell_is_refused(men: survival.Ratios) -> None:
    of_one = survival.cox_regression(mgus2().dropna(subset=["hgb"]), covariates=["age"], cause="malignancy", **ENDS)
    moving = survival.cox_regression(heart(), time="stop", event="event", entry="start", person="id", covariates=["transplant"])
    cases = {
        "one of 2 causes, and rules out no other": lambda: of_one.predict(mgus2(), [60]),
        "A share would be that of a world": lambda: of_one.standardised([60], "age"),
        "'sex' is none of the covariates": lambda: men.standardised([26], "sex"),
        "'age' has 28 values": lambda: men.standardised([26], "age"),
        "69 rows of 172 go on from another": lambda: moving.standardised([26], "transplant"),
        "kind: 'martingales' is none.*Did you mean 'martingale'": lambda: men.residuals("martingales"),  # type: ignore[arg-type]  # refused
        "transform: 'kmm' is none": lambda: men.proportional("kmm"),  # type: ignore[arg-type]  # what is refused
        "nobody was followed past 52": lambda: men.predict(rossi(), [60]),
    }
    for words, ask in cases.items():
        with pytest.raises(Refused, match=words):
            ask()


# ------------------------------------------------------------------------------------------------ of curves and numbers
def test_the_cumulative_hazard_and_its_error_are_survfit_s_by_either_rule_of_ties() -> None:
    curves, theirs, other = survival.curves(rossi(), **EVENT), told("curves", "na_rossi"), told("curves", "fh2_rossi")
    ours, one_by_one = (frame.set_index("time") for frame in (curves.hazard(), curves.hazard(ties="one by one")))

    assert ours.loc[theirs["time"], "hazard"].tolist() == pytest.approx(theirs["cumhaz"], rel=EXACT)
    assert ours.loc[theirs["time"], "std_error"].tolist() == pytest.approx(theirs["se"], rel=EXACT)
    assert one_by_one.loc[other["time"], "hazard"].tolist() == pytest.approx(other["cumhaz"], rel=EXACT)
    both = survival.curves(mgus2(), by="sex", **ENDS)
    assert both.hazard("death")["group"].unique().tolist() == ["F", "M"]
    with pytest.raises(Refused, match="which of those tied comes first would be guessed"):
        both.hazard("death", ties="one by one")


def test_errors_of_a_hazard_hold_by_person_and_by_weight() -> None:
    twice = pd.concat([rossi(), rossi()])
    once, by_person = survival.curves(rossi(), **EVENT).hazard(), survival.curves(twice, person="id", **EVENT).hazard()
    weighed = survival.curves(rossi().assign(w=2.0), weights="w", **EVENT).hazard()

    assert by_person["std_error"].tolist() == pytest.approx(once["std_error"].tolist(), rel=0.02)
    assert weighed["std_error"].tolist() == pytest.approx(by_person["std_error"].tolist(), rel=EXACT)


def test_incidence_has_aalen_s_errors_where_they_are_asked_for_and_only_of_different_people() -> None:
    theirs = told("curves", "cuminc_mgus2")
    ours = survival.curves(mgus2(), by="sex", errors="aalen", **ENDS).at([60, 120, 240])
    jackknife = survival.curves(mgus2(), by="sex", **ENDS).at([60, 120, 240])

    assert theirs and ours["malignancy std_error"].tolist() == pytest.approx(jackknife["malignancy std_error"].tolist(), rel=0.01)
    assert (ours["malignancy std_error"] != jackknife["malignancy std_error"]).all()
    with pytest.raises(Refused, match="each row for somebody else who counts once"):
        survival.curves(mgus2(), person="id", errors="aalen", **ENDS)


def test_a_curve_can_begin_at_a_landmark_where_the_first_to_enter_were_too_few() -> None:
    rows = pd.DataFrame({"t": [2, 5, 6, 7, 9], "d": [1, 1, 0, 1, 0], "en": [0, 3, 3, 4, 3]})
    with pytest.raises(Refused, match=r"landmark="):
        survival.curves(rows, time="t", event="d", entry="en")
    later = survival.curves(rows, time="t", event="d", entry="en", landmark=2).at([8])

    assert later["survival"].item() == pytest.approx(3 / 4 * 1 / 2)
    with pytest.raises(Refused, match="goes on beyond the landmark"):
        survival.curves(rossi(), landmark=52, **EVENT)


def test_two_groups_with_the_same_events_are_not_told_apart_and_different_ones_are() -> None:
    one = bladder2().assign(side=0)
    same = pd.concat([one, one.assign(side=1, id=one["id"] + 1_000)])
    more = pd.concat([one, one.assign(side=1, id=one["id"] + 1_000, event=0, stop=one["stop"])])
    arms = survival.mean_numbers(bladder2(), by="rx", **AGAIN).test().iloc[0]

    assert survival.mean_numbers(same, by="side", **AGAIN).test()["statistic"].item() == pytest.approx(0, abs=1e-12)
    assert 0.02 < arms["p"] < 0.2 and arms["df"] == 1  # LWYY's ratio has .07 by a robust error
    with pytest.raises(Refused, match="there is one group, and the test is of two"):
        survival.mean_numbers(bladder2(), **AGAIN).test()
    with pytest.raises(Refused, match="nothing happened to anybody in the group '1'"):
        survival.mean_numbers(more, by="side", **AGAIN)


def test_a_person_in_both_groups_counts_as_one_in_a_test() -> None:
    mixed = bladder2().assign(side=lambda rows: rows["enum"] % 2)  # after each event a person is in the other group
    apart = mixed.assign(id=mixed["id"] + 1_000 * mixed["side"])
    of_each, of_two = (survival.mean_numbers(frame, by="side", **AGAIN).test()["statistic"].item() for frame in (mixed, apart))

    assert of_each != pytest.approx(of_two, rel=0.01)
    assert (apart["id"].nunique(), mixed["id"].nunique()) == (85 + 46, 85)


# ------------------------------------------------------------------------------------------------ regressions
def test_the_adjusted_difference_in_mean_time_is_surv_rm2_s() -> None:
    theirs = told("adjusted", "rmst_rossi_adj")
    asked: Any = {"by": "fin", "covariates": ["age", "prio"], "tau": 51, **EVENT}
    ours = survival.adjusted_time_free(rossi(), correction="none", **asked)

    assert ours.names == ("intercept", "served", "age", "prio")
    assert ours.coef.tolist() == pytest.approx(theirs["est"], rel=EXACT)
    assert ours.std_error.tolist() == pytest.approx(theirs["se"], rel=EXACT)
    assert survival.adjusted_time_free(rossi(), **asked | {"covariates": []}).names == ("intercept", "served")
    with pytest.raises(Refused, match="432 of 432 values are neither 0 nor 1"):
        survival.adjusted_time_free(rossi().assign(fin=2), **asked)


def test_times_known_to_lie_between_two_visits_have_survreg_s_slopes() -> None:
    men, theirs = recid().assign(low=lambda rows: rows["durat"] - 1.0), told("parametric", "interval_weibull_recid")
    men["high"] = np.where(men["event"] == 1, men["durat"], np.inf)
    ours = survival.accelerated(men, time="low", until="high", covariates=["workprg", "priors"])

    assert (abs(ours.coef[:3] - theirs["coef"]) < SEARCHED * np.array(theirs["se"][:3])).all()
    assert np.exp(ours.coef[3]) == pytest.approx(theirs["scale"], rel=SEARCHED)
    with pytest.raises(Refused, match="'event' stands beside `until`"):
        survival.accelerated(men, time="low", until="high", event="event", covariates=["priors"])
    with pytest.raises(Refused, match="neither an event nor `until` was named"):
        survival.accelerated(men, time="durat", covariates=["priors"])


def test_odds_of_a_period_lie_beyond_its_hazard_ratios() -> None:
    asked: Any = {"time": "durat", "event": "event", "covariates": ["priors"], "edges": range(12, 73, 12)}
    hazards, odds = (survival.by_period(recid(), **asked, **more).frame.set_index("name") for more in ({}, {"link": "logit"}))

    assert odds.loc["priors", "ratio"] > hazards.loc["priors", "ratio"] > 1
    assert np.isnan(odds.loc["first period", "ratio"]) and not np.isnan(odds.loc["period 2", "ratio"])


def test_levels_have_no_ratio_and_an_empty_cell() -> None:
    cured = survival.cure(recid(), time="durat", event="event", covariates=["workprg", "priors"])
    ratios = cured.frame.set_index("name")["ratio"]

    assert ratios.isna().tolist() == [True, False, False, True, True]
    assert "nan" not in repr(cured).lower().replace("intercept", "") and "Ratio: of odds." in cured.note


def test_every_table_of_slopes_has_the_same_columns() -> None:
    with_ratio = [survival.cox_regression(rossi(), covariates=["fin"], **EVENT), survival.recurring(bladder2(), covariates=["rx"], **AGAIN)]

    assert all(fit.frame.columns.tolist() == ["name", "ratio", "low", "high", "coef", "std_error", "p"] for fit in with_ratio)
    without = survival.pseudo(rossi(), covariates=["fin"], measure="risk", at=52, **EVENT)
    assert without.frame.columns.tolist() == ["name", "coef", "low", "high", "std_error", "p"]


def test_the_door_opens_without_lifelines_and_statsmodels() -> None:
    script = "import sys, evaluation; evaluation.survival; print(sorted({'lifelines', 'statsmodels', 'scipy.stats'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"
