"""How many whole periods of a panel a horizon holds, counted from adoption on."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ..phrases import counted
from ..records.days import horizon_end

if TYPE_CHECKING:
    from ..terms import Array, Horizon


def periods_within(edges: Array | Sequence[int], horizon: Horizon) -> int:
    """How many whole periods fit, from the first day of a period on, where they fit best; 0 where not even one does.

    `edges` (T + 1,) int are the first days of the periods, and the first day after the last.  Months and quarters are not all of one
    length: what fits once counts for every unit, so that all are followed for as many periods.
    """
    days = [int(edge) for edge in edges]
    return max(0, *(bisect_right(days, horizon_end(edge, horizon)) - 1 - first for first, edge in enumerate(days[:-1])))


def whole(edges: Array | Sequence[int], horizon: Horizon) -> bool:
    """Whether the horizon ends where a period does, from whichever period a unit adopts that is followed so far; False where none is."""
    days = [int(edge) for edge in edges]
    ends = [end for end in (horizon_end(edge, horizon) for edge in days[:-1]) if end <= days[-1]]
    return bool(ends) and set(ends) <= set(days)


def follows(edges: Array | Sequence[int], horizon: Horizon) -> bool:
    """Whether the panel reaches to the end of the horizon from the first day of its first period."""
    return horizon_end(int(edges[0]), horizon) <= int(edges[-1])


def misfit(edges: Array | Sequence[int], horizon: Horizon, panel: str) -> tuple[str, str, str] | None:
    """Why no panel of these periods can tell an effect over the horizon: what is found, what is right, what to do; None where one can.

    `panel` says how many periods those are.
    """
    if not follows(edges, horizon):
        return f"{horizon} is longer than the {panel} of the panel.", "", "Ask about a shorter horizon, or extend `between`."
    if not whole(edges, horizon):
        found = f"{horizon} ends within a period: {counted(periods_within(edges, horizon), 'whole period')} would be told."
        return found, "The effect is told by period.", "Ask about a horizon of whole periods, or cut shorter `periods`."
    return None
