"""Where people move away by a frailty that no record shows, no answer is given, and the worst-case bounds beside it hold the truth.

The runs are those of seeds 0, 1, 2, ...: changing a seed to pass is a defect.  That no verdict stands in a hundred of them, where the
programme does something, is published: `test_survival_in_invented_counties` reads it.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from evaluation.findings import judge
from evaluation.rehearsal import all_lives, answered, first_of
from evaluation.study import load
from synthetic import WORLDS

DESIGN = load(Path(__file__).parents[2] / "designs" / "bayview" / "navigation_when.toml")
STUDY = replace(DESIGN, questions=DESIGN.questions[:2])  # the risk, and days free of the event
RUNS, PEOPLE = 4, 1_200


def truths_of(run: int) -> dict[str, float]:
    """What the programme did to the very people of a run, by question."""
    world, size = WORLDS["moves_by_hidden_need"], {"people": PEOPLE, "seed": run, "first": first_of(run, PEOPLE), "county": PEOPLE}
    return {name: two.of_these_people().truth().effect for name, two in all_lives(STUDY, STUDY.questions, world, **size).items()}


@pytest.mark.parametrize("effect", [True, False])
def test_what_those_who_left_could_have_done_holds_the_truth_that_the_interval_misses(effect: bool) -> None:
    world = WORLDS["moves_by_hidden_need"] if effect else WORLDS["moves_by_hidden_need"].but(effect="none")
    answers = list(answered(STUDY, world, range(RUNS), people=PEOPLE, seed=0))  # question after question, run after run
    truths = [truths_of(run) if effect else dict.fromkeys((question.name for question in STUDY.questions), 0.0) for run in range(RUNS)]
    outside = 0
    for one, run in zip(answers, 2 * [*range(RUNS)], strict=True):
        truth = truths[run][one.question.name]
        bounds = next(told for told in one.diagnostics if told.name == "move_away_bounds")
        assert one.estimate is not None
        assert judge(one, None, title={"en": ""}, languages=("en",)).verdict == "not answered"
        assert bounds.detail["low"] < truth < bounds.detail["high"], (one.question.measure, run)
        assert not bounds.holds  # they are wide: what became of so many could be anything
        outside += not one.estimate.interval.low <= truth <= one.estimate.interval.high

    assert outside >= RUNS // 2  # of two questions a run: the interval among those who stayed is wrong far more often than it says
