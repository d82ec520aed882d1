"""The marginal hazard ratio that a horizon defines: Cox's partial likelihood on both lives of every person.

It is no parameter of the county: as those most at risk leave first, it moves towards 1 the longer people are followed, even where
each person's hazard changes by the same factor for ever.  So it always has a horizon.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from ...terms import Marks, Problem, Refused
from ..scores import Truth
from .risk import happened
from .weights import spread, weighed

if TYPE_CHECKING:
    from ...terms import Array

Ties = Literal["efron", "breslow"]
MOST_STEPS = 100  # of Newton's method, which takes about five
SMALL = 1e-15  # a step of the logarithm
NOTHING = 1e-9  # in proportion: what is left of a sum of weights by rounding


def hazard_ratio(served: Marks, compared: Marks, days: Array | int, *, ties: Ties = "efron", cause: str = "", weights: Array | None = None) -> Truth:
    """The marginal ratio of the hazards of a cause up to a horizon: Cox (1972) on 2n rows, nobody censored but at the horizon.

    The hazard is that of the cause: whoever dies, or has another kind of mark, is at risk up to and on that day.  Days
    that the outcome takes off the clock count as at risk.  `ties` is named, for with whole days it matters: Efron's (1977) or
    Breslow's (1974) form; equal weights on events of one day take their mean, as usual.  `served` and `compared` of the result
    are events for each day at risk.  The error is by the pull of each person on the logarithm (Lin and Wei 1989), both lives of
    a person together.
    """
    who = weighed(len(served.day), weights)
    rows = _Rows.of(served, compared, days, cause, who.rows, np.ones(len(who)) if who.share is None else who.share)
    terms = rows.terms(ties)
    log_ratio = _solved(terms, rows)
    pulls = rows.weight * rows.residual(terms, log_ratio) / terms.information(log_ratio)
    effect = float(np.exp(log_ratio))
    return Truth(effect, effect * spread(pulls[: len(who)] + pulls[len(who) :]), rows.rate(1), rows.rate(0), len(who))


@dataclass(frozen=True, slots=True, eq=False)
class _Terms:
    """The terms of the partial likelihood: one an event; of those on one day, Efron takes a growing part out of the risk set."""

    place: Array  # (k,) int: which day of an event
    mass: Array  # (k,) weight of the event
    out: Array  # (k,) part of that day's events that no longer counts as at risk
    risk: Array  # (2, k) weight at risk: compared, served

    def share(self, log_ratio: float) -> Array:
        """The chance that each event is a served life's."""
        return np.asarray(self.risk[1] * np.exp(log_ratio) / self.total(log_ratio))

    def total(self, log_ratio: float) -> Array:
        """The hazard-weighted risk set of each event."""
        return np.asarray(self.risk[0] + self.risk[1] * np.exp(log_ratio))

    def information(self, log_ratio: float) -> float:
        """How sharply the likelihood bends."""
        share = self.share(log_ratio)
        return float(np.sum(self.mass * share * (1 - share)))


@dataclass(frozen=True, slots=True, eq=False)
class _Rows:
    """Both lives of every person, the served ones first; (2m,) arrays."""

    arm: Array  # int: 1 for the served life
    last: Array  # int: the last day at risk
    event: Array  # bool: the cause happened on it
    weight: Array  # float
    days: Array  # (k,) int: the days on which events happen
    place: Array  # int: the last of those days up to `last`; -1: none

    @classmethod
    def of(cls, served: Marks, compared: Marks, days: Array | int, cause: str, rows: Array, share: Array) -> _Rows:
        n = len(rows)
        last = np.concatenate([np.minimum(marks.day, np.subtract(days, 1))[rows] for marks in (served, compared)])
        event = np.concatenate([happened(marks, days, cause)[rows] for marks in (served, compared)])
        arm, weight = np.repeat([1, 0], n), np.tile(share, 2)
        on = np.unique(last[event])
        return cls(arm, last, event, weight, on, np.searchsorted(on, last, side="right") - 1)

    def terms(self, ties: Ties) -> _Terms:
        """The likelihood's terms, in the order of the days."""
        k = len(self.days)
        count = np.bincount(self.place[self.event], minlength=k)
        died = np.stack([self._gathered(self.event & (self.arm == arm)) for arm in (0, 1)])
        # everybody whose last day is that of an event, or later
        at_risk = np.stack([np.cumsum(self._gathered((self.place >= 0) & (self.arm == arm))[::-1])[::-1] for arm in (0, 1)])
        place = np.repeat(np.arange(k), count)
        earlier = np.arange(len(place)) - np.repeat(np.cumsum(count) - count, count)
        out = earlier / count[place] if ties == "efron" else np.zeros(len(place))
        return _Terms(place, died.sum(axis=0)[place] / count[place], out, at_risk[:, place] - out * died[:, place])

    def _gathered(self, rows: Array) -> Array:
        return np.bincount(self.place[rows], self.weight[rows], minlength=len(self.days))

    def residual(self, terms: _Terms, log_ratio: float) -> Array:
        """What each row adds to the score at the solution; (2m,)."""
        k, share, total = len(self.days), terms.share(log_ratio), terms.total(log_ratio)
        mean = np.bincount(terms.place, share, k) / np.bincount(terms.place, minlength=k)
        found = np.zeros(len(self.arm))
        for arm in (0, 1):
            drift = np.exp(log_ratio * arm) * (arm - share) * terms.mass / total
            whole, own = np.bincount(terms.place, drift, k), np.bincount(terms.place, (1 - terms.out) * drift, k)
            gathered = np.concatenate([[0.0], np.cumsum(whole)])
            mine = self.arm == arm
            place, event = self.place[mine], self.event[mine]
            on_the_day = arm - mean[place] - gathered[place] - own[place]
            found[mine] = np.where(event, on_the_day, -gathered[place + 1])
        return found

    def rate(self, arm: int) -> float:
        """Events for each day at risk in one arm."""
        mine = self.arm == arm
        return float(np.sum(self.weight[mine] * self.event[mine]) / np.sum(self.weight[mine] * (self.last[mine] + 1)))


def _solved(terms: _Terms, rows: _Rows) -> float:
    """Where the score is 0: Newton's method, halved where it would step past the best."""
    served = float(np.sum(rows.weight[rows.event & (rows.arm == 1)]))
    # the score falls from what it is where every event is a compared life's, if any is at risk, to where every one is a served life's
    highest, lowest = served - np.sum(terms.mass[terms.risk[0] == 0]), served - np.sum(terms.mass[terms.risk[1] > 0])
    if not (highest > NOTHING * served and lowest < -NOTHING * served):
        said = "the partial likelihood has no top: the events of one life never happen beside the other."
        raise Refused(Problem("hazard ratio", said, "Each life has an event while the other is at risk.", "Ask for a difference in risk."))

    def score(log_ratio: float) -> float:
        return served - float(np.sum(terms.mass * terms.share(log_ratio)))

    at = 0.0
    for _ in range(MOST_STEPS):
        step = float(np.clip(score(at) / terms.information(at), -1.0, 1.0))
        while abs(score(at + step)) > abs(score(at)) and abs(step) > SMALL:
            step /= 2
        at += step
        if abs(step) <= SMALL * max(1.0, abs(at)):
            break
    return at
