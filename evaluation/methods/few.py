"""What may be printed where the programme reached few clusters: the rules, and one function that holds an answer to them.

How often a true zero is left out at 5 %, by simulation: a roll-out over three of ten periods, effects by group and period, errors
that last (.7 from one period to the next) and move together in all places, 2,000 draws each.  Places' spreads differ up to four
times at random / those reached are four times as noisy as the others / a quarter as noisy:

    clusters, reached   usual (CR1, normal)   `by_arm`, as printed   days dealt out anew, `evened`
    6, 3                .14 / .22 / .14       .01 / .03 / .02
    8, 1                                      not printed            none can: 8 ways
    8, 2                .22 / .36 / .10       not printed: up to .08 .04 / .03 / .05
    10, 2               .21 / .36 / .09       not printed: up to .07 .04 / .04 / .04
    10, 3               .14 / .23 / .07       .04 / .04 / .02        .05 / .05 / .07
    10, 5               .10 / .15 / .10       .03 / .05 / .03
    20, 1                                     not printed            .05 / .04 / .05
    20, 3               .19 / .26 / .07       .03 / .04 / .01
    50, 5               .13 / .15 / .07       .03 / .03 / .02

What dealing out gives is of 1,500 draws; of outcomes that are not evened, it leaves out a true zero .23 / .60 of times where two of
eight / one of twenty are noisier.  With one of twenty, the least that p can be is .05, and nothing is ruled out.  The wild bootstrap of
two by two with noisier ones reached, beside thirty others, 650 to 850 draws: .089 with six, .085 with eight, .089 with ten, .080 with
twelve (each give or take .010).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from ..diagnostics.few_treated import FEWEST_CLUSTERS, FEWEST_TREATED, few_treated_clusters
from ..terms import NEVER, Interval
from .inference import Contrast
from .jackknifed import WHOLE, freedom_of_equals, of_moves
from .reassigned import REJECTED, Reassigned

if TYPE_CHECKING:
    from ..terms import Array, Diagnostic
    from .wild import Wild

FEWEST_WILD = 12  # clusters on each side, for the wild bootstrap: with fewer that are four times as noisy, it rejects a true zero 9 times of 100
NO_EFFECT_RULED_OUT = 1.0  # the p-value where nothing can be tested


@dataclass(frozen=True, slots=True)
class Reached:
    """How many clusters there are, how many of them the programme reached, and with how many these are compared."""

    clusters: int
    treated: int
    compared: int
    worth: tuple[float, float] | None = None  # as many of one weight each side is, where most of the effect rests on some of its clusters

    @property
    def counts(self) -> tuple[float, float]:
        """What the side reached and the side compared with are worth: no more than there are."""
        return (self.treated, self.compared) if self.worth is None else (min(self.treated, self.worth[0]), min(self.compared, self.worth[1]))

    @property
    def fewest(self) -> int:
        """On the side that is worth fewer, to the nearest whole one."""
        return round(min(self.counts))

    @property
    def enough(self) -> bool:
        """Whether a t interval can be trusted at all."""
        return self.fewest >= FEWEST_TREATED and self.clusters >= FEWEST_CLUSTERS

    @property
    def freedom(self) -> float:
        """Bell and McCaffrey's degrees of freedom of a difference of two means, were all clusters of one size: the most that there can be."""
        return freedom_of_equals(*self.counts)


@dataclass(frozen=True, slots=True)
class Told:
    """What is printed of an effect: its error, interval and p-value by one formula, and the condition that they rest on."""

    effect: float
    std_error: float  # inf where the spread cannot be measured
    freedom: float
    interval: Interval
    p_value: float
    diagnostic: Diagnostic


def reached(adopted: Array, clusters: Array, *, compared: Array | None = None) -> Reached:
    """Counts the clusters; `adopted` (n,) int, NEVER where a unit does not adopt, `clusters` (n,) int.

    `compared` (n,) bool says which units are compared with; left out: those that never adopt and, where there are none, those that do
    not adopt in the first period of adoption.  A cluster may be on both sides.
    """
    served = adopted != NEVER
    if compared is None:
        compared = ~served if (~served).any() else adopted > adopted.min(initial=NEVER)
    either, own, others = (len(np.unique(clusters[there])) for there in (served | compared, served, compared))
    return Reached(either, own, others)


