"""The linter for evaluation designs: who was offered the programme, and what is asked, with the sentence each mistake is told by."""

from __future__ import annotations

from typing import Any, Literal, get_args, get_origin

import numpy as np
import pytest
from one_idea_away import CLOCK, EVENT, LOT, OFFER, SCORE, SERVICE, Away, changed, refusals

from evaluation.study.leaves import RANGES
from evaluation.study.questions import misasked, sound
from evaluation.study.words import types_of
from evaluation.terms import By, Caliper, Horizon, Inference, Matching, Outcome, Question, Refused

ESTIMAND = 'estimand = "effect_on_the_served"'

COMPARE = next(line for line in SERVICE.splitlines(keepends=True) if line.startswith("compare "))
UNANSWERED = "'randomized' answers when a lot decided who is served, and in cohort 'main' a score did. Methods that can answer it: threshold."
TWO_CLOCKS = (
    'The clocks of those offered would start with "{}", and those of the others with "{}": two different things, and whoever is offered later '
    "had to live through the time before (immortal time). "
)
ONE_EVENT = "Start them with one event that everybody has, such as the release or the day of the decision."
ARMS: dict[str, Away] = {
    "assigned by service": (
        LOT, (('by       = "lot"', 'by = "service"'),),
        "Who is served is known only on the day of service, so it is no way of being assigned on the day people become eligible. "
        "Use clock = \"service\" with 'served' in place of [cohort.assigned].",
    ),
    "no event of those offered": (
        OFFER, (('offered  = "lot:reentry_navigation"\n', ""),),
        "'offered' is missing from 'assigned'. It should be a kind of event: both arms must be on record.",
    ),
    "a cut-off of a lot": (
        LOT, (('by       = "lot"', 'by = "lot"\ncutoff = { at = 3.5 }'),),
        "'cutoff' divides people by a score, and here a lot decided. Leave it out.",
    ),
    "a side of an offer": (
        OFFER, (('by       = "offer"', 'by = "offer"\nside = "below"'),),
        "'side' divides people by a score, and here an offer decided. Leave it out.",
    ),
    "matched within groups of a lot": (
        LOT, ((CLOCK, f'{CLOCK}\nexact = "sex"'),),
        "'exact' is for people who are matched, and here a lot decided: arms are compared within the blocks of the lot. "
        "Leave it out, or name the columns in 'blocks' of [cohort.assigned].",
    ),
    "blocks of an offer": (
        OFFER, (('by       = "offer"', 'by = "offer"\nblocks = "sex"'),),
        "'blocks' are groups within which lots were drawn, and here an offer decided. "
        "Name the columns in 'exact' of the cohort, and people are compared within them.",
    ),
    "the offer starts the clock": (
        OFFER, ((EVENT, '"event:lot:reentry_navigation"'),),
        '"lot:reentry_navigation", which those offered have on record, starts clocks, and "lot:no_reentry_navigation" starts none: '
        f"the clocks of the two arms would not start with the same thing. {ONE_EVENT}",
    ),
    "each arm's own event starts its clock": (
        OFFER, ((EVENT, '{ event = ["lot:reentry_navigation", "lot:no_reentry_navigation"], which = "every" }'),),
        TWO_CLOCKS.format("lot:reentry_navigation", "lot:no_reentry_navigation") + ONE_EVENT,
    ),
    "the enrolment starts the clock of one arm, and the release that of the other": (
        OFFER,
        (
            (EVENT, '{ event = ["enrolled_in_navigation", "release", "arrest"], which = "every" }'),
            ('"lot:reentry_navigation"', '"enrolled_in_navigation"'), ('"lot:no_reentry_navigation"', '"release"'),
        ),
        TWO_CLOCKS.format("enrolled_in_navigation", "release") + ONE_EVENT,
    ),
    "each arm's own referral starts its clock": (
        OFFER,
        (
            (EVENT, '{ referral = ["navigation", "shelter"] }'),
            ('"lot:reentry_navigation"', '"referral:navigation"'), ('"lot:no_reentry_navigation"', '"referral:shelter"'),
        ),
        TWO_CLOCKS.format("referral:navigation", "referral:shelter") + ONE_EVENT,
    ),
    "each arm's own enrolment starts its clock": (
        OFFER,
        (
            (EVENT, '{ enrolment = ["navigation", "shelter"] }'),
            ('"lot:reentry_navigation"', '"navigation"'), ('"lot:no_reentry_navigation"', '"shelter"'),
        ),
        TWO_CLOCKS.format("navigation", "shelter") + ONE_EVENT,
    ),
    "a draw that starts the clock of one arm": (
        LOT, ((EVENT, '"event:lot:reentry_navigation"'),),
        '"lot:reentry_navigation", which those offered have on record, starts clocks, and "lot:no_reentry_navigation" starts none: '
        f"the clocks of the two arms would not start with the same thing. {ONE_EVENT[:-1]}, or with both events of the draw.",
    ),
    "an offer long before the start": (
        OFFER, (('by       = "offer"', 'by = "offer"\ndays_before = 700'),),
        "The assignment may lie 700 days before the start: what it changed by then would decide whose clock starts, or stand in the history. "
        "Start the clock at the assignment, or at most 31 days after it.",
    ),
    "a lot just too long before the start": (
        LOT, (('by       = "lot"', 'by = "lot"\ndays_before = 32'),),
        "The assignment may lie 32 days before the start: what it changed by then would decide whose clock starts, or stand in the history. "
        "Start the clock at the assignment, or at most 31 days after it.",
    ),
    "an offer a century and more before the start": (
        OFFER, (('by       = "offer"', 'by = "offer"\ndays_before = 36526'),),
        "'days_before' is 36526. It should lie between 0 and 36,525.",
    ),
    "the referral starts the clock of one arm": (
        OFFER, ((EVENT, '"referral:navigation"'), ('"lot:reentry_navigation"', '"referral:navigation"')),
        '"referral:navigation", which those offered have on record, starts clocks, and "lot:no_reentry_navigation" starts none: '
        f"the clocks of the two arms would not start with the same thing. {ONE_EVENT}",
    ),
    "a history that holds the offer": (
        OFFER, (('by       = "offer"', 'by = "offer"\ndays_before = 30'), ('"arrest" ', '["arrest", "lot:reentry_navigation"] ')),
        '"arrests_2_years" reads "lot:reentry_navigation", which says who is in which arm of cohort \'main\' and may be on record 30 days before '
        "the start: it would tell the arms apart instead of what came before them. Leave that kind out.",
    ),
    "a score": (SCORE, (), UNANSWERED),
    "a score of no list": (
        SCORE, (('{ list = "ranking", on = [2019-07-01] }', EVENT),),
        "A score decided, and 'starts' names no list that holds it. Name it: starts = { list = \"...\" }.",
    ),
    "a score that divides nothing": (
        SCORE, (("cutoff = { capacity = 300 }\n", ""),),
        "A score decided, and nothing says where it divides. Say it: cutoff = { at = 12.5 } or cutoff = { capacity = 300 }.",
    ),
    "a cut-off of nothing": (
        SCORE, (("{ capacity = 300 }", "{}"),),
        "The cut-off has neither a score nor a capacity. It is exactly one of them: { at = 12.5 } or { capacity = 300 }.",
    ),
    "a cut-off of two kinds": (
        SCORE, (("{ capacity = 300 }", "{ capacity = 300, at = 7 }"),),
        "The cut-off has both a score and a capacity. It is exactly one of them: { at = 12.5 } or { capacity = 300 }.",
    ),
    "an event beside a score": (
        SCORE, (("cutoff =", 'withheld = "none"\ncutoff ='),),
        "'withheld' is for a lot or an offer, and here the score of the list's day says who was offered the programme. Leave it out.",
    ),
}  # fmt: skip

