"""The pictures of survival: lines are the curves, counts are those at risk, and nothing lies over anything else."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import FillBetweenPolyCollection
from matplotlib.text import Text

from evaluation import survival
from evaluation.drawing import InANotebook, svg
from evaluation.terms import Refused
from tests.golden.survival_data import bladder2, mgus2, rossi

ENDS: dict[str, Any] = {"time": "etime", "event": "estatus", "causes": {1: "malignancy", 2: "death"}}


def men(**columns: Any) -> survival.Curves:
    return survival.curves(rossi().assign(**columns), time="week", event="arrest", by="fin")


def texts(axes: Any) -> list[str]:
    return [text.get_text() for text in axes.texts]


def test_lines_are_the_curves_and_begin_at_everybody() -> None:
    told = men()
    lines = told.plot().axes[0].get_lines()

    assert len(lines) == 2
    for line, group in zip(lines, told.groups, strict=True):
        assert line.get_drawstyle() == "steps-post"
        assert line.get_ydata()[0] == 1 and line.get_xdata()[0] == 0
        assert line.get_ydata()[1:] == pytest.approx(group.curve.survival, abs=1e-12)


def test_a_band_holds_the_limits_of_the_table() -> None:
    told = men()
    band = next(part for part in told.plot().axes[0].collections if isinstance(part, FillBetweenPolyCollection))
    limits = told.at([39]).iloc[0]
    heights = band.get_paths()[0].vertices[:, 1]

    assert any(heights == pytest.approx(limits["low"], abs=1e-12) for heights in heights)
    assert any(heights == pytest.approx(limits["high"], abs=1e-12) for heights in heights)


def test_counts_under_the_axis_are_those_at_risk_as_survfit_has_them() -> None:
    figure = men().plot()
    said = texts(figure.axes[1])

    assert figure.axes[0].get_xticks().tolist() == [0, 10, 20, 30, 40, 52]
    assert said == ["at risk", "0", "216", "208", "196", "180", "170", "154", "1", "216", "210", "201", "194", "181", "168"]


@pytest.mark.parametrize("times", [1, 500])
def test_labels_are_clear_of_the_first_count_however_wide_and_counts_stand_under_their_ticks(times: int) -> None:
    many = rossi().loc[np.repeat(rossi().index, times)].assign(arm=lambda rows: np.where(rows["fin"] == 1, "financial aid for 13 weeks", "nothing"))
    figure = survival.curves(many, time="week", event="arrest", by="arm").plot()
    figure.draw_without_rendering()
    axes, table = figure.axes
    labels = [text for text in table.texts if text.get_ha() == "right"]
    counts = [text for text in table.texts if text.get_ha() == "center"]
    first = [text for text in counts if text.get_position()[0] == 0]

    assert len(labels) == 3 and len(first) == 2
    assert max(text.get_window_extent().x1 for text in labels) < min(text.get_window_extent().x0 for text in first) - 2
    assert min(text.get_window_extent().x0 for text in labels) > 0
    for text in counts:
        under = axes.transData.transform((text.get_position()[0], 0))[0]
        box = text.get_window_extent()
        assert (box.x0 + box.x1) / 2 == pytest.approx(under, abs=1.5)
    boxes = [(text.get_position()[::-1], text.get_window_extent()) for text in sorted(counts, key=lambda text: text.get_position()[::-1])]
    assert all(left.x1 < right.x0 for (here, left), (there, right) in pairwise(boxes) if here[0] == there[0])


def test_each_cause_has_a_panel_of_its_incidence_and_one_may_be_asked_for() -> None:
    told = survival.curves(mgus2(), by="sex", **ENDS)
    both, one = told.plot(), told.plot("death")

    assert [axes.get_ylabel() for axes in both.axes[:2]] == ["share with 'malignancy'", "share with 'death'"]
    assert len(one.axes) == 2 and one.axes[0].get_ylabel() == "share with 'death'"
    assert one.axes[0].get_lines()[0].get_ydata()[-1] == pytest.approx(told.groups[0].curve.incidence[1, -1])
    with pytest.raises(Refused, match="none of the causes"):
        told.plot("cancer")


def test_ten_groups_are_told_apart_without_colour() -> None:
    figure = survival.curves(rossi().assign(g=rossi()["id"] % 10), time="week", event="arrest", by="g").plot()
    looks = [(str(line._dash_pattern), line.get_marker()) for line in figure.axes[0].get_lines()]  # type: ignore[attr-defined]  # no public way to ask

    assert len(set(looks)) == 10


def test_an_area_is_the_mean_that_is_written_on_it() -> None:
    told = men()
    figure, means = told.plot_areas(52), told.time_free(52)["mean"]

    for axes, mean in zip(figure.axes, means, strict=False):
        line = axes.get_lines()[0]
        assert np.sum(np.diff(line.get_xdata()) * line.get_ydata()[:-1]) == pytest.approx(mean)
        assert f"mean week free of 'arrest': {mean:.4g} of 52" in " ".join(axes.get_title("left").split())


def test_an_area_of_a_cause_is_the_time_lost_to_it_and_its_limits_stand_beside() -> None:
    told = survival.curves(mgus2(), by="sex", **ENDS)
    axes, mean = told.plot_areas(240, "malignancy").axes[0], told.time_lost(240, "malignancy").iloc[0]

    line = axes.get_lines()[0]
    assert np.sum(np.diff(line.get_xdata()) * line.get_ydata()[:-1]) == pytest.approx(mean["mean"])
    assert texts(axes) == [f"95 %: {mean['low']:.4g} to {mean['high']:.4g}"]


def test_titles_of_areas_keep_to_their_own_panel() -> None:
    rows = mgus2().rename(columns={"etime": "months since diagnosis"})
    figure = survival.curves(rows, by="sex", **ENDS | {"time": "months since diagnosis"}).plot_areas(240, "malignancy")
    figure.draw_without_rendering()
    left, right = (next(text for text in axes.findobj(Text) if "mean months" in text.get_text()).get_window_extent() for axes in figure.axes[:2])

    assert left.x1 < right.x0 and right.x1 <= figure.bbox.x1


def test_the_mean_number_of_events_begins_at_none_and_counts_who_is_at_risk() -> None:
    told = survival.mean_numbers(bladder2(), person="id", start="start", stop="stop", event="event", by="rx")
    figure = told.plot()

    for line, group in zip(figure.axes[0].get_lines()[::2], told.groups, strict=True):  # the whole of each lies under what many stand behind
        assert line.get_ydata()[0] == 0 and line.get_ydata()[-1] == pytest.approx(group.mean.mean[-1])
    assert texts(figure.axes[1])[:3] == ["at risk", "1", "47"]  # all who were given a placebo are there at first


def test_where_fewer_than_ten_are_followed_a_line_is_faint_has_no_band_and_says_so() -> None:
    told = survival.curves(mgus2(), by="sex", **ENDS)
    figure = told.plot("death")
    group, axes = told.groups[0], figure.axes[0]
    whole, solid = axes.get_lines()[:2]
    last = max(time for time, rows in zip(group.curve.time, group.curve.rows, strict=True) if rows >= 10)
    drawn = solid.get_xdata()[~np.isnan(solid.get_ydata())]
    band = next(part for part in axes.collections if isinstance(part, FillBetweenPolyCollection)).get_paths()[0].vertices
    beyond = band[band[:, 0] > last]

    assert whole.get_xdata()[-1] == group.curve.time[-1] > last > drawn[-1] and whole.get_alpha() < 0.5
    assert group.curve.rows[np.searchsorted(group.curve.time, drawn[-1]) + 1] >= 10  # those who go on beyond it
    assert len(beyond) and all(height in group.curve.incidence[1] for height in beyond[:, 1])
    said = "Lines are faint, without a band, where fewer than 10 are followed."
    assert said in figure.axes[1].get_xlabel() and said in figure.alt
    assert "faint" not in men().plot().axes[1].get_xlabel() and len(men().plot().axes[0].get_lines()) == 2


def test_a_handful_of_people_is_drawn_faintly_from_the_start() -> None:
    figure = survival.curves(pd.DataFrame({"day": [3, 5, 9, 9], "gone": [1, 0, 1, 0]}), time="day", event="gone").plot()

    assert "fewer than 10 are followed" in figure.alt and "everybody: 0.375 (" in figure.alt
    assert np.isnan(figure.axes[0].get_lines()[1].get_ydata()).all()


def test_the_end_of_a_line_is_clear_of_the_frame_and_counts_end_with_the_last_time() -> None:
    for told in (men(), survival.curves(mgus2(), by="sex", **ENDS)):
        axes = told.plot().axes[0]
        last = max(group.last for group in told.groups)
        assert axes.get_xlim()[1] > last == axes.get_xticks()[-1]


def test_a_line_of_many_times_keeps_its_last_and_is_never_off_by_much() -> None:
    times = pd.DataFrame({"day": np.arange(1, 9_001), "gone": 1})
    told = survival.curves(times, time="day", event="gone")
    line = told.plot().axes[0].get_lines()[0]
    drawn = dict(zip(line.get_xdata(), line.get_ydata(), strict=True))

    assert len(drawn) == 2_001 and drawn[9_000] == 0
    assert all(value == pytest.approx(1 - day / 9_000) for day, value in drawn.items())


def every() -> list[InANotebook]:
    again = bladder2().assign(rx=lambda rows: rows["rx"].map({1: "$x_1$", 2: "$5 & <b>"}))
    ends = mgus2().rename(columns={"sex": "$sex$"})
    return [
        survival.curves(rossi().assign(aid=np.where(rossi()["fin"] == 1, "$100", "$0")), time="week", event="arrest", by="aid").plot(),
        survival.curves(ends, by="$sex$", **ENDS).plot(),
        survival.curves(ends, by="$sex$", **ENDS).plot_areas(120, "death"),
        survival.mean_numbers(again, person="id", start="start", stop="stop", event="event", by="rx").plot(),
    ]


def test_no_name_is_read_as_mathematics() -> None:
    for figure in every():
        said = [text for text in figure.findobj(Text) if "$" in text.get_text()]
        assert said and not any(text.get_parse_math() for text in said)


def test_every_picture_says_in_words_what_it_shows_and_escapes_what_names_hold() -> None:
    for figure in every():
        shown = figure._repr_html_()
        assert "95 %" in figure.alt and 'role="img"' in shown
        assert "<b>" not in shown


def test_the_same_rows_in_another_order_give_the_same_bytes() -> None:
    mixed = survival.curves(rossi().sample(frac=1, random_state=1), time="week", event="arrest", by="fin")

    assert svg(mixed.plot()) == svg(men().plot())
