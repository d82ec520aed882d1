"""Two lives read by the ruler on clocks that are laid by hand: for plans under which no arms are on record for a cohort to find."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from evaluation.outcomes import EngineRuler
from evaluation.records import connect
from evaluation.records.days import FOREVER
from evaluation.rehearsal.estimands import TwoLives
from evaluation.rehearsal.part import remembered
from evaluation.terms import Outcome, Question
from synthetic import World
from synthetic.lives import Lives
from synthetic.rows import NEVER_DAY


def from_the_start(world: World, served: Lives, compared: Lives, outcome: Outcome, question: Question) -> TwoLives:
    """Everybody's two lives from the day that starts the clock, in the order of their numbers; nobody is lost from sight."""
    people = served.people
    n = len(people)
    ids = [f"P{number:07d}" for number in people.persons.luck.numbers]
    days = {
        "start_id": np.arange(1, n + 1),
        "day": people.start,
        "death": np.where(people.death < NEVER_DAY, people.death, FOREVER),
        "moved": np.full(n, FOREVER),
        "own": np.full(n, FOREVER),
        "gone": np.full(n, people.calendar.last + 1),
    }
    clocks = pa.table({name: pa.array(column, pa.int32()) for name, column in days.items()} | {"person_id": pa.array(ids)})
    reads, waited = [], []
    for lives in (served, compared):
        tables = world.truth(lives, frozenset(outcome.kinds))
        records = connect({name: frame for name, frame in tables.items() if name != "crosswalk"})
        records.engine.load("by_hand", clocks)
        reads.append(remembered(EngineRuler(records.engine, "by_hand", outcome)))
        waited.append(np.where(lives.enrolled < NEVER_DAY, lives.enrolled - people.start, FOREVER))
    comes = waited[0] < FOREVER
    return TwoLives(question, outcome, (reads[0], reads[1]), np.array(ids), np.arange(n), people.start, comes, (waited[0], waited[1]))
