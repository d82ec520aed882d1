"""Differences in differences: of units that come under a programme at different times, and of people before and after their start.

The way through this folder:

comparing      comparison (units on the calendar), everybody (people on clocks of their own, unmatched)
the calendar   laid (the outcome on the comparison), fits (the estimators behind one door), uncertainty (errors), arms, event_path (the
               path, drifts and dips), beside (other estimators), proportional (by shares), placebo (what could be seen)
               -> Estimate (`panel_answer`, `panel_before_after`)
  estimators   two_by_two; group_time with group_time_cells, group_time_parts, group_time_adjusted, nuisance and sufficient, aggregates,
               bands; dealing (the same without errors); repeated (cross-sections); two_way with wide, fixed_effects, fitted and
               linearmodels_adapter; event_study, interaction_weighted, imputation, long_difference, triple; decomposition
own clocks     clocks (the reading), clocks_path (paths, drifts and dips) -> Estimate (`own_clocks`, `before_after`)
of both        estimation (the door), said (in what unit)
one floor up   few, jackknifed, reassigned, evened, wild (few clusters); honest_told; placebo_power; horizons; standing, influence, spread
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..method import Method

if TYPE_CHECKING:
    from ...terms import Comparison, Estimate, Question


# The doors open on first use: reading the table of methods must not cost the import of NumPy and SciPy.
def compare(cohort: Any, question: Question) -> Comparison:
    """Who stands beside whom: see `comparison.compare`."""
    from . import comparison

    return comparison.compare(cohort, question)


def estimate(cohort: Any, comparison: Comparison, ruler: Any, question: Question) -> Estimate:
    """What the programme changed: see `estimation.estimate`."""
    from . import estimation

    return estimation.estimate(cohort, comparison, ruler, question)


METHOD = Method(
    name="did",
    title="Change over time, of those a programme reached less that of those it did not",
    answers=frozenset({"amount", "mark", "rate"}),
    assigned_by=frozenset({"adoption", "lot", "offer", "service"}),
    forms=frozenset({"panel", "starts"}),
    estimands=frozenset({"effect_on_the_served", "effect_in_the_overlap"}),
    estimators=frozenset({"difference", "group_time", "two_way", "imputation", "interaction_weighted", "before_after"}),
    inference=frozenset({"robust", "cluster", "bootstrap", "jackknife", "wild_bootstrap", "randomisation"}),
    measures=frozenset({"number"}),
    chooses=True,
    compare=compare,
    estimate=estimate,
)
