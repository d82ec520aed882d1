"""What a design may say, and in how many ways: short forms, several cohorts, and what methods and outcomes must share."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from evaluation.methods import METHODS
from evaluation.outcomes import OUTCOMES
from evaluation.records.contract import RESERVED
from evaluation.study import guide, lint, parse, words
from evaluation.terms import Refused

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


REFUSED_WORDS = [
    ('clock         = "eligibility"', "clock", "service"),
    ('clock         = "eligibility"', "unit", "family"),
    ('clock         = "eligibility"', "unit", "area"),
    ('by       = "lot"', "by", "offer"),
    ('which = "first"', "which", "last"),
    ('method     = "randomized"', "estimand", "effect_on_the_served"),
]


def test_the_guide_marks_a_word_as_refused_where_a_design_that_uses_it_is() -> None:
    assert guide.page().count("(refused)") == len(REFUSED_WORDS)
    for line, word, value in REFUSED_WORDS:
        written = f'{word} = "{value}"' if line.startswith(word) else f'{line}\n{word} = "{value}"'

        assert f"`{value}` (refused)" in next(row for row in guide.page().splitlines() if row.startswith(f"| `{word}`") and value in row)
        assert refusal(guide.EXAMPLE.replace(line, written, 1))


def test_every_word_of_a_design_has_a_meaning_in_the_guide() -> None:
    assert not [line for line in guide.page().splitlines() if line.startswith("| `") and line.endswith("|  |")]


def test_the_worked_example_of_the_guide_is_in_order() -> None:
    study = parse(guide.EXAMPLE)

    assert study.cohorts["main"].between == (date(2019, 1, 1), date(2020, 12, 31))
    assert [question.role for question in study.questions] == ["headline", "secondary"]


def test_one_text_stands_for_a_list_of_one_and_a_bare_title_is_english() -> None:
    short = TOP + COHORT.format(name="main", which="first", by="lot") + QUESTION.format(cohort="main")
    long = short.replace('"Aid"', '{ en = "Aid" }').replace('"release"', '["release"]').replace("[cohort.main]", "[cohort]")

    assert parse(short) == parse(long)


def test_questions_name_one_of_several_cohorts() -> None:
    cohorts = COHORT.format(name="list", which="first", by="lot") + COHORT.format(name="enrolled", which="every", by="lot")
    study = parse(TOP + cohorts + QUESTION.format(cohort="enrolled"))

    assert list(study.cohorts) == ["list", "enrolled"]
    assert study.cohorts[study.questions[0].cohort].starts.which == "every"


def test_a_lot_is_not_asked_about_a_start_that_only_the_future_makes_the_last() -> None:
    text = TOP + COHORT.format(name="main", which="last", by="lot") + QUESTION.format(cohort="main")

    assert refusal(text) == [
        "design:6: Which start is the last is known only from what came after it, and a lot may have changed that. It is one of first, every."
    ]


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
        "design:15: 'randomized' answers when people were assigned by lot, and cohort 'main' was assigned by offer. Methods that can answer it: none."
    ]


def test_a_method_is_refused_an_outcome_of_a_kind_it_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = replace(OUTCOMES["recidivism/arrest"], name="entry_rate/made_up", kind="rate")
    other = replace(METHODS["randomized"], name="series", answers=frozenset({"rate"}))
    monkeypatch.setattr(lint, "OUTCOMES", OUTCOMES | {counted.name: counted})
    monkeypatch.setattr(lint, "METHODS", METHODS | {other.name: other})
    text = TOP + COHORT.format(name="main", which="first", by="lot") + QUESTION.format(cohort="main").replace("recidivism/arrest", counted.name)

    assert refusal(text) == [
        "design:15: 'randomized' answers about an event or an amount, and 'entry_rate/made_up' is a rate. Methods that can answer it: series."
    ]


def test_a_method_is_refused_an_inference_that_it_does_not_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    only = replace(METHODS["randomized"], inference=frozenset({"robust"}))
    monkeypatch.setattr(lint, "METHODS", {only.name: only})
    text = TOP + COHORT.format(name="main", which="first", by="lot") + QUESTION.format(cohort="main") + 'inference = { by = "exact" }\n'

    assert refusal(text) == ["design:17: 'randomized' does not measure uncertainty by \"exact\". It does by robust."]


def test_a_long_list_of_right_words_stops_and_says_how_many_more_there_are() -> None:
    assert words.listed(f"word {number}" for number in range(14)).endswith("word 10, word 11 and 2 more")


def test_a_difference_is_signed_towards_more_where_more_is_better(monkeypatch: pytest.MonkeyPatch) -> None:
    housed = replace(OUTCOMES["shelter_nights/recorded"], name="housed_days/made_up", better="more")
    monkeypatch.setattr(lint, "OUTCOMES", OUTCOMES | {housed.name: housed})
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
        "These are taken: start_id, person_id, day, served, taken_up. Give the column another name."
    ]


def test_every_cohort_must_look_back_as_far_as_the_longest_history() -> None:
    cohorts = COHORT.format(name="near", which="first", by="lot").replace("clock", "lookback_days = 90\nclock")
    cohorts += COHORT.format(name="far", which="first", by="lot").replace("clock", "lookback_days = 365\nclock")
    column = '[[history]]\nname = "jail"\ntable = "spell"\nkind = "jail"\nreduce = "days"\ndays = 365\n'

    assert refusal(TOP + cohorts + QUESTION.format(cohort="far") + column) == [
        "design:30: \"jail\" looks back 365 days, and lookback_days of cohort 'near' is 90: some people's history would not be seen, "
        "and would count as none. Raise lookback_days to 365, or shorten the window."
    ]
