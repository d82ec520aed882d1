"""A panel as the estimators of this room read it: which cells count, by what weight, and what was set aside.

A cell is a unit in a period.  Rows are units and columns are periods; a unit adopts once, or never.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ...terms import NEVER, Problem, Refused
from .fitted import coded

if TYPE_CHECKING:
    from ...terms import Array

WHERE = "difference in differences"
FEWEST = 2  # cells of a unit, or of a period: with one, its own effect is all there is to it


@dataclass(frozen=True, slots=True, eq=False)
class Wide:
    """n units by T periods, checked.  A cell that does not count weighs 0, and its value is written as 0."""

    value: Array  # (n, T) float
    w: Array  # (n, T) float: what each cell weighs; 0 where it does not count
    adopted: Array  # (n,) int: the first period under the programme; NEVER where there is none in the panel
    cluster: Array  # (n,) int: 0..G-1
    balanced: bool  # every cell counts, and every unit weighs the same in all periods
    left_out: Mapping[str, int] = field(default_factory=dict)  # how many of what were set aside, by what they are called

    @property
    def under(self) -> Array:
        """(n, T) bool: under the programme."""
        return np.asarray(np.arange(self.value.shape[1]) >= self.adopted[:, None])

    @property
    def rows(self) -> int:
        """How many cells count."""
        return self.w.size if self.balanced else int((self.w > 0).sum())

    @property
    def clusters(self) -> int:
        """How many clusters have a cell that counts."""
        return _how_many(self.cluster if self.balanced else self.cluster[(self.w > 0).any(axis=1)])

    @property
    def cohorts(self) -> Array:
        """(C,) int: the periods in which units that count adopted, rising; NEVER is not among them."""
        there = np.unique(self.adopted if self.balanced else self.adopted[(self.w > 0).any(axis=1)])
        return there[there < self.value.shape[1]]


def wide(
    value: Array,
    adopted: Array,
    *,
    weight: Array | None = None,
    cluster: Array | None = None,
    left: Array | None = None,
    anticipation: int = 0,
    keep_single: bool = False,
) -> Wide:
    """The panel checked: `value` (n, T) with NaN where a unit was not watched, `adopted` (n,) a period or NEVER.

    `weight` (n,) or (n, T), above 0; `cluster` (n,) labels, each unit its own where None; `left` (n,) the first period no longer
    under the programme: from it on a unit's cells are set aside, as are the `anticipation` periods before it adopts, in which it
    is neither served nor untouched.  Units and periods of a single cell are set aside in turn until there are none (Correia
    2015), unless `keep_single`: their own effect fits that cell exactly, and counting it makes standard errors too small; fixest
    keeps them, Stata's reghdfe does not.  Refuses shapes that do not fit, weights that are not above 0, values that are infinite,
    fewer than two clusters, and a panel in which nothing is left.
    """
    value = np.asarray(value, dtype=float)
    adopted = np.asarray(adopted, dtype=np.int64)
    _shapes(value, adopted, weight, cluster, left)
    problems = [*_values(value), *_weights(weight, value), *_anticipated(anticipation)]
    if problems:
        raise Refused(*problems)
    counts = ~np.isnan(value)
    told: dict[str, int] = {}
    periods = np.arange(value.shape[1])
    early = (periods >= adopted[:, None] - anticipation) & (periods < adopted[:, None]) if anticipation else np.zeros((1, 1), dtype=bool)
    gone = periods >= np.asarray(left)[:, None] if left is not None else np.zeros((1, 1), dtype=bool)
    _set_aside(told, counts, early, "cells in which the programme may have been anticipated")
    _set_aside(told, counts, gone, "cells after a unit left the programme")
    nobody = int((~counts.any(axis=0)).sum())
    if nobody:
        told["periods in which nobody was watched"] = nobody
    if not keep_single:
        counts = _several(counts, told)
    if not counts.any():
        raise Refused(Problem(WHERE, "no unit was watched in two periods.", "Each unit needs a period before and one after."))
    labels = np.arange(len(value)) if cluster is None else coded(cluster)
    if _how_many(labels[counts.any(axis=1)]) < 2:
        raise Refused(Problem(WHERE, "a single cluster was watched.", "How uncertain an effect is takes two clusters at the least."))
    whole = bool(counts.all())
    even = weight is None or np.ndim(weight) == 1
    by_unit = np.ones((len(value), 1)) if weight is None else np.asarray(weight, dtype=float).reshape(len(value), -1)
    w = np.broadcast_to(by_unit, value.shape) if whole else np.where(counts, by_unit, 0.0)
    adopted = np.where(adopted >= value.shape[1], NEVER, adopted)
    return Wide(value if whole else np.where(counts, value, 0.0), w, adopted, labels, whole and even, told)


def _how_many(code: Array) -> int:
    """How many of the labels 0, 1, 2, ... there are."""
    return int(np.count_nonzero(np.bincount(code)))


def _set_aside(told: dict[str, int], counts: Array, which: Array, called: str) -> None:
    """Takes cells out of those that count, in place, and tells how many there were."""
    lost = int((counts & which).sum())
    if lost:
        counts &= ~which
        told[called] = lost


def _several(counts: Array, told: dict[str, int]) -> Array:
    """The cells whose unit and period have others beside them."""
    seen = counts.any(axis=1), counts.any(axis=0)
    while True:
        kept = counts & (counts.sum(axis=1, keepdims=True) >= FEWEST) & (counts.sum(axis=0, keepdims=True) >= FEWEST)
        if kept.sum() == counts.sum():
            break
        counts = kept
    for axis, called in ((1, "units watched in a single period"), (0, "periods in which a single unit was watched")):
        lost = int((seen[1 - axis] & ~counts.any(axis=axis)).sum())
        if lost:
            told[called] = lost
    return counts


def _shapes(value: Array, adopted: Array, weight: Array | None, cluster: Array | None, left: Array | None) -> None:
    problems = []
    if value.ndim != 2 or value.shape[1] < 2:
        raise Refused(Problem(WHERE, f"values come as {value.shape}.", "They are units by periods, two periods or more."))
    for name, given in (("adopted", adopted), ("cluster", cluster), ("left", left), ("weight", weight)):
        if given is not None and np.shape(given) != (len(value),) and not (name == "weight" and np.shape(given) == value.shape):
            problems.append(Problem(WHERE, f"'{name}' comes as {np.shape(given)} for {len(value):,} units.", "There is one for each unit."))
    if problems:
        raise Refused(*problems)


def _values(value: Array) -> list[Problem]:
    bad = int(np.isinf(value).sum())
    return [Problem(WHERE, f"{bad:,} of {value.size:,} values are infinite.", "What was not seen is NaN.")] if bad else []


def _weights(weight: Array | None, value: Array) -> list[Problem]:
    if weight is None:
        return []
    w = np.asarray(weight, dtype=float)
    needed = np.ones(w.shape, dtype=bool) if w.ndim == 1 else ~np.isnan(value)
    bad = int((~(np.isfinite(w) & (w > 0)) & needed).sum())
    found = f"{bad:,} of {int(needed.sum()):,} weights are missing, zero or negative."
    return [Problem(WHERE, found, "Each is above 0.", "Leave such units out of the panel, or mend their populations.")] if bad else []


def _anticipated(anticipation: int) -> list[Problem]:
    return [] if anticipation >= 0 else [Problem(WHERE, f"anticipation is {anticipation}.", "It is 0 periods or more.")]
