"""What a book prices and the records show once, twice, or not at all is told beside the answer, with no small count."""

from __future__ import annotations

from books_by_hand import ENROLMENT, JAIL, PRICE, VISIT
from small_county import county

from evaluation.diagnostics import overlapping_stays, programme_priced, services_on_record
from evaluation.outcomes.cost.asking import on_record, overlapping

PEOPLE = "person_id\nann\nbob"
STAYS = """person_id kind start stop
ann custody 2020-03-02 2020-03-06
ann custody 2020-03-04 2020-03-08
ann custody 2020-03-08 2020-03-09
ann custody 2020-03-05 -
ann shelter 2020-03-05 2020-03-07
bob custody 2020-03-05 2020-03-05
bob custody 2020-03-01 2020-03-09
"""
AID = "person_id programme start stop\nann aid 2020-03-01 2020-04-01\nann aid 2020-03-09 2020-04-09"


def test_services_of_which_no_row_is_on_record_are_named() -> None:
    held = on_record(county(person=PEOPLE, spell=STAYS).engine, (JAIL, VISIT, ENROLMENT))

    assert held == {"aid_day": False, "emergency_visit": False, "jail_day": True}
    told = services_on_record(held)
    assert (told.holds, told.required, told.value) == (False, False, 2.0)
    assert "no row of aid_day, emergency_visit" in told.sentence
    assert services_on_record({"jail_day": True}).holds


def test_a_book_without_a_line_for_the_programme_takes_the_answer_away_and_a_near_miss_is_named() -> None:
    priced, missing, mistyped = programme_priced((JAIL, PRICE), "aid"), programme_priced((JAIL,), "aid"), programme_priced((PRICE,), "aids")

    assert priced.holds and priced.value == 1
    assert (missing.holds, missing.required) == (False, True) and "seem to cost nothing" in missing.sentence
    assert not mistyped.holds and "Did you mean 'aid'?" in mistyped.sentence


def test_stays_that_overlap_an_earlier_one_of_the_same_person_and_service_are_counted() -> None:
    engine = county(person=PEOPLE, spell=STAYS, service=AID).engine

    # of Ann's four stays in custody three overlap an earlier one, and of her two enrolments one; Bob's empty stay is no day
    assert overlapping(engine, (JAIL,)) == (3, 5)
    assert overlapping(engine, (JAIL, ENROLMENT, PRICE, VISIT)) == (4, 7)


def test_a_small_number_of_overlapping_stays_is_never_told() -> None:
    few, many, none = overlapping_stays(3, 7), overlapping_stays(40, 700), overlapping_stays(0, 700)

    assert not few.holds and "3" not in few.sentence and "7" not in few.sentence
    assert many.sentence == (
        "40 of 700 stays and enrolments that are priced by the day overlap an earlier one of the same person and service: "
        "each of their days is counted once."
    )
    assert none.holds and "none overlaps" in none.sentence
    assert not any(one.required for one in (few, many, none))
