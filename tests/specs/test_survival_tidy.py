"""Survival over the columns of a frame: R's numbers under names, and whatever cannot be read refused by name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy.special import chdtrc, stdtr

import evaluation as ev
from evaluation import survival
from evaluation.terms import Refused
from tests.golden.survival_data import bladder2, mgus2, recid, rossi

GOLDEN = Path(__file__).parents[1] / "golden"
EXACT = 1e-9  # in proportion: sums of some hundred terms
FITTED = 1e-5  # in proportion: where two optimisers stop
ENDS: dict[str, Any] = {"time": "etime", "event": "estatus", "causes": {1: "malignancy", 2: "death"}}
TIES = 1e-3  # in proportion: crr, whose error counts that the weights are estimated as ours does, takes ties as Breslow does
AGAIN: dict[str, Any] = {"person": "id", "start": "start", "stop": "stop", "event": "event"}


def told(file: str, entry: str) -> Any:
    whole = json.loads((GOLDEN / f"survival_{file}.json").read_text(encoding="utf-8"))
    return whole.get("entries", whole)[entry]["value"]


def men() -> survival.Curves:
    return survival.curves(rossi(), time="week", event="arrest", by="fin")


# ------------------------------------------------------------------------------------------------ R's numbers
def test_survival_with_its_limits_is_that_of_survfit() -> None:
    theirs, ours = told("curves", "km_rossi_log-log"), men().at([10, 26, 39, 52])

    assert ours["survival"].tolist() == pytest.approx(theirs["surv"], rel=EXACT)
    assert ours["low"].tolist() == pytest.approx(theirs["lower"], rel=EXACT)
    assert ours["high"].tolist() == pytest.approx(theirs["upper"], rel=EXACT)


def test_mean_time_free_and_its_difference_are_those_of_surv_rm2() -> None:
    theirs, ours = told("curves", "rmst_rossi_52"), men().time_free(52).set_index("group")

    assert ours.loc["1"].tolist() == pytest.approx(theirs["arm1"], rel=EXACT)
    assert ours.loc["0"].tolist() == pytest.approx(theirs["arm0"], rel=EXACT)
    assert ours.loc["1 less 0", ["mean", "std_error"]].tolist() == pytest.approx([theirs["contrast"][0][0], theirs["diff_se"]], rel=EXACT)


def test_tests_are_survdiff_and_cuminc() -> None:
    ours, by_race = men().test().iloc[0], men().test(stratum="race").iloc[0]
    gray, theirs = survival.curves(mgus2(), by="sex", **ENDS).test("malignancy").iloc[0], told("tests", "gray_mgus2")[0]

    assert ours[["statistic", "p"]].tolist() == pytest.approx([told("tests", "lr_rossi")[key] for key in ("chisq", "p")], rel=EXACT)
    assert by_race["statistic"] == pytest.approx(told("tests", "lr_rossi_strat_race")["chisq"], rel=EXACT)
    assert gray[["statistic", "p"]].tolist() == pytest.approx(theirs[:2], rel=EXACT)
    assert (ours["test"], gray["test"]) == ("log-rank", "Gray")


def test_incidence_and_time_lost_by_cause_are_those_of_survfit() -> None:
    curves, theirs = survival.curves(mgus2(), by="sex", **ENDS), told("curves", "aj_mgus2")
    ours = curves.at([60, 120, 240])

    assert ours[["malignancy", "death"]].to_numpy() == pytest.approx(np.array(theirs["pstate"])[:, 1:], rel=EXACT)
    assert ours[["malignancy std_error", "death std_error"]].to_numpy() == pytest.approx(np.array(theirs["se"])[:, 1:], rel=EXACT)
    lost = [row[2] for row in told("curves", "rmtl_mgus2")["table"]]
    assert curves.time_lost(240, "malignancy")["mean"].tolist()[:2] == pytest.approx(lost[2:4], rel=EXACT)


def test_ratios_of_hazards_are_those_of_coxph() -> None:
    theirs = told("cox", "cox_rossi_efron")
    fitted = survival.cox_regression(rossi(), time="week", event="arrest", covariates=theirs["names"]).frame

    assert fitted["coef"].tolist() == pytest.approx(theirs["coef"], rel=1e-7)
    assert fitted["std_error"].tolist() == pytest.approx(theirs["se"], rel=1e-7)
    assert np.log(fitted["high"] / fitted["low"]).tolist() == pytest.approx((2 * 1.959963984540054 * fitted["std_error"]).tolist())


def test_p_values_are_two_sided_by_t_where_errors_are_robust_and_as_a_chi_squared_where_they_are_not() -> None:
    own = survival.cox_regression(rossi(), time="week", event="arrest", covariates=["fin", "age"]).frame
    times = survival.accelerated(recid(), time="durat", event="event", covariates=["workprg", "priors"]).frame

    assert own["p"].tolist() == pytest.approx(chdtrc(1, (own["coef"] / own["std_error"]) ** 2).tolist(), rel=1e-9)
    assert times["p"].tolist() == pytest.approx((2 * stdtr(1_444, -(times["coef"] / times["std_error"]).abs())).tolist(), rel=1e-9)


def test_ratios_of_subdistribution_hazards_are_those_of_finegray_and_coxph() -> None:
    theirs = told("fine_gray", "finegray_mgus2")
    whole = mgus2().dropna(subset=["mspike", "hgb"]).assign(male=lambda rows: (rows["sex"] == "M").astype(int))
    fitted = survival.subdistribution(whole, covariates=["age", "male", "mspike"], cause="malignancy", correction="none", **ENDS).frame

    assert fitted["coef"].tolist() == pytest.approx(theirs["coef"], rel=FITTED)
    assert fitted["std_error"].tolist() == pytest.approx(told("fine_gray", "crr_mgus2")["se"], rel=TIES)


def test_the_mean_number_of_events_is_that_of_survfit_with_errors_by_person() -> None:
    theirs, ours = told("recurrence", "mcf_bladder2"), survival.mean_numbers(bladder2(), by="rx", **AGAIN).at([12, 24, 36, 48])

    assert ours["number"].tolist() == pytest.approx(theirs["mcf"], rel=EXACT)
    assert ours["std_error"].tolist() == pytest.approx(theirs["se"], rel=EXACT)


def test_events_that_come_again_have_the_rates_and_robust_errors_of_coxph() -> None:
    for model, entry in (("andersen_gill", "ag_bladder2"), ("total_time", "pwp_tt_bladder2"), ("gap_time", "pwp_gt_bladder2")):
        theirs = told("recurrence", entry)
        fitted = survival.recurring(bladder2(), covariates=theirs["names"], model=model, correction="none", **AGAIN).frame  # type: ignore[arg-type]  # a word of `Model`
        assert fitted["coef"].tolist() == pytest.approx(theirs["coef"], rel=1e-6)
        assert fitted["std_error"].tolist() == pytest.approx(theirs["robust_se"], rel=1e-6)


def test_models_of_times_of_a_share_and_of_periods_have_r_s_slopes() -> None:
    columns, on = ["workprg", "priors", "felon", "black"], {"time": "durat", "event": "event"}
    weibull, theirs = survival.accelerated(recid(), covariates=columns, **on).frame, told("parametric", "weibull_recid")
    cured, split = survival.cure(recid(), covariates=columns, **on), told("parametric", "cure_weibull_cov_recid")
    yearly = survival.by_period(recid(), covariates=columns, edges=range(12, 73, 12), **on).frame

    assert weibull["coef"].tolist()[:5] == pytest.approx(theirs["coef"], rel=1e-3, abs=1e-5)
    assert cured.frame["coef"].tolist()[:5] == pytest.approx(split["coef"], abs=1e-4)
    assert 0.55 < cured.share < 0.6154  # below what the curve still stands at after 81 months
    assert yearly["coef"].tolist() == pytest.approx(told("parametric", "disc_cloglog_recid")["coef"], rel=FITTED)


def test_a_regression_of_the_risk_itself_on_one_arm_is_the_difference_of_two_curves() -> None:
    arms = rossi().assign(fin=rossi()["fin"].astype(float))
    asked: Any = {"time": "week", "event": "arrest", "covariates": ["fin"], "measure": "time_free", "at": 52}
    slope = survival.pseudo(arms, correction="none", **asked).frame.iloc[1]
    apart = men().time_free(52).iloc[2]

    assert slope["coef"] == pytest.approx(apart["mean"], abs=1e-9)  # nobody is lost before week 52
    assert slope["std_error"] == pytest.approx(apart["std_error"], rel=1e-9)


# ------------------------------------------------------------------------------------------------ what it says of itself
def test_the_counts_of_a_table_add_up_to_everybody() -> None:
    ours = survival.curves(mgus2(), by="sex", **ENDS).at([0, 60, 240])
    everybody = ours[["followed_after", "censored", "malignancy events", "death events"]].sum(axis=1)

    assert everybody.tolist() == [631] * 3 + [753] * 3


def test_limits_are_told_where_nothing_has_happened_yet() -> None:
    assert not men().at([0, 0.5, 52]).isna().any(axis=None)
    nobody = survival.mean_numbers(bladder2(), **AGAIN).at([0.5]).iloc[0]
    assert (nobody["number"], nobody["low"]) == (0, 0) and nobody["high"] == pytest.approx(-np.log(0.025) / nobody["at_risk"])


def test_a_person_in_both_groups_counts_once_in_the_error_of_their_difference() -> None:
    twice = pd.concat([rossi().assign(side=0), rossi().assign(side=1)])
    together = survival.curves(twice, time="week", event="arrest", by="side", person="id").time_free(52)
    apart = survival.curves(twice, time="week", event="arrest", by="side").time_free(52)

    assert together.loc[2, ["mean", "std_error"]].tolist() == pytest.approx([0, 0], abs=1e-12)
    assert apart.loc[2, "std_error"] > 0.5


def test_weights_are_no_counts_of_people_in_a_test() -> None:
    weighed = survival.curves(rossi().assign(w=2.0), time="week", event="arrest", by="fin", weights="w").test()["statistic"].item()

    assert weighed == pytest.approx(men().test()["statistic"].item(), rel=0.05)


def test_the_order_of_rows_does_not_matter() -> None:
    mixed = mgus2().sample(frac=1, random_state=3)

    pd.testing.assert_frame_equal(
        survival.curves(mixed, by="sex", **ENDS).at([60, 240]), survival.curves(mgus2(), by="sex", **ENDS).at([60, 240]), rtol=1e-12
    )


def test_a_landmark_leaves_out_who_was_gone_and_starts_clocks_again() -> None:
    people = pd.DataFrame({"t": [5.0, 20, 30, 40], "since": [np.nan, 15, 3, 10]})
    kept = survival.landmark(people, time="t", at=10, since="since")

    assert kept[["t", "served"]].to_numpy().tolist() == [[10, 0], [20, 1], [30, 1]]


def test_a_notebook_shows_a_table_up_to_where_everybody_is_followed() -> None:
    for shown in (men(), survival.curves(mgus2(), by="sex", **ENDS), survival.mean_numbers(bladder2(), by="rx", **AGAIN)):
        assert shown._repr_html_().startswith("<table")


def test_the_door_is_a_module_and_named_among_the_others() -> None:
    assert "survival" in dir(ev)
    assert ev.survival.curves is survival.curves
    assert all(hasattr(survival, name) for name in survival.__all__)


# ------------------------------------------------------------------------------------------------ what is refused
def spoiled(**columns: Any) -> pd.DataFrame:
    return rossi().assign(**columns)


BAD = {
    r"no column 'weeks'.*Did you mean 'week'": lambda: survival.curves(rossi(), time="weeks", event="arrest"),
    r"1 value of 432 missing": lambda: survival.curves(spoiled(week=rossi()["week"].where(rossi()["id"] > 1)), time="week", event="arrest"),
    r"432 rows of 432 end before time 0": lambda: survival.curves(spoiled(week=-1.0), time="week", event="arrest"),
    r"begin at or after their end": lambda: survival.curves(spoiled(late=60), time="week", event="arrest", entry="late"),
    r"114 rows end in 2, of which nothing was said": lambda: survival.curves(spoiled(arrest=2 * rossi()["arrest"]), time="week", event="arrest"),
    r"nothing happened to anybody in 1 of 2 groups": lambda: survival.curves(
        spoiled(arrest=rossi()["arrest"] * rossi()["fin"]), time="week", event="arrest", by="fin"
    ),
    r"11 groups, and 10 curves": lambda: survival.curves(spoiled(g=rossi()["id"] % 11), time="week", event="arrest", by="g"),
    r"60 was asked about, and nobody of '0' was followed for longer than 52": lambda: men().at([60]),
    r"horizon 60 lies beyond 52": lambda: men().time_free(60),
    r"no cause was named, and there are several": lambda: survival.cox_regression(mgus2(), covariates=["age"], **ENDS),
    r"'relapse' is none of the causes": lambda: survival.curves(mgus2(), **ENDS).time_lost(240, "relapse"),
    r"a name of two ends": lambda: survival.curves(mgus2(), time="etime", event="estatus", causes={1: "end", 2: "end"}),
    r"nothing to compare it with": lambda: survival.curves(rossi(), time="week", event="arrest").test(),
    r"Gray's test takes each for somebody else": lambda: survival.curves(mgus2(), by="sex", person="id", **ENDS).test("death"),
    r"it holds text, not numbers": lambda: survival.cox_regression(spoiled(sex="m"), time="week", event="arrest", covariates=["sex"]),
    r"1 cluster for 1 slope and a level": lambda: survival.cox_regression(
        spoiled(one=1), time="week", event="arrest", covariates=["fin"], person="one"
    ),
    r"begin before the one before of the same person has ended": lambda: survival.mean_numbers(pd.concat([bladder2(), bladder2().iloc[:1]]), **AGAIN),
    r"come after the end of the same person": lambda: survival.mean_numbers(bladder2().assign(dead=1), ends="dead", **AGAIN),
    r"hold neither 0 nor 1": lambda: survival.mean_numbers(bladder2().assign(dead=2), ends="dead", **AGAIN),
    r"stop changes within a person": lambda: survival.recurring(bladder2(), covariates=["stop"], **AGAIN),
    r"has no pseudo-observations": lambda: survival.pseudo(rossi(), time="week", event="arrest", covariates=["fin"], measure="number", at=52),
    r"432 rows of 432 are served after their end": lambda: survival.landmark(spoiled(since=99), time="week", at=4, since="since"),
    r"80 was asked about, and nobody was followed for longer than 52": lambda: survival.pseudo(
        rossi(), time="week", event="arrest", covariates=["fin"], measure="risk", at=80
    ),
    r"missing, or before 0": lambda: men().at([np.nan]),
    r"a share is not between 0 and 1": lambda: men().reached([50]),
    r"family: 'weibul' is none of its values.*Did you mean 'weibull'": lambda: survival.accelerated(
        rossi(),
        time="week",
        event="arrest",
        covariates=["fin"],
        family="weibul",  # type: ignore[arg-type]  # what is refused
    ),
    r"scale: 'loglog' is none": lambda: survival.curves(rossi(), time="week", event="arrest", scale="loglog"),  # type: ignore[arg-type]  # refused
    r"link: 'probit' is none": lambda: survival.by_period(
        rossi(),
        time="week",
        event="arrest",
        covariates=["fin"],
        edges=[26],
        link="probit",  # type: ignore[arg-type]  # what is refused
    ),
    r"model: 'ag' is none": lambda: survival.recurring(bladder2(), covariates=["rx"], model="ag", **AGAIN),  # type: ignore[arg-type]  # refused
    r"they are no table of codes": lambda: survival.curves(rossi(), time="week", event="arrest", causes=["arrest"]),  # type: ignore[arg-type]  # refused
    r"it is a dict, and no pandas DataFrame": lambda: survival.curves({}, time="week", event="arrest"),  # type: ignore[arg-type]  # refused
    r"'fin' is a text": lambda: survival.cox_regression(rossi(), time="week", event="arrest", covariates="fin"),
    r"one is named twice": lambda: survival.cox_regression(rossi(), time="week", event="arrest", covariates=["fin", "fin"]),
    r"no column 'sinc'": lambda: survival.landmark(spoiled(since=9), time="week", at=4, since="sinc"),
    r"no time was asked about": lambda: men().at([]),
    r"up to 0.*a time after 0": lambda: men().time_free(0),
    r"covariates: none was named": lambda: survival.cox_regression(rossi(), time="week", event="arrest", covariates=[]),
    r"'z' separates the": lambda: survival.cox_regression(spoiled(z=rossi()["arrest"]), time="week", event="arrest", covariates=["z"]),
    r"the likelihood levels off": lambda: survival.cure(
        spoiled(week=rossi()["week"].clip(upper=10), arrest=rossi()["arrest"] * (rossi()["week"] <= 10)),
        time="week",
        event="arrest",
        covariates=["fin"],
    ),
    r"at 2 everybody of 'everybody' who was there had an event": lambda: survival.curves(
        pd.DataFrame({"t": [2, 5, 6, 7], "d": [1, 1, 0, 1], "en": [0, 3, 3, 4]}), time="t", event="d", entry="en"
    ),
    r"nobody is followed beyond 52": lambda: survival.landmark(spoiled(since=9), time="week", at=52, since="since"),
}


@pytest.mark.parametrize("words", BAD)
def test_what_cannot_be_read_is_refused_in_a_sentence(words: str) -> None:
    with pytest.raises(Refused, match=words):
        BAD[words]()


def test_all_that_is_wrong_with_the_columns_is_told_at_once() -> None:
    with pytest.raises(Refused) as refused:
        survival.curves(rossi(), time="weeks", event="arrested", by="aid")

    assert len(refused.value.problems) == 3
