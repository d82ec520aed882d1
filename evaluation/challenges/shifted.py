"""Clocks begun earlier: the same people on a day before their start, when no programme could yet have acted on them."""

from __future__ import annotations

from sqlglot import exp

from ..outcomes.clock import DAYS
from ..records.days import day_of
from ..records.engine import Engine
from ..records.sql import among, c, later, table
from ..records.uses import read_by, sources_of
from ..terms import CohortPlan, Outcome, Question


def begun_earlier(engine: Engine, starts: str, days: int) -> str:
    """The name of a table of the same rows as `starts`, each clock begun so many days earlier; whatever ends a clock stays where it was."""
    name = f"earlier_by_{days}_{starts}"
    kept = (c(word) for word in DAYS if word != "day")
    engine.create(name, exp.select(*kept, exp.alias_(later(c("day"), -days), "day")).from_(table(starts)))
    return name


def reach_of(plan: CohortPlan, question: Question, outcome: Outcome, engine: Engine) -> int:
    """How many days before the first day on which a clock may start every source of an outcome is complete; 0 where none holds it."""
    holding = {source for use in read_by(engine, question, outcome) for source in sources_of(engine, use)}
    if not holding:
        return 0
    lines = engine.fetch(exp.select("first").from_(table("coverage")).where(among(c("source"), sorted(holding)))).to_pylist()
    return max(0, day_of(plan.between[0]) - max((line["first"] for line in lines), default=day_of(plan.between[0])))
