"""How near one person's amount can be guessed, on amounts small enough to work through by hand."""

import numpy as np
import pytest

from evaluation.methods.dominance import closest_guess

EXACT = 1e-12  # a few sums and one root


@pytest.mark.parametrize(
    ("arm", "other", "closest"),
    [
        ([100, 50, 5, 5], [200] * 4, 0.1),  # 160 less one's own 50 is 110, a tenth too many
        ([100] + [1] * 400, [], (1 + 399 / 1e4) ** 0.5 - 1),  # the total tells little, and the sum of squares nearly all
        ([100] + [1] * 400, [100], (1 + 10399 / 1e4) ** 0.5 - 1),  # the standard error mixes both arms' squares
        ([100], [7, 7], 0.0),  # the mean is that person's
        ([100, 90], [50], 0.0),
        ([0, 0], [7], float("inf")),
        ([-100, 50, 5, -5], [200] * 4, 0.1),  # money paid back is an amount too
    ],
)
def test_the_second_largest_guesses_the_largest_from_the_total_or_from_the_squares(arm, other, closest):
    pull, there = np.array([*arm, *other], dtype=float), np.arange(len(arm) + len(other)) < len(arm)

    assert closest_guess(pull, there) == pytest.approx(closest, rel=EXACT)
    assert closest_guess(pull / 7, there) == pytest.approx(closest, rel=EXACT)
