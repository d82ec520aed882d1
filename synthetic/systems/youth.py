"""Juvenile probation: petitions, dispositions, wardships."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthetic.lives import Lives
from synthetic.money import in_arrears
from synthetic.rates import youth as rates
from synthetic.recording import Lines, Log, Source, System, View
from synthetic.rows import BEYOND
from synthetic.youth import petitions, wardships

SOURCE = "juvenile_probation"


def _logs(lives: Lives, view: View) -> Iterator[Log]:
    made = petitions(lives)
    yield Log("event", SOURCE, made.who, made.day, {"kind": "petition"}, made.entry)
    disposed = made.where(made.disposed < lives.until[made.who])
    _, once = np.unique(disposed.who * BEYOND + disposed.disposed, return_index=True)  # a day in court ends in one disposition
    disposed = disposed.where(once)
    yield Log("event", SOURCE, disposed.who, disposed.disposed, {"kind": "disposition"}, disposed.entry)
    wards = wardships(lives, made)
    yield Log("spell", SOURCE, wards.who, wards.day, {"kind": "wardship"}, wards.entry, {"stop": np.minimum(wards.stop, view.moved[wards.who])})


def _lines(lives: Lives) -> Iterator[Lines]:
    wards = wardships(lives, petitions(lives))
    yield Lines("wardship_day", "juvenile_probation", *in_arrears(wards.who, wards.day, wards.stop, rates.WARD_DAY, until=lives.until))


YOUTH = System("youth", (Source(SOURCE, lag=30),), frozenset({"petition", "disposition", "wardship"}), _logs, _lines)
