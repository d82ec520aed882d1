"""A false date and a false place: what the same estimator finds before anybody adopted, and where the dates are dealt out by chance.

No word of a design dates an adoption earlier than it was: the panel itself is given other dates, and of units that adopt nothing is read
from their true adoption on.  Series and cut-offs carry placebos of their own, which stand here as they are.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.false_adoption import placebo_adopters, placebo_adoption
from ..methods import METHODS
from ..methods.did.dealing import effects_of
from ..methods.did.laid import Laid, lay
from ..methods.horizons import periods_within
from ..methods.reassigned import SEED, dealings, reassigned
from ..phrases import counted
from ..terms import NEVER, Challenge, CohortPlan, Diagnostic, Horizon, Panel, Question, Refused, Study, Tried
from .asked import Asked, could_not
from .by_rivals import size
from .not_analysed import line
from .otherwise import unread

if TYPE_CHECKING:
    from ..terms import Array

DATE, PLACE = "placebo_date", "placebo_place"
DATED = "the date of adoption, moved back into the time before it"
PLACED = "the places that adopted, dealt the same dates by chance"
CARRIED = {DATE: ("placebo_in_time",), PLACE: ("placebo_in_space", "placebo_cutoffs")}  # conditions of an answer that say as much already
MANY = 499  # dealings where there are more clusters than FEW
FEW = 200
DRAWN = 199  # dealings that the picture is of
FEWEST = 2  # units that adopt


def placebo_date(asks: Asked) -> Challenge:
    """The effect of an adoption that was none, as many periods before the true one as the horizon is long, or as the past allows."""
    if carried := _carried(asks, DATE):
        return Challenge(DATE, DATED, carried[0].sentence, carried, (asks.own,), 0.0, asks.unit)
    if not isinstance(asks.cohort, Panel) or asks.question.method != "did":
        return could_not(DATE, DATED, "no unit adopts on a date in this answer.", unit=asks.unit)
    within = periods_within(asks.cohort.edges, asks.question.horizon)
    why = "the past before adoption is too short to hold another before and after."
    for periods in range(within, 0, -1):
        horizon = shorter(asks.question.horizon, within, periods)
        panel = earlier(asks.cohort, periods)
        question = replace(asks.question, horizon=horizon) if horizon else None
        adopts = (panel.adopted >= 1 + asks.question.anticipation) & (panel.adopted < NEVER)
        if question is None or np.count_nonzero(adopts) < FEWEST:
            continue
        try:
            comparison = METHODS["did"].compare(panel, question)
            found = METHODS["did"].estimate(panel, comparison, asks.lay(asks.outcome, 0), question)
        except Refused as refused:
            why = " ".join(map(str, refused.problems))
            continue
        if not np.isfinite(found.p_value):
            continue
        told = placebo_adoption(found.p_value, periods)
        label = f"adoption {counted(periods, 'period')} earlier"
        said = f"With {label}, before it could act, the effect is {size(found.effect, asks.unit)} (p = {found.p_value:.2g})."
        return Challenge(DATE, DATED, said, (told,), (asks.own, line(label, found)), 0.0, asks.unit)
    return could_not(DATE, DATED, why, unit=asks.unit)


def placebo_place(asks: Asked) -> Challenge:
    """How seldom clusters that were dealt the same dates by chance show as much as those that adopted."""
    if bare := unread(asks, PLACE, PLACED):
        return bare
    if carried := _carried(asks, PLACE):
        return Challenge(PLACE, PLACED, carried[0].sentence, carried, (asks.own,), 0.0, asks.unit)
    if not isinstance(asks.cohort, Panel) or asks.question.method != "did":
        return could_not(PLACE, PLACED, "no place adopts in this answer.", unit=asks.unit)
    laid = _whole(lay(asks.cohort, asks.comparison, asks.lay(asks.outcome, 0).paths(asks.question.so_many), asks.question))  # type: ignore[union-attr]  # of a panel
    if laid is None:
        why = "units of one cluster adopt on several dates, or none is watched throughout: dates cannot be dealt out among them."
        return could_not(PLACE, PLACED, why, unit=asks.unit)
    effect = effects_of(laid.value[:, :, None], laid.weight, laid.within, asks.question)
    draws = MANY if len(laid.adopted) > FEW else 1_999

    def statistic(adopted: Array) -> float:
        return float(effect(adopted)[0])

    found = reassigned(laid.adopted, laid.clusters, statistic, draws=draws)
    clear = asks.own.low > 0 or asks.own.high < 0
    told = placebo_adopters(found.p_value, found.assignments, found.floor, clear=clear)
    by_chance = [statistic(one) for one in islice(dealings(laid.adopted, laid.clusters, None, DRAWN, SEED)[1], DRAWN)]
    low, middle, high = np.nanquantile(by_chance, [0.025, 0.5, 0.975])
    lines = (asks.own, Tried("places dealt the dates by chance: the middle 95 %", float(middle), float(low), float(high)))
    said = f"Places dealt the same dates by chance show as much in {100 * found.p_value:.2g} of every 100 dealings ({found.assignments:,} in all)."
    return Challenge(PLACE, PLACED, said, (told,), lines, 0.0, asks.unit)


def fits_date(question: Question, plan: CohortPlan) -> str:
    """Why there is no false date; empty where there is."""
    if plan.by != "adoption" or question.method == "monitor":
        return "no unit adopts on a date of the calendar."
    return "an interrupted series tells its own past apart from what follows." if question.estimator == "interrupted" else ""


def dated(study: Study, question: Question) -> bool:
    """Whether a false date decides: of differences in differences, which are asked anew; a placebo that an answer carries counts as it does there."""
    return question.method == "did"


def fits_place(question: Question, plan: CohortPlan) -> str:
    """Why there is no false place; empty where there is."""
    if plan.by == "score":
        return ""
    if plan.by != "adoption" or question.method == "monitor":
        return "no place adopts, and no cut-off divides people."
    return "an interrupted series stands beside no other place." if "interrupted" in question.estimator else ""


def earlier(panel: Panel, periods: int) -> Panel:
    """The panel with adoption so many periods before the true one, and units that adopt watched until the true one alone."""
    true = panel.adopted.astype(np.int64)
    adopted = np.where(true < NEVER, np.maximum(true - periods, 0), NEVER)
    watched = panel.watched & (np.arange(panel.periods) < true[:, None])
    return replace(panel, adopted=adopted, left=np.full(len(panel), NEVER), watched=watched)


def shorter(horizon: Horizon, within: int, periods: int) -> Horizon | None:
    """A horizon of fewer of the periods of which it holds so many; None where it is no whole number of months or days."""
    months, days = horizon.months, horizon.days
    if months is not None:
        return Horizon(months=months * periods // within) if months * periods % within == 0 else None
    return Horizon(days=days * periods // within) if days is not None and days * periods % within == 0 else None


def _whole(laid: Laid) -> Laid | None:
    """One unit for each cluster, of those that were watched throughout; None where dates cannot be dealt out among them."""
    if not laid.nested:
        return None
    whole = laid.by_cluster()
    some = whole.of(np.flatnonzero(~np.isnan(whole.value).any(axis=1)))
    return some if some.focal.any() and (~some.focal).any() else None


def _carried(asks: Asked, name: str) -> tuple[Diagnostic, ...]:
    return tuple(one for one in asks.answer.diagnostics if one.name in CARRIED[name])
