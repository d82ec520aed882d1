"""What a county may do with a programme: a plan says who is offered it and the day each person enrols."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from synthetic import rates
from synthetic.streams import Luck, Stream, exponential

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

NEVER_DAY = 100_000  # later than any day that is lived: nobody is enrolled on it


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is served, and when.  The same people live the same luck under every plan.

    never      nobody is offered the programme or enrolled
    from_day   everybody enrols `day` days after the start of their clock
    by_offer   a coin is tossed at each start: `share` of the people are offered the programme, and some take it up
    """

    name: Literal["never", "from_day", "by_offer"]
    day: int = 0
    share: float = 0.5

    def offered(self, luck: Luck) -> Array | None:
        """Who is offered the programme, (n,) bool; None where no offers are made."""
        return luck.uniforms(Stream.LOT)[:, 0] < self.share if self.name == "by_offer" else None

    def enrols(self, luck: Luck, start: Array) -> Array:
        """The day on which each person enrols unless they died before; `NEVER_DAY` for those who do not."""
        offered = self.offered(luck)
        if offered is None:
            return start + self.day if self.name == "from_day" else np.full_like(start, NEVER_DAY)
        takes = luck.uniforms(Stream.TAKE_UP, 2)
        wait = np.minimum(np.ceil(rates.TAKE_UP_WAIT.value * exponential(takes[:, 1])), rates.TAKE_UP_LONGEST.value).astype(np.int64)
        return np.where(offered & (takes[:, 0] < rates.TAKE_UP.value), start + wait, NEVER_DAY)


NEVER = Plan("never")
BY_LOT = Plan("by_offer", share=0.5)
ALL_OFFERED = Plan("by_offer", share=1.0)
NONE_OFFERED = Plan("by_offer", share=0.0)  # the lives of NEVER, with everybody's coin on record


def from_day(day: int) -> Plan:
    """The plan that enrols everybody so many days after the start of their clock."""
    return Plan("from_day", day=day)
