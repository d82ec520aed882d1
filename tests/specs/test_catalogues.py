"""A catalogue is refused, in a sentence, where a pattern could not be filled: slots of every plural form, tables, and braces."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from evaluation.findings.catalogues import stray, unequal
from evaluation.findings.writing import catalogue

ENGLISH = {
    "quoted": "“{text}”",
    "others": {"one": "beside one other question", "other": "beside {n} other questions of {family}"},
    "failed": {"one": "{n} condition did not hold: {conditions}", "other": "{n} conditions did not hold: {conditions}"},
    "lists": {"down": ["fewer", "less"]},
}


def but(**changed: object) -> Mapping[str, Any]:
    return {**ENGLISH, **changed}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"failed": {"one": "{nonsense} x", "other": "{n} {conditions}"}}, "slots are not the English ones in failed"),
        ({"failed": {"one": "{n}", "other": "{n} {conditions}"}}, "slots are not the English ones in failed"),
        ({"failed": {"one": "{conditions}", "many": "{n}", "other": "{n} {conditions}"}}, "slots are not the English ones in failed"),
        ({"failed": "{n} {conditions}"}, "failed is of another kind than in English"),
        ({"quoted": {"one": "{text}", "other": "{text}"}}, "quoted is of another kind than in English"),
        ({"lists": {"down": "menos"}}, "lists.down is of another kind than in English"),
    ],
)
def test_what_a_sentence_would_stumble_over_is_told_when_the_catalogue_is_read(wrong: Mapping[str, object], said: str) -> None:
    [problem] = unequal(ENGLISH, but(**wrong), "es.toml")

    assert said in str(problem)


def test_a_form_of_one_number_need_not_say_it_and_a_language_has_the_forms_it_needs() -> None:
    spanish = {"one": "{conditions}", "many": "{n} de {conditions}", "other": "{n} {conditions}"}

    assert not list(unequal(ENGLISH, but(failed=spanish, others={"one": "junto a otra", "other": "{n} de {family}"}), "es.toml"))
    assert list(unequal(ENGLISH, but(others={"one": "junto a otra", "other": "{n}"}), "es.toml"))


@pytest.mark.parametrize("text", ["a { b", "{Otro} x", "{people!r}", "{n}}"])
def test_a_brace_outside_any_slot_is_told(text: str) -> None:
    [problem] = stray(but(quoted=text), "es.toml")
    assert "a brace stands outside any slot in quoted" in str(problem)
    assert list(stray(but(failed={"one": text, "other": "{n}"}), "es.toml"))
    assert not list(stray(ENGLISH, "en.toml"))


def test_the_shipped_catalogues_have_none_of_that() -> None:
    for language in ("en", "es"):
        assert not list(stray(catalogue(language), f"{language}.toml"))  # type: ignore[arg-type]  # a language by its name
    assert not list(unequal(catalogue("en"), catalogue("es"), "es.toml"))
