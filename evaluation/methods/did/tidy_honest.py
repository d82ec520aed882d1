"""Honest bounds of a path's mean effect, and the drifts that the test before adoption would have missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri, stdtrit

from .. import honest_bounds, pretrends
from ..inference import LEVEL
from ..tables import Table
from .tidy_path import Path, studied

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array

MBARS = (0.0, 0.5, 1.0, 1.5, 2.0)
BENDS = (0.0, 0.25, 0.5, 0.75, 1.0)  # of the error of the effect


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Honest(Table):
    """The mean effect over the times from adoption on, by how far the paths may have drifted (Rambachan and Roth 2023)."""

    path: Path
    before: Array  # (p,) places in the path
    after: Array  # (q,)

    @property
    def frame(self) -> pd.DataFrame:
        """By restriction: 95 % limits at a few values of it, "relative_magnitudes" (Mbar) and "smoothness" (M, in the outcome's unit a period)."""
        told = [self.bounds("relative_magnitudes", MBARS), self.bounds("smoothness", [share * self.std_error for share in BENDS])]
        return pd.concat(told, ignore_index=True)

    def bounds(self, restriction: honest_bounds.Restriction, at: Sequence[float]) -> pd.DataFrame:
        """95 % limits at each value."""
        make = honest_bounds.relative_magnitudes if restriction == "relative_magnitudes" else honest_bounds.smoothness
        rows = []
        for value in at:
            limits = make(*self._study, value)
            rows.append((restriction, value, limits.low, limits.high))
        return pd.DataFrame(rows, columns=["restriction", "at", "low", "high"])

    def without_error(self, Mbar: Sequence[float]) -> pd.DataFrame:
        """The range at each Mbar that there would be if the path were known without sampling error."""
        rows = [(at, *honest_bounds.identified(*self._study, "relative_magnitudes", at)) for at in Mbar]
        return pd.DataFrame(rows, columns=["at", "low", "high"])

    def breakdown(self, restriction: honest_bounds.Restriction = "relative_magnitudes") -> float:
        """The largest Mbar, or M, up to which the limits leave out no effect; 0 where they never do."""
        return honest_bounds.breakdown(*self._study, restriction)

    def drift(self, powers: Sequence[float] = (0.5, 0.8)) -> pd.DataFrame:
        """By power: the straight drift a period that the test before adoption finds so often, and what it alone would make of the effect."""
        V, since = self._study[1][: len(self.before), : len(self.before)], self.path.at[self.before].astype(int).tolist()
        reference = int(self.path.reference or 0)
        apart = float(self._study[4] @ (self.path.at[self.after] - reference))
        rows = []
        for power in powers:
            slope = pretrends.slope_detected(V, since, power, rule="any", reference=reference)
            rows.append((power, slope, slope * apart))
        return pd.DataFrame(rows, columns=["power", "slope", "would_look_like"])

    @property
    def effect(self) -> float:
        """The mean effect of the times from adoption on."""
        return float(self._study[4] @ self.path.effect[self.after])

    @property
    def std_error(self) -> float:
        """Its error, as the bounds read it."""
        V = self._study[1][len(self.before) :, len(self.before) :]
        return float((self._study[4] @ V @ self._study[4]) ** 0.5)

    @property
    def note(self) -> str:
        """What the bounds are of, and where they break down."""
        at, breaks = self.path.at, self.breakdown()
        said = f"Mean effect of times {at[self.after[0]]:g} to {at[self.after[-1]]:g}: {self.effect:.4g}; held against {at[self.before[0]]:g} to "
        said += f"{at[self.before[-1]]:g}. "
        if not breaks:
            return f"{said}Not told from none even if paths drift in no way beyond what is seen before."
        return f"{said}Told from none up to Mbar = {breaks:.2f}, M = {self.breakdown('smoothness'):.3g}."

    def plot(self, restriction: honest_bounds.Restriction = "relative_magnitudes") -> InANotebook:
        """The limits as the drift that is allowed grows, and where they first hold no effect."""
        from . import plots

        return plots.bounds(self, restriction)

    @property
    def _study(self) -> tuple[Array, Array, list[int], list[int], Array]:
        """Coefficients, their covariance (larger by what t has over the normal), times and weights."""
        at = np.concatenate([self.before, self.after])
        parts = self.path.parts[:, at]
        freedom = self.path.freedom
        more = float(stdtrit(freedom, (1 + LEVEL) / 2) / ndtri((1 + LEVEL) / 2)) if np.isfinite(freedom) else 1.0
        since = self.path.at.astype(int)
        weights = (since[self.after] >= 0).astype(float)
        V = more**2 * parts.T @ parts
        return self.path.effect[at], V, since[self.before].tolist(), since[self.after].tolist(), weights / weights.sum()


def honest(path: Path, first: int | None, last: int | None) -> Honest:
    """See `Path.honest`."""
    return Honest(path, *studied(path, first, last))
