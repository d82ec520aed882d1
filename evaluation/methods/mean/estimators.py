"""By which estimator two means are told: the one that a question asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .adjusted import adjusted
from .doubly import doubly_robust
from .means import difference

if TYPE_CHECKING:
    from ...terms import EstimatorName
    from ..influence import Means
    from .laid import Laid

LINEAR: tuple[EstimatorName, ...] = ("difference", "regression", "doubly_robust")  # in the amounts: parts add up to the whole


def means_of(laid: Laid) -> Means:
    """The two means by the estimator that the question asks for."""
    estimator = laid.question.estimator
    if estimator == "difference":
        return difference(laid.arms, laid.rows)
    return doubly_robust(laid) if estimator == "doubly_robust" else adjusted(laid, estimator)
