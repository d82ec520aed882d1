"""Whether an event that others rule out comes about alike in several groups: the test of Gray 1988 of their incidences.

Letters as in the paper: Y who is at risk, S survival of every event, F the incidence of the one that is tested, R = Y (1 - F) / S
who is at risk of it were those with the others kept; of group r, and 0 of all were the groups alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from .grid import laid_out
from .logrank import Test, judged, of_groups, strata_of
from .times import Times, checked

if TYPE_CHECKING:
    from ...terms import Array


def gray(times: Times, group: Array, *, cause: int = 1, rho: float = 0.0, strata: Array | None = None) -> Test:
    """The test that a cause's incidence is the same in every group, `group` (n,) int, within each of `strata` (n,) int.

    An event at t counts (1 - F0(t-))^rho.  All causes but the one are taken together.  The statistic, its variance and what ties do
    to it are those of R's cmprsk::cuminc.  Assumes that who is censored, and when, has nothing to do with the event, and that each
    row is somebody else.  Refuses delayed entry and weights, of which the paper has no variance, a single group, and no event.
    """
    names, g = of_groups(checked(times, "Gray's test"), group)
    _plain(times)
    G = len(names)
    observed, expected, variance = np.zeros(G), np.zeros(G), np.zeros((G, G))
    for rows in strata_of(strata, len(times)):
        found = _Stratum.of(times.of(rows), g[rows], G, cause)
        if found.d.any():
            own, alike, spread = _sums(found, rho)
            observed, expected, variance = observed + own, expected + alike, variance + spread
    return judged(names, observed, expected, variance, "Gray's test")


@dataclass(frozen=True, slots=True, eq=False)
class _Stratum:
    """One stratum's groups on one grid; (G, m) arrays."""

    Y: Array
    d: Array  # with the event
    other: Array  # with another
    before: Array  # S just before
    S: Array
    F_before: Array
    F: Array

    @classmethod
    def of(cls, times: Times, g: Array, G: int, cause: int) -> _Stratum:
        """Each group's curves, on the times of all."""
        grid = laid_out(times)
        m = len(grid)
        kind = np.where(times.cause == cause, 1, np.where(times.cause > 0, 2, 0))
        ends = np.bincount((g * 3 + kind) * m + grid.place, minlength=3 * G * m).reshape(G, 3, m).astype(float)
        d, other = ends[:, 1], ends[:, 2]
        Y = np.cumsum(ends.sum(axis=1)[:, ::-1], axis=1)[:, ::-1]
        there = np.maximum(Y, 1.0)
        S = np.cumprod(1 - (d + other) / there, axis=1)
        before = np.hstack([np.ones((G, 1)), S[:, :-1]])
        F = np.cumsum(before * d / there, axis=1)
        return cls(Y, d, other, before, S, np.hstack([np.zeros((G, 1)), F[:, :-1]]), F)


def _sums(at: _Stratum, rho: float) -> tuple[Array, Array, Array]:
    """(G,) the events, those expected were groups alike, and the (G, G) variance of the difference."""
    there = at.Y > 0
    h = np.divide(at.Y, at.before, out=np.zeros_like(at.Y), where=there)  # at risk, had nobody been ended by anything
    d = at.d.sum(axis=0)
    all_h = h.sum(axis=0)
    F0 = np.cumsum(np.divide(d, all_h, out=np.zeros_like(d), where=all_h > 0))
    F0_before = np.concatenate([[0.0], F0[:-1]])
    K = (1 - F0_before) ** rho
    R = h * (1 - at.F_before)
    share = np.divide(R, R.sum(axis=0), out=np.zeros_like(R), where=R.sum(axis=0) > 0)
    return (K * at.d).sum(axis=1), (K * d * share).sum(axis=1), _variance(at, h, K, F0, F0_before)


def _variance(at: _Stratum, h: Array, K: Array, F0: Array, F0_before: Array) -> Array:
    """(G, G) the variance of Gray 1988, section 2: of each group's part in the score, now (a) and through the rates of later times (c).

    An event of group r moves group i's score by a_ir now and, as it takes a person from those at risk, by what is still to come of
    c_ir: times 1 - (1 - F0) / S of the event itself, and times -(1 - F0) / S of another.
    """
    G, m = h.shape
    d, all_h = at.d.sum(axis=0), h.sum(axis=0)
    had = all_h > 0
    share = np.divide(h, all_h, out=np.zeros_like(h), where=had)
    rate = np.divide(d, all_h * (1 - F0_before), out=np.zeros(m), where=had & (F0_before < 1))
    G0 = np.divide(1 - F0, at.S, out=np.zeros_like(at.S), where=at.S > 0)
    own, other = np.where(at.S > 0, 1 - G0, 1.0), G0
    by_own, by_other = _spread(at, h, d, all_h)
    found = np.zeros((G, G))
    for r in range(G):
        a = K * h[r] * ((np.arange(G) == r)[:, None] - share)  # (G, m)
        c = np.cumsum(a * rate, axis=1)
        to_come = c[:, -1:] - c
        moved, through = a + own[r] * to_come, other[r] * to_come
        found += np.einsum("im,jm,m->ij", moved, moved, by_own[r]) + np.einsum("im,jm,m->ij", through, through, by_other[r])
    return found


def _spread(at: _Stratum, h: Array, d: Array, all_h: Array) -> tuple[Array, Array]:
    """(G, m) the variances of an event of each group at each time, were groups alike, and of another; ties without replacement."""
    there = (at.Y > 0) & (d > 0)
    expected = np.divide(d, all_h, out=np.zeros_like(d), where=all_h > 0)
    among = all_h * at.before - 1
    tied = np.where((d > 1) & (among > 0), 1 - (d - 1) / np.where(among > 0, among, 1.0), 1.0)
    by_own = np.divide(tied * at.before * expected, at.Y, out=np.zeros_like(at.Y), where=there)
    others = (at.S > 0) & (at.other > 0)
    tied = np.where(at.other > 1, 1 - (at.other - 1) / np.maximum(at.Y - 1, 1.0), 1.0)
    return by_own, np.divide(tied * at.before**2 * at.other, at.Y**2, out=np.zeros_like(at.Y), where=others)


def _plain(times: Times) -> None:
    """Refuses what the test has no variance for."""
    remedy = "Compare the incidences at a horizon, with the infinitesimal jackknife's error."
    given = {"entry": "people enter after the start", "weights": "the rows are weighted"}
    right = "The test is of people seen from the start, each of whom counts as one."
    problems = [Problem("Gray's test", f"{said}.", right, remedy) for part, said in given.items() if getattr(times, part) is not None]
    if problems:
        raise Refused(*problems)
