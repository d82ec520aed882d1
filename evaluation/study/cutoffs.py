"""What is asked at a cut-off, or of those who come because they were offered: effects and estimators that fit what decided."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..records.toml import Path
from ..terms import By, CohortPlan, EstimandName, EstimatorName, Question
from .slip import Slip
from .words import shown, whole

AT_A_SCORE: tuple[tuple[EstimatorName, ...], tuple[EstimandName, ...]] = (
    ("local_linear", "local_randomisation"),
    ("effect_at_the_cutoff", "complier_effect_at_the_cutoff"),
)
BY_AN_OFFER: tuple[tuple[EstimatorName, ...], tuple[EstimandName, ...]] = (("two_stage",), ("complier_effect",))
OF_COMPLIERS: tuple[EstimandName, ...] = ("complier_effect", "complier_effect_at_the_cutoff")


def cutoffs(question: Question, by: By | None, history: Collection[str], plan: CohortPlan | None, at: Path) -> Iterator[Slip]:
    """Every mistake of a question by threshold; `plan` is None where a lab's own frame is asked."""
    on = ((*at, "cohort"), (*at, "method"), ("cohort", question.cohort, "assigned"))
    if by in ("score", "lot", "offer"):
        estimators, estimands = AT_A_SCORE if by == "score" else BY_AN_OFFER
        who = "people divided by a score" if by == "score" else "people whom a lot or an offer reached"
        for word, given, right in (("estimator", question.estimator, estimators), ("estimand", question.estimand, estimands)):
            if given not in right and given in (*AT_A_SCORE[word == "estimand"], *BY_AN_OFFER[word == "estimand"]):  # others are told of already
                yield Slip((*at, word), f"Of {who}, 'threshold' has no {word} {shown(given)}.", f"It is {whole(right)}.", on=on)
    if question.estimand in OF_COMPLIERS and plan is not None and plan.assigned and plan.assigned.taken_up is None:
        found = f"{shown(question.estimand)} is that on those who take an offer up, and 'assigned' does not say by which enrolment they do."
        yield Slip((*at, "estimand"), found, remedy='Say it: taken_up = { enrolment = "...", within_days = 180 }.', on=on)
    if question.estimator == "local_randomisation" and not history and not question.bandwidth:
        found = "The window in which a score is as good as a lot is chosen by the history, and there is none."
        yield Slip((*at, "estimator"), found, remedy="Write [[history]] columns, or set the window yourself: bandwidth = 2.", on=(("history",), *on))
    if 0 < question.bandwidth <= question.donut:
        found = f"People within {question.donut:g} points are left out, and nobody further than {question.bandwidth:g} is read: nobody is left."
        yield Slip((*at, "donut"), found, remedy="Widen the bandwidth, or narrow the donut.", on=((*at, "bandwidth"),))
