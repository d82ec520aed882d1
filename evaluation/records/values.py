"""How raw columns become canonical ones: a query that converts every value and names the first thing wrong with each row.

It runs where files are read, in an embedded DuckDB, whatever engine holds the records afterwards.  A value that cannot be
understood becomes NULL and its row gets a `flaw`, "reason:column"; nothing is guessed and nothing is dropped.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlglot import exp

from .contract import OPEN_ENDED, Column, Table
from .days import FOREVER, day_of
from .mapping import TableEntry, parsed_open
from .sql import Node, c, case, given, known, later, literal, minus, named, table

Raw = Literal["text", "whole", "number", "truth", "day", "moment", "zoned", "other"]  # what a file's column holds

FITS: dict[str, tuple[Raw, ...]] = {  # what a canonical column may be read from
    "text": ("text", "whole", "truth"),
    "day": ("text", "day", "moment"),
    "money": ("text", "whole", "number"),
    "whole": ("text", "whole", "number"),
    "number": ("text", "whole", "number"),
}
EARLIEST, LATEST = day_of(date(1900, 1, 1)), day_of(date(2200, 12, 31))  # days outside are slips of a key, or stand for "none"
LARGEST = 5 * 10**11  # sums of 64 bits stay exact, and a day and a value fit into one of them
CENT = 1e-3  # how far dollars held as binary fractions may lie from a whole cent, in cents

ISO = "[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9]{2}:[0-9]{2}(:[0-9]{2}([.][0-9]+)?)?)?"  # a time of day is dropped; a time with a zone is refused
MONEY = "-?[0-9]{1,12}([.][0-9]{1,2})?"
WHOLE = "-?[0-9]{1,12}([.]0+)?"  # spreadsheets write 3 as 3.0 once a cell of the column is empty
NUMBER = "[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?"
NO_END = "9999"
DAMAGE = "[\\x00-\\x1f\\x7f]"  # a line end inside a word is a file read wrongly


@dataclass(frozen=True, slots=True)
class Reading:
    """How one canonical column is read, and what makes its row a flawed one."""

    column: Column
    value: Node  # over raw columns; NULL where there is none
    flaws: tuple[tuple[str, Node], ...] = ()  # (reason, condition over raw columns and values)


def typed(entry: TableEntry, canonical: Table, raw: Mapping[str, tuple[Node, Raw]], source: exp.Table) -> exp.Select:
    """The query: the canonical columns in the engine's types, then `flaw`, then `stray`: the code or the end that nothing declares.

    `raw` gives, for each canonical column that the file fills, the file's column and what it holds.
    """
    readings = [_reading(column, entry, raw[column.name][1] if column.name in raw else None) for column in canonical]
    filled = exp.select(*(named(_filled(*raw[name]), f"raw_{name}") for name in raw)).from_(source)
    read = exp.select(*(c(f"raw_{name}") for name in raw), *(named(each.value, each.column.name) for each in readings))
    flaws: list[tuple[Node, str]] = (
        [(exp.Is(this=c(f"raw_{canonical.day}"), expression=exp.null()), f"not yet:{canonical.day}")] if entry.not_yet else []
    )
    flaws += [(condition, f"{reason}:{each.column.name}") for each in readings for reason, condition in each.flaws]
    flaws += [(condition, f"ends first:{name}") for name, condition in _out_of_order(canonical, entry)]
    strays = [stray for each in readings for stray in _strays(each)]
    return exp.select(
        *(named(_kept(column, entry), column.name) for column in canonical),
        named(case(*flaws) if flaws else exp.cast(exp.null(), "TEXT"), "flaw"),
        named(case(*strays) if strays else exp.cast(exp.null(), "TEXT"), "stray"),
    ).from_(table(read.from_(table(filled, "filled")), "read"))


def _strays(reading: Reading) -> Iterator[tuple[Node, Node]]:
    """When a raw value is kept beside its row: a code that no map knows, or an end in the year 9999, which may mean none."""
    raw = exp.cast(c(f"raw_{reading.column.name}"), "TEXT")
    for reason, condition in reading.flaws:
        if reason == "unknown code":
            yield condition.copy(), raw
        elif reason == "bad date" and reading.column.name in OPEN_ENDED:
            yield exp.and_(condition.copy(), _matches("REGEXP_MATCHES", raw.copy(), NO_END)), raw


def _filled(column: Node, holds: Raw) -> Node:
    """A raw value; of text, without the spaces around it, and NULL when nothing is left."""
    if holds == "moment":
        return exp.cast(column, "DATE")
    if holds == "text":
        return exp.Nullif(this=exp.Trim(this=exp.cast(column, "TEXT")), expression=literal(""))
    return column


def _reading(column: Column, entry: TableEntry, holds: Raw | None) -> Reading:
    if holds is None:
        return Reading(column, exp.cast(_constant(column, entry), column.engine_type))
    raw, value = c(f"raw_{column.name}"), c(column.name)
    there = known(raw)
    flaws: list[tuple[str, Node]] = [("missing", exp.Is(this=raw, expression=exp.null()))] if column.required else []
    if column.type == "text":
        words = entry.codes.get(column.name) or {word: word for word in column.codes}
        text = exp.Anonymous(this="NFC_NORMALIZE", expressions=[exp.cast(raw, "TEXT")])  # one way to write an accented letter
        flaws.append(("damaged text", _matches("REGEXP_MATCHES", text, DAMAGE)))
        if not words:
            return Reading(column, text, tuple(flaws))
        flaws.append(("unknown code", exp.and_(there, exp.Is(this=value, expression=exp.null()))))
        mapped = case(*((exp.EQ(this=text, expression=literal(_composed(code))), _composed(meant)) for code, meant in sorted(words.items())))
        return Reading(column, mapped, tuple(flaws))
    if column.type == "day":
        day, is_open = _day(raw, entry, holds), _is_open(raw, entry, holds) if not column.required else None
        if is_open is not None:
            day, there = case((exp.not_(is_open), day)), exp.and_(there, exp.not_(is_open.copy()))
        return Reading(column, day, (*flaws, ("bad date", exp.and_(there, _outside(value, EARLIEST, LATEST)))))
    low, high = column.between or (-LARGEST, LARGEST)
    return Reading(column, _amount(raw, column, holds), (*flaws, ("bad number", exp.and_(there, _outside(value, low, high)))))


def _constant(column: Column, entry: TableEntry) -> Node:
    value = entry.set.get(column.name)
    if isinstance(value, date):
        return exp.convert(day_of(value))
    if isinstance(value, int) and column.type == "money":
        return exp.convert(100 * value)
    return exp.convert(_composed(value) if isinstance(value, str) else value)


def _composed(word: str) -> str:
    return unicodedata.normalize("NFC", word)


def _day(raw: Node, entry: TableEntry, holds: Raw) -> Node:
    """Days since 1970-01-01; NULL for what is no date in the declared form."""
    when: Node = raw
    if holds == "text" and entry.date_format is None:
        start = exp.Substring(this=raw, start=exp.Literal.number(1), length=exp.Literal.number(10))
        when = case((_matches("REGEXP_FULL_MATCH", raw, ISO), exp.TryCast(this=start, to=exp.DataType.build("DATE"))))
    elif holds == "text":
        moment = exp.Anonymous(this="TRY_STRPTIME", expressions=[raw, literal(entry.date_format or "")])
        when = exp.cast(moment, "DATE")
    return exp.cast(minus(exp.cast(when, "DATE"), exp.cast(literal("1970-01-01"), "DATE")), "INTEGER")


def _is_open(raw: Node, entry: TableEntry, holds: Raw) -> Node | None:
    """Whether the file writes here that an end has not come; None when it has no such mark."""
    end = parsed_open(entry)
    if end is None:
        return None
    mark = literal(entry.open or "") if holds == "text" else exp.cast(literal(end.isoformat()), "DATE")
    return given(exp.EQ(this=raw, expression=mark), False)


def _amount(raw: Node, column: Column, holds: Raw) -> Node:
    """Whole cents, a whole number, or a number; NULL for what is not one exactly."""
    if column.type == "number":
        number = exp.TryCast(this=raw, to=exp.DataType.build("DOUBLE"))
        return case((_matches("REGEXP_FULL_MATCH", raw, NUMBER), number)) if holds == "text" else number
    unit = 100 if column.type == "money" else 1
    if holds == "text":
        exact = exp.TryCast(this=raw, to=exp.DataType.build("DECIMAL(18, 2)"))
        scaled = exp.cast(exp.Mul(this=exact, expression=exp.convert(unit)), "BIGINT")
        return case((_matches("REGEXP_FULL_MATCH", raw, MONEY if column.type == "money" else WHOLE), scaled))
    scaled = exp.Mul(this=exp.cast(raw, "DOUBLE"), expression=exp.convert(unit))
    near = exp.LTE(this=exp.Abs(this=minus(scaled, exp.Round(this=scaled))), expression=exp.convert(CENT if unit == 100 else 0))
    return case((near, exp.TryCast(this=exp.Round(this=scaled), to=exp.DataType.build("BIGINT"))))


def _out_of_order(canonical: Table, entry: TableEntry) -> Iterator[tuple[str, Node]]:
    """Ends that come before their beginning, in the file's own terms."""
    first = {"stop": "start", "last": "first", "death": "birth", "moved": "birth"}
    for name in canonical.names:
        if name in first and first[name] in canonical:
            yield name, exp.LT(this=c(name), expression=c(first[name]))


def _kept(column: Column, entry: TableEntry) -> Node:
    value: Node = c(column.name)
    if column.name == "stop" and entry.inclusive_end:
        value = later(value, 1)
    return exp.cast(given(value, FOREVER), "INTEGER") if column.name in OPEN_ENDED else value


def _outside(value: Node, low: int, high: int) -> Node:
    """Whether a value is missing or lies outside [low, high]."""
    inside = exp.Between(this=value, low=exp.convert(low), high=exp.convert(high))
    return exp.not_(given(inside, False))


def _matches(function: str, text: Node, pattern: str) -> Node:
    return exp.Anonymous(this=function, expressions=[text, literal(pattern)])
