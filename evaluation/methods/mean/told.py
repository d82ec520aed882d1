"""The conditions that a difference in mean amounts rests on, and what is told beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import (
    cost_family,
    dearest_hundredth,
    detectable_effect,
    e_value,
    extreme_weights,
    few_clusters,
    losses,
    people_with_costs,
    without_the_dearest,
)
from ...diagnostics.evalues import of_difference
from ...diagnostics.wording import called_by
from ...terms import Diagnostic
from ..conditions import before, hidden
from ..sides import clocks, shape
from .accounts import Seen
from .beside import family

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ..influence import Errors, Means
    from ..spread import Spread
    from .beside import Capped
    from .laid import Laid


def conditions(laid: Laid, ruler: Ruler, means: Means, error: Errors, spread: Spread, high: Capped | None) -> tuple[Diagnostic, ...]:
    """Every condition, in the order in which a protocol announces them."""
    rows, reading, called, contrast = laid.rows, laid.reading, called_by(laid.cohort.by), spread.contrast
    seen = Seen(reading.y, reading.lost, reading.why)
    known = ~reading.lost
    return (
        *_of_the_lot(laid, spread),
        losses(rows.served, reading.lost, rows.person, reading.why, means.least, called=called),
        *_of_those_who_left(laid, called),
        *clocks(seen, rows, laid.cohort),
        people_with_costs(reading.y[known] != 0, rows.served[known], rows.person[known], called=called),
        *shape(seen, rows, error, counted=False),
        dearest_hundredth(reading.y[known], rows.served[known], rows.person[known], laid.stands[known], called=called),
        *_of_the_dearest(high, spread, ruler),
        *_of_the_model(laid),
        *_of_the_unrecorded(laid, ruler, means, spread, called),
        detectable_effect(contrast.std_error, contrast.df, laid.question.worthwhile, unit=ruler.outcome.unit),
    )


def _of_the_lot(laid: Laid, spread: Spread) -> Iterator[Diagnostic]:
    clusters = laid.comparison.clusters
    if laid.cohort.by == "lot" and clusters is not None:
        yield few_clusters(laid.rows.served, clusters[laid.rows.row], spread.contrast.df, exact=False)


def _of_those_who_left(laid: Laid, called: str) -> Iterator[Diagnostic]:
    if any(arm.leaving.columns for arm in laid.arms):
        least = min(arm.least for arm in laid.arms)
        yield extreme_weights(laid.stands, laid.rows.served, laid.rows.person, least=least, called=called)


def _of_the_dearest(high: Capped | None, spread: Spread, ruler: Ruler) -> Iterator[Diagnostic]:
    if high is not None:
        found = spread.contrast
        yield without_the_dearest(found.effect, found.std_error, high.winsorised, high.trimmed, high.cap, high.above, unit=ruler.outcome.unit)


def _of_the_model(laid: Laid) -> Iterator[Diagnostic]:
    park = family(laid)
    if park is not None:
        yield cost_family(park.slope, park.std_error)


def _of_the_unrecorded(laid: Laid, ruler: Ruler, means: Means, spread: Spread, called: str) -> Iterator[Diagnostic]:
    """Where no lot decided: the outcome's own path before the start, and how strong something unrecorded would have to be."""
    if laid.cohort.by == "lot":
        return
    rows, reading, question, contrast = laid.rows, laid.reading, laid.question, spread.contrast
    yield from before(laid.cohort, laid.comparison, question, ruler, rows)
    adjusted = question.estimator != "difference"
    yield from hidden(rows, reading.y, reading.lost, more=contrast.effect > 0, counted=False, adjusted=adjusted, called=called)
    weights, known = means.stands, ~reading.lost
    squares, total = 0.0, 0.0
    for there in (rows.served & known, ~rows.served & known):
        y, w = reading.y[there], weights[there]
        squares += float((w * (y - np.average(y, weights=w)) ** 2).sum())
        total += float(w.sum())
    if squares > 0:
        deviation = (squares / total) ** 0.5
        yield e_value(*of_difference(contrast.effect / deviation, contrast.std_error / deviation), of_amounts=True, called=called)
