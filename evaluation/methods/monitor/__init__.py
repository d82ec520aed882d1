"""What became of a population, with nothing to compare it with: targets, disparities and trends.  It never says why.

The way through the room:

    comparison      whom is told of, and over which periods; no outcome is read
    targets         a level held against so much a year, with the error of a count
    rates           places held against the whole
    estimation      a change, and what is told of it; trends by `methods/autocorrelated`
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..method import Method

if TYPE_CHECKING:
    from ...terms import Comparison, Estimate, Question


# The doors open on first use: reading the table of methods must not cost the import of NumPy and SciPy.
def compare(cohort: Any, question: Question) -> Comparison:
    """Whom is told of: see `comparison.compare`."""
    from . import comparison

    return comparison.compare(cohort, question)


def estimate(cohort: Any, comparison: Comparison, ruler: Any, question: Question) -> Estimate:
    """What became of them: see `estimation.estimate`."""
    from . import estimation

    return estimation.estimate(cohort, comparison, ruler, question)


METHOD = Method(
    name="monitor",
    title="A trend, a target or a disparity, with no comparison",
    answers=frozenset({"amount", "mark", "rate"}),
    assigned_by=frozenset({"adoption"}),
    forms=frozenset({"panel"}),
    estimands=frozenset({"change"}),
    estimators=frozenset({"trend", "target", "disparity"}),
    inference=frozenset({"robust"}),
    measures=frozenset({"number"}),
    compare=compare,
    estimate=estimate,
)
