"""What may not be said is refused, whichever sentence says it; and each number of a sentence is the answer's own, written as it stands there."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from random_findings import SHAPES, random_finding, random_findings

from evaluation.findings.costs import unit_said
from evaluation.findings.linter import checked, claims, lint, lists_of, simple
from evaluation.findings.paths_of_numbers import NUMBER, Told, numbers_of, outside_numbers
from evaluation.findings.recomputed import untrue
from evaluation.findings.writing import LOCALES, catalogue
from evaluation.terms import Finding, Grade, Interval, Language, Refused, Said, Worth

MANY = 3 * len(SHAPES)  # each shape three times: whatever can be asked is said and looked at
WORDS = Path(__file__).parents[2] / "evaluation"
LICENSED = ("verdict.outright.", "verdict.likely.", "verdict_costs.outright.", "verdict_costs.likely.")  # patterns that a letter guards


@pytest.fixture(scope="module")
def findings() -> tuple[Finding, ...]:
    by_lot = (random_finding(9, number * len(SHAPES)) for number in range(4, 40))
    return (*random_findings(MANY), *by_lot)


def claimed(findings: tuple[Finding, ...], verdict: str, licence: str) -> Finding:
    return next(one for one in findings if one.verdict == verdict and one.grade and one.grade.licence == licence)


def with_sentence(finding: Finding, old: str, new: str, language: str = "en") -> Finding:
    """The finding with other words; their numbers go along, so that only the words are at fault."""
    said = {**finding.sentences, language: Told(finding.sentences[language], finding.sentences[language].numbers).replace(old, new)}  # type: ignore[attr-defined]  # Told
    assert said[language] != finding.sentences[language], old
    return replace(finding, sentences=said, numbers=numbers_of(said, finding.believed))


def graded(finding: Finding, letter: str) -> Finding:
    return replace(finding, grade=Grade(letter, "", ()))  # type: ignore[arg-type]  # one of the letters


# ------------------------------------------------------------------------------------------------ numbers
def test_every_number_of_every_sentence_keeps_its_path_and_is_written_from_its_value(findings: tuple[Finding, ...]) -> None:
    for finding in findings:
        for language in LOCALES:
            texts = " ".join((finding.sentences[language], finding.believed.get(language, "")))
            assert NUMBER.findall(texts) == [said.text for said in finding.numbers[language]]
            assert all(said.path for said in finding.numbers[language])
            assert list(untrue(finding, language)) == []


def test_a_number_that_is_not_the_answers_is_refused(findings: tuple[Finding, ...]) -> None:
    finding = next(one for one in findings if any(said.path == "estimate.effect" for said in one.numbers["en"]))
    numbers = tuple(replace(said, value=said.value * 2 + 1) if said.path == "estimate.effect" else said for said in finding.numbers["en"])
    lost = tuple(said for said in finding.numbers["en"] if said.path != "estimate.effect")

    for wrong in (numbers, lost):
        with pytest.raises(Refused):
            checked(replace(finding, numbers={**finding.numbers, "en": wrong}))


def test_a_text_keeps_its_numbers_when_a_part_of_it_is_unsaid() -> None:
    told = Told(
        "of 100 (380 of 400) about 9", tuple(Said(text, path, float(text)) for text, path in (("100", "a"), ("380", "b"), ("400", "c"), ("9", "d")))
    )

    assert [said.path for said in told.replace(" (380 of 400)", "").numbers] == ["a", "d"]
    assert [said.path for said in told.replace("of 100", "of").numbers] == ["b", "c", "d"]
    assert told.replace("absent", "7") == told and (told + " and 5").numbers[-1].text == "5"


def test_outside_a_value_has_no_more_digits_than_may_leave() -> None:
    said = {"en": Told("about 9", (Said("9", "estimate.effect", -0.0912345),))}

    assert outside_numbers(said, {}, lambda number: round(number, 3))["en"] == (Said("9", "estimate.effect", -0.091),)


# ------------------------------------------------------------------------------------------------ words
def test_no_finding_that_is_judged_says_more_than_it_may(findings: tuple[Finding, ...]) -> None:
    assert {one.grade.licence for one in findings if one.grade} == set("ABCDX")
    assert [str(problem) for finding in findings for problem in lint(finding)] == []


def test_a_letter_that_licenses_less_refuses_the_same_sentence() -> None:
    numbers = range(600)
    caused = next(one for n in numbers if (one := random_finding(9, n)).verdict == "better" and one.grade and one.grade.licence == "A")
    likely = next(one for n in numbers if (one := random_finding(9, n)).verdict == "better" and one.grade and one.grade.licence == "B")

    for finding, letters in ((caused, "BCDX"), (likely, "CDX")):
        checked(finding)
        for letter in letters:
            with pytest.raises(Refused):
                checked(graded(finding, letter))


def plain(one: Finding, letter: str) -> bool:
    """Whether a finding claims a direction, of people and in the ordinary words of its letter."""
    question = one.answer.question
    usual = one.answer.by != "strategy" and question.estimator not in ("disparity", "target") and one.answer.outcome.unit != "dollars"
    return one.verdict in ("better", "worse") and one.grade is not None and one.grade.licence == letter and usual


@pytest.mark.parametrize(("letter", "words"), [("A", "made things"), ("B", "likely made things"), ("C", "fared"), ("D", "this went the")])
def test_each_letter_has_its_own_words(findings: tuple[Finding, ...], letter: str, words: str) -> None:
    told = [one.sentences["en"].partition(";")[0] for one in findings if plain(one, letter)]

    assert told and all(words in one for one in told)
    assert ("likely" in told[0]) == (letter == "B")


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_effect_and_another_verdict_are_refused(findings: tuple[Finding, ...], language: Language) -> None:
    unsure = claimed(findings, "cannot tell yet", "C")
    other = {"en": ("so we cannot tell yet", "so it had no effect"), "es": ("así que todavía no podemos saberlo", "así que no tuvo ningún efecto")}
    better = claimed(findings, "better", "C")
    turned = {"en": ("fared better", "fared worse"), "es": ("fue mejor", "fue peor")}

    for finding, (old, new) in ((unsure, other[language]), (better, turned[language])):
        with pytest.raises(Refused):
            checked(with_sentence(finding, old, new, language))


def test_a_range_whose_end_points_the_other_way_is_refused(findings: tuple[Finding, ...]) -> None:
    finding = next(one for one in findings if " fewer to " in one.sentences["en"] and "the range runs from" in one.sentences["en"])

    with pytest.raises(Refused):
        checked(with_sentence(finding, " fewer to ", " more to "))


def test_words_of_a_design_are_not_held_against_the_finding() -> None:
    finding = random_finding(9, 0)
    title = {"en": "What caused this: a programme that reduced arrests", "es": "Lo que causó esto"}
    said = {language: Told(title[language] + ": ") + text.partition(": ")[2] for language, text in finding.sentences.items()}

    assert claims(title["en"], "en") == "A"
    assert not [problem for problem in lint(replace(finding, title=title, sentences=said)) if "licence" in str(problem)]


# ------------------------------------------------------------------------------------------------ every pattern that is printed
def leaves(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, Mapping):
            yield from leaves(value, f"{path}{key}.")
        elif isinstance(value, str):
            yield f"{path}{key}", value


@pytest.mark.parametrize("room", ["findings", "report"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_pattern_of_a_page_or_a_caption_claims_a_cause_or_no_effect(room: str, language: Language) -> None:
    words = tomllib.loads((WORDS / room / "words" / f"{language}.toml").read_text(encoding="utf-8"))
    lists = lists_of(language)
    wrong = []
    for key, pattern in leaves(words):
        if key.startswith("claims.") or key == "column.p value":
            continue
        said = lists.patterns["excuses"].sub(" ", simple(pattern))
        if (claims(pattern, language) in "AB" and not key.startswith(LICENSED)) or lists.found("no_effect", said) or lists.found("significant", said):
            wrong.append((key, pattern))

    assert wrong == []
    assert catalogue(language)["licence"]["causes"]


# ------------------------------------------------------------------------------------------------ slips
@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("(a difference worth having is", "(a difference worth having,, is", "two commas"),
        ("a difference worth having", "a difference in custody_days/recorded", "names a definition, 'custody_days/recorded'"),
        (" contacts with the programme)", ")", "has no unit"),
    ],
)
def test_a_sentence_that_shows_how_it_was_put_together_is_refused(findings: tuple[Finding, ...], old: str, new: str, said: str) -> None:
    counted = (one for one in random_findings(400, 9) if "contacts with the programme)" in one.sentences["en"])
    finding = next(counted)

    assert list(lint(finding)) == []
    assert said in str(next(lint(with_sentence(finding, old, new))))


def test_what_one_more_unit_costs_is_never_said_by_the_name_of_a_definition(findings: tuple[Finding, ...]) -> None:
    nameless = Worth("custody_days/recorded", "fewer", 4.0, Interval(1, 7, "x"), 90.0, *2 * (Interval(60, 170, "x"),), {}, (), ())

    assert unit_said(nameless, "en") == "each unit of the outcome that came out better"
    assert not any("/" in unit_said(nameless, language) for language in LOCALES)
