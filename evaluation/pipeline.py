"""Carries a study from room to room: who is compared with whom first, and only then what became of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from sqlglot import exp

from .cohort import enrol, horizons_of
from .cohort.checks import latest_start
from .diagnostics import concurrent_policies, overlapping_stays, programme_priced, records_kept, reporting_lag, services_on_record
from .diagnostics.reporting import SPAN
from .methods import METHODS
from .outcomes import EnginePanelRuler, EngineRuler, PanelRuler, Ruler
from .outcomes.binding import outcome_of, outcomes_of, unsealed
from .outcomes.cost import PricedRuler
from .outcomes.cost import of_engine as of_book
from .outcomes.cost.asking import on_record, overlapping, priced, unpriced
from .outcomes.quarters import read_until
from .outcomes.universe import adapted
from .phrases import counted, listed
from .records import Records, permitted
from .records.contract import CONTRACT, LONGEST_NAME
from .records.days import FOREVER, date_of, day_of, horizon_end
from .records.engine import Engine
from .records.sql import among, c, holds, table
from .records.uses import BOOK, Use, competing_events, listing, read_by, sources_of, uses
from .terms import (
    Answer,
    Cohort,
    CohortPlan,
    Comparison,
    Diagnostic,
    HistoryColumn,
    Horizon,
    Outcome,
    Panel,
    Problem,
    Provenance,
    Question,
    Refused,
    Study,
)
from .version import version


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """A study whose comparisons stand and whose outcomes nobody has read.

    Where a cohort or a comparison could not be had, the problems stand in its place.
    """

    study: Study
    records: Records
    cohorts: Mapping[str, Cohort | Panel | tuple[Problem, ...]]
    comparisons: Mapping[str, Comparison | tuple[Problem, ...]]  # by the question's name
    conditions: Mapping[str, tuple[Diagnostic, ...]]  # of the records themselves, by the question's name


def prepare(study: Study, records: Records, *, today: date | None = None, standing: Prepared | None = None) -> Prepared:
    """Enrols each cohort and finds who is compared with whom, without reading an outcome.

    `standing` is another study prepared on the same records, of which this one changes something: cohorts and comparisons that the
    change does not touch are taken over, and its own stay as they are in the engine, so that it can still be answered.  What comes
    out is what would without it.  Refuses a study that uses what a source's agreement does not permit on the day `today` (default:
    the machine's date).
    """
    permitted(records, study, outcomes=outcomes_of(study), today=today or date.today())
    cohorts = {name: _taken_over(name, study, standing) or _enrolled(name, study, records, standing) for name in study.cohorts}
    comparisons = {
        question.name: unwatched(question, study, records)
        or _compared_before(question, cohorts[question.cohort], standing)
        or _compared(question, cohorts[question.cohort])
        for question in study.questions
    }
    conditions = {question.name: tuple(_of_the_records(question, study, records)) for question in study.questions}
    return Prepared(study, records, cohorts, comparisons, conditions)


def answer(prepared: Prepared) -> tuple[Answer, ...]:
    """One Answer a question, in the order of the design; a question that cannot be answered says why.

    Refuses a sealed study that has not been opened: no outcome is read of it.
    """
    unsealed(prepared.study)
    return tuple(_answered(prepared, question) for question in prepared.study.questions)


def answer_one(
    question: Question,
    outcome: Outcome,
    cohort: Cohort | Panel,
    comparison: Comparison | tuple[Problem, ...],
    ruler: Ruler | PanelRuler,
    provenance: Provenance,
    *,
    conditions: tuple[Diagnostic, ...] = (),
) -> Answer:
    """The Answer to one question; outcomes stay unread where a condition, of the records or of the comparison, fails."""

    def answered(**parts: object) -> Answer:
        return Answer(question, outcome, cohort.ledger, provenance, cohort.time_zero, by=cohort.by, unit=cohort.unit, **parts)  # type: ignore[arg-type]  # named below

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


def ruler_of(
    engine: Engine, cohort: Cohort | Panel, outcome: Outcome, question: Question | None = None, study: Study | None = None
) -> EngineRuler | EnginePanelRuler | PricedRuler:
    """The ruler that is laid on a cohort: on the clocks of its people, or on the periods of a panel; in money where the question says in which."""
    return EnginePanelRuler(engine, cohort, outcome) if isinstance(cohort, Panel) else clock_ruler(engine, cohort.table, outcome, question, study)


def clock_ruler(engine: Engine, starts: str, outcome: Outcome, question: Question | None, study: Study | None) -> EngineRuler | PricedRuler:
    """The ruler of a table of starts; a question with money is read in dollars, beside the outcome whose additional unit it prices."""
    if question is None or study is None or question.money is None:
        return EngineRuler(engine, starts, outcome)
    beside = EngineRuler(engine, starts, outcome_of(study, question.priced)) if question.priced else None
    return priced(engine, starts, outcome, question, beside, study.programme)


def compare(question: Question, cohort: Cohort | Panel) -> Comparison | tuple[Problem, ...]:
    """Who is compared with whom for one question, or the reasons why nobody is."""
    try:
        return METHODS[question.method].compare(cohort, question)
    except Refused as refused:
        return refused.problems


def unwatched(question: Question, study: Study, records: Records) -> tuple[Problem, ...]:
    """Why what a question asks about is not watched to its end: problems that only the outcome's own sources show."""
    name, plan, outcome = question.cohort, study.cohorts[question.cohort], outcome_of(study, question.outcome)
    beside = outcome_of(study, question.priced) if question.priced else None
    read = tuple(read_by(records.engine, question, outcome, beside))
    holding = tuple(dict.fromkeys(source for use in read for source in sources_of(records.engine, use)))
    left_out = (*_left_out(name, plan, outcome, holding), *_unread(name, plan, study.history, records.engine))
    return (
        *unpriced(question, outcome, records),
        *left_out,
        *_never_on_record(question, outcome, records.engine),
        *_immature(name, plan, outcome, _latest(plan, question.horizon), _complete(records.engine, holding)),
        *(_immature(name, plan, beside, question.horizon, _complete(records.engine, holding)) if beside else ()),
    )


