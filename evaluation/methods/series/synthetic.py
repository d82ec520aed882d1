"""What a treated series would have been, made of untreated ones: synthetic control, augmented, and with differences in differences.

All of them read the donors Y (J, T) and the treated series y (T,), the mean of the treated places, whose first T0 periods come before
the day; `extra` (J, k) and (k,) are columns of the history.  None reads the treated series after the day to choose weights.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .simplex import nearest, sparse_nearest

if TYPE_CHECKING:
    from ...terms import Array

PENALTIES = 20  # of the ridge that are tried, from the largest squared singular value down
SMALLEST_PENALTY = 1e-8  # as a share of it
LAMBDA_RIDGE = 1e-6  # of the weights of periods: so small that it only parts what is equal (Arkhangelsky and others 2021)
LEAST_GAIN = 1e-5  # in the noise of the donors: Frank and Wolfe stop at steps that gain less than its square


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One treated series beside its donors."""

    y: Array  # (T,)
    donors: Array  # (J, T)
    before: int  # T0
    treated: int = 1  # over how many places y is the mean
    extra: Array | None = None  # (k,)
    donors_extra: Array | None = None  # (J, k)

    def earlier(self, before: int) -> Series:
        """As if the day had come after so many periods, and nothing were known since the true one."""
        return Series(self.y[: self.before], self.donors[:, : self.before], before, self.treated, self.extra, self.donors_extra)

    def without(self, donor: int) -> Series:
        """The same without one donor."""
        kept = np.arange(len(self.donors)) != donor
        extra = None if self.donors_extra is None else self.donors_extra[kept]
        return Series(self.y, self.donors[kept], self.before, self.treated, self.extra, extra)

    def placebo(self, chosen: Array) -> Series:
        """Donors, by place, as if the programme had come to them; the truly treated stand nowhere."""
        kept = np.ones(len(self.donors), dtype=bool)
        kept[chosen] = False
        if self.donors_extra is None:
            return Series(self.donors[chosen].mean(axis=0), self.donors[kept], self.before, len(chosen))
        extra = self.donors_extra
        return Series(self.donors[chosen].mean(axis=0), self.donors[kept], self.before, len(chosen), extra[chosen].mean(axis=0), extra[kept])


@dataclass(frozen=True, slots=True, eq=False)
class Synthetic:
    """What was made of the donors, and what lies between it and the treated series."""

    weights: Array  # (J,) adds to 1; below 0 in places where augmented
    times: Array  # (T0,) weights of the periods before, adds to 1; all 0 where levels are compared and not changes
    gap: Array  # (T,) treated less synthetic, less what lay between them before as `times` weighs it
    before: int
    spread: float  # standard deviation of the donors in a period before the day; of changes, each about its own mean

    @property
    def effect(self) -> float:
        """The mean over the periods from the day on."""
        return float(self.gap[self.before :].mean())

    @property
    def changes(self) -> bool:
        """Whether changes are compared, so that how far places lie apart throughout is no misfit."""
        return bool(self.times.any())

    @property
    def misfit(self) -> float:
        """Root mean square of the gap before the day; of changes, about its own mean."""
        away = self.gap[: self.before] - (self.gap[: self.before].mean() if self.changes else 0.0)
        return float((away**2).mean() ** 0.5)

    @property
    def afterwards(self) -> float:
        """Root mean square of the gap from the day on."""
        return float((self.gap[self.before :] ** 2).mean() ** 0.5)


Maker = Callable[[Series], Synthetic]


def synthetic_control(series: Series) -> Synthetic:
    """Abadie, Diamond and Hainmueller 2010: weights nowhere below 0 under which the donors come nearest to the treated before the day.

    Every period before counts the same and so does, where it is given, every column of the history, in standard deviations of the
    donors, as one period: their nested search for what columns should count is not made.
    """
    A, b = _to_match(series)
    return _of(series, nearest(A, b), np.zeros(series.before))


def augmented(series: Series, penalty: float | None = None) -> Synthetic:
    """Ben-Michael, Feller and Rothstein 2021: what the synthetic control misses before the day is mended by a ridge regression.

    Weights may fall below 0, as far as the ridge lets them.  `penalty` is in squared singular values of the donors; left out, the
    largest whose error in periods left out one by one is within a standard error of the smallest.
    """
    A, b = _to_match(series)
    penalty = chosen_penalty(series) if penalty is None else penalty
    weights, top = nearest(A, b), _top(A)
    return _of(series, weights + _mended(A, b, weights, penalty * top), np.zeros(series.before))


