"""Whether the arms hold enough people, clusters and events for the interval that is read off them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..phrases import counted
from ..terms import Diagnostic
from .wording import people

if TYPE_CHECKING:
    from ..terms import Array

FEWEST_PEOPLE = 10  # an arm: the smallest for which the coverage of the intervals was rehearsed
FEWEST_CLUSTERS = 5  # an arm: the fewest for which the coverage of the CR2 interval was rehearsed
LEAST_FREEDOM = 4.0  # Bell-McCaffrey degrees of freedom: below, the t approximation fails (Tipton 2015)
FEWEST_EVENTS = 10  # an arm, and as many without: the rule of ten successes and ten failures (Moore, McCabe & Craig); rehearsed
LEAST_EXPECTED = 1.0  # events in the smaller arm, and as many without, were risks alike: below, no chi-squared holds (Cochran 1954)
MOST_SKEW = 0.1  # of the sampling distribution: beyond, a tail of a t interval is a third too heavy (Hall 1992); rehearsed


def both_arms(served: Array) -> tuple[tuple[str, Array], tuple[str, Array]]:
    """Who is of each arm, (n,) bool, with its name."""
    return ("served", served), ("compared", ~served)


def arms_large_enough(served: Array) -> Diagnostic:
    """Whether both arms hold enough people to say anything; `served` is (n,) bool."""
    sizes = {"served": int(served.sum()), "compared": int((~served).sum())}
    smallest = min(sizes.values())
    return Diagnostic(
        name="arms_large_enough",
        sentence=f"{people(sizes['served'])} people were offered the programme and {people(sizes['compared'])} were not; "
        f"at least {FEWEST_PEOPLE} are needed on each side.",
        value=smallest,
        limit=FEWEST_PEOPLE,
        holds=smallest >= FEWEST_PEOPLE,
        source="the smallest arm for which this project rehearsed the coverage of its intervals",
        detail={arm: float(size) for arm, size in sizes.items()},
    )


def sparse_events(events: Array, served: Array, *, required: bool, of_times: bool = False) -> Diagnostic:
    """Whether each arm holds enough people with the event, and without; both (n,) bool.

    Required where no interval stands ready that is right for sparse counts.  `of_times`: of days, or of how often, which differ among
    those with an event too, so that nobody need be without one.
    """
    counts = {
        f"{arm}, {what}": float((inside & had).sum())
        for arm, inside in (("served", served), ("compared", ~served))
        for what, had in (("with the event", events), ("without it", ~events))
    }
    fewest = min(number for name, number in counts.items() if not of_times or name.endswith("with the event"))
    holds = fewest >= FEWEST_EVENTS
    enough, short = (f" and {FEWEST_EVENTS} without it", ", or without it") if not of_times else ("", "")
    return Diagnostic(
        name="sparse_events",
        sentence=f"Each arm holds at least {FEWEST_EVENTS} people with the event{enough}."
        if holds
        else f"An arm holds fewer than {FEWEST_EVENTS} people with the event{short}: a normal interval cannot be trusted.",
        value=fewest,
        limit=FEWEST_EVENTS,
        holds=holds,
        source="the rule of ten successes and ten failures (Moore, McCabe and Craig); coverage rehearsed by this project",
        required=required,
        detail=counts,
    )


def same_day_events(count: int, everybody: int) -> Diagnostic:
    """How many people had the event on the very day of the start, where nothing says which came first; shown, not judged."""
    return Diagnostic(
        name="same_day_events",
        sentence=f"{people(count)} of {people(everybody)} people had the event on the day of the start itself; it is not counted.",
        value=count,
        limit=None,
        holds=True,
        source="marks count from the day after the start",
        required=False,
    )


def too_rare_for_a_score(events: Array, served: Array) -> bool:
    """Whether so few people had the event, or were without it, that the smaller arm would expect less than one."""
    share = float(events.mean())
    smaller = min(int(served.sum()), int((~served).sum()))
    return smaller * min(share, 1 - share) < LEAST_EXPECTED


def skewed_amounts(skewness: float) -> Diagnostic:
    """Whether amounts are so uneven, in arms so unequal, that a t interval leans to one side; `skewness` of the contrast.

    Not required: where it fails the randomisation test is asked as well, and the interval reaches as far as either.
    """
    holds = abs(skewness) <= MOST_SKEW
    return Diagnostic(
        name="skewed_amounts",
        sentence="Amounts are even enough for a t interval."
        if holds
        else "A few large amounts weigh so heavily that a t interval alone would be wrong too often on one side.",
        value=skewness,
        limit=MOST_SKEW,
        holds=holds,
        source="Hall 1992; coverage rehearsed by this project",
        required=False,
    )


def clusters_by_arm(served: Array, clusters: Array) -> tuple[int, int]:
    """How many clusters have anybody in the served arm, and in the compared arm."""
    return len(np.unique(clusters[served])), len(np.unique(clusters[~served]))


def few_clusters(served: Array, clusters: Array, freedom: float, *, exact: bool = True) -> Diagnostic:
    """Whether there are clusters enough, of sizes even enough, for a clustered interval; `freedom` in degrees.

    `exact`: the question's method has an interval by exact inference, which stands where they are not.
    """
    there, elsewhere = clusters_by_arm(served, clusters)
    holds = freedom >= LEAST_FREEDOM
    return Diagnostic(
        name="few_clusters",
        sentence=f"{counted(there, 'cluster')} on the served side and {elsewhere} on the other are worth {freedom:.1f} degrees of freedom; "
        f"at least {LEAST_FREEDOM:.0f} are needed" + (': ask for inference by = "exact".' if exact and not holds else "."),
        value=freedom,
        limit=LEAST_FREEDOM,
        holds=holds,
        source="Tipton 2015; Pustejovsky and Tipton 2018",
        detail={"served": float(there), "compared": float(elsewhere)},
    )
