"""Arrests, and what became of each: a citation or nights in jail, and perhaps a conviction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import ndtri

from synthetic.hazards import Clock, Steps, day_of_next
from synthetic.rates import core as rates
from synthetic.rows import NEVER_DAY, Arrests
from synthetic.streams import Luck, Stream, exponential

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

SINCE_RELEASE = Steps((0, 90, 365), (rates.ARREST_EARLY.value, 1.0, rates.ARREST_LATE.value))


def arrests(luck: Luck, stream: Stream, *, rate: Array, released: Array, first: Array, until: Array, clocks: tuple[Clock, ...]) -> Arrests:
    """Every arrest from the day `first` up to `until`, which also ends a stay; nobody is at risk inside or on the day of release.

    The hazard falls with the days since the last release, and takes the steps of the clocks: the programme's, the county's.
    """
    now, released = first.astype(float), released.copy()
    rows: list[Arrests] = []
    event = 0
    while (at_risk := np.flatnonzero(now < until)).size:
        uniform = luck.of(at_risk, stream, 6, event=event)
        moving = (Clock(released[at_risk], SINCE_RELEASE), *(clock.of(at_risk) for clock in clocks))
        reached = day_of_next(exponential(uniform[:, 0]), now=now[at_risk], rate=rate[at_risk], clocks=moving)
        now[at_risk] = reached
        happened = reached < until[at_risk]
        who, uniform, day = at_risk[happened], uniform[happened], np.floor(reached[happened]).astype(np.int64)
        stop = np.minimum(day + np.where(uniform[:, 1] < rates.BOOKED.value, nights(uniform[:, 2]), 0), until[who])
        convicted = convictions(day, uniform[:, 3:5])
        rows.append(Arrests(who, day, entry=uniform[:, 5], stop=stop, convicted=convicted))
        now[who] = stop + 1
        released[who] = np.where(stop > day, stop, released[who])
        event += 1
    return Arrests.gathered(rows)


def nights(uniform: Array) -> Array:
    """The length of a jail stay in nights: at least one, lognormal."""
    stay = rates.STAY_MEDIAN.value * np.exp(rates.STAY_SPREAD.value * ndtri(uniform))
    return np.ceil(np.minimum(stay, rates.STAY_LONGEST.value)).astype(np.int64)


def convictions(day: Array, uniform: Array) -> Array:
    """The day on which an arrest ends in a conviction, by two uniforms each; NEVER_DAY where it does not."""
    wait = np.ceil(rates.CONVICTION_WAIT.value * exponential(uniform[:, 1])).astype(np.int64)
    return np.where(uniform[:, 0] < rates.CONVICTED.value, day + wait, NEVER_DAY)
