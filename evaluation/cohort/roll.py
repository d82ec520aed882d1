"""A roll: everybody whose clock starts by a rule, with nobody to compare them with.  For rates, and never for effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ..records.sql import count, select, table
from ..terms import CohortPlan, Horizon, LedgerLine, Refused
from . import checks, groups
from .enrolment import build
from .refusals import nobody
from .starts import Tables

if TYPE_CHECKING:
    from ..records import Records
    from ..terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Roll:
    """People's clocks, one row a start; the rows stay in the engine, in `table`, in the order of its `start_id`."""

    name: str
    table: str
    person: Array  # (n,) int: whose clock it is, as 0, 1, 2, ...
    ledger: tuple[LedgerLine, ...]

    def __len__(self) -> int:
        return len(self.person)


def roll(name: str, plan: CohortPlan, records: Records, *horizons: Horizon) -> Roll:
    """Everybody whom the rules of a plan start a clock for, whatever was offered to whom; each can be followed to the longest of `horizons`.

    The plan has the clock of eligibility, and says nothing of arms.  Refuses a plan that these records cannot serve, all reasons at
    once, and one that leaves nobody.
    """
    engine, where = records.engine, f"cohort '{name}'"
    coverage = checks.checked(name, plan, (), engine, horizons, arms=False)
    lines = build(name, plan, coverage, engine)
    starts = Tables.of(name).start
    if not engine.fetch(select(n=count()).from_(table(starts)))["n"][0].as_py():
        raise Refused(nobody(plan, lines, where))
    return Roll(name, starts, groups.people(engine, starts), lines)
