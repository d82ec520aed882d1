"""The numbers that are told of an arm: what each is for one clock, and as a sum over survival and incidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Measure

if TYPE_CHECKING:
    from ...terms import Array
    from .reading import Reading


@dataclass(frozen=True, slots=True, eq=False)
class Sought:
    """The mean of one measure over a horizon: "risk" of the mark, days "time_free" of any end, days "time_lost" to the mark.

    A horizon of H days holds days 0 to H - 1.  For one clock these are 1{mark, day < H}, min(day, H) and H - day if the mark came
    first; over an arm they are F(H - 1), the area under S to H, and that under F.
    """

    measure: Measure
    horizon: Array  # (n,) int: each row's own days; months by the calendar differ by a few

    @property
    def longest(self) -> int:
        """Days to the last horizon."""
        return int(self.horizon.max())

    def known(self, day: Array) -> Array:
        """(n,) int: the day by which a clock that ends on `day` (n,) tells its value."""
        return np.minimum(day, self.horizon - 1)

    def value(self, day: Array, cause: Array) -> Array:
        """(n,) float: the value of clocks that end on `day` (n,) by `cause` (n,), 0 standing for the horizon."""
        within = day < self.horizon
        if self.measure == "risk":
            return (within & (cause == 1)).astype(float)
        if self.measure == "time_free":
            return np.where(within & (cause > 0), day, self.horizon).astype(float)
        return np.where(within & (cause == 1), self.horizon - day, 0).astype(float)

    def of_marks(self, time: Array) -> Array:
        """(m,) what a mark at each of `time` (m,) counts, among all that there are: the weight of a jump of the incidence."""
        within = time < self.longest
        if self.measure == "time_free":
            return np.zeros(len(time))
        return within * (1.0 if self.measure == "risk" else self.longest - time)

    def of_stretches(self, time: Array) -> Array:
        """(m + 1,) how long survival stays as it is before the first of `time` (m,), between them, and after the last."""
        if self.measure != "time_free":
            return np.zeros(len(time) + 1)
        return np.diff(np.concatenate([[0.0], np.minimum(time, self.longest), [self.longest]]))


def by_the_end(reading: Reading, days: int) -> Sought:
    """The risk by the end of so many days, or of a shorter horizon."""
    return Sought("risk", np.minimum(reading.horizon, days))
