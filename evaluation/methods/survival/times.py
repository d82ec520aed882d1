"""Who was at risk when, and what ended it: what every curve and regression in this room reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...phrases import counted
from ...terms import Problem, Refused

if TYPE_CHECKING:
    from ...terms import Array


@dataclass(frozen=True, slots=True, eq=False)
class Times:
    """Stretches of time at risk, (entry, stop], and what ended each; (n,) arrays.

    Time is in any unit, whole or not.  A row is at risk *after* its entry: one that enters at the time of an event is not at risk of
    it; and up to its stop, events at one time coming before whoever is censored at it.  Without an entry it is at risk from the start,
    of what happens at time 0 too.  One person may have several rows, one after the other; whose they are is told beside them.
    """

    stop: Array  # float or int
    cause: Array  # int: 0 censored, or the stretch goes on in another row; 1, 2, ... what happened
    entry: Array | None = None  # None: everybody from the start
    weights: Array | None = None  # float, above 0; None: all 1

    def __len__(self) -> int:
        return len(self.stop)

    @property
    def w(self) -> Array:
        """(n,) float: the weights, 1 where there are none."""
        return np.ones(len(self.stop)) if self.weights is None else self.weights

    def of(self, rows: Array) -> Times:
        """Some of the rows, by place or as (n,) bool."""
        return Times(self.stop[rows], self.cause[rows], *(None if part is None else part[rows] for part in (self.entry, self.weights)))


def checked(times: Times, where: str) -> Times:
    """The times themselves, once nothing in them is impossible; `where` says in words whose they are.

    Refuses, all at once and with counts: no row; arrays of other lengths; a stop, entry or weight that is missing or infinite; a
    stop before 0; an entry at or after its stop; a weight that is not above 0; a cause that is not 0, 1, 2, ...
    """
    n = len(times)
    if not n:
        raise Refused(Problem(where, "nobody was at risk: there is no row.", "A curve or a regression needs people at risk."))
    parts = {"cause": times.cause, "entry": times.entry, "weight": times.weights}
    lengths = [f"{len(part):,} of '{name}'" for name, part in parts.items() if part is not None and len(part) != n]
    if lengths:
        raise Refused(Problem(where, f"{n:,} of 'stop' stand beside {' and '.join(lengths)}.", "Every row has one of each."))
    problems = list(_impossible(times, where))
    if problems:
        raise Refused(*problems)
    return times


def _impossible(times: Times, where: str) -> Iterator[Problem]:
    stop, cause = np.asarray(times.stop, dtype=float), np.asarray(times.cause)
    remedy = "Mend the records, or leave these rows out and say why."

    def problem(bad: Array, what: str, right: str) -> Iterator[Problem]:
        if bad.any():
            yield Problem(where, f"{counted(int(bad.sum()), 'row')} of {len(times):,} {what}.", right, remedy)

    yield from problem(~np.isfinite(stop), "have no time at which they end", "Every stretch at risk ends at a number.")
    yield from problem(stop < 0, "end before time 0", "Time at risk is 0 or more.")
    if times.entry is not None:
        entry = np.asarray(times.entry, dtype=float)
        yield from problem(~np.isfinite(entry), "have no time at which they begin", "Every stretch at risk begins at a number.")
        yield from problem(entry >= stop, "begin at or after their end", "A stretch at risk begins before it ends.")
    if times.weights is not None:
        weights = np.asarray(times.weights, dtype=float)
        yield from problem(~(np.isfinite(weights) & (weights > 0)), "have no weight above 0", "A row that is read weighs something.")
    if cause.dtype.kind == "f" and not np.isfinite(cause).all():
        yield from problem(~np.isfinite(cause), "do not say what ended them", "0 censored, or 1, 2, ... what happened.")
    else:
        yield from problem((cause < 0) | (cause != np.floor(cause)), "name no cause", "0 censored, or 1, 2, ... what happened.")
