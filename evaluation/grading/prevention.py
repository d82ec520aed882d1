"""Title IV-E Prevention Services Clearinghouse, Handbook 2.0: each contrast's design and execution, and what several contrasts support."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from .artefacts import Artefacts, Direction
from .attrition import is_low
from .designs import NOTHING_COMPARED
from .rated import Rated, Standard, not_answered
from .wwc import FAIRLY_DRAWN, NOT_ELIGIBLE, WHY

Tier = Literal["well_supported", "supported", "promising", "not_met"]
Execution = Literal["high", "moderate", "low", "not_eligible"]
SUSTAINED, LONG_SUSTAINED = 6.0, 12.0  # months beyond the end of treatment


@dataclass(frozen=True, slots=True)
class Contrast:
    """One contrast of one study, as the tiers read it."""

    sample: str  # contrasts of one sample, or of samples that overlap, have one name
    execution: Execution
    direction: Direction
    beyond_end: float | None  # months from the end of treatment to when the outcome was read; None: not known
    usual_care: bool = True  # carried out where such services are usually given, as a county's own are


def execution(a: Artefacts) -> Rated:
    """High, moderate or low: from memory of the handbook, but that a contrast needs a comparison group."""
    if none := not_answered(a):
        return none
    if a.design in NOTHING_COMPARED:
        return Rated(NOT_ELIGIBLE, 0, "nothing_compared")
    if a.single_unit:
        return Rated("low", 1, "single_unit", verified=False)
    if a.design == "plans":
        return Rated("low", 1, "plans_weighed", verified=False)
    fair = a.checks.get(FAIRLY_DRAWN, True)
    if a.design == "lot" and fair and a.attrition is not None and is_low(a.attrition):
        return Rated("high", 3, "lot_low", verified=False)
    met = a.alike == "met"
    began = "quasi" if a.design != "lot" else "lot_unfair" if not fair else "lot_high" if a.attrition is not None else "lot_unknown"
    return Rated("moderate" if met else "low", 2 if met else 1, f"{began}_{WHY[a.alike]}", verified=False)


def contrast(a: Artefacts, sample: str) -> Contrast:
    """The contrast of these artefacts, of people who have the name `sample`."""
    found = execution(a).rating
    kept: dict[str, Execution] = {"high": "high", "moderate": "moderate", "low": "low"}
    return Contrast(sample, kept.get(found, "not_eligible"), a.direction, a.beyond_end)


def tier(contrasts: Sequence[Contrast]) -> Tier:
    """What several contrasts of a programme support together; a contrast that is likely to do harm takes every tier away."""
    sound = [one for one in contrasts if one.execution in ("high", "moderate")]
    good = [one for one in sound if one.direction == "favourable"]
    if not good or any(one.direction == "unfavourable" for one in sound):
        return "not_met"
    in_practice = [one for one in good if one.usual_care]

    def lasting(months: float) -> bool:
        return any(one.beyond_end is not None and one.beyond_end >= months for one in in_practice)

    if len({one.sample for one in in_practice}) > 1 and lasting(LONG_SUSTAINED):
        return "well_supported"
    return "supported" if lasting(SUSTAINED) else "promising"


def alone(a: Artefacts) -> Rated:
    """The tier that this contrast would support by itself: supported at most, since the highest asks for two samples."""
    if none := not_answered(a):
        return none
    if a.forbidden:
        return Rated("psc_not", 1, "condition_failed", verified=False)
    found = contrast(a, "")
    given = tier([found])
    rank = {"not_met": 1, "promising": 2, "supported": 3, "well_supported": 4}[given]
    if given == "not_met":
        why = "harm" if found.direction == "unfavourable" else "not_favourable" if found.direction != "favourable" else "not_sound"
        return Rated("psc_not", rank, why if found.execution in ("high", "moderate") else "not_sound", verified=False)
    if given == "promising":
        return Rated("psc_promising", rank, "end_unknown" if a.beyond_end is None else "not_sustained", verified=False)
    return Rated("psc_supported", rank, "sustained", verified=False)


EXECUTION = Standard("prevention", execution)
ALONE = Standard("prevention_alone", alone)
