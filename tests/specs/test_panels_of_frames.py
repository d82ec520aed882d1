"""A lab's own frame of units and periods: what it becomes, and one sentence for each thing that is wrong with it."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest

import evaluation as ev
from evaluation.records.days import day_of
from evaluation.terms import NEVER, Refused

VISITS = ev.FramePanelOutcome("y", better="fewer", title={"en": "visits"}, event={"en": "visits"})
N = NEVER


def frame(**columns: object) -> pd.DataFrame:
    """Four units over five years: one adopts in 2003, one in 2004, one before the first year, one never."""
    cells = pd.DataFrame([(unit, year) for unit in "abcd" for year in range(2001, 2006)], columns=["unit", "year"])
    cells["y"] = np.arange(20.0) ** 1.5
    cells["first"] = cells["unit"].map({"a": 2003.0, "b": 2004.0, "c": 1999.0, "d": np.nan})
    cells["size"] = cells["unit"].map({"a": 10, "b": 20, "c": 30, "d": 40})
    return cells.assign(**columns)


def taken(cells: pd.DataFrame, **words: object):  # a Panel and its ruler
    usual: dict[str, object] = {"unit": "unit", "period": "year", "each": "year", "outcome": VISITS, "adopted": "first"}
    given = {word: value for word, value in (usual | words).items() if value is not None}
    return ev.panel_from_frame(cells, **given)  # type: ignore[arg-type]  # a test's own words


def told(cells: pd.DataFrame, **words: object) -> list[str]:
    with pytest.raises(Refused) as caught:
        taken(cells, **words)
    return [str(problem) for problem in caught.value.problems]


def test_a_frame_becomes_units_by_periods() -> None:
    panel, ruler = taken(frame(), weight="size", cluster="unit", covariates=["size"])

    assert panel.adopted.tolist() == [2, 3, 0, N] and (panel.left == N).all()
    assert panel.names == ("a", "b", "c", "d") and panel.labels == ("2001", "2002", "2003", "2004", "2005")
    assert panel.edges[0] == day_of(date(2001, 1, 1)) and panel.edges[-1] == day_of(date(2006, 1, 1))
    assert panel.weight.tolist() == panel.history["size"].tolist() == [10, 20, 30, 40]
    assert ruler.paths().value.tolist() == (np.arange(20.0) ** 1.5).reshape(4, 5).tolist()
    assert panel.time_zero == "taken on trust"


@pytest.mark.parametrize("never", [np.nan, 0, np.inf, 2006, -np.inf], ids=["missing", "0", "infinite", "after the last", "minus infinity"])
def test_never_may_be_coded_in_any_of_the_usual_ways(never: float) -> None:
    usual, ruler = taken(frame())
    other, read = taken(frame(first=frame()["first"].fillna(never)))

    assert other.adopted.tolist() == usual.adopted.tolist()
    assert read.digest == ruler.digest


def test_a_period_0_is_a_period_where_the_periods_begin_with_it() -> None:
    counted = frame(year=frame()["year"] - 2001, first=frame()["first"] - 2001)
    panel, _ = taken(counted.assign(first=counted["first"].replace(-2, 0)))

    assert panel.adopted.tolist() == [2, 3, 0, N]  # 0 is the first period, not never


def test_the_order_of_the_rows_and_the_kind_of_date_change_nothing() -> None:
    usual, ruler = taken(frame())
    mixed, other = taken(frame().sample(frac=1, random_state=5))
    days = {column: pd.to_datetime(frame()[column].astype("Int64").astype("string") + "-01-01") for column in ("year", "first")}
    dated, _ = taken(frame(**days))

    assert other.digest == ruler.digest and mixed.names == usual.names
    assert dated.adopted.tolist() == usual.adopted.tolist() and dated.edges.tolist() == usual.edges.tolist()


def test_a_column_of_treatment_says_the_same_as_a_first_period() -> None:
    cells = frame()
    cells["on"] = (cells["year"] >= cells["first"]).astype(int)
    panel, _ = taken(cells, adopted=None, treated="on")

    assert panel.adopted.tolist() == taken(cells)[0].adopted.tolist()


def test_treatment_that_switches_off_is_refused_until_it_is_declared() -> None:
    cells = frame()
    cells["on"] = ((cells["year"] >= cells["first"]) & (cells["year"] < 2005)).astype(int)
    panel, _ = taken(cells, adopted=None, treated="on", after_stop="drop")

    assert told(cells, adopted=None, treated="on") == [
        "after_stop: 3 of 4 units leave the programme again. What comes after is neither under the programme nor as if it had never been. "
        'Say after_stop = "drop" or "own_effect".'
    ]
    assert panel.left.tolist() == [4, 4, 4, N] and panel.watched[:, 4].tolist() == [False, False, False, True]
    assert told(cells.assign(gone=2005.0), left="gone")[0].startswith("after_stop: 3 of 4 units leave")


def on_and_off(*spells: str) -> pd.DataFrame:
    cells = frame()
    return cells.assign(on=[int(mark) for spell in spells for mark in spell])


@pytest.mark.parametrize("after_stop", ["refuse", "own_effect"])
def test_a_unit_that_comes_under_the_programme_again_is_refused_in_one_sentence(after_stop: str) -> None:
    back = on_and_off("00101", "00010", "00000", "01101")

    assert told(back, adopted=None, treated="on", after_stop=after_stop) == [
        "treated: 2 of 4 units come under the programme again after leaving it. A unit is under the programme once. "
        'Say after_stop = "drop", which leaves out all after the first time.'
    ]
    panel, _ = taken(back, adopted=None, treated="on", after_stop="drop")
    assert panel.left.tolist() == [3, 4, N, 3] and not panel.watched[0, 3:].any()


def test_a_frame_without_a_programme_is_told_by_a_monitor_and_by_nothing_that_compares() -> None:
    panel, ruler = taken(frame(y=frame()["y"] % 3), adopted=None)
    asked = {"outcome": ruler.outcome.name, "horizon": ev.Horizon(months=60), "worthwhile": -1.0}

    assert (panel.adopted == N).all() and (panel.left == N).all()
    trend = ev.ask(panel, ruler, ev.Question(**asked, method="monitor", estimator="trend", estimand="change"), title="Visits")  # type: ignore[arg-type]  # by name
    assert trend.answer.estimate is not None, trend.answer.refused
    did = ev.Question(**asked, method="did", estimator="group_time", estimand="effect_on_the_served")  # type: ignore[arg-type]  # words of a question by name
    assert "none of 4 areas adopts" in str(ev.ask(panel, ruler, did, title="Visits").answer.refused[0])


def test_one_unit_may_be_a_series_and_is_refused_where_others_are_compared() -> None:
    draw = np.random.default_rng(2)
    cells = pd.DataFrame({"unit": "a", "year": range(1990, 2020), "y": 10 + draw.normal(0, 1, 30), "first": 2005})
    panel, ruler = taken(cells)
    asked = {"outcome": ruler.outcome.name, "horizon": ev.Horizon(months=48), "worthwhile": -1.0, "estimand": "effect_on_the_served"}

    series = ev.ask(panel, ruler, ev.Question(**asked, method="series", estimator="interrupted"), title="Visits")  # type: ignore[arg-type]  # by name
    assert series.answer.estimate is not None, series.answer.refused
    assert ev.ask(panel, ruler, ev.Question(**asked, method="did", estimator="group_time"), title="Visits").answer.refused  # type: ignore[arg-type]  # by name


def test_areas_weigh_as_many_as_live_there_or_the_question_is_refused() -> None:
    draw = np.random.default_rng(8)
    cells = pd.DataFrame([(unit, year) for unit in range(40) for year in range(2001, 2009)], columns=["unit", "year"])
    cells["first"] = np.where(cells["unit"] < 16, 2005, 0)
    cells["y"] = 10 + cells["unit"] % 7 + draw.normal(0, 0.5, len(cells))
    cells["lived"] = 100 + cells["unit"]
    asked = {"outcome": "frame/y", "horizon": ev.Horizon(months=48), "worthwhile": -1.0, "estimand": "effect_on_the_served"}
    question = ev.Question(**asked, method="did", estimator="group_time", weights="population")  # type: ignore[arg-type]  # words of a question by name

    (refused,) = ev.ask(*taken(cells), question, title="Visits").answer.refused
    assert "weights: of 40 of 40 areas nothing says how many people live there." in str(refused)
    panel, ruler = taken(cells, population="lived")
    assert panel.weight.tolist() == [100 + unit for unit in range(40)]
    told_by_people = ev.ask(panel, ruler, question, title="Visits").answer.estimate
    told_by_weight = ev.ask(*taken(cells, weight="lived"), question, title="Visits").answer.estimate
    assert told_by_people is not None and told_by_weight is not None and told_by_people.effect == told_by_weight.effect


@pytest.mark.parametrize("last_digits", [0.0, 1e-15])
def test_numbers_that_are_the_same_everywhere_are_refused_whatever_their_last_digits(last_digits: float) -> None:
    cells = pd.DataFrame([(unit, year) for unit in range(40) for year in range(2001, 2009)], columns=["unit", "year"])
    cells["first"] = np.where(cells["unit"] < 16, 2005, 0)
    cells["y"] = 5 * (1 + last_digits * np.random.default_rng(1).integers(-1, 2, len(cells)))
    question = ev.Question("frame/y", ev.Horizon(months=48), "did", -1.0, estimand="effect_on_the_served", estimator="group_time")

    answer = ev.ask(*taken(cells), question, title="Visits").answer
    assert answer.estimate is None and "every unit changed by the same" in str(answer.refused[0])


def test_gaps_are_refused_or_kept_as_unwatched() -> None:
    cells = frame()
    lacking = cells.drop(index=[1, 7])
    panel, ruler = taken(lacking, gaps="keep")

    assert told(lacking) == [
        'frame: 2 unit-periods of 20 are not there, in 2 of 4 units. Every unit has a row for every period. Complete it, or say gaps = "keep".'
    ]
    assert panel.watched.sum() == 18 and np.isnan(ruler.paths().value[0, 1])
    assert told(cells[cells["year"] != 2002])[0].startswith("frame: 4 unit-periods of 20 are not there")  # a year that nobody has is a gap
    assert taken(cells[cells["year"] != 2002], gaps="keep")[0].adopted.tolist() == [2, 3, 0, N]
    assert told(frame(y=cells["y"].where(cells.index != 3)))[0].startswith("column 'y': 1 value of 20 missing.")


WRONG = {
    "a unit-period twice": (lambda: pd.concat([frame(), frame().iloc[:2]]), {}, "frame: 2 rows repeat a unit and period."),
    "one period": (lambda: frame().query("year == 2003"), {}, "column 'year': there is one period only."),
    "no period before": (lambda: frame().query("year >= 2004"), {}, "adopted: no unit that adopts, of 3, was seen in a period before it did."),
    "adoption that moves": (lambda: frame(first=[2003.0] * 3 + [2004.0] * 17), {}, "column 'first': it changes within units: 5 values in 4 units."),
    "a weight that moves": (lambda: frame(size=range(1, 21)), {"weight": "size"}, "column 'size': it changes within units: 20 values in 4 units."),
    "no weight at all": (lambda: frame(size=0), {"weight": "size"}, "column 'size': 20 rows of 20 hold 0 or less."),
    "text": (lambda: frame(y="much"), {}, "column 'y': it holds"),
    "part of a year": (lambda: frame(year=frame()["year"] + 0.5), {}, "column 'year': 20 rows of 20 hold part of a period."),
    "dates beside numbers": (
        lambda: frame(first=pd.Timestamp("2003-01-01")), {}, "column 'first': it holds datetime64",
    ),
    "two ways of adopting": (frame, {"treated": "first"}, "adopted: both `adopted` and `treated` were given."),
    "no such column": (frame, {"unit": "unitt"}, "unit: the frame has no column 'unitt'."),
    "no such length": (frame, {"each": "yaer"}, "each: 'yaer' was given. It is a month, a quarter, a year, or 1 or more days. Did you mean 'year'?"),
    "a covariate of afterwards": (frame, {"covariates": ["y"]}, "covariates: 'y' is not known before the first period."),
    "half a year of adoption": (
        lambda: frame(first=frame()["first"].replace(2003.0, 2003.5)), {}, "column 'first': 5 rows of 20 hold part of a period. A unit adopts",
    ),
    "leaving what was never joined": (frame, {"adopted": None, "left": "first"}, "left: nothing says when a unit comes under the programme"),
    "leaving before adopting": (
        lambda: frame(gone=2002.0), {"left": "gone", "after_stop": "drop"}, "left: 2 of 4 units leave no later than they adopt.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_with_a_frame_is_said_in_one_sentence(name: str) -> None:
    cells, words, sentence = WRONG[name]

    (only,) = told(cells(), **words)
    assert only.startswith(sentence)


def test_everything_wrong_is_said_at_once() -> None:
    assert len(told(frame(y="much", size=-1), weight="size", gaps="some", after_stop="keep", each=0)) == 3  # the words first
    assert len(told(frame(y="much", size=-1), weight="size")) == 2  # and then the values


def test_a_question_is_asked_of_a_panel_from_a_frame() -> None:
    draw = np.random.default_rng(8)
    cells = pd.DataFrame([(unit, year) for unit in range(40) for year in range(2001, 2009)], columns=["unit", "year"])
    cells["first"] = np.where(cells["unit"] < 16, 2005, 0)
    cells["y"] = 10 + cells["unit"] % 7 + draw.normal(0, 0.5, len(cells)) - 3.0 * (cells["year"] >= cells["first"]) * (cells["first"] > 0)
    panel, ruler = taken(cells)
    asked = {"outcome": ruler.outcome.name, "horizon": ev.Horizon(months=48), "method": "did", "worthwhile": -1.0}
    question = ev.Question(**asked, estimator="group_time", estimand="effect_on_the_served", compared="never_treated")  # type: ignore[arg-type]  # words of a question by name

    finding = ev.ask(panel, ruler, question, title="Visits")

    assert finding.answer.estimate is not None, finding.answer.refused
    assert finding.answer.estimate.effect == pytest.approx(-3.0, abs=0.4)
    with pytest.raises(Refused, match="'donut' is read by threshold"):
        ev.ask(panel, ruler, ev.Question(**asked, estimator="group_time", estimand="effect_on_the_served", donut=1.0), title="Visits")  # type: ignore[arg-type]  # words of a question by name


def test_a_name_where_an_outcome_is_to_be_told_is_refused_in_a_sentence() -> None:
    with pytest.raises(ev.terms.Refused, match=r"outcome: 'y' is a name alone.*Say FramePanelOutcome\(\"y\""):
        ev.panel_from_frame(frame(), unit="unit", period="year", each="year", outcome="y")  # type: ignore[arg-type]  # that is what is refused
