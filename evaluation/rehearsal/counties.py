"""Invented counties opened as records and answered, and the truth about them by the question's own ruler.

Truth is never typed: it is the ruler laid on the lives that the same people lead under two plans.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlglot import exp

from ..cohort import enrol
from ..cohort.starts import Tables
from ..outcomes import OUTCOMES, EngineRuler
from ..pipeline import answer_one, compare, prepare
from ..records import Records, connect
from ..records.sql import c, table
from ..terms import Amounts, Answer, Cohort, Horizon, Marks, Outcome, Problem, Provenance, Question, Refused, Study
from ..version import version
from .scores import Truth

if TYPE_CHECKING:
    from ..terms import Array

REFERENCE = 10**9  # the seed of the people on whom truth is measured: past the seed of any run
NO_DAY = date(1970, 1, 1)  # invented records come under no agreement, and no result may depend on the machine's date


class World(Protocol):
    """An invented county that can be lived under any plan with the same luck."""

    @property
    def name(self) -> str:
        """The name it is listed by."""

    @property
    def as_run(self) -> Any:
        """The plan that made the county's records."""

    @property
    def contrast(self) -> tuple[Any, Any]:
        """The plans that a question compares: served, and not."""

    def people(self, n: int, seed: int, *, first: int = 0) -> Any:
        """So many people of the county that the seed makes, from one number on."""

    def live(self, people: Any, plan: Any) -> Any:
        """Their lives under a plan."""

    def records(self, lives: Any) -> Mapping[str, pd.DataFrame]:
        """What an analyst may read of lives."""

    def truth(self, lives: Any) -> Mapping[str, pd.DataFrame]:
        """The same tables with nothing hidden."""


def truth(study: Study, question: Question, world: World, *, people: int = 20_000, seed: int = REFERENCE) -> Truth:
    """The answer that a question ought to get: its ruler on the same people's lives under the two plans that it compares.

    By default of a large county of its own, for intervals about a population.  With the `people` and `seed` of a run it is
    the truth about those very people, which an interval about the people drawn must be held against.
    """
    return truths(study, (question,), world, people=people, seed=seed)[question.name]


def truths(study: Study, questions: Sequence[Question], world: World, *, people: int, seed: int) -> dict[str, Truth]:
    """The truth of each question, by its name; the same people's lives serve them all."""
    invented = world.people(people, seed)
    lived = [connect(_read_by(study, world.truth(world.live(invented, plan)))) for plan in world.contrast]
    served, compared = (_laid(study, questions, records) for records in lived)
    if not all(_starts(lived[0], name).equals(_starts(lived[1], name)) for name in dict.fromkeys(question.cohort for question in questions)):
        found = "under one plan other people start, or on other days, than under the other."
        raise Refused(Problem("rehearsal", found, "Truth needs starts that the programme does not move.", 'Declare which = "first".'))
    return {name: _contrast(served[name], compared[name]) for name in served}


def _starts(records: Records, cohort: str) -> pa.Table:
    """Who starts in a cohort that was enrolled, and when."""
    return records.engine.fetch(exp.select("person_id", "day").from_(table(Tables.of(cohort).start)).order_by(c("start_id")))


def _contrast(served: Array, compared: Array) -> Truth:
    """The mean difference between two lives of the same people."""
    difference = served - compared
    error = float(difference.std(ddof=1)) / len(difference) ** 0.5
    return Truth(float(difference.mean()), error, float(served.mean()), float(compared.mean()), len(difference))


def _laid(study: Study, questions: Sequence[Question], records: Records) -> dict[str, Array]:
    """The outcome, by each question's name, of everybody whom its estimand names, in the order of their starts."""

    @cache
    def enrolled(name: str, horizon: Horizon) -> Cohort:
        plan = study.cohorts[name]
        # under the plan that serves nobody, nobody is on record as having taken the offer up
        return enrol(name, replace(plan, assigned=plan.assigned and replace(plan.assigned, taken_up=None)), (), records, horizon)

    laid = {}
    for question in questions:
        cohort, outcome = enrolled(question.cohort, question.horizon), OUTCOMES[question.outcome]
        ruler = EngineRuler(records.engine, cohort.table, outcome)
        if outcome.kind == "mark":
            values = (ruler.marks(question.horizon).why == "mark").astype(float)
        else:
            values = ruler.amount(outcome.from_day, question.horizon).amount
        laid[question.name] = values[cohort.served] if question.estimand == "effect_on_the_served" else values
    return laid


