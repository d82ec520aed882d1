"""How each method will answer, and the conditions it will be held to, as a protocol says it before any data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..diagnostics.before_start import QUARTER
from ..diagnostics.competing import flattering
from ..methods.matched.ways import WAYS, needs_score
from ..outcomes import OUTCOMES
from ..terms import CohortPlan, Matching, Outcome, Question, Study
from .declared import quoted
from .matched_steps import steps_of_matching
from .survival_steps import steps_of_survival


@dataclass(frozen=True, slots=True)
class Answering:
    """What a method does with a question: sentences in order, and the names of the conditions it is held to."""

    steps: Callable[[Question, CohortPlan, Study], Iterator[str]]
    held: Callable[[Question, CohortPlan, Study], Iterator[str]]
    required_here: Callable[[Question], Iterator[str]]  # of these, those that take the answer away only for such a question


# ------------------------------------------------------------------------------------------------ randomized
def _steps_of_a_lot(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    blocks = plan.assigned.blocks if plan.assigned else ()
    outcome = OUTCOMES[question.outcome]
    yield "Everybody offered is compared with everybody not offered, as the lot left them, whoever took the offer up."
    if blocks:
        yield (
            f"Differences are taken inside each block of {quoted(blocks, 'and')} and averaged by the blocks’ sizes, which are fixed before "
            "any outcome is read; a block with nobody in one arm is set aside and counted."
        )
    measure = "the difference between the shares" if outcome.unit == "people" else f"the difference between the mean {outcome.unit}"
    yield f"The estimate is {measure}, among those watched to the horizon or to their death; a person who leaves is missing, even after an event."
    yield _interval_of_a_lot(question, marks=outcome.kind != "amount")
    yield "No covariate adjusts the estimate."


def _interval_of_a_lot(question: Question, *, marks: bool) -> str:
    by = question.inference.by
    if by == "cluster":
        return "The 95 % interval is CR2 with Bell-McCaffrey degrees of freedom, by cluster (Pustejovsky and Tipton 2018)."
    if by == "exact":
        one = "exact unconditional (Chan and Zhang 1999) or, with blocks or clusters, " if marks else ""
        return f"The 95 % interval is {one}the randomisation test of a constant shift, turned round (Wu and Ding 2021)."
    robust = "The 95 % interval gives each arm its own variance (HC2) with Welch-Satterthwaite degrees of freedom"
    if marks:
        return f"{robust}; with sparse events, the score interval (Miettinen and Nurminen 1985), and the exact one where they are rarer still."
    return f"{robust}; where amounts are too uneven for it, as far as it or the randomisation test reaches."


def _held_of_a_lot(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    outcome = OUTCOMES[question.outcome]
    yield from ("records_kept", "arms_large_enough", "lot_looks_like_a_lot")
    if plan.assigned and plan.assigned.taken_up:
        yield "take_up"
    yield "attrition"
    if outcome.unit != "dollars":
        yield "worst_case_bounds"
    if outcome.kind != "amount":
        yield "sparse_events"
    elif question.inference.by == "robust":
        yield "skewed_amounts"
    if outcome.kind == "mark":
        yield "same_day_events"
    if question.inference.by == "cluster":
        yield "few_clusters"
    yield "detectable_effect"


def _required_of_a_lot(question: Question) -> Iterator[str]:
    if question.inference.by == "cluster":
        yield "sparse_events"


# ------------------------------------------------------------------------------------------------ matched


def _held_of_matching(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    outcome, how = OUTCOMES[question.outcome], question.compare or Matching()
    way = WAYS[how.by]
    yield "records_kept"
    yield from _held_of_comparing(question, plan, study)
    yield from _held_of_before(outcome, plan, study)
    yield "losses"
    if outcome.kind == "mark" and plan.served and plan.compared.later_served == "censor":
        yield "later_service"
    if outcome.kind == "mark":
        yield "same_day_events"
    yield "skewed_amounts" if outcome.kind == "amount" else "sparse_events"
    yield "detectable_effect"
    if not way.weighs and how.by not in ("cardinality", "profile"):
        yield "hidden_bias"
    yield from ("e_value", "omitted_variable")


def _held_of_comparing(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """What a match, or weights, are judged by before any outcome is read."""
    how = question.compare or Matching()
    way = WAYS[how.by]
    if needs_score(way, how):
        yield from ("score_estimated", "propensity_overlap")
    yield from ("served_matched", "left_out")
    if how.missing != "refuse" and any(column.reduce in ("last", "days_since") for column in study.history):
        yield "unrecorded_history"
    if plan.served:
        yield "small_pools"
    yield from ("reuse_of_people", "effective_sample", "balance_before_matching", "balance_after_matching", "closely_alike")
    yield from ("variances_after_matching", "products_after_matching", "distributions_after_matching")


def _held_of_before(outcome: Outcome, plan: CohortPlan, study: Study) -> Iterator[str]:
    """What the outcome was before the start, as far as the records are looked back on."""
    if outcome.kind in ("mark", "amount") and plan.lookback_days >= QUARTER:
        yield "path_before_start"
        if plan.lookback_days - max(column.days for column in study.history) >= QUARTER:
            yield "placebo_window"


def _required_of_matching(question: Question) -> Iterator[str]:
    yield "sparse_events"


# ------------------------------------------------------------------------------------------------ survival
def _held_of_survival(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    yield from ("records_kept", "reporting_lag")
    if plan.by == "lot":
        yield from ("arms_large_enough", "lot_looks_like_a_lot")
        if plan.assigned and plan.assigned.taken_up:
            yield "take_up"
        if plan.cluster:
            yield "few_clusters"
    elif plan.by == "strategy":
        yield "kept_to_strategies"
    else:
        yield from _held_of_comparing(question, plan, study)
    yield from ("losses", "competing_ends", "follow_up_complete", "censoring_by_arm", "smallest_risk_set")
    if question.time == "street":
        yield "off_the_clock"
    if plan.served and plan.compared.later_served == "censor":
        yield "later_service"
    yield from ("same_day_events", "sparse_events")
    if question.measure != "risk":
        yield "skewed_amounts"
    known = bool(study.history or plan.exact or (plan.assigned and plan.assigned.blocks))
    weighs = question.censored.adjust == "ipcw" and known and question.measure != "number" and question.estimator != "regression"
    if plan.by == "strategy" or weighs:
        yield "extreme_weights"
    if plan.by == "strategy" or question.estimator != "difference":
        yield "events_per_parameter"
    yield "ratio_of_hazards"
    if question.measure != "number":
        yield "proportional_hazards"
    if plan.by == "strategy":  # of two plans both sides are the same people: nothing before the start could part them
        yield "e_value"
    else:
        yield from _held_of_leaving_and_before(question, plan, study)
    yield "detectable_effect"


def _required_of_survival(question: Question) -> Iterator[str]:
    yield "sparse_events"
    if flattering(OUTCOMES[question.outcome], question.measure):
        yield "competing_ends"


def _held_of_leaving_and_before(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """What those who left could have done, and what could have parted the groups, where nobody drew lots."""
    how = question.compare or Matching()
    if question.measure != "number":
        yield "move_away_bounds"
    if plan.by != "lot":
        yield from _held_of_before(OUTCOMES[question.outcome], plan, study)
        if question.measure == "risk" and not WAYS[how.by].weighs and how.by not in ("cardinality", "profile"):
            yield "hidden_bias"
        yield "e_value"


ANSWERING: dict[str, Answering] = {
    "randomized": Answering(_steps_of_a_lot, _held_of_a_lot, _required_of_a_lot),
    "matched": Answering(steps_of_matching, _held_of_matching, _required_of_matching),
    "survival": Answering(steps_of_survival, _held_of_survival, _required_of_survival),
}
