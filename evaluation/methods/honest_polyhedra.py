"""An event study as honest bounds read it: coefficients before and after a reference period, and how far two paths may have drifted apart.

delta_t is the difference that there would have been without the programme, t periods from the reference, at which it is 0.  Rambachan and
Roth (2023) bound its steps: in *smoothness*, how much a step may differ from the one before; in *relative magnitudes*, how large a step
after adoption may be beside the largest before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ..terms import Problem, Refused

if TYPE_CHECKING:
    from ..terms import Array

WHERE = "honest bounds"
ROUNDING = 1e-8  # of the largest variance: what asymmetry, or a variance below 0, may be by rounding


@dataclass(frozen=True, slots=True, eq=False)
class EventStudy:
    """Coefficients by time, the earliest first, the reference period left out; k = before + after."""

    beta: Array  # (k,)
    V: Array  # (k, k): their covariance
    before: int  # how many lie before the reference
    after: int
    weights: Array  # (after,): of the effects whose weighted sum is asked about

    @property
    def effect(self) -> float:
        """The weighted sum of the coefficients after the reference, as it stands if nothing drifted."""
        return float(self.contrast @ self.beta)

    @property
    def std_error(self) -> float:
        """Its standard error."""
        return float(self.contrast @ self.V @ self.contrast) ** 0.5

    @property
    def contrast(self) -> Array:
        """(k,) the weights, 0 before the reference."""
        return np.concatenate([np.zeros(self.before), self.weights])

    @property
    def steps(self) -> Array:
        """(k, k): row i times the coefficients is the i-th step from one period to the next; the reference counts as 0."""
        k = self.before + self.after
        levels = np.insert(np.eye(k), self.before, 0.0, axis=0)
        return np.diff(levels, axis=0)


def event_study(beta: Any, V: Any, pre: Sequence[int], post: Sequence[int], weights: Any) -> EventStudy:
    """The coefficients in order of time, checked.

    `beta` (k,) float are effects by event time, all held against one and the same reference period (a *universal* base) that is itself
    left out; `V` (k, k) is their joint covariance, `pre` and `post` the whole event times of its rows, in the order of the rows, and
    `weights` (len(post),) belong to `post`.  The reference is the one time between them: pre = (-4, -3, -2), post = (0, 1, 2).  Refuses
    with Refused, all at once: no periods before or after, times with a gap or without room for a reference, wrong lengths, values that
    are not finite, a covariance that is not symmetric or not positive semidefinite, and an effect without variance.
    """
    b, S, w = (np.asarray(one, dtype=float) for one in (beta, V, weights))
    since = [*pre, *post]
    problems = [*_times(pre, post), *_shapes(b, S, w, len(since), len(post))]
    if not problems:
        problems = [*_values(b, S, w)]
    if problems:
        raise Refused(*problems)
    order, last = np.argsort(since, kind="stable"), np.argsort(post, kind="stable")
    study = EventStudy(b[order], (S + S.T)[np.ix_(order, order)] / 2, len(pre), len(post), w[last])
    if not study.contrast @ study.V @ study.contrast > 0:
        raise Refused(Problem(WHERE, "the effect asked about has no variance.", remedy="Give weights above 0 to periods whose effect was estimated."))
    return study


def _times(pre: Sequence[int], post: Sequence[int]) -> list[Problem]:
    if not len(pre):
        found = "no period stands before the reference, so nothing tells how the paths drift."
        return [Problem(WHERE, found, remedy="Give the outcome over at least two periods before adoption.")]
    if not len(post):
        return [Problem(WHERE, "no period stands after the reference.", remedy="Give the effect of at least one period from adoption on.")]
    before, after = sorted(pre), sorted(post)
    reference = before[-1] + 1
    if [*before, reference, *after] == list(range(before[0], after[-1] + 1)):
        return []
    found = (
        f"the times {', '.join(str(one) for one in [*before, *after])} are not whole periods in a row with one left out, before the first of `post`."
    )
    right = "Effects are held against one reference period, which is left out, and no other period is missing (a universal base)."
    return [Problem(WHERE, found, right, "Estimate every period against the same reference, and leave that period out.")]


def _shapes(beta: Array, V: Array, weights: Array, k: int, after: int) -> list[Problem]:
    problems = []
    if beta.shape != (k,):
        problems.append(Problem(WHERE, f"{beta.size} coefficients are given for {k} periods.", "One is needed for each, the reference left out."))
    if V.shape != (k, k):
        found = f"the covariance is {' by '.join(str(side) for side in V.shape)}, for {k} periods."
        problems.append(Problem(WHERE, found, f"It has a row and a column for each period: {k} by {k}."))
    if weights.shape != (after,):
        problems.append(Problem(WHERE, f"{weights.size} weights are given for {after} periods after the reference.", "One is needed for each."))
    return problems


def _values(beta: Array, V: Array, weights: Array) -> list[Problem]:
    if not all(np.isfinite(one).all() for one in (beta, V, weights)):
        return [Problem(WHERE, "a coefficient, covariance or weight is not a number.", remedy="Leave out periods without an estimate.")]
    return [*covariance_problems(V, WHERE)]


def covariance_problems(V: Array, where: str) -> list[Problem]:
    """What is wrong with a finite (k, k) covariance: not symmetric, or a combination with a variance below 0."""
    slack = ROUNDING * float(np.abs(V).max(initial=0.0))
    if float(np.abs(V - V.T).max(initial=0.0)) > slack:
        return [Problem(where, "the covariance of the coefficients is not symmetric.", remedy="Give the joint covariance of all periods.")]
    if float(np.linalg.eigvalsh(V).min(initial=0.0)) < -slack:
        found = "the covariance of the coefficients is not positive semidefinite: some combination of them would have a variance below 0."
        return [Problem(where, found, remedy="Give the joint covariance of all periods, from one set of influence functions.")]
    return []


# ------------------------------------------------------------------------------------------------ relative magnitudes
@dataclass(frozen=True, slots=True, eq=False)
class Moments:
    """What must hold of every theta in a set: rows @ beta - slope * theta is 0 or less in expectation; C cases of J moments.

    The set is the union of its cases.  Moments are normalised by the standard deviations behind them, so that they may be compared.
    """

    rows: Array  # (C, J, k)
    slope: Array  # (C, J)


def relative_magnitudes_moments(study: EventStudy, Mbar: float) -> Moments:
    """No step after the reference beyond Mbar times the step `s` before it, taken to be positive or negative: a case for each s and sign.

    Of all moments +-(step_t(beta) - step_t(effects)) - Mbar |step_s(beta)| <= 0, t after the reference, only what no choice of effects
    with weights' effects = theta can undo counts (the vertices of the dual of Andrews, Roth and Pakes's programme).  The multipliers of
    the steps must then be proportional to L_t = sum of the weights from t on, whose sum with the steps gives the weighted effect, or
    cancel within one t.  So the vertices are known without a linear programme:

        (theta_hat - theta - |L| Mbar step_s) / norm,   (theta - theta_hat - |L| Mbar step_s) / norm,   -2 Mbar step_s / norm_t
    """
    steps, contrast = study.steps, study.contrast
    after = steps[study.before :]  # (after, k)
    L = np.cumsum(study.weights[::-1])[::-1]
    largest = np.concatenate([steps[: study.before], -steps[: study.before]])[:, None, :]  # (C, 1, k)
    up, down = (_spread(way * after[None] - Mbar * largest, study.V) for way in (1.0, -1.0))  # (C, after)
    reach = Mbar * np.abs(L).sum() * largest[:, 0]
    over = (np.abs(L) * np.where(L > 0, up, down)).sum(axis=1)
    under = (np.abs(L) * np.where(L > 0, down, up)).sum(axis=1)
    least = ROUNDING * study.std_error
    norms = np.maximum(np.column_stack([over, under, up + down]), least)  # (C, J)
    rows = np.concatenate(
        [(contrast - reach)[:, None], (-contrast - reach)[:, None], np.broadcast_to(-2 * Mbar * largest, (*up.shape, len(contrast)))], axis=1
    )
    slope = np.concatenate([[1.0, -1.0], np.zeros(study.after)]) / norms
    return Moments(rows / norms[:, :, None], slope)


def _spread(rows: Array, V: Array) -> Array:
    """Standard deviations of rows @ beta; rows (..., k)."""
    return np.asarray(np.sqrt(np.maximum(np.einsum("...i,ij,...j->...", rows, V, rows), 0.0)))


# ------------------------------------------------------------------------------------------------ identified sets
def relative_magnitudes_reach(study: EventStudy, Mbar: float) -> tuple[float, float]:
    """The range of the effect if the coefficients held no error: no step after the reference beyond Mbar times the largest before."""
    steps = study.steps[: study.before] @ study.beta
    reach = Mbar * float(np.abs(np.cumsum(study.weights[::-1])).sum()) * float(np.abs(steps).max())
    return study.effect - reach, study.effect + reach


def smoothness_reach(study: EventStudy, M: float) -> tuple[float, float]:
    """The range of the effect if the coefficients held no error, and no step differed by more than M from the one before.

    The last step before the reference goes on, and bends by up to M each period; whether those before bend by less than M is not asked.
    """
    steps = study.steps[: study.before] @ study.beta
    slope, bends = bending(study.weights)
    middle, reach = study.effect - slope * float(steps[-1]), M * (abs(slope) + float(np.abs(bends).sum()))
    return middle - reach, middle + reach


def bending(weights: Array) -> tuple[float, Array]:
    """By how much weights' delta grows with a slope of 1, and with a bend of 1 at each of the periods after the reference but the last."""
    t = np.arange(1, len(weights) + 1)
    later = np.maximum(t[None, :] - t[:-1, None], 0)
    return float(t @ weights), np.asarray(later @ weights)
