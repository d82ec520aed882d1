"""Regressions of hazards over the columns of a frame: Cox's, of subdistributions, and of events that come again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from . import cox, fine_gray, recurrence, stretches
from .columns import known, matrix, strata, timed
from .cox_robust import Correction
from .tidy_cox import Ratios
from .tidy_slopes import Factor, Slopes, by_the_model, enough, sandwiched

if TYPE_CHECKING:
    import pandas as pd


def cox_regression(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    covariates: Sequence[str],
    causes: Mapping[int, str] | None = None,
    cause: str | None = None,
    entry: str | None = None,
    weights: str | None = None,
    person: str | None = None,
    stratum: str | None = None,
    ties: cox.Ties = "efron",
    robust: bool = False,
    correction: Correction = "CR3",
) -> Ratios:
    """Cox's regression: hazard ratios of a cause, by its name where there are several; the others then end a row without it.

    With `person`, `weights` or `robust` errors are robust, by person or by row, corrected for few and with t limits ("none" is R's
    sandwich); otherwise they are the model's own.  Rows that begin at an `entry` may hold covariates that change.
    """
    known("ties", ties, cox.Ties)
    known("correction", correction, Correction)
    read, X = timed(frame, time=time, event=event, causes=causes, entry=entry, weights=weights, person=person), matrix(frame, covariates)
    named, within = ({}, None) if stratum is None else strata(frame, stratum)
    apart, which = robust or person is not None or weights is not None, read.number(cause)
    if apart:
        enough(read, X, covariates)
    fitted = cox.fit(X, read.times, names=covariates, ties=ties, strata=within, cause=which)
    by = sandwiched(read, fitted.variance, correction) if apart else by_the_model(fitted.naive)
    return Ratios(tuple(covariates), fitted.coef, by, "hazards", (), fitted, read, named, stratum)


def subdistribution(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    causes: Mapping[int, str],
    covariates: Sequence[str],
    cause: str | None = None,
    weights: str | None = None,
    person: str | None = None,
    correction: Factor = "CR1",
) -> Slopes:
    """Fine and Gray's regression: ratios of subdistribution hazards, whose sign is that of the difference in incidence.

    Errors are robust.  A ratio below 1 may come of fewer events or of more competing ends: look at the incidence of each.
    """
    known("correction", correction, Factor)
    read, X = timed(frame, time=time, event=event, causes=causes, weights=weights, person=person), matrix(frame, covariates)
    enough(read, X, covariates)
    fitted = fine_gray.fit(X, read.times, names=covariates, cause=read.number(cause))
    return Slopes(tuple(covariates), fitted.coef, sandwiched(read, fitted.variance, correction), "subdistribution hazards", ())


def recurring(
    frame: pd.DataFrame,
    *,
    person: str,
    start: str,
    stop: str,
    event: str,
    covariates: Sequence[str],
    model: recurrence.Model = "andersen_gill",
    correction: Correction = "CR3",
) -> Slopes:
    """By how much an event that comes again comes more often, per unit of each covariate: one row a stretch at risk, (start, stop].

    "andersen_gill" is the rate (Lin, Wei, Yang and Ying 2000), "total_time" and "gap_time" Prentice, Williams and Peterson's, since the
    start or since the event before.  Covariates are a person's own, the same in every row.  Errors are by person, corrected for few by a
    jackknife, with t limits; "none" is R's coxph(cluster = ), too small where people are few.
    """
    known("model", model, recurrence.Model)
    known("correction", correction, Correction)
    read, X = timed(frame, time=stop, event=event, entry=start, person=person), matrix(frame, covariates)
    if moving := [name for name in covariates if (frame.groupby(person)[name].nunique() > 1).any()]:
        found = f"{', '.join(moving)} changes within a person."
        raise Refused(Problem("covariates", found, "Covariates here are a person's own.", "Use `cox_regression` with entry and person."))
    enough(read, X, covariates)
    laid = stretches.by_hand(frame[person].to_numpy(), frame[start].to_numpy(), frame[stop].to_numpy(), read.times.cause)
    first = np.unique(frame[person].to_numpy(), return_index=True)[1]
    fitted = recurrence.fit(X[first], laid, names=covariates, model=model)
    by = sandwiched(read, lambda _, how: fitted.variance(how), correction)
    return Slopes(tuple(covariates), fitted.coef, by, "rates" if model == "andersen_gill" else "hazards", ())
