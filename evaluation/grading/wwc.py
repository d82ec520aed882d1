"""What Works Clearinghouse, Handbook 5.0: attrition, baseline equivalence, confounds."""

from __future__ import annotations

from .artefacts import Artefacts
from .attrition import is_low
from .designs import BY_LOT, NOTHING_COMPARED
from .rated import Rated, Standard, not_answered

WITHOUT, WITH, NOT_MET, NOT_ELIGIBLE = "wwc_without", "wwc_with", "wwc_not", "not_eligible"
FAIRLY_DRAWN = "lot_looks_like_a_lot"
AT_THE_CUTOFF = ("density_at_the_cutoff", "history_at_the_cutoff")
WHY = {"met": "alike", "unadjusted": "unadjusted", "apart": "apart", "unknown": "alike_unknown"}


def rating(a: Artefacts) -> Rated:
    """The rating of one contrast under the cautious boundary of attrition."""
    if none := not_answered(a):
        return none
    if a.design in NOTHING_COMPARED:
        return Rated(NOT_ELIGIBLE, 0, "nothing_compared")
    if a.single_unit:
        return Rated(NOT_MET, 1, "single_unit", verified=False)
    if a.design == "threshold":
        return _threshold(a)
    if a.design in BY_LOT:
        return _lot(a)
    return Rated(NOT_MET, 1, "plans_weighed") if a.design == "plans" else _by_equivalence(a, "quasi")


def _lot(a: Artefacts) -> Rated:
    """A lot needs no equivalence while it was fairly drawn and few were lost."""
    of_itself = a.design == "lot"  # the rules for those who came because of a lot are from memory
    if a.checks.get(FAIRLY_DRAWN) is False:
        return _by_equivalence(a, "lot_unfair", verified=of_itself)
    if a.attrition is not None and is_low(a.attrition):
        return Rated(WITHOUT, 3, "lot_low", verified=of_itself)
    return _by_equivalence(a, "lot_high" if a.attrition is not None else "lot_unknown", verified=of_itself)


def _by_equivalence(a: Artefacts, before: str, *, verified: bool = True) -> Rated:
    met = a.alike == "met"
    return Rated(WITH if met else NOT_MET, 2 if met else 1, f"{before}_{WHY[a.alike]}", verified)


def _threshold(a: Artefacts) -> Rated:
    """Nobody heaps at the cut-off, the history does not jump there, and few are lost."""
    if any(name not in a.checks for name in AT_THE_CUTOFF):
        return Rated(NOT_MET, 1, "cutoff_unlooked", verified=False)
    if not a.held(AT_THE_CUTOFF):
        return Rated(NOT_MET, 1, "cutoff_jumps", verified=False)
    if a.attrition is None or not is_low(a.attrition):
        return Rated(WITH, 2, "cutoff_losses", verified=False)
    return Rated(WITHOUT, 3, "cutoff_sound", verified=False)


WWC = Standard("wwc", rating)
