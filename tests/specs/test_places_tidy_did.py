"""Difference in differences on a frame: R's numbers with plain errors, limits only where there can be any, and refusals that say what is wrong."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from evaluation import did
from evaluation.methods.did.fits import FITS
from evaluation.methods.did.tidy_read import framed
from evaluation.methods.honest_bounds import relative_magnitudes
from evaluation.terms import Refused
from tests.golden.did_data import castle, divorce, mpdta

# castle is kept in single precision: 7 digits; mpdta's points and errors are those of R did 2.5.1 and fixest 0.14.2 as printed to 9 and 10 digits
POINT, ERROR = 1e-7, 1e-6
COUNTIES: dict[str, Any] = {"unit": "unit", "period": "year", "outcome": "y", "adopted": "first"}
STATES = COUNTIES
PLAIN: dict[str, Any] = {"errors": "plain"}


def counties() -> pd.DataFrame:
    return mpdta().frame


def states() -> pd.DataFrame:
    return castle().frame


def one(table: pd.DataFrame) -> tuple[float, float]:
    return float(table["effect"].iloc[0]), float(table["std_error"].iloc[0])


@pytest.mark.parametrize(
    ("how", "effect", "error"),
    [
        ("simple", -0.03995127516, 0.01203401277),
        ("dynamic", -0.07723982146, 0.01996498906),
        ("group", -0.03101828223, 0.01244605932),
        ("calendar", -0.04170043213, 0.01597185188),
    ],
)
def test_every_aggregate_is_that_of_r_s_did(how: Any, effect: float, error: float) -> None:
    told = did.group_time(counties(), **COUNTIES, compared="never_treated", **PLAIN).aggregate(how)

    assert one(told.overall) == (pytest.approx(effect, abs=1e-9), pytest.approx(error, rel=ERROR))


def test_a_covariate_is_adjusted_for_by_both_models_where_nothing_else_is_said() -> None:
    frame = counties()
    told = did.group_time(frame, **COUNTIES, covariates=["lpop"], compared="never_treated", **PLAIN).aggregate("simple")

    assert one(told.overall) == (pytest.approx(-0.04175177206, abs=POINT), pytest.approx(0.01150283815, rel=ERROR))


def test_two_way_and_interaction_weights_are_fixest_s() -> None:
    assert one(did.two_way(counties(), **COUNTIES, **PLAIN).frame) == (pytest.approx(-0.0365489367, abs=1e-9), pytest.approx(0.0132651554, rel=ERROR))
    told = did.interaction_weighted(counties(), **COUNTIES, **PLAIN).overall
    assert one(told) == (pytest.approx(-0.0399512752, abs=1e-9), pytest.approx(0.0117962774, rel=ERROR))


def test_two_by_two_is_the_designs_own_and_two_way_effects_of_one_date() -> None:
    """Two implementations, and a third: the door's goes through effects by group and time, and a balanced panel of one date has one answer."""
    one_date = states()[lambda rows: ~rows["first"].isin([2005, 2006, 2008, 2009, 2010])]
    words = {**STATES, **PLAIN}

    plain = one(did.two_by_two(one_date, **words).frame)

    assert plain[0] == pytest.approx(one(did.two_way(one_date, **words).frame)[0], abs=1e-12)
    read = framed(one_date, **STATES, estimator="difference").laid
    assert plain[0] == pytest.approx(FITS["difference"](read).effect, abs=1e-12)
    usual = did.two_by_two(one_date, **STATES).frame.iloc[0]
    assert usual["std_error"] > plain[1] and usual["low"] < plain[0] < usual["high"]


def test_states_under_it_throughout_are_compared_by_two_way_effects_alone_and_counted() -> None:
    told = did.two_way(divorce().frame, **COUNTIES, **PLAIN)
    cells = did.group_time(divorce().frame, **COUNTIES)

    assert one(told.frame) == (pytest.approx(-3.0488947e-6, rel=1e-7), pytest.approx(2.3206362e-6, rel=ERROR))
    assert "-0.00000305" in repr(told) and "left out" not in told.note
    assert "9 units under it from the first period on are left out" in cells.note and "42 of them, 37 of which adopt" in cells.note


def test_where_everybody_adopts_what_cannot_be_told_is_named() -> None:
    frame = counties()
    rows = frame[(frame["first"] > 0) & (frame["unit"] % 3 == 0)]
    beside = did.side_by_side(rows, **COUNTIES)

    assert len(beside.frame) == 4 and len(beside.paths) == 3 and "Not told by such units: event_study." in beside.note


