"""Invented counties opened as records and answered, and the truth about them by the question's own ruler.

Truth is never typed: it is the ruler laid on the lives that the same people lead under two plans.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlglot import exp

from ..cohort import enrol
from ..outcomes import OUTCOMES, EngineRuler
from ..pipeline import answer_one, compare, prepare
from ..records import Records, connect
from ..records.sql import c, table
from ..terms import Answer, Cohort, Horizon, Problem, Provenance, Question, Refused, Study
from ..version import version
from .part import PartRuler, remembered
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
    lived = Lived(*(connect(_read_by(study, world.truth(world.live(invented, plan)))) for plan in world.contrast))
    found: dict[str, Truth] = {}
    for name in dict.fromkeys(question.cohort for question in questions):
        asked = [question for question in questions if question.cohort == name]
        found |= (_when_served if study.cohorts[name].clock == "service" else _from_eligibility)(study, name, asked, lived)
    return {question.name: found[question.name] for question in questions}


class Lived(NamedTuple):
    """The same people's lives under the two plans that are compared, with nothing hidden."""

    served: Records
    compared: Records


def _from_eligibility(study: Study, name: str, questions: Sequence[Question], lived: Lived) -> dict[str, Truth]:
    """Each question's truth where a clock starts that no plan moves: of everybody, or of those offered the programme as it was run."""
    plan = study.cohorts[name]
    # under the plan that serves nobody, nobody is on record as having taken the offer up
    plan = replace(plan, assigned=plan.assigned and replace(plan.assigned, taken_up=None))

    @cache
    def enrolled(horizon: Horizon) -> tuple[Cohort, ...]:
        return tuple(enrol(name, plan, (), records, horizon) for records in lived)

    found = {}
    for question in questions:
        cohorts = enrolled(question.horizon)
        starts = [_starts(records, cohort.table) for records, cohort in zip(lived, cohorts, strict=True)]
        if not starts[0].equals(starts[1]):
            words = "under one plan other people start, or on other days, than under the other."
            raise Refused(Problem("rehearsal", words, "Truth needs starts that the programme does not move.", 'Declare which = "first".'))
        whom = cohorts[0].served if question.estimand == "effect_on_the_served" else slice(None)
        found[question.name] = _contrast(*(_laid(question, records, cohort.table)[whom] for records, cohort in zip(lived, cohorts, strict=True)))
    return found


def _when_served(study: Study, name: str, questions: Sequence[Question], lived: Lived) -> dict[str, Truth]:
    """Each question's truth where the clock starts with service: of those served as the programme was run, from the day each was served.

    On their other life nobody is ever served: "if served now rather than not yet", nor later within the horizon.
    """
    plan = study.cohorts[name]
    whoever = replace(plan, compared=replace(plan.compared, draw=1))  # that somebody is comparable is all that is asked of the draw
    cohort = enrol(name, whoever, (), lived.served, *(question.horizon for question in questions))
    served = lived.served.engine.fetch(exp.select("*").from_(table(cohort.table)).where(c("served").eq(1)).order_by(c("start_id")))
    starts = served.set_column(served.schema.get_field_index("start_id"), "start_id", pa.array(np.arange(1, len(served) + 1)))
    for records in lived:
        records.engine.load(f"served_now_{name}", starts)
    return {question.name: _contrast(*(_laid(question, records, f"served_now_{name}") for records in lived)) for question in questions}


def _starts(records: Records, starts: str) -> pa.Table:
    """Who starts in a cohort that was enrolled, and when."""
    return records.engine.fetch(exp.select("person_id", "day").from_(table(starts)).order_by(c("start_id")))


def _contrast(served: Array, compared: Array) -> Truth:
    """The mean difference between two lives of the same people."""
    difference = served - compared
    error = float(difference.std(ddof=1)) / len(difference) ** 0.5
    return Truth(float(difference.mean()), error, float(served.mean()), float(compared.mean()), len(difference))


