"""The clocks that a Ruler is laid on, and what lies along them, as syntax trees.

A clock is a row of a cohort's starts.  The days that it shows:

    day      its day 0
    until    the first day past what is asked about
    gone     the first day on which the person is no longer seen; a death is its own end
    ends     the first day that no longer counts: the earliest of `until`, `gone`, and the day after a death

Where kinds of event compete it shows two more, and `ends` is the day after the first of them, if that comes before:

    competed  the day of the first, FOREVER where there is none
    rival     its place among the kinds
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyarrow as pa
from sqlglot import exp

from ..records.days import FOREVER, horizon_end
from ..records.engine import Engine
from ..records.sql import Node, Value, among, c, case, given, greatest, holds, later, least, literal, minus, select, table, whole
from ..records.tape import LINES, Lines, islands, numbered
from ..terms import Horizon

LASTING = ("spell", "service")  # tables of lines that last
_SPELLS = Lines("kind", "start", None)
DAYS = ("start_id", "person_id", "day", "death", "moved", "own", "gone")


def to_horizon(engine: Engine, starts: str, horizon: Horizon) -> exp.Select:
    """The clocks of a table of starts, up to a horizon.

    Months differ in length and engines differ in how they add them, so the calendar is walked once in Python for every
    day on which a clock starts, and joined in as a small table.
    """
    if horizon.months is None:
        return _clocks(starts, later(c("s.day"), horizon_end(0, horizon)))
    days = engine.fetch(exp.select("day").distinct().from_(table(starts)).order_by(c("day")))["day"].to_pylist()
    ends = pa.table({"day": pa.array(days, pa.int32()), "until": pa.array([horizon_end(day, horizon) for day in days], pa.int32())})
    name = f"until_{horizon.months}_months_{starts}"
    engine.load(name, ends)
    return _clocks(starts, c("u.until")).join(table(name, "u"), on=c("u.day").eq(c("s.day")))


def to_day(starts: str, last: int) -> exp.Select:
    """The clocks of a table of starts, up to so many days after each start, exclusive."""
    return _clocks(starts, later(c("s.day"), last))


def _clocks(starts: str, until: Node) -> exp.Select:
    days = {name: c(f"s.{name}") for name in DAYS}
    return select(**days, until=until, ends=least(until, c("s.gone"), later(c("s.death"), 1))).from_(table(starts, "s"))


def ending_with(clock: exp.Select, kinds: Sequence[str], from_day: int) -> exp.Select:
    """The same clocks, ended by the first event of these kinds that lies on them from their day `from_day` on, and before a death."""
    low, high = later(c("s.day"), from_day), least(c("s.until"), c("s.gone"), c("s.death"))
    met = beside(clock, lines("event", kinds), holds(low, c("e.day"), high), **earliest(None, len(kinds)))
    competed = given(c("f.first"), FOREVER)
    days = {name: c(f"s.{name}") for name in (*DAYS, "until")}
    read = select(**days, ends=least(c("s.ends"), later(competed, 1)), competed=competed, rival=given(c("f.place"), len(kinds)))
    return read.from_(table(clock, "s")).join(table(met, "f"), on=c("f.start_id").eq(c("s.start_id")))


def earliest(counted: Node | None, many: int) -> dict[str, Value]:
    """The day of the first line `e` that is counted, and the place of its kind among so many: of several on one day, the first."""
    # day and kind in one number, so that the smallest holds the first day's first kind by the alphabet
    packed = exp.paren(whole(later(c("e.day"), FOREVER))) * exp.Literal.number(many) + c("e.place")
    first, place = (what if counted is None else case((counted, what)) for what in (c("e.day"), packed))
    return {"first": exp.Min(this=first), "place": exp.Min(this=place) % exp.Literal.number(many)}


def lines(source: str, kinds: Sequence[str]) -> exp.Select:
    """(person_id, day, place): what a table holds of these kinds; `place` is a row's kind among them.

    A spell and an enrolment are dated by the day they start, and their `stop` stands beside it.
    """
    named = _SPELLS if source == "spell" else LINES[source]
    of_kind = c(named.kind)
    days = {"day": c(named.day)} | ({"stop": c("stop")} if source in LASTING else {})
    return select(person_id=c("person_id"), **days, place=placed(of_kind, kinds)).from_(table(source)).where(among(of_kind, kinds))


def placed(of_kind: Node, kinds: Iterable[str]) -> Node:
    """The place of a row's kind among these, from 0."""
    return case(*((of_kind.eq(literal(kind)), number) for number, kind in enumerate(kinds)))


