"""How many people a curve rests on, and the curve of those who are there at a landmark.

With delayed entry the first risk sets are small: where the first person at risk has the event before others enter, survival falls
to 0 and stays there, whatever becomes of all who enter later (Lynden-Bell 1971; Andersen, Borgan, Gill & Keiding 1993, IV.3).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...phrases import counted
from ...terms import Problem, Refused
from .times import Times

if TYPE_CHECKING:
    from ...terms import Array
    from .curves import Curve


@dataclass(frozen=True, slots=True)
class Footing:
    """From when to when each event of a curve fell among at least so many rows at risk; None: at no time, or at any."""

    least: int
    fewest: int  # rows at risk at an event, where they were fewest
    solid_from: float | None  # the last time, before the risk set had grown, at which an event fell among fewer: a landmark to start from
    thin_from: float | None  # the first event among fewer, once the risk set had grown
    emptied: float | None  # when survival fell to 0 though people were at risk later

    @property
    def holds(self) -> bool:
        """Whether every event fell among enough, so that the curve can be read from its start to its end."""
        return self.fewest >= self.least


def footing(laid: Curve, least: int) -> Footing:
    """What a curve rests on: rows at risk at the times of its events, against a number `least` that the reader states.

    Rows are people as long as nobody has two at one time.  Refuses a curve on which nothing happened.
    """
    at = np.flatnonzero(laid.events.sum(axis=0) > 0)
    if not len(at):
        raise Refused(Problem("what a curve rests on", "nothing happened to anybody.", "Without an event there is no curve to rest."))
    rows, time = laid.rows[at], laid.time[at]
    thin = np.flatnonzero(rows < least)
    grown = int(np.argmax(rows))  # before its largest the risk set grows, after it people leave
    early, late = thin[thin < grown], thin[thin >= grown]
    gone = laid.survival <= 0
    empty = float(laid.time[np.argmax(gone)]) if gone[:-1].any() else None
    return Footing(least, int(rows.min()), float(time[early[-1]]) if len(early) else None, float(time[late[0]]) if len(late) else None, empty)


def given(times: Times, landmark: float) -> tuple[Times, Array]:
    """The time of those who are there beyond a landmark, and the places (r,) of their rows: the curve is then of what comes after it.

    Survival and incidence are shares of those still free of every event at the landmark, whether or not they had entered by then; areas
    still run from 0, over the time to the landmark too.
    Refuses a landmark beyond which nobody is at risk.
    """
    rows = np.flatnonzero(times.stop > landmark)
    if not len(rows):
        found = f"none of {counted(len(times), 'row')} goes on beyond the landmark."
        raise Refused(Problem("a curve from a landmark", found, "Somebody is at risk after it.", "Take an earlier landmark."))
    entry = np.full(len(rows), landmark) if times.entry is None else np.maximum(times.entry[rows], landmark)
    return Times(times.stop[rows], times.cause[rows], entry, None if times.weights is None else times.weights[rows]), rows
