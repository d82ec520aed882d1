"""The conditional test of moment inequalities with a least-favourable first stage, and the values that it does not reject.

Andrews, Roth and Pakes (2023), as Rambachan and Roth (2023) use it.  The statistic is the largest normalised moment.  Stage one rejects
beyond the critical value of size kappa = alpha / 10 when all moments are 0; stage two, of size (alpha - kappa) / (1 - kappa), holds the
statistic against a normal distribution truncated to where the same moment would have been the largest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr, ndtri, ndtri_exp

from .honest_polyhedra import EventStudy, Moments

if TYPE_CHECKING:
    from ..terms import Array

FIRST_STAGE = 0.1  # of the size of the test: kappa (Rambachan and Roth 2023)
DIRECTIONS = 1440  # of a plane, over which a probability is summed
LOOKED_AT = 201  # values between those surely in a case and those surely out of it
PARTS = 16  # into which the distance between two of them is cut
CUTS = 8  # times: near enough to an end, a step over 4e9
HALVINGS = 32  # of where the critical value of the first stage may lie: near enough, as above
NOTHING = 1e-100  # a height of less is none
PARALLEL = 1e-10  # a moment that moves so nearly as the statistic does bounds nothing


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """Moments at the coefficients that were found, ready to be tested at any theta; C cases of J moments."""

    value: Array  # (C, J): rows @ beta
    slope: Array  # (C, J)
    covariance: Array  # (C, J, J)
    critical: Array  # (C,) of the first stage
    size: float  # of the second stage


def prepared(study: EventStudy, moments: Moments, alpha: float) -> Prepared:
    """The test of `moments` at size `alpha`."""
    kappa = FIRST_STAGE * alpha
    covariance = moments.rows @ study.V @ moments.rows.transpose(0, 2, 1)
    critical = least_favourable(covariance, kappa)
    return Prepared(moments.rows @ study.beta, moments.slope, covariance, critical, (alpha - kappa) / (1 - kappa))


def least_favourable(covariance: Array, kappa: float) -> Array:
    """(C,) the values that the largest of J normal moments with mean 0 and `covariance` (C, J, J) passes with probability `kappa`.

    Moments are combinations of two numbers, the effect and one step, so that covariances are of rank 2 and the chance is a sum over the
    directions of a plane: exact, where a simulation of the same (R draws 1,000) is off by a few per cent.
    """
    root = _plane(covariance)
    angle = (np.arange(DIRECTIONS) + 0.5) * (2 * np.pi / DIRECTIONS)
    height = (root @ np.stack([np.cos(angle), np.sin(angle)])).max(axis=1)  # (C, DIRECTIONS): the largest moment a unit away that way
    half = np.where(height > 0, -0.5 / np.maximum(height, NOTHING) ** 2, -np.inf)
    widest = np.sqrt(np.einsum("cjj->cj", covariance).max(axis=1))
    low, high = -widest * ndtri(kappa), -widest * ndtri(kappa / covariance.shape[1])  # one moment alone; all of them apart
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        beyond = np.exp(half * middle[:, None] ** 2).mean(axis=1) > kappa
        low, high = np.where(beyond, middle, low), np.where(beyond, high, middle)
    return np.asarray((low + high) / 2)


def _plane(covariance: Array) -> Array:
    """(C, J, 2) a root of covariances of rank 2 or less."""
    values, vectors = np.linalg.eigh(covariance)
    return np.asarray(vectors[..., -2:] * np.sqrt(np.maximum(values[:, None, -2:], 0.0)))


def kept(tested: Prepared, theta: Array) -> Array:
    """(C, G) bool: which values `theta` (C, G) each case does not reject."""
    y = tested.value[:, None, :] - tested.slope[:, None, :] * theta[:, :, None]
    first = y.argmax(axis=2)
    eta = np.take_along_axis(y, first[:, :, None], axis=2)[:, :, 0]
    case = np.arange(len(y))[:, None]
    variance = tested.covariance[case, first, first]
    share = tested.covariance[case, first] / np.maximum(variance, np.finfo(float).tiny)[:, :, None]  # (C, G, J): how each moment moves with it
    low, high = _truncation(y - share * eta[:, :, None], 1 - share)
    deviation = np.sqrt(np.maximum(variance, np.finfo(float).tiny))
    high = np.minimum(high, tested.critical[:, None])
    beyond = np.logaddexp(np.log1p(-tested.size) + log_ndtr(-high / deviation), np.log(tested.size) + log_ndtr(-low / deviation))
    limit = np.maximum(-ndtri_exp(np.minimum(beyond, 0.0)) * deviation, 0.0)
    return np.asarray((eta <= 0) | ((eta <= tested.critical[:, None]) & (eta <= limit)))


def _truncation(rest: Array, room: Array) -> tuple[Array, Array]:
    """Between which values the statistic is still the largest moment: rest <= room * value for every one of them."""
    with np.errstate(divide="ignore", invalid="ignore"):
        bound = rest / room
    low = np.where(room > PARALLEL, bound, -np.inf).max(axis=2)
    return low, np.where(room < -PARALLEL, bound, np.inf).min(axis=2)


def ends(tested: Prepared) -> tuple[float, float]:
    """The lowest and the highest theta that some case does not reject; (inf, -inf) where all reject every one.

    The first two moments of a case bound theta from below and from above: beyond the critical value of the first stage nothing is
    kept.  What lies between is looked at in LOOKED_AT steps, and the step in which keeping ends is cut, time and again, into PARTS.
    """
    lowest = (tested.value[:, 0] - tested.critical) / tested.slope[:, 0]
    highest = (tested.value[:, 1] - tested.critical) / tested.slope[:, 1]
    possible = lowest < highest
    if not possible.any():
        return float("inf"), float("-inf")
    some = Prepared(tested.value[possible], tested.slope[possible], tested.covariance[possible], tested.critical[possible], tested.size)
    grid = np.linspace(lowest[possible], highest[possible], LOOKED_AT, axis=1)
    held = kept(some, grid)
    return _end(some, grid[:, ::-1], held[:, ::-1], np.minimum), _end(some, grid, held, np.maximum)


def _end(tested: Prepared, grid: Array, held: Array, farther: np.ufunc) -> float:
    """The farthest value kept: `grid` (C, LOOKED_AT) runs outwards, and `held` says what is kept on it."""
    count = grid.shape[1]
    last = count - 1 - held[:, ::-1].argmax(axis=1)
    case, found = np.arange(len(grid)), held.any(axis=1)
    inside, outside = grid[case, last], grid[case, np.minimum(last + 1, count - 1)]
    outwards = 1.0 if farther is np.maximum else -1.0
    if not found.any():
        return -outwards * float("inf")
    could = found & (outwards * outside >= outwards * farther.reduce(inside[found]))  # other cases end before it
    some = Prepared(tested.value[could], tested.slope[could], tested.covariance[could], tested.critical[could], tested.size)
    inside, outside, row = inside[could], outside[could], np.arange(int(could.sum()))
    for _ in range(CUTS):
        between = np.linspace(inside, outside, PARTS + 1, axis=1)
        stays = np.insert(kept(some, between[:, 1:-1]), 0, True, axis=1)
        last = PARTS - 1 - stays[:, ::-1].argmax(axis=1)
        inside, outside = between[row, last], between[row, last + 1]
    return float(farther.reduce(inside))
