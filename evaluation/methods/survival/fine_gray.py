"""How a risk differs between people where other ends compete: the subdistribution hazard of Fine & Gray.

Whoever had another end stays in the risk set, with a weight that falls as fast as people are lost from sight: G(t-) / G(T-), G
being the chance of still being followed.  No row is written out for that.  At each time t of an event

    S_k(t) = sum over those at risk of w r Z^k  +  G(t-) sum over those who had another end before t of w r Z^k / G(T-)

is a sum over rows that are still to stop and one over rows that have stopped, k being 0 or 1; the second moments come out of one
product, each row times the hazard that its weight was exposed to.  Letters as in the papers: Z the covariates, r the risk score
exp(Zb), w the weights, T the time, h the steps of the baseline subdistribution hazard.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from ...phrases import listed
from ...terms import Problem, Refused
from ..compiled import kernel
from . import by_cluster
from .cox_kernels import cross, linear, product
from .regressors import NEARLY, REMEDY, RIGHT, TAKES_PART, no_word, set_apart, together, unusable
from .times import Times, checked

if TYPE_CHECKING:
    from ...terms import Array

Ties = Literal["breslow", "efron"]
Side = Literal["left", "right"]
WHERE = "Fine-Gray regression"
ROUNDED = 1e-12  # of a weight: what sums of weights leave where they should leave nothing
TOLERANCE = 1e-10  # of a step, in standard deviations of a covariate
MOST_STEPS = 50
RUNS_AWAY = 30.0  # of a coefficient times its covariate's standard deviation: no risk differs as much, so the likelihood has no top


@dataclass(frozen=True, slots=True, eq=False)
class FineGray:
    """Log subdistribution hazard ratios, with what each row adds to their errors."""

    coef: Array  # (p,)
    names: tuple[str, ...]
    naive: Array  # (p, p): the inverse information, as if the censoring were known and nobody hung together
    loglik: float
    null_loglik: float
    iterations: int
    events: float  # weight of those with the event
    influence: Array  # (n, p): what each row adds to the error of each coefficient, the learning of G counted; adds to 0

    def variance(self, cluster: Array | None = None, correction: by_cluster.Factor = "none") -> Array:
        """(p, p): the sandwich of Fine & Gray 1999 or, by `cluster` (n,) of labels, of Zhou et al. 2012."""
        return by_cluster.variance(self.influence, cluster, correction=correction, where=WHERE)


@dataclass(frozen=True, slots=True, eq=False)
class _Laid:
    """The rows on the m distinct times of an event of the cause."""

    Z: Array  # (n, p) standardised
    w: Array  # (n,)
    stop: Array  # (n,) int: at risk at the times before this place
    event: Array  # (k,) int: rows with the event
    past: tuple[Array, ...]  # by group of censoring: rows that had another end
    G: Array  # (groups, m): G(t-) at each time
    ended: Array  # (n,): G(T-) of each row, in its group
    tied: Array  # (m,) float: how many had the event
    d: Array  # (m,): their weight
    ties: Ties

    @property
    def m(self) -> int:
        return len(self.d)


def fit(
    X: Array,
    times: Times,
    *,
    names: Sequence[str],
    cause: int = 1,
    ties: Ties = "efron",
    groups: Array | None = None,
    ordered: bool = True,
) -> FineGray:
    """Fits the subdistribution hazards of a cause on X (n, p), `names` its columns (Fine & Gray 1999).

    Causes above 0 other than `cause` compete.  G is a Kaplan-Meier of being lost, weighted as the rows are, in each of `groups`
    (n,) of labels, within which being lost has nothing to do with the event.  `ordered`: events of one time came before losses, as
    everywhere in this room and in R's survival::finegray, of whose rows coxph gives the same; the influence is then the exact
    derivative by each row's weight.  Not `ordered`, with `ties` breslow, it is R's cmprsk::crr to the last digit, its variance too.
    Refuses impossible times, delayed entry, nobody with the event, columns that do not vary or that others make up, and a likelihood without a top.
    """
    times = checked(times, WHERE)
    _refuse(X, times, names, cause, ties)
    mean, sd = X.mean(axis=0), X.std(axis=0)
    laid = _laid(np.ascontiguousarray((X - mean) / sd), times, cause, ties, groups, ordered)
    b, found, null, iterations = _climb(laid, names)
    V = cho_solve(cho_factor(found.information), np.eye(len(b)))
    parts = product(_scores(laid, found) + _learning(laid, found, times, groups, ordered), V) / sd
    return FineGray(b / sd, tuple(names), V / np.outer(sd, sd), found.loglik, null, iterations, float(laid.d.sum()), parts)


# ------------------------------------------------------------------------------------------------ who is at risk, and how heavily
def _laid(Z: Array, times: Times, cause: int, ties: Ties, groups: Array | None, ordered: bool) -> _Laid:
    """Lays rows out on the times of an event."""
    w, own = times.w, times.cause == cause
    grid = np.unique(times.stop[own])
    stop = np.searchsorted(grid, times.stop, "right")
    event = np.flatnonzero(own)
    labels = _labels(times, groups)
    other = (times.cause > 0) & ~own
    count = int(labels.max()) + 1
    G, ended = np.ones((count, len(grid))), np.ones(len(Z))
    for g in range(count):
        inside = labels == g
        when, follow = _followed(times.of(inside), ordered)
        G[g] = follow[np.searchsorted(when, grid, "left")]
        ended[inside] = follow[np.searchsorted(when, times.stop[inside], "left")]
    past = tuple(np.flatnonzero(other & (labels == g)) for g in range(count))
    at = stop[event] - 1
    tied, d = np.bincount(at, minlength=len(grid)).astype(float), np.bincount(at, weights=w[event], minlength=len(grid))
    return _Laid(Z, w, stop, event, past, G, ended, tied, d, ties)


def _labels(times: Times, groups: Array | None) -> Array:
    return np.zeros(len(times), dtype=np.int64) if groups is None else np.unique(groups, return_inverse=True)[1]


def _losses(times: Times, ordered: bool) -> tuple[Array, Array, Array]:
    """The times at which rows were lost, the weight lost at each, and the weight that could have been."""
    when, at = np.unique(times.stop, return_inverse=True)
    gone = np.bincount(at, weights=times.w * (times.cause == 0))
    there = np.cumsum(np.bincount(at, weights=times.w)[::-1])[::-1]
    if ordered:
        there = there - np.bincount(at, weights=times.w * (times.cause > 0))
    some = gone > 0
    return when[some], gone[some], there[some]


def _followed(times: Times, ordered: bool) -> tuple[Array, Array]:
    """G: the times of its steps, and its value before the first, between them, and after the last."""
    when, gone, there = _losses(times, ordered)
    kept = 1 - gone / there
    return when, np.concatenate([[1.0], np.cumprod(np.where(kept <= ROUNDED, 0.0, kept))])


# ------------------------------------------------------------------------------------------------ the likelihood
@dataclass(frozen=True, slots=True, eq=False)
class _Found:
    """The likelihood at b, with what its residuals are made of."""

    loglik: float
    score: Array  # (p,)
    information: Array  # (p, p)
    r: Array  # (n,)
    hazard: tuple[Array, ...]  # by group: (m + 1,) sums of h G; the last tuple entry: sums of h alone
    pulled: tuple[Array, ...]  # by group: (m + 1, p) sums of h G zbar; the last: without G
    exposed: Array  # (n,): the hazard that each row's weight was exposed to
    own: tuple[Array, Array]  # at each time: what those with the event, tied, are not exposed to, of h (m,) and of h zbar (m, p)
    mean: Array  # (m, p): zbar, over the ties of a time


def _from_start(values: Array) -> Array:
    """Sums of all before each place, and of all."""
    return np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])


@kernel
def _by_place(place: Array, factor: Array, Z: Array, places: int) -> Array:
    """(places, p + 1): sums by place of `factor` (n,), and of it times each column of Z (n, p)."""
    out = np.zeros((places, Z.shape[1] + 1))
    for i in range(len(place)):
        out[place[i], 0] += factor[i]
        for j in range(Z.shape[1]):
            out[place[i], j + 1] += factor[i] * Z[i, j]
    return out


def _risk_sets(laid: _Laid, wr: Array) -> Array:
    """(m, p + 1): at each time, the sum of w r and of w r Z over the risk set, those past included at what they still weigh."""
    still = _by_place(laid.stop, wr, laid.Z, laid.m + 1)
    found = np.cumsum(still[::-1], axis=0)[::-1][1:]
    for G, past in zip(laid.G, laid.past, strict=True):
        gone = _by_place(laid.stop[past], wr[past] / laid.ended[past], laid.Z[past], laid.m + 1)
        found = found + G[:, None] * np.cumsum(gone, axis=0)[:-1]
    return found


def _at(laid: _Laid, b: Array) -> _Found:
    """The likelihood at b, its score and its information."""
    eta = linear(laid.Z, b, np.zeros(len(laid.w)))
    top = float(eta.max())
    r = np.exp(eta - top)
    wr = laid.w * r
    sums = _risk_sets(laid, wr)
    at = laid.stop[laid.event] - 1
    own = _by_place(at, wr[laid.event], laid.Z[laid.event], laid.m)
    # Efron takes of c tied events 0, 1 / c, ... out of the risk set, one after the other; Breslow nothing
    place = np.repeat(np.arange(laid.m), laid.tied.astype(np.int64) if laid.ties == "efron" else 1)
    first = np.searchsorted(place, np.arange(laid.m))
    out = (np.arange(len(place)) - first[place]) / laid.tied[place]
    each = (laid.d / laid.tied)[place] if laid.ties == "efron" else laid.d
    whole = sums[place] - out[:, None] * own[place]
    zbar, h = whole[:, 1:] / whole[:, :1], each / whole[:, 0]
    hz = h[:, None] * zbar
    H, HZ = np.add.reduceat(h, first), np.add.reduceat(hz, first, axis=0)
    spared = H - np.add.reduceat(h * (1 - out), first), HZ - np.add.reduceat(hz * (1 - out)[:, None], first, axis=0)
    hazard = (*(_from_start(H * G) for G in laid.G), _from_start(H))
    pulled = (*(_from_start(HZ * G[:, None]) for G in laid.G), _from_start(HZ))
    exposed = hazard[-1][laid.stop]
    for past, sofar in zip(laid.past, hazard[:-1], strict=True):
        exposed[past] += (sofar[-1] - sofar[laid.stop[past]]) / laid.ended[past]
    exposed[laid.event] -= spared[0][at]
    we = laid.w[laid.event]
    loglik = float((we * (eta[laid.event] - top)).sum() - (each * np.log(whole[:, 0])).sum())
    score = (laid.Z[laid.event] * we[:, None]).sum(axis=0) - (zbar * each[:, None]).sum(axis=0)
    information = cross(laid.Z, wr * exposed, laid.Z) - cross(zbar, each, zbar)
    mean = np.add.reduceat(zbar * each[:, None], first, axis=0) / laid.d[:, None]
    return _Found(loglik, score, information, r, hazard, pulled, exposed, spared, mean)


def _climb(laid: _Laid, names: Sequence[str]) -> tuple[Array, _Found, float, int]:
    """The top of the likelihood by Newton's steps, halved where they overshoot; with the likelihood of no effect."""
    b = np.zeros(laid.Z.shape[1])
    here = _at(laid, b)
    null = here.loglik
    if _flat(here):
        found = f"those at risk when an event came do not differ enough to tell slopes of {', '.join(names)} apart."
        raise Refused(Problem(WHERE, found, remedy="Leave columns out, or ask about a more frequent event."))
    for iteration in range(1, MOST_STEPS + 1):
        step = np.linalg.solve(here.information, here.score)
        there = _at(laid, b + step)
        while not there.loglik >= here.loglik - 1e-9 * abs(here.loglik) and np.abs(step).max() > TOLERANCE:
            step = step / 2
            there = _at(laid, b + step)
        b, here = b + step, there
        if np.abs(b).max() > RUNS_AWAY or _flat(here):
            break
        if np.abs(step).max() < TOLERANCE:
            return b, here, null, iteration
    raise Refused(*_endless(laid, names, np.linalg.lstsq(here.information, here.score, rcond=None)[0], b))


