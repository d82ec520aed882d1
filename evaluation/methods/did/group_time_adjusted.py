"""Effects by cohort and period from the units themselves: with covariates, or where units miss periods."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from . import group_time_cells as layout
from . import nuisance
from .group_time_parts import Block, Blocks, GroupTime, built

if TYPE_CHECKING:
    from ...terms import AdjustedBy, Array, Pool

ABSENT = "No unit of the cohort was watched in both periods."


@dataclass(frozen=True, slots=True, eq=False)
class Panel:
    """What units are and show."""

    value: Array  # (n, T)
    weight: Array  # (n,)
    columns: Array | None  # (n, T or 1, k)
    adjust: AdjustedBy
    found: layout.Cohorts


@dataclass(frozen=True, slots=True, eq=False)
class Batch:
    """Cells of one cohort that are told from the same units and covariates."""

    cells: Array  # (s,) int
    served: Array  # (r1,) int: rows
    others: Array  # (r0,) int: rows
    moment: int  # the period that the covariates are of


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """Effects of a batch, with the parts of the units of either side, or why there are none."""

    effect: Array  # (s,)
    served: Array  # (s, r1)
    others: Array  # (s, r0)
    set_aside: int
    why: str = ""


def from_units(panel: Panel, cells: Sequence[layout.Cell], compared: Pool, incomplete: int) -> GroupTime:
    """Every cell that can be told, with the parts of the units that told it; see `group_time.group_time`."""
    effect, why = np.full(len(cells), np.nan), [cell.why for cell in cells]
    treated, comparisons, aside = (np.zeros(len(cells), np.int64) for _ in range(3))
    blocks = []
    for batch in _batches(panel, cells, compared):
        treated[batch.cells], comparisons[batch.cells] = len(batch.served), len(batch.others)
        seen = _told(panel, batch, [cells[k] for k in batch.cells])
        for k in batch.cells:
            why[k] = seen.why
        if not seen.why:
            effect[batch.cells], aside[batch.cells] = seen.effect, seen.set_aside
            blocks += [Block(batch.served, batch.cells, seen.served), Block(batch.others, batch.cells, seen.others)]
    parts = Blocks(len(panel.value), len(cells), blocks)
    return built(cells, panel.found, effect, treated, comparisons, aside, why, panel.weight, incomplete, parts)


class _Key(NamedTuple):
    """What cells of one batch have in common."""

    cohort: int
    pool: tuple[int, ...]
    moment: int
    pair: tuple[int, ...]  # the two periods, where units miss some


def _batches(panel: Panel, cells: Sequence[layout.Cell], compared: Pool) -> Iterator[Batch]:
    """The cells that are not ruled out, by what they are told from; where units miss periods, each on its own."""
    moments = 1 if panel.columns is None else panel.columns.shape[1]
    unit = panel.found.unit
    seen: Array = np.isfinite(panel.value)
    gaps = not seen[unit >= 0].all()
    by: dict[_Key, list[int]] = {}
    for k, cell in enumerate(cells):
        if not cell.why:
            pool = tuple(np.flatnonzero(panel.found.pool(cell, compared)).tolist())
            moment = min(cell.period, cell.base) if moments > 1 else 0
            by.setdefault(_Key(cell.cohort, pool, moment, (cell.period, cell.base) if gaps else ()), []).append(k)
    rows: dict[tuple[int, ...], Array] = {}  # those of one pool are found once
    for key, there in by.items():
        for classes in ((key.cohort,), key.pool):
            if classes not in rows:
                rows[classes] = np.flatnonzero(np.isin(unit, classes))
        served, others = rows[(key.cohort,)], rows[key.pool]
        if key.pair:
            both = seen[:, key.pair[0]] & seen[:, key.pair[1]]
            served, others = served[both[served]], others[both[others]]
        yield Batch(np.array(there), served, others, key.moment)


def _told(panel: Panel, batch: Batch, cells: Sequence[layout.Cell]) -> Seen:
    """The effects of a batch."""
    if not len(batch.served):
        return _nothing(ABSENT)
    if not len(batch.others):
        return _nothing(layout.NOBODY)
    now, then = [cell.period for cell in cells], [cell.base for cell in cells]
    changes = [_change(panel.value, rows, now, then) for rows in (batch.served, batch.others)]
    X1, X0 = _columns(panel, batch)
    w1, w0 = panel.weight[batch.served], panel.weight[batch.others]
    return effects(X1, X0, changes[0], changes[1], w1, w0, panel.adjust)


def _nothing(why: str) -> Seen:
    return Seen(np.zeros(0), np.zeros((0, 0)), np.zeros((0, 0)), 0, why)


def _change(value: Array, rows: Array, now: list[int], then: list[int]) -> Array:
    """(s, r) of the rows, from the periods `then` to the periods `now`."""
    there = value[rows].T
    return np.asarray(there[now] - there[then])


def _columns(panel: Panel, batch: Batch) -> tuple[Array, Array]:
    """(1 + k, r) a constant and the covariates of either side, each less its mean and in its standard deviation over both."""
    if panel.columns is None:
        return np.ones((1, len(batch.served))), np.ones((1, len(batch.others)))
    sides = [np.ones((1 + panel.columns.shape[2], len(rows))) for rows in (batch.served, batch.others)]
    for j in range(panel.columns.shape[2]):
        column = [panel.columns[rows, batch.moment, j] for rows in (batch.served, batch.others)]
        units = sum(map(len, column))
        mean = sum(one.sum() for one in column) / units
        spread = np.sqrt(sum(((one - mean) ** 2).sum() for one in column) / units)
        for side, one in zip(sides, column, strict=True):
            side[1 + j] = (one - mean) / (spread or 1.0)
    return sides[0], sides[1]


def effects(X1: Array, X0: Array, change1: Array, change0: Array, w1: Array, w0: Array, adjust: AdjustedBy) -> Seen:
    """The mean change (s, r1) of a cohort less what those compared (s, r0) tell of it without the programme, with each unit's part.

    Sant'Anna and Zhao (2020): of a regression among those compared (`regression`), of their means weighted by normalised odds
    (`inverse_probability`), or of the means so weighted of what the regression leaves (`doubly_robust`).  The parts hold what each
    unit adds by having taught the regression and the odds.  `X1` (k, r1), `X0` (k, r0), a constant first.
    """
    fit, chance = None, None
    share, aside = w0 / w0.sum(), 0
    if adjust in ("regression", "doubly_robust"):
        if len(w0) <= len(X0):
            return _nothing(nuisance.FEW)
        fit = nuisance.regression(X0, change0, w0)
        if fit is None:
            return _nothing(nuisance.SINGULAR)
        change1, change0 = change1 - fit.expected(X1), change0 - fit.expected(X0)
    if adjust in ("inverse_probability", "doubly_robust"):
        chance = nuisance.chance(X1, X0, w1, w0)
        odds = None if chance is None else nuisance.odds(chance, X0, w0)
        if odds is None:
            return _nothing(nuisance.APART)
        share, aside = odds.share, odds.set_aside
    mean1, mean0 = np.einsum("sr,r->s", change1, w1) / w1.sum(), np.einsum("sr,r->s", change0, share)
    parts1, parts0 = (change1 - mean1[:, None]) * (w1 / w1.sum()), (mean0[:, None] - change0) * share
    if chance is not None:
        turn = np.einsum("sr,kr->sk", parts0, X0) @ chance.inverse  # how the effect moves with the slopes of the odds
        parts1 += (turn @ X1) * (w1 * (1 - chance.of(X1)))
        parts0 -= (turn @ X0) * (w0 * chance.of(X0))
    if fit is not None:
        reach = np.einsum("kr,r->k", X0, share) - np.einsum("kr,r->k", X1, w1) / w1.sum()  # how it moves with those of the regression
        change0 *= (reach @ fit.inverse @ X0) * w0
        parts0 += change0
    return Seen(mean1 - mean0, parts1, parts0, aside)
