"""Which effects by cohort and period there are to tell: who is treated, who may stand beside them, and from which period they are measured."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...terms import NEVER

if TYPE_CHECKING:
    from ...terms import Array, Pool

Base = Literal["varying", "universal"]
LEFT = "The units of the cohort had left the programme."
NOBODY = "Nobody was left to be compared with."
STANDS_FOR_NEVER = "Everybody adopts, and the last cohort stands for those who never do."


@dataclass(frozen=True, slots=True, eq=False)
class Cohorts:
    """The units by when they adopted and, where they left again, when: classes 0..c-1 in that order, and class c, of those who never adopt."""

    adopted: Array  # (c,) int
    left: Array  # (c,) int: the number of periods where it did not leave
    unit: Array  # (n,) int: the unit's class; -1 where it is left out
    early: int  # units left out because they were under the programme before anything could be measured
    last: bool  # everybody adopts: those who do so last stand for those who never do

    @property
    def member(self) -> Array:
        """(n,) int: the unit's cohort; -1 where it never adopts, or is left out."""
        return np.where(self.unit == len(self.adopted), -1, self.unit)

    def pool(self, cell: Cell, compared: Pool) -> Array:
        """(c + 1,) bool: the classes that a cell's cohort is compared with."""
        when = np.append(self.adopted, NEVER)
        if compared == "not_yet_treated":
            return np.asarray((when > cell.later_than) & (when != cell.group))
        return np.asarray(when == (self.adopted.max() if self.last else NEVER))


@dataclass(frozen=True, slots=True)
class Cell:
    """One effect to tell."""

    cohort: int
    group: int
    period: int
    base: int
    later_than: int  # those compared adopt after this period
    after_leaving: bool
    why: str  # empty, or why there is nothing to tell


def cohorts(adopted: Array, left: Array | None, periods: int, anticipation: int, here: Array) -> Cohorts:
    """The cohorts of `adopted` and `left` (n,) int, of the units that are `here` (n,) bool.

    Units under the programme, or anticipating it, in the first period are no cohort: nothing shows what they were like without.
    Those who adopt so late that nobody in the panel anticipates it yet never do.
    """
    early, never = here & (adopted <= anticipation), here & (adopted >= periods + anticipation)
    adopting = here & ~early & ~never
    leaving = np.full(len(adopted), periods) if left is None else np.minimum(left, periods)
    keys = adopted[adopting] * (periods + 1) + leaving[adopting]
    there = np.flatnonzero(np.bincount(keys))
    unit = np.full(len(adopted), -1)
    unit[adopting] = np.searchsorted(there, keys)
    unit[never] = len(there)
    return Cohorts(there // (periods + 1), there % (periods + 1), unit, int(early.sum()), bool(len(there)) and not bool(never.any()))


def plan(found: Cohorts, periods: int, anticipation: int, base: Base, *, own_effect: bool) -> list[Cell]:
    """Every cohort in every period but the first, or in every period where all are measured from one.

    From `anticipation` periods before adoption on, a cohort is measured from the last period before that; earlier, with a varying
    base, from the period before.  Where everybody adopts, the last to do so are a comparison and no cohort of their own.
    """
    last = int(found.adopted.max()) if found.last else NEVER
    at_once = bool((found.adopted == last).all())
    cells = []
    for number, (group, leaving) in enumerate(zip(found.adopted.tolist(), found.left.tolist(), strict=True)):
        for period in range(0 if base == "universal" else 1, periods):
            long = base == "universal" or period >= group - anticipation
            start = group - anticipation - 1 if long else period - 1
            later = max(period, start) + anticipation
            why = (
                STANDS_FOR_NEVER
                if group == last and not at_once
                else LEFT
                if period >= leaving and not own_effect
                else NOBODY
                if later >= last or at_once
                else ""
            )
            cells.append(Cell(number, group, period, start, later, period >= leaving, why))
    return cells