# ------------------------------------------------------------------------------------------------ what is asked
UNTIL_SERVED = (
    "'{}' is {}, and those compared are followed only until they are served (later_served = \"censor\"): what happens to them after the start "
    "decides who is served later, and no weight from the history can stand for that. "
    'Use later_served = "keep", and the answer is about being served now, whoever is served later; or ask about an event.'
)
ASKED: dict[str, Away] = {
    "a lot's method, of people who are served": (
        SERVICE, (('"matched"', '"randomized"'), ('estimand   = "effect_on_the_served"\n', ""), (COMPARE, "")),
        "'randomized' answers when a lot decided who is served, and in cohort 'main' the day of service did. "
        "Methods that can answer it: matched, survival, did, mean.",
    ),
    "matching, of people by lot": (
        LOT, (('"randomized"', '"matched"\nestimand = "effect_on_the_served"'),),
        "'matched' answers when an offer or the day of service decided who is served, and in cohort 'main' a lot did. "
        "Methods that can answer it: randomized, survival, did, mean, threshold.",
    ),
    "the effect on everybody, by matching": (
        OFFER, (('\nestimand = "effect_on_the_served"', ""),),
        'by = "matching" does not tell "average_effect". It tells effect_on_the_compared, effect_on_the_served. '
        'Left out, it is average_effect: write estimand = "effect_on_the_served".',
    ),
    "people chosen, where everybody is compared": (
        LOT, (('"randomized"', '"randomized"\ncompare = { ratio = 2 }'),),
        "'compare' chooses people who are alike, and 'randomized' chooses nobody: it compares everybody assigned. "
        "Methods that choose: matched, survival, did, mean. Leave 'compare' out.",
    ),
    "days, followed until people are served": (
        SERVICE, (("recidivism/arrest", "custody_days/recorded"), ("= -0.05", "= -10")),
        UNTIL_SERVED.format("custody_days/recorded", "an amount"),
    ),
    "a state, seen until people are served, as if nothing were said of it": (
        SERVICE,
        (
            ("recidivism/arrest", "housed/recorded"), ("= -0.05", "= 0.05"),
            ('compared      = { rule = "not_yet_served", draw = 50, later_served = "censor" }\n', ""),
        ),
        UNTIL_SERVED.format("housed/recorded", "a state"),
    ),
    "a mark within one day": (
        LOT, (("{ days = 364 }", "{ days = 1 }"),),
        "'recidivism/arrest' is counted from day 1 of each clock, and a horizon of 1 day ends before that: nothing could be counted. "
        "Follow people for longer.",
    ),
    "alike in nothing": (
        SERVICE, ((SERVICE[SERVICE.index("[[history]]") : SERVICE.index("[[question]]")], ""),),
        "'matched' compares people who were alike before the start, and there is no history to see it by. "
        "Write a [[history]] for each thing that being served may have hung on.",
    ),
    "alike in something else": (
        SERVICE, (('on = ["arrests_2_years"', 'on = ["arrest_2_years"'),),
        '"arrest_2_years" is not a column of the history. Did you mean \'arrests_2_years\'? There is arrests_2_years, custody_days_2_years.',
    ),
    "more matched than drawn": (
        SERVICE, (("draw = 50", "draw = 2"),),
        "Up to 3 people are to be matched to each one served, and 2 are drawn. Draw more: compared = { draw = 50 }.",
    ),
    "a caliper of less than none": (SERVICE, (("caliper = 0.2", "caliper = -0.2"),), "'caliper' is -0.2. It should lie between 0 and 5."),
    "nobody matched": (SERVICE, (("ratio = 3", "ratio = 0"),), "'ratio' is 0. It should lie between 1 and 1,000."),
    "lots drawn again, of people who are served": (
        SERVICE, (("worthwhile =", 'inference = { by = "exact" }\nworthwhile ='),),
        '"exact" takes each row for a person of its own, and a person may be drawn on several days. Use robust, cluster or person.',
    ),
}  # fmt: skip

