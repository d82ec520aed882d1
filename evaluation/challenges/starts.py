"""Placebo start: the same people and the same comparison on a day before their start, when no programme can have acted on them.

The clocks begin so many days earlier that they end before the true start and before the first day that any column of the history
reads.  A window inside the history would show nothing: people who were matched, or weighted, on what they did in those days are
alike in them by construction, whatever else tells them apart.  Nor may a comparison be found anew on a history that ends before
the window: where people are served because of what they did lately, and that is on record and balanced, those served did more of it
in that window, and a sound study would fail.  Given the whole history, who was served must tell nothing of what lies before it; if it
does, something that no column holds decided, and lasted.  What did not last that long is missed: an alarm for regression to the mean
looks for it.
"""

from __future__ import annotations

from dataclasses import replace
from math import isfinite

from ..diagnostics import placebo_start as judged
from ..diagnostics.wording import called_by
from ..methods.did.clocks import days_of
from ..terms import Challenge, CohortPlan, Horizon, Question
from .asked import Asked, could_not, tried, why_not

NAME = "placebo_start"
CHANGED = "the start, laid on days before anybody was served"
LEAST = 91  # days of a window: in fewer there is too little to be found
BEYOND = ("offer", "service")  # where a choice of somebody's is made up for by the history


def fits(question: Question, plan: CohortPlan) -> str:
    """Why no earlier start can be laid; empty where one can."""
    if plan.clock == "calendar":
        return "Units are watched over the calendar, where no clock of their own starts."
    if plan.strategies:
        return "Both strategies are followed by the same people, who are alike before they part, whatever decides which they keep to."
    if plan.clock == "eligibility" and plan.starts.which == "every":
        return "Clocks of one person start several times, so that the programme of an earlier start may have acted before a later one."
    if question.method == "monitor":
        return "Nobody is compared with anybody."
    return ""


def placebo_start(asked: Asked) -> Challenge:
    """The question's own effect on clocks that begin before the start, over as many days as its horizon where the records reach so far."""
    days, beyond, reach = days_of(asked.question.horizon), _read_before(asked), asked.reach(asked.outcome)
    before = asked.question.method == "did"  # a change is told over as long before
    long = min(days, (reach - beyond) // (2 if before else 1))
    if long < min(LEAST, days):
        why = (
            f"the sources of the outcome reach {reach:,} days back before the first start, and {beyond:,} of them are in the history, in which "
            "those compared were made alike."
        )
        return could_not(NAME, CHANGED, why, unit=asked.unit)
    earlier = beyond + long
    found = asked.beside(asked.outcome, question=replace(asked.question, horizon=Horizon(days=long)), earlier=earlier)
    label = f"from {earlier:,} to {beyond:,} days before the start"
    line = tried(label, found)
    if line.why_not or found.estimate is None or not isfinite(found.estimate.p_value):
        return could_not(NAME, CHANGED, line.why_not or why_not(found) or "there is no test of it.", unit=asked.unit)
    seen = found.estimate
    behind = tuple(count for arm in (seen.served, seen.compared) for count in (arm.people, arm.events or 0))
    diagnostic = judged(seen.p_value, days=(earlier, beyond), more=seen.effect > 0, called=called_by(asked.cohort.by), behind=behind)
    return Challenge(NAME, CHANGED, diagnostic.sentence, (diagnostic,), (asked.own, line), 0.0, asked.unit)


def _read_before(asked: Asked) -> int:
    """How many days before the start the comparison, or the estimate, has read: none where lots or a cut-off decided and nothing is adjusted for."""
    question, cohort = asked.question, asked.cohort
    if question.method == "did" and question.compare is None and question.adjust == "nothing":
        return 0
    adjusts = cohort.by in BEYOND or question.compare is not None or question.estimator not in ("difference", "local_linear", "local_randomisation")
    return getattr(cohort, "history_days", 0) if adjusts else 0
