"""A reader that has only docs/reading.md takes from each sentence what its finding holds, in both languages."""

from __future__ import annotations

import ast
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
import reader
from held import apart
from random_findings import random_finding, random_findings
from read_back import LANGUAGES, SEED, amiss
from reader import read

from evaluation.findings import judge, release
from evaluation.findings.families import EXPLORES, Standing
from evaluation.findings.words import say_withheld
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Challenge, Finding, Interval

MANY = 1_000  # 10,000 take 40 s: `python tests/specs/read_back.py 10000`
COLONS = {"en": "Aid: a trial (2 sites), within reach", "es": "Ayuda: un estudio; 2 sedes"}
BESIDE = (Standing(), Standing(4, False, 0.01, "chance"), Standing(4, True, 0.01, "corrected"), Standing(3, True, 0.05, "uncorrected"), EXPLORES)


def beside_others(number: int) -> tuple[Finding, bool]:
    """A finding of any outcome of its kind, its title full of colons, beside others; and whether a calibrated range alone undid its claim."""
    draw, drawn = Random(number), random_finding(77, number)
    answer, estimate, own = drawn.answer, drawn.answer.estimate, drawn.answer.outcome
    alike = [
        one
        for one in OUTCOMES.values()
        if (one.kind, one.unit, one.better, one.table == "area") == (own.kind, own.unit, own.better, own.table == "area")
    ]
    standing, challenges = draw.choice(BESIDE), list[Challenge](drawn.challenges)
    if challenges and draw.random() < 0.3 and estimate and estimate.interval.given:
        reach = 9 * max(map(abs, (estimate.interval.low, estimate.interval.high, answer.question.worthwhile)))
        challenges[0] = replace(challenges[0], calibrated=Interval(-reach, reach, "calibrated"))
    answer = replace(answer, outcome=draw.choice(alike))
    made = judge(answer, tuple(challenges), title=COLONS, languages=LANGUAGES, standing=standing)
    plain = judge(answer, drawn.challenges, title=COLONS, languages=LANGUAGES, standing=standing)
    return made, made.pending != plain.pending


def test_what_is_read_is_what_the_finding_holds() -> None:
    assert not list(amiss(random_findings(MANY, SEED)))


def test_it_is_read_whatever_the_outcome_the_title_and_the_questions_beside_it() -> None:
    seen = set()
    for number in range(250):
        finding, fallen = beside_others(number)
        seen.add((finding.verdict, fallen))
        for language in LANGUAGES:
            found = list(apart(finding, read(str(finding.sentences[language])), language, calibrated=fallen))
            assert not found, (found, finding.sentences[language])
    assert ("cannot tell yet", True) in seen


EDITS = (
    ("about 9 fewer", "about 9 more", "direction"),
    ("about 9 fewer", "about 19 fewer", "size"),
    ("of every 100 people offered", "of every 1,000 people offered", "base"),
    ("13 fewer to", "14 fewer to", "range"),
    ("to 4 fewer", "to 4 more", "range"),
    ("to 4 fewer", "to about the same number", "range"),
    ("within 52 weeks", "within 1 year", "horizon"),
    ("people offered the programme fared better", "people offered the programme fared worse", "pending"),
    ("people offered the programme fared better", "offering the programme likely made things better", "verb"),
    ("people offered the programme fared better", "this points to better, but it is provisional until it has been challenged", "verdict"),
    ("about 9 fewer were arrested", "about 9 fewer times", "unit"),
    ("Aid:", "Help:", "title"),
)


@pytest.mark.parametrize(("old", "new", "field"), EDITS)
def test_whatever_is_changed_in_a_sentence_is_read_as_another(old: str, new: str, field: str) -> None:
    sentence = (
        "Aid: people offered the programme fared better; of every 100 people offered the programme, about 9 fewer were arrested within 52 weeks "
        "than of every 100 like them who were not offered it (the range runs from 13 fewer to 4 fewer); nobody drew lots."
    )
    assert old in sentence

    assert getattr(read(sentence.replace(old, new)), field) != getattr(read(sentence), field)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_withheld_is_read_as_withheld(language: str) -> None:
    for what in ("numbers", "beside", "overlap", "reason"):
        said = read(say_withheld({"en": "Aid", "es": "Ayuda"}, language, what=what))  # type: ignore[arg-type]  # one of Untold and of Language
        assert said.language == language and said.size is None
        assert said.verdict == ("not answered" if what == "reason" else "withheld")


def test_what_leaves_the_county_is_read_as_well_with_its_numbers_or_as_withheld() -> None:
    seen = set()
    for number in range(74):
        finding = random_finding(55, number)
        if finding.answer.question.target or (finding.answer.by == "adoption" and finding.answer.unit == "person"):
            continue  # what a target's gap was leaves in the sentence alone; and people in so many places stand in no table
        [outside] = release((finding,)).findings
        for language in LANGUAGES:
            said = read(str(outside.sentences[language]))
            seen.add(said.verdict)
            assert said.verdict == "withheld" or not list(apart(outside, said, language)), outside.sentences[language]
    assert seen >= {"withheld", "not answered", "better"}


@pytest.mark.parametrize("text", ["", "Aid worked.", "Aid: it helped 9 of every 100 people.", "Ayuda: 9 menos."])
def test_prose_that_is_no_sentence_of_a_finding_is_not_read(text: str) -> None:
    with pytest.raises(ValueError, match="no sentence of a finding"):
        read(text)


def test_the_reader_has_nothing_of_the_program_to_read_by() -> None:
    tree = ast.parse(Path(reader.__file__).read_text(encoding="utf-8"))
    imported = {
        each.module or "" if isinstance(each, ast.ImportFrom) else each.names[0].name
        for each in ast.walk(tree)
        if isinstance(each, ast.Import | ast.ImportFrom)
    }
    assert imported == {"__future__", "re", "collections.abc", "dataclasses", "typing"}
    assert "open(" not in Path(reader.__file__).read_text(encoding="utf-8")
