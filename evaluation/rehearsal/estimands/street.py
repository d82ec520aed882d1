"""Truth in street time: what (n,) clocks that are followed for as long as lives are on record show in so many days at risk.

A horizon of the calendar would be no truth: whoever was kept off the street within it is not followed to as many days at risk.  So lives
are read on past it, until each clock has gathered them or has ended.  Where a record of lives ends before, there is no truth to tell.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...methods.survival.street import days as at_risk_before
from ...terms import AtRisk, EveryMark, Horizon, Marks, Problem, Refused

if TYPE_CHECKING:
    from ...terms import Array

LIFE = Horizon(days=36_525)  # longer than any life is on record


def first_marks(marks: Marks, off: AtRisk, days: Array) -> Marks:
    """First marks of whole lives, read up to `days` (n,) days at risk each, and counted in them."""
    at = at_risk_before(marks.day, np.arange(len(days)), off)
    why = _reached(at, marks.why, days)
    over = why == "horizon"
    return replace(marks, day=np.where(over, days - 1, at), why=why, whole=marks.whole | over, cause=np.where(over, "", marks.cause))


def every_mark(every: EveryMark, off: AtRisk, days: Array) -> EveryMark:
    """All the marks of whole lives, read up to `days` (n,) days at risk each, and counted in them."""
    at = at_risk_before(every.last_seen, np.arange(len(days)), off)
    why = _reached(at, every.why, days)
    day = at_risk_before(every.day, every.row, off)
    near = day < days[every.row]
    last_seen = np.where(why == "horizon", days - 1, at)
    return EveryMark(every.row[near], day[near], every.cause[near], last_seen, why)


def _reached(at: Array, why: Array, days: Array) -> Array:
    """What ended each clock, at so many days at risk; refuses lives whose record ends before they have gathered `days` (n,)."""
    short = int(((why == "records end") & (at < days - 1)).sum())
    if short:
        found = f"{short:,} of {len(days):,} lives end on record before they have gathered {int(days.max()):,} days at risk."
        raise Refused(Problem("truth", found, "Street time is followed to its last day.", "Ask about fewer days, or in calendar time."))
    return np.where((at >= days) | (why == "records end"), "horizon", why)
