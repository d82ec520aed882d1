"""A propensity score from the history: how far what came before tells who is served, as a logit.

What a column cannot tell is mended and told: a column that never varies or repeats others adds nothing and is left out, a
value missing is a value of its own, and people with a value that only one arm holds are like nobody and have no score.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused, ScoreBy
from ..columns import TILE, complete, independent, linear, standardised
from ..compiled import kernel
from .refusals import nothing_varies, told_apart

if TYPE_CHECKING:
    from ...terms import Array

SOLVED = 1e-8  # a standardised score equation X'(t - p) / n: the maximum is reached
LAST_STEP = 1e-6  # of a slope per standard deviation: the error left after a Newton step is of the order of its square
ITERATIONS = 35  # Newton steps; nine do, and where the arms are separated no number does
HALVINGS = 10  # of a step after which people would be less likely to be where they are
CERTAIN = 1e-6  # a chance this near to what became of somebody: their history told it
SAMPLE = 20_000  # people from whom the first guess of the slopes is had, where there are four times as many or more
RIDGE = 1e-4  # of the information: it keeps that guess finite where the sample separates the arms
SEED = 1_983  # of that sample


@dataclass(frozen=True, slots=True, eq=False)
class Score:
    """The linear propensity score (logit) with the columns it rests on."""

    linear: Array  # (n,) float; NaN for whoever has none
    coefficients: Mapping[str, float]  # by column, per standard deviation; of trees none
    left_out: tuple[str, ...] = ()  # columns that never vary or repeat others
    one_sided: tuple[str, ...] = ()  # columns with a value that only one arm holds: whoever holds it has no score
    by: ScoreBy = "regression"
    rests_on: tuple[str, ...] = ()  # columns
    clipped: int = 0  # of trees: rows whose chance was too near 0 or 1 for any comparison, and moved to the nearest that is not


def estimated(history: Mapping[str, Array], served: Array, where: str, *, usual: Collection[str] = (), among: Array | None = None) -> Score:
    """The logit regression of `served` (n,) bool on the columns of `history` (n,), by maximum likelihood.

    Missing values stand at the column's mean beside an indicator of their own.  `usual` are columns that others make up by
    design, such as one code of each category: they are looked at, and not told as left out.  Only rows `among` (n,) bool have a
    score.  Equal rows have equal scores, to the last bit.  Refuses columns that tell the arms apart without error, in which
    case no maximum exists, and columns of which none varies; `where` names the question.
    """
    columns = complete(history)
    inside, one_sided = _two_sided(columns, served, among)
    t = served[inside]
    if not t.any() or t.all():
        there = served if among is None else served[among]
        raise Refused(told_apart(where, one_sided, np.ones(len(there), dtype=bool), there))
    every = [name for name in columns if name not in usual]
    Z = standardised([columns[name] if inside.all() else columns[name][inside] for name in every])
    kept = independent(Z)
    if not kept:
        raise Refused(nothing_varies(where, every, len(t)))
    names = [every[j] for j in kept]
    Z = Z if len(kept) == len(Z) else Z[kept]
    b = _maximum(Z, t, names, where)
    eta = np.full(len(served), np.nan)
    eta[inside] = linear(Z, b)
    left_out = tuple(name for name in every if name not in names)
    return Score(eta, dict(zip(names, b[1:].tolist(), strict=True)), left_out, one_sided, "regression", tuple(names))


def _two_sided(columns: Mapping[str, Array], served: Array, among: Array | None) -> tuple[Array, tuple[str, ...]]:
    """Those without a value that only one arm holds, of the columns with two values; and those columns.

    To set some aside may leave another column one-sided, so this is done until nothing changes.
    """
    inside = np.ones(len(served), dtype=bool) if among is None else among.copy()
    low = {name: column == column.min() for name, column in columns.items() if _two_valued(column)}
    one_sided: list[str] = []
    pending = True
    while pending:
        pending = False
        for name, lower in low.items():
            for value in (lower, ~lower):
                there = value & inside
                held = int(there.sum())
                if 0 < held < inside.sum() and int((there & served).sum()) in (0, held):
                    inside &= ~value
                    one_sided.append(name)
                    pending = True
                    break
    return inside, tuple(dict.fromkeys(one_sided))


def _two_valued(column: Array) -> bool:
    least, most = column.min(), column.max()
    few = column[:1_000]  # enough to tell most columns by
    return bool(least < most and ((few == least) | (few == most)).all() and ((column == least) | (column == most)).all())


def _maximum(Z: Array, t: Array, names: list[str], where: str) -> Array:
    """The intercept and slopes at which the likelihood is greatest, by Newton's method; Z (p, n) standardised, t (n,) bool.

    The score equations are met where it ends, and one more step is taken from there.
    """
    n = Z.shape[1]
    b = _guess(Z, t)
    value, slope, information = _likelihood(Z, t, b)
    for _ in range(ITERATIONS):
        step = _solved(information, slope)
        if step is None:
            break
        if np.abs(step).max() <= LAST_STEP and np.abs(slope).max() <= SOLVED * n:
            return np.asarray(b + step)
        for _ in range(HALVINGS):
            there = _likelihood(Z, t, b + step)
            if there[0] >= value - SOLVED * abs(value):
                break
            step = step / 2
        b = b + step
        value, slope, information = there
    raise Refused(_separated(Z, t, b, names, where))


def _solved(information: Array, slope: Array) -> Array | None:
    """A Newton step; None where there is none."""
    try:
        step = np.linalg.solve(information, slope)
    except np.linalg.LinAlgError:
        return None
    return step if np.isfinite(step).all() else None


def _guess(Z: Array, t: Array) -> Array:
    """Where Newton's method starts: at no slopes, or with many people near the slopes of some of them."""
    p, n = Z.shape
    start = np.zeros(p + 1)
    start[0] = math.log(t.sum() / (n - t.sum()))
    if n < 4 * SAMPLE:
        return start
    some = np.flatnonzero(np.random.default_rng(SEED).random(n) < SAMPLE / n)
    few, drawn = np.ascontiguousarray(Z[:, some]), t[some]
    ridge = RIDGE * len(some)
    b = start.copy()
    for _ in range(8):
        _, slope, information = _likelihood(few, drawn, b)
        b = b + np.linalg.solve(information + ridge * np.eye(p + 1), slope - ridge * (b - start))
    return b if np.isfinite(b).all() and np.abs(b).max() < ITERATIONS else start


