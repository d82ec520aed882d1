"""The one place that lifelines is called from: what it fits rightly, held to its golden values, with errors that are our own.

Taken from lifelines (Davidson-Pilon 2019): the points of Kaplan-Meier and Nelson-Aalen (its smoothing off, for the default is
another estimator), and parametric fits.  Never taken: its sandwich errors, which
leave out ties and late entry; intervals of weighted curves; Cox's regression; tests of proportional hazards; Aalen-Johansen.  Here errors
are the sandwich of the fit's own score, by row or by cluster, and `Parametric.errors_by` says so.

Nothing goes in unchecked: lifelines takes negative and missing durations without a word.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd
from lifelines import KaplanMeierFitter, LogNormalAFTFitter, MixtureCureFitter, NelsonAalenFitter, WeibullAFTFitter, WeibullFitter
from lifelines.exceptions import ConvergenceError, ConvergenceWarning
from scipy.special import log_ndtr

from ...phrases import counted
from ...terms import Problem, Refused
from . import by_cluster
from .regressors import no_word, pinned, unusable
from .times import Times, checked

if TYPE_CHECKING:
    from ...terms import Array

Family = Literal["weibull", "log_normal"]
FITTERS: dict[Family, tuple[Any, str]] = {"weibull": (WeibullAFTFitter, "lambda_"), "log_normal": (LogNormalAFTFitter, "mu_")}
SPREAD = {"weibull": "rho_", "log_normal": "sigma_"}
STILL = 0.01  # standard errors by which slopes may still be off where lifelines' optimiser stops
NO_TIME = 1e-12  # of the first end: nobody has one before it
WHERE = "fit by lifelines"


@dataclass(frozen=True, slots=True, eq=False)
class Points:
    """A curve to be drawn: its value from each time on.  Its errors are those of `curves`."""

    time: Array  # (m,) rising, 0 first
    value: Array  # (m,)


@dataclass(frozen=True, slots=True, eq=False)
class Parametric:
    """log T = intercept + x'b + scale * error: an accelerated failure time model."""

    names: tuple[str, ...]  # "intercept", the columns, "log scale"
    coef: Array  # (p + 2,)
    naive: Array  # (p + 2, p + 2): the inverse information, right where rows are independent, weigh 1 and the family holds
    loglik: float
    scores: Array  # (n, p + 2): each row's score, times its weight
    errors_by: str = "the sandwich of exact scores; lifelines' own robust errors are not used"

    @property
    def scale(self) -> float:
        """The scale of the error: 1 / shape of a Weibull, the deviation of log T of a log-normal."""
        return float(np.exp(self.coef[-1]))

    @property
    def influence(self) -> Array:
        """(n, p + 2): what each row adds to the error of each coefficient."""
        return np.einsum("ij,jk->ik", self.scores, self.naive)

    def variance(self, cluster: Array | None = None, correction: by_cluster.Factor = "none") -> Array:
        """(p + 2, p + 2): robust, by row or by `cluster` (n,) of labels; corrections and refusals as in `by_cluster`."""
        return by_cluster.variance(self.influence, cluster, correction=correction, where=WHERE)


@dataclass(frozen=True, slots=True)
class Cured:
    """A mixture of those to whom it never happens and of Weibull times: S(t) = share + (1 - share) exp(-(t / scale)^shape)."""

    share: float  # to whom it never happens
    share_error: float  # its standard error, by the inverse information
    shape: float
    scale: float
    loglik: float


# ------------------------------------------------------------------------------------------------ curves
def kaplan_meier(times: Times) -> Points:
    """The Kaplan-Meier curve of any end, weighted and with late entry as the times have it."""
    fitted = _quietly(lambda: KaplanMeierFitter().fit(*_curve(times), entry=times.entry, weights=times.weights))
    return _points(fitted.survival_function_)


def nelson_aalen(times: Times) -> Points:
    """The cumulative hazard of any end by Nelson and Aalen: d / n at each time, ties as they are."""
    fitter = NelsonAalenFitter(nelson_aalen_smoothing=False)  # the default spreads ties over the risk set: Fleming & Harrington's
    return _points(_quietly(lambda: fitter.fit(*_curve(times), entry=times.entry, weights=times.weights)).cumulative_hazard_)


