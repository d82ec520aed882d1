"""How many whole periods of a panel a horizon holds, counted from adoption on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..records.days import horizon_end

if TYPE_CHECKING:
    from ..terms import Array, Horizon


def periods_within(edges: Array, horizon: Horizon) -> int:
    """How many whole periods fit, from the first day of a period on, where they fit best; 0 where not even one does.

    `edges` (T + 1,) int are the first days of the periods, and the first day after the last.  Months and quarters are not all of one
    length: what fits once counts for every unit, so that all are followed for as many periods.
    """
    fit = [int(np.searchsorted(edges, horizon_end(int(edge), horizon), side="right")) - 1 - first for first, edge in enumerate(edges[:-1])]
    return max(0, *fit)
