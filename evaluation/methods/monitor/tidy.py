"""What became of a population, with nothing to compare it with, on the columns of a frame: targets, disparities and trends.  It never says why.

from evaluation import monitor

monitor.target(frame, period="year", outcome="homeless", each_year=-0.1, since=2023)
monitor.disparities(frame, place="district", events="deaths", exposure="people").plot()
monitor.trend(frame, period="year", outcome="homeless").plot()
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...phrases import counted
from ...terms import Problem, Refused
from ..autocorrelated import FEWEST_FOR_A_LINE, Mixture, fit, models
from ..tables import Estimates, Table, columns_there
from .rates import disparities_of
from .targets import tracked

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array

__all__ = ["Disparities", "Trend", "disparities", "target", "trend"]

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
    rho: float
    period: str
    outcome: str

    @property
    def frame(self) -> pd.DataFrame:
        """The change a period; no limits where there are too few periods for their size to have been shown."""
        given = len(self.y) >= FEWEST_FOR_A_LINE
        low, high = self.slope.limits() if given else (-np.inf, np.inf)
        error, p = (self.slope.std_error, self.slope.p_value) if given else (np.nan, np.nan)
        return pd.DataFrame([{"what": f"change a {self.period}", "value": self.slope.value, "std_error": error, "low": low, "high": high, "p": p}])

    @property
    def note(self) -> str:
        """How errors hang together."""
        few = "" if len(self.y) >= FEWEST_FOR_A_LINE else f" No limits: fewer than {FEWEST_FOR_A_LINE} periods."
        return f"{counted(len(self.y), 'period')}; autocorrelation {self.rho:.2f}.{few} A change, and no effect of anything."

    def plot(self) -> InANotebook:
        """The series and its line."""
        from . import plots

        return plots.trend(self)


def target(
    frame: pd.DataFrame, *, period: str, outcome: str, each_year: float, since: float, until: float | None = None, error: float = 0.0
) -> Estimates:
    """Whether a level changed by `each_year` (-0.1: a tenth fewer) a year, compounding, from year `since` to `until`, left out the last.

    `error` is each count's standard error as a share of it; 0 takes counts as exact.
    """
    at, y = _series(frame, period, outcome)
    last = at[-1] if until is None else until
    problems = [
        Problem(word, f"{one:g} is no period of the frame.", f"{at[0]:g} to {at[-1]:g}.")
        for word, one in (("since", since), ("until", last))
        if one not in at
    ]
    if not problems and last <= since:
        problems.append(Problem("until", f"{last:g} is not after {since:g}."))
    if not problems and min(y[at == since][0], y[at == last][0]) <= 0:
        problems.append(Problem(f"column '{outcome}'", "the first level or the last is not above 0.", "A share of it can then not be told."))
    if problems:
        raise Refused(*problems)
    found = tracked(float(y[at == since][0]), float(y[at == last][0]), each_year=each_year, years=float(last - since), error=error)
    rows = {
        "what": ["change", "change a year", "less the target"],
        "value": [found.change, found.a_year, float(y[at == last][0]) - found.target],
        "low": [found.interval.low, found.a_year_limits.low, found.gap.low],
        "high": [found.interval.high, found.a_year_limits.high, found.gap.high],
    }
    said = "counts taken as exact" if error == 0 else f"each count with an error of {error:.0%}"
    return Estimates(pd.DataFrame(rows), f"The target is {found.target:.4g} in {last:g}: {found.reached}; {said}.")


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


def trend(frame: pd.DataFrame, *, period: str, outcome: str) -> Trend:
    """The change a period along a line through all of them, whose errors may hang together; one row a period."""
    at, y = _series(frame, period, outcome)
    if len(y) < FEWEST:
        raise Refused(Problem("frame", f"it has {counted(len(y), 'period')}.", f"A trend needs {FEWEST}."))
    X = np.column_stack([np.ones(len(y)), at - at[0]])
    if np.allclose(y, X @ np.linalg.lstsq(X, y, rcond=None)[0], rtol=1e-9, atol=0):
        raise Refused(Problem(f"column '{outcome}'", "every value lies on one line: nothing tells of an error.", remedy="Look at the numbers."))
    found = fit(y, X, models(X))
    middle = [found.contrast(row).value for row in X]
    return Trend(found.contrast(np.array([0.0, 1.0])), np.array(middle), y, at, found.rho, period, outcome)


def _series(frame: pd.DataFrame, period: str, outcome: str) -> tuple[Array, Array]:
    """(T,) periods in order and values; refuses periods that repeat, or are missing."""
    columns_there(frame, {"period": period, "outcome": outcome})
    rows = frame.sort_values(period, kind="stable")
    at = rows[period].to_numpy(dtype=float)
    if twice := int((np.diff(at) == 0).sum()):
        raise Refused(Problem(f"column '{period}'", f"{counted(twice, 'period')} stand more than once.", "One row a period.", "Add them up first."))
    if len(at) > 1 and not np.allclose(np.diff(at), np.diff(at).min()):
        raise Refused(Problem(f"column '{period}'", "a period between the first and the last is missing.", remedy="Complete the series."))
    return at, rows[outcome].to_numpy(dtype=float)
