"""What each source covers, from the mapping or a table, checked before anything is counted inside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from ..phrases import counted, listed, nearest
from ..terms import Problem, Refused
from .contract import CONTRACT
from .days import day_of
from .mapping import CountyMapping
from .parts import Part
from .quality import in_words


def declared_coverage(declared: CountyMapping, schema: pa.Schema) -> pa.Table:
    """The coverage that the mapping's sources declare, as staged rows."""
    rows: list[dict[str, Any]] = [
        {"source": name, "first": day_of(entry.first), "last": day_of(entry.last), "lag_days": entry.lag_days, "grain": entry.grain, "part": -1}
        for name, entry in declared.source.items()
        if entry.first is not None and entry.last is not None
    ]
    return pa.Table.from_pylist([{**row, "row_no": number, "own_id": False} for number, row in enumerate(rows, start=1)], schema)


def check_coverage(coverage: pa.Table, parts: tuple[Part, ...], declared: CountyMapping) -> None:
    """Refuses coverage that is faulty, stands twice, or is missing; a row of it is never set aside."""
    sources = [word for word in coverage["source"].to_pylist() if word is not None]
    problems = [*_faulty(coverage), *_twice(sources), *_undeclared(sources, parts, declared)]
    if problems:
        raise Refused(*problems)


def _faulty(coverage: pa.Table) -> Iterator[Problem]:
    for row in coverage.group_by("flaw").aggregate([([], "count_all")]).sort_by("flaw").to_pylist():
        if row["flaw"] is not None:
            yield Problem("coverage", f"{counted(row['count_all'], 'row')}: {in_words(row['flaw'])}.", "", "Mend it: every count rests on it.")


def _twice(sources: list[str]) -> Iterator[Problem]:
    twice = sorted({source for source in sources if sources.count(source) > 1})
    if twice:
        yield Problem("coverage", f"{listed(twice)} stands more than once.", "", "Declare each source once: in the mapping or in the table.")


def _undeclared(sources: list[str], parts: tuple[Part, ...], declared: CountyMapping) -> Iterator[Problem]:
    sourced = [part for part in parts if CONTRACT[part.entry.to].sourced]
    remedy = "Add coverage.csv, or [source.<name>] to records.toml, with first, last, lag_days and grain."
    if sourced and not sources:
        right = "Outside what a source covers, nothing seen does not mean that nothing happened."
        yield Problem("coverage", f"no source says what it covers, and {counted(len(sourced), 'file')} hold rows of sources.", right, remedy)
        return
    for name in declared.source:
        if name not in sources:
            yield Problem(f"[source.{name}]", "does not say what it covers.", "It needs first, last, lag_days and grain, or a row in coverage.csv.")
    for part in sourced:
        source = part.entry.set.get("source")
        if source is not None and source not in sources:
            found = f"set.source is '{source}', which no coverage declares."
            yield Problem(part.entry.file, found, f"Declared: {listed(sources)}.", nearest(str(source), sources))