def _never_on_record(question: Question, outcome: Outcome, engine: Engine) -> Iterator[Problem]:
    """Kinds of event that are to compete with the outcome and that no row holds."""
    kinds = competing_events(question, outcome)
    if never := [kind for kind in kinds if not sources_of(engine, Use("what competes with the outcome", "event", (kind,)))]:
        found = f"the table 'event' holds no row of {listed(never)}."
        remedy = "Add the source that records it, or leave it out of `competing`."
        yield Problem(f"{question.name}: competing", found, "None on record cannot be told from not recorded.", remedy)


def _latest(plan: CohortPlan, horizon: Horizon) -> Horizon:
    """How long after the last day of the years studied an outcome is read: of a panel, which ends then, not at all."""
    return Horizon(days=1) if plan.clock == "calendar" else horizon


def watched(cohort: Cohort, question: Question, outcome: Outcome, engine: Engine) -> Cohort:
    """The cohort, looked back on no further than the outcome's own sources were complete before the first start."""
    holding = tuple(source for use in read_by(engine, question, outcome) for source in sources_of(engine, use)) if cohort.looked_back else ()
    if not holding:
        return cohort
    begin = max(row["first"] for row in engine.fetch(exp.select("first").from_(table("coverage")).where(among(c("source"), holding))).to_pylist())
    first = engine.fetch(exp.select(exp.Min(this=c("day")).as_("day")).from_(table(cohort.table)))["day"][0].as_py()
    return replace(cohort, looked_back=max(0, min(cohort.looked_back, first - begin)))


def _left_out(name: str, plan: CohortPlan, outcome: Outcome, holding: Sequence[str]) -> Iterator[Problem]:
    """A cohort that names its sources and leaves out one that holds the outcome: its end would not bound what is seen."""
    left_out = [source for source in holding if plan.sources and source not in plan.sources]
    if left_out:
        found = f"leaves out {listed(left_out)}, which holds '{outcome.name}':"
        right = "nobody would be taken for lost where that source ends."
        yield Problem(f"cohort '{name}': sources", found, right, "Name it too, or leave `sources` out.")


def _unread(name: str, plan: CohortPlan, history: Sequence[HistoryColumn], engine: Engine) -> Iterator[Problem]:
    """A cohort that names its sources and leaves out one that it is made of: its beginning and its end would bound nothing."""
    lists = tuple(listing(plan))
    made_of = dict.fromkeys(use for use in uses(plan, history) if plan.sources and use.kinds and use not in lists)
    by_what: dict[str, dict[str, None]] = {}
    for use in made_of:
        for source in sources_of(engine, use):
            if source not in plan.sources:
                by_what.setdefault(use.what, {})[source] = None
    for what, sources in by_what.items():
        found = f"leaves out {listed(sources)}, which holds {what}:"
        right = "where that source does not reach, what happened would be taken for none."
        yield Problem(f"cohort '{name}': sources", found, right, "Name it too, or leave `sources` out.")


