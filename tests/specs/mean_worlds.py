"""People whose costs are known to the end, and of whom some are lost from sight: costs by a rate a day, a sum at the start and one at death."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from evaluation.methods import METHODS
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Amounts, AtRisk, Censored, Cohort, Ends, Estimate, Horizon, Marks, Outcome, Question, States

YEAR = 365
COST = OUTCOMES["cost_per_client/recorded"]
QUESTION = Question(COST.name, Horizon(days=YEAR), "mean", -500.0, censored=Censored())


@dataclass(frozen=True)
class Costs:
    """A Ruler over costs that run on until a death, seen up to a last day; (n,) arrays."""

    start: np.ndarray  # dollars on day 0
    rate: np.ndarray  # dollars a day
    last: np.ndarray  # dollars on the day of death
    death: np.ndarray  # int: the day; YEAR or later where it does not come
    gone: np.ndarray  # int: the last day seen of those lost; YEAR - 1 or later where nobody is
    reason: str = "moved"
    outcome: Outcome = COST
    dated = True

    @property
    def end(self) -> np.ndarray:
        return np.minimum(np.minimum(self.death, self.gone), YEAR - 1)

    @property
    def lost(self) -> np.ndarray:
        return (self.gone < self.death) & (self.gone < YEAR - 1)

    def window(self, horizon: Horizon) -> np.ndarray:
        return np.full(len(self.rate), YEAR)

    def entries(self) -> None:
        return None

    def ends(self, horizon: Horizon) -> Ends:
        why = np.where(self.lost, self.reason, np.where(self.death < YEAR, "death", "horizon"))
        return Ends(self.end, why)

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        days = np.full(len(self.rate), YEAR)
        return Amounts(self.between(first, YEAR), np.where(self.lost, self.end + 1, YEAR), days)

    def by_period(self, edges: Sequence[int]) -> Amounts:
        amount = np.stack([self.between(*period) for period in pairwise(edges)], axis=1)
        return Amounts(amount, amount, amount)

    def between(self, low: int, high: int) -> np.ndarray:
        """What was spent on the days from `low` on and before `high`, as far as it was seen."""
        seen = self.end + 1
        first = np.where((low <= 0) & (seen > 0) & (high > 0), self.start, 0.0)
        running = self.rate * np.clip(np.minimum(np.minimum(seen, high), self.death) - max(low, 0), 0, None)
        return first + running + np.where((self.death >= low) & (self.death < high) & (self.death < seen), self.last, 0.0)

    def at_risk(self, horizon: Horizon) -> AtRisk:
        none = np.empty(0, dtype=np.int64)
        return AtRisk(self.end + 1, none, none, none)

    def marks(self, horizon: Horizon, competing: Sequence[str] = ()) -> Marks:
        """A death, as a mark."""
        ends = self.ends(horizon)
        why = np.where(ends.why == "death", "mark", ends.why)
        return Marks(ends.day, why, ~self.lost, np.zeros(len(why), dtype=bool), np.full(len(why), ""))

    def state(self, horizon: Horizon) -> States:
        """Alive on the last day."""
        inside = (self.death >= YEAR) & ~self.lost
        return States(np.where(inside, "alive", "none"), inside, ~self.lost)

    def of(self, rows: np.ndarray) -> Costs:
        """Some of the rows, in an order."""
        parts = {name: getattr(self, name)[rows] for name in ("start", "rate", "last", "death", "gone")}
        return replace(self, **parts)

    def whole(self) -> Costs:
        """The same people, all of them seen to the end."""
        return replace(self, gone=np.full(len(self.rate), 10 * YEAR))


def lot(served: np.ndarray, history: dict[str, np.ndarray] | None = None, **parts: object) -> Cohort:
    """A cohort that a lot divided."""
    n = len(served)
    told = {"name": "main", "unit": "person", "table": "", "start_id": np.arange(1, n + 1), "person": np.arange(n), "served": served}
    return Cohort(**(told | {"history": history or {}, "ledger": (), "by": "lot"} | parts))  # type: ignore[arg-type]  # named above


def drawn(
    rng: np.random.Generator, n: int, *, effect: float = -0.2, share: float = 0.5, tail: float = 1.0, leaving: float = 0.9
) -> tuple[Cohort, Costs]:
    """People of whom three in ten cost nothing and the others' costs are lognormal; the dearer by history, the sooner they leave.

    About 38 of 100 are lost within the year where `leaving`, the slope of the rate of it, is above 0; one in ten or so dies.
    """
    served = np.zeros(n, dtype=bool)
    served[rng.permutation(n)[: round(share * n)]] = True
    x, less = rng.normal(size=n), np.where(served, 1 + effect, 1.0)
    death = np.floor(rng.exponential(np.exp(7.5 - 0.3 * x))).astype(np.int64)
    heavy = np.exp(0.5 * x + tail * rng.normal(size=n) - tail**2 / 2)
    some = rng.random(n) < 1 / (1 + np.exp(-(0.8 + 0.7 * x)))
    gone = np.floor(rng.exponential(np.exp(6.6 - leaving * x))).astype(np.int64) if leaving else np.full(n, 10 * YEAR)
    amounts = (np.where(some, base, 0.0) * less for base in (500 * heavy, 20 * heavy, 3_000.0))
    return lot(served, {"x": x}), Costs(*amounts, death, gone)


def answered(cohort: Cohort, ruler: Costs, question: Question = QUESTION) -> Estimate:
    """The answer of the method, through both of its doors."""
    method = METHODS[question.method]
    return method.estimate(cohort, method.compare(cohort, question), ruler, question)


def told(estimate: Estimate, name: str) -> float:
    """The value of a condition."""
    return next(one.value for one in estimate.diagnostics if one.name == name)
