"""What accrues on each person's clock: days of merged stays and enrolments, and contacts; or lines of money, by the year that they are of.

A day is counted once for each service, however many rows hold it: stays of one kind that overlap or touch are merged first.  Nothing
accrues after the day of a death, nor once a person is no longer seen, nor past what is asked about.  A contact is an interval of one day that
is never merged: two contacts of a day are two.  A stay in a shelter and a stay in jail on one day are two services, and cost both.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import reduce

import pyarrow as pa
from sqlglot import exp

from ...records.days import day_of
from ...records.engine import Engine
from ...records.sql import Node, among, c, case, greatest, later, least, literal, minus, select, table, whole
from ...records.tape import LINES, merged
from ...terms import UnitCost
from .discount import Window

_WINDOWS, _YEARS = "cost_windows", "cost_years"


def units(engine: Engine, clock: exp.Select, services: Sequence[UnitCost], cut: Sequence[Window]) -> pa.Table:
    """(clock_service, span, units), in order: how many units of each service lie in each window of each clock; none where there are none.

    `clock` has (start_id, person_id, day, ends); `services` holds one line of each service.  `clock_service` is the start_id times the
    number of services, and the service's place among them; a window is told by its place.  One query, which reads each table once for days
    and once for contacts: rows are cut to their clocks first, so that only what lies there is merged.
    """
    _load_windows(engine, cut)
    first = min(one.first for one in cut)
    by_table: dict[tuple[str, str], list[int]] = {}
    for place, line in enumerate(services):
        by_table.setdefault((line.unit, line.table), []).append(place)
    held = {key: _on_clocks(clock, key[1], key[0], places, services, first) for key, places in sorted(by_table.items())}
    days, contacts = ([query for (unit, _), query in held.items() if unit == which] for which in ("day", "contact"))
    # `merged` joins the stretches of a person; here each service of each clock is one
    stretches = [exp.select("person_id", "start", "stop").from_(table(merged(_all(days), "days"), "m"))] if days else []
    low, high = greatest(c("e.start"), c("w.low")), least(c("e.stop"), c("w.high"))
    within = exp.and_(c("e.start") < c("w.high"), c("e.stop") > c("w.low"))
    summed = select(clock_service=c("e.person_id"), span=c("w.span"), units=whole(exp.Sum(this=minus(high, low))))
    by = (c("clock_service"), c("span"))
    rows = summed.from_(table(_all([*stretches, *contacts]), "e")).join(table(_WINDOWS, "w"), on=within)
    return engine.fetch(rows.group_by(c("e.person_id"), c("w.span")).order_by(*by))


def _on_clocks(clock: exp.Select, source: str, unit: str, places: Sequence[int], services: Sequence[UnitCost], first: int) -> exp.Select:
    """(person_id, start, stop): the rows of a table that these services price, in days since each start, cut to its clock.

    `person_id` is the service of the clock, as `units` tells it; a contact is an interval of one day.
    """
    kind = c("e.kind" if source == "spell" else f"e.{LINES[source].kind}")
    named = case(*((kind.copy().eq(literal(services[place].kind)), place) for place in places))
    one = whole(c("s.start_id")) * exp.Literal.number(len(services)) + named
    begins = later(c("s.day"), first)
    if unit == "contact":
        day = c(f"e.{LINES[source].day}")
        start: Node = minus(day, c("s.day"))
        stop: Node = later(start.copy(), 1)
        near = exp.and_(day.copy() >= begins, day.copy() < c("s.ends"))
    else:
        start, stop = (minus(end, c("s.day")) for end in (greatest(c("e.start"), begins), least(c("e.stop"), c("s.ends"))))
        near = exp.and_(c("e.start") < c("s.ends"), c("e.stop") > begins, c("e.stop") > c("e.start"))
    mine = exp.and_(c("e.person_id").eq(c("s.person_id")), near, among(kind, sorted({services[place].kind for place in places})))
    held = select(person_id=one, start=start, stop=stop).from_(table(clock, "s")).join(table(source, "e"), on=mine)
    return exp.select("*").from_(table(held, "h")).where(c("stop") > c("start"))


def _all(queries: Sequence[exp.Query]) -> exp.Query:
    return reduce(lambda one, other: one.union(other, distinct=False), queries)


def spent(engine: Engine, clock: exp.Select, cut: Sequence[Window], years: Sequence[int]) -> pa.Table:
    """(start_id, span, year, cents), in order: the recorded lines of money in each window of each clock, by the calendar year of the line.

    `year` is a place in `years`; lines of any other year stand under no year, for the caller to refuse.
    """
    _load_windows(engine, cut)
    firsts = [day_of_year(year) for year in years]
    held = {"year": pa.array(range(len(years)), pa.int32()), "low": pa.array(firsts, pa.int32())}
    engine.load(_YEARS, pa.table(held | {"high": pa.array([day_of_year(year + 1) for year in years], pa.int32())}))
    near = exp.and_(c("e.person_id").eq(c("s.person_id")), c("e.day") < c("s.ends"))
    within = exp.and_(c("e.day") >= _day("w.low"), c("e.day") < _day("w.high"))
    of_year = exp.and_(c("e.day") >= c("y.low"), c("e.day") < c("y.high"))
    columns = {"start_id": c("s.start_id"), "span": c("w.span"), "year": c("y.year")}
    rows = select(**columns, cents=whole(exp.Sum(this=c("e.amount"))), lines=exp.Count(this=exp.Star()))
    rows = rows.from_(table(clock, "s")).join(table("cost", "e"), on=near).join(table(_WINDOWS, "w"), on=within)
    rows = rows.join(table(_YEARS, "y"), on=of_year, join_type="left")
    by = tuple(columns.values())
    return engine.fetch(rows.group_by(*by).order_by(*by))


def day_of_year(year: int) -> int:
    """The first day of a calendar year."""
    return day_of(date(year, 1, 1))


def _day(path: str) -> Node:
    """The day of a window's edge on the clock `s`."""
    return exp.paren(exp.Add(this=c("s.day"), expression=c(path)))


def _load_windows(engine: Engine, cut: Sequence[Window]) -> None:
    columns = {"span": range(len(cut)), "low": [one.first for one in cut], "high": [one.last for one in cut]}
    engine.load(_WINDOWS, pa.table({name: pa.array(values, pa.int32()) for name, values in columns.items()}))
