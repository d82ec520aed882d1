"""Intervals that hold however a mean bends between the scores that there are: honest where scores are few, or rounded.

Kolesar and Rothe 2018; Armstrong and Kolesar 2020.  What bends no more than `most` (the second derivative of the mean, on either side)
biases a local line by no more than what a parabola of that bend does, whatever scores there are in between.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from ..inference import LEVEL
from .kernels import coefficients

if TYPE_CHECKING:
    from ...terms import Array
    from .anderson_rubin import TwoJumps

ORDER = 4  # of the polynomial of each side by which the bend is guessed (Armstrong and Kolesar 2020)


def bend(x: Array, y: Array, weight: Array) -> float:
    """The largest second derivative, on either side of 0, of a quartic laid through all of it: a guess, and no bound.

    Of a side with fewer distinct scores than a quartic needs, that of the curve of as high an order as they allow.
    """
    most = 0.0
    for there in (x < 0, x >= 0):
        own = weight[there] > 0
        order = min(ORDER, len(np.unique(x[there][own])) - 1)
        if order < 2:
            continue
        beta = coefficients(x[there], weight[there], order) @ y[there]
        powers = np.arange(2, order + 1)
        scores = x[there][own]
        most = max(most, float(np.abs((beta[2:] * powers * (powers - 1)) @ scores[None, :] ** (powers - 2)[:, None]).max()))
    return most


def worst_bias(x: Array, line: Array, most: float) -> float:
    """How far at most the jump of local lines, whose weights are `line` (n,), lies off where means bend by `most` or less."""
    return most / 2 * sum(abs(float(line[there] @ x[there] ** 2)) for there in (x < 0, x >= 0))


def reach(std_error: float, bias: float) -> float:
    """Half the width of the interval about an estimate that is off by no more than `bias`: the 95 % quantile of |N(bias, std_error)|."""
    if not std_error > 0:
        return bias
    t = bias / std_error
    if t > 8:
        return std_error * (t + float(ndtri(LEVEL)))
    return std_error * float(brentq(lambda c: ndtr(c - t) - ndtr(-c - t) - LEVEL, 0.0, t + 4))


def bias_aware(jumps: TwoJumps, biases: tuple[float, float]) -> tuple[float, float]:
    """The ends of all effects tau of coming for which the jump of outcome - tau take_up lies within its own honest reach of 0.

    `jumps` are those of local lines, which are off by no more than `biases`, of the outcome and of take-up (Noack and Rothe 2024).  With
    no bias it is the Anderson-Rubin set.  Infinite where an honest interval of the jump of take-up holds 0: nothing is then ruled out for good.
    """
    of_outcome, of_coming = biases
    if abs(jumps.take_up) <= reach(jumps.V_take_up**0.5, of_coming):
        return -inf, inf

    def beyond(tau: float) -> float:
        return abs(jumps.outcome - tau * jumps.take_up) - reach(max(jumps.at(tau), 0.0) ** 0.5, of_outcome + abs(tau) * of_coming)

    ends = []
    for way in (-1.0, 1.0):
        step = jumps.std_error + of_outcome / abs(jumps.take_up)
        while beyond(jumps.ratio + way * step) < 0:
            step *= 2
        ends.append(jumps.ratio + way * float(brentq(lambda far, way=way: beyond(jumps.ratio + way * far), 0.0, step)))
    return ends[0], ends[1]
