"""The chance of still being followed, by what was on record at the start: a Cox regression of each way of being lost in each arm.

Who moves away, whose records end and who is served later are other people, so each way has slopes of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..telling_losses import named
from .covariates import Design, Hazard, fitted_as_far, laid
from .times import Times

if TYPE_CHECKING:
    from ...terms import Array, Question
    from ..standing import Rows
    from .reading import Reading

FEWEST_LOST = 10  # for each column of a regression (Peduzzi and others 1995); with fewer the score stands in for them
HARDLY_LUCK = 3.0  # losses expected where there are none: by luck in one case of twenty
AFTER = 0.5  # of a day: whoever is lost was seen through the last day seen, so events come before losses


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """How each row of an arm came to be lost; n rows."""

    hazards: tuple[Hazard, ...]  # one for each way of being lost

    def spent(self, days: Array) -> Array:
        """(n,) the cumulative hazard of being lost before each of `days` (n,): less the logarithm of the chance of being followed."""
        total = np.zeros(len(days))
        for hazard in self.hazards:
            total += hazard.relative * hazard.cumulative[hazard.before(days)]
        return total

    def pull(self, by_spent: Array, days: Array) -> Array:
        """(n,) what each row adds to the error of a number, whose derivative by each row's `spent(days)` is `by_spent` (n,)."""
        parts = np.zeros(len(days))
        for hazard in self.hazards:
            own = by_spent * hazard.relative
            upto = hazard.before(days)
            m = len(hazard.time)
            by_hazard = np.cumsum(np.bincount(upto, weights=own, minlength=m + 1)[::-1])[::-1][1:]
            by_slopes = np.einsum("i,ij->j", own * hazard.cumulative[upto], hazard.Z)
            parts += hazard.pull(by_hazard[:, None], by_slopes[:, None])[:, 0]
        return parts


def followed(reading: Reading, rows: Rows, question: Question) -> Followed:
    """Regressions of being lost among the rows of one arm, on the columns that `question.censored` names, or the whole history.

    A way by which too few were lost for so many columns is told from those of the design's columns that fit, codes of categories
    giving way first, the rarest before others; then from the linear propensity score; then from the day alone.  Whoever holds a
    value that nobody lost holds is taken to be followed, if that is hardly luck.  Each row counts as it weighs.
    """
    ways = np.unique(reading.why[reading.lost]).tolist()
    columns = {} if question.censored.adjust == "nothing" else named(rows.history, question.censored.on)
    design, n = laid(columns, len(rows.row)), len(rows.row)
    score = laid({"score": rows.score} if columns and rows.score is not None and np.isfinite(rows.score).all() else {}, n)
    stop = reading.day + AFTER * reading.lost
    hazards = []
    for way in ways:
        gone = reading.lost & (reading.why == way)
        own, at_risk = _with_losses(design, gone, reading.day + 1.0)
        own = _few_enough(own.told_by(at_risk), score, gone, at_risk, rows.codes)
        times = Times(stop[at_risk], gone[at_risk].astype(np.int64), None, rows.weights[at_risk])
        hazard = fitted_as_far(own, times, at_risk)
        hazards.append(replace(hazard, relative=np.where(at_risk, hazard.relative, 0.0)))
    return Followed(tuple(hazards))


def _with_losses(design: Design, gone: Array, days: Array) -> tuple[Design, Array]:
    """The columns but those of two values of which nobody lost holds one; and (n,) bool who is at risk of being lost.

    The likelihood grows without end as the hazard of such a value falls to 0.  That is where it is put, if so many would have been
    lost over their days (n,) at the rate of the others that none is hardly luck; with fewer, nothing is told by the column.
    """
    at_risk = np.ones(len(gone), dtype=bool)
    kept = []
    for j, column in enumerate(design.X.T):
        value = column[gone][0]
        there = column == value
        if (column[gone] != value).any() or np.ptp(column[~there]) > 0:
            kept.append(j)
        elif gone.sum() * days[~there].sum() / days[there].sum() >= HARDLY_LUCK:
            at_risk &= there
    return design.only(kept), at_risk


def _few_enough(design: Design, score: Design, gone: Array, at_risk: Array, codes: frozenset[str]) -> Design:
    """Columns as few as those `gone` (n,) bool allow."""
    most = int(gone.sum()) // FEWEST_LOST
    coded = [name in codes for name in design.names]
    rarest = np.array([int(gone[column == column.max()].sum()) for column in design.X.T] if design.names else [], dtype=np.int64)
    order = sorted(range(len(coded)), key=lambda j: (coded[j], -rarest[j] if coded[j] else 0))
    numbers = len(coded) - sum(coded)
    if numbers <= most:
        return design.only(sorted(order[:most]))
    return score.told_by(at_risk) if most else score.only([])
