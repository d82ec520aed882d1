"""Estimators side by side, dates of adoption dealt out anew, and what a roll-out could have told, on the columns of a frame."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from ...phrases import listed
from ...terms import Inference, Problem, Refused
from ..tables import Estimates, asked
from .fits import by_group_time
from .placebo import detectable as placebo
from .tidy_fixed_effects import event_study, imputation, interaction_weighted, two_way
from .tidy_group_time import group_time
from .tidy_path import Path
from .tidy_read import framed
from .uncertainty import uncertain

if TYPE_CHECKING:
    from ...drawing import InANotebook

ONLY_GROUP_TIME = ("compared", "adjust", "aggregate")


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Beside(Estimates):
    """The overall effect by several estimators, and the path of each."""

    paths: tuple[Path, ...]

    def plot(self) -> InANotebook:
        """The paths, one beside the other."""
        from . import plots

        return plots.paths(self.paths)


@asked(framed, but=("estimator", "always"))
def side_by_side(frame: pd.DataFrame, **columns: Any) -> Beside:
    """One overall effect by group and time, imputation, interaction weights and two-way fixed effects, with their event studies.

    Columns and words as in `group_time`.  Means are over all cells from adoption on, by how many units each has; where estimators that are
    all right under what they assume lie further apart than what would matter, that is the finding.
    """
    plain = {name: value for name, value in columns.items() if name not in ONLY_GROUP_TIME}
    cells = group_time(frame, **columns)
    paths, rows, refused = [cells.aggregate("dynamic")], [cells.aggregate("simple").overall], []
    for path in (interaction_weighted, imputation):
        try:
            paths.append(path(frame, **plain))
            rows.append(paths[-1].overall)
        except Refused:
            refused.append(path.__name__)
    rows.append(two_way(frame, **plain).frame)
    try:
        paths.append(event_study(frame, **plain))
    except Refused:
        refused.append(event_study.__name__)
    missing = f" Not told by such units: {listed(refused)}." if refused else ""
    return Beside(pd.concat(rows, ignore_index=True), cells.told.note + missing, tuple(paths))


@asked(framed, but=("estimator", "always"))
def reassigned(frame: pd.DataFrame, **columns: Any) -> Estimates:
    """The effect by group and time with the p-value and limits that dealing the dates of adoption out among clusters gives.

    Needs no large number of clusters, and says how small p could have been; it takes the dates as if chance had dealt them.  `aggregate` as in
    `GroupTimes.aggregate`, left out "simple".
    """
    told = framed(frame, **columns)
    question = replace(told.laid.question, inference=Inference("randomisation"))
    laid = replace(told.laid, question=question)
    found = uncertain(laid, by_group_time(laid), by_group_time, question)
    row = {
        "estimator": "effects by group and time",
        "effect": found.effect,
        "low": found.interval.low,
        "high": found.interval.high,
        "p": found.p_value,
    }
    return Estimates(pd.DataFrame([row]), f"Limits and p: {found.interval.by}.")


@asked(framed, but=("estimator", "always"))
def detectable(frame: pd.DataFrame, **columns: Any) -> Estimates:
    """The smallest effect that this roll-out could tell from none four times of five, from the same places' past alone.

    The roll-out is moved back to when nobody was under the programme, and its dates dealt out anew: whatever is then found, nothing caused.
    Refuses a past that is too short, and clusters whose units adopt on several dates.
    """
    told = framed(frame, **columns)
    found = placebo(told.laid)
    if found is None:
        problem = "the past is too short, or units of one cluster adopt on several dates."
        raise Refused(Problem("detectable", problem, "Two periods or more before anybody adopts, and one date a cluster."))
    rows = {"smallest effect": [found.effect], "placebos": found.placebos, "periods": found.periods, "periods asked": found.asked}
    of = f" Told from {found.of}." if found.of else ""
    return Estimates(pd.DataFrame(rows), f"Read off the past alone, as if the roll-out had come earlier: nothing that it finds was caused.{of}")
