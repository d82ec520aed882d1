"""Answers about an event in time, made by hand: 380 people served and 380 compared, with their courses over a year."""

from __future__ import annotations

from dataclasses import replace

from matched_answer import conditions, matched_answer

from evaluation.terms import Answer, Arm, By, Course, Diagnostic, EstimandName, EstimatorName, Interval, LedgerLine, Measure, Ratio, Role, Weighed

DAYS = (91, 182, 273, 364)
SERVED = Arm(380, 90, 0.24, weighed=Weighed(380, 274, 88.0))
COMPARED = Arm(380, 124, 0.33, weighed=Weighed(380, 236, 120.0))
# with the event, and lost or with another end, by each of the days
SERVED_BY = ((22, 49, 71, 90), (0, 12, 14, 31))
COMPARED_BY = ((41, 73, 101, 124), (0, 14, 16, 35))
SIZES: dict[Measure, tuple[float, float, float]] = {  # low, high, worthwhile
    "risk": (-0.15, -0.03, -0.05),
    "time_free": (4.0, 30.0, 10.0),
    "time_lost": (-28.0, -3.0, -10.0),
    "number": (-0.42, -0.08, -0.1),
}
HAZARD = Ratio("hazard ratio", 0.68, Interval(0.52, 0.89, "two-way cluster-robust by set and person, of the logarithm"))


def course(served: bool, by: tuple[tuple[int, ...], tuple[int, ...]], people: int = 380, days: tuple[int, ...] = DAYS, scale: float = 1.0) -> Course:
    """A course on which so many had the event, and so many another end or a loss, by each day."""
    events, others = by
    risk = tuple(scale * count / people for count in events)
    left = tuple(people - one - other for one, other in zip(events, others, strict=True))
    return Course(served, days, risk, tuple(0.8 * one for one in risk), tuple(1.2 * one for one in risk), left, events, (0,) * len(days))


BOTH = (course(True, SERVED_BY), course(False, COMPARED_BY))


def survival_answer(
    measure: Measure = "risk",
    *,
    by: By = "offer",
    days: int = 364,
    arms: tuple[Arm, Arm] = (SERVED, COMPARED),
    courses: tuple[Course, ...] = BOTH,
    hazards: tuple[Ratio, ...] = (HAZARD,),
    size: tuple[float, float, float] | None = None,
    outcome: str = "recidivism/arrest",
    competing: tuple[str, ...] = (),
    time: str = "calendar",
    estimand: EstimandName = "effect_on_the_served",
    estimator: EstimatorName = "difference",
    role: Role = "headline",
    more: tuple[Diagnostic, ...] = (),
    diagnostics: tuple[Diagnostic, ...] | None = None,
    plans: str = "offered, against not offered",
) -> Answer:
    """The answer to one question; that of a match, with what the times of an event add to it."""
    low, high, worthwhile = SIZES[measure] if size is None else size
    means = {"risk": (0.24, 0.33), "time_free": (311.0, 294.0), "time_lost": (46.5, 62.0), "number": (0.4, 0.65)}[measure]
    arms = (replace(arms[0], mean=means[0]), replace(arms[1], mean=means[1]))
    told = diagnostics if diagnostics is not None else () if by in ("lot", "strategy") else conditions(later=None)
    base = matched_answer(outcome, by=by, days=days, arms=arms, low=low, high=high, worthwhile=worthwhile, diagnostics=(*told, *more), role=role)
    question = replace(base.question, method="survival", measure=measure, competing=competing, time=time, estimand=estimand, estimator=estimator)
    assert base.estimate
    named = replace(base.estimate.estimand, name=estimand, plans=plans)
    ledger = base.ledger
    if by in ("lot", "strategy"):
        whole = arms[0].people + (arms[1].people if by == "lot" else 0)
        named, ledger = replace(named, population="everybody who starts"), (LedgerLine("starts", 0, whole),)
    return replace(base, question=question, ledger=ledger, estimate=replace(base.estimate, estimand=named, hazards=hazards, course=courses))
