"""Contrasts of two means of the same people's outcomes, on two (n,) arrays: one life, and the other.

Errors are those of a draw of people from a population: of a mean by its spread, of anything that is made of means by the delta
method, of quantiles by leaving groups of people out.  People who lead the same life twice pull at nothing, so that where nobody's
outcome moves every error is exactly 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ...terms import Problem, Refused
from ..scores import Truth
from .weights import Weighed, spread, weighed

if TYPE_CHECKING:
    from ...terms import Array

GROUPS = 40  # of people, each left out in turn for the error of a quantile


def mean_difference(served: Array, compared: Array, weights: Array | None = None) -> Truth:
    """The mean of the differences between two lives: of risks, days, dollars or counts.

    With weights 1 for everybody it is the average effect, for those served the effect on them.
    """
    who = weighed(len(served), weights)
    difference = served - compared
    effect = who.mean(difference)
    if who.share is None:
        error = float(difference[who.rows].std(ddof=1)) / len(who) ** 0.5 if len(who) > 1 else float("nan")
    else:
        error = spread(who.each(difference - effect))
    return Truth(effect, error, who.mean(served), who.mean(compared), len(who))


def ratio_of_means(served: Array, compared: Array, weights: Array | None = None) -> Truth:
    """Mean over mean: the ratio of two risks, or of two mean costs; never the mean of ratios.  1 where nobody's outcome moves."""
    who = weighed(len(served), weights)
    above, below = who.mean(served), who.mean(compared)
    divisible(below, "the mean of those compared")
    ratio = above / below
    return Truth(ratio, spread(who.each((served - above) - ratio * (compared - below)) / below), above, below, len(who))


def odds_ratio(served: Array, compared: Array, weights: Array | None = None) -> Truth:
    """The ratio of the odds of two marginal risks, of arrays of 0 and 1: not the odds ratio among people who are alike."""
    who = weighed(len(served), weights)
    first, second = who.mean(served), who.mean(compared)
    divisible(min(first, 1 - first), "the share of those served with the event, or without it,")
    divisible(min(second, 1 - second), "the share of those compared with the event, or without it,")
    ratio = first / (1 - first) / (second / (1 - second))
    pulls = who.each(served - first) / (first * (1 - first)) - who.each(compared - second) / (second * (1 - second))
    return Truth(ratio, ratio * spread(pulls), first, second, len(who))


def cost_per_avoided(costs: tuple[Array, Array], events: tuple[Array, Array], weights: Array | None = None) -> Truth:
    """What one avoided event costs: mean extra cost over mean events avoided, a ratio of means; each pair is served, compared.

    `served` of the result is the mean extra cost a person, and `compared` the mean number of events avoided a person: a
    negative ratio is read by their signs.  Refused where no event is avoided or added.
    """
    who = weighed(len(costs[0]), weights)
    extra, avoided = costs[0] - costs[1], events[1] - events[0]
    above, below = who.mean(extra), who.mean(avoided)
    divisible(below, "the mean number of events avoided")
    ratio = above / below
    return Truth(ratio, spread(who.each((extra - above) - ratio * (avoided - below)) / below), above, below, len(who))


def complier_effect(outcomes: tuple[Array, Array], taken_up: tuple[Array, Array], weights: Array | None = None) -> Truth:
    """Of people offered the programme or not: the mean effect on those who take it up if offered, and only then.

    The effect of the offer on the outcome over its effect on the take-up (Imbens and Angrist 1994); each pair is offered, not
    offered.  It is that of the compliers where the offer changes nothing for anybody else; their two means stand beside it.
    Refused where nobody takes it up by the offer, or somebody only without it.
    """
    who = weighed(len(outcomes[0]), weights)
    moved, taken = outcomes[0] - outcomes[1], (taken_up[0] - taken_up[1]).astype(float)
    if np.any(taken[who.rows] < 0):
        raise Refused(Problem("compliers", "somebody takes the programme up only if it is not offered.", "An offer keeps nobody away."))
    above, below = who.mean(moved), who.mean(taken)
    divisible(below, "the share of those who take the programme up by the offer")
    ratio = above / below
    error = spread(who.each((moved - above) - ratio * (taken - below)) / below)
    return Truth(ratio, error, who.mean(outcomes[0] * taken) / below, who.mean(outcomes[1] * taken) / below, len(who))


def quantile_difference(served: Array, compared: Array, share: float, weights: Array | None = None) -> Truth:
    """The difference of two marginal quantiles: not a quantile of the differences, which two lives of a person would show.

    A quantile is the smallest value that at least `share` of the weight does not pass (the inverse of the distribution function).
    Its error leaves each of 40 groups of people out in turn (Shao and Wu 1989); it is rough where values come in lumps.
    """
    if not 0 < share <= 1:
        raise Refused(Problem("quantile", f"the share {share} was asked for.", "A share lies above 0 and is 1 at most."))
    who = weighed(len(served), weights)
    both = quantile(served, who, share), quantile(compared, who, share)
    groups = min(GROUPS, len(who))
    left_out = []
    for group in range(groups if groups > 1 else 0):
        kept = np.arange(len(who)) % groups != group
        rest = Weighed(who.rows[kept], None if who.share is None else who.share[kept] / who.share[kept].sum())
        left_out.append(quantile(served, rest, share) - quantile(compared, rest, share))
    error = float(np.sqrt((groups - 1) * np.var(left_out))) if left_out else float("nan")
    return Truth(both[0] - both[1], error, *both, len(who))


def quantile(values: Array, who: Weighed, share: float) -> float:
    """The smallest of (n,) values that at least `share` of these people's weight does not pass."""
    mine = values[who.rows]
    if who.share is None:
        return float(np.sort(mine)[int(np.ceil(np.round(share * len(mine), 9))) - 1])
    order = np.argsort(mine, kind="stable")
    gathered = np.cumsum(who.share[order])
    return float(mine[order][min(int(np.searchsorted(gathered, share - 1e-12)), len(mine) - 1)])


def divisible(below: float, what: str) -> None:
    """Refuses to divide by nothing."""
    if below == 0:
        raise Refused(Problem("truth", f"{what} is 0.", "A ratio needs something to divide by.", "Ask for a difference."))
