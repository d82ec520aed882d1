"""Lays measures along each person's own clock: one pass over each table, whatever the number of columns.

What came before a start and what came after it are read by the same words.  The rules, in full:

    day 0 is the day of the start; a window is [first, last) in whole days of the person's own clock
    an event, a cost line and an enrolment lie on one day
    a spell is a set of days: spells of the kinds named are merged first, so that no day counts twice
    a missing value counts as an event (count, any, days_since) and is skipped by sum and last
    the sum of none is 0; the last value, the first day, and the days since of none are NULL
    of several values on the last day the largest is read, since records keep no order within a day
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

from sqlglot import exp

from .days import FOREVER
from .sql import Node, among, c, case, given, greatest, holds, known, later, least, literal, minus, named, over, quoted, select, table, whole

_PACK = 1 << 40  # a day and a value in one 64-bit number; the records hold no value past 5 * 10**11 on either side of 0


@dataclass(frozen=True, slots=True)
class Measure:
    """One column: `reduce` over the days [first, last) of each person's own clock.

    `last` may instead name a column of the starts that holds the day on which the window ends.  No kinds: every kind.
    """

    name: str
    table: str
    kinds: tuple[str, ...]
    reduce: str
    first: int
    last: int | str


@dataclass(frozen=True, slots=True)
class Lines:
    """How a table of dated lines names what the tape reads."""

    kind: str
    day: str
    value: str | None


LINES = {"event": Lines("kind", "day", "value"), "cost": Lines("service", "day", "amount"), "service": Lines("programme", "start", None)}
_DATED = ("count", "any", "days_since", "first_day")
REDUCERS = {
    "event": (*_DATED, "sum", "last"),
    "cost": (*_DATED, "sum", "last"),
    "service": _DATED,
    "spell": (*_DATED, "days"),
}


def lay(measures: Sequence[Measure], starts: str | exp.Query, *, to_the_end: bool = False) -> exp.Select:
    """start_id and one column a measure, for every row of `starts` (start_id, person_id, day, gone).

    `to_the_end` cuts every window at `gone`, the first day on which the person is no longer seen.
    """
    answers = exp.select("s.start_id").from_(table(starts, "s"))
    for name in REDUCERS:
        asked = [measure for measure in measures if measure.table == name]
        if asked:
            read = _spells(asked, starts, to_the_end) if name == "spell" else _lines(name, asked, starts, to_the_end)
            answers = answers.join(table(read, f"{name}_read"), on=c(f"{name}_read.start_id").eq(c("s.start_id")))
            answers = answers.select(*(quoted(measure.name, f"{name}_read") for measure in asked))
    return answers


def islands(kinds: Sequence[str], label: str) -> exp.Select:
    """(person_id, label, start, stop): spells of these kinds merged where they overlap or touch, a row an unbroken stretch."""
    of_kind = [among(c("kind"), kinds)] if kinds else []
    return merged(
        select(person_id=c("person_id"), start=c("start"), stop=c("stop")).from_(table("spell")).where(c("stop") > c("start"), *of_kind), label
    )


def merged(intervals: exp.Query, label: str) -> exp.Select:
    """(person_id, label, start, stop): the intervals (person_id, start, stop) of each person, merged where they overlap or touch."""
    stretch = select(person_id=c("person_id"), label=literal(label), start=exp.Min(this=c("start")), stop=exp.Max(this=c("stop")))
    return stretch.from_(table(numbered(intervals), "s")).group_by(c("person_id"), c("island"))


def numbered(intervals: exp.Query, *carried: str, gap: int = 0) -> exp.Select:
    """(person_id, start, stop, *carried, island): which unbroken stretch of the person each interval is part of.

    Intervals that lie at most `gap` days apart are of one stretch: with none, those that overlap or touch.
    """
    by, order, columns = [c("person_id")], [c("start"), c("stop")], ("person_id", "start", "stop", *carried)
    reach = over(exp.Max(this=c("stop")), by, order, rows=("1", "PRECEDING"))
    opens = exp.select(*columns, exp.alias_(case((later(c("start"), -gap) <= reach, 0), otherwise=1), "opens")).from_(table(intervals, "s"))
    # of stretches of the very same days one opens the island, and it must come first: the two windows may put them in different orders
    island = over(exp.Sum(this=c("opens")), by, [*order, exp.Ordered(this=c("opens"), desc=True)], rows=("CURRENT ROW", None))
    return exp.select(*columns, exp.alias_(island, "island")).from_(table(opens, "s"))


def _lines(source: str, measures: Sequence[Measure], starts: str | exp.Query, to_the_end: bool) -> exp.Select:
    """One pass over a table of dated lines."""
    lines = LINES[source]
    low, high = _widest(measures, to_the_end)
    near = holds(low, c(f"e.{lines.day}"), high)
    if all(measure.kinds for measure in measures):
        near = exp.and_(among(c(f"e.{lines.kind}"), sorted({kind for measure in measures for kind in measure.kinds})), near)
    columns = [named(_of_lines(measure, lines, *_window(measure, to_the_end)), measure.name) for measure in measures]
    return _one_pass(columns, table(source, "e"), near, measures, starts, to_the_end)


def _of_lines(measure: Measure, lines: Lines, low: Node, high: Node) -> Node:
    day = c(f"e.{lines.day}")
    of_kind = [among(c(f"e.{lines.kind}"), measure.kinds)] if measure.kinds else []
    inside = exp.and_(*of_kind, holds(low, day, high))
    if measure.reduce in _DATED:
        return _dated(measure, inside, first=day, last=day)
    value = c(f"e.{lines.value}")
    if measure.reduce == "sum":
        return whole(given(exp.Sum(this=case((inside, value))), 0))
    # day and value in one number, so that the largest holds the last day's largest value; both parts are made positive first
    packed = exp.paren(later(day, FOREVER)) * exp.Literal.number(_PACK) + value + exp.Literal.number(_PACK // 2)
    return minus(exp.Max(this=case((exp.and_(inside, known(value)), packed))) % exp.Literal.number(_PACK), _PACK // 2)


def _spells(measures: Sequence[Measure], starts: str | exp.Query, to_the_end: bool) -> exp.Select:
    """One pass over the merged spells; merging does not depend on the window, so it is done once for each set of kinds."""
    sets = sorted({tuple(sorted(set(measure.kinds))) for measure in measures})
    labels = {kinds: f"set {number}" for number, kinds in enumerate(sets, start=1)}
    stretches = reduce(lambda one, other: one.union(other, distinct=False), [islands(kinds, label) for kinds, label in labels.items()])
    low, high = _widest(measures, to_the_end)
    near = exp.and_(c("e.stop") > low, c("e.start") < high)
    columns = [
        named(_of_spells(measure, labels[tuple(sorted(set(measure.kinds)))], *_window(measure, to_the_end)), measure.name) for measure in measures
    ]
    return _one_pass(columns, table(stretches, "e"), near, measures, starts, to_the_end)


def _of_spells(measure: Measure, label: str, low: Node, high: Node) -> Node:
    first, stop = greatest(c("e.start"), low), least(c("e.stop"), high)
    # a window that is cut at `gone` may end before it begins, and then holds no day
    inside = exp.and_(c("e.label").eq(literal(label)), first < stop)
    if measure.reduce == "days":
        return whole(given(exp.Sum(this=case((inside, minus(stop, first)))), 0))
    return _dated(measure, inside, first=first, last=later(stop, -1))


def _dated(measure: Measure, inside: Node, *, first: Node, last: Node) -> Node:
    """The reducers that need days alone; `first` and `last` are the days of one line or stretch."""
    match measure.reduce:
        case "count":
            return exp.Count(this=case((inside, 1)))
        case "any":
            return exp.Max(this=case((inside, 1), otherwise=0))
        case "days_since":
            return minus(c("s.day"), exp.Max(this=case((inside, last))))
        case _:
            return exp.Min(this=case((inside, first)))


def _one_pass(
    columns: Sequence[Node], source: exp.Expression, near: Node, measures: Sequence[Measure], starts: str | exp.Query, to_the_end: bool
) -> exp.Select:
    """Every start beside the lines near it, one row a start; a start without any keeps its row."""
    of_start = ["start_id", "day", *(["gone"] if to_the_end else []), *_named_ends(measures)]
    mine = exp.and_(c("e.person_id").eq(c("s.person_id")), near)
    rows = exp.select("s.start_id", *columns).from_(table(starts, "s")).join(source, on=mine, join_type="left")
    return rows.group_by(*(c(f"s.{name}") for name in of_start))


def _window(measure: Measure, to_the_end: bool) -> tuple[Node, Node]:
    return later(c("s.day"), measure.first), _end([measure], to_the_end)


def _widest(measures: Sequence[Measure], to_the_end: bool) -> tuple[Node, Node]:
    """The window that holds the windows of all."""
    return later(c("s.day"), min(measure.first for measure in measures)), _end(measures, to_the_end)


def _end(measures: Sequence[Measure], to_the_end: bool) -> Node:
    """The day on which the latest of these windows ends."""
    fixed = [measure.last for measure in measures if isinstance(measure.last, int)]
    end = greatest(*([later(c("s.day"), max(fixed))] if fixed else []), *(c(f"s.{name}") for name in _named_ends(measures)))
    return least(end, c("s.gone")) if to_the_end else end


def _named_ends(measures: Sequence[Measure]) -> list[str]:
    """The columns of the starts that hold the ends of windows."""
    return sorted({measure.last for measure in measures if isinstance(measure.last, str)})
