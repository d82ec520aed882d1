"""When the next thing happens: the exact inverse of a hazard that is constant by pieces."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Steps:
    """A factor that depends on the days since some day: 1 before that day, then `factors[j]` from `days[j]` on."""

    days: tuple[int, ...] = (0,)
    factors: tuple[float, ...] = (1.0,)

    def at(self, since: Array) -> Array:
        """The factor so many days after."""
        return np.asarray((1.0, *self.factors))[np.searchsorted(self.days, since, side="right")]


ALWAYS = Steps()


@dataclass(frozen=True, slots=True, eq=False)
class Clock:
    """Steps that each person's hazard takes, from that person's own day on."""

    set_on: Array  # (n,) day
    steps: Steps
    power: Array | None = None  # (n,) to which each person's factors are raised; None: 1

    @property
    def edges(self) -> Array:
        """The days on which each person's factor may change; (n, k)."""
        return np.asarray(self.set_on[:, None] + np.asarray(self.steps.days))

    def of(self, people: Array) -> Clock:
        """The clock of these people only."""
        return Clock(self.set_on[people], self.steps, None if self.power is None else self.power[people])

    def factor(self, days: Array) -> Array:
        """What each person's hazard is multiplied by on these days; (n, k)."""
        factor = self.steps.at(days - self.set_on[:, None])
        return factor if self.power is None else factor ** self.power[:, None]


def day_of_next(unit: Array, *, now: Array, rate: Array, clocks: tuple[Clock, ...]) -> Array:
    """The time at which the hazard gathered since `now` reaches `unit`, a unit exponential; (n,) arrays of days.

    The hazard is `rate` a day times the factor of each clock.
    """
    edges = np.concatenate([now[:, None], *(clock.edges for clock in clocks)], axis=1).astype(float)
    edges = np.sort(np.maximum(edges, now[:, None]), axis=1)
    hazard = np.broadcast_to(rate[:, None], edges.shape).copy()
    for clock in clocks:
        hazard *= clock.factor(edges)
    gathered = np.zeros_like(edges)
    np.cumsum(hazard[:, :-1] * np.diff(edges, axis=1), axis=1, out=gathered[:, 1:])
    piece = np.sum(gathered <= unit[:, None], axis=1) - 1
    row = np.arange(len(now))
    return np.asarray(edges[row, piece] + (unit - gathered[row, piece]) / hazard[row, piece])
