"""The Ruler over records in an engine: every verb is a syntax tree or two, run where the records are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from ..phrases import counted, listed
from ..records.contract import CONTRACT
from ..records.engine import Engine
from ..records.sql import Node, among, c, case, given, greatest, holds, known, later, least, literal, minus, select, table, whole
from ..records.tape import Measure, lay, merged
from ..records.uses import STITCHED
from ..terms import Amounts, AtRisk, Ends, EveryMark, Horizon, Kind, Marks, Outcome, Problem, Rates, Refused, States
from .clock import (
    LASTING,
    after,
    beside,
    competes,
    due,
    earliest,
    ending,
    ending_with,
    joined,
    last_seen,
    lines,
    on_last_day,
    stretches,
    to_day,
    to_horizon,
    waiting,
)
from .making import MAKING
from .quarters import above, misdated, to_day_by_quarter, to_quarter
from .ruler import besides_death, of_kind, rising

if TYPE_CHECKING:
    from ..terms import Array

_REDUCERS = {"event": "sum", "cost": "sum", "spell": "days", "service": "days", "quarter": "sum"}  # what an amount adds up, by table
_IN_ONE_PASS = ("event", "cost", "spell")  # tables that the tape adds up as they stand
Window = tuple[Node, Node, int, int | str]  # its first day and the day past it on a clock `s`, and the same in days since the start
_INSIDE = "inside"  # the label of the days that are added up
_CENTS = 100  # money is whole cents in the engine


@dataclass(frozen=True, slots=True, eq=False)
class EngineRuler:
    """A Ruler over a cohort whose starts lie in an engine's table (start_id, person_id, day, death, moved, own, gone)."""

    engine: Engine
    table: str
    outcome: Outcome
    whole: bool = False  # all clocks start on the first day of a quarter, which then counts like every other

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        self.ready("amount")
        clock, low = self._to(horizon), self._opening(first)
        read = select(
            amount=c("m.amount"),
            seen_days=greatest(0, minus(least(c("s.until"), c("s.gone")), low)),  # gone may lie before the window
            window_days=minus(c("s.until"), low),
        )
        # nothing is added up after the day of a death, which is watched: an open spell outlives whoever it is about
        rows = self._fetch(read, clock, self._amounts(clock, {"amount": (low, c("s.ends"), first, "ends")}))
        return Amounts(self._in_units(_numbers(rows, "amount")), _numbers(rows, "seen_days"), _numbers(rows, "window_days"))

    @property
    def dated(self) -> bool:
        """Every line of the records has its day."""
        return True

    def window(self, horizon: Horizon) -> Array:
        clock = self._to(horizon)
        return _numbers(self.engine.fetch(select(days=minus(c("s.until"), c("s.day"))).from_(table(clock, "s")).order_by(c("s.start_id"))), "days")

    def entries(self) -> None:
        """Whoever starts is watched from the start on."""

    def marks(self, horizon: Horizon, competing: Sequence[str] = ()) -> Marks:
        self.ready("mark")
        rivals, (kinds, events) = self._rivals(competing), self.made_lines()
        clock = self._clock(horizon, rivals)
        unordered = least(later(c("s.day"), self._from_day), c("s.gone"))  # the first day whose marks count
        early = holds(c("s.day"), c("e.day"), unordered)
        if waits := [kinds.index(kind) for kind in sorted(self.outcome.waits)]:  # lines of these would have counted in no order
            early = exp.and_(early, *(exp.NEQ(this=c("e.place"), expression=exp.Literal.number(place)) for place in waits))
        laid = beside(
            clock,
            events,
            holds(c("s.day"), c("e.day"), greatest(c("s.ends"), unordered)),
            **earliest(self._counts(), len(kinds)),
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
        self.ready("mark")
        rivals, (kinds, events) = self._rivals(competing), self.made_lines()
        clock = self._clock(horizon, rivals)
        end = select(last_seen=minus(last_seen(rivals=bool(rivals)), c("s.day")), why=ending(*([competes()] if rivals else [])))
        ends = self.engine.fetch(end.from_(table(clock, "s")).order_by(c("s.start_id")))
        mine = exp.and_(c("e.person_id").eq(c("s.person_id")), self._counts())
        laid = select(start_id=c("s.start_id"), day=minus(c("e.day"), c("s.day")), place=c("e.place"))
        laid = laid.from_(table(clock, "s")).join(table(events, "e"), on=mine).order_by(c("start_id"), c("day"), c("place"))
        marks = self.engine.fetch(laid)
        cause = np.array(kinds)[_numbers(marks, "place")]
        return EveryMark(_numbers(marks, "start_id") - 1, _numbers(marks, "day"), cause, _numbers(ends, "last_seen"), _words(ends, "why"))

    def ends(self, horizon: Horizon) -> Ends:
        clock = self._to(horizon)
        read = select(day=minus(last_seen(), c("s.day")), why=ending()).from_(table(clock, "s"))
        rows = self.engine.fetch(read.order_by(c("s.start_id")))
        return Ends(_numbers(rows, "day"), _words(rows, "why"))

    def state(self, horizon: Horizon) -> States:
        self.ready("state")
        clock, (kinds, spells) = self._to(horizon), self.made_lines()
        quarterly = self.outcome.table == "quarter"
        laid = beside(clock, spells, c("e.day").eq(c("s.last")) if quarterly else on_last_day(), place=exp.Min(this=c("e.place")))
        last = c("s.last") if quarterly else later(c("s.until"), -1)
        died = exp.and_(c("s.death") < last, c("s.death") < c("s.gone"))
        what = case((died, -1), (c("s.gone") <= last, -2), otherwise=given(c("m.place"), len(kinds)))
        place = _numbers(self._fetch(select(what=what), clock, laid), "what")
        seen = place != -2 if "death" in self.outcome.competing else place >= 0  # some definitions leave out who died
        return States(np.array([*kinds, "none", "not seen", "died"])[place], (place >= 0) & (place < len(kinds)), seen)

    def at_risk(self, horizon: Horizon) -> AtRisk:
        clock = self._to(horizon)
        inside = select(days=greatest(0, minus(c("s.ends"), c("s.day")))).from_(table(clock, "s"))
        days = _numbers(self.engine.fetch(inside.order_by(c("s.start_id"))), "days")
        if not self.outcome.off_clock:
            none = np.empty(0, dtype=np.int64)
            return AtRisk(days, none, none, none)
        self.on_record("spell", self.outcome.off_clock)
        off = self.engine.fetch(stretches(clock, self.outcome.off_clock))
        row, first, stop = _numbers(off, "start_id") - 1, _numbers(off, "first"), _numbers(off, "stop")
        return AtRisk(days - np.bincount(row, stop - first, len(days)).astype(np.int64), row, first, stop)

    def by_period(self, edges: Sequence[int]) -> Amounts:
        self.ready("amount", "mark")
        rising(edges, self.outcome)
        periods, clock = list(pairwise(edges)), self._to_day(edges[-1])
        laid = self._added_up(clock, periods) if self.outcome.kind == "amount" else self._counted(clock, periods)
        names = [f"period_{number}" for number in range(len(periods))]
        rows = self._fetch(select(seen=minus(c("s.gone"), c("s.day")), **{name: c(f"m.{name}") for name in names}), clock, laid)
        low, high = np.array(periods).T
        seen = np.clip(np.minimum(_numbers(rows, "seen")[:, None], high) - low, 0, None)
        amount = self._in_units(np.column_stack([_numbers(rows, name) for name in names]))
        return Amounts(amount, seen, np.broadcast_to(high - low, seen.shape).copy())

    def rate(self, horizon: Horizon) -> Rates:
        self.ready("rate")
        clock, (_, events) = self._to(horizon), self.made_lines()
        happened = beside(clock, events, self._counts(), n=exp.Count(this=c("e.day")))
        numerator = _numbers(self._fetch(select(n=c("m.n")), clock, happened), "n")
        if not self.outcome.exposure:
            return Rates(numerator, self.at_risk(horizon).days)
        self.on_record("spell", self.outcome.exposure)
        inside = lay([Measure("days", "spell", self.outcome.exposure, "days", 0, "ends")], clock)
        return Rates(numerator, _numbers(self._fetch(select(days=c("m.days")), clock, inside), "days"))

    def _added_up(self, clock: exp.Select, periods: Sequence[tuple[int, int]]) -> exp.Select:
        """start_id and the amount of each period, cut where the clock ends."""
        day = c("s.day")
        windows: dict[str, Window] = {f"period_{n}": (later(day, low), later(day, high), low, high) for n, (low, high) in enumerate(periods)}
        cut = select(start_id=c("s.start_id"), person_id=c("s.person_id"), day=c("s.day"), gone=c("s.ends")).from_(table(clock, "s"))
        return self._amounts(cut if self._in_one_pass else clock, windows, to_the_end=True)

    def _amounts(self, clock: exp.Select, windows: Mapping[str, Window], *, to_the_end: bool = False) -> exp.Select:
        """start_id and what each window adds up to: rows of the records as they stand, or the lines that the definition makes of them."""
        if self._in_one_pass:
            read, how = self.outcome, _REDUCERS[self.outcome.table]
            measures = [Measure(name, read.table, read.kinds, how, low, high) for name, (_, _, low, high) in windows.items()]
            return lay(measures, clock, to_the_end=to_the_end)
        _, rows = self.made_lines()
        first = next(iter(windows.values()))[0]
        near = holds(first, c("e.day"), c("s.ends"))
        if self.reduced == "days":
            lasting = select(person_id=c("person_id"), start=c("day"), stop=c("stop")).from_(table(rows, "l")).where(c("stop") > c("day"))
            near, rows = exp.and_(c("e.start") < c("s.ends"), c("e.stop") > first), merged(lasting, _INSIDE)
        return beside(clock, rows, near, **{name: self._one_amount(low, high) for name, (low, high, _, _) in windows.items()})

    def _one_amount(self, low: Node, high: Node) -> Node:
        """What the lines `e` add up to on the days [low, high) of the clock `s`."""
        if self.reduced == "days":
            first, stop = greatest(c("e.start"), low), least(c("e.stop"), high, c("s.ends"))
            # a clock without a line near it has one of nothing, of which engines take the smallest and the largest in different ways
            inside = exp.and_(c("e.label").eq(literal(_INSIDE)), first < stop)
            return whole(given(exp.Sum(this=case((inside, minus(stop, first)))), 0))
        inside = exp.and_(holds(low, c("e.day"), high), *self._ordered())
        return exp.Count(this=case((inside, 1))) if self.reduced == "count" else whole(given(exp.Sum(this=case((inside, c("e.value")))), 0))

    def _counted(self, clock: exp.Select, periods: Sequence[tuple[int, int]]) -> exp.Select:
        """start_id and how many marks each period holds, but for those whose order is unknown."""
        _, events = self.made_lines()
        day, ordered = c("s.day"), self._ordered()
        inside = [exp.and_(holds(later(day, low), c("e.day"), later(day, high)), *ordered) for low, high in periods]
        counts = {f"period_{number}": exp.Count(this=case((one, 1))) for number, one in enumerate(inside)}
        return beside(clock, events, after(periods[0][0]), **counts)

    def _ordered(self) -> list[Node]:
        """Whether the line `e` is known to lie before or after the start of the clock `s`, and has waited as long as its kind must."""
        day = c("e.day")
        if self.outcome.table == "quarter":  # the quarter of the start holds days before it and after it
            return [] if self.whole else [exp.NEQ(this=day, expression=c("s.opens"))]
        if self.outcome.kind == "amount":
            return []
        counts = c("s.day") <= c("e.due") if self.outcome.waits else day >= later(c("s.day"), self._from_day)
        return [exp.paren(exp.or_(day < c("s.day"), counts))]

    def _in_units(self, amount: Array) -> Array:
        return amount.astype(float) / (_CENTS if self.outcome.unit == "dollars" else 1)

    def made_lines(self) -> tuple[list[str], exp.Select]:
        """The outcome's kinds, and its lines with the place of each among them; places of a state go by the definition, others by the alphabet."""
        outcome, source, kinds = self.outcome, self.outcome.table, list(self.outcome.kinds)
        if source == "quarter" and not outcome.made:
            return ["/".join(kinds)], above(outcome, those_alone=not (outcome.kind == "amount" and self.reduced == "sum"))
        if not kinds:
            kind = c(CONTRACT[source].kind or "")
            kinds = self.engine.fetch(select(kind=kind).distinct().from_(table(source)))["kind"].to_pylist()
        ordered = kinds if outcome.kind == "state" and outcome.kinds else sorted(kinds)
        made = MAKING[outcome.made](replace(outcome, kinds=tuple(ordered))) if outcome.made else lines(source, ordered)
        if outcome.gap and not outcome.made and (outcome.kind in ("mark", "rate") or self.reduced == "count"):
            between = STITCHED if source == "event" else ()
            made = joined(made, outcome.gap, len(ordered), lasting=source in LASTING, between=between)
        return ordered, waiting(made, ordered, outcome.waits, self._from_day) if outcome.waits else made

    @property
    def reduced(self) -> str:
        """What an amount adds up."""
        return self.outcome.reduce or _REDUCERS[self.outcome.table]

    @property
    def _in_one_pass(self) -> bool:
        """Whether the rows of the records add up as they stand."""
        outcome = self.outcome
        return not outcome.made and outcome.table in _IN_ONE_PASS and self.reduced == _REDUCERS[outcome.table]

    @property
    def _from_day(self) -> int:
        """The first day on which a mark counts; a quarter that begins on the very day of a start is that of the start."""
        return max(1, self.outcome.from_day) if self.outcome.table == "quarter" and not self.whole else self.outcome.from_day

    def _counts(self) -> Node:
        """Whether the line `e` counts as a mark on the clock `s`."""
        return due() if self.outcome.waits else after(self._from_day)

    def _to(self, horizon: Horizon) -> exp.Select:
        """The clocks up to a horizon, by days or by whole quarters."""
        if self.outcome.table == "quarter":
            return to_quarter(self.engine, self.table, horizon, self.outcome)
        return to_horizon(self.engine, self.table, horizon)

    def _to_day(self, last: int) -> exp.Select:
        return to_day_by_quarter(self.engine, self.table, last) if self.outcome.table == "quarter" else to_day(self.table, last)

    def _opening(self, first: int) -> Node:
        """The first day of a window that opens on day `first` of the clock `s`."""
        if self.outcome.table != "quarter":
            return later(c("s.day"), first)
        if first < 0:
            found = f"a window from day {first} was asked of numbers by the quarter, which are read from the quarter after the start on."
            raise Refused(Problem(f"outcome '{self.outcome.name}'", found, remedy="Read them by period."))
        return c("s.low")

    def _clock(self, horizon: Horizon, rivals: Sequence[str]) -> exp.Select:
        """The clocks up to a horizon, each ended by the first event that competes."""
        clock = self._to(horizon)
        return ending_with(clock, rivals, self._from_day) if rivals else clock

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

    def ready(self, *asked: Kind) -> None:
        """Refuses a question of another kind, and records that cannot tell none from not recorded."""
        of_kind(self.outcome, *asked)
        if self.outcome.made and self.outcome.made not in MAKING:
            found = "it is read with a book of unit costs, which a question names."
            raise Refused(Problem(f"outcome '{self.outcome.name}'", found, remedy='Ask it in a design, with method = "mean" and `money`.'))
        self.on_record(self.outcome.table, self.outcome.kinds)
        if self.outcome.gap and self.outcome.table == "event" and not self.outcome.made:
            self.on_record("spell", STITCHED)  # without them a transfer looks like a new booking
        if self.outcome.table == "quarter":
            self._by_quarter()

    def _by_quarter(self) -> None:
        """Refuses lines of a quarter that are dated by another day than its first."""
        dated = exp.select("day").distinct().from_(table("quarter")).where(among(c("measure"), self.outcome.kinds)).order_by(c("day"))
        if wrong := misdated(self.engine.fetch(dated)["day"].to_pylist()):
            found = f"{counted(len(wrong), 'day')} in the table 'quarter' {'is' if len(wrong) == 1 else 'are'} not the first of a calendar quarter."
            remedy = "Date each row by the first day of its quarter: 1 January, 1 April, 1 July or 1 October."
            raise Refused(Problem(f"outcome '{self.outcome.name}'", found, remedy=remedy))

    def on_record(self, source: str, kinds: Sequence[str]) -> None:
        """Refuses where no row of these kinds is on record."""
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
