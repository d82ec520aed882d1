"""Landmarking: arms by what was known by a day of everybody's clock, and clocks that start again on it.

Who is served, or answers to a treatment, some time after the start has had to live free of the event until then; to set such
people beside the others from the start on gives them that time for nothing (immortal time).  From a landmark on, everybody has it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...outcomes.times_ruler import TimesRuler, digest_of, last_days
from ...phrases import counted
from ...terms import Cohort, Horizon, LedgerLine, Problem, Refused

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array


def landmark(cohort: Cohort, ruler: Ruler, at: int, days: int, *, served: Array, since: Array) -> tuple[Cohort, TimesRuler]:
    """Those whose clocks still run on day `at`, in arms by what was known before it, followed for so many `days` from it on.

    `served` (n,) bool are the arms, and `since` (n,) int the day, since the start, on which each row came to be what makes it
    served; `terms.NEVER` where it never did.  Arms are settled by the days before `at`: whoever comes to be served from that
    day on stays among the compared.  A row whose clock ended before `at`, by the event, by what competes or by a loss, is in no arm.
    Day `at` is day 0 of the new clocks, and a mark on it counts.  The effect is of having been served by the landmark, for those who
    reached it (Anderson, Cain and Gelber 1983); a lot decided nothing of the kind, so the arms are made alike as after an offer.
    Refuses arms that look past the landmark, or leave out somebody served before it, and an arm of nobody.
    """
    problems = list(_problems(cohort, at, days, served, since))
    if problems:
        raise Refused(*problems)
    marks = ruler.marks(Horizon(days=at + days), ruler.outcome.competing)
    day, why = last_days(marks)
    there = np.flatnonzero(day >= at)
    arms = served[there]
    if arms.all() or not arms.any():
        found = f"none of those {'compared' if arms.all() else 'served'} is still followed on day {at}."
        raise Refused(Problem("landmark", found, "A comparison needs people in both arms.", "Choose an earlier landmark."))
    rows = _rows(cohort, there, arms, at)
    read = {"served": arms, "day": day[there] - at, "why": why[there], "cause": marks.cause[there], **rows.history}
    entries = ruler.entries()
    entry = None if entries is None else np.maximum(entries[there] - at, -1)
    outcome = replace(ruler.outcome, off_clock=())  # which days are at risk is told from the start on alone
    return rows, TimesRuler(outcome, day[there] - at, why[there], marks.cause[there], entry, digest=digest_of(read))


def _problems(cohort: Cohort, at: int, days: int, served: Array, since: Array) -> Iterator[Problem]:
    for word, given in (("at", at), ("days", days)):
        if given < 1:
            yield Problem("landmark", f"{word} is {given}.", "It is a whole number of days, 1 or more.")
    if cohort.sets is not None or cohort.clones is not None:
        yield Problem("landmark", "clocks of this cohort start when people are served, or follow a strategy.", "A landmark is for one start for all.")
    late, early = int(np.sum(served & (since >= at))), int(np.sum(~served & (since < at)))
    if late:
        found = f"{counted(late, 'row')} of {len(served):,} are in the served arm by what happened on day {at} or later:"
        yield Problem(
            "landmark", found, "arms that look past the landmark give the served time in which nothing could happen.", "Leave them compared."
        )
    if early:
        found = f"{counted(early, 'row')} of {len(served):,} are in the compared arm and were served before day {at}."
        yield Problem("landmark", found, "Arms are by what was known by then.", "Put them with the served.")


def _rows(cohort: Cohort, there: Array, served: Array, at: int) -> Cohort:
    """The cohort's rows `there`, in new arms, which nobody drew lots for."""
    line = LedgerLine(f"the event, or the end of being followed, before day {at}", len(cohort) - len(there), len(there))
    return replace(
        cohort,
        table="",
        start_id=np.arange(1, len(there) + 1),
        person=cohort.person[there],
        served=served,
        history={name: column[there] for name, column in cohort.history.items()},
        ledger=(*cohort.ledger, line),
        by="offer",
        clusters=None if cohort.clusters is None else cohort.clusters[there],
        strata=None if cohort.strata is None else cohort.strata[there],
        blocks=None,
        taken_up=None,
        score=None,
        time_zero="taken on trust",
    )
