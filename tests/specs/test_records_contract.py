"""The contract is data, documented from itself, and the guide tells what it tells."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.records.contract import CONTRACT, Table, described
from evaluation.records.quality import REASONS

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "records.md"


def test_the_guide_ends_with_the_tables_as_the_contract_describes_them() -> None:
    assert GUIDE.read_text(encoding="utf-8").endswith("## The tables\n\n" + described().rstrip("\n") + "\n")


def test_the_guide_lists_every_reason_for_setting_a_row_aside() -> None:
    aside, _, _ = GUIDE.read_text(encoding="utf-8").partition("**Suspected** rows are kept.")
    listed = [line.removeprefix("- ") for line in aside.splitlines() if line.startswith("- ")]

    assert [words.format(column="a column") for words in REASONS.values()] == listed[-len(REASONS) :]


@pytest.mark.parametrize("table", CONTRACT.values(), ids=lambda table: table.name)
def test_every_table_and_column_says_what_it_means_in_a_sentence(table: Table) -> None:
    assert table.meaning.endswith(".")
    assert all(column.meaning.endswith(".") for column in table)
    assert set(table.key) <= set(table.names)


def test_there_are_twelve_tables_and_what_dates_a_row_is_required() -> None:
    assert len(CONTRACT) == 12
    assert all(table.day in table.required for table in CONTRACT.values() if table.day)


def test_the_room_opens_without_its_database() -> None:
    heavy = "{'duckdb', 'pyarrow', 'pandas', 'pydantic', 'numpy', 'sqlglot'}"
    seen = subprocess.run(
        [sys.executable, "-c", f"import sys, evaluation.records; print(sorted({heavy} & set(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
    )

    assert seen.stdout.strip() == "[]"
