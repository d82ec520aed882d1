"""Invented counties opened as records and answered, and the truth about them by the question's own ruler.

Truth is never typed: it is the ruler laid on the lives that the same people lead under two plans.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa
from sqlglot import exp

from ..cohort import enrol
from ..cohort.checks import examined
from ..cohort.enrolment import build
from ..cohort.starts import Tables
from ..outcomes.binding import outcome_of
from ..pipeline import clock_ruler
from ..records import Records, connect
from ..records.days import FOREVER
from ..records.sql import c, literal, table
from ..terms import Cohort, CohortPlan, Horizon, Problem, Question, Refused, Study
from .estimands import TwoLives, together
from .part import remembered
from .places import PanelLives, all_counties, on_the_calendar, panels_in
from .reading import kept, priced, ranks, read_by
from .scores import Truth

if TYPE_CHECKING:
    from ..terms import Array

REFERENCE = 10**9  # the seed of the people on whom truth is measured: past the seed of any run
ONCE = ("coverage", "unit_cost")  # tables that are about nobody, the same in every run
COUNTIES = 20  # of reference, where people of one county share luck: of the seeds `REFERENCE`, `REFERENCE` + 1, ...
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

    def strategies(self, within_days: int) -> tuple[Any, Any]:
        """The plans that a question about two strategies compares: to enrol within so many days, as people come there, and not to."""

    def people(self, n: int, seed: int, *, first: int = 0) -> Any:
        """So many people of the county that the seed makes, from one number on."""

    def live(self, people: Any, plan: Any) -> Any:
        """Their lives under a plan."""

    def records(self, lives: Any, reads: Collection[str] | None = None) -> Mapping[str, pd.DataFrame]:
        """What an analyst may read of lives; rows of other kinds than those of `reads` may be left out, "cost" being all that costs."""

    def truth(self, lives: Any, reads: Collection[str] | None = None) -> Mapping[str, pd.DataFrame]:
        """The same tables with nothing hidden."""


def truth(
    study: Study, question: Question, world: World, *, people: int = 20_000, seed: int = REFERENCE, first: int = 0, county: int | None = None
) -> Truth:  # fmt: skip
    """The answer that a question ought to get: its ruler on the same people's lives under the two plans that it compares.

    By default of a large county of its own, for intervals about a population; or of `COUNTIES` counties, where whole offices have luck
    of their own, which more people of one county never even out.  An interval about the people drawn must be held against
    `sample_truth`.  `county` is explained in `lives_of`.
    """
    return truths(study, (question,), world, people=people, seed=seed, first=first, county=county)[question.name]


def truths(
    study: Study, questions: Sequence[Question], world: World, *, people: int, seed: int, first: int = 0, county: int | None = None
) -> dict[str, Truth]:  # fmt: skip
    """The truth of each question, by its name; the same people's lives serve them all."""
    seeds = COUNTIES if getattr(world, "shared_luck", False) else 1
    clocks = [question for question in questions if not on_the_calendar(study, question)]
    placed = [question for question in questions if on_the_calendar(study, question)]
    found = {name: two.truth() for name, two in panel_lives(study, placed, world, people=people, seed=seed, first=first, seeds=seeds).items()}
    if clocks:
        lived = all_lives(study, clocks, world, people=people, seed=seed, first=first, county=county, seeds=seeds)
        found |= {name: two.truth() for name, two in lived.items()}
    return {question.name: found[question.name] for question in questions}


