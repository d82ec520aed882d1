"""What docs/rehearsals.csv and docs/rehearsals_runs.csv tell of a design in a world: its scores, worked out again from every run.

`test_published_table` makes runs of each case again to their last digit, so that what is read here is what the methods do today.
Of R = 100 runs the gate sees a bias beyond .05 + 3 / 10 standard deviations of the estimates where it judges one question, or
.05 + 3.2 / 10 where it judges three, and coverage below 88 %; of the 40 runs that a test could make itself, .05 + 3.2 / 6.3 and 84 %.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from evaluation.rehearsal import Score, gate, least_coverage

ROOT = Path(__file__).parents[2]
SPEC = importlib.util.spec_from_file_location("rehearsal_table", ROOT / "benchmarks" / "rehearsal_table.py")
assert SPEC is not None and SPEC.loader is not None
table: Any = importlib.util.module_from_spec(SPEC)
sys.modules["rehearsal_table"] = table  # other processes find it by this name
SPEC.loader.exec_module(table)

CASES = table.cases()
AGAIN = "make docs/rehearsals anew: make rehearsal-table"


@cache
def scores_of(number: int) -> dict[str, Score]:
    """The scores of a case, by its number, by question: of the runs that are published, against the truths that are."""
    case = CASES[number - 1]
    assert any((row["study"], row["world"]) == (case.study.digest, case.world.name) for row in table.published_numbers()), AGAIN
    lines = [line for line in table.published_runs() if line[0] == str(number)]
    return table.scores(case, lines, table.Published.of(case).truths)


def published(design: str, world: str) -> tuple[Score, ...]:
    """The score of each question of a design of the county of Bayview, in the order of the design."""
    (case,) = [case for case in CASES if Path(case.design).stem == design and case.world.name == world]
    return tuple(scores_of(case.number)[question.name] for question in case.study.questions)


def inside(scores: Sequence[Score]) -> None:
    """Answered, and inside the Monte Carlo gate, each question and all together."""
    assert all(score.answered >= 0.95 * score.runs for score in scores)
    assert gate(scores) == ()
    # one question alone may miss the truth often before so many runs show it; all of them together may not
    together = [score.coverage.value for score in scores]
    assert sum(together) / len(together) >= least_coverage(sum(score.runs for score in scores))
