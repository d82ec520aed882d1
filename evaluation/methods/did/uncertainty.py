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
from ..few import Reached, Told, by_arm, in_accord, moves, told
from ..inference import Contrast
from ..jackknifed import jackknife, leave_one_out, of_moves
from ..reassigned import DRAWS as DEALT
from ..reassigned import REJECTED, Reassigned, reassigned
from ..wild import wild_bootstrap
from .dealing import effects_of
from .fits import Fit, by_group_time, two_by_two
from .laid import Laid
from .resting import SLIGHT, Resting, resting_on
from .two_by_two import changes

if TYPE_CHECKING:
    from ...terms import Array

Fitting = Callable[[Laid], Fit]
Statistic = Callable[["Array"], float]
DRAWS = 4_999  # of the multiplier bootstrap; with what was seen, 5,000
SEED = 1_935
QUICK = (by_group_time, two_by_two)  # told again so fast that it may be done for each cluster where what each adds tells too little
MOST_REFITS = 500  # clusters: up to so many the effect is told again without each, where what each adds does not tell enough
SLOW = 100_000  # units by periods: beyond, dates are dealt out anew fewer times
FEW_DEALT = 199  # with what was seen, 200: p is told to half a per cent
BY_PARTS = "jackknife by cluster (CR3), from what each adds"
BY_REFITS = "jackknife by cluster (CR3)"
BY_SOME_REFITS = "jackknife by cluster (CR3), leaving out those with few beside them, and from what each of the others adds"
BY_SUMS = "by cluster (CR1), from what each adds"
FEW_REFITS = 60  # clusters: up to so many the effect is told again without each, where several dates or covariates are read


def uncertain(laid: Laid, fit: Fit, fitting: Fitting, question: Question) -> Told:
    """The effect with its error and interval.

    robust and cluster: the jackknife's error by the panel's clusters, from what each adds (`few.by_arm`) or by leaving out those that do
    not add enough (`measured`); where the effect rests on fewer clusters on a side, or in all, than `few` allows, or on one alone, no
    such interval is told: the dates of adoption are dealt out anew where every cluster adopts on one date, and else there is none.
    bootstrap: the same error, with random signs of clusters for t's distribution, and never a narrower interval.  jackknife: the effect
    told again without each cluster.  wild_bootstrap and randomisation: those of `wild` and `reassigned`.  Refuses a way that these units
    do not allow.
    """
    rests, by = resting_on(laid), question.inference.by
    if by == "randomisation":
        return _by_chance(laid, fit, fitting, question, rests.there)
    if by == "wild_bootstrap":
        return _wild(laid, question, rests.there)
    contrast, formula = measured(laid, fit, fitting, by, rests)
    sure = rests.there.enough and contrast.std_error > 0
    chance = _dealt_out(laid, fitting) if not sure and laid.nested and contrast.std_error != 0 else None
    plain = told(contrast, formula, rests.there, reassigned=chance)
    return _multiplied(laid, fit, plain) if by == "bootstrap" and sure and plain.interval.given else plain


def measured(laid: Laid, fit: Fit, fitting: Fitting, by: InferenceBy, rests: Resting | None = None, most: int = MOST_REFITS) -> tuple[Contrast, str]:
    """The effect with its error by cluster, and the name of its formula.

    From what each cluster adds where that is the jackknife itself, of one date of adoption with units that are compared only and no
    covariates.  Else the effect is told again without each cluster or, of more than `most` (of several dates, FEW_REFITS), without those
    that stand in a cell with few others, from what each adds for the rest.
    """
    clusters = int(laid.clusters.max()) + 1
    if by == "jackknife" or ((laid.all_adopt or fit.within_groups) and clusters <= most):
        return _refitted(laid, fit, fitting)
    several = fitting in QUICK and (len(np.unique(laid.adopted[laid.focal])) > 1 or laid.covariates is not None)
    if laid.nested and (laid.all_adopt or several) and not fit.within_groups:
        if clusters <= min(most, FEW_REFITS):
            return _refitted(laid, fit, fitting)
        few = (rests or resting_on(laid)).slight | _taught_by_few(laid)
        if 0 < few.sum() <= most:
            return _partly_refitted(laid, fit, fitting, few)
    return from_parts(laid, fit)