def joined(what: exp.Select, gap: int, many: int, *, lasting: bool = True, between: Sequence[str] = ()) -> exp.Select:
    """(person_id, day, place, stop): of lines at most `gap` days apart the first alone, and of several on its day the first kind of so many.

    Without `stop` a line lasts no day.  `between` names kinds of spell that join lines too: what happens in one of them, or so many days after
    its end, is no new line, but for what happens as it begins: on its first day or, for two files may differ, within `gap` days of it.
    """
    stop = c("stop") if lasting else c("day")
    mine = select(person_id=c("person_id"), start=c("day"), stop=stop, place=c("place")).from_(table(what, "l"))
    stays = select(person_id=c("person_id"), start=c("start"), stop=c("stop"), place=many).from_(table("spell")).where(among(c("kind"), between))
    both = mine.union(stays, distinct=False) if between else mine
    # day and place in one number, so that the smallest holds the first day's first kind; a spell is no line
    packed = exp.paren(whole(later(c("start"), FOREVER))) * exp.Literal.number(many) + c("place")
    line = c("place") < many
    stretch = select(
        person_id=c("person_id"),
        begins=exp.Min(this=c("start")),
        day=exp.Min(this=case((line, c("start")))),
        stop=exp.Max(this=c("stop")),
        place=exp.Min(this=case((line, packed))) % exp.Literal.number(many),
    )
    stretch = stretch.from_(table(numbered(both, "place", gap=gap), "s")).group_by(c("person_id"), c("island"))
    read = select(person_id=c("person_id"), day=c("day"), stop=c("stop"), place=c("place")).from_(table(stretch, "j"))
    return read.where(c("day") <= later(c("begins"), gap))


def waiting(what: exp.Select, kinds: Sequence[str], waits: Mapping[str, int], from_day: int) -> exp.Select:
    """The same lines with `due`: the last day on which a clock may start for each to count on it."""
    wait = case(*((c("l.place").eq(exp.Literal.number(kinds.index(kind))), days) for kind, days in sorted(waits.items())), otherwise=from_day)
    return select(person_id=c("l.person_id"), day=c("l.day"), place=c("l.place"), due=minus(c("l.day"), wait)).from_(table(what, "l"))


def due() -> Node:
    """Whether the line `e` lies on the clock `s` once it counts for its kind, and before the clock ends."""
    return exp.and_(c("s.day") <= c("e.due"), c("e.day") < c("s.ends"))


def beside(clock: exp.Select, what: exp.Select, near: Node, **columns: Value) -> exp.Select:
    """One row a clock `s`: columns over the rows `e` of the same person that lie near it; without any, it keeps its row.

    `near` is made of plain comparisons alone: an OR, a NOT or a CASE in a join's condition costs an engine its hash join.
    """
    mine = exp.and_(c("e.person_id").eq(c("s.person_id")), near)
    rows = select(start_id=c("s.start_id"), **columns).from_(table(clock, "s"))
    return rows.join(table(what, "e"), on=mine, join_type="left").group_by(c("s.start_id"))


def after(from_day: int) -> Node:
    """Whether the line `e` lies on the clock `s` from its day `from_day` on, and before it ends."""
    return holds(later(c("s.day"), from_day), c("e.day"), c("s.ends"))


def on_last_day() -> Node:
    """Whether the spell `e` holds the last day that is asked about on the clock `s`."""
    return holds(c("e.day"), later(c("s.until"), -1), c("e.stop"))


def stretches(clock: exp.Select, kinds: Sequence[str]) -> exp.Select:
    """(start_id, first, stop), in order: the unbroken stretches of these kinds of spell on each clock, in days since its start."""
    first, stop = greatest(c("e.start"), c("s.day")), least(c("e.stop"), c("s.ends"))
    mine = exp.and_(c("e.person_id").eq(c("s.person_id")), c("e.start") < c("s.ends"), c("e.stop") > c("s.day"))
    read = select(start_id=c("s.start_id"), first=minus(first, c("s.day")), stop=minus(stop, c("s.day")))
    rows = read.from_(table(clock, "s")).join(table(islands(kinds, "off the clock"), "e"), on=mine).where(c("s.day") < c("s.ends"))
    return rows.order_by(c("start_id"), c("first"))


def last_seen(*, rivals: bool = False) -> Node:
    """The last day on which a clock `s` was watched, or the day of death; with rivals, or that of the first event that competes."""
    return least(*([c("s.competed")] if rivals else []), c("s.death"), _watched())


def competes() -> tuple[Node, str]:
    """What ended a clock `s` on which an event that competes comes before any other end."""
    return c("s.competed") < exp.Literal.number(FOREVER), "competing"


def ending(*first: tuple[Node, str]) -> Node:
    """What ended a clock `s`: what is given, or else the first of those that a tie is broken by."""
    gone = c("s.gone")
    return case(
        *first,
        (c("s.death") <= _watched(), "death"),
        (gone >= c("s.until"), "horizon"),
        (c("s.own").eq(gone), "served"),
        (exp.and_(c("s.moved").eq(gone), c("s.moved") < c("s.death")), "moved"),  # nobody moves after a death
        otherwise="records end",
    )


def _watched() -> Node:
    return later(least(c("s.gone"), c("s.until")), -1)
