"""What each row of a comparison adds to the errors of the two means that an effect is the difference of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from .clustering import MEANS

if TYPE_CHECKING:
    from ..terms import Array, Cohort, Comparison
    from .standing import Rows


@dataclass(frozen=True, slots=True, eq=False)
class Means:
    """What would have been, served and not, of the people whom the effect is about; (m,) arrays in the order of the rows.

    What a row adds to an error is a derivative times its weight: by how much the mean would move, were the row's weight to grow.
    """

    served: float
    compared: float
    of_served: Array  # what each row adds to the error of the mean of the served; adds to 0
    of_compared: Array
    stands: Array  # what each row stands for once those lost are stood for; 0 where lost
    least: float  # the smallest chance, in any group, of being followed to the end
    by_weight: tuple[Array, Array]  # of the two errors, what hangs on the rows' weights: all of it, unless others predict
    parameters: int = MEANS  # numbers estimated to tell them

    @property
    def effect(self) -> float:
        """The mean of the served less that of the compared."""
        return self.served - self.compared

    @property
    def influence(self) -> Array:
        """(m,) what each row adds to the effect's error."""
        return np.asarray(self.of_served - self.of_compared)


@dataclass(frozen=True, slots=True, eq=False)
class Errors:
    """What each row adds to the errors of the two means, with who hangs together; (k,) arrays.

    Those whose part is only in having taught the weights, and who are not compared themselves, are rows too.
    """

    of_served: Array
    of_compared: Array
    sets: Array | None  # int
    person: Array  # int
    together: Array  # int

    @property
    def influence(self) -> Array:
        """(k,) what each row adds to the effect's error."""
        return np.asarray(self.of_served - self.of_compared)


def errors(cohort: Cohort, comparison: Comparison, rows: Rows, means: Means) -> Errors:
    """The errors of two means, with the error that weights have because they were learnt from the same people.

    A weight w(b) hangs on numbers b that were estimated: with the mean's derivative by each weight, which is a row's part in its
    error over that weight, the chain rule gives the mean's derivative by b, and each row's part in the error of b adds that many
    times (the stacked estimating equations of Stefanski & Boos 2002, solved one after the other).
    """
    if comparison.learned is None:
        return Errors(means.of_served, means.of_compared, rows.sets, rows.person, rows.together)
    slopes, influence = comparison.learned.slopes, comparison.learned.influence
    everybody = comparison.kept | (influence != 0).any(axis=1)
    parts = []
    for own, weighed in zip((means.of_served, means.of_compared), means.by_weight, strict=True):
        whole = np.zeros(len(cohort))
        whole[rows.row] = own
        by_b = (slopes[rows.row] * (weighed / rows.weights)[:, None]).sum(axis=0)
        parts.append((whole + (influence * by_b).sum(axis=1))[everybody])
    together = cohort.person if comparison.clusters is None else comparison.clusters
    return Errors(parts[0], parts[1], None, cohort.person[everybody], together[everybody])
