"""Whose effect an answer tells, and how many of them are in it: in the sentence, in the paragraph below, and on the page, in both languages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from matched_answer import AMOUNTS, COMPARED, SERVED, conditions, matched_answer

from evaluation.findings import exhibits, judge, release, several_ways
from evaluation.findings.whom import Way, Whom
from evaluation.findings.words import about, unsay
from evaluation.methods.matched.ways import WAYS
from evaluation.terms import Answer, By, CompareBy, EstimandName, EstimatorName, Finding, Language, Matching, Role

TITLE = {"en": "Navigation", "es": "Acompañamiento"}
SAID: dict[EstimandName, dict[Language, tuple[str, str]]] = {  # whose effect it is, and who is compared
    "effect_on_the_served": {
        "en": ("of every 100 people offered the programme, about 9 fewer", "than of every 100 like them who were not offered it"),
        "es": ("de cada 100 personas a las que se ofreció el programa, alrededor de 9", "que de cada 100 parecidas a las que no se ofreció"),
    },
    "effect_on_the_compared": {
        "en": (
            "of every 100 people not offered the programme, about 9",
            "among people like them offered the programme than among people like them not",
        ),
        "es": (
            "de cada 100 personas a las que no se ofreció el programa, alrededor",
            "entre las parecidas a ellas a las que se ofreció que entre las",
        ),
    },
    "average_effect": {
        "en": ("of every 100 people who could have been offered the programme, about", "among people like them offered the programme than among"),
        "es": ("de cada 100 personas a las que se podría haber ofrecido el programa, alrededor", "entre las parecidas a ellas a las que se ofreció"),
    },
    "effect_in_the_overlap": {
        "en": (
            "of every 100 people who might as well have been offered the programme as not, about 9",
            "among people like them offered the programme",
        ),
        "es": ("de cada 100 personas a las que lo mismo se podría haber ofrecido el programa que no, alrededor", "entre las parecidas a ellas"),
    },
    "effect_on_the_matchable": {
        "en": ("of every 100 people of either group who could be evenly matched, about 9", "among people like them offered the programme than"),
        "es": ("de cada 100 personas de uno u otro grupo que se podían emparejar de manera equilibrada, alrededor", "entre las parecidas a ellas"),
    },
}
EVERY = [(by, estimand) for by, way in WAYS.items() for estimand in sorted(way.estimands)]


def asked(estimand: EstimandName, by: CompareBy = "matching", *, matched: tuple[int, int] = (380, 380), arms: By = "offer", **more: object) -> Answer:
    answer = matched_answer(by=arms, diagnostics=conditions(matched=matched, later=None), **more)  # type: ignore[arg-type]  # a test's own words
    return replace(answer, question=replace(answer.question, estimand=estimand, compare=Matching(by=by)))


def finding(answer: Answer, *, again: bool = False) -> Finding:
    return judge(answer, None, title=TITLE, languages=("en", "es"), again=again)


# ------------------------------------------------------------------------------------------------ the sentence and the paragraph
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("estimand", SAID)
def test_the_sentence_says_whose_effect_it_is_and_who_is_compared(estimand: EstimandName, language: Language) -> None:
    said = finding(asked(estimand)).sentences[language]

    whose, beside = SAID[estimand][language]
    assert whose in said and beside in said


@pytest.mark.parametrize("estimand", [one for one in SAID if one != "effect_on_the_served"])
def test_days_are_said_of_the_same_people(estimand: EstimandName) -> None:
    said = finding(asked(estimand, outcome="custody_days/recorded", arms="offer", low=-6.0, high=-1.0, worthwhile=-10.0)).sentences

    whose = SAID[estimand]["en"][0].removeprefix("of every 100 ").partition(",")[0]
    assert f"for {whose}, people like them offered the programme had on average about 3.5 fewer days in custody within 52 weeks than" in said["en"]


@pytest.mark.parametrize(("by", "estimand"), EVERY)
def test_the_paragraph_counts_the_people_whom_the_effect_is_about_and_says_how_they_are_compared(by: CompareBy, estimand: EstimandName) -> None:
    said = finding(asked(estimand, by, matched=(2000, 2000))).believed

    whose = SAID[estimand]["en"][0].removeprefix("of every 100 people ").partition(",")[0]
    if estimand in ("effect_in_the_overlap", "effect_on_the_matchable"):
        wanted = f"All 2,000 people of both groups are in the comparison, weighted and not matched, so that the answer is about those {whose}."
    elif WAYS[by].weighs:
        wanted = f"All 2,000 people {whose} are in the comparison; people are weighted, and nobody is matched."
    else:
        wanted = f"All 2,000 people {whose} could be matched."
    assert wanted in said["en"]
    assert ("could be matched." in said["en"]) == (not WAYS[by].weighs) == ("emparejar a las 2,000" in said["es"])
    assert SAID[estimand]["es"][0].removeprefix("de cada 100 personas ").partition(",")[0] in said["es"]


def test_weights_on_risk_sets_are_about_those_served() -> None:
    said = finding(asked("effect_on_the_served", "entropy_balancing", arms="service")).believed["en"]

    assert "All 380 people served by the programme are in the comparison; people are weighted, and nobody is matched." in said


# ------------------------------------------------------------------------------------------------ who is left out
@pytest.mark.parametrize(
    ("by", "estimand", "en", "es"),
    [
        ("matching", "effect_on_the_served", "offered the programme who could be matched (809 of 1,271), about", "se pudo emparejar (809 de 1,271)"),
        (
            "coarsened_exact",
            "effect_on_the_compared",
            "not offered the programme who could be matched (809 of 1,271), about",
            "no se ofreció el programa y",
        ),
        (
            "full",
            "average_effect",
            "offered the programme and could be matched (809 of 1,271), about",
            "haber ofrecido el programa y se pudo emparejar (809",
        ),
        (
            "tilting",
            "average_effect",
            "offered the programme and could be compared (809 of 1,271), about",
            "y se pudo comparar (809 de 1,271), alrededor",
        ),
    ],
)
def test_the_sentence_itself_says_that_some_of_those_asked_about_are_left_out(by: CompareBy, estimand: EstimandName, en: str, es: str) -> None:
    said = finding(asked(estimand, by, matched=(1271, 809))).sentences

    assert en in said["en"] and es in said["es"]


def test_in_the_overlap_the_weights_say_whom_it_is_about_and_the_paragraph_who_is_left_out() -> None:
    given = finding(asked("effect_in_the_overlap", "overlap", matched=(2000, 1900)))

    assert "people who might as well have been offered the programme as not, about" in given.sentences["en"]
    assert "1,900 of the 2,000 people of both groups are in the comparison, weighted and not matched" in given.believed["en"]


@pytest.mark.parametrize(("all_of_them", "kept"), [(1118, 1117), (390, 380), (400, 9)])
def test_a_small_count_stands_neither_in_the_sentence_nor_below_it(all_of_them: int, kept: int) -> None:
    given = finding(asked("effect_on_the_served", matched=(all_of_them, kept)))

    assert "people offered the programme who could be matched, about" in given.sentences["en"]
    assert f"{kept:,} of" not in str(given)
    wanted = (
        "Not everybody offered the programme could be matched"
        if kept == 9
        else f"All but 1 to 10 of the {all_of_them:,} people offered the programme"
    )
    assert wanted in given.believed["en"]


def test_what_leaves_has_the_counts_where_the_door_lets_them_out_and_the_clause_in_any_case() -> None:
    plenty, few = (release([finding(matched_answer(not_compared=n, diagnostics=conditions(matched=(380 + n, 380))))]) for n in (20, 3))

    assert "who could be matched (380 of 400), about" in plenty.findings[0].sentences["en"]
    assert "who could be matched, about" in few.findings[0].sentences["en"] and "se pudieron emparejar, alrededor" in few.findings[0].sentences["es"]
    assert "Not everybody served by the programme could be matched" in few.findings[0].believed["en"]


def test_counts_that_are_hidden_to_protect_others_leave_the_sentence_too() -> None:
    answer = matched_answer()
    whole = finding(answer).sentences["en"]

    assert unsay(whole, answer, "en", tells=lambda _: True) == whole
    assert unsay(whole, answer, "en", tells=lambda _: False) == whole.replace(" (380 of 400)", "")


# ------------------------------------------------------------------------------------------------ on the page
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("estimand", SAID)
def test_the_page_and_the_sentence_have_their_words_from_one_place(estimand: EstimandName, language: Language) -> None:
    answer = asked(estimand)
    start = {"en": ("of every 100 people ", "those "), "es": ("de cada 100 personas ", "las personas ")}[language]

    whose = SAID[estimand][language][0].removeprefix(start[0]).partition(",")[0]
    assert about(answer, "those whom the design names", language) == start[1] + whose


def test_a_name_of_a_population_of_which_some_are_left_out_is_known_by_how_it_ends() -> None:
    answer = asked("effect_on_the_compared")

    assert about(answer, "those not offered the programme who could be matched", "en") == "those not offered the programme who could be matched"
    assert Whom.named(replace(answer, by="lot"), "everybody whom the lot covered") is None
    assert about(replace(answer, by="lot"), "everybody whom the lot covered", "es") == "todas las personas a las que abarcó el sorteo"
    assert about(replace(answer, by="lot"), "some blocks", "es") is None


# ------------------------------------------------------------------------------------------------ which way
@pytest.mark.parametrize("language", ["en", "es"])
def test_each_way_is_named_where_one_thing_is_asked_in_several(language: Language) -> None:
    said = [finding(asked("effect_on_the_served", by), again=True).sentences[language] for by in WAYS]

    assert len(set(said)) == len(said)
    alone = {finding(asked("effect_on_the_served", by)).sentences[language] for by in WAYS if not WAYS[by].weighs}
    assert len(alone) == 1


@pytest.mark.parametrize(
    ("compare", "estimator", "en"),
    [
        (Matching(), "difference", "by the one nearest to each, this"),
        (Matching(ratio=3), "regression", "by the 3 nearest to each with a regression, this"),
        (Matching(reuse=0), "difference", "by the one nearest to each, taken as often as they fit, this"),
        (Matching(fewest=1, ratio=2, most=5), "difference", "by the 1 to 5 nearest to each, this"),
        (Matching(by="optimal"), "difference", "by pairs that are closest all together, this"),
        (Matching(by="optimal", ratio=2), "difference", "by up to 2 for each, closest all together, this"),
        (Matching(by="subclasses", subclasses=6), "difference", "within 6 classes of the score, this"),
        (Matching(by="overlap"), "difference", "by overlap weights, this"),
        (Matching(by="inverse_probability"), "doubly_robust", "by inverse-probability weights with a regression, doubly robust, this"),
    ],
)
def test_a_way_is_named_shortly_before_the_verdict(compare: Matching, estimator: EstimatorName, en: str) -> None:
    answer = asked("effect_on_the_served")
    question = replace(answer.question, compare=compare, estimator=estimator)

    assert finding(replace(answer, question=question), again=True).sentences["en"].startswith(f"Navigation: {en} points to better")
    assert en not in finding(replace(answer, question=question)).sentences["en"]


def test_questions_that_ask_the_same_are_those_of_one_cohort_outcome_and_horizon() -> None:
    one = asked("effect_on_the_served").question
    weighted = replace(one, compare=Matching(by="overlap"), estimand="effect_in_the_overlap")
    other = replace(one, outcome="custody_days/recorded")

    assert several_ways([one, weighted, other]) == (one, weighted)
    assert several_ways([one, other, replace(one, cohort="another")]) == ()
    assert Way.of(replace(one, method="randomized")) is None


# ------------------------------------------------------------------------------------------------ what is hidden of several
def ways_apart(*roles: Role) -> list[Answer]:
    """The same people asked about in several ways, whose compared arms differ by a few people."""
    ways: tuple[CompareBy, ...] = ("matching", "full", "optimal")
    arms = [replace(COMPARED, people=COMPARED.people - 3 * number) for number in range(len(roles))]
    return [matched_answer(arms=(SERVED, arm), role=role, compare=Matching(by=by)) for arm, role, by in zip(arms, roles, ways, strict=False)]


@pytest.mark.parametrize("roles", [("headline", "secondary"), ("secondary", "headline"), ("headline", "secondary", "exploratory")])
def test_of_questions_that_hide_each_other_the_headline_stays(roles: tuple[Role, ...]) -> None:
    given = ways_apart(*roles)
    again = several_ways([one.question for one in given])
    released = release([finding(one, again=one.question in again) for one in given])

    shown = [one.answer.question.role for one in released.findings if one.answer.estimate]
    assert shown == ["headline"]
    hidden = next(one for one in released.findings if not one.answer.estimate)
    assert "small differences between the questions of this study, could be worked out" in hidden.sentences["en"]
    assert "too few people" not in hidden.sentences["en"] and "muy pocas personas" not in hidden.sentences["es"]
    assert hidden.sentences["en"].startswith("Navigation: by ") and hidden.sentences["es"].startswith("Acompañamiento: con ")


def test_a_question_alone_is_hidden_for_the_few_people_behind_it() -> None:
    (alone,) = release([finding(matched_answer(arms=(SERVED, replace(COMPARED, people=10, events=5))))]).findings

    assert "because too few people are behind them" in alone.sentences["en"] and "differences" not in alone.sentences["en"]


def test_amounts_are_written_one_way_in_the_sentence() -> None:
    dollars = matched_answer("cost_per_client/recorded", arms=AMOUNTS, low=-730.0, high=-144.0, worthwhile=-100.0)

    said = finding(dollars).sentences
    assert "about 437 fewer dollars in service costs" in said["en"] and "(the range runs from 730 fewer to 144 fewer)" in said["en"]
    assert "437 dólares" in said["es"] and "(el intervalo va de 730 menos a 144 menos)" in said["es"]


@pytest.mark.parametrize(
    ("estimand", "by", "arms"),
    [
        ("effect_on_the_served", "matching", {"served"}),
        ("effect_on_the_compared", "matching", {"compared"}),
        ("average_effect", "tilting", {"served", "compared"}),
        ("effect_in_the_overlap", "overlap", {"served", "compared"}),
    ],
)
def test_how_many_are_in_it_is_tied_to_the_arms_that_it_counts(estimand: EstimandName, by: CompareBy, arms: set[str]) -> None:
    """So that whoever reads "all 760 people of both groups" and the one arm cannot work back the other, where that is hidden."""
    n = 380 * len(arms)

    sums = [one for table in exhibits(asked(estimand, by, matched=(n, n))) for one in table.sums]
    tied = next(parts for total, parts in sums if total.endswith("served.matched"))
    assert {part.rpartition("arm.")[2].removesuffix(".rows") for part in tied} == arms
