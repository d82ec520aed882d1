"""How many people stand behind a curve at a few times: still there, with each event so far, and lost so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .times import checked

if TYPE_CHECKING:
    from ...terms import Array
    from .times import Times


@dataclass(frozen=True, slots=True, eq=False)
class Counts:
    """Counts of people, of rows where no labels were given, at q times; small ones among them are for whoever tells them to hide.

    Whoever has no second event and no gap is `still` there, in `events` or in `censored` once they have entered: the three add up.
    """

    at: Array  # (q,)
    at_risk: Array  # (q,) int: at risk of what happens at the time, as R's survfit counts them
    still: Array  # (q,) int: followed beyond the time, without an event that ended it
    events: Array  # (k, q) int: with each event by the time, then included
    censored: Array  # (q,) int: seen for the last time by then, without an event at the end


def counts_at(times: Times, at: Array, causes: int = 1, labels: Array | None = None) -> Counts:
    """The counts at each of `at` (q,): of different `labels` (n,) int where one person may have several rows, else of rows."""
    checked(times, "numbers at risk")
    at = np.atleast_1d(np.asarray(at, dtype=float))
    people = _People(np.arange(len(times)) if labels is None else np.unique(labels, return_inverse=True)[1])
    entry = np.full(len(times), -np.inf) if times.entry is None else times.entry
    last = people.latest(times.stop)
    found = np.empty((3 + causes, len(at)), dtype=np.int64)
    for column, t in zip(found.T, at, strict=True):
        by_then = times.stop <= t
        column[0] = people.different((entry < t) & (times.stop >= t))
        column[1] = people.different((entry <= t) & (times.stop > t))
        column[2] = people.different(by_then & last & (times.cause == 0))
        column[3:] = [people.different(by_then & (times.cause == cause)) for cause in range(1, causes + 1)]
    return Counts(at, found[0], found[1], found[3:], found[2])


class _People:
    """Rows by whose they are."""

    def __init__(self, of: Array):
        """`of` (n,) int: 0, 1, ..."""
        self.of = of
        self.many = int(of.max()) + 1

    def different(self, rows: Array) -> int:
        """How many people have one or more of some rows (n,) bool."""
        found = np.zeros(self.many, dtype=bool)
        found[self.of[rows]] = True
        return int(found.sum())

    def latest(self, stop: Array) -> Array:
        """(n,) bool: rows that end as late as any of the person's."""
        if self.many == len(self.of):
            return np.ones(len(self.of), dtype=bool)
        found = np.full(self.many, -np.inf)
        np.maximum.at(found, self.of, stop)
        return np.asarray(stop == found[self.of])
