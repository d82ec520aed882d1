"""Who was at risk when, and what ended it: what every curve and regression in this room reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Stretches of time at risk, (entry, stop], and what ended each; (n,) arrays.

    Time is in any unit, whole or not.  A row is at risk *after* its entry: one that enters at the time of an event is not at risk of
    it; and up to its stop, events at one time coming before whoever is censored at it.  Without an entry it is at risk from the start,
    of what happens at time 0 too.  One person may have several rows, one after the other; whose they are is told beside them.
    """

    stop: Array  # float or int
    cause: Array  # int: 0 censored, or the stretch goes on in another row; 1, 2, ... what happened
    entry: Array | None = None  # None: everybody from the start
    weights: Array | None = None  # float, above 0; None: all 1

    def __len__(self) -> int:
        return len(self.stop)

    @property
    def w(self) -> Array:
        """(n,) float: the weights, 1 where there are none."""
        return np.ones(len(self.stop)) if self.weights is None else self.weights

    def of(self, rows: Array) -> Times:
        """Some of the rows, by place or as (n,) bool."""
        return Times(self.stop[rows], self.cause[rows], *(None if part is None else part[rows] for part in (self.entry, self.weights)))
