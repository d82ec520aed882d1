"""The cohort, the tape and the ruler a second time: day by day, slow and plain, written from the rules and not from the SQL.

A County is lives, a life is lists.  Nothing here is shared with the machine but the vocabulary of `evaluation.terms`, so that a
mistake would have to be made twice, in two languages, to go unseen.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import pyarrow as pa

from evaluation.records.contract import CONTRACT
from evaluation.records.engine import DuckDB
from evaluation.records.tape import Measure
from evaluation.terms import CohortPlan, Horizon, Outcome

NEVER = 100_000
DAY_0 = date(1970, 1, 1)


@dataclass
class Life:
    """One person: days are whole numbers, None is missing."""

    birth: int | None = None
    death: int | None = None
    moved: int | None = None
    area: str | None = None
    families: set[str] = field(default_factory=set)
    event: list[tuple[str, int, int | None]] = field(default_factory=list)  # kind, day, value
    spell: list[tuple[str, int, int | None]] = field(default_factory=list)  # kind, start, stop
    service: list[tuple[str, int, None]] = field(default_factory=list)  # programme, start
    cost: list[tuple[str, int, int]] = field(default_factory=list)  # service, day, amount


@dataclass
class County:
    """Its people by id, and what each source covers: (source, first, last, lag)."""

    lives: dict[str, Life]
    coverage: list[tuple[str, int, int, int]]


# ------------------------------------------------------------------------------------------------ into the engine
def load(engine: DuckDB, county: County) -> None:
    """The county as the records' room leaves it: all tables there, FOREVER where an end is missing."""
    lives = county.lives.items()
    rows: dict[str, list[dict[str, object]]] = {
        "person": [{"person_id": p, "birth": x.birth, "death": ended(x.death), "moved": ended(x.moved), "area": x.area} for p, x in lives],
        "family": [{"family_id": f, "person_id": p} for p, x in lives for f in sorted(x.families)],
        "event": [{"person_id": p, "kind": k, "day": d, "value": v, "source": "s"} for p, x in lives for k, d, v in x.event],
        "spell": [{"person_id": p, "kind": k, "start": a, "stop": ended(b), "source": "s"} for p, x in lives for k, a, b in x.spell],
        "service": [{"person_id": p, "programme": k, "start": d, "stop": NEVER, "source": "s"} for p, x in lives for k, d, _ in x.service],
        "cost": [{"person_id": p, "service": k, "day": d, "amount": v, "source": "s"} for p, x in lives for k, d, v in x.cost],
        "coverage": [{"source": s, "first": a, "last": b, "lag_days": lag, "grain": "day"} for s, a, b, lag in county.coverage],
    }
    arrow = {"VARCHAR": pa.string(), "INTEGER": pa.int32(), "BIGINT": pa.int64(), "DOUBLE": pa.float64()}
    for name, table in CONTRACT.items():
        schema = pa.schema([(column.name, arrow[column.engine_type]) for column in table])
        engine.load(name, pa.Table.from_pylist([{n: row.get(n) for n in table.names} for row in rows.get(name, [])], schema=schema))


def ended(day: int | None) -> int:
    return NEVER if day is None else day


# ------------------------------------------------------------------------------------------------ the calendar
def day_of(when: date) -> int:
    return (when - DAY_0).days


def date_of(day: int) -> date:
    return DAY_0 + timedelta(days=day)


def anniversary(when: date, years: int, months: int = 0) -> date:
    """The same day so many months and years later, or the last day of a month that is too short."""
    month = when.month + months
    while month > 12:
        month, years = month - 12, years + 1
    for shorter in range(4):
        try:
            return date(when.year + years, month, when.day - shorter)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def age(birth: int, day: int) -> int:
    """Completed years: how many birthdays have come."""
    years = 0
    while day_of(anniversary(date_of(birth), years + 1)) <= day:
        years += 1
    return years


def horizon_end(day: int, horizon: Horizon) -> int:
    return day + horizon.days if horizon.days is not None else day_of(anniversary(date_of(day), 0, horizon.months))


# ------------------------------------------------------------------------------------------------ who is enrolled
def watched(county: County, plan: CohortPlan) -> list[tuple[int, int, int]]:
    return [(first, last, lag) for source, first, last, lag in county.coverage if not plan.sources or source in plan.sources]


def opening_days(life: Life, plan: CohortPlan) -> list[int]:
    return sorted({day for kind, day, _ in life.event if kind in plan.starts.event})


def arms(life: Life, plan: CohortPlan, day: int) -> set[str]:
    near = range(day - plan.assigned.days_before, day + 1)
    return {kind for kind, on, _ in life.event if on in near} & {plan.assigned.offered, plan.assigned.withheld}


