"""Findings about events in time: what a funder reads of each measure, in English and in Spanish, and which way is better."""

from __future__ import annotations

from dataclasses import replace
from typing import get_args, get_type_hints

import pytest
from matched_answer import ALIKE
from survival_answer import HAZARD, survival_answer

from evaluation.findings import judge, release, several_ways
from evaluation.findings.beside import KINDS, say_hazards
from evaluation.findings.words import Facts, pattern_of, say
from evaluation.findings.writing import catalogue
from evaluation.methods import METHODS
from evaluation.terms import Answer, Diagnostic, Interval, Ratio

TITLE = {"en": "Aid", "es": "Ayuda"}
MEASURES = ("risk", "time_free", "time_lost", "number")


def said(answer: Answer, language: str = "en") -> str:
    return judge(answer, None, title=TITLE, languages=("en", "es")).sentences[language]


def changing(p_value: float = 0.01) -> Diagnostic:
    return Diagnostic("proportional_hazards", "It changes.", p_value, 0.05, p_value >= 0.05, "Grambsch and Therneau 1994", False)


# ------------------------------------------------------------------------------------------------ each measure
@pytest.mark.parametrize(
    ("measure", "english", "spanish"),
    [
        (
            "risk",
            "about 9 fewer were arrested within 52 weeks than of every 100 like them",
            "alrededor de 9 menos fueron detenidas en un plazo de 52",
        ),
        (
            "time_free",
            "were on average alive and not yet arrested for about 17 more days within 52 weeks than people like them who were not offered it",
            "estuvieron en promedio con vida y sin haber sido detenidas alrededor de 17 días más en un plazo de 52 semanas que las",
        ),
        (
            "time_lost",
            "of the 52 weeks that people are followed for, on average about 16 fewer days came after first being arrested for people offered",
            "en promedio alrededor de 16 días menos transcurrieron después de ser detenidas por primera vez para las personas a las que se ofreció",
        ),
        (
            "number",
            "were arrested about 25 fewer times for every 100 people within 52 weeks than people like them who were not offered it",
            "fueron detenidas en alrededor de 25 ocasiones menos por cada 100 personas en un plazo de 52 semanas que las personas parecidas",
        ),
    ],
)
def test_each_measure_is_said_with_its_unit_its_direction_and_its_horizon(measure, english, spanish):
    assert english in said(survival_answer(measure))
    assert spanish in said(survival_answer(measure), "es")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("measure", MEASURES)
def test_a_death_is_never_good_news(measure, language):
    ending = {
        "en": ("death", "no success" if measure != "risk" else "not as a success"),
        "es": ("muerte", "no" if measure == "risk" else "no es un logro"),
    }

    assert all(words in said(survival_answer(measure), language) for words in ending[language])
    assert all(words in said(survival_answer(measure), language) for words in (("a death",) if language == "en" else ("una muerte",)))


def test_ends_that_a_design_declares_are_named():
    one = survival_answer(competing=("death", "prison_transfer"))

    assert "a death or “prison transfer” before it counts as an end without it, and not as a success" in said(one)
    assert "una muerte o “prison transfer” antes de eso cuenta como un final sin el suceso" in said(one, "es")


def test_street_time_says_which_days_do_not_count():
    street = survival_answer("time_free", time="street")
    off = replace(street, outcome=replace(street.outcome, off_clock=("custody", "hospital_stay")))

    assert "; days inside “custody” or “hospital stay” do not count" in said(off)
    assert "no cuentan los días dentro de “custody” o “hospital stay”" in said(off, "es")
    assert "do not count" not in said(replace(off, question=replace(off.question, time="calendar")))


def test_of_another_method_no_ending_is_said():
    answer = survival_answer()

    assert "a death before it" not in said(replace(answer, question=replace(answer.question, method="matched")))


ASKED = [(measure, by, estimand) for measure in MEASURES for by in ("offer", "service") for estimand in sorted(METHODS["survival"].estimands)]
OF_PLANS = [(measure, "strategy", "average_effect") for measure in ("risk", "time_free", "time_lost")]  # all that may be asked of them


