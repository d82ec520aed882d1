"""What a programme did to costs: differences in arithmetic means, whatever the tail, on people chosen as any other method chooses them.

The way through this folder:

estimating    `reading` (what each row came to, month by month where anybody was lost) -> `laid` -> `estimators` -> `estimation`
  as observed `means`, with those lost stood for by how they were `leaving`; `censored` has the same on bare arrays, and Lin's
  adjusted    `adjusted`, by a regression or one of `models`; `doubly`
  errors      `spreading`, wider where a few large amounts could be missed; `drawn_again`
beside it     `beside` (other models, amounts capped), and conditions in `told`
in dollars    `accounts` hands an effect and its parts to `economics`: `pairs` of cost and gain, `fieller`, `acceptability`, `break_even`;
              `budget`, `benefit_cost` and `payments` are arithmetic on effects per person
in a notebook `tidy` and `tidy_means` (columns of a frame in, by `from_frame`; tables out: `results`), `plots`
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..method import Method

if TYPE_CHECKING:
    from ...terms import Comparison, Estimate, Question


# The door opens on first use: reading the table of methods must not cost the import of NumPy and SciPy.
def estimate(cohort: Any, comparison: Comparison, ruler: Any, question: Question) -> Estimate:
    """What the programme did to the mean: see `estimation.estimate`."""
    from . import estimation

    return estimation.estimate(cohort, comparison, ruler, question)


def method(compare: Callable[[Any, Question], Comparison]) -> Method:
    """The method, with the door `compare` of whichever room finds who is compared with whom: nobody is chosen here."""
    return Method(
        name="mean",
        title="A difference in mean cost, with what is left unseen stood in for",
        answers=frozenset({"amount"}),
        assigned_by=frozenset({"lot", "offer", "service"}),
        forms=frozenset({"starts"}),
        estimands=frozenset({"average_effect", "effect_on_the_served", "effect_on_the_compared", "effect_in_the_overlap", "effect_on_the_matchable"}),
        estimators=frozenset({"difference", "regression", "doubly_robust", "two_part", "gamma", "poisson"}),
        inference=frozenset({"robust", "cluster", "bootstrap"}),
        compare=compare,
        estimate=estimate,
        ends=True,
        chooses=True,
    )
