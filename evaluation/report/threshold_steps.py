"""How a cut-off of a score, or an offer as an instrument, will be read, as a protocol says it before any data."""

from __future__ import annotations

from collections.abc import Iterator

from ..outcomes import DEFINED
from ..terms import CohortPlan, Question, Study
from .declared import several, within
from .matched_steps import steps_of_comparing

COMING = (
    "What coming does is the jump of the outcome over the jump of coming, of those who come because they are offered a place and of nobody else "
    "(Imbens and Angrist 1994); it takes for granted that the offer works in no other way and keeps nobody away."
)
WEAK = "Where the offer does not move coming overwhelmingly, the interval is an Anderson-Rubin set, which holds however weak the offer is."


def steps_of_threshold(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """The sentences of one question, in the order in which things are done."""
    if plan.by != "score":
        yield from _by_an_offer(question, plan, study)
        return
    yield "Scores are centred at the cut-off: the last score that was offered a place, of each list its own."
    if question.donut:
        yield f"People within {several_points(question.donut)} of the cut-off are left out, for they are the easiest to help over it."
    if question.estimator == "local_randomisation":
        yield from _in_a_window(question)
    else:
        yield from _by_lines(question)
    if question.estimand == "complier_effect_at_the_cutoff":
        yield COMING
        yield WEAK
    yield f"The outcome is that by {within(question.horizon)}; whoever is lost before is stood for by those followed on the same side."
    yield "The answer is about people at the cut-off, and says nothing of those far from it."


def _by_lines(question: Question) -> Iterator[str]:
    width = (
        f"{several_points(question.bandwidth)} on either side, as declared"
        if question.bandwidth
        else "as wide as makes the mean squared error smallest (Imbens and Kalyanaraman 2012; Calonico, Cattaneo and Titiunik 2014)"
    )
    yield f"On either side a line is laid through the outcome near the cut-off, nearer people weighing more (triangular kernel), {width}."
    yield (
        "The answer is the gap of the two lines at the cut-off, corrected for their bend, with a 95 % interval that allows for the correction "
        "(Calonico, "
        "Cattaneo and Titiunik 2014).  Where there are few different scores, it is one that holds however smoothly the outcome bends between them "
        "(Kolesár and Rothe 2018)."
    )
    yield "Beside it stands what a window about the cut-off shows, as though a lot had divided the people in it, where the history is alike there."


def _in_a_window(question: Question) -> Iterator[str]:
    width = (
        f"{several_points(question.bandwidth)} wide on either side, as declared"
        if question.bandwidth
        else "the widest within which, as within every narrower one, no column of the history differs between the two sides"
    )
    yield f"People in a window about the cut-off are compared as though a lot had divided them: it is {width} (Cattaneo, Frandsen and Titiunik 2015)."
    yield "The answer is the difference of the two sides within it, with an interval as of a lot; that of local lines stands beside it."


def _by_an_offer(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    if plan.by == "lot":
        yield "Everybody offered is compared with everybody not offered, as the lot left them."
    else:
        yield from steps_of_comparing(question, plan, study)
    yield COMING
    yield f"Both jumps are told by {within(question.horizon)}; whoever is lost before is stood for by those followed on the same side."
    yield WEAK


def several_points(points: float) -> str:
    """`1 point`, `12.5 points` of a score."""
    return several(int(points), "point") if points == int(points) else f"{points:g} points"


def held_of_threshold(question: Question, plan: CohortPlan, study: Study) -> Iterator[str]:
    """The conditions of one question by a score, by name; of an offer, those of the comparison are the comparison’s own."""
    outcome, window = DEFINED[question.outcome], question.estimator == "local_randomisation"
    if plan.by == "score":
        yield from ("arms_large_enough", "density_at_the_cutoff")
        if study.history:
            yield from ("window_alike",) if window else ("history_at_the_cutoff", "window_alike")
        yield "scores_tied"
        yield "detectable_at_the_cutoff"
    if (plan.assigned and plan.assigned.taken_up) or plan.by != "score":
        yield "take_up_at_the_cutoff"
    yield "losses"
    if outcome.kind == "mark":
        yield "same_day_events"
    yield "skewed_amounts" if outcome.kind == "amount" else "sparse_events"
    if plan.by == "score" and not window:
        yield from ("placebo_cutoffs", "without_the_nearest", "other_bandwidths")
    yield "detectable_effect"


def required_of_threshold(question: Question) -> Iterator[str]:
    """Those that take the answer away only for such a question."""
    yield "sparse_events"
    if question.estimator == "local_randomisation":
        yield "window_alike"
