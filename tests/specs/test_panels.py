"""Panels of people and of areas, on a county that a reader can walk by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from small_county import county

from evaluation.cohort import enrol
from evaluation.cohort.checks import examined
from evaluation.cohort.explain import explain
from evaluation.outcomes import OUTCOMES, EnginePanelRuler
from evaluation.records import Records
from evaluation.records.calendar_periods import cut, whole
from evaluation.records.days import date_of
from evaluation.terms import NEVER, Adopted, CohortPlan, HistoryColumn, Panel, Periods, Refused

ARREST, COST = OUTCOMES["recidivism/arrest"], OUTCOMES["cost_per_client/recorded"]
YEAR = (date(2020, 1, 1), date(2020, 12, 31))
QUARTERS = Periods(calendar="quarter")
PEOPLE = """
    person_id  birth       death       moved       area
    ann        1980-01-01  -           -           north
    bob        1990-01-01  2020-05-01  -           north
    cy         1990-06-01  -           2020-08-01  south
    dee        1990-06-01  -           -           south
    eve        2020-03-01  -           -           south
    fay        1950-01-01  2019-06-01  -           south
    gus        1990-06-01  -           -           -
"""
ARRESTS = """
    person_id  kind    day
    ann        arrest  2019-12-31
    ann        arrest  2020-01-01
    ann        arrest  2020-03-31
    bob        arrest  2020-04-02
    cy         arrest  2020-01-05
    cy         arrest  2020-07-15
    dee        arrest  2020-12-31
"""
SERVED = """
    person_id  programme  start
    ann        visits     2020-08-20
    ann        visits     2020-06-30
    bob        visits     2019-05-01
    cy         visits     2021-02-01
"""
PLACES = """
    area   measure       day         value  population
    north  people        2019-07-01  1      900
    north  people        2020-01-01  1      1000
    south  people        2020-01-01  1      500
    east   people        2020-01-01  1      100
    north  begins:visits 2020-04-01  1      -
    north  ends:visits   2020-02-01  1      -
    north  ends:visits   2020-10-15  1      -
