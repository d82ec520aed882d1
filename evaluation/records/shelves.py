"""Places that hold a county's tables, each behind the same three verbs: list the columns, read rows, digest.

    Folder      CSV and Parquet files
    Workbook    the sheets of an XLSX file
    Database    the tables of a DuckDB file, opened read-only
    Frames      pandas data frames by name

Every place is read through an embedded DuckDB that can open no file but the one at hand, with every column declared.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pandas as pd
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq
from sqlglot import exp

from ..terms import Problem, Refused
from . import delimited
from .engine import DuckDB
from .mapping import TableEntry
from .sql import literal, quoted, table
from .values import Raw
from .workbook import sheets

TEXT_FILES = frozenset({".csv", ".tsv", ".txt"})
Query = Callable[[exp.Table], exp.Select]  # from a table with columns c0, c1, ... in the order of the file


class Shelf(Protocol):
    """A place that holds tables by name."""

    @property
    def names(self) -> tuple[str, ...]:
        """What it holds, in order."""

    @property
    def readable(self) -> Path | None:
        """The folder that a reader must be able to open."""

    def columns(self, entry: TableEntry) -> Mapping[str, Raw]:
        """The columns of the entry's file, in its order, and what each holds; refuses a file that is damaged."""

    def read(self, entry: TableEntry, wanted: Sequence[str], query: Query, reader: DuckDB) -> pa.Table:
        """The rows that the query makes of the wanted columns, in the order of the file; `reader` may open `readable`."""

    def digests(self, names: Iterable[str]) -> dict[str, str]:
        """The sha256 of each input that holds these names: a file, or the content of a frame."""


@dataclass(frozen=True, slots=True)
class Folder:
    """The CSV and Parquet files that lie directly in a folder."""

    path: Path
    names: tuple[str, ...]

    @classmethod
    def at(cls, path: Path) -> Folder:
        """The folder at this path; refuses links that lead out of it."""
        files = sorted(file for file in path.iterdir() if file.suffix.lower() in (*TEXT_FILES, ".parquet") and file.is_file())
        astray = [file for file in files if file.resolve().parent != path.resolve()]
        if astray:
            remedy = "Copy the file into the folder."
            raise Refused(*(Problem(file.name, "is a link that leads out of the folder.", "", remedy) for file in astray))
        return cls(path, tuple(file.name for file in files))

    @property
    def readable(self) -> Path:
        return self.path

    def columns(self, entry: TableEntry) -> Mapping[str, Raw]:
        path = self.path / entry.file
        if path.suffix.lower() == ".parquet":
            return {part.name: _holds(part.type) for part in _parquet(path, lambda file: file.schema_arrow)}
        problems = list(delimited.sound_text(path, entry.encoding))
        if problems:
            raise Refused(*problems)
        return dict.fromkeys(delimited.header(path, entry.encoding, entry.delimiter), "text")

    def read(self, entry: TableEntry, wanted: Sequence[str], query: Query, reader: DuckDB) -> pa.Table:
        path = self.path / entry.file
        if path.suffix.lower() == ".parquet":
            names = list(self.columns(entry))
            return _from_arrow(_parquet(path, lambda file: file.read(columns=list(wanted))), names, query, reader)
        return _from_text(path, entry, query, reader)

    def digests(self, names: Iterable[str]) -> dict[str, str]:
        return {name: delimited.digest(self.path / name) for name in names}


@dataclass(frozen=True, slots=True)
class Database:
    """The tables of a DuckDB file."""

    path: Path
    held: Mapping[str, Mapping[str, Raw]]

    @classmethod
    def at(cls, path: Path) -> Database:
        """The database in this file; refuses what is not one, or is open elsewhere for writing."""
        listing = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY table_name"
        names = _queried(path, listing)["table_name"].to_pylist()
        unwritten = path.with_name(f"{path.name}.wal")
        if unwritten.exists():
            remedy = "Open it once with DuckDB, run CHECKPOINT, and close it."
            raise Refused(Problem(path.name, f"has changes that are not in it yet: {unwritten.name} stands beside it.", "", remedy))
        empty = {name: _queried(path, exp.select("*").from_(table(name)).limit(0).sql("duckdb")) for name in names}
        return cls(path, {name: {part.name: _holds(part.type) for part in rows.schema} for name, rows in empty.items()})

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.held)

    @property
    def readable(self) -> None:
        return None

    def columns(self, entry: TableEntry) -> Mapping[str, Raw]:
        return self.held[entry.file]

    def read(self, entry: TableEntry, wanted: Sequence[str], query: Query, reader: DuckDB) -> pa.Table:
        chosen = exp.select(*(quoted(name) for name in wanted)).from_(table(entry.file))
        return _from_arrow(_queried(self.path, chosen.sql("duckdb")), list(self.held[entry.file]), query, reader)

    def digests(self, names: Iterable[str]) -> dict[str, str]:
        return {self.path.name: delimited.digest(self.path)}


