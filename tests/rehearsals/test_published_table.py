"""The published table of rehearsals: that of the designs as they stand, and what it says of some counties comes out again."""

import csv
from pathlib import Path

import pytest

from evaluation.rehearsal import performed
from evaluation.study import load
from evaluation.terms import Study
from synthetic import WORLDS

ROOT = Path(__file__).parents[2]
SEEDS, PEOPLE = 5, 2_000  # of each world; about three seconds
WRITTEN = 1e-9  # numbers are published with ten digits
AGAIN = "make docs/rehearsals anew: python benchmarks/rehearsal_table.py"


def shipped(name: str) -> Study:
    return load(ROOT / "designs" / "bayview" / f"{name}.toml")


LOTTERY, OFFERED, WALK_IN = (shipped(name) for name in ("reentry_navigation", "navigation_offered", "navigation_walk_in"))
REHEARSED = {
    "lottery": LOTTERY,
    "lottery_without_effect": LOTTERY,
    "referred": OFFERED,
    "referred_without_effect": OFFERED,
    "walk_in": WALK_IN,
    "walk_in_without_effect": WALK_IN,
}


def published() -> list[dict[str, str]]:
    with (ROOT / "docs" / "rehearsals.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_is_of_the_designs_as_they_stand_and_leaves_out_no_world_and_no_question() -> None:
    rows = published()

    assert set(REHEARSED) == set(WORLDS)
    assert {(row["world"], row["study"]) for row in rows} == {(world, study.digest) for world, study in REHEARSED.items()}, AGAIN
    for measure in ("truth", "bias", "coverage", "se_ratio", "refused"):
        there = {(row["world"], row["question"]) for row in rows if row["measure"] == measure and row["mc_error"]}
        assert there == {(world, question.name) for world, study in REHEARSED.items() for question in study.questions}


@pytest.mark.parametrize("world", REHEARSED)
def test_runs_that_were_published_come_out_again(world: str) -> None:
    study = REHEARSED[world]
    rows = [row for row in published() if row["world"] == world and row["seed"]]
    there = {(row["question"], int(row["seed"]), row["measure"]): float(row["value"]) for row in rows}

    again = {
        (run.question, run.seed, measure): getattr(run, measure)
        for run in performed(study, WORLDS[world], range(SEEDS), people=PEOPLE)
        for measure in ("effect", "std_error")
    }
    assert len(there) == len(again) == 2 * SEEDS * len(study.questions)
    assert again == pytest.approx(there, rel=WRITTEN), AGAIN
