"""The one small door to a database: syntax trees go in, rows come out, and the SQL that was run is kept for the auditor.

Rooms above never see a connection and never write SQL text: they build sqlglot nodes, in which a word of a design is
either a literal or a quoted identifier.  Another engine (PostgreSQL, Spark) is another class with these four verbs.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Protocol

import duckdb
import pyarrow as pa
from sqlglot import exp

from .sql import table


class Engine(Protocol):
    """Runs syntax trees where the records are."""

    dialect: str
    log: list[str]  # the SQL that was run, in order

    def run(self, node: exp.Expression) -> None:
        """Run a statement that gives no rows."""

    def fetch(self, node: exp.Expression) -> pa.Table:
        """The rows of a query; only as ordered as the query says."""

    def create(self, name: str, query: exp.Expression) -> None:
        """A table of the rows of a query, in place of any table of that name."""

    def load(self, name: str, rows: pa.Table) -> None:
        """A table of the given rows, in place of any table of that name."""


class DuckDB:
    """An embedded database in memory that reaches no file outside `readable`, no network and no extension.

    It spills to a private temporary folder that disappears with it.  Its settings are locked when it opens, so that no
    statement can widen them.
    """

    dialect = "duckdb"

    def __init__(self, *, readable: Path | None = None, threads: int | None = None) -> None:
        self.log: list[str] = []
        self._spill = tempfile.TemporaryDirectory(prefix="betteroff-", ignore_cleanup_errors=True)
        settings: dict[str, str | bool | int | float | list[str]] = {
            "temp_directory": self._spill.name,
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "python_enable_replacements": False,  # else an unknown table name reads a Python variable of that name
        }
        if threads is not None:
            settings["threads"] = threads
        self._connection = duckdb.connect(":memory:", config=settings)
        self._connection.execute("PRAGMA disable_progress_bar")  # a bar would enter a notebook's saved output; SET is refused in a kernel
        if readable is not None:
            folder = exp.Literal.string(str(readable.resolve())).sql(self.dialect)
            self._connection.execute(f"SET allowed_directories = [{folder}]")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")

    def run(self, node: exp.Expression) -> None:
        self._execute(node)

    def fetch(self, node: exp.Expression) -> pa.Table:
        return self._execute(node).to_arrow_table()

    def create(self, name: str, query: exp.Expression) -> None:
        self._execute(exp.Create(this=table(name), kind="TABLE", replace=True, expression=query))

    def load(self, name: str, rows: pa.Table) -> None:
        # rows given from outside are copied at once: a registered view would follow the caller's object and its life
        self._connection.register("rows_given", rows)
        try:
            self.create(name, exp.select("*").from_(table("rows_given")))
        finally:
            self._connection.unregister("rows_given")

    def close(self) -> None:
        """Give back the memory and the temporary folder."""
        self._connection.close()
        self._spill.cleanup()

    def _execute(self, node: exp.Expression) -> duckdb.DuckDBPyConnection:
        text = node.sql(self.dialect, pretty=True)
        self.log.append(text)
        return self._connection.execute(text)


def drop(engine: Engine, name: str) -> None:
    """Takes a table out of the engine."""
    # sqlglot 30.18 renamed `this` to `tables`; each version ignores the other's word
    engine.run(exp.Drop(this=table(name), tables=[table(name)], kind="TABLE"))
