"""A scan of a monthly series for one step, beside a smooth trend, a season and errors that hang on the month before.

Counts are read on the scale of twice their square root, on which their spread does not hang on their level (Anscombe 1948); whatever
they spread more than Poisson counts is measured from the series itself.  How large the largest of many statistics comes by luck is
simulated, with the autocorrelation estimated anew in each draw, so that estimating it costs no false alarm.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..terms import Array

DRAWS = 999
RAREST = 1 / (1 + DRAWS)  # p-value: no series has a smaller one
SEED = 20_101
UNSURE = 2  # steps of the grid, about two standard errors of it, by which luck is taken to hang together more than was estimated
GRID = 0.1  # steps of the autocorrelation that errors are whitened by
MOST = 0.8  # the largest of them
MARGIN = 6  # months on either side of a step: fewer tell no level
FEWEST_MONTHS = 36
TREND = 3  # the power of the months up to which the trend goes


@dataclass(frozen=True, slots=True)
class Found:
    """The clearest step of a series."""

    month: int  # place of the first month at the new level
    ratio: float  # the new level over the old
    statistic: float  # the largest squared t
    p_value: float


def scanned(counts: Array, first: int = 0, last: int | None = None, *, exposure: Array | None = None) -> Found:
    """The clearest step of `counts` (T,) at a month from `first` to `last`, and how often luck makes one as clear.

    `exposure` (T,) float, above 0, is over how many people each month counts, where that changes: roots of rates are regressed, each
    weighed by it.
    """
    low, high = max(first, MARGIN), min(len(counts) - 1 if last is None else last, len(counts) - MARGIN)
    scale = np.ones(len(counts)) if exposure is None else np.round(np.sqrt(exposure / exposure.mean()), 3)
    key = scale.tobytes()
    laid, y = _laid(key, low, high), 2 * np.sqrt(np.asarray(counts, dtype=float) + 3 / 8)
    place = int(laid.autocorrelation(y[None])[0])
    squared, steps = laid.squares(y[None], place)
    best = int(np.argmax(squared[0]))
    by_luck = _by_luck(key, low, high, min(place + UNSURE, len(laid.parts) - 1))
    before = float((y / scale)[max(0, low + best - 12) : low + best].mean())
    p_value = float((1 + (by_luck >= squared[0, best]).sum()) / (1 + DRAWS))
    return Found(low + best, max(before + float(steps[0, best]), 0.0) ** 2 / before**2, float(squared[0, best]), p_value)


@lru_cache(maxsize=256)
def _by_luck(key: bytes, low: int, high: int, place: int) -> Array:
    """(DRAWS,) the largest squared t of series without a step, with this autocorrelation."""
    laid, phi = _laid(key, low, high), place * GRID
    months = laid.months
    luck = np.random.default_rng([SEED, months, low, high, place]).standard_normal((DRAWS, months))
    y = np.empty_like(luck)
    y[:, 0] = luck[:, 0] / np.sqrt(1 - phi**2)
    for month in range(1, months):
        y[:, month] = phi * y[:, month - 1] + luck[:, month]
    places, found = laid.autocorrelation(y), np.empty(DRAWS)
    for each in np.unique(places).tolist():
        rows = places == each
        found[rows] = laid.squares(y[rows], each)[0].max(axis=1)
    return found


@lru_cache(maxsize=64)
def _laid(key: bytes, low: int, high: int) -> _Laid:
    """The regressors of a series, and of each step, weighed by the months' scale and whitened by each autocorrelation."""
    scale = np.frombuffer(key)
    months = len(scale)
    t = np.linspace(-1, 1, months)
    season = [turn(2 * np.pi * times * np.arange(months) / 12) for times in (1, 2) for turn in (np.cos, np.sin)]
    X = scale[:, None] * np.column_stack([np.polynomial.legendre.legvander(t, TREND), *season])
    steps = scale[:, None] * (np.arange(months)[:, None] >= np.arange(low, high + 1)[None])
    parts = []
    for phi in np.arange(0, MOST + GRID / 2, GRID):
        white = np.eye(months) - phi * np.eye(months, k=-1)
        white[0, 0] = np.sqrt(1 - phi**2)
        Q = np.linalg.qr(white @ X)[0]
        S = white @ steps
        S = S - Q @ (Q.T @ S)
        parts.append((white, Q, S, (S**2).sum(axis=0)))
    return _Laid(months, X.shape[1], tuple(parts))


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """What every series of so many months is regressed on."""

    months: int
    columns: int
    parts: tuple[tuple[Array, Array, Array, Array], ...]  # by autocorrelation: whitening, basis, steps beside it, their squared lengths

    def squares(self, y: Array, place: int) -> tuple[Array, Array]:
        """(k, steps) squared t of each step in each of k series, and how large it is."""
        white, Q, S, length = self.parts[place]
        own = y @ white.T
        left = own - (own @ Q) @ Q.T
        along = left @ S
        rest = (left**2).sum(axis=1, keepdims=True) - along**2 / length
        return along**2 / length / (rest / (y.shape[1] - self.columns - 1)), along / length

    def autocorrelation(self, y: Array) -> Array:
        """(k,) int: how much each series hangs on the month before once its clearest step is taken out, as a place in the grid.

        Moved up by what trend, season and step take out of it (Marriott and Pope 1954, to the first order).
        """
        _, Q, S, length = self.parts[0]
        left = y - (y @ Q) @ Q.T
        along = left @ S
        best = np.argmax(along**2 / length, axis=1)
        left = left - (along[np.arange(len(y)), best] / length[best])[:, None] * S[:, best].T
        phi = (left[:, 1:] * left[:, :-1]).sum(axis=1) / (left**2).sum(axis=1)
        phi = phi + (self.columns + 1 + 2 * phi) / y.shape[1]
        return np.clip(np.round(phi / GRID), 0, len(self.parts) - 1).astype(np.int64)
