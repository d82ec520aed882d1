"""A Ruler over some rows of what another shows of all: the counties of several runs are read once, and each is answered by itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..outcomes import Ruler
from ..outcomes.cost import PricedRuler
from ..terms import Amounts, AtRisk, Ends, EveryMark, Horizon, Marks, Money, Outcome, Rates, States, UnitCost

if TYPE_CHECKING:
    from ..terms import Array


def parts_of(whole: Ruler) -> Callable[[Array], PartRuler]:
    """What gives the ruler of some rows, of one that is laid on all: each of its verbs is read once."""
    read = remembered(whole)
    if not isinstance(whole, PricedRuler):
        return lambda rows: PartRuler(whole.outcome, rows, read)
    beside = None if whole.beside is None else parts_of(whole.beside)
    return lambda rows: PricedPart(whole.outcome, rows, read, whole, None if beside is None else beside(rows))


def remembered(ruler: Ruler) -> Callable[..., Any]:
    """Every verb of a ruler, by its name and what it is asked, read once however often it is asked."""
    return cache(lambda verb, *asked: getattr(ruler, verb)(*asked))


@dataclass(frozen=True, slots=True, eq=False)
class PartRuler:
    """A Ruler that shows some rows of what another reads of all."""

    outcome: Outcome
    rows: Array  # (n,) int: places among all the rows, rising
    read: Callable[..., Any]  # the verbs of the other, as `remembered` gives them

    @property
    def dated(self) -> bool:
        """Every line of the records has its day."""
        return True

    def window(self, horizon: Horizon) -> Array:
        """How many days each clock of these rows runs."""
        days: Array = self.read("window", horizon)
        return days[self.rows]

    def entries(self) -> Array | None:
        """The day after which each clock of these rows is watched."""
        read: Array | None = self.read("entries")
        return None if read is None else read[self.rows]

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        """What each clock of these rows adds up to."""
        return self._amounts(self.read("amount", first, horizon))

    def marks(self, horizon: Horizon, competing: Sequence[str] = ()) -> Marks:
        """The first mark on each clock of these rows."""
        read: Marks = self.read("marks", horizon, tuple(competing))
        return Marks(read.day[self.rows], read.why[self.rows], read.whole[self.rows], read.same_day[self.rows], read.cause[self.rows])

    def every_mark(self, horizon: Horizon, competing: Sequence[str] = ()) -> EveryMark:
        """All the marks on the clocks of these rows."""
        read: EveryMark = self.read("every_mark", horizon, tuple(competing))
        row, here = self._mine(read.row)
        return EveryMark(row, read.day[here], read.cause[here], read.last_seen[self.rows], read.why[self.rows])

    def ends(self, horizon: Horizon) -> Ends:
        """How far each clock of these rows was seen, and what ended it."""
        read: Ends = self.read("ends", horizon)
        return Ends(read.day[self.rows], read.why[self.rows])

    def state(self, horizon: Horizon) -> States:
        """Where these people are on the last day of the horizon."""
        read: States = self.read("state", horizon)
        return States(read.state[self.rows], read.inside[self.rows], read.seen[self.rows])

    def at_risk(self, horizon: Horizon) -> AtRisk:
        """The days at risk on the clocks of these rows."""
        read: AtRisk = self.read("at_risk", horizon)
        row, here = self._mine(read.row)
        return AtRisk(read.days[self.rows], row, read.first[here], read.stop[here])

    def by_period(self, edges: Sequence[int]) -> Amounts:
        """Amounts, or counts of marks, of these rows in each period."""
        return self._amounts(self.read("by_period", tuple(edges)))

    def rate(self, horizon: Horizon) -> Rates:
        """Events of these rows, and the days that they are counted over."""
        read: Rates = self.read("rate", horizon)
        return Rates(read.numerator[self.rows], read.exposure[self.rows])

    def _amounts(self, read: Amounts) -> Amounts:
        return Amounts(read.amount[self.rows], read.seen_days[self.rows], read.window_days[self.rows])

    def _mine(self, row: Array) -> tuple[Array, Array]:
        """Of lines that say whose they are: the places of these rows' own, counted among these rows, and which lines they are."""
        here = np.isin(row, self.rows)
        return np.searchsorted(self.rows, row[here]), here


@dataclass(frozen=True, slots=True, eq=False)
class PricedPart(PartRuler):
    """The same of a ruler in dollars, with the book that it reads."""

    whole: PricedRuler
    beside: PartRuler | None  # of the outcome whose additional unit is priced

    @property
    def lines(self) -> tuple[UnitCost, ...]:
        """The whole book."""
        return self.whole.lines

    @property
    def money(self) -> Money:
        """In which money."""
        return self.whole.money

    @property
    def services(self) -> tuple[str, ...]:
        """Every service of the book."""
        return self.whole.services

    @property
    def counted(self) -> tuple[bool, ...]:
        """Of each line, whether the amount counts it."""
        return self.whole.counted

    @property
    def programme(self) -> tuple[str, ...]:
        """The programme's own services."""
        return self.whole.programme

    def quantities(self, horizon: Horizon, *, discounted: bool = True) -> Array:
        """(n, services) units of these rows."""
        read: Array = self.read("quantities", horizon, discounted)
        return read[self.rows]

    def by_part(self, horizon: Horizon, inner: tuple[int, ...], *, discounted: bool = True) -> Array:
        """(n, services, parts) units of these rows, by part of the horizon."""
        read: Array = self.read("by_part", horizon, inner, discounted)
        return read[self.rows]
