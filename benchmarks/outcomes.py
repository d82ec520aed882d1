"""How long it takes to read many outcomes off one cohort, in one pass over each table, against the same written by hand in SQL.

    python benchmarks/outcomes.py --people 1000000      # the largest that was measured

Each line is a process of its own, which invents the county first: 50 events, 6 spells, 16 lines of wages and benefits and 5 priced lines a person,
of every kind that some definition reads, and one start for everybody.  The queries by hand (benchmarks/outcomes.sql) answer 50 definitions;
ours must say the same of everybody.  Writes docs/benchmarks_outcomes.md.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import harness
import numpy as np
import pyarrow as pa
from cohort import AT_ONCE, opened

from evaluation.outcomes import OUTCOMES, EngineRuler
from evaluation.outcomes.binding import bound
from evaluation.outcomes.together import read_together
from evaluation.records.days import FOREVER, day_of
from evaluation.records.engine import DuckDB
from evaluation.records.uses import MADE_FROM
from evaluation.terms import Horizon, Outcome

HAND = Path(__file__).with_suffix(".sql")
TABLE = harness.ROOT / "docs" / "benchmarks_outcomes.md"
FIRST, LAST = day_of(date(2012, 1, 1)), day_of(date(2021, 12, 31))
YEAR = Horizon(months=12)
EACH = {"event": 50, "spell": 6, "quarter": 16, "cost": 5, "service": 1}  # rows a person
EVERY = {name: bound(one, "navigation") for name, one in OUTCOMES.items() if one.table != "area" and one.made != "book"}
LINES = {
    "hand": "by hand, {few} definitions",
    "same": "those {few} in one pass",
    "every": "all {many} definitions of people in one pass",
    "rulers": "all {many}, a Ruler for each",
}
HEAD = """\
# How long it takes to read many outcomes off one cohort

Everybody in an invented county starts once and is followed for twelve months.  The county has 50 events, 6 spells, 16 lines of wages and benefits,
5 priced lines and an enrolment a person, of every kind that a definition reads, sorted by person and day as `connect` leaves them.  The
yardstick is SQL as somebody who knows this county would write it, on the same engine; a sum over people, weighed by their places, is the
same for every definition that both answer.
`benchmarks/outcomes.py` writes this table.  Each line is a process of its own; its peak is of the whole process, the county in it.

"""
COLUMNS = "| people | events | what | seconds | of all cores | peak | of the county alone | work, by hand = 1 |\n|---|---|---|---|---|---|---|---|\n"


# ------------------------------------------------------------------------------------------------ the county
def kinds(table: str) -> list[str]:
    """Every kind of a table that some definition reads."""
    named = {kind for one in EVERY.values() if one.table == table for kind in one.kinds}
    if table == "spell":
        named |= {kind for one in EVERY.values() for kind in one.exposure} | {"custody"}
    for one in EVERY.values():
        for name, words in MADE_FROM.get(one.made, ()):
            named |= {word.replace("{kind}", kind) for word in words for kind in one.kinds or ("",) if name == table}
    return sorted(named)


def invented(people: int) -> Iterator[dict[str, dict[str, Any]]]:
    """The tables of a county, some people at a time; rows sorted by person and day."""
    for first in range(0, people, AT_ONCE):
        rng, n = np.random.default_rng((0, first)), min(AT_ONCE, people - first)
        ids = np.array([f"p{number:07}" for number in range(first, first + n)])
        quarters = np.array([day_of(date(year, month, 1)) for year in range(2012, 2022) for month in (1, 4, 7, 10)])
        spell, service = (lasting(rng, ids, name) for name in ("spell", "service"))
        quarter = lines(rng, ids, "quarter", rng.choice(quarters, n * EACH["quarter"]))
        yield {
            "person": {"person_id": ids, "death": np.full(n, FOREVER), "moved": np.full(n, FOREVER)},
            "event": lines(rng, ids, "event", rng.integers(FIRST, LAST, n * EACH["event"])) | {"value": rng.integers(1, 500, n * EACH["event"])},
            "spell": spell,
            "quarter": quarter | {"amount": rng.integers(10_000, 900_000, n * EACH["quarter"])},
            "cost": lines(rng, ids, "cost", rng.integers(FIRST, LAST, n * EACH["cost"])) | {"amount": rng.integers(1_000, 90_000, n * EACH["cost"])},
            "service": service | {"source": rng.choice(["hsa", "probation"], n * EACH["service"])},
        }


def lines(rng: np.random.Generator, ids: np.ndarray[Any, Any], table: str, day: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Rows of a table for some people, of every kind alike."""
    word = {"event": "kind", "spell": "kind", "quarter": "measure", "cost": "service", "service": "programme"}[table]
    words = {"cost": ["er", "jail_day"], "service": ["navigation", "shelter_help"]}.get(table) or kinds(table)
    who = rng.integers(0, len(ids), len(day))
    order = np.lexsort((day, who))
    return {"person_id": ids[who[order]], word: np.array(words)[rng.integers(0, len(words), len(day))], "day": day[order]}


def lasting(rng: np.random.Generator, ids: np.ndarray[Any, Any], table: str) -> dict[str, Any]:
    """Rows that last; one in fifty has not ended."""
    n = len(ids) * EACH[table]
    rows = lines(rng, ids, table, rng.integers(FIRST, LAST, n))
    start = rows.pop("day")
    return rows | {"start": start, "stop": np.where(rng.random(n) < 0.02, FOREVER, start + rng.integers(0, 200, n))}


