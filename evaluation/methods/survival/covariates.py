"""Columns that a Cox regression of one arm can tell slopes of: they vary, no others make them up, and there are events enough."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Refused
from ..columns import independent, standardised
from . import cox
from .cox_hazard import pull
from .cox_kernels import linear

if TYPE_CHECKING:
    from ...terms import Array
    from .times import Times


@dataclass(frozen=True, slots=True, eq=False)
class Design:
    """Columns of everybody on one scale, in standard deviations about the mean."""

    X: Array  # (n, p) float
    names: tuple[str, ...]

    def only(self, places: list[int]) -> Design:
        """Some of the columns."""
        return Design(self.X[:, places], tuple(self.names[j] for j in places))

    def told_by(self, rows: Array) -> Design:
        """The columns that vary among `rows` (n,) bool and that none before them make up there; for everybody."""
        return self.only(independent(standardised(list(self.X[rows].T))) if self.names else [])


@dataclass(frozen=True, slots=True, eq=False)
class Hazard:
    """A Cox regression of one kind of end, and what it says of everybody; it was fitted to some of them, told by place."""

    cox: cox.Cox
    design: Design  # of everybody, those columns that have a slope
    rows: Array  # int: the places of the rows that it was fitted to
    Z: Array  # (n, p) everybody's columns on the scale of the regression's own
    relative: Array  # (n,) everybody's hazard relative to the baseline's

    @property
    def time(self) -> Array:
        """(m,) rising: when somebody came to the end."""
        return self.cox.sets.time

    @property
    def jumps(self) -> Array:
        """(m,) of the baseline hazard, ties by the rule of Efron 1977."""
        return self.cox.sums.hazard

    @property
    def cumulative(self) -> Array:
        """(m + 1,) the cumulative baseline hazard after so many jumps."""
        return np.concatenate([[0.0], np.cumsum(self.jumps)])

    def before(self, times: Array) -> Array:
        """(k,) int: how many jumps lie before each of `times` (k,)."""
        return np.searchsorted(self.time, times, side="left")

    def pull(self, by_jump: Array, by_slopes: Array) -> Array:
        """(n, q) what each row of everybody adds to the errors of q numbers, by their derivatives: see `cox_hazard.pull`.

        `by_jump` (m, q) is that by each jump with slopes fixed, `by_slopes` (p, q) that by the slopes of Z with jumps fixed.
        """
        parts = np.zeros((len(self.Z), by_jump.shape[1]))
        parts[self.rows] = pull(self.cox, by_jump, by_slopes)
        return parts

    def as_if(self, name: str, *, most: bool) -> Hazard:
        """The regression read at everybody's columns, but for one, of which all hold the most, or else the least, that anybody does."""
        X = self.design.X.copy()
        j = self.design.names.index(name)
        X[:, j] = X[:, j].max() if most else X[:, j].min()
        return _read_at(self.cox, Design(X, self.design.names), self.rows)


def laid(columns: Mapping[str, Array], n: int) -> Design:
    """The columns (n,) each as a design; one that never varies is left out."""
    kept = {name: column for name, column in columns.items() if column.max() > column.min()}
    return Design(np.ascontiguousarray(standardised(list(kept.values())).T) if kept else np.empty((n, 0)), tuple(kept))


def fitted(design: Design, times: Times, rows: Array, *, cause: int = 1) -> Hazard:
    """A Cox regression (Efron) of `cause` on the design's columns, fitted to `rows` (n,) bool, whose `times` are in their order.

    Refuses as `cox.fit` does: nobody with the event, a slope without end.  Without columns it is the baseline alone.
    """
    return _read_at(cox.fit(design.X[rows], times, names=design.names, cause=cause), design, np.flatnonzero(rows))


def _read_at(fit: cox.Cox, design: Design, rows: Array) -> Hazard:
    """A regression without strata, read at everybody's columns."""
    Z = (design.X - fit.sets.centre[0]) / fit.sets.scale
    return Hazard(fit, design, rows, Z, np.exp(linear(Z, fit.sums.b, np.zeros(len(Z))) - fit.sums.shift[0]))


def fitted_as_far(design: Design, times: Times, rows: Array, *, cause: int = 1) -> Hazard:
    """As `fitted`, of as many columns as have a solution: all, else those that have one alone, else none: the day tells all.

    For regressions of what only stands in the way, such as being lost: that a column tells it without error is no reason to refuse.
    """
    found = _solved(design, times, rows, cause)
    if found is None:
        alone = [j for j in range(len(design.names)) if _solved(design.only([j]), times, rows, cause) is not None]
        found = _solved(design.only(alone), times, rows, cause)
    return fitted(design.only([]), times, rows, cause=cause) if found is None else found


def _solved(design: Design, times: Times, rows: Array, cause: int) -> Hazard | None:
    try:
        return fitted(design, times, rows, cause=cause)
    except Refused:
        return None
