"""How often something happens to a person by a time, where it may come again, and where a death may end it.

Among those still at risk, and alive, marks come at the rate dN / Y; the mean number that a person has is that rate, added up over the
chance of being alive before each (Ghosh & Lin 2000):  mean(t) = sum over s <= t of S(s-) dN(s) / Y(s).  Without deaths S is 1, and it
is the mean cumulative function of Nelson 2003, with the robust variance of Lawless & Nadeau 1995.

Letters as in the papers: N marks, Y at risk of them, S the chance of being alive (free of every end that rules marks out), D ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...terms import Array
    from .stretches import Stretches
    from .times import Times


@dataclass(frozen=True, slots=True, eq=False)
class MeanNumber:
    """The mean number of marks by a time, at its m steps."""

    time: Array  # (m,) rising: the times of marks
    at_risk: Array  # (m,) float: the weight of those at risk
    marks: Array  # (m,) float: the weight of marks, each mark of a person counted
    alive: Array  # (m,) float: the chance of being alive before the time
    mean: Array  # (m,)

    def at(self, days: Sequence[float] | Array) -> Array:
        """The mean number by each of `days`, marks of that time included."""
        return np.append(0.0, self.mean)[np.searchsorted(self.time, np.asarray(days), "right")]


def mean_number(laid: Stretches, weights: Array, ends: Times | None = None) -> MeanNumber:
    """The mean number of marks over the stretches of n rows that weigh `weights` (n,).

    `ends` (n,) tells of each row how long it was watched for an end that rules marks out, its cause 1, whether or not it was at
    risk of a mark all the while; None: there are none.  A mark at the time of a death came before it.  Assumes that neither who
    is lost from sight, nor who is off the clock, has to do with the marks.
    """
    time = np.unique(laid.stop[laid.marks > 0])
    marked = laid.marks > 0
    marks = np.bincount(np.searchsorted(time, laid.stop[marked]), weights=(weights[laid.row] * laid.marks)[marked], minlength=len(time))
    at_risk = laid.at_risk(time, weights)
    when, alive = _alive(ends, weights)
    chance = alive[np.searchsorted(when, time, "left")]
    return MeanNumber(time, at_risk, marks, chance, np.cumsum(chance * marks / at_risk))


def influence(found: MeanNumber, laid: Stretches, weights: Array, at: Sequence[float] | Array, ends: Times | None = None) -> Array:
    """(n, k): what each row adds to the error of the mean number by each time `at` (k,); columns add to 0.

    The infinitesimal jackknife: the derivative by the row's weight, times it.  Ties are taken as they are.
    """
    return np.column_stack([_of_marks(found, laid, weights, t) + _of_ends(found, weights, t, ends) for t in np.asarray(at, dtype=float)])


def _of_marks(found: MeanNumber, laid: Stretches, weights: Array, t: float) -> Array:
    """(n,) by way of the rates: marks that were had, less those that were to be expected."""
    upto = int(np.searchsorted(found.time, t, "right"))
    return weights * laid.integrated(found.time[:upto], (found.alive / found.at_risk)[:upto], (found.marks / found.at_risk)[:upto])


def _of_ends(found: MeanNumber, weights: Array, t: float, ends: Times | None) -> Array:
    """(n,) by way of the chance of being alive: a death takes away the marks that were to come, and each day survived gives some back."""
    if ends is None:
        return np.zeros(len(weights))
    when, dead, there = _deaths(ends, weights)
    to_come = found.at([t])[0] - found.at(np.minimum(when, t))
    left = np.where(there > dead, there - dead, np.inf)  # nothing comes after everybody's death
    given = np.append(0.0, np.cumsum(to_come * dead / there / left))
    low = np.zeros(len(ends), dtype=np.int64) if ends.entry is None else np.searchsorted(when, ends.entry, "right")
    high = np.searchsorted(when, ends.stop, "right")
    parts = given[high] - given[np.minimum(low, high)]
    died = ends.cause == 1
    parts[died] -= (to_come / left)[high[died] - 1]
    return weights * parts


def _alive(ends: Times | None, weights: Array) -> tuple[Array, Array]:
    """The times of deaths, and the chance of being alive before the first, between them, and after the last."""
    if ends is None:
        return np.zeros(0), np.ones(1)
    when, dead, there = _deaths(ends, weights)
    return when, np.append(1.0, np.cumprod(1 - dead / there))


def _deaths(ends: Times, weights: Array) -> tuple[Array, Array, Array]:
    """The times of deaths, the weight of those who died, and of those who could have."""
    died = ends.cause == 1
    when = np.unique(ends.stop[died])
    dead = np.bincount(np.searchsorted(when, ends.stop[died]), weights=weights[died], minlength=len(when))
    there = _still(ends.stop, weights, when)
    return when, dead, there if ends.entry is None else there - _still(ends.entry, weights, when)


def _still(ends: Array, w: Array, time: Array) -> Array:
    """The weight of those whose `ends` lie at each time or after it."""
    before = np.bincount(np.searchsorted(time, ends, "right"), weights=w, minlength=len(time) + 1)
    return np.cumsum(before[::-1])[::-1][1:]
