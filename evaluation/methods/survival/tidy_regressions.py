"""Regressions over the columns of a frame: hazards, subdistribution hazards, and events that come again, as ratios with their limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from scipy.special import ndtr

from ...terms import Problem, Refused
from . import cox, fine_gray, proportional
from .columns import Told, Z, matrix, strata, timed

if TYPE_CHECKING:
    from ...terms import Array


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ratios(Told):
    """Hazard ratios, with errors that hold whether or not the model does where `robust`."""

    names: tuple[str, ...]
    coef: Array
    std_error: Array
    robust: bool
    fitted: cox.Cox | fine_gray.FineGray

    @property
    def frame(self) -> pd.DataFrame:
        """By covariate: the ratio per unit with 95 % limits, the slope with its error, and the two-sided p-value of no effect."""
        z = self.coef / self.std_error
        low, high = (np.exp(self.coef + side * Z * self.std_error) for side in (-1, 1))
        whole = {"covariate": self.names, "ratio": np.exp(self.coef), "low": low, "high": high, "coef": self.coef, "std_error": self.std_error}
        return pd.DataFrame(whole | {"p": 2 * ndtr(-np.abs(z))})

    def proportional(self, transform: Literal["km", "rank", "identity", "log"] = "km") -> pd.DataFrame:
        """Whether each ratio stays the same over time, and all at once; `over_time` is about how much the slope changes from first to last."""
        if not isinstance(self.fitted, cox.Cox):
            found = "the test of proportional hazards is of a Cox regression."
            raise Refused(Problem("proportional", found, remedy="Fit `cox`, and look at its test."))
        told = proportional.proportional(self.fitted, transform)
        rows = pd.DataFrame({"covariate": told.names, "statistic": told.chi2, "df": 1, "p": told.p_value, "over_time": told.over_time})
        whole = {"covariate": "all", "statistic": told.overall, "df": len(told.names), "p": told.overall_p, "over_time": np.nan}
        return pd.concat([rows, pd.DataFrame([whole])], ignore_index=True)

    def shown(self) -> pd.DataFrame:
        """All of it."""
        return self.frame


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
) -> Ratios:
    """Cox's regression: hazard ratios of a cause, by its name where there are several; the others then end a row without it.

    With `person`, `weights` or `robust` errors are cluster-robust; otherwise they are the model's own.  Rows that begin at an `entry` may
    hold covariates that change.
    """
    read = timed(frame, time=time, event=event, causes=causes, entry=entry, weights=weights, person=person)
    within, which = None if stratum is None else strata(frame, stratum), read.number(cause)
    fitted = cox.fit(matrix(frame, covariates), read.times, names=covariates, ties=ties, strata=within, cause=which)
    apart = robust or read.labels is not None or weights is not None
    return Ratios(tuple(covariates), fitted.coef, fitted.std_errors(fitted.variance(read.labels) if apart else None), apart, fitted)


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
) -> Ratios:
    """Fine and Gray's regression: ratios of subdistribution hazards, whose sign is that of the difference in incidence.

    Errors are robust.  A ratio below 1 may come of fewer events or of more competing ends: look at the incidence of each.
    """
    read = timed(frame, time=time, event=event, causes=causes, weights=weights, person=person)
    fitted = fine_gray.fit(matrix(frame, covariates), read.times, names=covariates, cause=read.number(cause))
    error = np.sqrt(np.diag(fitted.variance(read.labels)))
    return Ratios(tuple(covariates), fitted.coef, error, True, fitted)
