"""Where children in foster care live: kin, foster homes, group homes, the moves between them, and running away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.care import Care
from synthetic.hazards import Clock, Steps, day_of_next
from synthetic.rates import children as rates
from synthetic.reports import Children
from synthetic.rows import Rows
from synthetic.streams import Stream, category, exponential

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

HOMES = ("kin", "foster_home", "group_home")
HOME_SHARES = ((0.42, 0.56, 0.02), (0.30, 0.48, 0.22))  # of younger children, and of those of TEEN or older; assumed
TEEN = 13.0  # years
RUNS_FROM = 12.0  # years
MOVES_BY_HOME = (rates.MOVE_KIN.value, 1.0, rates.MOVE_GROUP.value)
SINCE_REMOVAL = Steps((0, 90), (rates.MOVE_EARLY.value, 1.0))
A_STAY = 2**16  # more things than happen in one stay in care: keeps the luck of one stay apart from that of the next


@dataclass(frozen=True, slots=True, eq=False)
class Placements(Rows):
    """Placements: those of a stay in care follow each other without a gap, from the removal to the discharge.

    While a child is home on trial the last one is kept.
    """

    stop: Array  # the first day that is no longer part of it
    home: Array  # a place in HOMES
    moved: Array  # bool: the child moved here from another one


def placements(children: Children, care: Care) -> Placements:
    """Every placement; a hazard of moving runs up to the discharge, or to a trial home visit."""
    luck = children.lives.people.persons.luck
    rows = []
    for ordinal, stay in _one_by_one(care):
        end = np.minimum(stay.stop, stay.trial)
        now, event = stay.day.copy(), ordinal * A_STAY
        while (at_risk := np.flatnonzero(now < np.where(now == stay.day, stay.stop, end))).size:
            who, since = stay.who[at_risk], now[at_risk]
            uniform = luck.of(who, Stream.PLACEMENT, 3, event=event)
            home = _home(children, who, since, uniform[:, 0])
            rate = rates.MOVE.value * np.asarray(MOVES_BY_HOME)[home] * np.exp(rates.MOVE_FRAILTY.value * children.frailty[who])
            clocks = (Clock(stay.day[at_risk], SINCE_REMOVAL), *children.happening("placement_move", who))
            reached = np.floor(day_of_next(exponential(uniform[:, 1]), now=since + 1.0, rate=rate, clocks=clocks))
            moves = reached < end[at_risk]
            stop = np.where(moves, reached, stay.stop[at_risk]).astype(np.int64)
            rows.append(Placements(who, since, uniform[:, 2], stop, home, since > stay.day[at_risk]))
            now[at_risk] = stop
            event += 1
    return Placements.gathered(rows)


def runaways(children: Children, care: Care) -> Rows:
    """Every time that a youth in care runs away; nobody does at home on trial."""
    persons = children.lives.people.persons
    rows = []
    for ordinal, stay in _one_by_one(care):
        end = np.minimum(stay.stop, stay.trial)
        now = np.maximum(stay.day + 1, persons.birth[stay.who] + int(RUNS_FROM * 365.25) + 1).astype(float)
        event = ordinal * A_STAY
        while (at_risk := np.flatnonzero(now < end)).size:
            who = stay.who[at_risk]
            uniform = persons.luck.of(who, Stream.RUNAWAY, 2, event=event)
            rate = rates.RUN.value * np.exp(rates.RUN_FRAILTY.value * children.frailty[who])
            reached = np.floor(day_of_next(exponential(uniform[:, 0]), now=now[at_risk], rate=rate, clocks=children.happening("runaway", who)))
            ran = reached < end[at_risk]
            rows.append(Rows(who[ran], reached[ran].astype(np.int64), uniform[ran, 1]))
            now[at_risk] = reached + rates.RUN_AWAY.value
            event += 1
    return Rows.gathered(rows)


def _one_by_one(care: Care) -> Iterator[tuple[int, Care]]:
    """Everybody's first stay in care, then everybody's second, and so on."""
    first = np.searchsorted(care.who, care.who)
    ordinal = np.arange(len(care.who)) - first
    for number in range(int(np.max(ordinal, initial=-1)) + 1):
        yield number, care.where(ordinal == number)


def _home(children: Children, who: Array, day: Array, uniform: Array) -> Array:
    """Where a child is placed who is placed anew on a day."""
    age = (day - children.lives.people.persons.birth[who]) / 365.25
    younger, older = (category(uniform, shares) for shares in HOME_SHARES)
    return np.where(age < TEEN, younger, older)