AWAY = ARMS | ASKED


@pytest.mark.parametrize("name", AWAY)
def test_a_design_that_is_one_idea_away_from_order_is_refused_in_one_sentence(name: str) -> None:
    design, pairs, sentence = AWAY[name]

    asked_of_a_score = [UNANSWERED] if design is SCORE else []

    assert list(dict.fromkeys(refusals(changed(design, *pairs)))) == list(dict.fromkeys([sentence, *asked_of_a_score]))


# ------------------------------------------------------------------------------------------------ a lab's own frame
FRAME = Outcome(
    "frame/arrest", "mark", {"en": "arrest"}, {"en": "arrested"}, "fewer", "", "event", ("arrest",), "people", "", "", False, ""
)  # fmt: skip


def asked(
    method: str = "matched", compare: Any = None, by: By = "offer", history: tuple[str, ...] = ("age",), clustered: bool = False, **words: Any
) -> list[tuple[str, str]]:
    """What a frame's question is told, by the words that it is told of."""
    inference = words.pop("inference", Inference("robust"))
    said = {"estimand": "effect_on_the_served", "horizon": Horizon(days=364)} | words
    question = Question(FRAME.name, method=method, worthwhile=-0.05, compare=compare, inference=inference, **said)
    slips = misasked(question, FRAME, by, history, clustered=clustered)
    return [(".".join(map(str, slip.at)), " ".join(filter(None, (slip.found, slip.right)))) for slip in slips]