@dataclass(frozen=True, slots=True)
class Frames:
    """Tables in memory."""

    held: Mapping[str, pa.Table] = field(repr=False)
    file: Path | None = None  # the workbook that they were read from

    @classmethod
    def of(cls, frames: Mapping[str, pd.DataFrame]) -> Frames:
        """The frames, copied; refuses a frame with two columns of one name."""
        others = [Problem(f"'{name}'", "is no data frame.") for name, frame in frames.items() if not isinstance(frame, pd.DataFrame)]
        others += [
            Problem("records", f"a frame is named by a {type(name).__name__}.", "", "Name it in text.")
            for name in frames
            if not isinstance(name, str)
        ]
        if others:
            raise Refused(*others)
        deep = [name for name, frame in frames.items() if frame.columns.nlevels > 1]
        if deep:
            raise Refused(*(Problem(f"frame '{name}'", "has column names of several levels.", "", "Give each column one name.") for name in deep))
        twice = [name for name, frame in frames.items() if frame.columns.astype(str).duplicated().any()]
        if twice:
            raise Refused(*(Problem(f"frame '{name}'", "has two columns of one name.", "", "Give every column its own.") for name in twice))
        return cls({name: pa.table({str(column): _column(frame[column], name) for column in frame}) for name, frame in frames.items()})

    @classmethod
    def of_workbook(cls, path: Path) -> Frames:
        """The sheets of an XLSX file."""
        return cls(sheets(path), path)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.held)

    @property
    def readable(self) -> None:
        return None

    def columns(self, entry: TableEntry) -> Mapping[str, Raw]:
        return {part.name: _holds(part.type) for part in self.held[entry.file].schema}

    def read(self, entry: TableEntry, wanted: Sequence[str], query: Query, reader: DuckDB) -> pa.Table:
        rows = self.held[entry.file]
        return _from_arrow(rows.select(list(wanted)), rows.column_names, query, reader)

    def digests(self, names: Iterable[str]) -> dict[str, str]:
        if self.file is not None:
            return {self.file.name: delimited.digest(self.file)}
        return {name: _content_digest(self.held[name]) for name in names}


def shelf(place: Path | str | Mapping[str, pd.DataFrame]) -> Shelf:
    """The shelf at a place; refuses what is none of the four kinds."""
    if isinstance(place, Mapping):
        return Frames.of(place)
    path = Path(place)
    if path.is_dir():
        return Folder.at(path)
    if not path.exists():
        raise Refused(Problem(path.name, "is not there.", "", "Name a folder, an XLSX workbook or a DuckDB file."))
    suffix = path.suffix.lower()
    if suffix == ".xlsx":
        return Frames.of_workbook(path)
    if suffix in (".duckdb", ".db"):
        return Database.at(path)
    remedy = "Name the folder that it lies in." if suffix in (*TEXT_FILES, ".parquet") else ""
    raise Refused(Problem(path.name, "is not a place that records are read from.", "That is a folder, an XLSX workbook or a DuckDB file.", remedy))


def _from_text(path: Path, entry: TableEntry, query: Query, reader: DuckDB) -> pa.Table:
    names = delimited.header(path, entry.encoding, entry.delimiter)
    try:
        if delimited.needs_copy(path.resolve(), entry.encoding):
            rows = _from_copy(path, entry, len(names), query)
        else:
            rows = reader.fetch(query(_csv(path.resolve(), len(names), entry.delimiter)))
    except duckdb.Error:  # its message quotes the row
        raise Refused(delimited.explained(path, entry.encoding, entry.delimiter, len(names))) from None
    if delimited.delimiters(path, entry.delimiter) != (len(names) - 1) * (len(rows) + 1):
        problem = delimited.ragged(path, entry.encoding, entry.delimiter, len(names))
        if problem is not None:
            raise Refused(problem)
    return rows


