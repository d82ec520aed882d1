"""Other estimators of the same question, shown beside it, and what they say about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import estimators_agree
from ...terms import Diagnostic, EstimatorName, Other, Question, Refused
from ..few import told
from .fits import FITS, NAMES, Fit
from .laid import Laid
from .resting import resting_on
from .uncertainty import Fitting, from_parts, measured

if TYPE_CHECKING:
    from ...terms import Interval

MOST_VALUES = 2_000_000  # units by periods: beyond, other estimators would cost more than the answer, which says that they are not told
MOST_REFITS = 60  # clusters: up to so many the others too are told again without each, where what each adds does not tell enough
SHOWN: tuple[EstimatorName, ...] = ("group_time", "two_way", "imputation", "interaction_weighted")


def beside(laid: Laid, fit: Fit, left: Fit | None, question: Question) -> tuple[tuple[Other, ...], tuple[Diagnostic, ...]]:
    """The other estimators that units and periods allow, each with the interval of the same recipe, and whether they agree.

    What units show after they have left the programme stands beside too, as an effect of its own.
    """
    others: dict[EstimatorName, Fit] = {}
    many = laid.value.size > MOST_VALUES
    if not many:
        for name in SHOWN:
            if name != question.estimator and (other := _fitted(name, laid)) is not None:
                others[name] = other
    agree = (estimators_agree(fit.effect, {NAMES[name]: other.effect for name, other in others.items()}),) if others or many else ()
    shown = [Other(NAMES[name], other.effect, _interval(other, laid, FITS[name])) for name, other in others.items()]
    if left is not None:
        shown.append(Other("after units left the programme", left.effect, _interval(left, laid, None)))
    return tuple(shown), agree


def _fitted(name: EstimatorName, laid: Laid) -> Fit | None:
    """Another estimator's effect; None where these units do not allow it."""
    try:
        found = FITS[name](laid)
    except Refused:
        return None
    return found if np.isfinite(found.effect) else None


def _interval(fit: Fit, laid: Laid, fitting: Fitting | None) -> Interval | None:
    """Its interval by the recipe of the question's own, where one can be trusted."""
    rests = resting_on(laid)
    contrast, by = from_parts(laid, fit) if fitting is None else measured(laid, fit, fitting, "robust", rests, MOST_REFITS)
    there = told(contrast, by, rests.there)
    return there.interval if there.interval.given else None
