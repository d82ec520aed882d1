"""Whether the people compared are like those served in what came before the start."""

from __future__ import annotations

from collections.abc import Mapping
from math import isinf, log
from typing import TYPE_CHECKING

import numpy as np

from ..terms import Diagnostic, EstimandName
from .differences import SERVED, apart, gaps, in_spreads, of_two_values, product_differences, rising, spread, variance_ratio, whose
from .wording import matching

if TYPE_CHECKING:
    from ..terms import Array

FARTHEST = 0.25  # of the served's standard deviation: beyond, no adjustment makes the arms equivalent (What Works Clearinghouse 4.1)
CLOSE = 0.1  # within, a difference is usually called negligible (Austin 2009)
MOST_UNEVEN = 2.0  # a variance twice, or half, that of the other arm (Rubin 2001; Stuart 2010)
NOTHING_SEEN = 0.005  # standard deviations: a smaller difference reads as 0.00
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


# Every function below: `columns` are (n,), as `filled` gives them, `served` (n,) bool, `weights` (n,) 0 for whoever is left out, `person`
# (n,) int.  Differences are in standard deviations of those whom the effect `estimand` is about, before anybody was chosen.  `weighed`
# says that everybody was weighed rather than matched, and `called` what the first arm is called.


def balance_before_matching(
    columns: Mapping[str, Array],
    served: Array,
    person: Array,
    *,
    estimand: EstimandName = SERVED,
    weighed: bool = False,
    called: str = "served",
    deviations: Mapping[str, float] | None = None,
) -> Diagnostic:
    """The largest standardised difference before matching, served against everybody who could have been compared; shown, not judged.

    `deviations` are those of `spreads`, by column, where the weights say whom the effect is about, or where they are known already.
    """
    everybody = np.ones(len(served))
    found = _apart(columns, served, everybody, deviations or spreads(columns, served, everybody, estimand))
    worst = _farthest(found)
    return Diagnostic(
        name="balance_before_matching",
        sentence=f"Before {matching(weighed=weighed)}, the arms differ most in '{worst}', by {_far(found[worst])} {whose(estimand, called)}.",
        value=abs(found[worst]),
        limit=None,
        holds=True,
        source="what matching had to make alike",
        required=False,
        detail=found,
        behind=_behind(columns, served, everybody, person),
    )


def balance_after_matching(
    columns: Mapping[str, Array],
    served: Array,
    weights: Array,
    person: Array,
    *,
    estimand: EstimandName = SERVED,
    weighed: bool = False,
    called: str = "served",
    deviations: Mapping[str, float] | None = None,
) -> Diagnostic:
    """The largest standardised difference after matching, over every column of the history, those left out of the score too."""
    found = _apart(columns, served, weights, deviations or spreads(columns, served, weights, estimand))
    worst = _farthest(found)
    value = abs(found[worst])
    holds = value <= FARTHEST
    return Diagnostic(
        name="balance_after_matching",
        sentence=f"After {matching(weighed=weighed)}, {_most(worst, value)} {whose(estimand, called)}; "
        + (f"at most {FARTHEST} is allowed." if holds else f"more than {FARTHEST} is too far apart for any answer."),
        value=value,
        limit=FARTHEST,
        holds=holds,
        source="What Works Clearinghouse, Standards Handbook 4.1: baseline equivalence cannot be had beyond .25",
        detail=found,
        behind=_behind(columns, served, weights, person),
    )


def closely_alike(differences: Mapping[str, float], *, weighed: bool = False) -> Diagnostic:
    """Whether every column lies within the stricter limit; not required, but said where it fails.

    `differences` are standardised differences after matching, by column.
    """
    beyond, after = sorted(name for name in differences if abs(differences[name]) > CLOSE), matching(weighed=weighed)
    return Diagnostic(
        name="closely_alike",
        sentence=f"No column of the history differs by more than {CLOSE} standard deviations after {after}."
        if not beyond
        else f"After {after}, the arms still differ by more than {CLOSE} standard deviations in {', '.join(map(repr, beyond))}.",
        value=max(map(abs, differences.values())),
        limit=CLOSE,
        holds=not beyond,
        source="Austin 2009; the What Works Clearinghouse asks for an adjusted answer beyond .05",
        required=False,
    )


def variances_after_matching(columns: Mapping[str, Array], served: Array, weights: Array, *, weighed: bool = False) -> Diagnostic:
    """The ratio of weighted variances, served over compared, that is farthest from 1; columns of two values are told by their means."""
    kept, after = weights > 0, matching(weighed=weighed)
    there = {name: column[kept] for name, column in columns.items()}
    ratio = {name: variance_ratio(column, served[kept], weights[kept]) for name, column in there.items() if _of_several_values(column)}
    worst = max(ratio, key=lambda name: _uneven(ratio[name]), default="")
    value = ratio.get(worst, 1.0)
    holds = _uneven(value) <= log(MOST_UNEVEN)
    return Diagnostic(
        name="variances_after_matching",
        sentence=f"After {after}, no column of the history is spread more than twice as widely in one arm as in the other."
        if holds
        else f"After {after}, '{worst}' is spread more than twice as widely in one arm as in the other.",
        value=value,
        limit=MOST_UNEVEN,
        holds=holds,
        source="Rubin 2001; Stuart 2010: a ratio of variances between a half and two",
        required=False,
        detail=ratio,
    )


