"""Lists that rank people by need: who is scored on which day, and the plan that serves as many as there are places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from synthetic.plans import Plan
from synthetic.rates import lists as rates
from synthetic.rows import NEVER_DAY
from synthetic.streams import Stream, exponential

if TYPE_CHECKING:
    from synthetic.lives import People

    Array = np.ndarray[Any, Any]

LIST = "need_ranking"


def scores(people: People) -> Array:
    """Everybody's score on the list of the day that starts the clock: whole points, of which many end in 0 or 5; (n,) float.

    It rises with hidden need and with need on record, and holds an assessor's error; a share of assessors round to five points,
    so that many people tie.
    """
    persons = people.persons
    error = persons.luck.normals(Stream.SCORE)[:, 0]
    points = rates.MIDDLE.value + rates.BY_NEED.value * persons.need + rates.BY_FRAILTY.value * persons.frailty + rates.ERROR.value * error
    rounds = persons.luck.uniforms(Stream.SCORE, event=1)[:, 0] < rates.ROUNDED.value
    return np.clip(np.where(rounds, 5 * np.round(points / 5), np.round(points)), 0, 100)


@dataclass(frozen=True, slots=True)
class ByRank(Plan):
    """On each date of the list those who score highest are offered the programme, as many as there are places; ties with the last are in.

    Some refuse, and a few who were not offered it come all the same.  Places are given among all people asked for at once, so
    that such a county cannot be made in pieces.
    """

    capacity: int  # places on each date

    @property
    def by(self) -> Literal["", "lot", "offer", "score"]:
        """A score decides, with a cut-off where the places end."""
        return "score"

    @property
    def whole(self) -> bool:
        """A rank is among everybody."""
        return True

    def offers(self, people: People) -> Array:
        """Whose rank on their date is within the capacity."""
        score, offered = scores(people), np.zeros(len(people), dtype=bool)
        for day in np.unique(people.start):
            there = people.start == day
            cut = np.sort(score[there])[::-1][min(self.capacity, there.sum()) - 1]
            offered |= there & (score >= cut)
        return offered

    def enrols(self, people: People, offered: Array | None) -> Array:
        """Some days after the list, of those who take the offer up, and of the few who come without one."""
        takes = people.persons.luck.uniforms(Stream.LIST_TAKE_UP, 2)
        placed = np.zeros(len(people), dtype=bool) if offered is None else offered
        comes = takes[:, 0] < np.where(placed, rates.TAKES_UP.value, rates.COMES_ANYWAY.value)
        wait = np.minimum(np.ceil(rates.WAIT.value * exponential(takes[:, 1])), rates.LONGEST.value).astype(np.int64)
        return np.where(comes, people.start + wait, NEVER_DAY)


@dataclass(frozen=True, slots=True)
class NobodyOffered(ByRank):
    """The same list with no places: only the few come who come without an offer.  Every score is on record."""

    capacity: int = 0

    def offers(self, people: People) -> Array:
        """Nobody."""
        return np.zeros(len(people), dtype=bool)
