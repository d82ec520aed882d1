"""Puts a question of a study to its challenges, one after another, in the order of the table."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from ..outcomes.binding import outcome_of
from ..phrases import listed, nearest
from ..pipeline import Prepared, answer, prepare, ruler_of, watched
from ..study.changing import asked as asked_of
from ..terms import Answer, Challenge, Cohort, Outcome, Panel, Problem, Question, Refused, Study
from . import negative_controls
from .asked import Asked, Laid, could_not
from .drawings import drawn
from .negative_controls import never_recorded
from .shifted import begun_earlier, reach_of
from .table import CHALLENGES, Kind

if TYPE_CHECKING:
    from ..records import Records

Told = Callable[[Kind], None]  # is told each challenge before it is run


def challenge(
    study: Study, records: Records, *, question: int | str | None = None, names: Sequence[str] = (), today: date | None = None
) -> tuple[Challenge, ...]:
    """What became of a question (the headline, unless another is named by its place or its name) when one thing in its study was changed.

    `names` are the challenges to run, of those in CHALLENGES; empty: every one that fits the question.  One that is named and does
    not fit, or that these records cannot serve, says why and holds nothing against the answer; an answer without an estimate is put to none.
    Internal: numbers stand as they are.
    Refuses names that are none, a question that is not there, and a study that these records cannot serve or whose declared negative
    controls they do not hold.
    """
    known(names)
    asks = asked_of(study, question)
    if problems := unchallengeable(study, records, names):
        raise Refused(*problems)
    prepared = prepare(study, records, today=today)
    found = next(one for one in answer(prepared) if one.question == asks)
    return tuple(map(drawn, challenged(prepared, found, names=names, today=today)))


def challenge_all(
    prepared: Prepared, answers: Sequence[Answer], *, names: Sequence[str] = (), today: date | None = None, tell: Told | None = None
) -> dict[str, tuple[Challenge, ...]]:
    """What became of each answer of a prepared study, by its question's name: the headline is put to every challenge, others to those that decide."""
    known(names)
    found: dict[str, tuple[Challenge, ...]] = {}
    for one in answers:
        whole = one.question.role == "headline"
        mine = tuple(name for name in names if whole or CHALLENGES[name].decides)
        if one.estimate is not None and (mine or not names):
            found[one.question.name] = challenged(prepared, one, names=mine, deciding=not whole, today=today, tell=tell)
    return found


def unchallengeable(study: Study, records: Records, names: Sequence[str] = ()) -> tuple[Problem, ...]:
    """What a design declares for its challenges and these records do not hold at all."""
    return tuple(never_recorded(study, records)) if not names or negative_controls.NAME in names else ()


def enough(names: Sequence[str]) -> bool:
    """Whether a verdict may stand on these challenges, empty for all: none that decides is left out."""
    return not names or all(kind.name in names for kind in CHALLENGES.values() if kind.decides)


def challenged(
    prepared: Prepared,
    found: Answer,
    *,
    names: Sequence[str] = (),
    deciding: bool = False,
    today: date | None = None,
    tell: Told | None = None,
) -> tuple[Challenge, ...]:
    """What became of one answer of a prepared study, with `deciding` by challenges that decide alone; `tell` is told each before it is run.

    An answer without an estimate is put to none.
    """
    known(names)
    asks = of_prepared(prepared, found, today=today) if found.estimate is not None else None
    return () if asks is None else put(asks, names=names, deciding=deciding, tell=tell)


def of_prepared(prepared: Prepared, found: Answer, *, today: date | None = None) -> Asked | None:
    """The question of an answer, with everything it was made of; None where nobody could be compared."""
    study, records, asks = prepared.study, prepared.records, found.question
    cohort, comparison = prepared.cohorts[asks.cohort], prepared.comparisons[asks.name]
    if isinstance(cohort, tuple) or isinstance(comparison, tuple):
        return None
    engine, outcome = records.engine, outcome_of(study, asks.outcome)

    def lay(other: Outcome, earlier: int = 0) -> Laid:
        if earlier and isinstance(cohort, Cohort):
            return ruler_of(engine, replace(cohort, table=begun_earlier(engine, cohort.table, earlier)), other, _about(asks, other, outcome), study)
        return ruler_of(engine, cohort, other, _about(asks, other, outcome), study)

    def reach(other: Outcome) -> int:
        return reach_of(study.cohorts[asks.cohort], asks, other, engine)

    seen: Cohort | Panel = watched(cohort, asks, outcome, engine) if isinstance(cohort, Cohort) else cohort
    return Asked(study, asks, outcome, seen, comparison, found, lay, reach, records, prepared, today)


def put(
    asks: Asked, *, names: Sequence[str] = (), deciding: bool = False, verdict: bool = False, tell: Told | None = None
) -> tuple[Challenge, ...]:  # fmt: skip
    """The challenges that fit a question, or those named, run one after another.

    With `deciding` those alone that decide, and with `verdict` those alone that can change the verdict of this question.  One that does
    not fit says why where it was named, and is left out otherwise.
    """
    plan = asks.study.cohorts[asks.question.cohort]
    found: list[Challenge] = []
    for kind in CHALLENGES.values():
        if (names and kind.name not in names) or (deciding and not kind.decides) or (verdict and not decides(kind, asks.study, asks.question)):
            continue
        if why := kind.fits(asks.question, plan):
            if names:
                found.append(could_not(kind.name, kind.title, why, unit=asks.unit))
            continue
        if tell:
            tell(kind)
        found.append(_run(kind, asks))
    return tuple(found)


def decides(kind: Kind, study: Study, question: Question) -> bool:
    """Whether a challenge can change the verdict of a question; every one that can is of the sort beside."""
    return kind.decides and kind.enough(study, question)


def outcomes_read(study: Study) -> tuple[Outcome, ...]:
    """Every outcome that the challenges which can change a verdict read besides those that the questions of a study ask about, each once."""
    found: dict[str, Outcome] = {}
    for kind in CHALLENGES.values():
        for question in study.questions:
            if decides(kind, study, question) and not kind.fits(question, study.cohorts[question.cohort]):
                found |= {outcome.name: outcome for outcome in kind.reads(study, question)}
    return tuple(found.values())


def known(names: Sequence[str]) -> None:
    """Refuses, all at once, names of challenges that are none."""
    strange = [name for name in names if name not in CHALLENGES]
    if strange:
        right = f"There is {listed(CHALLENGES)}."
        raise Refused(*(Problem("challenge", f"'{name}' is no challenge.", right, nearest(name, CHALLENGES)) for name in strange))


def _run(kind: Kind, asks: Asked) -> Challenge:
    """One challenge; what it is refused is why it could not be made."""
    try:
        return kind.run(asks)
    except Refused as refused:
        return could_not(kind.name, kind.title, " ".join(map(str, refused.problems)), unit=asks.unit)


def _about(asks: Question, other: Outcome, outcome: Outcome) -> Question | None:
    """The question by which an outcome is priced: of the question's own outcome alone."""
    return asks if other.name == outcome.name else None
