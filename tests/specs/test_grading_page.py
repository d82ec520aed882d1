"""How strong the evidence is, on a page: in both languages, called computed, called unverified where it is, and holding no count."""

import json
import re
from dataclasses import replace

import pytest
from contrasts_by_hand import CONTRASTS, TRIED, check
from report_bundle import TITLE, answer, few, study, unanswered

from evaluation.findings import Findings, judge, release
from evaluation.findings.judging import verdict
from evaluation.grading import grade
from evaluation.grading.texts import texts
from evaluation.report import page as pages
from evaluation.report.grades import strength_of
from evaluation.report.language import words_of
from evaluation.report.tables import findings_json
from evaluation.terms import Interval

SPOKEN = {
    "en": ("How strong the evidence is", "No clearinghouse has reviewed this study", "(unverified)", "likely made it"),
    "es": ("Qué tan sólida es la evidencia", "Ninguna entidad de revisión ha revisado este estudio", "(sin verificar)", "probablemente la produjo"),
}
# numbers that a rule itself has: limits, levels, items, editions, years, issues and pages; months beyond an end
OF_RULES = {"1", "2", "3", "4", "5", "6", "7", "12", "21", "2.0", "4.1", "5.0", ".05", ".25", "2016", "2025", "355", "4919"}


def judged(one):
    return judge(one, None, title=TITLE, languages=("en", "es"), study=study(one))


def conditions(one):
    return (*one.diagnostics, *(each for challenge in TRIED for each in challenge.diagnostics))


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_page_says_how_strong_the_evidence_is_and_that_no_clearinghouse_said_so(language):
    one = answer()

    page = pages.page(release([judged(one)]), study(one), language=language)

    assert all(said in page for said in SPOKEN[language])
    assert page.index('id="question-1-grade"') < page.index('id="question-1-not-shown"')


def test_a_spanish_section_leaves_nothing_in_english():
    finding = judged(answer())
    for which, one in CONTRASTS.items():
        graded = grade(one, TRIED, conditions(one))
        section = strength_of(1, replace(finding, grade=graded), words_of("es"))
        if section is None:
            assert graded.licence == "X", which
            continue
        cells = [cell.text for grid in section.grids for row in grid.rows for cell in row]
        shown = (section.licence, section.why, section.raised, *cells, *(rule for _, rule in section.rules))
        assert not [text for text in shown if text in texts("en").values() and text not in texts("es").values()], which


def test_what_could_not_be_answered_or_may_not_be_shown_has_no_grade_on_its_page():
    for one in (unanswered(), few()):
        page = pages.page(release([judged(one)]), study(one), language="en")

        assert "question-1-grade" not in page


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_text_of_a_grade_holds_a_number_that_is_not_its_rules_own(language):
    found = {number for text in texts(language).values() for number in re.findall(r"(?<![\w.])\.?\d+(?:\.\d+)?", text)}

    assert found <= OF_RULES


def test_a_part_that_is_not_verified_is_called_so_in_its_own_cell():
    section = strength_of(1, judged(CONTRASTS["9 matched within .04"]), words_of("en"))
    ratings = {row[0].text: row[1].text for row in section.grids[0].rows}

    assert ratings["What Works Clearinghouse"] == "Meets standards with reservations"
    assert ratings["CrimeSolutions, for this outcome"] == "Promising (unverified)"
    assert all(text.endswith("(unverified)") for text in (row[1].text for row in section.grids[1].rows))
    assert len(section.grids[1].rows) == 7 and section.grids[1].note


def test_the_licence_is_in_the_table_of_findings_and_the_grade_in_their_file():
    one = judged(answer())

    assert Findings((one, replace(one, grade=None))).frame()["licence"].tolist() == ["B", None]
    told = json.loads(findings_json(release([one])))["findings"][0]["grade"]
    assert told["licence"] == "B" and {part["standard"] for part in told["parts"]} >= {"What Works Clearinghouse"}


@pytest.mark.parametrize("which", CONTRASTS)
def test_a_finding_has_the_licence_x_exactly_where_it_is_not_answered_and_d_where_nothing_is_compared(which):
    one = CONTRASTS[which]
    refused = (*conditions(one), check("losses", False, required=True))
    backwards = replace(one, estimate=replace(one.estimate, interval=Interval(0.1, -0.1, "by hand")))
    for asked, rests_on in ((one, conditions(one)), (one, refused), (backwards, conditions(one)), (replace(one, estimate=None), ())):
        licence = grade(asked, TRIED, rests_on).licence

        assert (licence == "X") == (verdict(asked, rests_on) == "not answered")
        assert licence == "X" or (licence == "D") == which.startswith(("19", "20"))
