"""How what became of a population will be told, with nothing to compare it with, as a protocol says it before any data."""

from __future__ import annotations

from collections.abc import Iterator

from ..terms import CohortPlan, Question, Study
from .declared import each_period, people, within

HELD = {"trend": "trend_seen", "target": "target_reached", "disparity": "disparities"}


def steps_of_monitor(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """The sentences of one question, in the order in which things are done; none of them says why anything changed."""
    yield f"Nothing is compared: {people(plan)} watched throughout are added up, and what is told is what became of them, and never why."
    per = f", for every {question.so_many:,} people" if question.so_many != 1 else ""
    yield f"Levels are {each_period(plan)}{per}."
    if question.estimator == "target":
        yield from _target(question)
    elif question.estimator == "disparity":
        yield (
            f"Each place’s rate over {within(question.horizon)} is held against that of the whole that it is a part of, with ranges that hold "
            "for all "
            "places at once (Clopper and Pearson 1934, given all that happened); the place farthest from the whole is the answer, and all "
            "others stand "
            "beside it."
        )
    else:
        yield f"A straight line is laid through the levels of {within(question.horizon)}; the answer is what it moves by, from the first to the last."
        yield (
            "Errors hang together from one period to the next, as the series itself shows, by restricted likelihood averaged over how strongly; "
            "where it "
            "is too short, or hangs together too much, no interval is told."
        )


def _target(question: Question) -> Iterator[str]:
    target = question.target
    if target is None:
        return
    yield (
        f"The first level is that of the period that holds {target.since}; the target is {target.each_year:+.1%} a year from there on, "
        "compounding, for "
        f"{within(question.horizon)}."
    )
    if target.error:
        yield (
            f"A count may be off by a standard error of {target.error:.1%}: where the range of the last level holds the target, nobody can tell "
            "whether it "
            "was reached."
        )
    else:
        yield "No error of the counts is declared: they are taken as exact, and no range is told."
    yield "The answer says whether the target was reached, was not, or cannot be told, and by how much."


def held_of_monitor(question: Question) -> Iterator[str]:
    """The conditions of one question beside those of the records, by name."""
    yield from ("places_watched", HELD[question.estimator])
