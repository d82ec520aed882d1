"""Bad input to matched comparison: one sentence each, that names the column or the stratum, with counts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evaluation.cohort.frame import FrameOutcome, cohort_from_frame
from evaluation.methods.matched import compare
from evaluation.terms import Caliper, Cohort, Horizon, Matching, Question, Refused

N = 200


def people(served=None, **history) -> Cohort:
    rng = np.random.default_rng(1)
    who, age = np.arange(N), np.round(rng.gamma(9.0, 4.0, N))
    arm = rng.random(N) < 1 / (1 + np.exp(1 - 0.03 * (age - 36))) if served is None else served
    return Cohort("main", "person", "", who + 1, who, arm, {"age": age} | history, (), "offer")


def refusal(cohort: Cohort, **words):
    question = Question("x", Horizon(days=1), "matched", 0.1, estimand=words.pop("estimand", "effect_on_the_served"), compare=Matching(**words))
    with pytest.raises(Refused) as caught:
        compare(cohort, question)
    (problem,) = caught.value.problems
    assert problem.remedy and problem.where
    assert problem.found.count(". ") == 0 and problem.found[-1] in ".)"  # one sentence
    return problem.found


SERVED = people().served
COUNT = int(SERVED.sum())


@pytest.mark.parametrize(("arm", "found"), [(False, "nobody offered the programme is left"), (True, "nobody not offered it is left")])
def test_an_empty_arm(arm, found):
    assert found in refusal(people(np.full(N, arm)))


def test_no_overlap_is_told_by_the_column_that_parts_the_arms():
    far = np.where(SERVED, 100.0, 0.0) + np.arange(N) % 13

    assert refusal(people(far=far)) == (
        "the history tells the arms apart without error, most of all by 'far': "
        f"nobody is like {COUNT} of {COUNT} served and {N - COUNT} of {N - COUNT} others."
    )


def test_a_column_that_is_the_arm_itself():
    assert refusal(people(enrolled=SERVED * 1.0)) == (
        f"the history tells the arms apart without error, by 'enrolled': no value is held both by some of the {COUNT} served "
        f"and by some of the {N - COUNT} others."
    )


def test_nobody_is_left_when_chances_are_trimmed_too_far():
    reason = "their chance of being served is below 0.49 or above 0.51"
    found = refusal(people(), trim=0.49)

    assert found == f"nobody compared is left of {N - COUNT}: {N - COUNT} because {reason}."


def test_a_constant_history():
    assert refusal(replace(people(), history={"age": np.full(N, 3.0)})) == "no column of the history varies among the 200 who could be compared."


def test_a_collinear_column_is_no_reason_to_refuse_and_is_told():
    cohort = people()
    twice = people(months=12 * cohort.history["age"])
    question = Question("x", Horizon(days=1), "matched", 0.1, estimand="effect_on_the_served")
    (told,) = (one for one in compare(twice, question).diagnostics if one.name == "score_estimated")

    assert "'months'" in told.sentence and (compare(twice, question).weights == compare(cohort, question).weights).all()


def test_an_exact_stratum_with_no_controls_anywhere():
    site = np.where(SERVED, 1.0, 2.0)

    assert refusal(people(site=site), on=("age",), exact=("site",)) == (
        f"none of the {COUNT} served agrees with any of the {N - COUNT} others on 'site': no stratum holds both."
    )


def test_more_people_for_each_than_there_are():
    found = refusal(people(), ratio=190)

    assert found == f"each of {COUNT} is to be compared with 190 people, and there are {N - COUNT} at most."


def test_more_people_for_each_than_any_stratum_holds():
    site = np.arange(N) % 20.0
    most = int(np.bincount(site[~SERVED & np.isin(site, site[SERVED])].astype(int)).max())

    assert refusal(people(site=site), on=("age",), exact=("site",), ratio=most + 1).endswith(f"and in any stratum or set there are {most} at most.")


def test_values_missing_where_none_may_be():
    age = people().history["age"].copy()
    age[:30] = np.nan

    assert refusal(people(age=age), missing="refuse") == "nothing is on record in 'age' for 30 of 200 rows (15.0 %)."


def test_a_distance_that_not_everybody_has():
    score = np.where(np.arange(N) < 12, np.nan, np.arange(N))
    found = refusal(people(risk=score), distance="column", column="risk")

    assert found == "'risk' is the distance, and for 12 of 200 rows nothing is on record in it."


def test_a_history_column_of_which_nothing_is_on_record_cannot_be_imputed():
    assert "'last' is on record for none of 200 rows" in refusal(people(last=np.full(N, np.nan)), missing="impute")


def test_a_caliper_on_a_column_of_two_values_or_of_codes():
    jailed, race = (np.arange(N) % 3 == 0) * 1.0, np.arange(N) % 4.0

    assert refusal(people(jailed=jailed), calipers={"jailed": Caliper(0.5)}) == (
        "'jailed' holds 2 values among 200 rows: a gap between people is all or nothing."
    )
    assert refusal(people(race=race), categories=("race",), calipers={"race": Caliper(0.5)}) == (
        "'race' holds codes (4 of them), and no code is near another."
    )
    assert refusal(people(race=race), categories=("race",), distance="column", column="race") == "'race' holds codes, and no code is near another."


@pytest.mark.parametrize(
    "words",
    [
        {"exact": ("agee",)},
        {"unlike": ("agee",)},
        {"categories": ("agee",)},
        {"calipers": {"agee": Caliper(1.0)}},
        {"distance": "column", "column": "agee"},
    ],
)
def test_a_column_that_is_not_there(words):
    assert refusal(people(), **words) == "the history has no column 'agee'."


def test_too_many_strata_for_a_way_that_weighs():
    many = Cohort("main", "person", "", np.arange(1, 1_001), np.arange(1_000), np.arange(1_000) % 2 == 0, {}, (), "offer")
    many = replace(many, history={"age": np.arange(1_000) % 17.0, "tract": np.arange(1_000) // 4 * 1.0})

    assert refusal(many, on=("age",), exact=("tract",), by="inverse_probability") == "'tract' make 250 strata, and each would be a column of its own."


def test_every_mistake_is_told_at_once():
    question = Question("x", Horizon(days=1), "matched", 0.1, compare=Matching(exact=("a",), unlike=("b",), categories=("c",)))
    with pytest.raises(Refused) as caught:
        compare(people(), replace(question, estimand="effect_on_the_served"))

    assert [problem.found for problem in caught.value.problems] == [f"the history has no column '{name}'." for name in "cab"]


# ------------------------------------------------------------------------------------------------ a frame of one's own
@pytest.mark.parametrize(
    ("column", "values", "found"),
    [
        ("served", ["Y", "N"], "it holds 2 different values, not only 0 and 1."),
        ("age", [30.0, np.nan], "1 value of 2 missing."),
        ("served", [1, 1], "everybody is in one arm."),
    ],
)
def test_a_frame_whose_treatment_or_history_cannot_be_read(column, values, found):
    frame = pd.DataFrame({"id": [1, 2], "served": [1, 0], "age": [30.0, 40.0], "y": [0, 1]}).assign(**{column: values})
    outcome = FrameOutcome("y", "mark", Horizon(days=9), better="fewer", title={"en": "arrest"}, event={"en": "arrested"})
    with pytest.raises(Refused) as caught:
        cohort_from_frame(frame, unit="id", treated="served", history=["age"], outcome=outcome, by="offer")

    (problem,) = caught.value.problems
    assert (problem.where, problem.found) == (f"column '{column}'", found)
