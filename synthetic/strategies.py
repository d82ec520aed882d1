"""Two plans with a grace period: to enrol within so many days of the start of the clock, and not to.

Both stand beside a natural plan, under which people come as they will (Hernán and Robins 2016, target trial emulation): whoever
comes within the grace period does so on the same day as under that plan, with the same luck.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from synthetic.plans import WALK_IN, Plan
from synthetic.rows import NEVER_DAY

if TYPE_CHECKING:
    from synthetic.lives import People

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class _Grace(Plan):
    """A natural plan, and a number of days from the start: day 0 is the start itself, and the last day counts."""

    days: int
    natural: Plan = WALK_IN

    @property
    def works_from(self) -> int:
        """As under the natural plan."""
        return self.natural.works_from

    @property
    def by(self) -> Literal["", "lot", "offer", "score"]:
        """As under the natural plan."""
        return self.natural.by

    @property
    def whole(self) -> bool:
        """As under the natural plan."""
        return self.natural.whole

    def offers(self, people: People) -> Array | None:
        """As under the natural plan."""
        return self.natural.offers(people)

    def arms(self, programme: str) -> tuple[str, str]:
        """As under the natural plan."""
        return self.natural.arms(programme)


@dataclass(frozen=True, slots=True)
class Within(_Grace):
    """Everybody enrols within so many days of the start, if alive: on the day on which they would come by themselves, or on the last."""

    def enrols(self, people: People, offered: Array | None) -> Array:
        """The natural day, or the last of the grace period, whichever comes first."""
        return np.minimum(self.natural.enrols(people, offered), people.start + self.days)


@dataclass(frozen=True, slots=True)
class NotWithin(_Grace):
    """Nobody enrols within so many days of the start: whoever would come in them never does, and the others come later as they would."""

    def enrols(self, people: People, offered: Array | None) -> Array:
        """The natural day, where it lies past the grace period."""
        natural = self.natural.enrols(people, offered)
        return np.where(natural > people.start + self.days, natural, NEVER_DAY)
