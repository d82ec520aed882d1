"""What a Cox regression says of risks: the baseline hazard, survival at given covariates, and survival averaged over given people.

The baseline jumps by the rule that the ties were broken by (Efron's as in R's survfit.coxph, Breslow's the sum of v / S0), and
survival is the exponential of less the cumulative hazard.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...phrases import counted
from ...terms import Problem, Refused
from .by_cluster import std_errors
from .cox_kernels import cross, linear, product
from .cox_refusals import unreadable

if TYPE_CHECKING:
    from ...terms import Array
    from .cox import Cox

CHUNK = 65_536  # rows predicted at a time: the memory is theirs times the times asked about


@dataclass(frozen=True, slots=True, eq=False)
class Predicted:
    """Survival of k rows at q times."""

    at: Array  # (q,)
    cumulative: Array  # (k, q) the hazard
    survival: Array  # (k, q)
    std_error: Array  # (k, q) of survival


@dataclass(frozen=True, slots=True, eq=False)
class Standardised:
    """Survival at q times averaged over k rows, with what each row adds to its error; every column adds to 0."""

    at: Array  # (q,)
    survival: Array  # (q,)
    of_fit: Array  # (n, q) by the rows of the regression, whose slopes and baseline are estimated
    of_target: Array  # (k, q) by the rows averaged over, who are a draw too

    @property
    def risk(self) -> Array:
        """(q,) one less survival."""
        return np.asarray(1 - self.survival)


def cumulative(cox: Cox, at: Array, stratum: object = None) -> Array:
    """(q,) the baseline cumulative hazard at covariates and offset 0, up to and at each of `at` (q,), in the stratum of that label.

    R's basehaz(centered = FALSE).  May overflow where 0 is far from all covariates: `predicted` asks at covariates instead.
    """
    strata = None if cox.strata is None else np.array([stratum])
    offset = None if cox.offset is None else np.zeros(1)
    return predicted(cox, np.zeros((1, len(cox.coef))), at, strata=strata, offset=offset).cumulative[0]


def predicted(cox: Cox, X: Array, at: Array, *, strata: Array | None = None, offset: Array | None = None, cluster: Array | None = None) -> Predicted:
    """Survival past each of `at` (q,) at the covariates X (k, p), in the strata (k,) and with the offset (k,) named.

    The error is the model's (Tsiatis 1981; as in R's survfit.coxph) or, with `cluster` (n,) labels of the rows of the regression,
    the infinitesimal jackknife summed by cluster, which counts what each row does to the slopes and to the baseline.  Refuses a
    stratum without events, and a time past the last at which somebody of the stratum was followed.
    """
    asked = _asked(cox, X, at, strata, offset)
    reach = _reached(cox, asked.at)
    H = asked.relative[:, None] * reach.hazard[asked.stratum]
    S = np.exp(-H)
    if cluster is not None:
        return Predicted(asked.at, H, S, S * _robust(cox, asked, reach, cluster))
    V = np.linalg.inv(cox.sums.information)
    V_ = np.empty_like(H)
    for t in range(len(asked.at)):
        away = reach.means[asked.stratum, t] - asked.Z * reach.hazard[asked.stratum, t, None]
        V_[:, t] = reach.variance[asked.stratum, t] + (product(away, V) * away).sum(axis=1)
    return Predicted(asked.at, H, S, S * asked.relative[:, None] * np.sqrt(V_))


def standardised(
    cox: Cox, X: Array, at: Array, *, weights: Array | None = None, strata: Array | None = None, offset: Array | None = None
) -> Standardised:
    """Survival past each of `at` (q,) averaged over people with covariates X (k, p), their `weights` (k,) counting: g-computation.

    What each row adds to the error counts that slopes and baseline are estimated, and, apart, that the people averaged over are a
    draw: where the same rows are fitted and averaged over, both are added up row by row.  It takes k q and n q numbers of memory.
    Refuses as `predicted`.
    """
    asked = _asked(cox, X, at, strata, offset)
    reach = _reached(cox, asked.at)
    v = np.ones(len(asked.Z)) if weights is None else np.asarray(weights, dtype=float)
    v = v / v.sum()
    k, q, p = len(v), len(asked.at), len(cox.coef)
    S, by_hazard, by_slopes = np.empty((k, q)), np.zeros((len(reach.hazard), q)), np.zeros((p, q))
    for start in range(0, k, CHUNK):
        some = slice(start, start + CHUNK)
        H = asked.relative[some, None] * reach.hazard[asked.stratum[some]]
        S[some] = np.exp(-H)
        pulled = v[some, None] * S[some]
        for t in range(q):
            by_hazard[:, t] -= np.bincount(asked.stratum[some], weights=pulled[:, t] * asked.relative[some], minlength=len(by_hazard))
        by_slopes -= cross(asked.Z[some], np.ones(len(H)), pulled * H)
    mean = cross(v[:, None], np.ones(k), S)[0]
    S -= mean
    S *= v[:, None]
    return Standardised(asked.at, mean, pull(cox, _jumps(cox, by_hazard, asked.at), by_slopes), S)


def pull(cox: Cox, by_jump: Array, by_slopes: Array) -> Array:
    """(n, q) what each row of the regression adds to the errors of q numbers, by the chain rule: the infinitesimal jackknife.

    `by_jump` (m, q) is their derivative by each jump of the baseline (`sums.hazard` at `sets.time` in stratum `sets.of`), slopes
    fixed; `by_slopes` (p, q) that by the slopes of Z, jumps fixed.
    """
    sets, at = cox.sets, cox.sums
    wr = (sets.w * at.r)[:, None]
    parts = -wr * sets.window(by_jump * at.ties[:, 2, None], by_jump * at.ties[:, 3, None])
    own = sets.last[sets.own]
    parts[sets.own] += (sets.w[sets.own] * (at.hazard / sets.weight)[own])[:, None] * by_jump[own]
    total = by_slopes - cross(at.mean_hazard, np.ones(len(by_jump)), by_jump)
    return np.asarray(sets.whole(parts) + product(cox.influence * sets.scale, total))


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    """Rows in the letters of the regression."""

    Z: Array  # (k, p)
    stratum: Array  # (k,) int
    relative: Array  # (k,) hazard relative to the baseline's
    at: Array  # (q,) float


@dataclass(frozen=True, slots=True, eq=False)
class _Reached:
    """What the baseline of each stratum has come to at each time."""

    hazard: Array  # (S, q)
    variance: Array  # (S, q) of it, slopes known
    means: Array  # (S, q, p) the sum of jumps times the mean of Z


def _reached(cox: Cox, at: Array) -> _Reached:
    sets, sums = cox.sets, cox.sums
    values = np.column_stack([sums.hazard, sums.ties[:, 2], sums.mean_hazard])
    out = np.zeros((len(sets.named), len(at), values.shape[1]))
    for s in range(len(sets.named)):
        start, end = np.searchsorted(sets.of, [s, s + 1])
        so_far = np.vstack([np.zeros(values.shape[1]), np.cumsum(values[start:end], axis=0)])
        out[s] = so_far[np.searchsorted(sets.time[start:end], at, side="right")]
    return _Reached(out[:, :, 0], out[:, :, 1], out[:, :, 2:])


def _jumps(cox: Cox, by_stratum: Array, at: Array) -> Array:
    """(m, q) a derivative by the cumulative hazard of each stratum (S, q) at each of `at` as one by each jump."""
    return np.where(cox.sets.time[:, None] <= at, by_stratum[cox.sets.of], 0.0)


def _robust(cox: Cox, asked: _Asked, reach: _Reached, cluster: Array) -> Array:
    """(k, q) the errors of the cumulative hazards, rows of a cluster hanging together."""
    out = np.empty((len(asked.Z), len(asked.at)))
    for i, (z, s, e) in enumerate(zip(asked.Z, asked.stratum, asked.relative, strict=True)):
        by_stratum = np.zeros_like(reach.hazard)
        by_stratum[s] = e
        by_slopes = e * z[:, None] * reach.hazard[s]
        out[i] = std_errors(pull(cox, _jumps(cox, by_stratum, asked.at), by_slopes), cluster, where="the prediction")
    return out


def _asked(cox: Cox, X: Array, at: Array, strata: Array | None, offset: Array | None) -> _Asked:
    X, at, sets, where = np.asarray(X, dtype=float), np.atleast_1d(np.asarray(at, dtype=float)), cox.sets, "the prediction"
    problems = [*unreadable(X, len(X), cox.names, strata, offset, where)]
    for what, fitted, named in (("strata", cox.strata, strata), ("an offset", cox.offset, offset)):
        if (fitted is None) != (named is None):
            found = f"{what} stand{'s' * (what != 'strata')} in the regression or beside the rows asked about, and not in both."
            problems.append(Problem(where, found, "What the regression was told of each row is told of these too."))
    if problems:
        raise Refused(*problems)
    stratum = np.zeros(len(X), dtype=np.int64)
    if strata is not None and cox.strata is not None:
        labels = np.unique(cox.strata)[sets.named]
        stratum = np.minimum(np.searchsorted(labels, strata), len(labels) - 1)
        if unknown := int((labels[stratum] != strata).sum()):
            found = f"{counted(unknown, 'row')} of {len(X):,} {'is' if unknown == 1 else 'are'} of a stratum in which no event was seen."
            raise Refused(Problem(where, found, "Each stratum has a baseline of its own.", "Ask about the others, or make strata coarser."))
    _followed(cox, at, stratum, where)
    Z = np.ascontiguousarray((X - sets.centre[stratum]) / sets.scale)
    shift = np.zeros(len(X)) if offset is None else np.asarray(offset, dtype=float)
    return _Asked(Z, stratum, np.exp(linear(Z, cox.sums.b, shift - cox.sums.shift[stratum])), at)


def _followed(cox: Cox, at: Array, stratum: Array, where: str) -> None:
    """Refuses times past the end of follow-up in some stratum asked about."""
    last = np.zeros(len(cox.sets.named))
    label = np.zeros(len(cox.times), dtype=np.int64) if cox.strata is None else np.unique(cox.strata, return_inverse=True)[1]
    for s, name in enumerate(cox.sets.named):
        last[s] = cox.times.stop[label == name].max()
    end = last[np.unique(stratum)].min()
    if (at > end).any():
        found = f"survival is asked at time {at.max():g}, and nobody{' of some stratum' if len(last) > 1 else ''} was followed past {end:g}."
        raise Refused(Problem(where, found, "Survival is told for as long as somebody was followed.", "Ask at an earlier time."))