# ------------------------------------------------------------------------------------------------ parametric fits
def aft(X: Array, times: Times, *, names: Sequence[str], family: Family = "weibull") -> Parametric:
    """An accelerated failure time model of any end on X (n, p): weights and late entry as the times have them.

    Refuses impossible times, nobody with an end, columns that tell nothing, and columns along which the likelihood has no top, by name.
    """
    _above_zero(times.stop)
    event = times.cause > 0
    frame = _frame(X, times, names)
    _refuse(X, event, ~event, names, family)
    columns = {key: name for key, name, part in (("entry_col", "entry", times.entry), ("weights_col", "weight", times.weights)) if part is not None}
    fitted = _quietly(lambda: FITTERS[family][0]().fit(frame, "stop", "event", **columns))
    high = np.where(event, times.stop, np.inf)
    return _parametric(fitted, X, names, family, np.asarray(times.stop, dtype=float), high, times.w, times.entry)


def aft_between(X: Array, low: Array, high: Array, *, names: Sequence[str], family: Family = "weibull") -> Parametric:
    """The same where an end is known to lie in (low, high], (n,) each: `high` infinite where it has not come by `low`."""
    bad = ~(np.isfinite(low) & (low >= 0) & (high >= low) & (high > 0))
    if bad.any():
        raise Refused(
            Problem(WHERE, f"{counted(int(bad.sum()), 'interval')} of {len(low):,} cannot be.", "0 is at most 'low', which is at most 'high'.")
        )
    if not np.isfinite(high).any():
        raise Refused(Problem(WHERE, "nobody had the event.", remedy="Ask about a longer horizon."))
    _refuse(X, np.isfinite(high) & (low > 0), np.isinf(high), names, family)
    frame = _columns(X, names)
    frame["low"], frame["high"] = np.maximum(low, NO_TIME * high.min()), high.astype(float)  # its log-normal fails at 0
    fitted = _quietly(lambda: FITTERS[family][0]().fit_interval_censoring(frame, "low", "high"))
    return _parametric(fitted, X, names, family, low.astype(float), high.astype(float), np.ones(len(low)), None)


def cured(times: Times) -> Cured:
    """A Weibull mixture with a share to whom it never happens, without covariates; `cure` fits one with them."""
    _above_zero(times.stop)
    durations, event = _curve(times)
    fitted = _quietly(lambda: MixtureCureFitter(WeibullFitter()).fit(durations, event, entry=times.entry, weights=times.weights))
    error = float(fitted.summary.loc["cured_fraction_", "se(coef)"])
    return Cured(float(fitted.cured_fraction_), error, float(fitted.rho_), float(fitted.lambda_), float(fitted.log_likelihood_))


def _parametric(fitted: Any, X: Array, names: Sequence[str], family: Family, low: Array, high: Array, w: Array, entry: Array | None) -> Parametric:
    place, spread = FITTERS[family][1], SPREAD[family]
    order = [(place, "Intercept"), *((place, f"x{j}") for j in range(len(names))), (spread, "Intercept")]
    coef, naive = fitted.params_.loc[order].to_numpy(), fitted.variance_matrix_.loc[order, order].to_numpy()
    if family == "weibull":  # lifelines tells the shape, which is 1 / scale
        turn = np.append(np.ones(len(coef) - 1), -1.0)
        coef, naive = coef * turn, naive * np.outer(turn, turn)
    Z = np.column_stack([np.ones(len(X)), X])
    scores = _scores(Z, coef, family, low, high, entry) * w[:, None]
    score = scores.sum(axis=0)
    if not np.einsum("i,ij,j", score, naive, score) < STILL**2 * w.mean():
        raise Refused(Problem(WHERE, "the fit did not settle: its score is not 0.", remedy="Leave columns out, or make categories coarser."))
    return Parametric(("intercept", *names, "log scale"), coef, naive, float(fitted.log_likelihood_), scores)


