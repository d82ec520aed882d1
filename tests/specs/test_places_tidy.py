"""Series, cut-offs, instruments and monitoring on a frame: what is told is what the kernels say, or what a closed form does."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from evaluation import monitor, series, threshold
from evaluation.terms import Refused

RNG_SEED = 7


def places(effect: float = 10.0) -> pd.DataFrame:
    """25 places by 20 years; place 0 is the mean of 1 and 2, and so much more from 2012 on."""
    draw = np.random.default_rng(RNG_SEED)
    wide = 100 + 10 * draw.normal(size=(25, 1)) + draw.normal(size=(25, 20)).cumsum(axis=1)
    wide[0] = (wide[1] + wide[2]) / 2
    wide[0, 12:] += effect
    rows = [(f"place {at:02d}", 2000 + t, wide[at, t], 2012 if at == 0 else 0) for at in range(25) for t in range(20)]
    return pd.DataFrame(rows, columns=["place", "year", "y", "began"])


def built(frame: pd.DataFrame, **words: object) -> series.SyntheticPlace:
    return series.synthetic(frame, unit="place", period="year", outcome="y", adopted="began", **words)  # type: ignore[arg-type]  # words of the test


def test_a_place_that_is_the_mean_of_two_is_made_of_these() -> None:
    told = built(places())

    assert told.donors["donor"].tolist()[:2] == ["place 01", "place 02"] and told.donors["weight"].iloc[:2].tolist() == pytest.approx([0.5, 0.5])
    assert told.frame["effect"].iloc[0] == pytest.approx(10, abs=1e-6) and told.frame["p"].iloc[0] == pytest.approx(
        1 / 22
    )  # three are like no others
    assert told.path.set_index("period")["gap"].loc[2015] == pytest.approx(10, abs=1e-6)


def test_every_recipe_stands_beside() -> None:
    told = built(places(), by="synthetic_did").beside

    assert told["recipe"].iloc[0] == "synthetic difference-in-differences" and len(told) == 3
    assert told["effect"].to_numpy() == pytest.approx(10, abs=2)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.assign(began=0), "no place"),
        (lambda rows: rows.assign(began=rows["began"].where(rows["place"] != "place 03", 2010)), "2 days"),
        (lambda rows: rows.assign(began=rows["began"].where(rows["began"] == 0, 2002)), "2 periods come before it"),
        (lambda rows: rows[rows["place"].isin(["place 00", "place 01", "place 02"])], "2 places never"),
        (lambda rows: rows.iloc[1:], "not there.*Complete it.$"),
    ],
)
def test_what_no_place_can_be_made_of_is_refused(change, said: str) -> None:
    with pytest.raises(Refused, match=said):
        built(change(places()))


def test_a_place_that_fits_too_badly_before_the_day_has_no_p_and_a_word_why() -> None:
    frame = places()
    far = frame.assign(y=frame["y"] + 40 * (frame["year"] % 2) * (frame["place"] == "place 00"))
    told = built(far)

    assert told.frame[["p", "p_by_ratio"]].isna().all(axis=None) and np.isinf(told.frame["low"].iloc[0])
    assert told.frame["why"].iloc[0] == "fits too badly before the day" and told.note.startswith("No limits and no p")
    assert built(frame).frame["why"].iloc[0] == ""


def a_series(jump: float = 5.0) -> pd.DataFrame:
    draw = np.random.default_rng(RNG_SEED)
    other = draw.normal(size=48).cumsum()
    month = np.arange(48)
    return pd.DataFrame({"month": month, "other": other, "y": 20 + other + 0.3 * draw.normal(size=48) + jump * (month >= 30)})


def test_a_jump_is_found_less_the_series_beside_it() -> None:
    told = series.interrupted(a_series(), period="month", outcome="y", began=30, beside="other")
    row = told.frame.set_index("what").loc["effect"]

    assert row["low"] < 5 < row["high"] and row["high"] - row["low"] < 2 and "Less 'other'" in told.note
    alone = series.interrupted(a_series(), period="month", outcome="y", began=30).frame.iloc[0]
    assert alone["high"] - alone["low"] > row["high"] - row["low"]


def test_sixteen_periods_have_no_limits_and_a_gap_is_refused() -> None:
    told = series.interrupted(a_series().iloc[:16], period="month", outcome="y", began=8)

    assert np.isinf(told.frame["high"]).all() and "No limits" in told.note
    for rows, began, said in ((a_series().drop(5), 30, "missing"), (a_series(), 90, "outside"), (a_series(), 4, "4 periods come before")):
        with pytest.raises(Refused, match=said):
            series.interrupted(rows, period="month", outcome="y", began=began)


def test_dates_are_read_as_numbers_are() -> None:
    frame = a_series().assign(day=pd.date_range("2018-01-01", periods=48, freq="MS"))
    by_number = series.interrupted(frame, period="month", outcome="y", began=30).frame
    own = frame.assign(day=frame["day"].dt.to_period("M"))
    for rows, began in ((frame, "2020-07-01"), (own, pd.Period("2020-07"))):
        pd.testing.assert_frame_equal(series.interrupted(rows, period="day", outcome="y", began=began).frame, by_number)
    with pytest.raises(Refused, match=r"began: 30 was given.*are dates"):
        series.interrupted(frame, period="day", outcome="y", began=30)

    slope = monitor.trend(own, period="day", outcome="y").frame.iloc[0]
    assert slope["what"] == "change a month" and slope["value"] == monitor.trend(frame, period="month", outcome="y").frame["value"].iloc[0]


def test_a_target_counts_years_and_asks_how_long_a_period_lasts() -> None:
    frame = pd.DataFrame({"n": range(25), "y": 100 * 0.9 ** (np.arange(25) / 12)})
    with pytest.raises(Refused, match="each: nothing says how long a period lasts"):
        monitor.target(frame, period="n", outcome="y", each_year=-0.1, since=0)
    dated = frame.assign(n=pd.date_range("2020-01-01", periods=25, freq="MS"))
    for told in (
        monitor.target(frame, period="n", outcome="y", each_year=-0.1, since=0, each="month"),
        monitor.target(dated, period="n", outcome="y", each_year=-0.1, since="2020-01-01"),
    ):
        assert told.frame.set_index("what")["value"].loc[["change a year", "less the target"]].tolist() == pytest.approx([-0.1, 0], abs=1e-9)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (lambda: threshold.density(scores(), score="need", cutof=60), "cutof: there is no word 'cutof'.*Did you mean 'cutoff'"),
        (lambda: threshold.two_stage(scores(), outcome="y", came="came", instruments="need"), r'Say instruments = \["need"\]'),
        (lambda: threshold.discontinuity(scores(90), score="need", outcome="y", cutoff=60, bandwidth=10), "Lines need 20 a side"),
    ],
)
def test_a_word_that_is_none_and_a_handful_of_rows_are_refused_in_a_sentence(asked, said: str) -> None:
    with pytest.raises(Refused, match=said):
        asked()


def test_of_few_distinct_scores_the_honest_interval_leads() -> None:
    told = threshold.discontinuity(scores().assign(need=lambda rows: (rows["need"] / 5).round()), score="need", outcome="y", cutoff=12)

    assert told.frame["what"].tolist() == ["jump, honest to bends", "jump"] and told.note.startswith("Fewer than 20 distinct scores")


def scores(n: int = 4_000) -> pd.DataFrame:
    """Need from 0 to 100; at 60 an offer that moves .6 of people, whose outcome is 5 lower for it."""
    draw = np.random.default_rng(RNG_SEED)
    need, ready = draw.uniform(0, 100, n), draw.random(n)
    came = ((need >= 60) & (ready < 0.6)).astype(int)
    return pd.DataFrame({"need": need, "came": came, "y": 50 + 0.1 * need - 5 * came + draw.normal(size=n), "age": draw.normal(size=n)})


def test_a_jump_at_the_cutoff_is_the_offer_s_and_over_the_jump_of_coming_that_of_coming() -> None:
    sharp = threshold.discontinuity(scores(), score="need", outcome="y", cutoff=60)
    fuzzy = threshold.discontinuity(scores(), score="need", outcome="y", cutoff=60, came="came")

    assert sharp.frame["low"].iloc[0] < -3 < sharp.frame["high"].iloc[0] < 0
    rows = fuzzy.frame.set_index("what")
    assert rows.loc["effect of coming", "value"] == pytest.approx(rows.loc["jump of the outcome", "value"] / rows.loc["jump of coming", "value"])
    assert rows.loc["effect of coming", "low"] < -5 < rows.loc["effect of coming", "high"] and rows.loc["effect of coming", "F"] > 10


def test_below_the_cutoff_is_the_same_with_the_score_turned_round() -> None:
    frame = scores()
    turned = frame.assign(need=-frame["need"])
    above = threshold.discontinuity(frame, score="need", outcome="y", cutoff=60).frame
    below = threshold.discontinuity(turned, score="need", outcome="y", cutoff=-60, offered="below").frame

    pd.testing.assert_frame_equal(above, below)


def test_bandwidths_stand_side_by_side_and_bins_never_cross_the_cutoff() -> None:
    told = threshold.discontinuity(scores(), score="need", outcome="y", cutoff=60)
    rows, bins = told.bandwidths(), told.bins()

    assert rows["bandwidth"].is_monotonic_increasing and rows["offered"].is_monotonic_increasing
    assert told.widths.h in rows["bandwidth"].tolist() and ((bins["away"] < 0) == (bins["score"] < 60)).all()


def test_a_heap_just_above_the_cutoff_is_seen() -> None:
    frame = scores()
    moved = frame.assign(need=np.where((frame["need"] > 57) & (frame["need"] < 60), frame["need"] + 3, frame["need"]))

    assert threshold.density(frame, score="need", cutoff=60).frame["p"].iloc[0] > 0.05
    assert threshold.density(moved, score="need", cutoff=60).frame["p"].iloc[0] < 0.001


def test_whole_points_are_compared_by_counts() -> None:
    told = threshold.density(scores().assign(need=lambda rows: rows["need"].round()), score="need", cutoff=60)

    assert told.counts and "Counts of each score" in told.note and told.frame["p"].iloc[0] > 0.01


def test_a_window_is_chosen_by_the_history_alone() -> None:
    frame = scores()
    told = threshold.local_randomisation(frame, score="need", outcome="y", cutoff=60, history=["age"])
    other = threshold.local_randomisation(frame.assign(y=0.5 * frame["y"]), score="need", outcome="y", cutoff=60, history=["age"])

    assert told.note.split(":")[0] == other.note.split(":")[0] and "'age' differs the most" in told.note
    assert told.frame["low"].iloc[0] < -3 < told.frame["high"].iloc[0]


def test_two_stage_of_one_offer_is_the_ratio_of_the_differences_of_means() -> None:
    frame = scores().assign(offer=lambda rows: (rows["age"] > 0).astype(int))
    frame["came"] = ((frame["offer"] == 1) & (np.random.default_rng(1).random(len(frame)) < 0.5)).astype(int)
    frame["y"] = frame["need"] - 5 * frame["came"]
    means = frame.groupby("offer")[["y", "came"]].mean()
    by_hand = (means["y"].loc[1] - means["y"].loc[0]) / (means["came"].loc[1] - means["came"].loc[0])
    rows = threshold.two_stage(frame, outcome="y", came="came", instruments=["offer"]).frame.set_index("what")

    assert rows["value"].to_numpy() == pytest.approx(by_hand)
    assert rows.loc["Anderson-Rubin", "low"] == pytest.approx(rows.loc["two-stage least squares", "low"], abs=0.3)


def test_an_examiner_s_leniency_leaves_the_case_itself_out() -> None:
    frame = pd.DataFrame({"worker": ["a", "a", "a", "b", "c"], "came": [1, 0, 0, 1, 0]}, index=[5, 6, 7, 8, 9])
    told = threshold.leniency(frame, examiner="worker", came="came")

    assert told.loc[[5, 6, 7]].tolist() == [0.0, 0.5, 0.5] and told.loc[[8, 9]].isna().all()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"score": "needs"}, "no column 'needs'"),
        ({"cutoff": 200}, "0 rows lie on the side of the offer"),
        ({"offered": "over"}, "'over' was given"),
        ({"came": "age"}, "only 0 and 1"),
        ({"bandwidth": 1e-6}, "too few distinct scores"),
    ],
)
def test_a_cutoff_that_divides_nobody_is_refused(words: dict[str, object], said: str) -> None:
    with pytest.raises(Refused, match=said):
        threshold.discontinuity(scores(), **({"score": "need", "outcome": "y", "cutoff": 60} | words))  # type: ignore[arg-type]  # words of the test


def test_a_trend_a_target_and_disparities_are_counted() -> None:
    month = np.arange(40)
    line = pd.DataFrame({"year": month, "n": 100 - 2.0 * month + np.random.default_rng(1).normal(size=40)})
    told = monitor.trend(line, period="year", outcome="n").frame.iloc[0]
    assert told["low"] < -2 < told["high"] < -1.5

    levels = pd.DataFrame({"year": [2020, 2021, 2022], "n": [100.0, 95.0, 81.0]})
    rows = monitor.target(levels, period="year", outcome="n", each_year=-0.1, since=2020)
    assert rows.frame.set_index("what")["value"].to_dict() == pytest.approx({"change": -19, "change a year": -0.1, "less the target": 0}, abs=1e-9)

    rates = monitor.disparities(pd.DataFrame({"d": ["a", "b"], "x": [30, 10], "n": [100, 100]}), place="d", events="x", exposure="n", per=100)
    assert rates.frame["ratio"].tolist() == pytest.approx([1.5, 0.5]) and rates.frame["low"].iloc[0] > 1 > rates.frame["high"].iloc[1]


def test_monitoring_refuses_what_it_cannot_count() -> None:
    levels = pd.DataFrame({"year": [2020, 2021, 2021], "n": [100.0, 95.0, 81.0]})
    with pytest.raises(Refused, match="more than once"):
        monitor.trend(levels, period="year", outcome="n")
    with pytest.raises(Refused, match="no period of the frame"):
        monitor.target(levels.iloc[:2], period="year", outcome="n", each_year=-0.1, since=1990)
    with pytest.raises(Refused, match="repeat a place"):
        monitor.disparities(levels.assign(e=1), place="year", events="e", exposure="n")
