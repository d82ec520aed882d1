"""Benefits less costs by who gains, with the chance that benefits exceed costs: in the form of the Washington State Institute for Public Policy.

What a programme changes is told for taxpayers, participants, others and indirectly, beside the net cost of the programme itself.  Nothing is
discounted here: units and prices are of one year's dollars, or present values already, as they are given.  The chance comes of drawing every
effect and every price anew from its range (WSIPP, Benefit-Cost Technical Documentation; the form of its tables is followed, no number of it is
used).  Effects are drawn from a normal distribution about the estimate, prices from a triangular one with its mode at the price and its ends at
the range.  Draws of one effect are shared by everything that it is priced by.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...terms import Array

WHOSE = ("taxpayers", "participants", "others", "indirect")
DRAWS = 10_000
SEED = 20_240_602


@dataclass(frozen=True, slots=True)
class Benefit:
    """One change per person, and what one unit of it is worth to whom."""

    what: str
    to: str  # one of WHOSE
    units: float  # what the programme changes per person; fewer is a minus
    std_error: float
    value: float  # dollars that one unit more is worth to them: of a jail day to taxpayers, a minus
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Price:
    """The programme's own cost per person and of what those compared were given, with their ranges."""

    cost: float
    low: float
    high: float
    instead: float = 0.0  # what those compared cost in its stead


@dataclass(frozen=True, slots=True, eq=False)
class Account:
    """Benefits and costs per person, at their best guess, and as drawn; (B,) arrays."""

    by_whom: dict[str, float]
    total: float
    net_cost: float
    drawn_benefits: Array
    drawn_costs: Array

    @property
    def net(self) -> float:
        """Benefits less costs."""
        return self.total - self.net_cost

    @property
    def ratio(self) -> float | None:
        """Dollars of benefit for each dollar of net cost; None where the programme costs nothing more than what it stands instead of."""
        return self.total / self.net_cost if self.net_cost > 0 else None

    @property
    def chance(self) -> float:
        """The share of draws in which benefits exceed costs."""
        return float((self.drawn_benefits > self.drawn_costs).mean())

    @property
    def limits(self) -> tuple[float, float]:
        """The middle 95 % of benefits less costs, as drawn."""
        low, high = np.percentile(self.drawn_benefits - self.drawn_costs, [2.5, 97.5])
        return float(low), float(high)


def account(benefits: Sequence[Benefit], price: Price, *, draws: int = DRAWS, seed: int = SEED) -> Account:
    """Benefits by whom, the net cost, and draws of both; the same numbers whatever the order of the benefits.

    Each change, each value and the price are drawn from streams of their own, named by what they are: another row moves none of them.
    """
    ordered = sorted(benefits, key=lambda one: (one.what, one.to, one.value, one.low, one.high, one.units, one.std_error))
    by_whom = {whom: sum(one.units * one.value for one in ordered if one.to == whom) for whom in WHOSE}
    drawn, rows = np.zeros(draws), Counter[tuple[str, str]]()
    for one in ordered:
        rows[one.what, one.to] += 1
        changed = one.units + one.std_error * _stream(seed, "change", one.what).standard_normal(draws)
        drawn += changed * triangular(_stream(seed, "value", one.what, one.to, str(rows[one.what, one.to])), one.low, one.value, one.high, draws)
    costs = triangular(_stream(seed, "price"), price.low, price.cost, price.high, draws) - price.instead
    return Account(by_whom, sum(by_whom.values()), price.cost - price.instead, drawn, costs)


def _stream(seed: int, *of: str) -> np.random.Generator:
    """Random numbers that hang on a seed and on what is drawn, and on nothing else."""
    digest = hashlib.sha256("\x1f".join(of).encode()).digest()
    return np.random.default_rng([seed, *digest])


def triangular(rng: np.random.Generator, low: float, mode: float, high: float, draws: int) -> Array:
    """(draws,) of a triangular distribution; the mode itself where the range has no width."""
    return rng.triangular(low, mode, high, draws) if high > low else np.full(draws, mode)
