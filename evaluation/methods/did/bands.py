"""Bands that hold for several effects at once, by the multiplier bootstrap of what each cluster adds to their errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...diagnostics.sums import sums_by

if TYPE_CHECKING:
    from ...terms import Array

Multipliers = Literal["rademacher", "mammen"]
MANY = 5_000  # clusters: sums over so many are normal to the digits that matter, and are drawn as such
AT_A_TIME = 256  # draws
COVERED = 0.95
GOLDEN = 5**0.5  # of Mammen's points
QUARTILES = 1.3489795003921634  # between those of a standard normal


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """What a multiplier bootstrap tells of m effects."""

    error: Array  # (m,): from the quartiles of the draws, as a normal error; 0 where there is none
    critical: float  # how many of these errors hold all effects at once; NaN where nothing has an error


def bootstrap(influence: Array, clusters: Array | None = None, draws: int = 999, seed: int = 1, multipliers: Multipliers = "rademacher") -> Drawn:
    """Errors, and the width of simultaneous 95 % bands, by multipliers (Callaway and Sant'Anna 2021, algorithm 1).

    `influence` (n, m) is what each unit adds to the errors, `clusters` (n,) int who shares luck; left out: nobody.  A draw is the sum over
    clusters of multiplier x part.  Multipliers are -1 and 1, or Mammen's two points; of MANY clusters and more the sums are normal, and
    drawn with their covariance.  The same for the same seed, whatever the order of the units.
    """
    error, standard, counted = _standard(influence, clusters)
    if not counted.any():
        return Drawn(error, float("nan"))
    drawn = _drawn(standard, draws, seed, multipliers)
    low, high = np.quantile(drawn, (0.25, 0.75), axis=0)
    scale = (high - low) / QUARTILES
    error[counted] *= scale
    return Drawn(error, float(np.quantile(np.abs(drawn / scale).max(axis=1), COVERED)))


def simultaneous(influence: Array, clusters: Array | None = None, draws: int = 999, seed: int = 1, multipliers: Multipliers = "rademacher") -> float:
    """How many analytic standard errors each of m effects must be given for all their 95 % intervals to hold at once.

    As `bootstrap`, but in units of the root of the sum over clusters of squared parts, which is the error that an interval is told with;
    NaN where nothing has an error.
    """
    _, standard, counted = _standard(influence, clusters)
    return float(np.quantile(np.abs(_drawn(standard, draws, seed, multipliers)).max(axis=1), COVERED)) if counted.any() else float("nan")


def _standard(influence: Array, clusters: Array | None) -> tuple[Array, Array, Array]:
    """The errors (m,), the parts of the clusters in units of these, of effects that have one, and which have.

    Draws go by what a cluster adds and not by where it stands, so the clusters are put in that order.
    """
    sums = influence if clusters is None else np.column_stack([sums_by(column, clusters) for column in influence.T])
    error = np.sqrt((sums * sums).sum(axis=0))
    counted: Array = error > 0
    standard = sums[:, counted] / error[counted]
    return error, standard[np.lexsort(standard.T[::-1])] if counted.any() else standard, counted


def _drawn(standard: Array, draws: int, seed: int, multipliers: Multipliers) -> Array:
    """(draws, m) sums of the parts (g, m), each cluster's multiplied."""
    rng = np.random.default_rng(seed)
    if len(standard) >= MANY:
        values, vectors = np.linalg.eigh(standard.T @ standard)
        root = vectors * np.sqrt(np.maximum(values, 0))
        return np.asarray(rng.standard_normal((draws, len(values))) @ root.T)
    found = np.empty((draws, standard.shape[1]))
    for start in range(0, draws, AT_A_TIME):
        size = (min(AT_A_TIME, draws - start), len(standard))
        if multipliers == "rademacher":
            drawn = rng.integers(0, 2, size, dtype=np.int8) * 2.0 - 1.0
        else:
            drawn = np.where(rng.random(size) < (GOLDEN + 1) / (2 * GOLDEN), (1 - GOLDEN) / 2, (1 + GOLDEN) / 2)
        found[start : start + size[0]] = drawn @ standard
    return found
