"""The table of challenges: what each changes in a study, what it asks, which questions it fits, and how it is run.

A new challenge is a function that is given an Asked and gives back a Challenge, and one entry here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from ..terms import Challenge, CohortPlan, Outcome, Question, Study
from . import starts
from .asked import Asked

Sort = Literal["beside", "again"]


def whatever(question: Question, plan: CohortPlan) -> str:
    """Fits every question."""
    return ""


def nothing_else(study: Study, question: Question) -> tuple[Outcome, ...]:
    """Reads no outcome but the question's own."""
    return ()


@dataclass(frozen=True, slots=True)
class Kind:
    """One challenge, as the table CHALLENGES lists it."""

    name: str
    title: str  # what is changed, in a few words
    asks: str  # the question that it asks, for a reader
    sort: Sort  # beside: the same comparison, another outcome, horizon or window; again: another study
    run: Callable[[Asked], Challenge]
    fits: Callable[[Question, CohortPlan], str] = whatever  # why it does not fit; empty where it does
    decides: bool = False  # whether an answer that fails it is not answered; else it is told
    reads: Callable[[Study, Question], tuple[Outcome, ...]] = nothing_else  # of the sort beside: the outcomes that it reads besides the question's own


KINDS: tuple[Kind, ...] = (
    Kind(
        "placebo_start",
        "the start, laid on days before anybody was served",
        "Is an effect found on days on which no programme can have acted?",
        "beside",
        starts.placebo_start,
        starts.fits,
        decides=True,
    ),
)
CHALLENGES: Mapping[str, Kind] = MappingProxyType({kind.name: kind for kind in KINDS})
