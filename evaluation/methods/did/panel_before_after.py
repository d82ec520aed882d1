"""Before and after, of the units that adopted alone: what changed, whatever changed it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri, stdtrit

from ...diagnostics import detectable_effect, enrolment_dip
from ...diagnostics.few_treated import FEWEST_CLUSTERS
from ...terms import Comparison, Diagnostic, Estimate, Interval, Panel, PathPoint, Problem, Question, Refused
from ..clustering import one_way
from ..inference import LEVEL, Contrast
from ..period_names import period_name
from .arms import before_and_after
from .bands import simultaneous
from .laid import Laid, lay
from .said import unit_of

if TYPE_CHECKING:
    from ...outcomes.panel_ruler import PanelRuler
    from ...terms import Array


def estimate(panel: Panel, comparison: Comparison, ruler: PanelRuler, question: Question) -> Estimate:
    """The units' own mean a period within the horizon less that over the periods before adoption that nobody anticipates.

    It licenses nothing but that they changed: a trend that they share with everybody is part of it.  The error is CR1 by cluster; with
    fewer than FEWEST_CLUSTERS of them no interval is told.  Refuses units that are watched on one side alone.
    """
    laid, period = lay(panel, comparison, ruler.paths(question.so_many), question), period_name(panel.edges)
    before, after = _mean(laid, laid.since < -question.anticipation), _mean(laid, laid.counted)
    rows = np.isfinite(before) & np.isfinite(after)
    if not rows.any():
        found = "no unit that adopted is watched both before and after."
        raise Refused(Problem(f"question '{question.outcome}' by {question.method}", found, remedy="Study longer."))
    found_ = _alone(np.where(rows, after - before, np.nan), laid)[0]
    if not found_.std_error > 0:
        words = "every unit changed by the same, or one cluster is all there is, and an interval would have no width."
        raise Refused(Problem(f"question '{question.outcome}' by {question.method}", words, remedy="Report the units' paths side by side."))
    enough = len(np.unique(laid.clusters[rows])) >= FEWEST_CLUSTERS
    interval = found_.interval("cluster-robust (CR1)") if enough else Interval(float("-inf"), float("inf"), "none can be trusted: too few clusters")
    served, compared = before_and_after(panel, comparison, laid, float(np.average(after[rows], weights=laid.weight[rows])), found_.effect)
    unit, per, worth = unit_of(ruler.outcome), question.so_many, question.worthwhile
    return Estimate(
        estimand=replace(comparison.estimand, name="change", contrast=f"change a {period}, within {question.horizon} of adoption"),
        effect=found_.effect,
        std_error=found_.std_error,
        interval=interval,
        p_value=found_.p_value if enough else 1.0,
        served=served,
        compared=compared,
        diagnostics=(
            *_dip(laid, ruler, question, period),
            *((detectable_effect(found_.std_error / per, found_.df, worth / per, unit=unit, per=per),) if enough else ()),
        ),
        path=_path(laid, enough=enough),
        periods=period,
    )


def _mean(laid: Laid, mask: Array) -> Array:
    """(m,) the mean over the periods of a mask (m, T); NaN where none of them was watched, or the effect is not about the unit."""
    there = mask & ~np.isnan(laid.value) & laid.focal[:, None]
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(there, laid.value, 0.0).sum(axis=1) / there.sum(axis=1))


def _alone(values: Array, laid: Laid) -> tuple[Contrast, Array]:
    """The weighted mean of values (m,), NaN where a unit has none, with its error by cluster and its influence."""
    there = np.isfinite(values)
    w = np.where(there, laid.weight, 0.0)
    mean = float((w * np.where(there, values, 0.0)).sum() / w.sum())
    influence = np.where(there, w * (np.where(there, values, 0.0) - mean), 0.0) / w.sum()
    return one_way(mean, influence[there], laid.clusters[there], parameters=1), influence


def _dip(laid: Laid, ruler: PanelRuler, question: Question, period: str) -> tuple[Diagnostic, ...]:
    last = -1 - question.anticipation
    own, earlier = _mean(laid, laid.since == last), _mean(laid, laid.since < last)
    stands_out = own - earlier
    if np.isfinite(stands_out).sum() < 2:
        return ()
    told, _ = _alone(stands_out, laid)
    many = int(laid.adopted[laid.focal].max()) - question.anticipation
    p = told.p_value if told.std_error > 0 else 1.0
    unit, per = unit_of(ruler.outcome), question.so_many
    size = (-told.effect / many / per, p, question.worthwhile / per)
    return (enrolment_dip(*size, unit=unit, whose="those that adopt", alone=True, period=period, before=many - 1, calendar=True, per=per),)


def _path(laid: Laid, *, enough: bool) -> tuple[PathPoint, ...]:
    """The units' own path, held against the last period before adoption."""
    last = -1 - laid.question.anticipation
    reference = _mean(laid, laid.since == last)
    times = range(int(laid.since[laid.focal].min()), laid.within)
    away = {e: moved for e in times if np.isfinite(moved := _mean(laid, laid.since == e) - reference).any()}
    found = {e: _alone(moved, laid) for e, moved in away.items()}
    every = simultaneous(np.column_stack([part for _, part in found.values()]), laid.clusters) / float(ndtri((1 + LEVEL) / 2))
    points = []
    for e, (told, _) in found.items():
        usual = float(stdtrit(told.df, (1 + LEVEL) / 2)) * told.std_error if told.df > 0 else float("inf")
        own = 0.0 if e == last else usual if enough and np.isfinite(usual) else float("inf")
        band = own * (every if every > 1 else 1.0) if own else 0.0
        limits = (told.effect - own, told.effect + own, told.effect - band, told.effect + band)
        points.append(PathPoint(e, told.effect, *limits, int(np.isfinite(away[e]).sum()), e == last))
    return tuple(points)
