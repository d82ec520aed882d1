"""Conditions that an answer rests on: arrays in, one Diagnostic out; each limit stands once, beside its source."""

from collections.abc import Callable

from ..terms import Diagnostic
from .arms import arms_large_enough, few_clusters, same_day_events, skewed_amounts, sparse_events
from .attrition import attrition, worst_case_bounds
from .balance import lot_looks_like_a_lot
from .before_start import path_before_start, placebo_window
from .competing import Ends, competing_ends, flattering
from .evalues import e_value
from .follow_up import Cut, censoring_by_arm, follow_up_complete, smallest_risk_set
from .hazards import e_value_of_hazards, events_per_parameter, proportional_hazards, ratio_of_hazards
from .likeness import (
    balance_after_matching,
    balance_before_matching,
    closely_alike,
    distributions_after_matching,
    products_after_matching,
    variances_after_matching,
)
from .losses import Shares, later_service, losses
from .matched import effective_sample, left_out, propensity_overlap, reuse_of_people, score_estimated, served_matched, small_pools
from .off_clock import off_the_clock
from .offers import take_up
from .omitted import omitted_variable
from .power import detectable_effect
from .records import records_kept
from .reporting import reporting_lag
from .rosenbaum import hidden_bias
from .standing_in import as_if_left, extreme_weights, kept_to_strategies, move_away_bounds
from .unrecorded import unrecorded_history

DIAGNOSTICS: dict[str, Callable[..., Diagnostic]] = {
    check.__name__: check
    for check in (
        records_kept,
        reporting_lag,
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
        left_out,
        unrecorded_history,
        small_pools,
        reuse_of_people,
        effective_sample,
        balance_before_matching,
        balance_after_matching,
        closely_alike,
        variances_after_matching,
        products_after_matching,
        distributions_after_matching,
        losses,
        later_service,
        kept_to_strategies,
        competing_ends,
        follow_up_complete,
        censoring_by_arm,
        off_the_clock,
        smallest_risk_set,
        extreme_weights,
        move_away_bounds,
        proportional_hazards,
        ratio_of_hazards,
        events_per_parameter,
        path_before_start,
        placebo_window,
        hidden_bias,
        e_value,
        omitted_variable,
        detectable_effect,
    )
}

__all__ = [
    "DIAGNOSTICS",
    "Cut",
    "Ends",
    "Shares",
    "arms_large_enough",
    "as_if_left",
    "attrition",
    "balance_after_matching",
    "balance_before_matching",
    "censoring_by_arm",
    "closely_alike",
    "competing_ends",
    "detectable_effect",
    "distributions_after_matching",
    "e_value",
    "e_value_of_hazards",
    "effective_sample",
    "events_per_parameter",
    "extreme_weights",
    "few_clusters",
    "flattering",
    "follow_up_complete",
    "hidden_bias",
    "kept_to_strategies",
    "later_service",
    "left_out",
    "losses",
    "lot_looks_like_a_lot",
    "move_away_bounds",
    "off_the_clock",
    "omitted_variable",
    "path_before_start",
    "placebo_window",
    "products_after_matching",
    "propensity_overlap",
    "proportional_hazards",
    "ratio_of_hazards",
    "records_kept",
    "reporting_lag",
    "reuse_of_people",
    "same_day_events",
    "score_estimated",
    "served_matched",
    "skewed_amounts",
    "small_pools",
    "smallest_risk_set",
    "sparse_events",
    "take_up",
    "unrecorded_history",
    "variances_after_matching",
    "worst_case_bounds",
]
