"""Everybody stays, with a weight under which both arms stand for the people whom the effect is about.

By a logit score e of being served (Rosenbaum 1987; Li, Morgan and Zaslavsky 2018; Li and Greene 2013), served and compared weigh

    effect on the served        1                  e / (1 - e)
    effect on the compared      (1 - e) / e        1
    average effect              1 / e              1 / (1 - e)
    effect in the overlap       1 - e              e
    effect on the matchable     min(1, (1-e)/e)    min(1, e/(1-e))

or by weights that balance the columns themselves (`balancing`).  Each arm is then scaled to the number of people whom the effect is
about: of the overlap sum e (1 - e), of the matchable sum min(e, 1 - e).  No weight is cut, however large.

In risk sets all rows are pooled, and columns are made alike over all sets together, not set by set.  Before they weigh anything,
the compared are those at risk on the days on which somebody was served, as many for each of the served: so days and strata are
spread alike in both arms, and how many were drawn for each shifts the intercept of a logit score and nothing else (Prentice and
Pyke 1979), which the scaling takes out again.  Two things can part the arms in time or place: the weights themselves, where the
people at risk change over time or differ by place, and sets that held fewer people than were to be drawn, which count for less
among the compared than among the served.  Where the outcome changes with them too, the effect is biased unless columns say so and
are balanced with the others: `gathering` adds one that says when the set opened, and one for each stratum of the cohort's and of
the question's `exact`.  One person's rows hang together, which a variance by person counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from ...terms import EstimandName, Learned, Matching, Problem, Refused
from .balancing import balanced, separated
from .pool import Chosen, Pool
from .refusals import nothing_varies
from .solving import Part, Weigher, designed, error, greatest, nearest_line, totals

if TYPE_CHECKING:
    from ...terms import Array

BALANCING = ("entropy_balancing", "covariate_balancing", "tilting")


def choose(pool: Pool, plan: Matching, estimand: EstimandName) -> Chosen:
    """The weights of everybody in a pool, in its order, and what they were learnt from.

    `learned` lets an effect count the error of the score or of the balancing: the equations of both are solved together
    (M-estimation, Stefanski and Boos 2002).  The score is that of the rows of the pool, `pool.columns` its columns.  With a
    flexible score it is None: trees solve no equations whose error could be counted.  An interval then takes the weights as
    given, which for a logit score is usually too wide (Lunceford and Davidian 2004) and for trees is not known to be.  Matching
    weights have a kink where e = 1/2; their slopes are those beside it, which is right unless many people stand on it.

    Refuses a history that does not vary, arms that it tells apart without error, columns that no positive weights balance, and
    a chance of being served of 0 or 1.
    """
    if all(np.ptp(column) == 0 for column in pool.columns.values()):
        raise Refused(nothing_varies(pool.where, tuple(pool.columns), len(pool)))
    if plan.by in BALANCING:
        return _learned(pool, balanced(pool, plan, estimand), *_about(pool, estimand))
    if plan.score == "flexible":
        return _given(pool, estimand)
    return _by_regression(pool, estimand)


def _by_regression(pool: Pool, estimand: EstimandName) -> Chosen:
    """By the logit regression of being served on the columns of the pool, by maximum likelihood over its rows."""
    design, served = designed(pool.columns), pool.served.astype(float)
    X = design.X

    def curve(eta: Array, rows: slice) -> Part:
        p = expit(eta)
        return -np.logaddexp(0.0, eta), -p, p * (1 - p)

    start = np.zeros(len(X))
    start[0] = np.log(served.sum() / (1 - served).sum())
    if pool.linear is not None:  # of these rows, or of them and others: near the maximum
        start = nearest_line(X, pool.linear)
    solved = greatest(X, totals(X, served), curve, start, float(len(pool)))
    if not solved.reached:
        raise Refused(separated(pool, design, solved))
    raw, growth = _raw(pool, solved.eta, estimand)
    number, slopes = _about(pool, estimand, solved.eta)
    weigher = Weigher(raw, growth, X, error(X, served - expit(solved.eta), solved.bends))
    return _learned(pool, (weigher,), number, slopes)


def _given(pool: Pool, estimand: EstimandName) -> Chosen:
    """By a score that is taken as given."""
    assert pool.linear is not None, "a way that rests on a score has one"
    raw, _ = _raw(pool, pool.linear, estimand)
    if not np.isfinite(raw).all():
        found = f"by the score, {int((~np.isfinite(raw)).sum()):,} of {len(pool):,} have a chance of being served of 0 or 1, and no weight."
        raise Refused(Problem(f"{pool.where}: compare", found, remedy="Set them aside with 'trim', or use score = \"regression\"."))
    number, _ = _about(pool, estimand, pool.linear)
    arm = pool.served.astype(int)
    return Chosen(raw * (number / np.bincount(arm, weights=raw, minlength=2))[arm])


def _raw(pool: Pool, eta: Array, estimand: EstimandName) -> tuple[Array, Array]:
    """What everybody weighs by a linear score (m,), and how that grows with it; (m,) each."""
    with np.errstate(over="ignore"):
        odds = np.exp(np.where(pool.served, -eta, eta))  # of being in the other arm
    sign = np.where(pool.served, -1.0, 1.0)
    if estimand == "average_effect":
        return 1 + odds, sign * odds
    if estimand == "effect_in_the_overlap":
        other = expit(sign * eta)
        return other, sign * other * (1 - other)
    if estimand == "effect_on_the_matchable":
        return np.minimum(odds, 1.0), np.where(odds < 1, sign * odds, 0.0)
    own = pool.served if estimand == "effect_on_the_served" else ~pool.served
    return np.where(own, 1.0, odds), np.where(own, 0.0, sign * odds)


def _about(pool: Pool, estimand: EstimandName, eta: Array | None = None) -> tuple[float, Array | None]:
    """How many people the effect is about, and where that hangs on a score how it grows with each one's linear predictor (m,)."""
    if eta is None or estimand in ("effect_on_the_served", "effect_on_the_compared", "average_effect"):
        counted = {"effect_on_the_served": pool.served.sum(), "effect_on_the_compared": (~pool.served).sum()}
        return float(counted.get(estimand, len(pool))), None
    e = expit(eta)
    if estimand == "effect_in_the_overlap":
        return float((e * (1 - e)).sum()), e * (1 - e) * (1 - 2 * e)
    return float(np.minimum(e, 1 - e).sum()), e * (1 - e) * np.sign(0.5 - e)


