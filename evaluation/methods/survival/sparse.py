"""Where few people have the event, or few are without it, a normal interval cannot be trusted: what stands in for it, and what is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...diagnostics import skewed_amounts, sparse_events
from ...diagnostics.arms import FEWEST_EVENTS, too_rare_for_a_score
from ...diagnostics.sums import effective_number, sums_by
from ..clustering import skewness
from ..inference import Contrast
from ..influence import errors
from ..proportions import LARGEST_EXACT, Counts, Limits, Z, chan_zhang, miettinen_nurminen
from ..spread import Spread, same
from .curves import curve
from .times import Times

if TYPE_CHECKING:
    from ...terms import Array, Diagnostic
    from ..influence import Errors, Means
    from .laid import Laid
    from .reading import Reading

SCORE = "Miettinen-Nurminen score, of as many people of equal weight"
EXACT = "exact unconditional, Chan-Zhang"
NORMAL = float("inf")  # degrees of freedom
CERTAIN = 1e-9  # of a risk: as near to 0, or to 1, nobody, or everybody, has the event
LEAST_CHANCE = 1e-3  # of having been followed, that is told apart from none


def shape(laid: Laid, means: Means, spread: Spread) -> tuple[Diagnostic, ...]:
    """Whether the interval can be trusted: enough people with the event, and of days and numbers, whether they are even enough."""
    enough = few(laid, required=spread.limits is None)
    if laid.question.measure == "risk":
        return (enough,)
    own = errors(laid.cohort, laid.comparison, laid.rows, means)
    return enough, skewed_amounts(skewness(own.influence, own.together))


def few(laid: Laid, *, required: bool) -> Diagnostic:
    """Whether each arm holds enough people with the event, and of a risk without it, by people; `required` where no other interval stands.

    Of mean days free, people whose clocks came to any end count: the event, or what rules it out.
    """
    measure, reading = laid.question.measure, laid.reading
    known = ~reading.lost & reading.last & (reading.why != "strategy")
    ended = reading.cause > 0 if measure == "time_free" else reading.cause == 1
    code, at = np.unique((2 * laid.rows.person + laid.rows.served)[known], return_inverse=True)
    had = np.bincount(at, weights=ended[known]) > 0
    return sparse_events(had, code % 2 == 1, required=required, of_times=measure != "risk")


def scored(laid: Laid, means: Means, error: Errors) -> Spread | None:
    """The interval by the score of two shares, each of as many people as its arm is worth; None where it does not apply.

    For risks of people who neither stand beside each other in sets nor share luck with others, by the difference; never of zero width
    (Miettinen & Nurminen 1985).  With everybody followed and of the same weight, and events too rare for a score, it is the exact one
    (Chan & Zhang 1999).  It does not apply where few are without the event in an arm of which somebody was lost: those few then stand
    for many, and no share tells how uncertain that is.
    """
    alone = error.sets is None and same(error.together, error.person) and len(np.unique(laid.rows.row)) == len(np.unique(laid.rows.person))
    if laid.question.measure != "risk" or laid.question.estimator != "difference" or not alone:
        return None
    enough = few(laid, required=False)
    if enough.holds or _few_stand_for_those_lost(laid, enough):
        return None
    exact = _exact(laid)
    if exact is not None:
        return _spread(means, exact, EXACT)
    shares = min(max(means.served, 0.0), 1.0), min(max(means.compared, 0.0), 1.0)
    arms = zip((laid.rows.served, ~laid.rows.served), shares, (error.of_served, error.of_compared), strict=True)
    worth = [_worth(laid, there, share, part, error.person) for there, share, part in arms]
    (x1, n1), (x0, n0) = ((np.array([many * share]), np.array([many])) for many, share in zip(worth, shares, strict=True))
    return _spread(means, miettinen_nurminen(Counts(x1, n1, x0, n0, np.ones(1))), SCORE)


def _spread(means: Means, limits: Limits, formula: str) -> Spread:
    """Limits as a spread, whose standard error is that of a normal interval as wide."""
    width = (limits.high - limits.low) / (2 * Z)
    return Spread(Contrast(means.effect, width, NORMAL), formula, (limits.low, limits.high, limits.p_value))


def _worth(laid: Laid, there: Array, share: float, part: Array, person: Array) -> float:
    """How many people of equal weight an arm's share comes from: as many as would give it the variance that it has (Korn & Graubard 1998).

    `part` (k,) is what each row adds to the share's error, learnt weights included, and `person` (k,) whose it is.  An arm is worth no
    more than by its weights (Kish 1965) and by the days that people were followed, did events come evenly over them: a variance told by
    a few with the event is too small where by luck none of them is heavy or late.  For the same reason Fay & Feuer 1997 add one event of
    the largest weight to those seen; here an arm is taken to be worth less again by as much as weights take from it, which
    rehearsals call for and which leaves equal weights as they are.
    """
    own = laid.rows.of(there)
    by_weight = effective_number(own.weights, own.person)
    most = by_weight / _thinned(laid.reading.of(there), own.weights)
    if CERTAIN < share < 1 - CERTAIN:
        most = min(most, share * (1 - share) / float((sums_by(part, person) ** 2).sum()))
    return most * by_weight / len(own.row)


def _thinned(arm: Reading, weights: Array) -> float:
    """The mean, over the days to the horizon, of one over the chance of still being followed: how many each of those seen stands for."""
    if not arm.lost.any():
        return 1.0
    followed = curve(Times(arm.day, arm.lost.astype(np.int64), arm.entry, weights))
    upto = np.searchsorted(followed.time, np.arange(int(arm.horizon.max())), side="left")
    chance = np.concatenate([[1.0], followed.survival])[upto]
    return float((1 / np.maximum(chance, LEAST_CHANCE)).mean())


def _few_stand_for_those_lost(laid: Laid, enough: Diagnostic) -> bool:
    """Whether an arm of which somebody was lost holds few people without the event."""
    arms = (("served", laid.rows.served), ("compared", ~laid.rows.served))
    return any((laid.reading.lost & there).any() and enough.detail[f"{arm}, without it"] < FEWEST_EVENTS for arm, there in arms)


def _exact(laid: Laid) -> Limits | None:
    """The exact interval, where events are too rare for a score and people can be counted; None elsewhere."""
    rows, had = laid.rows, laid.reading.cause == 1
    alike = np.ptp(rows.weights) == 0 and laid.comparison.learned is None and laid.comparison.blocks is None
    if not alike or laid.reading.lost.any() or laid.reading.entry is not None or len(rows.row) > LARGEST_EXACT:
        return None
    if not too_rare_for_a_score(had, rows.served):
        return None
    (x1, n1), (x0, n0) = ((int(had[there].sum()), int(there.sum())) for there in (rows.served, ~rows.served))
    return chan_zhang(x1, n1, x0, n0)
