"""The periods of a frame's rows: whole numbers or dates, cut as its analyst says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ..phrases import counted
from ..records.calendar_periods import MONTHS, labels, months_on
from ..records.days import day_of
from ..terms import NEVER, Calendar, Problem

if TYPE_CHECKING:
    from ..terms import Array

_OF_DTYPES: dict[str, Calendar | int] = {"Y": "year", "A": "year", "Q": "quarter", "M": "month", "W": 7, "D": 1}  # first letters of pandas' words
_YEARS = range(1, 9999)  # whole numbers that may be years of the calendar; others are counted on from 1970


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """T periods, one after the other without a gap, and the place of each row among them."""

    place: Array  # (rows,) int: from 0
    edges: Array  # (T + 1,) int: days
    labels: tuple[str, ...]
    first: int  # the number of the first period, in the frame's own numbers or counted from 1970
    step: int  # how far apart the frame's own numbers lie
    each: Calendar | int
    dated: bool

    @property
    def many(self) -> int:
        """T."""
        return len(self.edges) - 1

    def after_the_first(self, day: pd.Timestamp) -> int:
        """How many periods after the first the one lies that holds a date; below 0 before it."""
        return int(_numbers_of_dates(pd.Series([day]), self.each)[0]) - self.first

    def placed(self, column: pd.Series) -> Array:
        """(n,) the period of each value: 0 for one before the first, NEVER for one after the last, for none and for one that stands for never."""
        if self.dated:
            known = column.notna().to_numpy()
            number = np.where(known, _numbers_of_dates(column.where(known, pd.Timestamp(0)), self.each), 0).astype(float)
        else:
            number = np.asarray(column.to_numpy(dtype=float, na_value=np.nan))
            known = np.isfinite(number) & ~((number == 0) & (self.first > 0))
        with np.errstate(invalid="ignore"):
            place = np.ceil(np.clip((np.where(known, number, 0.0) - self.first) / self.step, 0, self.many))
        return np.where(known & (place < self.many), place, NEVER).astype(np.int64)


def as_dates(frame: pd.DataFrame, names: Iterable[str]) -> pd.DataFrame:
    """The frame with columns of pandas' periods turned into the dates on which these begin."""
    told = [name for name in names if name in frame.columns and isinstance(frame.dtypes.get(name), pd.PeriodDtype)]
    return frame.assign(**{name: frame[name].dt.to_timestamp() for name in told}) if told else frame


def length(column: pd.Series) -> Calendar | int | None:
    """How long a period lasts of a column of pandas' periods, which say it themselves; of any other column nothing."""
    return _OF_DTYPES.get(column.dtype.freq.name[0]) if isinstance(column.dtype, pd.PeriodDtype) else None


def keeps_apart(column: pd.Series) -> Calendar | None:
    """The longest period of the calendar in which no two dates of a column fall together; None where two fall in one month."""
    dates = pd.Series(column.unique())
    return next((each for each in ("year", "quarter", "month") if not pd.Series(_numbers_of_dates(dates, each)).duplicated().any()), None)


def cut_by(column: pd.Series, each: Calendar | int) -> Cut:
    """The periods of a column of whole numbers, or of dates.

    Numbers lie as far apart as the two nearest do, and a period between the first and the last that no row holds is one that nobody was
    watched in.
    """
    dated = pd.api.types.is_datetime64_any_dtype(column)
    number = _numbers_of_dates(column, each) if dated else column.to_numpy().astype(np.int64)
    held = np.unique(number)
    step = 1 if dated or len(held) < 2 else int(np.diff(held).min())
    first, many = int(held[0]), int((held[-1] - held[0]) // step) + 1
    edges = _edges(first, step, many, each, dated=dated)
    told = labels(edges.tolist(), each if isinstance(each, str) else None) if dated else tuple(str(first + step * t) for t in range(many))
    return Cut((number - first) // step, edges, told, first, step, each, dated)


def _edges(first: int, step: int, many: int, each: Calendar | int, *, dated: bool) -> Array:
    """(T + 1,) days; numbers that are no years of the calendar are counted on from 1970."""
    if isinstance(each, int):
        return (first if dated else 0) * each + each * np.arange(many + 1)
    opens = date(1970, 1, 1)
    if dated:
        opens = _months_since(first * MONTHS[each])
    elif each == "year" and first in _YEARS and first + step * many in _YEARS:
        return np.array([day_of(date(first + step * t, 1, 1)) for t in range(many + 1)], dtype=np.int64)
    return np.array([day_of(months_on(opens, MONTHS[each] * step * t)) for t in range(many + 1)], dtype=np.int64)


def _months_since(months: int) -> date:
    years, month = divmod(months, 12)
    return date(1970 + years, month + 1, 1)


def _numbers_of_dates(column: pd.Series, each: Calendar | int) -> Array:
    """(rows,) int: how many periods each date lies after the one that holds 1 January 1970."""
    if isinstance(each, int):
        return np.asarray((column - pd.Timestamp(0)).dt.days.to_numpy().astype(np.int64) // each)
    return np.asarray(((column.dt.year - 1970) * 12 + column.dt.month - 1).to_numpy().astype(np.int64) // MONTHS[each])


def of_numbers(column: pd.Series, each: Calendar | int) -> Iterator[Problem]:
    """What is wrong with the values of a column of periods that is there and complete."""
    where = f"column '{column.name}'"
    if pd.api.types.is_datetime64_any_dtype(column):
        return
    if not pd.api.types.is_numeric_dtype(column) or pd.api.types.is_bool_dtype(column):
        found = f"it holds {column.dtype}, neither whole numbers nor dates."
        yield Problem(where, found, "A period is a whole number or a date.", "pandas: pd.to_datetime, or astype(int).")
        return
    values = column.to_numpy(dtype=float)
    if broken := int((values != np.round(values)).sum()):
        found = f"{counted(broken, 'row')} of {len(values):,} hold{'s' if broken == 1 else ''} part of a period."
        yield Problem(where, found, "A period is a whole number or a date.")
    elif len(np.unique(values)) < 2:
        yield Problem(where, "there is one period only.", "Before and after are two at the least.")
    elif np.ptp(values) / np.diff(np.unique(values)).min() > 100 * len(np.unique(values)):
        found = "the periods lie so far apart that nearly all would be gaps."
        yield Problem(where, found, f"Each lasts a {each}." if isinstance(each, str) else f"Each lasts {each} days.", "Look at that column.")
