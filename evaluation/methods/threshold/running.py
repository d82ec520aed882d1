"""The score less the cut-off of its own list, on the side of the offer from 0 on; and what stands against reading anybody by it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ...phrases import counted
from ...terms import Cohort, Problem, Question

if TYPE_CHECKING:
    from ...terms import Array

FEWEST_SCORES = 4  # distinct scores on a side: a local parabola has three numbers, and one more is needed to see how far it is off
HEAPED = 1.5  # times as many people on round scores as there are round scores
ROUND = ((5.0, 5.0), (10.0, 0.0))  # points to which assessors round, and what such a score, and no other round one, leaves over from 10


@dataclass(frozen=True, slots=True, eq=False)
class Running:
    """The score of each row, centred; (n,) arrays."""

    away: Array  # float: points from the cut-off of the row's own list; 0 and more on the side of the offer
    score: Array  # float: the score itself
    date: Array  # int: the list, as 0, 1, 2, ...
    side: float  # 1 where those who score above the cut-off are on the side of the offer, -1 where those below are
    round: float  # points to which so many scores are rounded that they heap; 0: none

    @property
    def heaped(self) -> Array:
        """(n,) bool: whether the score is a round one, where scores heap."""
        return np.zeros(len(self.score), dtype=bool) if not self.round else self.score % self.round == 0


def running(cohort: Cohort) -> Running:
    """The score of each row less the cut-off of its own list; the cohort is one that `unreadable` finds nothing wrong with."""
    assert cohort.score is not None
    day = cohort.list_day if cohort.list_day is not None else np.zeros(len(cohort), dtype=np.int64)
    away, date = centred(cohort.score, cohort.served, day), np.unique(day, return_inverse=True)[1]
    return Running(away, cohort.score, date, offered_above(cohort.score, cohort.served, day), heaping(cohort.score))


def centred(score: Array, served: Array, day: Array) -> Array:
    """(n,) points from the cut-off of each row's own day, 0 and more for those served: the last score that was served there.

    The side of the offer is the one on which those served lie.  NaN on a day on which nobody was served, or everybody was.
    """
    side = offered_above(score, served, day)
    code = np.unique(day, return_inverse=True)[1]
    cut = np.full(int(code.max()) + 1, np.inf)
    np.minimum.at(cut, code[served], side * score[served])
    both = (np.bincount(code, weights=served) > 0) & (np.bincount(code, weights=~served) > 0)
    return np.where(both[code], side * score - cut[code], np.nan) + 0.0


def offered_above(score: Array, served: Array, day: Array) -> float:
    """1 where those served score higher than others on their list, -1 where they score lower; the arguments are those of `centred`."""
    code = np.unique(day, return_inverse=True)[1]
    apart = score - (np.bincount(code, weights=score) / np.bincount(code))[code]
    return 1.0 if apart[served].mean() >= apart[~served].mean() else -1.0


def heaping(score: Array) -> float:
    """The points to which so many scores are rounded that they heap; 0 where scores are not whole, or heap nowhere."""
    known = score[~np.isnan(score)]
    if not len(known) or (known % 1 != 0).any():
        return 0.0
    values = np.arange(known.min(), known.max() + 1)
    for points, rest in ROUND:
        heaps, there = known % 10 == rest, values % 10 == rest
        if len(values) > 10 and heaps.mean() > HEAPED * there.mean():
            return points
    return 0.0


def unreadable(cohort: Cohort, question: Question) -> Iterator[Problem]:
    """Every reason why the score of a cohort divides nobody, each in one sentence."""
    where = f"cohort '{cohort.name}'"
    if cohort.score is None:
        yield Problem(where, "nobody has a score.", "A cut-off divides people by one.", 'Declare assigned = { by = "score", cutoff = { ... } }.')
        return
    if missing := int(np.isnan(cohort.score).sum()):
        yield Problem(where, f"{counted(missing, 'person-start')} have no score.", "Whoever is on the list has one.", "Mend the table `score`.")
        return
    for arm, there in (("offered the programme", cohort.served), ("on the other side of the cut-off", ~cohort.served)):
        if not there.any():
            found = f"nobody {arm} is left: the cut-off lies outside the {len(cohort):,} scores on record."
            yield Problem(where, found, "People stand on both sides of it.", "Move the cut-off, or see the attrition ledger.")
    if not cohort.served.any() or cohort.served.all():
        return
    away = running(cohort).away
    if over := int((away[~cohort.served] >= 0).sum()):
        found = f"{counted(over, 'person-start')} not offered the programme score as high as somebody who was, on the same list."
        yield Problem(where, found, "On each list one score divides them.", "Name the right list and cut-off, or say by = 'offer'.")
        return
    if np.isnan(away).all():
        yield Problem(
            where, "no date of the list has people on both sides of its cut-off.", remedy="Declare the date on which there were too few places."
        )
        return
    yield from _few_scores(away, question, where)


def _few_scores(away: Array, question: Question, where: str) -> Iterator[Problem]:
    """A side of the cut-off with too few distinct scores for a line, or two means, that can be checked."""
    near = readable(away, question)
    sides = {"on the side of the offer": near & (away >= 0), "on the other side of the cut-off": near & (away < 0)}
    least = 1 if question.estimator == "local_randomisation" else FEWEST_SCORES
    for side, there in sides.items():
        scores = len(np.unique(away[there]))
        if scores < least:
            few = "one score alone" if scores == 1 else f"{scores} distinct scores" if scores else "no score"
            within = f" within {question.bandwidth:g} points" if question.bandwidth else ""
            left_out = f", those within {question.donut:g} points left out" if question.donut else ""
            found = f"{side} there is {few}{within}{left_out}." if scores < 2 else f"{side} there are {few}{within}{left_out}."
            yield Problem(where, found, f"A line through either side needs {least}.", "Widen the bandwidth, or ask by local_randomisation.")


def readable(away: Array, question: Question) -> Array:
    """(n,) bool: who may be read at all: on a list that divides, within the bandwidth that the question fixes, farther off than its donut."""
    with np.errstate(invalid="ignore"):
        near = ~np.isnan(away) & ((np.abs(away) > question.donut) | (question.donut == 0))
        return near & (np.abs(away) <= question.bandwidth) if question.bandwidth else near
