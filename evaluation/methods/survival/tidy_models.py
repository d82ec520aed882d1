"""Other models over the columns of a frame: of times, of a share never reached, by period, of a risk itself, of events that come again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtr

from ...phrases import counted
from ...terms import Problem, Refused
from . import cure as cures
from . import discrete, lifelines_adapter, pseudo_regression, recurrence, stretches
from .columns import Told, Z, matrix, seen_until, timed

if TYPE_CHECKING:
    from ...terms import Array, Measure


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Slopes(Told):
    """Coefficients by name with their robust errors; `ratio` says what exp(slope) is, empty where slopes are read as they are."""

    names: tuple[str, ...]
    coef: Array
    std_error: Array
    ratio: str

    @property
    def frame(self) -> pd.DataFrame:
        """By name: the slope with its error and the two-sided p-value of 0, and 95 % limits of its ratio or, without one, of itself."""
        low, high = (self.coef + side * Z * self.std_error for side in (-1, 1))
        rows = {"name": self.names, "coef": self.coef, "std_error": self.std_error, "p": 2 * ndtr(-np.abs(self.coef / self.std_error))}
        if self.ratio:
            return pd.DataFrame(rows | {self.ratio: np.exp(self.coef), "low": np.exp(low), "high": np.exp(high)})
        return pd.DataFrame(rows | {"low": low, "high": high})

    def shown(self) -> pd.DataFrame:
        """All of it."""
        return self.frame


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cure(Slopes):
    """Slopes of the log odds of never having the event, and the share who never have it, on average over the rows."""

    share: float


def accelerated(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    covariates: Sequence[str],
    family: lifelines_adapter.Family = "weibull",
    entry: str | None = None,
    weights: str | None = None,
    person: str | None = None,
) -> Slopes:
    """An accelerated failure time model, fitted by lifelines: by what a time is multiplied, per unit of each covariate; times above 0."""
    read = timed(frame, time=time, event=event, entry=entry, weights=weights, person=person)
    fitted = lifelines_adapter.aft(matrix(frame, covariates), read.times, names=covariates, family=family)
    return Slopes(fitted.names, fitted.coef, _errors(fitted.variance(read.labels)), "time ratio")


def cure(frame: pd.DataFrame, *, time: str, event: str, covariates: Sequence[str], weights: str | None = None, person: str | None = None) -> Cure:
    """Whom it never happens to: a logit of that share on the covariates, and Weibull times of the others (Schmidt and Witte 1989).

    The share is an extrapolation beyond the last time, told by where the curve levels off and by the form; refused where it does not.
    """
    read, X = timed(frame, time=time, event=event, weights=weights, person=person), matrix(frame, covariates)
    fitted = cures.fit(X, read.times, names=covariates)
    share = float(np.average(fitted.share(X), weights=read.times.w))
    return Cure(fitted.names, fitted.coef, _errors(fitted.variance(read.labels)), "odds ratio", share)


def by_period(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    covariates: Sequence[str],
    edges: Sequence[float],
    entry: str | None = None,
    weights: str | None = None,
    person: str | None = None,
) -> Slopes:
    """Hazards by period, for clocks read in months or at visits: one period up to each of `edges` and one beyond (Prentice and Gloeckler 1978).

    Exp(slope) of a covariate is a hazard ratio, by the complementary log-log; rows "period ..." are the periods' own levels.
    """
    read = timed(frame, time=time, event=event, entry=entry, weights=weights, person=person)
    fitted = discrete.fit(matrix(frame, covariates), read.times, edges, names=covariates)
    return Slopes(fitted.names, fitted.coef, _errors(fitted.variance(read.labels)), "hazard ratio")


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
) -> Slopes:
    """The risk by `at` of the first cause, the time free of every end, or the time lost to the first cause, per unit of each covariate.

    A linear regression on pseudo-observations (Andersen, Klein and Rosthoj 2003): slopes are differences of risk, or of time.  Assumes
    that who is censored hangs on no covariate.  `measure` is "risk", "time_free" or "time_lost".
    """
    if measure not in pseudo_regression.WHAT:
        found = f"'{measure}' has no pseudo-observations here."
        raise Refused(Problem("measure", found, f"It is one of {', '.join(pseudo_regression.WHAT)}."))
    read, X = timed(frame, time=time, event=event, causes=causes, person=person), matrix(frame, covariates)
    seen_until({"everybody": float(read.times.stop.max())}, np.array([at], dtype=float))
    columns = dict(zip(covariates, X.T, strict=True))
    fitted = pseudo_regression.pseudo_regression(columns, read.times, measure, at, causes=len(read.causes))
    return Slopes(fitted.names, fitted.coef, fitted.std_errors(read.labels), "")


def recurring(
    frame: pd.DataFrame, *, person: str, start: str, stop: str, event: str, covariates: Sequence[str], model: recurrence.Model = "andersen_gill"
) -> Slopes:
    """By how much an event that comes again comes more often, per unit of each covariate: one row a stretch at risk, (start, stop].

    "andersen_gill" is the rate (Lin, Wei, Yang and Ying 2000), "total_time" and "gap_time" Prentice, Williams and Peterson's.
    Covariates are a person's own, the same in every row; errors are by person, as R's coxph(cluster = ) has them.
    """
    read, X = timed(frame, time=stop, event=event, entry=start, person=person), matrix(frame, covariates)
    if moving := [name for name in covariates if (frame.groupby(person)[name].nunique() > 1).any()]:
        found = f"{', '.join(moving)} changes within a person."
        raise Refused(Problem("covariates", found, "Covariates here are a person's own.", "Use `cox_regression` with entry and person."))
    laid = stretches.by_hand(frame[person].to_numpy(), frame[start].to_numpy(), frame[stop].to_numpy(), read.times.cause)
    first = np.unique(frame[person].to_numpy(), return_index=True)[1]
    fitted = recurrence.fit(X[first], laid, names=covariates, model=model, correction="none")
    return Slopes(tuple(covariates), fitted.coef, _errors(fitted.variance()), "rate ratio" if model == "andersen_gill" else "hazard ratio")


def landmark(frame: pd.DataFrame, *, time: str, at: float, since: str) -> pd.DataFrame:
    """The rows still followed beyond `at`, their `time` counted from it, and `served`: whether `since` lies at or before it.

    `since` is the time at which a row came to be served, missing where it never did.  Without this, time that the served had to live
    through before they could be served would count for them (Anderson, Cain and Gelber 1983).
    """
    if at <= 0 or not (frame[time] > at).any():
        raise Refused(Problem("at", f"nobody is followed beyond {at:g}, or it is not after the start.", remedy="Choose another landmark."))
    if late := int((frame[since] > frame[time]).sum()):
        found = f"{counted(late, 'row')} of {len(frame):,} are served after their end."
        raise Refused(Problem(f"columns '{since}' and '{time}'", found, remedy="Mend the records."))
    kept = frame[frame[time] > at]
    return kept.assign(**{time: kept[time] - at, "served": (kept[since] <= at).astype(int)})


def _errors(variance: Array) -> Array:
    return np.asarray(np.sqrt(np.diag(variance)))
