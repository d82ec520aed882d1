"""What the fields of a definition do on clocks walked by hand, what is refused, and when a cohort has matured for them.

Ann's clock starts on 1 March 2020, in the first quarter of the year; the records end on 31 December 2021.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from small_clocks import clocks, on_one_clock
from small_county import county, plan

from evaluation.outcomes import OUTCOMES, EnginePanelRuler, EngineRuler
from evaluation.pipeline import unwatched
from evaluation.records.uses import MADE_FROM, of_outcome, of_question
from evaluation.terms import Horizon, Outcome, Panel, Question, Refused, Study

MARK = replace(OUTCOMES["recidivism/jail_booking"], off_clock=())
STAYS = OUTCOMES["custody_days/recorded"]
WAGES = replace(STAYS, name="test/wages", table="quarter", kinds=("wages",), unit="dollars")
MONTH, YEAR = Horizon(days=30), Horizon(months=12)
START = "person_id day own\nann 2020-03-01 -"


def found(outcome: Outcome, lines: str, spells: str = "") -> list[int]:
    """The days of all marks on Ann's clock."""
    return on_one_clock(outcome, lines, spells=spells).every_mark(MONTH).day.tolist()


BOOKINGS = "ann jail_booking 2020-03-02\nann jail_booking 2020-03-10\nann jail_booking 2020-03-12"


@pytest.mark.parametrize(
    ("gap", "custody", "days"),
    [
        (0, "ann custody 2019-01-01 2019-01-02", [1, 9, 11]),  # nothing is joined
        (1, "ann custody 2019-01-01 2019-01-02", [1, 9, 11]),
        (2, "ann custody 2019-01-01 2019-01-02", [1, 9]),  # bookings two days apart are one
        (1, "ann custody 2020-02-01 2020-03-01", [9, 11]),  # let out on the day of the start, booked on the next
        (1, "ann custody 2020-03-02 2020-03-09", [1, 11]),  # the first stay is the first booking's own, and the second begins a day after it
        (1, "ann custody 2020-03-02 2020-03-08", [1, 9, 11]),
        (1, "ann custody 2020-03-02 -", [1]),  # never out again
        (1, "ann custody 2020-03-10 2020-03-12", [1, 9]),
        (1, "ann prison 2020-02-01 2020-03-01", [1, 9, 11]),  # only stays in custody join
    ],
)
def test_a_booking_as_a_stay_ends_is_a_transfer(gap: int, custody: str, days: list[int]) -> None:
    kept = f"{custody}\nann custody 2019-01-01 2019-01-02"

    assert found(replace(MARK, gap=gap), BOOKINGS, kept) == days


def test_stays_with_a_night_between_them_are_one_stay_and_no_more_days() -> None:
    stays = "ann custody 2020-03-05 2020-03-07\nann custody 2020-03-08 2020-03-10\nann custody 2020-03-12 2020-03-13"
    marks = replace(MARK, table="spell", kinds=("custody",), gap=1)
    number = replace(STAYS, reduce="count", unit="events", gap=1)

    assert found(marks, stays) == [4, 11]
    assert found(replace(marks, gap=0), stays) == [4, 7, 11]
    assert found(replace(marks, gap=2), stays) == [4]
    assert [on_one_clock(each, stays).amount(0, MONTH).amount.item() for each in (number, replace(number, gap=0), STAYS)] == [2, 3, 5]


def test_a_stay_that_began_before_the_start_and_goes_on_is_no_new_stay() -> None:
    stays = "ann custody 2020-02-20 2020-03-03\nann custody 2020-03-04 2020-03-06\nann custody 2020-03-20 -"

    assert found(replace(MARK, table="spell", kinds=("custody",), gap=1), stays) == [19]