def test_a_frame_is_matched_where_an_offer_decided_and_there_is_something_to_match_on() -> None:
    assert asked() == []
    assert asked(compare=Matching(on=("age",))) == []
    assert asked(history=()) == [("method", "'matched' compares people who were alike before the start, and there is no history to see it by.")]
    assert asked(compare=Matching(on=("prio",))) == [("compare.on", '"prio" is not a column of the history.')]
    ((word, found),) = asked(by="lot")
    assert word == "method" and found.startswith("'matched' answers when an offer or the day of service decided who is served, and here a lot did.")
    ((word, found),) = asked(by="score")
    assert word == "method" and found.endswith("and here a score did. Methods that can answer it: threshold.")


WORDS = [(word, kind) for word, kind in types_of(Matching).items() if get_origin(kind) is Literal]


@pytest.mark.parametrize(("word", "kind"), WORDS, ids=[word for word, _ in WORDS])
def test_a_wrong_word_of_whom_to_compare_is_refused_in_a_file_and_in_a_notebook_with_the_right_ones(word: str, kind: Any) -> None:
    right = get_args(kind)
    wrong = right[-1] + "q"  # near enough to the last to be taken for it
    (told,) = refusals(changed(OFFER, (ESTIMAND, f'{ESTIMAND}\ncompare = {{ {word} = "{wrong}" }}')))

    assert asked(compare=Matching(**{word: wrong})) == [(f"compare.{word}", f"'{word}' is \"{wrong}\". Did you mean '{right[-1]}'?")]
    assert told == f"'{word}' is \"{wrong}\". Did you mean '{right[-1]}'? It is one of {', '.join(right)}."


@pytest.mark.parametrize(("word", "low", "high"), [(word, *bounds) for (table, word), bounds in RANGES.items() if table is Matching])
def test_a_number_of_whom_to_compare_out_of_reach_is_refused_in_a_file_and_in_a_notebook(word: str, low: float, high: float) -> None:
    for number in (low - 1, high + 1):
        by_column = word in ("bins", "quantiles")
        said = f"{{ arrests_2_years = {number} }}" if by_column else str(number)
        by = 'by = "coarsened_exact", ' if by_column else ""
        told = refusals(changed(OFFER, (ESTIMAND, f"{ESTIMAND}\ncompare = {{ {by}{word} = {said} }}")))
        asked_so = asked(compare=Matching(**{word: {"age": number} if by_column else number}))
        right = f"It should lie between {low:,} and {high:,}."

        assert [text for text in told if text.endswith(right)], told
        assert [text for where, text in asked_so if where == f"compare.{word}{'.age' * by_column}" and text.endswith(right)], asked_so


