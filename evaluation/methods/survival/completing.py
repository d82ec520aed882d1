"""What clocks that were lost would have told, completed by those followed and by what regressions expect of whoever is still free.

Letters: A is the cumulative hazard of being lost, so that exp(A) is one over the chance G of being followed; R(u) what the
regressions expect of a clock that is free of any end at u.  A clock's completed value is Y exp(A(T)) where it was followed, or
R exp(A) of its last day where it was lost, less the sum over earlier losses u of R(u) times the step of exp(A) at u: the integral
against the martingale of being lost (Robins & Rotnitzky 1992), with steps exactly as large as those of exp(A).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .ipcw import UNREAD, seen
from .predicted import Grid, Paths, both_of, grid, paths

if TYPE_CHECKING:
    from ...terms import Array
    from .covariates import Hazard
    from .followed import Followed
    from .reading import Reading
    from .sought import Sought


@dataclass(frozen=True, slots=True, eq=False)
class Completed:
    """Of q numbers, (n, q) each, in the order of everybody."""

    predicted: Array  # by the regressions
    value: Array  # completed, of the arm; 0 elsewhere
    models: Array  # what each row adds to the errors through the regressions of marks, ends and losses


@dataclass(frozen=True, slots=True, eq=False)
class Losses:
    """The days on which somebody of the arm was lost, in each way; k of them."""

    time: Array  # (k,)
    jump: tuple[Array, ...]  # (k,) each: of the baseline of each way; 0 where nobody was lost in that way
    place: tuple[Array, ...]  # int: where the jumps of each way stand among the k
    relative: tuple[Array, ...]  # (n,) each, everybody's; 0 outside the arm
    X: tuple[Array, ...]  # (n, p) each; 0 outside the arm
    after: Array  # (k,) int: how many times of the regressions' grid lie before


@dataclass(frozen=True, slots=True, eq=False)
class Slopes:
    """Derivatives by the jumps and the slopes of each regression, summed up as rows go by: (m, q) and (p, q) each."""

    jumps: list[Array]
    slopes: list[Array]


@dataclass(frozen=True, slots=True, eq=False)
class Expected:
    """What is expected of some rows, from each of the m + 1 stretches between times on; (k, m + 1) arrays, of one number."""

    free: Array  # the chance of being free of any end so far
    ahead: Array  # what is to come, times that chance
    whole: Array  # what the clock will tell, by those who are free: R


def completed(
    reading: Reading, marks: Hazard, ends: Hazard | None, leaving: Followed, there: Array, t: Array, c: Array, sought: Sequence[Sought]
) -> Completed:
    """Predictions of everybody, and completed values of an arm, `there` (n,) bool.

    What they add to errors is of sum t predicted + sum c (value - predicted), `t` and `c` (n,) adding to 1 and c being 0 outside the arm.
    """
    n, q = len(reading), len(sought)
    laid = grid(marks, ends, max(each.longest for each in sought))
    losses = _losses(leaving, there, laid)
    models = both_of(marks, ends)
    baselines = (laid.a, laid.c)
    predicted, value = np.zeros((n, q)), np.zeros((n, q))
    by_ends = _nothing([len(laid.time)] * len(models), [len(model.design.names) for model in models], q)
    by_losses = _nothing([len(losses.time)] * len(losses.jump), [X.shape[1] for X in losses.X], q)
    for path in paths(laid, marks, ends, np.arange(n)):
        here = path.rows
        steps = _steps(losses, here)
        for j, each in enumerate(sought):
            expected = _expected(path, each, laid)
            predicted[here, j] = expected.whole[:, 0]
            days = each.known(reading.day)[here]
            counts, own = seen(reading, each)[here], there[here]
            worth = np.where(counts, each.value(reading.day, reading.cause)[here], 0.0)
            at = np.searchsorted(laid.time, days, side="right")
            last = np.where(counts, worth, np.take_along_axis(expected.whole, at[:, None], axis=1)[:, 0])
            last = np.where(own, last * _inverse_chance(losses, here, days), 0.0)
            step = np.where((losses.time < days[:, None]) & own[:, None], steps, 0.0)
            cost = expected.whole[:, losses.after] * step
            value[here, j] = last - cost.sum(axis=1)
            _through_losses(by_losses, losses, here, j, c, last, cost, expected, days)
            spread = _spread(losses, step, expected, np.where(counts | ~own, 0.0, _inverse_chance(losses, here, days)), at)
            by = (t[here] - c[here])[:, None] + c[here, None] * spread
            _through_ends(by_ends, path, models, baselines, here, j, each, laid, by, expected)
    return Completed(predicted, value, _handed_on(by_ends, models, laid, by_losses, leaving, losses, there, q))


def _nothing(jumps: list[int], slopes: list[int], q: int) -> Slopes:
    return Slopes([np.zeros((m, q)) for m in jumps], [np.zeros((p, q)) for p in slopes])


def _losses(leaving: Followed, there: Array, laid: Grid) -> Losses:
    """The losses of an arm, of which `leaving` holds the rows, among everybody."""
    ways = leaving.hazards
    time = np.unique(np.concatenate([np.zeros(0), *(way.time for way in ways)]))
    place = tuple(np.searchsorted(time, way.time) for way in ways)
    jump = tuple(np.bincount(at, weights=way.jumps, minlength=len(time)) for at, way in zip(place, ways, strict=True))
    relative, X = [], []
    for way in ways:
        own, design = np.zeros(len(there)), np.zeros((len(there), len(way.design.names)))
        own[there], design[there] = way.relative, way.Z
        relative.append(own)
        X.append(design)
    return Losses(time, jump, place, tuple(relative), tuple(X), np.searchsorted(laid.time, time))


def _spent(losses: Losses, here: slice) -> Array:
    """(k, losses) A of some rows, after each loss; what lies beyond a row's own days is not read, and may be without bound."""
    total = np.zeros((here.stop - here.start, len(losses.time)))
    for relative, jump in zip(losses.relative, losses.jump, strict=True):
        total += relative[here, None] * np.cumsum(jump)
    return np.minimum(total, UNREAD)


