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
HEAPED = 1.2  # times as many people on a round score as on one less round: our own rule, where luck does not make as many
BY_LUCK = 4.0  # standard errors of that ratio
ROUND = (0.5, 1.0, 5.0, 10.0)  # points to which assessors round, each of which leaves nothing over from the next but one
FINEST = 4  # decimals with which scores are written down at most
DUST = 1e-7  # of the largest score: what numbers of half precision leave over from the decimals that they were meant to have
MOST_STEPS = 1e5  # between the lowest and the highest score on a grid
STEPS = 8  # that are tried, the commonest first
MOSTLY = 0.95  # of the people stand on the steps of a score; the others are oddities


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
        return np.zeros(len(self.score), dtype=bool) if not self.round else on_points(self.score, self.round)


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
    return np.where(both[code], np.round(side * score - cut[code], decimals(score)), np.nan) + 0.0


def offered_above(score: Array, served: Array, day: Array) -> float:
    """1 where those served score higher than others on their list, -1 where they score lower; the arguments are those of `centred`."""
    code = np.unique(day, return_inverse=True)[1]
    apart = score - (np.bincount(code, weights=score) / np.bincount(code))[code]
    return 1.0 if apart[served].mean() >= apart[~served].mean() else -1.0


def decimals(score: Array) -> int:
    """The decimals with which scores are written down; of scores that are no decimals, so many that only the dust of sums is left out.

    Two scores that are as far apart on paper differ in their last binary digits: without rounding, one score would count as several.
    """
    known = score[np.isfinite(score)]
    largest = float(np.abs(known).max()) if len(known) else 0.0
    if largest == 0:
        return FINEST
    for places in range(FINEST + 1):
        if 10.0**-places > 10 * DUST * largest and np.abs(known - np.round(known, places)).max() <= DUST * largest:
            return places
    return 12 - int(np.ceil(np.log10(largest)))


def grain(score: Array) -> float:
    """The step between scores: the commonest one between neighbouring scores on which nearly everybody stands; 0 where there is one score.

    An odd score in between, or a score that nobody has, is no finer grain.
    """
    values, people = np.unique(np.round(score[~np.isnan(score)], decimals(score)), return_counts=True)
    if len(values) < 2:
        return 0.0
    steps, times = np.unique(np.round(np.diff(values), decimals(score)), return_counts=True)
    base = values[np.argmax(people)]
    for step in steps[np.argsort(-times, kind="stable")][:STEPS]:
        if people[on_points(values - base, float(step))].sum() >= MOSTLY * people.sum():
            return float(step)
    return float(steps[0])


def heaps(score: Array) -> tuple[float, ...]:
    """The points to which so many scores are rounded that they heap, the finest first; none where scores lie on no grid.

    A score heaps where it holds HEAPED times as many people as one that is round to less, and luck does not make so many.
    """
    known = score[~np.isnan(score)]
    step = grain(known)
    if not step or np.ptp(known) > MOST_STEPS * step or on_points(known, step).mean() < MOSTLY:
        return ()
    values = np.arange(np.round(known.min() / step), np.round(known.max() / step) + 1) * step
    if len(values) <= 10 or len(np.unique(np.round(known / step))) < len(values) / 4:
        return ()
    levels = [points for points in ROUND if points > step and on_points(np.array([points]), step)[0]]
    people, there = ([int(on_points(each, points).sum()) for points in levels] for each in (known, values))
    found: list[float] = []
    before, scores = len(known) - people[0] if levels else 0, len(values) - there[0] if levels else 0
    for k, points in enumerate(levels):
        own, many = (numbers[k] - (numbers[k + 1] if k + 1 < len(levels) else 0) for numbers in (people, there))
        if before and scores and many and own:
            ratio = own / many / (before / scores)
            if ratio > HEAPED and np.log(ratio) > BY_LUCK * (1 / own + 1 / before) ** 0.5:
                found.append(points)
                before, scores = 0, 0
        before, scores = before + own, scores + many
    return tuple(found)


def heaping(score: Array) -> float:
    """The finest points to which so many scores are rounded that they heap; 0 where they heap nowhere."""
    return next(iter(heaps(score)), 0.0)


def on_points(score: Array, points: float) -> Array:
    """(n,) bool: whether a score is a multiple of so many points."""
    return np.asarray(np.abs(score / points - np.round(score / points)) < 1e-6)


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
