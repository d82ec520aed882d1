"""The days on which areas adopt: no row of them may be lost unsaid, for an area without one is compared as one that never adopted."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from small_county import county
from test_panels import ARRESTS, BY_AREA, BY_PERSON, PEOPLE, PLACES, SERVED, N, panel, refused

from evaluation.cohort.panel_checks import elsewhere
from evaluation.records import Records
from evaluation.study import parse
from evaluation.study.guide import PANEL
from evaluation.terms import Adopted, Concurrent

STOPS = Adopted(starts="begins:visits", stops="ends:visits", after_stop="drop")


def with_places(*lines: str, without: str = "") -> Records:
    places = "\n".join(line for line in PLACES.splitlines() if not without or without not in line)
    return county(person=PEOPLE, event=ARRESTS, service=SERVED, area="\n".join((places.rstrip(), *lines)))


def test_an_area_that_adopted_before_its_source_covers_anything_is_under_the_programme_from_the_first_period() -> None:
    records = with_places("south begins:visits 2012-01-01 1 -")

    assert panel(records, BY_AREA).adopted.tolist() == [N, 1, 0]
    by_person = panel(records, replace(BY_PERSON, adopted=Adopted(starts="begins:visits")))
    assert by_person.adopted.tolist() == [1, 1, 0, 0]


def test_where_every_area_adopted_before_its_source_covers_anything_there_is_such_a_measure() -> None:
    records = with_places("north begins:visits 2012-01-01 1 -", without="2020-04-01")

    assert panel(records, BY_AREA).adopted.tolist() == [N, 0, N]


def test_a_day_of_leaving_that_no_source_covers_counts_too() -> None:
    records = with_places("south begins:visits 2010-01-01 1 -", "south ends:visits 2012-01-01 1 -")

    assert panel(records, replace(BY_AREA, adopted=STOPS)).left.tolist() == [N, 3, 1]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("south begins:visits 2020-13-41 1 -", "1 row of 'begins:visits' was set aside (day is no date in the declared form, or lies outside 1900"),
        ("north begins:visits 2020-04-01 2 -", "2 rows of 'begins:visits' were set aside (rows share a key and differ"),
    ],
)
def test_an_area_whose_day_of_adoption_was_set_aside_is_refused_by_name(row: str, why: str) -> None:
    (told,) = refused(with_places(row), BY_AREA)

    assert why in told and f"of {row.split()[0]}." in told
    assert "compared as one that never adopted" in told


def test_the_same_row_twice_and_rows_of_areas_beside_the_frame_lose_nothing() -> None:
    records = with_places("north begins:visits 2020-04-01 1 -", "west begins:visits 2020-44-01 1 -")

    assert panel(records, BY_AREA).adopted.tolist() == [N, 1, N]


def test_an_area_that_adopts_and_is_not_in_the_frame_is_told_by_name() -> None:
    ledger = panel(with_places("nort begins:visits 2020-07-01 1 -"), BY_AREA).ledger

    assert [(line.rule, line.lost, line.left) for line in ledger[-2:]] == [
        ("areas of the frame or with a day of adoption", 0, 4),
        ("areas of the frame 'people', which has no nort", 1, 3),
    ]


SEEN = "source first last lag_days grain\njail 2019-06-01 2021-12-31 0 day"
EARLIER = """
    person_id  programme  start       stop
    ann        visits     2018-01-10  2018-02-10
    ann        visits     2020-08-20  2020-09-20
    dee        visits     2017-03-01  2017-04-01
    dee        meals      2017-03-01  2017-04-01
"""


def test_an_enrolment_that_began_and_ended_before_its_source_covers_anything_is_one() -> None:
    records = county(person=PEOPLE, event=ARRESTS, service=EARLIER, area=PLACES, coverage=SEEN)

    assert panel(records, BY_PERSON).adopted.tolist() == [0, N, N, 0, N]  # ann, bob, cy, dee, gus
    assert panel(records, replace(BY_AREA, adopted=Adopted(enrolment="visits"))).adopted.tolist() == [N, 0, 0]


def test_changes_that_came_to_areas_nobody_knows_are_told_with_the_nearest() -> None:
    study = replace(parse(PANEL), concurrent=(Concurrent("zero bail", date(2020, 4, 13), where=("nort", "south")),))

    (told,) = elsewhere(study, with_places().engine)

    assert (
        str(told)
        == "[[concurrent]] 1: where: 'nort' is no area of the frame, nor of these records. They hold east, north, south. Did you mean 'north'?"
    )


@pytest.mark.parametrize("written", ["office_3", "Office 03", "OFFICE-3"])
def test_an_area_is_known_by_its_number_however_it_is_written(written: str) -> None:
    places = "\n".join(f"office_{number:02d} people 2020-01-01 1 100" for number in (1, 3, 30, 39))
    records = county(person=PEOPLE, area="area measure day value population\n" + places)
    study = replace(parse(PANEL), concurrent=(Concurrent("zero bail", date(2020, 4, 13), where=(written,)),))

    (told,) = elsewhere(study, records.engine)

    assert told.remedy == "Did you mean 'office_03'?"
