"""Tiny counties written as text, so that a reader can check a rule by hand; they enter by the public door."""

from __future__ import annotations

from datetime import date

import pandas as pd

from evaluation.records import Records, connect
from evaluation.terms import Assigned, CohortPlan, Starts

YEARS = {
    "coverage": """
        source  first       last        lag_days  grain
        jail    2019-01-01  2021-12-31  0         day
    """
}


def rows(text: str) -> pd.DataFrame:
    """A table with its header, words apart by blanks; - is missing."""
    header, *lines = [line.split() for line in text.strip().splitlines()]
    return pd.DataFrame([[None if word == "-" else word for word in line] for line in lines], columns=header, dtype=object)


def county(**tables: str) -> Records:
    """Records that hold these tables; all rows come from one source, which covers 2019 to 2021 unless said otherwise."""
    frames = {name: rows(text) for name, text in (YEARS | tables).items()}
    for name, frame in frames.items():
        if name not in ("person", "family", "coverage") and "source" not in frame:
            frame["source"] = "jail"
    return connect(frames)


def plan(**parts: object) -> CohortPlan:
    """A lottery at the first release of 2020; `parts` are what a spec is about."""
    usual: dict[str, object] = {
        "starts": Starts(("release",)),
        "between": (date(2020, 1, 1), date(2020, 12, 31)),
        "clock": "eligibility",
        "assigned": Assigned("lot", "aid", "no_aid"),
    }
    return CohortPlan(**(usual | parts))  # type: ignore[arg-type]  # the parts that a spec is about
