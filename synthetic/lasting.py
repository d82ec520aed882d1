"""A plan that serves people by a lasting need that no record shows: what differences over time are made for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.plans import Plan
from synthetic.rows import NEVER_DAY
from synthetic.streams import Stream

if TYPE_CHECKING:
    from synthetic.lives import People

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class ByLastingNeed(Plan):
    """On one day of the calendar people are served, likelier the more lasting need they have, which no record shows.

    `share` is the chance of somebody of average need; `by_need` moves the log odds for each standard deviation.
    """

    day: int
    share: float = 0.3
    by_need: float = 1.0

    def chance(self, people: People) -> Array:
        """Each person's true chance of being served; (n,)."""
        odds = self.share / (1 - self.share) * np.exp(self.by_need * people.persons.need)
        return np.asarray(odds / (1 + odds))

    def enrols(self, people: People, offered: Array | None) -> Array:
        """The day of the programme, of those whose luck lies below their chance and whose clock has started."""
        served = people.persons.luck.uniforms(Stream.BY_NEED)[:, 0] < self.chance(people)
        return np.where(served, np.maximum(self.day, people.start), NEVER_DAY)
