"""Plans with a grace period: to enrol within so many days of the start of the clock, and not to.

All stand beside a natural plan, under which people come as they will (Hernán and Robins 2016, target trial emulation), with the
same luck.  To enrol within so many days has two meanings: whoever would not come by then comes on the last day (`Within`), or
everybody comes on a day drawn as those come who do (`AsTheyCome`), which is what can be told from records where few come on any one day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from evaluation.terms import Problem, Refused
from synthetic.plans import WALK_IN, Plan
from synthetic.rows import NEVER_DAY
from synthetic.streams import Stream, exponential

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
class AsTheyCome(_Grace):
    """Everybody enrols within so many days of the start, if alive, on a day drawn as the days of those are who come by themselves within them.

    On each day people enrol with the chance that they would, divided by the chance that they would on that day or a later one of
    the grace period, both as the record tells on that day: on the last day it is 1 (Cain and others 2010; Wanis and others 2023).
    Refuses a natural plan under which nobody comes of their own accord.
    """

    def enrols(self, people: People, offered: Array | None) -> Array:
        """The first day on which the hazard gathered reaches each person's luck, which is that of walking in."""
        pace = self.natural.pace(people, self.days + 1)
        if pace is None:
            found = "under the natural plan nobody comes of their own accord."
            raise Refused(Problem("two strategies", found, "Days within the grace period are drawn as people come.", "Name another world."))
        today, ahead = pace
        with np.errstate(divide="ignore", invalid="ignore"):  # where nothing lies ahead, everybody has come
            stays = np.exp(-today) * -np.expm1(today - ahead) / -np.expm1(-ahead)
            gathered = np.cumsum(-np.log(np.where(ahead > 0, stays, 0.0)), axis=1)
        waits = np.sum(gathered < exponential(people.persons.luck.uniforms(Stream.WALK_IN)), axis=1)
        return np.asarray(people.start + waits)


@dataclass(frozen=True, slots=True)
class NotWithin(_Grace):
    """Nobody enrols within so many days of the start: whoever would come in them never does, and the others come later as they would."""

    def enrols(self, people: People, offered: Array | None) -> Array:
        """The natural day, where it lies past the grace period."""
        natural = self.natural.enrols(people, offered)
        return np.where(natural > people.start + self.days, natural, NEVER_DAY)
