"""A study answered in invented counties, run after run, and put to the challenges that keep its comparison."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from sqlglot import exp

from ..challenges.asked import Asked
from ..challenges.running import outcomes_read, put
from ..challenges.shifted import begun_earlier, reach_of
from ..outcomes import EnginePanelRuler
from ..outcomes.binding import outcome_of
from ..pipeline import Prepared, answer_one, clock_ruler, compare, prepare, watched
from ..records import connect
from ..records.sql import c, table
from ..terms import Answer, Challenge, Cohort, Comparison, Outcome, Panel, Problem, Provenance, Question, Refused, Study
from ..version import version
from .apart import apart, draws, only, unread
from .counties import NO_DAY, ONCE, World, first_of
from .part import PartRuler, parts_of
from .reading import kept, priced, ranks, read_by

if TYPE_CHECKING:
    from ..terms import Array


class Performed(NamedTuple):
    """What one question came to in one run."""

    answer: Answer
    challenges: tuple[Challenge, ...]  # those that keep its comparison; empty where none were asked for, or there is nothing to challenge


def answered(study: Study, world: World, runs: Sequence[int], *, people: int, seed: int) -> Iterator[Answer]:
    """The answers of some runs: question after question, run after run."""
    return (one.answer for one in in_counties(study, world, runs, people=people, seed=seed))


def in_counties(study: Study, world: World, runs: Sequence[int], *, people: int, seed: int, challenged: bool = False) -> Iterator[Performed]:
    """What the questions of a study came to in some runs: question after question, run after run.

    Opening records takes half a second however few they are, so the runs' counties are opened as one and each is answered by
    itself: nothing before a comparison looks past one person or family but the draw of risk sets, which keeps to one run
    (`apart`) or is made county by county, as ranks are; and invented records have no faults.  With `challenged` each answer is put to
    the challenges that fit it and can change its verdict: all of these keep its comparison.
    """
    # a rank is among everybody on record, so is a draw that nothing keeps to one run, and a panel is a whole county's: each is opened by itself
    panels = any(plan.clock == "calendar" for plan in study.cohorts.values())
    if len(runs) > 1 and (panels or ranks(study) or (draws(study) and unread(study) is None)):
        alone = [list(in_counties(study, world, (run,), people=people, seed=seed, challenged=challenged)) for run in runs]
        yield from (one[place] for place in range(len(study.questions)) for one in alone)
        return
    besides, book = outcomes_read(study) if challenged else (), priced(study, world)
    reads = read_by(study, book, besides)
    counties = (world.people(people, seed + run, first=first_of(run, people)) for run in runs)
    held = [kept(study, world.records(world.live(county, world.as_run), reads), book, besides) for county in counties]
    keeping_apart = apart(study, held)
    together = connect(
        {name: pd.concat([one[name] for one in held], ignore_index=True) for name in held[0] if name not in ONCE}
        | {name: held[0][name] for name in ONCE if name in held[0]}
    )
    run_of = {person: place for place, one in enumerate(held) for person in one["person"]["person_id"]}
    prepared = prepare(keeping_apart, together, today=NO_DAY)
    for question in study.questions:
        cohort, outcome = prepared.cohorts[question.cohort], outcome_of(study, question.outcome)
        if isinstance(cohort, tuple):
            yield from _refused(study, prepared, question, outcome, cohort, len(runs))
        elif isinstance(cohort, Panel):  # of one run alone
            yield _of_one(study, prepared, question, cohort, lambda other, _: EnginePanelRuler(together.engine, cohort, other), challenged)  # noqa: B023  # used before the next
        else:
            yield from _of_each(study, prepared, question, cohort, run_of, len(runs), challenged)


def _of_each(
    study: Study, prepared: Prepared, question: Question, cohort: Cohort, run_of: dict[str, int], runs: int, challenged: bool
) -> Iterator[Performed]:  # fmt: skip
    """What one question came to in each run: every ruler is laid on all of them at once, and shows each its own rows."""
    engine, outcome = prepared.records.engine, outcome_of(study, question.outcome)
    ids = engine.fetch(exp.select("person_id").from_(table(cohort.table)).order_by(c("start_id")))["person_id"]
    place = np.array([run_of[person] for person in ids.to_pylist()], dtype=np.int64)

    laid: dict[tuple[str, int], Callable[[Array], PartRuler]] = {}

    def on_all(other: Outcome, earlier: int) -> Callable[[Array], PartRuler]:
        if (other.name, earlier) not in laid:
            starts = begun_earlier(engine, cohort.table, earlier) if earlier else cohort.table
            laid[other.name, earlier] = parts_of(clock_ruler(engine, starts, other, question if other.name == outcome.name else None, study))
        return laid[other.name, earlier]

    try:
        on_all(outcome, 0)
    except Refused as refused:  # a book that this county does not have, or prices that cannot be brought to one year
        yield from _refused(study, prepared, question, outcome, refused.problems, runs)
        return
    cohort = watched(cohort, question, outcome, engine)
    for run in range(runs):
        rows = np.flatnonzero(place == run)
        county = only(cohort, rows, clustered=bool(study.cohorts[question.cohort].cluster))
        yield _of_one(study, prepared, question, county, lambda other, earlier: on_all(other, earlier)(rows), challenged)  # noqa: B023  # used before the next


def _of_one(
    study: Study, prepared: Prepared, question: Question, cohort: Cohort | Panel, lay: Callable[[Outcome, int], object], challenged: bool
) -> Performed:  # fmt: skip
    """What one question came to in one run."""
    outcome, comparison = outcome_of(study, question.outcome), compare(question, cohort)
    provenance = Provenance(study.digest, prepared.records.manifest.digest, version())
    ruler, conditions = lay(outcome, 0), prepared.conditions[question.name]
    found = answer_one(question, outcome, cohort, comparison, ruler, provenance, conditions=conditions)  # type: ignore[arg-type]  # of either form
    if not challenged or found.estimate is None or not isinstance(comparison, Comparison):
        return Performed(found, ())

    def reach(other: Outcome) -> int:
        return reach_of(study.cohorts[question.cohort], question, other, prepared.records.engine)

    asks = Asked(study, question, outcome, cohort, comparison, found, lay, reach)  # type: ignore[arg-type]  # of either form
    return Performed(found, put(asks, verdict=True))


def _refused(
    study: Study, prepared: Prepared, question: Question, outcome: Outcome, why: tuple[Problem, ...], runs: int
) -> Iterator[Performed]:  # fmt: skip
    """The same refusal in every run."""
    cohort = prepared.cohorts[question.cohort]
    ledger = () if isinstance(cohort, tuple) else cohort.ledger
    provenance = Provenance(study.digest, prepared.records.manifest.digest, version())
    return (Performed(Answer(question, outcome, ledger, provenance, "built", refused=why), ()) for _ in range(runs))
