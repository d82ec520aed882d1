"""A panel's outcome laid on its comparison: the arrays that every estimator of the calendar reads."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.likeness import filled
from ...terms import NEVER, Comparison, Panel, Question
from ..horizons import periods_within
from .comparison import labels, roles

if TYPE_CHECKING:
    from ...terms import Array, Paths

CONSTANT = 1e-12  # of a column's largest value: a spread below it is rounding


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """The units kept, m of them, by T periods."""

    value: Array  # (m, T) float: NaN where not watched
    adopted: Array  # (m,) int: NEVER where a unit is compared only
    left: Array  # (m,) int: the first period no longer under it; NEVER where it stays
    focal: Array  # (m,) bool: whom the effect is about
    weight: Array  # (m,) float, above 0
    clusters: Array  # (m,) int
    covariates: Array | None  # (m, p) float
    own_effect: bool  # what units show after they left the programme is told as an effect of its own
    within: int  # so many periods from adoption on are counted
    labels: tuple[str, ...]
    question: Question

    @property
    def periods(self) -> int:
        """T."""
        return int(self.value.shape[1])

    @property
    def since(self) -> Array:
        """(m, T) int: periods since adoption, below 0 before it; far below where a unit never adopts."""
        return np.asarray(np.arange(self.periods) - self.adopted.astype(np.int64)[:, None])

    @property
    def counted(self) -> Array:
        """(m, T) bool: under the programme, within the horizon, and watched."""
        during = (self.since >= 0) & (self.since < self.within) & ~self.after
        return np.asarray(during & self.focal[:, None] & ~np.isnan(self.value))

    @property
    def after(self) -> Array:
        """(m, T) bool: after the unit left the programme."""
        return np.asarray(np.arange(self.periods) >= self.left.astype(np.int64)[:, None])

    @property
    def rests(self) -> Array:
        """(m,) float: how much of an effect rests on each unit: its weight, of those it is about as often as they are counted."""
        return np.where(self.focal, self.weight * self.counted.sum(axis=1), self.weight)

    @property
    def all_adopt(self) -> bool:
        """Whether no unit is compared only: those that adopt later stand for those that adopt earlier."""
        return not (self.adopted == NEVER).any()

    @property
    def nested(self) -> bool:
        """Whether all units of a cluster adopt in one period."""
        return len(np.unique(np.column_stack([self.clusters, self.adopted]), axis=0)) == len(np.unique(self.clusters))

    def replaced(self, **arrays: Array) -> Laid:
        """The same with some arrays in the place of its own."""
        return replace(self, **arrays)  # type: ignore[arg-type]  # each by the name of a field that holds an array

    def of(self, rows: Array) -> Laid:
        """Some of the units, by place or as (m,) bool."""
        covariates = None if self.covariates is None else self.covariates[rows]
        parts = {name: getattr(self, name)[rows] for name in ("value", "adopted", "left", "focal", "weight", "clusters")}
        return replace(self, **parts, covariates=covariates)

    def within_horizon(self) -> Laid:
        """The same without what units show after the horizon, or after they left: an estimator of one number is to average nothing else."""
        return replace(self, value=np.where((self.since >= self.within) | self.after, np.nan, self.value))

    def by_cluster(self) -> Laid:
        """One unit for each cluster, that shows the weighted mean of its own; of clusters whose units adopt together, without covariates."""
        _, first, code = np.unique(self.clusters, return_index=True, return_inverse=True)
        there = ~np.isnan(self.value)
        weight = np.bincount(code, weights=self.weight)
        over = _sums(code, there * self.weight[:, None])
        with np.errstate(invalid="ignore", divide="ignore"):
            value = _sums(code, np.where(there, self.value, 0.0) * self.weight[:, None]) / over
        own = {name: getattr(self, name)[first] for name in ("adopted", "left", "focal")}
        return replace(self, **own, value=value, weight=weight, clusters=np.arange(len(first)), covariates=None)


def lay(panel: Panel, comparison: Comparison, paths: Paths, question: Question) -> Laid:
    """The kept units' values, with the history where the question adjusts by it."""
    adopts, _ = roles(panel, question)
    rows = np.flatnonzero(comparison.kept)
    seen = panel.watched if panel.after_stop == "own_effect" else panel.watched & (np.arange(panel.periods) < panel.left.astype(np.int64)[:, None])
    value = np.where(seen[rows], np.asarray(paths.value, dtype=float)[rows], np.nan)
    clusters = comparison.clusters if comparison.clusters is not None else np.arange(len(panel))
    return Laid(
        value,
        _adopted(panel, question, adopts)[rows],
        panel.left[rows],
        adopts[rows],
        comparison.weights[rows],
        np.unique(clusters[rows], return_inverse=True)[1],
        None if question.adjust == "nothing" else columns(panel, rows),
        panel.after_stop == "own_effect",
        periods_within(panel.edges, question.horizon),
        labels(panel),
        question,
    )


def columns(panel: Panel, rows: Array) -> Array:
    """(m, p) float: the history as an adjustment reads it: complete, each column centred and in its own spread; constant ones left out."""
    kept = []
    for column in filled({name: values[rows] for name, values in panel.history.items()}).values():
        spread = float(column.std())
        if spread > CONSTANT * max(1.0, float(np.abs(column).max())):
            kept.append((column - column.mean()) / spread)
    return np.column_stack(kept) if kept else np.empty((len(rows), 0))


def _adopted(panel: Panel, question: Question, adopts: Array) -> Array:
    """(n,) int: when units adopt; of those kept as comparison only, the period from which they no longer stand among the compared."""
    if question.compared == "never_treated":
        return np.where(adopts, panel.adopted, NEVER)
    return panel.adopted


def _sums(code: Array, values: Array) -> Array:
    """The sums of the columns of `values` (m, T) over labels (m,), as (labels, T)."""
    return np.column_stack([np.bincount(code, weights=column) for column in values.T])
