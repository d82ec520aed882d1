"""How each method will answer, and the conditions it will be held to, as a protocol says it before any data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..diagnostics.before_start import QUARTER
from ..diagnostics.competing import flattering
from ..methods.matched.ways import WAYS, needs_score
from ..outcomes import DEFINED
from ..terms import CohortPlan, Matching, Outcome, Question, Study
from .declared import quoted
from .did_steps import held_of_did, steps_of_did
from .matched_steps import steps_of_matching
from .mean_steps import held_of_mean, steps_of_mean
from .monitor_steps import held_of_monitor, steps_of_monitor
from .series_steps import held_of_series, steps_of_series
from .survival_steps import steps_of_survival
from .threshold_steps import held_of_threshold, required_of_threshold, steps_of_threshold


@dataclass(frozen=True, slots=True)
class Answering:
    """What a method does with a question: sentences in order, and the names of the conditions it is held to."""

    steps: Callable[[Question, CohortPlan, Study], Iterator[str]]
    held: Callable[[Question, CohortPlan, Study], Iterator[str]]
    required_here: Callable[[Question], Iterator[str]]  # of these, those that take the answer away only for such a question


# ------------------------------------------------------------------------------------------------ randomized
def _steps_of_a_lot(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    blocks = plan.assigned.blocks if plan.assigned else ()
    outcome = DEFINED[question.outcome]
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
    outcome = DEFINED[question.outcome]
    yield from _held_of_the_records(study, question)
    yield from _held_of_the_lot(plan)
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


def _held_of_the_records(study: Study, question: Question) -> Iterator[str]:
    """What the records, and what the design says that changed beside the programme, are held to, whatever the method."""
    yield "records_kept"
    if question.money and question.money.book:
        yield from ("programme_priced", "services_on_record", "overlapping_stays")
    if study.concurrent:
        yield "concurrent_policies"


def _held_of_the_lot(plan: CohortPlan) -> Iterator[str]:
    yield from ("arms_large_enough", "lot_looks_like_a_lot")
    if plan.assigned and plan.assigned.taken_up:
        yield "take_up"


def _required_of_a_lot(question: Question) -> Iterator[str]:
    if question.inference.by == "cluster":
        yield "sparse_events"


# ------------------------------------------------------------------------------------------------ matched


def _held_of_matching(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    outcome, how = DEFINED[question.outcome], question.compare or Matching()
    way = WAYS[how.by]
    yield from _held_of_the_records(study, question)
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
    yield from _held_of_the_records(study, question)
    yield "reporting_lag"
    if plan.by == "lot":
        yield from _held_of_the_lot(plan)
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
    if flattering(DEFINED[question.outcome], question.measure):
        yield "competing_ends"


def _held_of_leaving_and_before(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """What those who left could have done, and what could have parted the groups, where nobody drew lots."""
    how = question.compare or Matching()
    if question.measure != "number":
        yield "move_away_bounds"
    if plan.by != "lot":
        yield from _held_of_before(DEFINED[question.outcome], plan, study)
        if question.measure == "risk" and not WAYS[how.by].weighs and how.by not in ("cardinality", "profile"):
            yield "hidden_bias"
        yield "e_value"


# ------------------------------------------------------------------------------------------------ over time, at a cut-off, without a comparison
def _held_of_did(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    yield from _held_of_the_records(study, question)
    if plan.by == "lot" and question.estimator != "before_after":
        yield from _held_of_the_lot(plan)
    elif question.compare is not None:
        yield from _held_of_comparing(question, plan, study)
    yield from held_of_did(question, plan)


def _held_of_series(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    yield from _held_of_the_records(study, question)
    yield from held_of_series(question)


def _held_of_threshold(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    yield from _held_of_the_records(study, question)
    if plan.by == "lot":
        yield from _held_of_the_lot(plan)
    elif plan.by != "score":
        yield from _held_of_comparing(question, plan, study)
    yield from held_of_threshold(question, plan, study)


def _held_of_monitor(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    yield from _held_of_the_records(study, question)
    yield from held_of_monitor(question)


# ------------------------------------------------------------------------------------------------ means of money
def _held_of_mean(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    yield from _held_of_the_records(study, question)
    if plan.by == "lot":
        yield from _held_of_the_lot(plan)
    else:
        yield from _held_of_comparing(question, plan, study)
    yield from held_of_mean(question, plan, study)
    if plan.by != "lot":
        how = question.compare or Matching()
        yield from _held_of_before(DEFINED[question.outcome], plan, study)
        if not WAYS[how.by].weighs and how.by not in ("cardinality", "profile"):
            yield "hidden_bias"
        yield "e_value"
    yield "detectable_effect"


def _nothing_more(question: Question) -> Iterator[str]:
    """No condition takes the answer away for some questions alone."""
    yield from ()


ANSWERING: dict[str, Answering] = {
    "randomized": Answering(_steps_of_a_lot, _held_of_a_lot, _required_of_a_lot),
    "matched": Answering(steps_of_matching, _held_of_matching, _required_of_matching),
    "survival": Answering(steps_of_survival, _held_of_survival, _required_of_survival),
    "did": Answering(steps_of_did, _held_of_did, _nothing_more),
    "series": Answering(steps_of_series, _held_of_series, _nothing_more),
    "threshold": Answering(steps_of_threshold, _held_of_threshold, required_of_threshold),
    "mean": Answering(steps_of_mean, _held_of_mean, _nothing_more),
    "monitor": Answering(steps_of_monitor, _held_of_monitor, _nothing_more),
}
