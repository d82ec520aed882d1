"""The lives of several counties as those of one: where a rank divides the arms, each county ranks its own people."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from .two_lives import TwoLives

if TYPE_CHECKING:
    from ...terms import Array


def together(lives: Sequence[TwoLives], people: int, seed_of: Sequence[int] | None = None) -> TwoLives:
    """One question's lives in several counties of so many people each, county after county; `seed_of` says whose luck is one."""
    if seed_of is not None:
        lives = [replace(one, luck=np.full(len(one), seed)) for one, seed in zip(lives, seed_of, strict=True)]
    if len(lives) == 1:
        return lives[0]
    first, second = (_read([one.read[side] for one in lives], [len(one) for one in lives]) for side in (0, 1))
    served, compared = (np.concatenate([one.waited[side] for one in lives]) for side in (0, 1))
    return replace(
        lives[0],
        read=(first, second),
        person_id=np.concatenate([one.person_id for one in lives]),
        place=np.concatenate([one.place + people * number for number, one in enumerate(lives)]),
        day=np.concatenate([one.day for one in lives]),
        served=np.concatenate([one.served for one in lives]),
        waited=(served, compared),
        score=_known([one.score for one in lives]),
        chance=_known([one.chance for one in lives]),
        away=_known([one.away for one in lives]),
        luck=_known([one.luck for one in lives]),
    )


def _known(columns: Sequence[Array | None]) -> Array | None:
    """A column of all counties; None where it is not known in one."""
    known = [column for column in columns if column is not None]
    return np.concatenate(known) if len(known) == len(columns) else None


def _read(reads: Sequence[Callable[..., Any]], clocks: Sequence[int]) -> Callable[..., Any]:
    """The verbs of several rulers as one: what they read stands county after county, and lines name the clocks of all."""
    before = np.cumsum([0, *clocks[:-1]])

    @cache
    def both(verb: str, *asked: Any) -> Any:
        parts = [read(verb, *asked) for read in reads]
        columns = {field.name: [getattr(part, field.name) for part in parts] for field in fields(parts[0])}
        if "row" in columns:
            columns["row"] = [row + earlier for row, earlier in zip(columns["row"], before, strict=True)]
        return type(parts[0])(**{name: np.concatenate(column) for name, column in columns.items()})

    return both
