"""Marks that come again: each clock cut into stretches at risk, each of which ends in a mark, or where the clock goes off, or ends.

Whoever goes off the clock on a day (into custody, hospital, out of the county) was on it before, so a mark of that day counts and
the day is at risk; the days after it, up to the last one off, are not.  A mark on one of those is no mark of somebody at risk.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...phrases import counted
from ...terms import Problem, Refused
from .times import Times, checked

if TYPE_CHECKING:
    from ...terms import Array, AtRisk, EveryMark

WHERE = "stretches at risk"
ROUNDED = 1e-9  # of the time from the first to the last: two times as near are one, told in another way


@dataclass(frozen=True, slots=True, eq=False)
class Stretches:
    """Stretches at risk, (entry, stop], of n rows; (k,) arrays in the order of rows, and of time within a row."""

    row: Array  # int: whose, 0 to n - 1
    entry: Array  # float or int; -1 where a clock of days is read from its start on
    stop: Array
    marks: Array  # int: how many marks at the stop; 0 where the stretch ends without one
    before: Array  # int: how many marks the row had by the entry, those that are not read included
    n: int

    def of(self, rows: Array) -> Stretches:
        """Those of some of the rows, by place, each as often as it is named; they are then rows 0, 1, 2, ..."""
        edge = np.searchsorted(self.row, np.arange(self.n + 1))
        many = (edge[1:] - edge[:-1])[rows]
        new = np.repeat(np.arange(len(rows)), many)
        place = np.repeat(edge[:-1][rows], many) + np.arange(len(new)) - np.repeat(np.cumsum(many) - many, many)
        return Stretches(new, self.entry[place], self.stop[place], self.marks[place], self.before[place], len(rows))

    def between(self, entry: Array, stop: Array) -> Stretches:
        """Each row's stretches within (entry, stop] of its own, (n,) each."""
        low, high = np.maximum(self.entry, entry[self.row]), np.minimum(self.stop, stop[self.row])
        kept = high > low
        marks = np.where(self.stop <= stop[self.row], self.marks, 0)
        return Stretches(self.row[kept], low[kept], high[kept], marks[kept], self.before[kept], self.n)

    def at_risk(self, time: Array, weights: Array) -> Array:
        """(m,) the weight of the rows at risk at each of `time` (m,), rising; `weights` (n,)."""
        w = weights[self.row]
        low, high = (np.bincount(np.searchsorted(time, part, "right"), weights=w, minlength=len(time) + 1) for part in (self.entry, self.stop))
        return np.cumsum((high - low)[::-1])[::-1][1:]

    def integrated(self, time: Array, by: Array, rate: Array) -> Array:
        """(n,) the sum over `time` (m,) of `by` (m,) times each row's marks, less those to be expected at `rate` (m,) while at risk."""
        low, high = (np.searchsorted(time, part, "right") for part in (self.entry, self.stop))
        expected = np.append(0.0, np.cumsum(by * rate))
        parts = expected[low] - expected[high]
        had = np.flatnonzero(self.marks > 0)
        had = had[(high[had] > 0) & (self.stop[had] <= time[-1])] if len(time) else had[:0]
        parts[had] += self.marks[had] * by[high[had] - 1]
        return np.bincount(self.row, weights=parts, minlength=self.n)

    def times(self, weights: Array) -> Times:
        """The stretches as a regression reads them, cause 1 a mark, `weights` (n,) laid on them; of `one_by_one`."""
        return Times(self.stop, self.marks, self.entry, weights[self.row])

    def one_by_one(self) -> Stretches:
        """The same with one mark a stretch, for a regression counts one event a row.

        Of several marks of one time the later ones follow it, one short stretch after the other, before anything else happens to
        anybody.
        """
        many = np.maximum(self.marks, 1)
        place = np.repeat(np.arange(len(many)), many)
        which = np.arange(len(place)) - np.repeat(np.cumsum(many) - many, many)
        short = self._shortest() / many
        late = (many - 1) * short  # by how much a stretch with several ends later, and one that follows it begins later
        follows = np.append(False, (self.row[1:] == self.row[:-1]) & (self.entry[1:] == self.stop[:-1]))[: len(many)]
        begun = self.entry + np.where(follows, np.roll(late, 1), 0.0)
        entry = np.where(which == 0, begun[place], self.stop[place] + (which - 1) * short[place])
        stop = self.stop[place] + which * short[place]
        return Stretches(self.row[place], entry, stop, np.minimum(self.marks[place], 1), self.before[place] + which, self.n)

    def _shortest(self) -> float:
        """The shortest time between any two at which something begins or ends, where some time has several marks of one row."""
        if not (self.marks > 1).any():
            return 0.0
        between = np.diff(np.unique(np.concatenate([self.entry, self.stop])))
        return float(between[between > ROUNDED * between.sum()].min())


