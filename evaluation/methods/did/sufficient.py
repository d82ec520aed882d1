"""Effects by cohort and period without covariates, from what is enough to know of each cohort: its size, its means and their products.

Every such effect is a difference of weighted means of differences of the outcome, hence linear in the outcomes of each unit, with
slopes that all units of a cohort share.  A panel of a million units is read once; nothing with as many numbers as units times effects
is ever held.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...terms import Array

TILE = 65_536  # units read at a time


@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """What is known of each of c classes of units by T periods; deviations are from the class's mean."""

    units: Array  # (c,) int
    size: Array  # (c,): the sum of the weights
    mean: Array  # (c, T)
    products: Array  # (c, T, T): of the weighted deviations
    crossed: Array  # (c, T): of the weighted deviations with the weights
    squares: Array  # (c,): of the weights


def moments(value: Array, code: Array, weight: Array, classes: int) -> Moments:
    """Those of `value` (n, T) by `code` (n,) int, of which -1 is read by nobody; `weight` (n,).

    Each value is read once: deviations are from the mean of a class's first units, which is near enough to lose no digits, and the
    mean of all is put in afterwards.
    """
    periods = value.shape[1]
    units, size, squares = np.zeros(classes, np.int64), np.zeros(classes), np.zeros(classes)
    mean, crossed, products = np.zeros((classes, periods)), np.zeros((classes, periods)), np.zeros((classes, periods, periods))
    for c in range(classes):
        rows = np.flatnonzero(code == c)
        if not len(rows):
            continue
        near, total = value[rows[:TILE]].mean(axis=0), np.zeros(periods)
        for part in _tiles(len(rows)):
            w = weight[rows[part]]
            off = (value[rows[part]] - near) * w[:, None]
            total += off.sum(axis=0)
            crossed[c] += (off * w[:, None]).sum(axis=0)
            products[c] += off.T @ off
            size[c] += w.sum()
            squares[c] += (w * w).sum()
        shift = total / size[c]
        units[c], mean[c] = len(rows), near + shift
        products[c] += squares[c] * np.outer(shift, shift) - np.outer(shift, crossed[c]) - np.outer(crossed[c], shift)
        crossed[c] -= squares[c] * shift
    return Moments(units, size, mean, products, crossed, squares)


def _tiles(rows: int) -> list[slice]:
    return [slice(start, start + TILE) for start in range(0, rows, TILE)]


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """The parts of units in K effects linear in their outcomes: weight (Y . slopes - constants), by class; see `group_time_parts.Parts`."""

    value: Array  # (n, T)
    code: Array  # (n,) int: the unit's class; -1: it has no part
    weight: Array  # (n,)
    moments: Moments
    slopes: Array  # (c, T, K)
    constants: Array  # (c, K)

    def times(self, weights: Array) -> Array:
        """(n, m) what each unit adds to the errors of the sums of the effects by `weights` (K, m)."""
        found = np.zeros((len(self.value), weights.shape[1]))
        for c, (slopes, constants) in enumerate(zip(self.slopes, self.constants, strict=True)):
            rows, steps, start = np.flatnonzero(self.code == c), slopes @ weights, constants @ weights
            for part in _tiles(len(rows)):
                there = rows[part]
                found[there] = (self.value[there] @ steps - start) * self.weight[there, None]
        return found

    def covariance(self) -> Array:
        """(K, K) the sum over units of the products of their parts, from the moments alone."""
        told, effects = self.moments, self.constants.shape[1]
        total = np.zeros((effects, effects))
        for c, (slopes, constants) in enumerate(zip(self.slopes, self.constants, strict=True)):
            off = told.mean[c] @ slopes - constants
            crossed = np.outer(told.crossed[c] @ slopes, off)
            total += slopes.T @ told.products[c] @ slopes + crossed + crossed.T + told.squares[c] * np.outer(off, off)
        return total


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """Differences of means of differences, told from moments."""

    effect: Array  # (K,)
    treated: Array  # (K,) int
    comparisons: Array  # (K,) int
    slopes: Array  # (c, T, K)
    constants: Array  # (c, K)


def differences(told: Moments, served: Array, pool: Array, period: Array, base: Array) -> Means:
    """For each of K effects, the mean change of the class `served` from `base` to `period`, all (K,) int, less that of the classes `pool` (K, c)."""
    classes, periods = told.mean.shape
    slopes, constants = np.zeros((classes, periods, len(served))), np.zeros((classes, len(served)))
    effect = np.full(len(served), np.nan)
    for k, (own, others, now, then) in enumerate(zip(served, pool, period, base, strict=True)):
        size = float(told.size[others].sum())
        if not size or not told.size[own]:
            continue
        change = told.mean[:, now] - told.mean[:, then]
        beside = float((told.size[others] * change[others]).sum()) / size
        effect[k] = change[own] - beside
        for c, share, mean in ((own, 1 / told.size[own], change[own]), *((c, -1 / size, beside) for c in np.flatnonzero(others))):
            slopes[c, now, k] += share
            slopes[c, then, k] -= share
            constants[c, k] = share * mean
    return Means(effect, told.units[served], pool @ told.units, slopes, constants)
