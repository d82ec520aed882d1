"""Holds the parts of a study against each other and against the tables of outcomes and methods, and tells all that does not fit."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Mapping
from typing import get_args

from ..methods import METHODS, Method
from ..outcomes import OUTCOMES
from ..phrases import listed, nearest
from ..records.contract import CONTRACT, RESERVED
from ..records.tape import REDUCERS
from ..records.toml import Path
from ..terms import Assigned, By, CohortPlan, HistoryColumn, Horizon, Inference, Kind, Language, Outcome, Question, Reducer, Starts, Study
from .leaves import leaves
from .shape import Slip
from .words import printable, shown

LONGEST_MONTH = 31

# what this version builds, of what the vocabulary can say
WHICH = ("first", "every")
UNITS = ("person", "child")
CLOCKS = ("eligibility",)
BLOCKS = tuple(column.name for column in CONTRACT["person"] if column.type == "text" and column.name != "person_id")
CLUSTERS = ("family", *BLOCKS)

BUILT: Mapping[tuple[type, str], Collection[str]] = {
    (Starts, "which"): WHICH,
    (CohortPlan, "unit"): UNITS,
    (CohortPlan, "clock"): CLOCKS,
    (Assigned, "by"): {by for method in METHODS.values() for by in method.assigned_by},
    (Question, "estimand"): {estimand for method in METHODS.values() for estimand in method.estimands},
    (Inference, "by"): {by for method in METHODS.values() for by in method.inference},
}

_KINDS: Mapping[Kind, str] = {"mark": "an event", "amount": "an amount", "state": "a state", "rate": "a rate"}


def misfits(study: Study) -> Iterator[Slip]:
    """Every mistake of a study whose words all have the right type."""
    yield from leaves(study)
    yield from _title(study)
    for name, plan in study.cohorts.items():
        yield from _cohort(plan, ("cohort", name))
    yield from _history(study)
    yield from _headline(study.questions)
    yield from _asked_twice(study.questions)
    for number, question in enumerate(study.questions):
        yield from _question(question, ("question", number), study)


def _title(study: Study) -> Iterator[Slip]:
    known = get_args(Language)
    for language in study.title:
        if language not in known:
            found = f"'{printable(language)}' is not a language of this version."
            yield Slip(("title", language), found, nearest(language, known), f"Its languages are {listed(known)}.")
    for language in study.release.languages:
        if language not in study.title:
            found = f"The title is not given in '{language}', a language of [release]."
            remedy = f"Give it, title = {{ {language} = \"...\" }}, or take '{language}' out of [release]."
            yield Slip(("title",), found, remedy=remedy, on=(("release", "languages"),))


# ------------------------------------------------------------------------------------------------ who is studied
def _cohort(plan: CohortPlan, at: Path) -> Iterator[Slip]:
    first, last = plan.between
    if last < first:
        yield Slip((*at, "between"), f"The last day, {last}, comes before the first, {first}.", "Write the earlier day first.")
    if plan.ages and plan.ages[1] < plan.ages[0]:
        yield Slip((*at, "ages"), f"The highest age, {plan.ages[1]}, is below the lowest, {plan.ages[0]}.", "Write the lower age first.")
    if plan.starts.which not in WHICH and plan.assigned.by == "lot":
        found = f"Which start is the {plan.starts.which} is known only from what came after it, and a lot may have changed that."
        yield Slip((*at, "starts", "which"), found, f"It is one of {listed(WHICH)}.", on=((*at, "assigned", "by"),))
    if plan.clock not in CLOCKS:
        found = f"A clock that starts with the {plan.clock} needs risk sets, which this version does not build."
        yield Slip((*at, "clock"), found, remedy=f'Use clock = "{CLOCKS[0]}".')
    if plan.assigned.offered == plan.assigned.withheld:
        found = f"'offered' and 'withheld' are both {shown(plan.assigned.offered)}."
        on = ((*at, "assigned", "offered"),)
        yield Slip((*at, "assigned", "withheld"), found, "Each arm needs an event of its own, so that both are on record.", on=on)
    if plan.unit not in UNITS:
        yield Slip((*at, "unit"), f"A clock that an event starts is a person's, not of a unit '{plan.unit}'.", f"It is one of {listed(UNITS)}.")
    for word, groups, right in ((("cluster",), plan.cluster, CLUSTERS), (("assigned", "blocks"), plan.assigned.blocks, BLOCKS)):
        for number, group in enumerate(groups):
            if group not in right:
                yield _not_one_of((*at, *word, number), group, "a group of people in the records", right)
    if plan.washout_days > plan.lookback_days:
        found = f"'washout_days' is {plan.washout_days:,}, and lookback_days is {plan.lookback_days:,}:"
        why = "some people's earlier starting events would not be seen."
        yield Slip((*at, "washout_days"), found, why, f"Raise lookback_days to {plan.washout_days}.", on=((*at, "lookback_days"),))


# ------------------------------------------------------------------------------------------------ what came before
def _history(study: Study) -> Iterator[Slip]:
    seen: dict[str, int] = {}
    for number, column in enumerate(study.history):
        at: Path = ("history", number)
        first = seen.setdefault(column.name.casefold(), number)
        if first != number:
            found = f"The name {shown(column.name)} is taken by [[history]] {first + 1}; capitals do not tell names apart."
            yield Slip((*at, "name"), found, "Give each column a name of its own.", on=(("history", first, "name"),))
        if column.name.casefold() in RESERVED:
            found = f"The name {shown(column.name)} is taken by a column that every cohort has."
            yield Slip((*at, "name"), found, f"These are taken: {listed(RESERVED)}.", "Give the column another name.")
        if column.reduce not in REDUCERS[column.table]:
            yield _misfit_reducer(column, at)
        for name, plan in study.cohorts.items():
            if column.days > plan.lookback_days:
                yield _beyond_lookback(column, plan, at, name)


def _misfit_reducer(column: HistoryColumn, at: Path) -> Slip:
    """'days' of an event, or 'sum' of a spell."""
    lasts = "lasts for days and has no value" if column.table == "spell" else "lies on one day"
    right = [reducer for reducer in get_args(Reducer) if reducer in REDUCERS[column.table]]
    found = f"'{column.reduce}' does not fit the table '{column.table}', whose every row {lasts}."
    return Slip((*at, "reduce"), found, f"It is one of {listed(right)}.", on=((*at, "table"),))


def _beyond_lookback(column: HistoryColumn, plan: CohortPlan, at: Path, cohort: str) -> Slip:
    """A history window that the records of some people may not cover."""
    found = f"{shown(column.name)} looks back {column.days:,} days, and lookback_days of cohort '{printable(cohort)}' is {plan.lookback_days:,}:"
    why = "some people's history would not be seen, and would count as none."
    remedy = f"Raise lookback_days to {column.days}, or shorten the window."
    return Slip((*at, "days"), found, why, remedy, on=(("cohort", cohort, "lookback_days"), (*at, "name")))


# ------------------------------------------------------------------------------------------------ what is asked
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
    outcome = OUTCOMES.get(question.outcome)
    method = METHODS.get(question.method)
    if plan is None:
        yield _not_one_of((*at, "cohort"), question.cohort, "a cohort of this design", study.cohorts, ("cohort",))
    if outcome is None:
        yield _not_one_of((*at, "outcome"), question.outcome, "an outcome of this version", OUTCOMES)
    if method is None:
        yield _not_one_of((*at, "method"), question.method, "a method of this version", METHODS)
    yield from _horizon(question.horizon, (*at, "horizon"))
    if outcome and math.isfinite(question.worthwhile):
        yield from _worthwhile(question, outcome, at)
    if method:
        yield from _method(question, method, outcome, plan.assigned.by if plan else None, at)
    if plan and question.inference.by == "cluster" and not plan.cluster and plan.starts.which != "every":
        found = f"Uncertainty is by cluster, and cohort '{printable(question.cohort)}' declares none."
        on = (("cohort", question.cohort, "cluster"), ("cohort", question.cohort, "starts"), (*at, "cohort"))
        yield Slip((*at, "inference", "by"), found, remedy="Give the cohort a cluster, or leave 'inference' out.", on=on)


def misasked(question: Question, outcome: Outcome, by: By) -> Iterator[Slip]:
    """Every mistake of a question that is asked of a lab's own cohort, whose outcome is no entry of the registry."""
    if question.outcome != outcome.name:
        yield Slip(("outcome",), f"{shown(question.outcome)} is not what the frame holds.", f"Its outcome is '{outcome.name}'.")
    yield from _horizon(question.horizon, ("horizon",))
    yield from _worthwhile(question, outcome, ())
    if question.method in METHODS:
        yield from _method(question, METHODS[question.method], outcome, by, ())
    else:
        yield _not_one_of(("method",), question.method, "a method of this version", METHODS)