def test_imputation_is_didimputation_s() -> None:
    told = did.imputation(states(), **STATES, **PLAIN).overall

    assert one(told) == (pytest.approx(0.0668998430, abs=POINT), pytest.approx(0.0566935514, rel=1e-5))


def test_the_usual_errors_are_larger_than_the_plain_ones_where_clusters_are_few() -> None:
    plain, usual = (did.group_time(states(), **STATES, **how).aggregate("simple").overall for how in (PLAIN, {}))

    assert one(plain)[0] == one(usual)[0] and one(usual)[1] > 1.02 * one(plain)[1]


def test_points_of_estimators_that_take_groups_as_given_are_told_again_without_each_state() -> None:
    plain, usual = (did.interaction_weighted(states(), **STATES, **how) for how in (PLAIN, {}))
    rows, error = states(), usual.std_error[usual.at == 0][0]
    without = [did.interaction_weighted(rows[rows["unit"] != one], **STATES, **PLAIN) for one in sorted(rows["unit"].unique())]
    moved = np.array([path.effect[path.at == 0][0] for path in without]) - usual.effect[usual.at == 0][0]

    assert error == pytest.approx(np.sqrt(49 / 50 * (moved**2).sum()))
    assert usual.std_error[usual.at == -9][0] > 2 * plain.std_error[plain.at == -9][0]


def test_a_point_that_one_state_tells_has_no_limits_and_stands_in_no_bounds() -> None:
    path = did.group_time(states(), **STATES).aggregate("dynamic")
    rows = path.frame.set_index("since")

    assert rows.loc[4, "units"] == 1 and np.isinf(rows.loc[4, "high"]) and np.isnan(rows.loc[4, "std_error"])
    assert np.isfinite(rows.loc[3, "high"]) and rows.loc[-1, "effect"] == 0 == rows.loc[-1, "high"]
    assert path.honest().after.tolist() == np.flatnonzero((path.at >= 0) & (path.at <= 3)).tolist()


def test_bands_hold_for_all_points_and_are_wider_than_a_point_s_own_limits() -> None:
    rows = did.group_time(counties(), **COUNTIES).aggregate("dynamic").frame
    rows = rows[rows["since"] != -1]

    assert (rows["band_high"] > rows["high"]).all() and (rows["band_low"] < rows["low"]).all()


def test_honest_bounds_are_those_of_the_kernel_on_the_same_path() -> None:
    honest = did.group_time(counties(), **COUNTIES, **PLAIN).aggregate("dynamic").honest()
    path = honest.path
    at = np.concatenate([honest.before, honest.after])
    told = relative_magnitudes(path.effect[at], path.covariance[np.ix_(at, at)], [-4, -3, -2], [0, 1, 2, 3], np.full(4, 0.25), 1.0)
    row = honest.bounds("relative_magnitudes", [1.0]).iloc[0]

    assert (row["low"], row["high"]) == (pytest.approx(told.low), pytest.approx(told.high))
    assert 0 < honest.breakdown() < 1
    low, high = honest.bounds("relative_magnitudes", [honest.breakdown() * 0.99])[["low", "high"]].iloc[0]
    assert high < 0 or low > 0


def test_what_two_way_compares_adds_up_to_it() -> None:
    parts = did.decomposition(states(), **STATES)

    assert parts.frame["weight"].sum() == pytest.approx(1)
    assert (parts.frame["weight"] * parts.frame["effect"]).sum() == pytest.approx(0.0693984339, abs=POINT)
    assert "below 0" in parts.note and set(parts.frame["compared"]) >= {"never", 2007}


def test_estimators_stand_side_by_side_with_their_paths() -> None:
    beside = did.side_by_side(states(), **STATES)

    assert beside.frame["effect"].round(4).tolist() == [0.0174, 0.0194, 0.0669, 0.0694]
    assert [path.name for path in beside.paths][-1] == "two-way event study"


def test_dealing_the_dates_out_anew_gives_a_p_value_and_says_its_floor() -> None:
    told = did.reassigned(states(), **STATES)

    assert 0.05 < told.frame["p"].iloc[0] < 1 and "no p-value below" in told.note


def test_the_past_alone_says_what_could_be_seen() -> None:
    frame = states()
    before = did.detectable(frame, **STATES).frame
    frame.loc[frame["year"] >= 2006, "y"] += 5.0

    pd.testing.assert_frame_equal(before, did.detectable(frame, **STATES).frame)