def products_after_matching(
    columns: Mapping[str, Array],
    served: Array,
    weights: Array,
    *,
    estimand: EstimandName = SERVED,
    weighed: bool = False,
    called: str = "served",
) -> Diagnostic:
    """The largest standardised difference after matching of a column's square or of a product of two, each about its mean.

    Not required: what no design was asked to make alike seldom all is, and of many products some differ by luck.
    """
    found, after = product_differences(columns, served, weights, estimand), matching(weighed=weighed)
    worst = _farthest(found) if found else ""
    value = abs(found[worst]) if found else 0.0
    holds = value <= FARTHEST
    told = f"After {after}, no square of a column and no product of two differs by more than {FARTHEST} standard deviations."
    return Diagnostic(
        name="products_after_matching",
        sentence=told if holds else f"After {after}, '{worst}' still differs by {_far(value)} {whose(estimand, called)}.",
        value=value,
        limit=FARTHEST,
        holds=holds,
        source="Stuart 2010: squares and products are looked at too; the limit is that of the columns",
        required=False,
        detail={worst: found[worst]} if found else {},
    )


def distributions_after_matching(columns: Mapping[str, Array], served: Array, weights: Array, *, weighed: bool = False) -> Diagnostic:
    """The largest gap between the arms' cumulative distributions after matching, over columns of more than 0 and 1; shown, not judged."""
    kept = weights > 0
    arm, weight = served[kept], weights[kept]
    gap = {name: gaps(*rising(column[kept]), arm, weight)[0] for name, column in columns.items() if not of_two_values(column)}
    worst = max(gap, key=lambda name: gap[name], default="")
    sentence = (
        f"After {matching(weighed=weighed)}, the arms' distributions lie farthest apart in '{worst}', by {100 * gap.get(worst, 0):.0f} % of an arm."
    )
    return Diagnostic(
        name="distributions_after_matching",
        sentence=sentence if gap else "Every column of the history holds 0 and 1 only, and its mean tells all of it.",
        value=gap.get(worst, 0.0),
        limit=None,
        holds=True,
        source="the largest gap between two distributions (Kolmogorov and Smirnov), as a distance and not as a test (Austin 2009)",
        required=False,
        detail=gap,
    )


def spreads(columns: Mapping[str, Array], served: Array, weights: Array, estimand: EstimandName = SERVED) -> dict[str, float]:
    """By column, the standard deviation that differences are told in (`differences.spread`)."""
    return {name: spread(column, served, weights, estimand) for name, column in columns.items()}


def _apart(columns: Mapping[str, Array], served: Array, weights: Array, deviations: Mapping[str, float]) -> dict[str, float]:
    return {name: in_spreads(column, apart(column, served, weights), deviations[name]) for name, column in columns.items()}


def _far(value: float) -> str:
    """A size in words: none that a page prints as `inf`, nor one beyond the limit that reads as the limit."""
    size = abs(value)
    if isinf(size):
        return "endlessly many"
    return f"{size:.2f}" if size <= FARTHEST or round(size, 2) > FARTHEST else f"{size:.4g}"


def _most(worst: str, value: float) -> str:
    """How far apart the arms are at most; where that reads as nothing, of no column by name."""
    return (
        f"the arms differ most in '{worst}', by {_far(value)}"
        if value >= NOTHING_SEEN
        else f"no column of the history differs by more than {NOTHING_SEEN}"
    )


def _farthest(differences: Mapping[str, float]) -> str:
    return max(differences, key=lambda name: abs(differences[name]))


def _uneven(ratio: float) -> float:
    return abs(log(ratio)) if 0 < ratio < float("inf") else float("inf")


def _of_several_values(column: Array) -> bool:
    """Whether a column holds more than two different values."""
    return bool(((column != column.min()) & (column != column.max())).any())


def _behind(columns: Mapping[str, Array], served: Array, weights: Array, person: Array) -> dict[str, tuple[int, ...]]:
    """By column, of each arm, served first, how many people have the column's most common value, and how many another.

    Where no value is as common as all the others together the column is spread out, and tells of no group but the whole arm.
    """
    kept = weights > 0
    whose = person[kept]
    once = not len(whose) or int(np.bincount(whose).max()) == 1  # nobody stands in two rows
    arms = (served[kept], ~served[kept])
    behind = {}
    for name, column in columns.items():
        common = _commonest(column[kept])
        groups = [arm & group for arm in arms for group in (common, ~common)]
        behind[name] = tuple(int(np.count_nonzero(group)) if once else distinct(whose, group) for group in groups)
    return behind


def _commonest(column: Array) -> Array:
    """(n,) bool: who has the value that half of all rows have, the smaller of two; everybody where no value is so common.

    A value of half the rows lies in the middle of the column, however it is ordered.
    """
    n = len(column)
    if of_two_values(column):
        return column == (0.0 if 2 * np.count_nonzero(column) <= n else 1.0)
    middle = np.partition(column, sorted({(n - 1) // 2, n // 2}))[[(n - 1) // 2, n // 2]]
    low, high = (column == value for value in middle)
    common = low if np.count_nonzero(low) >= np.count_nonzero(high) else high
    return common if 2 * np.count_nonzero(common) >= n else np.ones(n, dtype=bool)


def distinct(person: Array, there: Array) -> int:
    """How many different people are `there`; `person` (n,) int, 0 or more."""
    return int(np.count_nonzero(np.bincount(person[there])))