def county(people: int) -> DuckDB:
    """An engine with the county, and a start of everybody in it; some die, move or enrol before the year is over."""
    engine, rng = opened(invented(people)), np.random.default_rng(7)
    day = rng.integers(day_of(date(2017, 1, 1)), day_of(date(2019, 12, 31)), people)
    death, moved, own = (np.where(rng.random(people) < share, day + rng.integers(0, 700, people), FOREVER) for share in (0.05, 0.1, 0.05))
    gone = np.minimum(np.minimum(moved, own), LAST + 1)
    numbers = {"start_id": np.arange(1, people + 1), "day": day, "death": death, "moved": moved, "own": own, "gone": gone}
    columns = {name: pa.array(values, pa.int32()) for name, values in numbers.items()}
    engine.load("starts", pa.table(columns | {"person_id": pa.array([f"p{number:07}" for number in range(people)])}))
    return engine


# ------------------------------------------------------------------------------------------------ the roads
def by_hand(engine: DuckDB) -> pa.Table:
    """What the queries by hand find: of a mark the day, of the others the value; the one place where SQL is text."""
    *makes, last = [statement for statement in HAND.read_text(encoding="utf-8").split(";") if statement.strip()]
    for statement in makes:
        engine._connection.execute(statement)
    return engine._connection.execute(last).to_arrow_table()


def in_one_pass(engine: DuckDB, names: Mapping[str, Outcome]) -> pa.Table:
    """What ours find."""
    return read_together(engine, "starts", list(names.values()), YEAR)


def a_ruler_each(engine: DuckDB) -> None:
    """Every outcome by its own Ruler, one after the other."""
    for outcome in EVERY.values():
        ruler = EngineRuler(engine, "starts", outcome)
        if outcome.kind == "amount":
            ruler.amount(outcome.from_day, YEAR)
        else:
            {"mark": ruler.marks, "state": ruler.state, "rate": ruler.rate}[outcome.kind](YEAR)


def few() -> list[str]:
    """The definitions that the queries by hand answer."""
    last = HAND.read_text(encoding="utf-8").split(";")[-1]
    return [word for word in last.split('"') if word in EVERY]


def sums(read: pa.Table) -> dict[str, float]:
    """A whole number for each definition that tells its column apart from others: the sum of value times place in the cohort."""
    place = np.arange(1, read.num_rows + 1) % 9973
    found = {}
    for name in few():
        column = read[f"{name} day" if f"{name} day" in read.column_names else name].cast(pa.float64())
        found[name] = float((np.round(100 * np.nan_to_num(column.to_numpy(zero_copy_only=False), nan=-1.0)) * place).sum())
    return found


def one(what: str, people: int) -> None:
    """Goes one road, after the same for a few people, and prints what was seen as the last line."""
    for n in (min(people, 2_000), people):
        engine = county(n)
        alone, began, busy = harness.peak(), time.perf_counter(), time.process_time()
        match what:
            case "hand":
                read = by_hand(engine)
            case "rulers":
                a_ruler_each(engine)
                read = None
            case _:
                read = in_one_pass(engine, EVERY if what == "every" else {name: EVERY[name] for name in few()})
        seconds, cores = time.perf_counter() - began, time.process_time() - busy
    told = {"seconds": seconds, "cores": cores, "peak": harness.peak(), "county": alone}
    print(json.dumps(told | {f"sum {name}": value for name, value in (sums(read) if read else {}).items()}))


# ------------------------------------------------------------------------------------------------ the table
def written(people: list[int], roads: list[str], minutes: float) -> Iterator[str]:
    """The lines of the table; stops where a definition does not say what the queries by hand say."""
    words = {"few": len(few()), "many": len(EVERY)}
    for n in people:
        hand: harness.Told = {}
        for road in roads:
            seen = harness.seen(__file__, [road, str(n)], sys.executable, minutes, ours=True, one_thread=False)
            if isinstance(seen, str):
                yield f"| {n:,} | {n * EACH['event']:,} | {LINES[road].format(**words)} | {seen} | | | | |"
                continue
            hand = seen if road == "hand" else hand
            other = [name for name, value in hand.items() if name.startswith("sum ") and name in seen and seen[name] != value]
            assert not other, f"ours and the queries by hand differ: {other}"
            ratio = f"{seen['cores'] / hand['cores']:.2f}" if hand else ""
            numbers = f"{seen['seconds']:.1f} | {seen['cores']:.1f} s | {seen['peak']:.2f} GB | {seen['county']:.2f} GB | {ratio}"
            yield f"| {n:,} | {n * EACH['event']:,} | {LINES[road].format(**words)} | {numbers} |"


def main() -> None:
    """Reads the command line, runs every line in a process of its own, and writes the table."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--people", type=int, nargs="+", default=[100_000])
    asked.add_argument("--roads", nargs="+", default=list(LINES), choices=list(LINES))
    asked.add_argument("--minutes", type=float, default=10.0, help="a road that takes longer is stopped")
    asked.add_argument("--table", type=Path, default=TABLE)
    asked.add_argument("--one", nargs=2, help=argparse.SUPPRESS)  # of the one line that this process runs
    options = asked.parse_args()
    if options.one:
        one(options.one[0], int(options.one[1]))
        return
    told = []
    for line in written(options.people, options.roads, options.minutes):
        print(line, flush=True)
        told.append(line)
    options.table.write_text(f"{HEAD}On {harness.machine()}.\n\n{COLUMNS}" + "\n".join(told) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
