"""Series breaks: a source that changes what it records shows as a jump from one month to the next, among everybody on record.

It is looked for in all people together and never by arm, so that nothing of the answer is seen by looking.  Where an event made
people eligible, and the records hold hardly anybody else, the days from the opening of the study to their own start are left out, and
some days on either side: who was chosen for what happened jumps there by itself.  Months of which hardly any days are left part the
series, and a step between the parts is not looked for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import TYPE_CHECKING

import numpy as np
from sqlglot import exp

from ..diagnostics.alarms_of_sources import Step, series_breaks
from ..records.contract import CONTRACT
from ..records.days import day_of, horizon_end
from ..records.sql import among, c, count, select, table
from ..records.uses import kinds_of_event, of_outcome, starting
from ..terms import Challenge, Cohort, CohortPlan, Question, Tried
from .asked import Asked, could_not
from .stepping import DRAWS, FEWEST_MONTHS, MARGIN, RAREST, Found, scanned

if TYPE_CHECKING:
    from ..records.engine import Engine
    from ..terms import Array

NAME = "series_breaks"
CHANGED = "the month from which a source is read"
TABLES = ("event", "spell", "service", "cost")
FEWEST_A_MONTH = 5  # lines, on average: fewer make no series
NEAR = 182  # days about a start that are left out where an event made people eligible
CHOSEN = 0.5  # of everybody on record: where more are of the cohort, the records are of people chosen for it
LEFT = 0.25  # of everybody's days: a month of which fewer are left parts the series


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """The lines of one kind from one source, month by month."""

    source: str
    kind: str
    months: Array  # (T,) datetime64[M]
    counts: Array  # (T,) int
    exposure: Array  # (T,) float: people whose days count


def run(asked: Asked) -> Challenge:
    """Whether a kind of line that the study reads jumped, in the months that it reads."""
    if asked.records is None or not isinstance(asked.cohort, Cohort) or not asked.cohort.table:
        return could_not(NAME, CHANGED, "series are read from a county's records, of clocks of people's own.", unit="rate", expected=1.0)
    plan, told, lines = asked.study.cohorts[asked.question.cohort], [], []
    first, last = (np.datetime64(day, "D").astype("datetime64[M]") for day in _window(asked, plan))
    for series in _series(asked, plan):
        low, high = (int((month - series.months[0]).astype(int)) for month in (first, last))
        if min(high, len(series.months) - MARGIN) < max(low, MARGIN) or series.counts.mean() < FEWEST_A_MONTH:
            continue
        found = scanned(series.counts, low, high, exposure=series.exposure)
        told.append(Step(series.source, series.kind, str(series.months[found.month]), found.ratio, found.p_value))
        lines.append(_line(told[-1], found))
    if not told:
        why = f"no kind that the study reads has {FEWEST_MONTHS} whole months with {FEWEST_A_MONTH} lines each."
        return could_not(NAME, CHANGED, why, unit="rate", expected=1.0)
    return judged(told, lines)


def judged(told: Sequence[Step], lines: Sequence[Tried]) -> Challenge:
    """What the clearest steps of so many series say; of so many that luck is not drawn often enough, nothing."""
    condition = series_breaks(told)
    if condition.limit is not None and condition.limit <= RAREST:  # no p-value is as small: it would never be raised
        why = f"of {len(told):,} series none could be told from luck, which is drawn {DRAWS:,} times."
        return could_not(NAME, CHANGED, why, unit="rate", expected=1.0)
    return Challenge(NAME, CHANGED, condition.sentence, (condition,), tuple(lines), 1.0, "rate")


def fits(question: Question, plan: CohortPlan) -> str:
    """Asked of people whose clocks are their own; of places the series themselves are the study's."""
    return "it is asked of clocks of people's own." if plan.clock == "calendar" else ""


def _line(step: Step, found: Found) -> Tried:
    """The clearest step of a series, with limits by its own t alone, as if its month had been known."""
    t = max(sqrt(found.statistic), 1e-9)
    reach = 1.96 / t * abs(step.ratio - 1)
    return Tried(f"{step.source}: {step.kind}, from {step.month}", step.ratio, max(step.ratio - reach, 0.0), step.ratio + reach)


def _window(asked: Asked, plan: CohortPlan) -> tuple[int, int]:
    """The first and the last day that the study reads."""
    first, last = (day_of(when) for when in plan.between)
    return first - plan.lookback_days, horizon_end(last, asked.question.horizon) - 1


@dataclass(frozen=True, slots=True, eq=False)
class Chosen:
    """Days of people that are left out, because they were chosen for what happened on them; (n,) arrays."""

    person: Array  # str
    first: Array  # int
    stop: Array  # int


