"""How often it happens, on average, by the horizon, to those served and to those compared; a death, or another end, ends all.

`ghosh_lin` tells the mean of one arm; here stands what an estimate needs of both, and a test of two whole curves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc

from ...diagnostics.sums import sums_by
from ...terms import Problem, Refused
from . import ghosh_lin, street
from .endings import LOST, where
from .marginal import standing_in
from .stretches import Stretches, stretches
from .times import Times

if TYPE_CHECKING:
    from ...terms import Array, AtRisk, EveryMark, Question
    from ..influence import Means
    from ..standing import Rows
    from .reading import Reading

ENDS = ("death", "competing")  # of `EveryMark.why`: after them no mark can come
HORIZON = "horizon"


@dataclass(frozen=True, slots=True, eq=False)
class Recurring:
    """All the marks of the rows of a comparison; (m,) arrays."""

    laid: Stretches  # of m rows, in days
    ends: Times  # until when each row was watched for an end after which no mark can come, its cause 1
    day: Array  # int: the last day seen, or that of the end; in days at risk where time is street time
    lost: Array  # bool: lost from sight before the horizon
    why: Array  # str: as `EveryMark.why`, or as `street.at_risk` has it


@dataclass(frozen=True, slots=True, eq=False)
class SameNumber:
    """Whether marks come as often in both arms, over a whole stretch of time."""

    statistic: float  # chi-square with one degree of freedom
    p_value: float
    more: float  # marks of the served beyond those to be expected if both arms were alike, weighted


def mean_number(every: EveryMark, reading: Reading, rows: Rows, question: Question, off: AtRisk | None = None) -> Means:
    """The mean number of marks by the horizon in both arms, ends that rule marks out ending all.

    `every` tells of the whole cohort, `reading` and `rows` (m,) of whom is compared.  With `off`, the stretches off each clock,
    days are days at risk, as `street` counts them, and so is the horizon.  Assumes that within an arm, as it is weighted, neither
    who is lost nor, in street time, who is kept off the street has to do with the marks that follow.
    Refuses an arm with no mark, and clones.
    """
    return mean_number_at(every, reading, rows, question, [int(reading.horizon.max())], off)[-1]


def mean_number_at(every: EveryMark, reading: Reading, rows: Rows, question: Question, days: Sequence[int], off: AtRisk | None = None) -> list[Means]:
    """As `mean_number`, by the end of each of so many `days`; those of the horizon give `mean_number` itself."""
    from ..influence import Means

    found = recurring(every, reading, rows, question, off)
    _some_in_both(found, rows, question)
    arms = [_arm(found, rows.weights, there, days) for there in (rows.served, ~rows.served)]
    last = replace(reading, day=found.day, lost=found.lost, why=found.why)
    stands, least = standing_in(last, rows)
    (served, of_served), (compared, of_compared) = arms
    return [
        Means(float(served[k]), float(compared[k]), of_served[:, k], of_compared[:, k], stands, least, (of_served[:, k], of_compared[:, k]))
        for k in range(len(days))
    ]


def recurring(every: EveryMark, reading: Reading, rows: Rows, question: Question, off: AtRisk | None = None) -> Recurring:
    """The stretches at risk of the rows, in days or, with `off`, in days at risk; clocks that start late are read from their entry on.

    Where horizons differ by a few days, as months do, whoever reached an own one has no more marks, up to the last one's.
    """
    if not reading.last.all() or (reading.why == "strategy").any():
        found = "numbers of marks were asked of clones, whose clocks are read in pieces."
        raise Refused(Problem(where(question), found, remedy="Ask about the risk, or mean time."))
    if off is not None:
        everybody = np.arange(len(every.last_seen))
        every = replace(every, day=street.days(every.day, every.row, off), last_seen=street.days(every.last_seen, everybody, off))
    why, day = every.why[rows.row], every.last_seen[rows.row].astype(np.int64)
    if off is not None:
        why = np.where((why == HORIZON) & (day < reading.horizon - 1), street.OFF, why)
    entry = np.full(len(day), -1) if reading.entry is None else reading.entry
    laid = stretches(every)[0].of(rows.row).between(entry, day)
    last = int(reading.horizon.max()) - 1
    whole_clock = (why == HORIZON) & (day < last)
    ended = np.isin(why, ENDS).astype(np.int64)
    ends = Times(np.where(whole_clock, last, day), ended, None if reading.entry is None else entry)
    return Recurring(_prolonged(laid, whole_clock, day, last), ends, day, np.isin(why, (*LOST, street.OFF)), why)


def same_number(laid: Stretches, served: Array, weights: Array, *, cluster: Array | None = None, until: float = np.inf) -> SameNumber:
    """A test that marks come as often among the `served` (n,) bool as among others, up to a time.

    The pseudo-score of Lawless & Nadeau 1995 with constant weights: each day's difference between the rates of the arms counts
    Y1 Y0 / (Y1 + Y0), as in a log-rank test, while the spread is that between independent `cluster` (n,) labels, each row one of
    its own without, about the rates of their own arm, however a person's marks hang together.
    Refuses an arm with fewer than two clusters, and a time by which nobody has a mark.
    """
    own = np.arange(laid.n) if cluster is None else cluster
    if min(len(np.unique(own[arm])) for arm in (served, ~served)) < 2:
        raise Refused(Problem("test of mean numbers", "an arm has fewer than two clusters.", "A spread is told from two or more."))
    arms = [ghosh_lin.mean_number(laid.of(np.flatnonzero(arm)), weights[arm]) for arm in (served, ~served)]
    time = np.unique(np.concatenate([arm.time for arm in arms]))
    time = time[time <= until]
    if not len(time):
        raise Refused(Problem("test of mean numbers", "nobody has a mark by then.", remedy="Ask about a longer time."))
    Y = [laid.of(np.flatnonzero(arm)).at_risk(time, weights[arm]) for arm in (served, ~served)]
    both = Y[0] + Y[1]
    rate = [_rate(arm, time) for arm in arms]
    total = float((Y[0] * Y[1] / both * (rate[0] - rate[1])).sum())
    parts = np.zeros(laid.n)
    for arm, other, own_rate in ((served, Y[1], rate[0]), (~served, Y[0], rate[1])):
        parts[arm] = laid.of(np.flatnonzero(arm)).integrated(time, other / both, own_rate) * weights[arm]
    variance = float((sums_by(parts, own) ** 2).sum())
    statistic = total**2 / variance
    return SameNumber(statistic, float(chdtrc(1, statistic)), total)


# ------------------------------------------------------------------------------------------------ of one arm
def _arm(found: Recurring, weights: Array, there: Array, days: Sequence[int]) -> tuple[Array, Array]:
    """(k,) the arm's mean number by the end of so many days, and (m, k) what each row adds to its error."""
    rows = np.flatnonzero(there)
    laid, w = found.laid.of(rows), weights[rows]
    ends = found.ends.of(rows) if found.ends.cause[rows].any() else None
    at = np.asarray(days) - 1.0
    curve = ghosh_lin.mean_number(laid, w, ends)
    parts = np.zeros((len(weights), len(at)))
    parts[rows] = ghosh_lin.influence(curve, laid, w, at, ends)
    return curve.at(at), parts


