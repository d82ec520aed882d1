"""Columns that no slope can be told of: with missing values, the same for everybody, made up by others, or setting events apart.

A column sets those with the event apart where the likelihood rises without end along it, so that its slope is no estimate but where an
optimiser gave up (Albert & Anderson 1984).  It is named alone, with the way it points, never with anybody's value.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog

from ...diagnostics.sums import independent
from ...phrases import SMALLEST_COUNT, counted, listed, nearest
from ...terms import Problem
from .cox_kernels import cross

if TYPE_CHECKING:
    from ...terms import Array

NEARLY = 1e-4  # of a combination's spread: whoever had the event is the highest, or no further below
TAKES_PART = 1e-3  # of the largest slope of standardised columns: less is what the other slopes still move by
FLAT = 1e-10  # of the variance of standardised columns: less among those with the event is rounding
RIGHT = "A slope is told where events are seen on both sides."
REMEDY = "Leave it out, or make it coarser."


# ------------------------------------------------------------------------------------------------ nothing to read
def no_word(word: str, words: Sequence[str], what: str, where: str) -> Iterator[Problem]:
    """A word of an argument that is none of its words."""
    if word not in words:
        yield Problem(where, f"'{word}' is not {what}.", f"It is one of {listed(words)}.", nearest(word, words))


def missing(X: Array, names: Sequence[str], where: str) -> Iterator[Problem]:
    """Columns of X (n, p) with values that are no numbers."""
    wanting = [name for name, column in zip(names, X.T, strict=True) if not np.isfinite(column).all()]
    if wanting:
        yield Problem(where, f"values are missing in {listed(wanting)}.", remedy="Fill them, or leave the column out.")


def idle(X: Array, names: Sequence[str], where: str) -> Iterator[Problem]:
    """Columns of X (n, p), finite, that do not vary, or that the columns before them make up."""
    if not X.shape[1]:
        return
    Z = standard(X)
    kept = independent(cross(Z, np.full(len(Z), 1 / len(Z)), Z))
    if beside := [name for place, name in enumerate(names) if place not in kept]:
        yield Problem(where, f"{listed(beside)}: constant, or made up of the columns before.", remedy="Leave them out.")


def unusable(X: Array, names: Sequence[str], where: str) -> Iterator[Problem]:
    """Columns with missing values or, where there are none, columns that tell nothing."""
    yield from [*missing(X, names, where)] or idle(X, names, where)


def standard(X: Array) -> Array:
    """(n, p) columns in standard deviations about their means; 0 where they do not vary."""
    sd = X.std(axis=0)
    return np.asarray((X - X.mean(axis=0)) / np.where(sd > 0, sd, 1.0))


# ------------------------------------------------------------------------------------------------ events on one side alone
def apart(column: Array, had: Array, within: Array | None = None, nearly: float = 0.0) -> int:
    """1 where, in each group, whoever had the event is as high in a column (n,) as all others, and somewhere higher; -1 lower; else 0.

    `had` (n,) bool, `within` (n,) int labels of groups that have levels of their own, such as periods.  `nearly`: of the column's
    spread, by how much one may miss.
    """
    label = np.zeros(len(column), dtype=np.int64) if within is None else within
    many = int(label.max()) + 1
    ends = np.full((2, 2, many), np.inf)  # of those without and with the event: the least, and less the most
    for which, there in enumerate((~had, had)):
        for sign, values in enumerate((column, -column)):
            np.minimum.at(ends[which, sign], label[there], values[there])
    slack = nearly * float(column.max() - column.min())
    both = np.isfinite(ends[:, 0]).all(axis=0)
    if not both.any():
        return 0
    lowest, highest = ends[:, 0, both], -ends[:, 1, both]
    if (lowest[1] >= highest[0] - slack).all() and (highest[1] > lowest[0] + slack).any():
        return 1
    return -1 if (highest[1] <= lowest[0] + slack).all() and (lowest[1] < highest[0] - slack).any() else 0


def separating(X: Array, had: Array, step: Array, names: Sequence[str], where: str, among: str, within: Array | None = None) -> Iterator[Problem]:
    """Columns of X (n, p) by which, one by one or together, those with the event are told from those without; `among` says of whom.

    `step` (p,) is the combination along which the likelihood may rise without end.
    """
    alone = [(j, way) for j, column in enumerate(X.T) if (way := apart(column, had, within))]
    for j, way in alone:
        yield Problem(where, set_apart(names[j], X[:, j], way, int(had.sum()), among), RIGHT, REMEDY)
    size = np.abs(step) * X.std(axis=0)
    if not alone and size.any() and apart(np.einsum("ij,j->i", X, step), had, within, NEARLY) > 0:
        yield together([names[j] for j in np.flatnonzero(size > TAKES_PART * size.max()).tolist()], int(had.sum()), where)


def pinned(X: Array, sure: Array, later: Array, names: Sequence[str], where: str) -> Iterator[Problem]:
    """Columns of X (n, p), varying, along which the likelihood of an accelerated failure time model rises without end.

    `sure` (n,) bool are rows whose time is known, or lies between two: their fitted time can go nowhere.  The times of others can only
    be `later`, bool, or earlier than what was seen.  Where a combination of columns is the same for all who are sure, and
    no other lies on the wrong side of it, the likelihood rises as it moves the others away.
    """
    events = int(sure.sum())
    alone = [(j, way) for j, column in enumerate(X.T) if (way := _held(column, sure, later))]
    for j, way in alone:
        yield Problem(where, _same(names[j], X[:, j], way, events), RIGHT, REMEDY)
    if alone:
        return
    slopes = rising(np.column_stack([np.ones(len(X)), standard(X)]), sure, later)[1:]
    part = np.flatnonzero(np.abs(slopes) > TAKES_PART * np.abs(slopes).max(initial=0.0)).tolist()
    if len(part) == 1:  # nobody is sure: by its own level it tells those who had it early from those who had it late
        yield Problem(where, _same(names[part[0]], X[:, part[0]], 1 if slopes[part[0]] > 0 else -1, events), RIGHT, REMEDY)
    elif part:
        yield together([names[j] for j in part], events, where)


def _held(column: Array, sure: Array, later: Array) -> int:
    """1 where all `sure` have one value of a column and it moves others the way they can go, -1 where its opposite does, else 0."""
    if not sure.any() or sure.all() or column[sure].max() > column[sure].min():
        return 0
    off = np.where(later, 1.0, -1.0)[~sure] * (column[~sure] - column[sure][0])
    return 1 if off.min() >= 0 else -1 if off.max() <= 0 else 0


def rising(Z: Array, sure: Array, up: Array) -> Array:
    """(q,) slopes of Z (n, q) that move nobody `sure` (n,) bool, and others up where `up`, bool, else down, if at all; 0 if there are none."""
    values, vectors = np.linalg.eigh(cross(Z, sure / max(sure.sum(), 1), Z))
    free = vectors[:, values < FLAT * max(values[-1], 1e-300)]
    if not free.shape[1] or sure.all():
        return np.zeros(Z.shape[1])
    moved = np.unique(np.round((Z[~sure] @ free) * np.where(up[~sure], 1.0, -1.0)[:, None], 9), axis=0)
    found = linprog(-moved.sum(axis=0) / len(moved), A_ub=-moved, b_ub=np.full(len(moved), NEARLY / 100), bounds=(-1, 1))
    return np.asarray(free @ found.x if found.success and -found.fun > NEARLY else np.zeros(Z.shape[1]))


# ------------------------------------------------------------------------------------------------ in words
def set_apart(name: str, column: Array, way: int, events: int, among: str) -> str:
    """How a column separates the events, `among` being all those that whoever had one is told from: `of all then at risk`."""
    if len(np.unique(column)) == 2:
        one, other = ("lower", "higher") if way > 0 else ("higher", "lower")
        how = f"none was seen in people with the {one} of the two values of '{name}' while others with the {other} were at risk"
    else:
        how = f"everybody with one had the {'highest' if way > 0 else 'lowest'} '{name}' {among}"
    return f"'{name}' separates {of_events(events)}: {how}, so that its slope has no bound."


def together(names: Sequence[str], events: int, where: str) -> Problem:
    """Columns that separate in combination."""
    which = listed(f"'{name}'" for name in names)
    found = f"{which} together separate {of_events(events)}: a combination of them is highest in everybody with one, so that slopes have no bound."
    return Problem(where, found, RIGHT, "Leave one of them out, or make them coarser.")


def of_events(many: int) -> str:
    """`the 43 events`; without their number where they are few."""
    return f"the {counted(many, 'event')}" if many >= SMALLEST_COUNT else "the events"


def _same(name: str, column: Array, way: int, events: int) -> str:
    if len(np.unique(column)) == 2:
        return set_apart(name, column, -way, events, "")
    how = f"everybody with one has the same '{name}', and nobody without one a {'lower' if way > 0 else 'higher'}"
    return f"'{name}' separates {of_events(events)}: {how}, so that its slope has no bound."
