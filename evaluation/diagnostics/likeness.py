"""Whether the people compared are like those served in what came before the start."""

from __future__ import annotations

from collections.abc import Mapping
from math import log
from typing import TYPE_CHECKING

import numpy as np

from ..terms import Diagnostic

if TYPE_CHECKING:
    from ..terms import Array

FARTHEST = 0.25  # of the served's standard deviation: beyond, no adjustment makes the arms equivalent (What Works Clearinghouse 4.1)
CLOSE = 0.1  # within, a difference is usually called negligible (Austin 2009)
MOST_UNEVEN = 2.0  # a variance twice, or half, that of the other arm (Rubin 2001; Stuart 2010)
NOTHING = ": nothing on record"  # the name of a missing value's own column


def filled(history: Mapping[str, Array]) -> dict[str, Array]:
    """The columns with their mean where nothing is on record, each of those followed by a column that says where."""
    columns: dict[str, Array] = {}
    for name, column in history.items():
        missing = np.isnan(column)
        columns[name] = np.where(missing, column[~missing].mean() if not missing.all() else 0.0, column)
        if missing.any():
            columns[name + NOTHING] = missing.astype(float)
    return columns


def standardised_difference(column: Array, served: Array, weights: Array) -> float:
    """Weighted mean of the served less that of the compared, in the served's standard deviation before matching.

    As R's MatchIt and cobalt for an effect on the served: sqrt(p (1 - p)) where a column holds 0 and 1 only, and both arms'
    deviation where the served's is 0.  `weights` (n,) are 0 for whoever is left out.
    """
    two = bool(((column == 0) | (column == 1)).all())
    v1, v0 = (_variance(column[arm], np.ones(int(arm.sum())), two=two) for arm in (served, ~served))
    spread = (v1 if v1 > 0 else (v1 + v0) / 2) ** 0.5
    apart = np.average(column[served], weights=weights[served]) - np.average(column[~served], weights=weights[~served])
    return float(apart / spread) if spread > 0 else 0.0


def variance_ratio(column: Array, served: Array, weights: Array) -> float:
    """The weighted variance of the served over that of the compared; 1 where neither varies."""
    v1, v0 = (_variance(column[arm], weights[arm], two=False) for arm in (served, ~served))
    return v1 / v0 if v0 > 0 else 1.0 if v1 == 0 else float("inf")


def _variance(x: Array, w: Array, *, two: bool) -> float:
    """With w scaled to add to 1: p (1 - p) of a column of 0 and 1, else sum w (x - mean)^2 / (1 - sum w^2)."""
    w = w / w.sum()
    mean = float((w * x).sum())  # not a product of vectors: its order of sums depends on the number of threads
    rest = 1 - float((w * w).sum())
    if two:
        return mean * (1 - mean)
    return float((w * (x - mean) ** 2).sum()) / rest if rest > 0 and np.ptp(x[w > 0]) > 0 else 0.0


def balance_before_matching(columns: Mapping[str, Array], served: Array, person: Array) -> Diagnostic:
    """The largest standardised difference before matching, served against everybody who could have been compared; shown, not judged.

    `columns` are (n,), as `filled` gives them, `served` (n,) bool, `person` (n,) int.
    """
    everybody = np.ones(len(served))
    apart, behind = _differences(columns, served, everybody), _behind(columns, served, everybody, person)
    worst = max(apart, key=lambda name: abs(apart[name]))
    return Diagnostic(
        name="balance_before_matching",
        sentence=f"Before matching, the arms differ most in '{worst}', by {abs(apart[worst]):.2f} standard deviations of the served.",
        value=abs(apart[worst]),
        limit=None,
        holds=True,
        source="what matching had to make alike",
        required=False,
        detail=apart,
        behind=behind,
    )


