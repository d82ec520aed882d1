"""Whether anybody who was left without could have had somebody: a search of its own, which shares nothing with those that match."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..compiled import kernel
from .pool import Limit, Pairs, Pool

if TYPE_CHECKING:
    from ...terms import Array

ROUNDING = 1e-12  # relative: a window is taken wider than its caliper by this much, and everybody in it is looked at exactly


def could_have_had(pool: Pool, seeking: Array, free: Array, groups: Array, beside: Pairs | None = None) -> bool:
    """Whether any of the rows `seeking` may be compared with a row of `free` in the same of `groups` (m,) and is not `beside` it.

    Of each row's calipers the one with the fewest free rows within it is looked through, until somebody fits.  So with one caliper
    a look or two is enough, and with several the work is bounded by the narrowest window.
    """
    if not len(seeking) or not len(free):
        return False
    limits = pool.calipers or (Limit("group", np.zeros(len(pool)), 0.0),)
    order = np.stack([free[np.lexsort((limit.values[free], groups[free]))] for limit in limits])
    values = np.column_stack([np.empty((len(pool), 0)), *(limit.values for limit in pool.calipers)]).astype(float)
    windows = np.stack([_window(limit, groups, rows, seeking) for limit, rows in zip(limits, order, strict=True)])
    narrowest = np.argmin(windows[:, 1] - windows[:, 0], axis=0)
    low, high = windows[narrowest, :, np.arange(len(seeking))].T
    unlike = np.column_stack([np.empty((len(pool), 0)), *pool.unlike]).astype(float)
    within = np.array([limit.within for limit in pool.calipers], dtype=float)
    return bool(_any_fits(seeking, order, narrowest, low, high, pool.person, values, within, unlike, *_partners(seeking, beside)))


def _window(limit: Limit, groups: Array, rows: Array, seeking: Array) -> Array:
    """(2, s) int: which of `rows`, in order by group and value, are of each seeker's group and about as near as the caliper asks."""
    codes, values = np.unique(limit.values[~np.isnan(limit.values)]), limit.values
    wider = limit.within + ROUNDING * (np.abs(values[seeking]) + limit.within)
    lowest = np.searchsorted(codes, values[seeking] - wider, "left")
    highest = np.searchsorted(codes, values[seeking] + wider, "right")  # one beyond
    many = len(codes) + 1  # a value that is missing stands behind all others
    key = groups[rows].astype(np.int64) * many + np.searchsorted(codes, values[rows])
    own = groups[seeking].astype(np.int64) * many
    return np.stack([np.searchsorted(key, own + lowest), np.searchsorted(key, own + highest)])


def _partners(seeking: Array, beside: Pairs | None) -> tuple[Array, Array]:
    """(s + 1,) and (p,) int: beside whom each seeker stands already."""
    if beside is None:
        return np.zeros(len(seeking) + 1, dtype=np.int64), np.zeros(0, dtype=np.int64)
    order = np.argsort(beside.focal, kind="stable")
    low, high = (np.searchsorted(beside.focal[order], seeking, side) for side in ("left", "right"))
    first = np.concatenate([[0], np.cumsum(high - low)])
    at = np.repeat(low - first[:-1], high - low) + np.arange(first[-1])
    return first, beside.other[order][at]


@kernel
def _any_fits(
    seeking: Array,
    order: Array,
    narrowest: Array,
    low: Array,
    high: Array,
    person: Array,
    values: Array,
    within: Array,
    unlike: Array,
    first: Array,
    partners: Array,
) -> bool:
    """Whether any seeker has somebody in their window who fits."""
    for number, seeker in enumerate(seeking):
        for other in order[narrowest[number], low[number] : high[number]]:
            fits = person[other] != person[seeker]
            for j in range(values.shape[1]):
                fits &= abs(values[other, j] - values[seeker, j]) <= within[j]
            for j in range(unlike.shape[1]):
                fits &= unlike[other, j] != unlike[seeker, j]
            for partner in partners[first[number] : first[number + 1]]:
                fits &= partner != other
            if fits:
                return True
    return False
