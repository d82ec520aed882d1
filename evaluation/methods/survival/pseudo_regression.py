"""Regressions of a risk or of a restricted mean time itself, not of a hazard: slopes are differences of risks, or of days.

Two ways to an outcome for everybody where some were lost: pseudo-observations (Andersen, Klein & Rosthøj 2003), and
followed clocks that stand for those lost (Tian, Zhao & Wei 2014).  Both take the outcome's mean to be linear in the columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from ..censoring import reweighted
from ..columns import independent, standardised
from . import by_cluster
from .curves import curve
from .pseudo import pseudo_observations
from .times import checked

if TYPE_CHECKING:
    from ...terms import Array, Measure
    from .times import Times

INTERCEPT = "intercept"
SERVED = "served"
WHAT = {"risk": "incidence", "time_free": "time_free", "time_lost": "time_lost"}


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """A linear regression by weighted least squares; (p,) and (n, p) arrays."""

    names: tuple[str, ...]  # the intercept first
    coef: Array
    influence: Array  # what each row adds to the slopes' errors; adds to 0

    def variance(self, cluster: Array | None = None, correction: by_cluster.Factor = "none") -> Array:
        """(p, p) the sandwich variance, HC0 or by `cluster` (n,) of labels; corrections and refusals as in `by_cluster`."""
        return by_cluster.variance(self.influence, cluster, correction=correction)

    def std_errors(self, cluster: Array | None = None, correction: by_cluster.Factor = "none") -> Array:
        """(p,) the square roots of the variances."""
        return by_cluster.std_errors(self.influence, cluster, correction=correction)


def pseudo_regression(columns: Mapping[str, Array], times: Times, measure: Measure, at: float, *, causes: int = 1) -> Linear:
    """The measure by time `at` on `columns` (n,) each: "risk" of cause 1, time free of any end, or time lost to cause 1.

    As R's survival::pseudo, lm and vcovHC(type = "HC0") one after the other: the curve is that of everybody, and its own error is
    not counted, which leaves the error of a slope a little too large (Jacobsen & Martinussen 2016).  Assumes that who is lost, and
    when, hangs on no column.  Refuses weights, a column that never varies or that others make up, and what `curves.curve` does.
    """
    X, names = _design(columns, len(times))
    values = pseudo_observations(curve(times, causes), times, WHAT[measure], at, 1)[:, 0]  # type: ignore[arg-type]  # a word of `What`
    b, inverse = _least_squares(X, values, np.ones(len(values)))
    return Linear(names, b, (X * (values - X @ b)[:, None]) @ inverse)


def mean_time(columns: Mapping[str, Array], served: Array, times: Times, tau: float) -> Linear:
    """The time free of any end, up to `tau`, on `served` (n,) bool and `columns` (n,) each: R's survRM2::rmst2 with covariates.

    One slope of who was served for everybody, an ANCOVA: not what a question with `estimator = "regression"` is answered by, which is a
    regression of each arm averaged over whom it is about (`standardised`).  Clocks whose time is known weigh w / G, G being the
    Kaplan-Meier of being lost in their arm, events of a time coming before losses; that G is estimated is counted in the error.
    Assumes that within an arm, who is lost, and when, hangs on nothing told by the time.  Refuses late entries, a horizon beyond
    the follow-up of an arm, and a column as `pseudo_regression` does.
    """
    checked(times, "the regression")
    if times.entry is not None:
        raise Refused(Problem("the regression", "rows enter late.", "Every clock is read from the start on.", "Ask for a Cox regression."))
    if short := [arm for arm in (served, ~served) if not arm.any() or times.stop[arm].max() < tau]:
        found = f"in {len(short)} of the arms nobody was followed for so long as the horizon."
        raise Refused(Problem("the regression", found, remedy="Ask about a shorter horizon."))
    X, names = _design({SERVED: served.astype(float), **columns}, len(times))
    lost = (times.cause == 0) & (times.stop < tau)
    y, w = np.minimum(times.stop, tau).astype(float), times.w
    stands = np.zeros(len(w))
    for arm in (served, ~served):
        stands[arm] = reweighted(y[arm], y[arm], lost[arm], w[arm], np.zeros(int(arm.sum()), dtype=np.int64)).weights
    b, inverse = _least_squares(X, y, stands)
    pull = (X @ inverse) * np.where(lost, 0.0, y - X @ b)[:, None]
    influence = np.empty_like(X)
    for arm in (served, ~served):
        one_group, W = np.zeros(int(arm.sum()), dtype=np.int64), w[arm].sum()
        for j, column in enumerate(pull.T):
            total = reweighted(column[arm], y[arm], lost[arm], w[arm], one_group)
            influence[arm, j] = total.influence * W + w[arm] * total.mean
    return Linear(names, b, influence)


def _design(columns: Mapping[str, Array], n: int) -> tuple[Array, tuple[str, ...]]:
    """(n, p) an intercept and the columns; refuses what tells no slope, by name."""
    names = tuple(columns)
    told = independent(standardised(list(columns.values()))) if columns else []
    if idle := [name for j, name in enumerate(names) if j not in told]:
        found = f"the columns {', '.join(idle)} never vary, or those before them make them up."
        raise Refused(Problem("the regression", found, remedy="Leave them out."))
    return np.column_stack([np.ones(n), *columns.values()]), (INTERCEPT, *names)


def _least_squares(X: Array, y: Array, w: Array) -> tuple[Array, Array]:
    """The slopes (p,), and the inverse (p, p) of X'diag(w)X."""
    inverse = np.linalg.inv(np.einsum("ij,i,ik->jk", X, w, X))
    return inverse @ np.einsum("ij,i->j", X, w * y), inverse
