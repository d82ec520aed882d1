"""The wild cluster bootstrap with the null imposed: every cluster's residuals keep or change their sign together, and t is told anew.

Few clusters are enough where the programme reached several of them.  Where it reached one to three, it almost never rejects
(MacKinnon & Webb 2017) or, where these are noisier than the others, far too often: `few.told` holds it to FEWEST_WILD.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .reassigned import REJECTED
from .small_clusters import basis, by_cluster, design

if TYPE_CHECKING:
    from ..terms import Array

ENUMERATED = 12  # clusters: up to here all 2^G changes of sign are gone through, and nothing is drawn
DRAWS = 9_999  # with more; with what was seen, 10,000
SEED = 1_935
WEBB = np.sqrt(np.array([0.5, 1.0, 1.5]))  # and the same below 0: six values, so that even few clusters give many draws (Webb 2014)
SAME = 1e-9  # of the t seen: two that differ by less are one number rounded twice
IN_MEMORY = 2_500_000  # numbers at once
DOUBLINGS = 60
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Wild:
    """The coefficient, its interval by inversion, the p-value of no effect, and what stands behind them."""

    effect: float
    low: float  # -inf where no shift however large is ruled out
    high: float
    p_value: float
    draws: int
    every: bool  # every change of sign there is, or a sample of Webb's weights
    formula: str


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """What each draw gives were the effect b: t is (y - b x) / sqrt(yy - 2 b yx + b^2 xx); (draws,) arrays, the first as seen."""

    y: Array
    x: Array
    yy: Array
    yx: Array
    xx: Array

    def t(self, b: float) -> Array:
        """|t| of each draw; infinite where a draw leaves no spread, so that it speaks against nothing."""
        spread = self.yy - 2 * b * self.yx + b * b * self.xx
        least = SAME**2 * (self.yy + 2 * abs(b * self.yx) + b * b * self.xx)
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(spread > least, np.abs(self.y - b * self.x) / np.sqrt(spread), np.inf)

    def far(self) -> Array:
        """|t| of each draw as b goes beyond every limit."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.xx > 0, np.abs(self.x) / np.sqrt(self.xx), np.inf)


def wild_bootstrap(
    X: Array,
    y: Array,
    cluster: Array,
    contrast: Array,
    *,
    weight: Array | None = None,
    absorb: Sequence[Array] = (),
    draws: int = DRAWS,
    seed: int = SEED,
) -> Wild:
    """Cameron, Gelbach & Miller 2008 with the null imposed (WCR), on the t of the cluster-robust error.

    The arguments are those of `small_clusters.cr2`.  With up to ENUMERATED clusters, every change of sign is gone through; with more,
    `draws` of Webb's six weights from `seed`, and p is (1 + those at least as far) / (1 + draws) (Phipson & Smyth 2010).  The interval
    holds every b that is not rejected at 5 %, each with its own null imposed, and has no end where none is rejected.  Assumes
    clusters that are independent and errors about as likely below as above 0.  NaN where the contrast cannot be told.
    """
    parts = _parts(X, y, cluster, contrast, weight, absorb)
    G = len(parts.q)
    every = G <= ENUMERATED
    formula = f"wild cluster bootstrap, null imposed, {f'all {2**G:,} changes of sign' if every else f'{draws:,} draws of Webb weights'}"
    nan = float("nan")
    if not parts.xx > 0:
        return Wild(nan, nan, nan, nan, 0, every, formula)
    there = _drawn(parts, _signs(G) if every else _webb(G, draws, seed))
    effect = float(parts.sy.sum()) / parts.xx

    return Wild(effect, _end(there, effect, -1), _end(there, effect, 1), _share(there.t(0.0)), len(there.y), every, formula)


@dataclass(frozen=True, slots=True, eq=False)
class _Parts:
    """What the clusters add: x is the column of the contrast, and Z the others, with all that is absorbed taken out."""

    sy: Array  # (G,) sums of x y
    q: Array  # (G,) sums of x x
    P: Array  # (G, r) sums of Z x
    Ey: Array  # (G, r) sums of Z y
    xx: float


def _parts(X: Array, y: Array, cluster: Array, contrast: Array, weight: Array | None, absorb: Sequence[Array]) -> _Parts:
    c = np.asarray(contrast, dtype=float)
    X = np.asarray(X, dtype=float).reshape(len(y), -1)
    across = np.linalg.svd(c[None, :])[2][1:].T  # directions in which the contrast is 0
    rows = design(np.column_stack([X @ c / (c @ c), X @ across]), y, cluster, weight, absorb)
    raw, others = rows.X[:, 0], rows.X[:, 1:]
    Z = basis(others, np.zeros(0))[0] if others.size else np.zeros((len(y), 0))
    x, left = raw - Z @ (Z.T @ raw), rows.y - Z @ (Z.T @ rows.y)
    sy, q = by_cluster(x * left, rows.first), by_cluster(x * x, rows.first)
    xx = float(q.sum())
    gone = not xx > SAME * float(raw @ raw)
    P, Ey = by_cluster(Z * x[:, None], rows.first), by_cluster(Z * left[:, None], rows.first)
    return _Parts(sy, q, P, Ey, 0.0 if gone else xx)


def _drawn(parts: _Parts, weights: Iterator[Array]) -> Draws:
    """Each draw's coefficient and its cluster-robust variance, of y and of x, from what the clusters add.

    Under b the residuals are y - b x, and a draw multiplies each cluster's by v.  The regression then takes from cluster c the part
    x_c'(I - Z Z' - x x' / xx)(v (y - b x)), and the squares of these add to the variance.
    """
    found = []
    for V in weights:
        y, x = V @ parts.sy, V @ parts.q
        cy = V * parts.sy - (V @ parts.Ey) @ parts.P.T - np.outer(y, parts.q) / parts.xx
        cx = V * parts.q - (V @ parts.P) @ parts.P.T - np.outer(x, parts.q) / parts.xx
        found.append(np.stack([y, x, (cy * cy).sum(axis=1), (cy * cx).sum(axis=1), (cx * cx).sum(axis=1)]))
    return Draws(*np.concatenate(found, axis=1))


def _signs(G: int) -> Iterator[Array]:
    """Every change of sign but for the mirror image of each, which has the same |t|; the first changes none."""
    changed = np.arange(2 ** (G - 1))[:, None] >> np.arange(G)[::-1] & 1
    yield 1.0 - 2.0 * changed


def _webb(G: int, draws: int, seed: int) -> Iterator[Array]:
    """What was seen, then `draws` of Webb's weights."""
    yield np.ones((1, G))
    rng = np.random.default_rng(seed)
    values = np.concatenate([-WEBB[::-1], WEBB])
    at_once = max(1, IN_MEMORY // G)
    for begin in range(0, draws, at_once):
        yield values[rng.integers(0, 6, size=(min(at_once, draws - begin), G))]


def _end(there: Draws, effect: float, side: int) -> float:
    """The last b inside, going from the effect to one side; infinite where every b is."""
    if _share(there.far()) >= REJECTED:
        return side * float("inf")
    step = float(there.yy[0]) ** 0.5 / float(there.x[0]) or abs(effect) or 1.0
    near, far = effect, effect + side * step
    for _ in range(DOUBLINGS):
        if not _share(there.t(far)) >= REJECTED:
            break
        near, far = far, far + 2 * (far - near)
    else:
        return side * float("inf")
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        near, far = (middle, far) if _share(there.t(middle)) >= REJECTED else (near, middle)
    return near


def _share(t: Array) -> float:
    """The share of draws at least as far as the first, which is what was seen."""
    return float((t >= t[0] * (1 - SAME)).mean())
