"""Whose effect: weights over people, and the means, pulls and errors that every estimand is made of.

A weight is 0 or more; only its share of the sum counts.  Everybody has the same one where none are given.  The effect on
the served weighs those served by 1, a matched set's truth weighs by the set, and the overlap by e (1 - e), where e is the TRUE
chance of being served and not an estimated one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from ...terms import Problem, Refused

if TYPE_CHECKING:
    from ...terms import Array


class Weighed(NamedTuple):
    """The people of an estimand: which rows have weight, and the share of each."""

    rows: Array  # (m,) int: those with weight, as places among all n
    share: Array | None  # (m,) float that sums to 1; None: every one of them weighs the same

    def __len__(self) -> int:
        return len(self.rows)

    def mean(self, values: Array) -> float:
        """The mean of (n,) values over these people."""
        mine = values[self.rows]
        return float(mine.mean() if self.share is None else np.sum(self.share * mine))

    def each(self, values: Array) -> Array:
        """What each of these people adds to the mean of (n,) values; (m,)."""
        mine = values[self.rows]
        return mine / len(mine) if self.share is None else self.share * mine


def weighed(n: int, weights: Array | None = None) -> Weighed:
    """The people among n whom (n,) weights name; refuses weights that name nobody, or are not weights."""
    if weights is None:
        weights = np.ones(n)
    wrong = []
    if np.shape(weights) != (n,):
        wrong.append(Problem("weights", f"{np.shape(weights)} weights were given for {n:,} clocks.", "Each clock has one."))
    elif not np.all(np.isfinite(weights)) or np.any(np.less(weights, 0)):
        wrong.append(Problem("weights", "a weight is below 0, or no number.", "Weights are 0 or more."))
    elif not np.any(weights):
        wrong.append(Problem("weights", "nobody has weight.", "An effect is that of at least one person."))
    if wrong:
        raise Refused(*wrong)
    rows = np.flatnonzero(weights)
    mine = np.asarray(weights, dtype=float)[rows]
    return Weighed(rows, None if np.all(mine == mine[0]) else mine / mine.sum())


def overlap(chance: Array) -> Array:
    """Weights e (1 - e) from the true chance e of being served: most for those who could as well have been served as not.

    Li, Morgan and Zaslavsky (2018).
    """
    return np.asarray(chance * (1 - chance))


def even_match(chance: Array) -> Array:
    """Weights min(e, 1 - e) from the true chance e of being served: those whom pairs without replacement could keep (Li and Greene 2013)."""
    return np.asarray(np.minimum(chance, 1 - chance))


def near(score: Array, at: float | Array, within: float) -> Array:
    """Weights 1 for those whose score lies at most `within` from the cut-off `at`, and 0 for the others.

    Where each date of a list has a cut-off of its own, `at` is that of each clock's date; (n,).
    """
    return np.asarray(np.abs(score - at) <= within, dtype=float)


def spread(pulls: Array) -> float:
    """The standard error of a sum of what each person pulls at it, people being independent draws; NaN of one person.

    Two people of one family are taken as two draws, which says a little too little where families are alike.
    """
    n = len(pulls)
    return float(np.sqrt(n / (n - 1) * np.sum(pulls**2))) if n > 1 else float("nan")
