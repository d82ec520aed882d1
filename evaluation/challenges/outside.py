"""What of a challenge may leave the county: its name, what was changed, and what became of it, without a number."""

from __future__ import annotations

from math import isfinite
from typing import Literal, get_args

from ..terms import Challenge

Became = Literal["held", "not held", "not made", "nothing to judge"]


def became(challenge: Challenge) -> Became:
    """Whether the answer held, could not be put to the challenge, or gave it nothing to judge; one that has left says so itself.

    Nothing is judged where no condition of the challenge has a limit: a range that reaches no difference as it stands leaves nothing
    that a hidden cause could undo, and where nobody was left out there is nobody to carry an effect to.
    """
    if challenge.sentence in get_args(Became):
        return next(word for word in get_args(Became) if word == challenge.sentence)
    if not challenge.diagnostics and not any(isfinite(one.effect) and not one.own for one in challenge.tried):
        return "not made"
    if not all(one.holds for one in challenge.diagnostics):
        return "not held"
    judged = not challenge.diagnostics or any(one.limit is not None for one in challenge.diagnostics)
    return "held" if judged else "nothing to judge"


def leaving(challenge: Challenge) -> Challenge:
    """The challenge without its numbers, its reasons and its counts."""
    return Challenge(challenge.name, challenge.changed, became(challenge), (), (), challenge.expected, challenge.unit)
