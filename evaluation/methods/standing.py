"""Who stands in a comparison, row by row: what every method reads that is handed one, whoever made it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.likeness import filled

if TYPE_CHECKING:
    from ..terms import Array, Cohort, Comparison, EstimandName


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """Who stands in a comparison; (m,) arrays, in long form where one row of the cohort stands in several sets."""

    row: Array  # int: places in the cohort
    served: Array  # bool
    person: Array  # int
    sets: Array | None  # int; None where people are weighed, and nobody is set beside anybody
    together: Array  # int: who shares luck
    weights: Array  # float, above 0
    score: Array | None  # float
    history: Mapping[str, Array]  # each (m,) float, complete
    codes: frozenset[str] = frozenset()  # columns of `history` that are codes of a category: 1 or 0

    def of(self, rows: Array) -> Rows:
        """Some of the rows, by place or as (m,) bool."""
        sets, score = (None if part is None else part[rows] for part in (self.sets, self.score))
        history = {name: column[rows] for name, column in self.history.items()}
        own = self.row[rows], self.served[rows], self.person[rows], sets, self.together[rows], self.weights[rows]
        return Rows(*own, score, history, self.codes)


def histories(cohort: Cohort, comparison: Comparison) -> list[tuple[Cohort, Comparison]]:
    """The comparison with its cohort or, where values were imputed, each one with the cohort whose history is the completed one."""
    each = comparison.imputed or (comparison,)
    return [(cohort if one.history is None else replace(cohort, history=one.history), one) for one in each]


def standing(cohort: Cohort, comparison: Comparison) -> Rows:
    """The rows of a comparison: each place of it where a row has several, else each row that is kept; of one of `histories`."""
    places = comparison.places
    row = np.flatnonzero(comparison.kept) if places is None else places.row
    sets = None if comparison.sets is None else comparison.sets[row]
    together = cohort.person if comparison.clusters is None else comparison.clusters
    return Rows(
        row,
        cohort.served[row],
        cohort.person[row],
        sets if places is None else places.set,
        together[row],
        comparison.weights[row] if places is None else places.weight,
        None if comparison.score is None else comparison.score[row],
        filled({name: column[row] for name, column in cohort.history.items()}),
    )


def whom(rows: Rows, estimand: EstimandName) -> Array:
    """(m,) how much each row counts when predictions are averaged over whom the effect is about.

    Everybody kept counts once for the effect on everybody, whatever they weigh: so the answer is right where the regression is,
    though the weights be not.
    """
    if estimand == "average_effect":
        return np.ones(len(rows.row))
    arm = {"effect_on_the_served": rows.served, "effect_on_the_compared": ~rows.served}.get(estimand)
    return rows.weights if arm is None else np.where(arm, rows.weights, 0.0)
