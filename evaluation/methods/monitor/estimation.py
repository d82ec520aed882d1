"""From a panel to a change: of a level against a target, along a line, or of a place against the whole."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.monitor import disparities, target_reached, trend_seen
from ...terms import Arm, Comparison, Diagnostic, Estimate, Interval, Other, Panel, PathPoint, Problem, Question, Ratio, Refused
from ..autocorrelated import FEWEST_FOR_A_LINE, HIGHEST_RHO, Mixture, fit
from ..dominance import closest_guess
from ..period_names import period_name, periods_a_year
from .comparison import window_of
from .rates import SINGLY, disparities_of, dispersion_of
from .targets import tracked

if TYPE_CHECKING:
    from ...outcomes.panel_ruler import PanelRuler
    from ...terms import Array

BY = "averaged restricted likelihood of autocorrelated errors, mixture of t"
WHOLE = 1e-6  # events: what is nearer to a whole number is a count


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """What the units show over the window."""

    level: Array  # (t,) of everybody together
    value: Array  # (m, t)
    population: Array  # (m, t)
    people: int
    areas: int | None
    names: tuple[str, ...]
    period: str
    labels: tuple[str, ...]

    def arm(self, mean: float) -> Arm:
        """One end of a change: the same people at another time; of people, with the fewest who have any at either end, and the closest guess."""
        if self.areas is not None:
            return Arm(self.people, None, mean, areas=self.areas)
        ends, n = self.value[:, [0, -1]].T, len(self.value)
        nearest = min(closest_guess(end / n, np.ones(n, dtype=bool)) for end in ends)
        return Arm(n, None, mean, some=min(int((end != 0).sum()) for end in ends), closest=nearest)


@dataclass(frozen=True, slots=True)
class Told:
    """A change, and what is told of it."""

    change: float
    std_error: float
    interval: Interval
    p_value: float
    now: float
    then: float
    diagnostics: tuple[Diagnostic, ...]
    path: tuple[PathPoint, ...] = ()
    others: tuple[Other, ...] = ()
    ratio: Ratio | None = None


def estimate(panel: Panel, comparison: Comparison, ruler: PanelRuler, question: Question) -> Estimate:
    """What became of everybody watched, per period and per `question.so_many` people: a change, never an effect.

    `served` holds what it is now, and `compared` what it was (of a disparity: the place, and the whole).  Of a target the change is from
    its first period to its last (`targets`), and counts err by their square root at the least; of a trend along the line through all periods
    (`autocorrelated`); of disparities the place farthest from the whole less the whole, with every place among the others (`rates`), and how
    much more counts vary than events that come singly is told by how they move between periods.  Where no interval can be
    trusted there is none, and its formula says why.  Refuses gaps, levels of 0 under a target, and series that never vary.
    """
    levels = _levels(panel, comparison, ruler, question)
    told = {"target": _target, "trend": _trend, "disparity": _disparity}[question.estimator](levels, panel, ruler, question)
    return Estimate(
        estimand=comparison.estimand,
        effect=told.change,
        std_error=told.std_error,
        interval=told.interval,
        p_value=told.p_value,
        served=levels.arm(told.now),
        compared=levels.arm(told.then),
        diagnostics=told.diagnostics,
        ratio=told.ratio,
        path=told.path,
        others=told.others,
        periods=levels.period,
    )


def _levels(panel: Panel, comparison: Comparison, ruler: PanelRuler, question: Question) -> Levels:
    window = window_of(panel, question)
    kept, span = comparison.kept, slice(window.first, window.last + 1)
    paths = ruler.paths(question.so_many)
    value, population = paths.value[kept][:, span], paths.population[kept][:, span]
    if gaps := int((~np.isfinite(value) | ~np.isfinite(population)).any(axis=1).sum()):
        many = f"{gaps:,} of {len(value):,} places" if panel.unit == "area" else "some of those watched"
        raise Refused(_problem(question, f"the outcome has gaps in {many}.", "Study years that the sources cover, or areas that they all cover."))
    return Levels(
        level=(value * population).sum(axis=0) / population.sum(axis=0),
        value=value,
        population=population,
        people=int(panel.people[kept].sum()),
        areas=int(kept.sum()) if panel.unit == "area" else None,
        names=tuple(panel.names[at] for at in np.flatnonzero(kept)) if panel.names else (),
        period=period_name(panel.edges),
        labels=tuple(panel.labels[span]),
    )


def _target(levels: Levels, panel: Panel, ruler: PanelRuler, question: Question) -> Told:
    target, level = question.target, levels.level
    assert target is not None, "the comparison saw to it"
    if not (level > 0).all():
        found = "the level is 0 or below in a period, and no share of it is more or less."
        raise Refused(_problem(question, found, "Ask about more places together, longer periods, or a target in numbers."))
    per_year = periods_a_year(panel.edges)
    events = _events(levels, ruler, question)
    counts = None if events is None else events.sum(axis=0)
    each = [
        tracked(
            float(level[0]),
            float(level[t]),
            each_year=target.each_year,
            years=t / per_year,
            error=target.error,
            events=None if counts is None else (float(counts[0]), float(counts[t])),
        )
        for t in range(1, len(level))
    ]
    last = each[-1]
    told = target_reached(
        last.reached,
        first=float(level[0]),
        last=float(level[-1]),
        target=last.target,
        gap=last.gap,
        a_year=last.a_year,
        a_year_seen=last.a_year_limits,
        asked=target.each_year,
        years=(len(level) - 1) / per_year,
        error=target.error,
        least=None if counts is None else float(counts[[0, -1]].min()) ** -0.5,
        path={f"gap after {t}": float(level[t]) - one.target for t, one in enumerate(each, start=1)},
    )
    path = tuple(
        PathPoint(t, one.change, one.interval.low, one.interval.high, one.interval.low, one.interval.high, levels.areas or levels.people)
        for t, one in enumerate(each, start=1)
    )
    spread = last.std_error if last.interval.given else inf
    return Told(last.change, spread, last.interval, last.p_value, float(level[-1]), float(level[0]), (told,), path)


def _trend(levels: Levels, panel: Panel, ruler: PanelRuler, question: Question) -> Told:
    level, T = levels.level, len(levels.level)
    X = np.column_stack([np.ones(T), np.arange(T)]).astype(float)
    size = float(np.abs(level).max())
    line = X @ np.linalg.lstsq(X, level, rcond=None)[0]
    if float(np.abs(level - line).max()) <= 1e-9 * size:
        found = "every level lies on one line, so that nothing tells how far it may err."
        raise Refused(_problem(question, found, "Report the levels as they are."))
    fitted = fit((level - level.mean()) / size, X)
    per_period = fitted.contrast(np.array([0.0, 1.0]))
    slope = Mixture(per_period.belief, per_period.middle * size, per_period.spread * size, per_period.df)
    why = _why_none(T, fitted.rho)
    limits = Interval(-inf, inf, why) if why else Interval(*slope.limits(), BY)
    change, steps = slope.value * (T - 1), T - 1
    middle = float(level.mean())
    return Told(
        change=change,
        std_error=inf if why else slope.std_error * steps,
        interval=limits if why else Interval(limits.low * steps, limits.high * steps, BY),
        p_value=1.0 if why else slope.p_value,
        now=middle + change / 2,
        then=middle - change / 2,
        diagnostics=(
            trend_seen(float(level[0]), float(level[-1]), limits, slope.value, rho=fitted.rho, points=T, period=levels.period, why_none=why),
        ),
    )


def _why_none(points: int, rho: float) -> str:
    if points < FEWEST_FOR_A_LINE:
        return f"a line through {points} points is too short for an interval: {FEWEST_FOR_A_LINE} at least"
    if rho > HIGHEST_RHO:
        return f"each period is too much like the last (autocorrelation {rho:.2f}, and {HIGHEST_RHO} is the most)"
    return ""


def _disparity(levels: Levels, panel: Panel, ruler: PanelRuler, question: Question) -> Told:
    cells = _events(levels, ruler, question)
    events, exposure = (levels.value * levels.population).sum(axis=1) / question.so_many, levels.population.sum(axis=1)
    if not events.sum() > 0:
        raise Refused(_problem(question, "the outcome is 0 in every place.", "Study longer periods, or more places."))
    counted = cells is not None and bool((exposure > events.max()).all())
    dispersion = SINGLY if cells is None else dispersion_of(cells, levels.population)
    told = disparities_of(events, exposure, float(question.so_many), counted=counted, dispersion=dispersion)
    whole = question.so_many * float(events.sum() / exposure.sum())
    names = levels.names or tuple(f"place {number}" for number in range(1, len(told) + 1))
    far = max(range(len(told)), key=lambda at: (abs(told[at].difference), -at))
    one = told[far]
    rates, ratios = ({name: getattr(each, what) for name, each in zip(names, told, strict=True)} for what in ("rate", "ratio_limits"))
    # of people's own events a rate gives the number away; numbers about places are published ones
    on_record = {name: round(float(n)) for name, n in zip(names, events, strict=True)} if ruler.outcome.table != "area" else None
    return Told(
        change=one.difference,
        std_error=one.std_error,
        interval=one.difference_limits,
        p_value=one.p_value,
        now=one.rate,
        then=whole,
        diagnostics=(disparities(rates, whole, ratios, groups=len(told), events=on_record, dispersion=dispersion.ratio if counted else None),),
        others=tuple(
            Other(name, each.difference, each.difference_limits if each.difference_limits.given else None)
            for name, each in zip(names, told, strict=True)
        ),
        ratio=Ratio("rate ratio", one.ratio, one.ratio_limits),
    )


def _events(levels: Levels, ruler: PanelRuler, question: Question) -> Array | None:
    """(m, t) how many events stand behind each level; none where the outcome is no number of events."""
    if ruler.outcome.kind not in ("mark", "rate"):
        return None
    events = levels.value * levels.population / question.so_many
    whole = np.round(events)
    return whole if bool((np.abs(events - whole) < WHOLE).all()) else None


def _problem(question: Question, found: str, remedy: str) -> Problem:
    return Problem(f"question '{question.outcome}' by {question.method}", found, remedy=remedy)
