"""How long a cohort takes, against the same questions written by hand in SQL; both on one jailed DuckDB in memory.

    python benchmarks/cohort.py --people 100000 --events-each 50

Events lie sorted by person and day, as `connect` leaves them.  Prints seconds, the ratio to the hand-written SQL, and peak memory.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import numpy as np
import pyarrow as pa

from evaluation.cohort import enrol
from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.records.contract import CONTRACT
from evaluation.records.days import FOREVER, day_of
from evaluation.records.engine import DuckDB
from evaluation.terms import Assigned, CohortPlan, HistoryColumn, Horizon, Starts

FIRST, LAST = day_of(date(2012, 1, 1)), day_of(date(2021, 12, 31))
KINDS = {"arrest": 0.1, "er_visit": 0.3, "shelter_entry": 0.2, "jail_booking": 0.1, "court_date": 0.27, "release": 0.03}  # shares of events
PLAN = CohortPlan(
    Starts(("release",)), (date(2017, 1, 1), date(2019, 12, 31)), "eligibility", Assigned("lot", "aid", "no_aid"), ages=(18, 64), lookback_days=1825
)
HISTORY = tuple(
    HistoryColumn(f"{kind}_{reduce}_{days}", "event", (kind,), reduce, days)  # type: ignore[arg-type]  # reducers by name
    for kind, reduce, days in (
        ("arrest", "count", 365),
        ("arrest", "count", 1825),
        ("er_visit", "count", 365),
        ("er_visit", "sum", 1825),
        ("court_date", "days_since", 1825),
        ("shelter_entry", "any", 365),
    )
)
YEAR = Horizon(days=365)

HAND = """
WITH first AS (
    SELECT person_id, min(day) AS day FROM event WHERE kind = 'release' AND day BETWEEN {low} AND {high} GROUP BY person_id
), arm AS (
    SELECT f.person_id, f.day, max(e.kind = 'aid') AS aid, max(e.kind = 'no_aid') AS no_aid
    FROM first f JOIN event e ON e.person_id = f.person_id AND e.day = f.day AND e.kind IN ('aid', 'no_aid') GROUP BY ALL
), start AS (
    SELECT a.person_id, a.day, a.aid AS served, p.death, p.moved FROM arm a JOIN person p USING (person_id)
    WHERE a.aid != a.no_aid AND a.day < p.death AND a.day < p.moved
    AND DATE '1970-01-01' + p.birth + INTERVAL 18 YEAR <= DATE '1970-01-01' + a.day
    AND DATE '1970-01-01' + p.birth + INTERVAL 65 YEAR > DATE '1970-01-01' + a.day
)
SELECT s.person_id, s.day, any_value(s.served) AS served,
    count(*) FILTER (e.kind = 'arrest' AND e.day BETWEEN s.day - 365 AND s.day - 1) AS arrests_1,
    count(*) FILTER (e.kind = 'arrest' AND e.day BETWEEN s.day - 1825 AND s.day - 1) AS arrests_5,
    count(*) FILTER (e.kind = 'er_visit' AND e.day BETWEEN s.day - 365 AND s.day - 1) AS er_1,
    sum(e.value) FILTER (e.kind = 'er_visit' AND e.day BETWEEN s.day - 1825 AND s.day - 1) AS er_5,
    s.day - max(e.day) FILTER (e.kind = 'court_date' AND e.day BETWEEN s.day - 1825 AND s.day - 1) AS court,
    max(e.kind = 'shelter_entry' AND e.day BETWEEN s.day - 365 AND s.day - 1) AS shelter,
    min(e.day) FILTER (e.kind = 'arrest' AND e.day BETWEEN s.day + 1 AND s.day + 364) AS arrest
