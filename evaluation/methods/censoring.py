"""Means over everybody when some were lost before the horizon: those followed stand for those lost (inverse-probability weights).

Letters as in the papers: Y the outcome, T the last day, G the chance of still being followed, w the weight of a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Reweighted:
    """A mean over everybody, followed or lost, with what each row adds to its error."""

    mean: float
    influence: Array  # (n,): adds to 0; the variance of the mean is the sum of squares of independent sums of it
    weights: Array  # (n,): w / G, what a row followed stands for; 0 where lost
    least: float  # the smallest chance, among the groups, of being followed to the end


def reweighted(Y: Array, T: Array, lost: Array, w: Array, groups: Array) -> Reweighted:
    """The mean of Y, each row followed weighing w / G(T-), G being the Kaplan-Meier of being lost within its group.

    Y (n,) is read where not `lost` (n,) bool; T (n,) int is the day on which Y became known, or the last day seen, inclusive:
    what happens on the day of a loss came before it.  w (n,) > 0; `groups` (n,) int.  For a mark this is the weighted sum of the
    groups' Aalen-Johansen curves (Satten & Datta 2001), for an amount the complete-case estimator of Bang & Tsiatis 2000; its
    influence counts that G is estimated (Robins & Rotnitzky 1992).  Assumes that within a group who is lost, and when, has
    nothing to do with the outcome, and that weights and groups are given.
    """
    parts = np.empty(len(Y))
    weights = np.zeros(len(Y))
    least = 1.0
    for group in np.unique(groups):
        inside = groups == group
        followed, parts[inside], reached = _one_group(np.where(lost, 0.0, Y)[inside], T[inside], lost[inside], w[inside])
        weights[inside] = followed
        least = min(least, reached)
    W = float(w.sum())
    mean = float((weights * np.where(lost, 0.0, Y)).sum()) / W
    return Reweighted(mean, (parts - w * mean) / W, weights, least)


def chance_to_the_end(T: Array, lost: Array, w: Array) -> float:
    """G after the last day: the chance of being followed for as long as anybody was, were all rows one group."""
    return _one_group(np.zeros(len(T)), T, lost, w)[2]


def _one_group(Y: Array, T: Array, lost: Array, w: Array) -> tuple[Array, Array, float]:
    """What each row followed stands for; each row's part in the sum, with the part it has in G; and G at the end."""
    at = np.unique(T, return_inverse=True)[1]
    gone = np.bincount(at, weights=w * lost)
    there = _later(np.bincount(at, weights=w))
    with np.errstate(invalid="ignore", divide="ignore"):
        stay = np.where(gone > 0, there / (there + gone), 1.0)  # events of the day came first: they are not at risk of being lost
        before = np.concatenate([[1.0], np.cumprod(stay)])
        stands = np.where(lost, 0.0, w / before[at])
        # a row lost hands its share to those still there; a row at risk pays, day by day, for the losses that could have been its own
        handed = np.where(there > 0, _later(np.bincount(at, weights=stands * Y)) / there, 0.0)
    paid = np.concatenate([[0.0], np.cumsum((1 - stay) * handed)])
    parts = stands * Y + w * np.where(lost, handed[at] - paid[at + 1], -paid[at])
    return stands, parts, float(before[-1])


def _later(values: Array) -> Array:
    """The sum of all that comes after each place; exactly 0 at the last."""
    return np.append(np.cumsum(values[::-1])[::-1][1:], 0.0)
