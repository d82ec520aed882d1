"""What the periods of a panel are called."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ..terms import Array

NAMES = (("month", 28, 31), ("quarter", 90, 92), ("year", 365, 366))  # with the fewest and the most days of one
DAYS_A_YEAR = 365.25


def period_name(edges: Array) -> str:
    """`month`, `quarter`, `year` or, of any other length, `28 days` (their mean, where they differ); `edges` (T + 1,) int as a panel has them."""
    days = np.diff(edges)
    for name, fewest, most in NAMES:
        if fewest <= days.min() and days.max() <= most:
            return name
    length = round(float(days.mean()))
    return f"{length:,} day{'' if length == 1 else 's'}"


def periods_a_year(edges: Array) -> float:
    """How many periods make a year, on average over the panel: 4.0 of quarters."""
    exact = {"month": 12.0, "quarter": 4.0, "year": 1.0}
    return exact.get(period_name(edges), float(DAYS_A_YEAR * (len(edges) - 1) / (edges[-1] - edges[0])))
