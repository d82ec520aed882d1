"""A design is fixed before outcomes are read: what it was locked as, it stays, or it is amended openly."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.digests import digest_of
from evaluation.outcomes.making import RULES
from evaluation.study import digest, load, lock, parse
from evaluation.study.guide import EXAMPLE, SERVICE
from evaluation.terms import Refused
from evaluation.version import version

CHANGED = EXAMPLE.replace("worthwhile = -0.05", "worthwhile = -0.04")


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "access.toml"
    path.write_text(EXAMPLE, encoding="utf-8")
    return path


def test_the_digests_of_the_worked_examples_never_change() -> None:
    """Counties keep digests in their locks: a new word of the vocabulary must not break them.  If this fails, a default or a definition moved."""
    assert parse(EXAMPLE).digest == "d0f3baf7460da31e52d6b78ec3a14a6bcc7827bd289d8314ae506d008211d63b"
    assert parse(SERVICE).digest == "8aa3c36f28c1e8dd9284cf2726492507a9b45e4eb3c9492462ab0a1fc682b60d"


def test_a_definition_that_changes_changes_the_digest_of_every_study_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer to another question is another answer, though not a letter of the design has changed."""
    before, name = parse(EXAMPLE).digest, parse(EXAMPLE).questions[0].outcome
    monkeypatch.setitem(OUTCOMES, name, replace(OUTCOMES[name], why_better="The same, said better."))
    assert parse(EXAMPLE).digest == before

    monkeypatch.setitem(OUTCOMES, name, replace(OUTCOMES[name], lag_days=OUTCOMES[name].lag_days + 1))
    assert parse(EXAMPLE).digest != before


def test_the_universe_and_the_numbers_of_a_rule_are_part_of_a_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    arrest, transfers = OUTCOMES["recidivism/arrest"], OUTCOMES["return_to_homelessness/hud_spm2_fy2026"]
    assert arrest.opens is not None
    before = digest_of(transfers)
    monkeypatch.setitem(RULES, transfers.made, (*RULES[transfers.made], 15))

    assert digest_of(replace(arrest, opens=replace(arrest.opens, event=("release",)))) != digest_of(arrest)
    assert digest_of(replace(arrest, event={"en": "held", "es": "detenidas"})) == digest_of(arrest)
    assert digest_of(transfers) != before


def test_a_locked_design_whose_definition_has_changed_since_is_refused(design: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock(design)
    name = load(design).questions[0].outcome
    monkeypatch.setitem(OUTCOMES, name, replace(OUTCOMES[name], from_day=OUTCOMES[name].from_day + 1))
    with pytest.raises(Refused, match="locked as"):
        load(design)


def test_a_study_knows_its_digest(design: Path) -> None:
    study = load(design)

    assert study.digest == digest(study)


def test_a_lock_holds_the_digest_the_headline_and_the_version(design: Path) -> None:
    held = json.loads(lock(design).read_text(encoding="utf-8"))

    headline = "main_recidivism_arrest_364_days_randomized"
    assert len(held.pop("check")) == 64
    assert held == {"digest": load(design).digest, "headline": headline, "version": version(), "amendments": []}


def test_a_locked_design_that_changed_is_refused_with_what_to_do(design: Path) -> None:
    lock(design)
    design.write_text(CHANGED, encoding="utf-8")

    with pytest.raises(Refused, match=r"access\.toml: The design was locked as \w{12} and now reads as \w{12}") as refused:
        load(design)

    assert f'Undo the change, or amend it: betteroff lock {design} --reason "..."' in str(refused.value)


def test_a_locked_design_whose_layout_changed_is_the_same_design(design: Path) -> None:
    lock(design)
    design.write_text("# a comment\n\n" + EXAMPLE.replace("  = ", " = "), encoding="utf-8")

    assert load(design).county == "bayview"


def test_an_amendment_keeps_its_reason_and_the_digest_it_replaces(design: Path) -> None:
    first = load(design).digest
    lock(design)
    design.write_text(CHANGED, encoding="utf-8")
    place = lock(design, reason="the board asked for four of a hundred")

    held = json.loads(place.read_text(encoding="utf-8"))
    assert held["digest"] == load(design).digest != first
    assert held["amendments"] == [{"digest": first, "reason": "the board asked for four of a hundred"}]


def test_a_changed_design_is_not_locked_again_without_a_reason(design: Path) -> None:
    before = lock(design).read_bytes()
    design.write_text(CHANGED, encoding="utf-8")

    with pytest.raises(Refused, match="The design is locked, and has changed since"):
        lock(design)

    assert (design.parent / "access.lock").read_bytes() == before


def test_locking_an_unchanged_design_again_leaves_its_lock_as_it_was(design: Path) -> None:
    before = lock(design).read_bytes()

    assert lock(design, reason="for good measure").read_bytes() == before


def test_a_first_lock_takes_no_reason(design: Path) -> None:
    with pytest.raises(Refused, match="There is no lock to amend"):
        lock(design, reason="none")

    assert sorted(path.name for path in design.parent.iterdir()) == ["access.toml"]


@pytest.mark.parametrize("reason", ["two\nlines", "x" * 201, "\u202eturned"])
def test_a_reason_is_one_plain_line(reason: str, design: Path) -> None:
    lock(design)
    design.write_text(CHANGED, encoding="utf-8")

    with pytest.raises(Refused, match="A reason is one plain line of at most 200 characters") as refused:
        lock(design, reason=reason)

    assert str(refused.value).isprintable()


def test_a_design_with_mistakes_is_not_locked(design: Path) -> None:
    design.write_text(EXAMPLE.replace("-0.05", "0"), encoding="utf-8")

    with pytest.raises(Refused, match="'worthwhile' is 0"):
        lock(design)

    assert sorted(path.name for path in design.parent.iterdir()) == ["access.toml"]


@pytest.mark.parametrize("held", [b"", b"{", b"[]", b'{"digest": 3, "amendments": []}', b'{"digest": "x"}', b"\xff", b"[" * 100_000])
def test_a_lock_that_cannot_be_read_is_refused_and_left_alone(held: bytes, design: Path) -> None:
    place = design.with_suffix(".lock")
    place.write_bytes(held)

    for door in (load, lock):
        with pytest.raises(Refused, match=r"access\.lock: This lock cannot be read"):
            door(design)
    assert place.read_bytes() == held


def test_a_lock_that_cannot_be_written_leaves_the_old_one_and_nothing_beside_it(design: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = lock(design).read_bytes()
    design.write_text(CHANGED, encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused, match="The lock could not be written: No space left on device"):
        lock(design, reason="a better idea")

    assert design.with_suffix(".lock").read_bytes() == before
    assert sorted(path.name for path in design.parent.iterdir()) == ["access.lock", "access.toml"]
