"""The weighted mean of each arm, whoever was lost stood for by those still followed, month by month.

Partitioned estimator of Bang & Tsiatis 2000 with inverse-probability-of-censoring weights: what a row came to in a month counts
w / G(T-), its weight in the comparison over the chance of being followed up to the day T on which that was known.  G(T-) is taken
before the losses of the day T, for whoever was lost on a day was seen through it; some packages take G(T), after them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from ..influence import Means
from .leaving import Leaving, leaving
from .reading import Reading, where

if TYPE_CHECKING:
    from ...terms import Array, Question
    from ..standing import Rows

LEAST_CHANCE = 1e-3  # of having been followed: with less, and
LARGEST_SHARE = 0.1  # of an arm on one row, the answer would be that of one person
UNREAD = 300.0  # a cumulative hazard beyond which no weight is held
TENTH = 0.1  # of an arm, those least likely to be followed


@dataclass(frozen=True, slots=True, eq=False)
class Mean:
    """The mean of an arm of n rows, with what each adds to its error."""

    mean: float
    influence: Array  # (n,): adds to 0


@dataclass(frozen=True, slots=True, eq=False)
class Standing:
    """What each of the n rows of an arm stands for in each of K periods once those lost are stood for."""

    reading: Reading
    leaving: Leaving
    stands: Array  # (n, K): 0 where what a row came to is not known
    least: float  # the chance of being followed to the horizon of the tenth of the arm that was least likely to be

    @property
    def at_the_end(self) -> Array:
        """(n,) what each row stands for over the last period, which those alone have who were followed to the end."""
        return np.asarray(self.stands[:, -1])

    def mean(self, parts: Array) -> Mean:
        """The sum of the K weighted means (Hajek) of `parts` (n, K); the influence counts that the chances were estimated."""
        totals = self.stands.sum(axis=0)
        Y = np.where(self.stands > 0, parts, 0.0)
        means = (self.stands * Y).sum(axis=0) / totals
        own = self.stands * (Y - means) / totals
        return Mean(float(means.sum()), own.sum(axis=1) + self.leaving.pull(own, self.reading.known_on))

    def total(self, y: Array) -> Mean:
        """The weighted mean of y (n,), known of those alone who were followed to the end: the simple estimator of Bang & Tsiatis 2000."""
        s = self.at_the_end
        Y = np.where(s > 0, y, 0.0)
        mean = float((s * Y).sum() / s.sum())
        own = s * (Y - mean) / s.sum()
        return Mean(mean, own + self.leaving.pull(own, self.reading.known_on[:, -1]))


def standing_for(reading: Reading, rows: Rows, question: Question) -> Standing:
    """What each row of an arm stands for.  Refuses an arm with nobody followed to the end, and one where one row would be a tenth of all."""
    counts = reading.known
    if not counts[:, -1].any():
        found = "nobody in one of the arms was followed to the end of the window, or to a death."
        raise Refused(Problem(where(question), found, "What those followed came to stands for those lost.", "Ask about a shorter horizon."))
    model = leaving(reading, rows, question)
    spent = np.minimum(model.spent(reading.known_on), UNREAD)
    stands = np.where(counts, rows.weights[:, None] * np.exp(spent), 0.0)
    if (counts & (spent > -np.log(LEAST_CHANCE)) & (stands > LARGEST_SHARE * stands.sum(axis=0))).any():
        found = f"somebody followed to an end had a chance of less than 1 in {1 / LEAST_CHANCE:,.0f} to be, and would stand for a tenth of an arm."
        remedy = "Ask about a shorter horizon, or name fewer columns in censored.on."
        raise Refused(Problem(f"{where(question)}: censored", found, remedy=remedy))
    chance = np.exp(-model.spent(reading.until[:, -1]))
    lowest = np.argsort(chance, kind="stable")[: max(1, round(TENTH * len(chance)))]
    return Standing(reading, model, stands, float(np.average(chance[lowest], weights=rows.weights[lowest])))


def both(reading: Reading, rows: Rows, question: Question) -> tuple[Standing, Standing]:
    """What the rows of the served, and of the compared, stand for."""
    one, other = (standing_for(reading.of(there), rows.of(there), question) for there in (rows.served, ~rows.served))
    return one, other


def difference(arms: tuple[Standing, Standing], rows: Rows) -> Means:
    """The weighted means of the two arms."""
    return together(arms, rows, [arm.mean(arm.reading.parts) for arm in arms])


def together(arms: tuple[Standing, Standing], rows: Rows, means: list[Mean]) -> Means:
    """Two means of rows (m,) from one of each arm."""
    parts, stands = [np.zeros(len(rows.row)) for _ in arms], np.zeros(len(rows.row))
    for part, there, arm, mean in zip(parts, (rows.served, ~rows.served), arms, means, strict=True):
        part[there], stands[there] = mean.influence, arm.at_the_end
    least = min(arm.least for arm in arms)
    return Means(means[0].mean, means[1].mean, parts[0], parts[1], stands, least, (parts[0], parts[1]))