def test_a_kind_waits_by_itself_and_what_waits_is_no_mark_of_unknown_order() -> None:
    waiting = replace(MARK, kinds=("entry", "street"), from_day=1, waits={"entry": 15})
    lines = "ann entry 2020-03-01\nann entry 2020-03-15\nann entry 2020-03-16\nann street 2020-03-03"
    ruler = on_one_clock(waiting, lines)

    assert ruler.every_mark(MONTH).day.tolist() == [2, 15]  # day 14 is too early, day 15 counts
    assert ruler.marks(MONTH).same_day.tolist() == [False]
    assert on_one_clock(waiting, "ann street 2020-03-01").marks(MONTH).same_day.tolist() == [True]
    assert ruler.by_period([0, 14, 30]).amount.tolist() == [[1, 1]]


def test_stitched_bookings_are_refused_where_no_stay_is_on_record() -> None:
    with pytest.raises(Refused, match="the table 'spell' holds no row of 'custody'"):
        on_one_clock(replace(MARK, gap=1), BOOKINGS).marks(MONTH)


# ------------------------------------------------------------------------------------------------ enrolments
def test_an_enrolment_is_a_mark_a_number_of_days_and_a_state() -> None:
    service = "person_id programme start stop\nann aid 2020-03-05 2020-03-10\nann aid 2020-03-08 2020-03-12\nann other 2020-03-20 -"
    mark = replace(MARK, table="service", kinds=("aid",))
    days = replace(STAYS, table="service", kinds=("aid",))

    def on(outcome: Outcome) -> EngineRuler:
        return clocks(outcome, START, service=service)

    assert on(mark).every_mark(MONTH).day.tolist() == [4, 7]
    assert on(days).amount(0, MONTH).amount.tolist() == [7]  # enrolments that overlap are one
    assert on(replace(days, reduce="count", unit="events")).amount(0, MONTH).amount.tolist() == [2]
    assert on(replace(mark, kind="state", kinds=("aid", "other"))).state(MONTH).state.tolist() == ["other"]
    assert on(replace(mark, kind="state")).state(MONTH).state.tolist() == ["none"]


def test_a_definition_that_leaves_out_who_died_knows_no_state_of_them() -> None:
    home = OUTCOMES["housed/recorded"]
    died = on_one_clock(home, "ann permanent_housing 2020-03-02 -", died="2020-03-12")

    assert died.state(MONTH).seen.tolist() == [True]
    assert EngineRuler(died.engine, died.table, replace(home, competing=())).state(MONTH).seen.tolist() == [False]


# ------------------------------------------------------------------------------------------------ quarters
QUARTERS = """
    person_id  measure   day         amount
    ann        wages     2020-01-01  5000
    ann        wages     2020-04-01  1000.50
    ann        wages     2020-04-01  200
    ann        benefits  2020-04-01  900
    ann        wages     2020-10-01  3000
    ann        wages     2021-01-01  100
    ann        wages     2021-04-01  7000
"""


def by_quarter(outcome: Outcome, *, died: str = "-", moved: str = "-", start: str = "2020-03-01") -> EngineRuler:
    person = f"person_id death moved\nann {died} {moved}"
    return clocks(outcome, f"person_id day own\nann {start} -", person=person, quarter=QUARTERS)


@pytest.mark.parametrize(
    ("months", "dollars", "days"),
    [(3, 1200.50, 91), (6, 1200.50, 183), (9, 4200.50, 275), (12, 4300.50, 365)],  # from 1 April on: the quarter of the start is left out
)
def test_earnings_are_those_of_the_whole_quarters_after_that_of_the_start(months: int, dollars: float, days: int) -> None:
    earned = by_quarter(WAGES).amount(0, Horizon(months=months))

    assert (earned.amount.tolist(), earned.seen_days.tolist(), earned.window_days.tolist()) == ([dollars], [days], [days])


def test_a_start_on_the_first_day_of_a_quarter_leaves_that_quarter_out_too() -> None:
    assert by_quarter(WAGES, start="2020-04-01").amount(0, YEAR).amount.tolist() == [3000 + 100 + 7000]
    assert by_quarter(replace(WAGES, kind="mark", unit="people"), start="2020-04-01").marks(YEAR).day.tolist() == [183]


