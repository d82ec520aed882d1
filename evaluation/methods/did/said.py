"""In what unit a diagnostic of this room says a size: people are counted with every event of theirs, not once."""

from __future__ import annotations

from ... import terms
from ...terms import Outcome, OutcomeUnit


def unit_of(outcome: Outcome) -> OutcomeUnit:
    """`events` where the outcome counts people, for several of a period are one person's; of numbers about places a rate or a count."""
    if outcome.table == "area":
        return terms.unit_of(outcome)
    return "events" if outcome.unit == "people" else outcome.unit
