"""What must be true of a plan and the records before anybody is enrolled: every problem at once, each with its remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import get_args

from sqlglot import exp

from ..phrases import listed, nearest
from ..records.days import FOREVER, date_of, day_of, horizon_end
from ..records.engine import Engine
from ..records.sql import among, c, count, select, table
from ..records.tape import REDUCERS
from ..terms import CohortPlan, HistoryColumn, Horizon, Problem, Reducer, Refused
from .starts import Coverage

NAMEABLE = 11  # rows that must hold a code before a message may show it (cell size policy of the Centers for Medicare & Medicaid Services)
_NOT_GROUPS = ("person_id", "birth", "death", "moved")  # an id or a date is no group, and two of them lie after the start
_RESERVED = ("start_id", "person_id", "day", "served", "taken_up")


def checked(name: str, plan: CohortPlan, history: Sequence[HistoryColumn], engine: Engine, longest: Horizon) -> Coverage:
    """The days on which every source of the plan is watched; refuses a plan that these records cannot serve."""
    where = f"cohort '{name}'"
    lines = engine.fetch(exp.select("source", "first", "last", "lag_days").from_(table("coverage")).order_by(c("source"))).to_pylist()
    named = [line for line in lines if not plan.sources or line["source"] in plan.sources]
    problems = [*_shape(name, plan, where), *_sources(plan, [line["source"] for line in lines], where)]
    coverage = Coverage(0, 0)
    if named:
        coverage = Coverage(max(line["first"] for line in named), min(line["last"] - line["lag_days"] for line in named) + 1)
        problems += _years(plan, coverage, longest, where)
    problems += [*_words(plan, history, engine, where), *_history(history), *_groups(plan, engine, where)]
    if problems:
        raise Refused(*problems)
    return coverage


def _shape(name: str, plan: CohortPlan, where: str) -> Iterator[Problem]:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):  # it becomes part of a table's name, and engines fold case and cut length
        yield Problem(where, "the name of a cohort becomes the name of a table.", "It has up to 40 small letters, digits and _.")
    if plan.unit not in ("person", "child"):
        yield Problem(f"{where}: unit", f"starts by event are of people, not of '{plan.unit}'.", remedy="Use 'person' or 'child'.")
    if plan.clock != "eligibility":
        yield Problem(f"{where}: clock", f"'{plan.clock}' needs risk sets, which this version does not build.", remedy="Use 'eligibility'.")


def _sources(plan: CohortPlan, known: Sequence[str], where: str) -> Iterator[Problem]:
    if not known:
        yield Problem("table 'coverage'", "it is empty.", "It says from when to when each source is complete.", "Give it a line for each source.")
        return
    for word in plan.sources:
        if word not in known:
            yield Problem(f"{where}: sources", f"'{word}' has no line in 'coverage'.", f"It has {listed(known)}.", nearest(word, known))


def _years(plan: CohortPlan, coverage: Coverage, longest: Horizon, where: str) -> Iterator[Problem]:
    first, last = (day_of(day) for day in plan.between)
    where, watched = f"{where}: between", f"The sources are complete together from {date_of(coverage.first)} to {date_of(coverage.end - 1)}."
    if coverage.end <= coverage.first:
        yield Problem(where, "there is no day on which every source is complete.", remedy="Name fewer sources, or mend 'coverage'.")
    elif last < coverage.first or first >= coverage.end:
        yield Problem(where, f"{plan.between[0]} to {plan.between[1]} lies outside the records.", watched, "Choose years that they cover.")
    elif last < coverage.first + plan.lookback_days:
        reach = date_of(coverage.first + plan.lookback_days)
        found = f"no start can look back {plan.lookback_days} days."
        yield Problem(where, found, f"{watched} Starts from {reach} can.", "Shorten lookback_days, or study later years.")
    elif horizon_end(last, longest) > coverage.end:
        usable = latest_start(coverage.end, longest)
        remedy = f"Set between = [{plan.between[0]}, {date_of(usable)}], or ask about a shorter horizon."
        if usable < first:
            remedy = "No start in these years can be followed so far: ask about a shorter horizon."
        yield Problem(where, f"{longest} from the last start, {plan.between[1]}, run past the end of the records.", watched, remedy)


def latest_start(end: int, horizon: Horizon) -> int:
    """The last day from which a clock reaches the horizon before `end`."""
    day = end
    while horizon_end(day, horizon) > end:
        day -= 1
    return day


def _words(plan: CohortPlan, history: Sequence[HistoryColumn], engine: Engine, where: str) -> Iterator[Problem]:
    """A problem for every kind and programme that no row of its table holds, with the nearest that enough rows hold to be named."""
    arms = plan.assigned
    asked = [(f"{where}: starts", "event", word) for word in plan.starts.event]
    asked += [(f"{where}: assigned: offered", "event", arms.offered), (f"{where}: assigned: withheld", "event", arms.withheld)]
    asked += [(f"{where}: assigned: taken_up", "service", arms.taken_up.enrolment)] if arms.taken_up else []
    asked += [(f"history '{column.name}'", column.table, word) for column in history for word in column.kind]
    for name, column in (("event", "kind"), ("spell", "kind"), ("service", "programme")):
        words = dict.fromkeys(word for _, source, word in asked if source == name)
        if not words:
            continue
        rows_by_word = select(word=c(column)).from_(table(name)).group_by(c(column)).order_by(c(column))
        held = engine.fetch(rows_by_word.where(among(c(column), words)))["word"].to_pylist()
        lacking = [(at, word) for at, source, word in asked if source == name and word not in held]
        known = engine.fetch(rows_by_word.having(count() >= NAMEABLE))["word"].to_pylist() if lacking else []
        for at, word in lacking:
            yield Problem(at, f"the records hold no {name} '{word}'.", f"The table '{name}' holds {listed(known)}.", nearest(word, known))


def _history(history: Sequence[HistoryColumn]) -> Iterator[Problem]:
    seen: set[str] = set(_RESERVED)
    for column in history:
        where = f"history '{column.name}'"
        if column.name.lower() in seen:  # an engine does not tell two names apart by case
            yield Problem(where, "the name is taken.", remedy="Give each column of the history a name of its own.")
        seen.add(column.name.lower())
        if not 0 < column.days <= FOREVER:
            yield Problem(where, f"days = {column.days} looks back on no day.", "days is 1 or more.")
        if column.reduce not in REDUCERS[column.table]:
            right = [word for word in REDUCERS[column.table] if word in get_args(Reducer)]
            yield Problem(where, f"'{column.reduce}' does not apply to the table '{column.table}'.", f"What does: {listed(right)}.")


def _groups(plan: CohortPlan, engine: Engine, where: str) -> Iterator[Problem]:
    columns = engine.fetch(exp.select("*").from_(table("person")).limit(0)).column_names
    groups = [name for name in columns if name not in _NOT_GROUPS]
    for word, names, right in (("cluster", plan.cluster, ["family", *groups]), ("assigned: blocks", plan.assigned.blocks, groups)):
        for name in names:
            if name not in right:
                found = f"'{name}' is no group of people in the records."
                yield Problem(f"{where}: {word}", found, f"There are {listed(right)}.", nearest(name, right))