def _learned(pool: Pool, weighers: tuple[Weigher, ...], number: float, number_growth: Array | None) -> Chosen:
    """Each arm scaled to the number of people whom the effect is about, and the slopes of the scaled weights."""
    weights, arm, slopes = np.zeros(len(pool)), pool.served.astype(int), []
    for one in weighers:
        in_arm = np.bincount(arm, weights=one.raw, minlength=2)
        scale = np.divide(number, in_arm, out=np.zeros(2), where=in_arm > 0)[arm]
        scaled = one.raw * scale
        weights += scaled
        slopes.append(_slopes(one.X, arm, scaled / number, one.growth * scale, number_growth))
    return Chosen(weights, learned=Learned(_beside(slopes).T, _beside([one.influence for one in weighers]).T))


def _slopes(X: Array, arm: Array, share: Array, growth: Array, number_growth: Array | None) -> Array:
    """(k, m) of scaled weights: an arm's `share` of its weight stays 1 whatever the score, unless the number it stands for grows."""
    slopes = np.empty_like(X)
    for x, slope in zip(X, slopes, strict=True):
        np.multiply(x, growth, out=slope)
        slope -= share * np.bincount(arm, weights=slope, minlength=2)[arm]
        if number_growth is not None:
            slope += share * float((x * number_growth).sum())
    return slopes


def _beside(parts: list[Array]) -> Array:
    return parts[0] if len(parts) == 1 else np.vstack(parts)
