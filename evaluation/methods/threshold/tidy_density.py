"""Whether as many people stand just above a cut-off as just below it, on the columns of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from ...phrases import counted
from ...terms import Problem, Refused
from ..tables import Table, asked, columns_there
from .density import NEAR, ORDER, Step, counts_step, density_step
from .running import Running, heaping

if TYPE_CHECKING:
    from ...drawing import InANotebook
    from ...terms import Array

TIED = 0.2  # of the rows: with so many fewer distinct scores, a test of densities takes any heap for a step


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Density(Table):
    """How many more people there are just on the side of the offer than just on the other."""

    step: Step
    away: Array  # (n,)
    score: str
    cutoff: float
    counts: bool  # by counts of each score, since many tie

    @property
    def frame(self) -> pd.DataFrame:
        """The ratio of the two, with the test that it is 1."""
        return pd.DataFrame({"ratio": [self.step.ratio], "statistic": [self.step.statistic], "p": [self.step.p_value]})

    @property
    def note(self) -> str:
        """What was compared."""
        by = (
            f"Counts of each score within {NEAR} scores, since many tie"
            if self.counts
            else "Densities by local cubics (Cattaneo, Jansson and Ma 2020)"
        )
        return f"{by}. A ratio far from 1 says that some were helped over; one near it proves nothing."

    def plot(self) -> InANotebook:
        """How many people have each score, about the cut-off."""
        from . import plots

        return plots.density(self)


@asked()
def density(frame: pd.DataFrame, *, score: str, cutoff: float) -> Density:
    """Whether the density of scores steps at the cut-off; where scores tie, whether their counts do.  Above it lie those who score it or more."""
    columns_there(frame, {"score": score})
    away = frame[score].to_numpy(dtype=float) - cutoff
    distinct = [len(np.unique(away[side])) for side in (away >= 0, away < 0)]
    if min(distinct) <= ORDER + 1:
        raise Refused(
            Problem(f"column '{score}'", f"a side of {cutoff:g} has {counted(min(distinct), 'distinct score')}.", f"More than {ORDER + 1}.")
        )
    tied = sum(distinct) < (1 - TIED) * len(away)
    if not tied:
        return Density(density_step(away), away, score, cutoff, counts=False)
    running = Running(away, away + cutoff, np.zeros(len(away), dtype=np.int64), 1.0, heaping(away + cutoff))
    step = counts_step(running, np.ones(len(away), dtype=bool))
    if step is None:
        raise Refused(Problem(f"column '{score}'", "too few distinct scores about the cut-off to follow their counts."))
    return Density(step, away, score, cutoff, counts=True)
