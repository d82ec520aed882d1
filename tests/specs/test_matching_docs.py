"""The guide to matched comparison names all that a design can ask for, and every condition that an answer is held to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import fields
from io import StringIO
from pathlib import Path
from typing import get_args

import pytest

from evaluation.methods import METHODS
from evaluation.methods.matched.ways import NEAR, SCORE, WAYS
from evaluation.report.answering import ANSWERING
from evaluation.report.conditions import CONDITIONS
from evaluation.study import load
from evaluation.terms import CaliperUnit, Discard, DistanceBy, Matching, MissingRule, OrderBy, ScoreBy

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "matching.md").read_text(encoding="utf-8")
METHOD = METHODS["matched"]
WHOSE = {
    "effect_on_the_served": "served",
    "effect_on_the_compared": "compared",
    "average_effect": "everybody",
    "effect_in_the_overlap": "the overlap",
    "effect_on_the_matchable": "the matchable",
}


def table(head: str) -> list[list[str]]:
    """The rows of the guide's table whose first column is called so."""
    lines = GUIDE[GUIDE.index(f"\n| {head} |") :].lstrip("\n").split("\n\n")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([a-z_]+)`", cell)


def held() -> set[str]:
    """All that the matched questions of the shipped designs are held to: of offers and services, marks and amounts."""
    found: set[str] = set()
    for path in sorted((ROOT / "designs" / "bayview").glob("*.toml")):
        study = load(path)
        for question in study.questions:
            if question.method == "matched":
                found |= set(ANSWERING["matched"].held(question, study.cohorts[question.cohort], study))
    return found


def sentences() -> Iterator[str]:
    """What the guide quotes of an answer."""
    for block in re.findall(r"(?:^> .*\n)+", GUIDE, flags=re.MULTILINE):
        yield " ".join(line.removeprefix("> ") for line in block.splitlines()).rstrip(".")


def test_every_way_of_comparing_stands_in_the_table_in_its_order() -> None:
    assert [quoted(row[0]) for row in table("`by`")] == [[by] for by in WAYS]


@pytest.mark.parametrize("by", WAYS)
def test_a_way_is_told_with_its_own_words_and_with_whose_effect_it_tells(by: str) -> None:
    words, effects = next(row[2:] for row in table("`by`") if row[0] == f"`{by}`")

    near = NEAR if "nearness" in words else frozenset()
    assert set(quoted(words)) | near - SCORE == WAYS[by].words - SCORE
    assert set(effects.split(", ")) == {WHOSE[name] for name in WAYS[by].estimands}


def test_ways_that_take_risk_sets_together_and_ways_without_a_score_are_told_apart() -> None:
    inside, together = (row[1] for row in table("in risk sets"))
    in_sets = {by for by, way in WAYS.items() if way.in_risk_sets}

    assert set(quoted(inside)) == {by for by in in_sets if not WAYS[by].pooled}
    assert set(quoted(together)) == {by for by in in_sets if WAYS[by].pooled and not WAYS[by].weighs}
    unscored = re.search(r"All but (.*) read\s+`score`", GUIDE)
    assert unscored and set(quoted(unscored[1])) == {by for by, way in WAYS.items() if not way.words >= SCORE}


@pytest.mark.parametrize("word", [each.name for each in fields(Matching)])
def test_every_word_of_compare_is_told(word: str) -> None:
    assert re.search(rf"`[^`\n]*\b{word}\b[^`\n]*`", GUIDE)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("`missing`", MissingRule),
        ("`distance`", DistanceBy),
        ("`unit`", CaliperUnit),
        ("`order`", OrderBy),
    ],
)
def test_every_value_of_a_word_has_its_place_in_a_table(head: str, words: object) -> None:
    assert {name for row in table(head) for name in quoted(row[0])} == set(get_args(words))


@pytest.mark.parametrize(
    ("head", "words"),
    [("`estimand`", METHOD.estimands), ("`estimator`", METHOD.estimators), ("`inference.by`", METHOD.inference)],
)
def test_whose_effects_which_estimators_and_which_errors_are_those_of_the_method(head: str, words: frozenset[str]) -> None:
    assert {name for row in table(head) for name in quoted(row[0])} == words


@pytest.mark.parametrize("value", [*get_args(Discard), *get_args(ScoreBy)])
def test_every_value_of_discard_and_score_is_told(value: str) -> None:
    assert f"`{value}`" in GUIDE or f'"{value}"' in GUIDE


def test_an_estimator_is_told_with_the_ways_that_it_goes_with() -> None:
    for row in table("`estimator`"):
        ways = {by for by, way in WAYS.items() if quoted(row[0])[0] in way.estimators}
        assert ways == (set(WAYS) if row[2] == "every way" else set(quoted(row[2])))


def test_every_condition_of_a_matched_answer_is_told_and_whether_it_is_required() -> None:
    told = {name: row for row in table("diagnostic") for name in quoted(row[0])}
    required = {name for name, row in told.items() if row[3] == "yes"}

    assert len(held()) > 20
    assert set(told) == held() | {"unrecorded_history"}  # no shipped design has a column that can be missing
    assert required == {name for name in told if CONDITIONS[name].required} | {"sparse_events"}
    assert {name for name, row in told.items() if row[1].startswith("shown")} == {name for name in told if not CONDITIONS[name].limit}


def test_the_number_of_ways_is_that_of_the_readme_and_the_changelog() -> None:
    assert len(WAYS) == 14
    assert "fourteen ways" in (ROOT / "README.md").read_text(encoding="utf-8").replace("\n", " ")
    assert "Fourteen ways" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_example_runs_and_says_what_the_guide_quotes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (example,) = re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL)
    said = StringIO()
    with redirect_stdout(said):
        exec(compile(example, "docs/matching.md", "exec"), {})

    assert len(list(sentences())) == 3
    for sentence in sentences():
        assert sentence in said.getvalue()
    name = re.search(r"\*(all but 1 to 10 of \d+)\*", GUIDE)
    assert name and said.getvalue().startswith(name[1])
