"""Every count in whatever leaves under a policy that rounds is rounded: tables, sentences, conditions, numbers and pages."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from matched_answer import COMPARED, SERVED, conditions, matched_answer, plan
from report_bundle import study as study_of

from evaluation.findings import Released, judge, release
from evaluation.findings.counts import rounded
from evaluation.findings.rounding import unrounded
from evaluation.report import page as pages
from evaluation.report.tables import findings_csv, findings_json, numbers_csv
from evaluation.terms import Answer, Diagnostic, Policy

TITLE = {"en": "Navigation", "es": "Acompañamiento"}
NUMBER = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,])|(?<![\w.])\d+(?![\w.]*\d)")
TRUE = (381, 407, 377, 409, 439, 26, 93, 342, 111)  # no multiple of five among them, nor a number that the design declares


def asked() -> Answer:
    served = replace(SERVED, people=381, events=93, weighed=replace(SERVED.weighed, rows=381, rest=288))  # type: ignore[type-var]  # an arm of a match
    compared = replace(COMPARED, people=342, events=111, weighed=replace(COMPARED.weighed, rows=381, rest=231))  # type: ignore[type-var]  # the same
    held = [
        replace(one, sentence="381 of 407 people served found people like them; the answer is about these.") if one.name == "served_matched" else one
        for one in conditions(matched=(407, 381), later=(111, 231))
    ]
    many = Diagnostic("e_value", "At least 1.64 times as likely, and 12.5 % of every 1,000 people.", 1.64, None, True, "VanderWeele", False)
    given = matched_answer(arms=(served, compared), lost=(0, 32), not_compared=26, diagnostics=(*held, many))
    return given


def left(policy: Policy) -> Released:
    return release([judge(asked(), None, title=TITLE, languages=("en", "es"))], policy)


def texts(released: Released) -> dict[str, str]:
    study = replace(study_of(asked(), title=TITLE), cohorts={"main": plan("service")})
    drawn = {f"{language}.html": pages.page(released, study, language=language) for language in ("en", "es")}
    shown = {name: re.sub(r"<style>.*?</style>|<[^>]+>", " ", text, flags=re.S) for name, text in drawn.items()}
    return {
        "findings.json": findings_json(released),
        "findings.csv": findings_csv(released),
        "numbers.csv": numbers_csv(released),
        "index": str(released.findings[0]),
        **shown,
    }


def counts_in(text: str) -> set[int]:
    return {int(found.replace(",", "")) for found in NUMBER.findall(text)}


def test_a_count_as_it_is_stands_in_nothing_that_leaves_under_a_policy_that_rounds() -> None:
    plain, told = texts(left("cms_11")), texts(left("opensafely"))

    assert {381, 407} <= counts_in(plain["findings.csv"]) & counts_in(plain["en.html"]) & counts_in(plain["es.html"]), "or nothing is tried here"
    for name, text in told.items():
        assert not counts_in(text) & set(TRUE), f"{name} holds {counts_in(text) & set(TRUE)}"
    assert "380 of 405" in told["findings.csv"] and "380" in told["es.html"]


def test_each_number_of_a_sentence_has_the_value_that_is_printed() -> None:
    finding = left("opensafely").findings[0]

    said = [one for one in finding.numbers["en"] if "served_matched" in one.path]
    assert [(one.text, one.value) for one in said] == [("380", 380.0), ("405", 405.0)] * 2


def test_each_count_of_a_released_table_is_a_multiple_of_five() -> None:
    whole = json.loads(findings_json(left("opensafely")))

    cells = [(name, cell) for name, table in whole["tables"].items() for row in table["rows"] for cell in row.values() if type(cell) is int]
    assert cells and [one for one in cells if one[1] % 5] == []


@pytest.mark.parametrize(
    ("sentence", "holds"),
    [
        ("497 of 539 people served found people like them.", True),
        ("All but 1 to 10 of 1,204 people were followed.", True),
        ("In the 728 days before the start, days 92 to 182, those served had 3 more events for every 100 people, of 0.06.", False),
        ("The arms differ most in 'arrests_2_years', by 0.29 standard deviations.", False),
        ("To explain 4.1 %, at least 2 times as likely; 12 of every 1,000 people; $1,200 less on average.", False),
    ],
)
def test_which_sentences_of_conditions_hold_a_count(sentence: str, holds: bool) -> None:
    assert unrounded(sentence) == holds


def test_a_condition_without_a_count_keeps_its_sentence_and_every_condition_its_row() -> None:
    told, plain = left("opensafely").findings[0].answer.diagnostics, left("cms_11").findings[0].answer.diagnostics

    assert [one.name for one in told] == [one.name for one in plain]
    assert {one.name: bool(one.sentence) for one in told} == {one.name: one.name != "served_matched" for one in plain}
    assert all(rounded(one).detail == one.detail for one in told)
