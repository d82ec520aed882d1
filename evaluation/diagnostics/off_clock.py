"""Whether being kept off the street has hidden too much of a question in street time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..terms import Diagnostic
from .likeness import distinct
from .wording import part

if TYPE_CHECKING:
    from ..terms import Array

MOST_KEPT = 0.2  # of an arm: our own rule; in invented counties answers were right with 15 % short, and numbers of events off with 35 %


def off_the_clock(served: Array, kept: Array, person: Array, *, called: str = "served") -> Diagnostic:
    """The share of an arm, where it is larger, that came to the end of the horizon by the calendar with fewer days at risk than it asks for.

    All (n,): `served` bool, `kept` bool (short of days at risk by the days off the clock alone), `person` int.  Those with as many days
    at risk stand for them.  People are often kept from the street by what they did before, so that those who stand for them are likelier
    to stay free of it.  Not required: it says that the answer may be off, and cannot say by how much.
    """
    arms = {"served": served, "compared": ~served}
    counts = {arm: (distinct(person, there & kept), distinct(person, there & ~kept)) for arm, there in arms.items()}
    shares = {arm: float(kept[there].mean()) for arm, there in arms.items()}
    value = max(shares.values())
    holds = value <= MOST_KEPT
    told = [part(few, few + others) for few, others in counts.values()]
    were = f"{told[0]} people {called} and {told[1]} people compared were short of days at risk when the horizon had passed"
    return Diagnostic(
        name="off_the_clock",
        sentence=(were if kept.any() else "Nobody was short of days at risk when the horizon had passed")
        + ("." if holds else ": those who were not kept from the street stand for them, and may be likelier to stay free of the event."),
        value=value,
        limit=MOST_KEPT,
        holds=holds,
        source="a rule of this project, rehearsed in invented counties: numbers of events were off by a sixth where a third were short",
        required=False,
        detail=shares,
        behind=counts,
    )
