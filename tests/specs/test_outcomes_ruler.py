"""The Ruler on clocks that a reader can walk by hand: the start is 1 March 2020, the records end on 31 December 2021."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from small_county import county, plan

from evaluation.cohort import enrol
from evaluation.outcomes import OUTCOMES, EngineRuler, FrameRuler, Ruler
from evaluation.terms import Horizon, Marks, Outcome, Refused

ARREST, CUSTODY, COST = (OUTCOMES[name] for name in ("recidivism/arrest", "custody_days/recorded", "cost_per_client/recorded"))
NAMES = ["ann", "bob", "cy", "dee"]
DRAWN = ("aid", "no_aid")
LOT = "person_id kind day\n" + "\n".join(f"{name} {kind} 2020-03-01" for n, name in enumerate(NAMES) for kind in ("release", DRAWN[n % 2]))


def ruler(outcome: Outcome, *, died: str = "-", moved: str = "-", last: str = "2021-12-31", **tables: str) -> EngineRuler:
    """A ruler over four starts on one day; death and move are Ann's."""
    people = f"person_id death moved\nann {died} {moved}\nbob - -\ncy - -\ndee - -"
    covered = f"source first last lag_days grain\njail 2019-01-01 {last} 0 day"
    records = county(person=people, coverage=covered, **{"event": LOT} | tables)
    chosen = plan(between=(date(2020, 3, 1), date(2020, 3, 1)))
    return EngineRuler(records.engine, enrol("main", chosen, (), records, Horizon(days=1)).table, outcome)


def ann(marks: Marks) -> tuple[int, str]:
    return int(marks.day[0]), str(marks.why[0])


def arrests(*days: str) -> str:
    """The lot, an arrest of Ann on each day, and one of Dee, so that arrests are on record."""
    return "\n".join([LOT, "dee arrest 2020-03-08", *(f"ann arrest {day}" for day in days)])


@pytest.mark.parametrize(
    ("days", "people", "expected"),
    [
        (("2020-03-20", "2020-03-11"), {}, (10, "mark")),
        (("2020-03-01",), {}, (29, "horizon")),  # same-day order is unknown: marks count from the day after
        (("2020-03-02",), {}, (1, "mark")),
        (("2020-03-30",), {}, (29, "mark")),  # the last of 30 days
        (("2020-03-31",), {}, (29, "horizon")),
        (("2020-03-11",), {"died": "2020-03-11"}, (10, "mark")),  # on one day the mark comes first
        (("2020-03-12",), {"died": "2020-03-11"}, (10, "death")),
        ((), {"died": "2020-03-30"}, (29, "death")),
        ((), {"died": "2020-03-31"}, (29, "horizon")),
        ((), {"moved": "2020-03-11"}, (9, "moved")),  # the last day seen is the day before
        (("2020-03-11",), {"moved": "2020-03-11"}, (9, "moved")),
        ((), {"moved": "2020-03-31"}, (29, "horizon")),  # the horizon wins where it is reached
        ((), {"died": "2020-03-10", "moved": "2020-03-11"}, (9, "death")),  # a death on the last day seen is seen
        ((), {"last": "2020-03-10"}, (9, "records end")),
        ((), {"last": "2020-03-10", "moved": "2020-03-11"}, (9, "moved")),
    ],
)
def test_the_first_thing_that_ends_a_clock_is_its_mark(days: tuple[str, ...], people: dict[str, str], expected: tuple[int, str]) -> None:
    assert ann(ruler(ARREST, event=arrests(*days), **people).marks(Horizon(days=30))) == expected


def test_a_clock_is_whole_when_it_was_watched_to_the_horizon_whatever_ended_it_before() -> None:
    month = Horizon(days=30)

    assert ruler(ARREST, event=arrests("2020-03-11")).marks(month).whole.all()
    assert ruler(ARREST, event=arrests("2020-03-11"), died="2020-03-12").marks(month).whole.all()
    assert ruler(ARREST, event=arrests("2020-03-11"), moved="2020-03-20").marks(month).whole.tolist() == [False, True, True, True]
    assert ruler(ARREST, event=arrests("2020-03-11"), moved="2020-03-31").marks(month).whole.all()  # the first day not seen is the 31st


def test_an_event_on_the_day_of_the_start_is_told_and_not_counted() -> None:
    marks = ruler(ARREST, event=arrests("2020-03-01")).marks(Horizon(days=30))

    assert marks.same_day.tolist() == [True, False, False, False]
    assert marks.why[0] == "horizon"


def test_a_horizon_in_months_goes_by_the_calendar() -> None:
    laid = ruler(ARREST, event=arrests("2020-03-31"))

    assert ann(laid.marks(Horizon(months=1))) == (30, "mark")
    assert ann(laid.marks(Horizon(months=2))) == (30, "mark")
    assert laid.marks(Horizon(months=2)).day.tolist() == [30, 60, 60, 7]


CUSTODY_OF_ANN = """
    person_id  kind     start       stop
    ann        custody  2020-02-20  2020-03-03
    ann        custody  2020-03-10  2020-03-12
    ann        custody  2020-03-11  -
    bob        other    2020-03-10  2020-04-10
"""


def test_days_in_custody_are_those_inside_the_window_and_seen() -> None:
    all_seen = ruler(CUSTODY, spell=CUSTODY_OF_ANN).amount(0, Horizon(days=30))
    moved_away = ruler(CUSTODY, spell=CUSTODY_OF_ANN, moved="2020-03-21").amount(0, Horizon(days=30))

    assert all_seen.amount.tolist() == [2 + 21, 0, 0, 0]
    assert moved_away.amount.tolist() == [2 + 11, 0, 0, 0]
    assert moved_away.seen_days.tolist() == [20, 30, 30, 30]
    assert moved_away.window_days.tolist() == [30, 30, 30, 30]


