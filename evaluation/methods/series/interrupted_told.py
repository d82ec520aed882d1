"""What is told of an interrupted series, alone or less the series of other places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.series import series_changes, series_evidence
from ...terms import Diagnostic, Interval, Other, PathPoint, Problem, Question, Refused
from ..autocorrelated import Mixture
from .interrupted import ROUNDED, Interrupted, interrupted, two_lines
from .laid import Laid, Told, no_interval

if TYPE_CHECKING:
    from ...terms import Array

BY = "averaged restricted likelihood of autocorrelated errors, mixture of t"


def told_of_interrupted(laid: Laid, question: Question) -> Told:
    """The effect, its interval where the size of the test was shown, and the same without a comparison beside it.

    Refuses a series that lies on its two lines to the last digit: nothing tells of its error.
    """
    compared = question.estimator == "comparative_interrupted"
    beside = (laid.donor_weights[:, None] * laid.donors).sum(axis=0) if compared else np.zeros(len(laid.y))
    y = laid.y - beside
    _errs(y, laid, question)
    found = interrupted(y, laid.before)
    why = found.why_none
    effect = found.effect
    return Told(
        effect=effect.value,
        std_error=float("inf") if why else effect.std_error,
        interval=_interval(effect, why),
        p_value=1.0 if why else effect.p_value,
        path=_path(found, laid.together),
        others=(_other(interrupted(laid.y, laid.before)),) if compared else (),
        diagnostics=tuple(_conditions(found, laid, beside, compared=compared)),
    )


def _conditions(found: Interrupted, laid: Laid, beside: Array, *, compared: bool) -> list[Diagnostic]:
    varies = compared and np.ptp(beside) > ROUNDED * float(np.abs(beside).max())
    own = two_lines(beside, laid.before) if varies else None
    left = {
        "autocorrelation": found.rho,
        "p of what is left over": found.left_over,
        "p of a bend before the day": found.bend,
        "p of a change on a day that is set back": found.set_back,
    }
    return [
        series_evidence(compared=compared, why_none=found.why_none, points=found.points, before=found.before, detail=left),
        series_changes(*_changes(found), _changes(own) if own else None, period=laid.period, carried=_carried(found, own)),
    ]


def _carried(found: Interrupted, beside: Interrupted | None) -> float | None:
    """How much of an effect that is told is what the others changed by, the other way round; none where no direction is told."""
    told = not found.why_none and _interval(found.effect, "").excludes(0.0)
    return -beside.effect.value / found.effect.value if told and beside else None


def _changes(found: Interrupted) -> tuple[tuple[float, float, float], tuple[float, float, float] | None]:
    return _three(found.level, found.why_none), _three(found.slope, found.why_none) if found.slope else None


def _three(mixture: Mixture, why_none: str) -> tuple[float, float, float]:
    interval = _interval(mixture, why_none)
    return mixture.value, interval.low, interval.high


def _interval(mixture: Mixture, why: str) -> Interval:
    return no_interval(why) if why else Interval(*mixture.limits(), BY)


def _other(alone: Interrupted) -> Other:
    """The series without a comparison: its interval is given where one can be, and it stays weak evidence."""
    return Other("interrupted series without a comparison", alone.effect.value, None if alone.why_none else _interval(alone.effect, ""))


def _path(found: Interrupted, units: int) -> tuple[PathPoint, ...]:
    """The lines' difference at every period from the day on; its band is that of all combinations of level and slope."""
    points = []
    for since, one in enumerate(found.by_period):
        low, high = (float("-inf"), float("inf")) if found.why_none else one.limits()
        below, above = (one.value + found.band * (end - one.value) for end in (low, high))
        points.append(PathPoint(since, one.value, low, high, below, above, units))
    return tuple(points)


def _errs(y: Array, laid: Laid, question: Question) -> None:
    """Refuses a series that never leaves its lines."""
    since = np.arange(len(y)) - laid.before
    after = (since >= 0).astype(float)
    X = np.column_stack([np.ones(len(y)), since, after, after * since])
    left = y - X @ np.linalg.lstsq(X, y, rcond=None)[0]
    if float(np.abs(left).max()) > ROUNDED * max(float(np.abs(laid.y).max()), float(np.abs(laid.donors).max(initial=0.0))):
        return
    found = "every point of the series lies on its two lines, so that nothing tells how far it may err."
    raise Refused(
        Problem(f"question '{question.outcome}' by {question.method}", found, remedy="Look at the records: numbers of places do not do that.")
    )