def panel_lives(
    study: Study, questions: Sequence[Question], world: World, *, people: int, seed: int, first: int = 0, seeds: int = 1
) -> dict[str, PanelLives]:  # fmt: skip
    """The panel of each question about units on the calendar, by its name: as each unit adopted when the programme was run, and as if none did.

    However few `people` are asked for, no county has fewer than the world's own `size`: in a smaller one areas would be empty, and others
    would be large or small than in the counties that are tried.
    """
    if not questions:
        return {}
    study = replace(study, questions=tuple(questions))
    each = max(-(-people // seeds), getattr(world, "size", 1))
    held: list[dict[str, PanelLives]] = []
    for number in range(seeds):
        invented = world.people(each, seed + number, first=first + first_of(number, each))
        lived = _lived(study, world, invented, (world.as_run, world.contrast[1]), read_by(study, priced(study, world)))
        named = dict.fromkeys(question.cohort for question in questions)
        asked = {name: [question for question in questions if question.cohort == name] for name in named}
        held.append({name: one for cohort, those in asked.items() for name, one in panels_in(study, cohort, those, lived.both, number).items()})
    return all_counties(held, shared=seeds > 1)


def sample_truth(study: Study, question: Question, world: World, *, people: int, seed: int, first: int = 0) -> Truth:
    """The same about these very people, without error: of run r, those of seed `seed` + r from number `first_of(r, people)` on."""
    return lives_of(study, question, world, people=people, seed=seed, first=first, county=people).of_these_people().truth()


def first_of(run: int, people: int) -> int:
    """The number of a run's first person: runs that are opened together leave a gap, since neighbours may be a family."""
    return 2 * run * people


def lives_of(
    study: Study,
    question: Question,
    world: World,
    *,
    people: int = 20_000,
    seed: int = REFERENCE,
    first: int = 0,
    plans: tuple[Any, Any] | None = None,
    county: int | None = None,
    seeds: int = 1,
) -> TwoLives:
    """A question's ruler on two lives of the same people, off which any truth can be read.

        two = lives_of(study, question, WORLDS["referred"])
        two.risk_difference(weights=two.those_served), two.hazard_ratio(by=Horizon(days=91)), two.risk_ratio(weights=two.overlap)

    `plans` are the two compared, served first: where none are given the world's own contrast or, where a cohort follows two
    strategies, what they are there.  A row is a clock of the question's cohort: with the clock of eligibility everybody's, with the
    clock of service that of each person served under the first plan.
    Nobody is lost from sight, and nothing is recorded late.

    Where places on a list divide people, a rank is among those of one county: they live in counties of `county` people each
    (None: as many as the world says in `size`), as many as it takes to have so many people, or a few more.

    With several `seeds` the people are of as many counties, those of `seed`, `seed` + 1, ..., and the error of a truth is from the
    spread between the counties: needed for the population's truth wherever a world says that it has `shared_luck`.
    """
    return all_lives(study, (question,), world, people=people, seed=seed, first=first, plans=plans, county=county, seeds=seeds)[question.name]


def all_lives(
    study: Study, questions: Sequence[Question], world: World, *, people: int, seed: int, first: int = 0, plans: tuple[Any, Any] | None = None,
    county: int | None = None, seeds: int = 1,
) -> dict[str, TwoLives]:  # fmt: skip
    """The two lives of each question, by its name; the same people's lives serve them all.  The rest as in `lives_of`."""
    study = replace(study, questions=tuple(questions))
    ranked = ranks(study) or getattr(world.as_run, "whole", False)
    each = min(people, county or getattr(world, "size", people)) if ranked else -(-people // seeds)
    numbers = range(-(-people // each))
    counties = (world.people(each, seed + number % seeds, first=first + first_of(number, each)) for number in numbers)
    held = [_lives_in(study, world, invented, plans) for invented in counties]
    seed_of = [number % seeds for number in numbers] if seeds > 1 else None
    return {name: together([lives[name] for lives in held], each, seed_of) for name in held[0]}


def _lives_in(study: Study, world: World, invented: Any, plans: tuple[Any, Any] | None) -> dict[str, TwoLives]:
    """The two lives of each question in one county."""
    questions, reads = study.questions, read_by(study, priced(study, world))
    lived: dict[int | None, Lived] = {}  # by the grace period, where there is one
    found: dict[str, TwoLives] = {}
    for name in dict.fromkeys(question.cohort for question in questions):
        cohort = study.cohorts[name]
        within = None if plans or not cohort.strategies else cohort.strategies.served.within_days
        if within not in lived:
            both = plans or (world.contrast if within is None else world.strategies(within))
            lived[within] = _lived(study, world, invented, both, reads)
        asked = [question for question in questions if question.cohort == name]
        found |= (_when_served if cohort.clock == "service" else _from_eligibility)(study, name, asked, lived[within])
    return {question.name: found[question.name] for question in questions}


def _lived(study: Study, world: World, invented: Any, plans: tuple[Any, Any], reads: frozenset[str]) -> Lived:
    """The lives of one county's people under two plans."""
    tables = [kept(study, world.truth(world.live(invented, plan), reads), priced(study, world)) for plan in plans]
    chance = getattr(world, "chance", None)  # not every world can tell it
    everybody = tables[0]["person"]["person_id"].tolist()
    return Lived(connect(tables[0]), connect(tables[1]), everybody, chance(invented) if chance else None)


class Lived(NamedTuple):
    """The same people's lives under the two plans that are compared, with nothing hidden."""

    served: Records
    compared: Records
    everybody: list[str]  # who lives in the county, in the order of their numbers
    chance: Array | None  # (people,) the true chance of being served as the programme was run, where the world tells it

    @property
    def both(self) -> tuple[Records, Records]:
        """The records of both."""
        return self.served, self.compared


def _from_eligibility(study: Study, name: str, questions: Sequence[Question], lived: Lived) -> dict[str, TwoLives]:
    """Each question's lives where a clock starts that no plan moves: everybody's."""
    plan = study.cohorts[name]
    # under the plan that serves nobody, nobody is on record as having taken the offer up
    plan = replace(plan, assigned=plan.assigned and replace(plan.assigned, taken_up=None))
    found: dict[str, TwoLives] = {}
    for horizon in dict.fromkeys(question.horizon for question in questions):
        starts = [_enrolled(name, plan, records, horizon) for records in lived.both]
        if not starts[0].select(["person_id", "day"]).equals(starts[1].select(["person_id", "day"])):
            words = "under one plan other people start, or on other days, than under the other."
            raise Refused(Problem("rehearsal", words, "Truth needs starts that the programme does not move.", 'Declare which = "first".'))
        # a table of its own: another horizon enrols others under the cohort's name
        laid = f"lives_{name}_{horizon}"
        for records, rows in zip(lived.both, starts, strict=True):
            records.engine.load(laid, rows)
        asked = [question for question in questions if question.horizon == horizon]
        score = starts[0]["score"].to_numpy().astype(float) if "score" in starts[0].column_names else None
        lives = _two_lives(study, asked, lived, laid, starts[0], starts[0]["served"].to_numpy() == 1, score)
        found |= {one: two.divided(study.cohorts[name].assigned) for one, two in lives.items()}
    return found


def _enrolled(name: str, plan: CohortPlan, records: Records, horizon: Horizon) -> pa.Table:
    """The rows of a cohort, in the order of their starts; where each start has two clones, each start once.

    Under the plan that serves nobody in the grace period nobody need be on record as having enrolled at all, of which enrolling
    clones would be told.
    """
    if plan.strategies is None:
        return _starts(records, enrol(name, plan, (), records, horizon).table)
    coverage, _ = examined(name, plan, (), records.engine, (horizon,))
    build(name, plan, coverage, records.engine)
    return _starts(records, Tables.of(name).once)


def _when_served(study: Study, name: str, questions: Sequence[Question], lived: Lived) -> dict[str, TwoLives]:
    """Each question's lives where the clock starts with service: of those served as the programme was run, from the day each was served.

    On their other life nobody is ever served: "if served now rather than not yet", nor later within the horizon.
    """
    plan = study.cohorts[name]
    whoever = replace(plan, compared=replace(plan.compared, draw=1))  # that somebody is comparable is all that is asked of the draw
    cohort = enrol(name, whoever, (), lived.served, *(question.horizon for question in questions))
    assert isinstance(cohort, Cohort)  # its clock is that of service
    rows = _starts(lived.served, cohort.table)
    rows = rows.filter(pa.array(cohort.served))
    rows = rows.set_column(rows.schema.get_field_index("start_id"), "start_id", pa.array(np.arange(1, len(rows) + 1)))
    for records in lived.both:
        records.engine.load(f"served_now_{name}", rows)
    return _two_lives(study, questions, lived, f"served_now_{name}", rows, np.ones(len(rows), dtype=bool), None)


def _two_lives(
    study: Study, questions: Sequence[Question], lived: Lived, laid: str, rows: pa.Table, served: Array, score: Array | None
) -> dict[str, TwoLives]:  # fmt: skip
    """The lives of some questions that are laid on the same clocks."""
    numbers = {person: number for number, person in enumerate(lived.everybody)}
    person, day = np.array(rows["person_id"].to_pylist()), rows["day"].to_numpy().astype(np.int64)
    place = np.array([numbers[one] for one in person.tolist()], dtype=np.int64)
    waited = tuple(_waited(records, study.programme, person, day) for records in lived.both)
    chance = None if lived.chance is None else lived.chance[place]
    found: dict[str, TwoLives] = {}
    for question in questions:
        outcome = outcome_of(study, question.outcome)
        read = tuple(remembered(clock_ruler(records.engine, laid, outcome, question, study)) for records in lived.both)
        found[question.name] = TwoLives(question, outcome, (read[0], read[1]), person, place, day, served, (waited[0], waited[1]), score, chance)
    return found


def _starts(records: Records, starts: str) -> pa.Table:
    """A cohort's rows, in the order of their starts."""
    return records.engine.fetch(exp.select("*").from_(table(starts)).order_by(c("start_id")))


def _waited(records: Records, programme: str, person: Array, day: Array) -> Array:
    """How many days each clock runs until the person enrols in a programme, on the day 0 or after; `FOREVER` where nobody does."""
    mine = exp.select("person_id", "start").from_(table("service")).where(c("programme").eq(literal(programme)))
    rows = records.engine.fetch(mine.order_by(c("person_id"), c("start")))
    enrolments: dict[str, list[int]] = {}
    for one, start in zip(rows["person_id"].to_pylist(), rows["start"].to_pylist(), strict=True):
        enrolments.setdefault(one, []).append(start)
    clocks = zip(person.tolist(), day.tolist(), strict=True)
    return np.array([next((start - zero for start in enrolments.get(one, ()) if start >= zero), FOREVER) for one, zero in clocks])
