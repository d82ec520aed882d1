"""Negative population: people whom the programme could not reach, of whom an effect would be somebody else's.

Those offered who never took the offer up are a chosen few, and nobody can say who like them would not have taken it up among those
compared; to hold the one against the other would find the choice.  But whatever decides who takes an offer up, as a share of all
offered those who did not and came out so cannot be more than those compared who came out so: in each of two ways to come out.  An
offer that works by itself, or groups that are not alike, can break it.  Of a programme that nearly everybody takes up it says little.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from ..diagnostics import unreached
from ..terms import Challenge, Cohort, CohortPlan, Question, Tried
from .asked import Asked, could_not

if TYPE_CHECKING:
    from ..terms import Array

NAME = "negative_population"
CHANGED = "the people: those offered the programme whom it never reached"
MOST_LOST = 0.05  # of the weight of an arm that may be lost from sight
LEAST = 25  # people offered who never took it up


def fits(question: Question, plan: CohortPlan) -> str:
    """Why the design names nobody whom the programme could not reach; empty where it does."""
    if plan.assigned is None or plan.assigned.taken_up is None or plan.assigned.by == "score":
        return "The design names nobody whom the programme could not reach: a lot or an offer with `taken_up` tells who never took it up."
    return ""


def negative_population(asked: Asked) -> Challenge:
    """Those offered who never took it up, as a share of all offered, against those compared who never did: with the outcome, and without."""
    cohort = asked.cohort
    if not isinstance(cohort, Cohort) or cohort.taken_up is None:
        return could_not(NAME, CHANGED, "nobody's taking up is on record.")
    came, seen = _came_out(asked)
    weights = np.where(seen, asked.comparison.weights, 0.0)
    arms = (cohort.served, ~cohort.served)
    lost = max(1 - weights[arm].sum() / asked.comparison.weights[arm].sum() for arm in arms)
    if lost > MOST_LOST:
        return could_not(NAME, CHANGED, f"{100 * lost:.0f} % of an arm were lost from sight, and nobody stands for them here.")
    if np.count_nonzero((weights > 0) & cohort.served & ~cohort.taken_up) < LEAST:
        return could_not(NAME, CHANGED, "too few of those offered the programme never took it up.")
    shared = cohort.person if asked.comparison.clusters is None else asked.comparison.clusters
    ways = {"with the outcome": came, "without it": ~came}
    apart = {name: _apart((out & ~cohort.taken_up).astype(float), weights, arms, shared) for name, out in ways.items()}
    diagnostic = unreached(apart)
    lines = [Tried(f"never reached, {name}", value, value - 1.96 * error, value + 1.96 * error) for name, (value, error) in apart.items()]
    return Challenge(NAME, CHANGED, diagnostic.sentence, (diagnostic,), tuple(lines), 0.0, "people")


def _came_out(asked: Asked) -> tuple[Array, Array]:
    """Whether each row has the outcome by the horizon, and whether that is known; (n,) bool."""
    ruler: Any = asked.lay(asked.outcome, 0)
    horizon, kind = asked.question.horizon, asked.outcome.kind
    if kind == "mark":
        marks = ruler.marks(horizon)
        return marks.why == "mark", np.isin(marks.why, ("mark", "death", "horizon"))
    if kind == "state":
        states = ruler.state(horizon)
        return states.inside, states.seen
    if kind == "rate":
        rates = ruler.rate(horizon)
        return rates.numerator > 0, np.asarray(ruler.ends(horizon).why == "horizon") | (rates.numerator > 0)
    amounts = ruler.amount(asked.outcome.from_day, horizon)
    return amounts.amount > 0, amounts.seen_days >= amounts.window_days


def _apart(x: Array, weights: Array, arms: tuple[Array, Array], shared: Array) -> tuple[float, float]:
    """The difference of the weighted means of x (n,) between two arms, and its error, robust to who shares luck."""
    influence, means = np.zeros(len(x)), []
    for arm, sign in zip(arms, (1.0, -1.0), strict=True):
        weight = np.where(arm, weights, 0.0)
        mean = float(weight @ x / weight.sum())
        influence += sign * weight * (x - mean) / weight.sum()
        means.append(mean)
    sums = np.bincount(np.unique(shared, return_inverse=True)[1], weights=influence)
    return means[0] - means[1], float(np.sqrt((sums**2).sum()))
