"""From a place to records: every header checked, every table read with its columns declared, sifted and counted."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from evaluation.records.agreements import Agreement
from evaluation.records.connect import Records
from evaluation.records.contract import CONTRACT, OPEN_ENDED, Table
from evaluation.records.counting import quality, strays_of
from evaluation.records.coverage import check_coverage, declared_coverage
from evaluation.records.days import FOREVER
from evaluation.records.delimited import digest
from evaluation.records.engine import DuckDB, Engine
from evaluation.records.manifest import Manifest
from evaluation.records.mapping import CountyMapping, read_mapping
from evaluation.records.parts import Part, parts_of
from evaluation.records.shelves import Query, Shelf, shelf
from evaluation.records.sifting import sift
from evaluation.records.sql import Node, c, case, count, named, table, whole
from evaluation.records.values import typed
from evaluation.terms import Problem, Refused

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
    engine: Engine = DuckDB()
    staged = {name: rows.drop_columns(["stray"]) for name, rows in staged.items()}
    tallies = sift(engine, staged, tuple(part.entry.file for part in parts))
    inputs = held.digests(dict.fromkeys(part.entry.file for part in parts)) | ({mapping.name: digest(mapping)} if mapping is not None else {})
    manifest = Manifest(inputs, {name: _totals(engine, CONTRACT[name]) for name in tables})
    report = quality(tallies, tables=tables, sources=sources, strays=strays, unread=unread)
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
        pieces[part.entry.to].append(rows.cast(_schema(CONTRACT[part.entry.to])))
    reader.close()
    if problems:
        raise Refused(*dict.fromkeys(problems))
    pieces["coverage"].append(declared_coverage(declared, _schema(CONTRACT["coverage"])))
    return {name: pa.concat_tables(pieces[name]) for name in CONTRACT}


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
