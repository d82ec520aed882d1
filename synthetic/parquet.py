"""Rows that come in pieces of any size, as Parquet files that do not show it, and the digest of what the rows say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from evaluation.records.contract import CONTRACT
from evaluation.terms import Problem, Refused
from synthetic.filled import decimals, schema

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

GROUP = 131_072  # rows of a row group, and of a block of the digest; the last one has what is left
MISSING_WHOLE = np.iinfo(np.int64).min
PLAIN = {  # how values of a type go into the digest, and what stands for a missing one
    pa.date32(): (pa.int32(), np.iinfo(np.int32).min),
    pa.int64(): (pa.int64(), MISSING_WHOLE),
    pa.bool_(): (pa.int8(), -1),
    pa.float64(): (pa.float64(), np.nan),
}
DIGEST = (
    f"The digest of a table is the sha256 of its shape (the file's name and, a line each, 'column type'), then of its rows in blocks of {GROUP:,}, "
    "column by column within a block: of text the lengths in bytes as int32 (-1 where it is missing) and then all the bytes in UTF-8; of dates the "
    "days since 1970-01-01 as int32; of dollars the cents as int64; whole numbers as int64; other numbers as float64; true and false as int8; all "
    "little-endian, and the smallest number of the type (not a number, of float64) where a value is missing. 'content' is the sha256 of a line "
    "for each table in alphabetical order: 'file rows digest'."
)


class Table:
    """A Parquet file that is written piece by piece: row groups and pages are those of one piece, however many there were.

    Pages carry checksums.  `rows` counts what was added; `digest` is of what was written, once it is closed.
    """

    def __init__(self, path: Path, shape: pa.Schema):
        self.rows = 0
        self._waiting: list[pa.Table] = []
        self._many = 0
        self._content = _Content(path.stem, shape)
        self._shape = shape
        self._file = opened(path)
        self._writer = pq.ParquetWriter(self._file, shape, compression="zstd", write_page_checksum=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if kind is None:
                self._write(0)
                self._writer.close()
            self._writer.is_open = False  # a file that broke off gets no end: it is thrown away
        finally:
            self._file.close()

    def add(self, piece: pa.Table) -> None:
        """These rows after all others."""
        self.rows += len(piece)
        self._waiting.append(piece)
        self._many += len(piece)
        if self._many >= GROUP:
            self._write(self._many % GROUP)

    @property
    def digest(self) -> str:
        """The sha256 of the rows, as `DIGEST` says."""
        return self._content.digest

    def _write(self, left: int) -> None:
        """Writes all rows that wait, but so many."""
        if self._many == left:
            return
        waiting = pa.concat_tables(self._waiting)
        ready = waiting.slice(0, self._many - left)
        self._waiting, self._many = [waiting.slice(len(ready))], left
        for first in range(0, len(ready), GROUP):
            group = ready.slice(first, GROUP).combine_chunks()  # pages end where pieces do
            self._writer.write_table(group, row_group_size=GROUP)
            self._content.add(group)


def opened(path: Path) -> BinaryIO:
    """A new file to write to."""
    return path.open("xb")


def content(tables: Mapping[str, tuple[int, str]]) -> str:
    """The digest of a county, given the rows and the digest of each of its files."""
    lines = (f"{name} {rows} {digest}\n" for name, (rows, digest) in sorted(tables.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def read(path: Path) -> tuple[int, str]:
    """The rows of a file and their digest, whoever wrote it and in whatever row groups; refuses a page whose checksum is wrong."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            rows, digest = 0, _Content(path.stem, file.schema_arrow)
            for block in _blocks(file.iter_batches(GROUP)):
                rows += len(block)
                digest.add(block)
            return rows, digest.digest
    except (pa.ArrowException, OSError):
        raise Refused(Problem(path.name, "is damaged, or is not a Parquet file.", "", "Make the county again.")) from None


def of_frame(name: str, frame: pd.DataFrame) -> pa.Table:
    """A canonical table of pandas in the shape in which it is written; what the contract cannot hold is missing."""
    shape = schema(CONTRACT[name])
    columns = [_of_series(frame[part.name], part.type) if part.name in frame else pa.nulls(len(frame), part.type) for part in shape]
    return pa.Table.from_arrays(columns, schema=shape)


def _of_series(column: pd.Series[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_decimal(kind):
        missing = column.isna().to_numpy()
        cents = np.round(100 * np.where(missing, 0, column.to_numpy(float))).astype(np.int64)
        return pc.if_else(pa.array(missing), pa.scalar(None, kind), decimals(cents))
    if pa.types.is_date(kind):
        return pa.array(column.to_numpy().astype("datetime64[D]"), kind)
    return pa.Array.from_pandas(column, type=kind)


def _blocks(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """The same rows in blocks of the digest's size."""
    waiting: list[pa.RecordBatch] = []
    for batch in batches:
        waiting.append(batch)
        if sum(map(len, waiting)) >= GROUP:
            whole = pa.Table.from_batches(waiting)
            yield whole.slice(0, GROUP).combine_chunks()
            waiting = whole.slice(GROUP).to_batches()
    if waiting:
        yield pa.Table.from_batches(waiting).combine_chunks()


class _Content:
    """What rows say, block by block: nothing of how a file holds them."""

    def __init__(self, name: str, shape: pa.Schema):
        lines = [name, *(f"{part.name} {part.type}" for part in shape)]
        self._whole = hashlib.sha256("".join(f"{line}\n" for line in lines).encode())

    @property
    def digest(self) -> str:
        return self._whole.hexdigest()

    def add(self, block: pa.Table) -> None:
        for column in block.columns:
            for part in _bytes_of(pa.concat_arrays(column.chunks) if column.num_chunks != 1 else column.chunk(0)):
                self._whole.update(part.tobytes())


def _bytes_of(values: pa.Array) -> Iterator[Array]:
    """The bytes that stand for the values of one column in one block."""
    missing = values.is_null().to_numpy(zero_copy_only=False) if values.null_count else None
    kind = values.type
    if pa.types.is_string(kind):
        filled = values if missing is None else values.fill_null("")
        ends = np.frombuffer(filled.buffers()[1], np.int32)[filled.offset : filled.offset + len(filled) + 1]
        lengths = np.diff(ends)
        yield lengths if missing is None else np.where(missing, np.int32(-1), lengths)
        letters = filled.buffers()[2]
        if letters is not None:
            yield np.frombuffer(letters, np.uint8)[ends[0] : ends[-1]]
    elif pa.types.is_decimal(kind):
        halves = np.frombuffer(values.buffers()[1], np.int64).reshape(-1, 2)[values.offset : values.offset + len(values), 0]
        yield np.asarray(halves if missing is None else np.where(missing, MISSING_WHOLE, halves))
    else:
        held, nothing = PLAIN[kind]
        yield values.cast(held).fill_null(nothing).to_numpy(zero_copy_only=False)
