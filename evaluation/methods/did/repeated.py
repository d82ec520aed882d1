"""Effects by cohort and period where each period shows other units, or units miss periods: repeated cross-sections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from . import group_time_cells as layout
from . import nuisance
from .group_time_parts import Block, Blocks, GroupTime, built

if TYPE_CHECKING:
    from ...terms import AdjustedBy, Array, Pool

SIGNS = (1.0, -1.0, -1.0, 1.0)  # of the sides of a cell: its cohort now and in the base, and those compared now and then
ABSENT = "No unit of the cohort was seen in one of the two periods."


@dataclass(frozen=True, slots=True, eq=False)
class Side:
    """The rows of a cohort, or of those compared, in one of a cell's two periods."""

    rows: Array  # (r,) int
    X: Array  # (1 + k, r) a constant, and the covariates
    y: Array  # (r,)
    w: Array  # (r,)


def group_time(
    value: Array,
    period: Array,
    adopted: Array,
    periods: int,
    *,
    covariates: Array | None = None,
    adjust: AdjustedBy = "nothing",
    compared: Pool = "not_yet_treated",
    anticipation: int = 0,
    base: layout.Base = "varying",
    weight: Array | None = None,
    unit: Array | None = None,
) -> GroupTime:
    """As `group_time.group_time`, of m rows that show an outcome in one period each.

    `value`, `period` and `adopted` (m,); `periods` is T; `covariates` (m, k) of the row, without a constant; `weight` (m,) above 0;
    `unit` (m,) int: rows of one unit hang together, and there is one for a period (R's `allow_unbalanced_panel`); left out: every row
    is a unit.  What is given back is by unit, in the order of the units' numbers, and counts rows of both periods.

    An effect is the difference between the cohort's periods less the same of those compared, which assumes that who is seen does not
    change with the programme: by their means (with "nothing"); by a regression in each period ("regression"); weighted to the
    cohort's covariates ("inverse_probability"); or both, with a regression among the cohort too ("doubly_robust": the locally
    efficient one of Sant'Anna and Zhao 2020).
    """
    if adjust != "nothing" and covariates is None:
        raise ValueError(f"adjust = {adjust!r} needs covariates")
    labels, at = (np.arange(len(value)), np.arange(len(value))) if unit is None else np.unique(unit, return_inverse=True)
    w = np.ones(len(value)) if weight is None else np.asarray(weight, dtype=float)
    X = np.zeros((0, len(value))) if adjust == "nothing" or covariates is None else np.asarray(covariates, dtype=float).T
    if problems := list(_problems(value, period, adopted, X, w, at, periods)):
        raise Refused(*problems)
    found = layout.cohorts(_by_unit(at, adopted), None, periods, anticipation, np.ones(len(labels), bool))
    rows = _Rows(value, period, X, w, at, found.unit[at], adjust)
    by_unit = np.bincount(at, weights=w) / np.bincount(at)
    return _all_cells(rows, found, layout.plan(found, periods, anticipation, base, own_effect=False), compared, by_unit)


def _problems(value: Array, period: Array, adopted: Array, X: Array, w: Array, at: Array, periods: int) -> Iterator[Problem]:
    """What no effect can be told from."""
    where = "effects by cohort and period"
    if bad := int((~np.isfinite(value)).sum() + (~np.isfinite(X)).any(axis=0).sum()):
        yield Problem(where, f"{bad:,} rows lack the outcome or a covariate.", "Every row complete.", "Leave those rows out.")
    if bad := int((~(np.isfinite(w) & (w > 0))).sum()):
        yield Problem(where, f"{bad:,} rows weigh nothing, less than nothing, or no number.", "Weights above 0.", "Leave those rows out.")
    if bad := int(((period < 0) | (period >= periods)).sum()):
        yield Problem(where, f"{bad:,} rows lie outside the {periods} periods.", f"Periods from 0 to {periods - 1}.", "Leave those rows out.")
    if bad := len(at) - len(np.unique(at * (periods + 1) + period)):
        yield Problem(where, f"{bad:,} rows show a unit a second time in a period.", "One row for a unit and period.", "Add them up, or choose.")
    if bad := len(np.unique(at[adopted != _by_unit(at, adopted)[at]])):
        yield Problem(where, f"{bad:,} units adopt in two different periods.", "One period of adoption for a unit.", "Take the first.")


def _by_unit(at: Array, adopted: Array) -> Array:
    """(n,) int: when each unit adopts, by one of its rows."""
    first = np.zeros(int(at.max(initial=-1)) + 1, np.int64)
    first[at] = adopted
    return first


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    value: Array  # (m,)
    period: Array  # (m,) int
    X: Array  # (k, m)
    weight: Array  # (m,)
    unit: Array  # (m,) int: whose row it is
    code: Array  # (m,) int: the class of that unit
    adjust: AdjustedBy

    def sides(self, cell: layout.Cell, pool: Array, classes: int) -> list[Side]:
        """The four sides of a cell, in the order of SIGNS; covariates less their mean and in their standard deviation."""
        own, others = self.code == cell.cohort, np.append(pool, False)[np.where(self.code < 0, classes, self.code)]
        who = [np.flatnonzero(there & (self.period == when)) for there in (own, others) for when in (cell.period, cell.base)]
        every = np.concatenate(who)
        X = self.X[:, every]
        centre = X.mean(axis=1, keepdims=True) if len(every) else np.zeros((len(X), 1))
        spread = np.sqrt(((X - centre) ** 2).mean(axis=1, keepdims=True)) if len(every) else np.ones((len(X), 1))
        spread[spread == 0] = 1.0
        return [Side(r, np.vstack([np.ones(len(r)), (self.X[:, r] - centre) / spread]), self.value[r], self.weight[r]) for r in who]


