"""The SQL of every verb of the Ruler as text, in four dialects: what an auditor reads, and what a new sqlglot must not change unseen.

The files in `sql/` were written by this module (`python tests/golden/test_ruler_sql.py`) and read by hand; those of Spark and T-SQL
are rendered and read, not run.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import sqlglot
from sqlglot import exp
from test_sql_text import DIALECTS, FOLDER, arithmetic

from evaluation.outcomes import EngineRuler
from evaluation.records.contract import CONTRACT
from evaluation.records.engine import DuckDB
from evaluation.records.sql import rendered
from evaluation.terms import Horizon, Outcome

ARROW = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}
CLOCK = {"start_id": 1, "person_id": "ann", "day": 18_322, "death": 100_000, "moved": 100_000, "covered": 18_993, "own": 100_000, "gone": 18_993}
ROWS: dict[str, list[dict[str, object]]] = {
    "event": [{"person_id": "ann", "kind": kind, "day": 18_325} for kind in ("arrest", "it's; --", "adoption", "back\\slash")],
    "spell": [{"person_id": "ann", "kind": kind, "start": 18_325, "stop": 18_330} for kind in ("jail", "ward", "custody", "back\\slash")],
    "cost": [{"person_id": "ann", "service": "er", "day": 18_325, "amount": 100}],
    "service": [{"person_id": "ann", "programme": "it's; --", "start": 18_325, "stop": 18_330}],
    "quarter": [{"person_id": "ann", "measure": "wages", "day": 18_353, "amount": 100}],
}
DAYS, MONTHS = Horizon(days=30), Horizon(months=12)


class Recording:
    """An engine that keeps the trees it was asked for."""

    dialect = "duckdb"

    def __init__(self) -> None:
        self.engine, self.log, self.asked = DuckDB(threads=1), list[str](), list[exp.Expression]()
        for name, columns in CONTRACT.items():
            schema = pa.schema([(column.name, ARROW[column.engine_type]) for column in columns])
            rows = [{each.name: row.get(each.name) for each in columns} for row in ROWS.get(name, [])]
            self.engine.load(name, pa.Table.from_pylist(rows, schema=schema))
        self.engine.load("start_main", pa.Table.from_pylist([CLOCK]))

    def fetch(self, node: exp.Expression) -> pa.Table:
        self.asked.append(node)
        return self.engine.fetch(node)

    def load(self, name: str, rows: pa.Table) -> None:
        self.engine.load(name, rows)


def outcome(kind: str, table: str, *kinds: str, **parts: Any) -> Outcome:
    words: dict[str, Any] = {"title": {"en": "x"}, "event": {"en": "x"}, "better": "fewer", "why_better": "", "universe": "", "authority": ""}
    parts = {"unit": "people", "from_day": 1} | words | parts
    return Outcome(name="test/one", kind=kind, table=table, kinds=kinds, verified=False, not_counted="", **parts)  # type: ignore[arg-type]  # by name


MARK = outcome("mark", "event", "it's; --", "arrest", off_clock=("jail", "back\\slash"))
ASKED: dict[str, tuple[Outcome, str, tuple[Any, ...]]] = {
    "amount of spells": (outcome("amount", "spell", "jail", "ward", unit="days"), "amount", (0, DAYS)),
    "amount of costs before the start": (outcome("amount", "cost", unit="dollars"), "amount", (-90, Horizon(days=0))),
    "marks": (MARK, "marks", (DAYS,)),
    "marks by the calendar": (MARK, "marks", (MONTHS,)),
    "marks of spells from the day of the start": (outcome("mark", "spell", "jail", "back\\slash", from_day=0), "marks", (DAYS,)),
    "every mark": (MARK, "every_mark", (DAYS,)),
    "state": (outcome("state", "spell", "ward", "jail"), "state", (DAYS,)),
    "at risk": (MARK, "at_risk", (DAYS,)),
    "amounts by period": (outcome("amount", "spell", "jail", unit="days"), "by_period", ((-30, 0, 30),)),
    "marks by period": (MARK, "by_period", ((-30, 0, 30),)),
    "marks that events compete with": (MARK, "marks", (DAYS, ("adoption", "back\\slash"))),
    "every mark that events compete with": (MARK, "every_mark", (DAYS, ("adoption", "back\\slash"))),
    "marks of which one kind waits": (replace(MARK, waits={"it's; --": 15}), "marks", (DAYS,)),
    "marks joined into stays": (replace(MARK, gap=1), "marks", (DAYS,)),
    "a number of stays joined": (outcome("amount", "spell", "jail", reduce="count", gap=7), "amount", (0, DAYS)),
    "days enrolled": (outcome("amount", "service", "it's; --", unit="days"), "amount", (0, DAYS)),
    "dollars by quarter": (outcome("amount", "quarter", "wages", unit="dollars"), "amount", (0, MONTHS)),
    "the state of the last quarter": (outcome("state", "quarter", "wages", above=100_00), "state", (MONTHS,)),
    "rate over spells": (outcome("rate", "event", "arrest", exposure=("ward", "jail")), "rate", (DAYS,)),
}


@cache
def statements() -> dict[str, exp.Expression]:
    """Every query that a verb asks of the records, by what it is for."""
    found: dict[str, exp.Expression] = {}
    for name, (asked, verb, what) in ASKED.items():
        recording = Recording()
        getattr(EngineRuler(recording, "start_main", asked), verb)(*what)
        found |= {f"{name}, {number}": node for number, node in enumerate(recording.asked, start=1)}
        recording.engine.close()
    return found


def written(dialect: str) -> str:
    return "".join(f"-- {name}\n{rendered(node, dialect)};\n\n" for name, node in statements().items())


@pytest.mark.parametrize("dialect", DIALECTS)
def test_the_sql_of_the_ruler_is_the_text_that_was_read(dialect: str) -> None:
    assert written(dialect) == (FOLDER / f"ruler_{dialect}.sql").read_text(encoding="utf-8")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_sum_means_the_same_when_the_text_is_read_back(dialect: str) -> None:
    for name, node in statements().items():
        assert arithmetic(sqlglot.parse_one(rendered(node, dialect), read=dialect)) == arithmetic(node), name


@pytest.mark.parametrize("dialect", DIALECTS)
def test_hostile_kinds_read_back_as_the_same_words(dialect: str) -> None:
    for node in statements().values():
        back = sqlglot.parse_one(rendered(node, dialect), read=dialect)
        assert {each.this for each in back.find_all(exp.Literal) if each.is_string} == {
            each.this for each in node.find_all(exp.Literal) if each.is_string
        }
    assert {"it's; --", "back\\slash"} <= {each.this for node in statements().values() for each in node.find_all(exp.Literal)}


def test_joins_hold_plain_comparisons_alone() -> None:
    """An OR, a NOT or a CASE in a join's condition costs an engine its hash join: twenty times the work, measured on DuckDB."""
    joins = [join.args["on"] for node in statements().values() for join in node.find_all(exp.Join)]

    assert joins
    for condition in joins:
        assert not list(condition.find_all(exp.Or, exp.Not, exp.Case)), condition.sql()


if __name__ == "__main__":
    for each in DIALECTS:
        (Path(FOLDER) / f"ruler_{each}.sql").write_text(written(each), encoding="utf-8")
    sys.exit(0)