def test_triple_differences_take_off_what_happens_to_those_the_programme_is_not_for() -> None:
    frame = pd.concat([states().assign(meant=1), states().assign(meant=0, y=lambda rows: rows["y"] + 0.5 * rows["on"])])
    frame["who"] = frame["unit"].astype(str) + "-" + frame["meant"].astype(str)
    told = did.triple_differences(frame, meant="meant", unit="who", period="year", outcome="y", adopted="first", cluster="unit")

    assert told.frame["effect"].iloc[0] == pytest.approx(-0.5) and told.frame["std_error"].iloc[0] == pytest.approx(0, abs=1e-9)


def test_two_states_give_no_limits_and_say_what_to_do() -> None:
    frame = states()
    frame = frame[(frame["first"] == 0) | frame["unit"].isin(frame.loc[frame["first"] > 0, "unit"].unique()[:2])]
    told = did.group_time(frame, **STATES).aggregate("simple")

    assert np.isinf(told.overall["high"].iloc[0]) and np.isnan(told.overall["p"].iloc[0]) and "`reassigned`" in told.note


def test_the_order_of_rows_changes_nothing() -> None:
    frame = counties()
    mixed = frame.sample(frac=1, random_state=1)

    first, second = (did.group_time(rows, **COUNTIES).aggregate("dynamic").frame for rows in (frame, mixed))
    pd.testing.assert_frame_equal(first, second, check_exact=False, rtol=1e-12)


@pytest.mark.parametrize(
    ("change", "words", "said"),
    [
        ({}, {"outcome": "yy"}, "no column 'yy'"),
        ({}, {"covariates": ["lpop"], "adjust": "nothing"}, "not adjusted for"),
        ({}, {"compared": "never"}, "'never' was given"),
        ({"first": 0}, {}, "no unit adopts"),
        ({"twice": True}, {}, "repeat"),
        ({"gap": True}, {}, "not there"),
    ],
)
def test_what_is_no_panel_is_refused_with_what_is_wrong(change: dict[str, Any], words: dict[str, Any], said: str) -> None:
    frame = counties()
    if "first" in change:
        frame["first"] = 0
    if "twice" in change:
        frame = pd.concat([frame, frame.iloc[:2]])
    if "gap" in change:
        frame = frame.iloc[1:]
    with pytest.raises(Refused, match=said):
        did.group_time(frame, **COUNTIES | words)


def test_results_print_as_tables_in_a_notebook_too() -> None:
    told = did.two_way(states(), **STATES)

    assert "two-way fixed effects" in repr(told) and "<table" in told._repr_html_() and "50 of them" in told._repr_html_()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"weights": "popwt"}, "weights: there is no word 'weights'.*Did you mean 'weight'"),
        ({"covariates": "need"}, r'covariates: \'need\' is one text.*covariates = \["need"\]'),
    ],
)
@pytest.mark.parametrize("ask", [did.group_time, did.two_way, did.side_by_side, did.reassigned])
def test_a_word_that_is_none_and_a_text_for_a_list_are_refused_with_what_was_meant(ask: Any, words: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=said):
        ask(states(), **STATES, **words)


def in_quarters() -> pd.DataFrame:
    """The states with quarters from 2000 on in place of years."""
    rows = states()
    first = pd.Period("2000Q1", "Q")
    rows["quarter"] = pd.PeriodIndex([first + int(year - 2000) for year in rows["year"]])
    rows["came"] = pd.PeriodIndex([pd.NaT if not year > 0 else first + int(year - 2000) for year in rows["first"]], freq="Q")
    return rows


def test_quarters_are_read_as_their_column_says_and_dates_ask_for_a_length() -> None:
    rows = in_quarters()
    words = STATES | {"period": "quarter", "adopted": "came"}
    by_year = did.group_time(states(), **STATES).aggregate("dynamic")
    own = did.group_time(rows, **words).aggregate("dynamic")
    pd.testing.assert_frame_equal(own.frame, by_year.frame)
    assert own.axis == "quarters since adoption" and by_year.axis == "years since adoption"

    dates = rows.assign(quarter=rows["quarter"].dt.to_timestamp(), came=rows["came"].dt.to_timestamp())
    for each, said in (("year", "400 rows repeat"), ("month", "are not there")):
        with pytest.raises(Refused, match=f'{said}.*say each = "quarter"'):
            did.group_time(dates, **words, each=each)
    pd.testing.assert_frame_equal(did.group_time(dates, **words, each="quarter").aggregate("dynamic").frame, by_year.frame)
    assert did.group_time(rows, **words).aggregate("calendar").frame["period"].iloc[0].endswith(("Q1", "Q2", "Q3", "Q4"))
