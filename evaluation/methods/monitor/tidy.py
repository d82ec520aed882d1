"""What became of a population, with nothing to compare it with, on the columns of a frame: targets, disparities and trends.  It never says why.

from evaluation import monitor

monitor.target(frame, period="year", outcome="homeless", each_year=-0.1, since=2023)
monitor.disparities(frame, place="district", events="deaths", exposure="people").plot()
monitor.trend(frame, period="year", outcome="homeless").plot()

Results are `Disparities`, `Trend`: see help(monitor.Disparities).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from ...phrases import counted
from ...terms import Problem, Refused
from ..autocorrelated import FEWEST_FOR_A_LINE, Mixture, fit, models
from ..tables import Estimates, Table, asked, columns_there
from ..tidy_panel import Moment, Row, row_of
from .rates import disparities_of
from .targets import tracked

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array, Calendar

__all__ = [
    "disparities",
    "target",
    "trend",
]  # functions alone: classes would fill their help

YEARS = (1900, 2100)  # numbers that may be years of the calendar
FEWEST = 4  # periods: with fewer nothing is left to tell an error by


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Disparities(Table):
    """The rate of each place over that of all of them together."""

    rows: pd.DataFrame
    place: str
    events: str
    per: float
    whole: float

    @property
    def frame(self) -> pd.DataFrame:
        """By place, the highest ratio first: rate, ratio to the whole, and limits that hold for all places at once."""
        return self.rows

    @property
    def note(self) -> str:
        """What limits are of."""
        return (
            f"All together: {self.whole:.4g} for every {self.per:,g}. Limits hold for {counted(len(self.rows), 'place')} at once; events come singly."
        )

    def plot(self) -> InANotebook:
        """The ratios with their limits."""
        from . import plots

        return plots.disparities(self)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Trend(Table):
    """The slope of a line through a series whose errors hang together."""

    slope: Mixture
    line: Array  # (T,)
    y: Array
    at: Array
    names: tuple[Any, ...]  # (T,) what the periods are called
    rho: float
    period: str
    word: str  # what one is called
    outcome: str

    @property
    def frame(self) -> pd.DataFrame:
        """The change a period; no limits where there are too few periods for their size to have been shown."""
        given = len(self.y) >= FEWEST_FOR_A_LINE
        low, high = self.slope.limits() if given else (-np.inf, np.inf)
        error, p = (self.slope.std_error, self.slope.p_value) if given else (np.nan, np.nan)
        return pd.DataFrame([{"what": f"change a {self.word}", "value": self.slope.value, "std_error": error, "low": low, "high": high, "p": p}])

    @property
    def note(self) -> str:
        """How errors hang together."""
        few = "" if len(self.y) >= FEWEST_FOR_A_LINE else f" No limits: fewer than {FEWEST_FOR_A_LINE} periods."
        return f"{counted(len(self.y), 'period')}; autocorrelation {self.rho:.2f}.{few} A change, and no effect of anything."

    def plot(self) -> InANotebook:
        """The series and its line."""
        from . import plots

        return plots.trend(self)


@asked()
def target(
    frame: pd.DataFrame, *, period: str, outcome: str, each_year: float, since: Moment, until: Moment | None = None, error: float = 0.0,
    each: Calendar | int | None = None,
) -> Estimates:  # fmt: skip
    """Whether a level changed by `each_year` (-0.1: a tenth fewer) a year, compounding, from period `since` to `until`, left out the last.

    Periods are numbers or dates, and `each` says how long one lasts: left out, a year of numbers that may be years of the calendar (1900 to
    2100), and of dates the longest of year, quarter and month in which no two fall together.  Refuses other numbers without it.
    `error` is each count's standard error as a share of it; 0 takes counts as exact.
    """
    told = row_of(frame, period, each, outcome=outcome)
    at, y = told.at, told.rows[outcome].to_numpy(dtype=float)
    if told.each is None:
        if not (YEARS[0] <= at[0] and at[-1] <= YEARS[1]):
            found_ = f"nothing says how long a period lasts, and {at[0]:g} to {at[-1]:g} are no years of the calendar."
            raise Refused(Problem("each", found_, remedy='Say each = "month", "quarter", "year", or so many days.'))
        told = replace(told, each="year")
    first, last = told.when("since", since), at[-1] if until is None else told.when("until", until)
    _held(told, first, last, since, until, outcome, y)
    found = tracked(float(y[at == first][0]), float(y[at == last][0]), each_year=each_year, years=told.years(first, last), error=error)
    rows = {
        "what": ["change", "change a year", "less the target"],
        "value": [found.change, found.a_year, float(y[at == last][0]) - found.target],
        "low": [found.interval.low, found.a_year_limits.low, found.gap.low],
        "high": [found.interval.high, found.a_year_limits.high, found.gap.high],
    }
    said = "counts taken as exact" if error == 0 else f"each count with an error of {error:.0%}"
    return Estimates(pd.DataFrame(rows), f"The target is {found.target:.4g} in {told.names[int(np.argmax(at == last))]}: {found.reached}; {said}.")


@asked()
def disparities(frame: pd.DataFrame, *, place: str, events: str, exposure: str, per: float = 1_000, each_counts: bool = True) -> Disparities:
    """Every place's rate of events over that of all of them; one row a place, names are columns.

    `each_counts` False where the outcome is no number of events that come singly, so that chance alone gives no limits.
    """
    columns_there(frame, {"place": place, "events": events, "exposure": exposure})
    x, people = (frame[name].to_numpy(dtype=float) for name in (events, exposure))
    problems = []
    if twice := int(frame[place].duplicated().sum()):
        problems.append(Problem(f"column '{place}'", f"{counted(twice, 'row')} repeat a place.", "One row a place.", "Add them up first."))
    if bad := int((people <= 0).sum() + (x < 0).sum()):
        problems.append(Problem(f"column '{exposure}'", f"{counted(bad, 'row')} hold exposure of 0 or less, or events below 0."))
    if not problems and (x.sum() <= 0 or len(x) < 2):
        problems.append(Problem(f"column '{events}'", "there are no events, or one place alone.", "A place is held against all of them."))
    if problems:
        raise Refused(*problems)
    told = disparities_of(x, people, per, counted=each_counts)
    rows = [
        {"place": name, "rate": one.rate, "ratio": one.ratio, "low": one.ratio_limits.low, "high": one.ratio_limits.high, "p": one.p_value}
        for name, one in zip(frame[place].astype(str), told, strict=True)
    ]
    ordered = pd.DataFrame(rows).sort_values(["ratio", "place"], ascending=[False, True], ignore_index=True)
    return Disparities(ordered.rename(columns={"place": place}), place, events, per, per * float(x.sum() / people.sum()))


@asked()
def trend(frame: pd.DataFrame, *, period: str, outcome: str, each: Calendar | int | None = None) -> Trend:
    """The change a period along a line through all of them, whose errors may hang together; one row a period, told by a number or a date."""
    told = row_of(frame, period, each, outcome=outcome)
    at, y = told.at, told.rows[outcome].to_numpy(dtype=float)
    if len(y) < FEWEST:
        raise Refused(Problem("frame", f"it has {counted(len(y), 'period')}.", f"A trend needs {FEWEST}."))
    X = np.column_stack([np.ones(len(y)), at - at[0]])
    if np.allclose(y, X @ np.linalg.lstsq(X, y, rcond=None)[0], rtol=1e-9, atol=0):
        raise Refused(Problem(f"column '{outcome}'", "every value lies on one line: nothing tells of an error.", remedy="Look at the numbers."))
    found = fit(y, X, models(X))
    middle = [found.contrast(row).value for row in X]
    word = told.each if told.cut is not None and isinstance(told.each, str) else period
    return Trend(found.contrast(np.array([0.0, 1.0])), np.array(middle), y, at, told.names, found.rho, period, word, outcome)


def _held(told: Row, first: float, last: float, since: Moment, until: Moment | None, outcome: str, y: Array) -> None:
    """Refuses periods that the frame does not have, in the wrong order, or with a level of which no share can be told."""
    problems = [
        Problem(word, f"{said} is no period of the frame.", f"{told.names[0]} to {told.names[-1]}.")
        for word, one, said in (("since", first, since), ("until", last, until))
        if one not in told.at
    ]
    if not problems and last <= first:
        problems.append(Problem("until", f"{told.names[int(np.argmax(told.at == last))]} is not after {since}."))
    if not problems and min(y[told.at == first][0], y[told.at == last][0]) <= 0:
        problems.append(Problem(f"column '{outcome}'", "the first level or the last is not above 0.", "A share of it can then not be told."))
    if problems:
        raise Refused(*problems)
