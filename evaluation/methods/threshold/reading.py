"""What became of each row: where outcomes are read for the first time, and who stands for those lost from sight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..censoring import reweighted

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array, Question

WORDS = {
    "mark": "difference in risk by {}",
    "amount": "difference in mean amount over {}",
    "state": "difference in the share who are there after {}",
}
GROUPS = 20  # of one side, by how far from the cut-off: our own rule
FOLLOWED = 40.0  # people in each who were followed to the end, at the least: our own rule
LOST = ("served", "moved", "records end")  # what ends a clock before its horizon without telling the outcome


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the ruler showed of rows of the cohort; (m,) arrays."""

    y: Array  # float: 1 or 0 for a mark or a state, else the amount; 0 where lost
    lost: Array  # bool
    day: Array  # int: the day on which y became known, or the last day seen
    why: Array | None = None  # str: what ended each clock, of a mark
    same_day: Array | None = None  # bool: an event on the day of the start, of a mark

    def of(self, rows: Array) -> Reading:
        """Some of the rows, by place or as (m,) bool."""
        parts = (self.why, self.same_day)
        return Reading(self.y[rows], self.lost[rows], self.day[rows], *(None if part is None else part[rows] for part in parts))


def read(ruler: Ruler, question: Question) -> Reading:
    """Marks by the horizon, the amount over the window, or the state on its last day, of every row of the cohort."""
    outcome, horizon = ruler.outcome, question.horizon
    if outcome.kind == "mark":
        marks = ruler.marks(horizon)
        return Reading((marks.why == "mark").astype(float), np.isin(marks.why, LOST), marks.day, marks.why, marks.same_day)
    if outcome.kind == "state":
        states = ruler.state(horizon)
        lost = ~states.seen
        return Reading(
            np.where(lost, 0.0, states.inside.astype(float)), lost, _last_days(ruler, question) if lost.any() else np.zeros(len(lost), int)
        )
    amounts = ruler.amount(outcome.from_day, horizon)
    lost = amounts.seen_days < amounts.window_days
    if not lost.any():
        return Reading(amounts.amount, lost, amounts.seen_days)
    day = _last_days(ruler, question)
    lost &= day + 1 >= outcome.from_day + amounts.seen_days  # a clock that stopped before it was lost stopped with a death: all is known
    return Reading(np.where(lost, 0.0, amounts.amount), lost, day)


def _last_days(ruler: Ruler, question: Question) -> Array:
    """(n,) the last day on which each clock ran: of the horizon, of a life, or the last day seen."""
    at_risk = ruler.at_risk(question.horizon)
    off = np.bincount(at_risk.row, weights=at_risk.stop - at_risk.first, minlength=len(at_risk.days))
    return np.asarray(at_risk.days + off.astype(np.int64) - 1)


def standing_for(reading: Reading, served: Array, weights: Array, away: Array | None = None) -> tuple[Array, float]:
    """(m,) what each row stands for, 0 where lost, and the smallest chance of being followed to the end.

    Those followed on either side stand for those lost there (`censoring.reweighted`), who are taken to have been lost by luck within
    it or, with `away` (m,), among those of about the same score; the weights are then taken as given.
    """
    stands, least = np.array(weights, dtype=float), 1.0
    for there in (served, ~served):
        if reading.lost[there].any():
            groups = np.zeros(int(there.sum()), dtype=np.int64) if away is None else alike_in_score(away[there], reading.lost[there])
            found = reweighted(reading.y[there], reading.day[there], reading.lost[there], weights[there], groups)
            stands[there], least = found.weights, min(least, found.least)
    return stands, least


def alike_in_score(away: Array, lost: Array) -> Array:
    """(m,) int: groups of one side by how far they stand from the cut-off, of FOLLOWED people and more who are not lost, at most GROUPS.

    Whoever ties is in one group, so that losses that rise along the score are made good where they fell.
    """
    values, at = np.unique(np.abs(away), return_inverse=True)
    followed = np.bincount(at, weights=~lost)
    enough = max(FOLLOWED, followed.sum() / GROUPS)
    group, groups, held = np.zeros(len(values), dtype=np.int64), 0, 0.0
    for k in range(len(values)):
        if held >= enough:
            groups, held = groups + 1, 0.0
        group[k], held = groups, held + followed[k]
    if groups and held < enough:  # the farthest are too few for a group of their own
        group[group == groups] = groups - 1
    return np.asarray(group[at])