def _immature(name: str, plan: CohortPlan, outcome: Outcome, horizon: Horizon, end: int) -> Iterator[Problem]:
    """A cohort whose outcome is not yet all on record: the last of it is late, and would be counted as none.

    `end` is the first day on which a source of the outcome is not complete.  A horizon that runs past it is the cohort's own
    matter, which it is refused for.
    """
    first, last = (day_of(when) for when in plan.between)
    by_quarter = outcome.table == "quarter" and plan.clock != "calendar"
    until = partial(read_until, outcome) if by_quarter else horizon_end
    short = until(last, horizon) + outcome.lag_days - end
    if short <= 0 or horizon_end(last, horizon) > end:
        return
    mature = latest_start(end - outcome.lag_days, horizon)
    while until(mature, horizon) > end - outcome.lag_days:
        mature -= 1
    late = f"'{outcome.name}' is on record up to {counted(outcome.lag_days, 'day')} after it happens"
    if by_quarter:
        late += ", and is read to the end of the last whole quarter"
    found = f"the last start, {plan.between[1]}, is {counted(short, 'day')} short of maturity: {late}, and {horizon} must pass before."
    right = f"Its sources are complete to {date_of(end - 1)}: starts to {date_of(mature)} have matured."
    remedy = f"Set between = [{plan.between[0]}, {date_of(mature)}], or ask about a shorter horizon."
    if mature < first:
        remedy = "No start in these years has matured: ask about a shorter horizon, or wait."
    yield Problem(f"cohort '{name}': between", found, right, remedy)


def _complete(engine: Engine, sources: Sequence[str]) -> int:
    """The first day on which one of these sources is not complete; FOREVER where there is none."""
    if not sources:
        return FOREVER
    lines = exp.select("last", "lag_days").from_(table("coverage")).where(among(c("source"), sources))
    return min(row["last"] - row["lag_days"] + 1 for row in engine.fetch(lines).to_pylist())


def _enrolled(name: str, study: Study, records: Records, standing: Prepared | None) -> Cohort | Panel | tuple[Problem, ...]:
    """One cohort; beside a standing one of its name it has tables of another."""
    called = f"{name[: LONGEST_NAME - len(AGAIN)]}{AGAIN}" if standing and name in standing.cohorts else name
    try:
        return replace(enrol(called, study.cohorts[name], study.history, records, *horizons_of(study, name)), name=name)
    except Refused as refused:
        return tuple(replace(one, where=one.where.replace(f"'{called}'", f"'{name}'")) for one in refused.problems)


def _taken_over(name: str, study: Study, standing: Prepared | None) -> Cohort | Panel | None:
    """A cohort that stands already, of the same plan and history and followed as long; None where there is none."""
    if standing is None or name not in standing.cohorts:
        return None
    before, cohort = standing.study, standing.cohorts[name]
    alike = (before.cohorts[name], before.history) == (study.cohorts[name], study.history)
    longer = set(horizons_of(study, name)) - set(horizons_of(before, name))  # a shorter list was checked with the longer
    return cohort if alike and not longer and not isinstance(cohort, tuple) else None


def _compared_before(question: Question, cohort: Cohort | Panel | tuple[Problem, ...], standing: Prepared | None) -> Comparison | None:
    """A comparison of the very same cohort that stands already and that this question would find again; None where there is none."""
    if standing is None or standing.cohorts.get(question.cohort) is not cohort:
        return None
    for before in standing.study.questions:
        found = standing.comparisons[before.name]
        if isinstance(found, Comparison) and _read_in_comparing(question, cohort) == _read_in_comparing(before, cohort):
            said, says = (f"'{one.outcome}' by {one.horizon}" for one in (before, question))
            told = replace(found.estimand, contrast=found.estimand.contrast.replace(said, says))
            return replace(found, estimand=told, imputed=tuple(replace(one, estimand=told) for one in found.imputed))
    return None


def _read_in_comparing(question: Question, cohort: Cohort | Panel | tuple[Problem, ...]) -> Question:
    """The question without the words that no door `compare` reads: of people compared by an offer, when served or by a lot, all about the outcome."""
    bare = replace(question, role="headline", family="")
    if not isinstance(cohort, Cohort) or cohort.by not in ("lot", "offer", "service") or question.method == "did":
        return bare
    return replace(bare, **{word: getattr(_BARE, word) for word in _OF_THE_OUTCOME})


_BARE = Question("", Horizon(days=1), "", 0.0)
_OF_THE_OUTCOME = ("outcome", "horizon", "worthwhile", "money", "per", "measure", "time", "competing", "censored", "path")
AGAIN = "_again"  # what the name of a cohort's tables ends with where a changed study enrols it beside the one that stands