def _endless(laid: _Laid, names: Sequence[str], *towards: Array) -> Iterator[Problem]:
    """Why the likelihood has no top: columns, alone or together `towards` some slopes, that set those with the event apart."""
    alone = False
    for j, name in enumerate(names):
        if way := next((way for way in (1, -1) if _separates(laid, way * laid.Z[:, j])), 0):
            alone = True
            found = set_apart(name, laid.Z[:, j], way, len(laid.event), "of all then at risk")
            yield Problem(WHERE, found, RIGHT, REMEDY)
    if alone:
        return
    for step in towards:
        if _separates(laid, linear(laid.Z, step, np.zeros(len(laid.w))), NEARLY):
            part = np.flatnonzero(np.abs(step) > TAKES_PART * np.abs(step).max()).tolist()
            yield together([names[j] for j in part], len(laid.event), WHERE)
            return
    found = f"the slopes of {listed(names)} had not settled after {MOST_STEPS} rounds."
    yield Problem(WHERE, found, "A regression is told where its likelihood is highest.", "Make skewed columns coarser, or name fewer.")


def _separates(laid: _Laid, u: Array, nearly: float = 0.0) -> bool:
    """Whether u (n,) is highest, or all but, in whoever had the event, of all then at risk, those past who still weigh included."""
    top = np.full(laid.m + 1, -np.inf)
    np.maximum.at(top, laid.stop, u)
    top = np.maximum.accumulate(top[::-1])[::-1][1:]
    for G, past in zip(laid.G, laid.past, strict=True):
        gone = np.full(laid.m + 1, -np.inf)
        np.maximum.at(gone, laid.stop[past], u[past])
        top = np.where(G > 0, np.maximum(top, np.maximum.accumulate(gone)[:-1]), top)
    return bool((top[laid.stop[laid.event] - 1] - u[laid.event]).max() <= nearly * (u.max() - u.min()))


