"""Police, court and jail: arrests, convictions, bookings, custody, releases."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthetic.lives import Lives
from synthetic.money import billed
from synthetic.rates import core as rates
from synthetic.recording import Lines, Log, Source, System, View
from synthetic.rows import BEYOND


def _logs(lives: Lives, view: View) -> Iterator[Log]:
    arrests = lives.arrests
    yield Log("event", "police", arrests.who, arrests.day, {"kind": "arrest"}, arrests.entry)
    _, once = np.unique(arrests.who * BEYOND + arrests.convicted, return_index=True)  # a day in court ends in one conviction
    guilty = arrests.where(once)
    guilty = guilty.where(guilty.convicted < lives.until[guilty.who])
    yield Log("event", "court", guilty.who, guilty.convicted, {"kind": "conviction"}, guilty.entry)
    jailed = arrests.where(arrests.jailed)
    yield Log("event", "jail", jailed.who, jailed.day, {"kind": "jail_booking"})
    yield Log("spell", "jail", jailed.who, jailed.day, {"kind": "custody"}, days={"stop": jailed.stop})
    freed = jailed.where(jailed.stop < lives.until[jailed.who])
    yield Log("event", "jail", freed.who, freed.stop, {"kind": "release"})


def _lines(lives: Lives) -> Iterator[Lines]:
    jailed = lives.arrests.where(lives.arrests.jailed)
    yield Lines("jail_day", "sheriff", *billed(jailed.who, jailed.day, jailed.stop, rates.JAIL_DAY))


JUSTICE = System(
    "justice",
    (Source("jail"), Source("police", lag=30), Source("court", lag=60)),  # the jail, to which the others are linked, is complete every morning
    frozenset({"arrest", "conviction", "jail_booking", "custody", "release"}),
    _logs,
    _lines,
)
