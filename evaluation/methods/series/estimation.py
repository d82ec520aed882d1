"""From a comparison to an estimate: what was seen from the day on, less what would have been."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics.series import gaps_in_series
from ...terms import Arm, Comparison, Diagnostic, Estimate, Panel, Problem, Question, Refused
from ..dominance import closest_guess
from .comparison import ALONE, FEWEST_DONORS, SYNTHETIC, window_of
from .interrupted_told import told_of_interrupted
from .laid import Laid
from .synthetic_told import told_of_synthetic

if TYPE_CHECKING:
    from ...outcomes.panel_ruler import PanelRuler
    from ...terms import Array


def estimate(panel: Panel, comparison: Comparison, ruler: PanelRuler, question: Question) -> Estimate:
    """The mean difference per period, over the horizon, between the treated places and what stands for them without the programme.

    An interrupted series: its line before the day continued (`interrupted`), of the treated less the others where these are compared.
    A synthetic one: weighted donors (`synthetic`), with placebos for its error (`placebos`).  The value is per unit or, of areas, per
    `question.so_many` people.  Where no interval can be trusted there is none, and its formula says why; the p-value is then 1 and the
    standard error infinite.  Refuses where a treated place has gaps in the outcome, or nothing varies.
    """
    laid, amount, gaps = _laid(panel, comparison, ruler, question)
    told = told_of_synthetic(laid, question) if question.estimator in SYNTHETIC else told_of_interrupted(laid, question)
    served, compared = _arms(panel, laid, amount, float(laid.y[laid.before :].mean()), told.effect)
    return Estimate(
        estimand=comparison.estimand,
        effect=told.effect,
        std_error=told.std_error,
        interval=told.interval,
        p_value=told.p_value,
        served=served,
        compared=compared,
        diagnostics=(*gaps, *told.diagnostics),
        path=told.path,
        others=told.others,
        periods=laid.period,
    )


def _laid(panel: Panel, comparison: Comparison, ruler: PanelRuler, question: Question) -> tuple[Laid, Array, tuple[Diagnostic, ...]]:
    """The series of the comparison, what each unit adds up to from the day on (n,), and a word on donors that the outcome has gaps of."""
    window = window_of(panel, question)
    value = ruler.paths(question.so_many).value[:, : window.stop]
    whole = np.isfinite(value).all(axis=1)
    treated, donors = window.treated & comparison.kept, window.donors & comparison.kept & whole
    where = f"question '{question.outcome}' by {question.method}"
    if lost := int((treated & ~whole).sum()):
        some = f"{lost:,} of the {int(treated.sum()):,} places" if panel.unit == "area" else "some of those"
        found = f"the outcome has gaps in {some} that came under the programme."
        raise Refused(Problem(where, found, "A series has none.", "Study years that the sources cover, or longer periods."))
    fewest = {ALONE: 0}.get(question.estimator, max(FEWEST_DONORS, int(treated.sum()) + 2) if question.estimator in SYNTHETIC else 1)
    if int(donors.sum()) < fewest:
        found = "too few places without the programme have the outcome in every period."
        raise Refused(Problem(where, found, remedy="Name a larger frame of areas, or study years that the sources cover."))
    laid = Laid.of(panel, value, treated, donors, comparison.weights, window.before, question)
    missing = window.donors & comparison.kept & ~whole
    names = [panel.names[at] for at in np.flatnonzero(missing)] if panel.names else []
    amount = np.nan_to_num(value[:, window.before :]).sum(axis=1)
    return laid, amount, (gaps_in_series(names, int(missing.sum()), unit=panel.unit),) if missing.any() else ()


def _arms(panel: Panel, laid: Laid, amount: Array, seen: float, effect: float) -> tuple[Arm, Arm]:
    """What was seen, and what would have been; of people, with how many have any of the outcome and how near the largest can be guessed."""
    sides = ((laid.treated, seen), (laid.beside, seen - effect))
    if panel.unit == "area":
        told = [Arm(int(panel.people[units].sum()), None, mean, areas=int(units.sum())) for units, mean in sides]
    else:
        pull = np.where(laid.treated, amount / laid.treated.sum(), np.where(laid.beside, amount / laid.beside.sum(), 0.0))
        told = [Arm(int(units.sum()), None, mean, some=int((amount[units] != 0).sum()), closest=closest_guess(pull, units)) for units, mean in sides]
    return told[0], told[1]
