"""The page and the protocol of a question about an event in time: what is drawn, from what may be told alone, and what is promised."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from matched_answer import plan
from report_bundle import TITLE
from report_bundle import study as study_of
from survival_answer import BOTH, HAZARD, course, survival_answer

from evaluation.findings import judge, release
from evaluation.pipeline import answer, prepare
from evaluation.records import connect
from evaluation.report import page as pages
from evaluation.report.answering import ANSWERING
from evaluation.report.conditions import CONDITIONS
from evaluation.report.declared import asked, worthwhile
from evaluation.shipped import shipped
from evaluation.study import load
from evaluation.terms import Answer, Diagnostic, Strategies, Strategy
from synthetic import WORLDS

MEASURES = ("risk", "time_free", "time_lost", "number")
STUDY = load(shipped("designs/bayview/navigation_when.toml"))


def page(answer: Answer, language: str = "en") -> str:
    study = replace(study_of(answer, title=TITLE), cohorts={"main": plan(answer.by)})
    return pages.page(release([judge(answer, None, title=TITLE, languages=("en", "es"))]), study, language=language)


def changing(holds: bool) -> Diagnostic:
    return Diagnostic("proportional_hazards", "It changes.", 0.4 if holds else 0.01, 0.05, holds, "Grambsch and Therneau 1994", False)


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("measure", MEASURES)
def test_each_measure_has_a_page(measure, language):
    text = page(survival_answer(measure), language)

    assert text.count("<svg") >= 3 and "{" not in re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)
    heading = {"en": "How it came about over time", "es": "Cómo fue ocurriendo con el tiempo"}[language]
    assert heading in text


def test_days_and_times_are_written_in_their_own_unit():
    assert "(days a person)" in page(survival_answer("time_free")) and "311" in page(survival_answer("time_free"))
    assert "(times for every 100 people)" in page(survival_answer("number"))
    assert "days alive and without arrest, within 52 weeks" in page(survival_answer("time_free"))
    assert "average days alive and not yet arrested within 52 weeks, if offered the programme rather than not" in page(survival_answer("time_free"))


def test_dots_of_a_hundred_are_drawn_of_a_risk_alone():
    assert "circles are filled" in page(survival_answer("risk"))
    assert not any("circles are filled" in page(survival_answer(measure)) for measure in MEASURES[1:])


def test_the_picture_has_the_counts_that_the_table_has_and_no_other():
    text = page(survival_answer())
    picture = next(part for part in text.split("<svg") if "with 95% bands" in part).partition("</svg>")[0]
    counts = re.findall(r">([\d,]+)</text>", picture)

    assert {"380", "295", "259", "263", "221"} <= set(counts)
    assert not {"358", "319", "339", "293"} & set(counts) and "·" in picture  # of days 91 and 182: few had another end in between


def test_nothing_is_drawn_of_an_arm_with_one_day_to_tell_of():
    few = course(True, ((3, 6, 9, 90), (0, 12, 14, 31)))

    assert "How it came about over time" not in page(survival_answer(courses=(few, BOTH[1])))


@pytest.mark.parametrize(("holds", "average"), [(True, False), (False, True)])
def test_a_ratio_that_changes_is_called_an_average_beside_its_table(holds, average):
    text = page(survival_answer(more=(changing(holds),)))

    assert "daily chances, of those to whom it had not happened yet" in text and "0.68" in text
    assert ("it is an average over the time followed" in text) == average
    assert "never in its place" in text


def test_a_ratio_of_rates_is_not_headed_by_daily_chances():
    text = page(survival_answer("number", hazards=(replace(HAZARD, name="rate ratio"),)))

    assert "a ratio of how often it happened; 1 is no difference" in text and "daily chances" not in text


def test_in_street_time_a_page_says_which_days_are_compared_and_drawn():
    street = survival_answer(time="street")
    street = replace(street, outcome=replace(street.outcome, off_clock=("custody",)))

    assert "if offered the programme rather than not; days inside “custody” do not count" in page(street)
    assert "days since the start on which it could happen" in page(street)
    assert "no cuentan los días dentro de “custody”" in page(street, "es")
    assert "on which it could happen" not in page(survival_answer())


@pytest.mark.parametrize(
    ("language", "circles", "table", "course", "curve"),
    [
        ("en", "would be arrested if everybody enrolled within 30 days", "Kept to it", "How it would come about under each plan", "if nobody did"),
        ("es", "serían detenidas si todas se inscribieran en un plazo de 30 días", "Lo siguieron", "con cada plan", "si no lo hiciera ninguna"),
    ],
)
def test_a_page_of_two_plans_speaks_of_plans_and_of_nobody_who_chose(language, circles, table, course, curve):
    text = page(survival_answer(by="strategy", estimand="average_effect", plans="to enrol within 30 days of the start"), language)

    assert all(words in text for words in (circles, table, course, curve))
    assert not any(
        words in text for words in ("who enrolled within", "que se inscribieron en un plazo", "Places filled", "Lugares que ocupan", "alike before")
    )


def test_without_ratios_nothing_is_said_of_them():
    text = page(survival_answer(hazards=()))

    assert HAZARD.name not in text and "daily chances" not in text


def test_days_up_to_a_first_event_are_said_to_leave_out_what_came_after():
    assert "What happened after a first event" in page(survival_answer("time_free"))
    assert "What happened after a first event" not in page(survival_answer("number"))


# ------------------------------------------------------------------------------------------------ before any data
@pytest.mark.parametrize(
    ("measure", "said"),
    [
        ("risk", "1 less Kaplan-Meier"),
        ("time_free", "restricted mean survival time"),
        ("time_lost", "Andersen 2013"),
        ("number", "Ghosh and Lin 2000"),
    ],
)
def test_the_steps_say_what_is_measured_and_that_no_end_is_a_success(measure, said):
    question = replace(STUDY.questions[0], measure=measure, competing=("death", "transfer"))
    steps = " ".join(ANSWERING["survival"].steps(question, STUDY.cohorts["main"], STUDY))

    assert said in steps and "never as a success" in steps and "a death or an event “transfer”" in steps
    assert "never instead" in steps and "inverse probabilities of being followed" in steps


def test_each_estimator_and_losses_have_their_own_steps():
    first = STUDY.questions[0]
    told = {
        " ".join(ANSWERING["survival"].steps(replace(first, estimator=estimator, censored=replace(first.censored, adjust=adjust)), *_where()))
        for estimator in ("difference", "regression", "doubly_robust")
        for adjust in ("ipcw", "nothing")
    }

    assert len(told) == 6


def test_plans_are_said_to_be_followed_by_clones():
    both = Strategies(Strategy(enrolment="reentry_navigation", within_days=30), Strategy(no_enrolment="reentry_navigation", within_days=30))
    cohort = replace(STUDY.cohorts["main"], assigned=None, strategies=both, exact=())
    question = replace(STUDY.questions[0], compare=None, estimand="average_effect")
    study = replace(STUDY, cohorts={"main": cohort}, questions=(question,))
    steps = " ".join(ANSWERING["survival"].steps(question, cohort, study))

    assert "Everybody is followed twice from one start" in steps and "30 days" in steps and "propensity score" not in steps
    announced = set(ANSWERING["survival"].held(question, cohort, study))
    assert "kept_to_strategies" in announced and not {"path_before_start", "placebo_window", "move_away_bounds"} & announced
    assert "ratio of hazards (Cox 1972)" in steps and "Fine and Gray" not in steps  # a page of plans shows no such ratio
    assert asked(question, study).endswith("if they enrol in “reentry_navigation” within 30 days of the start than if they do not?")


@pytest.mark.parametrize(
    ("measure", "question", "size"),
    [
        ("time_free", "Are people alive and not yet arrested for more days within", "15 days a person, more being better"),
        ("time_lost", "Do fewer days come after people are first arrested within", "15 days a person, fewer being better"),
        ("number", "Are people arrested fewer times within", "1,500 times for every 100 people, fewer being better"),
    ],
)
def test_a_question_is_asked_by_its_measure(measure, question, size):
    one = replace(STUDY.questions[0], measure=measure, worthwhile=15)

    assert asked(one, STUDY).startswith(question) and worthwhile(one) == size


def test_every_condition_that_is_announced_has_a_limit_in_words():
    for question in STUDY.questions:
        assert set(ANSWERING["survival"].held(question, *_where())) <= set(CONDITIONS)


def _where():
    return STUDY.cohorts["main"], STUDY


@pytest.mark.parametrize(("design", "world"), [("navigation_when", "referred"), ("family_when", "families")])
def test_every_condition_that_an_answer_was_held_to_was_announced_with_its_limit(design, world):
    study, made = load(shipped(f"designs/bayview/{design}.toml")), WORLDS[world]
    records = connect(made.records(made.live(made.people(1_200, seed=1), made.as_run)))

    for one in answer(prepare(study, records)):
        assert not one.refused
        way, cohort = ANSWERING["survival"], study.cohorts["main"]
        announced = set(way.held(one.question, cohort, study))
        assert [told.name for told in one.diagnostics if told.name not in announced] == []
        for told in one.diagnostics:
            said = CONDITIONS[told.name]
            assert told.source == said.source, told.name
            assert told.required == (said.required or told.name in way.required_here(one.question)), told.name
            if isinstance(told.limit, int | float) and told.name != "detectable_effect":
                assert f"{100 * told.limit if '%' in said.limit else told.limit:g}" in said.limit, told.name


def test_where_people_leave_by_a_need_that_no_record_shows_there_is_no_answer_and_bounds_stand_beside():
    made = WORLDS["moves_by_hidden_need"]
    records = connect(made.records(made.live(made.people(1_500, seed=1), made.as_run)))

    one = answer(prepare(replace(STUDY, questions=STUDY.questions[:1]), records))[0]
    losses = next(told for told in one.diagnostics if told.name == "losses")
    assert not losses.holds and losses.required
    assert judge(one, None, title=TITLE, languages=("en",)).verdict == "not answered"
    assert [told for told in one.diagnostics if told.name == "move_away_bounds"]
