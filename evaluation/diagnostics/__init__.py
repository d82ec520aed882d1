"""Conditions that an answer rests on: arrays in, one Diagnostic out; each limit stands once, beside its source."""

from collections.abc import Callable

from ..terms import Diagnostic
from .arms import arms_large_enough, few_clusters, same_day_events, skewed_amounts, sparse_events
from .attrition import attrition, worst_case_bounds
from .balance import lot_looks_like_a_lot
from .offers import take_up
from .power import detectable_effect
from .records import records_kept

DIAGNOSTICS: dict[str, Callable[..., Diagnostic]] = {
    check.__name__: check
    for check in (
        records_kept,
        arms_large_enough,
        lot_looks_like_a_lot,
        take_up,
        attrition,
        worst_case_bounds,
        sparse_events,
        same_day_events,
        skewed_amounts,
        few_clusters,
        detectable_effect,
    )
}

__all__ = [
    "DIAGNOSTICS",
    "arms_large_enough",
    "attrition",
    "detectable_effect",
    "few_clusters",
    "lot_looks_like_a_lot",
    "records_kept",
    "same_day_events",
    "skewed_amounts",
    "sparse_events",
    "take_up",
    "worst_case_bounds",
]
