"""The pictures of designs for places and cut-offs: the same bytes each time, in words as well, and what cannot be told is not drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest
from test_places_tidy import a_series, places, scores

from evaluation import did, monitor, series, threshold
from evaluation.drawing import InANotebook, svg
from evaluation.methods.did import plots
from evaluation.terms import Refused
from tests.golden.did_data import castle

LAWS: dict[str, Any] = {"unit": "unit", "period": "year", "outcome": "y", "adopted": "first"}


@pytest.fixture(scope="module")
def path() -> did.Path:
    return did.group_time(castle().frame, **LAWS).aggregate("dynamic")


@pytest.fixture(scope="module")
def place() -> series.SyntheticPlace:
    return series.synthetic(places(), unit="place", period="year", outcome="y", adopted="began")


@pytest.fixture(scope="module")
def jump() -> threshold.Discontinuity:
    return threshold.discontinuity(scores(), score="need", outcome="y", cutoff=60)


def lines(figure: InANotebook) -> dict[str, Any]:
    return {line.get_label(): line for line in figure.axes[0].lines}


def test_the_same_picture_has_the_same_bytes_and_its_words(path: did.Path) -> None:
    first, second = path.plot(), path.plot()

    assert svg(first) == svg(second) and 'role="img"' in first._repr_html_()
    assert "3: -0.000755 (-0.105 to 0.104)" in first.alt and "4: 0.232 (no limits)" in first.alt


def test_points_without_limits_are_hollow_and_have_no_bar(path: did.Path) -> None:
    figure = path.plot()
    hollow = [line for line in figure.axes[0].lines if line.get_markerfacecolor() == "none" and len(line.get_xdata())]

    assert sorted(np.concatenate([line.get_xdata() for line in hollow]).tolist()) == [-10, 4]
    bars = np.concatenate([[segment[0][0] for segment in bar.get_segments()] for bar in figure.axes[0].collections])
    assert {-10, 4}.isdisjoint(bars.tolist()) and "Hollow" in figure.axes[0].get_xlabel()


def test_a_drift_runs_through_the_reference(path: did.Path) -> None:
    line = lines(path.plot(drift=0.05))["a drift of 0.05 a period"]

    assert dict(zip(line.get_xdata(), line.get_ydata(), strict=True))[-1] == 0
    assert np.diff(line.get_ydata()) == pytest.approx(0.05)


def test_more_paths_than_can_be_told_apart_are_refused(path: did.Path) -> None:
    with pytest.raises(Refused, match="can be told apart"):
        plots.paths([path] * 6)


def test_bounds_widen_with_the_drift_that_is_allowed(path: did.Path) -> None:
    figure = path.honest().plot()
    edges = figure.axes[0].collections[0].get_paths()[0].vertices

    assert np.ptp(edges[edges[:, 0] > 1.9, 1]) > 2 * np.ptp(edges[edges[:, 0] < 0.1, 1]) and "relative_magnitudes" in figure.alt
    assert len(path.honest().plot("smoothness").axes[0].collections) == 1


def test_comparisons_lie_at_their_weights() -> None:
    told = did.decomposition(castle().frame, **LAWS)
    drawn = [line for label, line in lines(told.plot()).items() if "of the weight" in label]

    assert sum(line.get_xdata().sum() for line in drawn) == pytest.approx(1)


def test_a_place_its_gaps_and_its_donors_are_drawn(place: series.SyntheticPlace) -> None:
    told = place.plot()
    assert lines(told)["seen"].get_ydata()[-1] - lines(told)["synthetic control"].get_ydata()[-1] == pytest.approx(10, abs=1e-5)
    gaps = place.plot_gaps()
    assert "24 of 24 placebos fitted more than 5 times as badly" in gaps.axes[0].get_xlabel()  # it is a mean of two, without a remainder
    assert "place 01: 50%" in place.plot_donors().alt


def test_a_period_of_dates_is_called_by_its_name_and_time_since_adoption_by_the_calendar_s_word() -> None:
    frame = places().assign(day=lambda rows: pd.to_datetime(rows["year"].astype(str)))
    frame["came"] = pd.to_datetime(frame["began"].where(frame["began"] > 0).astype("Int64").astype("string"))
    words: dict[str, Any] = {"unit": "place", "period": "day", "outcome": "y", "adopted": "came"}
    drawn = series.synthetic(frame, **words).plot().axes[0]
    assert [tick.get_text() for tick in drawn.get_xticklabels()][:2] == ["2000", "2002"]

    assert did.group_time(frame, **words).aggregate("dynamic").axis == "years since adoption"
    numbered = words | {"period": "n", "adopted": "from"}
    rows = frame.assign(n=frame["year"] - 1999, **{"from": (frame["began"] - 1999).clip(lower=0)})
    assert did.group_time(rows, **numbered).aggregate("dynamic").axis == "periods since adoption"


def test_bars_of_a_score_in_whole_points_hold_as_many_points_each() -> None:
    frame = pd.DataFrame({"need": np.repeat(np.arange(150), 4 + np.arange(150) % 2)})
    bars = threshold.density(frame, score="need", cutoff=60).plot().axes[0].patches

    assert {bar.get_height() for bar in bars[1:-1]} == {18}  # four points, of four rows and of five


def test_a_cutoff_has_a_line_on_either_side_that_ends_at_it(jump: threshold.Discontinuity) -> None:
    straight = [line for line in jump.plot().axes[0].lines if len(line.get_xdata()) == 2 and line.get_linewidth() > 2]

    assert [line.get_xdata()[0] for line in straight] == [60, 60]
    there = jump._jumps(jump.widths).line[0]
    assert straight[0].get_ydata()[0] - straight[1].get_ydata()[0] == pytest.approx(there)
    assert len(jump.plot_bandwidths().axes[0].collections) == 1


def test_no_bar_of_a_density_crosses_the_cutoff_and_nobody_is_left_out() -> None:
    even = threshold.density(scores(), score="need", cutoff=60).plot().axes[0].patches
    whole = threshold.density(scores().assign(need=lambda rows: rows["need"].round()), score="need", cutoff=60).plot().axes[0].patches

    assert not any(bar.get_x() < 60 - 1e-9 and bar.get_x() + bar.get_width() > 60 for bar in even)
    assert sum(bar.get_height() for bar in even) == sum(bar.get_height() for bar in whole) == len(scores())


def test_a_line_is_continued_and_places_stand_beside_the_whole() -> None:
    told = series.interrupted(a_series(), period="month", outcome="y", began=30)
    drawn = lines(told.plot())
    assert len(drawn["its line before"].get_xdata()) == 30 and np.ptp(np.diff(drawn["that line continued"].get_ydata())) < 1e-9

    rows = pd.DataFrame({"d": ["a", "b"], "x": [30, 10], "n": [100, 100]})
    assert "a: 1.50" in monitor.disparities(rows, place="d", events="x", exposure="n").plot().alt
    line = pd.DataFrame({"year": np.arange(20), "n": np.random.default_rng(1).normal(size=20)})
    assert "a year (95 %" in monitor.trend(line, period="year", outcome="n").plot().alt
