"""The records, the calendar and the tape a second time: day by day, slow and plain, written from the rules and not from the SQL.

A County is lives, a life is lists.  Nothing here is shared with the machine but the vocabulary of `evaluation.terms`, so that a
mistake would have to be made twice, in two languages, to go unseen.  Who starts when stands in `reference_starts`, what is
read off each clock in `reference_ruler`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import pyarrow as pa

from evaluation.records.contract import CONTRACT
from evaluation.records.engine import DuckDB
from evaluation.records.tape import Measure
from evaluation.terms import Horizon

NEVER = 100_000
DAY_0 = date(1970, 1, 1)


@dataclass
class Life:
    """One person: days are whole numbers, None is missing."""

    birth: int | None = None
    death: int | None = None
    moved: int | None = None
    area: str | None = None
    sex: str | None = None
    language: str | None = None
    families: set[str] = field(default_factory=set)
    event: list[tuple[str, int, int | None]] = field(default_factory=list)  # kind, day, value
    spell: list[tuple[str, int, int | None]] = field(default_factory=list)  # kind, start, stop
    service: list[tuple[str, int, None]] = field(default_factory=list)  # programme, start
    cost: list[tuple[str, int, int]] = field(default_factory=list)  # service, day, amount
    score: list[tuple[str, int, float]] = field(default_factory=list)  # list, day, score


@dataclass
class County:
    """Its people by id, what each source covers (source, first, last, lag), and which source holds a kind; the others are in "s"."""

    lives: dict[str, Life]
    coverage: list[tuple[str, int, int, int]]
    source_of: dict[str, str] = field(default_factory=dict)

    def lines(self) -> Iterator[tuple[str, str, str]]:
        """(table, kind, source) of every row that comes from a source."""
        for life in self.lives.values():
            for table in ("event", "spell", "service", "cost", "score"):
                for kind, *_ in getattr(life, table):
                    yield table, kind, self.source(kind)

    def source(self, kind: str) -> str:
        return self.source_of.get(kind, "s")


# ------------------------------------------------------------------------------------------------ into the engine
def load(engine: DuckDB, county: County) -> None:
    """The county as the records' room leaves it: all tables there, FOREVER where an end is missing."""
    lives, source = county.lives.items(), county.source
    traits = ("birth", "area", "sex", "language")
    rows: dict[str, list[dict[str, object]]] = {
        "person": [
            {"person_id": p, "death": ended(x.death), "moved": ended(x.moved)} | {trait: getattr(x, trait) for trait in traits} for p, x in lives
        ],
        "family": [{"family_id": f, "person_id": p} for p, x in lives for f in sorted(x.families)],
        "event": [{"person_id": p, "kind": k, "day": d, "value": v, "source": source(k)} for p, x in lives for k, d, v in x.event],
        "spell": [{"person_id": p, "kind": k, "start": a, "stop": ended(b), "source": source(k)} for p, x in lives for k, a, b in x.spell],
        "service": [{"person_id": p, "programme": k, "start": d, "stop": NEVER, "source": source(k)} for p, x in lives for k, d, _ in x.service],
        "cost": [{"person_id": p, "service": k, "day": d, "amount": v, "source": source(k)} for p, x in lives for k, d, v in x.cost],
        "score": [{"person_id": p, "list": k, "day": d, "score": v, "source": source(k)} for p, x in lives for k, d, v in x.score],
        "coverage": [{"source": s, "first": a, "last": b, "lag_days": lag, "grain": "day"} for s, a, b, lag in county.coverage],
    }
    arrow = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}
    for name, table in CONTRACT.items():
        schema = pa.schema([(column.name, arrow[column.engine_type]) for column in table])
        engine.load(name, pa.Table.from_pylist([{n: row.get(n) for n in table.names} for row in rows.get(name, [])], schema=schema))


def ended(day: int | None) -> int:
    return NEVER if day is None else day


# ------------------------------------------------------------------------------------------------ the calendar
def day_of(when: date) -> int:
    return (when - DAY_0).days


def date_of(day: int) -> date:
    return DAY_0 + timedelta(days=day)


def anniversary(when: date, years: int, months: int = 0) -> date:
    """The same day so many months and years later, or the last day of a month that is too short."""
    month = when.month + months
    while month > 12:
        month, years = month - 12, years + 1
    for shorter in range(4):
        try:
            return date(when.year + years, month, when.day - shorter)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


@cache
def age(birth: int, day: int) -> int:
    """Completed years: how many birthdays have come."""
    years = 0
    while day_of(anniversary(date_of(birth), years + 1)) <= day:
        years += 1
    return years


def horizon_end(day: int, horizon: Horizon) -> int:
    return day + horizon.days if horizon.days is not None else day_of(anniversary(date_of(day), 0, horizon.months or 0))


# ------------------------------------------------------------------------------------------------ the tape
def unbroken(life: Life, kinds: tuple[str, ...]) -> list[tuple[int, int]]:
    """[first day, first day no longer) of every stretch of days on which at least one spell of these kinds is open."""
    spells = [(start, ended(stop)) for kind, start, stop in life.spell if (kind in kinds or not kinds) and start < ended(stop)]

    def inside(day: int) -> bool:
        return any(start <= day < stop for start, stop in spells)

    return list(zip(sorted({a for a, _ in spells if not inside(a - 1)}), sorted({b for _, b in spells if not inside(b)}), strict=True))


def spell_days(life: Life, kinds: tuple[str, ...], days: range) -> list[int]:
    """The days of a window on which at least one spell of these kinds is open."""
    spells = [(start, ended(stop)) for kind, start, stop in life.spell if kind in kinds or not kinds]
    return [day for day in days if any(start <= day < stop for start, stop in spells)]


def measured(life: Life, measure: Measure, day: int, *, until: int, stop: int | None = None) -> int | None:
    """One measure on one clock; the window ends before `until`, and before `stop` where it is given."""
    window = range(day + measure.first, until if stop is None else min(until, stop))
    if measure.table == "spell":
        days = spell_days(life, measure.kinds, window)
        return {
            "days": len(days),
            "any": int(bool(days)),
            "count": sum(1 for on in days if on - 1 not in days),  # unbroken stretches that touch the window
            "days_since": day - days[-1] if days else None,
            "first_day": days[0] if days else None,
        }[measure.reduce]
    hits = [(on, value) for kind, on, value in getattr(life, measure.table) if (kind in measure.kinds or not measure.kinds) and on in window]
    values = [(on, value) for on, value in hits if value is not None]
    return {
        "count": len(hits),
        "any": int(bool(hits)),
        "sum": sum(value for _, value in values),
        "last": max(values)[1] if values else None,
        "days_since": day - max(on for on, _ in hits) if hits else None,
        "first_day": min(on for on, _ in hits) if hits else None,
    }[measure.reduce]
