"""How each method will answer, and the conditions it will be held to, as a protocol says it before any data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..outcomes import OUTCOMES
from ..terms import CohortPlan, Matching, Question, Study
from .declared import quoted, several


@dataclass(frozen=True, slots=True)
class Answering:
    """What a method does with a question: sentences in order, and the names of the conditions it is held to."""

    steps: Callable[[Question, CohortPlan, Study], Iterator[str]]
    held: Callable[[Question, CohortPlan], Iterator[str]]
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


def _held_of_a_lot(question: Question, plan: CohortPlan) -> Iterator[str]:
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
def _steps_of_matching(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    from ..methods.matched.comparison import FEWEST
    from ..methods.matched.gathering import SEED  # only such a design waits for statsmodels

    how = question.compare or Matching()
    columns = quoted(how.on or (column.name for column in study.history), "and")
    yield f"A propensity score is estimated by logit regression of who is served on {columns}, before any outcome is read."
    exact = f" with the same {quoted(plan.exact, 'and')}" if plan.exact else ""
    where = "among the people drawn for that day" if plan.served else f"among people not offered the programme{exact}, each taken once"
    near = f"no farther than {how.caliper:g} standard deviations of the score’s logit" if how.caliper else "however far"
    one, ratio = ("served" if plan.served else "offered the programme"), several(how.ratio, "person", "people")
    yield f"Each person {one} is compared with the nearest by that score ({ratio} at most), {where}, {near}; ties by a draw from seed {SEED}."
    yield (
        f"A person {one} for whom nobody is near enough is left out and counted, and the finding names anew whom it is about; with fewer than "
        f"{FEWEST} matched, the question is not answered."
    )
    measure = f"mean {OUTCOMES[question.outcome].unit}" if OUTCOMES[question.outcome].kind == "amount" else "shares"
    yield f"The estimate is the difference of the {measure} between them and those they are matched with, each matched set weighing the same."
    own = ", or a service of their own" if plan.served and plan.compared.later_served == "censor" else ""
    yield (
        f"People lost before the horizon (by a move, the end of the records{own}) are stood for by those still followed on the same side who were "
        "as likely to be lost, by a Poisson regression on the history: inverse probabilities of being followed, within tenths of that rate or "
        "fewer groups where few are there (Robins and Rotnitzky 1992; Bang and Tsiatis 2000)."
    )
    shared = f"who are of one {quoted(plan.cluster)}" if plan.cluster else "who are the same person"
    yield (
        f"The 95 % interval allows for rows of one set, and for rows of people {shared} (two-way clusters: Cameron, Gelbach and Miller 2011), "
        "by the t distribution of the smaller number of clusters, or of what they are worth where they weigh unevenly (Carter, Schnepel and "
        "Steigerwald 2017)."
    )


def _held_of_matching(question: Question, plan: CohortPlan) -> Iterator[str]:
    outcome = OUTCOMES[question.outcome]
    yield from ("records_kept", "score_estimated", "propensity_overlap", "served_matched")
    if plan.served:
        yield "small_pools"
    yield from ("reuse_of_people", "balance_before_matching", "balance_after_matching", "closely_alike", "variances_after_matching", "losses")
    if outcome.kind == "mark" and plan.served and plan.compared.later_served == "censor":
        yield "later_service"
    if outcome.kind == "mark":
        yield "same_day_events"
    yield "skewed_amounts" if outcome.kind == "amount" else "sparse_events"
    yield "detectable_effect"


def _required_of_matching(question: Question) -> Iterator[str]:
    yield "sparse_events"


ANSWERING: dict[str, Answering] = {
    "randomized": Answering(_steps_of_a_lot, _held_of_a_lot, _required_of_a_lot),
    "matched": Answering(_steps_of_matching, _held_of_matching, _required_of_matching),
}