def _prolonged(laid: Stretches, whole: Array, stop: Array, last: int) -> Stretches:
    """The stretches, and one without a mark for each row of `whole` (n,) bool from its `stop` (n,) to the `last` day of all."""
    more = np.flatnonzero(whole)
    row = np.concatenate([laid.row, more])
    order = np.argsort(row, kind="stable")  # it comes after those that the row has
    had = np.bincount(laid.row, weights=laid.marks, minlength=laid.n).astype(np.int64)[more]
    entry, end = np.concatenate([laid.entry, stop[more]]), np.concatenate([laid.stop, np.full(len(more), last)])
    marks, before = np.concatenate([laid.marks, np.zeros(len(more), dtype=np.int64)]), np.concatenate([laid.before, had])
    return Stretches(row[order], entry[order], end[order], marks[order], before[order], laid.n)


def _rate(curve: ghosh_lin.MeanNumber, time: Array) -> Array:
    """The arm's rate at each time."""
    return np.diff(curve.at(time), prepend=0.0)


def _some_in_both(found: Recurring, rows: Rows, question: Question) -> None:
    had = np.bincount(found.laid.row, weights=found.laid.marks, minlength=len(rows.row)) > 0
    without = [name for name, there in (("served", rows.served), ("compared", ~rows.served)) if not had[there].any()]
    if without:
        found_none = f"nobody among the {' nor among the '.join(without)} has a mark by the horizon."
        raise Refused(Problem(where(question), found_none, remedy="Ask about a longer horizon, or a more frequent outcome."))
