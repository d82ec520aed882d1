"""Matching in invented counties where need on record decides who is served: the truth is found, and no effect where there is none.

Offered by a worker: a static pool on the day of the release.  Walked in: risk sets on the day of service.  The runs are the
hundred that are published; `published` says how some of them are made again, and what the gate sees of so many.
"""

import pytest
from published import inside, published


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
    scores = published(design, world)

    inside(scores)
    for score in scores:
        assert score.without_effect == (nothing and "cost" not in score.question)
