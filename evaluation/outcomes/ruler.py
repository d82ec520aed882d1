"""The Ruler: how one outcome is read off everybody's own clock, over any window that a method asks for.

Methods differ only in where they lay it.  What they read:

    amount      what a window adds up to, up to the last day seen; a day after a death is watched, and empty
    marks       the first mark on each clock, or what ended the clock before it.  On a tie: mark, death, what competes, own service,
                move, records' end; the horizon wins wherever it is reached.  Whatever is no event ends on the last day seen, inclusive
    every_mark  all the marks, and how far each clock was seen
    ends        how far each clock was seen, and what ended it, whatever is read along it
    state       where somebody is on the last day of the horizon; the day of a death still has a state, the days after have none
    at_risk     the days on which something could happen: without the spells that the definition takes off the clock
    by_period   amounts, or how many marks, between edges that may lie before the start
    rate        how many events, and the days that they are counted over

A mark is dated: an event or a cost line by its day, a spell by the day it starts.  Marks count from the definition's
`from_day`: on the days before it, from the start on, the order within the day is unknown.  No mark lies after a death.

Kinds of event may compete: after one, the outcome cannot happen, and the clock ends with it.  A mark on its day comes before it, for
what is told of a day must not depend on which of two lines was written first, and an outcome that was seen is never given up for an
end; so does a death, which ends every clock whatever else ends it.  It counts from the definition's `from_day` too: on a day before that it
may have come before the start, as a discharge to adoption does which starts a clock and is written down as an adoption
of the same day.  Who must not start with one is for the cohort's rules to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NoReturn, Protocol

import numpy as np

from ..phrases import listed
from ..records.days import horizon_end
from ..terms import Amounts, AtRisk, Ends, EveryMark, Horizon, Kind, Marks, Outcome, Problem, Rates, Refused, States

if TYPE_CHECKING:
    from ..terms import Array

_DAYS_A_MONTH = 365.25 / 12


class Ruler(Protocol):
    """Reads one outcome off everybody's clock; rows are in the order of the cohort."""

    @property
    def outcome(self) -> Outcome:
        """The definition that is read."""

    @property
    def dated(self) -> bool:
        """Whether the day of each mark is known."""

    def window(self, horizon: Horizon) -> Array:
        """How many days each clock runs to a horizon; (n,) int."""

    def entries(self) -> Array | None:
        """The day after which each clock is watched, -1 from its start on; (n,) int.  None: every clock from its start on."""

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        """What each clock adds up to from day `first` (0: the start; below 0: before it) to the horizon, exclusive; (n,)."""

    def marks(self, horizon: Horizon, competing: Sequence[str] = ()) -> Marks:
        """The first mark on each clock from the outcome's `from_day` to the horizon, exclusive; (n,).

        `competing` names kinds of event that end a clock too: `why` is then "competing", `day` the event's, and `cause` its kind, of
        several on one day the first by the alphabet.  A death always ends one, named or not.
        """

    def every_mark(self, horizon: Horizon, competing: Sequence[str] = ()) -> EveryMark:
        """All the marks on each clock from the outcome's `from_day` to the horizon, exclusive; (m,), and (n,) for its end.

        None lies after a day of one of the kinds `competing`, which is then the last day seen.
        """

    def ends(self, horizon: Horizon) -> Ends:
        """How far each clock was seen up to the horizon, exclusive, and what ended it there; (n,)."""

    def state(self, horizon: Horizon) -> States:
        """Where everybody is on the last day of the horizon; (n,)."""

    def at_risk(self, horizon: Horizon) -> AtRisk:
        """The days at risk from the start to the horizon, the day of death, or the last day seen; (n,), and (m,) stretches without risk."""

    def by_period(self, edges: Sequence[int]) -> Amounts:
        """Amounts, or counts of marks, over the days [edge, next edge) of each clock; (n, periods).

        Edges rise, and may lie before the start: those days are taken as watched, which a cohort's look-back sees to.
        Marks on the days from the start to `from_day` are in no count, though their days are among the days seen.
        """

    def rate(self, horizon: Horizon) -> Rates:
        """How many events from `from_day` to the horizon, and over how many days from the start on; (n,)."""


