"""Other models over the columns of a frame: of times, of a share never reached, by period."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from .columns import Timed, between, known, matrix, timed
from .tidy_slopes import Factor, Slopes, enough, sandwiched
from .times import Times

if TYPE_CHECKING:
    import pandas as pd

    from .discrete import Link
    from .lifelines_adapter import Family

# lifelines and statsmodels take seconds to import: they are, by those who ask for what they fit


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Cure(Slopes):
    """Slopes of the log odds of never having the event, and the share who never have it, on average over the rows."""

    share: float


def accelerated(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str | None = None,
    covariates: Sequence[str],
    until: str | None = None,
    family: Family = "weibull",
    entry: str | None = None,
    weights: str | None = None,
    person: str | None = None,
    correction: Factor = "CR1",
) -> Slopes:
    """An accelerated failure time model, fitted by lifelines: by what a time is multiplied, per unit of each covariate; times above 0.

    With `until` and no `event`, it came in (`time`, `until`], as between two visits: `until` is infinite where it has not come yet, and the
    same as `time` where that is when it came.  Each row is then somebody else, from the start on, and weighs 1.
    """
    from . import lifelines_adapter

    known("family", family, lifelines_adapter.Family)
    known("correction", correction, Factor)
    X = matrix(frame, covariates)
    if until is None:
        if event is None:
            raise Refused(Problem("event", "neither an event nor `until` was named.", "One says whether it came, the other by when it had."))
        read = timed(frame, time=time, event=event, entry=entry, weights=weights, person=person)
        enough(read, X, covariates)
        fitted = lifelines_adapter.aft(X, read.times, names=covariates, family=family)
    else:
        if beside := [name for name in (event, entry, weights, person) if name is not None]:
            found = f"'{', '.join(beside)}' stands beside `until`."
            raise Refused(Problem("until", found, "Ends between two visits are told by two columns, of different people."))
        low, high = between(frame, time, until)
        read = Timed(Times(low, np.isfinite(high).astype(np.int64)), (until,), None, frame)
        enough(read, X, covariates)
        fitted = lifelines_adapter.aft_between(X, low, high, names=covariates, family=family)
    return Slopes(fitted.names, fitted.coef, sandwiched(read, fitted.variance, correction), "times", ("intercept", "log scale"))


def cure(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    covariates: Sequence[str],
    weights: str | None = None,
    person: str | None = None,
    correction: Factor = "CR1",
) -> Cure:
    """Whom it never happens to: a logit of that share on the covariates, and Weibull times of the others (Schmidt and Witte 1989).

    The share is an extrapolation beyond the last time, told by where the curve levels off and by the form; refused where it does not.
    """
    from . import cure as cures

    known("correction", correction, Factor)
    read, X = timed(frame, time=time, event=event, weights=weights, person=person), matrix(frame, covariates)
    enough(read, X, covariates)
    fitted = cures.fit(X, read.times, names=covariates)
    share = float(np.average(fitted.share(X), weights=read.times.w))
    return Cure(fitted.names, fitted.coef, sandwiched(read, fitted.variance, correction), "odds", ("intercept", "log shape", "log scale"), share)


def by_period(
    frame: pd.DataFrame,
    *,
    time: str,
    event: str,
    covariates: Sequence[str],
    edges: Sequence[float],
    link: Link = "cloglog",
    entry: str | None = None,
    weights: str | None = None,
    person: str | None = None,
    correction: Factor = "CR1",
) -> Slopes:
    """Hazards by period, for clocks read in months or at visits: one period up to each of `edges` and one beyond.

    By the complementary log-log a ratio is one of hazards (Prentice and Gloeckler 1978), by the "logit" one of a period's odds (Cox 1972);
    rows "period ..." are the periods' own levels.
    """
    from . import discrete

    known("link", link, discrete.Link)
    known("correction", correction, Factor)
    read, X = timed(frame, time=time, event=event, entry=entry, weights=weights, person=person), matrix(frame, covariates)
    enough(read, X, covariates)
    fitted = discrete.fit(X, read.times, edges, names=covariates, link=link)
    by = sandwiched(read, fitted.variance, correction)
    return Slopes(fitted.names, fitted.coef, by, "hazards" if link == "cloglog" else "odds of a period", ("first period",))
