"""What being offered the programme did, when a lot decided who was offered it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..method import Method

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Cohort, Comparison, Estimate, Question


# The doors open on first use: reading the table of methods must not cost the import of NumPy and SciPy.
def compare(cohort: Cohort, question: Question) -> Comparison:
    """Who is compared with whom: see `comparison.compare`."""
    from . import comparison

    return comparison.compare(cohort, question)


def estimate(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Estimate:
    """What the offer did: see `estimation.estimate`."""
    from . import estimation

    return estimation.estimate(cohort, comparison, ruler, question)


METHOD = Method(
    name="randomized",
    title="People a lot offered the programme, against people from whom it was withheld",
    answers=frozenset({"mark", "amount", "state"}),
    assigned_by=frozenset({"lot"}),
    forms=frozenset({"starts"}),
    estimands=frozenset({"average_effect"}),
    inference=frozenset({"robust", "cluster", "exact"}),
    compare=compare,
    estimate=estimate,
)
