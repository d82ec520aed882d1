"""The need of a person that the records show on a day: what whoever decides about a place has before them, and an analyst too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic.rates import core as rates
from synthetic.rows import NEVER_DAY, Arrests, Stays

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]


def on_record(arrests: Arrests, stays: Stays, first: Array, days: int = 1) -> Array:
    """Log odds of being served that the last two years' arrests, convictions and shelter stays give; (n, days) from the day `first` on.

    Of each day, nothing of the day itself, nor after it, is read.
    """
    guilty = arrests.where(arrests.convicted < NEVER_DAY)
    in_court = np.unique(np.stack([guilty.who, guilty.convicted]), axis=1)  # a day in court ends in one conviction
    nights = stays.where(stays.stop > stays.day)
    return np.asarray(
        rates.BY_ARREST.value * _recent(arrests.who, arrests.day, arrests.day, first, days)
        + rates.BY_CONVICTION.value * _recent(in_court[0], in_court[1], in_court[1], first, days)
        + rates.BY_SHELTER.value * (_recent(nights.who, nights.day, nights.stop - 1, first, days) > 0)
    )


def _recent(who: Array, begun: Array, over: Array, first: Array, days: int) -> Array:
    """How many of a person's rows, from the day `begun` to the day `over`, reach into the look-back of each day; (n, days) int."""
    change = np.zeros((len(first), days + 1), dtype=np.int32)
    for day, step in ((begun + 1, 1), (over + int(rates.LOOK_BACK.value) + 1, -1)):
        np.add.at(change, (who, np.clip(day - first[who], 0, days)), step)
    return np.cumsum(change[:, :days], axis=1)