def _flat(here: _Found) -> bool:
    """Whether the likelihood no longer tells coefficients apart."""
    return bool(np.linalg.eigvalsh(here.information)[0] < 1e-8)


# ------------------------------------------------------------------------------------------------ what each row adds to the error
def _scores(laid: _Laid, found: _Found) -> Array:
    """(n, p): each row's score, the integral of (Z - zbar) over its weighted martingale."""
    pulled = found.pulled[-1][laid.stop]
    for past, sofar in zip(laid.past, found.pulled[:-1], strict=True):
        pulled[past] += (sofar[-1] - sofar[laid.stop[past]]) / laid.ended[past, None]
    at = laid.stop[laid.event] - 1
    pulled[laid.event] -= found.own[1][at]
    parts = found.r[:, None] * (pulled - laid.Z * found.exposed[:, None])
    parts[laid.event] += laid.Z[laid.event] - found.mean[at]
    return parts * laid.w[:, None]


def _learning(laid: _Laid, found: _Found, times: Times, groups: Array | None, ordered: bool) -> Array:
    """(n, p): what each row adds by having taught G.

    q(u), by how much the score hangs on the step of G at u, is over those past before u and events after it (Fine & Gray 1999).
    Where events of u came before its losses, those past at u and no event at u hang on it; else crr's order stands.
    """
    labels = _labels(times, groups)
    parts = np.zeros_like(laid.Z)
    grid_at = np.unique(times.stop[laid.event])
    for g, past in enumerate(laid.past):
        inside = np.flatnonzero(labels == g)
        when, gone, there = _losses(times.of(inside), ordered)
        if not len(when) or not len(past):
            continue
        q = _hangs(laid, found, times, g, when, grid_at, "right" if ordered else "left")
        by_step = there
        if ordered:  # nothing hangs on a step to 0: nobody past before it weighs in at an event after it
            last = there - gone <= ROUNDED * there
            by_step, q = np.where(last, 1.0, there - gone), np.where(last[:, None], 0.0, q)
        lost = times.cause[inside] == 0
        place = np.searchsorted(when, times.stop[inside], "left")
        paid = _from_start(q * (gone / there / by_step)[:, None])
        seen = np.searchsorted(when, times.stop[inside], "right")
        if ordered:
            seen = np.where(lost, seen, place)  # an event came before the losses of its time
        own = np.where(lost[:, None], (q / by_step[:, None])[np.minimum(place, len(when) - 1)], 0.0)
        parts[inside] += times.w[inside, None] * (own - paid[seen])
    return parts


