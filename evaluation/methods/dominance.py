"""How near one person's amount can be guessed from a mean and its spread."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..terms import Array


def closest_guess(pull: Array, there: Array) -> float:
    """How far above an arm's largest amount the best guess at it lies, as a share of it; infinite where nobody has any.

    `pull` is (n,), what everybody's amount adds to the contrast, and `there` (n,) bool the arm.  Whoever has the second largest
    takes it off the total, which the arm's mean tells (the p % rule), or off the sum of squares of both arms, which no one amount
    exceeds and the standard error tells.
    """
    size = np.sort(np.append(np.abs(pull[there]), 0.0))  # somebody alone is beside nobody
    second, largest = size[-2:]
    if largest == 0:
        return float("inf")
    total = size.sum() - largest - second
    squares = max(float((pull**2).sum()) - largest**2 - second**2, 0.0)
    return float(min(total / largest, (1 + squares / largest**2) ** 0.5 - 1))
