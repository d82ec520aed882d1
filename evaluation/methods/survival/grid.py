"""The distinct times at which stretches end, each row's place among them, and sums over who is at risk: what every curve is laid on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...terms import Array
    from .times import Times

ROOMY = 4  # whole times are counted rather than sorted where they span no more than so many times the number of rows,
ALWAYS = 1_000_000  # or than this


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """m distinct times, rising, and where n rows stand on them: a row is at risk at places first, ..., place."""

    time: Array  # (m,)
    place: Array  # (n,) int: of the row's stop
    first: Array | None  # (n,) int: how many times lie at or before the row's entry, at none of which it is at risk; None: at all it is

    def __len__(self) -> int:
        return len(self.time)

    def ending(self, values: Array | None = None) -> Array:
        """(m,) the sum of `values` (n,) over the rows that end at each time; None: how many they are."""
        return np.bincount(self.place, weights=values, minlength=len(self))

    def at_risk(self, values: Array | None = None) -> Array:
        """(m,) the sum of `values` (n,) over the rows at risk at each time; None: how many they are."""
        return self.there(from_then_on(self.ending(values)), values)

    def staying(self, values: Array | None = None) -> Array:
        """(m,) the sum of `values` (n,) over the rows that have entered by each time and end later; None: how many they are.

        Added up from the start, with delayed entry: values that grow with time, later ones being larger, do not round away early sums.
        """
        ended = self.ending(values)
        if self.first is None:
            return np.append(from_then_on(ended)[1:], 0)
        return np.cumsum(np.bincount(self.first, weights=values, minlength=len(self) + 1)[:-1] - ended)

    def over_the_stretch(self, running: Array) -> Array:
        """(n,) the sum of increments over the times at which each row is at risk, from their `running` (m,) sum."""
        until = running[self.place]
        return np.asarray(until if self.first is None else until - np.concatenate([[0], running])[self.first])

    def there(self, later: Array, values: Array | None = None) -> Array:
        """(m,) the sum of `values` (n,) over those of whom `later` (m,) is the sum that have entered by each time."""
        if self.first is None:
            return later
        return np.asarray(later - from_then_on(np.bincount(self.first, weights=values, minlength=len(self) + 1))[1:])


def laid_out(times: Times) -> Grid:
    """The distinct times of `times.stop`, and each row's place among them."""
    low = _lowest_whole(times.stop)
    if low is None:
        time, place = np.unique(times.stop, return_inverse=True)
        first = None if times.entry is None else np.searchsorted(time, times.entry, side="right")
        return Grid(time, place, first)
    slot = times.stop.astype(np.intp, copy=False)
    slot = slot - low if low else slot
    there = np.bincount(slot) > 0
    upto = np.concatenate([[0], np.cumsum(there)])  # how many times lie below each slot
    time = (np.flatnonzero(there) + low).astype(times.stop.dtype)
    place = slot if there.all() else upto[slot]
    if times.entry is None:
        return Grid(time, place, None)
    after = np.clip(np.floor(times.entry) - low + 1, 0, len(there)).astype(np.intp)
    return Grid(time, place, upto[after])


def from_then_on(values: Array) -> Array:
    """The sum of each value and all after it."""
    return np.cumsum(values[::-1])[::-1]


def _lowest_whole(stop: Array) -> int | None:
    """The lowest of times that are whole and span little, so that they can be counted; else None."""
    if not len(stop):
        return None
    low, high = stop.min(), stop.max()
    if not high - low <= max(ROOMY * len(stop), ALWAYS):
        return None
    if not np.issubdtype(stop.dtype, np.integer) and not (stop == np.floor(stop)).all():
        return None
    return int(low)
