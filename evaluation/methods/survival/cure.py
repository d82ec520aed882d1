"""To whom it never happens, and when it happens to the others: a split-population Weibull model with covariates.

S(t | x) = p(x) + (1 - p(x)) exp(-(t / scale)^shape), p(x) the share to whom it never happens, logit p(x) = x'b (Schmidt & Witte
1989, of returns to prison).  The share is told by where the curve seems to level off, so by follow-up long enough to see it, and by
the Weibull form beyond: an extrapolation, to be shown as one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import eigvalsh
from scipy.optimize import minimize
from scipy.special import expit, log_expit, logit

from ...terms import Problem, Refused
from . import by_cluster
from .lifelines_adapter import cured
from .regressors import rising, separating, unusable
from .times import Times

if TYPE_CHECKING:
    from ...terms import Array

WHERE = "split-population regression"
POLISHED = 1e-12  # of a step of Newton's, in standard errors squared
ROUNDS = 30
FLAT = 1e-9  # of the largest curvature: where the least is less, nothing tells slopes apart
SURE = 1e-3  # of a share, where the likelihood has no top: it may be on its way to 0, or to 1
RUNS_AWAY = 50.0  # of any coefficient of standardised columns
STEP = 1e-5  # over which the score is differentiated


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """The logit of the share to whom it never happens, and the Weibull times of the others."""

    names: tuple[str, ...]  # "intercept", the columns, "log shape", "log scale"
    coef: Array  # (p + 3,)
    naive: Array  # (p + 3, p + 3): the inverse of the observed information
    loglik: float
    influence: Array  # (n, p + 3): what each row adds to the error of each coefficient; adds to 0

    @property
    def shape(self) -> float:
        """Of the Weibull times."""
        return float(np.exp(self.coef[-2]))

    @property
    def scale(self) -> float:
        """Of the Weibull times, in the unit of the times."""
        return float(np.exp(self.coef[-1]))

    def share(self, X: Array) -> Array:
        """(k,) the share to whom it never happens, at X (k, p)."""
        return expit(self.coef[0] + np.einsum("ij,j->i", X, self.coef[1:-2]))

    def survival(self, X: Array, t: Array) -> Array:
        """(k, m) the chance of none by each of `t` (m,), at X (k, p)."""
        share = self.share(X)[:, None]
        return share + (1 - share) * np.exp(-((t / self.scale) ** self.shape))

    def variance(self, cluster: Array | None = None, correction: by_cluster.Factor = "none") -> Array:
        """(p + 3, p + 3): robust, by row or by `cluster` (n,) of labels; corrections and refusals as in `by_cluster`."""
        return by_cluster.variance(self.influence, cluster, correction=correction, where=WHERE)


def fit(X: Array, times: Times, *, names: Sequence[str]) -> Split:
    """Fits the share on X (n, p) and one Weibull for all; (n,) times of any end, with weights, without late entry.

    Climbs by quasi-Newton from the fit without covariates, then by Newton's steps.  Refuses late entry, nobody or everybody with the
    event, columns that do not vary or that others make up, and a likelihood that levels off: follow-up too short to tell a
    share that is never reached from times that are long, or a column that sets people apart.
    """
    _refuse(X, times, names)
    start = cured(times)
    mean, sd = X.mean(axis=0), X.std(axis=0)
    Z = np.column_stack([np.ones(len(X)), (X - mean) / sd])
    b = np.concatenate([[logit(np.clip(start.share, 0.02, 0.98))], np.zeros(X.shape[1]), [np.log(start.shape), np.log(start.scale)]])
    stop, event, w = np.asarray(times.stop, dtype=float), times.cause > 0, times.w

    def down(b: Array) -> tuple[float, Array]:
        value, scores = _likelihood(b, Z, stop, event)
        return -float((w * value).sum()), -(w[:, None] * scores).sum(axis=0)

    b = minimize(down, b, jac=True, method="BFGS", options={"gtol": 1e-6, "maxiter": 500}).x
    b, information, settled = _polished(b, lambda b: -down(b)[1])
    if not settled:
        raise Refused(*_endless(X, times, Z, b, names))
    value, scores = _likelihood(b, Z, stop, event)
    back = _unscaled(mean, sd)
    naive = np.einsum("ij,jk,lk->il", back, np.linalg.inv(information), back)
    parts = np.einsum("ij,jk,lk->il", w[:, None] * scores, np.linalg.inv(information), back)
    told = ("intercept", *names, "log shape", "log scale")
    return Split(told, np.einsum("ij,j->i", back, b), naive, float((w * value).sum()), parts)


def _likelihood(b: Array, Z: Array, t: Array, event: Array) -> tuple[Array, Array]:
    """(n,) each row's log likelihood, and (n, p + 3) its derivative."""
    eta, shape = np.einsum("ij,j->i", Z, b[:-2]), np.exp(b[-2])
    y = np.log(t) - b[-1]
    h = np.exp(shape * y)  # the Weibull's cumulative hazard
    p, log_p, log_q = expit(eta), log_expit(eta), log_expit(-eta)
    still = np.logaddexp(log_p, log_q - h)  # log of p + (1 - p) S
    value = np.where(event, log_q + b[-2] - np.log(t) + shape * y - h, still)
    later = np.exp(log_q - h - still)  # of those not yet, the share to whom it will happen
    by_eta = np.where(event, -p, (1 - p) - later)  # d log_q = -p; d still = p (1 - p) (1 - S) / (p + (1 - p) S)
    by_h = np.where(event, -1.0, -later)
    by_shape = np.where(event, 1 + shape * y, 0.0) + by_h * h * shape * y
    by_scale = np.where(event, -shape, 0.0) - by_h * h * shape
    return value, np.column_stack([by_eta[:, None] * Z, by_shape, by_scale])


