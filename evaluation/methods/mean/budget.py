"""What a programme does to budgets year by year, as people come to be served: pure arithmetic on effects per person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from ...terms import Array


def impact(per_person: Array, caseload: Array) -> Array:
    """(k, Y) dollars of k budgets in each of Y years, from (k, T) dollars per person by year since a start, and (Y,) people who start each year.

    A person who starts in year s changes what is spent in year s + t by what year t since a start changes; years past the last count
    nothing.  Dollars are of one year and are not discounted: a budget is of the year in which it is spent (Sullivan and others 2014).
    """
    k, T = per_person.shape
    found = np.zeros((k, len(caseload)))
    for since in range(min(T, len(caseload))):
        found[:, since:] += per_person[:, since : since + 1] * caseload[: len(caseload) - since]
    return found