FROM start s LEFT JOIN event e ON e.person_id = s.person_id AND e.day BETWEEN s.day - 1825 AND s.day + 364
GROUP BY s.person_id, s.day ORDER BY s.day, s.person_id
"""


def invented(people: int, events_each: int) -> dict[str, dict[str, Any]]:
    """Tables of a county, the events sorted by person and day."""
    rng = np.random.default_rng(0)
    n, ids = people * events_each, np.array([f"p{number:07}" for number in range(people)])
    who, day, kind = np.sort(rng.integers(0, people, n)), rng.integers(FIRST, LAST, n), rng.choice(len(KINDS), n, p=list(KINDS.values()))
    out = kind == list(KINDS).index("release")
    who = np.concatenate([who, who[out]])
    kinds = np.concatenate([np.array(list(KINDS))[kind], np.where(rng.random(out.sum()) < 0.5, "aid", "no_aid")])
    day = np.concatenate([day, day[out]])
    order = np.lexsort((day, who))
    value = rng.integers(1, 9, len(who))
    birth = rng.integers(day_of(date(1935, 1, 1)), day_of(date(2004, 1, 1)), people)
    death = np.where(rng.random(people) < 0.05, rng.integers(FIRST, LAST, people), FOREVER)
    moved = np.where(rng.random(people) < 0.1, rng.integers(FIRST, LAST, people), FOREVER)
    return {
        "person": {"person_id": ids, "birth": birth, "death": death, "moved": moved},
        "event": {"person_id": ids[who[order]], "kind": kinds[order], "day": day[order], "value": value, "source": np.full(len(who), "county")},
        "coverage": {"source": ["county"], "first": [FIRST], "last": [LAST], "lag_days": [0], "grain": ["day"]},
    }


def opened(tables: dict[str, dict[str, Any]]) -> DuckDB:
    arrow = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}
    engine = DuckDB()
    for name, canonical in CONTRACT.items():
        columns, n = tables.get(name, {}), len(next(iter(tables.get(name, {"": []}).values())))
        held = {each.name: pa.array(columns.get(each.name, [None] * n), arrow[each.engine_type]) for each in canonical}
        engine.load(name, pa.table(held))
    return engine


def timed(what: str, run: Callable[[], Any]) -> tuple[Any, float]:
    """What `run` gives, and the seconds of all cores that it took: on a busy machine they tell more than the clock."""
    began, busy = time.perf_counter(), time.process_time()
    result = run()
    seconds, cores = time.perf_counter() - began, time.process_time() - busy
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1e6 if sys.platform == "linux" else 1e9)
    print(f"{what:<48}{seconds:7.2f} s   {cores:7.2f} s of all cores   peak {peak:.2f} GB")
    return result, cores


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    asked.add_argument("--people", type=int, default=100_000)
    asked.add_argument("--events-each", type=int, default=50)
    options = asked.parse_args()
    engine, _ = timed("an invented county into the engine", lambda: opened(invented(options.people, options.events_each)))
    records: Any = SimpleNamespace(engine=engine)
    cohort, enrolled = timed("enrol: starts, ledger, 6 columns of history", lambda: enrol("main", PLAN, HISTORY, records, YEAR))
    laid = EngineRuler(engine, cohort.table, OUTCOMES["recidivism/arrest"])
    marks, marked = timed("marks within a year", lambda: laid.marks(YEAR))
    low, high = (day_of(when) for when in PLAN.between)
    # the one place where SQL is text: it is the yardstick, and holds numbers only
    by_hand = HAND.format(low=low, high=high)
    rows, hand = timed("by hand: starts, history, marks in one query", lambda: engine._connection.execute(by_hand).to_arrow_table())
    assert rows.num_rows == len(cohort), "the yardstick answers another question"
    assert np.array_equal(rows["arrests_5"].to_numpy(), cohort.history["arrest_count_1825"])
    ratio = (enrolled + marked) / hand
    print(f"{len(cohort):,} person-starts, {(marks.why == 'mark').sum():,} marks; {ratio:.2f} times the work of the query by hand")


if __name__ == "__main__":
    main()
