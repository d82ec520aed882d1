"""The randomized interval in an invented county: the truth is found, and no effect where there is none.

The runs are the hundred that are published; `published` says how some of them are made again, and what the gate sees of so many.
"""

import pytest
from published import inside, published


@pytest.mark.parametrize("world", ["lottery", "lottery_without_effect"])
def test_marks_days_and_dollars_stay_within_the_gate(world: str) -> None:
    scores = published("reentry_navigation", world)

    assert {score.question.split("_364")[0] for score in scores} >= {"main_recidivism_arrest", "main_custody_days_recorded"}
    assert all(score.answered == score.runs for score in scores)
    inside(scores)
    for score in scores:
        assert score.without_effect == (world == "lottery_without_effect" and "cost" not in score.question)
