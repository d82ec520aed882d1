"""The estimators of the calendar behind one door: each gives an effect with what every unit adds to its error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ...terms import NEVER, EstimatorName
from . import imputation, interaction_weighted, two_way
from .aggregates import aggregate
from .group_time import group_time
from .group_time_parts import GroupTime
from .two_by_two import changes

if TYPE_CHECKING:
    from ...terms import Array
    from .fitted import CellWeights, Fitted
    from .laid import Laid

NAMES: Mapping[EstimatorName, str] = {
    "difference": "two by two",
    "group_time": "effects by group and time",
    "two_way": "two-way fixed effects",
    "imputation": "imputation",
    "interaction_weighted": "interaction-weighted",
    "before_after": "before and after",
}

FROM_THE_LAST = ("group_time", "interaction_weighted")  # estimators that tell the effect from the last period before adoption alone


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """One effect of the m units of a `Laid`."""

    effect: float
    influence: Array  # (m,): what each unit adds to its error; adds to 0
    why: str = ""  # why there is none, where the effect is NaN
    weights: CellWeights | None = None  # of two-way fixed effects
    within_groups: bool = False  # the influence tells how units differ within a group that adopts together, and not how groups do


def by_group_time(laid: Laid) -> Fit:
    """Effects by group and time (Callaway and Sant'Anna 2021), as the question aggregates them."""
    cells = cells_of(laid)
    found = aggregate(cells, laid.question.aggregate, periods=laid.within)
    return Fit(found.overall, found.overall_influence, _reason(cells))


def cells_of(laid: Laid) -> GroupTime:
    """Every cell, those before adoption too, told from the last period before adoption that nobody anticipates."""
    question = laid.question
    return group_time(
        laid.value,
        laid.adopted,
        covariates=laid.covariates,
        adjust=question.adjust,
        compared=question.compared,
        anticipation=question.anticipation,
        base="universal",
        weight=laid.weight,
        left=laid.left,
        own_effect=laid.own_effect,
        gaps="pairwise" if np.isnan(laid.value).any() else "drop",
    )


def after_leaving(cells: GroupTime, laid: Laid) -> Fit | None:
    """What units show once they have left the programme, where some have and the design asks for it."""
    if not (cells.after_leaving & np.isfinite(cells.effect)).any():
        return None
    found = aggregate(cells, laid.question.aggregate, after_leaving=True)
    return Fit(found.overall, found.overall_influence) if np.isfinite(found.overall) else None


def _reason(cells: GroupTime) -> str:
    """The commonest reason why cells from adoption on have no number."""
    reasons, times = np.unique(cells.why[(cells.event >= 0) & (cells.why != "")], return_counts=True)
    return str(reasons[np.argmax(times)]) if len(reasons) else ""


def two_by_two(laid: Laid) -> Fit:
    """The units' own changes from before to after, adjusted by the history where asked: two periods, and one effect."""
    change = changes(laid)
    rows, question = change.rows, laid.question
    cells = group_time(
        np.column_stack([change.before, change.after]),
        np.where(laid.adopted[rows] < NEVER, 1, NEVER),
        covariates=None if laid.covariates is None else laid.covariates[rows],
        adjust=question.adjust,
        compared="never_treated",
        base="universal",
        weight=laid.weight[rows],
    )
    found = aggregate(cells, "simple")
    influence = np.zeros(len(laid.adopted))
    influence[rows] = found.overall_influence
    return Fit(found.overall, influence, _reason(cells))


def by_two_way(laid: Laid) -> Fit:
    """Two-way fixed effects: one effect of being under the programme, within the horizon."""
    own = laid.within_horizon()
    found = two_way.fit(own.value, own.adopted, **_arguments(own), anticipation=own.question.anticipation)
    return Fit(found.effect, found.influence, weights=found.weights)


def by_imputation(laid: Laid) -> Fit:
    """What would have been, told from units and periods not under the programme (Borusyak, Jaravel and Spiess 2024)."""
    own = laid.within_horizon()
    return _of(imputation.fit(own.value, own.adopted, **_arguments(own), anticipation=own.question.anticipation))


def by_interaction(laid: Laid) -> Fit:
    """Two-way fixed effects with an effect for each cohort and time, averaged over the cells after adoption (Sun and Abraham 2021)."""
    own = laid.within_horizon()
    return _of(interaction_weighted.fit(own.value, own.adopted, **_arguments(own), anticipation=own.question.anticipation))


def _arguments(laid: Laid) -> dict[str, Any]:
    return {"weight": laid.weight, "covariates": laid.covariates, "cluster": laid.clusters}


def _of(fitted: Fitted) -> Fit:
    """An effect whose parts are of units within groups: by simulation, with groups of one area each, too small by half."""
    return Fit(fitted.effect, fitted.influence, within_groups=True)


FITS: Mapping[EstimatorName, Callable[[Laid], Fit]] = {
    "difference": two_by_two,
    "group_time": by_group_time,
    "two_way": by_two_way,
    "imputation": by_imputation,
    "interaction_weighted": by_interaction,
}