MISTYPED = {
    "a word for a table": ({"compare": "full"}, "compare", "'compare' is \"full\". It should be a table with by, on, "),
    "a text for a number": ({"compare": Matching(caliper="0.2")}, "compare.caliper", "'caliper' is \"0.2\". It should be a number."),
    "one number for each column's": (
        {"compare": Matching(by="coarsened_exact", bins=4)},
        "compare.bins",
        "'bins' is 4. It should be a table, each",
    ),
    "a gap without its table": ({"compare": Matching(calipers={"age": 5})}, "compare.calipers.age", "'age' is 5. It should be a table with within"),
    "a number for yes": ({"compare": Matching(one_to_one=1)}, "compare.one_to_one", "'one_to_one' is 1. It should be true or false."),
    "a whole table for a number": ({"compare": Matching(ratio=np.ones(3))}, "compare.ratio", "'ratio' is a ndarray. It should be a whole number."),
    "half a person": ({"compare": Matching(ratio=1.5)}, "compare.ratio", "'ratio' is 1.5. It should be a whole number."),
    "no number": ({"compare": Matching(caliper=float("nan"))}, "compare.caliper", "'caliper' is nan. It should be a finite number."),
    "a word for how": ({"inference": "robust"}, "inference", "'inference' is \"robust\". It should be a table with by."),
    "days without their table": ({"horizon": 364}, "horizon", "'horizon' is 364. It should be a table with days, months."),
    "another's name of an effect": ({"estimand": "ATT"}, "estimand", "'estimand' is \"ATT\". Did you mean 'effect_on_the_served'?"),
    "another's name of a way": ({"compare": Matching(by="nearest")}, "compare.by", "'by' is \"nearest\". Did you mean 'matching'?"),
    "a score as a way": ({"compare": Matching(by="propensity-score")}, "compare.by", "'by' is \"propensity-score\". Did you mean 'matching'?"),
    "a gap below none": (
        {"compare": Matching(calipers={"age": Caliper(-1)})},
        "compare.calipers.age.within",
        "'within' is -1.0. It should lie between",
    ),
}


@pytest.mark.parametrize("name", MISTYPED)
def test_a_notebook_is_told_of_a_value_that_its_word_does_not_accept(name: str) -> None:
    words, place, sentence = MISTYPED[name]
    ((where, found),) = asked(**words)

    assert where == place and found.startswith(sentence)


def test_a_notebook_may_say_what_a_file_may_say_with_tables_for_types_and_one_text_for_a_list() -> None:
    said: Any = {"by": "matching", "on": "age", "calipers": {"age": {"within": 5}}, "ratio": np.int64(2), "caliper": np.float32(0.25)}
    horizon = Horizon(days=364)
    question = Question(FRAME.name, horizon, "matched", -0.05, estimand="effect_on_the_served", compare=said)

    assert asked(compare=said) == []
    assert sound(question).compare == Matching(on=("age",), calipers={"age": Caliper(5)}, ratio=2, caliper=0.25)
    with pytest.raises(Refused, match=r"question: compare\.ratio: 'ratio' is 0"):
        sound(Question(FRAME.name, horizon, "matched", -0.05, compare=Matching(ratio=0)))
    with pytest.raises(Refused, match=r"question: method: .matchd. is not a method of this version\. Did you mean 'matched'"):
        sound(Question(FRAME.name, horizon, "matchd", -0.05))


def test_who_shares_luck_in_a_frame_is_taken_into_account() -> None:
    reused, lots = Matching(reuse=0), Inference("exact")

    assert asked(compare=reused, inference=Inference("abadie_imbens")) == asked(inference=lots) == []
    assert asked(compare=reused, inference=Inference("abadie_imbens"), clustered=True) == [
        ("inference.by", '"abadie_imbens" takes people one by one, and the cohort declares who shares luck.')
    ]
    assert asked(inference=lots, clustered=True) == [("inference.by", '"exact" takes people one by one, and the cohort declares who shares luck.')]