def _all_cells(rows: _Rows, found: layout.Cohorts, cells: Sequence[layout.Cell], compared: Pool, weight: Array) -> GroupTime:
    """Every cell that can be told."""
    effect, why = np.full(len(cells), np.nan), [cell.why for cell in cells]
    treated, comparisons, aside = (np.zeros(len(cells), np.int64) for _ in range(3))
    blocks: list[Block] = []
    for k, cell in enumerate(cells):
        if cell.why:
            continue
        sides = rows.sides(cell, found.pool(cell, compared), len(found.adopted) + 1)
        treated[k], comparisons[k] = (len(one.rows) + len(other.rows) for one, other in (sides[:2], sides[2:]))
        if cell.base == cell.period:  # that from which all are measured
            effect[k] = 0.0
            continue
        told = _told(sides, rows.adjust)
        why[k] = told if isinstance(told, str) else ""
        if not isinstance(told, str):
            effect[k], aside[k] = told.effect, told.set_aside
            blocks += [Block(rows.unit[side.rows], np.array([k]), part[None]) for side, part in zip(sides, told.parts, strict=True)]
    parts = Blocks(len(weight), len(cells), blocks)
    return built(cells, found, effect, treated, comparisons, aside, why, weight, 0, parts)


@dataclass(frozen=True, slots=True, eq=False)
class _Told:
    """The effect of a cell, with each row's part."""

    effect: float
    parts: list[Array]  # of each side
    means: list[Array]  # of each side: the part that a row has in the mean of its own side
    set_aside: int = 0


def _told(sides: Sequence[Side], adjust: AdjustedBy) -> _Told | str:
    """The effect of a cell, or why there is none."""
    if not all(len(side.rows) for side in sides[:2]):
        return ABSENT
    if not all(len(side.rows) for side in sides[2:]):
        return layout.NOBODY
    asked = {"regression": (False, False, True, True), "doubly_robust": (True,) * 4}.get(adjust, (False,) * 4)
    if any(here and len(side.w) <= len(side.X) for side, here in zip(sides, asked, strict=True)):
        return nuisance.FEW
    fits = [nuisance.regression(side.X, side.y[None], side.w) if here else None for side, here in zip(sides, asked, strict=True)]
    if any(here and fit is None for fit, here in zip(fits, asked, strict=True)):
        return nuisance.SINGULAR
    shares = [side.w / side.w.sum() for side in sides]
    if adjust not in ("inverse_probability", "doubly_robust"):
        return _summed(sides, fits, shares)
    X1, X0 = (np.hstack([side.X for side in pair]) for pair in (sides[:2], sides[2:]))
    w1, w0 = (np.concatenate([side.w for side in pair]) for pair in (sides[:2], sides[2:]))
    chance = nuisance.chance(X1, X0, w1, w0)
    odds = [] if chance is None else [one for side in sides[2:] if (one := nuisance.odds(chance, side.X, side.w))]
    if chance is None or len(odds) < 2:
        return nuisance.APART
    told = _summed(sides, fits, [*shares[:2], *(one.share for one in odds)])
    turn = sum((side.X * mean).sum(axis=1) for side, mean in zip(sides[2:], told.means[2:], strict=True)) @ chance.inverse
    for side, part, served in zip(sides, told.parts, (1.0, 1.0, 0.0, 0.0), strict=True):
        part += (turn @ side.X) * side.w * (served - chance.of(side.X))
    return _Told(told.effect, told.parts, told.means, sum(one.set_aside for one in odds))


def _summed(sides: Sequence[Side], fits: Sequence[nuisance.Regression | None], shares: Sequence[Array]) -> _Told:
    """The sum over sides of sign x (the mean of what a regression leaves + what it expects of the cohort in both its periods).

    What each row adds: by its share in its side's mean, by having taught the regression, and by what the cohort is like.
    """
    size = sides[0].w.sum() + sides[1].w.sum()
    cohort = sum((side.X * side.w).sum(axis=1) for side in sides[:2]) / size
    effect, slopes = 0.0, np.zeros(len(cohort))
    parts, means = [], []
    for side, fit, share, sign in zip(sides, fits, shares, SIGNS, strict=True):
        left = side.y if fit is None else side.y - fit.expected(side.X)[0]
        mean = (share * left).sum()
        means.append(sign * share * (left - mean))
        parts.append(means[-1].copy())
        effect += sign * mean
        if fit is not None:
            slopes += sign * fit.slopes[:, 0]
            reach = cohort - (side.X * share).sum(axis=1)
            parts[-1] += sign * (reach @ fit.inverse @ side.X) * side.w * left
    for side, part in zip(sides[:2], parts[:2], strict=True):
        part += side.w * (slopes @ (side.X - cohort[:, None])) / size
    return _Told(float(effect + slopes @ cohort), parts, means)
