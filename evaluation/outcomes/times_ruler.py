"""The Ruler over first marks whose days are known already: a lab's own frame, a landmark, a caseload on the day of a census."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from ..phrases import listed
from ..terms import Amounts, AtRisk, Ends, EveryMark, Horizon, Marks, Outcome, Problem, Rates, Refused, States
from .ruler import besides_death, window_days

if TYPE_CHECKING:
    from ..terms import Array

UNSEEN = ("served", "moved", "records end")  # of `Marks.why`: what ends a clock and tells nothing of what came later


@dataclass(frozen=True, slots=True, eq=False)
class TimesRuler:
    """A Ruler over rows that each hold what ended them first, and when; (n,) arrays, by any horizon that somebody was followed to.

    What the definition names as competing ends a clock whether a question names it or not: nothing was seen beyond it.
    """

    outcome: Outcome
    day: Array  # int: the day of what ended the clock, or the last day seen
    why: Array  # str: mark, death, competing, served, moved or records end
    cause: Array  # str: the kind of the mark, or of what competed; empty for the others
    entry: Array | None = None  # int: the day after which a row is watched, -1 from the start on; None: all from the start on
    starts: Array | None = None  # int: the day of each start, by which months go; None: they are taken at their mean length
    digest: str = ""  # of everything that was read

    @property
    def dated(self) -> bool:
        """Every row has its day."""
        return True

    def window(self, horizon: Horizon) -> Array:
        return window_days(horizon, self.starts, len(self.day))

    def entries(self) -> Array | None:
        return None if self.entry is None else self.entry.copy()

    def marks(self, horizon: Horizon, competing: Sequence[str] = ()) -> Marks:
        unknown = [kind for kind in besides_death(competing) if kind not in self.outcome.competing]
        if unknown:
            found = f"{listed(unknown)} would end a clock, and no row says that it did."
            raise Refused(Problem(self._where(), found, f"What competes is {listed(self.outcome.competing)}.", "Leave it out."))
        until = self._followed(horizon)
        lost = np.isin(self.why, UNSEEN)
        reached = (self.day >= until) | (lost & (self.day == until - 1))  # who is seen through the last day has reached the horizon
        why = np.where(reached, "horizon", self.why)
        cause, none = np.where(reached, "", self.cause), np.zeros(len(self.day), dtype=bool)
        return Marks(np.where(reached, until - 1, self.day), why, ~(lost & ~reached), none, cause)

    def at_risk(self, horizon: Horizon) -> AtRisk:
        last = np.minimum(self.day, self._followed(horizon) - 1)
        entered = np.zeros(len(last), dtype=np.int64) if self.entry is None else np.minimum(self.entry, last) + 1
        late = np.flatnonzero(entered)
        return AtRisk(last + 1 - entered, late, np.zeros(len(late), dtype=np.int64), entered[late])

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        self._first_alone("an amount")

    def every_mark(self, horizon: Horizon, competing: Sequence[str] = ()) -> EveryMark:
        self._first_alone("every mark")

    def ends(self, horizon: Horizon) -> Ends:
        self._first_alone("the end of every clock")

    def state(self, horizon: Horizon) -> States:
        self._first_alone("a state")

    def by_period(self, edges: Sequence[int]) -> Amounts:
        self._first_alone("a path by period")

    def rate(self, horizon: Horizon) -> Rates:
        self._first_alone("a rate")

    def _followed(self, horizon: Horizon) -> Array:
        """(n,) how many days each clock runs; refuses a horizon that nobody was followed to."""
        until = self.window(horizon)
        longest = int(self.day.max()) + 1
        if int(until.max()) > longest:
            found = f"{horizon} were asked about, and nobody was followed for more than {longest:,} days."
            raise Refused(Problem(self._where(), found, remedy=f"Ask about {longest:,} days at most."))
        return until

    def _first_alone(self, what: str) -> NoReturn:
        raise Refused(Problem(self._where(), f"{what} was asked of rows that hold the day of the first mark, and nothing else."))

    def _where(self) -> str:
        return f"outcome '{self.outcome.name}'"


def last_days(marks: Marks) -> tuple[Array, Array]:
    """(n,) the day and (n,) the reason of each clock's end as this ruler holds them: one that ran to its horizon was seen no further."""
    return marks.day.astype(np.int64), np.where(marks.why == "horizon", "records end", marks.why)


def digest_of(read: Mapping[str, Array | None]) -> str:
    """A sha256 of columns (n,) of numbers or words, so that a finding can name its data; what is None was not read."""
    whole = sha256()
    for name, column in read.items():
        if column is not None:
            whole.update(f"{name}\n{len(column)}\n".encode())
            words = column.dtype.kind == "U"
            whole.update("\n".join(column).encode() if words else np.ascontiguousarray(column, dtype="<f8").tobytes())
    return whole.hexdigest()
