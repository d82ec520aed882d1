"""How a difference in mean cost will be told, as a protocol says it before any data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..methods.matched.ways import WAYS
from ..terms import CohortPlan, EstimatorName, Matching, Question, Study
from .declared import quoted, within
from .matched_steps import about, interval, steps_of_comparing

MODELS: Mapping[EstimatorName, str] = {
    "regression": "a regression of the amounts themselves, not of their logarithms (Lin 2013)",
    "two_part": "a logit of having any amount, times a gamma mean of those who have some (two-part model: Duan, Manning, Morris and Newhouse 1983; "
    "Manning and Mullahy 2001)",
    "gamma": "a gamma mean with a logarithmic link (Manning and Mullahy 2001)",
    "poisson": "a Poisson mean with a logarithmic link, which needs nothing of the distribution but its mean (Santos Silva and Tenreyro 2006)",
}


def steps_of_mean(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """The sentences of one question, in the order in which things are done."""
    if plan.by == "lot":
        yield "Everybody offered is compared with everybody not offered, as the lot left them, whoever took the offer up."
        if plan.assigned and plan.assigned.blocks:
            yield f"Each block of {quoted(plan.assigned.blocks, 'and')} counts as much on one side as on the other."
    else:
        yield from steps_of_comparing(question, plan, study)
    yield (
        f"What each person comes to over {within(question.horizon)} is added up, and the answer is the difference between the arithmetic means, "
        "whatever the tail: a budget pays totals.  Logarithms and medians are not used, for they add up to no budget."
    )
    yield _estimator(question, plan, study)
    yield "A death completes what was spent.  Whoever is lost from sight is not taken to have come to nothing from then on."
    yield _leaving(question, plan, study)
    yield _interval(question, plan)
    yield (
        "Beside the answer, and never instead, stand: the difference with everybody above the 99th percentile set to it, and with them left out; "
        "what the dearest hundredth of each side comes to; and, where the history allows, the two-part, gamma and Poisson models, with a test of "
        "which family the amounts are of (modified Park test: Manning and Mullahy 2001)."
    )


def held_of_mean(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """The conditions of one question beside those of the records, of the lot or of the match, by name."""
    if plan.by == "lot" and plan.cluster:
        yield "few_clusters"
    yield "losses"
    known = bool(study.history or plan.exact or (plan.assigned and plan.assigned.blocks))
    if known and question.censored.adjust == "ipcw":
        yield "extreme_weights"
    if plan.served and plan.compared.later_served == "censor":
        yield "later_service"
    yield from ("people_with_costs", "skewed_amounts", "dearest_hundredth", "without_the_dearest")
    if study.history:
        yield "cost_family"


def _estimator(question: Question, plan: CohortPlan, study: Study) -> str:
    if question.estimator == "difference":
        return "The means are of the amounts, weighted as said above; no regression adjusts them."
    columns = quoted(((question.compare.on if question.compare else ()) or (column.name for column in study.history)), "and")
    whom = about(question.estimand, plan) if plan.by != "lot" else "everybody whom the lot covered"
    if question.estimator == "doubly_robust":
        return (
            f"They are told twice over, by those weights and by regressions of the amounts on {columns} that are learnt from other people, "
            f"for {whom} (augmented weighting: Robins, Rotnitzky and Zhao 1994): right where either is."
        )
    return f"Each mean is told by {MODELS[question.estimator]}, on each side its own, on {columns}, and averaged over {whom}."


def _leaving(question: Question, plan: CohortPlan, study: Study) -> str:
    """How those lost are stood for."""
    within_which = plan.exact or (plan.assigned.blocks if plan.assigned else ())
    by_month = "month by month, so that what was seen of them before still counts (Bang and Tsiatis 2000; Lin 2000)"
    if question.estimator in ("two_part", "gamma", "poisson"):
        by_month = "over the whole horizon (Bang and Tsiatis 2000)"
    if question.censored.adjust == "nothing" or not (study.history or within_which):
        return (
            f"Those of their side who are still followed stand for them, by the chance of being followed so long (Kaplan and Meier 1958), {by_month}."
        )
    columns = quoted(dict.fromkeys((*(question.censored.on or (column.name for column in study.history)), *within_which)), "and")
    return (
        f"Those of their side who were as likely to be lost, told from {columns}, and are still followed stand for them, by the inverse of their "
        f"chance of being followed so long (hazard of leaving: Cox 1972, each column held at its 1st and 99th percentile), {by_month}."
    )


def _interval(question: Question, plan: CohortPlan) -> str:
    if question.inference.by == "bootstrap":
        return (
            "The 95 % interval is by the bootstrap of what each person adds to the error: a symmetric percentile-t (Hall 1988), people, or whoever "
            "hangs together with them, drawn again."
        )
    wider = (
        "Where a few large amounts would make it lean to one side, it is by the larger of two spreads, that of each side and that of both together: "
        "a small side may by luck hold none of the large amounts, and then shows too small a spread (rehearsed)."
    )
    if plan.by == "lot":
        whose = f"of one {quoted(plan.cluster)}" if plan.cluster else "of one person"
        return f"The 95 % interval is by what each person adds to the error, rows {whose} added up together, and the t distribution.  {wider}"
    how = question.compare or Matching()
    return f"Errors are by what each person adds to them.  {interval(question, plan, how, WAYS[how.by])}  {wider}"
