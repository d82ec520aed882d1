"""Verdicts and sentences a human can check: which intervals license which word, and what both languages say, or refuse to say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from math import nan
from typing import Any

import pytest

from evaluation.diagnostics import DIAGNOSTICS
from evaluation.findings import Findings, judge
from evaluation.findings.words import horizon, spoken
from evaluation.findings.writing import LOCALES, SLOT, catalogue, fill
from evaluation.outcomes import OUTCOMES
from evaluation.terms import (
    Answer,
    Arm,
    By,
    Challenge,
    Diagnostic,
    Estimand,
    Estimate,
    Horizon,
    Interval,
    LedgerLine,
    Outcome,
    Problem,
    Provenance,
    Question,
)

TITLE = {"en": "Aid on release", "es": "Ayuda al salir"}
FEW = Diagnostic("attrition", "", 1.0, 6.0, True, "WWC", True, {"overall, per cent": 2.0, "served, per cent": 2.0, "compared, per cent": 2.0})
STARTED = Diagnostic("placebo_start", "", 0.4, 0.05, True, "ours")
HELD = (Challenge("placebo_start", "the day", "Nothing was found where nothing could be.", (STARTED,)),)


def condition(name: str, *, holds: bool, required: bool = True) -> Diagnostic:
    return Diagnostic(name, "what was seen", 1.0, 0.5, holds, "somebody", required)


def answered(
    low: float,
    high: float,
    *beside: tuple[float, float],
    worthwhile: float = -0.05,
    outcome: Outcome = OUTCOMES["recidivism/arrest"],
    by: By = "lot",
    diagnostics: tuple[Diagnostic, ...] = (),
    refused: tuple[Problem, ...] = (),
) -> Answer:
    estimate = Estimate(
        Estimand("average_effect", "difference in risk by 364 days", "everybody whom the lot covered", "offered, against not offered"),
        effect=(low + high) / 2,
        std_error=0.04,
        interval=Interval(low, high, "HC2"),
        p_value=0.05,
        served=Arm(216, 48, 48 / 216),
        compared=Arm(216, 66, 66 / 216),
        beside=tuple(Interval(*ends, "Miettinen-Nurminen") for ends in beside),
    )
    question = Question(outcome.name, Horizon(days=364), "randomized", worthwhile)
    ledger = (LedgerLine("an event starts the clock", 0, 432),)
    conditions = ((FEW,) if by == "lot" else ()) + diagnostics
    return Answer(question, outcome, ledger, Provenance("s", "r", "v"), "built", estimate, conditions, refused, by)


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (answered(-0.15, -0.06), "better"),
        (answered(0.06, 0.15), "worse"),
        (answered(-0.15, -0.01), "better"),  # reaches into what is too small to matter, and excludes zero
        (answered(-0.04, -0.01), "no difference that matters"),  # excludes zero, and is too small to be worth having
        (answered(-0.04, 0.04), "no difference that matters"),
        (answered(-0.05, 0.04), "cannot tell yet"),  # the smallest difference worth having is not ruled out
        (answered(-0.15, 0.01), "cannot tell yet"),
        (answered(-0.15, 0.0), "cannot tell yet"),  # zero is inside
        (answered(-0.15, -0.01, (-0.15, 0.001)), "cannot tell yet"),  # one accepted formula says yes, another does not
        (answered(-0.04, 0.04, (-0.06, 0.04)), "cannot tell yet"),
        (answered(-0.15, -0.01, (-0.16, -0.001)), "better"),
        (answered(nan, nan), "not answered"),
        (answered(-0.15, -0.06, (nan, nan)), "not answered"),
        (answered(-0.06, -0.15), "not answered"),  # the ends are the wrong way round
        (answered(-0.15, -0.06, refused=(Problem("cohort", "An arm is empty."),)), "not answered"),
        (answered(-0.15, -0.06, diagnostics=(condition("attrition", holds=False),)), "not answered"),
        (answered(-0.15, -0.06, diagnostics=(condition("detectable_effect", holds=False, required=False),)), "better"),
    ],
)
def test_the_intervals_and_the_conditions_license_one_verdict(answer: Answer, verdict: str) -> None:
    finding = judge(answer, HELD, title=TITLE, languages=("en",))

    assert finding.verdict == finding.pending == verdict


@pytest.mark.parametrize(("low", "high", "verdict"), [(0.06, 0.15, "better"), (-0.15, -0.06, "worse")])
def test_where_more_is_better_the_same_intervals_read_the_other_way(low: float, high: float, verdict: str) -> None:
    housed = replace(OUTCOMES["recidivism/arrest"], event={"en": "housed"}, better="more")

    assert judge(answered(low, high, worthwhile=0.05, outcome=housed), HELD, title=TITLE, languages=("en",)).verdict == verdict


@pytest.mark.parametrize("unchallenged", [None, ()])
def test_an_answer_that_nothing_has_challenged_claims_nothing_outright(unchallenged: tuple[Challenge, ...] | None) -> None:
    finding = judge(answered(-0.15, -0.06), unchallenged, title=TITLE, languages=("en",))

    assert (finding.verdict, finding.pending) == ("provisional", "better")
    assert "provisional" in str(finding)


def test_what_claims_nothing_is_not_provisional() -> None:
    doubtful = judge(answered(-0.15, 0.06), None, title=TITLE, languages=("en",))
    unanswered = judge(answered(nan, nan), None, title=TITLE, languages=("en",))

    assert (doubtful.verdict, doubtful.pending) == ("cannot tell yet", "cannot tell yet")
    assert (unanswered.verdict, unanswered.pending) == ("not answered", "not answered")


def test_a_challenge_whose_required_condition_fails_takes_the_answer_away() -> None:
    failed = (Challenge("placebo day", "the day", "An effect before the start.", (condition("placebo day", holds=False),)),)

    finding = judge(answered(-0.15, -0.06), failed, title=TITLE, languages=("en",))

    assert finding.verdict == "not answered"
    assert "placebo day" in str(finding)


def test_a_finding_is_always_said_in_english_too() -> None:
    assert list(judge(answered(-0.15, 0.06), None, title=TITLE, languages=("es",)).sentences) == ["es", "en"]


def test_findings_print_one_sentence_a_line() -> None:
    findings = Findings((judge(answered(-0.15, 0.06), None, title=TITLE, languages=("en",)),) * 2)

    assert str(findings).splitlines() == [str(findings[0])] * 2


# ------------------------------------------------------------------------------------------------ in words
def said(answer: Answer, challenges: tuple[Challenge, ...] | None = HELD, language: str = "en") -> str:
    return judge(answer, challenges, title=TITLE, languages=("en", "es")).sentences[language]


def seen(answer: Answer, effect: float, *, outcome: str | None = None, days: int | None = None, worthwhile: float | None = None) -> Answer:
    assert answer.estimate
    question = replace(answer.question, horizon=Horizon(days=days or 364), worthwhile=worthwhile or answer.question.worthwhile)
    return replace(answer, estimate=replace(answer.estimate, effect=effect), outcome=OUTCOMES[outcome or answer.outcome.name], question=question)


def leaves(table: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, str):
            yield f"{path}.{key}", value
        elif isinstance(value, Mapping):  # the lists of words of a language are of any length
            yield from leaves(value, f"{path}.{key}")


def test_a_better_finding_by_lot_is_said_in_one_breath() -> None:
    answer = seen(answered(-0.166, -0.012), -0.083)

    assert said(answer) == (
        "Aid on release: offering the programme made things better; of every 100 people offered the programme by lot, about 8 fewer were arrested "
        "within 52 weeks than of every 100 not offered it (the range runs from 17 fewer to 1 fewer)."
    )
    assert said(answer, language="es") == (
        "Ayuda al salir: la oferta del programa mejoró la situación; de cada 100 personas a las que se ofreció el programa por sorteo, alrededor de "
        "8 menos fueron detenidas en un plazo de 52 semanas que de cada 100 a las que no se ofreció (el intervalo va de 17 menos a 1 menos)."
    )


def test_ends_that_disagree_in_sign_are_said_plainly() -> None:
    answer = seen(answered(-0.166, 0.03), -0.083)

    assert "but this could be anything from 17 fewer to 3 more, so we cannot tell yet." in said(answer)
    assert "la diferencia podría ser cualquiera, desde 17 menos hasta 3 más, así que todavía no podemos saberlo." in said(answer, language="es")


def test_formulas_that_disagree_are_all_behind_the_range_that_is_said() -> None:
    answer = seen(answered(-0.166, -0.006, (-0.172, 0.021)), -0.083)

    assert "this could be anything from 17 fewer to 2 more, across the accepted formulas, so we cannot tell yet" in said(answer)


@pytest.mark.parametrize(
    ("high", "end"),
    [
        (-0.0002, "about the same number); the range all but reaches no difference."),
        (-0.0049, "about the same number); the range all but reaches no difference."),
        (-0.005, "1 fewer)."),
        (-0.014, "1 fewer)."),
    ],
)
def test_an_end_that_rounds_to_nothing_neither_crosses_nor_excludes(high: float, end: str) -> None:
    sentence = said(seen(answered(-0.166, high), -0.083))

    assert sentence.endswith(f"(the range runs from 17 fewer to {end}")


def test_an_end_just_past_zero_reads_like_one_just_short_of_it() -> None:
    crossing, short = (said(seen(answered(-0.166, high), -0.083)) for high in (0.0002, -0.0002))

    assert "17 fewer to about the same number, so we cannot tell yet" in crossing
    assert "17 fewer to about the same number)" in short


def test_the_finding_of_the_rossi_experiment_is_said_as_borderline_as_it_is() -> None:
    weak = (condition("detectable_effect", holds=False, required=False),)
    rossi = seen(answered(-0.166512, -0.000154, (-0.164864, -0.000298), (-0.163977, -0.000254), diagnostics=weak), -18 / 216)

    assert said(rossi, None) == (
        "Aid on release: this points to better, but it is provisional until it has been challenged; of every 100 people offered the programme by "
        "lot, about 8 fewer were arrested within 52 weeks than of every 100 not offered it (the range runs from 17 fewer to about the same number); "
        "the range all but reaches no difference; one condition did not hold: enough people to see a difference worth having."
    )
    assert said(rossi, None, "es") == (
        "Ayuda al salir: esto apunta a una mejora, pero es provisional mientras no se ponga a prueba; de cada 100 personas a las que se ofreció el "
        "programa por sorteo, alrededor de 8 menos fueron detenidas en un plazo de 52 semanas que de cada 100 a las que no se ofreció (el intervalo "
        "va de 17 menos a prácticamente el mismo número); el intervalo roza la ausencia de diferencia; una condición no se cumplió: suficientes "
        "personas para ver una diferencia que valga la pena."
    )
    assert said(rossi).startswith("Aid on release: offering the programme likely made things better; of every 100")  # A, and one step lower
    assert "; the range all but reaches no difference; one condition" in said(rossi)


def test_only_a_direction_is_said_to_be_near_to_none() -> None:
    small = said(seen(answered(-0.04, -0.0002), -0.02))

    assert "no difference that matters" in small and "all but reaches" not in small
    assert "all but reaches" not in said(seen(answered(-0.166, 0.0002), -0.083))


def test_a_direction_that_the_people_lost_could_turn_says_so_and_claims_no_cause() -> None:
    turns = (condition("worst_case_bounds", holds=False, required=False),)
    better = seen(answered(-0.166, -0.012, diagnostics=turns), -0.083)

    assert said(better).startswith("Aid on release: offering the programme likely made things better;")
    assert said(better).endswith("1 fewer); had the people who were lost fared very differently, the direction could be another.")
    assert said(better, language="es").endswith("; si a las personas perdidas les hubiera ido de manera muy distinta, el sentido podría ser otro.")


def test_bounds_on_a_direction_are_not_held_against_what_claims_none() -> None:
    turns = (condition("worst_case_bounds", holds=False, required=False),)

    assert said(answered(-0.04, 0.04, diagnostics=turns)).replace("likely ", "") == said(answered(-0.04, 0.04))
    assert said(answered(-0.15, 0.04, diagnostics=turns)) == said(answered(-0.15, 0.04))


@pytest.mark.parametrize(("worthwhile", "base"), [(-0.05, "100"), (-0.01, "100"), (-0.005, "1,000"), (-0.0004, "10,000"), (-0.00001, "100,000")])
def test_people_are_counted_of_as_many_as_make_the_smallest_difference_somebody(worthwhile: float, base: str) -> None:
    assert f"of every {base} people" in said(answered(-0.5, 0.5, worthwhile=worthwhile))


def test_days_and_dollars_are_said_as_averages() -> None:
    days = seen(answered(-20.0, -2.34), -12.34, outcome="custody_days/recorded", days=365, worthwhile=-10)
    dollars = seen(answered(-2000.0, 123.4), -1234.5, outcome="cost_per_client/recorded", days=730, worthwhile=-500)

    assert "had on average about 12 fewer days in custody within 1 year than" in said(days)
    assert "(the range runs from 20 fewer to 2.3 fewer)" in said(days)
    assert "about 1,235 fewer dollars in service costs within 2 years" in said(dollars)
    assert "from 2,000 fewer to 123 more" in said(dollars)
    assert "desde 2,000 menos hasta 123 más" in said(dollars, language="es")


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (Horizon(days=364), "52 weeks"),
        (Horizon(days=7), "1 week"),
        (Horizon(days=90), "90 days"),
        (Horizon(days=1), "1 day"),
        (Horizon(days=365), "1 year"),
        (Horizon(days=730), "2 years"),
        (Horizon(months=12), "12 months"),
        (Horizon(months=1), "1 month"),
    ],
)
def test_a_horizon_reads_as_people_say_it(length: Horizon, words: str) -> None:
    assert horizon(spoken(length), "en") == words


def test_spanish_horizons_have_their_plural() -> None:
    said_in_spanish = [horizon(spoken(length), "es") for length in (Horizon(days=1), Horizon(days=364), Horizon(months=1), Horizon(days=730))]

    assert said_in_spanish == ["1 día", "52 semanas", "1 mes", "2 años"]


def test_without_a_lot_nothing_is_said_to_have_been_made() -> None:
    sentence = said(answered(-0.15, -0.06, by="offer"))

    assert "people offered the programme fared better" in sentence
    assert "nobody drew lots, so the two groups may differ in ways that the records do not hold" in sentence
    assert "made" not in sentence and "by lot" not in sentence


def test_a_condition_that_failed_stands_in_the_same_breath_and_takes_the_causal_verb_away() -> None:
    weak = (condition("detectable_effect", holds=False, required=False), condition("odd", holds=False, required=False))

    assert "; one condition did not hold: enough people to see a difference worth having." in said(answered(-0.15, 0.06, diagnostics=weak[:1]))
    assert "; 2 conditions did not hold: enough people to see a difference worth having, “odd”." in said(answered(-0.15, 0.06, diagnostics=weak))
    assert "; one condition did not hold: “odd”." in said(answered(-0.15, -0.06, diagnostics=weak))
    assert "likely made things" in said(answered(-0.15, -0.06, diagnostics=weak))
    assert "likely" not in said(answered(-0.15, -0.06))


def test_a_study_that_saw_a_difference_is_not_said_to_have_been_too_small_to_see_one() -> None:
    weak = (condition("detectable_effect", holds=False, required=False),)

    for answer in (answered(-0.15, -0.06, diagnostics=weak), answered(-0.03, 0.02, diagnostics=weak)):
        assert "did not hold" not in said(answer) and "no se cumplió" not in said(answer, language="es")
        assert "likely" not in said(answer)
    assert "all but reaches no difference; one condition did not hold" in said(seen(answered(-0.166, -0.0002, diagnostics=weak), -0.083))


@pytest.mark.parametrize(("low", "high", "near"), [(-0.0493, 0.0493, True), (-0.02, 0.0493, True), (-0.0449, 0.0449, False), (-0.02, 0.01, False)])
def test_a_range_that_reads_like_the_smallest_difference_worth_having_is_said_to_be_near_it(low: float, high: float, near: bool) -> None:
    """ "No difference that matters (at least 5) ... the range runs from 5 fewer to 5 more" would deny itself."""
    sentence = said(answered(low, high))

    assert "no difference that matters" in sentence
    assert ("; the range all but reaches a difference worth having" in sentence) is near
    assert ("; el intervalo roza una diferencia que vale la pena" in said(answered(low, high), language="es")) is near


def test_time_zero_taken_on_trust_is_said() -> None:
    assert "; the day each clock starts is taken on trust." in said(replace(answered(-0.15, -0.06), time_zero="taken on trust"))


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (answered(-0.15, -0.06, diagnostics=(condition("attrition", holds=False),)), "few people lost, and about as many on each side."),
        (answered(-0.15, -0.06, refused=(Problem("cohort 'main'", "An arm is empty."),)), "not answered, because cohort 'main': An arm is empty."),
        (answered(nan, nan), "the effect or its range is not a number."),
        (replace(answered(-0.15, -0.06), estimate=None), "no estimate was made."),
    ],
)
def test_a_question_that_is_not_answered_says_why_and_no_number(answer: Answer, reason: str) -> None:
    sentence = said(answer)

    assert sentence.endswith(reason)
    assert not any(letter.isdigit() for letter in sentence)


def test_what_fills_a_slot_is_never_read_as_a_pattern() -> None:
    hostile = "{event} {0.__class__} {title} %s ${horizon}"

    assert fill("{title}: {event}.", title=hostile, event="{title}") == f"{hostile}: {{title}}."
    assert judge(answered(-0.15, 0.06), None, title={"en": hostile}, languages=("en",)).sentences["en"].startswith(hostile + ": of every 100")


def test_a_title_that_breaks_its_line_is_said_on_one() -> None:
    assert judge(answered(-0.15, 0.06), None, title={"en": "Aid\n on\trelease"}, languages=("en",)).sentences["en"].startswith("Aid on release: ")


def test_both_catalogues_have_the_same_patterns_with_the_same_slots() -> None:
    english, spanish = (dict(leaves(catalogue(language))) for language in LOCALES)

    assert list(english) == list(spanish)
    assert [key for key in english if sorted(SLOT.findall(english[key])) != sorted(SLOT.findall(spanish[key]))] == []


def test_every_condition_has_words_in_both_languages() -> None:
    for language in LOCALES:
        assert [name for name in DIAGNOSTICS if name not in catalogue(language)["condition"]] == []


def test_every_outcome_completes_the_sentence_in_both_languages() -> None:
    for outcome in OUTCOMES.values():
        answer = replace(answered(-0.15, -0.06), outcome=outcome)
        answer = replace(answer, by="adoption", unit="area") if outcome.table == "area" else answer
        for language in LOCALES:
            assert outcome.event[language] in said(answer, language=language)


def test_a_condition_that_only_the_estimate_carries_still_counts() -> None:
    answer = answered(-0.15, -0.06)
    assert answer.estimate
    lost = Diagnostic("attrition", "", 9.0, 5.0, False, "somebody")

    assert "not answered" in said(replace(answer, estimate=replace(answer.estimate, diagnostics=(lost,))))


def test_both_ends_that_read_the_same_are_said_once() -> None:
    answer = seen(answered(-0.0832, -0.0828), -0.083)
    assert answer.estimate and answer.estimate.interval == Interval(-0.0832, -0.0828, "HC2")

    assert said(answer).endswith("(in round numbers the whole range is 8 fewer).")
