"""What people's own clocks show before and after their start: the reading that changes on them are told from."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from ...phrases import counted
from ...terms import Cohort, Horizon, Problem, Question, Refused
from ..censoring import reweighted
from ..influence import Means
from ..standing import Rows

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array

DAYS_A_MONTH = 365.25 / 12
MOST_BEFORE = 8  # periods of the path before the start: what lies further back tells less of the start
FIFTHS = 5  # groups of people who had about as much of the outcome before: those followed stand for those lost
FEWEST_FOLLOWED = 25  # in such a group


@dataclass(frozen=True, slots=True, eq=False)
class Clocks:
    """The outcome of each clock, before and after; (n,) arrays in the order of the cohort, or of the rows of a comparison."""

    before: Array  # float: over as many days before the start as are counted after it
    after: Array  # float: over the horizon; of no meaning where lost
    path: Array  # (n, k) float: by period
    seen: Array  # (n, k) bool: watched through the period
    since: Array  # (k,) int: the periods, 0 the first after the start
    day: Array  # int: the last day seen, within the horizon
    lost: Array  # bool: lost from sight before the horizon

    @property
    def y(self) -> Array:
        """What is read after the start."""
        return self.after

    @property
    def why(self) -> None:
        """What ended a clock is not read."""

    @property
    def same_day(self) -> None:
        """Nor what happened on the day of the start."""

    @property
    def change(self) -> Array:
        """After less before."""
        return np.asarray(self.after - self.before)

    def of(self, rows: Array) -> Clocks:
        """Some of the rows, by place."""
        own = (self.before[rows], self.after[rows], self.path[rows], self.seen[rows])
        return Clocks(*own, self.since, self.day[rows], self.lost[rows])


def read(cohort: Cohort, ruler: Ruler, question: Question) -> Clocks:
    """Reads everybody's clock over the horizon, over as long before, and by periods of `question.path` days on both sides.

    Days on which marks are not counted after the start, because their order is unknown, are left out before it too.  Refuses a
    look-back shorter than that.
    """
    days, first = days_of(question.horizon), ruler.outcome.from_day
    back = days - first
    if cohort.looked_back < back:
        found = f"the sources reach {counted(cohort.looked_back, 'day')} back before the first start, and the change needs {counted(back, 'day')}."
        remedy = "Set lookback_days to at least that, or ask about a shorter horizon."
        raise Refused(Problem(f"question '{question.outcome}' by {question.method}: horizon", found, "A change is told over as long before.", remedy))
    long = question.path
    before, behind = min(cohort.looked_back // long, MOST_BEFORE), days // long
    starts = [number * long for number in range(-before, behind)]
    edges = sorted({-back, 0, first, days, *starts, *(start + long for start in starts)})
    amounts = ruler.by_period(edges)
    spans = list(pairwise(edges))

    def within(low: int, high: int) -> Array:
        return np.array([low <= one and other <= high for one, other in spans], dtype=bool)

    def total(low: int, high: int) -> Array:
        return np.asarray(amounts.amount[:, within(low, high)].sum(axis=1), dtype=float)

    def watched(low: int, high: int) -> Array:
        """(n,) int: days seen."""
        return np.asarray(amounts.seen_days[:, within(low, high)].sum(axis=1))

    seen = watched(0, days)
    path = np.column_stack([total(start, start + long) for start in starts]) if starts else np.empty((len(cohort), 0))
    through = [watched(start, start + long) >= long if start >= 0 else np.ones(len(cohort), dtype=bool) for start in starts]
    whole = np.column_stack(through) if starts else np.empty((len(cohort), 0), dtype=bool)
    return Clocks(total(-back, 0), total(first, days), path, whole, np.arange(-before, behind), seen - 1, seen < days)


def change_of(clocks: Clocks, values: Array, lost: Array, rows: Rows) -> Means:
    """The weighted means of `values` (m,) in the two arms, whoever is lost stood for by those of the arm with as much before."""
    parts = [np.zeros(len(values)) for _ in range(2)]
    stands, means, least = np.zeros(len(values)), [], 1.0
    for part, there in zip(parts, (rows.served, ~rows.served), strict=True):
        group = _as_much_before(clocks.before[there], lost[there])
        mean = reweighted(values[there], clocks.day[there], lost[there], rows.weights[there], group)
        part[there], stands[there], least = mean.influence, mean.weights, min(least, mean.least)
        means.append(mean.mean)
    return Means(means[0], means[1], parts[0], parts[1], stands, least, (parts[0], parts[1]))


def _as_much_before(before: Array, lost: Array) -> Array:
    """(m,) int: who had about as much of the outcome before, in fifths or fewer groups, each with enough people followed."""
    groups = np.zeros(len(before), dtype=np.int64)
    if not lost.any():
        return groups
    for many in range(FIFTHS, 1, -1):
        cuts = np.unique(np.quantile(before, np.arange(1, many) / many))
        groups = np.searchsorted(cuts, before, side="left")
        followed = np.bincount(groups[~lost], minlength=int(groups.max()) + 1)
        if (followed[np.unique(groups)] >= FEWEST_FOLLOWED).all():
            return groups
    return np.zeros(len(before), dtype=np.int64)


def days_of(horizon: Horizon) -> int:
    """How many days a horizon is; of months, at their mean length."""
    return round(horizon.months * DAYS_A_MONTH) if horizon.months is not None else int(horizon.days or 0)
