"""Before and after, of those served alone: what changed, whatever changed it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from ...diagnostics import detectable_effect
from ...diagnostics.wording import called_by, those
from ...terms import Arm, Cohort, Comparison, Estimand, Estimate, Question
from ..influence import errors
from ..sides import side
from ..spread import Spread, contrast, ways
from ..standing import standing
from .clocks import change_of, read
from .clocks_path import alone_of, dip, points
from .said import unit_of

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler


def estimate(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Estimate:
    """The served's own mean over the horizon less that over as long before their start; nobody is compared.

    It licenses nothing but that they changed.  Whoever was picked in a crisis changes by that alone, which the required
    condition `enrolment_dip` looks for.
    """
    from .own_clocks import varies

    rows = standing(cohort, comparison)
    clocks = read(cohort, ruler, question).of(rows.row)
    both = change_of(clocks, clocks.change, clocks.lost, rows)
    means = alone_of(both)
    error = errors(cohort, comparison, rows, means)
    how = ways(error, rows, question.inference.by)
    found = contrast(means.served, error.influence, how, float("inf"), 1)
    varies(found, clocks, question)
    spread, seen = Spread(found, how.formula), change_of(clocks, clocks.after, clocks.lost, rows)
    served = side(clocks, rows, seen, served=True, counted=False)
    called = called_by(cohort.by)
    return Estimate(
        estimand=_estimand(comparison, question, called),
        effect=found.effect,
        std_error=found.std_error,
        interval=spread.interval,
        p_value=spread.p_value,
        served=served,
        compared=_earlier(served, found.effect),
        diagnostics=(
            *dip(cohort, comparison, clocks, rows, question, unit=unit_of(ruler.outcome), whose=those(called), alone=True),
            detectable_effect(found.std_error, found.df, question.worthwhile, unit=unit_of(ruler.outcome)),
        ),
        path=points(cohort, comparison, clocks, rows, question, alone=True),
    )


def _earlier(served: Arm, change: float) -> Arm:
    """The same people before: what they would be told to have come to, had nothing changed."""
    return replace(served, mean=served.mean - change)


def _estimand(comparison: Comparison, question: Question, called: str) -> Estimand:
    return replace(
        comparison.estimand,
        name="change",
        contrast=f"change over {question.horizon}, from as long before the start",
        population=f"the people {called} who are followed" if comparison.estimand.name != "change" else comparison.estimand.population,
        plans="after the start, against before it",
    )
