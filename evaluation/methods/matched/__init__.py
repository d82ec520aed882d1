"""What being served did for those served, against people like them who were not, or not yet.

The way through this folder:

comparing     ways (the table), gathering -> Pool (`pool`), choose -> Chosen, invariants (and reweighed), described, named
              -> Comparison (`comparison`)
  history     asking and refusals (what cannot be used), imputing
  scores      propensity, flexible; distances
  pairs       nearest: greedy and orders on a line, space with boxes and leftover in several dimensions
  others      optimal with aligned, edges and assignment; full; coarsened (and exact); subclasses; cardinality (and profile)
  weights     weights, balancing, solving; weighing (of pairs and sets)
estimating    reading -> means (or regression, doubly) -> uncertainty -> Estimate (`estimation`)
  errors      abadie_imbens, resampled, within_sets, leaving (people lost)
  conditions  told
of any room, one floor up: standing (who stands in a comparison), columns and coding (the history as columns), influence (what each
adds to an error, and weights that were learnt), spread (who hangs together), pooled (over imputed histories), sides, ratios,
conditions (told beside any effect)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..method import Method
from .ways import WAYS

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Cohort, Comparison, Estimate, Question


# The doors open on first use: reading the table of methods must not cost the import of NumPy and SciPy.
def compare(cohort: Cohort, question: Question) -> Comparison:
    """Who is compared with whom: see `comparison.compare`."""
    from . import comparison

    return comparison.compare(cohort, question)


def estimate(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Estimate:
    """What being served did: see `estimation.estimate`."""
    from . import estimation

    return estimation.estimate(cohort, comparison, ruler, question)


METHOD = Method(
    name="matched",
    title="People served, against people with a like history who were not served, or not yet",
    answers=frozenset({"mark", "amount", "state"}),
    assigned_by=frozenset({"offer", "service"}),
    forms=frozenset({"starts"}),
    estimands=frozenset().union(*(way.estimands for way in WAYS.values())),
    estimators=frozenset().union(*(way.estimators for way in WAYS.values())),
    inference=frozenset().union(*(way.inference for way in WAYS.values())),
    compare=compare,
    estimate=estimate,
    chooses=True,
)
