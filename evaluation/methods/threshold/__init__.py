"""A score divides those offered a programme from the others: what happens at the cut-off; and offers as instruments."""

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
    name="threshold",
    title="People just on either side of a cut-off, and those who come because they were offered it",
    answers=frozenset({"amount", "mark", "state"}),
    assigned_by=frozenset({"score", "lot", "offer"}),
    forms=frozenset({"starts"}),
    estimands=frozenset({"effect_at_the_cutoff", "complier_effect_at_the_cutoff", "complier_effect"}),
    estimators=frozenset({"local_linear", "local_randomisation", "two_stage"}),
    inference=frozenset({"robust", "cluster"}),
    compare=compare,
    estimate=estimate,
)
