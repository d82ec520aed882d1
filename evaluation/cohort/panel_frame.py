"""Lets a lab's own tidy frame of units and periods enter the road: one row a unit and period, taken on trust.

panel, ruler = panel_from_frame(
    df, unit="sid", period="year", each="year", adopted="first_year",
    outcome=FramePanelOutcome("l_homicide", better="fewer", title={"en": "homicides"}, event={"en": "homicides"}),
)
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd

from ..outcomes.panel_ruler import FramePanelRuler
from ..outcomes.times_ruler import digest_of
from ..phrases import counted
from ..terms import NEVER, AfterStop, Calendar, LedgerLine, Outcome, Panel, Refused
from . import panel_frame_checks as checks
from .frame_periods import Cut, as_dates, cut_by, length

if TYPE_CHECKING:
    from ..terms import Array


@dataclass(frozen=True, slots=True)
class FramePanelOutcome:
    """What the outcome column of a frame of units and periods holds, since a column cannot say it itself: a number a unit and period."""

    column: str
    better: Literal["fewer", "more"]
    title: Mapping[str, str]  # by language; a noun phrase: "homicides per 100,000"
    event: Mapping[str, str]  # by language; completes "fewer ...": "homicides per 100,000 people"
    unit: Literal["people", "days", "dollars"] = "people"
    why_better: str = ""

    def defined(self) -> Outcome:
        """The outcome as a definition: the analyst's own, not verified against any authority."""
        return Outcome(
            name=f"frame/{self.column}",
            kind="amount",
            title=self.title,
            event=self.event,
            better=self.better,
            why_better=self.why_better,
            table="area",
            kinds=(self.column,),
            unit=self.unit,
            universe="the rows of the frame",
            authority="The analyst's own column; not an official definition",
            verified=False,
            not_counted="Whatever the frame does not say.",
            from_day=0,
        )


def panel_from_frame(
    frame: pd.DataFrame,
    *,
    unit: str,
    period: str,
    each: Calendar | int,
    outcome: FramePanelOutcome,
    adopted: str | None = None,
    left: str | None = None,
    treated: str | None = None,
    after_stop: AfterStop = "refuse",
    gaps: Literal["refuse", "keep"] = "refuse",
    weight: str | None = None,
    cluster: str | None = None,
    covariates: Sequence[str] = (),
    population: str | None = None,
    units: Literal["area", "person"] = "area",
) -> tuple[Panel, FramePanelRuler]:
    """A panel and the ruler of its outcome, from a frame with one row for each unit and period; every name is a column.

    `period` holds whole numbers (years, or periods counted on) or dates, and `each` says how long one lasts: a month, a quarter, a year or
    so many days; pandas' own periods say it themselves.  `adopted` holds the first period under the programme, the same in every row of a
    unit: a missing value, an infinite one and 0 (where the periods are numbers that begin after 0) all stand for never, a period before the
    first for always, and one after the last for not in the panel; `left` likewise the first period no longer under it.  Instead of both,
    `treated` may hold 1 in the periods under the programme and 0 in the others.  With none of them no unit adopts, and what is told is how
    they changed (monitor).
    A unit that leaves the programme is refused unless `after_stop` says what becomes of it, and one that comes back unless that is "drop".
    `gaps = "keep"` lets units lack periods, or an outcome in them: they are then not watched in these.
    `weight`, `cluster` and `covariates` are the same in every row of a unit: they stand as they were before the first period.
    `population` says over how many people a number is; the numbers are read as they stand.  Areas whose `weight` is not given weigh as
    many as live there in their first period, where a question weighs them by population.

    The order of the rows and of the columns changes nothing.  Refuses, all at once, what is no such panel.
    """
    checks.refuse_words(outcome, covariates)
    if period in frame.columns:
        each = (length(frame[period]) if list(frame.columns).count(period) == 1 else None) or each
    frame = as_dates(frame, {name for name in (period, adopted, left) if name is not None})
    roles: dict[str, str | None] = {"unit": unit, "period": period, "outcome": outcome.column, "adopted": adopted, "left": left, "treated": treated}
    roles |= {"weight": weight, "cluster": cluster, "population": population}
    said = {role: name for role, name in roles.items() if name is not None}
    problems = [*checks.of_words(outcome, each, said, after_stop, gaps, units), *checks.of_columns(frame, said, covariates)]
    if not problems:
        problems = list(checks.of_values(frame, said, covariates, gaps))
    if problems:
        raise Refused(*problems)
    cut = cut_by(frame[period], each)
    row = _rows(frame[unit])
    alone = pd.DataFrame({name: frame[name].to_numpy() for name in (*(said[role] for role in checks.OF_UNITS if role in said), *covariates)})
    problems = [*checks.of_shape(row.codes, cut, frame[period], len(row.names), gaps), *checks.of_units(row.codes, alone)]
    if problems:
        raise Refused(*problems)
    wide = _Wide(row.codes, cut.place, (len(row.names), cut.many))
    value = wide.laid(_floats(frame[outcome.column]))
    came, went, again = _adoption(frame, wide, cut, said)
    problems = list(checks.of_adoption(came, went, again, np.isfinite(value), after_stop))
    if problems:
        raise Refused(*problems)
    first = wide.first_row()
    return _built(frame, said, covariates, outcome, cut, row.names, value, (came, went), first, wide, after_stop, units)


