"""Opens a county's records: files are checked, read with every column declared, sifted, counted, and only then used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from evaluation.records.agreements import Agreement
    from evaluation.records.engine import Engine
    from evaluation.records.manifest import Manifest
    from evaluation.records.quality import Quality

MAPPING = "records.toml"  # what a folder may hold beside its tables


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """What a county holds: the canonical tables on an engine, and what is known about them."""

    engine: Engine
    manifest: Manifest
    quality: Quality
    agreements: tuple[Agreement, ...]


def connect(place: Path | str | Mapping[str, pd.DataFrame], *, mapping: Path | None = None) -> Records:
    """The records in a folder of CSV or Parquet files, an XLSX workbook, a DuckDB file, or data frames by name.

    A folder's own `records.toml` is its mapping unless another is named.  Refuses files that are damaged or miss a column,
    all problems at once; sets rows aside that break the contract, and counts them in `quality`.
    """
    from evaluation.records.loading import load
    from evaluation.terms import Problem, Refused

    handed: object = place
    if not isinstance(handed, (str, Path, Mapping)):
        right = 'Name a folder, a workbook or a database, or give frames by name: {"person": people, "event": events}.'
        raise Refused(Problem("records", f"are not read from a {type(handed).__name__}.", right))
    try:
        return load(place, _mapping_at(place, mapping))
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
