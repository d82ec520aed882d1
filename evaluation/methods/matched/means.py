"""The means of the two arms as they are weighted, whoever is lost stood for by those followed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from ..influence import Means
from ..standing import Rows
from .reading import Reading, leaving_groups, mean_of

if TYPE_CHECKING:
    from ...terms import Array


def difference(reading: Reading, rows: Rows) -> Means:
    """The weighted means of the two arms, whoever is lost stood for by those who were as likely to be, and were followed.

    As `censoring.reweighted`; the weights are taken as given (see `learned`).
    """
    groups = leaving_groups(reading, rows)
    parts, stands = [np.zeros(len(rows.row)) for _ in range(2)], np.zeros(len(rows.row))
    found = []
    for part, there in zip(parts, (rows.served, ~rows.served), strict=True):
        mean = mean_of(reading.y, reading, rows, groups, there)
        part[there], stands[there] = mean.influence, mean.weights
        found.append(mean)
    least = min(mean.least for mean in found)
    return Means(found[0].mean, found[1].mean, parts[0], parts[1], stands, least, (parts[0], parts[1]))


def weighing(rows: Rows, times: Array) -> Rows:
    """The rows with their weights so many times, `times` (m,); those with none are left out."""
    kept = times > 0
    some = rows.of(kept)
    return replace(some, weights=some.weights * times[kept])