def balance_after_matching(columns: Mapping[str, Array], served: Array, weights: Array, person: Array) -> Diagnostic:
    """The largest standardised difference after matching, over every column of the history, those left out of the score too.

    `columns` are (n,), as `filled` gives them, `served` (n,) bool, `weights` (n,) 0 for whoever is not matched, `person` (n,) int.
    """
    apart, behind = _differences(columns, served, weights), _behind(columns, served, weights, person)
    worst = max(apart, key=lambda name: abs(apart[name]))
    value = abs(apart[worst])
    holds = value <= FARTHEST
    return Diagnostic(
        name="balance_after_matching",
        sentence=f"After matching, the arms differ most in '{worst}', by {value:.2f} standard deviations of the served; "
        + (f"at most {FARTHEST} is allowed." if holds else f"more than {FARTHEST} is too far apart for any answer."),
        value=value,
        limit=FARTHEST,
        holds=holds,
        source="What Works Clearinghouse, Standards Handbook 4.1: baseline equivalence cannot be had beyond .25",
        detail=apart,
        behind=behind,
    )


def closely_alike(apart: Mapping[str, float]) -> Diagnostic:
    """Whether every column lies within the stricter limit; not required, but said where it fails.

    `apart` are standardised differences after matching, by column.
    """
    beyond = sorted(name for name in apart if abs(apart[name]) > CLOSE)
    return Diagnostic(
        name="closely_alike",
        sentence=f"No column of the history differs by more than {CLOSE} standard deviations after matching."
        if not beyond
        else f"After matching, the arms still differ by more than {CLOSE} standard deviations in {', '.join(map(repr, beyond))}.",
        value=max(map(abs, apart.values())),
        limit=CLOSE,
        holds=not beyond,
        source="Austin 2009; the What Works Clearinghouse asks for an adjusted answer beyond .05, which this one is not",
        required=False,
    )


def variances_after_matching(columns: Mapping[str, Array], served: Array, weights: Array) -> Diagnostic:
    """The ratio of weighted variances, served over compared, that is farthest from 1; columns of two values are told by their means.

    `columns` are (n,), as `filled` gives them, `served` (n,) bool, `weights` (n,) 0 for whoever is not matched.
    """
    kept = weights > 0
    spread = {name: column[kept] for name, column in columns.items() if len(np.unique(column[kept])) > 2}
    ratio = {name: variance_ratio(column, served[kept], weights[kept]) for name, column in spread.items()}
    worst = max(ratio, key=lambda name: _uneven(ratio[name]), default="")
    value = ratio.get(worst, 1.0)
    holds = _uneven(value) <= log(MOST_UNEVEN)
    return Diagnostic(
        name="variances_after_matching",
        sentence="After matching, no column of the history is spread more than twice as widely in one arm as in the other."
        if holds
        else f"After matching, '{worst}' is spread more than twice as widely in one arm as in the other.",
        value=value,
        limit=MOST_UNEVEN,
        holds=holds,
        source="Rubin 2001; Stuart 2010: a ratio of variances between a half and two",
        required=False,
        detail=ratio,
    )


def _differences(columns: Mapping[str, Array], served: Array, weights: Array) -> dict[str, float]:
    return {name: standardised_difference(column, served, weights) for name, column in columns.items()}


def _uneven(ratio: float) -> float:
    return abs(log(ratio)) if 0 < ratio < float("inf") else float("inf")


def _behind(columns: Mapping[str, Array], served: Array, weights: Array, person: Array) -> dict[str, tuple[int, ...]]:
    """By column, of each arm, served first, how many people have the column's most common value, and how many another.

    Where no value is as common as all the others together the column is spread out, and tells of no group but the whole arm.
    """
    kept = weights > 0
    arms, whose = (served[kept], ~served[kept]), person[kept]
    behind = {}
    for name, column in columns.items():
        _, which, n = np.unique(column[kept], return_inverse=True, return_counts=True)
        common = which == n.argmax() if 2 * n.max() >= n.sum() else np.ones(len(which), dtype=bool)
        behind[name] = tuple(distinct(whose, arm & group) for arm in arms for group in (common, ~common))
    return behind


def distinct(person: Array, there: Array) -> int:
    """How many different people are `there`; `person` (n,) int, 0 or more."""
    return int(np.count_nonzero(np.bincount(person[there])))
