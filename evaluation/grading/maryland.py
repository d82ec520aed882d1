"""The Maryland Scientific Methods Scale, by design class.

As the What Works Centre for Local Economic Growth words its five levels.  The centre's guide also marks a study down for how well a
design was carried out; that is not applied here, so that a level is the highest its design can have.
"""

from __future__ import annotations

from collections.abc import Mapping

from .artefacts import Artefacts
from .designs import Design
from .rated import NOT_RATED, Rated, Standard, not_answered

LEVELS: Mapping[Design, int] = {
    "lot": 5,
    "lot_compliers": 4,  # the lot as an instrument
    "threshold": 4,
    "panel": 3,
    "matched_before": 3,
    "matched": 2,
    "plans": 2,
    "raw": 1,
    "series_alone": 1,
    "before_after": 1,
}


def level(a: Artefacts) -> Rated:
    """The level of a design, whatever is laid on it: a model of hazards has the level of its design."""
    if none := not_answered(a):
        return none
    if a.design == "population":
        return Rated(NOT_RATED, 0, "population")
    return Rated(f"level_{LEVELS[a.design]}", LEVELS[a.design], f"design_{a.design}")


MARYLAND = Standard("maryland", level)