def _scores(Z: Array, coef: Array, family: Family, low: Array, high: Array, entry: Array | None) -> Array:
    """(n, p + 2): the derivative of each row's log likelihood by the slopes of log T, and by the logarithm of the scale.

    A row with low = high had its end there, one with high infinite has not had it by low, any other in between.
    """
    center, scale = np.einsum("ij,j->i", Z, coef[:-1]), float(np.exp(coef[-1]))

    def z(t: Array) -> Array:
        with np.errstate(divide="ignore"):
            return np.asarray((np.log(t) - center) / scale)

    def by(z: Array, slope: Array, Z: Array) -> Array:
        """The derivative by coefficients of something whose derivative by z is `slope`."""
        return np.column_stack([-(slope / scale)[:, None] * Z, -slope * np.where(np.isfinite(z), z, 0.0)])

    exact = low == high
    z_low, z_high = z(low), z(np.where(np.isfinite(high), high, 1.0))
    event, gone = _density_slope(z_low, family), ~exact
    parts = by(z_low, np.where(exact, event, 0.0), Z)
    parts[:, -1] -= exact
    log_s = _log_survival(z_low[gone], family)
    until = np.where(np.isfinite(high[gone]), _log_survival(z_high[gone], family), -np.inf)
    inside = -np.expm1(until - log_s)  # the chance of an end by `high`, given none by `low`
    f_low, f_high = _log_density(z_low[gone], family), _log_density(z_high[gone], family)
    slope_low = -np.exp(f_low - log_s) / inside
    slope_high = np.where(np.isfinite(high[gone]), np.exp(f_high - log_s) / inside, 0.0)
    parts[gone] += by(z_low[gone], slope_low, Z[gone]) + by(z_high[gone], slope_high, Z[gone])
    if entry is not None:
        late = np.flatnonzero(entry > 0)
        at = z(entry.astype(float))[late]
        parts[late] += by(at, np.exp(_log_density(at, family) - _log_survival(at, family)), Z[late])
    return parts


def _log_survival(z: Array, family: Family) -> Array:
    return -np.exp(z) if family == "weibull" else np.asarray(log_ndtr(-z))


def _log_density(z: Array, family: Family) -> Array:
    with np.errstate(invalid="ignore"):
        found = z - np.exp(z) if family == "weibull" else -(z**2) / 2 - np.log(2 * np.pi) / 2
    return np.where(np.isneginf(z), -np.inf, found)


def _density_slope(z: Array, family: Family) -> Array:
    return 1 - np.exp(z) if family == "weibull" else -z


# ------------------------------------------------------------------------------------------------ what goes in, and what comes of it
def _curve(times: Times) -> tuple[Array, Array]:
    checked(times, WHERE)
    return times.stop, times.cause > 0


def _refuse(X: Array, sure: Array, later: Array, names: Sequence[str], family: Family) -> None:
    """Refuses a family of another name, and columns without a slope: see `regressors.unusable` and `regressors.pinned`."""
    problems = [*no_word(family, get_args(Family), "a family of times", WHERE), *unusable(X, names, WHERE)]
    if problems := problems or [*pinned(X, sure, later, names, WHERE)]:
        raise Refused(*problems)


def _columns(X: Array, names: Sequence[str]) -> pd.DataFrame:
    """The columns under names of our own: a name is never read as a formula."""
    return pd.DataFrame({f"x{j}": np.asarray(column, dtype=float) for j, column in enumerate(X.T)}, index=range(len(X)))


def _frame(X: Array, times: Times, names: Sequence[str]) -> pd.DataFrame:
    stop, event = _curve(times)
    if not event.any():
        raise Refused(Problem(WHERE, "nobody had the event.", remedy="Ask about a longer horizon."))
    frame = _columns(X, names)
    frame["stop"], frame["event"] = np.asarray(stop, dtype=float), event
    if times.entry is not None:
        frame["entry"] = np.asarray(times.entry, dtype=float)
    if times.weights is not None:
        frame["weight"] = times.weights
    return frame


def _above_zero(stop: Array) -> None:
    bad = ~(np.asarray(stop, dtype=float) > 0)
    if bad.any():
        found = f"{counted(int(bad.sum()), 'row')} of {len(stop):,} do not end after time 0."
        raise Refused(Problem(WHERE, found, "A logarithm of time needs times above 0.", "Count the day of the start as day 1, or use curves."))


def _points(frame: pd.DataFrame) -> Points:
    return Points(frame.index.to_numpy(dtype=float), frame.iloc[:, 0].to_numpy())


def _quietly(fit: Callable[[], Any]) -> Any:
    """A fit, its warnings unsaid but for one: what did not converge is refused."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # on weights: their errors are not used
        warnings.simplefilter("error", ConvergenceWarning)
        try:
            return fit()
        except (ConvergenceError, ConvergenceWarning) as error:
            found = "lifelines could not fit the model: its steps did not settle."
            raise Refused(Problem(WHERE, found, remedy="Leave columns out, or make their categories coarser.")) from error
