"""Probation: who is under supervision, from the start of the clock up to the first arrest after it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthetic.lives import Lives, supervised
from synthetic.recording import Log, Source, System, View


def _logs(lives: Lives, view: View) -> Iterator[Log]:
    stop = np.minimum(supervised(lives.people, lives.arrests), view.moved)
    yield Log("spell", "probation", np.arange(len(lives.people)), lives.people.start, {"kind": "supervision"}, days={"stop": stop})


SUPERVISION = System("supervision", (Source("probation"),), frozenset({"supervision"}), _logs)
