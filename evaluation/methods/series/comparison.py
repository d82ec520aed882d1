"""Who stands beside whom: the places that one day changed, and those that no day did.  No outcome is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.series import series_places
from ...phrases import counted
from ...terms import NEVER, Comparison, Estimand, Panel, Problem, Question, Refused
from ..horizons import periods_within
from ..period_names import period_name
from ..unit_weights import unweighed
from .interrupted import FEWEST_BEFORE

if TYPE_CHECKING:
    from ...terms import Array

ALONE = "interrupted"
SYNTHETIC = ("synthetic_control", "augmented_synthetic_control", "synthetic_did")
WITH_HISTORY = ("synthetic_control", "augmented_synthetic_control")
FEWEST_BEFORE_A_SYNTHETIC = 5  # periods: with fewer almost any donors fit
FEWEST_DONORS = 5
MOST_DONORS = 1_000  # weights of more are not of places any more, and take minutes


@dataclass(frozen=True, slots=True, eq=False)
class Window:
    """Which units and periods are read."""

    treated: Array  # (n,) bool
    donors: Array  # (n,) bool; nobody with an interrupted series alone
    before: int  # periods before the day
    stop: int  # the first period that is not read
    left_out: dict[str, int]


def compare(panel: Panel, question: Question) -> Comparison:
    """Those that come under the programme on the one day, each as heavy as `question.weights` says, beside those that never do.

    Refuses several days, too few periods before it or donors, a horizon that the panel does not hold, places that leave the
    programme inside it, and what an estimator cannot read.
    """
    where = f"question '{question.outcome}' by {question.method}"
    if problems := [*_cannot_be_read(panel, question, where), *_no_one_day(panel, question, where)]:
        raise Refused(*problems)
    window = window_of(panel, question)
    if problems := list(_too_few(panel, question, window, where)):
        raise Refused(*problems)
    kept = window.treated | window.donors
    weights = np.where(kept, panel.weight if question.weights == "population" else 1.0, 0.0)
    about = float(window.treated.sum())
    for arm in (window.treated, window.donors):
        if arm.any():
            weights[arm] *= about / weights[arm].sum()
    places = series_places(int(window.treated.sum()), int(window.donors.sum()), window.left_out, unit=panel.unit)
    return Comparison(_estimand(panel, question, window), kept, weights, clusters=panel.clusters, diagnostics=(places,))


def window_of(panel: Panel, question: Question) -> Window:
    """Who is read, and when: the same for both doors.  There is one day, and it lies inside the panel."""
    adopts = (panel.adopted > 0) & (panel.adopted < NEVER)
    before = int(panel.adopted[adopts].min())
    stop = before + periods_within(panel.edges, question.horizon)
    if panel.after_stop == "drop" and (left := panel.left[adopts & (panel.left < NEVER)]).size:
        stop = min(stop, int(left.min()))
    whole = panel.watched[:, :stop].all(axis=1)
    never = (panel.adopted == NEVER) & (question.estimator != ALONE)
    left_out = {"with gaps": int(((adopts | never) & ~whole).sum()), "under the programme from the first period on": int((panel.adopted == 0).sum())}
    return Window(adopts & whole, never & whole, before, stop, left_out)


def _cannot_be_read(panel: Panel, question: Question, where: str) -> Iterator[Problem]:
    way = question.estimator
    if way in SYNTHETIC and panel.unit != "area":
        found = f"'{way}' weighs places, and the units are of kind '{panel.unit}'."
        yield Problem(f"{where}: estimator", found, remedy='Use unit = "area", or method = "did".')
    if way not in SYNTHETIC and question.inference.by == "randomisation":
        yield Problem(f"{where}: inference", f"'{way}' has nothing to assign anew.", remedy='Use by = "robust".')
    if question.adjust != "nothing" and not (question.adjust == "regression" and way in WITH_HISTORY):
        found = f"'{question.adjust}' was asked of '{way}', whose series are long enough to hold what does not change."
        remedy = 'Leave `adjust` out; of a synthetic control, adjust = "regression" adds columns of the history to what donors must match.'
        yield Problem(f"{where}: adjust", found, remedy=remedy)
    elif question.adjust != "nothing":
        if not panel.history:
            yield Problem(f"{where}: adjust", "the panel has no columns of history.", remedy="Declare [[history]], or leave `adjust` out.")
        for name, column in panel.history.items():
            if missing := int(np.isnan(column).sum()):
                found = f"nothing is on record in '{name}' for {missing:,} of {counted(len(column), 'place')}."
                yield Problem(f"{where}: adjust", found, remedy="Mend the records, or leave that column out of the history.")
    yield from unweighed(panel, question, where)
    if question.anticipation:
        found = f"{counted(question.anticipation, 'period')} of anticipation cannot be declared for a series."
        yield Problem(f"{where}: anticipation", found, remedy="Declare the day on which it was announced as the day of adoption.")


def _no_one_day(panel: Panel, question: Question, where: str) -> Iterator[Problem]:
    """Whether there is one day of adoption, with periods before it and the whole horizon after it."""
    days = np.unique(panel.adopted[(panel.adopted > 0) & (panel.adopted < NEVER)])
    if not len(days):
        found = "no place came under the programme after the first period, so that there is no day to look before and after."
        yield Problem(where, found, remedy='Study from an earlier day on or, where no programme began, use method = "monitor".')
        return
    if len(days) > 1:
        found = f"places came under the programme on {len(days):,} different dates, and a series has one."
        yield Problem(where, found, remedy='Use method = "did", or study the places of one date.')
        return
    day, fewest = int(days[0]), FEWEST_BEFORE_A_SYNTHETIC if question.estimator in SYNTHETIC else FEWEST_BEFORE
    if day < fewest:
        found = f"{counted(day, 'period')} come before the day." if day != 1 else "1 period comes before the day."
        yield Problem(where, found, f"At least {fewest} do.", "Study from an earlier day on, or cut shorter periods.")
    fit, there = periods_within(panel.edges, question.horizon), panel.periods - day
    if not fit:
        yield Problem(f"{where}: horizon", f"not one whole period fits into {question.horizon}.", remedy="Ask about a longer horizon.")
    elif fit > there:
        found = f"{counted(fit, 'period')} would fit into {question.horizon}, and {there:,} follow the day."
        yield Problem(f"{where}: horizon", found, remedy="Ask about a shorter horizon, or study longer, where the sources reach further.")
    leaves = (panel.adopted == day) & (panel.left < min(day + fit, panel.periods))
    if leaves.any() and (panel.after_stop != "drop" or (panel.left[leaves] <= day).any()):
        found = f"of {counted(int((panel.adopted == day).sum()), 'place')} that came under the programme, some left it again inside the horizon."
        yield Problem(where, found, remedy='Ask about a shorter horizon, or say after_stop = "drop": what follows is then not read.')


def _too_few(panel: Panel, question: Question, window: Window, where: str) -> Iterator[Problem]:
    treated, donors = int(window.treated.sum()), int(window.donors.sum())
    if not treated:
        found = "nobody that came under the programme was watched through every period."
        yield Problem(where, found, remedy="Study years that the sources cover.")
    if question.estimator in SYNTHETIC:
        fewest = max(FEWEST_DONORS, treated + 2)  # so many together are treated in their stead, and two are left
        if donors < fewest:
            found = f"{counted(donors, 'place')} without the programme {'was' if donors == 1 else 'were'} watched through every period."
            yield Problem(where, found, f"At least {fewest} are needed.", "Name a larger frame of areas.")
        if donors > MOST_DONORS:
            found = f"{counted(donors, 'place')} could be donors."
            yield Problem(where, found, f"At most {MOST_DONORS:,} can be weighed.", 'Name a smaller frame of areas, or use method = "did".')
    elif question.estimator != ALONE and not donors:
        found = "no place without the programme was watched through every period."
        yield Problem(where, found, remedy='Name places that it did not reach, or say estimator = "interrupted", which is weak evidence.')


def _estimand(panel: Panel, question: Question, window: Window) -> Estimand:
    many = int(window.treated.sum())
    units = "places" if panel.unit == "area" else "families" if panel.unit == "family" else "people"
    beside = {
        "interrupted": "their own series before the day, continued",
        "comparative_interrupted": "their own series before the day, continued and moved as that of the others moved",
        "synthetic_control": "a weighted mean of the others that was like them before the day",
        "augmented_synthetic_control": "a weighted mean of the others, mended by a ridge regression",
        "synthetic_did": "the change of a weighted mean of the others",
    }[question.estimator]
    since = f" from {panel.labels[window.before]} on" if panel.labels else ""
    return Estimand(
        question.estimand,
        f"mean difference per {period_name(panel.edges)} over {question.horizon}",
        f"the {units} that came under the programme" if many != 1 else f"the one {units[:-1] if units == 'places' else 'unit'} that came under it",
        f"under the programme{since}, against {beside}",
    )