def told(contrast: Contrast, formula: str, there: Reached, *, reassigned: Reassigned | None = None, wild: Wild | None = None) -> Told:
    """What is printed, given an effect with its cluster-robust error and how many clusters stand behind it.

    With FEWEST_TREATED clusters or more on each side, and FEWEST_CLUSTERS in all: the t interval, on no more degrees of freedom than
    a difference of two means of so many clusters has (`Reached.freedom`).  Hand in an error that corrects for few clusters: `cr3`,
    `jackknife` or `by_arm`.  With fewer: no t interval.  What re-assigning the dates of adoption tells stands instead where
    `reassigned` is given; else there is no interval, and p is 1.

    `wild` is asked for instead of t: it stands with FEWEST_WILD clusters or more on each side, and t where it does not.
    """
    asked = FEWEST_TREATED if wild is None else FEWEST_WILD
    measured = contrast.std_error > 0 and contrast.df > 0
    error = contrast.std_error if measured else float("inf")
    if wild is not None and there.enough and there.fewest >= FEWEST_WILD and not np.isnan(wild.p_value):
        limits = Interval(wild.low, wild.high, wild.formula)
        return in_accord(Told(contrast.effect, error, there.freedom, limits, wild.p_value, _condition(there, asked, "")))
    if there.enough and measured:
        held = replace(contrast, df=min(contrast.df, there.freedom))
        by = f"{formula}, t({held.df:.3g})"
        return Told(held.effect, error, held.df, held.interval(by), held.p_value, _condition(there, asked, "the interval by t"))
    if reassigned is not None:
        condition = _condition(there, asked, "what dealing the dates of adoption out anew gives")
        return in_accord(Told(contrast.effect, error, there.freedom, reassigned.holding(contrast.effect), reassigned.p_value, condition))
    nothing = Interval(float("-inf"), float("inf"), _why(there))
    return Told(contrast.effect, error, there.freedom, nothing, NO_EFFECT_RULED_OUT, _condition(there, asked, ""))


def in_accord(there: Told) -> Told:
    """The same with p below .05 exactly where the interval leaves out 0: where tests of many effects at once disagree, the more careful stands.

    An interval that is cut out by testing every effect is drawn from the lowest that stands to the highest: an effect of 0 between
    them that is rejected by itself is then not ruled out, and one that stands by itself is inside.
    """
    interval = there.interval
    if there.p_value < REJECTED and not interval.excludes(0.0):
        return replace(there, p_value=REJECTED)
    if there.p_value >= REJECTED and interval.excludes(0.0):
        return replace(there, interval=replace(interval, low=min(interval.low, 0.0), high=max(interval.high, 0.0)))
    return there


def by_arm(effect: float, influence: Array, clusters: Array, served: Array, weight: Array | None = None) -> Contrast:
    """An effect with the jackknife's error told from its influence alone, so that nothing need be estimated again.

    `influence` (n,) is what each unit adds to the effect's error, `clusters` (n,) int, `served` (n,) bool the units that adopt,
    `weight` (n,) how much of the effect rests on each.  What a cluster adds from a side is divided by 1 less its share of that side's
    weight: exactly `jackknife` for a difference of two weighted means, and near it for effects by group and period, whose influence
    must hold that of the groups' shares, or groups of one cluster would add nothing.  NaN where one cluster is all of a side.
    """
    return of_moves(effect, *moves(influence, clusters, served, weight))


def moves(influence: Array, clusters: Array, served: Array, weight: Array | None = None) -> tuple[Array, Array]:
    """(G, 2) by how much leaving each cluster out moves an effect, and (G, 2) what rests on it: of the side compared with, and of that reached.

    The arguments are those of `by_arm`.
    """
    g = np.unique(clusters, return_inverse=True)[1]
    w = np.ones(len(g)) if weight is None else np.asarray(weight, dtype=float)
    rests, parts = (np.stack([np.bincount(g, weights=v * side) for side in (~served, served)], axis=1) for v in (w, influence))
    left = 1 - rests / np.maximum(rests.sum(axis=0), np.finfo(float).tiny)
    return parts / np.maximum(left, WHOLE), rests


def _condition(there: Reached, needed: int, instead: str) -> Diagnostic:
    return few_treated_clusters(there.clusters, there.treated, there.compared, needed=needed, instead=instead, worth=there.counts)


def _why(there: Reached) -> str:
    """Why no interval is printed."""
    if there.clusters < FEWEST_CLUSTERS:
        return f"none can be trusted: {there.clusters} clusters in all, and {FEWEST_CLUSTERS} are needed"
    if there.treated < FEWEST_TREATED:
        return f"none can be trusted: the programme reached {there.treated} of {there.clusters} clusters, and {FEWEST_TREATED} are needed"
    if there.compared < FEWEST_TREATED:
        return f"none can be trusted: {there.compared} of {there.clusters} clusters are compared with, and {FEWEST_TREATED} are needed"
    if not there.enough:
        return f"none can be trusted: most of the effect rests on {there.fewest} of {there.clusters} clusters, and {FEWEST_TREATED} are needed"
    return "none can be trusted: the effect hangs on one cluster alone, or nothing varies"
