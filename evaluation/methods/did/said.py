"""In what unit a diagnostic of this room says a size: people are counted with every event of theirs, not once."""

from __future__ import annotations

from ...terms import Outcome, OutcomeUnit


def unit_of(outcome: Outcome) -> OutcomeUnit:
    """`events` where the outcome counts people: several of a period are one person's."""
    return "events" if outcome.unit == "people" else outcome.unit
