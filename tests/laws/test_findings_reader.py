"""Laws of the sentences, by a small independent reader of English: what it reads back agrees with the answer it was said of."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from evaluation.findings import judge
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Answer, Arm, Challenge, Diagnostic, Estimand, Estimate, Finding, Horizon, Interval, LedgerLine, Provenance, Question

HALF = 0.5  # of the last place that is said: whole people, dollars and days
HALF_A_TENTH = 0.05  # days under ten are said to a tenth
DUST = 1e-6  # a number is rounded to ten digits before it is said
STARTED = Diagnostic("placebo_start", "", 0.4, 0.05, True, "ours")
HELD = (Challenge("placebo_start", "the day", "Nothing was found where nothing could be.", (STARTED,)),)
TITLE = {"en": "Aid", "es": "Ayuda"}
SIZE = r"\$?[\d,]+(?:\.\d)?"


@dataclass(frozen=True)
class Read:
    """What a reader takes away: signed numbers, 0 for "about the same"."""

    base: float
    effect: float
    low: float
    high: float


def number(text: str) -> float:
    size = float(re.sub(r"[$,]", "", re.match(SIZE, text)[0])) if re.match(SIZE, text) else 0.0  # type: ignore[index]  # matched
    assert size or text.startswith("about")
    return -size if text.endswith(("fewer", "less")) else size


def read(sentence: str) -> Read:
    base = re.search(r"of every ([\d,]+) people", sentence)
    effect = re.search(rf"about ({SIZE} (?:fewer|more)) ", sentence)
    ends = re.search(r"(?:runs|anything) from (.+?) to (.+?)(?:\)|, so|, across)", sentence)
    point = re.search(r"whole range is (.+?)\)|either side of (.+?),", sentence)
    assert ends or point
    low, high = (number(ends[1]), number(ends[2])) if ends else (number(point[1] or point[2]),) * 2  # type: ignore[index]  # one matched
    return Read(float(base[1].replace(",", "")) if base else 1.0, number(effect[1]) if effect else 0.0, low, high)


@st.composite
def answers(draw: st.DrawFn) -> Answer:
    outcome = OUTCOMES[draw(st.sampled_from(sorted(name for name, one in OUTCOMES.items() if one.table != "area")))]
    scale = {"people": 0.3, "events": 3.0, "days": 60.0, "dollars": 5000.0}[outcome.unit]
    low, effect, high = sorted(draw(st.lists(st.floats(-scale, scale), min_size=3, max_size=3)))
    beside = draw(st.lists(st.tuples(st.floats(-scale, scale), st.floats(0, scale)), max_size=2))
    names = draw(st.lists(st.sampled_from(["attrition", "detectable_effect", "odd"]), unique=True, max_size=2))
    failed = tuple(Diagnostic(name, "", 1.0, 0.5, draw(st.booleans()), "somebody", draw(st.booleans())) for name in names)
    estimate = Estimate(
        Estimand("average_effect", "a difference", "everybody", "offered, against not"),
        effect,
        scale / 10,
        Interval(low, high, "HC2"),
        0.5,
        Arm(400, None, 0.0),
        Arm(400, None, 0.0),
        tuple(Interval(start, start + width, "exact") for start, width in beside),
    )
    worthwhile = -scale * draw(st.sampled_from([0.01, 0.1, 0.5]))
    question = Question(outcome.name, Horizon(days=draw(st.sampled_from([90, 364, 730]))), "randomized", worthwhile)
    ledger, time_zero = (LedgerLine("all", 0, 800),), draw(st.sampled_from(["built", "taken on trust"]))
    by = draw(st.sampled_from(["lot", "offer", "service"]))
    return Answer(question, outcome, ledger, Provenance("s", "r", "v"), time_zero, estimate, failed, by=by)


def judged(answer: Answer, challenged: bool = True) -> Finding:
    return judge(answer, HELD if challenged else None, title=TITLE, languages=("en", "es"))


def close(said: float, true: float, unit: str) -> bool:
    """Whether what is said is what is true, to the last place said, and never on the other side of no difference."""
    half = HALF_A_TENTH if unit == "days" and abs(true) < 9.9 else HALF
    return abs(said - true) <= half + DUST * abs(true) and said * true >= 0


@settings(deadline=None)  # the first sentence loads a locale
@given(answers(), st.booleans())
def test_the_numbers_and_signs_that_are_said_are_the_answers(answer: Answer, challenged: bool) -> None:
    finding = judged(answer, challenged)
    assume(finding.verdict != "not answered")
    estimate, unit = answer.estimate, answer.outcome.unit
    assert estimate

    said = read(finding.sentences["en"])

    every = (estimate.interval, *estimate.beside)
    told = (min(one.low for one in every), max(one.high for one in every)) if finding.verdict == "cannot tell yet" else (every[0].low, every[0].high)
    assert close(said.effect, estimate.effect * said.base, unit)
    assert close(said.low, told[0] * said.base, unit)
    assert close(said.high, told[1] * said.base, unit)


@settings(deadline=None)
@given(answers(), st.booleans())
def test_only_the_verdicts_own_words_are_used(answer: Answer, challenged: bool) -> None:
    finding = judged(answer, challenged)

    sentence = finding.sentences["en"]

    assert ("provisional" in sentence) == (finding.verdict == "provisional")
    assert ("cannot tell" in sentence) == (finding.verdict == "cannot tell yet")
    assert ("not answered" in sentence) == (finding.verdict == "not answered")
    assert ("no difference that matters" in sentence) == (finding.pending == "no difference that matters")
    assert bool(re.search(r"\bbetter\b", sentence)) == (finding.pending == "better")
    assert bool(re.search(r"\bworse\b", sentence)) == (finding.pending == "worse")
    assert "no effect" not in sentence and "nan" not in sentence and "{" not in sentence


@settings(deadline=None)
@given(answers(), st.booleans())
def test_a_causal_verb_needs_a_lot_conditions_that_hold_and_challenges(answer: Answer, challenged: bool) -> None:
    finding = judged(answer, challenged)

    assert finding.grade
    licensed = finding.grade.licence == "A"
    assert not licensed or (answer.by == "lot" and challenged)
    caused = re.search(r"(?<!likely )\bmade (?:things|no)|\bcaused\b|\breduced\b|\bled to\b", str(finding))
    whole = finding.sentences["es"] + finding.believed.get("es", "")
    caused_in_spanish = re.search(r"(?<!probablemente )(?:mejoró|empeoró) la|(?<!probablemente )no produjo|causó|redujo", whole)

    assert licensed or not caused
    outright = finding.verdict in ("better", "worse", "no difference that matters") and "all but reaches" not in str(finding)
    assert bool(caused) == bool(caused_in_spanish) == (licensed and outright)


@settings(deadline=None)
@given(answers(), st.booleans())
def test_what_no_lot_decided_says_so_and_how_far_it_can_be_believed(answer: Answer, challenged: bool) -> None:
    finding = judged(answer, challenged)
    claimed = finding.verdict != "not answered"

    assert ("nobody drew lots" in finding.sentences["en"]) == ("no hubo sorteo" in finding.sentences["es"]) == (answer.by != "lot" and claimed)
    assert ("now rather than not yet" in finding.sentences["en"]) == (answer.by == "service" and claimed)
    assert set(finding.believed) == ({"en", "es"} if answer.by != "lot" and claimed else set())
    assert ("No challenge" in finding.believed.get("en", "")) == (finding.verdict == "provisional" and answer.by != "lot")


@settings(deadline=None)
@given(answers())
def test_every_condition_that_failed_and_a_time_zero_on_trust_are_said(answer: Answer) -> None:
    finding = judged(answer)
    unanswered = finding.verdict == "not answered"

    failed = [one for one in answer.diagnostics if not one.holds and (one.required or not unanswered)]
    if not unanswered and finding.pending != "cannot tell yet" and "all but reaches" not in str(finding):
        failed = [one for one in failed if one.name != "detectable_effect"]  # what was seen clearly was seen with enough people

    assert (f"{len(failed)} conditions" in str(finding)) == (len(failed) > 1)
    assert (re.search(r"(one|a) condition ", str(finding)) is not None) == (len(failed) == 1)
    assert ("taken on trust" in str(finding)) == (answer.time_zero == "taken on trust" and not unanswered)


@settings(deadline=None)
@given(answers())
def test_a_question_that_is_not_answered_says_no_number_of_its_effect(answer: Answer) -> None:
    lost = replace(answer, diagnostics=(Diagnostic("attrition", "", 9.0, 5.0, False, "somebody"),))

    for sentence in judged(lost).sentences.values():
        assert not re.search(r"\d", sentence)


@settings(deadline=None)
@given(answers())
def test_the_other_sign_and_another_size_are_another_sentence(answer: Answer) -> None:
    estimate = answer.estimate
    finding = judged(answer)
    assume(finding.verdict != "not answered" and estimate)
    assert estimate
    base = read(finding.sentences["en"]).base

    flipped = replace(
        answer,
        estimate=replace(
            estimate,
            effect=-estimate.effect,
            interval=Interval(-estimate.interval.high, -estimate.interval.low, "HC2"),
            beside=tuple(Interval(-one.high, -one.low, one.by) for one in estimate.beside),
        ),
    )
    further = replace(answer, estimate=replace(estimate, effect=estimate.effect + 1.5 / base))

    for language in ("en", "es"):
        assert judged(further).sentences[language] != finding.sentences[language]
        if read(finding.sentences["en"]).effect:
            assert judged(flipped).sentences[language] != finding.sentences[language]


@settings(deadline=None)
@given(answers())
def test_both_languages_say_the_same_numbers(answer: Answer) -> None:
    finding = judged(answer)

    said = {language: finding.sentences[language] + finding.believed.get(language, "") for language in ("en", "es")}
    english, spanish = (sorted(re.findall(r"\d[\d,.]*\d|\d", said[language])) for language in ("en", "es"))

    assert english == spanish
