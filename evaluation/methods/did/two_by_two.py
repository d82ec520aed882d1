"""Two by two: how much units changed, from before adoption to after it, those that adopt less those that do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import NEVER, Problem, Refused
from .laid import Laid

if TYPE_CHECKING:
    from ...terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Changes:
    """The change of each unit that was watched both before and after; (k,) arrays."""

    rows: Array  # int: places among the units laid
    value: Array  # float: mean after less mean before
    before: Array  # float
    after: Array  # float


def changes(laid: Laid) -> Changes:
    """The mean over the periods within the horizon less that over all periods before adoption that nobody anticipates.

    Of one date of adoption, which those compared share.  Refuses several dates.
    """
    dates = np.unique(laid.adopted[laid.adopted < NEVER])
    if len(dates) != 1:
        question = laid.question
        found = f"units adopt in {len(dates)} different periods, and two by two is of one."
        raise Refused(Problem(f"question '{question.outcome}' by {question.method}: estimator", found, remedy='Set estimator = "group_time".'))
    day, periods = int(dates[0]), np.arange(laid.periods)
    before = _mean(laid.value[:, periods < day - laid.question.anticipation])
    after = _mean(laid.value[:, (periods >= day) & (periods < day + laid.within)])
    rows = np.flatnonzero(np.isfinite(before) & np.isfinite(after))
    return Changes(rows, (after - before)[rows], before[rows], after[rows])


def _mean(value: Array) -> Array:
    """The mean of each row over the periods in which it was watched; NaN where it never was."""
    there = ~np.isnan(value)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(there, value, 0.0).sum(axis=1) / there.sum(axis=1))