@dataclass(frozen=True, slots=True, eq=False)
class _Units:
    codes: Array  # (rows,) int: the unit of each row, from 0, by the order of their names
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Wide:
    """Where each row of a frame lies in an array of units by periods."""

    unit: Array  # (rows,) int
    period: Array  # (rows,) int
    shape: tuple[int, int]

    def laid(self, values: Array, fill: float = np.nan) -> Array:
        """(n, T) the values of the rows."""
        wide = np.full(self.shape, fill)
        wide[self.unit, self.period] = values
        return wide

    def first_row(self) -> Array:
        """(n,) the row of each unit's earliest period."""
        order = np.lexsort((self.period, self.unit))
        _, at = np.unique(self.unit[order], return_index=True)
        return np.asarray(order[at])


def _rows(column: pd.Series) -> _Units:
    """The units by the order of their names: of numbers by size, of text by the alphabet."""
    labels, codes = np.unique(column.to_numpy(), return_inverse=True)
    return _Units(codes, tuple(str(label) for label in labels))


def _adoption(frame: pd.DataFrame, wide: _Wide, cut: Cut, said: Mapping[str, str]) -> tuple[Array, Array, Array]:
    """(n,) the first period under the programme, and the first no longer under it, NEVER where there is none; and who comes back."""
    if "treated" in said:
        return _switched(wide.laid(_floats(frame[said["treated"]])))
    first, once = wide.first_row(), np.zeros(wide.shape[0], dtype=bool)
    if "adopted" not in said:
        return np.full(wide.shape[0], NEVER), np.full(wide.shape[0], NEVER), once
    days = {role: cut.placed(frame[said[role]].iloc[first]) for role in ("adopted", "left") if role in said}
    came = days["adopted"]
    went = days.get("left", np.full(len(came), NEVER))
    return came, np.where(came < NEVER, went, NEVER), once


def _switched(under: Array) -> tuple[Array, Array, Array]:
    """The first period in which a unit is under the programme, the first seen after it in which it is not, and who is under it again after."""
    never = under.shape[1]
    came = np.where((under == 1).any(axis=1), (under == 1).argmax(axis=1), never)
    after = (under == 0) & (np.arange(never) > came[:, None])
    went = np.where(after.any(axis=1), after.argmax(axis=1), never)
    again = ((under == 1) & (np.arange(never) > went[:, None])).any(axis=1)
    return np.where(came < never, came, NEVER), np.where(went < never, went, NEVER), again


def _built(
    frame: pd.DataFrame,
    said: Mapping[str, str],
    covariates: Sequence[str],
    outcome: FramePanelOutcome,
    cut: Cut,
    names: tuple[str, ...],
    value: Array,
    adoption: tuple[Array, Array],
    first: Array,
    wide: _Wide,
    after_stop: AfterStop,
    units: Literal["area", "person"],
) -> tuple[Panel, FramePanelRuler]:
    came, went = adoption
    watched, n = np.isfinite(value), len(names)
    if after_stop == "drop":
        watched &= np.arange(cut.many) < went[:, None]
    lived = wide.laid(_floats(frame[said["population"]])) if "population" in said else np.ones(value.shape)
    clusters = None if "cluster" not in said else np.unique(frame[said["cluster"]].to_numpy()[first], return_inverse=True)[1]
    people = np.nan_to_num(lived[:, 0]).astype(np.int64) if "population" in said else np.zeros(n, dtype=np.int64)
    panel = Panel(
        name="frame",
        unit=units,
        table="",
        unit_id=np.arange(1, n + 1),
        edges=cut.edges,
        adopted=came,
        left=went,
        watched=watched,
        weight=_weights(frame, said, first, people, units),
        people=people if units == "area" else np.ones(n, dtype=np.int64),
        ledger=(LedgerLine("rows of the frame", 0, len(frame)), LedgerLine(f"units of {counted(cut.many, 'period')}", 0, n)),
        clusters=clusters,
        labels=cut.labels,
        names=names if units == "area" else (),
        history={name: _floats(frame[name])[first] for name in covariates},
        after_stop=after_stop,
        time_zero="taken on trust",
    )
    value = np.where(watched, value, np.nan)
    read = {"value": value, "lived": lived, "adopted": came, "left": went, "weight": panel.weight, "edges": cut.edges}
    read |= {f"history {name}": column for name, column in panel.history.items()} | ({} if clusters is None else {"clusters": clusters})
    return panel, FramePanelRuler(outcome.defined(), value, np.where(watched, lived, np.nan), digest_of(read))


def _weights(frame: pd.DataFrame, said: Mapping[str, str], first: Array, people: Array, units: str) -> Array:
    """(n,) the column that was named, else how many live in an area, else 1."""
    if "weight" in said:
        return _floats(frame[said["weight"]])[first]
    return people.astype(float) if units == "area" and (people > 0).all() else np.ones(len(first))


def _floats(column: pd.Series) -> Array:
    return np.asarray(column.to_numpy(dtype=float, na_value=np.nan))
