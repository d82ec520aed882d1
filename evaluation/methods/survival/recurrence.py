"""By how much an event that comes again comes more often: the regressions of Andersen & Gill and of Prentice, Williams & Peterson.

"andersen_gill"  one rate for all marks of a person.  With a robust error it is the proportional means model of Lin, Wei, Yang &
                 Ying 2000 (LWYY): the ratio of how often it happens, however a person's marks hang together.
"total_time"     a baseline for the first, the second, ... mark, since the start (PWP): who has had k marks is compared with others
                 who have had k.  It conditions on what came after the start: a description, no effect of who was served.
"gap_time"       the same, since the mark before.

All are fits of `cox` on stretches; the error is by person, or a wider cluster, always.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...terms import Interval, Problem, Refused
from ..inference import Contrast
from . import cox
from .cox_robust import Correction
from .mean_number import recurring
from .stretches import Stretches, gaps

if TYPE_CHECKING:
    from ...terms import Array, AtRisk, EveryMark, Question
    from ..standing import Rows
    from .reading import Reading

Model = Literal["andersen_gill", "total_time", "gap_time"]
WHERE = "regression of marks that come again"
CORRECTED: dict[Correction, str] = {"none": "", "CR1": " CR1", "CR3": " CR3, a jackknife in one step"}


@dataclass(frozen=True, slots=True, eq=False)
class Recurrence:
    """Log rate ratios, or log hazard ratios of the first, second, ... mark, with their errors by cluster."""

    fitted: cox.Cox
    row: Array  # (r,) int: whose each row of the fit is
    cluster: Array  # (n,) int: which of n rows hang together
    correction: Correction

    @property
    def coef(self) -> Array:
        """(p,) logarithms of ratios, per unit of each column."""
        return self.fitted.coef

    @property
    def influence(self) -> Array:
        """(n, p) what each of the n rows adds to the errors."""
        return np.column_stack([np.bincount(self.row, weights=column, minlength=len(self.cluster)) for column in self.fitted.influence.T])

    @property
    def clusters(self) -> int:
        """How many hang together in themselves alone."""
        return len(np.unique(self.cluster[self.row]))

    def variance(self, correction: Correction | None = None) -> Array:
        """(p, p) the sandwich by cluster, corrected as asked at the fit, or here."""
        return self.fitted.variance(self.cluster[self.row], correction or self.correction)

    def ratio(self, name: str) -> tuple[float, Interval, float]:
        """exp(coefficient) of a column, its 95 % interval, and the two-sided p-value of no effect; t on clusters less one."""
        place = self.fitted.names.index(name)
        logged = Contrast(float(self.coef[place]), float(self.variance()[place, place]) ** 0.5, self.clusters - 1)
        interval = logged.interval(f"cluster-robust{CORRECTED[self.correction]}, t on {self.clusters - 1:,}")
        return float(np.exp(logged.effect)), Interval(float(np.exp(interval.low)), float(np.exp(interval.high)), interval.by), logged.p_value


def fit(
    X: Array,
    laid: Stretches,
    *,
    names: Sequence[str],
    model: Model = "andersen_gill",
    weights: Array | None = None,
    cluster: Array | None = None,
    most: int | None = None,
    correction: Correction = "CR3",
) -> Recurrence:
    """Fits one of the three on X (n, p), `names` its columns, one row for each of the n whose stretches are `laid`.

    `weights` (n,) above 0; `cluster` (n,) labels of who hangs together, else each row by itself; `most`: of the two that tell
    marks apart, marks from that one on share a baseline, for few people have a fifth.  `correction` of the variance for few
    clusters: "none" is R's coxph(cluster=), "CR1" G / (G - 1) times it, "CR3" leaves out one cluster after the other.
    Refuses what `cox.fit` refuses, and a single cluster.
    """
    own = np.arange(laid.n) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    if len(np.unique(own[laid.row])) < 2:
        raise Refused(Problem(WHERE, "all stretches are of one cluster.", "An error by cluster needs two, and is told well from about 40."))
    w = np.ones(laid.n) if weights is None else weights
    read = laid.one_by_one()
    read = gaps(read) if model == "gap_time" else read
    return Recurrence(cox.fit(X[read.row], read.times(w), names=names, strata=_baselines(read, model, most), where=WHERE), read.row, own, correction)


def rate_ratio(every: EveryMark, reading: Reading, rows: Rows, question: Question, off: AtRisk | None = None) -> tuple[float, Array] | None:
    """The log rate ratio of the served and the compared, and (m,) what each row adds to its error; None where there is none.

    Among those still alive: where a death, or another end, is more frequent in one arm, this is no ratio of mean numbers.
    """
    found = recurring(every, reading, rows, question, off)
    try:
        fitted = fit(rows.served[:, None].astype(float), found.laid, names=("served",), weights=rows.weights, cluster=rows.together)
    except Refused:
        return None
    return float(fitted.coef[0]), fitted.influence[:, 0]


def _baselines(read: Stretches, model: Model, most: int | None) -> Array | None:
    """Of which baseline each row is: the first mark's, the second's, ...; None: all are of one."""
    if model == "andersen_gill":
        return None
    return read.before if most is None else np.minimum(read.before, most - 1)
