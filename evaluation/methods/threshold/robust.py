"""The jump at a cut-off by local lines with robust bias correction, sharp or fuzzy.

Calonico, Cattaneo and Titiunik 2014.  Every estimate here is a sum of outcomes by weights that scores alone decide, so that what a row
adds to its error is its weight times how far its outcome lies from where it ought to.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.sums import effective_number
from .bandwidth import Bandwidths, Side, away_within
from .kernels import Kernel, coefficients, kernel_weights

if TYPE_CHECKING:
    from ...terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Pulls:
    """By which weights outcomes add up to the jump; (n,) in the order of the rows, 0 where out of reach."""

    line: Array  # of the local lines themselves
    corrected: Array  # less their bias, by local parabolas
    level: Array  # (n, 2) of the levels at the cut-off, corrected: of those on the side of the offer, and of the others


@dataclass(frozen=True, slots=True, eq=False)
class Jumps:
    """Jumps of k columns at the cut-off, by line and corrected, with what each row adds to their errors; those add up by independent rows."""

    line: Array  # (k,)
    corrected: Array  # (k,)
    of_line: Array  # (n, k)
    of_corrected: Array  # (n, k)
    levels: Array  # (2, k): on the side of the offer, and on the other
    people: tuple[int, int]  # within the bandwidth, on either side likewise


def pulls(x: Array, weight: Array, widths: Bandwidths, shape: Kernel = "triangular") -> Pulls:
    """The weights of the jump at 0 by local lines within h, less the bias that local parabolas within b tell; x (n,), weight (n,).

    NaN where a side holds too few distinct scores.
    """
    line, corrected, level = np.zeros(len(x)), np.zeros(len(x)), np.zeros((len(x), 2))
    for column, (there, sign) in enumerate(((x >= 0, 1.0), (x < 0, -1.0))):
        near, wide = (weight[there] * kernel_weights(x[there], width, shape) for width in (widths.h, widths.b))
        l_p = coefficients(x[there], near, 1)[0]
        curve = coefficients(x[there], wide, 2)[2]
        level[there, column] = l_p - float(l_p @ x[there] ** 2) * curve
        line[there], corrected[there] = sign * l_p, sign * level[there, column]
    return Pulls(line, corrected, level)


def jumps(x: Array, y: Array, weight: Array, widths: Bandwidths, shape: Kernel = "triangular", *, by_line: bool = False) -> Jumps:
    """The jumps of the columns of y (n, k) at 0; x (n,) in any order, weight (n,) above 0 for whoever counts.

    How far an outcome lies off is told by its near neighbours on its own side; or, `by_line`, by the local parabola of its side, as is
    needed where rows hang together and neighbours may be of one cluster.  Sums are in the order of the scores, whatever that of rows.
    """
    order = np.lexsort((*y.T[::-1], weight, x))
    xs, ys, ws = x[order], y[order], weight[order]
    pull = pulls(xs, ws, widths, shape)
    away = _off_the_parabola(xs, ys, ws, widths, shape) if by_line else _off_neighbours(xs, ys, ws, widths)
    back = np.argsort(order)
    inside = (ws * kernel_weights(xs, widths.h, shape)) > 0
    return Jumps(
        pull.line @ ys,
        pull.corrected @ ys,
        (pull.line[:, None] * away)[back],
        (pull.corrected[:, None] * away)[back],
        pull.level.T @ ys,
        (int((inside & (xs >= 0)).sum()), int((inside & (xs < 0)).sum())),
    )


def _off_neighbours(x: Array, y: Array, weight: Array, widths: Bandwidths) -> Array:
    """(n, k) how far each outcome lies from its neighbours', on its own side and among those who count; x rising."""
    away, reach = np.zeros_like(y), max(widths.h, widths.b)
    for there in (x < 0, x >= 0):
        own = there & (weight > 0)
        for k in range(y.shape[1]):
            away[own, k] = away_within(x[own], y[own, k], reach)
    return away


def _off_the_parabola(x: Array, y: Array, weight: Array, widths: Bandwidths, shape: Kernel) -> Array:
    """(n, k) how far each outcome lies from the local parabola of its side."""
    away = np.zeros_like(y)
    for there in (x < 0, x >= 0):
        wide = weight[there] * kernel_weights(x[there], max(widths.h, widths.b), shape)
        curve = coefficients(x[there], wide, 2) @ y[there]
        away[there] = np.where(wide[:, None] > 0, y[there] - x[there, None] ** np.arange(3) @ curve, 0.0)
    return away


def two_sides(x: Array, y: Array, weight: Array) -> tuple[Side, Side]:
    """The sides of the cut-off at 0, the compared first, rows in the order of their scores."""
    order = np.lexsort((y, weight, x))
    order = order[weight[order] > 0]
    left, right = order[x[order] < 0], order[x[order] >= 0]
    return Side(x[left], y[left], weight[left]), Side(x[right], y[right], weight[right])


def worth(pull: Array, labels: Array, there: Array) -> float:
    """How many labels of equal pull an arm's pulls are worth (Kish 1965)."""
    return effective_number(np.abs(pull[there]), labels[there])
