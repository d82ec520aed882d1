"""Baseline equivalence as the What Works Clearinghouse has it: effect sizes by covariate, and whether the groups were alike.

The limits are those of Handbook 5.0, read at second hand.  Hedges' g of amounts and the Cox index of shares come from what the
diagnostics of balance keep: differences in standard deviations by covariate and, of each arm, how many have a covariate's commonest
value.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import inf, isfinite, log, sqrt
from typing import Literal

from ..terms import Diagnostic, HistoryColumn, Question

ALIKE = 0.05  # standard deviations: satisfied as it stands
ADJUSTABLE = 0.25  # satisfied where the analysis adjusts for that covariate; beyond it, by nothing
COX = 1.65  # by which the logarithm of an odds ratio is divided
ROUNDING = 1e-9  # a difference of exactly .05 or .25 is inside, whatever its last binary digit
NOTHING = ": nothing on record"  # the name of a missing value's own column, as the diagnostics of balance write it
BALANCE = ("balance_after_matching", "lot_looks_like_a_lot")  # the one that an answer has, the first before the second
ADJUSTING = ("regression", "doubly_robust")

Equivalence = Literal["met", "unadjusted", "apart", "unknown"]


def hedges_g(difference: float, n1: int, n0: int) -> float:
    """A difference in standard deviations, corrected for small samples of `n1` and `n0` people: 1 - 3 / (4 N - 9).

    The standard's own divisor is the deviation pooled over both arms; ours is that which the diagnostic of balance is told in.
    """
    people = n1 + n0
    return difference * (1 - 3 / (4 * people - 9)) if people > 3 else difference


def cox_index(p1: float, p0: float) -> float:
    """The difference of two shares as the logarithm of their odds ratio over 1.65; infinite where one share alone is 0 or 1."""
    if p1 == p0:
        return 0.0
    if not (0 < p1 < 1 and 0 < p0 < 1):
        return inf if p1 > p0 else -inf
    return log(p1 * (1 - p0) / ((1 - p1) * p0)) / COX


def baseline(conditions: Iterable[Diagnostic], history: Sequence[HistoryColumn] = ()) -> dict[str, float] | None:
    """By covariate, the size of the difference before the start; None where nobody looked.

    Columns that the design's `history` reads as any or none are shares and get the Cox index, the others Hedges' g.
    """
    told = tuple(one for one in conditions if one.detail)
    found = next((one for name in BALANCE for one in told if one.name == name), None)
    if found is None:
        return None
    shares = {column.name for column in history if column.reduce == "any"}
    return {name: abs(_size(found, name, share=name in shares or name.endswith(NOTHING))) for name in found.detail}


def _size(found: Diagnostic, name: str, *, share: bool) -> float:
    apart, counts = found.detail[name], found.behind.get(name, ())
    if len(counts) != 4 or not isfinite(apart):
        return apart
    common, other, common_compared, other_compared = counts
    n1, n0 = common + other, common_compared + other_compared
    if not share or not n1 or not n0:
        return hedges_g(apart, n1, n0)
    p1 = other / n1
    spread = sqrt(p1 * (1 - p1))
    if not spread or found.name == "lot_looks_like_a_lot":  # of a lot nobody is weighed: the counts are the shares
        return cox_index(p1, other_compared / n0)
    away = abs(apart) * spread  # weights may have moved the compared's share: it lies this far from the served's
    lies_above = other_compared / n0 > p1
    return cox_index(p1, min(1.0, max(0.0, p1 + away if lies_above else p1 - away)))


def adjusted(question: Question, covariates: Iterable[str]) -> frozenset[str]:
    """The covariates that the analysis itself adjusts for: those that a regression reads, and none where means are compared."""
    if question.estimator not in ADJUSTING and question.adjust == "nothing":
        return frozenset()
    on = question.compare.on if question.compare else ()
    return frozenset(name for name in covariates if not on or name.removesuffix(NOTHING) in on)


def equivalence(sizes: Mapping[str, float] | None, held_by: frozenset[str]) -> Equivalence:
    """Whether baseline equivalence is met: all within .05, or within .25 and adjusted for; `held_by` are the covariates adjusted for."""
    if sizes is None:
        return "unknown"
    if any(not size <= ADJUSTABLE + ROUNDING for size in sizes.values()):
        return "apart"
    beyond = {name for name, size in sizes.items() if size > ALIKE + ROUNDING}
    return "met" if beyond <= held_by else "unadjusted"
