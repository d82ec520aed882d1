"""Findings about places where units count, estimators disagree, shares run past all people, and places hold few of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from panels_by_hand import Told, years
from places_answered import TITLE, answered, asked, laws, series, told

from evaluation import FramePanelOutcome, ask, panel_from_frame
from evaluation.diagnostics.monitor import disparities
from evaluation.findings import Findings, judge, release
from evaluation.findings.disclosure import HIDDEN
from evaluation.findings.words import Range, within_reach
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Answer, Horizon, Interval, Other, Question


def of_counts(units: str = "area", *, per_place: float = -2.6) -> Answer:
    """A lab's own numbers of visits: twelve units, four of which adopt."""
    rng = np.random.default_rng(2)
    rows = [
        {"unit": u, "year": 2000 + t, "visits": 20 + rng.normal() + per_place * (u < 4 and t >= 5), "first": 2005 if u < 4 else np.nan}
        for u in range(12)
        for t in range(9)
    ]
    told_of = FramePanelOutcome("visits", better="fewer", title={"en": "visits"}, event={"en": "visits"})
    panel, ruler = panel_from_frame(pd.DataFrame(rows), unit="unit", period="year", each="year", adopted="first", outcome=told_of, units=units)  # type: ignore[arg-type]  # one of two words
    question = Question("frame/visits", Horizon(months=24), "did", -0.5, estimand="effect_on_the_served", estimator="group_time")
    return ask(panel, ruler, question, title="Visits").answer


def test_a_count_of_places_is_told_as_a_mean_of_each_place_and_period_and_one_of_people_as_of_people() -> None:
    places, people = (judge(of_counts(units), None, title=TITLE, languages=("en", "es")).sentences for units in ("area", "person"))

    assert "fewer visits in each year in each place where the programme began" in places["en"]
    assert "visits menos en cada año en cada lugar donde empezó el programa" in places["es"]
    assert "people served by the programme had on average about" in people["en"] and "fewer visits a year" in people["en"]


def test_a_size_that_a_condition_tells_of_a_count_speaks_of_no_people() -> None:
    told_of = {one.name: one.sentence for one in of_counts().diagnostics}

    assert "people" not in told_of["detectable_effect"] and "the smallest effect worth having, 0.5," in told_of["detectable_effect"]


def test_places_of_which_nobody_knows_the_people_have_no_number_of_them() -> None:
    row = Findings((judge(of_counts(), None, title=TITLE, languages=("en",)),)).frame().iloc[0]

    assert pd.isna(row["n_served"]) and pd.isna(row["n_compared"])


def beside(*others: Other, effect: float = 2.0, ends: tuple[float, float] = (-1.0, 5.0)) -> Answer:
    """One place beside others, with other estimators as given."""
    answer = series()
    assert answer.estimate is not None
    return replace(answer, estimate=replace(answer.estimate, effect=effect, interval=Interval(*ends, "placebos"), others=others))


def test_a_finding_says_where_another_way_sees_what_it_does_not() -> None:
    split = Other("synthetic difference-in-differences", 1.9, Interval(0.5, 3.3, "placebos"))
    alike = Other("augmented synthetic control", 2.1, Interval(-1.2, 5.0, "placebos"))
    sentence = told(beside(split, alike)).sentences

    assert "another way of estimating it, shown beside, sees a difference (from 0.5 more to 3.3 more), so the ways do not agree" in sentence["en"]
    assert "otra manera de estimarlo, que figura al lado, ve una diferencia (desde 0.5 más hasta 3.3 más)" in sentence["es"]
    assert "agree" not in told(beside(alike)).sentences["en"]
    clear = told(beside(split, alike, ends=(1.0, 3.0))).sentences["en"]
    assert "sees no clear difference (from 1.2 fewer to 5.0 more)" in clear or "sees no clear difference (from 1.2 fewer to 5 more)" in clear


def test_other_estimators_of_a_series_that_come_to_something_else_are_told() -> None:
    turned = Other("interrupted series without a comparison", -2.0, None)

    assert "other ways of estimating it give 2 fewer" in told(beside(turned)).sentences["en"]


def test_a_share_of_those_who_come_is_told_as_far_as_it_is_possible() -> None:
    wide = Range(-54.0, -135.0, 27.0, 100, 5.0, (-135.0, 27.0))
    offered = replace(compliers(), outcome=OUTCOMES["recidivism/arrest"])
    cut = within_reach(wide, offered)

    assert (cut.effect, cut.low, cut.high, cut.beyond) == (-54.0, -100.0, 27.0, True)
    assert not within_reach(replace(wide, low=-80.0, widest=(-80.0, 27.0)), offered).beyond
    assert not within_reach(wide, laws()).beyond


def compliers() -> Answer:
    """What coming does to those who come because of an offer."""
    found = laws()
    question = replace(found.question, method="threshold", estimand="complier_effect_at_the_cutoff", per=1)
    return replace(found, by="score", unit="person", question=question)


def test_places_that_tell_of_few_people_on_record_are_not_shown() -> None:
    question = replace(asked("monitor", "disparity", 5, worthwhile=-0.05, outcome="emergency_visits/recorded", per=100), measure="number")
    people = np.full((6, 5), 100.0)
    value = np.array([[40.0], [4.0], [50.0], [60.0], [45.0], [150.0]]) / 5 / 100 * np.ones((6, 5))
    panel = replace(years(6, 5), people=np.full(6, 100))
    answer = answered(question, panel, Told(value, OUTCOMES[question.outcome], people))
    shown = release([judge(answer, None, title=TITLE, languages=("en",))])
    rows = next(one.rows for one in shown.exhibits if one.name.endswith(": other estimators"))

    assert len(rows) == 6 and shown.findings[0].answer.estimate is not None
    assert sum(row[1] == HIDDEN for row in rows) >= 2  # the place itself, and another, for all of them together are known
    assert rows[1][1] == HIDDEN


def test_where_nobody_knows_how_far_chance_reaches_no_place_is_said_not_to_differ() -> None:
    nowhere = Interval(float("-inf"), float("inf"), "the outcome is no count")
    told_of = disparities({"a": 1.0, "b": 2.0}, 1.5, {"a": nowhere, "b": nowhere}, groups=2).sentence

    assert "differ" not in told_of and "how far chance reaches is not known" in told_of


def test_before_and_after_compares_nobody_and_leaves_nobody_out_for_want_of_others() -> None:
    cells = next(one.sentence for one in laws("before_after").diagnostics if one.name == "cells_of_adoption")

    assert "nobody is compared" in cells and "that never adopt" in cells
    assert "stand for one another" not in cells and "left to compare" not in cells
