"""Whose clock starts in a county, and on which day: every intake is a way into the same county."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from synthetic.rates import core as rates
from synthetic.rates.rate import Rate

ADULTS = (18.5, 21.5, 26.0, 33.0, 43.0, 53.0, 76.0)  # ages on the day the programme opened, as quantiles at AGE_AT; assumed
AGE_AT = (0.0, 0.10, 0.25, 0.50, 0.75, 0.90, 1.0)


@dataclass(frozen=True, slots=True)
class Intake:
    """Who lives in the county that a programme looks at, and what starts everybody's clock there."""

    name: str
    who: str  # completes "the county's people are ..."
    opens: str  # what the records show on the day that starts a clock: a kind of event; empty: nothing of its own
    start: Literal["release", "drawn", "opening"] = "drawn"  # the first release; a day drawn between opening and closing; the opening itself
    ages: tuple[float, ...] = ADULTS  # at AGE_AT
    households: bool = False  # neighbours by fours may be a household of parents and children; otherwise pairs may be one family
    shared_family: Rate = rates.SHARED_FAMILY  # the share of pairs, or of fours, that are one
    arrests: float = 1.0  # times as many arrests as people released from jail have


INTAKES: Mapping[str, Intake] = {
    intake.name: intake
    for intake in (Intake("released", "adults who are released from jail at least once in the years of intake", "release", start="release"),)
}
