"""Small panels and clocks by hand for the door of differences in differences: made without the engine."""

from __future__ import annotations

import numpy as np

from evaluation.methods import METHODS
from evaluation.terms import NEVER, Amounts, Cohort, Horizon, Outcome, Panel, Paths, Question

DID = METHODS["did"]
QUARTER = 91
BACK = 8  # periods before the start on clocks of people's own
VISITS = Outcome("visits/x", "amount", {"en": "visits"}, {"en": "visits"}, "fewer", "", "event", (), "people", "", "", True, not_counted="")


class Shown:
    """A ruler of a panel that shows what it was given."""

    def __init__(self, value):
        self.value, self.outcome = value, VISITS

    def paths(self, per=1):
        return Paths(self.value * per, np.ones_like(self.value))


class Clocked:
    """A ruler of people's own clocks: what each shows in BACK quarters before the start and in those after it, even within a quarter."""

    def __init__(self, value, seen_days=None):
        self.value, self.outcome, self.seen_days = value, VISITS, seen_days

    def by_period(self, edges):
        low, high = np.array(edges[:-1]), np.array(edges[1:])
        first = (np.arange(self.value.shape[1]) - BACK) * QUARTER
        inside = np.clip(np.minimum(high[:, None], first + QUARTER) - np.maximum(low[:, None], first), 0, None) / QUARTER
        days = np.broadcast_to(high - low, (len(self.value), len(low))).copy()
        seen = days if self.seen_days is None else np.clip(np.minimum(self.seen_days[:, None], high) - low, 0, None)
        return Amounts(self.value @ inside.T, seen, days)


def panel_of(value, adopted, unit="area", **parts):
    """A panel of quarters whose units were watched wherever the value is a number."""
    n, periods = value.shape
    people = np.full(n, 100) if unit == "area" else np.ones(n, dtype=int)
    own = {"left": np.full(n, NEVER), "weight": np.ones(n), "people": people, "ledger": ()} | parts
    return Panel("main", unit, "", np.arange(1, n + 1), np.arange(periods + 1) * QUARTER, np.asarray(adopted), watched=~np.isnan(value), **own)


def asked(estimator="group_time", **parts):
    """A question over four quarters."""
    return Question(
        **{
            "outcome": "visits/x",
            "horizon": Horizon(days=4 * QUARTER),
            "method": "did",
            "worthwhile": -0.1,
            "estimator": estimator,
            "estimand": "effect_on_the_served",
        }
        | parts
    )


def told(panel, question, value):
    """The comparison and the estimate."""
    comparison = DID.compare(panel, question)
    return comparison, DID.estimate(panel, comparison, Shown(value), question)


def roll_out(seed=1, n=40, reached=24, each=5, first=8, periods=15, effect=0.0, slope=0.0, dip=0.0, spread=0.5, rho=0.0):
    """Areas of which `each` adopt a quarter from `first` on, with luck that lasts by `rho` from one period to the next."""
    rng = np.random.default_rng(seed)
    adopted = np.full(n, NEVER)
    adopted[:reached] = first + np.arange(reached) // each
    luck = np.empty((n, periods))
    own = rng.normal(0, spread, n)
    for period in range(periods):
        own = rho * own + (1 - rho**2) ** 0.5 * rng.normal(0, spread, n)
        luck[:, period] = own
    since = np.arange(periods) - adopted.astype(np.int64)[:, None]
    value = 20 + rng.normal(0, 2, (n, 1)) + rng.normal(0, 0.3, periods) + luck
    value += np.where((adopted < NEVER)[:, None], slope * np.arange(periods), 0.0) + effect * (since >= 0) + dip * (since == -1)
    return value, adopted


def crisis(seed, n=2_500, effect=0.0, by_visit=0.5):
    """People offered a programme by how often they were seen in the last quarter; crises pass by themselves, and need stays."""
    rng = np.random.default_rng(seed)
    need, trouble = rng.gamma(1.0, 0.25, n), rng.normal(0, 0.6, n)
    value = np.empty((n, BACK + 4))
    for quarter in range(value.shape[1]):
        trouble = 0.3 * trouble + rng.normal(0, 0.6, n)
        value[:, quarter] = rng.poisson(need * np.exp(trouble))
    served = rng.random(n) < 1 / (1 + np.exp(1.2 - by_visit * value[:, BACK - 1]))
    value[served, BACK:] = rng.binomial(value[served, BACK:].astype(int), 1 + effect)
    history = {"last_quarter": value[:, BACK - 1].copy(), "two_years": value[:, :BACK].sum(axis=1)}
    return cohort_of(served, history=history), Clocked(value)


def cohort_of(served, **parts):
    """People with one start each."""
    n = len(served)
    own = {"history": {}, "ledger": (), "by": "offer", "looked_back": BACK * QUARTER, "history_days": BACK * QUARTER} | parts
    return Cohort("main", "person", "", np.arange(1, n + 1), np.arange(n), np.asarray(served), **own)
