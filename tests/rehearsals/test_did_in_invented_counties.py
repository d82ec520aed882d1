"""Roll-outs that mislead: where need rises sooner in the places that begin, and where a trend multiplies the need of those who come.

Either nothing is answered, or what is told holds the truth: the interval and those beside it together, or the bounds for trends that
were not parallel.  Worlds in which did is sound are held to the gate by the published table, of which another test makes some runs anew.
"""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from evaluation.findings import judge
from evaluation.rehearsal import answered
from evaluation.study import load
from evaluation.terms import Answer
from synthetic import WORLDS

ROOT = Path(__file__).parents[2]
RUNS = range(6)
MOST_MISSED = 1  # of so few runs: one in twenty is what a right interval misses


def claims_too_much(one: Answer, truth: float, title: dict[str, str]) -> bool:
    """Whether an answer is given, and no range that it tells holds the truth."""
    if judge(one, title=title, languages=("en",)).pending == "not answered" or one.estimate is None:
        return False
    every = [(each.low, each.high) for each in (one.estimate.interval, *one.estimate.beside)]
    for bounds in (each.detail for each in one.estimate.diagnostics if each.name == "honest_bounds"):
        every += [(bounds["low at Mbar = 1"], bounds["high at Mbar = 1"]), (bounds["low in a straight line"], bounds["high in a straight line"])]
    return not min(low for low, _ in every) <= truth <= max(high for _, high in every)


@pytest.mark.parametrize(
    ("design", "world"),
    [("services_by_office", "rolled_out_where_need_was_rising"), ("services_since_2020", "lasting_need_proportional")],
)
def test_where_trends_were_not_parallel_nothing_is_answered_or_what_is_told_holds_the_truth(design: str, world: str) -> None:
    study, there = load(ROOT / "designs" / "bayview" / f"{design}.toml"), WORLDS[world]
    with (ROOT / "docs" / "rehearsals.csv").open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if (row["study"], row["world"], row["measure"]) == (study.digest, world, "truth")]
    truth = float(rows[0]["value"])

    missed = [claims_too_much(one, truth, dict(study.title)) for one in answered(study, there, RUNS, people=there.size, seed=0)]

    assert len(missed) == len(RUNS)
    assert sum(missed) <= MOST_MISSED
