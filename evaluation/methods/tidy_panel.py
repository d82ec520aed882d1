"""A researcher's frame of units and periods, as the kernels of this floor read it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pandas as pd

from ..cohort import FramePanelOutcome, panel_from_frame

if TYPE_CHECKING:
    from ..terms import Array, Calendar, Panel

Gaps = Literal["refuse", "keep"]


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """n units by T periods."""

    panel: Panel
    value: Array  # (n, T): NaN where a unit was not watched
    covariates: Array | None  # (n, p)
    periods: tuple[Any, ...]  # (T,) as the frame calls them where they are numbers, else as the calendar does
    unit: str
    period: str
    outcome: str
    cluster: str

    @property
    def clusters(self) -> Array:
        """(n,) int: who shares luck; each unit its own where nothing says so."""
        return np.arange(len(self.value)) if self.panel.clusters is None else self.panel.clusters

    @property
    def numbers(self) -> Array:
        """(T,) float: the periods, on an axis."""
        numeric = all(isinstance(one, (int, float)) for one in self.periods)
        return np.array(self.periods if numeric else range(len(self.periods)), dtype=float)


def read(
    frame: pd.DataFrame,
    *,
    unit: str,
    period: str,
    outcome: str,
    adopted: str,
    each: Calendar | int = "year",
    covariates: Sequence[str] = (),
    weight: str | None = None,
    cluster: str | None = None,
    gaps: Gaps = "refuse",
) -> Read:
    """A frame with one row for each unit and period; every name is a column, and `adopted` the first period under the programme.

    A missing value of `adopted`, an infinite one and 0 stand for never.  Refuses, all at once, what is no such panel: columns that are
    not there, rows that repeat a unit and period and, unless gaps = "keep", periods that a unit lacks.
    """
    words = {"en": outcome}
    panel, ruler = panel_from_frame(
        frame,
        unit=unit,
        period=period,
        each=each,
        outcome=FramePanelOutcome(outcome, "more", words, words),
        adopted=adopted,
        gaps=gaps,
        weight=weight,
        cluster=cluster,
        covariates=tuple(covariates),
    )
    columns = np.column_stack([panel.history[name] for name in covariates]) if covariates else None
    own = np.unique(frame[period].to_numpy())
    whole = len(own) == len(panel.labels) and np.issubdtype(own.dtype, np.number)
    periods = tuple(int(one) for one in own) if whole else panel.labels
    return Read(panel, ruler.value, columns, periods, unit, period, outcome, cluster or unit)