def _from_copy(path: Path, entry: TableEntry, width: int, query: Query) -> pa.Table:
    with tempfile.TemporaryDirectory(prefix="betteroff-") as private:
        copy = delimited.transcoded(path, entry.encoding, Path(private).resolve())
        reader = DuckDB(readable=copy.parent)
        try:
            return reader.fetch(query(_csv(copy, width, entry.delimiter)))
        finally:
            reader.close()


def _csv(path: Path, width: int, delimiter: str) -> exp.Table:
    """The file as a table of text columns c0, c1, ...: nothing is sniffed, nothing is skipped."""
    columns = exp.Struct(expressions=[exp.PropertyEQ(this=literal(f"c{place}"), expression=literal("VARCHAR")) for place in range(width)])
    options = {
        "columns": columns,
        "auto_detect": exp.false(),
        "header": exp.true(),
        "delim": literal(delimiter),
        "quote": literal('"'),
        "escape": literal('"'),
        "null_padding": exp.false(),
        "ignore_errors": exp.false(),
        "strict_mode": exp.true(),
    }
    arguments = [exp.EQ(this=exp.column(name), expression=value) for name, value in options.items()]
    return exp.Table(this=exp.Anonymous(this="READ_CSV", expressions=[literal(str(path)), *arguments]))


def _from_arrow(rows: pa.Table, names: list[str], query: Query, reader: DuckDB) -> pa.Table:
    reader.load("raw", rows.rename_columns([f"c{names.index(name)}" for name in rows.column_names]))
    return reader.fetch(query(exp.to_table("raw")))


def _parquet(path: Path, take: Callable[[pq.ParquetFile], Any]) -> Any:
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            taken = take(file)
            if isinstance(taken, pa.Table):
                taken.validate(full=True)  # text that is no UTF-8
            return taken
    except (pa.ArrowException, OSError, UnicodeError):
        raise Refused(Problem(path.name, "is damaged, or is not a Parquet file.", "", "Export it again.")) from None


def _queried(path: Path, text: str) -> pa.Table:
    """The rows of a query in a database file, opened read-only; it can reach no other file, whatever its views say."""
    jail: dict[str, str | bool | int | float | list[str]] = {
        "enable_external_access": "false",
        "autoinstall_known_extensions": "false",
        "lock_configuration": "true",
    }
    try:
        with duckdb.connect(str(path), read_only=True, config=jail) as connection:
            return connection.execute(text).to_arrow_table()
    except duckdb.Error:
        remedy = "If another programme has it open, close it there first; copy views that read other files into tables."
        raise Refused(Problem(path.name, "could not be read as a DuckDB file.", "", remedy)) from None


def _column(column: pd.Series[Any], frame: str) -> pa.Array:
    try:
        return _array(column)
    except (pa.ArrowException, ValueError, TypeError):  # a letter that is none, an object of no one type
        raise Refused(Problem(f"frame '{frame}', column '{column.name}'", "holds values that are neither text, numbers nor dates.")) from None


def _array(column: pd.Series[Any]) -> pa.Array:
    """A column of a frame as Arrow; what pandas keeps as mixed objects becomes text, except where a decimal stands in it."""
    if column.dtype != object and not isinstance(column.dtype, pd.CategoricalDtype):
        return pa.Array.from_pandas(column)
    inferred = pd.api.types.infer_dtype(column, skipna=True)
    if inferred in ("floating", "mixed-integer-float"):
        return pa.Array.from_pandas(column.astype(float))
    if inferred == "bytes":
        return pa.array(column, pa.binary())
    return pa.array([None if missing else str(value) for value, missing in zip(column, column.isna(), strict=True)], pa.string())


def _content_digest(rows: pa.Table) -> str:
    content = pa.BufferOutputStream()
    pa.csv.write_csv(rows, content)
    return hashlib.sha256(content.getvalue()).hexdigest()


def _holds(kind: pa.DataType) -> Raw:
    """What a column of this Arrow type holds."""
    types = pa.types
    if types.is_dictionary(kind):
        return _holds(kind.value_type)
    if types.is_string(kind) or types.is_large_string(kind) or types.is_string_view(kind) or types.is_null(kind):
        return "text"
    if types.is_integer(kind):
        return "whole"
    if types.is_floating(kind) or types.is_decimal(kind):
        return "number"
    if types.is_boolean(kind):
        return "truth"
    if types.is_date(kind):
        return "day"
    if types.is_timestamp(kind):
        return "moment" if kind.tz is None else "zoned"
    return "other"
