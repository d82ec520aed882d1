"""What a county may do with a programme: a plan says who is offered it, or walks in, and the day each person enrols."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from synthetic.rates import core as rates
from synthetic.rows import NEVER_DAY
from synthetic.streams import Stream, exponential

if TYPE_CHECKING:
    from synthetic.lives import People

    Array = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Plan:
    """Who is served, and when: this one serves nobody.  The same people live the same luck under every plan."""

    @property
    def by(self) -> Literal["", "lot", "offer", "score"]:
        """What puts the two arms on record: a lot, somebody's offer, or a score; empty where no arms are on record."""
        return ""

    @property
    def works_from(self) -> int:
        """How many days after enrolment the programme can begin to work."""
        return 0

    @property
    def whole(self) -> bool:
        """Whether it looks at everybody at once, so that a county under it cannot be made in pieces."""
        return False

    def offers(self, people: People) -> Array | None:
        """Who is offered the programme at the start of the clock, (n,) bool; None where no offers are made."""
        return None

    def enrols(self, people: People, offered: Array | None) -> Array:
        """The day on which each person enrols unless they died before, (n,); `NEVER_DAY` for those who do not."""
        return np.full(len(people), NEVER_DAY)

    def chance(self, people: People) -> Array | None:
        """Each person's true chance of being offered the programme or, where no offers are made, of enrolling; (n,).

        It is the chance over the luck of offers and walk-ins alone, the lives being what they are.  None where nothing is left to luck.
        """
        return None

    def pace(self, people: People, days: int) -> tuple[Array, Array] | None:
        """How fast people come, as cumulative hazards of enrolling: of each of so many days, and of it and the rest of them; (n, days) each.

        Both are as the record tells on that day, were it to stay as it is.  None where people do not come of their own accord.
        """
        return None

    def arms(self, programme: str) -> tuple[str, str]:
        """The kinds of event by which those offered the programme, and the others, are on record."""
        return f"offer:{programme}", f"no_offer:{programme}"


@dataclass(frozen=True, slots=True)
class FromDay(Plan):
    """Everybody enrols so many days after the start of their clock."""

    day: int

    def enrols(self, people: People, offered: Array | None) -> Array:
        """The start of each clock, and so many days."""
        return people.start + self.day


@dataclass(frozen=True, slots=True)
class ByLot(Plan):
    """A coin is tossed at each start: `share` of the people are offered the programme, and some take it up."""

    share: float = 0.5

    @property
    def by(self) -> Literal["lot"]:
        """Coins are on record."""
        return "lot"

    def offers(self, people: People) -> Array | None:
        """Who wins the toss."""
        return np.asarray(people.persons.luck.uniforms(Stream.LOT)[:, 0] < self.share)

    def chance(self, people: People) -> Array:
        """The same for everybody."""
        return np.full(len(people), self.share)

    def pace(self, people: People, days: int) -> tuple[Array, Array]:
        """By the luck of the toss, of taking up and of the wait."""
        return _pace_of(self.chance(people), days)

    def enrols(self, people: People, offered: Array | None) -> Array:
        """Some days after the offer, of those who take it up."""
        return taken_up(people, offered)

    def arms(self, programme: str) -> tuple[str, str]:
        """Coins, not offers, are on record."""
        return f"lot:{programme}", f"lot:no_{programme}"


@dataclass(frozen=True, slots=True)
class ByWorker(Plan):
    """A worker offers it at each start: to `share` of those with no need on record, to others by their need; some take it up.

    `by_frailty` is how much hidden frailty moves the log odds of an offer: no record shows it.
    """

    share: float = rates.OFFERED.value
    by_frailty: float = 0.0  # for each standard deviation of frailty

    @property
    def by(self) -> Literal["offer"]:
        """Offers are on record."""
        return "offer"

    def offers(self, people: People) -> Array | None:
        """Who is offered it, the likelier the more need the worker sees."""
        return np.asarray(people.persons.luck.uniforms(Stream.LOT)[:, 0] < self.chance(people))

    def chance(self, people: People) -> Array:
        """By need on record at the start."""
        odds = np.exp(people.need()[:, 0] + self.by_frailty * people.persons.frailty)
        # a share of 1 or 0 stays so whatever the need
        return np.asarray(self.share * odds / (self.share * odds + 1 - self.share))

    def pace(self, people: People, days: int) -> tuple[Array, Array]:
        """By the luck of the offer, of taking up and of the wait; need that is recorded later moves nobody."""
        return _pace_of(self.chance(people), days)

    def enrols(self, people: People, offered: Array | None) -> Array:
        """Some days after the offer, of those who take it up."""
        return taken_up(people, offered)


