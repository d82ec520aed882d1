"""What the doors of `evaluation.cost` give back: tables that show themselves, with their pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..tables import Table
from .acceptability import ENOUGH, QUADRANTS

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array, Worth
    from .benefit_cost import Account


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Worthwhile(Table):
    """What one more unit of an outcome costs."""

    told: Worth
    cost: float
    draws: Array  # (B, 2) pairs of cost and gain
    unit: str  # what one unit better is called
    fieller: str  # what Fieller's limits say, in a sentence

    @property
    def frame(self) -> pd.DataFrame:
        """Cost, gain, and their ratio where one stands, with both ranges."""
        one = self.told
        rows = [{"what": "difference in the outcome", "value": one.effect, "low": one.effect_interval.low, "high": one.effect_interval.high}]
        rows = [{"what": "difference in cost", "value": self.cost, "low": np.nan, "high": np.nan}, *rows]
        if one.ratio is not None:
            for limits in (one.limits, one.bootstrap):
                low, high = (limits.low, limits.high) if limits.given else (np.nan, np.nan)
                rows.append({"what": f"dollars for {self.unit}, {limits.by}", "value": one.ratio, "low": low, "high": high})
        return pd.DataFrame(rows)

    @property
    def curve(self) -> pd.DataFrame:
        """By what a unit is worth: the chance that the programme is worth its cost, and net benefit per person with its 95 % limits."""
        benefit = np.array(self.told.net_benefit)
        return pd.DataFrame(
            {
                "worth": benefit[:, 0],
                "chance": [chance for _, chance in self.told.acceptability],
                "net_benefit": benefit[:, 1],
                "low": benefit[:, 2],
                "high": benefit[:, 3],
            }
        )

    @property
    def quadrants(self) -> pd.DataFrame:
        """The share of resampled pairs in each corner of the plane."""
        return pd.DataFrame({"corner": QUADRANTS, "share": [self.told.quadrants[name] for name in QUADRANTS]})

    @property
    def sentence(self) -> str:
        """In one breath: "$56.08 (29.55 to 84.78) for each additional day, worth it in 80 % of resamples at $67.00"."""
        one = self.told
        if one.ratio is None:
            why = {
                "no_effect": "the difference in the outcome cannot be told from none",
                "worse": "the outcome got worse",
                "cheaper": "people fared better and no more was spent",
            }[one.why]
            return f"No cost of a unit is told: {why}. {self.fieller if one.why == 'no_effect' else ''}".strip()
        enough = "" if one.enough is None else f", worth it in {ENOUGH:.0%} of resamples at ${one.enough:,.2f}"
        return f"${one.ratio:,.2f} ({one.limits.low:,.2f} to {one.limits.high:,.2f}) for {self.unit}{enough}."

    @property
    def note(self) -> str:
        """The sentence."""
        return self.sentence

    def plot(self) -> InANotebook:
        """The plane of resampled pairs and the acceptability curve."""
        from . import plots

        return plots.worth(self)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Ledger(Table):
    """Who pays more and who less, per person, counted in up to three ways."""

    rows: pd.DataFrame
    said: str

    @property
    def frame(self) -> pd.DataFrame:
        """One row a department, payer and basis."""
        return self.rows

    def shown(self) -> pd.DataFrame:
        """A column a basis; its total below, where every row has a price on it."""
        order = [basis for basis in ("average", "short_run_marginal", "long_run_marginal") if basis in set(self.rows["basis"])]
        wide = self.rows.pivot_table(index=["department", "payer", "counted"], columns="basis", values="effect", aggfunc="sum", sort=True)[order]
        total = wide[wide.index.get_level_values("counted")].sum(skipna=False).to_frame().T
        total.index = pd.MultiIndex.from_tuples([("all that counts", "", True)], names=wide.index.names)
        return pd.concat([wide, total]).reset_index()

    @property
    def note(self) -> str:
        """That three columns are three ways of counting one thing."""
        return self.said

    def plot(self) -> InANotebook:
        """Bars by department and payer, a panel a basis."""
        from . import plots

        return plots.ledger(self)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Budget(Table):
    """What budgets change by, year by year."""

    rows: pd.DataFrame
    caseload: tuple[float, ...]

    @property
    def frame(self) -> pd.DataFrame:
        """One row a department, payer, basis and year."""
        return self.rows

    def shown(self) -> pd.DataFrame:
        """A row a department, payer and year, a column a basis."""
        order = [basis for basis in ("average", "short_run_marginal", "long_run_marginal") if basis in set(self.rows["basis"])]
        return self.rows.pivot_table(index=["department", "payer", "year"], columns="basis", values="dollars", aggfunc="sum", sort=True)[
            order
        ].reset_index()

    @property
    def note(self) -> str:
        """Of how many people, and what an average does not say."""
        people = ", ".join(f"{people:,g}" for people in self.caseload)
        return f"People who start, by year: {people}. Not discounted. At the average less money is freed than it says, unless a unit closes."

    def plot(self) -> InANotebook:
        """All budgets together, year by year, a line a basis."""
        from . import plots

        return plots.budget(self)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class BenefitCost(Table):
    """Benefits by whom, the net cost of the programme, and the chance that the former exceed the latter."""

    account: Account
    draws: int
    seed: int

    @property
    def frame(self) -> pd.DataFrame:
        """One row a number."""
        one, (low, high) = self.account, self.account.limits
        rows = [{"what": f"benefits to {whom}" if whom != "indirect" else "indirect benefits", "value": value} for whom, value in one.by_whom.items()]
        rows += [{"what": "benefits", "value": one.total}, {"what": "net programme cost", "value": one.net_cost}]
        rows += [{"what": "benefits minus costs", "value": one.net, "low": low, "high": high}]
        rows += [{"what": "benefits for each dollar of cost", "value": one.ratio if one.ratio is not None else np.nan}]
        return pd.DataFrame([*rows, {"what": "chance that benefits exceed costs", "value": one.chance}], columns=["what", "value", "low", "high"])

    @property
    def note(self) -> str:
        """How the chance was had."""
        return f"Dollars a person. The chance and the range come of {self.draws:,} draws from seed {self.seed}: effects normal, prices triangular."

    def plot(self) -> InANotebook:
        """Benefits less costs, as drawn."""
        from . import plots

        return plots.benefit_cost(self)
