"""What may stand in a profile: counts of eleven people or more, rounded, and medians of as many; smaller ones are merged away first.

Cells are merged with their neighbours until each shows at least eleven people, so that no rest is left from which one could be told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from ..records.days import date_of

if TYPE_CHECKING:
    from ..terms import Array

FEWEST = 11  # people in a cell: the limit of the policy cms_11
SLICES = 20  # of a distribution: each tells its median
BASE = 5  # counts are rounded to multiples of it
LEAST = 15  # the smallest count that is told: 11 to 17
Told = dict[str, Any]


def count(number: int) -> int:
    """A count of eleven or more as it is told; 0 for fewer."""
    return 0 if number < FEWEST else max(LEAST, BASE * round(number / BASE))


def share(part: int, whole: int) -> float:
    """A share to two decimals that gives no small count away: of a part or a rest under eleven, none or all."""
    if part < FEWEST:
        return 0.0
    return 1.0 if whole - part < FEWEST else min(0.99, max(0.01, round(part / whole, 2)))


def people(who: Array) -> int:
    """How many different people there are."""
    return len(np.unique(who))


def cut(labels: Array, who: Array) -> list[Array]:
    """The places of rows in cells of neighbouring labels (n,), each with eleven people at least; none where there are too few in all."""
    order = np.argsort(labels, kind="stable")
    return _merged(np.split(order, np.flatnonzero(np.diff(labels[order])) + 1), who)


def slices(values: Array, who: Array) -> list[Array]:
    """The places of rows in up to twenty slices of as many rows, from small to large, each with eleven people at least."""
    return _merged(np.array_split(np.argsort(values, kind="stable"), SLICES), who)


def _merged(parts: list[Array], who: Array) -> list[Array]:
    """Neighbouring parts, one with the next until each holds eleven people."""
    cells: list[Array] = []
    open_: list[Array] = []
    for part in parts:
        open_.append(part)
        if people(who[np.concatenate(open_)]) >= FEWEST:
            cells.append(np.concatenate(open_))
            open_ = []
    if open_ and cells:
        cells[-1] = np.concatenate([cells[-1], *open_])
    return cells


def sketch(values: Array, who: Array) -> list[Told]:
    """A distribution: up to twenty slices from small to large, each with its rows and its median to two digits."""
    values = np.asarray(values, dtype=float)
    return [{"rows": count(len(cell)), "median": rounded(float(np.median(values[cell])))} for cell in slices(values, who)]


def rounded(value: float) -> float:
    """Two digits of what is 100 or more, whole numbers from 10 on, two decimals below."""
    if abs(value) < 10:
        return round(value, 2)
    return float(f"{value:.2g}") if abs(value) >= 100 else float(round(value))


def months(days: Array, who: Array) -> list[Told]:
    """How many rows each month holds; months with too few people are one with the next."""
    month = np.array([12 * one.year + one.month - 1 for one in map(date_of, np.unique(days).tolist())], dtype=np.int64)
    label = month[np.searchsorted(np.unique(days), days)]
    cells = cut(label, who)
    firsts = [int(label[cell].min()) for cell in cells]
    ends = [*firsts[1:], int(label.max()) + 1] if cells else []
    return [{"from": _month(first), "months": end - first, "rows": count(len(cell))} for first, end, cell in zip(firsts, ends, cells, strict=True)]


def words(values: list[str | None], who: Array) -> Mapping[str, int]:
    """How many rows hold each word; words that fewer than eleven people hold are counted with the commonest, and an empty one is "" ."""
    held = np.array([value or "" for value in values], dtype=object)
    there = {word: np.flatnonzero(held == word) for word in sorted(set(held.tolist()))}
    safe = {word: len(rows) for word, rows in there.items() if people(who[rows]) >= FEWEST}
    if safe:
        safe[max(safe, key=lambda word: safe[word])] += len(held) - sum(safe.values())
    return {word: count(rows) for word, rows in safe.items()}


def first_day(told: Told) -> int:
    """The first day, since 1970, of a cell of months."""
    year, month = map(int, told["from"].split("-"))
    return (date(year, month, 1) - date(1970, 1, 1)).days


def end_day(told: Told) -> int:
    """The first day after a cell of months."""
    year, month = map(int, told["from"].split("-"))
    later = 12 * year + month - 1 + int(told["months"])
    return (date(later // 12, later % 12 + 1, 1) - date(1970, 1, 1)).days


def _month(number: int) -> str:
    return f"{number // 12:04d}-{number % 12 + 1:02d}"
