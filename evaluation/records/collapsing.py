"""Rows of one file that are one happening: a booking with five charges stands in five rows, and is one booking.

Of rows alike in all that is read but their kind, the one whose kind stands first in the mapping's `collapse` is kept.  The others
are set aside and counted: no row is gone unseen.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from sqlglot import exp

from .contract import CONTRACT, Table
from .engine import DuckDB, drop
from .mapping import TableEntry
from .sql import Node, c, case, literal, over, table

FLAW = "collapsed:"


def collapsed(rows: pa.Table, entry: TableEntry, reader: DuckDB) -> pa.Table:
    """The typed rows of one file, in their order, with the flaw of those that stand beside one of a kind named earlier."""
    if not entry.collapse:
        return rows
    reader.load("staged_rows", rows)
    flagged = reader.fetch(_flagged(CONTRACT[entry.to], rows.column_names, entry.collapse))
    drop(reader, "staged_rows")
    return flagged.cast(rows.schema)


def _flagged(canonical: Table, columns: Sequence[str], ranks: Sequence[str]) -> exp.Select:
    rank = case(*((c("kind").eq(literal(kind)), exp.convert(place)) for place, kind in enumerate(ranks)), otherwise=len(ranks))
    alike = [c(name) for name in (*canonical.names, "flaw") if name != "kind"]
    place = over(exp.RowNumber(), alike, [rank, c("row_no")])
    ranked = exp.select("*", exp.alias_(place, "place")).from_(table("staged_rows"))
    beside = exp.and_(exp.Is(this=c("flaw"), expression=exp.null()), exp.GT(this=c("place"), expression=exp.convert(1)))
    flaw = case((beside, FLAW), otherwise=c("flaw"))
    kept: list[Node] = [exp.alias_(flaw, "flaw") if name == "flaw" else c(name) for name in columns]
    return exp.select(*kept).from_(table(ranked, "ranked")).order_by(c("row_no"))
