"""What stands on a page because of its release: nothing until there is something to say, and only once however often it is filled."""

from __future__ import annotations

from datetime import date

import pytest
from report_bundle import HOSTILE, TITLE, answer, few, study

from evaluation.findings import judge, release
from evaluation.report.checklist import TO_SEE, checklist
from evaluation.report.notices import Past, Standing, with_notices
from evaluation.report.page import page
from evaluation.terms import Language

ENTRY = {
    "study": "s",
    "records": "r",
    "version": "v",
    "policy": {"name": "cms_11", "title": "T", "sources": {"small": "CMS"}},
    "findings": [],
    "tables": [],
    "hidden": {},
    "protected": 0,
    "after": [],
}


def drawn(language: Language = "en", policy: str = "cms_11") -> str:
    findings = [judge(one, None, title=TITLE, languages=("en", "es")) for one in (answer(), few())]
    released = release(findings[1:] if policy == "opensafely" else findings[:1], policy)  # type: ignore[arg-type]  # the name of a policy
    return page(released, study(answer()), language=language)


def test_a_page_that_was_filled_twice_says_it_once() -> None:
    withdrawn = Standing(Past("abc", withdrawn="Wrong."), (Past("old", withdrawn="Late."),), "Lee", date(2026, 4, 15))
    plain = Standing(Past("abc"))

    twice = with_notices(with_notices(drawn(), withdrawn, "en"), withdrawn, "en")

    assert twice.count("was withdrawn") == 2 and twice.count("Reviewed by Lee on April 15, 2026.") == 1
    assert with_notices(twice, plain, "en") == with_notices(drawn(), plain, "en")


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_reason_is_text_and_nothing_else(text: str) -> None:
    before = drawn()

    filled = with_notices(before, Standing(Past("abc", withdrawn=text), (), text, date(2026, 4, 15)), "en")

    assert filled.count("<script") == before.count("<script") == 0 and "<b onmouseover" not in filled
    assert with_notices(filled, Standing(Past("abc")), "en") == with_notices(before, Standing(Past("abc")), "en")
    assert not any(letter in filled for letter in "\x00\x1b\u202e\u2066")


def test_a_replaced_release_says_so_in_both_languages() -> None:
    replaced = Standing(Past("abc", superseded_by="def"))

    assert "Release abc was replaced by release def." in with_notices(drawn(), replaced, "en")
    assert "La publicación def reemplazó a la publicación abc." in with_notices(drawn("es"), replaced, "es")


@pytest.mark.parametrize(("language", "said"), [("en", "rounded to the nearest multiple of 5"), ("es", "se redondean al múltiplo de 5")])
def test_the_page_says_what_its_policy_does(language: Language, said: str) -> None:
    assert said in drawn(language, "opensafely") and said not in drawn(language)
    assert "1 to 12" in drawn("en", "opensafely") and "1 and 10" in drawn("en")


def test_a_checklist_of_what_was_withheld_claims_no_proof() -> None:
    made = checklist("aid", "abc", ENTRY, {}, signed={}, withdrawn="", superseded_by="")

    assert "No number leaves" in made and "attacker" not in made and "Nothing of this study was released before." in made


def test_a_line_of_a_checklist_stays_a_line() -> None:
    signed = {"analyst": "a\n## b", "reviewer": "c | d", "date": "2026-04-15", "reply": "e"}

    made = checklist("aid", "abc", ENTRY, {}, signed=signed, withdrawn="", superseded_by="")

    assert "- Analyst: a ## b\n" in made and "c \\| d" in made


def test_a_box_of_a_checklist_is_ticked_only_where_a_person_says_that_it_was_seen_to() -> None:
    signed = {"analyst": "a", "reviewer": "c", "date": "2026-04-15", "reply": "e"}

    for checked in ((), ("pages",), ("pages", "offices")):
        made = checklist("aid", "abc", ENTRY, {}, signed=signed, checked=checked, withdrawn="", superseded_by="")
        assert [word for word in TO_SEE if f"- [x] {word}: " in made] == list(checked) and made.count("- [ ]") == 4 - len(checked)


@pytest.mark.parametrize(("opened_on", "said"), [("r" * 64, "on these records"), ("s" * 64, f"on other records than these: {'s' * 64}")])
def test_a_checklist_says_that_a_study_was_sealed_and_on_which_records_it_was_opened(opened_on: str, said: str) -> None:
    entry = {**ENTRY, "records": "r" * 64, "key": {"sealed": {"gates": ["balance", "power"], "opened_on": opened_on}}}

    made = checklist("aid", "abc", entry, {}, signed={}, withdrawn="", superseded_by="")

    assert f"- Sealed, by its lock: opened by its gates (balance, power) {said}" in made
    assert "Sealed" not in checklist("aid", "abc", ENTRY, {}, signed={}, withdrawn="", superseded_by="")