def _steps(losses: Losses, here: slice) -> Array:
    """(k, losses) the steps of exp(A) of some rows."""
    whole = np.exp(_spent(losses, here))
    return np.diff(whole, axis=1, prepend=1.0)


def _inverse_chance(losses: Losses, here: slice, days: Array) -> Array:
    """(k,) exp(A) before each of `days` (k,)."""
    total, before = np.zeros(len(days)), np.searchsorted(losses.time, days)
    for relative, jump in zip(losses.relative, losses.jump, strict=True):
        total += relative[here] * np.concatenate([[0.0], np.cumsum(jump)])[before]
    return np.exp(np.minimum(total, UNREAD))


def _expected(path: Paths, sought: Sought, laid: Grid) -> Expected:
    """What is expected of each row from each stretch on."""
    stretches, omega = sought.of_stretches(laid.time), sought.of_marks(laid.time)
    free = np.concatenate([np.ones((len(path.survival), 1)), path.survival], axis=1)
    ahead = free * stretches
    ahead[:, :-1] += path.marks * omega
    ahead = np.cumsum(ahead[:, ::-1], axis=1)[:, ::-1]
    elapsed = np.concatenate([[0.0], np.cumsum(stretches)[:-1]])
    return Expected(free, ahead, elapsed + ahead / np.maximum(free, np.finfo(float).tiny))


def _through_losses(by: Slopes, losses: Losses, here: slice, j: int, c: Array, last: Array, cost: Array, expected: Expected, days: Array) -> None:
    """Adds what completed values of some rows owe to each jump and slope of the hazards of being lost."""
    if not len(losses.time):
        return
    later = np.cumsum(cost[:, ::-1], axis=1)[:, ::-1] - cost
    whole = np.exp(_spent(losses, here))
    owed = np.where(losses.time < days[:, None], last[:, None] - later - expected.whole[:, losses.after] * whole, 0.0)
    for k, (relative, jump, X) in enumerate(zip(losses.relative, losses.jump, losses.X, strict=True)):
        weights = c[here] * relative[here]
        by.jumps[k][:, j] += np.einsum("i,ij->j", weights, owed)
        by.slopes[k][:, j] += np.einsum("i,ip->p", weights * np.einsum("ij,j->i", owed, jump), X[here])


def _spread(losses: Losses, step: Array, expected: Expected, last: Array, at: Array) -> Array:
    """(k, m) how many times what is expected after each time of the grid is in a row's completed value, were it certain to be free."""
    times = np.zeros_like(expected.free)
    if len(losses.time):
        places, starts = np.unique(losses.after, return_index=True)
        times[:, places] = -np.add.reduceat(step / np.maximum(expected.free, np.finfo(float).tiny)[:, losses.after], starts, axis=1)
    own = np.arange(len(at))
    times[own, at] += last / np.maximum(expected.free[own, at], np.finfo(float).tiny)
    return np.asarray(np.cumsum(times, axis=1)[:, :-1])


def _through_ends(
    by: Slopes, path: Paths, models: Sequence[Hazard], baselines: Sequence[Array], here: slice, j: int, sought: Sought, laid: Grid,
    times: Array, expected: Expected,
) -> None:  # fmt: skip
    """Adds what the number owes to each jump and slope of the hazards of the mark and of the ends that rule it out."""
    omega = sought.of_marks(laid.time)
    for k, (model, jump, own) in enumerate(zip(models, baselines, (path.by_u, path.by_v), strict=False)):
        owed = times * (omega * own - expected.ahead[:, 1:])
        relative = model.relative[here]
        by.jumps[k][:, j] += np.einsum("i,ij->j", relative, owed)
        by.slopes[k][:, j] += np.einsum("i,ip->p", relative * np.einsum("ij,j->i", owed, jump), model.Z[here])


def _handed_on(
    by_ends: Slopes, models: Sequence[Hazard], laid: Grid, by_losses: Slopes, leaving: Followed, losses: Losses, there: Array, q: int
) -> Array:
    """(n, q) what each row adds to the errors through all the regressions."""
    parts = np.zeros((len(there), q))
    for k, (model, place) in enumerate(zip(models, laid.place, strict=False)):
        by_hazard = np.zeros((len(model.time), q))
        by_hazard[: len(place)] = by_ends.jumps[k][place]
        parts += model.pull(by_hazard, by_ends.slopes[k])
    for k, (way, place) in enumerate(zip(leaving.hazards, losses.place, strict=True)):
        parts[there] += way.pull(by_losses.jumps[k][place], by_losses.slopes[k])
    return parts
