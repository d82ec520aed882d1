"""Confidence intervals of fixed length for an effect whose bias is bounded (Donoho 1994; Armstrong and Kolesar 2018).

Under smoothness (Rambachan and Roth 2023) the effect is estimated by the weighted coefficients after the reference less a weighted
extrapolation of those before.  Weights that follow a straight line leave a bias of at most M times a sum of absolute values, so the best
compromise of bias and variance is a lasso: its whole path is followed once, and each M picks a point on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, sqrt, tanh
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

from .honest_polyhedra import EventStudy, bending

if TYPE_CHECKING:
    from ..terms import Array

TIED = 1e-12  # of the largest penalty: steps of the path below it are none


@dataclass(frozen=True, slots=True, eq=False)
class Frontier:
    """Every compromise of bias and variance that some M could want, from the least bias to the least variance."""

    study: EventStudy
    penalty: Array  # (knots,) falling to 0: what a unit of bias costs, in units of half the variance
    weights: Array  # (knots, k): of the coefficients; straight lines between the knots
    bias: Array  # (knots,): at most, for M = 1

    def at(self, penalty: float) -> tuple[Array, float]:
        """The weights, and the largest bias for M = 1, at a penalty."""
        rising = self.penalty[::-1]
        place = min(max(penalty, 0.0), float(rising[-1]))
        later = int(np.clip(np.searchsorted(rising, place), 1, len(rising) - 1)) if len(rising) > 1 else 0
        if not later:
            return self.weights[0], float(self.bias[0])
        low, high = rising[later - 1], rising[later]
        share = (place - low) / (high - low) if high > low else 0.0
        weights, bias = self.weights[::-1], self.bias[::-1]
        return weights[later - 1] + share * (weights[later] - weights[later - 1]), float(bias[later - 1] + share * (bias[later] - bias[later - 1]))

    def spread(self, weights: Array) -> float:
        """The standard deviation of the weighted coefficients."""
        return sqrt(max(float(weights @ self.study.V @ weights), 0.0))


def frontier(study: EventStudy) -> Frontier:
    """The compromises of bias and variance for weighted sums of the coefficients that a straight line does not bias.

    With v_j the weight of the coefficient j periods before the reference and z_k = sum over j > k of (j - k) v_j, a straight line biases
    nothing where z_0 is the slope of the weights after it, and bends of at most M bias by at most M (sum |z_k| + those after): the z_k
    are free from k = 1 on, and penalised by their absolute value.
    """
    slope, bends = bending(study.weights)
    back = np.eye(study.before) - 2 * np.eye(study.before, k=1) + np.eye(study.before, k=2)  # v_j = z_(j-1) - 2 z_j + z_(j+1)
    to_weights = np.concatenate([back[::-1], np.zeros((study.after, study.before))])
    fixed = study.contrast + to_weights[:, 0] * slope
    free = to_weights[:, 1:]
    penalty, z = lasso(free.T @ study.V @ free, free.T @ study.V @ fixed)
    bias = abs(slope) + float(np.abs(bends).sum()) + np.abs(z).sum(axis=1)
    return Frontier(study, penalty, fixed + z @ free.T, bias)


def lasso(H: Array, g: Array) -> tuple[Array, Array]:
    """The minimisers of z'Hz / 2 + g'z + penalty sum |z| for every penalty (Osborne, Presnell and Turlach 2000; Efron and others 2004).

    `H` (p, p) positive semidefinite, `g` (p,).  Gives back the penalties at which the path turns, falling to 0, and z there (knots, p).
    """
    p = len(g)
    z, inside, sign = np.zeros(p), np.zeros(p, dtype=bool), np.zeros(p)
    penalty = float(np.abs(g).max(initial=0.0))
    penalties, path, slack, left = [penalty], [z.copy()], TIED * penalty, -1
    if penalty > 0:
        first = int(np.abs(g).argmax())
        inside[first], sign[first] = True, -np.sign(g[first])
    while penalty > slack:
        way = np.zeros(p)
        way[inside] = np.linalg.lstsq(H[np.ix_(inside, inside)], sign[inside], rcond=None)[0]
        gradient, turn = g + H @ z, H @ way
        step, which = penalty, -1
        for j in range(p):
            ahead = _leaves(z[j], way[j]) if inside[j] else _enters(gradient[j], turn[j], penalty, again=j == left, slack=slack)
            if ahead < step:
                step, which = ahead, j
        z, penalty = z + step * way, penalty - step
        if which >= 0:
            entering = not inside[which]
            inside[which], left = entering, -1 if entering else which
            sign[which] = -np.sign(gradient[which] + step * turn[which]) if entering else 0.0
            z[which] = 0.0
        penalties.append(max(penalty, 0.0))
        path.append(z.copy())
    penalties[-1] = 0.0
    return np.array(penalties), np.array(path)


def _leaves(value: float, way: float) -> float:
    """How far on a value reaches 0."""
    return -value / way if value * way < 0 else inf


def _enters(gradient: float, turn: float, penalty: float, *, again: bool, slack: float) -> float:
    """How far on a gradient reaches the falling penalty on one of its sides; one that has just left is not taken back on the spot."""
    reached = [(penalty - side * gradient) / (1 + side * turn) for side in (1.0, -1.0) if 1 + side * turn > 0]
    return min((max(step, 0.0) for step in reached if not again or step > slack), default=inf)


def folded_critical(bias: float, alpha: float) -> float:
    """The 1 - alpha quantile of the absolute value of a normal variable with mean `bias` and variance 1."""
    one_tail, both_tails = -float(ndtri(alpha)), -float(ndtri(alpha / 2))
    if bias == 0:
        return both_tails
    # as far as the quantile lies beyond the bias, which keeps its figures where the bias is large
    beyond = brentq(lambda c: ndtr(c) - ndtr(-c - 2 * bias) - (1 - alpha), one_tail - 1e-9, both_tails + 1e-9, xtol=1e-13, rtol=1e-14)
    return bias + float(beyond)


def shortest(frontier: Frontier, M: float, alpha: float) -> tuple[float, float]:
    """The middle and the half-length of the shortest interval of fixed length for bends of at most M.

    At the shortest, the penalty is what one more unit of bias adds to the length, over what one more unit of half the variance does.
    """

    def excess(penalty: float) -> float:
        weights, bias = frontier.at(penalty)
        deviation = frontier.spread(weights)
        if deviation == 0:
            return -1.0
        ratio = M * bias / deviation
        critical = folded_critical(ratio, alpha)
        more = tanh(critical * ratio)
        return penalty - M * deviation * more / (critical - ratio * more)

    largest = float(frontier.penalty[0])
    if M == 0 or largest == 0:
        best = 0.0
    else:
        best = largest if excess(largest) <= 0 else float(brentq(excess, 0.0, largest, xtol=1e-15 * largest, rtol=1e-13))
    weights, bias = frontier.at(best)
    deviation = frontier.spread(weights)
    half = M * bias if deviation == 0 else folded_critical(M * bias / deviation, alpha) * deviation
    return float(weights @ frontier.study.beta), half
