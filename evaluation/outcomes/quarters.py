"""Clocks by whole calendar quarters, for what the records hold by the quarter: wages, benefits.

The quarter of a start, Q0, is left out, for it holds days before the start.  A horizon of 3k months reads the quarters Q1 to Qk, to the end of
Qk, which is up to a quarter later than the horizon by the calendar.  A quarter counts only if it was watched whole: of one that a move,
the end of the records or a service of one's own cuts short nothing is read.  The quarter of a death counts, for what was earned in it was earned
before; those after it are watched, and empty.

Such a clock shows, beside the days of every other,

    opens    the first day of Q0
    low      the first day of Q1
    last     the first day of the last quarter asked about

and its `gone` is the first day of the quarter in which the person is lost from sight.
"""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
from sqlglot import exp

from ..records.days import date_of, day_of, horizon_end
from ..records.engine import Engine
from ..records.sql import Node, among, c, case, greatest, later, least, select, table, whole
from ..terms import Horizon, Outcome, Problem, Refused

MONTHS = 3


def quarter_start(day: int, ahead: int = 0) -> int:
    """The first day of the quarter that holds a day, or of one so many quarters ahead."""
    when = date_of(day)
    year, quarter = divmod((when.month - 1) // MONTHS + ahead, 4)
    return day_of(when.replace(year=when.year + year, month=quarter * MONTHS + 1, day=1))


def not_whole(horizon: Horizon) -> tuple[str, str, str]:
    """What is found, what would be right, and what to do, of a horizon that is no whole number of quarters."""
    found = f"the horizon of {horizon} is no whole number of calendar quarters, and the outcome is on record by the quarter."
    return found, "A horizon of 12 months reads the four quarters after the quarter of the start.", "Ask about 3, 6, 9, 12, ... months."


def many(horizon: Horizon) -> int:
    """How many quarters a horizon of whole quarters holds."""
    return (horizon.months or 0) // MONTHS


def read_until(outcome: Outcome, day: int, horizon: Horizon) -> int:
    """The first day past what a definition reads of a clock that starts on `day`: past the horizon, or past the last quarter of it."""
    return quarter_start(day, 1 + many(horizon)) if outcome.table == "quarter" else horizon_end(day, horizon)


def to_quarter(engine: Engine, starts: str, horizon: Horizon, outcome: Outcome) -> exp.Select:
    """The clocks of a table of starts, up to the end of the last quarter of a horizon; refuses one that is no whole number of them."""
    if horizon.months is None or horizon.months % MONTHS:
        raise Refused(Problem(f"outcome '{outcome.name}'", *not_whole(horizon)))
    return _clocks(engine, starts, c("q.until"), many(horizon))


def to_day_by_quarter(engine: Engine, starts: str, last: int) -> exp.Select:
    """The clocks of a table of starts, up to so many days after each start, exclusive."""
    return _clocks(engine, starts, later(c("s.day"), last), 1)


def above(outcome: Outcome, *, those_alone: bool) -> exp.Select:
    """(person_id, day, place, value): what each person's rows of a quarter add up to, dated by its first day.

    With `those_alone`, only quarters whose sum exceeds what the definition asks for.
    """
    total = whole(exp.Sum(this=c("amount")))
    rows = select(person_id=c("person_id"), day=c("day"), place=0, value=total).from_(table("quarter"))
    rows = rows.where(among(c("measure"), outcome.kinds)).group_by(c("person_id"), c("day"))
    return rows.having(total > exp.Literal.number(outcome.above)) if those_alone else rows


def misdated(days: Iterable[int]) -> list[int]:
    """Those of some days on which no quarter begins."""
    return [day for day in days if quarter_start(day) != day]


def _clocks(engine: Engine, starts: str, until: Node, k: int) -> exp.Select:
    engine.load(f"quarters_{k}_{starts}", _of_starts(_distinct(engine, starts, "day"), k))
    engine.load(f"last_quarters_{starts}", _of_ends(_distinct(engine, starts, "gone")))
    days = {name: c(f"s.{name}") for name in ("start_id", "person_id", "day", "death")}
    gone = greatest(c("g.opens"), c("s.day"))  # nothing is read of the quarter of the start, so that who is lost in it is lost on day 0
    moved = case((exp.and_(c("s.moved").eq(c("s.gone")), c("s.moved") < c("s.death")), gone), otherwise=c("s.moved"))
    lost = {"moved": moved, "own": case((c("s.own").eq(c("s.gone")), gone), otherwise=c("s.own")), "gone": gone}
    of_quarters = {name: c(f"q.{name}") for name in ("opens", "low", "last")}
    clock = select(**days, **lost, **of_quarters, until=until, ends=least(until, gone, later(c("s.death"), 1))).from_(table(starts, "s"))
    clock = clock.join(table(f"quarters_{k}_{starts}", "q"), on=c("q.day").eq(c("s.day")))
    return clock.join(table(f"last_quarters_{starts}", "g"), on=c("g.gone").eq(c("s.gone")))


def _distinct(engine: Engine, starts: str, name: str) -> list[int]:
    found: list[int] = engine.fetch(exp.select(name).distinct().from_(table(starts)).order_by(c(name)))[name].to_pylist()
    return found


def _of_starts(days: list[int], k: int) -> pa.Table:
    """(day, opens, low, last, until): the calendar is walked in Python once for each day on which a clock starts."""
    marks = {"opens": 0, "low": 1, "last": k, "until": k + 1}
    columns = {name: [quarter_start(day, ahead) for day in days] for name, ahead in marks.items()}
    return pa.table({name: pa.array(values, pa.int32()) for name, values in ({"day": days} | columns).items()})


def _of_ends(days: list[int]) -> pa.Table:
    """(gone, opens): the quarter in which each day lies."""
    opens = [quarter_start(day) for day in days]
    return pa.table({"gone": pa.array(days, pa.int32()), "opens": pa.array(opens, pa.int32())})
