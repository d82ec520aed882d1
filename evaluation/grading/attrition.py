"""Attrition as records show it, held to the boundary of the What Works Clearinghouse.

Lost is whoever was assigned and is not followed to the end: moved out of the county, left what the records cover, or of unknown
whereabouts.  Somebody whose records were never linked is not among them and passes for somebody to whom nothing happened: the
share linked in each arm is another condition, and fails by itself.
"""

from __future__ import annotations

import csv
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Literal

from ..terms import Diagnostic

Assumption = Literal["cautious", "optimistic"]
ATTRITION = ("overall, per cent", "served, per cent", "compared, per cent")  # what the condition of that name tells


@cache
def boundary(assumption: Assumption) -> tuple[tuple[float, float], ...]:
    """The rows of the published table, rising in overall attrition: in per cent, and the largest difference in percentage points."""
    text = (files(__package__) / "rules" / "wwc_attrition.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(line for line in text.splitlines() if not line.startswith("#"))
    return tuple((float(row["overall"]), float(row[assumption])) for row in rows if row[assumption])


def allowed(overall: float, assumption: Assumption = "cautious") -> float | None:
    """The largest difference between the arms at so much overall attrition, linear between rows; None beyond the table, where none is."""
    rows = boundary(assumption)
    if not rows[0][0] <= overall <= rows[-1][0]:
        return None
    at = bisect_right(rows, (overall, float("inf"))) - 1
    if at == len(rows) - 1:
        return rows[-1][1]
    (low, first), (high, second) = rows[at], rows[at + 1]
    return first + (second - first) * (overall - low) / (high - low)


def is_low(lost: tuple[float, float], assumption: Assumption = "cautious") -> bool:
    """Whether attrition, (overall, difference between the arms) in per cent, lies within the boundary."""
    limit = allowed(lost[0], assumption)
    return limit is not None and lost[1] <= limit


def attrition_of(conditions: Iterable[Diagnostic]) -> tuple[float, float] | None:
    """Overall attrition and the difference between the arms, in per cent; None where no condition tells.

    By `attrition`, or by `losses` where people are followed until they are lost; who was served later and is followed no longer is
    no loss of the programme's making, and not counted.
    """
    named: dict[str, Diagnostic] = {}
    for one in conditions:
        named.setdefault(one.name, one)  # the answer's own stand before those of challenges
    told = named["attrition"].detail if "attrition" in named else {}
    if {*ATTRITION} <= told.keys():
        overall, served, compared = (told[each] for each in ATTRITION)
        return overall, abs(served - compared)
    losses = named.get("losses")
    if losses is None or not (losses.detail or losses.behind):
        return None
    shares, people = [], []
    for arm in ("served", "compared"):
        lost = losses.detail.get(f"{arm}, lost", 0.0) - losses.detail.get(f"{arm}, served", 0.0)
        shares.append(100 * max(0.0, lost))
        people.append(sum(losses.behind.get(f"{arm}, lost", (1,))))
    overall = sum(share * n for share, n in zip(shares, people, strict=True)) / sum(people)
    return overall, abs(shares[0] - shares[1])
