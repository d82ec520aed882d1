"""Subclassification: people are compared inside classes of the propensity score."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...terms import EstimandName, Matching, Problem, Refused
from .pool import Chosen, Pool
from .weighing import of_sets

if TYPE_CHECKING:
    from ...terms import Array


def choose(pool: Pool, plan: Matching, estimand: EstimandName) -> Chosen:
    """Everybody, in `subclasses` classes that hold equally many of those whom the effect is about (Rosenbaum and Rubin 1984).

    The score is the probability.  Its quantiles among the served, the compared, or everybody part the classes (linear between the order
    statistics, R's type 7); a score on a cut belongs to the class above, and one beyond the outermost cuts to the class there.  A class
    without one of the arms is given the nearest of it, class by class, from the one above or, where too few are left there, below:
    the classes of R's MatchIt 4.7.2 (method "subclass") where none lacks an arm; where one does, MatchIt may choose another neighbour.

    In a static pool sets are classes inside the pool's groups, and those without both arms are left out.  On risk sets all rows of all sets
    are classed together, since a set has one served person only.  Refuses more classes than either arm has people.
    """
    assert pool.linear is not None, "classes are of a propensity score"
    many = plan.subclasses
    scarce = [(name, int(arm.sum())) for name, arm in (("served", pool.served), ("compared", ~pool.served)) if arm.sum() < max(many, 1)]
    if many < 1 or scarce:
        raise Refused(_scarce(pool, many, scarce))
    with np.errstate(over="ignore"):
        score = 1 / (1 + np.exp(-pool.linear))
    about = {"effect_on_the_served": pool.served, "effect_on_the_compared": ~pool.served}.get(estimand, np.ones(len(pool), dtype=bool))
    classes = classed(score, pool.served, cuts(score[about], many))
    return of_sets(pool, classes if pool.in_sets else classes + many * pool.groups, estimand)


def cuts(score: Array, many: int) -> Array:
    """(many + 1,) the quantiles that part so many classes, the outermost the smallest and the largest score."""
    return np.quantile(score, np.linspace(0, 1, many + 1))


def classed(score: Array, served: Array, bounds: Array) -> Array:
    """(m,) int, 0..K-1: the class of each person by `bounds` (K + 1,), each class with one of each arm at least."""
    many = len(bounds) - 1
    found = np.clip(np.searchsorted(bounds, score, side="right") - 1, 0, many - 1)
    for arm in (served, ~served):
        rows = np.flatnonzero(arm)
        rows = rows[np.lexsort((score[rows], found[rows]))]
        ends = np.cumsum(np.bincount(found[rows], minlength=many))
        for c in range(many):  # each class reaches one person further than the class before it
            ends[c] = max(ends[c], (ends[c - 1] if c else 0) + 1)
        for c in range(many - 1, -1, -1):  # and leaves one for each class behind it
            ends[c] = min(ends[c], len(rows) - (many - 1 - c))
        found[rows] = np.repeat(np.arange(many), np.diff(ends, prepend=0))
    return found


def _scarce(pool: Pool, many: int, scarce: list[tuple[str, int]]) -> Problem:
    arms = " and ".join(f"{people:,} {name}" for name, people in scarce)
    found = f"{many} classes are asked for" + (f", and there are {arms}." if scarce else ".")
    return Problem(f"{pool.where}: compare.subclasses", found, "Each class holds one of each arm at least.", "Ask for fewer, and for 1 at least.")
