"""How a question about an event in time will be answered, as a protocol says it before any data: one sentence for each thing that is settled."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..methods.matched.ways import WAYS
from ..outcomes import DEFINED
from ..terms import CohortPlan, Left, Matching, Measure, Question, Study
from .declared import listing, quoted, several, within
from .matched_steps import about, interval, steps_of_comparing

MEASURES: Mapping[Measure, str] = {
    "risk": "the risk of the event by the horizon: its cumulative incidence where other ends rule it out (Aalen and Johansen 1978); 1 less "
    "Kaplan-Meier, which would take those who died for people to whom it could still happen, is not used",
    "time_free": "the mean number of days, within the horizon, that people live before the event or an end that rules it out: the area under the "
    "curve of those with neither (restricted mean survival time: Irwin 1949; Royston and Parmar 2013)",
    "time_lost": "the mean number of days, within the horizon, that come after the event: the area under its cumulative incidence, a death before it "
    "leaving none (Andersen 2013)",
    "number": "the mean number of events by the horizon, none being counted after an end that rules them out (Ghosh and Lin 2000; without such ends "
    "the mean cumulative function of Nelson 2003)",
}
LEFT: Mapping[Left, str] = {
    "moved_away": "a move out of the county",
    "served_later": "for those compared, a service of their own",
    "records_end": "the end of the records",
}


def steps_of_survival(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """The sentences of one question, in the order in which things are done."""
    yield from _compared(question, plan, study)
    yield from _ends(question, plan)
    yield f"What is measured, in either side as it is weighted, is {MEASURES[question.measure]}.  The answer is the difference between them."
    yield _estimator(question, plan, study)
    yield from _leaving(question, study, plan)
    yield _interval(question, plan)
    yield _beside(question, plan)
    yield (
        "Beside the answer stand both curves at about eight days on the way to the horizon, each with its own 95 % range, and how many were still "
        "followed on each.  Days between which few had the event are left out of what is released."
    )


def _compared(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """Who is compared with whom."""
    if plan.by == "lot":
        yield "Everybody offered is compared with everybody not offered, as the lot left them, whoever took the offer up."
        if plan.assigned and plan.assigned.blocks:
            yield f"Each block of {quoted(plan.assigned.blocks, 'and')} counts as much on one side as on the other."
    elif plan.strategies:
        yield from _strategies(plan, study)
    else:
        yield from steps_of_comparing(question, plan, study)


def _strategies(plan: CohortPlan, study: Study) -> Iterator[str]:
    """Cloning, censoring and weighting."""
    assert plan.strategies is not None
    served, weights = plan.strategies.served, plan.strategies.weights
    grace = several(served.within_days, "day")
    columns = quoted(weights.on or (column.name for column in study.history), "and")
    yield (
        f"Everybody is followed twice from one start, once under each plan: to enrol in “{served.enrolment}” within {grace} (days 0 to "
        f"{served.within_days}), and not to enrol in those days (clones: Hernán 2018; Maringe and others 2020).  Nobody is put on a side by what "
        "they do later."
    )
    yield (
        "A clone is followed for as long as the person keeps to its plan, and no longer.  An event in the days allowed counts under both plans, "
        "for nobody had left either."
    )
    yield (
        f"Those who keep to a plan stand for people like them who did not: they weigh by the inverse of their chance to, told from {columns}, read "
        f"anew every {several(weights.update_days, 'day')} of the days allowed (Robins and Rotnitzky 1992).  Those who are to enrol come on a day on "
        "which people who do enrol come (Cain and others 2010)."
    )


def _ends(question: Question, plan: CohortPlan) -> Iterator[str]:
    """What ends a clock, and which days are counted."""
    outcome = DEFINED[question.outcome]
    competing = question.competing or outcome.competing
    yield (
        f"Each clock runs from the start, day 0, to the first of these: the event; {_competes(competing)}, after which it cannot happen; the last "
        f"day on which the person is seen; {within(question.horizon)}.  An end that rules the event out is counted as an end, never as somebody "
        "lost from sight and never as a success."
    )
    usual: tuple[Left, ...] = ("moved_away", "records_end", *(("served_later",) if plan.served and plan.compared.later_served == "censor" else ()))
    reasons: tuple[Left, ...] = question.censored.reasons or usual
    yield (
        f"Only {listing((LEFT[reason] for reason in reasons), 'or')} hides what came later; a clock that ends in any other way refuses the question, "
        "with the reason."
    )
    if question.time == "street":
        yield f"Days are street days: days inside {quoted(outcome.off_clock)} are not counted, for nobody is at risk on them."


def _competes(kinds: tuple[str, ...]) -> str:
    named = ["a death" if kind == "death" else f"an event “{kind}”" for kind in dict.fromkeys(("death", *kinds))]
    return listing(named, "or")


def _estimator(question: Question, plan: CohortPlan, study: Study) -> str:
    columns = quoted(((question.compare.on if question.compare else ()) or (column.name for column in study.history)), "and")
    whom = about(question.estimand, plan) if plan.by != "lot" else "everybody whom the lot covered"
    if question.estimator == "regression":
        return (
            f"It is told by regressions of hazards (Cox 1972), on each side its own, one of the event and one of what rules it out, on {columns}, "
            f"and averaged over {whom} (the g-formula: Robins 1986).  Hazards need not be proportional between the two sides."
        )
    if question.estimator == "doubly_robust":
        return (
            f"It is told twice over, by those weights and by regressions of hazards on {columns}, for {whom} (augmented weighting with losses: "
            "Ozenne, Scheike, Staerk and Gerds 2020): right where either is."
        )
    return "It is told by each side’s own curve, weighted as said above; no regression adjusts it."


def _leaving(question: Question, study: Study, plan: CohortPlan) -> Iterator[str]:
    """How those lost are stood for."""
    within = () if plan.strategies else plan.exact or (plan.assigned.blocks if plan.assigned else ())
    if plan.strategies or question.censored.adjust == "nothing" or not (study.history or within):
        yield "People lost from sight are taken to have fared, from then on, like those of their side who were still followed, as they are weighted."
        return
    if question.estimator == "regression":
        yield "People lost from sight are taken to have fared, from then on, like those of their side with the same history."
        return
    columns = quoted(dict.fromkeys((*(question.censored.on or (column.name for column in study.history)), *within)), "and")
    yield (
        f"People lost from sight are stood for by those of their side who were as likely to be lost, told from {columns}, and were still followed: "
        "inverse probabilities of being followed, by a regression of the hazard of leaving (Robins and Rotnitzky 1992)."
    )


def _interval(question: Question, plan: CohortPlan) -> str:
    by = "what each person adds to the error (the infinitesimal jackknife)"
    if plan.by in ("lot", "strategy"):
        whose = f"of one {quoted(plan.cluster)}" if plan.cluster else "of one person"
        return f"The 95 % interval is by {by}, rows {whose} added up together, and the t distribution of how many these are."
    how = question.compare or Matching()
    return f"Errors are by {by}.  {interval(question, plan, how, WAYS[how.by])}"


def _beside(question: Question, plan: CohortPlan) -> str:
    if question.measure == "number":
        return "Beside it, and never instead, stands the ratio of rates (Lin, Wei, Yang and Ying 2000)."
    # of clones that come to weigh otherwise as the days go by, weights of those past their end are not told
    other = "" if plan.by == "strategy" else ", and where other ends compete that of the subdistribution (Fine and Gray 1999)"
    return (
        "Beside it, and never instead, stands the ratio of hazards (Cox 1972), tested for changing over time (Grambsch and Therneau 1994)"
        f"{other}.  Where it changes it is called an average over the time followed."
    )
