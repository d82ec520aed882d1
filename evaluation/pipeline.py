"""Carries a study from room to room: who is compared with whom first, and only then what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .cohort import enrol
from .methods import METHODS
from .outcomes import OUTCOMES, EngineRuler, Ruler
from .records import Records, permitted
from .records.days import day_of, horizon_end
from .terms import Answer, Cohort, Comparison, Horizon, Outcome, Problem, Provenance, Question, Refused, Study
from .version import version


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A study whose comparisons stand and whose outcomes nobody has read.

    Where a cohort or a comparison could not be had, the problems stand in its place.
    """

    study: Study
    records: Records
    cohorts: Mapping[str, Cohort | tuple[Problem, ...]]
    comparisons: Mapping[str, Comparison | tuple[Problem, ...]]  # by the question's name


def prepare(study: Study, records: Records, *, today: date | None = None) -> Prepared:
    """Enrols each cohort and finds who is compared with whom, without reading an outcome.

    Refuses a study that uses what a source's agreement does not permit on the day `today` (default: the machine's date).
    """
    permitted(records, study, outcomes=OUTCOMES, today=today or date.today())
    cohorts = {name: _enrolled(name, study, records) for name in study.cohorts}
    return Prepared(study, records, cohorts, {question.name: _compared(question, cohorts[question.cohort]) for question in study.questions})


def answer(prepared: Prepared) -> tuple[Answer, ...]:
    """One Answer a question, in the order of the design; a question that cannot be answered says why."""
    return tuple(_answered(prepared, question) for question in prepared.study.questions)


def answer_one(
    question: Question, outcome: Outcome, cohort: Cohort, comparison: Comparison | tuple[Problem, ...], ruler: Ruler, provenance: Provenance
) -> Answer:
    """The Answer to one question; outcomes stay unread where a condition of the comparison fails."""

    def answered(**parts: object) -> Answer:
        return Answer(question, outcome, cohort.ledger, provenance, cohort.time_zero, by=cohort.by, **parts)  # type: ignore[arg-type]  # named below

    if isinstance(comparison, tuple):
        return answered(refused=comparison)
    if any(diagnostic.required and not diagnostic.holds for diagnostic in comparison.diagnostics):
        return answered(diagnostics=comparison.diagnostics)
    try:
        estimate = METHODS[question.method].estimate(cohort, comparison, ruler, question)
    except Refused as refused:
        return answered(diagnostics=comparison.diagnostics, refused=refused.problems)
    return answered(estimate=estimate, diagnostics=comparison.diagnostics + estimate.diagnostics)


def compare(question: Question, cohort: Cohort) -> Comparison | tuple[Problem, ...]:
    """Who is compared with whom for one question, or the reasons why nobody is."""
    try:
        return METHODS[question.method].compare(cohort, question)
    except Refused as refused:
        return refused.problems


def _enrolled(name: str, study: Study, records: Records) -> Cohort | tuple[Problem, ...]:
    plan = study.cohorts[name]
    last_start = day_of(plan.between[1])
    horizons = [question.horizon for question in study.questions if question.cohort == name]
    longest: Horizon = max(horizons, key=lambda horizon: horizon_end(last_start, horizon), default=Horizon(days=0))
    try:
        return enrol(name, plan, study.history, records, longest)
    except Refused as refused:
        return refused.problems


def _compared(question: Question, cohort: Cohort | tuple[Problem, ...]) -> Comparison | tuple[Problem, ...]:
    return cohort if isinstance(cohort, tuple) else compare(question, cohort)


def _answered(prepared: Prepared, question: Question) -> Answer:
    outcome = OUTCOMES[question.outcome]
    provenance = Provenance(prepared.study.digest, prepared.records.manifest.digest, version())
    cohort = prepared.cohorts[question.cohort]
    if isinstance(cohort, tuple):
        by = prepared.study.cohorts[question.cohort].assigned.by
        return Answer(question, outcome, (), provenance, "built", refused=cohort, by=by)
    ruler = EngineRuler(prepared.records.engine, cohort.table, outcome)
    return answer_one(question, outcome, cohort, prepared.comparisons[question.name], ruler, provenance)
