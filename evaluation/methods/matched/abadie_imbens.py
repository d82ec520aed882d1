"""The error of a comparison in which one person may stand beside several: that of Abadie and Imbens (2006).

Two things are uncertain: whose effect it is, which the spread of the effects of those matched tells, and what those compared
would have had on another day, which counts the more the more often they are compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import cKDTree

from ..inference import Contrast
from .pool import Pool

if TYPE_CHECKING:
    from ...terms import Array

NEIGHBOURS = 2  # of one's own arm, by whom the spread of an outcome is told (as Stata's teffects nnmatch)


def matched_effects(y: Array, served: Array, focal: Array, sets: Array, weights: Array, adjusts: Array) -> Array:
    """(f,) the effect on each focal person: their outcome less the mean of those beside them, or the other way round.

    All (m,) in long form; sets are numbered 0, 1, 2, ...; `adjusts` (m,) is what is predicted of somebody by a regression on those
    compared, so that each is taken as far as its gap (Abadie & Imbens 2011), or 0.
    """
    sign = np.where(served[focal], 1.0, -1.0)
    order = np.argsort(sets[focal], kind="stable")
    other = ~focal
    beside = np.bincount(sets[other], weights=weights[other] * (y - adjusts)[other]) / np.bincount(sets[other], weights=weights[other])
    return np.asarray(sign[order] * ((y - adjusts)[focal][order] - beside))


def abadie_imbens(effects: Array, times: Array, squares: Array, spread: Array, worth: float) -> Contrast:
    """The mean of the `effects` (f,) of focal people, with its error (Abadie & Imbens 2006, theorem 7, for the effect on the treated).

    Of each person compared (c,): `times` is what they weigh in all, `squares` the sum of the squares of their weights, `spread`
    the variance of their outcome given the columns.  The score is taken for the one that they had: that it was estimated makes
    the error of an effect on the served larger or smaller (Abadie & Imbens 2016), and is not counted.  t on as many as those
    compared are worth, less one.
    """
    n = len(effects)
    effect = float(effects.mean())
    variance = (float(((effects - effect) ** 2).sum()) + float((spread * (times**2 - squares)).sum())) / n**2
    return Contrast(effect, variance**0.5 if variance > 0 else 0.0, max(min(worth, n) - 1, 1.0))


def spread_given_columns(pool: Pool, y: Array, known: Array, wanted: Array) -> Array:
    """(k,) the variance of the outcome of the people `wanted` (k,), by place in the pool, given what they were like.

    From the nearest NEIGHBOURS of their own arm and group whose outcome is `known` (m,) bool, themselves known too: J / (J + 1)
    times the square of how far `y` (m,) is from their mean.  Somebody without a neighbour has the mean of the others' variances.
    """
    found = np.full(len(wanted), np.nan)
    points = pool.line[:, None] if pool.line is not None else pool.space
    assert points is not None, "a way that asks who is near has a distance"
    label = 2 * pool.groups + pool.served
    for cell, own in _cells(label, known, wanted):
        J = min(NEIGHBOURS, len(cell) - 1)
        if J < 1:
            continue
        near = cell[cKDTree(points[cell]).query(points[wanted[own]], k=J + 1)[1]]
        mine = near == wanted[own][:, None]
        mine[~mine.any(axis=1), -1] = True  # people as near as oneself may be named before oneself: the last is let go
        beside = near[~mine].reshape(-1, J)
        found[own] = J / (J + 1) * (y[wanted[own]] - y[beside].mean(axis=1)) ** 2
    told = ~np.isnan(found)
    return np.where(told, found, found[told].mean() if told.any() else np.nan)


def _cells(label: Array, known: Array, wanted: Array) -> Iterator[tuple[Array, Array]]:
    """Those of each label whose outcome is known, and which of the people wanted have it."""
    members = np.flatnonzero(known)[np.argsort(label[known], kind="stable")]
    asked = np.argsort(label[wanted], kind="stable")
    for one in np.unique(label[wanted]):
        between = (np.searchsorted(label[members], (one, one + 1)), np.searchsorted(label[wanted][asked], (one, one + 1)))
        yield members[slice(*between[0])], asked[slice(*between[1])]