"""
BY_PERSON = CohortPlan(YEAR, "calendar", adopted=Adopted(enrolment="visits"), periods=QUARTERS)
BY_AREA = CohortPlan(YEAR, "calendar", unit="area", areas="people", adopted=Adopted(starts="begins:visits"), periods=QUARTERS)
N = NEVER


@pytest.fixture(scope="module")
def records() -> Records:
    return county(person=PEOPLE, event=ARRESTS, service=SERVED, area=PLACES)


def panel(records: Records, plan: CohortPlan, *history: HistoryColumn) -> Panel:
    found = enrol("main", plan, history, records)
    assert isinstance(found, Panel)
    return found


def refused(records: Records, plan: CohortPlan, *history: HistoryColumn) -> list[str]:
    with pytest.raises(Refused) as caught:
        enrol("main", plan, history, records)
    return [str(problem) for problem in caught.value.problems]


def test_people_of_a_panel_were_born_alive_and_here_on_its_first_day(records: Records) -> None:
    found = panel(records, BY_PERSON)

    assert [(line.rule, line.lost, line.left) for line in found.ledger] == [
        ("people on record", 0, 7),
        ("born by the first day", 1, 6),
        ("living here", 0, 6),
        ("alive", 1, 5),
    ]
    assert len(found) == 5 and found.labels == ("2020 Q1", "2020 Q2", "2020 Q3", "2020 Q4")


def test_ages_are_those_of_the_first_day(records: Records) -> None:
    found = panel(records, replace(BY_PERSON, ages=(30, 64)))  # ann is 40 and bob 30 that day; the others are 29

    assert found.ledger[2].rule == "aged on that day 30 to 64, with a birth date on record"
    assert len(found) == 2


def test_a_person_adopts_by_the_first_enrolment_and_before_the_panel_in_its_first_period(records: Records) -> None:
    assert panel(records, BY_PERSON).adopted.tolist() == [1, 0, N, N, N]  # ann in the second quarter, bob long before, cy after the last


def test_a_dead_persons_periods_are_watched_and_empty_and_those_after_a_move_are_not_watched(records: Records) -> None:
    found = panel(records, BY_PERSON)
    told = EnginePanelRuler(records.engine, found, ARREST).paths().value

    assert found.watched.tolist() == [[True] * 4, [True] * 4, [True, True, False, False], [True] * 4, [True] * 4]
    assert told[1].tolist() == [0, 1, 0, 0]
    assert told[2, :2].tolist() == [1, 0] and np.isnan(told[2, 2:]).all()


def test_every_day_of_a_period_counts_the_first_of_the_panel_too(records: Records) -> None:
    told = EnginePanelRuler(records.engine, panel(records, BY_PERSON), ARREST).paths().value

    assert told[0].tolist() == [2, 0, 0, 0]  # 1 January and 31 March; 31 December lies before
    assert told[3].tolist() == [0, 0, 0, 1]  # dee, on the last day


def test_people_may_adopt_with_their_area_and_then_share_its_luck(records: Records) -> None:
    found = panel(records, replace(BY_PERSON, adopted=Adopted(starts="begins:visits")))

    assert found.ledger[1].rule.startswith("with an area on record") and found.ledger[1].lost == 1  # gus
    assert found.adopted.tolist() == [1, 1, N, N]
    assert found.clusters is not None and found.clusters.tolist() == [0, 0, 1, 1]


def test_areas_are_those_of_the_frame_whether_or_not_anybody_there_is_on_record(records: Records) -> None:
    found = panel(records, BY_AREA)

    assert found.names == ("east", "north", "south")
    assert found.adopted.tolist() == [N, 1, N]
    assert found.people.tolist() == found.weight.tolist() == [100, 1000, 500]  # by the record that is in force on the first day


def test_an_outcome_of_people_is_refused_where_nobody_on_record_lives_in_an_area(records: Records) -> None:
    with pytest.raises(Refused, match="in 1 of the 3 areas nobody on record is watched"):
        EnginePanelRuler(records.engine, panel(records, BY_AREA), ARREST).paths()


def test_an_area_shows_the_sum_of_its_people_over_those_watched_all_the_period() -> None:
    records = county(person=PEOPLE, event=ARRESTS, service=SERVED, area=PLACES.replace("    east   people        2020-01-01  1      100\n", ""))
    found = panel(records, BY_AREA)
    paths = EnginePanelRuler(records.engine, found, ARREST).paths(per=100)

    assert found.people.tolist() == [2, 2]  # everybody is on record, and so counted there
    assert paths.population.tolist() == [[2, 2, 2, 2], [2, 2, 1, 1]]
    assert paths.value.tolist() == [[100, 50, 0, 0], [50, 0, 0, 100]]  # cy's arrest of July falls out with cy


def test_areas_may_adopt_by_the_first_enrolment_of_anybody_there(records: Records) -> None:
    assert panel(records, replace(BY_AREA, adopted=Adopted(enrolment="visits"))).adopted.tolist() == [N, 0, N]  # cy's comes after the panel


def test_units_that_leave_are_refused_dropped_or_kept_as_declared(records: Records) -> None:
    stops = Adopted(starts="begins:visits", stops="ends:visits")  # the first end after the beginning counts: in the last quarter

    (told,) = refused(records, replace(BY_AREA, adopted=stops))
    dropped = panel(records, replace(BY_AREA, adopted=replace(stops, after_stop="drop")))
    kept = panel(records, replace(BY_AREA, adopted=replace(stops, after_stop="own_effect")))

    assert "1 of 3 areas leaves the programme again" in told
    assert dropped.left.tolist() == kept.left.tolist() == [N, 3, N]
    assert dropped.watched[1].tolist() == [True, True, True, False]
    assert kept.watched.all()


def test_the_history_lies_strictly_before_the_first_day_and_of_areas_is_the_mean_of_their_people() -> None:
    records = county(person=PEOPLE, event=ARRESTS, service=SERVED, area=PLACES.replace("    east   people        2020-01-01  1      100\n", ""))
    before = HistoryColumn("arrests", "event", ("arrest",), "count", 365)

    assert panel(records, replace(BY_PERSON, lookback_days=365), before).history["arrests"].tolist() == [1, 0, 0, 0, 0]
    assert panel(records, replace(BY_AREA, lookback_days=365), before).history["arrests"].tolist() == [0.5, 0]


def test_a_panel_without_a_programme_has_nobody_who_adopts(records: Records) -> None:
    assert (panel(records, replace(BY_PERSON, adopted=None)).adopted == N).all()


def test_a_frame_of_areas_that_was_named_has_them_all() -> None:
    there = PLACES + "    Yolo begins:visits 2020-04-01 1 -\n"
    found = panel(county(person=PEOPLE, event=ARRESTS, service=SERVED, area=there), replace(BY_AREA, areas="california_counties"))

    assert len(found) == 58 and found.names[:2] == ("Alameda", "Alpine") and (found.weight == 1).all()


def test_a_frame_of_areas_none_of_which_is_in_the_records_is_refused(records: Records) -> None:
    (told,) = refused(records, replace(BY_AREA, areas="california_counties"))

    assert "areas: none of the 58 areas of 'california_counties' is in these records. They hold east, north, south." in told


def test_leavers_of_whom_nothing_is_declared_are_told_before_anybody_is_enrolled(records: Records) -> None:
    stops = Adopted(starts="begins:visits", stops="ends:visits")

    for plan in (replace(BY_AREA, adopted=stops), replace(BY_PERSON, adopted=stops)):
        _, (told,) = examined("main", plan, (), records.engine, ())
        assert told.found.endswith("leaves the programme again inside these years.")
    assert not examined("main", replace(BY_AREA, adopted=replace(stops, after_stop="drop")), (), records.engine, ())[1]


def test_what_records_cannot_serve_is_said_all_at_once(records: Records) -> None:
    told = refused(records, replace(BY_AREA, between=(date(2018, 1, 1), date(2022, 12, 30)), adopted=Adopted(starts="begins:visit"), washout_days=30))

    assert len(told) == 4
    assert "'washout_days' is for clocks that start on a day of somebody's own" in told[0]
    assert "2022-12-30 does not end a quarter, and a part of one is no period. 2022-09-30 does." in told[1]
    assert "runs past what the sources cover" in told[2]
    assert "no measure of areas 'begins:visit'" in told[3] and "Did you mean 'begins:visits'?" in told[3]


def test_periods_that_a_source_cannot_date_are_refused() -> None:
    monthly = "source first last lag_days grain\njail 2019-01-01 2021-12-31 0 month"
    records = county(person=PEOPLE, event=ARRESTS, service=SERVED, area=PLACES, coverage=monthly)

    assert len(panel(records, BY_PERSON)) == 5
    (told,) = refused(records, replace(BY_PERSON, periods=Periods(days=28)))
    assert "dates its records to the month" in told


def test_neither_the_order_of_the_rows_nor_the_threads_change_a_panel() -> None:
    def turned(text: str) -> str:
        header, *lines = text.strip().splitlines()
        return "\n".join((header, *reversed(lines)))

    one, other = (
        county(person=people, event=arrests, service=served, area=places)
        for people, arrests, served, places in (
            (PEOPLE, ARRESTS, SERVED, PLACES),
            (turned(PEOPLE), turned(ARRESTS), turned(SERVED), turned(PLACES)),
        )
    )
    for plan in (BY_PERSON, BY_AREA):
        first, second = panel(one, plan), panel(other, plan)
        assert first.adopted.tolist() == second.adopted.tolist() and first.weight.tolist() == second.weight.tolist()
    first, second = (EnginePanelRuler(each.engine, panel(each, BY_PERSON), ARREST).paths().value for each in (one, other))
    assert np.array_equal(first, second, equal_nan=True)


def test_the_calendar_is_cut_where_its_months_begin_and_days_left_over_are_in_no_period() -> None:
    quarters = cut(*YEAR, QUARTERS)

    assert [date_of(edge) for edge in quarters] == [date(2020, 1, 1), date(2020, 4, 1), date(2020, 7, 1), date(2020, 10, 1), date(2021, 1, 1)]
    assert len(cut(*YEAR, Periods(days=100))) == 4  # three periods of 100 days of 366
    assert list(whole(date(2020, 2, 1), date(2020, 6, 30), "quarter")) == [(date(2020, 2, 1), date(2020, 4, 1))]


def test_why_somebody_is_in_a_panel_or_out_of_it_is_told_line_by_line(records: Records) -> None:
    plan = replace(BY_PERSON, ages=(30, 64))
    of_ann, of_cy = ("\n".join(explain("main", plan, (), records, who)) for who in ("ann", "cy"))

    assert "Watched in the panel." in of_ann
    assert "2020-01-01, the first day of the panel: in." in of_ann and "passed  born by the first day | born 1980-01-01" in of_ann
    assert "followed from 2020-01-01 to 2021-12-31" in of_ann
    assert "Not in the cohort." in of_cy and "out, at rule 2 of 4." in of_cy and "FAILED  aged on that day 30 to 64" in of_cy
