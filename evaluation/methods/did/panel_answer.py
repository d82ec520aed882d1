"""What the programme changed in the units of a panel, by the estimator that the question asks for."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import detectable_by_the_past, detectable_effect, two_way_weights
from ...terms import Comparison, Diagnostic, Estimate, Panel, Problem, Question, Refused
from ..period_names import period_name
from .arms import seen_after, sides
from .beside import beside
from .decomposition import two_by_twos
from .event_path import path_points, pre_conditions
from .fits import FITS, Fit, after_leaving, cells_of
from .laid import Laid, lay
from .placebo import detectable
from .proportional import beside_shares
from .said import unit_of
from .uncertainty import uncertain

if TYPE_CHECKING:
    from ...outcomes.panel_ruler import PanelRuler
    from ..few import Told

FORBIDDEN = ("later with earlier", "later with always")  # comparisons with units that are under the programme themselves
ROUNDED = 1e-9  # of the outcomes' range: a standard error below it comes of rounding, and no unit differs from any


def estimate(panel: Panel, comparison: Comparison, ruler: PanelRuler, question: Question) -> Estimate:
    """The mean change of the units that adopted, a period, within the horizon, less that of those compared in the same periods.

    The path by time since adoption, which every estimator's answer carries, is that of the effects by group and time.
    Refuses where nothing varies, and where no cell within the horizon can be told.
    """
    laid = lay(panel, comparison, ruler.paths(question.so_many), question)
    fitting = FITS[question.estimator]
    _watched(laid)
    fit = fitting(laid)
    if not np.isfinite(fit.effect):
        raise Refused(_problem(question, f"no effect within {question.horizon} can be told. {fit.why}".strip(), "Study more units, or longer."))
    told = uncertain(laid, fit, fitting, question)
    _varies(told, laid)
    cells = cells_of(laid)
    seen = seen_after(laid, cells if question.estimator == "group_time" else None)
    served, compared = sides(panel, comparison, laid, seen, fit.effect)
    path = path_points(cells, laid, told)
    left = after_leaving(cells, laid)
    others, agree = beside(laid, fit, left, question)
    shares, by_shares, levels = beside_shares(laid, told, cells)
    return Estimate(
        estimand=replace(comparison.estimand, contrast=f"difference in change a {period_name(panel.edges)}, within {question.horizon} of adoption"),
        effect=told.effect,
        std_error=told.std_error,
        interval=told.interval,
        p_value=told.p_value,
        served=served,
        compared=compared,
        beside=shares,
        diagnostics=(
            *_seen_in_the_past(laid, ruler, question),
            told.diagnostic,
            *pre_conditions(cells, laid, told, unit_of(ruler.outcome), period_name(panel.edges)),
            *levels,
            *agree,
            *_weights(fit, laid),
            *_power(told, ruler, question),
        ),
        path=path,
        others=(*others, *by_shares),
        periods=period_name(panel.edges),
    )


def _weights(fit: Fit, laid: Laid) -> tuple[Diagnostic, ...]:
    """What two-way fixed effects weigh, where they are asked for: over all periods, on a panel without gaps."""
    if fit.weights is None:
        return ()
    forbidden = None
    if not np.isnan(laid.value).any():
        kinds = two_by_twos(laid.value, laid.adopted, weight=laid.weight).by_kind()
        forbidden = sum(weight for kind, (weight, _) in kinds.items() if kind in FORBIDDEN)
    return (two_way_weights(fit.weights.below_zero, forbidden),)


def _seen_in_the_past(laid: Laid, ruler: PanelRuler, question: Question) -> tuple[Diagnostic, ...]:
    """What could have been seen by the spread of placebo effects in the same places' past: no outcome from adoption on is read for it."""
    past = detectable(laid)
    if past is None:
        return ()
    unit, worth = unit_of(ruler.outcome), question.worthwhile / question.so_many
    effect = past.effect / question.so_many
    return (
        detectable_by_the_past(
            effect, worth, placebos=past.placebos, periods=past.periods, asked=past.asked, unit=unit, of=past.of, per=question.so_many
        ),
    )


def _power(told: Told, ruler: PanelRuler, question: Question) -> tuple[Diagnostic, ...]:
    """What could have been seen by the effect's own error."""
    if not (told.interval.given and np.isfinite(told.std_error)):
        return ()
    per = question.so_many
    return (detectable_effect(told.std_error / per, told.freedom, question.worthwhile / per, unit=unit_of(ruler.outcome), per=per),)


def _watched(laid: Laid) -> None:
    """Refuses units that adopted and were watched in no period within the horizon, or in none before."""
    if not laid.counted.any():
        raise Refused(_problem(laid.question, f"nobody that adopted is watched within {laid.question.horizon} of it.", "Study longer."))
    before = (laid.since < -laid.question.anticipation) & ~np.isnan(laid.value)
    if not before[laid.focal].any():
        raise Refused(_problem(laid.question, "nobody that adopted is watched before it.", "Study from an earlier day on."))


def _varies(told: Told, laid: Laid) -> None:
    """Refuses outcomes that are the same in every unit and period."""
    spread = float(np.nanmax(laid.value) - np.nanmin(laid.value))
    rounding = ROUNDED * float(np.nanmax(np.abs(laid.value)))  # a rate that is the same everywhere differs in its last digits
    if not spread > rounding or told.std_error <= ROUNDED * spread:
        found = "every unit changed by the same, and an interval would have no width."
        raise Refused(_problem(laid.question, found, "Report the units' paths side by side."))


def _problem(question: Question, found: str, remedy: str) -> Problem:
    return Problem(f"question '{question.outcome}' by {question.method}", found, remedy=remedy)