def _refitted(laid: Laid, fit: Fit, fitting: Fitting) -> tuple[Contrast, str]:
    """The effect told again without each cluster."""
    _, first = np.unique(laid.clusters, return_index=True)
    without = leave_one_out(lambda rows: or_nothing(fitting, laid.of(rows)), laid.clusters)
    if laid.all_adopt or not laid.nested:
        return jackknife(fit.effect, without), BY_REFITS
    return jackknife(fit.effect, without, laid.focal[first], sums_by(laid.rests, laid.clusters)), BY_REFITS


def _partly_refitted(laid: Laid, fit: Fit, fitting: Fitting, few: Array) -> tuple[Contrast, str]:
    """The jackknife's error with the effect told again without each of `few` (G,) bool clusters, and from what each of the others adds."""
    served = np.zeros(len(laid.focal), bool) if laid.all_adopt else laid.focal
    moved, weight = moves(fit.influence, laid.clusters, served, laid.rests)
    for cluster in np.flatnonzero(few).tolist():
        away = fit.effect - or_nothing(fitting, laid.of(laid.clusters != cluster))
        moved[cluster] = np.where(weight[cluster] > 0, away, 0.0)
    if np.isnan(moved).any():
        return Contrast(fit.effect, float("nan"), float("nan")), BY_SOME_REFITS
    if laid.all_adopt:
        G = len(moved)
        return Contrast(fit.effect, float(((G - 1) / G * (moved.sum(axis=1) ** 2).sum()) ** 0.5), float(G - 1)), BY_SOME_REFITS
    return of_moves(fit.effect, moved, weight), BY_SOME_REFITS


def _taught_by_few(laid: Laid) -> Array:
    """(G,) bool: the clusters of a side that covariates are read from, where these are few."""
    few = np.zeros(int(laid.clusters.max()) + 1, bool)
    if laid.covariates is not None:
        for side in (laid.focal, ~laid.focal):
            there = np.unique(laid.clusters[side])
            few[there] |= len(there) < SLIGHT + laid.covariates.shape[1]
    return few


def from_parts(laid: Laid, fit: Fit) -> tuple[Contrast, str]:
    """The effect with its error from what each cluster adds, told once; where everybody adopts, and all stand for one another, CR1."""
    if laid.all_adopt:
        return one_way(fit.effect, fit.influence, laid.clusters, parameters=0), BY_SUMS
    return by_arm(fit.effect, fit.influence, laid.clusters, laid.focal, laid.rests), BY_PARTS


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
    furthest = np.sort(t)[-int(np.ceil(REJECTED * (1 + DRAWS))) + 1]  # beyond it so few draws lie that p is below 5 %
    reach = max(float(furthest) * plain.std_error, plain.effect - plain.interval.low)
    p = float((1 + (t >= abs(plain.effect) / plain.std_error).sum()) / (1 + DRAWS))
    interval = Interval(plain.effect - reach, plain.effect + reach, f"multiplier bootstrap by cluster, {DRAWS:,} draws, and no narrower than t")
    return replace(plain, interval=interval, p_value=max(p, plain.p_value))


def _by_chance(laid: Laid, fit: Fit, fitting: Fitting, question: Question, there: Reached) -> Told:
    """The dates of adoption dealt out anew among the clusters, however many there are."""
    if not laid.nested:
        found = "units of one cluster adopt on different dates, so that dates cannot be dealt out among clusters."
        raise Refused(Problem(f"question '{question.outcome}' by {question.method}: inference", found, remedy="Ask for 'robust'."))
    chance = _dealt_out(laid, fitting)
    plain = told(*from_parts(laid, fit), there, reassigned=chance)
    return in_accord(replace(plain, interval=chance.holding(fit.effect), p_value=chance.p_value))


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
