"""An interval from the lot itself: every shift of the outcome that redrawing the lot cannot rule out."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.lots import DRAWS, sampled_lots
from .inference import LEVEL, Lot

if TYPE_CHECKING:
    from ..terms import Array

ENUMERATED = 20_000  # lots that could have been drawn; up to here all of them are
FEWEST_LOTS = 40  # with fewer, no single lot is rarer than 2.5 % and no 95 % interval has an end
MOST_UNITS = 5_000  # people or clusters; about five seconds of draws
AT_ONCE = 500  # draws in memory
TAIL = (1 - LEVEL) / 2
SAME = 1e-9  # two statistics that differ by less, in standard errors, are the same number rounded twice
HALVINGS = 60


@dataclass(frozen=True, slots=True)
class Redrawn:
    """The interval of constant shifts, the p-value of no effect, and how many lots stand behind them."""

    low: float
    high: float
    p_value: float
    lots: int
    every_lot: bool  # all that could have been drawn, or a sample of them


@dataclass(frozen=True, slots=True, eq=False)
class Units:
    """What the lot drew, people or whole clusters, block after block."""

    T: Array  # (G,) sum of y
    m: Array  # (G,) people
    z: Array  # (G,) float: 1 served, 0 compared
    first: Array  # (B,) where each block begins
    w: Array  # (B,)

    @property
    def sizes(self) -> Array:
        """(B,) units of each block."""
        return np.diff(np.append(self.first, len(self.T)))

    @property
    def served(self) -> Array:
        """(B,) units of each block that were served."""
        return np.add.reduceat(self.z, self.first).astype(int)


@dataclass(frozen=True, slots=True, eq=False)
class Differences:
    """On each lot, of y - tau z: the difference of arms is y - tau z, its variance yy - 2 tau yz + tau^2 zz; (lots,) arrays."""

    y: Array
    z: Array
    yy: Array
    yz: Array
    zz: Array

    def t(self, tau: float) -> Array:
        """Studentised differences, were tau the effect on everybody; infinite where a lot leaves no spread."""
        away = self.y - tau * self.z
        spread = np.sqrt(np.maximum(self.yy - 2 * tau * self.yz + tau**2 * self.zz, 0))
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(spread > 0, away / spread, np.sign(away) * np.inf)


def possible_lots(z: Array, b: Array, g: Array) -> int:
    """How many ways the lot could have fallen: within blocks, by cluster, as many served as were."""
    _, member = np.unique(g, return_index=True)
    lots = 1
    for block in np.unique(b[member]):
        drawn = z[member][b[member] == block]
        lots *= math.comb(len(drawn), int(drawn.sum()))
    return lots


def redraw(lot: Lot) -> Redrawn:
    """Shifts tau for which the studentised difference is not rare among lots, were everybody served shifted by tau.

    Exact when the effect is the same for everybody (Rosenbaum 2002); right in large samples when it is not and the arms differ in
    spread (Wu & Ding 2021).  Where an arm of a block is a single unit nothing can be studentised, and the plain difference is
    used.  p-values are (b + 1) / (B + 1) when lots are sampled (Phipson & Smyth 2010).  Needs FEWEST_LOTS possible lots.
    """
    units = _units(lot)
    lots = possible_lots(lot.z, lot.b, lot.g)
    every = lots <= ENUMERATED
    there = _differences(units, _every_lot(units) if every else sampled_lots(units.z, units.first))
    seen = _differences(units, iter([units.z[None, :]]))
    total, more = (lots, 0) if every else (DRAWS + 1, 1)

    def tails(tau: float) -> tuple[float, float]:
        """The shares of lots whose t is as high, and as low, as the one seen."""
        t, t_seen = there.t(tau), float(seen.t(tau)[0])
        slack = SAME * max(1.0, abs(t_seen)) if math.isfinite(t_seen) else 0.0
        return (int((t >= t_seen - slack).sum()) + more) / total, (int((t <= t_seen + slack).sum()) + more) / total

    effect, step = float(seen.y[0]), max(float(seen.yy[0]) ** 0.5, float(np.abs(there.y - seen.y[0]).max()))
    low = _end(lambda tau: tails(tau)[0] > TAIL, effect, -step)
    high = _end(lambda tau: tails(tau)[1] > TAIL, effect, step)
    return Redrawn(low, high, min(1.0, 2 * min(tails(0.0))), lots if every else DRAWS, every)


def _end(inside: Callable[[float], bool], effect: float, step: float) -> float:
    """The last tau inside, going from the effect in the direction of step."""
    near, far = effect, effect + step
    while inside(far):
        near, far = far, far + 2 * (far - near)
    for _ in range(HALVINGS):
        middle = (near + far) / 2
        near, far = (middle, far) if inside(middle) else (near, middle)
    return near


def _units(lot: Lot) -> Units:
    """The lot by unit, in an order that does not depend on how rows or labels were ordered."""
    g = np.unique(lot.g, return_inverse=True)[1]
    _, member = np.unique(g, return_index=True)
    T = np.bincount(g, weights=lot.y - lot.y.mean())  # a constant changes no difference, and sums of squares stay small
    m, z, b = np.bincount(g).astype(float), lot.z[member].astype(float), lot.b[member]
    looks = np.column_stack([np.bincount(b, weights=v) for v in (m, m * z, T, T * z)])
    rank = np.empty(len(lot.w), dtype=int)
    rank[np.lexsort(looks.T)] = np.arange(len(lot.w))
    order = np.lexsort((z, m, T, rank[b]))
    first = np.flatnonzero(np.diff(b[order], prepend=-1))
    return Units(T[order], m[order], z[order], first, lot.w[b[order][first]])


def _differences(units: Units, lots: Iterator[Array]) -> Differences:
    """The weighted difference of means, and its variance by unit, on each lot."""
    G1 = units.served
    alone = bool((G1 == 1).any() or (units.sizes - G1 == 1).any())
    return Differences(*np.concatenate([_on(units, Zstar, plain=alone) for Zstar in lots], axis=1))


def _on(units: Units, Zstar: Array, *, plain: bool) -> Array:
    """The five rows of Differences on lots Zstar (lots, G); variances are the largest total squared, 0 and 0 when `plain`.

    A unit's residual is its total less its people times the arm's mean; an arm's variance is the units' residual spread about 0,
    G / (G - 1) times, over the arm's people squared: the person-level variance when units are people.
    """
    T, m, zm = units.T, units.m, units.z * units.m
    rows = np.zeros((5, len(Zstar)))
    for sign, drawn, G in ((1, Zstar, units.served), (-1, 1 - Zstar, units.sizes - units.served)):

        def among(values: Array, drawn: Array = drawn) -> Array:
            return np.add.reduceat(drawn * values, units.first, axis=1)

        N = among(m)
        mean_y, mean_z = among(T) / N, among(zm) / N
        rows[:2] += sign * np.stack([mean_y @ units.w, mean_z @ units.w])
        if not plain:
            mm, Tm, zmm, zTm = among(m * m), among(T * m), among(zm * m), among(zm * T)
            scale = units.w**2 * (G / (G - 1)) / N**2
            yy = among(T * T) - 2 * mean_y * Tm + mean_y**2 * mm
            yz = zTm - mean_z * Tm - mean_y * zmm + mean_y * mean_z * mm
            zz = zmm - 2 * mean_z * zmm + mean_z**2 * mm
            rows[2:] += np.stack([(scale * part).sum(axis=1) for part in (yy, yz, zz)])
    if plain:
        rows[2] = float(np.abs(T).max()) ** 2 or 1.0  # in the outcome's unit, so that a change of unit changes nothing
    return rows


def _every_lot(units: Units) -> Iterator[Array]:
    """All lots that could have been drawn, in pieces of (lots, G)."""
    choices = [_choices(int(size), int(served)) for size, served in zip(units.sizes, units.served, strict=True)]
    lots = math.prod(map(len, choices))
    for begin in range(0, lots, AT_ONCE):
        picks = np.unravel_index(np.arange(begin, min(begin + AT_ONCE, lots)), [len(choice) for choice in choices])
        yield np.concatenate([choice[pick] for choice, pick in zip(choices, picks, strict=True)], axis=1)


def _choices(size: int, served: int) -> Array:
    """Every way to serve so many of a block: (ways, size)."""
    chosen = np.array(list(combinations(range(size), served)))
    ways = np.zeros((len(chosen), size))
    np.put_along_axis(ways, chosen, 1.0, axis=1)
    return ways
