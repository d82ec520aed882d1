"""What coming did for those who came because they were offered a place, where a lot or somebody offered: two-stage least squares."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import detectable_effect, losses, take_up_at_the_cutoff
from ...diagnostics.sums import effective_number
from ...diagnostics.wording import called_by
from ...terms import Arm, Cohort, Comparison, Estimand, Estimate, Problem, Question, Refused
from ..clustering import one_way, two_way
from ..influence import Errors, Means, errors
from ..sides import clocks, shape, side
from ..standing import Rows, standing
from .anderson_rubin import TwoJumps, led
from .instruments import two_stage
from .reading import WORDS, read, standing_for

if TYPE_CHECKING:
    from ...outcomes.ruler import Ruler
    from ...terms import Array

FORMULA = "two-stage least squares, cluster-robust"


def estimate(cohort: Cohort, comparison: Comparison, ruler: Ruler, question: Question) -> Estimate:
    """The effect of coming on those who come because they are offered a place, on the weights of a comparison of offered and not offered.

    The offer is the instrument: it moves the outcome through coming alone, and keeps nobody away who would have come (Imbens and
    Angrist 1994).  Whoever was lost before the horizon is stood for by those followed in the same arm.  Rows hang together by whom the
    comparison says, sets included; where its weights were learnt, the errors count that.  The interval is an Anderson-Rubin set where
    the first stage is not overwhelming.  Refuses a cohort in which nobody's coming is on record, or hangs on the offer.
    """
    if cohort.taken_up is None:
        found = "nothing on record says who took the offer up."
        raise Refused(_problem(question, found, "Declare taken_up = { enrolment = ..., within_days = ... } of the cohort."))
    rows = standing(cohort, comparison)
    own = read(ruler, question).of(rows.row)
    for there in (rows.served, ~rows.served):
        if own.lost[there].all():
            raise Refused(_problem(question, "nobody in one of the arms was followed to the end of the window.", "Ask about a shorter horizon."))
    stands, least = standing_for(own, rows.served, rows.weights)
    d = cohort.taken_up[rows.row].astype(float)
    of_y, of_d, of_both = (_means(values, rows, stands, least) for values in (own.y, d, own.y * d))
    if of_d.effect == 0:
        raise Refused(_problem(question, "as many come without an offer as with one.", "Ask what the offer did, by another method."))
    jumps, parts = _jumps(cohort, comparison, rows, of_y, of_d)
    followed = stands > 0
    solved = two_stage(
        own.y[followed], d[followed], rows.served[followed].astype(float)[:, None], np.ones((int(followed.sum()), 1)), stands[followed]
    )
    effect, with_d = solved.effect, of_both.effect / of_d.effect
    ratio = led(jumps, FORMULA)
    counted = ruler.outcome.kind != "amount"
    levels = {True: with_d, False: with_d - effect}
    arms = {arm: _arm(replace(side(own, rows, of_y, served=arm, counted=counted), mean=levels[arm])) for arm in (True, False)}
    counts = {arm: (int(d[there].sum()), int((1 - d[there]).sum())) for arm, there in (("served", rows.served), ("compared", ~rows.served))}
    return Estimate(
        estimand=_estimand(comparison.estimand, WORDS[ruler.outcome.kind].format(question.horizon)),
        effect=effect,
        std_error=ratio.std_error,
        interval=ratio.interval,
        p_value=ratio.p_value,
        served=arms[True],
        compared=arms[False],
        beside=ratio.beside,
        diagnostics=(
            losses(rows.served, own.lost, rows.person, own.why, least, called=called_by(cohort.by)),
            *clocks(own, rows, cohort),
            *shape(own, rows, parts, counted=counted),
            take_up_at_the_cutoff(of_d.effect, jumps.strength, counts=counts, where=""),
            *([detectable_effect(jumps.std_error, jumps.df, question.worthwhile, unit=ruler.outcome.unit)] if ratio.interval.given else []),
        ),
    )


def _arm(arm: Arm) -> Arm:
    return replace(arm, weighed=None)


def _means(y: Array, rows: Rows, stands: Array, least: float) -> Means:
    """The weighted means of the two arms, with what each row adds to their errors."""
    parts, means = [np.zeros(len(y)) for _ in range(2)], []
    for part, there in zip(parts, (rows.served, ~rows.served), strict=True):
        share = stands[there] / stands[there].sum()
        means.append(float((share * y[there]).sum()))
        part[there] = share * (y[there] - means[-1])
    return Means(means[0], means[1], parts[0], parts[1], stands, least, (parts[0], parts[1]))


def _jumps(cohort: Cohort, comparison: Comparison, rows: Rows, of_y: Means, of_d: Means) -> tuple[TwoJumps, Errors]:
    """What the offer moved, outcome and coming, with variances by whoever hangs together; and the parts of the first."""
    part_y, part_d = errors(cohort, comparison, rows, of_y), errors(cohort, comparison, rows, of_d)
    worth = min(effective_number(of_y.stands[arm], rows.together[arm]) for arm in (rows.served, ~rows.served))

    def variance(influence: Array) -> tuple[float, float]:
        if part_y.sets is not None:
            found = two_way(0.0, influence, part_y.sets, part_y.together)
        else:
            found = one_way(0.0, influence, part_y.together, worth=2 * worth)
        return found.std_error**2, found.df

    (V_y, df), (V_d, _), (both, _) = (variance(each) for each in (part_y.influence, part_d.influence, part_y.influence + part_d.influence))
    return TwoJumps(of_y.effect, of_d.effect, V_y, (both - V_y - V_d) / 2, V_d, df), part_y


def _estimand(estimand: Estimand, contrast: str) -> Estimand:
    """Of those who come because of the offer, among whom the comparison is about."""
    whom = f"{estimand.population}, of them those who come because they are offered a place"
    return Estimand("complier_effect", contrast, whom, "coming because of an offer, against not coming")


def _problem(question: Question, found: str, remedy: str) -> Problem:
    return Problem(f"question '{question.outcome}' by {question.method}", found, remedy=remedy)
