"""Opens a county's records: files are checked, read with every column declared, sifted, counted, and only then used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from .agreements import Agreement
    from .engine import Engine
    from .manifest import Manifest
    from .quality import Quality

MAPPING = "records.toml"  # what a folder may hold beside its tables


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """What a county holds: the canonical tables on an engine, and what is known about them."""

    engine: Engine
    manifest: Manifest
    quality: Quality
    agreements: tuple[Agreement, ...]

    def set_aside(self) -> pd.DataFrame:
        """Where the rows that were set aside stand: table, file, row (1 is the first below the names), source, reason; no value of a row."""
        from sqlglot import exp

        from .quality import in_words
        from .sifting import LISTED, SET_ASIDE
        from .sql import c, table

        rows = self.engine.fetch(exp.select(*LISTED).from_(table(SET_ASIDE)).order_by(*map(c, LISTED))).to_pandas()
        return rows.assign(reason=[in_words(reason) for reason in rows["reason"]]).rename(columns={"table_name": "table", "row_no": "row"})

    def suspects(self) -> pd.DataFrame:
        """Where the rows stand that may be wrong: table, file, row (1 is the first below the names), source, suspicion, column; no value of a row."""
        from sqlglot import exp

        from .sql import c, table
        from .suspects import LISTED, SUSPECTS

        rows = self.engine.fetch(exp.select(*LISTED).from_(table(SUSPECTS)).order_by(*map(c, LISTED))).to_pandas()
        parts = [suspicion.partition(":") for suspicion in rows["suspicion"]]
        rows = rows.assign(suspicion=[first for first, _, _ in parts], column=[last for _, _, last in parts])
        return rows.rename(columns={"table_name": "table", "row_no": "row"})


def connect(place: Path | str | Mapping[str, pd.DataFrame], *, mapping: Path | str | None = None) -> Records:
    """The records in a folder of CSV or Parquet files, an XLSX workbook, a DuckDB file, or data frames by name.

    A folder's own `records.toml` is its mapping unless another is named.  Refuses files that are damaged or miss a column,
    all problems at once; sets rows aside that break the contract, and counts them in `quality`.
    """
    from ..terms import Problem, Refused
    from .loading import load

    handed: object = place
    if not isinstance(handed, (str, Path, Mapping)):
        right = 'Name a folder, a workbook or a database, or give frames by name: {"person": people, "event": events}.'
        raise Refused(Problem("records", f"are not read from a {type(handed).__name__}.", right))
    if handed == "":
        raise Refused(Problem("records", "no place is named.", "", "Name a folder, a workbook or a database."))
    try:
        return load(place, _mapping_at(place, mapping if mapping is None else Path(mapping)))
    except OSError as error:
        where = Path(str(error.filename)).name if error.filename else "records"
        raise Refused(Problem(where, f"could not be read: {error.strerror or 'the system gave no reason'}.")) from None


def check(records: Records) -> Quality:
    """What is wrong with the records, and how well they are linked."""
    return records.quality


def _mapping_at(place: Path | str | Mapping[str, pd.DataFrame], mapping: Path | None) -> Path | None:
    if mapping is not None or isinstance(place, Mapping):
        return mapping
    own = Path(place) / MAPPING
    return own if own.is_file() else None
