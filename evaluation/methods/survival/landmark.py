"""Landmarking: arms by what was known by a time of everybody's clock, and clocks that start again on it.

Who is served, or answers to a treatment, some time after the start has had to live free of the event until then; to set such
people beside the others from the start on gives them that time for nothing (immortal time).  From a landmark on, everybody has it
(Anderson, Cain and Gelber 1983).  `landmark` does so to a frame, `landmark_cohort` to a cohort that a question is asked of.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from ...outcomes.times_ruler import TimesRuler, digest_of, last_days
from ...phrases import counted
from ...terms import Cohort, Horizon, LedgerLine, Problem, Refused
from .columns import present

if TYPE_CHECKING:
    import pandas as pd

    from ...outcomes.ruler import Ruler
    from ...terms import Array


def landmark(frame: pd.DataFrame, *, time: str, at: float, since: str) -> pd.DataFrame:
    """The rows still followed beyond `at`, their `time` counted from it, and `served`: whether `since` lies at or before it.

    `since` is the time at which a row came to be served, missing where it never did.
    """
    if problems := list(present(frame, {"time": time, "since": since}, ())):
        raise Refused(*problems)
    if at <= 0 or not (frame[time] > at).any():
        raise Refused(Problem("at", f"nobody is followed beyond {at:g}, or it is not after the start.", remedy="Choose another landmark."))
    if late := int((frame[since] > frame[time]).sum()):
        found = f"{counted(late, 'row')} of {len(frame):,} are served after their end."
        raise Refused(Problem(f"columns '{since}' and '{time}'", found, remedy="Mend the records."))
    there, served = _arms(frame[time].to_numpy(dtype=float), frame[since].to_numpy(dtype=float), at)
    kept = frame.iloc[there]
    later: dict[str, Any] = {time: kept[time] - at, "served": served.astype(int)}
    return kept.assign(**later)


def landmark_cohort(cohort: Cohort, ruler: Ruler, at: int, days: int, *, since: Array) -> tuple[Cohort, TimesRuler]:
    """Those whose clocks still run on day `at`, in arms by what was known before it, followed for so many `days` from it on.

    `since` (n,) int is the day, since the start, on which each row came to be served; `terms.NEVER` where it never did.  Served are
    those who were so on a day before `at`; whoever comes to be served from that day on stays among the compared.  A row whose clock
    ended before `at`, by the event, by what competes or by a loss, is in no arm.  Day `at` is day 0 of the new clocks, and a mark on
    it counts.  The effect is of having been served by the landmark, for those who reached it; a lot decided nothing of the kind, so the
    arms are made alike as after an offer.  Refuses an arm of nobody.
    """
    problems = list(_problems(cohort, at, days, since))
    if problems:
        raise Refused(*problems)
    marks = ruler.marks(Horizon(days=at + days), ruler.outcome.competing)
    day, why = last_days(marks)
    there, arms = _arms(day, since, at - 1)  # what happens on a day happens at its end: day `at` begins when the one before has ended
    if arms.all() or not arms.any():
        found = f"none of those {'compared' if arms.all() else 'served'} is still followed on day {at}."
        raise Refused(Problem("landmark", found, "A comparison needs people in both arms.", "Choose another landmark."))
    rows = _rows(cohort, there, arms, at)
    read = {"served": arms, "day": day[there] - at, "why": why[there], "cause": marks.cause[there], **rows.history}
    entries = ruler.entries()
    entry = None if entries is None else np.maximum(entries[there] - at, -1)
    outcome = replace(ruler.outcome, off_clock=())  # which days are at risk is told from the start on alone
    return rows, TimesRuler(outcome, day[there] - at, why[there], marks.cause[there], entry, digest=digest_of(read))


def _arms(last: Array, since: Array, at: float) -> tuple[Array, Array]:
    """The places of those still followed beyond a time, and which of them were served by it; a `since` that is missing is never."""
    there = np.flatnonzero(last > at)
    return there, since[there] <= at


def _problems(cohort: Cohort, at: int, days: int, since: Array) -> Iterator[Problem]:
    for word, given in (("at", at), ("days", days)):
        if given < 1:
            yield Problem("landmark", f"{word} is {given}.", "It is a whole number of days, 1 or more.")
    if cohort.sets is not None or cohort.clones is not None:
        yield Problem("landmark", "clocks of this cohort start when people are served, or follow a strategy.", "A landmark is for one start for all.")
    if len(since) != len(cohort):
        yield Problem("landmark", f"{len(since):,} days of being served stand beside {len(cohort):,} rows.", "Every row has one, or `terms.NEVER`.")


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
