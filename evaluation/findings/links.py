"""Ties the counts of several questions together where subtracting one from another counts people."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from ..terms import Answer, Horizon
from .exhibits import ARMS, Sums, names_of, people_of

DAYS_A_MONTH = 30.44  # orders horizons in months and days; no count is taken by it


def linked(answers: Sequence[Answer]) -> tuple[dict[str, int], Sums]:
    """The differences between linked counts, by name, and the sums that they complete; no table shows them.

    Two questions of one cohort may analyse different people of an arm, and one horizon may end inside another: then whoever
    reads both reads the difference.  Different outcomes are not tied: who has the one and not the other is not their difference.
    """
    counts: dict[str, int] = {}
    sums: Sums = ()
    ordered = sorted((one for one in answers if one.estimate), key=lambda one: _days(one.question.horizon))
    for shorter, longer in combinations(ordered, 2):
        if people_of(shorter) != people_of(longer):
            continue
        for arm in ARMS:
            for what in ("people", "events", "some"):
                if what == "people" or shorter.question.outcome == longer.question.outcome:
                    tied = _difference(shorter, longer, f"{arm}.{what}")
                    counts |= tied[0]
                    sums += tied[1]
    return counts, sums


def _difference(one: Answer, other: Answer, what: str) -> tuple[dict[str, int], Sums]:
    """The larger count less the smaller; nothing where both are the same count, or equal: subtracting them tells nothing."""
    names = names_of(one)[what], names_of(other)[what]
    values = _count(one, what), _count(other, what)
    if names[0] == names[1] or values[0] is None or values[1] is None or values[0] == values[1]:
        return {}, ()
    (small, smaller), (large, larger) = sorted(zip(values, names, strict=True), key=lambda pair: pair[0] or 0)
    name = f"{larger}, less {smaller}"
    return {name: (large or 0) - (small or 0)}, ((larger, (smaller, name)),)


def _count(answer: Answer, what: str) -> int | None:
    assert answer.estimate is not None
    arm = answer.estimate.served if what.startswith("served") else answer.estimate.compared
    return {"people": arm.people, "events": arm.events, "some": arm.some}[what.rpartition(".")[2]]


def _days(horizon: Horizon) -> float:
    return horizon.days if horizon.days is not None else (horizon.months or 0) * DAYS_A_MONTH
