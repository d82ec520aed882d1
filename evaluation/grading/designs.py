"""Which class of design an answer is of: what stands against what, read off the question and off what decided who is served."""

from __future__ import annotations

from typing import Literal

from ..terms import Answer

Design = Literal[
    "lot",  # chance decided who was offered
    "lot_compliers",  # the same, and the effect is of those who came because of the lot
    "threshold",  # a score divided those offered from the others
    "panel",  # before and after, beside units that the programme did not reach, or not yet
    "matched_before",  # people made alike, whose outcome was looked at before the start as well
    "matched",  # people made alike
    "plans",  # each start under two plans, and those who keep to either weighed as the days go by
    "raw",  # two groups as they are
    "series_alone",  # one series, before and after
    "before_after",  # those served, before and after
    "population",  # what became of a population
]

NOTHING_COMPARED: tuple[Design, ...] = ("series_alone", "before_after", "population")
BY_LOT: tuple[Design, ...] = ("lot", "lot_compliers")
MATCHED: tuple[Design, ...] = ("matched_before", "matched")


def design_of(answer: Answer, *, alike: bool, before: bool) -> Design:
    """The class of an answer's design.

    `alike`: likeness of the two sides before the start was looked at; `before`: so was the outcome itself, on both sides.
    """
    question = answer.question
    if question.method == "monitor":
        return "population"
    if question.estimator == "before_after" or question.estimand == "change":
        return "before_after"
    if question.estimator == "interrupted":
        return "series_alone"
    if answer.by == "lot":
        return "lot_compliers" if question.estimand == "complier_effect" else "lot"
    if answer.by == "score":
        return "threshold"
    if question.method in ("did", "series"):
        return "panel"
    if answer.by == "strategy":
        return "plans"
    if not alike:
        return "raw"
    return "matched_before" if before else "matched"
