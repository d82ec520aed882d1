"""Bad input to matched comparison: one sentence each, that names the column or the stratum, with counts."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from evaluation.cohort.frame import FrameOutcome, cohort_from_frame
from evaluation.methods.matched import compare, weights
from evaluation.methods.matched.pool import Limit, Pool
from evaluation.methods.matched.refusals import within
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


@pytest.mark.parametrize(
    ("arm", "found"),
    [
        (False, "nobody offered the programme is left to compare, and 200 not offered it."),
        (True, "nobody not offered it is left to compare, and 200 offered the programme."),
    ],
)
def test_an_empty_arm(arm, found):
    assert refusal(people(np.full(N, arm))) == found


def test_no_overlap_is_told_by_the_column_that_parts_the_arms():
    far = np.where(SERVED, 100.0, 0.0) + np.arange(N) % 13

    assert refusal(people(far=far)) == (
        "the history tells the arms apart without error, most of all by 'far': "
        f"nobody is like {COUNT} of {COUNT} served and {N - COUNT} of {N - COUNT} others."
    )


def test_a_column_that_is_the_arm_itself():
    assert refusal(people(enrolled=SERVED * 1.0)) == (
        "the history tells the arms apart without error, most of all by 'enrolled': "
        f"nobody is like {COUNT} of {COUNT} served and {N - COUNT} of {N - COUNT} others."
    )


def test_a_balancing_score_that_does_not_exist_is_refused_in_the_same_words():
    far = np.where(SERVED, 100.0, 0.0) + np.arange(N) % 13
    pool = Pool("it", np.arange(N), SERVED, SERVED, np.arange(N), np.zeros(N, dtype=int), False, {"far": far})
    with pytest.raises(Refused) as caught:
        weights.choose(pool, Matching(by="covariate_balancing"), "average_effect")

    words = "the history tells the arms apart without error, most of all by 'far': nobody is like"
    assert re.fullmatch(rf"{words} [1-9]\d* of {COUNT} served and [1-9]\d* of {N - COUNT} others\.", caught.value.problems[0].found)


def test_nobody_is_left_when_chances_are_trimmed_too_far():
    reason = "their chance of being served is below 0.49 or above 0.51"
    found = refusal(people(), trim=0.49)

    assert found == f"nobody compared is left of {N - COUNT}: {N - COUNT} because {reason}."


SCORELESS = [
    {"distance": "mahalanobis", "caliper": 0.0},
    {"distance": "robust_mahalanobis", "caliper": 0.0},
    {"distance": "scaled_euclidean", "caliper": 0.0},
    {"by": "entropy_balancing"},
    {"by": "coarsened_exact"},
    {"by": "exact"},
    {"by": "cardinality"},
    {"by": "profile"},
]


@pytest.mark.parametrize("words", [{}, {"by": "inverse_probability"}, {"by": "subclasses"}, *SCORELESS])
def test_a_constant_history(words):
    constant = replace(people(), history={"age": np.full(N, 3.0)})
    two = replace(people(), history={"age": np.full(N, 3.0), "days": np.zeros(N)})

    assert refusal(constant, **words) == "'age' does not vary among the 200 who could be compared."
    assert refusal(two, **words) == "'age', 'days' do not vary among the 200 who could be compared."


def test_a_distance_that_is_the_same_for_everybody():
    found = refusal(people(risk=np.ones(N)), distance="column", column="risk")

    assert found == "'risk' is the distance, and it is the same for all of 200 rows."


def told(cohort: Cohort, name: str, **words) -> str:
    question = Question("x", Horizon(days=1), "matched", 0.1, estimand=words.pop("estimand", "effect_on_the_served"), compare=Matching(**words))
    return next(one.sentence for one in compare(cohort, question).diagnostics if one.name == name)


@pytest.mark.parametrize("words", SCORELESS)
def test_a_column_that_tells_nobody_apart_is_told_where_no_score_names_it(words):
    age = np.round(people().history["age"] / 10)
    cohort = replace(people(), history={"age": age, "decades": 2 * age, "same": np.ones(N)})
    repeats = "entropy" in words.get("by", "") or "mahalanobis" in words.get("distance", "")  # of others the repeat counts

    sentence = told(cohort, "balance_before_matching", **words)
    assert sentence.endswith("repeats other columns: 'decades', 'same'." if repeats else "repeats other columns: 'same'.")
    assert "repeats" not in told(replace(cohort, history={"age": age}), "balance_before_matching", **words)


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


def test_a_stratum_without_controls_is_named_by_its_columns():
    site = np.arange(N) % 4.0
    site[~SERVED & (site == 2)] = 1

    assert "because nobody of the other arm agrees with them on 'site'" in told(people(site=site), "left_out", on=("age",), exact=("site",))


def test_by_profile_the_effect_on_everybody_is_that_of_the_whole_pool_though_a_part_of_it_stands_for_all():
    cohort = people(priors=np.arange(N) % 3.0)
    question = Question("x", Horizon(days=1), "matched", 0.1, compare=Matching(by="profile"))
    found = compare(cohort, question)

    assert not found.kept.all() and found.estimand.population == "those who could have been offered the programme"
    assert told(cohort, "served_matched", estimand="average_effect", by="profile").startswith("200 of 200 people of either arm")
    assert "and could be matched" in compare(cohort, replace(question, compare=Matching(by="cardinality"))).estimand.population


# ------------------------------------------------------------------------------------------------ too few
def parted(served: int, near: int) -> Cohort:
    """So many served of 200, of whom so many have somebody of their age, and the others nobody for years; `site` is 0 and 1 in turn."""
    arm = np.arange(N) < served
    age = np.where(arm, 60.0 + np.arange(N) % 7, 20.0 + np.arange(N) % 11)
    age[:near] = 25.0
    return replace(people(arm), history={"age": age, "site": np.arange(N) % 2.0, "days": np.arange(N) % 5.0})


def test_too_few_are_told_by_the_arm_whose_effect_it_is_with_what_each_caliper_leaves():
    served, compared = parted(30, 5), replace(parted(30, 5), served=np.arange(N) >= 30)
    near = {"distance": "column", "column": "age", "calipers": {"age": Caliper(1.0), "days": Caliper(9.0)}, "caliper": 0.0}
    each = "the caliper of 'age' alone leaves 5 of 30; the caliper of 'days' alone leaves 30 of 30"

    assert refusal(served, **near) == f"only 5 of 30 of those offered the programme could be matched: {each}."
    assert refusal(compared, estimand="effect_on_the_compared", **near) == f"only 5 of 30 of those not offered it could be matched: {each}."
    none = "none of the 30 offered the programme could be matched: the caliper of 'age' alone leaves 0 of 30"
    assert refusal(parted(30, 0), **near).startswith(none)


def test_too_few_are_told_without_a_caliper_where_none_was_used():
    nine = people(np.arange(N) < 9)

    assert refusal(nine, caliper=0.0) == "only 9 of 9 of those offered the programme could be matched."
    assert refusal(nine, by="inverse_probability") == "only 9 of 9 of those offered the programme could be weighted."
    assert refusal(parted(30, 5), by="coarsened_exact", on=("age",), bins={"age": 40}) == (
        "only 5 of 30 of those offered the programme could be matched."
    )
    assert refusal(people(np.arange(N) >= 9), caliper=0.0, reuse=0) == "only 9 of 9 of those not offered it are left to compare with."


def test_too_few_are_told_with_why_the_others_were_set_aside():
    site = np.where(SERVED, np.arange(N), 0) * 1.0
    site[np.flatnonzero(SERVED)[:4]] = 0

    assert refusal(people(site=site), on=("age",), exact=("site",), caliper=0.0) == (
        f"only 4 of {COUNT} of those offered the programme could be matched: {COUNT - 4} because nobody of the other arm agrees with them on 'site'."
    )


def test_what_a_caliper_alone_leaves_is_what_a_look_at_every_pair_says():
    rng = np.random.default_rng(3)
    groups, values, arm = rng.integers(0, 12, 300), np.round(rng.normal(0, 20, 300)), rng.random(300) < 0.6
    limit = Limit("age", values, 1.0)
    pool = Pool("it", np.arange(300), arm, arm, np.arange(300), groups, False, {}, line=values, calipers=(limit,))
    rows = np.flatnonzero(arm)
    slow = sum(any(groups[i] == groups[j] and abs(values[i] - values[j]) <= 1 for j in np.flatnonzero(~arm)) for i in rows)

    assert within(pool, limit) == slow and 0 < slow < len(rows)


# ------------------------------------------------------------------------------------------------ more than there are
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
        {"subgroups": ("agee",)},
        {"by": "coarsened_exact", "bins": {"agee": 3}},
        {"distance": "column", "column": "agee"},
    ],
)
def test_a_column_that_is_not_there(words):
    assert refusal(people(), **words) == "the history has no column 'agee'."


def test_subgroups_by_a_column_of_many_values_are_refused_before_anybody_is_compared():
    values = len(np.unique(people().history["age"]))

    assert values > 12 and refusal(people(), subgroups=("age",)) == f"'age' has {values} different values among 200 rows."


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
