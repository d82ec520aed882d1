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
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np

from ...terms import Refused
from . import cox
from .by_cluster import labelled, totals
from .cox_robust import Correction
from .mean_number import recurring
from .regressors import no_word
from .stretches import Stretches, gaps

if TYPE_CHECKING:
    from ...terms import Array, AtRisk, EveryMark, Question
    from ..standing import Rows
    from .reading import Reading

Model = Literal["andersen_gill", "total_time", "gap_time"]
WHERE = "regression of marks that come again"


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
        return totals(self.fitted.influence, self.row, len(self.cluster))

    def variance(self, correction: Correction | None = None) -> Array:
        """(p, p) the sandwich by cluster, corrected as asked at the fit, or here."""
        return self.fitted.variance(self.cluster[self.row], correction or self.correction)


def fit(
    X: Array,
    laid: Stretches,
    *,
    names: Sequence[str],
    model: Model = "andersen_gill",
    weights: Array | None = None,
    cluster: Array | None = None,
    correction: Correction = "CR3",
) -> Recurrence:
    """Fits one of the three on X (n, p), `names` its columns, one row for each of the n whose stretches are `laid`.

    `weights` (n,) above 0; `cluster` (n,) labels of who hangs together, else each row by itself.  `correction` of the variance for few
    clusters: "none" is R's coxph(cluster=), "CR1" G / (G - 1) times it, "CR3" leaves out one cluster after the other.
    Refuses what `cox.fit` refuses, a model of another name, and a single cluster.
    """
    if problems := [*no_word(model, get_args(Model), "a model of marks that come again", WHERE)]:
        raise Refused(*problems)
    own = np.arange(laid.n) if cluster is None else np.unique(cluster, return_inverse=True)[1]
    labelled(own[laid.row], where=WHERE)
    w = np.ones(laid.n) if weights is None else weights
    read = laid.one_by_one()
    read = gaps(read) if model == "gap_time" else read
    fitted = cox.fit(X[read.row], read.times(w), names=names, strata=None if model == "andersen_gill" else read.before, where=WHERE)
    return Recurrence(fitted, read.row, own, correction)


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
