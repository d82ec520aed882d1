"""Which words an answer may use: a letter from A (caused) to X (cannot say), by what decided who was served and what was tried since.

An answer that nothing has challenged is B at most where a lot decided, and C elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator

from .artefacts import CONTROLS, HIDDEN, PLACEBOS, PUT_TO, Artefacts
from .attrition import is_low
from .designs import BY_LOT, MATCHED, NOTHING_COMPARED
from .rated import Rated
from .wwc import AT_THE_CUTOFF

RANKS = {"X": 0, "D": 1, "C": 2, "B": 3, "A": 4}
WHY_NOT = {"unknown": "credible_alike_unknown", "unadjusted": "credible_unadjusted", "apart": "credible_apart"}


def licence(a: Artefacts) -> Rated:
    """The letter as a rating, and what decided it."""
    if not a.answered:
        return _given("X", "no_estimate")
    if a.forbidden:
        return _given("X", "condition_failed")
    if a.design in NOTHING_COMPARED:
        return _given("D", "nothing_compared")
    if a.design in BY_LOT:
        return _by_lot(a)
    missing = next(_missing(a), "")
    return _given("C", missing) if missing else _given("B", "credible")


def _by_lot(a: Artefacts) -> Rated:
    """A: few lost, and every condition and challenge held, a look for an effect where there can be none among them.

    B where something else fails: one letter.  C where an effect is found where there can be none, or one side is a single place.
    """
    if a.single_unit:
        return _given("C", "single_unit")
    if a.held((*PLACEBOS, CONTROLS)) is False:
        return _given("C", "challenge_failed")
    if a.challenges_failing:
        return _given("B", "challenge_failed")
    if a.conditions_failing:
        return _given("B", "lot_condition_failed")
    if a.attrition is None or not is_low(a.attrition):
        return _given("B", "lot_losses")
    if a.design == "lot_compliers":
        return _given("B", "lot_compliers_only")
    if not a.tried:
        return _given("B", "lot_unchallenged")
    return _given("A", "lot_held") if any(name in a.tried for name in PUT_TO) else _given("B", "lot_no_placebo")


def _missing(a: Artefacts) -> Iterator[str]:
    """What a comparison that no lot made lacks in order to be credible, the weightiest first."""
    if a.design == "raw":
        yield "credible_alike_unknown"
    if a.design == "plans":
        yield "plans_weighed"
    if a.design in MATCHED and a.alike != "met":
        yield WHY_NOT[a.alike]
    if a.single_unit:
        yield "single_unit"
    if a.challenges_failing:
        yield "challenge_failed"
    if a.conditions_failing:
        yield "flag_failed"
    if a.design == "threshold":
        if a.held(AT_THE_CUTOFF) is None or not all(name in a.checks for name in AT_THE_CUTOFF):
            yield "cutoff_unlooked"
        if not a.tried:
            yield "unchallenged"
        return
    if not a.tried:
        yield "unchallenged"
    if a.held(PLACEBOS) is None:
        yield "credible_placebo"
    if CONTROLS not in a.tried and CONTROLS not in a.checks:
        yield "credible_controls"
    if not a.reported & set(HIDDEN):
        yield "credible_hidden"
    if not a.sharp:
        yield "credible_weak"


def _given(letter: str, why: str) -> Rated:
    return Rated(letter, RANKS[letter], why)
