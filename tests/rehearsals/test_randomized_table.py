"""The published table of rehearsals: that of the design as it stands, and what it says of ten counties comes out again."""

import csv
from pathlib import Path

import pytest

from evaluation.rehearsal import performed
from evaluation.study import load
from synthetic import WORLDS

ROOT = Path(__file__).parents[2]
STUDY = load(ROOT / "designs" / "bayview" / "reentry_navigation.toml")
SEEDS, PEOPLE = 5, 2_000  # of each world; about three seconds
WRITTEN = 1e-9  # numbers are published with ten digits
AGAIN = "make docs/rehearsals anew: python benchmarks/rehearsal_table.py"


def published() -> list[dict[str, str]]:
    with (ROOT / "docs" / "rehearsals.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_table_is_of_the_design_as_it_stands_and_leaves_out_no_world_and_no_question() -> None:
    rows = published()

    assert {row["study"] for row in rows} == {STUDY.digest}, AGAIN
    for measure in ("truth", "bias", "coverage", "se_ratio", "refused"):
        there = {(row["world"], row["question"]) for row in rows if row["measure"] == measure and row["mc_error"]}
        assert there == {(world, question.name) for world in WORLDS for question in STUDY.questions}


@pytest.mark.parametrize("world", WORLDS)
def test_runs_that_were_published_come_out_again(world: str) -> None:
    rows = [row for row in published() if row["world"] == world and row["seed"]]
    there = {(row["question"], int(row["seed"]), row["measure"]): float(row["value"]) for row in rows}

    again = {
        (run.question, run.seed, measure): getattr(run, measure)
        for run in performed(STUDY, WORLDS[world], range(SEEDS), people=PEOPLE)
        for measure in ("effect", "std_error")
    }
    assert len(there) == len(again) == 2 * SEEDS * len(STUDY.questions)
    assert again == pytest.approx(there, rel=WRITTEN), AGAIN
