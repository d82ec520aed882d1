"""Random clocks full of ties, each with the life of whom it is about, and the engine that holds them.

Days lie close together, so that marks, deaths, moves, own service, the ends of the records and of the horizon often fall on one
day; spells overlap, touch, last no day, or have not ended; kinds are hostile words.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import Any

import pyarrow as pa
import slow_ruler as slow

from evaluation.records.contract import CONTRACT
from evaluation.records.days import FOREVER
from evaluation.records.engine import DuckDB
from evaluation.terms import Horizon, Outcome

CASES = 2  # tables of starts: a query costs more than its rows, so each holds many
CLOCKS = 300  # in each
LENGTH = 60  # days that a small world lasts
ZEROS = (-90, 10_995)  # worlds start before 1970, or in February 2000: days below 0, and a leap day
KINDS = {
    "event": ("x", "it's; --", "Y"),
    "spell": ("ward", "jail", "it's; --"),
    "cost": ("er", "day"),
    "service": ("aid", "it's; --", "other"),
    "quarter": ("wages", "it's; --"),
}
HORIZONS = (Horizon(days=1), Horizon(days=2), Horizon(days=26), Horizon(days=45), Horizon(months=1), Horizon(months=2))
ARROW = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}


def clocks_of(seed: int) -> list[slow.Clock]:
    """Clocks of small worlds, several of some people: those share a life, and the days that end it."""
    r, more = random.Random(seed), random.Random(seed + 1_000)

    def rarely(value: Any) -> Any:
        return value if r.random() < 0.2 else None

    def some(zero: int, kinds: tuple[str, ...], most: int) -> list[tuple[str, int]]:
        return [(r.choice(kinds), zero + r.randint(0, LENGTH)) for _ in range(r.randint(0, most))]

    made: list[slow.Clock] = []
    while len(made) < CLOCKS:
        zero = r.choice(ZEROS)
        end = zero + r.randint(0, LENGTH)  # where ends meet
        covered = r.choice([end, zero + LENGTH + r.randint(-10, 15), zero + LENGTH])
        death, moved = rarely(end), rarely(end + r.choice([-1, 0, 9]))
        events = some(zero, KINDS["event"], 6) + ([(r.choice(KINDS["event"]), end)] if r.random() < 0.3 else [])
        events += r.sample(events, min(len(events), r.choice([0, 0, 1])))
        spells = [(kind, start, None if r.random() < 0.1 else start + r.randint(0, 20)) for kind, start in some(zero, KINDS["spell"], 5)]
        spells += [(r.choice(KINDS["spell"]), *days) for _, *days in spells if r.random() < 0.2]  # of the very same days
        costs = [(kind, day, r.randint(-50, 900)) for kind, day in some(zero, KINDS["cost"], 4)]
        first_unseen = min(day for day in (death, moved, covered) if day is not None)
        stays, services = lasting(more, zero, ("custody",)), lasting(more, zero, KINDS["service"])
        quarters = [(more.choice(KINDS["quarter"]), first, more.choice([0, 90_00, 100_00, 100_01, 250_00])) for first in edges(more, zero)]
        for _ in range(r.choice([1, 1, 2])):
            day = r.randint(zero, max(zero, first_unseen - 1))
            own = rarely(max(day + 1, end if r.random() < 0.5 else day + r.randint(1, LENGTH)))
            if day < first_unseen:
                made.append(slow.Clock(day, covered, death, moved, own, events, spells + stays, costs, services, quarters))
    return made


def lasting(r: random.Random, zero: int, kinds: tuple[str, ...]) -> list[tuple[str, int, int | None]]:
    """Stays in custody, or enrolments: some begin on the day on which another ends, or the day after."""
    starts = [zero + r.randint(0, LENGTH) for _ in range(r.randint(0, 3))]
    days = [(start, None if r.random() < 0.1 else start + r.randint(0, 15)) for start in starts]
    days += [(stop + r.choice([0, 1, 2]), stop + r.randint(2, 6)) for _, stop in days if stop is not None and r.random() < 0.5]
    return [(r.choice(kinds), start, stop) for start, stop in days]


def edges(r: random.Random, zero: int) -> list[int]:
    """First days of quarters from a year before a small world to a year after it, some of them twice, some left out."""
    year = (date(1970, 1, 1) + timedelta(days=zero)).year
    firsts = [(date(year + more, month, 1) - date(1970, 1, 1)).days for more in (-1, 0, 1) for month in (1, 4, 7, 10)]
    return sorted(r.choices(firsts, k=r.randint(0, 14)))


def loaded(clocks: list[slow.Clock]) -> DuckDB:
    """The lives and their starts in an engine, as the records' room and the cohort's leave them."""
    engine = DuckDB(threads=2)
    rows: dict[str, list[dict[str, object]]] = {name: [] for name in CONTRACT}
    starts = []
    ids: dict[int, str] = {}
    for number, clock in enumerate(clocks, start=1):
        person = ids.setdefault(id(clock.event), f"p{number}")
        death, moved, own = (FOREVER if day is None else day for day in (clock.death, clock.moved, clock.own))
        gone = min(moved if moved < death else FOREVER, clock.covered, own)
        starts.append(
            {"start_id": number, "person_id": person, "day": clock.day, "death": death, "moved": moved, "covered": clock.covered}
            | {"own": own, "gone": gone, "served": number % 2}
        )
        if person == f"p{number}":
            rows["event"] += [{"person_id": person, "kind": kind, "day": day} for kind, day in clock.event]
            rows["cost"] += [{"person_id": person, "service": kind, "day": day, "amount": cents} for kind, day, cents in clock.cost]
            rows["service"] += [
                {"person_id": person, "programme": kind, "start": start, "stop": FOREVER if stop is None else stop}
                for kind, start, stop in clock.service
            ]
            rows["quarter"] += [{"person_id": person, "measure": kind, "day": day, "amount": cents} for kind, day, cents in clock.quarter]
            rows["spell"] += [
                {"person_id": person, "kind": kind, "start": start, "stop": FOREVER if stop is None else stop} for kind, start, stop in clock.spell
            ]
    for name, columns in CONTRACT.items():
        schema = pa.schema([(column.name, ARROW[column.engine_type]) for column in columns])
        engine.load(name, pa.Table.from_pylist([{each.name: row.get(each.name) for each in columns} for row in rows[name]], schema=schema))
    engine.load("start_main", pa.Table.from_pylist(starts))
    return engine


def outcome(kind: str, table: str, **parts: Any) -> Outcome:
    words: dict[str, Any] = {"title": {"en": "x"}, "event": {"en": "x"}, "better": "fewer", "why_better": "", "universe": "", "authority": ""}
    unit = "dollars" if table == "cost" and kind == "amount" else "people"
    usual = {"from_day": 0, "kinds": KINDS[table][:2], "unit": unit}
    return Outcome(name="test/one", kind=kind, table=table, verified=False, not_counted="", **words | usual | parts)  # type: ignore[arg-type]  # by name
