"""Small panels of places, and Rulers that say what they are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np

from evaluation.outcomes import OUTCOMES
from evaluation.records.days import day_of
from evaluation.terms import NEVER, Horizon, Outcome, Panel, Paths, Question

AMOUNT = next(outcome for outcome in OUTCOMES.values() if outcome.kind == "amount")
RATE = next(outcome for outcome in OUTCOMES.values() if outcome.kind == "rate")


@dataclass(frozen=True)
class Told:
    """A PanelRuler over numbers given by hand."""

    value: np.ndarray
    outcome: Outcome = AMOUNT
    population: np.ndarray | None = None

    def paths(self, per: int = 1) -> Paths:
        return Paths(self.value * per, np.ones(self.value.shape) if self.population is None else self.population)


class Blind:
    """A PanelRuler that may not be read."""

    outcome = AMOUNT

    def paths(self, per: int = 1) -> Paths:
        raise AssertionError("an outcome was read")


def years(n: int, periods: int, *, adopted: dict[int, int] | None = None, first: int = 1970, **other: object) -> Panel:
    """`n` places over so many years; `adopted` gives the period of adoption by place."""
    edges = np.array([day_of(date(first + year, 1, 1)) for year in range(periods + 1)])
    since = np.full(n, NEVER)
    for unit, period in (adopted or {}).items():
        since[unit] = period
    parts: dict[str, object] = {
        "name": "main",
        "unit": "area",
        "table": "",
        "unit_id": np.arange(1, n + 1),
        "edges": edges,
        "adopted": since,
        "left": np.full(n, NEVER),
        "watched": np.ones((n, periods), dtype=bool),
        "weight": np.ones(n),
        "people": np.zeros(n, dtype=int),
        "ledger": (),
        "labels": tuple(str(first + year) for year in range(periods)),
        "names": tuple(f"place {number}" for number in range(1, n + 1)),
    }
    return Panel(**(parts | other))  # type: ignore[arg-type]  # parts by name


def asked(estimator: str, periods: int, method: str = "series", outcome: Outcome = AMOUNT, **other: object) -> Question:
    """A question over so many years."""
    estimand = "change" if method == "monitor" else "effect_on_the_served"
    return Question(outcome.name, Horizon(months=12 * periods), method, 1.0, estimand=estimand, estimator=estimator, **other)  # type: ignore[arg-type]  # by name


def autoregressive(rng: np.random.Generator, n: int, T: int, rho: float) -> np.ndarray:
    """(n, T) stationary series of variance 1 / (1 - rho^2)."""
    z = rng.normal(size=(n, T + 100))
    for t in range(1, T + 100):
        z[:, t] += rho * z[:, t - 1]
    return z[:, 100:]