def answered(study: Study, world: World, runs: Sequence[int], *, people: int, seed: int) -> Iterator[Answer]:
    """The answers of some runs: question after question, run after run.

    Opening records takes half a second however few they are, so the runs' counties are opened as one and each is answered by
    itself: nothing before a comparison looks past one person or family, and invented records have no faults.  Numbers leave a
    gap from run to run, since neighbours may be a family.
    """
    held = [_read_by(study, world.records(world.live(world.people(people, seed + run, first=2 * run * people), world.as_run))) for run in runs]
    together = connect(
        {name: pd.concat([one[name] for one in held], ignore_index=True) for name in held[0] if name != "coverage"}
        | {"coverage": held[0]["coverage"]}
    )
    run_of = {person: place for place, one in enumerate(held) for person in one["person"]["person_id"]}
    provenance = Provenance(study.digest, together.manifest.digest, version())
    prepared = prepare(study, together, today=NO_DAY)
    for question in study.questions:
        cohort, outcome = prepared.cohorts[question.cohort], OUTCOMES[question.outcome]
        if isinstance(cohort, tuple):
            yield from (Answer(question, outcome, (), provenance, "built", refused=cohort) for _ in runs)
            continue
        ids = together.engine.fetch(exp.select("person_id").from_(table(cohort.table)).order_by(c("start_id")))["person_id"]
        place = np.array([run_of[person] for person in ids.to_pylist()], dtype=np.int64)
        read = EngineRuler(together.engine, cohort.table, outcome)
        amounts, marks = cache(read.amount), cache(read.marks)
        for run in range(len(runs)):
            rows = np.flatnonzero(place == run)
            county = _only(cohort, rows, clustered=bool(study.cohorts[question.cohort].cluster))
            ruler = PartRuler(outcome, rows, amounts, marks)
            conditions = prepared.conditions[question.name]
            yield answer_one(question, outcome, county, compare(question, county), ruler, provenance, conditions=conditions)


@dataclass(frozen=True, slots=True, eq=False)
class PartRuler:
    """A Ruler that shows some rows of what another reads of all."""

    outcome: Outcome
    rows: Array
    all_amounts: Callable[[int, Horizon], Amounts]
    all_marks: Callable[[Horizon], Marks]

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        """What each clock of these rows adds up to."""
        read = self.all_amounts(first, horizon)
        return Amounts(read.amount[self.rows], read.seen_days[self.rows], read.window_days[self.rows])

    def marks(self, horizon: Horizon) -> Marks:
        """The first mark on each clock of these rows."""
        read = self.all_marks(horizon)
        return Marks(read.day[self.rows], read.why[self.rows], read.whole[self.rows], read.same_day[self.rows], read.cause[self.rows])


def _only(cohort: Cohort, rows: Array, *, clustered: bool) -> Cohort:
    """The cohort of these rows, as it would have been enrolled by itself; the ledger stays that of all counties."""
    clusters = _renumbered(cohort.clusters, rows)
    if clusters is not None and not clustered and clusters.max(initial=-1) == len(rows) - 1:
        clusters = None  # nobody here starts twice
    return replace(
        cohort,
        start_id=np.arange(1, len(rows) + 1),
        person=_dense(cohort.person[rows]),
        served=cohort.served[rows],
        history={name: column[rows] for name, column in cohort.history.items()},
        clusters=clusters,
        blocks=_renumbered(cohort.blocks, rows),
        taken_up=None if cohort.taken_up is None else cohort.taken_up[rows],
    )


def _renumbered(labels: Array | None, rows: Array) -> Array | None:
    """Labels of these rows as 0, 1, 2, ... in the order of their first appearance, as a cohort numbers them."""
    if labels is None:
        return None
    return _dense(labels[rows])


def _dense(labels: Array) -> Array:
    """Labels as 0, 1, 2, ... in the order of their first appearance."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def _read_by(study: Study, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Only what the study reads: opening the rest would take most of the time of a rehearsal."""
    outcomes = [OUTCOMES[question.outcome] for question in study.questions]
    kinds = {kind for outcome in outcomes for kind in outcome.kinds} | {kind for column in study.history for kind in column.kind}
    for plan in study.cohorts.values():
        kinds |= {*plan.starts.event, *((plan.assigned.offered, plan.assigned.withheld) if plan.assigned else ())}
    unread = {"crosswalk"} | ({"cost"} - {outcome.table for outcome in outcomes})
    kept = {name: rows for name, rows in tables.items() if name not in unread}
    return kept | {name: kept[name][kept[name]["kind"].isin(kinds)] for name in ("event", "spell") if name in kept}
