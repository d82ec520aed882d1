"""The sentences printed in the docs are those that are said, and a catalogue that is not the English one in its keys is refused."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import print_sentences
import pytest

from evaluation.findings.catalogues import loaded, unequal
from evaluation.findings.writing import catalogue
from evaluation.terms import Refused


def test_the_page_of_sentences_is_what_its_generator_writes() -> None:
    page = print_sentences.page()

    assert print_sentences.PAGE.read_text(encoding="utf-8") == page, "run python tests/specs/print_sentences.py"
    assert "Spanish reviewed by: nobody yet." in page
    assert page.count("\n60. (") == 2 and "\n61. (" not in page
    assert all(f", {letter})" in page for letter in "ABCDX")


def test_a_catalogue_with_unequal_keys_or_slots_is_refused_in_a_sentence_each() -> None:
    english, spanish = catalogue("en"), catalogue("es")
    lacking = {**spanish, "sentence": {key: text for key, text in spanish["sentence"].items() if key != "claim"}}
    slots = {**spanish, "sentence": {**spanish["sentence"], "claim": "{title}: {verdict}."}}

    assert not list(unequal(english, spanish, "es.toml"))
    [one] = unequal(english, lacking, "es.toml")
    [other] = unequal(english, slots, "es.toml")
    assert "it lacks sentence.claim" in str(one)
    assert "slots are not the English ones in sentence.claim" in str(other)


def test_a_language_may_have_other_plural_forms(tmp_path: Path) -> None:
    english = {"horizon": {"day": {"one": "{n} day", "other": "{n} days"}}}

    assert not list(unequal(english, {"horizon": {"day": {"few": "{n} dni", "many": "{n} dni", "other": "{n} dnia"}}}, "pl.toml"))
    assert list(unequal(english, {"horizon": {"day": {"few": "{n} dni", "other": "dnia"}}}, "pl.toml"))


def test_a_catalogue_is_held_against_the_english_one_when_it_is_loaded(tmp_path: Path) -> None:
    words = files("evaluation.findings") / "words"
    wrong, broken = tmp_path / "vi.toml", tmp_path / "xx.toml"
    wrong.write_text((words / "es.toml").read_text(encoding="utf-8").replace('quoted = "“{text}”"', "", 1), encoding="utf-8")
    broken.write_text("quoted = ", encoding="utf-8")

    with pytest.raises(Refused, match="it lacks quoted"):
        loaded(wrong, words / "en.toml")
    with pytest.raises(Refused, match="no TOML"):
        loaded(broken)
    assert loaded(words / "es.toml", words / "en.toml")["quoted"]
