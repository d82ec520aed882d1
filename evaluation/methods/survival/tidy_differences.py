"""Regressions of a risk or of a mean time itself over the columns of a frame: slopes are differences, and no ratios."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from . import pseudo_regression
from .columns import known, matrix, seen_until, timed
from .tidy_slopes import Factor, Slopes, enough, sandwiched

if TYPE_CHECKING:
    import pandas as pd

    from ...terms import Measure


def pseudo(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    covariates: Sequence[str],
    measure: Measure,
    at: float,
    causes: Mapping[int, str] | None = None,
    person: str | None = None,
    correction: Factor = "CR1",
) -> Slopes:
    """The risk by `at` of the first cause, the time free of every end, or the time lost to the first cause, per unit of each covariate.

    A linear regression on pseudo-observations (Andersen, Klein and Rosthoj 2003): slopes are differences of risk, or of time.  Assumes
    that who is censored hangs on no covariate.  `measure` is "risk", "time_free" or "time_lost".
    """
    if measure not in pseudo_regression.WHAT:
        found = f"'{measure}' has no pseudo-observations here."
        raise Refused(Problem("measure", found, f"It is one of {', '.join(pseudo_regression.WHAT)}."))
    known("correction", correction, Factor)
    read, X = timed(frame, time=time, event=event, causes=causes, person=person), matrix(frame, covariates)
    seen_until({"everybody": float(read.times.stop.max())}, np.array([at], dtype=float))
    enough(read, X, covariates)
    columns = dict(zip(covariates, X.T, strict=True))
    fitted = pseudo_regression.pseudo_regression(columns, read.times, measure, at, causes=len(read.causes))
    return Slopes(fitted.names, fitted.coef, sandwiched(read, fitted.variance, correction), "", ())


def adjusted_time_free(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    by: str,
    covariates: Sequence[str],
    tau: float,
    causes: Mapping[int, str] | None = None,
    weights: str | None = None,
    person: str | None = None,
    correction: Factor = "CR1",
) -> Slopes:
    """The difference in mean time free of every end up to tau between the two groups of `by`, at the same covariates (line "served").

    `by` is 1 for the served and 0 for the others.  The regression of Tian, Zhao and Wei (2014), R's survRM2 with covariates: those
    followed stand for those lost in their group.  Where a lot made the groups alike, it makes the difference more certain.
    """
    known("correction", correction, Factor)
    read = timed(frame, time=time, event=event, causes=causes, weights=weights, person=person, besides=[by])
    arm = matrix(frame, [by])[:, 0]
    if strange := int((~np.isin(arm, [0, 1])).sum()):
        found = f"{strange:,} of {len(arm):,} values are neither 0 nor 1."
        raise Refused(Problem(f"column '{by}'", found, "1 is served, 0 is not."))
    X = matrix(frame, covariates) if covariates else np.zeros((len(arm), 0))
    enough(read, np.column_stack([arm, X]), (by, *covariates))
    fitted = pseudo_regression.mean_time(dict(zip(covariates, X.T, strict=True)), arm == 1, read.times, tau)
    return Slopes(fitted.names, fitted.coef, sandwiched(read, fitted.variance, correction), "", ())
