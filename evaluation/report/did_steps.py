"""How a difference over time will be told, as a protocol says it before any data: one sentence for each thing that is settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..diagnostics.few_treated import FEWEST_CLUSTERS, FEWEST_TREATED
from ..terms import AdjustedBy, Aggregate, CohortPlan, EstimatorName, InferenceBy, Question, Study
from .declared import each_period, people, quoted, several, within
from .matched_steps import steps_of_comparing

ESTIMATORS: Mapping[EstimatorName, str] = {
    "difference": "Each of those reached is told by the change from the mean of its periods before to the mean of those within the horizon, less the "
    "same change of those compared (two by two).",
    "group_time": "For those that adopt in one period, and for each period, the change since their last period before is held against the change of "
    "those compared in the same two periods (effects by group and time: Callaway and Sant’Anna 2021).",
    "two_way": "One regression holds every unit and every period fixed (two-way fixed effects).  Where effects grow or fade it compares with those "
    "already reached, so how much of its weight does is shown (Goodman-Bacon 2021).",
    "imputation": "What those reached would have been is told by unit and period from everybody not yet reached, and taken off what was seen "
    "(imputation: Borusyak, Jaravel and Spiess 2024).",
    "interaction_weighted": "One regression has an effect of its own for each group and each time since adoption, and these are averaged by how many "
    "are in them (Sun and Abraham 2021).",
    "before_after": "The mean over the horizon is held against the mean before, of the same units alone.  Nobody is compared: it is a change, and is "
    "never called an effect.",
}
AGGREGATES: Mapping[Aggregate, str] = {
    "simple": "Those that fall within the horizon are averaged by how many units each is of",
    "dynamic": "They are averaged for each time since adoption first, and these times within the horizon count alike",
    "group": "They are averaged within the horizon for each group that adopted together first, and then by the size of the groups",
    "calendar": "They are averaged for each period of the calendar first, and these periods count alike",
}
ADJUSTED: Mapping[AdjustedBy, str] = {
    "regression": "a regression of the change among those compared",
    "inverse_probability": "weights by the chance of being in the group",
    "doubly_robust": "a regression of the change and weights by the chance of being in the group, right where either is (Sant’Anna and Zhao 2020)",
}
ERRORS: Mapping[InferenceBy, str] = {
    "robust": "is a jackknife by cluster (CR3), with degrees of freedom for the smaller side",
    "cluster": "is a jackknife by cluster (CR3), with degrees of freedom for the smaller side",
    "jackknife": "is found by telling the effect again without each cluster (CR3)",
    "bootstrap": "is a multiplier bootstrap by cluster, and never narrower than the jackknife’s",
    "wild_bootstrap": "is a wild cluster bootstrap with the null imposed (Cameron, Gelbach and Miller 2008; MacKinnon and Webb 2018)",
    "randomisation": "is that of dealing the dates of adoption out anew among the clusters (Fisher 1935), turned round",
}


def steps_of_did(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """The sentences of one question, in the order in which things are done."""
    yield from _of_a_panel(question, plan, study) if plan.clock == "calendar" else _of_own_clocks(question, plan, study)


def _of_a_panel(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    whom = people(plan)
    if question.estimator != "before_after":
        yield _compared(question, whom)
    yield f"{whom.capitalize()} under the programme from the first period on have no before, and are left out and counted."
    if question.anticipation:
        yield (
            f"The {several(question.anticipation, 'period')} just before adoption may already be moved, so that the last period before those is the "
            "before."
        )
    yield ESTIMATORS[question.estimator]
    if question.adjust != "nothing":
        columns = quoted((column.name for column in study.history), "and")
        yield f"Changes are compared between {whom} alike in {columns}, by {ADJUSTED[question.adjust]}."
    if question.estimator == "group_time":
        yield f"{AGGREGATES[question.aggregate]}; the horizon is {within(question.horizon)} from adoption on, in whole periods."
    else:
        yield f"What counts is {within(question.horizon)} from adoption on, in whole periods."
    yield f"The answer is {each_period(plan)}{_units(question, plan)}."
    yield _interval(question, plan)
    if question.estimator == "before_after":
        return
    yield (
        "Beside the answer stands the effect by period since adoption, each with its own 95 % range and with a band that holds for all of them at "
        "once; the periods before adoption are in it, and show what differed when there could be no effect."
    )
    yield (
        "The other estimators that these units allow stand beside it, never in its place; where they disagree by more than the effect the "
        "finding says so."
    )
    yield (
        "Where it would matter whether all had changed by the same amount or by the same share, the range by shares stands beside, and a claim must "
        "hold by both (Roth and Sant’Anna 2023)."
    )
    yield "What a drift like that before adoption would do to the effect, were it to go on, is told (Rambachan and Roth 2023)."


def _compared(question: Question, whom: str) -> str:
    if question.compared == "never_treated":
        return f"{whom.capitalize()} that come under the programme are compared with those that never do in these years."
    return (
        f"{whom.capitalize()} that come under the programme are compared with those that have not yet, and with those that never do; from the period "
        "in which one adopts it is nobody’s comparison any more."
    )


def _units(question: Question, plan: CohortPlan) -> str:
    if plan.unit != "area":
        return ", for each person"
    heavy = "each area weighs as many people as live there" if question.weights == "population" else "each area weighs the same"
    per = f", for every {question.so_many:,} people" if question.so_many != 1 else ""
    return f"{per}; {heavy}"


def _interval(question: Question, plan: CohortPlan) -> str:
    whose = f"those of one {quoted(plan.cluster)}" if plan.cluster else f"one of the {people(plan)}"
    return (
        f"The 95 % interval {ERRORS[question.inference.by]}; a cluster is {whose}.  With fewer than {FEWEST_TREATED} clusters on a side, or "
        f"{FEWEST_CLUSTERS} in all, no such interval can be trusted: dates of adoption are dealt out anew where they can be, and else none is told."
    )


def _of_own_clocks(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    alone = question.estimator == "before_after"
    if not alone and question.compare is None:
        yield "Everybody served is compared with everybody else who is studied; nobody is chosen to be alike."
    elif not alone and plan.by == "lot":
        yield "Everybody offered is compared with everybody not offered, as the lot left them."
    elif not alone:
        yield from steps_of_comparing(question, plan, study)
    yield (
        f"Of each person the outcome over {within(question.horizon)} from the start is held against the outcome over as long before it; days "
        "near the "
        "start that are not counted after it are not counted before it."
    )
    yield (
        "The answer is that change, of those served alone: a change, and never called an effect."
        if alone
        else "The answer is that change of the served less the change of those compared."
    )
    yield "Whoever is lost before the horizon is stood for by those of the same side who had about as much of the outcome before and were followed."
    yield "The 95 % interval is cluster-robust, by whoever hangs together: the same person, and people of one set."
    yield (
        f"Beside the answer stands the path by periods of {several(question.path, 'day')} before and after the start, each with its own range "
        "and with a "
        "band that holds for all of them at once."
    )
    yield (
        "Where the last of these periods before the start stands out from the earlier ones, people look picked in a crisis that passes by itself, "
        "and the question is not answered."
    )


def held_of_did(question: Question, plan: CohortPlan) -> Iterator[str]:
    """The conditions of one question beside those of the records and of whom is chosen, by name."""
    alone = question.estimator == "before_after"
    if plan.clock == "calendar":
        yield from _held_of_a_panel(question, alone=alone)
    elif not alone:
        yield from ("losses", "skewed_amounts", "path_before_adoption")
    yield from ("enrolment_dip", *(("guarded_and_raw",) if question.compare and not alone and plan.clock != "calendar" else ()), "detectable_effect")


def _held_of_a_panel(question: Question, *, alone: bool) -> Iterator[str]:
    yield from ("cells_of_adoption", "composition")
    if alone:
        return
    yield from (
        "few_treated_clusters",
        "detectable_by_the_past",
        "path_before_adoption",
        "drift_missed",
        "honest_bounds",
        "levels_apart",
        "estimators_agree",
    )
    if question.estimator == "two_way":
        yield "two_way_weights"
