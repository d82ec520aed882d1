"""Whom is told of: every unit that was watched through all the periods.  Nobody is compared, and no outcome is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.monitor import places_watched
from ...phrases import counted
from ...records.days import date_of, day_of, horizon_end
from ...terms import Comparison, Estimand, Panel, Problem, Question, Refused
from ..period_names import period_name

if TYPE_CHECKING:
    from ...terms import Array

FEWEST_FOR_A_TREND = 4  # periods: through fewer almost any line goes


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Which units and periods are read."""

    kept: Array  # (n,) bool
    first: int  # period
    last: int  # period, inclusive


def compare(panel: Panel, question: Question) -> Comparison:
    """Everybody watched through the periods asked about, each as heavy as any other: what they show is weighted by whom it is about.

    Refuses a target that is not given or whose first day lies outside the panel, a horizon that the panel does not hold, disparities
    of people, and whatever only a comparison could answer.
    """
    where = f"question '{question.outcome}' by {question.method}"
    problems = list(_problems(panel, question, where))
    if problems:
        raise Refused(*problems)
    window = window_of(panel, question)
    if not window.kept.any():
        raise Refused(Problem(where, "nobody was watched through every period.", remedy="Study years that the sources cover."))
    watched = places_watched(int(window.kept.sum()), int((~window.kept).sum()), unit=panel.unit)
    return Comparison(_estimand(panel, question, window), window.kept, window.kept.astype(float), clusters=panel.clusters, diagnostics=(watched,))


def window_of(panel: Panel, question: Question) -> Window:
    """From the first period, of a target from that of `since`, to the last that ends within the horizon."""
    first = _first(panel, question)
    end = horizon_end(int(panel.edges[first]), question.horizon)
    last = int(np.searchsorted(panel.edges, end, side="right")) - 2
    return Window(np.asarray(panel.watched[:, first : last + 1].all(axis=1)), first, last)


def _first(panel: Panel, question: Question) -> int:
    if question.estimator != "target" or question.target is None:
        return 0
    return int(np.searchsorted(panel.edges, day_of(question.target.since), side="right")) - 1


def _problems(panel: Panel, question: Question, where: str) -> Iterator[Problem]:
    if question.estimator == "target":
        if question.target is None:
            yield Problem(f"{where}: target", "no target is given.", remedy="Say target = { each_year = -0.1, since = 2020-01-01 }.")
            return
        edges = panel.edges
        if not edges[0] <= day_of(question.target.since) < edges[-1]:
            found = f"{question.target.since} lies outside the panel, from {date_of(int(edges[0]))} to before {date_of(int(edges[-1]))}."
            yield Problem(f"{where}: target.since", found, remedy="Name a day of the panel, or study from an earlier day on.")
            return
        if not question.target.each_year > -1:
            yield Problem(
                f"{where}: target.each_year", f"{question.target.each_year:g} leaves less than nothing.", "It is above -1: -0.1 is 10 % fewer."
            )
        if question.target.error < 0:
            yield Problem(f"{where}: target.error", f"{question.target.error:g} is below 0.", "It is a share of the count: 0.05.")
    if question.estimator == "disparity" and panel.unit != "area":
        found = f"disparities are between places, and the units are of kind '{panel.unit}'."
        yield Problem(f"{where}: estimator", found, remedy='Use unit = "area".')
    if question.estimator == "disparity" and len(panel) < 2:
        yield Problem(f"{where}: estimator", "there is one place, which is the whole.", remedy="Name a frame of several areas.")
    yield from _too_short(panel, question, where)


def _too_short(panel: Panel, question: Question, where: str) -> Iterator[Problem]:
    """Whether the horizon lies inside the panel, and holds enough of it."""
    first = _first(panel, question)
    end = horizon_end(int(panel.edges[first]), question.horizon)
    if end > panel.edges[-1]:
        found = f"{question.horizon} from {date_of(int(panel.edges[first]))} on end after the panel does."
        yield Problem(f"{where}: horizon", found, remedy="Ask about a shorter horizon, or study longer, where the sources reach further.")
        return
    window = window_of(panel, question)
    periods, fewest = window.last - window.first + 1, {"trend": FEWEST_FOR_A_TREND, "target": 2}.get(question.estimator, 1)
    if periods < fewest:
        found = f"{question.horizon} hold {counted(periods, 'period')}."
        yield Problem(f"{where}: horizon", found, f"At least {fewest} are needed.", "Ask about a longer horizon, or cut shorter periods.")


def _estimand(panel: Panel, question: Question, window: Window) -> Estimand:
    labels = panel.labels or tuple(str(date_of(int(edge))) for edge in panel.edges[:-1])
    span = f"from {labels[window.first]} to {labels[window.last]}"
    each = period_name(panel.edges)
    contrast = {
        "target": f"change of the level per {each} {span}",
        "trend": f"change along a straight line through the level per {each} {span}",
        "disparity": f"the place farthest from the whole, less the whole, {span}",
    }[question.estimator]
    return Estimand("change", contrast, "everybody in the places watched", "no comparison: what became of a population, not why")