def _polished(b: Array, score: Callable[[Array], Array]) -> tuple[Array, Array, bool]:
    """The top of the likelihood from near it, by Newton's steps, the information there, and whether there is a top."""
    for _ in range(ROUNDS):
        information = _information(b, score)
        if not np.isfinite(information).all() or eigvalsh(information)[0] <= FLAT * eigvalsh(information)[-1] or np.abs(b).max() > RUNS_AWAY:
            break
        step = np.linalg.solve(information, score(b))
        b = b + step
        if float(np.einsum("i,ij,j", step, information, step)) < POLISHED:
            return b, _information(b, score), True
    return b, information, False


def _endless(X: Array, times: Times, Z: Array, b: Array, names: Sequence[str]) -> Iterator[Problem]:
    """Why the likelihood has no top: columns that together set those with the event apart, else a curve that does not level off."""
    had, never = times.cause > 0, expit(np.einsum("ij,j->i", Z, b[:-2]))
    step = rising(Z, np.where(had, never > SURE, never < 1 - SURE), ~had)[1:] / X.std(axis=0)
    if problems := [*separating(X, had, -step, names, WHERE, "of all")]:
        yield from problems
        return
    found = "the likelihood levels off: it cannot tell those to whom it never happens from those to whom it happens late."
    yield Problem(WHERE, found, "The curve has to level off within follow-up.", "Follow people for longer, or leave columns out.")


def _information(b: Array, score: Callable[[Array], Array]) -> Array:
    """Less the derivative of the score, made symmetric."""
    nudges = STEP * np.eye(len(b))
    found = np.column_stack([(score(b - nudge) - score(b + nudge)) / (2 * STEP) for nudge in nudges])
    return (found + found.T) / 2


def _unscaled(mean: Array, sd: Array) -> Array:
    """(p + 3, p + 3): from slopes of standardised columns to those of the columns."""
    back = np.eye(len(mean) + 3)
    inside = np.arange(1, len(mean) + 1)
    back[inside, inside] = 1 / sd
    back[0, 1 : len(mean) + 1] = -mean / sd
    return back


def _refuse(X: Array, times: Times, names: Sequence[str]) -> None:
    problems = []
    if times.entry is not None:
        problems.append(Problem(WHERE, "rows enter late.", remedy="Start every clock at its start, or use a regression of hazards."))
    if (times.cause > 0).all():
        found = "everybody had the event, so there is nobody to whom it never happens."
        problems.append(Problem(WHERE, found, remedy="Use an accelerated failure time model."))
    problems.extend(unusable(X, names, WHERE))
    if problems:
        raise Refused(*problems)
    if endless := [*separating(X, times.cause > 0, np.zeros(len(names)), names, WHERE, "of all")]:
        raise Refused(*endless)
