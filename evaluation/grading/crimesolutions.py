"""CrimeSolutions as of 2025: one rating an outcome, by the strength of the design and what was found.

Of the four dimensions that its reviewers score, records show design quality and outcomes; a programme's conceptual framework and its
fidelity are on no record and are not scored.  That studies of class 5 alone are inconclusive, and the labels, were read; which design
reaches which class is from memory.
"""

from __future__ import annotations

from .artefacts import Artefacts
from .attrition import is_low
from .designs import MATCHED
from .rated import Rated, Standard, not_answered
from .wwc import AT_THE_CUTOFF

BEFORE = ("path_before_adoption", "path_before_start", "fit_before", "placebo_in_time")  # of which a panel needs one, and all it has to hold


def outcome(a: Artefacts) -> Rated:
    """The label of one outcome from one study."""
    if none := not_answered(a):
        return none
    strength = _strength(a)
    if not strength:
        return Rated("inconclusive", 0, "class_5", verified=False)
    match a.direction:
        case "unfavourable":
            return Rated("negative_effects", 1, "found_harm", verified=False)
        case "favourable":
            return Rated("effective" if strength > 1 else "promising", strength, "found_strong" if strength > 1 else "found_fair", verified=False)
        case "too small to matter":
            return Rated("ineffective" if strength > 1 else "inconclusive", strength - 1, "found_none", verified=False)
        case _:
            return Rated("inconclusive", 0, "found_unclear", verified=False)


def _strength(a: Artefacts) -> int:
    """2: a lot with few lost, where all that is looked at holds; 1: a comparison that can carry a cause; 0: class 5."""
    if a.forbidden or a.single_unit:
        return 0
    if a.design == "lot":
        return 2 if a.attrition is not None and is_low(a.attrition) and not a.failing else int(a.alike == "met" and not a.failing)
    if a.design in ("lot_compliers", "threshold"):
        return int(not a.failing and (a.design != "threshold" or a.held(AT_THE_CUTOFF) is True))
    if a.design in MATCHED:
        return int(a.alike == "met" and not a.failing)
    return int(
        a.design == "panel" and not a.failing and a.held(("path_before_adoption", "path_before_start", "fit_before", "placebo_in_time")) is True
    )


CRIMESOLUTIONS = Standard("crimesolutions", outcome)