def synthetic_did(series: Series) -> Synthetic:
    """Arkhangelsky, Athey, Hirshberg, Imbens and Wager 2021: changes, with weights of places and of periods before.

    The ridge on places is (treated places x periods from the day on)^(1/4) standard deviations of the donors' changes from one period to
    the next; each set of weights leaves a constant free.  The history is not read.
    """
    T0, Y = series.before, series.donors
    noise = float(np.diff(Y[:, :T0], axis=1).std(ddof=1)) or 1.0
    A, b = Y[:, :T0].T, series.y[:T0]
    L, after = Y[:, :T0], Y[:, T0:].mean(axis=1)
    zeta = (series.treated * (Y.shape[1] - T0)) ** 0.25 * noise
    weights = sparse_nearest(A - A.mean(axis=0), b - b.mean(), zeta, LEAST_GAIN * noise)
    times = sparse_nearest(L - L.mean(axis=0), after - after.mean(), LAMBDA_RIDGE * noise, LEAST_GAIN * noise)
    return _of(series, weights, times)


def plain_difference(series: Series) -> Synthetic:
    """Differences in differences: every donor and every period before weighs the same."""
    J, T0 = len(series.donors), series.before
    return _of(series, np.full(J, 1 / J), np.full(T0, 1 / T0))


MAKERS: dict[str, tuple[str, Maker]] = {
    "synthetic_control": ("synthetic control", synthetic_control),
    "augmented_synthetic_control": ("augmented synthetic control", augmented),
    "synthetic_did": ("synthetic difference-in-differences", synthetic_did),
}


def _of(series: Series, weights: Array, times: Array) -> Synthetic:
    apart = series.y - (weights[:, None] * series.donors).sum(axis=0)
    past = series.donors[:, : series.before]
    spread = (past - past.mean(axis=1, keepdims=True) if times.any() else past).std(axis=0, ddof=1).mean()
    return Synthetic(weights, times, apart - float((times * apart[: series.before]).sum()), series.before, float(spread))


def _to_match(series: Series) -> tuple[Array, Array]:
    """(rows, J) of the donors and (rows,) of the treated: periods before, and columns of the history in the outcome's own spread."""
    A, b = series.donors[:, : series.before].T, series.y[: series.before]
    if series.extra is None or series.donors_extra is None:
        return A, b
    spread = series.donors_extra.std(axis=0)
    there = spread > 0
    unit = A.std(axis=1).mean() / spread[there]
    return np.vstack([A, (series.donors_extra[:, there] * unit).T]), np.append(b, series.extra[there] * unit)


def _top(A: Array) -> float:
    """The largest squared singular value of the donors about their mean."""
    return float(np.linalg.norm(A - A.mean(axis=1, keepdims=True), 2) ** 2) or 1.0


def _mended(A: Array, b: Array, weights: Array, penalty: float) -> Array:
    """(J,) what the ridge adds to the weights; it adds to 0."""
    X = A - A.mean(axis=1, keepdims=True)
    return np.asarray(X.T @ np.linalg.solve(X @ X.T + penalty * np.eye(len(A)), b - A @ weights))


def chosen_penalty(series: Series) -> float:
    """The penalty, in squared singular values, by leaving out each period before in turn; the history is always kept.

    Of those within a standard error of the least error, the largest: the nearest to the synthetic control itself.
    """
    A, b = _to_match(series)
    penalties = np.logspace(0, np.log10(SMALLEST_PENALTY), PENALTIES)
    errors = np.empty((series.before, PENALTIES))
    for period in range(series.before):
        rest = np.arange(len(b)) != period
        weights = nearest(A[rest], b[rest])
        X, missed = A[rest] - A[rest].mean(axis=1, keepdims=True), b[rest] - A[rest] @ weights
        squares, along = np.linalg.eigh(X @ X.T)  # every penalty at once
        pulled = (along.T @ missed)[:, None] / (np.maximum(squares, 0.0)[:, None] + penalties * (float(squares[-1]) or 1.0))
        errors[period] = (b[period] - A[period] @ weights - (A[period] @ X.T) @ along @ pulled) ** 2
    mean, error = errors.mean(axis=0), errors.std(axis=0, ddof=1) / len(errors) ** 0.5
    least = int(mean.argmin())
    return float(penalties[int(np.flatnonzero(mean <= mean[least] + error[least])[0])])
