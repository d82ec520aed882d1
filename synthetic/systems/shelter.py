"""Emergency shelters: stays, on record from 2016 on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from synthetic.lives import Lives
from synthetic.money import billed
from synthetic.rates import core as rates
from synthetic.recording import Lines, Log, Source, System, View


def _logs(lives: Lives, view: View) -> Iterator[Log]:
    stays = lives.stays
    yield Log("spell", "shelter", stays.who, stays.day, {"kind": "shelter"}, stays.entry, {"stop": stays.stop})


def _lines(lives: Lives) -> Iterator[Lines]:
    stays = lives.stays
    yield Lines("shelter_night", "housing", *billed(stays.who, stays.day, stays.stop, rates.SHELTER_NIGHT))


SHELTER = System("shelter", (Source("shelter", lag=14, since=date(2016, 1, 1)),), frozenset({"shelter"}), _logs, _lines)
