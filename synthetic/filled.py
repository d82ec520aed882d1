"""A canonical table being filled: one list of columns, shown as a pandas frame or as Arrow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from evaluation.records.contract import CONTRACT, Table, Type

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

DIGITS = 7  # of an id, at least: P0000012; people past the ten millionth have more
NOTHING = -1  # in place of a word
MONEY = pa.decimal128(18, 2)
ARROW: Mapping[Type, pa.DataType] = {"text": pa.string(), "day": pa.date32(), "money": MONEY, "whole": pa.int64(), "number": pa.float64()}


class Words:
    """The words of a column, which rows name by their places; as Arrow, and as what pandas keeps."""

    def __init__(self, words: Sequence[str] | pa.Array):
        self.arrow = words if isinstance(words, pa.Array) else pa.array(words, pa.string())

    @cached_property
    def objects(self) -> Array:
        """The words as Python text, and after them None, which the place NOTHING so names."""
        return np.append(self.arrow.to_numpy(zero_copy_only=False).astype(object), [None])


def ids(letter: str, numbers: Array) -> pa.Array:
    """Ids of a letter and digits, made without a loop: P0000012, and P12345678 where a number needs more digits."""
    digits = max(DIGITS, len(str(int(numbers.max(initial=0)))))
    shown = np.empty((len(numbers), 1 + digits), np.uint8)
    shown[:, 0] = ord(letter)
    rest = numbers.astype(np.int64)
    for place in range(digits, 0, -1):
        rest, digit = np.divmod(rest, 10)
        shown[:, place] = digit + ord("0")
    kept = np.ones(shown.shape, bool)
    for place in range(1, digits + 1 - DIGITS):
        kept[:, place] = numbers >= 10 ** (digits - place)
    ends = np.concatenate([[0], np.cumsum(kept.sum(axis=1))]).astype(np.int32)
    letters = shown if digits == DIGITS else shown[kept]
    return pa.StringArray.from_buffers(len(numbers), pa.py_buffer(ends), pa.py_buffer(np.ascontiguousarray(letters)))


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column of a table; (m,) values: places in `words`, days, cents or numbers."""

    holds: Literal["word", "day", "cents", "number"]
    values: Array
    words: Words | None = None
    missing: Array | None = None  # bool; of words, the place NOTHING says so

    def shown(self) -> Array:
        """The column as a frame holds it: text, dates, dollars, numbers."""
        if self.words is not None:
            return np.asarray(self.words.objects[self.values])
        if self.holds == "day":
            dates = self.values.astype("datetime64[D]")
            return (dates if self.missing is None else np.where(self.missing, np.datetime64("NaT"), dates)).astype("datetime64[s]")
        values = self.values / 100 if self.holds == "cents" else self.values
        return values if self.missing is None or not self.missing.any() else np.where(self.missing, np.nan, values)

    def arrow(self, type: pa.DataType) -> pa.Array:
        """The column as a Parquet file holds it: text, dates, decimals, numbers."""
        if self.words is not None:
            return pc.take(self.words.arrow, pa.array(self.values, pa.int32(), mask=self.values == NOTHING))
        if self.holds == "cents":
            assert self.missing is None, "an amount is never missing"
            return decimals(self.values)
        return pa.array(self.values, pa.int32() if self.holds == "day" else type, mask=self.missing).cast(type)


def decimals(cents: Array) -> pa.Array:
    """Whole cents as dollars with two places, without rounding."""
    whole = cents.astype(np.int64)
    halves = np.stack([whole, whole >> 63], axis=1)  # the lower and the upper half of 128 bits, with its sign
    return pa.Decimal128Array.from_buffers(MONEY, len(whole), [None, pa.py_buffer(halves)])


@dataclass(frozen=True, slots=True, eq=False)
class Filled:
    """A canonical table with its rows in order; columns that nothing filled are not there."""

    name: str
    columns: Mapping[str, Column]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())).values)

    def frame(self) -> pd.DataFrame:
        """The table as pandas keeps it: days as dates, money in dollars; the columns that were filled."""
        return pd.DataFrame({name: column.shown() for name, column in self.columns.items()})

    def tally(self) -> dict[tuple[str, str, str], int]:
        """How many rows there are of each kind from each source, by table, kind and source; none of a table without kinds."""
        kind, source = (self.columns.get(name or "") for name in (CONTRACT[self.name].kind, "source"))
        if kind is None or source is None or kind.words is None or source.words is None:
            return {}
        both, rows = np.unique(kind.values * len(source.words.arrow) + source.values, return_counts=True)
        kinds, sources = kind.words.arrow.to_pylist(), source.words.arrow.to_pylist()
        pairs = [divmod(int(each), len(sources)) for each in both]
        return {(self.name, kinds[one], sources[other]): int(many) for (one, other), many in zip(pairs, rows, strict=True)}

    def arrow(self) -> pa.Table:
        """The table as Arrow, with every column of the contract, in its order: so that its shape depends on no row."""
        canonical = CONTRACT[self.name]
        assert set(self.columns) <= set(canonical.names), f"{self.name} has no such columns"
        shape = schema(canonical)
        whole = [self.columns[part.name].arrow(part.type) if part.name in self.columns else pa.nulls(len(self), part.type) for part in shape]
        return pa.Table.from_arrays(whole, schema=shape)


def schema(canonical: Table) -> pa.Schema:
    """The columns of a canonical table with the types in which Parquet holds them."""
    return pa.schema([(column.name, ARROW[column.type]) for column in canonical])
