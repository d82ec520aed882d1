"""A researcher's frame of units and periods, as the kernels of this floor read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

import numpy as np
import pandas as pd

from ..cohort import FramePanelOutcome, panel_from_frame
from ..cohort.frame_periods import Cut, as_dates, cut_by, keeps_apart, length
from ..phrases import counted, nearest
from ..records.calendar_periods import MONTHS
from ..terms import Calendar, Problem, Refused
from .tables import columns_there

if TYPE_CHECKING:
    from ..terms import Array, Panel

Gaps = Literal["refuse", "keep"]
Moment = float | str | date | pd.Period  # a period of a frame, as its own column tells them
UNITS_OF_TIME = ("day", "week", "month", "quarter", "year")
YEAR = 365.25  # days


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """n units by T periods."""

    panel: Panel
    value: Array  # (n, T): NaN where a unit was not watched
    covariates: Array | None  # (n, p)
    periods: tuple[Any, ...]  # (T,) as the frame calls them where they are numbers, else as the calendar does
    unit: str
    period: str
    outcome: str
    cluster: str
    word: str  # what one period is: "year", or "period" where nothing says

    @property
    def clusters(self) -> Array:
        """(n,) int: who shares luck; each unit its own where nothing says so."""
        return np.arange(len(self.value)) if self.panel.clusters is None else self.panel.clusters

    @property
    def numbers(self) -> Array:
        """(T,) float: the periods, on an axis."""
        numeric = all(isinstance(one, (int, float)) for one in self.periods)
        return np.array(self.periods if numeric else range(len(self.periods)), dtype=float)


def read(
    frame: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    adopted: str,
    each: Calendar | int = "year",
    covariates: Sequence[str] = (),
    weight: str | None = None,
    cluster: str | None = None,
    gaps: Gaps = "refuse",
) -> Read:
    """A frame with one row for each unit and period; every name is a column, and `adopted` the first period under the programme.

    A missing value of `adopted`, an infinite one and 0 stand for never.  Refuses, all at once, what is no such panel: columns that are
    not there, rows that repeat a unit and period and, unless gaps = "keep", periods that a unit lacks.
    """
    words = {"en": outcome}
    panel, ruler = panel_from_frame(
        frame,
        unit=unit,
        period=period,
        each=each,
        outcome=FramePanelOutcome(outcome, "more", words, words),
        adopted=adopted,
        gaps=gaps,
        weight=weight,
        cluster=cluster,
        covariates=covariates,
    )
    columns = np.column_stack([panel.history[name] for name in covariates]) if covariates else None
    own = np.unique(frame[period].to_numpy())
    whole = len(own) == len(panel.labels) and np.issubdtype(own.dtype, np.number)
    periods = tuple(int(one) for one in own) if whole else panel.labels
    return Read(panel, ruler.value, columns, periods, unit, period, outcome, cluster or unit, worded(frame[period], each))


def worded(column: pd.Series, each: Calendar | int) -> str:
    """What one period is called: of dates as was said of them, of numbers as their column is where that is such a word; else "period"."""
    name = str(column.name).casefold().removesuffix("s")
    dated = pd.api.types.is_datetime64_any_dtype(column) or isinstance(column.dtype, pd.PeriodDtype)
    if not dated and name in UNITS_OF_TIME:
        return name
    said = length(column) or (each if dated or each != "year" else 0)
    return said if isinstance(said, str) else {7: "week", 1: "day"}.get(said, "period")


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """A frame that is one series: T rows in the order of their periods."""

    rows: pd.DataFrame
    at: Array  # (T,) float: the numbers of the periods or, of dates, their places from 0
    names: tuple[Any, ...]  # (T,) numbers, or what the calendar calls the periods
    each: Calendar | int | None  # how long one lasts, where it was said or dates tell it
    cut: Cut | None  # of dates

    def when(self, word: str, moment: Moment) -> float:
        """Where a period, told as the frame tells its own, lies on the axis of `at`; refuses what is neither a number nor a date."""
        if self.cut is None and isinstance(moment, (int, float, np.number)):
            return float(moment)
        try:
            if self.cut is None or isinstance(moment, (int, float, np.number)):
                raise ValueError
            return float(self.cut.after_the_first(moment.to_timestamp() if isinstance(moment, pd.Period) else pd.Timestamp(moment)))
        except (ValueError, TypeError):
            right = "Periods of the frame are numbers." if self.cut is None else 'Periods of the frame are dates: "2020-04-01".'
            raise Refused(Problem(word, f"{moment!r} was given.", right)) from None

    def years(self, first: float, last: float) -> float:
        """How many years lie between two periods; for rows whose `each` is known."""
        assert self.each is not None
        return (last - first) * (self.each / YEAR if isinstance(self.each, int) else MONTHS[self.each] / MONTHS["year"])


def row_of(frame: pd.DataFrame, period: str, each: Calendar | int | None, **columns: str | None) -> Row:
    """A frame with one row a period, of numbers as far apart as each other or of dates; refuses periods that repeat, or are missing.

    Of dates, `each` left out is the longest of year, quarter and month in which no two fall together.
    """
    if each is not None and each not in get_args(Calendar) and not (isinstance(each, int) and each > 0):
        remedy = nearest(each, get_args(Calendar))
        raise Refused(Problem("each", f"{each!r} was given.", "It is a month, a quarter, a year, or 1 or more days.", remedy))
    each = (length(frame[period]) if period in frame.columns else None) or each
    frame = as_dates(frame, [period])
    columns_there(frame, {"period": period, **columns})
    rows = frame.sort_values(period, kind="stable")
    where, cut, names = f"column '{period}'", None, tuple(rows[period].tolist())
    if frame[period].dtype.kind == "M":
        each = each or keeps_apart(rows[period])
        if each is None:
            raise Refused(Problem(where, "two dates lie in one month.", "One row a period.", "Say each = so many days, or add the rows up."))
        cut = cut_by(rows[period], each)
        at, names = cut.place.astype(float), tuple(cut.labels[place] for place in cut.place)
    else:
        at = rows[period].to_numpy(dtype=float)
    steps = np.diff(at)
    if twice := int((steps == 0).sum()):
        found = f"{counted(twice, 'period')} {'stands' if twice == 1 else 'stand'} more than once."
        raise Refused(Problem(where, found, "One row a period.", "Add them up first."))
    if len(steps) and not np.allclose(steps, steps.min()):
        raise Refused(Problem(where, "a period between the first and the last is missing.", remedy="Complete the series."))
    return Row(rows, at, names, each, cut)