def _laid(question: Question, records: Records, starts: str) -> Array:
    """The outcome of everybody who starts, in the order of their starts."""
    outcome = OUTCOMES[question.outcome]
    ruler = EngineRuler(records.engine, starts, outcome)
    if outcome.kind == "mark":
        return (ruler.marks(question.horizon).why == "mark").astype(float)
    if outcome.kind == "state":
        return ruler.state(question.horizon).inside.astype(float)
    return ruler.amount(outcome.from_day, question.horizon).amount


def answered(study: Study, world: World, runs: Sequence[int], *, people: int, seed: int) -> Iterator[Answer]:
    """The answers of some runs: question after question, run after run.

    Opening records takes half a second however few they are, so the runs' counties are opened as one and each is answered by
    itself: nothing before a comparison looks past one person or family but the draw of risk sets, which keeps to one run
    (`_apart`), and invented records have no faults.  Numbers leave a gap from run to run, since neighbours may be a family.
    """
    held = [_read_by(study, world.records(world.live(world.people(people, seed + run, first=2 * run * people), world.as_run))) for run in runs]
    keeping_apart = _apart(study, held)
    together = connect(
        {name: pd.concat([one[name] for one in held], ignore_index=True) for name in held[0] if name != "coverage"}
        | {"coverage": held[0]["coverage"]}
    )
    run_of = {person: place for place, one in enumerate(held) for person in one["person"]["person_id"]}
    provenance = Provenance(study.digest, together.manifest.digest, version())
    prepared = prepare(keeping_apart, together, today=NO_DAY)
    for question in study.questions:
        cohort, outcome = prepared.cohorts[question.cohort], OUTCOMES[question.outcome]
        if isinstance(cohort, tuple):
            yield from (Answer(question, outcome, (), provenance, "built", refused=cohort) for _ in runs)
            continue
        ids = together.engine.fetch(exp.select("person_id").from_(table(cohort.table)).order_by(c("start_id")))["person_id"]
        place = np.array([run_of[person] for person in ids.to_pylist()], dtype=np.int64)
        read = remembered(EngineRuler(together.engine, cohort.table, outcome))
        for run in range(len(runs)):
            rows = np.flatnonzero(place == run)
            county = _only(cohort, rows, clustered=bool(study.cohorts[question.cohort].cluster))
            ruler = PartRuler(outcome, rows, read)
            conditions = prepared.conditions[question.name]
            yield answer_one(question, outcome, county, compare(question, county), ruler, provenance, conditions=conditions)


def _apart(study: Study, held: Sequence[dict[str, pd.DataFrame]]) -> Study:
    """The study whose risk sets are drawn within one run: people compared agree on it, in a column of theirs that nothing else reads."""
    plans = study.cohorts.values()
    if all(plan.clock == "eligibility" for plan in plans):
        return study
    read = {column for plan in plans for column in (*plan.exact, *plan.cluster, *(plan.assigned.blocks if plan.assigned else ()))}
    unread = next(column for column in ("language", "race_ethnicity", "area", "sex") if column not in read)
    for run, tables in enumerate(held):
        tables["person"] = tables["person"].assign(**{unread: str(run)})
    apart = {name: replace(plan, exact=(*plan.exact, unread)) if plan.clock == "service" else plan for name, plan in study.cohorts.items()}
    return replace(study, cohorts=apart)


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
        sets=_renumbered(cohort.sets, rows),
        strata=_renumbered(cohort.strata, rows),
        score=None if cohort.score is None else cohort.score[rows],
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
    kinds = {kind for outcome in outcomes for kind in (*outcome.kinds, *outcome.off_clock, *outcome.exposure)}
    kinds |= {kind for column in study.history for kind in column.kind}
    for plan in study.cohorts.values():
        starts, arms = plan.starts, (plan.assigned.offered, plan.assigned.withheld) if plan.assigned else ()
        kinds |= {*starts.event, *starts.spell, *starts.spell_end, *(f"referral:{programme}" for programme in starts.referral), *arms}
    unread = {"crosswalk"} | ({"cost"} - {outcome.table for outcome in outcomes})
    kept = {name: rows for name, rows in tables.items() if name not in unread}
    return kept | {name: kept[name][kept[name]["kind"].isin(kinds)] for name in ("event", "spell") if name in kept}
