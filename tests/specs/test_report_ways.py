"""Every way of comparing, as the protocol announces it and the page tells it: held against answers that were given in each."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from matched_answer import matched_answer, plan
from protocols import OFFER, SERVICE, table, texts
from report_bundle import study as study_of
from test_report_page import Read

import evaluation as ev
from evaluation.findings import judge, release
from evaluation.methods.matched.ways import WAYS
from evaluation.report import page as pages
from evaluation.report.answering import ANSWERING
from evaluation.report.compared import way_of, who_is_compared
from evaluation.report.conditions import CONDITIONS
from evaluation.report.language import words_of
from evaluation.report.protocol import protocol
from evaluation.study import parse
from evaluation.terms import Matching, Question, Study

DAYS = ev.Horizon(days=365)
HISTORY = ("age", "men", "priors")
EFFECTS = [(by, estimand) for by, way in WAYS.items() for estimand in sorted(way.estimands)]
NEEDED = {"exact": {"on": ("men",)}}  # words without which a way finds nobody in the people below
AUTHORS = {
    "matching": "the nearest by that score’s logit",
    "optimal": "Rosenbaum 1989",
    "full": "Hansen 2004",
    "coarsened_exact": "Iacus, King and Porro 2012",
    "exact": "the same values",
    "subclasses": "6 classes",
    "cardinality": "Zubizarreta",
    "profile": "Cohn and Zubizarreta",
    "inverse_probability": "Rosenbaum 1987",
    "overlap": "Li, Morgan and Zaslavsky",
    "matching_weights": "Li and Greene",
    "entropy_balancing": "Hainmueller",
    "covariate_balancing": "Imai and Ratkovic",
    "tilting": "Graham, Pinto and Egel",
}


def asked(by: str, estimand: str, estimator: str = "difference", inference: str = "robust", **words) -> Question:
    compare = Matching(by=by, **NEEDED.get(by, {}) | words)
    return Question("frame/arrest", DAYS, "matched", -0.05, "main", estimand, compare, estimator, inference=ev.Inference(inference))


@pytest.fixture(scope="module")
def people():
    rng = np.random.default_rng(11)
    n = 900
    age, men, priors = np.round(rng.normal(35, 9, n)), (rng.random(n) < 0.5).astype(float), rng.poisson(2, n).astype(float)
    served = (rng.random(n) < 1 / (1 + np.exp(2.2 - 0.02 * age - 0.4 * men))).astype(int)
    frame = pd.DataFrame({"id": range(n), "served": served, "age": age, "men": men, "priors": priors})
    frame["arrest"] = (rng.random(n) < 0.25 + 0.03 * priors).astype(int)
    outcome = ev.FrameOutcome("arrest", "mark", DAYS, "fewer", title={"en": "arrest"}, event={"en": "arrested"})
    return ev.cohort_from_frame(frame, unit="id", treated="served", history=list(HISTORY), outcome=outcome, by="offer")


# ------------------------------------------------------------------------------------------------ the protocol
def steps(question: Question, text: str = OFFER) -> str:
    study = parse(text)
    told = " ".join(ANSWERING["matched"].steps(replace(question, outcome="recidivism/arrest"), study.cohorts["main"], study))
    assert not re.search(r"[{}]|None|\bTrue\b|\bFalse\b|,,|  [a-z]", told), told
    return told


def test_every_way_is_named_here():
    assert set(AUTHORS) == set(WAYS)


@pytest.mark.parametrize(("by", "estimand"), EFFECTS)
def test_each_way_says_what_it_does_for_whom_and_by_whom_it_was_devised(by, estimand):
    told = steps(asked(by, estimand))

    assert AUTHORS[by] in told
    whom = {
        "effect_on_the_served": "about those offered the programme",
        "effect_on_the_compared": "about those not offered the programme",
        "average_effect": "about everybody studied",
        "effect_in_the_overlap": "might as well have been offered the programme as not",
        "effect_on_the_matchable": "could be evenly matched",
    }
    assert whom[estimand] in told
    assert ("propensity score is estimated" in told) is WAYS[by].scored
    assert ("weighted" in told.lower() or "weighs" in told) and ("Nobody is chosen" in told) is WAYS[by].weighs


@pytest.mark.parametrize("estimator", ["difference", "regression", "doubly_robust"])
def test_each_estimator_says_how_the_two_sides_are_told(estimator):
    told = steps(asked("inverse_probability", "effect_on_the_served", estimator))

    marks = {"difference": "between the two sides", "regression": "Greifer and Stuart 2021", "doubly_robust": "right where either is"}
    assert {name for name, mark in marks.items() if mark in told} == {estimator}


@pytest.mark.parametrize(
    ("by", "inference", "words", "said"),
    [
        ("matching", "robust", {}, "rows of one set, and for rows of people who are the same person"),
        ("matching", "set", {}, "allows for rows of one set, by the t"),
        ("matching", "person", {}, "allows for rows of people who are the same person, by the t"),
        ("matching", "bootstrap", {}, "matched sets are drawn again"),
        ("matching", "exact", {}, "randomisation test of a constant shift within sets"),
        ("matching", "abadie_imbens", {"reuse": 0}, "Abadie and Imbens (2006)"),
        ("entropy_balancing", "robust", {}, "the weights were themselves estimated is counted"),
        ("entropy_balancing", "bootstrap", {}, "the comparison is made anew"),
        ("cardinality", "robust", {}, "allows for rows of people who are the same person"),
        ("subclasses", "robust", {}, "With fewer than 20 sets"),
    ],
)
def test_each_inference_says_what_it_allows_for(by, inference, words, said):
    assert said in steps(asked(by, "effect_on_the_served", inference=inference, **words))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"ratio": 3}, "(3 people at most)"),
        ({"fewest": 1, "ratio": 2, "most": 5}, "(1 to 5 people, 2 on average"),
        ({"reuse": 0}, "as often as they are nearest"),
        ({"reuse": 3}, "each taken 3 times at most"),
        ({"order": "closest"}, "the two closest of all are taken first"),
        ({"distance": "mahalanobis"}, "Mahalanobis distance of all these columns"),
        ({"distance": "mahalanobis"}, "no farther apart than 0.2 in the logit of the score, in standard deviations over everybody"),
        ({"distance": "probability", "unit": "raw"}, "no farther apart than 0.2 in the score, in the score’s own units"),
        ({"distance": "column", "column": "age", "caliper": 0.5}, "no farther apart than 0.5 in “age”"),
        ({"calipers": {"age": ev.Caliper(5)}}, "no farther apart than 5 in “age”, in units of its own"),
        ({"caliper": 0}, "however far"),
        ({"exact": ("men",)}, "Nobody is compared with anybody who differs in “sex”, “area” or “men”"),
        ({"unlike": ("men",)}, "has the same “men”"),
        ({"discard": "both"}, "People on either side whose score lies beyond"),
        ({"trim": 0.1}, "below 0.1 or above 0.9"),
        ({"score": "flexible"}, "gradient-boosted trees"),
        ({"missing": "impute"}, "imputed 20 times"),
        ({"missing": "refuse"}, "the question is refused"),
        ({"categories": ("men",)}, "are codes"),
    ],
)
def test_every_word_of_a_match_is_told(words, said):
    assert said in steps(asked("matching", "effect_on_the_served", **words))


def test_risk_sets_are_told_as_they_are_drawn():
    near, weighed = (steps(asked(by, "effect_on_the_served"), SERVICE) for by in ("matching", "entropy_balancing"))

    assert "among the people drawn for that day" in near and "any number of such sets" in near
    assert "drawn for all days are taken together" in weighed and "How early or late in these years" in weighed and "drawn for all days" not in near


@pytest.mark.parametrize("by", WAYS)
@pytest.mark.parametrize("words", [{}, {"distance": "mahalanobis", "caliper": 0}, {"trim": 0.1}, {"distance": "column", "column": "age"}])
def test_a_score_is_announced_where_one_is_estimated(by, words, people):
    question = asked(by, sorted(WAYS[by].estimands)[0], **words)

    assert ("A propensity score is estimated" in steps(question)) == (ev.compare(people[0], question).score is not None)


# ------------------------------------------------------------------------------------------------ what it promises is kept
@pytest.mark.parametrize(("by", "estimand"), EFFECTS)
def test_every_condition_of_an_answer_in_each_way_was_announced_with_its_limit(by, estimand, people):
    question, told = asked(by, estimand), parse(OFFER)
    found = ev.ask(*people, question, title="Aid").answer
    assert not found.refused

    way, cohort_plan = ANSWERING["matched"], told.cohorts["main"]
    announced = list(way.held(replace(question, outcome="recidivism/arrest"), cohort_plan, told))
    names = [one.name for one in found.diagnostics]
    assert [name for name in names if name not in announced] == []
    unsaid = set(announced) - set(names)
    if found.estimate is not None:
        assert unsaid <= {"records_kept", "same_day_events", "path_before_start", "placebo_window", "hidden_bias", "e_value", "omitted_variable"}
    for one in found.diagnostics:
        said = CONDITIONS[one.name]
        assert one.source == said.source, one.name
        assert one.required == (said.required or one.name in way.required_here(question)), one.name
        if isinstance(one.limit, int | float) and one.name != "detectable_effect":
            percent = "%" in said.limit
            assert f"{100 * one.limit if percent else one.limit:g}" in said.limit, one.name
        assert not re.search(r"(?<![\d.,-])(?:[1-9]|10) (?:people|of \d)", re.sub("1 to 10|at least 10", "", one.sentence)), one.sentence


@pytest.mark.parametrize("by", WAYS)
def test_a_way_that_weighs_is_never_said_to_match(by, people):
    comparison = ev.compare(people[0], asked(by, sorted(WAYS[by].estimands)[0]))

    after = next(one.sentence for one in comparison.diagnostics if one.name == "balance_after_matching")
    assert after.startswith("After weighting" if WAYS[by].weighs else "After matching")
    left = next(one for one in comparison.diagnostics if one.name == "left_out")
    about = next(one for one in comparison.diagnostics if one.name == "served_matched")
    assert left.value == pytest.approx(1 - about.value)


# ------------------------------------------------------------------------------------------------ the page
def shown(*questions: Question, language="en") -> str:
    base = matched_answer(by="offer", population="those offered the programme")
    answers = [replace(base, question=replace(base.question, **parts(one))) for one in questions]
    title = {"en": "Navigation", "es": "Acompañamiento"}
    study: Study = replace(study_of(*answers, title=title), cohorts={"main": plan("offer")})
    return pages.page(release([judge(one, None, title=title, languages=("en", "es")) for one in answers]), study, language=language)


def parts(question: Question) -> dict:
    return {name: getattr(question, name) for name in ("compare", "estimand", "estimator")}


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_way_is_told_on_the_page_in_words_of_its_own(language):
    words, told = words_of(language), {}
    for by, way in WAYS.items():
        question = asked(by, sorted(way.estimands)[0])
        told[by] = (way_of(plan("offer"), question, words), who_is_compared(plan("offer"), question, ("prior_arrests",), words)["nearest"])

    assert len({way for way, _ in told.values()}) == len({chosen for _, chosen in told.values()}) == len(WAYS)
    assert all("{" not in text for both in told.values() for text in both)
    assert all("prior arrests" in chosen for by, (_, chosen) in told.items() if by != "exact")


def test_one_thing_asked_in_several_ways_says_which_beside_each():
    one, other = asked("matching", "effect_on_the_served", ratio=3), asked("entropy_balancing", "effect_on_the_served", "regression")
    read = Read(shown(one, other))

    assert read.all("p", class_="way") == [
        "Compared with: the 3 people most alike.",
        "Compared with: everybody, weighted until the averages are the same; what is left unlike is adjusted by a regression.",
    ]
    assert read.all("dt").count("Of these") == 2
    assert 'class="way"' not in shown(one)


def test_the_picture_of_weights_speaks_of_weighting():
    weighed = shown(asked("entropy_balancing", "effect_on_the_served"))
    read = Read(weighed)

    assert "Were the two groups alike before the start, once weighted?" in read.all("h4") and "Before the start Before weighting After" in read.all(
        "tr"
    )
    assert "once matched?" not in weighed and "before matching" not in " ".join(own.get("aria-label", "") for own in read.given("svg"))
    assert "una vez ponderados" in shown(asked("overlap", "effect_in_the_overlap"), language="es")
    assert "in standard deviations of both groups" in shown(asked("overlap", "effect_in_the_overlap"))


def test_the_effect_on_those_not_offered_is_compared_with_those_who_were():
    read = Read(shown(asked("full", "effect_on_the_compared")))

    assert dict(zip(read.all("dt"), read.all("dd"), strict=True))["Compared with"].startswith("everybody eligible who was offered the programme")
    assert "in standard deviations of the people not offered the programme" in shown(asked("full", "effect_on_the_compared"))


def test_the_protocol_of_one_outcome_asked_in_several_ways_tells_each():
    study = parse(OFFER)
    first = study.questions[0]
    several = tuple(
        replace(first, compare=Matching(by=by), role="headline" if by == "matching" else "secondary") for by in ("matching", "full", "tilting")
    )
    told = texts(protocol(replace(study, questions=several), None))

    assert all(any(AUTHORS[by] in text for text in told) for by in ("matching", "full", "tilting"))
    assert len({text for text in told if "smallest there is" in text or "Graham" in text}) == 2


@pytest.mark.parametrize(
    ("by", "estimand", "done", "whom"),
    [
        ("matching", "effect_on_the_served", "are chosen to be alike", "among those offered the programme, between being offered it"),
        ("matching", "effect_on_the_compared", "are chosen to be alike", "among those not offered the programme, between being offered it"),
        ("overlap", "effect_in_the_overlap", "are weighted to be alike", "among those who might as well have been offered the programme as not"),
        ("tilting", "average_effect", "are weighted to be alike", "among everybody studied, between being offered the programme and not"),
    ],
)
def test_the_target_trial_says_how_the_sides_are_made_alike_and_whom_the_contrast_is_about(by, estimand, done, whom):
    study = parse(OFFER)
    asking = replace(study.questions[0], compare=Matching(by=by), estimand=estimand)
    trial = table(protocol(replace(study, questions=(asking,)), None), "target trial")

    assert done in trial["Assignment"][1] and whom in trial["Causal contrast"][0]


def test_a_profile_of_everybody_says_how_near_each_side_is_to_everybody_and_to_the_other():
    everybody, served = (steps(asked("profile", estimand, tolerance=0.1)) for estimand in ("average_effect", "effect_on_the_served"))

    assert "within 0.05 standard deviations of everybody’s" in everybody and "within 0.1 of each other" in everybody
    assert "Everybody whom the answer is about stays" in served and "within 0.1 standard deviations of theirs" in served
