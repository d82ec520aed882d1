"""In which manner an answer is said: of people, of a period, at a cut-off, of those who came because of an offer, or as a bare change."""

from __future__ import annotations

from typing import Literal

from ..terms import Answer

Manner = Literal["", "period", "cutoff", "compliers", "change"]
Calendar = Literal["month", "quarter", "year", "days"]


def manner_of(answer: Answer) -> Manner:
    """The manner of an answer; empty where people of two arms are held against each other."""
    question = answer.question
    if question.estimand == "change" or question.estimator == "before_after":
        return "change"
    if question.estimand in ("complier_effect", "complier_effect_at_the_cutoff"):
        return "compliers"
    if answer.by == "adoption":
        return "period"
    return "cutoff" if answer.by == "score" else ""


def of_areas(answer: Answer) -> bool:
    """Whether units are areas and not people."""
    return answer.unit == "area"


def period_of(answer: Answer) -> tuple[Calendar, int]:
    """What a period is: a month, quarter or year of the calendar, or so many days."""
    said = answer.estimate.periods if answer.estimate else ""
    match said:
        case "month" | "quarter" | "year":
            return said, 1
        case _:
            number = said.split(" ", 1)[0]
            return "days", int(number) if number.isdigit() else 1
