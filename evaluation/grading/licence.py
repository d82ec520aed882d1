"""Which words an answer may use: a letter from A (caused) to X (cannot say), by what decided who was served and what was tried since."""

from __future__ import annotations

from collections.abc import Sequence

from ..terms import Answer, Challenge, Diagnostic, Grade, Licence


def grade(answer: Answer, challenges: Sequence[Challenge] = (), conditions: Sequence[Diagnostic] = ()) -> Grade:
    """The grade of an answer that these challenges have tried and that rests on these conditions."""
    return Grade(_licence(answer, challenges, conditions), "", ())


def _licence(answer: Answer, challenges: Sequence[Challenge], conditions: Sequence[Diagnostic]) -> Licence:
    if answer.estimate is None or any(one.required and not one.holds for one in conditions):
        return "X"
    if answer.estimate.estimand.name == "change":
        return "D"
    if answer.by == "lot" and all(one.holds for one in conditions):
        return "A" if challenges else "B"
    return "B" if challenges and all(one.holds for one in conditions) else "C"
