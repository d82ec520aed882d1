"""A series with a line before a day and another from it on, on the columns of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...phrases import counted
from ...terms import Problem, Refused
from ..tables import Table, asked
from ..tidy_panel import Moment, row_of
from .interrupted import FEWEST_BEFORE, Interrupted
from .interrupted import interrupted as fitted

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array, Calendar
    from ..autocorrelated import Mixture


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Line(Table):
    """What changed in a series on one day; of the series less another, where one stands beside it."""

    found: Interrupted
    y: Array  # (T,) the series, less the other where there is one
    at: Array  # (T,) the periods
    names: tuple[Any, ...]  # (T,) what they are called
    began: float
    period: str
    outcome: str
    beside: str | None

    @property
    def frame(self) -> pd.DataFrame:
        """The mean effect from the day on, the change of level on it and of slope after it; no limits where none can be trusted."""
        parts: list[tuple[str, Mixture | None]] = [("effect", self.found.effect), ("level", self.found.level), ("slope", self.found.slope)]
        none = bool(self.found.why_none)
        rows = []
        for name, one in parts:
            if one is not None:
                low, high = (-np.inf, np.inf) if none else one.limits()
                rows.append((name, one.value, np.nan if none else one.std_error, low, high, np.nan if none else one.p_value))
        return pd.DataFrame(rows, columns=["what", "value", "std_error", "low", "high", "p"])

    @property
    def note(self) -> str:
        """How far the errors hang together, and how far such an answer can be trusted."""
        said = f"{self.found.points} periods, {self.found.before} before; autocorrelation {self.found.rho:.2f}. "
        if self.found.why_none:
            said += f"No limits: {self.found.why_none}. "
        alone = "Nothing stands beside it: whatever else changed on that day is in the number."
        return said + (alone if self.beside is None else f"Less '{self.beside}': what changed both alike is out of the number.")

    def plot(self) -> InANotebook:
        """The series, and its line before the day continued."""
        from . import plots

        return plots.line(self)


@asked()
def interrupted(
    frame: pd.DataFrame, *, period: str, outcome: str, began: Moment, beside: str | None = None, each: Calendar | int | None = None
) -> Line:
    """The mean difference from `began` on between a series and its line before, continued; one row a period, names are columns.

    `beside` is the same outcome where no programme came: the lines are then those of the difference.  Errors of one period go with those
    of the next, and limits hold that (`interrupted`).  Periods are numbers or dates, `began` likewise; of dates `each` says how long one lasts,
    left out the longest of year, quarter and month in which no two fall together.  Without `beside` it is weak evidence.
    Refuses periods that repeat or are missing, fewer than 8 of them before, and a first period of the programme outside the frame.
    """
    told = row_of(frame, period, each, outcome=outcome, beside=beside)
    first = told.when("began", began)
    before, many = int((told.at < first).sum()), len(told.at)
    problem = None
    if before in (0, many):
        problem = Problem("began", f"{began} lies outside the {counted(many, 'period')} of the frame.")
    elif before < FEWEST_BEFORE:
        problem = Problem("began", f"{counted(before, 'period')} come before {began}.", f"A line needs {FEWEST_BEFORE}.")
    if problem is not None:
        raise Refused(problem)
    y = told.rows[outcome].to_numpy(dtype=float) - (0.0 if beside is None else told.rows[beside].to_numpy(dtype=float))
    return Line(fitted(y, before), y, told.at, told.names, first, period, outcome, beside)
