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
    """The change of each unit that was watched throughout; (k,) arrays."""

    rows: Array  # int: places among the units laid
    value: Array  # float: mean after less mean before
    before: Array  # float
    after: Array  # float


def changes(laid: Laid) -> Changes:
    """The mean over the periods within the horizon less that over all periods before adoption that nobody anticipates.

    Of one date of adoption, which those compared share.  Units not watched in each of these periods that anybody was watched in are set
    aside, so that everybody's means are over the same ones: else what all share in the periods that some miss would be told as an
    effect.  Refuses several dates, and a side of which nobody was watched throughout.
    """
    dates = np.unique(laid.adopted[laid.adopted < NEVER])
    if len(dates) != 1:
        question = laid.question
        found = f"units adopt in {len(dates)} different periods, and two by two is of one."
        raise Refused(Problem(f"question '{question.outcome}' by {question.method}: estimator", found, remedy='Set estimator = "group_time".'))
    day, periods = int(dates[0]), np.arange(laid.periods)
    seen = ~np.isnan(laid.value)
    some = seen.any(axis=0)
    early, late = some & (periods < day - laid.question.anticipation), some & (periods >= day) & (periods < day + laid.within)
    rows = np.flatnonzero(seen[:, early | late].all(axis=1))
    adopts = laid.adopted[rows] < NEVER
    if not early.any() or not late.any() or not adopts.any() or adopts.all():
        question = laid.question
        found = "of those that adopt, or of those compared, none was watched in every period that two by two is of."
        raise Refused(Problem(f"question '{question.outcome}' by {question.method}", found, remedy='Set estimator = "two_way", which takes gaps.'))
    before, after = (laid.value[rows][:, there].mean(axis=1) for there in (early, late))
    return Changes(rows, after - before, before, after)