def stretches(every: EveryMark, off: AtRisk | None = None) -> tuple[Stretches, int]:
    """The stretches at risk of n clocks, in days, and how many marks lie off them; `off` holds the stretches off each clock."""
    n = len(every.last_seen)
    of, low, high = _on_the_clock(every.last_seen, off)
    span = int(max(every.last_seen.max(initial=0), every.day.max(initial=0))) + 3
    at = np.searchsorted(of * span + low, every.row * span + every.day, "left") - 1  # the stretch that begins before the day
    inside = (at >= 0) & (of[at] == every.row) & (every.day <= high[at]) if len(of) else np.zeros(len(every.row), dtype=bool)
    ends = np.concatenate([np.arange(len(of)) * span + high, at[inside] * span + every.day[inside]])
    points, place = np.unique(ends, return_inverse=True)
    marks = np.bincount(place[len(of) :], minlength=len(points)).astype(np.int64)
    piece, stop = points // span, points % span
    first = np.append(True, piece[1:] != piece[:-1])[: len(points)]
    entry = np.where(first, low[piece], np.append(0, stop[:-1])[: len(points)])
    row = of[piece]
    laid = Stretches(row, entry, stop, marks, _before(row, marks), n)
    return laid, int((~inside).sum())


def by_hand(row: Array, entry: Array, stop: Array, marks: Array) -> Stretches:
    """Stretches from counting-process rows (k,) in any order, `row` any labels; they become 0, 1, 2, ... in the order of labels.

    Refuses impossible times (`times.checked`), and stretches of one row that lie on each other.
    """
    labels, place = np.unique(row, return_inverse=True)
    order = np.lexsort((stop, place))
    place, entry, stop, marks = place[order], np.asarray(entry)[order], np.asarray(stop)[order], np.asarray(marks)[order].astype(np.int64)
    checked(Times(stop, marks, entry), WHERE)
    twice = int(((place[1:] == place[:-1]) & (entry[1:] < stop[:-1])).sum())
    if twice:
        found = f"{counted(twice, 'stretch', 'stretches')} of {len(place):,} begin before the one before ended, so that days would count twice."
        raise Refused(Problem(WHERE, found, "Stretches of one person follow one another."))
    return Stretches(place, entry, stop, marks, _before(place, marks), len(labels))


def gaps(laid: Stretches) -> Stretches:
    """The same on a clock that starts again after each mark."""
    last = np.zeros(len(laid.row))
    had = np.flatnonzero(laid.marks > 0)
    previous = np.searchsorted(had, np.arange(len(laid.row)), "left") - 1  # the last stretch before that ended in a mark
    known = previous >= 0
    known[known] &= laid.row[had[previous[known]]] == laid.row[known]
    last[known] = laid.stop[had[previous[known]]]
    start = np.append(True, laid.row[1:] != laid.row[:-1])
    first = laid.entry[np.flatnonzero(start)[np.cumsum(start) - 1]] if len(laid.row) else last
    last = np.where(known, last, first)
    return replace(laid, entry=laid.entry - last, stop=laid.stop - last)


def _on_the_clock(last_seen: Array, off: AtRisk | None) -> tuple[Array, Array, Array]:
    """Whose each stretch on the clock is, the day after which it begins, and its last day; by row, then in time."""
    n = len(last_seen)
    row, first, stop = (np.zeros(0, dtype=np.int64),) * 3 if off is None else (off.row, off.first, off.stop)
    # a clock's stretches on it begin at the start and after each stretch off it, and end with its last day and as each begins
    begins = np.concatenate([np.arange(n), row]), np.concatenate([np.zeros(n, dtype=np.int64), stop])
    ends = np.concatenate([row, np.arange(n)]), np.concatenate([first, last_seen + 1])
    begin, end = (np.lexsort((day, of)) for of, day in (begins, ends))
    of, low, high = begins[0][begin], begins[1][begin], ends[1][end]
    seen = last_seen[of]
    kept = (high > low) & (low <= seen)
    return of[kept], low[kept] - 1, np.minimum(high, seen)[kept]


def _before(row: Array, marks: Array) -> Array:
    """How many marks the row had before each stretch."""
    so_far = np.cumsum(marks) - marks
    start = np.append(True, row[1:] != row[:-1])[: len(row)]
    return np.asarray(so_far - so_far[np.flatnonzero(start)[np.cumsum(start) - 1]]) if len(row) else so_far
