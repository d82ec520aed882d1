"""The registry of outcomes: every definition says all that a funder needs, in words that fit the sentences."""

from __future__ import annotations

import re

import pytest

from evaluation.outcomes import OUTCOMES
from evaluation.records.tape import REDUCERS
from evaluation.terms import Outcome

EACH = pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)


def test_the_first_definitions_are_there() -> None:
    assert list(OUTCOMES) == [
        "recidivism/arrest",
        "recidivism/jail_booking",
        "custody_days/recorded",
        "shelter_nights/recorded",
        "cost_per_client/recorded",
    ]


@EACH
def test_an_outcome_is_known_by_family_and_version(outcome: Outcome) -> None:
    assert OUTCOMES[outcome.name] is outcome
    assert re.fullmatch(r"[a-z_]+/[a-z0-9_]+", outcome.name)


@EACH
def test_an_outcome_speaks_both_languages(outcome: Outcome) -> None:
    assert set(outcome.title) == set(outcome.event) == {"en", "es"}
    assert all(words and words == words.strip() for words in (*outcome.title.values(), *outcome.event.values()))


@EACH
def test_a_mark_counts_people_and_an_amount_does_not(outcome: Outcome) -> None:
    assert (outcome.kind == "mark") == (outcome.unit == "people")
    assert (outcome.unit == "dollars") == (outcome.table == "cost")
    assert outcome.table in REDUCERS


@EACH
def test_a_mark_waits_for_the_day_after_the_start_and_an_amount_does_not(outcome: Outcome) -> None:
    assert outcome.from_day == (1 if outcome.kind == "mark" else 0)


@EACH
def test_an_outcome_says_why_it_is_better_on_whose_authority_and_what_it_misses(outcome: Outcome) -> None:
    for words in (outcome.why_better, outcome.not_counted):
        assert words.endswith(".")
    assert outcome.universe
    assert outcome.authority


def test_the_event_of_a_mark_agrees_with_people_in_spanish() -> None:
    for outcome in OUTCOMES.values():
        if outcome.kind == "mark":
            assert outcome.event["es"].split()[0].endswith("as")  # "8 personas menos fueron detenidas"
