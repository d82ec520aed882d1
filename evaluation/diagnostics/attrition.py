"""Whether so many people were lost, or so unevenly, that the arms no longer are what the lot made them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..terms import Diagnostic
from .wording import people, tellable

if TYPE_CHECKING:
    from ..terms import Array

# What Works Clearinghouse, Standards Handbook 4.1, table II.1, cautious assumptions: by overall attrition of 0, 1, ... 57 per cent,
# the largest difference between the arms' attrition, in percentage points, that keeps the expected bias within .05 deviations.
CAUTIOUS_BOUNDARY = (
    5.7, 5.8, 5.9, 5.9, 6.0, 6.1, 6.2, 6.3, 6.3, 6.3, 6.3, 6.2, 6.2, 6.1, 6.0, 5.9, 5.9, 5.8, 5.7, 5.5,
    5.4, 5.3, 5.2, 5.1, 4.9, 4.8, 4.7, 4.5, 4.4, 4.3, 4.1, 4.0, 3.8, 3.6, 3.5, 3.3, 3.2, 3.1, 2.9, 2.8,
    2.6, 2.5, 2.3, 2.1, 2.0, 1.8, 1.6, 1.5, 1.3, 1.2, 1.0, 0.9, 0.7, 0.6, 0.4, 0.3, 0.2, 0.0,
)  # fmt: skip
SOURCE = "What Works Clearinghouse, Standards Handbook 4.1, table II.1, cautious boundary"


def allowed_difference(overall: float) -> float:
    """The largest difference in percentage points at an overall attrition of so many per cent; below 0 where none is allowed."""
    if overall > len(CAUTIOUS_BOUNDARY) - 1:
        return -1.0
    return float(np.interp(overall, np.arange(len(CAUTIOUS_BOUNDARY)), CAUTIOUS_BOUNDARY))


def attrition(served: Array, seen: Array) -> Diagnostic:
    """Losses before the end of the window, overall and between the arms, held to the cautious boundary; both (n,) bool."""
    lost = {"served": int((served & ~seen).sum()), "compared": int((~served & ~seen).sum())}
    size = {"served": int(served.sum()), "compared": int((~served).sum())}
    share = {arm: 100 * lost[arm] / size[arm] for arm in lost}
    overall, apart = 100 * sum(lost.values()) / sum(size.values()), abs(share["served"] - share["compared"])
    allowed = allowed_difference(overall)
    holds = apart <= allowed
    verdict = "within the cautious boundary" if holds else "over the cautious boundary: the arms may no longer be alike"
    numbers = f" ({overall:.1f} % overall, {apart:.1f} points apart)" if tellable(*lost.values()) else ""
    everybody = "Everybody was followed to the end of the window."
    return Diagnostic(
        name="attrition",
        sentence=f"{people(lost['served'])} of {people(size['served'])} people offered the programme and {people(lost['compared'])} of "
        f"{people(size['compared'])} others were lost before the end of the window{numbers}: {verdict}."
        if overall
        else everybody,
        value=apart,
        limit=allowed,
        holds=holds,
        source=SOURCE,
        detail={"overall, per cent": overall, "served, per cent": share["served"], "compared, per cent": share["compared"]},
    )


def worst_case_bounds(low: float, high: float, *, lost: tuple[int, int]) -> Diagnostic:
    """What the effect could have been had everybody lost fared as badly, or as well, as possible (Manski 1990).

    Holds where both bounds lie on one side of no effect.  Not required: they are the worst case, and the boundary of attrition
    judges a likely one.  `low` and `high` bound the effect itself, without its sampling error; `lost` are counts by arm.
    """
    holds = low > 0 or high < 0
    if tellable(*lost):
        ending = f"the effect among them all lies between {low:.3g} and {high:.3g}"
    else:
        ending = "the effect among them all keeps its direction" if holds else "the effect among them all could go either way"
    return Diagnostic(
        name="worst_case_bounds",
        sentence=f"Whatever became of the people lost, {ending}.",
        value=high - low,
        limit=None,
        holds=holds,
        source="Manski 1990",
        required=False,
        detail={"low": low, "high": high},
        behind={"lost": lost},
    )
