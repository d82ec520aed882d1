"""The proof of weights that were learnt: they follow the formula of the effect asked for, and move with the score as they say.

It shares neither a solver nor a formula of slopes with the ways themselves: the score is solved again, weights are worked out from
it by one tilt (Li, Morgan and Zaslavsky 2018), and slopes are held to what weights do when the score is moved a little.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from ...terms import EstimandName, Matching
from .pool import Chosen, Pool
from .solving import designed

if TYPE_CHECKING:
    from ...terms import Array

LEARNT = 1e-4  # relative: what rounding leaves of a sum where the arms hardly overlap
FOLLOWS = 1e-2  # relative, of a weight: by how much two solvers may differ where the arms hardly overlap
STEPS, STILL = 50, 1e-9  # of Newton from the pool's own score, and of a linear predictor: a step that moves nobody by more is the last
NUDGE = 1e-5  # of a linear predictor: a step whose halves agree to FOLLOWS, and which rounding does not swamp
BY_BALANCE = ("entropy_balancing", "covariate_balancing", "tilting")  # their equations are the columns' balance, and not a score's likelihood


def unlike_the_law(pool: Pool, chosen: Chosen, plan: Matching, estimand: EstimandName) -> Iterator[str]:
    """What is wrong with weights by a score, or with what they were learnt from, for the effect asked for."""
    X = designed(pool.columns).X
    if plan.score == "flexible" and plan.by not in BY_BALANCE:
        assert pool.linear is not None, "a way that rests on a score has one"
        if not np.allclose(_by_tilt(pool, pool.linear, estimand), chosen.weights, rtol=FOLLOWS, atol=0):
            yield "the weights are not those of the score"
        return
    if chosen.learned is None:
        yield "what the weights were learnt from is not given back"
        return
    yield from _of_learned(pool, chosen)
    if plan.by in BY_BALANCE:
        yield from _of_balance(pool, chosen, X)
    else:
        yield from _of_score(pool, chosen, estimand, X)


def _of_learned(pool: Pool, chosen: Chosen) -> Iterator[str]:
    """Weights move so that the arms stay as heavy as each other, and what rows add to an error adds to nothing."""
    assert chosen.learned is not None
    slopes, influence = chosen.learned.slopes, chosen.learned.influence
    apart = np.abs(slopes[pool.served].sum(axis=0) - slopes[~pool.served].sum(axis=0))
    if (apart > LEARNT * (np.abs(slopes).sum(axis=0) + chosen.weights.sum())).any():
        yield "the slopes of the weights make one arm heavier than the other"
    if (np.abs(influence.sum(axis=0)) > FOLLOWS * np.abs(influence).sum(axis=0)).any():
        yield "what rows add to the error of the weights does not add to nothing"


def _of_balance(pool: Pool, chosen: Chosen, X: Array) -> Iterator[str]:
    """What is the same in both arms whatever people are drawn has a difference of 0 without error: each row's part of it is 0.

    So it is of every column that balances, and of their sum, each with a part of its own.
    """
    assert chosen.learned is not None
    together = _parts(len(X) - 1) @ X[1:]
    own, moved = np.zeros(len(pool)), np.zeros(chosen.learned.slopes.shape[1])
    for arm, sign in ((pool.served, 1.0), (~pool.served, -1.0)):
        w, x = chosen.weights[arm], together[arm]
        off = x - np.average(x, weights=w)
        own[arm] = sign * w * off / w.sum()
        moved += sign * (off @ chosen.learned.slopes[arm]) / w.sum()
    left = own + chosen.learned.influence @ moved
    if np.abs(left).max(initial=0.0) > FOLLOWS * np.abs(own).max(initial=0.0):
        yield "the slopes of the weights and what rows add to their error do not agree with the balance of the columns"


def _of_score(pool: Pool, chosen: Chosen, estimand: EstimandName, X: Array) -> Iterator[str]:
    """Weights are those of the logit regression, grow with it as their slopes say, and its error is what rows add to its equations."""
    assert chosen.learned is not None
    eta = _solved(pool, X)
    if not np.allclose(_by_tilt(pool, eta, estimand), chosen.weights, rtol=FOLLOWS, atol=0):
        yield "the weights are not those of the score"
        return
    direction = _parts(len(X))
    direction /= np.abs(direction @ X).max()
    along = direction @ X
    grown = (_by_tilt(pool, eta + NUDGE * along, estimand) - _by_tilt(pool, eta - NUDGE * along, estimand)) / (2 * NUDGE)
    smooth = bool((np.abs(eta) > 2 * NUDGE).all())  # matching weights have a kink where the chance is a half
    if smooth and (np.abs(grown - chosen.learned.slopes @ direction) > FOLLOWS * (np.abs(grown) + chosen.weights)).any():
        yield "the weights do not move with the score as their slopes say"
    p = expit(eta)
    adds = along * (pool.served - p)
    if np.abs(chosen.learned.influence @ (X @ (p * (1 - p) * along)) - adds).max() > FOLLOWS * np.abs(adds).max():
        yield "what rows add to the error of the score is not what they add to its equations"


def _parts(k: int) -> Array:
    """(k,) of each equation or coefficient a different part: a fault in any of them shows in their sum."""
    return np.asarray(np.cos(1.0 + np.arange(k)))


def _solved(pool: Pool, X: Array) -> Array:
    """(m,) the linear predictor for which the columns X (k, m) have the same sum over the served and over everybody's chances."""
    start = np.zeros(len(pool)) if pool.linear is None else pool.linear
    b = np.linalg.lstsq(X @ X.T, X @ start, rcond=None)[0]
    for _ in range(STEPS):
        p = expit(b @ X)
        step = np.linalg.lstsq((X * (p * (1 - p))) @ X.T, X @ (pool.served - p), rcond=None)[0]
        b = b + step
        if np.abs(step @ X).max() <= STILL:
            break
    return np.asarray(b @ X)


def _by_tilt(pool: Pool, eta: Array, estimand: EstimandName) -> Array:
    """(m,) weights h / e of the served and h / (1 - e) of the others, each arm scaled to whom the effect is about, by a linear score."""
    e, other = expit(eta), expit(-eta)
    tilt: Mapping[str, Array] = {
        "effect_on_the_served": e,
        "effect_on_the_compared": other,
        "effect_in_the_overlap": e * other,
        "effect_on_the_matchable": np.minimum(e, other),
    }
    h = tilt.get(estimand, np.ones(len(pool)))
    counted = {"effect_on_the_served": pool.served.sum(), "effect_on_the_compared": (~pool.served).sum(), "average_effect": len(pool)}
    raw, about = h / np.where(pool.served, e, other), float(counted.get(estimand, h.sum()))
    arm = pool.served.astype(int)
    return np.asarray(raw * (about / np.bincount(arm, weights=raw, minlength=2))[arm])
