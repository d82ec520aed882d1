"""Matching in invented counties where need on record decides who is served: the truth is found, and no effect where there is none.

Offered by a worker: a static pool on the day of the release.  Walked in: risk sets on the day of service.  The runs are those of
seeds 0, 1, 2, ...: changing a seed to pass is a defect.
"""

from pathlib import Path

import pytest

from evaluation.rehearsal import gate, least_coverage, rehearse
from evaluation.study import load
from synthetic import WORLDS

DESIGNS = Path(__file__).parents[2] / "designs" / "bayview"
RUNS, PEOPLE = 40, 1_200  # about fifteen seconds of computing a world


@pytest.mark.parametrize(
    ("world", "design"),
    [
        ("referred", "navigation_offered"),
        ("referred_without_effect", "navigation_offered"),
        ("walk_in", "navigation_walk_in"),
        ("walk_in_without_effect", "navigation_walk_in"),
    ],
)
def test_those_served_are_compared_with_people_like_them(world: str, design: str) -> None:
    nothing = world.endswith("without_effect")
    reference = 2_000 if nothing else 20_000  # where nobody's outcome moves, few people show it
    rehearsal = rehearse(load(DESIGNS / f"{design}.toml"), WORLDS[world], runs=RUNS, people=PEOPLE, reference=reference)

    assert all(score.answered >= 0.95 * RUNS for score in rehearsal.scores)
    assert gate(rehearsal.scores) == (), str(rehearsal)
    together = [score.coverage.value for score in rehearsal.scores]
    assert sum(together) / len(together) >= least_coverage(RUNS * len(together))
    for score in rehearsal.scores:
        assert score.without_effect == (nothing and "cost" not in score.question)
