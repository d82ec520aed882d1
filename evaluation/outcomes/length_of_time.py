"""HUD's System Performance Measure 1a as it stands: how long those homeless in a year had been so by its last night, clock or no clock.

A definition such as `nights_homeless/hud_spm1a_es_sh` counts nights after a start.  HUD's number has none: it looks back from each
client's last night.  It describes a county; whom a programme made better off it cannot say.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlglot import exp

from ..records.days import day_of
from ..records.engine import Engine
from ..records.sql import c, greatest, later, least, minus, select, table, whole
from ..records.tape import merged
from .making_housing import nights
from .registry import OUTCOMES

if TYPE_CHECKING:
    import pyarrow as pa

YEAR, LOOKBACK = 365, 7  # days before the last night; years before the report, past which nothing counts


def length_of_time_homeless(engine: Engine, first: date, last: date, *, transitional: bool = False) -> pa.Table:
    """How many nights each person homeless in the report's days, both inclusive, had been so: (person_id, nights), by person.

    A client's end is the last night from `first` to `last`.  Counted are the nights from the day 365 days before it on and, where the
    earliest of these is part of an unbroken run, the whole of that run, but no night more than seven years before `first`.
    Nights are those in shelter and safe haven and, with `transitional`, in transitional housing (rows 1 and 2 of table 1a), less
    those in homes moved into, and in row 1 those in transitional housing.  The mean and the median of the column are HUD's numbers.

    Source: HUD System Performance Measures, fiscal year 2026, steps 1 to 4 of Measure 1, as open software quotes them; no official text was read.
    """
    outcome = OUTCOMES["nights_homeless/hud_spm1a_es_sh_th" if transitional else "nights_homeless/hud_spm1a_es_sh"]
    floor = day_of(first.replace(year=first.year - LOOKBACK, day=min(first.day, 28) if first.month == 2 else first.day))
    past = day_of(last) + 1
    inside = select(person_id=c("person_id"), start=greatest(c("day"), floor), stop=least(c("stop"), past)).from_(table(nights(outcome), "n"))
    inside = inside.where(c("day") < exp.convert(past), c("stop") > exp.convert(floor))
    runs = merged(inside, "homeless")
    ends = select(person_id=c("person_id"), stop=exp.Max(this=c("stop"))).from_(table(runs, "r")).group_by(c("person_id"))
    ends = ends.having(exp.Max(this=c("stop")) > day_of(first))
    read = select(person_id=c("r.person_id"), nights=whole(exp.Sum(this=minus(c("r.stop"), c("r.start"))))).from_(table(runs, "r"))
    read = read.join(table(ends, "e"), on=c("e.person_id").eq(c("r.person_id"))).where(c("r.stop") >= later(c("e.stop"), -YEAR))
    return engine.fetch(read.group_by(c("r.person_id")).order_by(c("person_id")))