def _not_one_of(at: Path, word: str, what: str, right: Collection[str], *on: Path) -> Slip:
    return Slip(at, f"{shown(word)} is not {what}.", nearest(word, right), f"There is {listed(map(printable, right))}.", on=on)


def _horizon(horizon: Horizon, at: Path) -> Iterator[Slip]:
    if (horizon.days is None) == (horizon.months is None):
        found = "The horizon has neither days nor months." if horizon.days is None else "The horizon has both days and months."
        yield Slip(at, found, "It is exactly one of them: { days = 364 } or { months = 12 }.")


def _worthwhile(question: Question, outcome: Outcome, at: Path) -> Iterator[Slip]:
    """The smallest difference worth having is not none, is towards better, and can happen."""
    worth, here, on = question.worthwhile, (*at, "worthwhile"), ((*at, "outcome"),)
    sign = -1 if outcome.better == "fewer" else 1
    horizon = question.horizon
    days = horizon.days or (horizon.months or 0) * LONGEST_MONTH
    if worth == 0:
        yield Slip(here, "'worthwhile' is 0.", "It is the smallest difference worth having, and no difference is none.", on=on)
    elif worth * sign < 0:
        found = f"'worthwhile' is {worth:g}, and of '{outcome.name}' {outcome.better} is better."
        yield Slip(here, found, f"The difference is signed towards better: {-worth:g}.", on=on)
    if outcome.unit == "people" and abs(worth) > 1:
        found = f"'worthwhile' is {worth:g}, and a difference between shares of people lies between -1 and 1."
        yield Slip(here, found, "Five of every hundred are 0.05.", on=on)
    if outcome.unit == "days" and 0 < days < abs(worth):
        yield Slip(here, f"'worthwhile' is {worth:g} days, and the horizon is {horizon}.", on=(*on, (*at, "horizon")))


