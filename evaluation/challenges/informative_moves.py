"""Informative moves: who leaves the county may depend on the arm and on risk, and then those who are left are other people.

Risk is told from the history, as it foretells the outcome among those compared; leaving is a hazard with the arm, the risk and both
together.  What is not on record is not seen: two arms that are left by who people truly are, and alike by what is known, look alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import exp
from typing import TYPE_CHECKING, cast

import numpy as np
from scipy.special import ndtr
from scipy.stats import rankdata

from ..diagnostics.alarms_of_arms import informative_moves
from ..methods.did.clocks import days_of
from ..methods.standing import Rows, histories, standing
from ..terms import Challenge, Cohort, CohortPlan, Outcome, Question, Tried
from .asked import Asked, could_not

if TYPE_CHECKING:
    from ..outcomes import Ruler
    from ..terms import Array

NAME = "informative_moves"
CHANGED = "who is lost from sight, by arm and by risk"
LEFT = ("moved", "records end")
FEWEST = 10  # people of an arm who left: fewer tell no slope of leaving by risk
RIDGE = 1e-6  # of the spread of a column: columns that say the same share a slope


@dataclass(frozen=True, slots=True)
class Leaving:
    """How leaving depends on risk in one arm otherwise than in the other."""

    log_ratio: float  # of hazard ratios for one standard deviation of risk: served over compared
    std_error: float

    @property
    def p_value(self) -> float:
        """Two-sided, of alike."""
        return float(2 * ndtr(-abs(self.log_ratio) / self.std_error)) if self.std_error > 0 else 1.0


def run(asked: Asked) -> Challenge:
    """Whether risk drives leaving in one arm otherwise than in the other, and how far that moves the answer."""
    if not isinstance(asked.cohort, Cohort) or not asked.cohort.history:
        return could_not(NAME, CHANGED, "it is asked of clocks of people's own with a history to tell their risk by.", unit=asked.unit)
    cohort, comparison = histories(asked.cohort, asked.comparison)[0]
    rows, ruler = standing(cohort, comparison), cast("Ruler", asked.lay(asked.outcome, 0))
    rows = first_rows(rows)
    ends = ruler.ends(asked.question.horizon)
    left, seen = np.isin(ends.why[rows.row], LEFT), ends.day[rows.row] + 1.0
    for arm in (rows.served, ~rows.served):
        if left[arm].sum() < FEWEST:
            return could_not(NAME, CHANGED, f"fewer than {FEWEST} people of an arm were lost before the horizon.", unit=asked.unit)
    amount = _outcome(asked.outcome, asked.question, ruler)[rows.row]
    foretold = risk(rows.history, amount, ~rows.served & ~left)
    if not foretold.std() > 0:
        return could_not(NAME, CHANGED, "no column of the history tells anything of the outcome.", unit=asked.unit)
    found = leaving(rows.served, left, np.maximum(seen, 1.0), foretold, rows.person)
    shift = shifted(rows.served, left, rows.weights, foretold)
    told = informative_moves(
        found.p_value, exp(found.log_ratio), shift, unit=asked.unit, lost=(len(np.unique(rows.person[left])), len(np.unique(rows.person[~left])))
    )
    lines = [asked.own]
    if asked.answer.estimate is not None and asked.own.low == asked.own.low:
        own = asked.own
        lines.append(Tried("had those who left been left out, as risk tells", own.effect + shift, own.low + shift, own.high + shift))
    return Challenge(NAME, CHANGED, told.sentence, (told,), tuple(lines), None, asked.unit)


def fits(question: Question, plan: CohortPlan) -> str:
    """Asked wherever people are followed from a start of their own."""
    if plan.clock == "calendar" or plan.strategies is not None:
        return "it is asked of clocks of people's own, each with one row."
    if question.method not in ("randomized", "matched", "survival", "mean", "did"):
        return "it is asked of people who are compared and followed."
    return ""


def first_rows(rows: Rows) -> Rows:
    """The first row of each person in each arm, however many sets they stand in: whoever leaves is lost once."""
    return rows.of(np.sort(np.unique(2 * rows.person + rows.served, return_index=True)[1]))


def risk(history: Mapping[str, Array], amount: Array, learn: Array) -> Array:
    """What the history foretells of the outcome, as it went with it among the rows `learn`; (n,) in the outcome's unit."""
    columns = [np.asarray(column, dtype=float) for column in history.values()]
    X = np.column_stack(columns)
    spread = X.std(axis=0)
    X = (X - X.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    known = learn & np.isfinite(amount)
    Z, y = X[known] - X[known].mean(axis=0), amount[known] - amount[known].mean()
    slopes = np.linalg.solve(Z.T @ Z + RIDGE * len(Z) * np.eye(Z.shape[1]), Z.T @ y)
    return np.asarray(float(amount[known].mean()) + (X - X[known].mean(axis=0)) @ slopes)


def leaving(served: Array, left: Array, seen: Array, foretold: Array, person: Array) -> Leaving:
    """The hazard of leaving by arm, risk and both together: (n,) `left` bool after `seen` days, `foretold` float, `person` int.

    A Poisson regression with the days seen as exposure, by Newton's steps.  Risk enters by its place among everybody's, so that a
    few at very high risk do not tell the slope; the error is the larger of the model's own and the robust one, by person.
    """
    z = rankdata(foretold)
    z = (z - z.mean()) / z.std()
    X = np.column_stack([np.ones(len(z)), served, z, served * z]).astype(float)
    b = np.array([np.log(left.sum() / seen.sum()), 0.0, 0.0, 0.0])
    for _ in range(30):
        mean = seen * np.exp(np.clip(X @ b, -50, 5))
        step = np.linalg.solve((X * mean[:, None]).T @ X, X.T @ (left - mean))
        b = b + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-9:
            break
    mean = seen * np.exp(np.clip(X @ b, -50, 5))
    bread = np.linalg.inv((X * mean[:, None]).T @ X)
    scores = X * (left - mean)[:, None]
    code = np.unique(person, return_inverse=True)[1]
    sums = np.column_stack([np.bincount(code, scores[:, k]) for k in range(4)])
    robust = bread @ (sums.T @ sums) @ bread
    return Leaving(float(b[3]), float(np.sqrt(max(bread[3, 3], robust[3, 3]))))


def shifted(served: Array, left: Array, weights: Array, foretold: Array) -> float:
    """By how much the difference of the arms moves where those who left are left out, were the outcome as the risk foretells."""
    moved = 0.0
    for arm, sign in ((served, 1.0), (~served, -1.0)):
        stayed = arm & ~left
        moved += sign * float(np.average(foretold[stayed], weights=weights[stayed]) - np.average(foretold[arm], weights=weights[arm]))
    return moved


def _outcome(outcome: Outcome, question: Question, ruler: Ruler) -> Array:
    """What each clock came to, (n,) float; NaN where it was not seen to the end."""
    horizon = question.horizon
    if outcome.kind == "mark" and question.measure == "risk":
        marks = ruler.marks(horizon)
        return np.where((marks.why == "mark") | marks.whole | (marks.why == "death"), marks.why == "mark", np.nan)
    if outcome.kind == "state":
        states = ruler.state(horizon)
        return np.where(states.seen, states.inside, np.nan).astype(float)
    amounts = ruler.by_period((0, days_of(horizon)))
    return np.where(amounts.seen_days[:, 0] >= amounts.window_days[:, 0], amounts.amount[:, 0], np.nan).astype(float)
