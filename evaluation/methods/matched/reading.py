"""What became of each row of a comparison: where outcomes are read for the first time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..censoring import Reweighted, reweighted
from ..standing import Rows
from .leaving import alike_in_leaving

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array, Question

LOST = ("served", "moved", "records end")  # what ends a clock before its horizon without telling the outcome


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What the ruler showed of each row of a comparison; (m,) arrays."""

    y: Array  # float: 1 or 0 for a mark or a state, else the amount; of no meaning where lost
    day: Array  # int: the day on which y became known, or the last day seen
    lost: Array  # bool
    why: Array | None = None  # str: what ended each clock, of a mark
    same_day: Array | None = None  # bool: an event on the day of the start, of a mark

    def of(self, rows: Array) -> Reading:
        """Some of the rows, by place or as (m,) bool."""
        parts = (self.why, self.same_day)
        return Reading(self.y[rows], self.day[rows], self.lost[rows], *(None if part is None else part[rows] for part in parts))


def read(ruler: Ruler, question: Question, row: Array) -> Reading:
    """Marks by the horizon, the amount over the window, or the state on its last day, of rows (m,) of the cohort, by place."""
    outcome, horizon = ruler.outcome, question.horizon
    if outcome.kind == "mark":
        marks = ruler.marks(horizon)
        why = marks.why[row]
        return Reading((why == "mark").astype(float), marks.day[row], np.isin(why, LOST), why, marks.same_day[row])
    if outcome.kind == "state":
        states = ruler.state(horizon)
        y, lost = states.inside[row].astype(float), ~states.seen[row]
        return Reading(y, _last_days(ruler, question)[row] if lost.any() else np.zeros(len(y), dtype=np.int64), lost)
    amounts = ruler.amount(outcome.from_day, horizon)
    y, lost = amounts.amount[row], (amounts.seen_days < amounts.window_days)[row]
    if not lost.any():
        return Reading(y, amounts.seen_days[row], lost)
    day = _last_days(ruler, question)[row]
    # a clock that stopped before it was lost to sight stopped with a death: all that there would be is known
    return Reading(y, day, lost & (day + 1 >= outcome.from_day + amounts.seen_days[row]))


def _last_days(ruler: Ruler, question: Question) -> Array:
    """(n,) the last day on which each clock ran: of the horizon, of a life, or the last day seen."""
    at_risk = ruler.at_risk(question.horizon)
    off = np.bincount(at_risk.row, weights=at_risk.stop - at_risk.first, minlength=len(at_risk.days))
    return at_risk.days + off.astype(np.int64) - 1


def leaving_groups(reading: Reading, rows: Rows) -> Array:
    """(m,) int: within each arm, who was as likely to be lost; the arms' labels are their own."""
    groups = np.zeros(len(rows.row), dtype=np.int64)
    names = sorted(rows.history, key=lambda name: name in rows.codes)  # codes of categories last
    for there in (rows.served, ~rows.served):
        people = len(np.unique(rows.person[there]))
        columns = [rows.history[name][there] for name in names]
        score = None if rows.score is None else rows.score[there]
        groups[there] = alike_in_leaving(columns, score, reading.day[there], reading.lost[there], rows.weights[there], people, len(rows.codes))
    return groups


def mean_of(values: Array, reading: Reading, rows: Rows, groups: Array, there: Array) -> Reweighted:
    """The weighted mean of `values` (m,) in an arm, `there` (m,) bool, whoever is lost stood for by those of their group."""
    return reweighted(values[there], reading.day[there], reading.lost[there], rows.weights[there], groups[there])
