"""The stages that people go through, laid on one cohort: who reached which, and who of each group.

Everybody's clock starts by the cohort's own rule, whatever became of them, and every stage is an outcome of the registry that
is reached within one horizon, or is not.  A stage counts only those who reached every stage before it, so that its rate has the
preceding stage as its denominator.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from sqlglot import exp

from ..challenges.described import measured
from ..cohort.roll import Roll, roll
from ..outcomes import OUTCOMES
from ..outcomes.binding import bound, unsealed
from ..phrases import listed, nearest
from ..records.sql import c, table
from ..records.uses import Use, sources_of
from ..terms import CohortPlan, Horizon, Outcome, Problem, Refused, Starts, Study

if TYPE_CHECKING:
    from ..records import Records
    from ..terms import Array

DELIVERY = ("referred/recorded", "offered/recorded", "enrolled/recorded", "completed/recorded")  # in the order in which people come to them
GROUPS = ("race_ethnicity", "sex", "language", "area")
SEPARATOR = ";"  # between words of `race_ethnicity` of a person of whom several are recorded: "black;white"
UNKNOWN = "not recorded"
STARTED = "started"  # the name of the first stage: everybody in the cohort
OF_THEIR_OWN = ("event", "spell_end", "referral", "list", "dates")  # rules that start clocks of everybody, served or not


@dataclass(frozen=True, slots=True, eq=False)
class Stage:
    """One stage of a cohort of n starts."""

    name: str  # the outcome's
    outcome: Outcome | None  # None: the start itself
    reached: Array  # (n,) bool: and every stage before it
    seen: Array  # (n,) bool: whether it is known of somebody who reached the stage before


@dataclass(frozen=True, slots=True, eq=False)
class Staged:
    """A cohort and its stages, the start first."""

    people: Roll
    plan: CohortPlan
    horizon: Horizon
    stages: tuple[Stage, ...]
    left_out: tuple[Problem, ...]  # stages that the records cannot tell


def everybody(plan: CohortPlan, programme: str) -> CohortPlan:
    """The plan of a roll: whose clocks start as the cohort's do, whatever was offered to whom.

    A cohort whose people are eligible on every day of a stay, or by the calendar, starts at the referral to the programme.
    """
    rule = plan.starts.rule
    starts = plan.starts if rule in OF_THEIR_OWN else Starts(referral=(programme,))
    return CohortPlan(plan.between, "eligibility", starts, unit="child" if plan.unit == "child" else "person", ages=plan.ages, sources=plan.sources)


def served(plan: CohortPlan, programme: str) -> CohortPlan:
    """The plan of a roll of those served: their clocks start with their first enrolment in the years studied."""
    return replace(everybody(plan, programme), starts=Starts(enrolment=(programme,)))


def staged(study: Study, records: Records, *, cohort: str, horizon: Horizon, stages: Sequence[str] = DELIVERY) -> Staged:
    """The stages of one cohort of a study, those that the records can tell.

    Refuses words that are no stage, a cohort that they cannot serve, and a sealed study.
    """
    unsealed(study)
    strange = [name for name in stages if name not in OUTCOMES]
    if strange:
        raise Refused(*(Problem("stages", f"'{name}' is not an outcome of this version.", nearest(name, OUTCOMES)) for name in strange))
    wrong = [name for name in stages if OUTCOMES[name].kind not in ("mark", "state")]
    if wrong:
        found = f"{listed(wrong)} cannot be reached or not reached."
        raise Refused(Problem("stages", found, "A stage is a mark or a state."))
    plan = everybody(study.cohorts[cohort], study.programme)
    started_by = plan.starts.referral
    people = roll(f"{cohort[:30]}_everybody", plan, records, horizon)
    before = np.ones(len(people), dtype=bool)
    told, left_out = [Stage(STARTED, None, before, before)], []
    for name in stages:
        outcome = bound(OUTCOMES[name], study.programme)
        if name == "referred/recorded" and started_by:
            continue  # everybody in the cohort was
        if not sources_of(records.engine, Use("a stage", outcome.table, outcome.kinds)):
            found = f"the table '{outcome.table}' holds no row of {listed(outcome.kinds)}."
            left_out.append(Problem(f"stage '{name}'", found, "None on record cannot be told from not recorded."))
            continue
        try:
            value, seen = measured(records, people, outcome, horizon)
        except Refused as refused:
            left_out += refused.problems
            continue
        reached = before & seen & (value > 0)
        told.append(Stage(name, outcome, reached, before & seen))
        before = reached
    return Staged(people, plan, horizon, tuple(told), tuple(left_out))


def words_of_people(records: Records, people: Roll, column: str) -> tuple[tuple[str, ...], ...]:
    """For each start, every word recorded of the person in a column of `person`: several of race and ethnicity, one of any other; sorted."""
    if column not in GROUPS:
        raise Refused(Problem("by", f"'{column}' is no group of people.", f"There is {listed(GROUPS)}.", nearest(column, GROUPS)))
    rows = exp.select("s.start_id").select(c(f"p.{column}")).from_(table(people.table, "s"))
    rows = rows.join(table("person", "p"), on=c("p.person_id").eq(c("s.person_id")), join_type="left").order_by(c("s.start_id"))
    held = records.engine.fetch(rows)[column].to_pylist()
    return tuple(_words(value, column) for value in held)


def _words(value: str | None, column: str) -> tuple[str, ...]:
    """The words of one cell; a cell without any says that nothing is recorded."""
    each = (value or "").split(SEPARATOR) if column == "race_ethnicity" else [value or ""]
    return tuple(sorted({word.strip() for word in each} - {""})) or (UNKNOWN,)