def test_days_after_a_death_are_watched() -> None:
    assert ruler(CUSTODY, spell=CUSTODY_OF_ANN, died="2020-03-21").amount(0, Horizon(days=30)).seen_days.tolist() == [30, 30, 30, 30]


def test_nothing_is_added_up_after_the_day_of_a_death() -> None:
    lines = "person_id service day amount\nann er 2020-03-21 1\nann er 2020-03-22 100"

    in_custody = ruler(CUSTODY, spell=CUSTODY_OF_ANN, died="2020-03-21").amount(0, Horizon(days=30))
    spent = ruler(COST, cost=lines, died="2020-03-21").amount(0, Horizon(days=30))

    assert in_custody.amount.tolist() == [2 + 12, 0, 0, 0]  # 1 and 2 March, then 10 to 21 March
    assert spent.amount.tolist() == [1, 0, 0, 0]


def test_somebody_who_died_does_not_move_away() -> None:
    marks = ruler(ARREST, event=arrests(), died="2020-03-11", moved="2020-03-15").marks(Horizon(days=30))

    assert (ann(marks), marks.whole[0]) == ((10, "death"), True)


def test_a_ruler_can_be_laid_before_the_start() -> None:
    before = ruler(CUSTODY, spell=CUSTODY_OF_ANN).amount(-30, Horizon(days=0))

    assert before.amount.tolist() == [10, 0, 0, 0]  # 20 to 29 February
    assert before.window_days.tolist() == [30, 30, 30, 30]


def test_costs_come_back_in_dollars_exact_to_the_cent() -> None:
    lines = "person_id service day amount\nann er 2020-03-01 0.10\nann er 2020-03-02 0.20\nbob jail 2020-03-30 1234567.89\nbob jail 2020-03-31 1.00"

    assert ruler(COST, cost=lines).amount(0, Horizon(days=30)).amount.tolist() == [0.30, 1234567.89, 0, 0]


def test_a_kind_that_no_row_holds_is_not_none_but_not_recorded() -> None:
    with pytest.raises(Refused) as refused:
        ruler(ARREST).marks(Horizon(days=30))

    assert str(refused.value) == (
        "outcome 'recidivism/arrest': the table 'event' holds no row of 'arrest'. None on record cannot be told from not recorded. "
        "Add the source that records it."
    )


def in_a_frame(outcome: Outcome, *values: float) -> FrameRuler:
    return FrameRuler(outcome, Horizon(days=30), np.array(values), np.full(len(values), 30))


@pytest.mark.parametrize("opened", [ruler, in_a_frame])
def test_an_amount_asked_of_a_mark_is_refused(opened: Callable[[Outcome], Ruler]) -> None:
    laid = opened(ARREST)

    with pytest.raises(Refused, match="'amount' was asked of it, and it is of kind 'mark'"):
        laid.amount(0, Horizon(days=30))


@pytest.mark.parametrize("opened", [ruler, in_a_frame])
def test_marks_asked_of_an_amount_are_refused(opened: Callable[[Outcome], Ruler]) -> None:
    laid = opened(COST)

    with pytest.raises(Refused, match="'mark' was asked of it, and it is of kind 'amount'"):
        laid.marks(Horizon(days=30))


def test_a_frame_answers_over_its_own_horizon_only() -> None:
    laid = in_a_frame(ARREST, 0, 1)

    assert laid.marks(Horizon(days=30)).why.tolist() == ["horizon", "mark"]
    assert laid.marks(Horizon(days=30)).cause.tolist() == ["", "arrest"]
    with pytest.raises(Refused, match=r"60 days were asked of a column that holds 30 days\. Ask about 30 days"):
        laid.marks(Horizon(days=60))


def test_a_column_without_days_knows_no_other_end_than_the_mark() -> None:
    laid = in_a_frame(ARREST, 0, 1)

    assert laid.marks(Horizon(days=30), ("death",)).why.tolist() == ["horizon", "mark"]
    assert (laid.dated, laid.entries(), laid.window(Horizon(days=30)).tolist()) == (False, None, [30, 30])
    with pytest.raises(Refused, match="adoption, prison would end a clock, and the column says of nobody that it did"):
        laid.marks(Horizon(days=30), ("prison", "death", "adoption"))


def test_a_frame_has_no_window_before_the_start() -> None:
    laid = in_a_frame(COST, 12.5, 0)

    assert laid.amount(0, Horizon(days=30)).amount.tolist() == [12.5, 0]
    with pytest.raises(Refused, match="a window from day -30 was asked"):
        laid.amount(-30, Horizon(days=30))


def test_a_frame_may_hold_a_state_of_the_last_day() -> None:
    states = in_a_frame(OUTCOMES["housed/recorded"], 1, 0).state(Horizon(days=30))

    assert states.state.tolist() == ["permanent_housing", "none"]
    assert (states.inside.tolist(), states.seen.tolist()) == ([True, False], [True, True])


def test_a_frame_without_days_refuses_what_needs_them() -> None:
    laid = in_a_frame(ARREST, 0, 1)

    asked: dict[str, Callable[[], object]] = {
        "every mark and its day were": lambda: laid.every_mark(Horizon(days=30)),
        "the days at risk were": lambda: laid.at_risk(Horizon(days=30)),
        "a path by period was": lambda: laid.by_period((0, 7)),
        "a rate and its days were": lambda: laid.rate(Horizon(days=30)),
    }
    for what, ask in asked.items():
        with pytest.raises(Refused, match=f"{what} asked of a column that holds one value a row, and no day"):
            ask()