def test_a_quarter_counts_above_a_sum_of_all_its_rows() -> None:
    counting = replace(WAGES, reduce="count", unit="events")

    assert [by_quarter(replace(counting, above=cents)).amount(0, YEAR).amount.item() for cents in (0, 100_00, 1200_49, 1200_50)] == [3, 2, 2, 1]
    employed = replace(WAGES, kind="state", unit="people")
    assert [by_quarter(employed).state(Horizon(months=months)).inside.item() for months in (3, 6, 9, 12)] == [True, False, True, True]
    assert by_quarter(replace(employed, above=100_00)).state(YEAR).state.tolist() == ["none"]


def test_what_is_earned_in_the_quarter_of_a_death_counts_and_later_quarters_are_empty() -> None:
    dead = by_quarter(WAGES, died="2020-11-15").amount(0, YEAR)

    assert (dead.amount.tolist(), dead.seen_days.tolist()) == ([4200.50], [365])
    state = by_quarter(replace(WAGES, kind="state", unit="people"), died="2020-11-15")
    assert [state.state(Horizon(months=months)).state.item() for months in (9, 12)] == ["wages", "died"]


def test_a_quarter_that_a_move_cuts_short_is_not_watched() -> None:
    moved = by_quarter(WAGES, moved="2020-12-31").amount(0, YEAR)
    marks = by_quarter(replace(WAGES, kind="mark", unit="people", above=2000_00), moved="2020-12-31").marks(YEAR)

    assert (moved.amount.tolist(), moved.seen_days.tolist()) == ([1200.50], [183])
    assert (marks.day.tolist(), marks.why.tolist(), marks.whole.tolist()) == ([213], ["moved"], [False])  # 30 September, the last day that is read


@pytest.mark.parametrize("horizon", [Horizon(days=364), Horizon(months=10)])
def test_a_horizon_that_is_no_whole_number_of_quarters_is_refused(horizon: Horizon) -> None:
    with pytest.raises(Refused, match=f"the horizon of {horizon} is no whole number of calendar quarters"):
        by_quarter(WAGES).amount(0, horizon)


def test_wages_from_before_the_start_are_read_by_period_alone() -> None:
    with pytest.raises(Refused, match="a window from day -90"):
        by_quarter(WAGES).amount(-90, YEAR)
    assert by_quarter(WAGES).by_period([-91, 0, 91, 366]).amount.tolist() == [[0, 1200.50, 3100]]


def test_a_row_that_is_not_dated_by_the_first_day_of_its_quarter_is_refused() -> None:
    with pytest.raises(Refused, match="1 day in the table 'quarter' is not the first of a calendar quarter"):
        clocks(WAGES, START, quarter="person_id measure day amount\nann wages 2020-04-15 10\nbob wages 2020-07-01 10").amount(0, YEAR)


def panel_of(engine: EngineRuler, edges: list[int]) -> Panel:
    one = np.array([0])
    return Panel("main", "person", engine.table, one + 1, np.array(edges), one, one, np.ones((1, len(edges) - 1), bool), one + 1.0, one + 1, ())


def test_a_panel_by_the_quarter_reads_every_quarter_and_one_by_the_month_is_refused() -> None:
    ruler = by_quarter(WAGES, start="2020-01-01")
    edges = [18_262, 18_353, 18_444]  # 1 January, 1 April, 1 July 2020
    panel = panel_of(ruler, edges)

    assert EnginePanelRuler(ruler.engine, panel, WAGES).paths().value.tolist() == [[5000, 1200.50]]
    with pytest.raises(Refused, match="1 edge of the panel's periods lie inside a quarter"):
        EnginePanelRuler(ruler.engine, replace(panel, edges=panel.edges + np.array([0, 1, 0])), WAGES).paths()


