"""The difference of two risks where few people have the event, or few are without it: a normal interval cannot be trusted there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import sparse_events
from ...diagnostics.sums import effective_number
from ..inference import Contrast
from ..proportions import Counts, Z, miettinen_nurminen
from ..spread import Spread, same

if TYPE_CHECKING:
    from ...terms import Diagnostic
    from ..influence import Errors, Means
    from .laid import Laid

FORMULA = "Miettinen-Nurminen score, of as many people of equal weight"
NORMAL = float("inf")  # degrees of freedom


def few(laid: Laid, *, required: bool) -> Diagnostic:
    """Whether each arm holds enough people with the event, and without, by people; `required` where no other interval is at hand."""
    known = ~laid.reading.lost & laid.reading.last
    code, at = np.unique((2 * laid.rows.person + laid.rows.served)[known], return_inverse=True)
    had = np.bincount(at, weights=laid.reading.y[known]) > 0
    return sparse_events(had, code % 2 == 1, required=required)


def scored(laid: Laid, means: Means, errors: Errors) -> Spread | None:
    """The interval by the score of two shares, each of as many people as its arm is worth; None where it does not apply.

    An arm is worth as many as those followed would be, had all the same weight (Kish 1965), once they stand for those lost: what was
    seen of these before they were lost is left out, so that the interval is rather too wide.  Never of zero width (Miettinen &
    Nurminen 1985).  For risks of people who neither stand beside each other in sets nor share luck with others, by the difference.
    """
    alone = errors.sets is None and same(errors.together, errors.person) and len(np.unique(laid.rows.row)) == len(np.unique(laid.rows.person))
    if laid.question.measure != "risk" or laid.question.estimator != "difference" or not alone or few(laid, required=False).holds:
        return None
    n1, n0 = (effective_number(means.stands[there], laid.rows.person[there]) for there in (laid.rows.served, ~laid.rows.served))
    p1, p0 = (min(max(mean, 0.0), 1.0) for mean in (means.served, means.compared))
    x1, x0 = n1 * p1, n0 * p0
    limits = miettinen_nurminen(Counts(np.array([x1]), np.array([n1]), np.array([x0]), np.array([n0]), np.ones(1)))
    width = (limits.high - limits.low) / (2 * Z)  # a normal interval of as wide
    return Spread(Contrast(means.effect, width, NORMAL), FORMULA, (limits.low, limits.high, limits.p_value))