@kernel
def _likelihood(Z: Array, t: Array, b: Array) -> tuple[float, Array, Array]:
    """The log likelihood, its slopes X'(t - p) and the information X'WX at b, in one pass over Z (p, n).

    Sums are added up in one order whatever the number of threads, four rows at a time.
    """
    p, n = Z.shape
    q = p + 1
    tile, eta, miss = np.ones((TILE, q)), np.zeros(TILE), np.zeros(TILE)
    value, slopes, information = 0.0, np.zeros(q), np.zeros((q, q))
    for start in range(0, n, TILE):
        rows = min(TILE, n - start)
        eta[:] = b[0]
        tile[rows:, 1:] = 0.0
        for j in range(p):
            for i in range(rows):
                tile[i, j + 1] = Z[j, start + i]
                eta[i] += b[j + 1] * Z[j, start + i]
        for i in range(rows):
            u = math.exp(-abs(eta[i]))
            chance = 1 / (1 + u) if eta[i] > 0 else u / (1 + u)
            here = 1.0 if t[start + i] else 0.0
            value += here * eta[i] - max(eta[i], 0.0) - math.log1p(u)
            miss[i], eta[i] = here - chance, u / ((1 + u) * (1 + u))
        miss[rows:], eta[rows:] = 0.0, 0.0
        for i in range(0, rows, 4):
            for j in range(q):
                a, c, d, e = tile[i, j], tile[i + 1, j], tile[i + 2, j], tile[i + 3, j]
                slopes[j] += (miss[i] * a + miss[i + 1] * c) + (miss[i + 2] * d + miss[i + 3] * e)
                a, c, d, e = a * eta[i], c * eta[i + 1], d * eta[i + 2], e * eta[i + 3]
                for k in range(j + 1):
                    information[j, k] += (a * tile[i, k] + c * tile[i + 1, k]) + (d * tile[i + 2, k] + e * tile[i + 3, k])
    for j in range(q):
        for k in range(j):
            information[k, j] = information[j, k]
    return value, slopes, information


def _separated(Z: Array, t: Array, b: Array, names: list[str], where: str) -> Problem:
    """Who is told from the others without error, and by which column most of all."""
    with np.errstate(over="ignore"):
        p = 1 / (1 + np.exp(-linear(Z, b)))
    alone = [name for name, z in zip(names, Z, strict=True) if z[t].min() > z[~t].max() or z[t].max() < z[~t].min()]
    return told_apart(where, alone or [names[int(np.abs(b[1:]).argmax())]], np.abs(t - p) < CERTAIN, t)
