"""What is told of a synthetic place: the effect among placebos, who it is made of, and how far it can be leant on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

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
from .placebos import Placebos, placebos
from .synthetic import MAKERS, Maker, Series, Synthetic, augmented, chosen_penalty, plain_difference

BACK = 3  # the placebo in time sets the day back by a third of the periods before it
FEWEST_BACK = 3  # periods before a day that is set back
CHANGES = "synthetic_did"  # compares changes: how far places lie apart throughout is no misfit


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """One recipe's synthetic place, with its placebos."""

    name: str
    make: Maker
    synthetic: Synthetic
    placebos: Placebos

    @property
    def interval(self) -> Interval:
        """By inverting the placebos; none where there are fewer than 19."""
        reach, many = self.placebos.reach(self.synthetic), self.placebos.count
        if reach == float("inf"):
            return no_interval(f"{many} placebos cannot tell at 95 %: 19 are the least")
        middle = self.synthetic.effect
        return Interval(middle - reach, middle + reach, f"{many} placebos, inverted")


def told_of_synthetic(laid: Laid, question: Question) -> Told:
    """The effect by the estimator asked for, with all the others beside it."""
    series = Series(laid.y, laid.donors, laid.before, laid.together, laid.extra, laid.donors_extra)
    if not np.ptp(np.vstack([laid.y, laid.donors]), axis=1).any():
        found = "the outcome never varies in any place, so that nothing tells how far it may err."
        raise Refused(Problem(f"question '{question.outcome}' by {question.method}", found, remedy="Report it as it is."))
    own = _found(series, question.estimator)
    others = [_found(series, name) for name in MAKERS if name != question.estimator]
    plain = Found("difference-in-differences", plain_difference, plain_difference(series), placebos(series, plain_difference, scaled=False))
    interval = own.interval
    return Told(
        effect=own.synthetic.effect,
        std_error=own.placebos.std_error(own.synthetic) if interval.given else float("inf"),
        interval=interval,
        p_value=own.placebos.p_value(own.synthetic),
        path=_path(own, laid.together),
        others=tuple(Other(one.name, one.synthetic.effect, one.interval if one.interval.given else None) for one in (*others, plain)),
        diagnostics=_conditions(own, series, laid, question),
    )


def _found(series: Series, estimator: str) -> Found:
    name, make = MAKERS[estimator]
    if make is augmented:  # one penalty for the treated and all placebos: a share of each one's own singular values
        make = partial(augmented, penalty=chosen_penalty(series))
    return Found(name, make, make(series), placebos(series, make, scaled=estimator != CHANGES))


def _path(own: Found, units: int) -> tuple[PathPoint, ...]:
    """The gap at every period; limits as the interval's, period by period, and bands by the largest gap of each placebo from the day on."""
    gaps, before = own.placebos.gap, own.synthetic.before
    band = own.placebos.reach(own.synthetic, np.abs(gaps[:, before:]).max(axis=1))
    points = []
    for at, gap in enumerate(own.synthetic.gap):
        reach = own.placebos.reach(own.synthetic, np.abs(gaps[:, at]))
        points.append(PathPoint(at - before, float(gap), float(gap - reach), float(gap + reach), float(gap - band), float(gap + band), units=units))
    return tuple(points)


def _conditions(own: Found, series: Series, laid: Laid, question: Question) -> tuple[Diagnostic, ...]:
    before, found, drawn = laid.before, own.synthetic, own.placebos
    by = "the mean effect" if question.estimator == CHANGES else "the mean effect over the misfit before the day"
    ranked = {"p by the ratio of gaps after and before": drawn.p_of_ratio(found), "p by the effect as it is": drawn.p_of_effect(found)}
    told = [
        donor_weights(found.weights, laid.names),
        fit_before(found.misfit, float(series.donors[:, :before].std(axis=0, ddof=1).mean()), before=before),
        extrapolation(series.y[:before], series.donors[:, :before], found.weights),
        placebo_in_space(drawn.p_value(found), drawn.floor, drawn.count, by=by, others=ranked, told=own.interval.given),
        *_earlier(own, series, laid),
        leave_one_donor_out(found.effect, _without(own.make, series, found, laid.names)),
    ]
    return tuple(told)


def _earlier(own: Found, series: Series, laid: Laid) -> tuple[Diagnostic, ...]:
    """The placebo in time, where enough periods are left before a day that is set back."""
    set_back = laid.before - max(1, laid.before // BACK)
    if set_back < FEWEST_BACK:
        return ()
    past = series.earlier(set_back)
    found, drawn = own.make(past), placebos(past, own.make, scaled=own.placebos.scaled)
    return (placebo_in_time(found.effect, drawn.p_value(found), drawn.floor, after=laid.before - set_back, period=laid.period),)


def _without(make: Callable[[Series], Synthetic], series: Series, found: Synthetic, names: tuple[str, ...]) -> dict[str, float]:
    """The effect without each donor that carries weight, by its name."""
    return {names[at]: make(series.without(int(at))).effect for at in np.flatnonzero(np.abs(found.weights) > HEAVY)}
