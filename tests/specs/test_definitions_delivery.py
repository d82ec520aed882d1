"""Reach, delivery and health: what is made of the records by a rule, at the edges of the rule."""

from __future__ import annotations

from datetime import date

import pyarrow as pa
import pytest
from small_county import county

from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.outcomes.binding import bound
from evaluation.outcomes.delivery import DELIVERY
from evaluation.outcomes.vocabulary import VOCABULARY, fits, meaning
from evaluation.records.days import FOREVER, day_of
from evaluation.records.uses import MADE_FROM
from evaluation.terms import Horizon

START = day_of(date(2020, 3, 1))
SOURCES = "source first last lag_days grain\n" + "\n".join(f"{name} 2015-01-01 2023-12-31 0 day" for name in ("jail", "hsa", "probation"))
SERVICE = "person_id programme start stop source"


def found(name: str, *, days: int = 90, **tables: str) -> list[int]:
    """The days of all the marks on Ann's clock, since its start on 1 March 2020."""
    engine = county(person="person_id\nann", coverage=SOURCES, **tables).engine
    days_of = {"day": START, "death": FOREVER, "moved": FOREVER, "own": FOREVER, "gone": FOREVER}
    engine.load("starts", pa.table({"start_id": [1], "person_id": ["ann"]} | {one: pa.array([day], pa.int32()) for one, day in days_of.items()}))
    return EngineRuler(engine, "starts", bound(OUTCOMES[name], "aid")).every_mark(Horizon(days=days)).day.tolist()


@pytest.mark.parametrize(
    ("completed", "left_early"),
    [("2020-03-01", False), ("2020-02-29", True), ("2020-03-31", False), ("2020-04-30", False), ("2020-05-01", True)],
)
def test_a_completion_counts_for_thirty_days_before_and_after_the_end(completed: str, left_early: bool) -> None:
    service = f"{SERVICE}\nann aid 2020-01-10 2020-03-31 jail"
    event = f"person_id kind day\nann completed:aid {completed}"

    assert found("left_early/uncompleted", service=service, event=event) == ([30] if left_early else [])


def test_who_is_still_enrolled_has_not_left_and_a_break_of_a_day_is_a_leaving() -> None:
    service = f"{SERVICE}\nann aid 2020-01-10 2020-03-10 jail\nann aid 2020-03-10 2020-03-20 jail\nann aid 2020-03-21 - jail"

    assert found("left_early/uncompleted", service=service, event="person_id kind day\nann completed:other 2020-03-10") == [19]


@pytest.mark.parametrize("first", ["jail", "hsa"])
def test_a_doubling_is_the_same_whichever_department_came_first(first: str) -> None:
    second = "hsa" if first == "jail" else "jail"
    service = f"{SERVICE}\nann aid 2020-03-20 2020-04-01 {second}\nann aid 2020-03-05 2020-05-01 {first}"

    assert found("duplicate_services/open_together", service=service) == [19]
    assert found("duplicate_services/intakes_within_30_days", service=service) == [19]


def test_three_departments_double_twice_and_one_system_never() -> None:
    three = f"{SERVICE}\nann aid 2020-03-05 - jail\nann aid 2020-03-10 - hsa\nann aid 2020-03-15 - probation"
    one = f"{SERVICE}\nann aid 2020-03-05 - jail\nann aid 2020-03-10 - jail"

    assert found("duplicate_services/open_together", service=three) == [9, 14]
    assert found("duplicate_services/open_together", service=one) == []


def test_an_intake_may_double_one_that_is_over_and_an_enrolment_open_for_a_year_is_no_new_intake() -> None:
    over = f"{SERVICE}\nann aid 2020-03-05 2020-03-06 jail\nann aid 2020-03-20 - hsa"
    long = f"{SERVICE}\nann aid 2019-03-05 - jail\nann aid 2020-03-20 - hsa"
    names = ("duplicate_services/open_together", "duplicate_services/intakes_within_30_days")

    assert [found(name, service=over) for name in names] == [[], [19]]
    assert [found(name, service=long) for name in names] == [[19], []]


def test_visits_a_few_days_apart_run_on_from_one_to_the_next() -> None:
    days = ("2020-02-27", "2020-03-01", "2020-03-04", "2020-03-07", "2020-03-11", "2020-03-11")
    event = "person_id kind day value\n" + "\n".join(f"ann emergency_visit {day} {number}" for number, day in enumerate(days))

    assert found("first_emergency_visit/three_days_apart", event=event) == [10]
    assert found("emergency_visits/recorded", event=event) == [3, 6, 10, 10]


def test_every_definition_of_delivery_says_that_it_is_not_what_anybody_gained() -> None:
    for outcome in DELIVERY:
        assert "Whether anybody was better off" in outcome.not_counted or outcome.name.startswith("duplicate_services/")


def test_every_kind_that_a_definition_reads_is_a_word_of_the_records() -> None:
    read = {(one.table, kind) for one in OUTCOMES.values() if one.table != "area" for kind in bound(one, "aid").kinds}
    read |= {("spell", kind) for one in OUTCOMES.values() for kind in (*one.off_clock, *one.exposure)}
    read |= {("event", kind) for one in OUTCOMES.values() for kind in one.competing if kind != "death"}
    opens = [(one.opens, bound(one, "aid").opens) for one in OUTCOMES.values() if one.opens]
    read |= {("event", kind) for _, one in opens for kind in (one.event if one else ())} | {
        ("spell", kind) for one, _ in opens for kind in one.spell_end
    }
    read |= {
        (name, word.replace("{kind}", "aid"))
        for parts in MADE_FROM.values()
        for name, words in parts
        for word in words
        if "{kind}" in word or ":" in word
    }
    unknown = sorted((table, kind) for table, kind in read if table in VOCABULARY and not any(fits(word, kind) for word in VOCABULARY[table]))

    assert not unknown


def test_a_word_that_is_filled_in_means_what_its_pattern_means() -> None:
    assert meaning("event", "discharge:adoption") == VOCABULARY["event"]["discharge:<how>"]
    assert meaning("event", "arrest") == "An arrest, for whatever reason."
    with pytest.raises(KeyError):
        meaning("event", "arrest:again")