@dataclass(frozen=True, slots=True)
class WalkIn(Plan):
    """People under supervision enrol of their own accord: `a_day` of those with no need on record, of others by their need on that day.

    Whoever is arrested up to and on that day, or dies before it, never does.  What the programme changes begins on the day
    after, so that the life led up to the end of the day of enrolment is the one that nobody serves.  `by_frailty` is how much hidden
    frailty moves the log hazard.
    """

    a_day: float = rates.WALKS_IN.value
    by_frailty: float = 0.0  # for each standard deviation of frailty

    @property
    def works_from(self) -> int:
        """From the next day on: whoever walks in has lived that day through."""
        return 1

    def enrols(self, people: People, offered: Array | None) -> Array:
        """The first day under supervision on which the hazard gathered reaches each person's luck."""
        waits = np.sum(self._gathered(people) < exponential(people.persons.luck.uniforms(Stream.WALK_IN)), axis=1)
        day = people.start + waits
        return np.where(day < people.supervised, day, NEVER_DAY)

    def chance(self, people: People) -> Array:
        """By the hazard gathered up to the end of each person's supervision."""
        days = people.supervised - people.start
        gathered = np.concatenate([np.zeros((len(people), 1)), self._gathered(people)], axis=1)
        return np.asarray(-np.expm1(-gathered[np.arange(len(people)), days]))

    def pace(self, people: People, days: int) -> tuple[Array, Array]:
        """By the need on record that day, in days under supervision."""
        today = self._hazard(people, days)
        return today, today * np.arange(days, 0, -1)

    def _gathered(self, people: People) -> Array:
        """The hazard gathered up to the end of each day from the start on; (n, days)."""
        return np.cumsum(self._hazard(people, int(rates.SUPERVISED.value)), axis=1)

    def _hazard(self, people: People, days: int) -> Array:
        need = people.need(days) + self.by_frailty * people.persons.frailty[:, None]
        return np.asarray(self.a_day * np.exp(need))


def taken_up(people: People, offered: Array | None) -> Array:
    """The day on which each person enrols who was offered the programme at the start and takes it up; `NEVER_DAY` for the others."""
    takes = people.persons.luck.uniforms(Stream.TAKE_UP, 2)
    wait = np.minimum(np.ceil(rates.TAKE_UP_WAIT.value * exponential(takes[:, 1])), rates.TAKE_UP_LONGEST.value).astype(np.int64)
    takes_up = np.zeros(len(people), dtype=bool) if offered is None else offered & (takes[:, 0] < rates.TAKE_UP.value)
    return np.where(takes_up, people.start + wait, NEVER_DAY)


def _pace_of(offered: Array, days: int) -> tuple[Array, Array]:
    """The pace at which people enrol who have so much chance of an offer, (n,), as `taken_up` makes them wait."""
    by = np.arange(days, dtype=float)
    waited = np.where(by < rates.TAKE_UP_LONGEST.value, -np.expm1(-by / rates.TAKE_UP_WAIT.value), 1.0)  # by the end of each day
    away = np.log1p(-rates.TAKE_UP.value * offered[:, None] * np.append(0.0, waited))
    today = away[:, :-1] - away[:, 1:]
    return today, away[:, :-1] - away[:, -1:]


NEVER = Plan()
BY_LOT = ByLot(0.5)
ALL_OFFERED = ByLot(1.0)
NONE_OFFERED = ByLot(0.0)  # the lives of NEVER, with everybody's coin on record
BY_WORKER = ByWorker()
WALK_IN = WalkIn()


def from_day(day: int) -> Plan:
    """The plan that enrols everybody so many days after the start of their clock."""
    return FromDay(day)
