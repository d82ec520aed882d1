"""People in a spell on the day of a census: how long the spell lasts, counted from its own start.

A caseload on one day holds long spells more often than a year's entries do: whoever left before the day is not in it.  Counted from their
starts without saying so, spells look longer than they are.  Each row is therefore at risk only after as many days as it had lasted
by the census (left truncation), and those who stay that long stand for themselves alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...outcomes.times_ruler import TimesRuler, digest_of, last_days
from ...phrases import counted
from ...terms import Cohort, Horizon, Problem, Refused

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array


def snapshot(cohort: Cohort, ruler: Ruler, since: str | Array, days: int) -> TimesRuler:
    """The ruler of a cohort whose clocks start on the day of a census, counted from each spell's own start instead.

    `since` names the column of the history that holds how many days of the spell lay behind on that day (`reduce = "days_since"` of
    the event that opens it), or holds them, (n,).  People are followed for so many `days` after the census.  A horizon of
    365 days is then the first year of a spell, told from people of whom some were watched early in it and some late; `entries()`
    says from when on.  Assumes that how long a spell lasts has nothing to do with the day on which it began.
    Refuses days that are missing, negative or no whole numbers.
    """
    lasted = cohort.history[since] if isinstance(since, str) and since in cohort.history else since
    problems = list(_problems(cohort, lasted))
    if problems or isinstance(lasted, str):
        raise Refused(*problems)
    behind = np.asarray(lasted).astype(np.int64)
    marks = ruler.marks(Horizon(days=days), ruler.outcome.competing)
    day, why = last_days(marks)
    # marks count from `from_day` of the census's own clock, and people are at risk after the day before
    entry = behind + ruler.outcome.from_day - 1
    read = {"served": cohort.served, "day": behind + day, "why": why, "cause": marks.cause, "entry": entry, **cohort.history}
    outcome = replace(ruler.outcome, off_clock=())  # which days were at risk before the census is not told
    return TimesRuler(outcome, behind + day, why, marks.cause, entry, digest=digest_of(read))


def _problems(cohort: Cohort, lasted: Array | str) -> Iterator[Problem]:
    if isinstance(lasted, str):
        yield Problem("snapshot", f"'{lasted}' is no column of the history.", "It holds the days since the spell began.")
        return
    if missing := int(np.isnan(lasted).sum()):
        found = f"{counted(missing, 'row')} of {len(cohort):,} do not say how long the spell had lasted."
        yield Problem("snapshot", found, remedy="Leave out of the cohort those who were in none, or look further back.")
    known = np.asarray(lasted)[~np.isnan(lasted)]
    if below := int(np.sum(known < 0)):
        yield Problem(
            "snapshot", f"{counted(below, 'row')} of {len(cohort):,} began after the census.", "A snapshot holds those in a spell on the day."
        )
    if broken := int(np.sum(known != np.floor(known))):
        yield Problem("snapshot", f"{counted(broken, 'row')} of {len(cohort):,} hold part of a day.", "Days are whole numbers.")
