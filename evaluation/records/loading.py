"""From a place to records: every header checked, every table read with its columns declared, sifted and counted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from ..phrases import counted
from ..terms import Problem, Refused
from .agreements import Agreement
from .collapsing import collapsed
from .connect import Records
from .contract import CONTRACT, OPEN_ENDED, Table
from .counting import ends_of, quality, strays_of
from .coverage import check_coverage, declared_coverage
from .days import FOREVER
from .delimited import digest
from .engine import DuckDB, Engine
from .manifest import Manifest
from .mapping import QUESTION, CountyMapping, read_mapping
from .parts import Part, parts_of
from .shelves import Query, Shelf, shelf
from .sifting import sift
from .sql import Node, c, case, count, named, table, whole
from .suspects import suspects_of
from .values import typed

if TYPE_CHECKING:
    import pandas as pd

ARROW = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}
BESIDE = {"flaw": pa.string(), "stray": pa.string(), "part": pa.int32(), "row_no": pa.int64(), "own_id": pa.bool_()}
MILLIONTHS = 1_000_000


def load(place: Path | str | Mapping[str, pd.DataFrame], mapping: Path | None) -> Records:
    """The records at a place, read by a mapping file if there is one."""
    declared = read_mapping(mapping) if mapping is not None else CountyMapping()
    held = shelf(place)
    parts, unread = parts_of(held, declared)
    staged = _staged(held, parts, declared)
    check_coverage(staged["coverage"], parts, declared)
    sources = tuple(staged["coverage"]["source"].to_pylist())
    tables = tuple(name for name in CONTRACT if len(staged[name]) or name in {part.entry.to for part in parts})
    strays = strays_of(staged)
    notes = (*_open_questions(mapping), *_without_rows(staged, parts), *ends_of(staged), *unread)
    engine: Engine = DuckDB()
    staged = {name: rows.drop_columns(["stray"]) for name, rows in staged.items()}
    tallies, own_ids = sift(engine, staged, tuple(part.entry.file for part in parts))
    inputs = held.digests(dict.fromkeys(part.entry.file for part in parts)) | ({mapping.name: digest(mapping)} if mapping is not None else {})
    manifest = Manifest(inputs, {name: _totals(engine, CONTRACT[name]) for name in tables})
    report = quality(tallies, tables=tables, sources=sources, strays=strays, suspects=suspects_of(engine), notes=(*own_ids, *notes))
    return Records(engine, manifest, report, _agreements(declared))


def _staged(held: Shelf, parts: tuple[Part, ...], declared: CountyMapping) -> dict[str, pa.Table]:
    """Typed rows by canonical table, with the flaws that a row shows by itself."""
    problems: list[Problem] = []
    pieces: dict[str, list[pa.Table]] = {name: [_schema(canonical).empty_table()] for name, canonical in CONTRACT.items()}
    reader = DuckDB(readable=held.readable)
    for number, part in enumerate(parts):
        try:
            rows = held.read(part.entry, part.wanted, _query(part), reader)
        except Refused as refused:
            problems += refused.problems
            continue
        many = len(rows)
        beside = (pa.repeat(pa.scalar(number, pa.int32()), many), pa.array(np.arange(1, many + 1)), pa.repeat(part.entry.ids == "source", many))
        for name, values in zip(("part", "row_no", "own_id"), beside, strict=True):
            rows = rows.append_column(name, values)
        pieces[part.entry.to].append(collapsed(rows.cast(_schema(CONTRACT[part.entry.to])), part.entry, reader))
    reader.close()
    if problems:
        raise Refused(*dict.fromkeys(problems))
    pieces["coverage"].append(declared_coverage(declared, _schema(CONTRACT["coverage"])))
    return {name: pa.concat_tables(pieces[name]) for name in CONTRACT}


def _open_questions(mapping: Path | None) -> Iterator[str]:
    """How many questions of its draft a mapping still holds."""
    if mapping is not None:
        asked = sum(line.startswith(QUESTION) for line in mapping.read_text(encoding="utf-8-sig").splitlines())
        if asked:
            yield f"{mapping.name}: {counted(asked, 'question of its draft is', 'questions of its draft are')} still open: lines with {QUESTION!r}."


def _without_rows(staged: Mapping[str, pa.Table], parts: tuple[Part, ...]) -> Iterator[str]:
    """Tables, and of tables that have rows the files, of which nothing but the names of columns was read."""
    for name, rows in staged.items():
        filled = rows["part"].unique().to_pylist()
        empty = [part.entry.file for number, part in enumerate(parts) if part.entry.to == name and number not in filled]
        yield from (f"{place}: the names of its columns were read, and no row." for place in (empty if len(rows) else [name] * bool(empty)))


def _query(part: Part) -> Query:
    places = {name: place for place, name in enumerate(part.holds)}
    raw = {name: (c(f"c{places[column]}"), part.holds[column]) for name, column in part.entry.columns.items()}
    return lambda source: typed(part.entry, CONTRACT[part.entry.to], raw, source)


def _schema(canonical: Table) -> pa.Schema:
    return pa.schema([*((column.name, ARROW[column.engine_type]) for column in canonical), *BESIDE.items()])


def _totals(engine: Engine, canonical: Table) -> dict[str, int]:
    """Rows, and for each column its filled rows and the sum of its numbers."""
    totals: dict[str, Node] = {"rows": count()}
    for column in canonical:
        value: Node = c(column.name)
        if column.name in OPEN_ENDED:
            value = case((exp.NEQ(this=value, expression=exp.convert(FOREVER)), value.copy()))
        totals[f"{column.name}.filled"] = exp.Count(this=value)
        if column.type == "number":  # doubles add up differently in another order
            value = whole(exp.Round(this=exp.Mul(this=value.copy(), expression=exp.convert(MILLIONTHS))))
        if column.type != "text":
            totals[f"{column.name}.sum"] = exp.Sum(this=value.copy())
    row = engine.fetch(exp.select(*(named(node, name) for name, node in totals.items())).from_(table(canonical.name))).to_pylist()[0]
    return {name: int(value or 0) for name, value in row.items()}


def _agreements(declared: CountyMapping) -> tuple[Agreement, ...]:
    return tuple(Agreement(name, entry.owner, entry.agreement, entry.permits, entry.expires) for name, entry in declared.source.items())
