"""How two arms of a comparison differ in numbers that are made of their rows, with the error that the comparison itself has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..methods.influence import Means, errors
from ..methods.spread import contrast, ways, worth
from ..methods.standing import Rows, histories, standing

if TYPE_CHECKING:
    from ..methods.inference import Contrast
    from ..terms import Array, Cohort, Comparison, Question


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

    def _weights(self, *, served: bool) -> Array:
        return np.where(self.rows.served == served, self.rows.weights, 0.0)

    def _told(self, served: float, of_served: Array, compared: float, of_compared: Array) -> Contrast:
        means = Means(served, compared, of_served, of_compared, self.rows.weights, 1.0, (of_served, of_compared))
        own = errors(self.cohort, self.comparison, self.rows, means)
        return contrast(means.effect, own.influence, ways(own, self.rows, "robust"), worth(self.rows, means, "robust"), means.parameters)


def mean_of(values: Array, weights: Array) -> tuple[float, Array]:
    """A weighted mean, and what each row adds to its error; (m,) arrays."""
    mean = float(weights @ values / weights.sum())
    return mean, weights * (values - mean) / weights.sum()


def log_ratio(prone: Array, free: Array, weights: Array) -> tuple[float, Array]:
    """The log of the ratio of two weighted sums, each moved by half a line so that none is 0, and what each row adds to its error."""
    half = 0.5 * float(weights.sum()) / max(int((weights > 0).sum()), 1)
    one, other = float(weights @ prone) + half, float(weights @ free) + half
    return float(np.log(one / other)), weights * (prone / one - free / other)
