"""Carries a study from room to room: who is compared with whom first, and only then what became of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from .cohort import enrol, horizons_of
from .diagnostics import records_kept
from .methods import METHODS
from .outcomes import OUTCOMES, EngineRuler, Ruler
from .phrases import listed
from .records import Records, permitted
from .records.uses import Use, sources_of
from .terms import Answer, Cohort, Comparison, Diagnostic, Outcome, Problem, Provenance, Question, Refused, Study
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
    conditions: Mapping[str, tuple[Diagnostic, ...]]  # of the records themselves, by the question's name


def prepare(study: Study, records: Records, *, today: date | None = None) -> Prepared:
    """Enrols each cohort and finds who is compared with whom, without reading an outcome.

    Refuses a study that uses what a source's agreement does not permit on the day `today` (default: the machine's date).
    """
    permitted(records, study, outcomes=OUTCOMES, today=today or date.today())
    cohorts = {name: _enrolled(name, study, records) for name in study.cohorts}
    comparisons = {
        question.name: unwatched(question, study, records) or _compared(question, cohorts[question.cohort]) for question in study.questions
    }
    conditions = {question.name: (records_kept(_lost(question, study, records)),) for question in study.questions}
    return Prepared(study, records, cohorts, comparisons, conditions)


def answer(prepared: Prepared) -> tuple[Answer, ...]:
    """One Answer a question, in the order of the design; a question that cannot be answered says why."""
    return tuple(_answered(prepared, question) for question in prepared.study.questions)


def answer_one(
    question: Question,
    outcome: Outcome,
    cohort: Cohort,
    comparison: Comparison | tuple[Problem, ...],
    ruler: Ruler,
    provenance: Provenance,
    *,
    conditions: tuple[Diagnostic, ...] = (),
) -> Answer:
    """The Answer to one question; outcomes stay unread where a condition, of the records or of the comparison, fails."""

    def answered(**parts: object) -> Answer:
        return Answer(question, outcome, cohort.ledger, provenance, cohort.time_zero, by=cohort.by, **parts)  # type: ignore[arg-type]  # named below

    if isinstance(comparison, tuple):
        return answered(refused=comparison)
    before = conditions + comparison.diagnostics
    if any(diagnostic.required and not diagnostic.holds for diagnostic in before):
        return answered(diagnostics=before)
    try:
        estimate = METHODS[question.method].estimate(cohort, comparison, ruler, question)
    except Refused as refused:
        return answered(diagnostics=before, refused=refused.problems)
    return answered(estimate=estimate, diagnostics=before + estimate.diagnostics)


def compare(question: Question, cohort: Cohort) -> Comparison | tuple[Problem, ...]:
    """Who is compared with whom for one question, or the reasons why nobody is."""
    try:
        return METHODS[question.method].compare(cohort, question)
    except Refused as refused:
        return refused.problems


def unwatched(question: Question, study: Study, records: Records) -> tuple[Problem, ...]:
    """A problem where a cohort names its sources and leaves out one that holds the outcome: its end would not bound what is seen."""
    named, outcome = study.cohorts[question.cohort].sources, OUTCOMES[question.outcome]
    holding = sources_of(records.engine, Use("the outcome", outcome.table, outcome.kinds)) if named else ()
    left_out = [source for source in holding if source not in named]
    if not left_out:
        return ()
    found = f"leaves out {listed(left_out)}, which holds '{outcome.name}':"
    right = "nobody would be taken for lost where that source ends."
    return (Problem(f"cohort '{question.cohort}': sources", found, right, "Name it too, or leave `sources` out."),)


def _enrolled(name: str, study: Study, records: Records) -> Cohort | tuple[Problem, ...]:
    try:
        return enrol(name, study.cohorts[name], study.history, records, *horizons_of(study, name))
    except Refused as refused:
        return refused.problems


def _compared(question: Question, cohort: Cohort | tuple[Problem, ...]) -> Comparison | tuple[Problem, ...]:
    return cohort if isinstance(cohort, tuple) else compare(question, cohort)


def _answered(prepared: Prepared, question: Question) -> Answer:
    outcome = OUTCOMES[question.outcome]
    provenance = Provenance(prepared.study.digest, prepared.records.manifest.digest, version())
    cohort = prepared.cohorts[question.cohort]
    if isinstance(cohort, tuple):
        by = prepared.study.cohorts[question.cohort].by
        return Answer(question, outcome, (), provenance, "built", refused=cohort, by=by)
    ruler = EngineRuler(prepared.records.engine, cohort.table, outcome)
    comparison, conditions = prepared.comparisons[question.name], prepared.conditions[question.name]
    return answer_one(question, outcome, cohort, comparison, ruler, provenance, conditions=conditions)


def _lost(question: Question, study: Study, records: Records) -> dict[str, float]:
    """The share of rows set aside in each table that a question reads; a row that only repeats another is no loss."""
    plan = study.cohorts[question.cohort]
    read = {"person", "event", OUTCOMES[question.outcome].table, *(column.table for column in study.history)}
    read |= {"service"} if plan.served or plan.starts.enrolment or (plan.assigned and plan.assigned.taken_up) else set()
    held = {count.table: count.read for count in records.quality.tables if count.table in read and count.read}
    lost = dict.fromkeys(sorted(held), 0)
    for one in records.quality.set_aside:
        if one.table in held and one.reason != "repeated":
            lost[one.table] += one.rows
    return {name: rows / held[name] for name, rows in lost.items()}
