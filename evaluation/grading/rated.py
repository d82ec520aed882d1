"""What a standard says of artefacts, before it is put into words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .artefacts import Artefacts

NOT_RATED = "not_rated"


@dataclass(frozen=True, slots=True)
class Rated:
    """A rating by its key among the texts, how high it stands in its standard, and what decided it."""

    rating: str
    rank: int  # higher is stronger; ratings that differ in what was found and not in how strong the evidence is share one
    why: str
    verified: bool = True  # the rule that decided was read in the standard's own text


@dataclass(frozen=True, slots=True)
class Standard:
    """One standard, or one domain of it: its key among the texts, and its rule."""

    key: str
    rate: Callable[[Artefacts], Rated]


def not_answered(a: Artefacts) -> Rated | None:
    """The rating where there is no number that a rule could rate; None where there is one."""
    return None if a.answered else Rated(NOT_RATED, -1, "no_estimate")
