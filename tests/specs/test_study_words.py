"""What a design may say, and in how many ways: short forms, several cohorts, and what methods and outcomes must share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evaluation.methods import METHODS
from evaluation.outcomes import OUTCOMES
from evaluation.phrases import listed
from evaluation.records.contract import RESERVED
from evaluation.study import guide, parse
from evaluation.study import questions as asked
from evaluation.terms import Matching, Refused, Starts

COHORT = """
[cohort.{name}]
starts   = {{ event = "release", which = "{which}" }}
between  = [2019-01-01, 2019-12-31]
clock    = "eligibility"
assigned = {{ by = "{by}", offered = "a", withheld = "b" }}
"""
QUESTION = """
[[question]]
cohort     = "{cohort}"
outcome    = "recidivism/arrest"
horizon    = {{ days = 364 }}
method     = "randomized"
worthwhile = -0.05
"""
TOP = 'title = "Aid"\ncounty = "bayview"\nprogramme = "aid"\n'


def refusal(text: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        parse(text)
    return [str(problem) for problem in refused.value.problems]


def test_the_guide_is_what_the_vocabulary_writes() -> None:
    written = (Path(__file__).parents[2] / "docs" / "design_files.md").read_text(encoding="utf-8")

    assert written == guide.page(), "run: python -m evaluation.study.guide > docs/design_files.md"


CLOCK = 'clock         = "eligibility"'
# in the first worked example: the line of a word, the word, what it holds, and how the guide shows that it is refused
REFUSED_WORDS = [
    (CLOCK, "unit", '"family"', "`family`"),
    (CLOCK, "compared", '{ rule = "never_served" }', "`never_served`"),
    (CLOCK, "compared", '{ rule = "same_event" }', "`same_event`"),
    (CLOCK, "compared", '{ later_served = "drop" }', "`drop`"),
    ('by       = "lot"', "by", '"service"', "`service`"),
    ('by       = "lot"', "by", '"strategy"', "`strategy`"),
    ('by       = "lot"', "by", '"adoption"', "`adoption`"),
    ('which = "first"', "which", '"last"', "`last`"),
]


def test_the_guide_marks_a_word_as_refused_where_a_design_that_uses_it_is() -> None:
    assert guide.page().count("(refused)") == len(REFUSED_WORDS)
    for line, word, value, marked in REFUSED_WORDS:
        written = f"{word} = {value}" if line.startswith(word) else f"{line}\n{word} = {value}"

        assert f"{marked} (refused)" in guide.page()
        assert refusal(guide.EXAMPLE.replace(line, written, 1))


def test_every_word_of_a_design_has_a_meaning_in_the_guide() -> None:
    assert not [line for line in guide.page().splitlines() if line.startswith("| `") and line.endswith("|  |")]


def test_the_worked_examples_of_the_guide_are_in_order() -> None:
    lot, service = parse(guide.EXAMPLE), parse(guide.SERVICE)

    assert lot.cohorts["main"].between == (date(2019, 1, 1), date(2020, 12, 31))
    assert [question.role for question in lot.questions] == ["headline", "secondary"]
    assert (lot.cohorts["main"].by, service.cohorts["main"].by) == ("lot", "service")
    assert service.questions[0].compare == Matching(ratio=3, on=("arrests_2_years", "custody_days_2_years"))


def test_the_guide_shows_a_sentence_for_every_design_that_looks_right_and_is_not() -> None:
    shown = guide.page().partition("## Designs that are refused, and why")[2]

    assert [line.partition(".**")[0] for line in shown.splitlines() if line.startswith("- ")] == [f"- **{name}" for name in guide.NAIVE]
    assert {name: len(refusal(guide.naive(name))) for name in guide.NAIVE} == dict.fromkeys(guide.NAIVE, 1)


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ('"event:discharge:reunification"', '{ event = ["discharge:reunification"] }'),
        ('"spell_end:custody"', '{ spell_end = "custody" }'),
        ('"referral:aid"', '{ referral = "aid" }'),
        ('"list:need_ranking"', '{ list = "need_ranking" }'),
        ("{ dates = 2019-07-01 }", "{ dates = [2019-07-01] }"),
        ('{ list = "need_ranking", on = 2019-07-01 }', '{ list = "need_ranking", on = [2019-07-01] }'),
    ],
)
def test_a_start_may_be_written_for_short(short: str, long: str) -> None:
    text = TOP + COHORT.format(name="main", which="first", by="lot") + QUESTION.format(cohort="main")
    starts = '{ event = "release", which = "first" }'

    assert parse(text.replace(starts, short)) == parse(text.replace(starts, long))


def test_each_of_several_cohorts_may_write_its_start_for_short() -> None:
    cohorts = [COHORT.format(name=name, which="first", by="lot") for name in ("a", "b")]
    text = TOP + "".join(cohorts).replace('{ event = "release", which = "first" }', '"event:release"') + QUESTION.format(cohort="b")

    assert {plan.starts for plan in parse(text).cohorts.values()} == {Starts(event=("release",))}


@pytest.mark.parametrize("wrong", ["release", "discharge:reunification", "which:first", "on:2019-01-01", ""])
def test_a_short_start_begins_with_the_word_of_a_rule(wrong: str) -> None:
    text = TOP + COHORT.format(name="main", which="first", by="lot") + QUESTION.format(cohort="main")

    assert refusal(text.replace('{ event = "release", which = "first" }', f'"{wrong}"')) == [
        f"design:6: 'starts' is \"{wrong}\". It should be a table with event, which, spell_end, spell, referral, enrolment, list, on, dates. "
        'Write it as { event = "..." }, or as "event:...", where the word before the colon is one of '
        "event, spell_end, spell, referral, enrolment, list, dates."
    ]


def test_one_text_stands_for_a_list_of_one_and_a_bare_title_is_english() -> None:
    short = TOP + COHORT.format(name="main", which="first", by="lot") + QUESTION.format(cohort="main")
    long = short.replace('"Aid"', '{ en = "Aid" }').replace('"release"', '["release"]').replace("[cohort.main]", "[cohort]")

    assert parse(short) == parse(long)


def test_questions_name_one_of_several_cohorts() -> None:
    cohorts = COHORT.format(name="list", which="first", by="lot") + COHORT.format(name="enrolled", which="every", by="lot")
    study = parse(TOP + cohorts + QUESTION.format(cohort="enrolled"))

    assert list(study.cohorts) == ["list", "enrolled"]
    assert study.cohorts[study.questions[0].cohort].starts.which == "every"


def test_a_question_that_names_no_cohort_of_several_is_refused() -> None:
    text = TOP + COHORT.format(name="list", which="first", by="lot") + QUESTION.format(cohort="list").replace('cohort     = "list"\n', "")

    assert refusal(text) == ['design:11: "main" is not a cohort of this design. There is list.']


def test_the_name_of_a_cohort_is_held_to_the_letters_of_a_table() -> None:
    text = TOP + COHORT.format(name='"The List"', which="first", by="lot") + QUESTION.format(cohort="The List")

    assert refusal(text) == [
        'design:5: [cohort.The List] is "The List". A name is made of small letters from a to z, digits and underscores, a letter first.'
    ]


def test_clusters_need_no_declaration_where_people_start_many_times() -> None:
    once, often = (TOP + COHORT.format(name="main", which=which, by="lot") + QUESTION.format(cohort="main") for which in ("first", "every"))
    by_cluster = 'inference = { by = "cluster" }\n'

    assert parse(often + by_cluster).questions[0].inference.by == "cluster"
    assert "declares none" in refusal(once + by_cluster)[0]


def test_a_method_answers_only_under_the_assignment_it_is_made_for() -> None:
    text = TOP + COHORT.format(name="main", which="first", by="offer") + QUESTION.format(cohort="main")

    assert refusal(text) == [
        "design:15: 'randomized' answers when a lot decided who is served, and in cohort 'main' an offer did. "
        "Methods that can answer it: matched, survival, did, mean, threshold."
    ]


def test_a_method_is_refused_an_outcome_of_a_kind_it_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = replace(OUTCOMES["recidivism/arrest"], name="entries/made_up", kind="rate")
    monkeypatch.setitem(OUTCOMES, counted.name, counted)
    text = TOP + COHORT.format(name="main", which="first", by="lot") + QUESTION.format(cohort="main").replace("recidivism/arrest", counted.name)

    assert refusal(text) == [
        "design:15: 'randomized' answers about an event, an amount or a state, and 'entries/made_up' is a rate. "
        "Methods that can answer it: did, series, monitor."
    ]


def test_a_method_is_refused_an_inference_that_it_does_not_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    only = replace(METHODS["randomized"], inference=frozenset({"robust"}))
    monkeypatch.setattr(asked, "METHODS", {only.name: only})
    text = TOP + COHORT.format(name="main", which="first", by="lot") + QUESTION.format(cohort="main") + 'inference = { by = "exact" }\n'

    assert refusal(text) == ["design:17: 'randomized' does not measure uncertainty by \"exact\". It does by robust."]


def test_a_long_list_of_right_words_stops_and_says_how_many_more_there_are() -> None:
    assert listed(f"word {number}" for number in range(14)).endswith("word 10, word 11 and 2 more")


def test_a_difference_is_signed_towards_more_where_more_is_better(monkeypatch: pytest.MonkeyPatch) -> None:
    housed = replace(OUTCOMES["shelter_nights/recorded"], name="housed_days/made_up", better="more")
    monkeypatch.setitem(OUTCOMES, housed.name, housed)
    text = TOP + COHORT.format(name="main", which="first", by="lot") + QUESTION.format(cohort="main").replace("recidivism/arrest", housed.name)

    assert parse(text.replace("-0.05", "10")).questions[0].worthwhile == 10
    assert "more is better. The difference is signed towards better: 10." in refusal(text.replace("-0.05", "-10"))[0]


def test_dollars_may_be_any_number_towards_better() -> None:
    text = TOP + COHORT.format(name="main", which="first", by="lot") + QUESTION.format(cohort="main")

    assert parse(text.replace("recidivism/arrest", "cost_per_client/recorded").replace("-0.05", "-25_000")).questions[0].worthwhile == -25_000


def test_the_same_question_is_not_asked_twice() -> None:
    text = TOP + COHORT.format(name="main", which="first", by="lot") + QUESTION.format(cohort="main")
    again = QUESTION.format(cohort="main").replace("-0.05", '-0.1\nrole = "secondary"')

    assert refusal(text + again) == [
        "design:18: Question 2 asks the same as question 1: the same cohort, outcome, horizon and method. Leave one of them out."
    ]


def test_two_columns_of_history_do_not_differ_by_capitals_alone() -> None:
    text = TOP + COHORT.format(name="main", which="first", by="lot").replace("clock", "lookback_days = 365\nclock") + QUESTION.format(cohort="main")
    column = '[[history]]\nname = "{}"\ntable = "spell"\nkind = ["jail", "prison"]\nreduce = "days"\ndays = 365\n'

    assert refusal(text + column.format("Jail") + column.format("jail")) == [
        'design:25: The name "jail" is taken by [[history]] 1; capitals do not tell names apart. Give each column a name of its own.'
    ]


@pytest.mark.parametrize("taken", [*RESERVED, "Day"])
def test_a_column_of_history_has_no_name_that_every_cohort_has_already(taken: str) -> None:
    text = TOP + COHORT.format(name="main", which="first", by="lot").replace("clock", "lookback_days = 365\nclock") + QUESTION.format(cohort="main")
    column = f'[[history]]\nname = "{taken}"\ntable = "spell"\nkind = "jail"\nreduce = "days"\ndays = 365\n'

    assert refusal(text + column) == [
        f'design:19: The name "{taken}" is taken by a column that every cohort has. '
        f"These are taken: {listed(RESERVED)}. Give the column another name."
    ]


def test_every_cohort_must_look_back_as_far_as_the_longest_history() -> None:
    cohorts = COHORT.format(name="near", which="first", by="lot").replace("clock", "lookback_days = 90\nclock")
    cohorts += COHORT.format(name="far", which="first", by="lot").replace("clock", "lookback_days = 365\nclock")
    column = '[[history]]\nname = "jail"\ntable = "spell"\nkind = "jail"\nreduce = "days"\ndays = 365\n'

    assert refusal(TOP + cohorts + QUESTION.format(cohort="far") + column) == [
        "design:30: \"jail\" looks back 365 days, and lookback_days of cohort 'near' is 90: some people's history would not be seen, "
        "and would count as none. Raise lookback_days to 365, or shorten the window."
    ]
