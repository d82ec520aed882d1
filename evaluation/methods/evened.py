"""Outcomes of places made alike in level and scale by their own past, so that days of adoption can be dealt out among large and small."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..terms import Array

FEWEST_PAST = 3  # periods before anybody adopted, for a spread of each place's own
FEWEST_PLACES = 3  # to tell the spread of one from that of the others
LEAST = 0.1  # of the mean variance: a place is not taken to be stiller than that, or it alone would say how all places move
NOTHING = 1e-9  # of the largest outcome: a spread below is rounding


@dataclass(frozen=True, slots=True, eq=False)
class Evened:
    """How outcomes are made alike: linear in them, so that an effect that is linear in outcomes remains so."""

    past: int  # the periods before anybody adopted
    weight: Array  # (n,) of each place in how all of them move
    spread: Array  # (n,) what each place's outcomes are divided by

    def of(self, value: Array) -> Array:
        """(n, T) outcomes less the place's own mean in the past and what all places share in a period, over the place's own spread."""
        away = value - np.nan_to_num(_mean(value[:, : self.past], np.ones(len(value))[:, None], axis=1))[:, None]
        return np.asarray((away - _mean(away, self.weight[:, None], axis=0)) / self.spread[:, None])


def evened(value: Array, adopted: Array, anticipation: int = 0) -> Evened | None:
    """How to make outcomes (n, T) alike, from the periods before anybody adopted; None where these or the places are too few.

    To deal days of adoption out takes the places to be alike.  Where those reached are noisier than the others, as small areas are, the
    plain difference is then rejected far too often: by simulation, 23 times of 100 where two of eight are four times as noisy, 60
    where one of twenty is; of outcomes so evened, 3 to 7 times.  A place's variance is told by its differences from the others, what
    all places share having cancelled (Grubbs 1948); what they share is their mean by one over the variance; and what is left of each
    place is divided by its own standard deviation.  A place without any spread left has the smallest of the others.  Give `of` the
    outcomes for the statistic and, for `shift`, 1 in the periods under the programme: the interval is in the outcome's unit.
    """
    past = max(int(adopted.min()) - anticipation, 0)
    if past < FEWEST_PAST or len(value) < FEWEST_PLACES:
        return None
    before = value[:, :past]
    variance = _grubbs(before)
    if not variance.mean() > 0:
        return None
    weight = 1 / np.maximum(variance, LEAST * variance.mean())
    left = Evened(past, weight, np.ones(len(value))).of(before)
    spread = np.sqrt(_mean(left**2, np.ones_like(left), axis=1))
    varies = spread > NOTHING * float(np.nanmax(np.abs(before)))
    return Evened(past, weight, np.where(varies, spread, spread[varies].min())) if varies.any() else None


def _grubbs(before: Array) -> Array:
    """(n,) each place's variance over the periods, but for what all places share, 0 at least."""
    n = len(before)
    centred = before - _mean(before, np.ones_like(before), axis=1)[:, None]
    seen = ~np.isnan(centred)
    filled = np.where(seen, centred, 0.0)
    both = np.maximum(seen.astype(float) @ seen.T - 1, 1)
    squares = filled**2 @ seen.T
    apart = (squares + squares.T - 2 * filled @ filled.T) / both
    np.fill_diagonal(apart, 0.0)
    whole = apart.sum() / 2 / (n - 1)
    return np.asarray(np.maximum((apart.sum(axis=1) - whole) / (n - 2), 0.0))


def _mean(value: Array, weight: Array, axis: int) -> Array:
    """The weighted mean over an axis of what was seen; 0 where nothing was."""
    w = np.broadcast_to(weight, value.shape) * ~np.isnan(value)
    total = w.sum(axis=axis)
    return np.asarray((w * np.nan_to_num(value)).sum(axis=axis) / np.where(total > 0, total, 1.0))
