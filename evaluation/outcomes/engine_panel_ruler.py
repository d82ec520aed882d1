"""The Ruler of a panel over records in an engine: of people, of areas by the people in them, of areas by numbers about them.

People of a panel all start on its first day, so that the Ruler of clocks reads every person and period at once.  What areas show is
added up over the people who lived there then and were watched all through the period, and divided by how many they are: a day
after a death is watched, and empty.  Numbers about places are read from the table `area` as they stand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
from sqlglot import exp

from ..phrases import counted
from ..records.engine import Engine
from ..records.sql import among, c, holds, table
from ..terms import Outcome, Panel, Paths, Problem, Refused
from .engine_ruler import EngineRuler
from .quarters import misdated
from .ruler import of_kind

if TYPE_CHECKING:
    from ..terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class EnginePanelRuler:
    """A PanelRuler over a panel whose people, if it has any, lie in an engine's table (start_id, person_id, day, unit_id, ...)."""

    engine: Engine
    panel: Panel
    outcome: Outcome

    def paths(self, per: int = 1) -> Paths:
        """(n, T) what every unit shows, NaN where it was not watched through the whole period.

        A mark is counted each time it happens, on every day of the period: no unit's clock starts with one.
        """
        if per < 1 or (per != 1 and self.panel.unit != "area"):
            found = f"{per:,} people were asked for, and a unit is one {self.panel.unit}."
            raise Refused(Problem(f"outcome '{self.outcome.name}': per", found, remedy="Leave `per` out."))
        paths = self._of_places(per) if self.outcome.table == "area" else self._of_people(per)
        value = np.where(self.panel.watched, paths.value, np.nan)
        return Paths(value, np.where(np.isfinite(value), paths.population, np.nan))

    def _of_people(self, per: int) -> Paths:
        of_kind(self.outcome, "amount", "mark")
        if not self.panel.table:
            found = "it is read of people on record, and the panel is of places of which nobody is."
            raise Refused(Problem(f"outcome '{self.outcome.name}'", found, remedy="Ask about numbers of the table 'area'."))
        every_day = replace(self.outcome, from_day=0)  # the first day of a panel starts nothing, so that its order matters to nobody
        by_quarter = self.outcome.table == "quarter"
        if by_quarter and (wrong := misdated(self.panel.edges.tolist())):
            found = f"{counted(len(wrong), 'edge')} of the panel's periods lie inside a quarter, and the outcome is on record by the quarter."
            raise Refused(Problem(f"outcome '{self.outcome.name}'", found, remedy='Use periods = { calendar = "quarter" } or { calendar = "year" }.'))
        ruler = EngineRuler(self.engine, self.panel.table, every_day, whole=by_quarter)
        read = ruler.by_period((self.panel.edges - self.panel.edges[0]).tolist())
        watched = read.seen_days == read.window_days
        if self.panel.unit != "area":
            return Paths(np.where(watched, read.amount, np.nan), np.ones(read.amount.shape))
        unit = self._unit_of_people()
        total, people = (_added(np.where(watched, what, 0.0), unit, len(self.panel)) for what in (read.amount, np.ones(read.amount.shape)))
        if nobody := int((people.max(axis=1) == 0).sum()):
            found = f"in {nobody:,} of the {counted(len(self.panel), 'area')} nobody on record is watched: that nothing was seen says nothing."
            remedy = "Name a frame of areas whose people are on record, or ask about numbers of the table 'area'."
            raise Refused(Problem(f"outcome '{self.outcome.name}'", found, remedy=remedy))
        with np.errstate(invalid="ignore", divide="ignore"):
            return Paths(np.where(people > 0, per * total / people, np.nan), people)

    def _unit_of_people(self) -> Array:
        """(people,) the area of each, from 0."""
        rows = self.engine.fetch(exp.select("unit_id").from_(table(self.panel.table)).order_by(c("start_id")))
        return np.asarray(rows["unit_id"].to_numpy().astype(np.int64) - 1)

    def _of_places(self, per: int) -> Paths:
        """A rate is the sum of its counts over the mean population; a number by itself is the mean of its rows in a period.

        A period with fewer rows than the fullest of the panel is a gap, and not watched.
        """
        of_kind(self.outcome, "amount", "rate")
        if self.panel.unit != "area":
            found = f"it is a number about places, and the units are of kind '{self.panel.unit}'."
            raise Refused(Problem(f"outcome '{self.outcome.name}'", found, remedy='Use unit = "area".'))
        if per != 1 and self.outcome.kind != "rate":
            found = f"{per:,} people were asked for, and it is a number by itself, which nothing divides."
            raise Refused(Problem(f"outcome '{self.outcome.name}': per", found, remedy="Leave `per` out."))
        rows = self._rows_of_places()
        unit = np.searchsorted(np.array(self.panel.names), rows["area"].to_numpy(zero_copy_only=False).astype(str))
        period = np.searchsorted(self.panel.edges, rows["day"].to_numpy(), side="right") - 1
        cell, shape = unit * self.panel.periods + period, (len(self.panel), self.panel.periods)
        many = np.bincount(cell, minlength=shape[0] * shape[1]).reshape(shape)
        value = np.bincount(cell, rows["value"].to_numpy().astype(float), shape[0] * shape[1]).reshape(shape)
        lived = rows["population"].cast(pa.float64()).to_numpy()
        population = np.bincount(cell, lived, shape[0] * shape[1]).reshape(shape)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean_population = population / many
            told = per * value / mean_population if self.outcome.kind == "rate" else value / many
        whole = (many == many.max()) & np.isfinite(told)
        return Paths(np.where(whole, told, np.nan), np.where(np.isfinite(mean_population), mean_population, 1.0))

    def _rows_of_places(self) -> pa.Table:
        """The rows of the outcome's measures in these areas and periods; refuses days told twice, and rates of nobody knows how many."""
        first, stop = int(self.panel.edges[0]), int(self.panel.edges[-1])
        mine = [among(c("measure"), self.outcome.kinds), among(c("area"), self.panel.names), holds(first, c("day"), stop)]
        columns = exp.select("area", "measure", "day", "value", "population").from_(table("area")).where(*mine)
        rows = self.engine.fetch(columns.order_by(c("area"), c("day"), c("measure"), c("source"), c("value")))
        where, problems = f"outcome '{self.outcome.name}'", []
        if not rows.num_rows:
            found = f"the table 'area' holds no row of {' or '.join(map(repr, self.outcome.kinds))} for these areas and years."
            problems.append(Problem(where, found, "None on record cannot be told from not recorded.", "Add the source that records it."))
        once = rows.group_by(["area", "measure", "day"]).aggregate([]).num_rows
        if twice := rows.num_rows - once:
            found = f"{counted(twice, 'row')} of the table 'area' repeat an area, measure and day of another source."
            problems.append(Problem(where, found, remedy="Keep one source of each."))
        if self.outcome.kind == "rate" and (missing := rows["population"].null_count):
            found = f"{counted(missing, 'row')} of {rows.num_rows:,} have no population to divide by."
            problems.append(Problem(where, found, remedy="Complete the column 'population' of the table 'area'."))
        if problems:
            raise Refused(*problems)
        return rows


def _added(what: Array, unit: Array, n: int) -> Array:
    """(n, T): the sums of (people, T) over the people of each unit."""
    return np.column_stack([np.bincount(unit, column, n) for column in what.T])
