"""What the doors of `evaluation.cost` give back: tables that show themselves, with their pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...phrases import as_dollars
from ..tables import Table
from .acceptability import ENOUGH, QUADRANTS

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array, Interval, Worth
    from .benefit_cost import Account


ALL = "all that counts"
FEW_ERRORS = 4.0  # of drawing: what lies further off is no luck of the draws


def _bases(rows: pd.DataFrame) -> list[str]:
    """The bases that rows are told on, in their order."""
    return [basis for basis in ("average", "short_run_marginal", "long_run_marginal") if basis in set(rows["basis"])]


def _wide(rows: pd.DataFrame, by: list[str], values: str) -> pd.DataFrame:
    """A column a basis, by `by`; blank where a part of what is added up has no price on it (the programme's own, say)."""
    single = [*by, *(name for name in ("department", "payer", "programme") if name in rows and name not in by)]
    each = rows.pivot_table(index=single, columns="basis", values=values, aggfunc="sum", sort=True).reindex(columns=_bases(rows))
    return each.groupby(level=by).agg(_all_of_it)


def _all_of_it(column: pd.Series) -> float:
    return float(column.sum(skipna=False))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Worthwhile(Table):
    """What one more unit of an outcome costs."""

    told: Worth
    cost: float
    cost_interval: Interval
    draws: Array  # (B, 2) pairs of cost and gain
    unit: str  # what one unit better is called
    gain: str  # and what is gained, along a scale: "fewer arrested"
    fieller: str  # what Fieller's limits say, in a sentence

    @property
    def frame(self) -> pd.DataFrame:
        """Cost, gain, and their ratio where one stands, with both ranges."""
        one = self.told
        rows = [{"what": "difference in the outcome", "value": one.effect, "low": one.effect_interval.low, "high": one.effect_interval.high}]
        rows = [{"what": "difference in cost", "value": self.cost, "low": self.cost_interval.low, "high": self.cost_interval.high}, *rows]
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
        """In one breath: "$56 ($30 to $85) for each additional day, worth it in 80 % of resamples at $67"."""
        one = self.told
        if one.ratio is None:
            why = {
                "no_effect": "the difference in the outcome cannot be told from none",
                "worse": "the outcome got worse",
                "cheaper": "people fared better and no more was spent",
            }[one.why]
            return f"No cost of a unit is told: {why}. {self.fieller if one.why == 'no_effect' else ''}".strip()
        enough = "" if one.enough is None else f", worth it in {ENOUGH:.0%} of resamples at {as_dollars(one.enough)}"
        return f"{as_dollars(one.ratio)} ({as_dollars(one.limits.low)} to {as_dollars(one.limits.high)}) for {self.unit}{enough}."

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
    by_year: Array | None = None  # (rows, years) the effect by year since a start, not discounted; None: not known

    @property
    def frame(self) -> pd.DataFrame:
        """One row a department, payer and basis."""
        return self.rows

    def shown(self) -> pd.DataFrame:
        """A column a basis; its total below, where every row has a price on it."""
        wide = _wide(self.rows, ["department", "payer", "counted"], "effect")
        total = wide[wide.index.get_level_values("counted")].sum(skipna=False).to_frame().T
        total.index = pd.MultiIndex.from_tuples([(ALL, "", True)], names=wide.index.names)
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
    undiscounted: bool  # known not to be; else they stand as they were given

    @property
    def frame(self) -> pd.DataFrame:
        """One row a department, payer, basis and year; `counted` says whether it is in the total."""
        return self.rows

    def shown(self) -> pd.DataFrame:
        """A row a department, payer and year, a column a basis; below, year by year, the total of all whose money counts."""
        wide = _wide(self.rows, ["department", "payer", "counted", "year"], "dollars").reset_index()
        total = self.total().reset_index().assign(department=ALL, payer="", counted=True)
        return pd.concat([wide, total[wide.columns]], ignore_index=True)

    def total(self) -> pd.DataFrame:
        """What counts, year by year: the sum of the budgets whose money does; blank on a basis on which a part of it has no price."""
        return _wide(self.rows[self.rows["counted"]], ["year"], "dollars")

    @property
    def note(self) -> str:
        """Of how many people, and what an average does not say."""
        people = ", ".join(f"{people:,g}" for people in self.caseload)
        whose = "" if self.rows["counted"].all() else " The total leaves out those whose money does not count."
        as_given = "Not discounted." if self.undiscounted else "Discounted no further than the ledger was."
        return f"People who start, by year: {people}. {as_given}{whose} At the average less money is freed than it says, unless a unit closes."

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
        lopsided = abs(float(np.mean(self.account.drawn_benefits - self.account.drawn_costs)) - self.account.net)
        how = f"The chance and the range come of {self.draws:,} draws from seed {self.seed}: effects normal, prices triangular."
        error = float(np.std(self.account.drawn_benefits - self.account.drawn_costs)) / self.draws**0.5
        mode = " Single numbers take every price at its best guess; ranges lean to one side, and the draws lie about another mean."
        return f"Dollars a person, discounted no further than they were given. {how}{mode if lopsided > FEW_ERRORS * error else ''}"

    def plot(self) -> InANotebook:
        """Benefits less costs, as drawn."""
        from . import plots

        return plots.benefit_cost(self)
