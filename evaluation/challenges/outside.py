"""What of a challenge may leave the county: its name, what was changed, and what became of it, without a number."""

from __future__ import annotations

from math import isfinite
from typing import Literal, get_args

from ..terms import Challenge

Became = Literal["held", "not held", "not made"]


def became(challenge: Challenge) -> Became:
    """Whether the answer held, or could not be put to the challenge; one that has left says so itself."""
    if challenge.sentence in get_args(Became):
        return next(word for word in get_args(Became) if word == challenge.sentence)
    if not challenge.diagnostics and not any(isfinite(one.effect) and not one.own for one in challenge.tried):
        return "not made"
    return "held" if all(one.holds for one in challenge.diagnostics) else "not held"


def leaving(challenge: Challenge) -> Challenge:
    """The challenge without its numbers, its reasons and its counts."""
    return Challenge(challenge.name, challenge.changed, became(challenge), (), (), challenge.expected, challenge.unit)
