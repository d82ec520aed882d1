"""How often the outcome before the start told of groups that were not alike: the column of a rehearsal that says it."""

from __future__ import annotations

from dataclasses import replace
from math import isnan, nan, sqrt
from pathlib import Path

import pytest

from evaluation.rehearsal import Run, Truth
from evaluation.rehearsal.results import Rehearsal, Rehearsals
from evaluation.rehearsal.scores import Score, scored
from evaluation.rehearsal.shown import markdown
from evaluation.rehearsal.store import shelf
from evaluation.study import load
from synthetic import WORLDS

DESIGN = Path(__file__).resolve().parents[2] / "designs" / "bayview" / "services_by_need.toml"
TRUTH = Truth(0.0, 0.0, 0.3, 0.3, 1_000)


def runs(*p_values: float, name: str = "q") -> list[Run]:
    return [Run(name, seed, "cannot tell yet", 0.1 * seed, 1.0, -1.0, 1.0, 0.5, placebo=p) for seed, p in enumerate(p_values)]


def rehearsal(*scores: Score) -> Rehearsal:
    labels = {one.question: f"asked {one.question}" for one in scores}
    return Rehearsal("digest", "Title", "world", "0", 4, 100, 1_000, labels, frozenset(), scores, ())


def test_the_hit_rate_is_the_share_of_the_runs_with_a_placebo_in_which_it_failed() -> None:
    found = scored(TRUTH, runs(0.01, 0.05, 0.049, 0.8, nan))

    assert found.placebo_hit.value == 0.5 and found.placebo_hit.error == pytest.approx(sqrt(0.25 / 4))
    assert dict(found.numbers())["placebo_hit"] == found.placebo_hit


def test_without_a_placebo_there_is_no_number_and_no_column() -> None:
    none = scored(TRUTH, runs(nan, nan, nan))

    assert isnan(none.placebo_hit.value) and "placebo_hit" not in dict(none.numbers())
    assert "placebo" not in markdown(rehearsal(none))
    assert "placebo" not in Rehearsals((rehearsal(none),))._repr_html_()


def test_beside_a_question_that_has_one_a_question_without_shows_nothing() -> None:
    some, none = scored(TRUTH, runs(0.01, 0.2)), replace(scored(TRUTH, runs(nan, nan)), question="other")

    head, _, first, second, *_ = markdown(rehearsal(some, none)).splitlines()

    assert head.endswith("| placebo hit |") and first.endswith("| 0.5 (0.35) |") and second.endswith("|  |")
    assert head.count("|") == first.count("|") == second.count("|")


def test_runs_are_kept_with_their_placebo(tmp_path: Path) -> None:
    study = load(DESIGN)
    made = runs(0.012345678901234567, nan, name=study.questions[0].name)
    kept = shelf(tmp_path, study, WORLDS["lasting_need_additive"].of(study.programme), people=100, seed=0)

    kept.keep(made, first=0)

    held = [kept.runs()[seed][0].placebo for seed in (0, 1)]
    assert held[0] == made[0].placebo and isnan(held[1])
