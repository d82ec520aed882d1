"""What being served did to a mean amount: the outcome laid on the comparison, with what stands beside an effect on costs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Cohort, Comparison, Estimate, Problem, Question, Refused
from ..inference import Contrast
from ..influence import Errors, Means
from ..pooled import pooled
from ..ratios import log_ratio, ratio
from ..sides import side
from ..spread import Spread, ways, worth
from ..standing import histories
from .accounts import Seen, accounts
from .beside import capped, others
from .estimators import means_of
from .laid import Laid, lay
from .reading import where
from .spreading import errors_of, spread_of
from .told import conditions

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Arm

ROUNDED = 1e-9  # of the amounts' range: a standard error below it comes of rounding, and nobody differs from anybody
CONTRAST = "difference in mean amount over {}"


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """What one comparison tells of an amount."""

    laid: Laid
    means: Means
    errors: Errors
    spread: Spread
    logged: Contrast | None  # the logarithm of the ratio of the means
    formula: str  # of its error


def estimate(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Estimate:
    """The mean amount of the served less that of the people compared with them, each weighted as the comparison has it, over the horizon.

    Arithmetic means, whatever the tail: a budget pays totals, and no logarithm or median adds up to one.  Whoever was lost before the
    horizon (served later, moved, records that end) is stood for, month by month, by those of the same arm who were still followed and
    as likely to be by their history (`means`, `leaving`); a death completes what was spent.  The means are of amounts, or told by a
    regression in levels or by a model of costs averaged over whom the effect is about (`adjusted`), or doubly robust (`doubly`).  The
    error is cluster-robust by set and by who shares luck, counts that weights, chances of being followed and models were learnt, and is
    wider where a few large amounts could have been missed (`spreading`).  Of several comparisons, each in an imputed history, answers
    are pooled.  Refuses an arm with nobody followed to the end, amounts that are all 0, and when nothing varies.
    """
    told = [_told(one, each, ruler, question) for one, each in histories(cohort, comparison)]
    first = told[0]
    for each in told:
        _measurable(each)
    spread, logged = _as_one(told)
    there, high = ratio(logged, "amount", first.formula), capped(first.laid)
    return Estimate(
        estimand=replace(comparison.estimand, contrast=CONTRAST.format(question.horizon)),
        effect=spread.contrast.effect,
        std_error=spread.contrast.std_error,
        interval=spread.interval,
        p_value=spread.p_value,
        served=_side(told, served=True),
        compared=_side(told, served=False),
        diagnostics=conditions(first.laid, ruler, first.means, first.errors, spread, high),
        ratio=there,
        others=others(first.laid),
        economics=accounts(first.laid, first.means, spread, ruler, high),
    )


def _told(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Told:
    """One comparison's means, with the error that the question asks for."""
    laid = lay(cohort, comparison, ruler, question)
    means = means_of(laid)
    error = errors_of(laid, means)
    by = question.inference.by
    spread = spread_of(laid, means, error)
    way = "robust" if by == "bootstrap" else by
    how = ways(error, laid.rows, way)
    return Told(laid, means, error, spread, log_ratio(means, error, how, worth(laid.rows, means, way)), how.formula)


def _as_one(told: Sequence[Told]) -> tuple[Spread, Contrast | None]:
    """The effect, and the logarithm of the ratio, of one comparison or of several in imputed histories."""
    if len(told) == 1:
        return told[0].spread, told[0].logged
    if any(each.spread.limits for each in told):
        found = "an interval by people drawn again is not pooled over imputed histories."
        raise Refused(Problem(where(told[0].laid.question), found, remedy="Ask for 'robust'."))
    spread = Spread(pooled([each.spread.contrast for each in told]), f"{told[0].spread.formula}, pooled over {len(told)} imputed histories")
    ratios = [each.logged for each in told if each.logged is not None]
    return spread, pooled(ratios) if len(ratios) == len(told) else None


def _side(told: Sequence[Told], *, served: bool) -> Arm:
    """An arm as the first comparison has it, its mean that over all of them."""
    laid, means = told[0].laid, told[0].means
    arm = side(Seen(laid.reading.y, laid.reading.lost), laid.rows, means, served=served, counted=False)
    found = [each.means.served if served else each.means.compared for each in told]
    return replace(arm, mean=float(np.mean(found)))


def _measurable(told: Told) -> None:
    """Refuses a contrast whose spread cannot be measured."""
    question, y = told.laid.question, told.laid.reading.parts
    if told.spread.contrast.std_error > ROUNDED * float(np.ptp(y)):
        return
    if np.isnan(told.spread.contrast.std_error):
        found = "all the people compared are of one set or of one cluster, and their spread cannot be measured."
        raise Refused(Problem(where(question), found, remedy="Declare smaller clusters."))
    found = "everybody has the same amount, and an interval would have no width."
    raise Refused(Problem(where(question), found, remedy="Report the two arms side by side."))
