"""Numbers that solve one equation for each column, and what each person adds to their error: scores, and weights that balance.

Every score here is where a concave sum over people is greatest: sum_i pull_i x_i'b + f_i(x_i'b).  The likelihood of a logit
regression is such a sum, and so are the "tailored" ones whose equations say that columns balance (Zhao 2019).  One method of
Newton's serves them all, and one formula their error.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..columns import independent, linear, standardised

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from ...terms import Array

SOLVED = 1e-10  # what may be left of an equation, in standard deviations of its column: columns balance to this
ROUNDING = 1e-14  # what is left of an equation when only rounding is
STEPS = 60  # of Newton: ten do where there is a maximum; at infinity each step leaves 1 / e of the equations
HALVINGS = 30  # of one step, until the sum rises
RISE = 1e-4  # of what its slope promises: a step that adds less is halved (Armijo 1966)
BLOCK = 8_192  # rows that stay near the processor while they are read; sums within a block are the same on any number of threads
STILL = 1e-2  # of a linear predictor: at a maximum the next step moves nobody by this; at infinity every step moves somebody by 1

Part = tuple["Array", "Array", "Array"]  # f, its slope and its bend (minus the second derivative), each (rows,)
Curve = Callable[["Array", slice], Part]  # of the linear predictor of some rows, and which they are


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Columns that no others make up, in standard deviations over the pool, below a row of ones."""

    X: Array  # (k, m) float
    names: tuple[str, ...]  # (k - 1) of the columns below the ones

    def of(self, rows: Array) -> Array:
        """(k, r) the columns of some rows."""
        return np.ascontiguousarray(self.X[:, rows])


@dataclass(frozen=True, slots=True, eq=False)
class Solved:
    """Where Newton's method stopped."""

    b: Array  # (k,)
    eta: Array  # (m,) x'b
    value: float  # of the sum
    left: Array  # (k,) of each equation
    bends: Array  # (k, k) sum_i bend_i x_i x_i'
    off: float  # the largest equation left, over the number of people whom the equations are about
    moves: float = float("inf")  # by how much the next step would move whom it moves most
    towards: Array | None = None  # (k,) the next step

    @property
    def reached(self) -> bool:
        """Whether this is a maximum: the equations hold, and not only because somebody's weight has vanished."""
        return self.off <= SOLVED and self.moves <= STILL


@dataclass(frozen=True, slots=True, eq=False)
class Weigher:
    """What rows weigh before each arm is scaled, how that grows with a score, and the error of the score's coefficients."""

    raw: Array  # (m,) 0 where somebody else's score weighs
    growth: Array  # (m,) by how much raw grows with the linear predictor x'b
    X: Array  # (k, m)
    influence: Array  # (k, m): what each row adds to the error of each coefficient


def designed(columns: Mapping[str, Array]) -> Design:
    """The columns (m,) as a design; those that never vary or repeat others are left out."""
    names = tuple(columns)
    Z = standardised(tuple(columns.values())) if names else np.zeros((0, 0))
    kept = independent(Z) if names else []
    ones = np.ones((1, Z.shape[1]))
    return Design(np.vstack([ones, Z[kept]]), tuple(names[j] for j in kept))


def totals(X: Array, v: Array) -> Array:
    """(k,) sum_i v_i x_i; the same on any number of threads, as a product of matrices is not."""
    return np.asarray(np.einsum("km,m->k", X, v))


def nearest_line(X: Array, eta: Array) -> Array:
    """(k,) b for which x'b is nearest to eta (m,), by least squares."""
    products = np.zeros((len(X), len(X)))
    for rows in _blocks(X.shape[1]):
        products += X[:, rows] @ X[:, rows].T
    return np.linalg.solve(products, totals(X, eta))


def greatest(X: Array, pulls: Array, curve: Curve, start: Array, about: float) -> Solved:
    """Where pulls'b + sum_i f_i(x_i'b) is greatest: X (k, m) with a first row of ones, `pulls` (k,), f_i concave.

    Newton's method, each step halved until the sum rises.  `about` is the number of people by which equations are divided before
    they are called solved.  Stops without an error where there is no maximum: ask `reached`.
    """
    now = _at(X, pulls, curve, start, about)
    for _ in range(STEPS):
        then = _climbed(X, pulls, curve, now, about)
        if then is None or (now.off <= SOLVED and then.off >= now.off):
            break
        now = then
        if now.off <= ROUNDING:
            break
    step = _step(now)
    return now if step is None else replace(now, moves=float(np.abs(linear(X[1:], step)).max()), towards=step)


def _step(now: Solved) -> Array | None:
    """Newton's step, or None where the sum has no bend left in some direction."""
    try:
        step = np.linalg.solve(now.bends, now.left)
    except np.linalg.LinAlgError:
        return None
    return step if np.isfinite(step).all() else None


def _climbed(X: Array, pulls: Array, curve: Curve, now: Solved, about: float) -> Solved | None:
    """One step up, or None where no step leads up."""
    step = _step(now)
    if step is None:
        return None
    promised, rounding = float(now.left @ step), ROUNDING * (abs(now.value) + X.shape[1])
    for halved in range(HALVINGS):
        part = 0.5**halved
        then = _at(X, pulls, curve, now.b + part * step, about)
        if then.value >= now.value + RISE * part * promised - rounding:
            return then
    return None


def _at(X: Array, pulls: Array, curve: Curve, b: Array, about: float) -> Solved:
    """The sum at b, its slopes and its bends, block of rows by block."""
    k, m = X.shape
    eta, value, left, bends = np.empty(m), float(pulls @ b), pulls.astype(float), np.zeros((k, k))
    with np.errstate(over="ignore", invalid="ignore"):  # too long a step: the sum is not finite, and the step is halved
        for rows in _blocks(m):
            x = X[:, rows]
            eta[rows] = linear(x[1:], b)
            f, slope, bend = curve(eta[rows], rows)
            value += float(f.sum())
            left += totals(x, slope)
            bends += (x * bend) @ x.T
    return Solved(b, eta, value, left, bends, float(np.abs(left).max()) / about)


def _blocks(m: int) -> Iterator[slice]:
    return (slice(first, min(first + BLOCK, m)) for first in range(0, m, BLOCK))


def error(X: Array, slopes: Array, bends: Array) -> Array:
    """(k, m) what each row adds to the error of the solution: slope_i B^-1 x_i, the M-estimator's influence (Stefanski and Boos 2002).

    `slopes` (m,) are what each row adds to the equations, per unit of its columns.
    """
    inverse = np.linalg.inv(bends)
    out = np.empty_like(X)
    for rows in _blocks(X.shape[1]):
        out[:, rows] = inverse @ (X[:, rows] * slopes[rows])
    return out


def steepest(names: Sequence[str], b: Array) -> tuple[str, ...]:
    """The names of up to three columns of most weight in b (k,), which begins with the intercept; those of a third of the largest."""
    size = np.abs(b[1:])
    order = np.argsort(-size, kind="stable")[:3]
    return tuple(names[j] for j in order if size[j] >= size[order[0]] / 3)
