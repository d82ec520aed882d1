"""What a county may do with a programme: a plan says who is offered it, or walks in, and the day each person enrols."""

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
    by_lot     a coin is tossed at each start: `share` of the people are offered the programme, and some take it up
    by_worker  a worker offers it at each start: to `share` of those with no need on record, to others by their need; some take it up
    walk_in    people under supervision enrol of their own accord: `a_day` of those with no need on record, of others by their
               need on that day; whoever is arrested up to and on that day, or dies before it, never does

    `by_frailty` is how much hidden frailty moves the log odds of an offer, or of walking in on a day: no record shows it.
    """

    name: Literal["never", "from_day", "by_lot", "by_worker", "walk_in"]
    day: int = 0
    share: float = 0.5
    a_day: float = 0.0
    by_frailty: float = 0.0  # for each standard deviation of frailty

    def offered(self, luck: Luck, need: Array | float = 0.0) -> Array | None:
        """Who is offered the programme, (n,) bool; None where no offers are made.  `need` is in log odds, hidden frailty in it."""
        if self.name not in ("by_lot", "by_worker"):
            return None
        odds = np.exp(need)
        # a share of 1/2 and no need is compared with 1/2 exactly, and a share of 1 or 0 stays so whatever the need
        return np.asarray(luck.uniforms(Stream.LOT)[:, 0] < self.share * odds / (self.share * odds + 1 - self.share))

    def enrols(self, luck: Luck, start: Array, offered: Array | None) -> Array:
        """The day on which each person enrols unless they died before; `NEVER_DAY` for those who do not.  No walk-in is decided here."""
        if offered is None:
            return start + self.day if self.name == "from_day" else np.full_like(start, NEVER_DAY)
        takes = luck.uniforms(Stream.TAKE_UP, 2)
        wait = np.minimum(np.ceil(rates.TAKE_UP_WAIT.value * exponential(takes[:, 1])), rates.TAKE_UP_LONGEST.value).astype(np.int64)
        return np.where(offered & (takes[:, 0] < rates.TAKE_UP.value), start + wait, NEVER_DAY)

    def waits(self, luck: Luck, need: Array) -> Array:
        """How many days each person lets pass before walking in, (n,) int; as many as there are days where none is the day.

        `need` (n, days) is that of each day, in log odds, hidden frailty in it.
        """
        gathered = np.cumsum(self.a_day * np.exp(need), axis=1)
        return np.asarray(np.sum(gathered < exponential(luck.uniforms(Stream.WALK_IN)), axis=1))

    def arms(self, programme: str) -> tuple[str, str]:
        """The kinds of event by which those offered the programme, and the others, are on record."""
        return (f"offer:{programme}", f"no_offer:{programme}") if self.name == "by_worker" else (f"lot:{programme}", f"lot:no_{programme}")


NEVER = Plan("never")
BY_LOT = Plan("by_lot", share=0.5)
ALL_OFFERED = Plan("by_lot", share=1.0)
NONE_OFFERED = Plan("by_lot", share=0.0)  # the lives of NEVER, with everybody's coin on record
BY_WORKER = Plan("by_worker", share=rates.OFFERED.value)
WALK_IN = Plan("walk_in", a_day=rates.WALKS_IN.value)


def from_day(day: int) -> Plan:
    """The plan that enrols everybody so many days after the start of their clock."""
    return Plan("from_day", day=day)
