"""The programme's own records: coins or offers at the start of a clock, and enrolments with their price."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthetic.lives import Lives
from synthetic.money import each
from synthetic.programmes import Programme
from synthetic.rates import core as rates
from synthetic.recording import Lines, Log, Source, System, View
from synthetic.rows import NEVER_DAY

LAG = 7  # days; assumed


def of(programme: Programme) -> System:
    """The system that records a programme."""

    def logs(lives: Lives, view: View) -> Iterator[Log]:
        if view.offered is not None:
            for arm, kind in zip((view.offered, ~view.offered), view.arms, strict=True):
                who = np.flatnonzero(arm)
                yield Log("event", programme.source, who, lives.people.start[who], {"kind": kind})
        who = np.flatnonzero(lives.enrolled < NEVER_DAY)
        start = lives.enrolled[who]
        stop = np.minimum(start + int(rates.ENROLLED.value), lives.until[who])
        yield Log("service", programme.source, who, start, {"programme": programme.name}, days={"stop": np.minimum(stop, view.moved[who])})

    def lines(lives: Lives) -> Iterator[Lines]:
        who = np.flatnonzero(lives.enrolled < NEVER_DAY)
        yield Lines(programme.name, programme.payer, who, lives.enrolled[who], each(who, programme.price))

    return System("programme", (Source(programme.source, lag=LAG),), frozenset(), logs, lines)
