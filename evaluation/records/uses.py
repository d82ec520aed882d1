"""What a plan reads of the records, and which sources hold it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlglot import exp

from ..terms import CohortPlan, HistoryColumn
from .contract import CONTRACT
from .engine import Engine
from .sql import among, c, table


@dataclass(frozen=True, slots=True)
class Use:
    """Rows of some kinds of one table, and what they are read for.  No kinds: every kind."""

    what: str
    table: str
    kinds: tuple[str, ...]


def uses(plan: CohortPlan, history: Sequence[HistoryColumn]) -> Iterator[Use]:
    """All that a cohort is made of."""
    yield Use("the starts", "event", plan.starts.event)
    yield arms(plan)
    if plan.assigned.taken_up:
        yield Use("the take-up", "service", (plan.assigned.taken_up.enrolment,))
    yield from looked_back_on(plan, history)


def arms(plan: CohortPlan) -> Use:
    """The events that say who was offered the programme and who was not."""
    return Use("the arms", "event", (plan.assigned.offered, plan.assigned.withheld))


def looked_back_on(plan: CohortPlan, history: Sequence[HistoryColumn]) -> Iterator[Use]:
    """What is read of the days before a start: the columns of the history, and starting events in the washout."""
    for column in history:
        yield Use("the history", column.table, column.kind)
    if plan.washout_days:
        yield Use("the starts", "event", plan.starts.event)


def sources_of(engine: Engine, use: Use) -> tuple[str, ...]:
    """The sources that hold a row of these kinds."""
    query = exp.select("source").distinct().from_(table(use.table)).order_by(c("source"))
    if use.kinds:
        query = query.where(among(c(CONTRACT[use.table].kind or ""), use.kinds))
    return tuple(engine.fetch(query)["source"].to_pylist())


def sources_of_nothing_else(engine: Engine, use: Use) -> tuple[str, ...]:
    """The sources that hold rows of these kinds and, in no table of observations, any other row."""
    others: set[str] = set()
    for canonical in CONTRACT.values():
        if canonical.sourced and canonical.day:
            query = exp.select("source").distinct().from_(table(canonical.name))
            if canonical.name == use.table:
                query = query.where(exp.not_(among(c(canonical.kind or ""), use.kinds)))
            others.update(engine.fetch(query)["source"].to_pylist())
    return tuple(source for source in sources_of(engine, use) if source not in others)
