"""A string of a design is text: it is kept as it is or refused, and never run, formatted or let loose on a terminal."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from evaluation.study import load, lock, parse
from evaluation.study.guide import EXAMPLE, SERVICE
from evaluation.terms import Refused, Starts

HOSTILE = (
    "__import__('os').system('touch stolen')",
    "{0.__class__} {title} {} {{ }} %s %(x)s",
    "'; DROP TABLE person; --",
    "=cmd()|'/c calc'!A1",
    "@SUM(1+1)",
    "$x$ \\frac{1}{0}",
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}",
    "`touch stolen` $(touch stolen)",
    "../../../etc/passwd",
    "José 女 🏠 nul\u200b",
)
# where text stands in the worked example
LABELS = ('"Reentry navigation"', '"invented, to show the vocabulary"', '"release"', '"lot:reentry_navigation"', '"arrest"')
SPELL, SERVED, WITHIN = '{ spell = "supervision" }', '"reentry_navigation" }', '"reentry_navigation", within_days = 90 }'
NAMES = ('"bayview"', '"arrests_2_years"', '"recidivism/arrest"', '"randomized"', '"eligibility"', '"first"')


def written(folder: Path, old: str, text: str) -> Path:
    design = folder / "design.toml"
    design.write_text(EXAMPLE.replace(old, json.dumps(text, ensure_ascii=False), 1), encoding="utf-8")
    return design


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("label", LABELS)
def test_a_label_keeps_what_it_says_letter_for_letter(label: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    design = written(tmp_path, label, text)

    study = load(design)
    lock(design)

    assert repr(text) in repr(study)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["design.lock", "design.toml"]


@pytest.mark.parametrize("text", [*HOSTILE, "x" * 1_900])
@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_none_is_refused_in_a_short_printable_sentence(name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    design = written(tmp_path, name, text)

    with pytest.raises(Refused) as refused:
        load(design)

    for problem in refused.value.problems:
        assert str(problem).isprintable()
        assert len(problem.found) < 200
    assert [path.name for path in tmp_path.iterdir()] == ["design.toml"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("safe \u202egnp.exe", "turns the direction of writing"),
        ("\u2066isolated\u2069", "turns the direction of writing"),
        ("two\nlines", "control character"),
        ("bell \x07", "control character"),
        ("\x1b[31mred", "control character"),
        ("end \u2028 of line", "control character"),
        ("x" * 201, "at most 200"),
        ("x" * 10_000, "holds at most 4,000"),
    ],
)
@pytest.mark.parametrize("label", LABELS)
def test_a_label_that_would_not_print_as_it_reads_is_refused_with_its_line(label: str, text: str, says: str, tmp_path: Path) -> None:
    design = written(tmp_path, label, text)
    line = EXAMPLE[: EXAMPLE.index(label)].count("\n") + 1

    with pytest.raises(Refused) as refused:
        load(design)

    assert [problem.where for problem in refused.value.problems] == [f"{design}:{line}"]
    assert says in str(refused.value)
    assert str(refused.value).isprintable()


@pytest.mark.parametrize(("label", "word"), [('"Acompañamiento al salir de la cárcel"', "es"), ('"lot:reentry_navigation"', "offered")])
def test_a_label_of_blanks_says_nothing(label: str, word: str, tmp_path: Path) -> None:
    with pytest.raises(Refused, match=f"'{word}' is empty"):
        load(written(tmp_path, label, "  "))


@pytest.mark.parametrize("text", HOSTILE)
def test_a_start_written_for_short_keeps_what_it_says_after_its_first_colon(text: str) -> None:
    short = json.dumps(f"referral:{text}:{text}", ensure_ascii=False)

    assert parse(SERVICE.replace(SPELL, short).replace(SERVED, WITHIN)).cohorts["main"].starts == Starts(referral=(f"{text}:{text}",))


@pytest.mark.parametrize(
    ("text", "says"), [("a\u202eb", "turns the direction"), ("a\nb", "control character"), (" ", "is empty"), ("x" * 201, "at most 200")]
)
def test_a_start_written_for_short_is_held_to_what_prints(text: str, says: str) -> None:
    with pytest.raises(Refused, match=says) as refused:
        parse(SERVICE.replace(SPELL, json.dumps(f"spell:{text}")))

    assert [problem.where for problem in refused.value.problems] == ["design:6"]


def test_a_source_may_be_left_empty(tmp_path: Path) -> None:
    assert load(written(tmp_path, LABELS[1], "")).source == ""


def test_a_hostile_word_is_spelled_out_where_it_is_repeated(tmp_path: Path) -> None:
    design = tmp_path / "design.toml"
    design.write_text('"\\u202e\\u001b[31m{0.__class__}" = 1\n' + EXAMPLE, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        load(design)

    assert str(refused.value).startswith(f"{design}:1: '\\u202e\\x1b[31m{{0.__class__}}' is not a word of the design.")
