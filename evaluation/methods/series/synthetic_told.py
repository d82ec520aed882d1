"""What is told of a synthetic place: the effect among placebos, who it is made of, and how far it can be leant on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ...diagnostics.series import (
    HEAVY,
    donor_weights,
    extrapolation,
    fit_before,
    leave_one_donor_out,
    placebo_in_space,
    placebo_in_time,
)
from ...terms import Diagnostic, Interval, Other, PathPoint, Problem, Question, Refused
from .laid import Laid, Told, no_interval
from .placebos import FEWEST, Placebos, placebos
from .synthetic import MAKERS, Maker, Series, Synthetic, plain_difference

BACK = 3  # the placebo in time sets the day back by a third of the periods before it
FEWEST_BACK = 3  # periods before a day that is set back


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One recipe's synthetic place, with its placebos."""

    name: str
    make: Maker
    synthetic: Synthetic
    placebos: Placebos

    @classmethod
    def of(cls, series: Series, name: str, make: Maker) -> Found:
        """A recipe applied to the treated place, and to donors in its stead."""
        return cls(name, make, make(series), placebos(series, make))

    @property
    def interval(self) -> Interval:
        """By inverting the placebos that fit as well as the treated has to; none of fewer than 20 donors, or where it fits worse itself."""
        reach, middle = self.placebos.reach(self.synthetic), self.synthetic.effect
        if reach == float("inf"):
            return no_interval(self.why_none)
        return Interval(middle - reach, middle + reach, f"{self.within} placebos, inverted")

    @property
    def within(self) -> int:
        """How many placebos fit as well before the day as the treated place has to."""
        return int(self.placebos.alike(self.synthetic).sum())

    @property
    def why_none(self) -> str:
        """Why no interval can be trusted; empty where one can."""
        if not self.placebos.passes(self.synthetic):
            return "the synthetic place misses the treated one by too much before the day"
        if self.placebos.reach(self.synthetic) < float("inf"):
            return ""
        worth = self.placebos.worth(self.synthetic)
        return f"placebos of {worth} donors that fit as well before the day cannot tell at 95 %: {FEWEST} are the least"

    @property
    def p_value(self) -> float:
        """The rank among them; 1 where the treated place is fitted too badly to be ranked."""
        return self.placebos.p_value(self.synthetic) if self.placebos.passes(self.synthetic) else 1.0


def told_of_synthetic(laid: Laid, question: Question) -> Told:
    """The effect by the estimator asked for, with all the others beside it."""
    series = Series(laid.y, laid.donors, laid.before, laid.together, laid.extra, laid.donors_extra)
    if not np.ptp(np.vstack([laid.y, laid.donors]), axis=1).any():
        found = "the outcome never varies in any place, so that nothing tells how far it may err."
        raise Refused(Problem(f"question '{question.outcome}' by {question.method}", found, remedy="Report it as it is."))
    own = Found.of(series, *MAKERS[question.estimator])
    others = [Found.of(series, *recipe) for name, recipe in MAKERS.items() if name != question.estimator]
    plain = Found.of(series, "difference-in-differences", plain_difference)
    interval = own.interval
    return Told(
        effect=own.synthetic.effect,
        std_error=own.placebos.std_error(own.synthetic) if interval.given else float("inf"),
        interval=interval,
        p_value=own.p_value,
        path=_path(own, laid.together),
        others=tuple(Other(one.name, one.synthetic.effect, one.interval if one.interval.given else None) for one in (*others, plain)),
        diagnostics=_conditions(own, series, laid),
    )


def _path(own: Found, units: int) -> tuple[PathPoint, ...]:
    """The gap at every period; limits as the interval's, period by period, and bands by the largest gap of each placebo from the day on."""
    gaps, before = own.placebos.gap, own.synthetic.before
    band = own.placebos.reach(own.synthetic, np.abs(gaps[:, before:]).max(axis=1))
    points = []
    for at, gap in enumerate(own.synthetic.gap):
        reach = own.placebos.reach(own.synthetic, np.abs(gaps[:, at]))
        points.append(PathPoint(at - before, float(gap), float(gap - reach), float(gap + reach), float(gap - band), float(gap + band), units=units))
    return tuple(points)


def _conditions(own: Found, series: Series, laid: Laid) -> tuple[Diagnostic, ...]:
    before, found, drawn = laid.before, own.synthetic, own.placebos
    ranked = {"p by the ratio of gaps after and before": drawn.p_of_ratio(found), "p by the effect as it is": drawn.p_of_effect(found)}
    by = "the mean effect over the misfit before the day, or over the usual one where that is larger,"
    told = [
        donor_weights(found.weights, laid.names),
        fit_before(found.misfit, drawn.usual(found) if found.changes else found.spread, before=before, changes=found.changes),
        extrapolation(series.y[:before], series.donors[:, :before], found.weights),
        placebo_in_space(own.p_value, drawn.floor(found), own.within, drawn.count - own.within, by=by, others=ranked, why_none=own.why_none),
        *_earlier(own, series, laid),
        leave_one_donor_out(found.effect, _without(own.make, series, found, laid.names), told=own.interval.given and own.interval.excludes(0.0)),
    ]
    return tuple(told)


def _earlier(own: Found, series: Series, laid: Laid) -> tuple[Diagnostic, ...]:
    """The placebo in time, where enough periods are left before a day that is set back."""
    set_back = laid.before - max(1, laid.before // BACK)
    if set_back < FEWEST_BACK:
        return ()
    past = Found.of(series.earlier(set_back), own.name, own.make)
    floor = past.placebos.floor(past.synthetic)
    return (placebo_in_time(past.synthetic.effect, past.p_value, floor, after=laid.before - set_back, period=laid.period),)


def _without(make: Callable[[Series], Synthetic], series: Series, found: Synthetic, names: tuple[str, ...]) -> dict[str, float]:
    """The effect without each donor that carries weight, by its name."""
    return {names[at]: make(series.without(int(at))).effect for at in np.flatnonzero(np.abs(found.weights) > HEAVY)}
