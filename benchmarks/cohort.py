"""How long a cohort by the clock of service takes, against the same questions written by hand in SQL; both on one jailed DuckDB.

    python benchmarks/cohort.py --people 1000000 --events-each 50 --served 20000      # the largest that was measured; a minute to invent

Risk sets for the served, ten columns of history, four outcomes.  Events lie sorted by person and day, as `connect` leaves them.
Prints seconds, the ratio to the queries by hand (benchmarks/cohort.sql), and peak memory; the rows of both must be the same.

A million people and 50 million events on two cores: 18,468 sets, 941,868 rows, 7.8 s, 1.26 times the queries by hand, 1.5 GB at the peak.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from string import Template
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa

from evaluation.cohort import enrol
from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.records.contract import CONTRACT, ENGINE_TYPES
from evaluation.records.days import FOREVER, day_of
from evaluation.records.engine import DuckDB
from evaluation.terms import CohortPlan, Compared, HistoryColumn, Horizon, Served, Starts

HAND = Path(__file__).with_suffix(".sql")
AT_ONCE = 20_000  # people invented at a time, so that the county is never in memory twice
FIRST, LAST = day_of(date(2012, 1, 1)), day_of(date(2021, 12, 31))
KINDS = {"arrest": 0.1, "er_visit": 0.3, "shelter_entry": 0.2, "jail_booking": 0.1, "court_date": 0.27, "conviction": 0.03}  # shares of events
TWO_YEARS = Horizon(days=730)
OUTCOMES_ASKED = ("recidivism/arrest", "recidivism/jail_booking", "custody_days/recorded", "cost_per_client/recorded")


def plan(draw: int) -> CohortPlan:
    """Everybody of age and not yet served may be drawn beside the served, within sex and area."""
    return CohortPlan(
        starts=Starts(enrolment=("navigation",)),
        between=(date(2017, 1, 1), date(2019, 12, 31)),
        clock="service",
        served=Served("navigation"),
        compared=Compared(draw=draw),
        ages=(18, 64),
        lookback_days=1825,
        exact=("sex", "area"),
    )


def history() -> tuple[HistoryColumn, ...]:
    """Eight columns of events and two of spells, over one to five years."""
    asked: tuple[tuple[Any, str, Any, int], ...] = (
        ("event", "arrest", "count", 365),
        ("event", "arrest", "count", 1825),
        ("event", "er_visit", "count", 365),
        ("event", "er_visit", "sum", 1825),
        ("event", "court_date", "days_since", 1825),
        ("event", "shelter_entry", "any", 365),
        ("event", "jail_booking", "count", 730),
        ("event", "conviction", "last", 1825),
        ("spell", "custody", "days", 730),
        ("spell", "shelter", "days", 365),
    )
    return tuple(HistoryColumn(f"{kind}_{reduce}_{days}", table, (kind,), reduce, days) for table, kind, reduce, days in asked)


# ------------------------------------------------------------------------------------------------ the county
def invented(people: int, events_each: int, served: int) -> Iterator[dict[str, dict[str, Any]]]:
    """The tables of a county, some people at a time; rows sorted by person and day."""
    for first in range(0, people, AT_ONCE):
        rng = np.random.default_rng((0, first))
        n = min(AT_ONCE, people - first)
        ids = np.array([f"p{number:07}" for number in range(first, first + n)])
        yield {
            "person": _persons(rng, ids),
            "event": _lines(rng, ids, n * events_each, "kind", list(KINDS), list(KINDS.values())) | {"value": rng.integers(1, 9, n * events_each)},
            "spell": _spells(rng, ids, 4 * n),
            "cost": _lines(rng, ids, 5 * n, "service", ["er", "jail_day"], [0.5, 0.5]) | {"amount": rng.integers(1_000, 90_000, 5 * n)},
            "service": _enrolments(rng, ids, served / people),
        }


def _persons(rng: np.random.Generator, ids: np.ndarray[Any, Any]) -> dict[str, Any]:
    n = len(ids)
    return {
        "person_id": ids,
        "birth": rng.integers(day_of(date(1935, 1, 1)), day_of(date(2004, 1, 1)), n),
        "death": np.where(rng.random(n) < 0.05, rng.integers(FIRST, LAST, n), FOREVER),
        "moved": np.where(rng.random(n) < 0.1, rng.integers(FIRST, LAST, n), FOREVER),
        "sex": np.array(["female", "male"])[rng.integers(0, 2, n)],
        "area": np.array([f"area {number}" for number in range(25)])[rng.integers(0, 25, n)],
    }


def _lines(rng: np.random.Generator, ids: np.ndarray[Any, Any], n: int, kind: str, words: list[str], shares: list[float]) -> dict[str, Any]:
    who, day = rng.integers(0, len(ids), n), rng.integers(FIRST, LAST, n)
    order = np.lexsort((day, who))
    return {"person_id": ids[who[order]], kind: np.array(words)[rng.choice(len(words), n, p=shares)], "day": day[order]}


def _spells(rng: np.random.Generator, ids: np.ndarray[Any, Any], n: int) -> dict[str, Any]:
    lines = _lines(rng, ids, n, "kind", ["custody", "shelter"], [0.4, 0.6])
    start = lines.pop("day")
    return lines | {"start": start, "stop": start + 1 + rng.geometric(1 / 30, n)}


def _enrolments(rng: np.random.Generator, ids: np.ndarray[Any, Any], share: float) -> dict[str, Any]:
    who = np.flatnonzero(rng.random(len(ids)) < 2 * share)  # about half of them pass the rules
    start = rng.integers(day_of(date(2016, 6, 1)), day_of(date(2020, 6, 1)), len(who))
    return {"person_id": ids[who], "programme": np.full(len(who), "navigation"), "start": start, "stop": start + 180}


def opened(county: Iterator[Mapping[str, Mapping[str, Any]]]) -> DuckDB:
    """An engine that holds the county, filled some people at a time."""
    arrow = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}
    engine = DuckDB()
    schemas = {name: pa.schema([(column.name, arrow[ENGINE_TYPES[column.type]]) for column in canonical]) for name, canonical in CONTRACT.items()}
    for name, schema in schemas.items():
        engine.load(name, schema.empty_table())
    covered = {"source": ["county"], "first": [FIRST], "last": [LAST], "lag_days": [0], "grain": ["day"]}
    engine.load("coverage", pa.table(covered, schema=schemas["coverage"]))
    for tables in county:
        for name, columns in tables.items():
            n = len(next(iter(columns.values())))
            held = {column: columns.get(column, np.full(n, "county") if column == "source" else [None] * n) for column in schemas[name].names}
            rows = pa.table({column: pa.array(values, schemas[name].field(column).type) for column, values in held.items()})
            engine._connection.register("part_of_it", rows)
            engine._connection.execute(f"INSERT INTO {name} SELECT * FROM part_of_it")
            engine._connection.unregister("part_of_it")
        engine._connection.execute("CHECKPOINT")  # packs the rows, so that memory holds the county once
    return engine


# ------------------------------------------------------------------------------------------------ the two roads
def ours(engine: DuckDB, draw: int) -> tuple[Any, list[Any]]:
    """The cohort and its four outcomes by the machine."""
    records: Any = SimpleNamespace(engine=engine)
    cohort, _ = timed("enrol: risk sets, ledger, ten columns of history", lambda: enrol("main", plan(draw), history(), records, TWO_YEARS))
    laid = [timed(f"outcome {name}", partial(laid_on, engine, cohort.table, name))[0] for name in OUTCOMES_ASKED]
    return cohort, laid


def laid_on(engine: DuckDB, table: str, name: str) -> Any:
    """One outcome, over two years of every clock."""
    ruler = EngineRuler(engine, table, OUTCOMES[name])
    return ruler.marks(TWO_YEARS) if OUTCOMES[name].kind == "mark" else ruler.amount(OUTCOMES[name].from_day, TWO_YEARS)


def by_hand(engine: DuckDB, draw: int) -> pa.Table:
    """The same rows, by SQL that somebody who knows the county would write; the one place where SQL is text, of numbers only."""
    low, high = (day_of(when) for when in plan(draw).between)
    script = Template(HAND.read_text(encoding="utf-8")).substitute(low=low, high=high, draw=draw, first=FIRST + 1825, last=LAST + 1)
    *makes, last = [statement for statement in script.split(";") if statement.strip()]
    for statement in makes:
        engine._connection.execute(statement)
    return engine._connection.execute(last).to_arrow_table()


def timed(what: str, run: Callable[[], Any]) -> tuple[Any, float]:
    """What `run` gives, and its seconds; prints them with the seconds of all cores and the peak of memory so far."""
    began, busy = time.perf_counter(), time.process_time()
    result = run()
    seconds, cores = time.perf_counter() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "linux" else 1e9)
    print(f"{what:<52}{seconds:7.2f} s   {cores:7.2f} s of all cores   peak {peak:.2f} GB", flush=True)
    return result, cores


def main() -> None:
    """Invents the county, goes both roads, and holds their rows against each other."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--people", type=int, default=100_000)
    asked.add_argument("--events-each", type=int, default=50)
    asked.add_argument("--served", type=int, default=2_000)
    asked.add_argument("--draw", type=int, default=50)
    options = asked.parse_args()
    engine, _ = timed("an invented county into the engine", lambda: opened(invented(options.people, options.events_each, options.served)))
    (cohort, laid), mine = timed("the whole road", lambda: ours(engine, options.draw))
    rows, hand = timed("by hand", lambda: by_hand(engine, options.draw))
    assert rows.num_rows == len(cohort), "the yardstick answers another question"
    assert np.array_equal(rows["arrest_count_1825"].to_numpy(), cohort.history["arrest_count_1825"])
    assert np.array_equal(rows["custody_days_730"].to_numpy(), cohort.history["custody_days_730"])
    assert np.array_equal(rows["arrest_day"].to_numpy(), laid[0].day)
    assert np.array_equal(rows["custody"].to_numpy(), laid[2].amount)
    print(f"{int(cohort.served.sum()):,} served, {len(cohort):,} rows, {(laid[0].why == 'mark').sum():,} arrests")
    print(f"{mine / hand:.2f} times the work of the queries by hand")


if __name__ == "__main__":
    main()
