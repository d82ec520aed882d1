"""Hidden bias of stated strength: what would be found beside a hidden cause as strong as the strongest column on record, and stronger.

The bias is that of Cinelli and Hazlett (2020) for a benchmark, by the same regression as the condition `omitted_variable`: it is taken
off the study's own effect, and the range grows as their standard error does.  Gamma and the E-value, which the answer carries where
they can be told, stand in the sentence.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isfinite, nan

import numpy as np

from ..diagnostics.omitted import Adjusted, Moments, strengths
from ..diagnostics.unseen import FARTHEST, as_strong_as_recorded
from ..methods.coding import commonest_first, placed
from ..methods.columns import columns_of
from ..methods.matched.means import difference
from ..methods.matched.reading import read
from ..methods.standing import histories
from ..terms import Challenge, Cohort, CohortPlan, Matching, Question, Tried
from .asked import Asked, could_not
from .by_rivals import size
from .otherwise import unread

NAME = "hidden_bias"
CHANGED = "a hidden cause as strong as the strongest column on record, and two and three times"
TIMES = (1.0, 2.0, 3.0)
STEPS = 40  # of halving


@dataclass(frozen=True, slots=True, eq=False)
class Strengths:
    """The regression of those followed, and how strong each column was with being served before anybody was chosen."""

    moments: Moments
    before: dict[str, float]

    def beside(self, times: float, name: str) -> Adjusted | None:
        """What is found beside a hidden thing so many times as strong as a column; None where none can be so strong."""
        found = self.moments.benchmarks(times, self.before).get(name)
        return found.adjusted if found and found.r2_outcome < 1 else None

    @property
    def strongest(self) -> str:
        """The column whose like would move the effect most; empty where none can be told."""
        own, known = self.moments.adjusted, self.moments.benchmarks(1.0, self.before)
        return max(known, key=lambda name: own.less(known[name].adjusted), default="")


def hidden_bias(asks: Asked) -> Challenge:
    """The effect and its range beside a hidden cause of each strength, and how strong one must be to bring the range to none."""
    if bare := unread(asks, NAME, CHANGED):
        return bare
    found = strengths_of(asks)
    strongest = found.strongest if found else ""
    if found is None or not strongest:
        return could_not(NAME, CHANGED, "no column on record tells of the outcome and of who was served at once.", unit=asks.unit, expected=None)
    most = 1.0 if asks.unit == "people" else inf
    lines = [moved(asks.own, found, strongest, times, most) for times in TIMES]
    clear = asks.own.low > 0 or asks.own.high < 0
    enough = times_to_none(asks.own, found, strongest) if clear else 0.0
    told = as_strong_as_recorded(enough, strongest, clear=clear)
    return Challenge(NAME, CHANGED, _sentence(asks, strongest, lines[0]), (told,), (asks.own, *lines), None, asks.unit)


def fits(question: Question, plan: CohortPlan) -> str:
    """Why no hidden cause is told of; empty where it is."""
    if plan.by == "lot":
        return "a lot leaves no cause to hide behind: it decided alone who was served."
    if plan.by not in ("offer", "service") or question.method not in ("matched", "survival") or question.measure != "risk":
        return "it is told of an effect on a risk, an amount or a state among people on clocks of their own; a path is held against drifts instead."
    return ""


def strengths_of(asks: Asked) -> Strengths | None:
    """The regression that tells how strong columns are, of those followed as the comparison weighs them; None where it tells nothing."""
    cohort, plan = asks.cohort, asks.question.compare or Matching()
    if not isinstance(cohort, Cohort):
        return None
    one, comparison = histories(cohort, asks.comparison)[0]
    rows = placed(one, comparison, plan)
    reading = read(asks.lay(asks.outcome, 0), asks.question, np.arange(len(one))).of(rows.row)  # type: ignore[arg-type]  # of clocks
    stands = difference(reading, rows).stands
    kept = stands > 0
    every = commonest_first(columns_of(one.history, plan, asks.question.outcome), plan)
    moments = Moments.of(reading.y[kept], rows.served[kept], {name: column[rows.row[kept]] for name, column in every.items()}, stands[kept])
    return Strengths(moments, strengths(one.served, every)) if moments.tellable else None


def moved(own: Tried, found: Strengths, column: str, times: float, most: float = inf) -> Tried:
    """The study's own answer beside a hidden cause so strong: its effect less the bias, and its range wider as the error is.

    No effect is larger than `most`.
    """
    label = f"{times:g} times '{column}'" if times != 1 else f"as strong as '{column}'"
    beside = found.beside(times, column)
    if beside is None:
        return Tried(
            label, nan, nan, nan, why_not="Nothing can be so strong: it would leave nothing of who was served, or of the outcome, unexplained."
        )
    plain = found.moments.adjusted
    bias = abs(plain.effect) - float(np.sign(plain.effect)) * beside.effect
    effect = own.effect - float(np.sign(own.effect)) * bias
    if abs(effect) > most:
        return Tried(label, nan, nan, nan, why_not="Nothing can be so strong: the effect would be larger than a share can be.")
    wider = beside.std_error / plain.std_error if plain.std_error > 0 else 1.0
    return Tried(label, effect, effect - wider * (own.effect - own.low), effect + wider * (own.high - own.effect))


def times_to_none(own: Tried, found: Strengths, column: str) -> float:
    """How many times as strong as a column a hidden cause must be for the range to reach no difference; inf where none up to FARTHEST does.

    Where nothing can be stronger than some multiple without leaving nothing unexplained, that is as far as it is sought.
    """

    def clear(times: float) -> bool:
        line = moved(own, found, column, times)
        return isfinite(line.effect) and (line.low > 0 if own.effect > 0 else line.high < 0)

    def can_be(times: float) -> bool:
        return found.beside(times, column) is not None

    low, high = 0.0, FARTHEST
    if not can_be(high):
        for _ in range(STEPS):
            middle = (low + high) / 2
            low, high = (middle, high) if can_be(middle) else (low, middle)
        high, low = low, 0.0
    if clear(high):
        return inf
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if clear(middle) else (low, middle)
    return high


def _sentence(asks: Asked, column: str, line: Tried) -> str:
    beside = {one.name: one.value for one in asks.answer.diagnostics if one.name in ("hidden_bias", "e_value")}
    gamma = (
        f"; by Rosenbaum's bounds the odds of being served would have to differ {beside['hidden_bias']:.2f} times" if "hidden_bias" in beside else ""
    )
    e = f"; the E-value is {beside['e_value']:.2f}" if "e_value" in beside else ""
    if not isfinite(line.effect):
        return f"Nothing hidden can be as strong as '{column}' without leaving nothing unexplained{gamma}{e}."
    low, high = (size(value, asks.unit) for value in (line.low, line.high))
    return f"Beside a hidden cause as strong as '{column}' the effect would be {size(line.effect, asks.unit)} (from {low} to {high}){gamma}{e}."
