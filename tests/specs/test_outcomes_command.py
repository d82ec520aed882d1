"""`betteroff outcomes`: every definition under its field, the versions of a family side by side, and the same as data."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from typer.testing import CliRunner, Result

from evaluation.__main__ import app
from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.cards import FIELDS, card, opening
from evaluation.outcomes.guide import page
from evaluation.terms import Opening, Outcome, Refused

EACH = pytest.mark.parametrize("outcome", OUTCOMES.values(), ids=OUTCOMES)


def said(*words: str) -> str:
    result = call(*words)
    assert result.exit_code == 0, result.exception
    return result.output


def call(*words: str) -> Result:
    return CliRunner().invoke(app, ["outcomes", *words])


def test_the_list_names_every_definition_once_under_its_field() -> None:
    lines = said().splitlines()
    named = [line.split(":")[0].strip() for line in lines if line.startswith("  ") and "/" in line.split(":")[0] and not line.startswith("      ")]

    assert sorted(named) == sorted(OUTCOMES)
    assert [line for line in lines if line in FIELDS] == list(FIELDS)


def test_the_list_says_of_each_its_kind_its_direction_and_whether_a_text_was_read() -> None:
    lines = said().splitlines()
    beneath = {line.split(":")[0].strip(): lines[number + 1] for number, line in enumerate(lines[:-1]) if line.startswith("  ")}

    assert beneath["recidivism/arrest"].strip() == "mark, fewer is better, text read; release from prison"
    assert beneath["earnings/wages"].strip() == "amount, more is better, own definition; on any clock"
    assert beneath["employment/wioa_second_quarter"].strip().startswith("state, more is better, from memory; exit from the programme")


def test_a_family_shows_its_rivals_one_under_the_other_and_nothing_else() -> None:
    text = said("duplicate_services")
    headed = [line for line in text.splitlines() if line and not line.startswith(" ")]

    assert [line.split(":")[0] for line in headed] == ["duplicate_services/open_together", "duplicate_services/intakes_within_30_days"]
    assert "Not counted" in text and "whichever it is" in text


def test_a_definition_is_shown_alone_by_its_whole_name() -> None:
    headed = [line for line in said("employment/last_quarter").splitlines() if line and not line.startswith(" ")]

    assert len(headed) == 1


@pytest.mark.parametrize(("wrong", "right"), [("employmnt", "employment"), ("earnings/wage", "earnings/wages"), ("$(rm)", "")])
def test_a_name_that_nobody_knows_is_refused_with_the_nearest(wrong: str, right: str) -> None:
    refused = call(wrong).exception

    assert isinstance(refused, Refused)
    assert "no family and no definition" in str(refused)
    assert not right or f"'{right}'" in str(refused)


def test_as_data_nothing_of_a_definition_is_left_out() -> None:
    told = json.loads(said("--json"))

    assert [one["name"] for one in told] == list(OUTCOMES)
    assert all(set(one) == {field.name for field in fields(Outcome)} for one in told)
    assert json.loads(said("employment", "--json"))[3]["above"] == 416_000


@EACH
def test_a_card_answers_what_a_reader_asks(outcome: Outcome) -> None:
    told = dict(card(outcome))

    assert {"Better", "Counted", "Read from", "On whose authority", "Not counted"} <= set(told)
    assert all(words.strip().endswith((".", ".)")) for words in told.values()), told
    assert "Rivals" in told
    assert "None" not in " ".join(told.values()).split()


@EACH
def test_the_page_holds_every_definition_as_a_row_and_as_a_card(outcome: Outcome) -> None:
    text = page()

    assert f"| [`{outcome.name}`](#{outcome.name.replace('/', '')}) | {outcome.kind} |" in text
    assert f"\n### {outcome.name}\n" in text


def test_the_fields_hold_the_registry_and_nothing_twice() -> None:
    assert sorted(one.name for versions in FIELDS.values() for one in versions) == sorted(OUTCOMES)


def test_an_official_clock_is_told_in_words() -> None:
    opens = Opening(event=("release",), spell_end=("custody",), which="first", ages=(0, 17), months=(12, 24), days=(30,))

    assert opening(opens) == (
        "opened by an event `release` or the end of a stay in `custody`; the first of a person's; at ages 0 to 17; "
        "followed for 12 months or 24 months or 30 days"
    )
    assert opening(Opening()) == ""
