"""The need of a person that the records show on a day: what whoever decides about a place has before them, and an analyst too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from synthetic import rates
from synthetic.plans import NEVER_DAY
from synthetic.rows import Arrests, Stays

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]


def on_record(arrests: Arrests, stays: Stays, day: Array) -> Array:
    """Log odds of being served that the last two years' arrests, convictions and shelter stays give; (n,) days in.

    Nothing of the day itself, nor after it, is read.
    """
    n, back = len(day), int(rates.LOOK_BACK.value)

    def before(who: Array, when: Array) -> Array:
        return (when >= day[who] - back) & (when < day[who])

    def count(who: Array) -> Array:
        return np.bincount(who, minlength=n)

    arrested = arrests.who[before(arrests.who, arrests.day)]
    guilty = arrests.where((arrests.convicted < NEVER_DAY) & before(arrests.who, arrests.convicted))
    in_court = np.unique(np.stack([guilty.who, guilty.convicted]), axis=1)[0]  # a day in court ends in one conviction
    sheltered = stays.who[(stays.stop > np.maximum(stays.day, day[stays.who] - back)) & (stays.day < day[stays.who])]
    return np.asarray(
        rates.BY_ARREST.value * count(arrested) + rates.BY_CONVICTION.value * count(in_court) + rates.BY_SHELTER.value * (count(sheltered) > 0)
    )
