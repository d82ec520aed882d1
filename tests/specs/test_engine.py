"""The embedded engine: what it keeps, what it cannot reach, and that words stay words."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
from sqlglot import exp

from evaluation.records.engine import DuckDB
from evaluation.records.sql import among, c, literal, minus, named, quoted, select, table

HOSTILE = ["'; DROP TABLE secret; --", 'a"b', "back\\slash", "two\n  lines", "é — ☃", "$1 {x} %s", "/* */"]


@pytest.fixture
def engine() -> DuckDB:
    return DuckDB(threads=1)


def test_rows_come_back_as_they_went_in(engine: DuckDB) -> None:
    engine.load("numbers", pa.table({"n": [3, 1, None]}))
    engine.create("doubled", exp.select(exp.alias_(c("n") * 2, "n")).from_(table("numbers")))

    assert engine.fetch(exp.select("n").from_(table("doubled")).order_by(c("n")))["n"].to_pylist() == [2, 6, None]


def test_a_table_takes_the_place_of_one_of_its_name(engine: DuckDB) -> None:
    engine.load("numbers", pa.table({"n": [1]}))
    engine.load("numbers", pa.table({"other": ["x"]}))

    assert engine.fetch(exp.select("*").from_(table("numbers"))).to_pylist() == [{"other": "x"}]


def test_what_was_run_is_kept_in_order(engine: DuckDB) -> None:
    engine.create("one", select(n=1))
    engine.fetch(exp.select("n").from_(table("one")))

    assert engine.log == ['CREATE OR REPLACE TABLE "one" AS\nSELECT\n  1 AS n', 'SELECT\n  n\nFROM "one"']


@pytest.mark.parametrize("word", HOSTILE)
def test_a_hostile_word_is_a_value_and_a_name_and_never_sql(engine: DuckDB, word: str) -> None:
    engine.load("secret", pa.table({"n": [1]}))
    engine.load(word, pa.table({word: [word, "other"]}))
    found = engine.fetch(exp.select(quoted(word), named(literal(word), "same")).from_(table(word)).where(among(quoted(word), [word])))

    assert found.to_pylist() == [{word: word, "same": word}]
    assert engine.fetch(exp.select("n").from_(table("secret"))).num_rows == 1


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "ATTACH 'other.db'",
        "COPY (SELECT 1) TO 'out.csv'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "SET lock_configuration = false",
        "SELECT * FROM caller",  # a Python variable of that name is no table
    ],
)
def test_nothing_outside_the_engine_can_be_reached(engine: DuckDB, statement: str) -> None:
    caller = pa.table({"n": [1]})
    assert caller.num_rows == 1

    with pytest.raises(duckdb.Error):
        engine._connection.execute(statement)


def test_a_readable_folder_is_read_and_its_neighbour_is_not(tmp_path: Path) -> None:
    mine, other = tmp_path / "o'hara", tmp_path / "other"
    for folder in (mine, other):
        folder.mkdir()
        (folder / "a.csv").write_text("n\n7\n")
    engine = DuckDB(readable=mine)

    def read(folder: Path) -> list[dict[str, int]]:
        return engine.fetch(exp.select("*").from_(exp.func("read_csv", literal(str(folder / "a.csv"))))).to_pylist()

    assert read(mine) == [{"n": 7}]
    for outside in (other, mine / ".." / "other"):
        with pytest.raises(duckdb.Error):
            read(outside)


def test_closing_leaves_no_folder_behind() -> None:
    engine = DuckDB()
    spill = Path(engine._spill.name)
    assert spill.is_dir()

    engine.close()

    assert not spill.exists()


def test_a_difference_keeps_its_brackets(engine: DuckDB) -> None:
    assert engine.fetch(select(n=minus(10, minus(5, minus(3, 1)))))["n"].to_pylist() == [7]
