"""The days on which units come under a programme and leave it: areas by rows of the table `area`, people and areas by enrolments.

A row of adoption is a fact, and no count of what was seen: a day before its source's first, or after its last, says when an area adopted
as well as any other, and so does an enrolment that began and ended before.  So rows that were set aside for that alone are read too.
A row of an area lost for another reason would make an area that adopted one that never did, and is refused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from sqlglot import exp

from ..phrases import counted, listed
from ..records.calendar_periods import cut
from ..records.days import FOREVER
from ..records.engine import Engine
from ..records.frames import areas_of
from ..records.quality import in_words
from ..records.sifting import PLACES_SET_ASIDE, SERVICES_SET_ASIDE
from ..records.sql import c, given, known, literal, select, table
from ..terms import NEVER, Adopted, CohortPlan, Problem

if TYPE_CHECKING:
    from ..terms import Array

OUTSIDE = "outside coverage:day"
HARMLESS = (OUTSIDE, "repeated:")  # the first is read all the same; of the second the same row stands there already


def edges_of(plan: CohortPlan) -> Array:
    """(T + 1,) the first day of each period, and the first day after the last."""
    assert plan.periods is not None, "a panel has periods"
    return np.array(cut(*plan.between, plan.periods), dtype=np.int64)


def periods(starts: Array, stops: Array, edges: Array) -> tuple[Array, Array]:
    """(n,) the first period under the programme, and the first no longer under it, of days; NEVER where there is none in the panel.

    Whoever adopted before the first day did so in period 0.  Of a period in which a unit leaves, the rest is no longer under the
    programme, and so is the period, unless it is the one of adoption.
    """
    came = np.clip(np.searchsorted(edges, starts, side="right") - 1, 0, None)
    adopts = starts < edges[-1]
    went = np.maximum(np.searchsorted(edges, stops, side="right") - 1, came + 1)
    leaves = adopts & (stops < edges[-1]) & (went < len(edges) - 1)
    return np.where(adopts, came, NEVER), np.where(leaves, went, NEVER)


def in_periods(begun: Mapping[str, int], ended: Mapping[str, int], areas: Sequence[str], edges: Array) -> tuple[Array, Array]:
    """The same of areas, by the days on which they come under the programme and leave it."""
    starts, stops = (np.array([days.get(area, FOREVER) for area in areas], dtype=np.int64) for days in (begun, ended))
    return periods(starts, stops, edges)


def of_areas(adopted: Adopted, engine: Engine) -> tuple[dict[str, int], dict[str, int]]:
    """By area, the day on which it comes under the programme, and that on which it leaves it; areas that never do are in neither."""
    since = _first_enrolment_of_areas(adopted.enrolment, engine) if adopted.enrolment else begun(adopted.starts, engine)
    return since, ended(adopted.stops, since, engine)


def of_people(programme: str, starts: str, engine: Engine) -> Array:
    """(people,) the day of the first enrolment ever on record of each row of a table of starts, FOREVER without one."""
    same = c("e.person_id").eq(c("s.person_id"))
    first = select(start_id=c("s.start_id"), day=given(exp.Min(this=c("e.start")), FOREVER)).from_(table(starts, "s"))
    first = first.join(table(_enrolments(programme), "e"), on=same, join_type="left").group_by(c("s.start_id")).order_by(c("s.start_id"))
    return np.asarray(engine.fetch(first)["day"].to_numpy()).astype(np.int64)


def begun(measure: str, engine: Engine) -> dict[str, int]:
    """By area, the day of its first row of a measure, whether or not its source covers that day."""
    days: dict[str, int] = {}
    for area, day in _rows(measure, engine):
        days.setdefault(area, day)
    return days


def ended(measure: str, since: Mapping[str, int], engine: Engine) -> dict[str, int]:
    """By area, the day of its first row of a measure after the day on which it adopted; areas that never did leave nothing."""
    days: dict[str, int] = {}
    for area, day in _rows(measure, engine) if measure else []:
        if day > since.get(area, FOREVER):
            days.setdefault(area, day)
    return days


def set_aside(measures: Collection[str], engine: Engine) -> list[str]:
    """Those of some measures that have a row that was set aside: it is read all the same, or `lost` tells of it."""
    return [measure for measure in measures if _aside(measure, engine)]


def lost(plan: CohortPlan, engine: Engine, where: str) -> Iterator[Problem]:
    """Rows of adoption that were set aside, so that their areas would count as others than they are."""
    for word in ("starts", "stops"):
        measure = getattr(plan.adopted, word) if plan.adopted else ""
        rows = [row for row in _aside(measure, engine) if row["reason"] not in HARMLESS] if measure else []
        if plan.unit == "area":
            frame = areas_of(engine, plan.areas)
            rows = [row for row in rows if row["area"] is None or row["area"] in frame]
        if rows:
            areas = sorted({row["area"] for row in rows if row["area"]})
            why = "; ".join(sorted({in_words(row["reason"]) for row in rows}))
            found = f"{counted(len(rows), 'row')} of '{measure}' {'was' if len(rows) == 1 else 'were'} set aside ({why})"
            found += f", of {listed(areas)}" if areas else ""
            right = "An area whose day of adoption is lost would be compared as one that never adopted."
            yield Problem(f"{where}: adopted: {word}", f"{found}.", right, "Mend these rows: `betteroff check` says where they stand.")


def _rows(measure: str, engine: Engine) -> list[tuple[str, int]]:
    """Areas and days, by area and day."""
    here = exp.select("area", "day").from_(table("area")).where(c("measure").eq(literal(measure)))
    return sorted((row["area"], row["day"]) for row in (*engine.fetch(here).to_pylist(), *_outside(measure, engine)))


def _first_enrolment_of_areas(programme: str, engine: Engine) -> dict[str, int]:
    """The day of the first enrolment of anybody who lives in an area, by area."""
    of_people = select(area=c("p.area"), day=exp.Min(this=c("e.start"))).from_(table(_enrolments(programme), "e"))
    of_people = of_people.join(table("person", "p"), on=c("p.person_id").eq(c("e.person_id"))).where(known(c("p.area")))
    return {row["area"]: row["day"] for row in engine.fetch(of_people.group_by(c("p.area"))).to_pylist()}


def _enrolments(programme: str) -> exp.Union:
    """People and the days on which they were enrolled in a programme, whether or not its source covers them."""
    here = exp.select("person_id", "start").from_(table("service")).where(c("programme").eq(literal(programme)))
    before = exp.select("person_id", "start").from_(table(SERVICES_SET_ASIDE)).where(c("programme").eq(literal(programme)))
    return exp.union(here, before, distinct=False)


def _outside(measure: str, engine: Engine) -> list[dict[str, Any]]:
    return [row for row in _aside(measure, engine) if row["reason"] == OUTSIDE]


def _aside(measure: str, engine: Engine) -> list[dict[str, Any]]:
    """The rows of a measure that were set aside."""
    rows = select(area=c("area"), day=c("day"), reason=c("reason")).from_(table(PLACES_SET_ASIDE)).where(c("measure").eq(literal(measure)))
    return engine.fetch(rows).to_pylist()
