"""The Ruler: how one outcome is read off everybody's own clock, over any window that a method asks for.

Methods differ only in where they lay it.  What they read:

    amounts     what a window adds up to, up to the last day seen; a day after a death is watched, and empty
    marks       the first mark on each clock, or what ended the clock before it.  On a tie: mark, death, move, records' end;
                the horizon wins wherever it is reached.  Whatever is no event ends on the last day seen, inclusive
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
from sqlglot import exp

from ..records.days import FOREVER, horizon_end
from ..records.engine import Engine
from ..records.sql import among, c, case, count, given, greatest, later, least, minus, quoted, select, table
from ..records.tape import LINES, Measure, lay
from ..terms import Amounts, Horizon, Kind, Marks, Outcome, Problem, Refused

if TYPE_CHECKING:
    from ..terms import Array

_REDUCERS = {"event": "sum", "cost": "sum", "spell": "days"}  # what an amount adds up, by table
_CENTS = 100  # money is whole cents in the engine
_DAYS_A_MONTH = 365.25 / 12


class Ruler(Protocol):
    """Reads one outcome off everybody's clock; rows are in the order of the cohort."""

    @property
    def outcome(self) -> Outcome:
        """The definition that is read."""

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        """What each clock adds up to from day `first` (0: the start; below 0: before it) to the horizon, exclusive."""

    def marks(self, horizon: Horizon) -> Marks:
        """The first mark on each clock from the outcome's `from_day` to the horizon, exclusive."""


@dataclass(frozen=True, slots=True, eq=False)
class EngineRuler:
    """A Ruler over a cohort whose starts lie in an engine's table (start_id, person_id, day, gone, death, moved)."""

    engine: Engine
    table: str
    outcome: Outcome

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        self._ready("amount")
        measure = Measure("amount", self.outcome.table, self.outcome.kinds, _REDUCERS[self.outcome.table], first, "until")
        clock = self._clock(horizon)
        low = later(c("s.day"), first)
        read = select(
            amount=quoted("amount", "m"),
            seen_days=greatest(0, minus(least(c("s.until"), c("s.gone")), low)),  # gone may lie before the window
            window_days=minus(c("s.until"), low),
        )
        # nothing is added up after the day of a death, which is watched: an open spell outlives whoever it is about
        alive = select(
            **{name: c(f"s.{name}") for name in ("start_id", "person_id", "day", "until")}, gone=least(c("s.gone"), later(c("s.death"), 1))
        )
        rows = self._fetch(read, clock, lay([measure], alive.from_(table(clock, "s")), to_the_end=True))
        amount = _numbers(rows, "amount").astype(float)
        in_units = amount / _CENTS if self.outcome.unit == "dollars" else amount
        return Amounts(in_units, _numbers(rows, "seen_days"), _numbers(rows, "window_days"))

    def marks(self, horizon: Horizon) -> Marks:
        self._ready("mark")
        clock = self._clock(horizon)
        source, kinds, from_day = self.outcome.table, self.outcome.kinds, self.outcome.from_day
        first = Measure("first", source, kinds, "first_day", from_day, "until")
        same_day = Measure("same_day", source, kinds, "any", 0, from_day)
        mark = given(quoted("first", "m"), FOREVER)
        seen = later(least(c("s.gone"), c("s.until")), -1)  # the last day seen
        why = case(
            (exp.and_(mark <= seen, mark <= c("s.death")), "mark"),
            (c("s.death") <= seen, "death"),
            (c("s.gone") >= c("s.until"), "horizon"),
            (c("s.moved").eq(c("s.gone")), "moved"),
            otherwise="records end",
        )
        read = select(
            day=minus(least(mark, c("s.death"), seen), c("s.day")),
            why=why,
            whole=case((c("s.gone") >= c("s.until"), 1), otherwise=0),
            same_day=quoted("same_day", "m"),
        )
        rows = self._fetch(read, clock, lay([first, same_day], clock, to_the_end=True))
        return Marks(
            _numbers(rows, "day"), _words(rows, "why"), _numbers(rows, "whole") == 1, _numbers(rows, "same_day") == 1, np.full(rows.num_rows, "")
        )

    def _ready(self, asked: Kind) -> None:
        """Refuses a question of another kind, and records that cannot tell none from not recorded."""
        _of_kind(self.outcome, asked)
        source = self.outcome.table
        kind = "kind" if source == "spell" else LINES[source].kind
        of_kind = [among(c(kind), self.outcome.kinds)] if self.outcome.kinds else []
        held = self.engine.fetch(select(n=count()).from_(table(source)).where(*of_kind))
        if held["n"][0].as_py() == 0:
            raise Refused(
                Problem(
                    f"outcome '{self.outcome.name}'",
                    f"the table '{source}' holds no row of {' or '.join(map(repr, self.outcome.kinds)) or 'any kind'}.",
                    "None on record cannot be told from not recorded.",
                    "Add the source that records it.",
                )
            )

    def _clock(self, horizon: Horizon) -> exp.Select:
        """The starts, each with `until`: the first day past its horizon.

        Months differ in length and engines differ in how they add them, so the calendar is walked once in Python for every
        day on which a clock starts, and joined in as a small table.
        """
        starts = exp.select("s.start_id", "s.person_id", "s.day", "s.gone", "s.death", "s.moved").from_(table(self.table, "s"))
        if horizon.months is None:
            return starts.select(exp.alias_(later(c("s.day"), horizon_end(0, horizon)), "until"))
        days = self.engine.fetch(exp.select("day").distinct().from_(table(self.table)).order_by(c("day")))["day"].to_pylist()
        ends = pa.table({"day": pa.array(days, pa.int32()), "until": pa.array([horizon_end(day, horizon) for day in days], pa.int32())})
        name = f"until_{horizon.months}_months_{self.table}"
        self.engine.load(name, ends)
        return starts.select("u.until").join(table(name, "u"), on=c("u.day").eq(c("s.day")))

    def _fetch(self, read: exp.Select, clock: exp.Select, laid: exp.Select) -> pa.Table:
        beside = read.from_(table(clock, "s")).join(table(laid, "m"), on=c("m.start_id").eq(c("s.start_id")))
        return self.engine.fetch(beside.order_by(c("s.start_id")))


