"""Rates by group, by hand: the preceding stage as denominator, people who count in several groups, and groups too few to tell."""

from __future__ import annotations

from datetime import date
from functools import cache

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

import evaluation as ev
from evaluation.records import Records, connect
from evaluation.scorecards.ratio import limits_of_ratio, score_of_ratio
from evaluation.scorecards.stages import UNKNOWN
from evaluation.terms import CohortPlan, Horizon, Question, Refused, Served, Starts, Study

ROUNDING = 1e-9
SOLVED = 1e-7  # two root finders of one equation
MATRIX = {  # race, and how many referred, offered, enrolled: nested
    "white": (100, 80, 40),
    "black": (60, 30, 12),
    "black;white": (20, 10, 10),
    "asian": (5, 3, 1),
}
JUSTICE = ("recidivism/arrest", "recidivism/conviction")


@cache
def county(backwards: bool = False) -> Records:
    """People referred on one day, of whom so many are offered a place and so many enrol; one of race unknown."""
    people, events, services = [], [], []
    for race, (referred, offered, enrolled) in {**MATRIX, "": (15, 12, 11)}.items():
        for number in range(referred):
            name = f"{race or 'none'}-{number:03d}"
            people.append((name, race or None))
            events.append((name, "referral:aid", date(2020, 1, 1)))
            events += [(name, "offer:aid", date(2020, 1, 15))] if number < offered else []
            services += [(name, "aid", date(2020, 2, 1), None)] if number < enrolled else []
    if backwards:
        people, events, services = people[::-1], events[::-1], services[::-1]
    covered = pd.DataFrame([{"source": "one", "first": date(2019, 1, 1), "last": date(2021, 12, 31), "lag_days": 9, "grain": "day"}])
    return connect(
        {
            "person": pd.DataFrame(people, columns=["person_id", "race_ethnicity"]),
            "event": pd.DataFrame(events, columns=["person_id", "kind", "day"]).assign(source="one", value=None),
            "service": pd.DataFrame(services, columns=["person_id", "programme", "start", "stop"]).assign(source="one"),
            "coverage": covered,
        }
    )


def study() -> Study:
    plan = CohortPlan((date(2020, 1, 1), date(2020, 1, 31)), "service", Starts(referral=("aid",)), served=Served("aid", within_days=180), ages=None)
    return Study({"en": "Aid"}, "small", "aid", {"main": plan}, (Question("recidivism/arrest", Horizon(days=180), "matched", -0.05),))


def rates(**words: object) -> pd.DataFrame:
    return ev.disparity(study(), county(), reference="white", **words).frame.set_index(["stage", "group"])  # type: ignore[arg-type]  # as declared


def test_each_rate_is_of_those_who_reached_the_stage_before() -> None:
    rows = rates()

    assert rows.loc[("offered/recorded", "black"), ["people", "reached"]].tolist() == [80, 40]
    assert rows.loc[("enrolled/recorded", "black"), ["people", "reached"]].tolist() == [40, 22]
    assert rows.loc[("enrolled/recorded", "black"), "rate"] == pytest.approx(22 / 40, abs=ROUNDING)


def test_a_person_counts_in_every_group_and_is_held_against_the_rest_of_the_reference() -> None:
    row = rates().loc[("enrolled/recorded", "black")]

    assert rates().loc[("offered/recorded", "white"), "people"] == 120  # 100 and the 20 of whom both are recorded
    assert row["ratio"] == pytest.approx((22 / 40) / (40 / 80), abs=ROUNDING)  # without the 20
    assert row["difference"] == pytest.approx(22 / 40 - 40 / 80, abs=ROUNDING)
    assert row["ratio_low"] < row["ratio"] < row["ratio_high"] and row["difference_low"] < row["difference"] < row["difference_high"]
    # its share of those enrolled (22 of 74) over its share of those offered (40 of 135)
    assert row["disproportion"] == pytest.approx((22 / 74) / (40 / 135), abs=ROUNDING)


def test_a_group_of_few_people_is_too_few_to_tell_and_nobody_recorded_is_a_group_by_name() -> None:
    rows = rates()

    assert rows.loc[("offered/recorded", "asian"), "told"] == "too few to tell" and np.isnan(rows.loc[("offered/recorded", "asian"), "rate"])
    assert rows.loc[("offered/recorded", UNKNOWN), "rate"] == pytest.approx(12 / 15, abs=ROUNDING)


def test_without_a_reference_the_largest_group_is_it() -> None:
    assert ev.disparity(study(), county()).reference == "white"


def test_stages_that_are_not_on_record_are_named_and_left_out() -> None:
    found = ev.disparity(study(), county())

    assert [one.where for one in found.left_out] == ["stage 'completed/recorded'"]
    assert {one.stage for one in found.gaps} == {"offered/recorded", "enrolled/recorded"}  # the referral is what starts the clocks


def test_words_that_are_none_are_refused_with_the_nearest() -> None:
    for words, sentence in (
        ({"by": "race_ethnic"}, "Did you mean 'race_ethnicity'"),
        ({"reference": "whit"}, "Did you mean 'white'"),
        ({"stages": ("enrolled/record",)}, "Did you mean 'enrolled/recorded'"),
        ({"stages": ("custody_days/recorded",)}, "A stage is a mark or a state"),
        ({"cohort": "man"}, "It has main"),
    ):
        with pytest.raises(Refused, match=sentence):
            ev.disparity(study(), county(), **words)  # type: ignore[arg-type]  # what is wrong is the point


@pytest.mark.parametrize("table", [(10, 50, 20, 60), (0, 50, 20, 60), (1, 50, 1, 50), (100, 500, 200, 600)])
def test_limits_of_a_ratio_are_those_of_statsmodels_where_it_has_them(table: tuple[int, int, int, int]) -> None:
    theirs = confint_proportions_2indep(*table, method="score", compare="ratio", correction=False)

    assert limits_of_ratio(*table) == pytest.approx(tuple(map(float, theirs)), abs=SOLVED)


def test_limits_of_a_ratio_at_the_ends() -> None:
    assert limits_of_ratio(5, 20, 0, 30) is None
    low, high = limits_of_ratio(10, 50, 60, 60) or (0, 0)  # everybody of the reference group
    assert score_of_ratio(10, 50, 60, 60, low) == pytest.approx(1.959964, abs=1e-5) == -score_of_ratio(10, 50, 60, 60, high)


def test_the_picture_and_the_note_say_what_a_rate_is_of() -> None:
    found = ev.disparity(study(), county())

    assert "offered/recorded, black: 50.0 of every 100" in found.plot().alt
    assert "It says nothing of why." in repr(found)
