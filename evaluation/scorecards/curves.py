"""The curves of a scorecard, month by month, and where each goes if nothing changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

import numpy as np
from sqlglot import exp

from ..challenges.described import measured
from ..cohort.roll import Roll, roll
from ..outcomes import OUTCOMES
from ..outcomes.binding import bound
from ..records.days import day_of
from ..records.sql import table
from ..terms import CohortPlan, Horizon, Problem, Refused, Study
from .forecast import Fan, Unit, fan
from .stages import served as served_of

if TYPE_CHECKING:
    import pandas as pd

    from ..records import Records
    from ..terms import Array

AHEAD = 12  # months of a forecast


@dataclass(frozen=True, slots=True, eq=False)
class Curve:
    """One measure by month: counts, or shares of so many people; with its baseline forecast, or why there is none."""

    name: str
    title: Mapping[str, str]
    unit: Unit
    better: Literal["fewer", "more"]
    months: tuple[str, ...]  # "2019-01"
    value: Array  # (T,) counts, or shares
    of: Array  # (T,) of shares: how many people
    ahead: tuple[str, ...] = ()
    fan: Fan | None = None
    refused: tuple[Problem, ...] = ()

    @property
    def frame(self) -> pd.DataFrame:
        """One row a month: what was seen or, of those to come, the middle and the ends of the fan."""
        import pandas as pd

        rows: list[dict[str, object]] = [
            {"curve": self.name, "month": month, "value": float(value), "of": int(of) if self.unit == "share" else None}
            for month, value, of in zip(self.months, self.value, self.of, strict=True)
        ]
        if self.fan:
            for place, month in enumerate(self.ahead):
                ends = {f"{side}_{level}": getattr(self.fan, side)[k][place] for k, level in enumerate((50, 80, 95)) for side in ("low", "high")}
                rows.append({"curve": self.name, "month": month, "forecast": self.fan.middle[place], **ends})
        names = ["curve", "month", "value", "of", "forecast", "low_50", "high_50", "low_80", "high_80", "low_95", "high_95"]
        return pd.DataFrame(rows).reindex(columns=names)


def curves(study: Study, records: Records, plan: CohortPlan) -> tuple[Curve, ...]:
    """How many clocks started each month, how many enrolments, and the share with each outcome by month of enrolment.

    `plan` is that of everybody.  Every start of a person counts here: of first ones alone there are ever fewer, since whoever had one has
    had it, and the curve would fall by itself.
    """
    horizons = tuple(question.horizon for question in study.questions)
    everybody = _every("curve_everybody", plan, records, *horizons)
    served = _every("curve_served", served_of(plan, study.programme), records, *horizons)
    if everybody is None:
        return ()
    months = whole_months(plan.between)
    titles = {"en": "clocks started", "es": "plazos iniciados"}, {"en": "enrolments begun", "es": "inscripciones iniciadas"}
    told = [_counted("started", titles[0], _place(records, everybody, plan.between), months)]
    if served is None:
        return tuple(told)
    place = _place(records, served, plan.between)
    told.append(_counted("served", titles[1], place, months))
    for name, horizon in {question.outcome: question.horizon for question in reversed(study.questions)}.items():
        outcome = bound(OUTCOMES[name], study.programme)
        if outcome.kind not in ("mark", "state"):
            continue
        try:
            value, seen = measured(records, served, outcome, horizon)
        except Refused as refused:
            told.append(Curve(name, outcome.title, "share", outcome.better, (), np.empty(0), np.empty(0), refused=refused.problems))
            continue
        inside = seen & (place >= 0) & (place < len(months))
        of = np.bincount(place[inside], minlength=len(months))
        had = np.bincount(place[inside], value[inside], minlength=len(months))
        told.append(_shown(name, outcome.title, "share", outcome.better, months, had, of))
    return tuple(told)


def _every(name: str, plan: CohortPlan, records: Records, *horizons: Horizon) -> Roll | None:
    """The roll of every start of a plan; None where the records cannot serve it."""
    try:
        return roll(name, replace(plan, starts=replace(plan.starts, which="every")), records, *horizons)
    except Refused:
        return None


def whole_months(between: tuple[date, date]) -> tuple[str, ...]:
    """The months of the calendar that lie wholly between two days, both inclusive."""
    first, last = between
    start = first.year * 12 + first.month - 1 + (first.day > 1)
    next_day = date.fromordinal(last.toordinal() + 1)
    stop = next_day.year * 12 + next_day.month - 1
    return tuple(f"{month // 12}-{month % 12 + 1:02d}" for month in range(start, stop))


def months_after(month: str, many: int) -> tuple[str, ...]:
    """So many months after one."""
    at = int(month[:4]) * 12 + int(month[5:])
    return tuple(f"{each // 12}-{each % 12 + 1:02d}" for each in range(at, at + many))


def _place(records: Records, people: Roll, between: tuple[date, date]) -> Array:
    """For each start, the place of its month among the whole months; -1 or too many for one outside them."""
    months = whole_months(between)
    edges = np.array([day_of(date(int(month[:4]), int(month[5:]), 1)) for month in (*months, *(months_after(months[-1], 1) if months else ()))])
    days = records.engine.fetch(exp.select("day").from_(table(people.table)).order_by("start_id"))["day"].to_numpy()
    return np.searchsorted(edges, days, side="right") - 1 if len(edges) else np.full(len(days), -1)


def _counted(name: str, title: Mapping[str, str], place: Array, months: tuple[str, ...]) -> Curve:
    inside = (place >= 0) & (place < len(months))
    counts = np.bincount(place[inside], minlength=len(months)).astype(float)
    return _shown(name, title, "count", "more", months, counts, np.ones(len(months)))


def _shown(
    name: str, title: Mapping[str, str], unit: Unit, better: Literal["fewer", "more"], months: tuple[str, ...], had: Array, of: Array
) -> Curve:
    """A curve with its fan, or with the reason why there is none."""
    empty = int((of == 0).sum())
    with np.errstate(invalid="ignore"):
        value = np.where(of > 0, had / np.maximum(of, 1), np.nan)
    if empty:
        why = Problem(f"curve '{name}'", f"nobody started in {empty:,} of {len(months):,} months, so that there is no share.")
        return Curve(name, title, unit, better, months, value, of, refused=(why,))
    try:
        first = int(months[0][5:]) if months else 1
        told = fan(value.tolist(), AHEAD, unit=unit, first=first)
    except Refused as refused:
        return Curve(name, title, unit, better, months, value, of, refused=refused.problems)
    return Curve(name, title, unit, better, months, value, of, months_after(months[-1], AHEAD), told)
