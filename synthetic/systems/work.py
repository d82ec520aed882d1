"""Wages as employers report them, and public benefits: CalFresh and CalWORKs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthetic.lives import Lives
from synthetic.recording import Log, Source, System, View
from synthetic.work import SINCE, work


def _logs(lives: Lives, view: View) -> Iterator[Log]:
    lived = work(lives)
    for measure, source, cents in (("wages", "wages", lived.wages), ("benefits", "benefits", lived.benefits)):
        who, quarter = np.nonzero(cents)
        yield Log("quarter", source, who, lived.quarters[quarter], {"measure": measure}, cents=cents[who, quarter])
    for kind, spells in (("benefits:calfresh", lived.calfresh), ("benefits:calworks", lived.calworks)):
        stop = np.minimum(spells.stop, view.moved[spells.who])
        yield Log("spell", "benefits", spells.who, spells.day, {"kind": kind}, days={"stop": stop})


WORK = System(
    "work",
    (Source("wages", lag=150, since=SINCE), Source("benefits", lag=45, since=SINCE)),
    frozenset({"wages", "benefits", "benefits:calfresh", "benefits:calworks"}),
    _logs,
)
