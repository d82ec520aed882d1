"""Small pools whose people are weighed, and the effect that weights tell with what they were learnt from."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from evaluation.methods.matched.pool import Chosen, Pool
from evaluation.methods.matched.ways import WAYS
from evaluation.methods.matched.weights import choose
from evaluation.terms import Matching

TOLD = [(by, estimand) for by, way in WAYS.items() if way.weighs for estimand in sorted(way.estimands)]
SCORED = [(by, estimand) for by, estimand in TOLD if by in ("inverse_probability", "overlap", "matching_weights")]
BALANCED = [told for told in TOLD if told not in SCORED]


def people(n: int = 400, seed: int = 0) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Columns that tell who is served, each arm with people like every one of the other."""
    rng = np.random.default_rng(seed)
    columns = {"arrests": rng.poisson(2.0, n).astype(float), "days": np.round(rng.gamma(2.0, 30.0, n)), "housed": (rng.random(n) < 0.4).astype(float)}
    chance = expit(-1.2 + 0.3 * columns["arrests"] - 0.005 * columns["days"] + 0.5 * columns["housed"])
    return columns, rng.random(n) < chance


def pool_of(columns: dict[str, np.ndarray], served: np.ndarray, linear: np.ndarray | None = None) -> Pool:
    who = np.arange(len(served))
    return Pool("question 'x' by matched", who, served, served, who, np.zeros(len(who), dtype=int), False, columns, linear=linear)


def chosen(columns, served, by: str, estimand: str, **words) -> Chosen:
    return choose(pool_of(columns, served), Matching(by=by, **words), estimand)


def effect(given: Chosen, y: np.ndarray, served: np.ndarray) -> tuple[float, np.ndarray]:
    """The difference of weighted means, and what each row adds to its error (m,), the error of the weights counted."""
    weights = given.weights / np.where(served, given.weights[served].sum(), -given.weights[~served].sum())
    means = [weights[served] @ y[served], -weights[~served] @ y[~served]]
    off = y - np.where(served, *means)
    slopes = given.learned.slopes / np.where(served, given.weights[served].sum(), -given.weights[~served].sum())[:, None]
    return means[0] - means[1], weights * off + given.learned.influence @ (slopes.T @ off)
