"""`study.but`: one thing changed, everything else as it was declared, and checked as a design file would be."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import evaluation as ev
from evaluation.shipped import shipped
from evaluation.study import digest
from evaluation.terms import Horizon, Refused, Starts, Study

DESIGNS = sorted(Path(shipped("designs")).rglob("*.toml"))


def rossi() -> Study:
    return ev.load(shipped("examples/rossi/rossi.toml"))


def said(study: Study, **words: object) -> str:
    with pytest.raises(Refused) as refused:
        ev.but(study, **words)  # type: ignore[arg-type]  # what is wrong is the point
    return str(refused.value)


@pytest.mark.parametrize("path", DESIGNS, ids=lambda path: path.stem)
def test_a_study_in_which_nothing_is_changed_is_the_same_study(path: Path) -> None:
    study = ev.load(path)
    same = ev.but(study, question=0, outcome=study.questions[0].outcome)

    assert same == study and same.digest == study.digest


def test_one_thing_changed_changes_that_and_the_digest() -> None:
    study = rossi()
    changed = ev.but(study, outcome="recidivism/jail_booking")

    assert changed.questions[0] == replace(study.questions[0], outcome="recidivism/jail_booking")
    assert replace(changed, questions=study.questions, digest=study.digest) == study
    assert changed.digest == digest(changed) != study.digest


def test_what_a_file_says_and_what_a_program_holds_mean_the_same() -> None:
    study = rossi()

    assert ev.but(study, horizon={"days": 182}) == ev.but(study, horizon=Horizon(days=182)) == ev.but(study, **{"horizon.days": 182})
    assert ev.but(study, cohort="main", starts="event:arrest").cohorts["main"].starts == Starts(("arrest",))


def test_a_word_inside_a_table_leaves_the_other_words_of_the_table() -> None:
    every = ev.but(rossi(), cohort="main", **{"starts.which": "every"})

    assert every.cohorts["main"].starts == Starts(("release",), which="every")


def test_none_takes_a_word_out() -> None:
    study = ev.but(rossi(), cohort="main", ages=(18, 30))

    assert study.cohorts["main"].ages == (18, 30)
    assert ev.but(study, cohort="main", ages=None) == rossi()


def test_a_question_alone_is_the_headline_and_keeps_only_its_cohort() -> None:
    study = ev.load(shipped("designs/bayview/navigation_ways.toml"))
    number = next(place for place, question in enumerate(study.questions) if question.role != "headline")
    alone = ev.but(study, question=study.questions[number].name, alone=True, worthwhile=study.questions[number].worthwhile)

    assert alone.questions == (replace(study.questions[number], role="headline"),)
    assert list(alone.cohorts) == [study.questions[number].cohort]


def test_a_renamed_cohort_takes_its_questions_along() -> None:
    changed = ev.but(rossi(), cohort="main", called="elsewhere", ages=(18, 30))

    assert list(changed.cohorts) == ["elsewhere"] and changed.questions[0].cohort == "elsewhere"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ({"outcom": "recidivism/arrest"}, "'outcom' is not a word of a question. Did you mean 'outcome'?"),
        ({"outcome": "recidivism/arest"}, "Did you mean 'recidivism/arrest'?"),
        ({"cohort": "man", "ages": (18, 30)}, "the study has no cohort 'man'. It has main. Did you mean 'main'?"),
        ({"cohort": "main", "age": (18, 30)}, "'age' is not a word of a cohort. Did you mean 'ages'?"),
        ({"cohort": "main", "starts.wich": "every"}, "Did you mean 'which'?"),
        ({"cohort": "main", "called": "main2", "starts.which": "last"}, "known only from what came after it"),
        ({"question": "main_recidivism_arest", "horizon": {"days": 7}}, "the study asks no 'main_recidivism_arest'"),
        ({"question": 1, "horizon": {"days": 7}}, "there is no question 1. The study asks 1, from 0 to 0."),
        ({"horizon": {"day": 7}}, "Did you mean 'days'?"),
        ({"worthwhile": 0.05}, "fewer is better"),
        ({}, "nothing is changed of a question"),
        ({"called": "other", "horizon": {"days": 7}}, "a cohort alone has a name of its own"),
    ],
)
def test_what_is_wrong_is_told_with_the_nearest_right_word(words: dict[str, object], sentence: str) -> None:
    assert sentence in said(rossi(), **words)


def test_all_that_is_wrong_is_told_at_once() -> None:
    told = said(rossi(), outcome="recidivism/arest", method="randomised", worthwhile=0.0)

    assert "'recidivism/arrest'" in told and "'randomized'" in told
