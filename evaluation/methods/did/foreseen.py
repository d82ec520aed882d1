"""How far an effect of this roll-out would lie from none by luck alone, by how units moved apart before anybody adopted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .dealing import effects_of
from .laid import Laid

if TYPE_CHECKING:
    from ...terms import Array

FEWEST_PAST = 3  # periods before anybody adopted: two steps, so that steps of two lengths are seen
NOTHING = 1e-12  # of the largest: a square below it is rounding


@dataclass(frozen=True, slots=True)
class Foreseen:
    """The spread of the effect, and the share of its variance that comes of those that adopt."""

    std_dev: float
    served: float


def foreseen(laid: Laid, past: int, *, from_all: bool) -> Foreseen | None:
    """The spread of the effect over the horizon that was asked for, on the dates and weights as they are, of clusters laid as units.

    An effect is a sum of what units show in each period by weights that add to 0 for each unit, so that its variance needs no more
    than how far a unit moves from the others in so many periods: half the mean square of it is the variogram, which no level and no
    trend common to all enters.  It is read from the `past` periods before anybody adopted, for all units, and times what a unit's own
    moves are of it; over more periods than were seen it goes on rising as a power of their number (of independent luck not at all, of
    a random walk in a straight line).  None where the past is shorter than FEWEST_PAST, or nothing moved.
    """
    before = laid.value[:, :past]
    if past < FEWEST_PAST or len(before) < 3:
        return None
    squares = _moves(before)
    gamma = squares.mean(axis=0)
    if not gamma.min() > NOTHING * max(gamma.max(), 1.0):
        return None
    scale = (squares / gamma).mean(axis=1)
    dates, code = np.unique(laid.adopted, return_inverse=True)
    size = np.bincount(code, weights=laid.weight)
    steps = _steps(dates, size, laid, from_all)
    if np.isnan(steps).any():
        return None
    apart = _extended(gamma, laid.periods)[np.abs(np.subtract.outer(np.arange(laid.periods), np.arange(laid.periods)))]
    each = -np.einsum("cs,st,ct->c", steps, apart, steps)
    own = (laid.weight / size[code]) ** 2 * scale * each[code]
    whole = float(own.sum())
    return Foreseen(whole**0.5, float(own[laid.focal].sum()) / whole) if whole > 0 else None


def _moves(before: Array) -> Array:
    """(n, H) half the mean square by which each unit moves from the mean of all in 1, 2, ... H periods."""
    n, past = before.shape
    found = []
    for step in range(1, past):
        moved = before[:, step:] - before[:, :-step]
        found.append(((moved - moved.mean(axis=0)) ** 2).mean(axis=1) / 2 * n / (n - 1))
    return np.column_stack(found)


def _extended(gamma: Array, periods: int) -> Array:
    """(T,) the variogram at 0, 1, 2, ... periods apart, going on as a power beyond those seen; never falling."""
    seen = np.maximum.accumulate(gamma)
    steps = np.log(np.arange(1, len(seen) + 1))
    away = steps - steps.mean()
    power = float(np.clip(away @ np.log(seen) / (away @ away), 0.0, 1.0))
    later = seen[-1] * (np.arange(len(seen) + 1, periods) / len(seen)) ** power
    return np.concatenate([[0.0], seen, later])[:periods]


def _steps(dates: Array, size: Array, laid: Laid, from_all: bool) -> Array:
    """(dates, T) by how much the effect moves with the mean of those that adopt on a date, in each period."""
    many = len(dates)
    one = np.eye(many * laid.periods).reshape(many, laid.periods, -1)
    return effects_of(one, size, laid.within, laid.question, from_all=from_all)(dates).reshape(many, laid.periods)
