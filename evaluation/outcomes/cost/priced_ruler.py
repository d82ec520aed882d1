"""The Ruler of costs: what services that somebody uses cost, in the dollars of one year, discounted, seen from one purse.

Two outcomes are read by it.  `cost_per_client/priced` multiplies days and contacts by the lines of a book; `cost_per_client/recorded` adds
up the county's own priced lines, each brought from the dollars of its calendar year.  Units are whole numbers and lines of money whole cents
as they come out of the engine; they are multiplied and added in double precision, in one order whatever the order of rows, and rounded
nowhere: what is told is rounded where it is told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from sqlglot import exp

from ...phrases import counted
from ...records.engine import Engine
from ...records.sql import c, greatest, later, least, minus, select, table
from ...terms import Amounts, AtRisk, Ends, EveryMark, Horizon, Marks, Money, Outcome, Problem, Rates, Refused, States, UnitCost
from ..clock import to_day, to_horizon
from ..engine_ruler import EngineRuler
from ..ruler import Ruler, rising
from .accrual import spent, units
from .book import VIEWS
from .discount import Window, windows
from .prices import PriceIndex, shipped

if TYPE_CHECKING:
    from ...terms import Array

_CENTS = 100


@dataclass(frozen=True, slots=True, eq=False)
class PricedRuler:
    """A Ruler of an outcome in dollars over starts in an engine's table; only what an amount is asked, it answers itself.

    Nothing is spent after the day of a death, after the last day seen, or twice for one day of one service.  Dollars are those of
    `money.price_year`, and `discount.py` says what a later one is worth.
    """

    engine: Engine
    table: str
    outcome: Outcome
    lines: tuple[UnitCost, ...]  # the whole book, in the dollars of `money.price_year`, sorted; empty where the records' own lines are read
    money: Money
    beside: Ruler | None = None  # of the outcome whose additional unit is priced
    studied: str = ""  # the programme of the study
    index: PriceIndex | None = None  # of prices; None: the one that ships

    # -------------------------------------------------------------------------------------------- what is counted
    @property
    def services(self) -> tuple[str, ...]:
        """Every service of the book, by the alphabet: the columns of `quantities`."""
        return tuple(sorted({line.service for line in self.lines}))

    @property
    def counted(self) -> tuple[bool, ...]:
        """Of each line, whether the amount counts it: it is of the basis asked for, and its payer is in the perspective."""
        return tuple(line.basis == self.money.basis and line.payer in VIEWS[self.money.perspective] for line in self.lines)

    @property
    def programme(self) -> tuple[str, ...]:
        """Of the services, the programme's own: enrolments in it."""
        return tuple(sorted({line.service for line in self.lines if self.studied and line.table == "service" and line.kind == self.studied}))

    def quantities(self, horizon: Horizon, discounted: bool = True) -> Array:
        """(n, services) how many units each clock holds to the horizon; discounted, each counts as its dollars do."""
        return self.by_part(horizon, (), discounted)[:, :, 0]

    def by_part(self, horizon: Horizon, inner: tuple[int, ...], discounted: bool = True) -> Array:
        """(n, services, parts) the same, cut at the days `inner` since a start; the last part holds what is left to the horizon."""
        shape = (self._many(), len(self.services), len(inner) + 1)
        found: Array = np.zeros(int(np.prod(shape)))
        longest = self._longest(horizon) if self.lines else 0
        if longest > max(inner, default=0):
            clock, cut = to_horizon(self.engine, self.table, horizon), windows([0, *inner, longest])
            weights = np.array([one.weight(self.money.discount if discounted else 0.0) for one in cut])
            period = np.array([one.period for one in cut])
            row, service, span, many = self._units(clock, cut)
            at = np.ravel_multi_index((row, service, period[span]), shape)
            found = np.bincount(at, many * weights[span], minlength=len(found))
        return found.reshape(shape)

    # -------------------------------------------------------------------------------------------- the verbs of a Ruler
    def amount(self, first: int, horizon: Horizon) -> Amounts:
        """Dollars of each clock from its day `first` to the horizon, exclusive; (n,)."""
        clock, low = to_horizon(self.engine, self.table, horizon), later(c("s.day"), first)
        longest = self._longest(horizon)
        dollars = self._dollars(clock, windows([first, longest]), 1)[:, 0] if longest > first else np.zeros(self._many())
        seen = select(seen=greatest(0, minus(least(c("s.until"), c("s.gone")), low)), window=minus(c("s.until"), low))
        days = self.engine.fetch(seen.from_(table(clock, "s")).order_by(c("s.start_id")))
        return Amounts(dollars, days["seen"].to_numpy().astype(np.int64), days["window"].to_numpy().astype(np.int64))

    def by_period(self, edges: Sequence[int]) -> Amounts:
        """Dollars of each clock in the days [edge, next edge); (n, periods).  Amounts of adjoining periods add up to that of them all."""
        rising(edges, self.outcome)
        clock = to_day(self.table, edges[-1])
        dollars = self._dollars(clock, windows(edges), len(edges) - 1)
        gone = self.engine.fetch(select(gone=minus(c("s.gone"), c("s.day"))).from_(table(clock, "s")).order_by(c("s.start_id")))
        low, high = np.array(edges[:-1]), np.array(edges[1:])
        seen = np.clip(np.minimum(gone["gone"].to_numpy().astype(np.int64)[:, None], high) - low, 0, None)
        return Amounts(dollars, seen, np.broadcast_to(high - low, seen.shape).copy())

    @property
    def dated(self) -> bool:
        """Every line of the records has its day."""
        return True

    def window(self, horizon: Horizon) -> Array:
        """How many days each clock runs; (n,)."""
        return self._clocks.window(horizon)

    def entries(self) -> None:
        """Whoever starts is watched from the start on."""

    def ends(self, horizon: Horizon) -> Ends:
        """The last day seen of each clock, and what ended it; (n,)."""
        return self._clocks.ends(horizon)

    def at_risk(self, horizon: Horizon) -> AtRisk:
        """The days of each clock up to its end: no definition of cost takes any off."""
        return self._clocks.at_risk(horizon)

    def marks(self, horizon: Horizon, competing: Sequence[str] = ()) -> Marks:
        """Refused: dollars are no event."""
        return self._clocks.marks(horizon, competing)

    def every_mark(self, horizon: Horizon, competing: Sequence[str] = ()) -> EveryMark:
        """Refused: dollars are no event."""
        return self._clocks.every_mark(horizon, competing)

    def state(self, horizon: Horizon) -> States:
        """Refused: dollars are no state."""
        return self._clocks.state(horizon)

    def rate(self, horizon: Horizon) -> Rates:
        """Refused: dollars are no rate."""
        return self._clocks.rate(horizon)

    # -------------------------------------------------------------------------------------------- how it is read
    @property
    def _clocks(self) -> EngineRuler:
        return EngineRuler(self.engine, self.table, self.outcome)

    def _dollars(self, clock: exp.Select, cut: Sequence[Window], periods: int) -> Array:
        """(n, periods) dollars of the windows, discounted and added up by period."""
        read: Callable[[exp.Select, Sequence[Window]], tuple[Array, Array, Array]] = self._by_the_book if self.lines else self._on_record
        row, span, dollars = read(clock, cut)
        weights, period = np.array([one.weight(self.money.discount) for one in cut]), np.array([one.period for one in cut])
        found = np.bincount(row * periods + period[span], dollars * weights[span], minlength=self._many() * periods)
        return found.reshape(-1, periods)

    def _by_the_book(self, clock: exp.Select, cut: Sequence[Window]) -> tuple[Array, Array, Array]:
        """Whose, in which window, and how many dollars, of each service used."""
        price = dict.fromkeys(self.services, 0.0)
        for line, counts in zip(self.lines, self.counted, strict=True):
            price[line.service] += line.cost if counts else 0.0
        row, service, span, many = self._units(clock, cut)
        return row, span, many * np.array(list(price.values()))[service]

    def _on_record(self, clock: exp.Select, cut: Sequence[Window]) -> tuple[Array, Array, Array]:
        """The same of the records' own lines, each brought from the dollars of its year; refuses lines of a year without an index."""
        index = self.index or shipped()
        years = sorted(index.years)
        rows = spent(self.engine, clock, cut, years)
        strange = rows.filter(rows["year"].is_null())
        if len(strange):
            found = f"{counted(sum(strange['lines'].to_pylist()), 'priced line')} of these clocks lie in years that the price index does not hold."
            right = f"It holds {years[0]} to {years[-1]}."
            remedy = "Bring an index of your own (rows 'price_index' of the table 'area'), or leave `money` out: lines are then added up as recorded."
            raise Refused(Problem(f"outcome '{self.outcome.name}'", found, right, remedy))
        times = np.array([index.factor(year, self.money.price_year) for year in years])
        row, span, year = (rows[name].to_numpy().astype(np.int64) for name in ("start_id", "span", "year"))
        return row - 1, span, rows["cents"].to_numpy() / _CENTS * times[year]

    def _units(self, clock: exp.Select, cut: Sequence[Window]) -> tuple[Array, Array, Array, Array]:
        """Whose, of which service, in which window, and how many units."""
        one_of = {line.service: line for line in self.lines}
        rows = units(self.engine, clock, [one_of[service] for service in self.services], cut)
        place, span, many = (rows[name].to_numpy().astype(np.int64) for name in ("clock_service", "span", "units"))
        return place // len(self.services) - 1, place % len(self.services), span, many

    def _longest(self, horizon: Horizon) -> int:
        days = self.window(horizon)
        return int(days.max()) if len(days) else 0

    def _many(self) -> int:
        return int(self.engine.fetch(select(n=exp.Count(this=exp.Star())).from_(table(self.table)))["n"][0].as_py())