def _series(asked: Asked, plan: CohortPlan) -> Iterator[Series]:
    """The series of what the outcome and the history read, by source and kind; what makes people eligible is none."""
    assert asked.records is not None, "there are records"
    engine = asked.records.engine
    everybody = int(engine.fetch(select(n=count()).from_(table("person")))["n"][0].as_py())
    chosen = _chosen(engine, asked.cohort.table, plan, everybody)
    for name, kind in _read(asked, plan):
        for source, first, stop, days in _days(engine, name, kind, chosen):
            yield from _monthly(source, kind, days, first, stop, everybody, chosen)


def _read(asked: Asked, plan: CohortPlan) -> tuple[tuple[str, str], ...]:
    """Tables and kinds that the outcome and the history read, but for what makes people eligible."""
    starting_with = {kind for use in starting(plan.starts) for kind in use.kinds}
    read = [(use.table, use.kinds) for use in of_outcome(asked.outcome)]
    read += [(column.table, column.kind) for column in asked.study.history]
    return tuple(dict.fromkeys((name, kind) for name, kinds in read if name in TABLES for kind in kinds if kind not in starting_with))


def _chosen(engine: Engine, starts: str, plan: CohortPlan, everybody: int) -> Chosen:
    """Whose days are left out: nobody's, where no event made people eligible or most on record are others."""
    each = select(person_id=c("person_id"), first=exp.Min(this=c("day")), last=exp.Max(this=c("day"))).from_(table(starts)).group_by(c("person_id"))
    by_event = bool(kinds_of_event(plan.starts) or plan.starts.spell_end or plan.starts.spell)
    rows = engine.fetch(each.order_by(c("person_id"))) if by_event else None
    if rows is None or len(rows) < CHOSEN * everybody:
        return Chosen(np.empty(0, dtype=object), np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))
    first, last = (rows[name].to_numpy().astype(np.int64) for name in ("first", "last"))
    return Chosen(np.array(rows["person_id"].to_pylist(), dtype=object), np.minimum(first, day_of(plan.between[0])) - NEAR, last + NEAR)


def _days(engine: Engine, name: str, kind: str, chosen: Chosen) -> Iterator[tuple[str, int, int, Array]]:
    """By source: the first day that it covers, the first that is not complete, and the day of every line of one kind that is not left out."""
    held = CONTRACT[name]
    lines = select(person_id=c("e.person_id"), source=c("e.source"), day=c(f"e.{held.day}"))
    rows = engine.fetch(lines.from_(table(name, "e")).where(among(c(f"e.{held.kind}"), (kind,))))
    source, day = np.array(rows["source"].to_pylist(), dtype=object), rows["day"].to_numpy().astype(np.int64)
    keep = np.ones(len(day), dtype=bool)
    if len(chosen.person) and len(day):
        person = np.array(rows["person_id"].to_pylist(), dtype=object)
        place = np.minimum(np.searchsorted(chosen.person, person), len(chosen.person) - 1)
        keep = ~((chosen.person[place] == person) & (chosen.first[place] <= day) & (day < chosen.stop[place]))
    covered = exp.select("source", "first", "last", "lag_days").from_(table("coverage")).order_by(c("source"))
    for line in engine.fetch(covered).to_pylist():
        mine = source == line["source"]
        if mine.any():
            yield line["source"], line["first"], line["last"] - line["lag_days"] + 1, day[mine & keep]


def _monthly(source: str, kind: str, days: Array, first: int, stop: int, everybody: int, chosen: Chosen) -> Iterator[Series]:
    """Whole months that the source covers and that are complete, in parts that nothing was left out between; none of few months."""
    months = np.arange(np.datetime64(first - 1, "D").astype("datetime64[M]") + 1, np.datetime64(stop, "D").astype("datetime64[M]") + 1)
    if len(months) <= FEWEST_MONTHS:
        return
    edges = months.astype("datetime64[D]").astype(np.int64)
    counts = np.histogram(days, edges)[0]
    out = np.minimum(chosen.stop[:, None], edges[None, 1:]) - np.maximum(chosen.first[:, None], edges[None, :-1])
    possible = everybody * np.diff(edges).astype(float)
    exposure = possible - np.clip(out, 0, None).sum(axis=0)
    enough = exposure >= LEFT * possible
    part = np.cumsum(np.append(0, np.diff(enough.astype(np.int64)) != 0))
    for one in np.unique(part[enough]).tolist():
        here = part == one
        if here.sum() >= FEWEST_MONTHS:
            yield Series(source, kind, months[:-1][here], counts[here], exposure[here])
