"""Ratios of hazards and of rates, beside a difference in the measure and never instead of it.

They compare those still at risk, who are no longer alike the longer the programme works, and one number stands for all of
follow-up only where hazards keep their proportion.
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...terms import Interval, Ratio, Refused
from ..inference import Contrast
from ..influence import Means, errors
from ..ratios import MOST
from ..spread import contrast, ways, worth
from . import cox, fine_gray
from .proportional import Proportional, proportional
from .recurrence import rate_ratio

if TYPE_CHECKING:
    from ...terms import Array
    from .laid import Laid

Name = Literal["hazard ratio", "subdistribution hazard ratio", "rate ratio"]
Logged = tuple[float, "Array"] | None  # the logarithm, with what each row adds to its error (m,); None: it has no end
SERVED = "served"


def hazards(laid: Laid, means: Means) -> tuple[Ratio, ...]:
    """Ratios with intervals by the same clusters as the effect's; none where an arm has no event, or times are not known.

    Of an event: Cox's (1972) by its cause, of the served alone, weighted as the comparison is; with the columns of the design too
    where the question asks for a regression; and where ends compete, the subdistribution's (Fine & Gray 1999).  Of events that
    come again: the ratio of rates (Lin, Wei, Yang & Ying 2000).
    """
    if not _times_tell(laid):
        return ()
    if laid.every is not None:
        logged = rate_ratio(laid.every, laid.reading, laid.rows, laid.question, laid.off)
        return _told("rate ratio", logged, laid, means, "")
    found = [*_told("hazard ratio", log_hazard_ratio(laid), laid, means, "")]
    if laid.question.estimator == "regression":
        found += _told("hazard ratio", log_hazard_ratio(laid, adjusted=True), laid, means, " of a regression with the columns of the design,")
    if laid.competes and laid.reading.entry is None:  # weights of those past their end are not told of who enters late
        found += _told("subdistribution hazard ratio", _or_none(lambda: _fine_gray(laid)), laid, means, "")
    return tuple(found)


def log_hazard_ratio(laid: Laid, *, adjusted: bool = False) -> Logged:
    """The logarithm of the ratio of the hazards of the mark; None where the partial likelihood has no top."""

    def of_served() -> Logged:
        fit = fitted(laid, adjusted=adjusted)
        return float(fit.coef[0]), fit.influence[:, 0]

    return _or_none(of_served)


def fitted(laid: Laid, *, adjusted: bool = False) -> cox.Cox:
    """Cox's regression of the mark on who was served, and on the columns of the design where it is `adjusted`."""
    columns = {SERVED: laid.rows.served.astype(float)}
    if adjusted:
        from .covariates import laid as laid_out

        design = laid_out(laid.columns, len(laid.reading)).told_by(np.ones(len(laid.reading), dtype=bool))
        columns |= dict(zip(design.names, design.X.T, strict=True))
    X = np.column_stack(list(columns.values()))
    return cox.fit(X, laid.reading.times(laid.rows.weights), names=tuple(columns), cause=1)


def tested(laid: Laid) -> Proportional | None:
    """Whether the ratios of the regression keep their size: of the served alone, or of the columns of the design too; None without one."""
    if laid.every is not None or not _times_tell(laid):
        return None
    try:
        return proportional(fitted(laid, adjusted=laid.question.estimator == "regression"))
    except Refused:
        return None


def _fine_gray(laid: Laid) -> Logged:
    served = laid.rows.served  # within each arm who is lost may be another kind of person, and when
    fit = fine_gray.fit(served[:, None].astype(float), laid.reading.times(laid.rows.weights), names=(SERVED,), groups=served.astype(int))
    return float(fit.coef[0]), fit.influence[:, 0]


def _or_none(told: Callable[[], Logged]) -> Logged:
    try:
        return told()
    except Refused:
        return None


def _times_tell(laid: Laid) -> bool:
    """Whether each arm has the event, and not everything happened on one day."""
    had = laid.reading.cause == 1
    return all((had & there).any() for there in (laid.rows.served, ~laid.rows.served)) and len(np.unique(laid.reading.day)) > 1


def _told(name: Name, logged: Logged, laid: Laid, means: Means, of: str) -> tuple[Ratio, ...]:
    """The ratio, its interval found on the scale of logarithms; nothing where its error cannot be measured or has no end."""
    if logged is None:
        return ()
    there = _contrast(logged, laid, means)
    if not there.std_error > 0:
        return ()
    how = ways(errors(laid.cohort, laid.comparison, laid.rows, means), laid.rows, laid.question.inference.by)
    reach = there.interval(f"{how.formula},{of} of the logarithm")
    if not reach.high < MOST:
        return ()
    return (Ratio(name, exp(there.effect), Interval(exp(reach.low), exp(reach.high), reach.by)),)


def _contrast(logged: tuple[float, Array], laid: Laid, means: Means) -> Contrast:
    """The logarithm with its cluster-robust error, which counts that weights were learnt."""
    value, influence = logged
    none = np.zeros(len(influence))
    own = errors(laid.cohort, laid.comparison, laid.rows, Means(value, 0.0, influence, none, means.stands, means.least, (influence, none)))
    by = laid.question.inference.by
    return contrast(value, own.influence, ways(own, laid.rows, by), worth(laid.rows, means, by), 1)
