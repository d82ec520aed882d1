"""Assessments: the list that ranks people by need, on each of its dates."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synthetic.lists import LIST, scores
from synthetic.lives import Lives
from synthetic.recording import Log, Source, System, View


def _logs(lives: Lives, view: View) -> Iterator[Log]:
    everybody = np.arange(len(lives.people))
    yield Log("score", "assessment", everybody, lives.people.start, {"list": LIST}, numbers={"score": scores(lives.people)})


RANKING = System("ranking", (Source("assessment"),), frozenset({LIST}), _logs)
