"""Pages and protocols about periods, places, cut-offs and bare changes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from did_door import asked as asked_of_clocks
from did_door import crisis
from places_answered import BARE, PROVENANCE, disparity, laws, series, target, told, trend
from scored_people import FUZZY, SHARP, county, ruler
from test_findings_places import VERBS

from evaluation.diagnostics.honest import honest_bounds
from evaluation.findings import release
from evaluation.methods import METHODS
from evaluation.outcomes import OUTCOMES
from evaluation.pipeline import answer_one, compare
from evaluation.report.answering import ANSWERING
from evaluation.report.conditions import CONDITIONS
from evaluation.report.page import page
from evaluation.report.path_drawing import Point, path
from evaluation.report.protocol import protocol
from evaluation.study import load
from evaluation.terms import Answer, Diagnostic, Interval, LedgerLine, Question, Study

ROOT = Path(__file__).resolve().parents[2]
CASTLE, TEXAS = (ROOT / f"examples/{name}/{name}.toml" for name in ("castle", "texas"))
LISTED, CLOCKS, PEOPLE = (ROOT / f"designs/bayview/{name}.toml" for name in ("list_of_need", "services_three_contrasts", "services_since_2020"))


def shown(answer: Answer, language: str = "en") -> str:
    """The page of one answer, as HTML."""
    return page(release([told(answer)]), load(CASTLE), language=language)  # type: ignore[arg-type]  # a language


def read(html: str) -> str:
    """What a reader, or a screen reader, is told by a page: its texts, and the labels of its pictures."""
    labels = " ".join(re.findall(r'(?:aria-label|data-under)="([^"]*)"', html))
    body = re.sub(r"<style>.*?</style>|<head>.*?</head>", " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body)) + " " + labels)


# ------------------------------------------------------------------------------------------------ pages
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("kind", BARE)
def test_no_text_and_no_label_of_a_page_about_a_bare_change_has_an_effect_verb(kind: str, language: str) -> None:
    answer = BARE[kind]()
    answer = replace(
        answer, outcome=replace(answer.outcome, why_better="", authority="", not_counted="", universe="")
    )  # what a definition says of itself
    said = read(shown(answer, language)).replace("What Works Clearinghouse", "")  # whose name it is

    found = [said[max(0, one.start() - 60) : one.end() + 20] for one in VERBS[language].finditer(said)]
    assert not found, found


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("answer", [laws, series, trend, disparity, lambda: series(donors=8), lambda: target(5.0, error=0.0)])
def test_no_page_tells_of_infinity_or_of_no_number(answer, language) -> None:
    said = read(shown(answer(), language))

    assert not re.search(r"\b(inf|nan|None|Infinity)\b|∞", said)


def test_a_page_without_an_interval_says_that_no_range_can_be_trusted() -> None:
    english, spanish = (read(shown(series(donors=8), language)) for language in ("en", "es"))

    assert "No range can be trusted here: " in english
    assert "Aquí no hay ningún margen del que fiarse" in spanish


def test_a_page_about_places_says_whom_it_is_about_in_its_own_language() -> None:
    english, spanish = (read(shown(laws(), language)) for language in ("en", "es"))

    assert "the places where the programme began, in the years studied" in english and "had it changed there as elsewhere" in english
    assert "los lugares donde empezó el programa, en los años estudiados" in spanish and "the places where" not in spanish
    assert "two-way fixed effects" in english and "efectos fijos de dos vías" in spanish


@pytest.mark.parametrize(
    ("last", "english", "spanish"), [(5.0, "target reached", "meta alcanzada"), (9.0, "target not reached", "meta no alcanzada")]
)
def test_the_badge_of_a_target_says_whether_it_was_reached(last: float, english: str, spanish: str) -> None:
    assert english in read(shown(target(last))) and spanish in read(shown(target(last), "es"))


def test_the_path_of_an_effect_is_drawn_with_both_ranges_and_its_reference() -> None:
    html = shown(laws())

    assert "95% range of all periods at once" in html and "the period that the others are held against" in html
    assert "Period by period since the beginning (homicides a year for every 100,000 people)" in html


def test_what_was_fitted_before_the_day_is_never_said_to_speak_for_or_against_the_answer() -> None:
    synthetic, compared = read(shown(series())), read(shown(laws()))

    assert "that was fitted to what was seen" in synthetic and "marked with a ring" not in synthetic
    assert "A synthetic place, made of others: what that came to" in synthetic and "Elsewhere" not in synthetic
    assert "marked with a ring" in compared and "fitted to what was seen" not in compared


@pytest.mark.parametrize(
    ("question", "line"), [(SHARP, "At the cut-off, on the side of the offer: worked out"), (FUZZY, "Those who came because of")]
)
def test_counts_of_everybody_read_stand_in_no_row_with_what_is_worked_out_at_the_line(question: Question, line: str) -> None:
    answer = at_a_line(question)
    released = release([told(answer)])
    (arms,) = (one for one in released.exhibits if one.name.endswith(": arms"))
    said = read(page(released, load(LISTED), language="en"))

    assert [row[0] for row in arms.rows] == ["served_read", "compared_read", "served", "compared", "not_read"]
    assert [(row[1] is None, row[-1] is None) for row in arms.rows] == [(False, True), (False, True), (True, False), (True, False), (False, True)]
    assert line in said and "Too far from the cut-off to be read" in said and "Not followed to the end" not in said


def at_a_line(question: Question) -> Answer:
    """An answer at a cut-off, and how many people stood on the list."""
    people, y = county(3)
    found = answer_one(question, OUTCOMES[question.outcome], people, compare(question, people), ruler(y), PROVENANCE)
    return replace(found, ledger=(LedgerLine("listed", 0, len(people)),))


def test_where_no_effect_is_told_there_is_nothing_that_a_drift_could_undo() -> None:
    for low, high, said in ((-2.0, 1.0, "does not apply"), (-2.0, -1.0, "yes")):
        looked = honest_bounds({0.0: Interval(low, high, "")}, Interval(-3, 1, ""), breakdown=2.0, bend=0.1)
        answer = replace(laws(), diagnostics=(looked,))
        (table,) = (one for one in release([told(answer)]).exhibits if one.name.endswith(": diagnostics"))
        assert [row[3] for row in table.rows] == [said]


def test_a_question_that_is_not_answered_lets_no_condition_tell_its_effect() -> None:
    failed = Diagnostic("placebo_in_time", "It would show 1.234.", 1.234, 0.5, False, "", required=True)
    beside = Diagnostic("leave_one_donor_out", "It runs from 5.678 to 6.", 5.678, None, True, "", required=False)
    released = release([told(replace(laws(), diagnostics=(failed, beside)))])

    assert released.findings[0].verdict == "not answered"
    assert not re.search(r"1\.23|5\.6[78]", str(released.findings[0]) + str(released.exhibits))


@pytest.mark.parametrize(("after", "said"), [("drop", "nothing more is read of them"), ("own_effect", "is told apart"), ("", "")])
def test_a_page_says_what_becomes_of_those_who_leave_the_programme(after: str, said: str) -> None:
    study = load(CASTLE)
    plan = study.cohorts[study.questions[0].cohort]
    adopted = replace(plan.adopted, stops="repeal", after_stop=after) if after else plan.adopted
    study = replace(study, cohorts={**study.cohorts, study.questions[0].cohort: replace(plan, adopted=adopted)})
    english = read(page(release([told(laws())]), study, language="en"))

    assert said in english and ("leaves the programme again" in english) == bool(after)


def test_a_path_of_one_period_is_not_drawn_and_one_without_limits_has_dots_alone() -> None:
    words = {
        "scale": str,
        "count": str,
        "meaning": ("since", "of"),
        "legend": ("own range", "all at once", "reference"),
        "name": "one",
        "label": "a path",
    }
    points = [Point(at, float(at), None, None, False) for at in (-1, 0, 1)]

    assert path(points[:1], **words) is None
    bare = str(path(points, **words))
    assert "own range" not in bare and "all at once" not in bare and 'aria-label="a path"' in bare
    assert "own range" in str(path([*points, Point(2, 1.0, (0.0, 2.0), (-1.0, 3.0), False)], **words))


# ------------------------------------------------------------------------------------------------ protocols
@pytest.mark.parametrize("design", [CASTLE, TEXAS, LISTED, CLOCKS, PEOPLE])
def test_every_part_of_the_trial_is_filled_for_panels_and_cut_offs(design: Path) -> None:
    paper = protocol(load(design), None)
    (trial,) = (part for section in paper.sections for part in section.parts if "target trial" in getattr(part, "caption", ""))

    assert [row[0][0] for row in trial.rows] == [
        *("Eligibility", "Treatment strategies", "Assignment", "Time zero", "Follow-up", "Outcomes", "Causal contrast", "Assumptions")
    ]
    assert all(all(map(all, row)) for row in trial.rows)


def test_a_protocol_of_a_panel_speaks_of_periods_and_of_nobodys_own_clock() -> None:
    said = str(protocol(load(CASTLE), None))

    assert "nobody has a clock of their own" in said and "cut by the year" in said and "begins:castle_doctrine" in said
    assert "on each person’s own clock" not in said and "What opens a clock" not in said


def test_a_protocol_without_a_comparison_names_no_trial_and_no_effect() -> None:
    study = load(CASTLE)
    study = replace(study, questions=tuple(target_of(study)))
    said = str(protocol(study, None))

    assert "no trial stands behind it" in said and "The target trial, and how these records emulate it" not in said
    assert "-10.0% a year" in said and "whether the target was reached" in said


def target_of(study: Study) -> Iterator[Question]:
    yield replace(target(5.0).question, cohort=study.questions[0].cohort)


def looked_at(answer: Answer) -> tuple[Diagnostic, ...]:
    return answer.diagnostics


def at_the_cut_off(question: Question) -> tuple[Diagnostic, ...]:
    people, y = county(3)
    comparison = METHODS["threshold"].compare(people, question)
    return comparison.diagnostics + METHODS["threshold"].estimate(people, comparison, ruler(y), question).diagnostics


def on_own_clocks(estimator: str) -> tuple[Diagnostic, ...]:
    people, clocks = crisis(1)
    question = asked_of_clocks(estimator)
    comparison = METHODS["did"].compare(people, question)
    return comparison.diagnostics + METHODS["did"].estimate(people, comparison, clocks, question).diagnostics


CASES = {
    "group_time": (CASTLE, lambda: laws().question, lambda: looked_at(laws())),
    "two_way": (CASTLE, lambda: laws("two_way").question, lambda: looked_at(laws("two_way"))),
    "before_after": (CASTLE, lambda: BARE["before_after"]().question, lambda: looked_at(BARE["before_after"]())),
    "own clocks": (CLOCKS, lambda: asked_of_clocks("difference"), lambda: on_own_clocks("difference")),
    "own clocks alone": (CLOCKS, lambda: asked_of_clocks("before_after"), lambda: on_own_clocks("before_after")),
    "synthetic": (TEXAS, lambda: series().question, lambda: looked_at(series())),
    "interrupted": (TEXAS, lambda: series("interrupted").question, lambda: looked_at(series("interrupted"))),
    "cut-off": (LISTED, lambda: SHARP, lambda: at_the_cut_off(SHARP)),
    "complier": (LISTED, lambda: FUZZY, lambda: at_the_cut_off(FUZZY)),
    "trend": (CASTLE, lambda: trend().question, lambda: looked_at(trend())),
    "target": (CASTLE, lambda: target(5.0).question, lambda: looked_at(target(5.0))),
    "disparity": (CASTLE, lambda: disparity().question, lambda: looked_at(disparity())),
}


@pytest.mark.parametrize("case", CASES)
def test_every_condition_that_an_answer_was_held_to_was_announced(case: str) -> None:
    design, question, diagnostics = CASES[case]
    study, asked, seen = load(design), question(), diagnostics()
    if case.startswith("own clocks"):
        asked = replace(asked, outcome="emergency_visits/recorded", measure="number")
    way, plan = ANSWERING[asked.method], next(iter(study.cohorts.values()))
    announced = set(way.held(asked, plan, study))

    assert seen and [one.name for one in seen if one.name not in announced] == []
    for one in seen:
        said = CONDITIONS[one.name]
        assert one.source == said.source, one.name
        assert one.required == (said.required or one.name in way.required_here(asked)), one.name
    assert all(way.steps(asked, plan, study))
