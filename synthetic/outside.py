"""A clock of the calendar, read on the days that a person spends outside jail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.hazards import ALWAYS, Clock

if TYPE_CHECKING:
    from synthetic.community import Jail

    Array = np.ndarray[Any, Any]

FAR = 90_000  # days: past every day that is lived


@dataclass(frozen=True, slots=True, eq=False)
class Outside(Clock):
    """What another clock makes of a hazard, by days outside: a step that falls into a stay in jail is taken on the way out of it."""

    steps_at: Array | None = None  # (n, k) days outside
    factors: Array | None = None  # (n, k + 1): that before the first step, then from each step on

    @classmethod
    def made(cls, clock: Clock, jail: Jail) -> Outside:
        """A clock of everybody, by days outside."""
        day = clock.edges
        everybody = np.repeat(np.arange(len(day)), day.shape[1])
        lived = day < FAR
        outside = np.where(lived, jail.outside(everybody, np.where(lived, day, 0).ravel()).reshape(day.shape), day)
        factors = clock.factor(np.concatenate([day[:, :1] - 1, day], axis=1))
        return cls(clock.set_on, ALWAYS, None, outside, factors)

    @property
    def edges(self) -> Array:
        """The days outside on which the factor may change; (n, k)."""
        assert self.steps_at is not None
        return self.steps_at

    def of(self, people: Array) -> Outside:
        """The clock of these people only."""
        assert self.factors is not None
        return Outside(self.set_on[people], ALWAYS, None, self.edges[people], self.factors[people])

    def only(self, these: Array) -> Outside:
        """The same clock for these people, (n,) bool, and none for the others."""
        assert self.factors is not None
        return Outside(self.set_on, ALWAYS, None, self.edges, np.where(these[:, None], self.factors, 1.0))

    def factor(self, days: Array) -> Array:
        """What each person's hazard is multiplied by on these days outside; (n, m)."""
        assert self.factors is not None
        passed = np.zeros(days.shape, dtype=np.int64)
        for nth in range(self.edges.shape[1]):
            passed += self.edges[:, nth, None] <= days
        return np.take_along_axis(self.factors, passed, axis=1)
