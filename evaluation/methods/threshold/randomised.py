"""A window about the cut-off within which people are as alike as if a lot had divided them, chosen by what came before alone.

Cattaneo, Frandsen and Titiunik 2015: windows are widened for as long as the history of the two sides can be told apart by no more than
luck, before any outcome is read.

A window in which people are as if drawn by lot is an assumption that a history can only refute.  Where the outcome rises with the score and
the history says little of it, windows come out too wide: rehearsed in the world *cut-off*, whose history is one count of arrests, the
effect was off by seven tenths of its standard deviation towards none.  The difference that leads is therefore less a slope that both sides
share (Cattaneo, Titiunik and Vazquez-Bare 2017), whose limits are about twice as wide, and the difference as if by lot stands beside it.
A local line is what an answer should rest on.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..inference import Contrast, Lot, neyman
from .anderson_rubin import TwoJumps

if TYPE_CHECKING:
    from ...terms import Array

ALIKE = 0.15  # the smallest p-value of any column of the history that a window may have (Cattaneo, Frandsen and Titiunik 2015)
FEWEST = 20  # people on either side of a window: with fewer no difference of theirs could be told from luck; our own rule
WIDEST = 40  # windows that are tried


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """The window chosen, with how alike its two sides are."""

    within: float  # points of the score from the cut-off
    inside: Array  # (n,) bool
    p_value: float  # the smallest of the history's; 1 where there is none
    column: str  # whose it is


def window(away: Array, date: Array, kept: Array, history: Mapping[str, Array], widths: float | None = None) -> Window | None:
    """The widest window about 0 in which, and in every narrower one, no column of the history differs by p < ALIKE; (n,) arrays.

    The first holds FEWEST people on either side, and the next ones a distinct distance more each; `widths` fixes it instead.  People
    are compared within their own list.  Where the first is unlike already it is given all the same, with its p-value.  None where no
    window holds enough people.
    """
    if widths is not None:
        return _looked_at(away, date, kept, history, widths)
    chosen: Window | None = None
    tried = 0
    for within in np.unique(np.abs(away[kept])):
        near = kept & (np.abs(away) <= within)
        if min(int((near & (away >= 0)).sum()), int((near & (away < 0)).sum())) < FEWEST:
            continue
        found = _looked_at(away, date, kept, history, float(within))
        tried += 1
        if found.p_value < ALIKE or tried > WIDEST:
            return chosen or found
        chosen = found
    return chosen


def _looked_at(away: Array, date: Array, kept: Array, history: Mapping[str, Array], within: float) -> Window:
    near = kept & (np.abs(away) <= within)
    inside = in_both(away >= 0, date, near)
    worst, column = 1.0, ""
    for name, values in history.items():
        if inside.any() and np.ptp(values[inside]) > 0:
            p = difference(values[inside], away[inside] >= 0, date[inside]).p_value
            if p < worst:
                worst, column = p, name
    return Window(within, inside, worst, column)


def in_both(served: Array, date: Array, near: Array) -> Array:
    """(n,) bool: those `near` whose list has somebody near on either side."""
    sides = [np.bincount(date, weights=near & arm) > 0 for arm in (served, ~served)]
    return np.asarray(near & (sides[0] & sides[1])[date])


def lot(y: Array, served: Array, date: Array, g: Array | None = None) -> Lot:
    """The rows of a window as a lot drawn within each list, lists weighing as many people as they have there."""
    b = np.unique(date, return_inverse=True)[1]
    w = np.bincount(b).astype(float)
    labels = np.arange(len(y)) if g is None else np.unique(g, return_inverse=True)[1]
    return Lot(y, served, b, w / w.sum(), labels)


def difference(y: Array, served: Array, date: Array) -> Contrast:
    """The difference of the sides within lists, with Neyman's error; p-value 1 where nobody differs."""
    found = neyman(lot(y, served, date))
    return found if found.std_error > 0 else Contrast(0.0, 1.0, float("inf"))


def step_pull(away: Array, date: Array) -> tuple[Array, Array] | None:
    """What each row of a window pulls at the step between its sides beside a slope that both share, within lists: (m,), and leverages (m,).

    None where scores are too few to tell a slope from the step.
    """
    X = np.column_stack([away >= 0, away / max(float(np.abs(away).max()), 1e-300), *(date == one for one in np.unique(date))]).astype(float)
    if np.linalg.matrix_rank(X) < X.shape[1] or len(X) <= X.shape[1]:
        return None
    q, r = np.linalg.qr(X)
    return np.linalg.solve(r, q.T)[0], np.asarray((q**2).sum(axis=1))


@dataclass(frozen=True, slots=True, eq=False)
class Levelled:
    """The steps of k columns at the cut-off less a slope that both sides share, with what each row adds to their errors."""

    step: Array  # (k,)
    influence: Array  # (m, k), as large as leverages make errors (HC2)
    below: Array  # (k,) the mean at the cut-off on the other side
    freedom: float


def levelled(columns: Array, away: Array, date: Array) -> Levelled | None:
    """Of the columns (m, k) of a window, less a common slope; None where a slope cannot be told from the step."""
    pulled = step_pull(away, date)
    if pulled is None:
        return None
    pull, leverage = pulled
    X = np.column_stack([away >= 0, away, *(date == one for one in np.unique(date))]).astype(float)
    beta = np.linalg.lstsq(X / np.abs(X).max(axis=0), columns, rcond=None)[0] / np.abs(X).max(axis=0)[:, None]
    left = columns - X @ beta
    below = (columns - X[:, :2] @ beta[:2]).mean(axis=0)
    off = left / np.sqrt(np.maximum(1 - leverage, 1e-6))[:, None]
    return Levelled(beta[0], pull[:, None] * off, below, float(len(X) - X.shape[1]))


def two_jumps(y: Array, taken_up: Array, served: Array, date: Array) -> TwoJumps:
    """What the offer moved in a window: outcome and take-up, with Neyman's variances and, by y + d, their covariance."""
    d = taken_up.astype(float)
    of_y, of_d, both = (neyman(lot(values, served, date)) for values in (y, d, y + d))
    V_y, V_d = of_y.std_error**2, of_d.std_error**2
    df = of_y.df if np.isfinite(of_y.df) else float("inf")
    return TwoJumps(of_y.effect, of_d.effect, V_y, (both.std_error**2 - V_y - V_d) / 2, V_d, df)
