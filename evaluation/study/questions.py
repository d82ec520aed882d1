"""What is asked: one headline, and each question held against its cohort, its outcome and its method."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping

from ..methods import METHODS, Method
from ..outcomes import DEFINED
from ..outcomes.quarters import not_whole
from ..phrases import counted, listed
from ..records.toml import Path
from ..terms import By, CohortPlan, Horizon, Kind, Outcome, Problem, Question, Refused, Study, Unit, better_of, unit_of
from .comparing import comparing
from .cutoffs import cutoffs
from .leaves import leaves
from .money import of_money
from .panels import asked_of_panels, of_places
from .shape import reshaped
from .slip import Slip, not_one_of
from .strategies import asked_of_strategies
from .timing import measured, timing
from .words import printable, shown

SHORTEST_MONTH, LONGEST_MONTH = 28, 31

_KINDS: Mapping[Kind, str] = {"mark": "an event", "amount": "an amount", "state": "a state", "rate": "a rate"}
_DECIDED: Mapping[By, str] = {
    "lot": "a lot",
    "offer": "an offer",
    "score": "a score",
    "service": "the day of service",
    "strategy": "which of two strategies people kept to",
    "adoption": "the day on which a unit adopted",
}


def questions(study: Study) -> Iterator[Slip]:
    """Every mistake in what a study asks."""
    yield from _headline(study.questions)
    yield from _asked_twice(study.questions)
    for number, question in enumerate(study.questions):
        yield from _question(question, ("question", number), study)


def _headline(questions: tuple[Question, ...]) -> Iterator[Slip]:
    headlines = [number for number, question in enumerate(questions) if question.role == "headline"]
    roles = tuple(("question", number, "role") for number in range(len(questions)))
    if questions and not headlines:
        found = "No question is the headline."
        yield Slip(("question",), found, remedy='Give the one that the study stands for role = "headline".', on=roles)
    for number in headlines[1:]:
        found = f"Questions {headlines[0] + 1} and {number + 1} are both headlines (a question is one unless it says otherwise)."
        remedy = 'A study has exactly one headline: give the others role = "secondary" or "exploratory".'
        yield Slip(("question", number, "role"), found, remedy=remedy, on=(("question", headlines[0], "role"),))


def _asked_twice(questions: tuple[Question, ...]) -> Iterator[Slip]:
    seen: dict[str, int] = {}
    for number, question in enumerate(questions):
        first = seen.setdefault(question.name, number)
        if first != number:
            found = f"Question {number + 1} asks the same as question {first + 1}: the same cohort, outcome, horizon and method."
            on = tuple(("question", asked, word) for asked in (first, number) for word in ("cohort", "outcome", "horizon", "method"))
            yield Slip(("question", number), found, remedy="Leave one of them out.", on=on)


def _question(question: Question, at: Path, study: Study) -> Iterator[Slip]:
    plan = study.cohorts.get(question.cohort)
    outcome = DEFINED.get(question.outcome)
    method = METHODS.get(question.method)
    if plan is None:
        yield not_one_of((*at, "cohort"), question.cohort, "a cohort of this design", study.cohorts, ("cohort",))
    if outcome is None:
        yield not_one_of((*at, "outcome"), question.outcome, "an outcome of this version", DEFINED)
    yield from _answered(question, _decided(plan) if plan else None, at)
    yield from _horizon(question.horizon, outcome, at)
    if outcome and math.isfinite(question.worthwhile) and _has_measure(question, outcome):
        yield from _worthwhile(question, outcome, at)
    if method:
        history, by = tuple(column.name for column in study.history), _chosen_by(plan) if plan else None
        yield from _method(question, method, outcome, at)
        yield from timing(question, method, outcome, history, by, at)
        yield from comparing(question, method, history, by, at, clustered=bool(plan and plan.cluster))
        yield from of_places(question, method, outcome, history, by, plan.unit if plan else "person", at)
        yield from cutoffs(question, by, history, plan, at) if method.name == "threshold" else ()
    yield from of_money(question, outcome, plan, at)
    if plan:
        yield from _of_cohort(question, plan, at)
    if plan and plan.clock == "calendar":
        yield from asked_of_panels(question, plan, at)
    if plan and plan.strategies and method and _decided(plan) == "strategy":
        yield from asked_of_strategies(question, plan.strategies, at)
    if plan and outcome and _decided(plan) == "service":
        yield from _until_served(question, outcome, plan, at)


def misasked(
    question: Question, outcome: Outcome, by: By, history: Collection[str], *, clustered: bool = False, unit: Unit = "person"
) -> Iterator[Slip]:
    """Every mistake of a question that is asked of a lab's own cohort, whose outcome is no entry of the registry.

    `history` holds the names of the cohort's columns of history; `clustered` says whether the cohort declares who shares luck.
    """
    design = reshaped(question)
    yield from design.slips
    asked = design.declared
    yield from (slip for slip in _misasked(asked, outcome, by, history, clustered=clustered, unit=unit) if design.can_judge(slip))


def sound(question: Question) -> Question:
    """The question as a file that says the same would be read; refuses words and values of it that are none, all at once."""
    design = reshaped(question)
    slips = [*design.slips, *(slip for slip in leaves(design.declared) if design.can_judge(slip))]
    if not slips and question.method not in METHODS:
        slips.append(not_one_of(("method",), question.method, "a method of this version", METHODS))
    if slips:
        raise Refused(*problems(slips))
    return design.declared


def problems(slips: Collection[Slip]) -> Iterator[Problem]:
    """The mistakes of a question that no file holds, each under the words that it stands at."""
    return (Problem(f"question: {'.'.join(map(str, slip.at))}", slip.found, slip.right, slip.remedy) for slip in slips)


def _misasked(question: Question, outcome: Outcome, by: By, history: Collection[str], *, clustered: bool, unit: Unit) -> Iterator[Slip]:
    yield from leaves(question)
    if question.outcome != outcome.name:
        yield Slip(("outcome",), f"{shown(question.outcome)} is not what the frame holds.", f"Its outcome is '{outcome.name}'.")
    yield from _horizon(question.horizon, outcome, ())
    if math.isfinite(question.worthwhile) and _has_measure(question, outcome):
        yield from _worthwhile(question, outcome, ())
    yield from _answered(question, by, ())
    yield from of_money(question, outcome, None, (), framed=True)
    if question.method in METHODS:
        yield from _method(question, METHODS[question.method], outcome, ())
        yield from timing(question, METHODS[question.method], outcome, history, by, ())
        yield from comparing(question, METHODS[question.method], history, by, (), clustered=clustered)
        yield from of_places(question, METHODS[question.method], outcome, history, by, unit, ())
        yield from cutoffs(question, by, history, None, ()) if question.method == "threshold" else ()


def _decided(plan: CohortPlan) -> By | None:
    """What decided who is served; None where the cohort contradicts itself and has been told so."""
    if plan.strategies:
        return None if plan.clock != "eligibility" or plan.assigned or plan.served else "strategy"
    if plan.clock == "calendar":
        return None if plan.assigned or plan.served else "adoption"
    if plan.clock == "service":
        return None if plan.assigned else "service"
    return plan.assigned.by if plan.assigned and not plan.served and plan.assigned.by != "service" else None


def _chosen_by(plan: CohortPlan) -> By | None:
    """What decided, as the one who chooses whom to compare has it: with two strategies nobody is chosen, whatever else a cohort says."""
    return "strategy" if plan.strategies else _decided(plan)


def _horizon(horizon: Horizon, outcome: Outcome | None, at: Path) -> Iterator[Slip]:
    """How long people are followed is said once, and long enough for something to be counted."""
    here = (*at, "horizon")
    days = horizon.days or (horizon.months or 0) * SHORTEST_MONTH
    if (horizon.days is None) == (horizon.months is None):
        found = "The horizon has neither days nor months." if horizon.days is None else "The horizon has both days and months."
        yield Slip(here, found, "It is exactly one of them: { days = 364 } or { months = 12 }.")
    elif outcome and outcome.kind in ("mark", "rate") and 0 < days <= outcome.from_day:
        until = counted(horizon.days, "day") if horizon.days else counted(horizon.months or 0, "month")
        found = f"'{outcome.name}' is counted from day {outcome.from_day} of each clock, and a horizon of {until} ends before that:"
        yield Slip(here, found, "nothing could be counted.", "Follow people for longer.", on=((*at, "outcome"),))
    elif outcome and outcome.table == "quarter" and (horizon.months is None or horizon.months % 3):
        found, right, remedy = not_whole(horizon)
        yield Slip(here, f"{found[0].upper()}{found[1:]}", right, remedy, on=((*at, "outcome"),))


def _has_measure(question: Question, outcome: Outcome) -> bool:
    """Whether what the method measures is what is asked about, so that it can be said what is worth having."""
    method = METHODS.get(question.method)
    return method is None or outcome.kind != "mark" or question.measure in method.measures


def _worthwhile(question: Question, outcome: Outcome, at: Path) -> Iterator[Slip]:
    """The smallest difference worth having is not none, is towards better, and can happen."""
    worth, here, on = question.worthwhile, (*at, "worthwhile"), ((*at, "outcome"), (*at, "measure"))
    better, unit, horizon = better_of(outcome, question.measure), unit_of(outcome, question.measure), question.horizon
    towards = 1 if better == "more" else -1
    days = horizon.days or (horizon.months or 0) * LONGEST_MONTH
    if worth == 0:
        yield Slip(here, "'worthwhile' is 0.", "It is the smallest difference worth having, and no difference is none.", on=on)
    elif worth * towards < 0:
        found = f"'worthwhile' is {worth:g}, and of {measured(question, outcome)} {better} is better."
        yield Slip(here, found, f"The difference is signed towards better: {-worth:g}.", on=on)
    if unit == "people" and outcome.kind in ("mark", "state") and abs(worth) > 1:
        found = f"'worthwhile' is {worth:g}, and a difference between shares of people lies between -1 and 1."
        yield Slip(here, found, "Five of every hundred are 0.05.", on=on)
    if unit == "days" and 0 < days * question.so_many < abs(worth):
        yield Slip(here, f"'worthwhile' is {worth:g} days, and the horizon is {horizon}.", on=(*on, (*at, "horizon")))


def _answered(question: Question, by: By | None, at: Path) -> Iterator[Slip]:
    """Whether there is such a method, and it is for people whom this decided to serve."""
    cohort = f"in cohort '{printable(question.cohort)}'" if at else "here"
    on = ((*at, "cohort"), *(("cohort", question.cohort, word) for word in ("assigned", "clock", "served", "strategies")))
    able = [name for name, method in METHODS.items() if by in method.assigned_by]
    if by and not able:
        found = f"No method of this version answers when {_DECIDED[by]} decided who is served, as {cohort}."
        yield Slip((*at, "method"), found, on=on)
    elif question.method not in METHODS:
        yield not_one_of((*at, "method"), question.method, "a method of this version", METHODS)
    elif by and question.method not in able:
        answers = _either([_DECIDED[each] for each in _DECIDED if each in METHODS[question.method].assigned_by])
        found = f"'{question.method}' answers when {answers} decided who is served, and {cohort} {_DECIDED[by]} did."
        yield Slip((*at, "method"), found, f"Methods that can answer it: {listed(able)}.", on=on)


def _method(question: Question, method: Method, outcome: Outcome | None, at: Path) -> Iterator[Slip]:
    """Whether the method answers this kind of outcome, with this estimand and inference."""
    if outcome and outcome.kind not in method.answers:
        able = [name for name, other in METHODS.items() if outcome.kind in other.answers]
        answers = _either([_KINDS[kind] for kind in _KINDS if kind in method.answers])
        found = f"'{method.name}' answers about {answers}, and '{outcome.name}' is {_KINDS[outcome.kind]}."
        yield Slip((*at, "method"), found, f"Methods that can answer it: {listed(able)}.", on=((*at, "outcome"),))
    if question.estimand not in method.estimands:
        right = sorted(method.estimands)
        found = f"'{method.name}' does not estimate {shown(question.estimand)}."
        remedy = f'Say so: estimand = "{right[0]}".' if len(right) == 1 else ""
        yield Slip((*at, "estimand"), found, f"It estimates {listed(right)}.", remedy, on=((*at, "method"),))
    if question.estimator not in method.estimators:
        found = f"'{method.name}' does not estimate by {shown(question.estimator)}."
        yield Slip((*at, "estimator"), found, f"It does by {listed(sorted(method.estimators))}.", on=((*at, "method"),))
    if question.inference.by not in method.inference:
        found = f"'{method.name}' does not measure uncertainty by {shown(question.inference.by)}."
        yield Slip((*at, "inference", "by"), found, f"It does by {listed(sorted(method.inference))}.", on=((*at, "method"),))


def _either(words: list[str]) -> str:
    """`a lot`, `a lot or an offer`, `a lot, an offer or a score`."""
    return " or ".join((*([", ".join(words[:-1])] if words[1:] else []), words[-1]))


def _until_served(question: Question, outcome: Outcome, plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """An amount or a state goes on after what may keep somebody from being served, so it cannot be followed until then alone."""
    if outcome.kind in ("amount", "state") and plan.compared.later_served == "censor":
        found = f"'{outcome.name}' is {_KINDS[outcome.kind]}, and those compared are followed only until they are served (later_served = \"censor\"):"
        why = "what happens to them after the start decides who is served later, and no weight from the history can stand for that."
        remedy = 'Use later_served = "keep", and the answer is about being served now, whoever is served later; or ask about an event.'
        on = (*(("cohort", question.cohort, word) for word in ("clock", "compared", "assigned", "strategies")), (*at, "cohort"))
        yield Slip((*at, "outcome"), found, why, remedy, on=on)


def _of_cohort(question: Question, plan: CohortPlan, at: Path) -> Iterator[Slip]:
    """Whether the cohort holds what the question needs of it: clusters, and enough people drawn."""
    name = ("cohort", question.cohort)
    if question.inference.by == "cluster" and not plan.cluster and plan.starts.which != "every" and plan.clock == "eligibility":
        found = f"Uncertainty is by cluster, and cohort '{printable(question.cohort)}' declares none."
        on: tuple[Path, ...] = (*((*name, word) for word in ("cluster", "starts", "clock")), (*at, "cohort"))
        yield Slip((*at, "inference", "by"), found, remedy="Give the cohort a cluster, or leave 'inference' out.", on=on)
    if question.compare and question.compare.ratio > plan.compared.draw and plan.clock == "service":
        found = f"Up to {question.compare.ratio:,} people are to be matched to each one served, and {plan.compared.draw:,} are drawn."
        on = ((*name, "compared"), (*name, "clock"), (*at, "cohort"), (*at, "compare"))
        yield Slip((*at, "compare", "ratio"), found, remedy="Draw more: compared = { draw = 50 }.", on=on)