@dataclass(frozen=True, slots=True, eq=False)
class FrameRuler:
    """A Ruler over an outcome that a lab has measured already: one value a row, over one horizon, taken on trust."""

    outcome: Outcome
    horizon: Horizon
    values: Array  # (n,) float: 1 or 0 for a mark by the horizon or a state on its last day, or the amount over it
    window_days: Array  # (n,) int
    digest: str = ""  # of everything that was read from the frame

    @property
    def dated(self) -> bool:
        """A column that says whether says not when."""
        return False

    def window(self, horizon: Horizon) -> Array:
        self._same(horizon)
        return self.window_days.copy()

    def entries(self) -> None:
        """Nobody is known to have come late."""

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        of_kind(self.outcome, "amount")
        self._same(horizon)
        if first not in (0, self.outcome.from_day):
            found = f"a window from day {first} was asked of a column that holds one amount."
            raise Refused(Problem(f"outcome '{self.outcome.name}'", found, "Its window starts on day 0."))
        return Amounts(self.values.copy(), self.window_days.copy(), self.window_days.copy())

    def marks(self, horizon: Horizon, competing: Sequence[str] = ()) -> Marks:
        of_kind(self.outcome, "mark")
        self._same(horizon)
        if kinds := besides_death(competing):
            found = f"{listed(kinds)} would end a clock, and the column says of nobody that it did."
            remedy = "Give the frame a column of days and one of what ended them (`FrameTimes`)."
            raise Refused(Problem(f"outcome '{self.outcome.name}'", found, remedy=remedy))
        # the column says whether, not when, nor which of several kinds: every clock runs to its last day
        n, marked = len(self.values), self.values == 1
        why, cause = np.where(marked, "mark", "horizon"), np.where(marked, "/".join(self.outcome.kinds), "")
        return Marks(self.window_days - 1, why, np.ones(n, dtype=bool), np.zeros(n, dtype=bool), cause)

    def every_mark(self, horizon: Horizon, competing: Sequence[str] = ()) -> EveryMark:
        self._undated("every mark and its day were")

    def ends(self, horizon: Horizon) -> Ends:
        self._same(horizon)
        return Ends(self.window_days - 1, np.full(len(self.values), "horizon"))

    def state(self, horizon: Horizon) -> States:
        of_kind(self.outcome, "state")
        self._same(horizon)
        inside = self.values == 1
        return States(np.where(inside, "/".join(self.outcome.kinds), "none"), inside, np.ones(len(inside), dtype=bool))

    def at_risk(self, horizon: Horizon) -> AtRisk:
        self._undated("the days at risk were")

    def by_period(self, edges: Sequence[int]) -> Amounts:
        self._undated("a path by period was")

    def rate(self, horizon: Horizon) -> Rates:
        self._undated("a rate and its days were")

    def _same(self, horizon: Horizon) -> None:
        if horizon != self.horizon:
            raise Refused(
                Problem(
                    f"outcome '{self.outcome.name}'",
                    f"{horizon} were asked of a column that holds {self.horizon}.",
                    remedy=f"Ask about {self.horizon}, or give the frame a column over {horizon}.",
                )
            )

    def _undated(self, what: str) -> NoReturn:
        found = f"{what} asked of a column that holds one value a row, and no day."
        raise Refused(Problem(f"outcome '{self.outcome.name}'", found, remedy="Open the records themselves, with a design file."))


def window_days(horizon: Horizon, starts: Array | None, n: int) -> Array:
    """(n,) how many days each clock runs; months from an unknown day are taken at their mean length."""
    if horizon.months is None:
        return np.full(n, horizon.days)
    if starts is None:
        return np.full(n, round(horizon.months * _DAYS_A_MONTH))
    return np.array([horizon_end(int(day), horizon) - int(day) for day in starts], dtype=np.int64)


def of_kind(outcome: Outcome, *asked: Kind) -> None:
    """Refuses to read an outcome as one of another kind."""
    if outcome.kind not in asked:
        raise Refused(
            Problem(
                f"outcome '{outcome.name}'",
                f"'{asked[0]}' was asked of it, and it is of kind '{outcome.kind}'.",
                remedy=f"Use a method that reads outcomes of kind '{outcome.kind}'.",
            )
        )


def besides_death(competing: Sequence[str]) -> list[str]:
    """The kinds of event that compete, each once and by the alphabet; a death is read of every clock, and is no event."""
    return sorted({kind for kind in competing if kind != "death"})


def rising(edges: Sequence[int], outcome: Outcome) -> None:
    """Refuses edges that bound no period, or a period of no days."""
    if len(edges) < 2 or any(high <= low for low, high in pairwise(edges)):
        found = f"the edges {', '.join(map(str, edges))} do not bound periods." if edges else "no edges of periods were given."
        raise Refused(Problem(f"outcome '{outcome.name}'", found, "Edges are two or more days since the start, each later than the one before."))
