"""Work and benefits: where definitions of the same words part, on starts at the edge of a quarter, of a threshold and of a break in aid."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pyarrow as pa
import pytest
from small_county import county

from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.outcomes.work import WORK
from evaluation.records.days import FOREVER, day_of
from evaluation.terms import Horizon, Outcome, Refused

TWO_VERSIONS = [outcome for outcome in WORK if outcome.name.endswith("/take_up")]
PAID = """
    person_id  measure  day         amount
    ann        wages    2020-01-01  1000
    ann        wages    2020-04-01  20
    ann        wages    2020-07-01  3
"""


def ruler(name: str, start: date, *, gone: date | None = None, **tables: str) -> EngineRuler:
    """A definition laid on Ann's clock."""
    engine = county(person="person_id\nann", coverage="source first last lag_days grain\njail 2015-01-01 2023-12-31 0 day", **tables).engine
    last = FOREVER if gone is None else day_of(gone)
    days = {"day": [day_of(start)], "death": [FOREVER], "moved": [last], "own": [FOREVER], "gone": [last]}
    engine.load("starts", pa.table({"start_id": [1], "person_id": ["ann"]} | {name: pa.array(values, pa.int32()) for name, values in days.items()}))
    return EngineRuler(engine, "starts", OUTCOMES[name])


@pytest.mark.parametrize(
    ("start", "earned"),
    [
        (date(2019, 12, 31), 1020),  # a day earlier is a quarter earlier: the first quarter of 2020 is then the first whole one
        (date(2020, 1, 1), 23),
        (date(2020, 3, 31), 23),
        (date(2020, 4, 1), 3),
    ],
)
def test_the_quarter_of_the_start_is_left_out_to_the_last_day_of_it(start: date, earned: float) -> None:
    assert ruler("earnings/wages", start, quarter=PAID).amount(0, Horizon(months=6)).amount.tolist() == [earned]


def test_who_leaves_within_the_last_quarter_is_not_watched_to_its_end() -> None:
    read = ruler("earnings/wages", date(2020, 1, 15), gone=date(2020, 9, 30), quarter=PAID).amount(0, Horizon(months=6))

    assert (read.seen_days < read.window_days).tolist() == [True]


def test_a_horizon_of_days_is_no_number_of_quarters() -> None:
    with pytest.raises(Refused, match="no whole number of calendar quarters"):
        ruler("earnings/wages", date(2020, 1, 15), quarter=PAID).amount(0, Horizon(days=365))


@pytest.mark.parametrize(("second", "fourth"), [("2020-07-01", False), ("2021-01-01", True)])
def test_employment_after_exit_is_that_of_one_quarter_and_not_of_those_before_it(second: str, fourth: bool) -> None:
    paid = f"person_id measure day amount\nann wages {second} 10"
    of_second = ruler("employment/wioa_second_quarter", date(2020, 2, 1), quarter=paid).state(Horizon(months=6))
    of_fourth = ruler("employment/wioa_fourth_quarter", date(2020, 2, 1), quarter=paid).state(Horizon(months=12))

    assert (of_second.inside.tolist(), of_fourth.inside.tolist()) == ([not fourth], [fourth])


@pytest.mark.parametrize(("cents", "counts"), [("4160.00", 0), ("4160.01", 1)])
def test_a_threshold_is_exceeded_and_not_met(cents: str, counts: int) -> None:
    paid = f"person_id measure day amount\nann wages 2020-04-01 {cents}"

    assert ruler("quarters_employed/half_time_2024", date(2020, 2, 1), quarter=paid).amount(0, Horizon(months=3)).amount.tolist() == [counts]


@pytest.mark.parametrize("taken_up", TWO_VERSIONS, ids=[outcome.name for outcome in TWO_VERSIONS])
def test_aid_stands_in_two_versions_that_differ_in_the_direction_and_its_reason_alone(taken_up: Outcome) -> None:
    relied_on = OUTCOMES[taken_up.name.replace("take_up", "reliance")]
    apart = {one.name for one in fields(Outcome) if getattr(taken_up, one.name) != getattr(relied_on, one.name)}

    assert (relied_on.better, taken_up.better) == ("fewer", "more")
    assert apart == {"name", "better", "why_better"}


def test_every_kind_of_aid_has_its_two_versions() -> None:
    assert {outcome.name.split("/")[0] for outcome in TWO_VERSIONS} == {
        "cash_aid_days",
        "food_aid_days",
        "general_assistance_days",
        "cash_aid_months",
        "food_aid_months",
        "general_assistance_months",
        "benefit_dollars",
    }


def test_what_wage_records_miss_is_said_of_every_definition_that_reads_them() -> None:
    read = [outcome for outcome in WORK if outcome.kinds == ("wages",)]

    assert len(read) == 7
    for outcome in read:
        assert all(words in outcome.not_counted for words in ("self-employed", "federal", "other states", "quarter of the start")), outcome.name


@pytest.mark.parametrize(("back", "left"), [("2020-05-16", False), ("2020-05-17", True), (None, True)])
def test_leaving_aid_takes_two_months_off_it(back: str | None, left: bool) -> None:
    spells = "person_id kind start stop\nann benefits:calworks 2020-01-01 2020-03-16" + (f"\nann benefits:calworks {back} -" if back else "")
    marks = ruler("leaving_cash_aid/two_months", date(2020, 3, 1), spell=spells).marks(Horizon(days=60))

    assert marks.why.tolist() == ["mark" if left else "horizon"]


def test_a_break_of_a_month_is_a_return_by_one_definition_and_none_by_its_rival() -> None:
    spells = "person_id kind start stop\nann benefits:calworks 2020-01-01 2020-03-01\nann benefits:calworks 2020-04-01 -"
    found = {
        name: ruler(f"return_to_cash_aid/{name}", date(2020, 3, 1), spell=spells).marks(Horizon(months=12)).why.tolist()
        for name in ("any_break", "beyond_a_month")
    }

    assert found == {"any_break": ["mark"], "beyond_a_month": ["horizon"]}
