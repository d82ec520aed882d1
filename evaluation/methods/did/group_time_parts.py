"""Effects by cohort and period as they are found, with what each unit adds to their errors, kept by whom it is not 0 for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ...diagnostics.sums import sums_by

if TYPE_CHECKING:
    from ...terms import Array
    from .group_time_cells import Cell, Cohorts


class Parts(Protocol):
    """What each of n units adds to the errors of K effects, without its being written out."""

    def times(self, weights: Array) -> Array:
        """(n, m) what each unit adds to the errors of the sums of the effects by `weights` (K, m)."""

    def covariance(self) -> Array:
        """(K, K) the sum over units of the products of their parts."""


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """The parts of some units in the errors of some effects."""

    rows: Array  # (r,) int: which units
    cells: Array  # (s,) int: which effects
    parts: Array  # (s, r)


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Parts of n units in the errors of K effects that are 0 outside some blocks; blocks of the same unit and effect add up."""

    units: int
    effects: int
    blocks: Sequence[Block]

    def times(self, weights: Array) -> Array:
        """See `Parts`."""
        found = np.zeros((weights.shape[1], self.units))
        for block in self.blocks:
            for column, weight in zip(found, weights[block.cells].T, strict=True):
                if (there := np.flatnonzero(weight)).size:
                    column[block.rows] += _sum_of_rows(block.parts, there, weight)
        return found.T

    def covariance(self) -> Array:
        """See `Parts`."""
        written = self.times(np.eye(self.effects))
        return np.asarray(written.T @ written)


def _sum_of_rows(parts: Array, there: Array, weight: Array) -> Array:
    """(r,) the rows `there` of `parts` (s, r), weighted; row after row, so that nothing hangs on the number of threads."""
    total = weight[there[0]] * parts[there[0]]
    for k in there[1:]:
        total += weight[k] * parts[k]
    return np.asarray(total)


@dataclass(frozen=True, slots=True, eq=False)
class GroupTime:
    """Effects on those who adopted in one period, told for one period each: K cells; see `group_time.group_time`.

    What a unit adds to the error of a cell is its influence over n, so that a variance is the sum over clusters of squared sums.
    """

    group: Array  # (K,) int: the period in which the cohort adopted
    period: Array  # (K,) int: the period that the effect is of
    base: Array  # (K,) int: the period that it is measured from
    effect: Array  # (K,): NaN where `why` says why there is none
    treated: Array  # (K,) int: units of the cohort that were read
    comparisons: Array  # (K,) int: units that they were compared with
    set_aside: Array  # (K,) int: of the units that could be compared, those set aside because their like is nearly always treated
    why: Array  # (K,) str: empty, or the reason for which a cell has no number
    after_leaving: Array  # (K,) bool: the cohort had left the programme again
    cohort: Array  # (K,) int: which cohort, by `member`
    member: Array  # (n,) int: the cohort that each unit is of; -1 where it never adopts, or is left out
    weight: Array  # (n,)
    always: int  # units left out because they were under the programme before anything could be measured
    incomplete: int  # units left out because a period is missing
    parts: Parts

    @property
    def event(self) -> Array:
        """(K,) int: periods since adoption, 0 in the first."""
        return np.asarray(self.period - self.group)

    @property
    def influence(self) -> Array:
        """(n, K) what each unit adds to the error of each cell; 0 where a cell has no number.  Costs n K numbers each time."""
        return self.parts.times(np.eye(len(self.group)))

    def covariance(self, clusters: Array | None = None) -> Array:
        """(K, K) of the effects, by `clusters` (n,) int, or by unit; without a factor for few clusters."""
        return self.parts.covariance() if clusters is None else clustered(self.influence, clusters)


def clustered(influence: Array, clusters: Array) -> Array:
    """(m, m) the sum over clusters (n,) int of the products of the sums of `influence` (n, m)."""
    sums = np.column_stack([sums_by(column, clusters) for column in influence.T]) if influence.shape[1] else np.zeros((1, 0))
    return np.asarray(sums.T @ sums)


def built(
    cells: Sequence[Cell],
    found: Cohorts,
    effect: Array,
    treated: Array,
    comparisons: Array,
    set_aside: Array,
    why: Sequence[str],
    weight: Array,
    incomplete: int,
    parts: Parts,
) -> GroupTime:
    """Effects of the cells planned, as they are given back."""
    group, period, base, cohort = (np.array([getattr(cell, name) for cell in cells], np.int64) for name in ("group", "period", "base", "cohort"))
    return GroupTime(
        group=group,
        period=period,
        base=base,
        effect=effect,
        treated=treated,
        comparisons=comparisons,
        set_aside=set_aside,
        why=np.array(why, dtype=str),
        after_leaving=np.array([cell.after_leaving for cell in cells], bool),
        cohort=cohort,
        member=found.member,
        weight=weight,
        always=found.early,
        incomplete=incomplete,
        parts=parts,
    )
