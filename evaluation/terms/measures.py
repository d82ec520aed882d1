"""What a measure of an outcome is told in, and which way of it is better."""

from __future__ import annotations

from typing import Literal

from .seen import Outcome
from .words import Measure, OutcomeUnit


def unit_of(outcome: Outcome, measure: Measure = "risk") -> OutcomeUnit:
    """What a measure of an outcome is told in: a mark's risk in people, its mean days free of it or lost to it in days, how often in events.

    Of numbers about places: a rate in so many for so many people, any other as a bare count; and so is how many of something a person has.
    """
    if outcome.table == "area":
        return "rate" if outcome.kind == "rate" else "count"
    if outcome.kind == "amount" and outcome.unit == "events":
        return "count"
    if outcome.kind != "mark" or measure == "risk":
        return outcome.unit
    return "events" if measure == "number" else "days"


def better_of(outcome: Outcome, measure: Measure = "risk") -> Literal["fewer", "more"]:
    """Which way is better: where an event is better rarer, more days free of it are; of any other measure, as of the event itself."""
    if measure == "time_free":
        return "more" if outcome.better == "fewer" else "fewer"
    return outcome.better
