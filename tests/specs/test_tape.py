"""The tape, one rule a spec: a start on 10 March 2020, and windows around it."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from small_county import county

from evaluation.records.days import FOREVER, day_of
from evaluation.records.sql import c
from evaluation.records.tape import Measure, lay
from evaluation.records.values import LARGEST

START = day_of(date(2020, 3, 10))
ANN = "person_id\nann"


def read(measure: Measure, *, gone: int = FOREVER, to_the_end: bool = False, **tables: str) -> int | None:
    """One measure on Ann's clock."""
    engine = county(person=ANN, **tables).engine
    engine.load("starts", pa.table({"start_id": [1], "person_id": ["ann"], "day": [START], "gone": [gone]}))
    [row] = engine.fetch(lay([measure], "starts", to_the_end=to_the_end).order_by(c("s.start_id"))).to_pylist()
    return row[measure.name]


EVENTS = """
    person_id  kind    day         value
    ann        arrest  2020-03-08  4
    ann        arrest  2020-03-09  2
    ann        arrest  2020-03-09  7
    ann        arrest  2020-03-09  -
    ann        arrest  2020-03-10  100
    ann        fine    2020-03-09  50
"""


@pytest.mark.parametrize(
    ("reduce", "value"),
    [
        ("count", 4),  # an event without a value counts
        ("any", 1),
        ("sum", 13),  # and adds nothing
        ("last", 7),  # the larger of two values on the last day
        ("days_since", 1),
        ("first_day", START - 2),
    ],
)
def test_a_window_before_the_start_leaves_the_day_of_the_start_out(reduce: str, value: int) -> None:
    assert read(Measure("x", "event", ("arrest",), reduce, -30, 0), event=EVENTS) == value


@pytest.mark.parametrize(("reduce", "value"), [("count", 0), ("any", 0), ("sum", 0), ("last", None), ("days_since", None), ("first_day", None)])
def test_nothing_in_the_window_is_none_and_never_missing_where_none_can_be_counted(reduce: str, value: int | None) -> None:
    assert read(Measure("x", "event", ("arrest",), reduce, -30, -5), event=EVENTS) == value


def test_day_zero_is_after_the_start() -> None:
    assert read(Measure("x", "event", ("arrest",), "sum", 0, 1), event=EVENTS) == 100


def test_no_kinds_are_every_kind() -> None:
    assert read(Measure("x", "event", (), "sum", -1, 0), event=EVENTS) == 59


def test_a_last_value_before_1970_and_below_zero_is_read() -> None:
    old = """
        person_id  kind    day         value
        ann        arrest  1950-01-01  -3
        ann        arrest  1949-01-01  9
    """
    covered = "source first last lag_days grain\njail 1940-01-01 2021-12-31 0 day"

    assert read(Measure("x", "event", ("arrest",), "last", -40_000, 0), event=old, coverage=covered) == -3


SPELLS = """
    person_id  kind      start       stop
    ann        jail      2020-03-01  2020-03-05
    ann        jail      2020-03-03  2020-03-06
    ann        jail      2020-03-06  2020-03-08
    ann        hospital  2020-03-07  2020-03-09
    ann        jail      2020-03-20  -
"""


@pytest.mark.parametrize(
    ("kinds", "reduce", "value"),
    [
        (("jail",), "days", 7),  # 1 to 7 March: overlapping and touching stays merge, and the day they stop is not in them
        (("hospital", "jail"), "days", 8),  # the 7th in both counts once
        (("jail",), "count", 1),
        (("jail",), "any", 1),
        (("jail",), "days_since", 3),  # since the 7th
        (("jail",), "first_day", START - 9),
    ],
)
def test_a_spell_is_a_set_of_days(kinds: tuple[str, ...], reduce: str, value: int) -> None:
    assert read(Measure("x", "spell", kinds, reduce, -30, 0), spell=SPELLS) == value


def test_stays_of_the_very_same_days_are_one_whatever_order_an_engine_takes_them_in() -> None:
    people = [f"p{number:03}" for number in range(300)]
    days = ("jail 2020-02-20 2020-02-25", *(f"{kind} 2020-03-01 2020-03-05" for kind in ("jail", "hospital", "ward")))
    stays = [f"{person} {stay}" for person in people for stay in days]
    starts = {"start_id": range(300), "person_id": people, "day": [START] * 300, "gone": [FOREVER] * 300}
    engine = county(person="\n".join(["person_id", *people]), spell="\n".join(["person_id kind start stop", *stays])).engine
    engine.load("starts", pa.table({name: list(values) for name, values in starts.items()}))

    measures = [Measure(reduce, "spell", ("hospital", "jail", "ward"), reduce, -30, 0) for reduce in ("count", "days")]
    rows = engine.fetch(lay(measures, "starts"))

    assert (set(rows["count"].to_pylist()), set(rows["days"].to_pylist())) == ({2}, {5 + 4})


def test_a_spell_that_has_not_ended_runs_to_the_end_of_the_window_or_of_what_was_seen() -> None:
    after = Measure("x", "spell", ("jail",), "days", 0, 30)

    assert read(after, spell=SPELLS) == 20  # 20 March to 8 April
    assert read(after, spell=SPELLS, gone=START + 15, to_the_end=True) == 5


def test_a_window_that_is_cut_before_it_begins_holds_nothing() -> None:
    cut = Measure("x", "spell", ("jail",), "days", 12, 30)

    assert read(cut, spell=SPELLS, gone=START + 5, to_the_end=True) == 0


def test_in_and_out_on_one_day_is_no_night() -> None:
    day_visit = "person_id kind start stop\nann jail 2020-03-01 2020-03-01"

    assert read(Measure("x", "spell", ("jail",), "days", -30, 0), spell=day_visit) == 0


def test_cost_lines_add_up_in_cents() -> None:
    costs = """
        person_id  service    day         amount
        ann        jail_day   2020-03-10  100.10
        ann        er_visit   2020-03-11  0.05
        ann        jail_day   2020-04-09  7.00
    """

    assert read(Measure("x", "cost", (), "sum", 0, 30), cost=costs) == 10_015
    assert read(Measure("x", "cost", ("jail_day",), "sum", 0, 31), cost=costs) == 10_710


@pytest.mark.parametrize("value", [LARGEST, -LARGEST])
def test_the_largest_value_that_records_may_hold_is_read_exactly(value: int) -> None:
    event = f"person_id kind day value\nann arrest 2020-03-01 {value}"

    assert read(Measure("x", "event", ("arrest",), "last", -30, 0), event=event) == value
    assert read(Measure("x", "event", ("arrest",), "sum", -30, 0), event=event) == value