# ------------------------------------------------------------------------------------------------ what is read, and when it has matured
def test_what_a_definition_reads_beside_its_own_kinds_is_known_to_the_records(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MADE_FROM, "made up", (("event", ("end:{kind}",)), ("spell", ("ward",))))
    made = replace(MARK, kinds=("a", "b"), made="made up", gap=1)

    assert [(use.table, use.kinds) for use in of_outcome(made)] == [
        ("event", ("a", "b")),
        ("event", ("end:a", "end:b")),
        ("spell", ("ward",)),
        ("spell", ("custody",)),
    ]
    assert [use.table for use in of_question(Question("x", MONTH, "randomized", -0.05), WAGES)] == ["quarter"]


def asked(outcome: str, horizon: Horizon, last: date) -> tuple[Question, Study]:
    question = Question(outcome, horizon, "randomized", -0.05)
    return question, Study({"en": "Aid"}, "made_up", "aid", {"main": plan(between=(date(2018, 1, 1), last))}, (question,))


COVERED = "source first last lag_days grain\njail 2010-01-01 2022-12-31 0 day\nother 2010-01-01 2021-12-31 {lag} day"
ROWS = "ann release 2018-03-01 jail\nann aid 2018-03-01 jail\nbob release 2018-03-01 jail\nbob no_aid 2018-03-01 jail"


def told(outcome: str, horizon: Horizon, last: date, lag: int = 0, **tables: str) -> list[str]:
    question, study = asked(outcome, horizon, last)
    event = f"person_id kind day source\n{ROWS}"
    records = county(person="person_id\nann\nbob", event=event, coverage=COVERED.format(lag=lag), **tables)
    return [str(problem) for problem in unwatched(question, study, records)]


WAGE_ROWS = "person_id measure day amount source\nann wages 2018-04-01 10 other"


def test_a_cohort_matures_for_wages_with_the_end_of_the_last_whole_quarter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OUTCOMES, "test/wages", replace(WAGES, name="test/wages", lag_days=92))
    on_time, late = (told("test/wages", YEAR, last, quarter=WAGE_ROWS) for last in (date(2020, 6, 30), date(2020, 7, 1)))

    assert (on_time, late) == ([], [])  # Q4 ends on 30 June 2021, or on 30 September, and 92 days more on 31 December
    [problem] = told("test/wages", YEAR, date(2020, 12, 31), quarter=WAGE_ROWS)
    assert "the last start, 2020-12-31, is 92 days short of maturity" in problem
    assert "and is read to the end of the last whole quarter" in problem
    assert "starts to 2020-09-30 have matured" in problem


def test_a_cohort_matures_for_enrolments_and_for_lines_that_are_made(monkeypatch: pytest.MonkeyPatch) -> None:
    served = replace(MARK, name="test/served", table="service", kinds=("{programme}",), lag_days=30)
    monkeypatch.setitem(MADE_FROM, "as they stand", (("event", ("left:{kind}",)),))
    monkeypatch.setitem(OUTCOMES, "test/served", served)
    monkeypatch.setitem(OUTCOMES, "test/made", replace(served, name="test/made", made="as they stand", lag_days=0))
    service = "person_id programme start stop source\nann aid 2018-04-01 - other"

    assert told("test/served", YEAR, date(2020, 12, 1), service=service) == []
    [problem] = told("test/served", YEAR, date(2020, 12, 31), service=service)
    assert "29 days short of maturity" in problem
    assert told("test/made", YEAR, date(2020, 12, 31), service=service) == []
    cohort_alone = "person_id programme start stop source\nann aid 2018-04-01 - jail"
    question, study = asked("test/made", YEAR, date(2021, 1, 10))
    event = f"person_id kind day source\n{ROWS}\nann left:aid 2018-05-01 other"
    records = county(person="person_id\nann\nbob", event=event, coverage=COVERED.format(lag=0), service=cohort_alone)
    narrow = replace(study, cohorts={"main": plan(between=(date(2018, 1, 1), date(2021, 1, 10)), sources=("jail",))})
    [left_out] = [str(problem) for problem in unwatched(question, narrow, records)]
    assert "leaves out other, which holds 'test/made'" in left_out
