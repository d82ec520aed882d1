"""Conditions that an answer rests on: arrays in, one Diagnostic out; each limit stands once, beside its source."""

from collections.abc import Callable

from ..terms import Diagnostic
from .arms import arms_large_enough, few_clusters, same_day_events, skewed_amounts, sparse_events
from .attrition import attrition, worst_case_bounds
from .balance import lot_looks_like_a_lot
from .likeness import balance_after_matching, balance_before_matching, closely_alike, variances_after_matching
from .losses import later_service, losses
from .matched import propensity_overlap, reuse_of_people, score_estimated, served_matched, small_pools
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
        score_estimated,
        propensity_overlap,
        served_matched,
        small_pools,
        reuse_of_people,
        balance_before_matching,
        balance_after_matching,
        closely_alike,
        variances_after_matching,
        losses,
        later_service,
        detectable_effect,
    )
}

__all__ = [
    "DIAGNOSTICS",
    "arms_large_enough",
    "attrition",
    "balance_after_matching",
    "balance_before_matching",
    "closely_alike",
    "detectable_effect",
    "few_clusters",
    "later_service",
    "losses",
    "lot_looks_like_a_lot",
    "propensity_overlap",
    "records_kept",
    "reuse_of_people",
    "same_day_events",
    "score_estimated",
    "served_matched",
    "skewed_amounts",
    "small_pools",
    "sparse_events",
    "take_up",
    "variances_after_matching",
    "worst_case_bounds",
]