@dataclass(frozen=True, slots=True, eq=False)
class FrameRuler:
    """A Ruler over an outcome that a lab has measured already: one value a row, over one horizon, taken on trust."""

    outcome: Outcome
    horizon: Horizon
    values: Array  # (n,) float: 1 or 0 for a mark by the horizon, or the amount over it
    window_days: Array  # (n,) int
    digest: str = ""  # of everything that was read from the frame

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        _of_kind(self.outcome, "amount")
        self._same(horizon)
        if first not in (0, self.outcome.from_day):
            found = f"a window from day {first} was asked of a column that holds one amount."
            raise Refused(Problem(f"outcome '{self.outcome.name}'", found, "Its window starts on day 0."))
        return Amounts(self.values.copy(), self.window_days.copy(), self.window_days.copy())

    def marks(self, horizon: Horizon) -> Marks:
        _of_kind(self.outcome, "mark")
        self._same(horizon)
        # the column says whether, not when: every clock runs to its last day
        n = len(self.values)
        return Marks(
            self.window_days - 1, np.where(self.values == 1, "mark", "horizon"), np.ones(n, dtype=bool), np.zeros(n, dtype=bool), np.full(n, "")
        )

    def _same(self, horizon: Horizon) -> None:
        if horizon != self.horizon:
            raise Refused(
                Problem(
                    f"outcome '{self.outcome.name}'",
                    f"{horizon} were asked of a column that holds {self.horizon}.",
                    remedy=f"Ask about {self.horizon}, or give the frame a column over {horizon}.",
                )
            )


def window_days(horizon: Horizon, starts: Array | None, n: int) -> Array:
    """(n,) how many days each clock runs; months from an unknown day are taken at their mean length."""
    if horizon.months is None:
        return np.full(n, horizon.days)
    if starts is None:
        return np.full(n, round(horizon.months * _DAYS_A_MONTH))
    return np.array([horizon_end(int(day), horizon) - int(day) for day in starts], dtype=np.int64)


def _of_kind(outcome: Outcome, asked: Kind) -> None:
    if outcome.kind != asked:
        raise Refused(
            Problem(
                f"outcome '{outcome.name}'",
                f"'{asked}' was asked of it, and it is of kind '{outcome.kind}'.",
                remedy=f"Use a method that reads outcomes of kind '{outcome.kind}'.",
            )
        )


def _numbers(rows: pa.Table, name: str) -> Array:
    return rows[name].to_numpy().astype(np.int64)


def _words(rows: pa.Table, name: str) -> Array:
    codes = rows[name].combine_chunks().dictionary_encode()
    words = np.array(codes.dictionary.to_pylist(), dtype=str)
    return words[codes.indices.to_numpy()]
