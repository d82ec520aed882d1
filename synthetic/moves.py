"""Moves out of the county that depend on who people are, and on being served: what hides the end of some lives and not of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.hazards import Clock, Steps, day_of_next
from synthetic.lives import YEAR, Lives, within
from synthetic.rows import NEVER_DAY
from synthetic.streams import Stream, exponential

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Moves:
    """How the rate of moving away, from the day after the start on, depends on people.  Nobody moves in a true life."""

    a_year: float  # moves a year of somebody with no need on record and of average frailty
    by_need: float = 0.0  # log rate for each unit of log odds of need on record at the start
    most: float = np.inf  # log odds of need on record from which on more need moves nobody sooner: who must move, nobody can stand for
    by_frailty: float = 0.0  # log rate for each standard deviation of hidden frailty
    served: float = 1.0  # moves a year of those offered the programme, or else from enrolment on, whatever the need, as a multiple of `a_year`

    def day(self, lives: Lives) -> Array:
        """The first day on which each person lives in the county no more, as their life is led; (n,), `NEVER_DAY` past the records."""
        people = lives.people
        log = np.zeros(len(people))
        if self.by_need:
            log += self.by_need * np.minimum(people.need()[:, 0], self.most)
        if self.by_frailty:
            log += self.by_frailty * people.persons.frailty
        # where offers are on record the offer decides, not who takes it up: whoever stays in an arm stays by their record alone
        served = lives.enrolled if lives.offered is None else np.where(lives.offered, people.start, NEVER_DAY)
        moved = day_of_next(
            exponential(people.persons.luck.uniforms(Stream.MOVE)[:, 0]),
            now=people.start + 1.0,
            rate=self.a_year / YEAR * np.exp(log),
            # what it depended on falls away, and the served's own multiple stands in its place
            clocks=(Clock(served, Steps((0,), (float(np.e),)), np.log(self.served) - log),),
        )
        return within(moved, people.calendar)
