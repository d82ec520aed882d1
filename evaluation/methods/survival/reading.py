"""What became of each row of a comparison: the one place of this room where outcomes are read for the first time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from ..standing import Rows
from .endings import LOST, coded, endings, where
from .times import Times

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array, Question, Steps


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """When each row's clock ended, and what ended it; (m,) arrays.

    The day of the start is day 0.  Whoever is marked on day d was free of the mark for d days; whoever is lost with d as the last
    day seen was seen through it.  A horizon of H days holds days 0 to H - 1.
    """

    day: Array  # int: the day of the mark, or of an end that rules it out; else the last day seen
    cause: Array  # int: 0 seen no further, by a loss or the horizon; 1 the mark; 2, 3, ... as `causes` has them
    why: Array  # str: as `Marks.why`; "strategy" where a clone is no longer kept to its plan, "goes on" where the clock has a later stretch
    lost: Array  # bool: lost from sight before the horizon
    same_day: Array  # bool: an event on the day of the start, which is not counted
    horizon: Array  # int: days; months by the calendar differ by a few
    causes: tuple[str, ...]  # "mark", and the ends that rule it out: "death", kinds of event
    entry: Array | None = None  # int: the day after which a row is read, -1 from the start on; None: all from the start on

    def __len__(self) -> int:
        return len(self.day)

    def of(self, rows: Array) -> Reading:
        """Some of the rows, by place or as (m,) bool."""
        entry = None if self.entry is None else self.entry[rows]
        own = self.day[rows], self.cause[rows], self.why[rows], self.lost[rows], self.same_day[rows], self.horizon[rows]
        return Reading(*own, self.causes, entry)

    def times(self, weights: Array | None = None) -> Times:
        """The rows as every curve and regression of this room reads them, in days."""
        return Times(self.day, self.cause, self.entry, weights)

    @property
    def y(self) -> Array:
        """(m,) float: 1 where the clock ended with the mark."""
        return (self.cause == 1).astype(float)

    @property
    def last(self) -> Array:
        """(m,) bool: rows in which a clock ends; the others go on in another row."""
        return np.asarray(self.why != "goes on")


def read(ruler: Ruler, question: Question, row: Array) -> Reading:
    """The first marks by the horizon of rows (m,) of the cohort, by place, with what else ended their clocks.

    In street time days are days at risk.  Refuses an end that the question declares neither as competing nor as censored
    (`endings`), and times asked of a column that says whether, and not when.
    """
    ends = endings(ruler.outcome, question)
    if question.measure != "risk" and not ruler.dated:
        found = "times were asked of a column that says whether, and not when."
        raise Refused(Problem(f"{where(question)}: measure", found, remedy="Ask for the risk, or give the frame the day of the event."))
    marks, entries = ruler.marks(question.horizon, competing=ends.kinds), ruler.entries()
    why, day = marks.why[row], marks.day[row].astype(np.int64)
    reading = Reading(
        day=day,
        cause=coded(marks, row, ends, question),
        why=why,
        lost=np.isin(why, LOST),
        same_day=marks.same_day[row],
        horizon=ruler.window(question.horizon)[row],
        causes=ends.causes,
        entry=None if entries is None else entries[row],
    )
    if question.time == "calendar":
        return reading
    from .street import at_risk

    return at_risk(reading, ruler, question, row)


def stepped(reading: Reading, rows: Rows, steps: Steps) -> tuple[Reading, Rows]:
    """The rows cut where their weights change; what lies beyond a clock's end, or a clone's last step, is not read.

    `reading` and `rows` (m,) hold each row of the cohort that `steps` names once.
    """
    place = np.full(int(max(rows.row.max(), steps.row.max())) + 1, -1)
    place[rows.row] = np.arange(len(rows.row))
    of = place[steps.row]
    there = (of >= 0) & (steps.first <= reading.day[of])
    of, first, stop, weight = of[there], steps.first[there], steps.stop[there], steps.weight[there]
    ends_here = reading.day[of] < stop
    cut = reading.of(of)
    later = np.append((of[1:] == of[:-1]), False) if len(of) else np.zeros(0, dtype=bool)
    why = np.where(ends_here, cut.why, np.where(later, "goes on", "strategy"))
    day = np.minimum(cut.day, stop - 1)
    stretches = replace(cut, day=day, cause=np.where(ends_here, cut.cause, 0), why=why, lost=cut.lost & ends_here, entry=first - 1)
    return stretches, replace(rows.of(of), weights=weight)
