"""From a zip or a folder of an export to the canonical tables as Parquet files, which `connect` reads without a question."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from sqlglot import exp

from ...phrases import listed
from ...terms import Problem, Refused
from ..contract import CONTRACT, NAME
from ..engine import DuckDB, Engine
from ..mapping import Encoding
from ..sql import c, select, table
from .codes import KINDS
from .reading import Period, period_of, read
from .report import ImportReport, reported
from .stays import PROJECTS, make
from .tables import canonical, nights
from .unpacking import LARGEST, unpacked
from .versions import NAMES

REPORT = ("quality.md", "quality.json")
ARROW = {"text": pa.string(), "day": pa.date32(), "whole": pa.int64(), "number": pa.float64(), "money": pa.float64()}


def convert(
    export: Path,
    folder: Path,
    *,
    source: str = "hmis",
    programmes: Mapping[str, tuple[str, ...]] | None = None,
    encoding: Encoding = "utf-8",
    largest: int = LARGEST,
    threads: int | None = None,
) -> ImportReport:
    """Writes an export's canonical tables and a report into a folder that is there and empty.

    `export` is a zip or a folder; `source` is what coverage calls it; `programmes` gives the enrolments of some projects (by their
    ProjectID) a programme's name of the county's own, beside their kind.  The same export gives the same bytes.  Refuses, with
    counts: another version than FY2024 or FY2026, missing files or columns, mixed exports, dates that are none, no rows.
    """
    asked = dict(programmes or {})
    _named_well(source, asked)
    engine: Engine = DuckDB(threads=threads)
    with unpacked(export, NAMES, largest) as place:
        period = period_of(place, encoding)
        files = read(place, period, engine, encoding)
    _known_projects(engine, asked)
    left_out = make(engine, period)
    nights(engine, period)
    written = _write(engine, period, source, asked, folder)
    if not written["service"]:
        found = "no enrolment of it can be used."
        raise Refused(Problem(export.name, found, "", "Look at what its files hold, or export other years."))
    report = reported(engine, period, files, left_out, written)
    for name, text in zip(REPORT, (f"{report}\n", report.as_json()), strict=True):
        (folder / name).write_text(text, encoding="utf-8", newline="\n")
    return report


def _named_well(source: str, programmes: Mapping[str, tuple[str, ...]]) -> None:
    problems = [
        Problem(f"'{name}'", "is no short name.", "It is of small letters, digits and _, and begins with a letter.")
        for name in (source, *programmes)
        if not NAME.fullmatch(name)
    ]
    problems += [Problem(f"'{name}'", "is a kind of project already.", "", "Choose another name.") for name in programmes if name in KINDS.values()]
    if problems:
        raise Refused(*problems)


def _known_projects(engine: Engine, programmes: Mapping[str, tuple[str, ...]]) -> None:
    held = set(engine.fetch(select(project_id=c("project_id")).from_(table(PROJECTS)))["project_id"].to_pylist())
    problems = []
    for name, projects in programmes.items():
        strange = [project for project in projects if project not in held]
        if strange:
            problems.append(Problem(f"programme {name}", f"Project.csv has no project {listed(strange)}.", f"It has {listed(sorted(held))}."))
    if problems:
        raise Refused(*problems)


def _write(engine: Engine, period: Period, source: str, programmes: Mapping[str, tuple[str, ...]], folder: Path) -> dict[str, int]:
    """A Parquet file for each canonical table that has rows, sorted by all its columns; how many rows each has."""
    written = {}
    for name, query in canonical(period, source, programmes).items():
        columns = [column for column in CONTRACT[name] if column.name in query.named_selects or name in ("spell", "event", "service")]
        columns = [column for column in columns if column.name != "recorded"]
        order = [exp.Ordered(this=c(column.name), nulls_first=False) for column in columns]
        chosen = exp.select(*(c(column.name) for column in columns)).from_(table(query, "made")).order_by(*order)
        rows = engine.fetch(chosen)
        schema = pa.schema([(column.name, ARROW[column.type]) for column in columns])
        arrays = [
            rows[each.name].cast(pa.int32()).cast(each.type) if each.type == pa.date32() else rows[each.name].cast(each.type) for each in schema
        ]
        pq.write_table(pa.table(arrays, schema=schema), folder / f"{name}.parquet", compression="zstd")
        written[name] = len(rows)
    return written
