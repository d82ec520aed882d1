"""How two arms of a comparison differ in numbers that are made of their rows, with the error that the comparison itself has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import nan, sqrt
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.sums import effective_number
from ..methods.columns import expanded
from ..methods.influence import Means, errors
from ..methods.spread import contrast, ways, worth
from ..methods.standing import Rows, histories, standing
from ..terms import Matching

if TYPE_CHECKING:
    from ..methods.inference import Contrast
    from ..terms import Array, Cohort, Comparison, Question


AS_IT_STANDS = ("difference", "before_after")  # estimators that adjust for nothing beyond the comparison itself
TOLD_BY_OTHERS = 1e-9  # of the weight: less is left of who was served once the columns are known


@dataclass(frozen=True, slots=True, eq=False)
class Arms:
    """A comparison as an alarm reads it: of one whose history was imputed, the first of its completed histories."""

    cohort: Cohort
    comparison: Comparison
    rows: Rows
    question: Question

    @classmethod
    def of(cls, cohort: Cohort, comparison: Comparison, question: Question) -> Arms:
        """The rows that stand in a comparison."""
        cohort, comparison = histories(cohort, comparison)[0]
        return cls(cohort, comparison, standing(cohort, comparison), question)

    def apart(self, values: Array) -> Contrast:
        """The weighted mean of `values` (m,) of the served less that of the compared."""
        return self._told(*mean_of(values, self._weights(served=True)), *mean_of(values, self._weights(served=False)))

    def apart_if_alike(self, values: Array, columns: Array | None = None) -> Contrast:
        """The same, with an error no smaller than if people of both arms varied alike, as they do where nothing sets the arms apart.

        Of what is rare an arm of few may have none, and then shows no luck of its own.  With `columns` (m, k), what is left of the difference
        once a regression on them, with one slope for both arms, has taken its part; its error takes the columns as given.
        """
        if columns is None:
            mean = np.where(self.rows.served, *(mean_of(values, self._weights(served=arm))[0] for arm in (True, False)))
            found, left = self.apart(values), values - mean
        else:
            found, left = self._adjusted(values, columns)
        variances, worth = zip(*(self._varies(left, served=arm) for arm in (True, False)), strict=True)
        return replace(found, std_error=found.std_error * max(1.0, if_alike(variances, worth)))

    def adjusted_for(self) -> Array | None:
        """The columns (m, k) that the question's regression adjusts for; None where its answer is a difference as it stands."""
        question = self.question
        if question.estimator in AS_IT_STANDS and question.adjust == "nothing":
            return None
        columns = expanded(self.cohort.history, question.compare or Matching())
        return np.column_stack([column[self.rows.row] for column in columns.values()]) if columns else None

    def with_some(self, some: Array, *, alone: bool = False) -> float:
        """How many have some of what is told, `some` (m,) a number a row: in the arm worth fewer people, by whichever arm has more of it.

        Of the served by themselves where they stand `alone`.
        """
        arms = (True,) if alone else (True, False)
        worth = [self._varies(some, served=arm)[1] for arm in arms]
        return min(worth) * max(mean_of(some, self._weights(served=arm))[0] for arm in arms)

    def alone(self, values: Array) -> Contrast:
        """The weighted mean of `values` (m,) of the served by themselves."""
        return self._told(*mean_of(values, self._weights(served=True)), 0.0, np.zeros(len(values)))

    def ratios_apart(self, prone: Array, free: Array) -> Contrast:
        """By how much the log of the ratio of two counts, each (m,), is larger among the served than among the compared."""
        served, compared = (log_ratio(prone, free, self._weights(served=arm)) for arm in (True, False))
        return self._told(*served, *compared)

    def rates_apart(self, counts: Array) -> Contrast:
        """The log of the ratio of the served's mean count to the compared's."""
        ones = np.ones(len(counts))
        return self.ratios_apart(counts, ones)

    def _adjusted(self, values: Array, columns: Array) -> tuple[Contrast, Array]:
        """The coefficient of being served in a weighted regression of `values` on it and on the columns, and (m,) what is left of them."""
        root = np.sqrt(self.rows.weights)
        others = np.column_stack([np.ones(len(values)), columns / np.maximum(np.abs(columns).max(axis=0), 1e-300)])
        served = self.rows.served.astype(float)
        own, part = (each - others @ np.linalg.lstsq(others * root[:, None], each * root, rcond=None)[0] for each in (served, values))
        pull = self.rows.weights * own
        told = float(pull @ own)
        if told <= TOLD_BY_OTHERS * float(self.rows.weights.sum()):  # the columns say who was served
            return self._told(nan, np.zeros(len(values)), 0.0, np.zeros(len(values))), part
        effect = float(pull @ part) / told
        left = part - effect * own
        each = pull * left / told
        return self._told(effect, np.where(self.rows.served, each, 0.0), 0.0, np.where(self.rows.served, 0.0, -each)), left

    def _varies(self, values: Array, *, served: bool) -> tuple[float, float]:
        """The variance of `values` (m,) in an arm, and how many people of equal weight the arm is worth."""
        weights, there = self._weights(served=served), self.rows.served == served
        mean = mean_of(values, weights)[0]
        return float(weights @ (values - mean) ** 2 / weights.sum()), effective_number(weights[there], self.rows.person[there])

    def _weights(self, *, served: bool) -> Array:
        return np.where(self.rows.served == served, self.rows.weights, 0.0)

    def _told(self, served: float, of_served: Array, compared: float, of_compared: Array) -> Contrast:
        means = Means(served, compared, of_served, of_compared, self.rows.weights, 1.0, (of_served, of_compared))
        own = errors(self.cohort, self.comparison, self.rows, means)
        return contrast(means.effect, own.influence, ways(own, self.rows, "robust"), worth(self.rows, means, "robust"), means.parameters)


def if_alike(variances: Sequence[float], worth: Sequence[float]) -> float:
    """How many times as large the error of a difference of two means would be, did people of both arms vary alike; 1 where nobody varies.

    By arm the variance of one person, and how many people of equal weight it is worth.
    """
    own = sum(each / n for each, n in zip(variances, worth, strict=True))
    together = sum(each * n for each, n in zip(variances, worth, strict=True)) / sum(worth) * sum(1 / n for n in worth)
    return sqrt(together / own) if own > 0 else 1.0


def mean_of(values: Array, weights: Array) -> tuple[float, Array]:
    """A weighted mean, and what each row adds to its error; (m,) arrays."""
    mean = float(weights @ values / weights.sum())
    return mean, weights * (values - mean) / weights.sum()


def log_ratio(prone: Array, free: Array, weights: Array) -> tuple[float, Array]:
    """The log of the ratio of two weighted sums, each moved by half a line so that none is 0, and what each row adds to its error."""
    half = 0.5 * float(weights.sum()) / max(int((weights > 0).sum()), 1)
    one, other = float(weights @ prone) + half, float(weights @ free) + half
    return float(np.log(one / other)), weights * (prone / one - free / other)
