"""Match scores: the answer among those people alone whose every link is surer than a threshold.

The crosswalk of the records says how sure it is of each link (`score`).  A person counts by the least sure of theirs, since one wrong
link brings somebody else's events; who stands in no crosswalk is sure.  What a higher threshold shows is what wrong links do.  Links that
were never made, it cannot show: no row says whose they would have been.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from sqlglot import exp

from ..diagnostics.asked_otherwise import well_linked
from ..methods import METHODS
from ..records.sql import c, known, table
from ..terms import Challenge, Cohort, CohortPlan, Question, Refused, Tried
from .asked import Asked, could_not
from .by_rivals import size
from .not_analysed import line
from .otherwise import compared_without, held, unread, with_their_sets

if TYPE_CHECKING:
    from ..records.engine import Engine
    from ..terms import Array

NAME = "linkage_scores"
CHANGED = "how sure a link must be for its person to count"
LEAVING_OUT = (0.05, 0.1, 0.25, 0.5)  # about such shares of the people, whose links are the least sure
NO_SCORES = "the table 'crosswalk' has no match scores: give its column `score`, from 0 to 1, for each id that was linked."


def linkage_scores(asks: Asked) -> Challenge:
    """The answer at each threshold, and whether that at the highest lies off everybody's by more than luck."""
    if bare := unread(asks, NAME, CHANGED):
        return bare
    cohort, own = asks.cohort, asks.answer.estimate
    if asks.records is None or not isinstance(cohort, Cohort) or not cohort.table or own is None:
        return could_not(NAME, CHANGED, "what is asked is not of people with clocks in linked records.", unit=asks.unit, expected=None)
    sure = scores(asks.records.engine, cohort.table)
    if sure is None:
        return could_not(NAME, CHANGED, NO_SCORES, unit=asks.unit, expected=None)
    ruler, lines, told = held(asks.lay(asks.outcome, 0)), [asks.own], []
    for threshold in thresholds(sure[asks.comparison.kept]):
        gone = with_their_sets(cohort, sure < threshold)
        label = f"links of {threshold:.2f} or more"
        comparison = compared_without(cohort, asks.question, gone)
        if comparison is None:
            lines.append(Tried(label, np.nan, np.nan, np.nan, why_not="Too few are left to compare."))
            continue
        try:
            found = METHODS[asks.question.method].estimate(cohort, comparison, ruler, asks.question)
        except Refused as refused:
            lines.append(Tried(label, np.nan, np.nan, np.nan, why_not=" ".join(map(str, refused.problems))))
            continue
        lines.append(line(label, found))
        share = float((sure >= threshold)[asks.comparison.kept].mean())
        told.append(well_linked(share, apart=found.effect - own.effect, std_error=found.std_error, threshold=threshold))
    if not told:
        return could_not(NAME, CHANGED, "every link is as sure as every other, or too few are left where surer ones are asked.", unit=asks.unit)
    last = lines[-1] if not lines[-1].why_not else next(one for one in reversed(lines) if not one.why_not)
    said = f"Among people whose links are the surest ({last.label}) the effect is {size(last.effect, asks.unit)}"
    return Challenge(NAME, CHANGED, f"{said}, against {size(own.effect, asks.unit)} among all.", (told[-1],), tuple(lines), None, asks.unit)


def fits(question: Question, plan: CohortPlan) -> str:
    """Why no threshold is asked; empty where it is."""
    return "" if plan.by in ("lot", "offer", "service") else "it is told of people on clocks of their own, each of whom is linked or not."


def scores(engine: Engine, starts: str) -> Array | None:
    """(n,) the least sure link of each row's person, 1 where none is scored; None where no person of these has a score."""
    least = (
        exp.select("person_id", exp.Min(this=c("score")).as_("score"))
        .from_(table("crosswalk"))
        .where(exp.and_(known(c("score")), known(c("person_id"))))
        .group_by("person_id")
    )
    same = exp.EQ(this=c("s.person_id"), expression=c("x.person_id"))
    rows = exp.select(c("s.start_id"), c("x.score")).from_(table(starts, "s")).join(table(least, "x"), on=same, join_type="left")
    found = engine.fetch(rows.order_by(c("s.start_id")))["score"].to_numpy(zero_copy_only=False).astype(float)
    return None if np.isnan(found).all() else np.where(np.isnan(found), 1.0, found)


def thresholds(sure: Array) -> list[float]:
    """The scores at which about LEAVING_OUT shares of the rows fall away, each once and above the lowest there is."""
    found = dict.fromkeys(float(np.quantile(sure, share, method="higher")) for share in LEAVING_OUT)
    return [each for each in found if each > sure.min()]
