"""The error of a panel's effect in the way that the question asks for, and what holds where the programme reached few clusters."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.sums import sums_by
from ...terms import NEVER, InferenceBy, Interval, Problem, Question, Refused
from ..clustering import one_way
from ..evened import evened
from ..few import Reached, Told, by_arm, reached, told
from ..inference import LEVEL, Contrast
from ..jackknifed import jackknife, leave_one_out
from ..reassigned import DRAWS as DEALT
from ..reassigned import Reassigned, reassigned
from ..wild import wild_bootstrap
from .dealing import effects_of
from .fits import Fit
from .laid import Laid
from .two_by_two import changes

if TYPE_CHECKING:
    from ...terms import Array

Fitting = Callable[[Laid], Fit]
Statistic = Callable[["Array"], float]
DRAWS = 4_999  # of the multiplier bootstrap; with what was seen, 5,000
SEED = 1_935
MOST_REFITS = 500  # clusters: up to so many the effect is told again without each, where what each adds does not tell enough
SLOW = 100_000  # units by periods: beyond, dates are dealt out anew fewer times
FEW_DEALT = 199  # with what was seen, 200: p is told to half a per cent
BY_PARTS = "jackknife by cluster (CR3), from what each adds"
BY_REFITS = "jackknife by cluster (CR3)"


def uncertain(laid: Laid, fit: Fit, fitting: Fitting, question: Question) -> Told:
    """The effect with its error and interval.

    robust and cluster: the jackknife's error by the panel's clusters, from what each adds (`few.by_arm`); with fewer clusters on a side, or
    in all, than `few` allows no such interval is told: the dates of adoption are dealt out anew where every cluster adopts on one
    date, and else there is none.  bootstrap: the same error, with random signs of clusters for t's distribution, and never a narrower
    interval.  jackknife: the effect told again without each cluster.  wild_bootstrap and randomisation: those of `wild` and `reassigned`.
    Refuses a way that these units do not allow.
    """
    there, by = reached(laid.adopted, laid.clusters), question.inference.by
    if by == "randomisation":
        return _by_chance(laid, fit, fitting, question, there)
    if by == "wild_bootstrap":
        return _wild(laid, question, there)
    contrast, formula = measured(laid, fit, fitting, by)
    chance = _dealt_out(laid, fitting) if not there.enough and laid.nested else None
    plain = told(contrast, formula, there, reassigned=chance)
    return _multiplied(laid, fit, plain) if by == "bootstrap" and there.enough and plain.interval.given else plain


def measured(laid: Laid, fit: Fit, fitting: Fitting, by: InferenceBy, most: int = MOST_REFITS) -> tuple[Contrast, str]:
    """The effect with its error by cluster, and the name of its formula.

    From what each cluster adds or, where no unit is compared only, or the parts tell nothing of how groups differ, by telling the
    effect again without each, of up to `most` clusters.
    """
    _, first = np.unique(laid.clusters, return_index=True)
    if by == "jackknife" or ((laid.all_adopt or fit.within_groups) and len(first) <= most):
        without = leave_one_out(lambda rows: or_nothing(fitting, laid.of(rows)), laid.clusters)
        if laid.all_adopt or not laid.nested:
            return jackknife(fit.effect, without), BY_REFITS
        return jackknife(fit.effect, without, laid.focal[first], sums_by(laid.rests, laid.clusters)), BY_REFITS
    return from_parts(laid, fit), BY_PARTS


def from_parts(laid: Laid, fit: Fit) -> Contrast:
    """The effect with its error from what each cluster adds, told once; where everybody adopts, and all stand for one another, CR1."""
    if laid.all_adopt:
        return one_way(fit.effect, fit.influence, laid.clusters, parameters=0)
    return by_arm(fit.effect, fit.influence, laid.clusters, laid.focal, laid.rests)


def grown(influence: Array, laid: Laid) -> Array:
    """(G, k) what each cluster adds to the errors of k effects, made larger for few clusters as `few.by_arm` does, effect by effect.

    `influence` (m, k).  A side's clusters are those with a part in the effect, so that an effect that rests on five groups is not told
    as surely as one that rests on all of them.  Infinite where one cluster is all there is of a side.
    """
    G = int(laid.clusters.max()) + 1
    total = np.zeros((G, influence.shape[1]))
    for side in (np.ones(len(laid.focal), dtype=bool),) if laid.all_adopt else (laid.focal, ~laid.focal):
        w = np.bincount(laid.clusters[side], weights=laid.weight[side], minlength=G)
        parts = np.column_stack([np.bincount(laid.clusters[side], weights=column[side], minlength=G) for column in influence.T])
        has = w[:, None] * (parts != 0)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(has > 0, has / has.sum(axis=0), 0.0)
            total += np.where(parts != 0, parts / np.maximum(1 - share, 0.0), 0.0)
    return np.asarray(total * ((G - 1) / G) ** 0.5)


def _multiplied(laid: Laid, fit: Fit, plain: Told) -> Told:
    """The t of clusters' parts under random signs (Callaway and Sant'Anna 2021, algorithm 1, with Rademacher's two values).

    Its draws are not studentised one by one, so that with few clusters it is too sure: the wider of it and the t interval stands.
    """
    parts = sums_by(fit.influence, laid.clusters)
    signs = np.random.default_rng(SEED).integers(0, 2, size=(DRAWS, len(parts)), dtype=np.int8) * 2.0 - 1.0
    t = np.abs((signs * np.sort(parts)).sum(axis=1)) / float((parts**2).sum() ** 0.5)
    reach = max(float(np.quantile(t, LEVEL)) * plain.std_error, plain.effect - plain.interval.low)
    p = float((1 + (t >= abs(plain.effect) / plain.std_error).sum()) / (1 + DRAWS))
    interval = Interval(plain.effect - reach, plain.effect + reach, f"multiplier bootstrap by cluster, {DRAWS:,} draws, and no narrower than t")
    return replace(plain, interval=interval, p_value=max(p, plain.p_value))


def _by_chance(laid: Laid, fit: Fit, fitting: Fitting, question: Question, there: Reached) -> Told:
    """The dates of adoption dealt out anew among the clusters, however many there are."""
    if not laid.nested:
        found = "units of one cluster adopt on different dates, so that dates cannot be dealt out among clusters."
        raise Refused(Problem(f"question '{question.outcome}' by {question.method}: inference", found, remedy="Ask for 'robust'."))
    chance = _dealt_out(laid, fitting)
    plain = told(from_parts(laid, fit), BY_PARTS, there, reassigned=chance)
    return replace(plain, interval=chance.holding(fit.effect), p_value=chance.p_value)


def _dealt_out(laid: Laid, fitting: Fitting) -> Reassigned:
    """Randomisation inference on the clusters' own paths; its interval holds every constant effect that is not ruled out.

    Without covariates one cluster's units count as one; with them each unit stays, and the history goes with it.  Paths are
    made alike in scale by what came before anybody adopted (`evened`), so that places may differ in size.
    """
    one = laid.by_cluster() if laid.covariates is None else laid
    even = evened(one.value, one.adopted, laid.question.anticipation)
    under = np.where(np.isnan(one.value), np.nan, (one.since >= 0).astype(float))
    seen, moved = (one.value, under) if even is None else (even.of(one.value), even.of(under))
    if laid.question.estimator == "group_time" and one.covariates is None and not np.isnan(one.value).any():
        of = _at_once(effects_of(np.stack([seen, moved], axis=2), one.weight, one.within, laid.question))
    else:
        base = one.replaced(left=np.full(len(one.adopted), NEVER))
        of = _one_by_one(fitting, base.replaced(value=seen), base.replaced(value=moved))
    draws = DEALT if one.value.size <= SLOW else FEW_DEALT
    found = reassigned(one.adopted, one.clusters, of[0], shift=of[1], draws=draws)
    interval = replace(found.interval, by=f"{found.interval.by}; no p-value below {found.floor:.2g} was possible")
    return replace(found, interval=interval)


def _at_once(effects: Callable[[Array], Array]) -> tuple[Statistic, Statistic]:
    """The effect and what a constant effect adds to it, told together and once for each dealing."""
    dealt: list[tuple[Array, Array]] = []

    def of(adopted: Array) -> Array:
        if not dealt or not np.array_equal(dealt[0][0], adopted):
            dealt[:] = [(adopted, effects(adopted))]
        return dealt[0][1]

    return lambda adopted: float(of(adopted)[0]), lambda adopted: float(of(adopted)[1])


def _one_by_one(fitting: Fitting, seen: Laid, under: Laid) -> tuple[Statistic, Statistic]:
    return lambda adopted: or_nothing(fitting, seen.replaced(adopted=adopted)), lambda adopted: or_nothing(fitting, under.replaced(adopted=adopted))


def _wild(laid: Laid, question: Question, there: Reached) -> Told:
    """Of one date of adoption: the units' changes regressed on whether they adopt, with the null imposed."""
    where = f"question '{question.outcome}' by {question.method}: inference"
    if len(np.unique(laid.adopted[laid.adopted < NEVER])) > 1 or laid.covariates is not None:
        found = "the wild bootstrap is of one regression, and units adopt on several dates or are adjusted by their history."
        raise Refused(Problem(where, found, remedy="Ask for 'robust', 'jackknife' or 'randomisation'."))
    if question.estimator != "difference":
        found = f"the wild bootstrap is of units' own changes, and estimator = '{question.estimator}' is told from others."
        raise Refused(Problem(where, found, remedy='Set estimator = "difference".'))
    change = changes(laid)
    rows = change.rows
    served, cluster, weight = laid.focal[rows], laid.clusters[rows], laid.weight[rows]
    X = np.column_stack([served.astype(float), np.ones(len(rows))])
    found_ = wild_bootstrap(X, change.value, cluster, np.array([1.0, 0.0]), weight=weight)
    mean = [np.average(change.value[side], weights=weight[side]) for side in (served, ~served)]
    w = np.where(served, weight / weight[served].sum(), -weight / weight[~served].sum())
    contrast = by_arm(found_.effect, w * (change.value - np.where(served, *mean)), cluster, served, weight)
    return told(contrast, BY_PARTS, there, wild=found_)


def or_nothing(fitting: Fitting, laid: Laid) -> float:
    """The effect; NaN where it cannot be told."""
    try:
        return fitting(laid).effect
    except Refused:
        return float("nan")