def _method(question: Question, method: Method, outcome: Outcome | None, by: By | None, at: Path) -> Iterator[Slip]:
    """Whether the method answers this kind of outcome, under this assignment, with this estimand and inference."""
    if outcome and outcome.kind not in method.answers:
        able = [name for name, other in METHODS.items() if outcome.kind in other.answers]
        answers = " or ".join(_KINDS[kind] for kind in _KINDS if kind in method.answers)
        found = f"'{method.name}' answers about {answers}, and '{outcome.name}' is {_KINDS[outcome.kind]}."
        yield Slip((*at, "method"), found, f"Methods that can answer it: {listed(able)}.", on=((*at, "outcome"),))
    if by and by not in method.assigned_by:
        able = [name for name, other in METHODS.items() if by in other.assigned_by]
        found = f"'{method.name}' answers when people were assigned by {' or '.join(sorted(method.assigned_by))},"
        right = f"and cohort '{printable(question.cohort)}' was assigned by {by}."
        on = ((*at, "cohort"), ("cohort", question.cohort, "assigned", "by"))
        yield Slip((*at, "method"), found, right, f"Methods that can answer it: {listed(able)}.", on=on)
    if question.estimand not in method.estimands:
        found = f"'{method.name}' does not estimate {shown(question.estimand)}."
        yield Slip((*at, "estimand"), found, f"It estimates {listed(sorted(method.estimands))}.", on=((*at, "method"),))
    if question.inference.by not in method.inference:
        found = f"'{method.name}' does not measure uncertainty by {shown(question.inference.by)}."
        yield Slip((*at, "inference", "by"), found, f"It does by {listed(sorted(method.inference))}.", on=((*at, "method"),))
