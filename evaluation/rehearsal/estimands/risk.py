"""Risks and times by a horizon, with causes that compete: what (n,) first marks on two lives of the same people come to.

The risk of a cause is its cumulative incidence: the share of people to whom it happens before the horizon and before any
other end in that life.  A death is such an end, so is an event that competes where the marks were read with any, and so is another kind
of mark where the outcome counts several.  Times are whole days: whoever is marked on day d was free for d days, days 0 to d - 1.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

from ...terms import Marks, Problem, Refused
from ..scores import Truth
from .means import mean_difference, odds_ratio, ratio_of_means

if TYPE_CHECKING:
    from ...terms import Array

Contrast = Literal["difference", "ratio", "odds ratio"]
OTHERWISE = ("death", "competing")  # what ends a clock so that a mark can no longer happen
CONTRASTS = {"difference": mean_difference, "ratio": ratio_of_means, "odds ratio": odds_ratio}


def risk(served: Marks, compared: Marks, days: Array | int, *, by: Contrast = "difference", cause: str = "", weights: Array | None = None) -> Truth:
    """The risk of a cause in `days` days, one life against the other: by difference, ratio, or ratio of odds.

    `days` are those of each clock, (n,) or one number, not past what the marks were read for.  No cause: any kind of mark.
    """
    return CONTRASTS[by](happened(served, days, cause).astype(float), happened(compared, days, cause).astype(float), weights)


def free_time(served: Marks, compared: Marks, days: Array | int, *, cause: str = "", alive: bool = True, weights: Array | None = None) -> Truth:
    """The difference of restricted mean times (RMST), in days: mean min(T, days).

    With `alive` T is the day of the first mark of any kind, of death or of what competes, whichever comes first, and days after
    such an end are not free.  Without it T is the day of the cause alone, and whoever ends otherwise never has it: then it is the
    time not lost to it.
    """
    if alive and cause:
        raise Refused(Problem("restricted mean time", "one cause and any end were asked for at once.", remedy="With a cause, leave death aside."))
    if alive:
        return mean_difference(free_days(served, days), free_days(compared, days), weights)
    return mean_difference(days - lost_days(served, days, cause), days - lost_days(compared, days, cause), weights)


def lost_time(served: Marks, compared: Marks, days: Array | int, *, cause: str = "", weights: Array | None = None) -> Truth:
    """The difference of restricted mean times lost to a cause (RMTL), in days: the area under its cumulative incidence."""
    return mean_difference(lost_days(served, days, cause), lost_days(compared, days, cause), weights)


# ------------------------------------------------------------------------------------------------ of one life
def happened(marks: Marks, days: Array | int, cause: str = "") -> Array:
    """(n,) bool: whether the cause came first, in `days` days."""
    whole(marks.why)
    of_cause = marks.cause == cause if cause else True
    return np.asarray((marks.why == "mark") & of_cause & (marks.day < days))


def lost_days(marks: Marks, days: Array | int, cause: str = "") -> Array:
    """(n,) float: the days from the cause to the horizon."""
    return np.where(happened(marks, days, cause), days - marks.day, 0).astype(float)


def free_days(marks: Marks, days: Array | int) -> Array:
    """(n,) float: the days up to the first mark, the death, the event that competes or the horizon."""
    whole(marks.why)
    ended = np.isin(marks.why, ("mark", *OTHERWISE)) & (marks.day < days)
    return np.where(ended, marks.day, days).astype(float)


def whole(why: Array) -> None:
    """Refuses clocks that were not watched to the horizon, or to an end: no loss of sight may enter a truth."""
    lost = int(np.sum(~np.isin(why, ("mark", *OTHERWISE, "horizon"))))
    if lost:
        said = f"{lost:,} of {len(why):,} clocks are lost from sight before the horizon."
        raise Refused(Problem("truth", said, "Truth is of lives with nothing hidden.", "Read the tables of `World.truth`, not the records."))