@pytest.mark.parametrize(("measure", "by", "estimand"), [*ASKED, *OF_PLANS])
def test_every_measure_has_words_about_whomever_it_is(measure, by, estimand):
    answer = survival_answer(measure, by=by, estimand=estimand)

    for language in ("en", "es"):
        text = said(answer, language)
        assert "{" not in text and (("52 weeks" if language == "en" else "52 semanas") in text)


@pytest.mark.parametrize("measure", MEASURES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_no_difference_at_all_has_words_too(measure, language):
    text = said(survival_answer(measure, size=(-0.001, 0.001, 0.05)), language)

    assert ("about as" if language == "en" else "más o menos") in text and ("same" in text or "as often" in text or "mism" in text)


# ------------------------------------------------------------------------------------------------ which way is better
@pytest.mark.parametrize(
    ("measure", "better", "low", "high", "verdict"),
    [
        ("time_free", "fewer", 4.0, 30.0, "better"),
        ("time_free", "fewer", -30.0, -4.0, "worse"),
        ("time_free", "more", 4.0, 30.0, "worse"),  # of what there should be more of, days without it are days waited for it
        ("time_lost", "fewer", 4.0, 30.0, "worse"),
        ("time_lost", "fewer", -30.0, -4.0, "better"),
        ("number", "fewer", -0.4, -0.1, "better"),
        ("number", "more", -0.4, -0.1, "worse"),
        ("risk", "fewer", -0.1, -0.02, "better"),
    ],
)
def test_better_is_towards_better_of_the_measure(measure, better, low, high, verdict):
    answer = survival_answer(measure, size=(low, high, 0.01))
    answer = replace(answer, outcome=replace(answer.outcome, better=better))

    assert judge(answer, None, title=TITLE, languages=("en",)).pending == verdict


def test_a_difference_too_small_to_matter_is_held_to_its_own_unit():
    assert judge(survival_answer("time_free", size=(-2.0, 9.0, 10.0)), None, title=TITLE, languages=("en",)).pending == "no difference that matters"
    text = said(survival_answer("time_free", size=(-2.0, 9.0, 10.0)))
    assert "a difference worth having is at least 10 days a person" in text
    number = said(survival_answer("number", size=(-0.05, 0.02, -0.2)))
    assert "a difference worth having is at least 20 times for every 100 people" in number


def test_more_of_the_event_before_the_start_is_not_said_of_days_without_it():
    before = {"before the history": 0.3}
    looked = Diagnostic("placebo_window", "Looked.", 1e-4, 0.05, False, "control", False, before, dict.fromkeys(before, ALIKE))

    assert "already had more of what is counted here" in said(survival_answer("risk", more=(looked,)))
    for measure in ("time_free", "time_lost"):
        assert "the two groups already differed in what is counted here" in said(survival_answer(measure, more=(looked,)))


# ------------------------------------------------------------------------------------------------ strategies
def strategies(plans: str = "to enrol within 30 days of the start, against not enrolling in those days", measure: str = "risk") -> Answer:
    return survival_answer(measure, by="strategy", estimand="average_effect", plans=plans)


def test_two_plans_are_told_with_the_days_that_there_are_to_enrol():
    text, spanish = said(strategies()), said(strategies(), "es")

    assert (
        "of every 100 people who could enrol, about 9 fewer would be arrested within 52 weeks if everybody enrolled within 30 days, on the days on "
        "which people come, than if nobody did"
    ) in text
    assert "those who enrol may differ from those who do not" in text and "two groups" not in text
    assert "people count under a plan for as long as they keep to it" in text
    assert (
        "de cada 100 personas que podían inscribirse, alrededor de 9 menos serían detenidas en un plazo de 52 semanas si todas se inscribieran en un "
        "plazo de 30 días, en los días en que suelen acudir, que si no lo hiciera ninguna"
    ) in spanish
    assert "cada persona cuenta para un plan mientras lo sigue" in spanish


def test_where_the_days_are_not_told_no_number_is_made_up():
    assert "if everybody enrolled within the days allowed" in said(strategies("to enrol, against not"))


@pytest.mark.parametrize("measure", ["risk", "time_free", "time_lost"])
@pytest.mark.parametrize("size", [None, (-0.001, 0.001, 0.05)])
def test_of_two_plans_nothing_is_said_of_people_who_chose(measure, size):
    answer = survival_answer(measure, by="strategy", estimand="average_effect", size=size, plans="to enrol within 30 days of the start")
    text, spanish = said(answer), said(answer, "es")

    assert "if everybody enrolled within 30 days" in text and "if nobody did" in text and "who enrolled" not in text
    assert "si todas se inscribieran en un plazo de 30 días" in spanish and "si no lo hiciera ninguna" in spanish
    assert "que se inscribieron" not in spanish


def test_once_challenges_ran_two_plans_are_not_people_who_fared_better():
    facts = replace(Facts.of(strategies(), "better", "better", (), licence="C"), failed=())

    assert "enrolling within 30 days goes with faring better; of every 100" in say(facts, TITLE, "en")
    assert "inscribirse en un plazo de 30 días va acompañado de mejores resultados; de cada 100" in say(facts, TITLE, "es")


def test_what_an_answer_about_plans_rests_on_is_not_that_groups_were_matched():
    believed = judge(strategies(), None, title=TITLE, languages=("en", "es")).believed

    assert believed["en"].startswith("Nobody drew lots. This rests on what was on record, read anew until people enrolled")
    assert "no history was declared" not in believed["en"] and "leído de nuevo" in believed["es"]


# ------------------------------------------------------------------------------------------------ grammar of numbers
@pytest.mark.parametrize(
    ("language", "few", "size"),
    [
        ("en", "were arrested about 1 time fewer for every 100 people within 52 weeks", "moved the result by 1 time for every 100 people"),
        ("es", "fueron detenidas en alrededor de 1 ocasión menos por cada 100 personas", "moviera el resultado en 1 ocasión por cada 100 personas"),
    ],
)
def test_once_is_one_time(language, few, size):
    finding = judge(survival_answer("number", size=(-0.012, -0.008, 0.01)), None, title=TITLE, languages=("en", "es"))

    assert few in finding.sentences[language] and size in finding.believed[language]


def test_a_smallest_difference_of_one_day_is_a_day():
    text = said(survival_answer("time_free", size=(-0.9, 0.5, 1.0)))

    assert "at least 1 day a person" in text and "al menos 1 día por persona" in said(survival_answer("time_free", size=(-0.9, 0.5, 1.0)), "es")


def test_whole_days_below_ten_stand_beside_whole_days_above():
    text = said(survival_answer("time_free", size=(5.0, 19.0, 2.0)))

    assert "from 5 more to 19 more" in text
    assert "from 1.0 more to 19 more" in said(survival_answer("time_free", size=(1.0, 19.0, 0.5)))  # "1 more days" is no English
    assert "from 5.3 more to 19 more" in said(survival_answer("time_free", size=(5.3, 19.0, 2.0)))


# ------------------------------------------------------------------------------------------------ beside, never instead
def test_a_ratio_of_hazards_is_said_beside_the_answer_and_never_in_its_sentence():
    answer = survival_answer()

    assert "0.68" not in said(answer)
    text = say_hazards(answer, "en", changes=False)
    assert (
        "people offered the programme were 0.68 times as likely to be arrested as people like them who were not offered it (from 0.52 to 0.89)"
        in text
    )
    assert text.endswith("Such ratios stand beside the answer, and never in its place.")
    assert "0.68 veces la probabilidad de ser detenidas" in say_hazards(answer, "es", changes=False)


def test_one_that_changes_over_time_is_called_an_average():
    assert "it is an average over the time followed" in say_hazards(survival_answer(), "en", changes=True)
    assert "es un promedio del tiempo de seguimiento" in say_hazards(survival_answer(), "es", changes=True)
    assert "average over the time" not in say_hazards(survival_answer(), "en", changes=False)


def test_each_kind_of_ratio_has_words_of_its_own():
    of = "cluster-robust by person, of a regression with the columns of the design, of the logarithm"
    others = (
        replace(HAZARD, interval=Interval(0.5, 0.9, of)),
        replace(HAZARD, name="subdistribution hazard ratio"),
        replace(HAZARD, name="rate ratio"),
    )
    texts = {say_hazards(survival_answer(hazards=(one,)), language, changes=False) for one in (HAZARD, *others) for language in ("en", "es")}

    assert len(texts) == 8 and not any("{" in text for text in texts)
    assert any("Adjusted by a regression" in text for text in texts)
    assert say_hazards(survival_answer(hazards=()), "en", changes=True) == ""


def test_how_often_is_no_multiple_in_spanish():
    text = say_hazards(survival_answer(hazards=(replace(HAZARD, name="rate ratio"),)), "es", changes=False)

    assert "con una frecuencia de 0.68 veces la de las personas parecidas" in text and "tan a menudo como" not in text
    assert "veces menos" not in said(survival_answer("number"), "es")  # eight times less, and not eight fewer


def test_of_conditions_that_tell_of_few_the_sentence_names_those_that_the_page_shows():
    many = Diagnostic("smallest_risk_set", "Few.", 0.05, 0.1, False, "Pocock", False, {}, {"served": (60, 1_200), "compared": (300, 900)})
    few = replace(many, behind={"served": (6, 1_254), "compared": (300, 900)})

    for one, named in ((many, True), (few, False)):
        released = release([judge(survival_answer(more=(one,)), None, title=TITLE, languages=("en",))])
        table = next(each for each in released.exhibits if each.name.endswith(": diagnostics"))
        assert ("enough people still followed" in released.findings[0].sentences["en"]) == named
        assert ("smallest_risk_set" in {row[0] for row in table.rows if row[3] == "no"}) == named


def test_that_a_ratio_changes_is_no_condition_that_the_answer_failed():
    text = said(survival_answer(more=(changing(),)))

    assert "did not hold" not in text and "times as likely" not in text


def test_a_direction_that_those_who_left_could_turn_is_said_to_be_so():
    bounds = Diagnostic("move_away_bounds", "Bounds.", 0.2, None, False, "Manski 1990", False, {}, {"lost": (60, 70)})

    assert "had the people who were lost fared very differently, the direction could be another" in said(survival_answer(more=(bounds,)))
    assert "fared very differently" not in said(survival_answer(size=(-0.1, 0.1, -0.05), more=(bounds,)))


# ------------------------------------------------------------------------------------------------ several questions
def test_two_measures_of_one_event_are_not_two_ways_to_one_answer():
    risk, days = survival_answer("risk").question, survival_answer("time_free").question

    assert several_ways((risk, days)) == ()
    assert several_ways((risk, replace(risk, estimator="regression"))) == (risk, replace(risk, estimator="regression"))


def test_a_lot_and_two_plans_leave_nobody_to_be_chosen():
    for by in ("lot", "strategy"):
        answer = survival_answer(by=by, estimand="average_effect")
        text = judge(answer, None, title=TITLE, languages=("en",), again=True).sentences["en"]
        assert "nearest" not in text


def test_every_pattern_has_sentences_in_both_languages():
    for language in ("en", "es"):
        words = catalogue(language)
        assert {pattern_of(survival_answer(measure)) for measure in MEASURES} <= set(words["seen"]) & set(words["seen_alike"]) & set(words["ending"])


def test_ratios_leave_with_the_effect_or_not_at_all():
    few = replace(survival_answer(), estimate=replace(survival_answer().estimate, served=replace(survival_answer().estimate.served, events=6)))
    for answer, leaves in ((survival_answer(), True), (few, False)):
        released = release([judge(answer, None, title=TITLE, languages=("en",))])
        table = next(one for one in released.exhibits if one.name.endswith(": hazards"))
        assert (table.rows[0][2:] == (0.68, 0.52, 0.89)) == leaves
        outside = released.findings[0].answer.estimate
        assert (outside.hazards if outside else ()) == ((HAZARD,) if leaves else ())
        assert outside is None or outside.course == ()


def test_every_ratio_of_hazards_or_rates_that_there_is_has_words():
    names = get_args(get_type_hints(Ratio)["name"])

    assert {name for name in names if name not in ("risk ratio", "ratio of means")} == {name for name in KINDS if "adjusted" not in name}