def _hangs(laid: _Laid, found: _Found, times: Times, g: int, when: Array, grid: Array, side: Side) -> Array:
    """(steps of G, p): q at each: what those past before it still weigh in at the events after it."""
    past, sofar, pulled = laid.past[g], found.hazard[g], found.pulled[g]
    weigh = (laid.w * found.r)[past] / laid.ended[past]
    order = np.argsort(times.stop[past], kind="stable")
    had = np.searchsorted(times.stop[past][order], when, side)
    mass, pull = _from_start(weigh[order]), _from_start((weigh[:, None] * laid.Z[past])[order])
    after = np.searchsorted(grid, when, side)
    left, drawn = sofar[-1] - sofar[after], pulled[-1] - pulled[after]
    return pull[had] * left[:, None] - mass[had, None] * drawn


# ------------------------------------------------------------------------------------------------ what is refused
def _refuse(X: Array, times: Times, names: Sequence[str], cause: int, ties: Ties) -> None:
    problems = [*no_word(ties, get_args(Ties), "a rule of ties", WHERE)]
    if times.entry is not None:
        found = "rows enter late, and those who had another end would have to be weighted by the chance of entering too."
        problems.append(Problem(WHERE, found, remedy="Use cause-specific hazards, which take delayed entry."))
    if not (times.cause == cause).any():
        problems.append(Problem(WHERE, f"nobody had an event of cause {cause}.", remedy="Ask about a longer horizon, or another event."))
    problems.extend(unusable(X, names, WHERE))
    if problems:
        raise Refused(*problems)
