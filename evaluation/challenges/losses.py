"""What those lost could have had: all of them the event, none, half or twice as often as those followed, in either arm; and what would tip it.

An answer lets those followed stand for those lost who were like them.  Each line here says what the effect would be, had those lost of
one arm fared otherwise.  The range moves with the effect and keeps its width: what is supposed has no error.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.attrition import worst_case_bounds
from ..diagnostics.likeness import distinct
from ..diagnostics.unseen import TWICE, tipping_point
from ..methods.matched.reading import read
from ..methods.standing import histories, standing
from ..terms import Challenge, Cohort, CohortPlan, Diagnostic, Question, Tried
from .asked import Asked, could_not
from .by_rivals import size
from .otherwise import unread

if TYPE_CHECKING:
    from ..terms import Array

NAME = "losses"
CHANGED = "what became of those who moved away, were served later or whose records end"
ARMS = ("served", "compared")


@dataclass(frozen=True, slots=True)
class Lost:
    """One arm: the share of its weight that was lost, how many people that is, and the mean of those followed."""

    share: float
    people: int
    mean: float

    def had(self, mean: float) -> float:
        """By how much the mean of the arm moves, had those lost a mean of their own in place of that of those followed."""
        return self.share * (mean - self.mean)


def losses(asks: Asked) -> Challenge:
    """The effect under each supposition about those lost, and the rate among them at which the range reaches no difference."""
    if bare := unread(asks, NAME, CHANGED):
        return bare
    if not isinstance(asks.cohort, Cohort) or asks.comparison.steps is not None:
        return could_not(NAME, CHANGED, "units of a panel that are not watched, and clones, are dealt with where they are laid.", unit=asks.unit)
    counted = asks.outcome.kind != "amount"
    arms = lost_of(asks)
    own, clear = asks.own, asks.own.low > 0 or asks.own.high < 0
    lost = any(arm.people for arm in arms)
    lines = tuple(shifted(own, label, arms, means) for label, means in supposed(arms, counted=counted).items() if lost)
    found: list[Diagnostic] = [_tipping(own, arms, clear=clear, counted=counted)]
    if counted and lost and not _bounded_already(asks):
        ends = sorted(own.effect + arms[0].had(one) - arms[1].had(1 - one) for one in (0.0, 1.0))
        found.append(worst_case_bounds(ends[0], ends[1], lost=(arms[0].people, arms[1].people)))
    return Challenge(NAME, CHANGED, _sentence(asks, arms, lines), tuple(found), (own, *lines), None, asks.unit)


def fits(question: Question, plan: CohortPlan) -> str:
    """Why nothing is supposed of those lost; empty where it is."""
    if plan.by in ("adoption", "strategy"):
        return "units of a panel that are not watched, and clones that leave a strategy, are dealt with where the outcome is laid on them."
    if question.measure != "risk" or question.method not in ("matched", "survival", "randomized"):
        return "it is told of an effect on a share or a mean by one day, as matched, survival and randomized tell it."
    return ""


def lost_of(asks: Asked) -> tuple[Lost, Lost]:
    """How much of each arm was lost, and the mean of those followed; the served first."""
    cohort, comparison = histories(asks.cohort, asks.comparison)[0]  # type: ignore[arg-type]  # of clocks
    rows = standing(cohort, comparison)
    reading = read(asks.lay(asks.outcome, 0), asks.question, np.arange(len(cohort))).of(rows.row)  # type: ignore[arg-type]  # of clocks
    return tuple(_arm(there, reading.lost, reading.y, rows.weights, rows.person) for there in (rows.served, ~rows.served))  # type: ignore[return-value]  # two


def _arm(there: Array, lost: Array, y: Array, weights: Array, person: Array) -> Lost:
    followed, gone = there & ~lost, there & lost
    mean = float((weights[followed] * y[followed]).sum() / weights[followed].sum()) if followed.any() else 0.0
    return Lost(float(weights[gone].sum() / weights[there].sum()), distinct(person, gone), mean)


def supposed(arms: tuple[Lost, Lost], *, counted: bool) -> dict[str, tuple[float, float]]:
    """By what is supposed, the means of those lost of each arm."""

    def mean(arm: Lost, word: str) -> float:
        most = 1.0 if counted else inf
        return {"all": 1.0, "none": 0.0, "half": arm.mean / TWICE, "twice": min(TWICE * arm.mean, most), "same": arm.mean}[word]

    words = ("all", "none", "twice", "half") if counted else ("none", "twice", "half")
    said = {"all": "all had it", "none": "none had it", "twice": "twice the rate", "half": "half the rate", "same": "as those followed"}
    pairs = [(one, "same") for one in words] + [("same", one) for one in words]
    pairs += [(one, other) for one, other in product(words, words) if one != other and {one, other} in ({"all", "none"}, {"twice", "half"})]
    return {f"served: {said[one]}; compared: {said[other]}": (mean(arms[0], one), mean(arms[1], other)) for one, other in pairs}


def shifted(own: Tried, label: str, arms: tuple[Lost, Lost], means: tuple[float, float]) -> Tried:
    """The study's own answer had those lost such means."""
    by = arms[0].had(means[0]) - arms[1].had(means[1])
    return Tried(label, own.effect + by, own.low + by, own.high + by)


def tips(own: Tried, arms: tuple[Lost, Lost], *, counted: bool) -> tuple[float, str]:
    """The multiple, nearest to 1, of the rate of those followed at which the range reaches none, and in which arm; inf where none does.

    In closed form: the end of the range nearest to none must move by its own distance, which is share times (multiple - 1) times the mean.
    """
    near = own.low if own.low > 0 else own.high
    found = []
    for arm, name, sign in zip(arms, ARMS, (1.0, -1.0), strict=True):
        pulls = sign * arm.share * arm.mean
        if pulls:
            times = 1 - near / pulls
            if times >= 0 and (not counted or times * arm.mean <= 1):
                found.append((times, name))
    return min(found, key=lambda one: abs(one[0] - 1), default=(inf, ""))


def _tipping(own: Tried, arms: tuple[Lost, Lost], *, clear: bool, counted: bool) -> Diagnostic:
    times, arm = tips(own, arms, counted=counted) if clear else (inf, "")
    likely = [means for label, means in supposed(arms, counted=counted).items() if "all had" not in label and "none had" not in label]
    reached = [not _clear(shifted(own, "", arms, means), own) for means in likely]
    people, shares = (arms[0].people, arms[1].people), (arms[0].share, arms[1].share)
    return tipping_point(times, arm, clear=clear, turned=any(reached), lost=people, shares=shares)


def _clear(line: Tried, own: Tried) -> bool:
    return line.low > 0 if own.effect > 0 else line.high < 0


def _bounded_already(asks: Asked) -> bool:
    return any(one.name in ("worst_case_bounds", "move_away_bounds") for one in asks.answer.diagnostics)


def _sentence(asks: Asked, arms: tuple[Lost, Lost], lines: tuple[Tried, ...]) -> str:
    if not lines:
        return "Nobody was lost before the horizon."
    effects = [line.effect for line in lines]
    share = f"{100 * arms[0].share:.1f} % of the served and {100 * arms[1].share:.1f} % of the compared were lost"
    return f"{share}; whatever is supposed of them, the effect runs from {size(min(effects), asks.unit)} to {size(max(effects), asks.unit)}."
