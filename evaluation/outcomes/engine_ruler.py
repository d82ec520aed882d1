"""The Ruler over records in an engine: every verb is a syntax tree or two, run where the records are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from ..phrases import listed
from ..records.contract import CONTRACT
from ..records.engine import Engine
from ..records.sql import among, c, case, given, greatest, holds, known, later, least, minus, select, table
from ..records.tape import Measure, lay
from ..terms import Amounts, AtRisk, EveryMark, Horizon, Kind, Marks, Outcome, Problem, Rates, Refused, States
from .clock import after, beside, competes, earliest, ending, ending_with, last_seen, lines, on_last_day, stretches, to_day, to_horizon
from .ruler import besides_death, of_kind, rising

if TYPE_CHECKING:
    from ..terms import Array

_REDUCERS = {"event": "sum", "cost": "sum", "spell": "days"}  # what an amount adds up, by table
_CENTS = 100  # money is whole cents in the engine


@dataclass(frozen=True, slots=True, eq=False)
class EngineRuler:
    """A Ruler over a cohort whose starts lie in an engine's table (start_id, person_id, day, death, moved, own, gone)."""

    engine: Engine
    table: str
    outcome: Outcome

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        self._ready("amount")
        clock = to_horizon(self.engine, self.table, horizon)
        low = later(c("s.day"), first)
        read = select(
            amount=c("m.amount"),
            seen_days=greatest(0, minus(least(c("s.until"), c("s.gone")), low)),  # gone may lie before the window
            window_days=minus(c("s.until"), low),
        )
        # nothing is added up after the day of a death, which is watched: an open spell outlives whoever it is about
        rows = self._fetch(read, clock, lay([self._adding_up("amount", first, "ends")], clock))
        return Amounts(self._in_units(_numbers(rows, "amount")), _numbers(rows, "seen_days"), _numbers(rows, "window_days"))

    @property
    def dated(self) -> bool:
        """Every line of the records has its day."""
        return True

    def window(self, horizon: Horizon) -> Array:
        clock = to_horizon(self.engine, self.table, horizon)
        return _numbers(self.engine.fetch(select(days=minus(c("s.until"), c("s.day"))).from_(table(clock, "s")).order_by(c("s.start_id"))), "days")

    def entries(self) -> None:
        """Whoever starts is watched from the start on."""

    def marks(self, horizon: Horizon, competing: Sequence[str] = ()) -> Marks:
        self._ready("mark")
        rivals, (kinds, events) = self._rivals(competing), self._lines()
        clock = self._clock(horizon, rivals)
        unordered = least(later(c("s.day"), self.outcome.from_day), c("s.gone"))  # the first day whose marks count
        counted, early = after(self.outcome.from_day), holds(c("s.day"), c("e.day"), unordered)
        laid = beside(
            clock,
            events,
            holds(c("s.day"), c("e.day"), greatest(c("s.ends"), unordered)),
            **earliest(counted, len(kinds)),
            same_day=exp.Max(this=case((early, 1), otherwise=0)),
        )
        read = select(
            day=minus(given(c("m.first"), last_seen(rivals=bool(rivals))), c("s.day")),
            why=ending((known(c("m.first")), "mark"), *([competes()] if rivals else [])),
            whole=case((c("s.gone") >= c("s.until"), 1), otherwise=0),
            same_day=c("m.same_day"),
            place=given(c("m.place"), later(c("s.rival"), len(kinds)) if rivals else len(kinds)),
        )
        rows = self._fetch(read, clock, laid)
        cause = np.array([*kinds, *rivals, ""])[_numbers(rows, "place")]
        return Marks(_numbers(rows, "day"), _words(rows, "why"), _numbers(rows, "whole") == 1, _numbers(rows, "same_day") == 1, cause)

    def every_mark(self, horizon: Horizon, competing: Sequence[str] = ()) -> EveryMark:
        self._ready("mark")
        rivals, (kinds, events) = self._rivals(competing), self._lines()
        clock = self._clock(horizon, rivals)
        end = select(last_seen=minus(last_seen(rivals=bool(rivals)), c("s.day")), why=ending(*([competes()] if rivals else [])))
        ends = self.engine.fetch(end.from_(table(clock, "s")).order_by(c("s.start_id")))
        mine = exp.and_(c("e.person_id").eq(c("s.person_id")), after(self.outcome.from_day))
        laid = select(start_id=c("s.start_id"), day=minus(c("e.day"), c("s.day")), place=c("e.place"))
        laid = laid.from_(table(clock, "s")).join(table(events, "e"), on=mine).order_by(c("start_id"), c("day"), c("place"))
        marks = self.engine.fetch(laid)
        cause = np.array(kinds)[_numbers(marks, "place")]
        return EveryMark(_numbers(marks, "start_id") - 1, _numbers(marks, "day"), cause, _numbers(ends, "last_seen"), _words(ends, "why"))

    def state(self, horizon: Horizon) -> States:
        self._ready("state")
        clock, (kinds, spells) = to_horizon(self.engine, self.table, horizon), self._lines()
        laid = beside(clock, spells, on_last_day(), place=exp.Min(this=c("e.place")))
        last = later(c("s.until"), -1)
        died = exp.and_(c("s.death") < last, c("s.death") < c("s.gone"))
        what = case((died, -1), (c("s.gone") <= last, -2), otherwise=given(c("m.place"), len(kinds)))
        place = _numbers(self._fetch(select(what=what), clock, laid), "what")
        return States(np.array([*kinds, "none", "not seen", "died"])[place], (place >= 0) & (place < len(kinds)), place != -2)

    def at_risk(self, horizon: Horizon) -> AtRisk:
        clock = to_horizon(self.engine, self.table, horizon)
        inside = select(days=greatest(0, minus(c("s.ends"), c("s.day")))).from_(table(clock, "s"))
        days = _numbers(self.engine.fetch(inside.order_by(c("s.start_id"))), "days")
        if not self.outcome.off_clock:
            none = np.empty(0, dtype=np.int64)
            return AtRisk(days, none, none, none)
        self._on_record("spell", self.outcome.off_clock)
        off = self.engine.fetch(stretches(clock, self.outcome.off_clock))
        row, first, stop = _numbers(off, "start_id") - 1, _numbers(off, "first"), _numbers(off, "stop")
        return AtRisk(days - np.bincount(row, stop - first, len(days)).astype(np.int64), row, first, stop)

    def by_period(self, edges: Sequence[int]) -> Amounts:
        self._ready("amount", "mark")
        rising(edges, self.outcome)
        periods, clock = list(pairwise(edges)), to_day(self.table, edges[-1])
        laid = self._added_up(clock, periods) if self.outcome.kind == "amount" else self._counted(clock, periods)
        names = [f"period_{number}" for number in range(len(periods))]
        rows = self._fetch(select(seen=minus(c("s.gone"), c("s.day")), **{name: c(f"m.{name}") for name in names}), clock, laid)
        low, high = np.array(periods).T
        seen = np.clip(np.minimum(_numbers(rows, "seen")[:, None], high) - low, 0, None)
        amount = self._in_units(np.column_stack([_numbers(rows, name) for name in names]))
        return Amounts(amount, seen, np.broadcast_to(high - low, seen.shape).copy())

    def rate(self, horizon: Horizon) -> Rates:
        self._ready("rate")
        clock, (_, events) = to_horizon(self.engine, self.table, horizon), self._lines()
        happened = beside(clock, events, after(self.outcome.from_day), n=exp.Count(this=c("e.day")))
        numerator = _numbers(self._fetch(select(n=c("m.n")), clock, happened), "n")
        if not self.outcome.exposure:
            return Rates(numerator, self.at_risk(horizon).days)
        self._on_record("spell", self.outcome.exposure)
        inside = lay([Measure("days", "spell", self.outcome.exposure, "days", 0, "ends")], clock)
        return Rates(numerator, _numbers(self._fetch(select(days=c("m.days")), clock, inside), "days"))

    def _added_up(self, clock: exp.Select, periods: Sequence[tuple[int, int]]) -> exp.Select:
        """start_id and the amount of each period, cut where the clock ends."""
        cut = select(start_id=c("s.start_id"), person_id=c("s.person_id"), day=c("s.day"), gone=c("s.ends")).from_(table(clock, "s"))
        return lay([self._adding_up(f"period_{number}", *period) for number, period in enumerate(periods)], cut, to_the_end=True)

    def _counted(self, clock: exp.Select, periods: Sequence[tuple[int, int]]) -> exp.Select:
        """start_id and how many marks each period holds, but for those whose order is unknown."""
        _, events = self._lines()
        ordered = exp.or_(c("e.day") < c("s.day"), c("e.day") >= later(c("s.day"), self.outcome.from_day))
        inside = [exp.and_(holds(later(c("s.day"), low), c("e.day"), later(c("s.day"), high)), exp.paren(ordered)) for low, high in periods]
        counts = {f"period_{number}": exp.Count(this=case((one, 1))) for number, one in enumerate(inside)}
        return beside(clock, events, after(periods[0][0]), **counts)

    def _adding_up(self, name: str, first: int, last: int | str) -> Measure:
        return Measure(name, self.outcome.table, self.outcome.kinds, _REDUCERS[self.outcome.table], first, last)

    def _in_units(self, amount: Array) -> Array:
        return amount.astype(float) / (_CENTS if self.outcome.unit == "dollars" else 1)

    def _lines(self) -> tuple[list[str], exp.Select]:
        """The outcome's kinds, and its lines with the place of each among them; places of a state go by the definition, others by the alphabet."""
        source, kinds = self.outcome.table, list(self.outcome.kinds)
        if not kinds:
            kind = c(CONTRACT[source].kind or "")
            kinds = self.engine.fetch(select(kind=kind).distinct().from_(table(source)))["kind"].to_pylist()
        ordered = kinds if self.outcome.kind == "state" and self.outcome.kinds else sorted(kinds)
        return ordered, lines(source, ordered)

    def _clock(self, horizon: Horizon, rivals: Sequence[str]) -> exp.Select:
        """The clocks up to a horizon, each ended by the first event that competes."""
        clock = to_horizon(self.engine, self.table, horizon)
        return ending_with(clock, rivals, self.outcome.from_day) if rivals else clock

    def _rivals(self, competing: Sequence[str]) -> list[str]:
        """The kinds of event that compete; refuses the outcome's own, and those that no row holds."""
        rivals = besides_death(competing)
        own = [kind for kind in rivals if self.outcome.table == "event" and kind in self.outcome.kinds]
        if own:
            found = f"{listed(own)} would end a clock and is what the outcome counts."
            raise Refused(Problem(f"outcome '{self.outcome.name}'", found, remedy="Leave it out of `competing`."))
        if rivals:
            held = select(kind=c("kind")).distinct().from_(table("event")).where(among(c("kind"), rivals))
            recorded = self.engine.fetch(held)["kind"].to_pylist()
            if unrecorded := [kind for kind in rivals if kind not in recorded]:
                raise Refused(_unrecorded(self.outcome, "event", unrecorded))
        return rivals

    def _ready(self, *asked: Kind) -> None:
        """Refuses a question of another kind, and records that cannot tell none from not recorded."""
        of_kind(self.outcome, *asked)
        self._on_record(self.outcome.table, self.outcome.kinds)

    def _on_record(self, source: str, kinds: Sequence[str]) -> None:
        of_these = [among(c(CONTRACT[source].kind or ""), kinds)] if kinds else []
        if not self.engine.fetch(select(held=1).from_(table(source)).where(*of_these).limit(1)).num_rows:
            raise Refused(_unrecorded(self.outcome, source, kinds))

    def _fetch(self, read: exp.Select, clock: exp.Select, laid: exp.Select) -> pa.Table:
        """`read` of the clocks `s` beside what was laid on them, `m`, in the order of the cohort."""
        both = read.from_(table(clock, "s")).join(table(laid, "m"), on=c("m.start_id").eq(c("s.start_id")))
        return self.engine.fetch(both.order_by(c("s.start_id")))


def _unrecorded(outcome: Outcome, source: str, kinds: Sequence[str]) -> Problem:
    found = f"the table '{source}' holds no row of {' or '.join(map(repr, kinds)) or 'any kind'}."
    return Problem(f"outcome '{outcome.name}'", found, "None on record cannot be told from not recorded.", "Add the source that records it.")


def _numbers(rows: pa.Table, name: str) -> Array:
    return rows[name].to_numpy().astype(np.int64)


def _words(rows: pa.Table, name: str) -> Array:
    codes = rows[name].combine_chunks().dictionary_encode()
    words = np.array(codes.dictionary.to_pylist(), dtype=str)
    return words[codes.indices.to_numpy()]
