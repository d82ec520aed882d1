"""One place or a few that change on one day: interrupted series, with others beside them, and synthetic controls.

The way through the room:

    comparison          who stands beside whom, on one day; no outcome is read
    laid                the outcome laid on it: a series of the treated, and one for each place beside them
    interrupted         two lines and what lies between them
    interrupted_told    what is told of it
    synthetic           donors made into one place: synthetic control, augmented, with differences in differences
    simplex             weights that add to 1
    placebos            the same recipe where no programme came
    synthetic_told      what is told of it
    estimation          from a comparison to an estimate
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
    name="series",
    title="A series before and after one day, beside those of other places",
    answers=frozenset({"amount", "mark", "rate"}),
    assigned_by=frozenset({"adoption"}),
    forms=frozenset({"panel"}),
    estimands=frozenset({"effect_on_the_served"}),
    estimators=frozenset({"interrupted", "comparative_interrupted", "synthetic_control", "augmented_synthetic_control", "synthetic_did"}),
    inference=frozenset({"robust", "randomisation"}),
    measures=frozenset({"number"}),
    compare=compare,
    estimate=estimate,
)
