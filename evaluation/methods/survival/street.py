"""Street time: days on which the event could happen, with those in custody, in prison or in hospital taken out of each clock.

A clock in street time stands still while a person is off it, by whichever agency; a move out of the county ends it.  A mark on a day off
the clock, such as the arrest or the booking that begins a stay, happens at the day at risk that was reached by then; so does the mark of
a first day back, no day at risk lying between.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from .endings import where

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array, AtRisk, Question
    from .reading import Reading

OFF = "off the clock"


def at_risk(reading: Reading, ruler: Ruler, question: Question, row: Array) -> Reading:
    """The rows (m,) of a reading with their days counted in days at risk; `row` (m,) are their places in the cohort.

    Its horizon is as many days at risk.  Whoever reached it by the calendar with fewer is lost there, by their days off the clock
    (`why` is "off the clock"), and is stood for by those who had as many: which assumes that who is kept from the street is no more
    or less likely to have the event on the days at risk that follow.
    Refuses an outcome whose definition takes nothing off the clock.
    """
    outcome = ruler.outcome
    if not outcome.off_clock:
        found = f"'{outcome.name}' takes no spell off the clock, so that days at risk are all days."
        raise Refused(Problem(f"{where(question)}: time", found, remedy="Leave 'time' out, or ask about an outcome that does."))
    off = ruler.at_risk(question.horizon)
    day = days(reading.day, row, off)
    short = (reading.why == "horizon") & (day < reading.horizon - 1)
    entry = None if reading.entry is None else days(reading.entry + 1, row, off) - 1  # watched from the next day on
    return replace(reading, day=day, why=np.where(short, OFF, reading.why), lost=reading.lost | short, entry=entry)


def days(day: Array, row: Array, off: AtRisk) -> Array:
    """(m,) int: how many days at risk lie before each `day` (m,) of the clocks `row` (m,), by place in the cohort.

    Days count from 0 at the start, and a clock that is never interrupted keeps them as they are.
    """
    length = int(max(np.max(off.stop, initial=0), np.max(day, initial=0))) + 1
    order = np.argsort(off.row * length + off.first, kind="stable")
    first, stop, whose = off.first[order], off.stop[order], off.row[order]
    gone_by = np.concatenate([[0], np.cumsum(stop - first)])
    begun = np.searchsorted(whose * length + first, row * length + day)  # stretches that began before the day, on this clock or one before it
    own = np.searchsorted(whose, row)  # the first stretch of this clock
    last = np.maximum(begun - 1, 0)
    to_come = np.where(begun > own, np.maximum(stop[last] - day, 0), 0) if len(stop) else 0  # of the stretch that holds the day
    return np.asarray(day - (gone_by[begun] - gone_by[own] - to_come), dtype=np.int64)
