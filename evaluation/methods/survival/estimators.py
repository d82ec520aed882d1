"""Which estimator answers a question, for each measure: two means with their errors, at the horizon and at days on the way."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

import numpy as np

from ..influence import Means
from . import marginal

if TYPE_CHECKING:
    from ...terms import Array
    from .laid import Laid

DOORS = {"weighted": ("ipcw", "weighted"), "regression": ("standardised", "standardised"), "doubly_robust": ("doubly", "doubly_robust")}


def at_the_horizon(laid: Laid) -> Means:
    """The measure of both arms by the horizon."""
    own = (laid.reading, laid.rows)
    if laid.every is not None:
        means = _with_marks(_named("mean_number", "mean_number")(laid.every, *own, laid.question, laid.off), laid)
    elif (door := _door(laid)) is None:
        means = marginal.marginal(*own, laid.question.measure)
    else:
        means = _named(*door)(*own, laid.columns, laid.question)
    return within_blocks(means, laid)


def on_the_way(laid: Laid, days: Sequence[int]) -> list[Means]:
    """The risk, or the number of events, in both arms by the end of each of so many days."""
    own = (laid.reading, laid.rows)
    if laid.every is not None:
        found = [_with_marks(each, laid) for each in _named("mean_number", "mean_number_at")(laid.every, *own, laid.question, days, laid.off)]
    elif (door := _door(laid)) is None:
        found = marginal.risks(*own, days)
    else:
        found = _named(door[0], f"{door[1]}_at")(*own, laid.columns, laid.question, days)
    return [within_blocks(means, laid) for means in found]


def adjusts_for_leaving(laid: Laid) -> bool:
    """Whether those followed are weighted by their chance of being so, given their history."""
    return laid.question.censored.adjust == "ipcw" and bool(laid.reading.lost.any()) and bool(laid.rows.history) and laid.comparison.steps is None


def within_blocks(means: Means, laid: Laid) -> Means:
    """Errors about the mean of each block's arm, where lots were drawn within blocks: what a block has in common is no luck.

    Each cell of k people, or clusters, has its spread told k / (k - 1) times as large, as an unbiased variance has it.  Where one of
    them is alone in a cell, its spread cannot be seen, and what blocks have in common is counted as luck everywhere: never too small.
    """
    if laid.comparison.blocks is None:
        return means
    block = np.unique(laid.comparison.blocks, return_inverse=True)[1][laid.rows.row]
    cell = np.unique(2 * block + laid.rows.served, return_inverse=True)[1]
    together = np.unique(laid.rows.together, return_inverse=True)[1]
    units = np.bincount(np.unique(np.column_stack([cell, together]), axis=0)[:, 0])
    if (units < 2).any():
        return means

    def about(part: Array) -> Array:
        off = part - (np.bincount(cell, weights=part) / np.bincount(cell))[cell]
        return np.asarray(off * np.sqrt(units / (units - 1))[cell])

    weighed = about(means.by_weight[0]), about(means.by_weight[1])
    return replace(means, of_served=about(means.of_served), of_compared=about(means.of_compared), by_weight=weighed)


def _with_marks(means: Means, laid: Laid) -> Means:
    """Rows with a mark stand at least for themselves, though they were lost after it."""
    return replace(means, stands=np.where(laid.reading.y > 0, np.maximum(means.stands, laid.rows.weights), means.stands))


def _door(laid: Laid) -> tuple[str, str] | None:
    """The module of this folder, and its function; None: the arms' own curves."""
    estimator = laid.question.estimator
    if estimator != "difference":
        return DOORS[estimator]
    return DOORS["weighted"] if adjusts_for_leaving(laid) else None


def _named(module: str, function: str) -> Callable[..., Any]:
    found: Callable[..., Any] = getattr(import_module(f".{module}", __package__), function)
    return found