def failed(county: County, plan: CohortPlan, life: Life, day: int) -> str | None:
    """The first rule that a starting event fails, by a word of the rule; None where it passes them all."""
    openings = opening_days(life, plan)
    first, last = (day_of(when) for when in plan.between)
    inside = [on for on in openings if first <= on <= last]
    if day not in inside:
        return "years studied"
    if plan.starts.which != "every" and day != (inside[0] if plan.starts.which == "first" else inside[-1]):
        return "such event"
    if plan.ages and (life.birth is None or not plan.ages[0] <= age(life.birth, day) <= plan.ages[1]):
        return "aged"
    if any(day - plan.washout_days <= on < day for on in openings):
        return "no starting event"
    if any(not begins <= day - plan.lookback_days or not day <= ends - lag for begins, ends, lag in watched(county, plan)):
        return "reach back"
    if life.moved is not None and day >= life.moved:
        return "living here"
    if life.death is not None and day >= life.death:
        return "alive"
    return None if len(arms(life, plan, day)) == 1 else "assigned"


def candidates(county: County, plan: CohortPlan) -> list[tuple[int, str]]:
    """(day, person) of every starting event on record, in the order in which starts are numbered."""
    return sorted((day, person) for person, life in county.lives.items() for day in opening_days(life, plan))


def fates(county: County, plan: CohortPlan) -> dict[tuple[int, str], str | None]:
    """What became of every candidate: the rule that took it, or None."""
    return {(day, person): failed(county, plan, county.lives[person], day) for day, person in candidates(county, plan)}


def gone(county: County, plan: CohortPlan, life: Life) -> tuple[int, str]:
    """The first day on which the person is no longer seen, and why; on a tie the move."""
    end = min(last - lag + 1 for _, last, lag in watched(county, plan))
    moved = life.moved is not None and (life.death is None or life.moved < life.death)
    return (life.moved, "moved") if moved and life.moved <= end else (end, "records end")


def shares_luck(plan: CohortPlan, one: Life, other: Life) -> bool:
    same_area = "area" in plan.cluster and one.area is not None and one.area == other.area
    return one is other or same_area or ("family" in plan.cluster and bool(one.families & other.families))


def linked(plan: CohortPlan, lives: list[Life]) -> list[int]:
    """The cluster of each life: the smallest place in the list that a chain of shared luck leads to."""
    lowest = list(range(len(lives)))
    near = [[j for j, other in enumerate(lives) if shares_luck(plan, one, other)] for one in lives]
    for _ in lives:
        lowest = [min(lowest[j] for j in beside) for beside in near]
    return lowest


# ------------------------------------------------------------------------------------------------ the tape and the ruler
def spell_days(life: Life, kinds: tuple[str, ...], days: range) -> list[int]:
    """The days of a window on which at least one spell of these kinds is open."""
    spells = [(start, ended(stop)) for kind, start, stop in life.spell if kind in kinds or not kinds]
    return [day for day in days if any(start <= day < stop for start, stop in spells)]


def measured(life: Life, measure: Measure, day: int, *, until: int, stop: int | None = None) -> int | None:
    """One measure on one clock; the window ends before `until`, and before `stop` where it is given."""
    window = range(day + measure.first, until if stop is None else min(until, stop))
    if measure.table == "spell":
        days = spell_days(life, measure.kinds, window)
        return {
            "days": len(days),
            "any": int(bool(days)),
            "count": sum(1 for on in days if on - 1 not in days),  # unbroken stretches that touch the window
            "days_since": day - days[-1] if days else None,
            "first_day": days[0] if days else None,
        }[measure.reduce]
    hits = [(on, value) for kind, on, value in getattr(life, measure.table) if (kind in measure.kinds or not measure.kinds) and on in window]
    values = [(on, value) for on, value in hits if value is not None]
    return {
        "count": len(hits),
        "any": int(bool(hits)),
        "sum": sum(value for _, value in values),
        "last": max(values)[1] if values else None,
        "days_since": day - max(on for on, _ in hits) if hits else None,
        "first_day": min(on for on, _ in hits) if hits else None,
    }[measure.reduce]


def mark(county: County, plan: CohortPlan, outcome: Outcome, life: Life, day: int, horizon: Horizon) -> tuple[int, str]:
    """Walks a clock day by day until something ends it: (days since the start, why)."""
    stop, why = gone(county, plan, life)
    marks = {on for kind, on, _ in life.event if kind in outcome.kinds}
    for today in range(day, horizon_end(day, horizon)):
        if today >= stop:
            return today - 1 - day, why
        if today in marks and today >= day + outcome.from_day:
            return today - day, "mark"
        if today == life.death:
            return today - day, "death"
    return horizon_end(day, horizon) - 1 - day, "horizon"
