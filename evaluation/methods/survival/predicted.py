"""What two Cox regressions, of the mark and of the ends that rule it out, predict of people with given columns.

Letters: a and c are the jumps of the two baselines, u = r1 a and v = r2 c a row's own, S its survival of any end, F the incidence
of the mark.  Survival falls by exp(-u - v) at each time, and the mark has the share u / (u + v) of what is lost: so survival and
incidences add to one, as those of Benichou & Gail 1990 do but for what ties leave.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...terms import Array
    from .covariates import Hazard
    from .sought import Sought

CELLS = 1 << 18  # of a table of rows by times that are held at once: a few of them fit into the fastest memory


@dataclass(frozen=True, slots=True, eq=False)
class Grid:
    """The times at which either end happened, and the baselines' jumps there; (m,) arrays."""

    time: Array
    a: Array  # of the mark; 0 where nobody had it
    c: Array  # of the ends that rule it out
    place: tuple[Array, Array]  # int: where on the grid the jumps of each of the two baselines stand


@dataclass(frozen=True, slots=True, eq=False)
class Paths:
    """Survival and incidence of some rows, time by time; (k, m) arrays."""

    rows: slice
    survival: Array
    marks: Array  # the jumps of the incidence of the mark
    by_u: Array  # the derivative of those by u, and by v, at the same time
    by_v: Array


@dataclass(frozen=True, slots=True, eq=False)
class Averaged:
    """Means of q numbers over a target, with the derivatives that their errors are told from."""

    everybody: Array  # (n, q) what is predicted of each row
    mean: Array  # (q,)
    models: Array  # (n, q) what each row adds to the errors of the means through the two regressions


def grid(marks: Hazard, ends: Hazard | None, until: int) -> Grid:
    """Both baselines on one grid of the times before `until`."""
    both = [marks.time] if ends is None else [marks.time, ends.time]
    time = np.unique(np.concatenate(both))
    time = time[time < until]
    laid, place = [np.zeros(len(time)) for _ in range(2)], [np.zeros(0, dtype=np.int64) for _ in range(2)]
    for k, hazard in enumerate(both_of(marks, ends)):
        own = hazard.time < until
        place[k] = np.searchsorted(time, hazard.time[own])
        laid[k][place[k]] = hazard.jumps[own]
    return Grid(time, laid[0], laid[1], (place[0], place[1]))


def both_of(marks: Hazard, ends: Hazard | None) -> tuple[Hazard, ...]:
    """The regressions that there are."""
    return (marks,) if ends is None else (marks, ends)


def paths(laid: Grid, marks: Hazard, ends: Hazard | None, rows: Array) -> Iterator[Paths]:
    """The paths of `rows`, places among everybody, some at a time: only so many as fit into memory are held at once."""
    many = max(1, CELLS // max(len(laid.time), 1))
    tied = (laid.a > 0) & (laid.c > 0)
    alone = (laid.a > 0).astype(float)  # the mark's share of what is lost at a time at which only one end happened
    for start in range(0, len(rows), many):
        here = rows[start : start + many]
        u = marks.relative[here, None] * laid.a
        v = np.zeros((1, 1)) if ends is None else ends.relative[here, None] * laid.c
        s = u + v
        left = np.exp(-s)
        survival = np.exp(-np.cumsum(s, axis=1))
        before = np.concatenate([np.ones((len(here), 1)), survival[:, :-1]], axis=1)
        gone = before - survival
        share = np.broadcast_to(alone, s.shape) if not tied.any() else np.where(tied, u / np.where(tied, s, 1.0), alone)
        by_u, by_v = survival * share, survival * share
        if ends is None:
            by_v = np.zeros((1, 1))
        elif tied.any():
            of = before[:, tied] * (1 - left[:, tied]) / s[:, tied] ** 2
            by_u[:, tied] += of * v[:, tied]
            by_v[:, tied] -= of * u[:, tied]
        yield Paths(slice(start, start + len(here)), survival, gone * share, by_u, by_v)


def averaged(marks: Hazard, ends: Hazard | None, target: Array, sought: Sequence[Sought]) -> Averaged:
    """The means of several numbers over `target` (n,), weights of everybody, 0 of whoever does not count.

    Their errors through the regressions are exact derivatives by each jump and slope, handed on to the rows that told them.
    """
    laid = grid(marks, ends, max(each.longest for each in sought))
    omega = np.column_stack([each.of_marks(laid.time) for each in sought])
    stretches = np.column_stack([each.of_stretches(laid.time) for each in sought])
    n, m, q, psi = len(target), len(laid.time), len(sought), stretches[1:]
    everybody, t = np.zeros((n, q)), target / target.sum()
    models = both_of(marks, ends)
    jumps_of = (laid.a, laid.c)[: len(models)]
    own, marked, stays = (np.zeros((len(models), m)) for _ in range(3))
    slopes = [np.zeros((model.Z.shape[1], q)) for model in models]
    for path in paths(laid, marks, ends, np.arange(n)):
        here = path.rows
        everybody[here] = stretches[0] + _times(path.marks, omega) + _times(path.survival, psi)
        for k, (model, jump, by) in enumerate(zip(models, jumps_of, (path.by_u, path.by_v), strict=False)):
            weights, total = t[here] * model.relative[here], np.cumsum(jump)
            own[k] += _over(weights, by)
            marked[k] += _over(weights, path.marks)
            stays[k] += _over(weights, path.survival)
            earlier = _times(path.marks, omega * (total - jump)[:, None]) + _times(path.survival, psi * total[:, None])
            by_eta = _times(by, omega * jump[:, None]) - earlier
            slopes[k] += np.einsum("ij,iq->jq", model.Z[here] * weights[:, None], by_eta)
    parts = np.zeros((n, q))
    for k, (model, place) in enumerate(zip(models, laid.place, strict=False)):
        later = _from_here(omega * marked[k][:, None]) - omega * marked[k][:, None] + _from_here(psi * stays[k][:, None])
        by_hazard = np.zeros((len(model.time), q))
        by_hazard[: len(place)] = (omega * own[k][:, None] - later)[place]
        parts += model.pull(by_hazard, slopes[k])
    return Averaged(everybody, np.einsum("i,iq->q", t, everybody), parts)


def _times(table: Array, columns: Array) -> Array:
    """(k, q) a product of tables, added up in one order whatever the number of threads; columns of zeros cost nothing."""
    found = np.zeros((len(table), columns.shape[1]))
    for j in np.flatnonzero(columns.any(axis=0)):
        found[:, j] = np.einsum("ij,j->i", table, np.ascontiguousarray(columns[:, j]))
    return found


def _over(weights: Array, table: Array) -> Array:
    """(m,) the weighted sum of the rows of a table (k, m)."""
    return np.einsum("i,ij->j", weights, table)


def _from_here(columns: Array) -> Array:
    """(m, q) the sum of each row and all after it."""
    return np.cumsum(columns[::-1], axis=0)[::-1]