def _compared(question: Question, cohort: Cohort | Panel | tuple[Problem, ...]) -> Comparison | tuple[Problem, ...]:
    return cohort if isinstance(cohort, tuple) else compare(question, cohort)


def _answered(prepared: Prepared, question: Question) -> Answer:
    outcome = outcome_of(prepared.study, question.outcome)
    provenance = Provenance(prepared.study.digest, prepared.records.manifest.digest, version())
    cohort = prepared.cohorts[question.cohort]
    if isinstance(cohort, tuple):
        plan = prepared.study.cohorts[question.cohort]
        return Answer(question, outcome, (), provenance, "built", refused=cohort, by=plan.by, unit=plan.unit)
    comparison, conditions = prepared.comparisons[question.name], prepared.conditions[question.name]
    answerable = None if isinstance(comparison, tuple) else question  # of one that is not, no book is opened
    ruler = ruler_of(prepared.records.engine, cohort, outcome, answerable, prepared.study)
    if isinstance(cohort, Cohort):
        cohort = watched(cohort, question, outcome, prepared.records.engine)
    found = answer_one(question, outcome, cohort, comparison, ruler, provenance, conditions=conditions)
    return replace(found, adapted=adapted(outcome, prepared.study.cohorts[question.cohort], question.horizon))


def _of_the_records(question: Question, study: Study, records: Records) -> Iterator[Diagnostic]:
    """The conditions that the records themselves are held to, for one question."""
    yield records_kept(_lost(question, study, records))
    yield from _of_the_book(question, outcome_of(study, question.outcome), records.engine, study.programme)
    if study.concurrent:
        first, last = study.cohorts[question.cohort].between
        yield concurrent_policies(
            study.concurrent, first, date_of(horizon_end(day_of(last), _latest(study.cohorts[question.cohort], question.horizon)) - 1)
        )
    if question.method == "survival":
        yield reporting_lag(*_recorded(question, study.cohorts[question.cohort], outcome_of(study, question.outcome), records.engine))


def _of_the_book(question: Question, outcome: Outcome, engine: Engine, programme: str) -> Iterator[Diagnostic]:
    """What the book of unit costs prices and the records do not show, and what they show twice; of a book that is refused nothing."""
    if outcome.made != BOOK or question.money is None:
        return
    try:
        lines = of_book(engine, question.money.book)
    except Refused:
        return
    yield programme_priced(lines, programme)
    yield services_on_record(on_record(engine, lines))
    yield overlapping_stays(*overlapping(engine, lines))


def _recorded(question: Question, plan: CohortPlan, outcome: Outcome, engine: Engine) -> tuple[int | None, int | None]:
    """How many of an outcome's lines lie in the last days that are complete and in as many before; None where that tells nothing of the answer.

    Of everybody on record: not of a cohort, still less of its arms.
    """
    sources = sources_of(engine, Use("the outcome", outcome.table, outcome.kinds))
    end = _complete(engine, sources) - outcome.lag_days
    starts = engine.fetch(exp.select("first").from_(table("coverage")).where(among(c("source"), sources))).to_pylist() if sources else []
    read = horizon_end(day_of(plan.between[1]), question.horizon) > end - SPAN
    if not read or max((row["first"] for row in starts), default=FOREVER) > end - 2 * SPAN:
        return None, None
    return _lines(engine, outcome, end - 2 * SPAN, end - SPAN), _lines(engine, outcome, end - SPAN, end)


def _lines(engine: Engine, outcome: Outcome, first: int, stop: int) -> int:
    """How many lines of an outcome are dated in the days [first, stop)."""
    canonical = CONTRACT[outcome.table]
    lines = exp.select(exp.Count(this=exp.Star()).as_("lines")).from_(table(outcome.table)).where(holds(first, c(canonical.day or ""), stop))
    of_kind = lines.where(among(c(canonical.kind or ""), outcome.kinds)) if outcome.kinds else lines
    return int(engine.fetch(of_kind)["lines"][0].as_py())


def _lost(question: Question, study: Study, records: Records) -> dict[str, float]:
    """The share of rows set aside in each table that a question reads; a row that only repeats another is no loss."""
    plan, outcome = study.cohorts[question.cohort], outcome_of(study, question.outcome)
    read = {
        "person",
        *(["family"] if "family" in plan.cluster else []),
        *(use.table for use in (*uses(plan, study.history), *read_by(records.engine, question, outcome))),
    }
    held = {count.table: count.read for count in records.quality.tables if count.table in read and count.read}
    lost = dict.fromkeys(sorted(held), 0)
    for one in records.quality.set_aside:
        if one.table in held and one.reason != "repeated":
            lost[one.table] += one.rows
    return {name: rows / held[name] for name, rows in lost.items()}
