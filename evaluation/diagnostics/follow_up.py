"""Whether people were followed for long enough, and alike on both sides, for what is said to have happened by the horizon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from scipy.special import chdtrc

from ..terms import Diagnostic
from .arms import FEWEST_PEOPLE, both_arms
from .likeness import distinct
from .sums import effective_number, sums_by
from .wording import other, part, tellable, those

if TYPE_CHECKING:
    from ..terms import Array

LEAST_COMPLETE = 0.8  # of the days that could have been seen: our own rule, beside `losses`, which judges whether others can stand for those lost
LEAST_AT_RISK = 0.1  # of an arm: the lower end of what Pocock and others advise for the end of a curve
RAREST = 0.05  # a difference in leaving that luck makes more often than this is not told from none


@dataclass(frozen=True, slots=True, eq=False)
class Cut:
    """Clocks that go on in another row, and weigh more or less as the days go by; (n,) arrays, of each row."""

    begun: Array  # int: days seen before it
    weights: Array  # float
    kept: Array  # bool: of somebody who kept to the plan for as long as they were followed


def follow_up_complete(
    served: Array,
    seen: Array,
    ended: Array,
    person: Array,
    horizon: Array,
    *,
    lost: Array | None = None,
    cut: Cut | None = None,
    called: str = "served",
) -> Diagnostic:
    """The share of the days that people could have been followed on which they were, in the arm where it is smaller, and the median follow-up.

    All (n,): `served` bool, `seen` int days seen, `ended` bool (the event, or an end that rules it out: nothing more could have been
    seen), `person` int, `horizon` int days.  Of rows that are `cut`, `lost` (n,) bool is who was lost: other rows end without a loss,
    and what those lost could have been seen for weighs as they did.  Not required: whether those followed can stand for those lost is
    for `losses` to say.
    """
    lost = ~ended & (seen < horizon) if lost is None else lost
    begun, w = (np.zeros(len(seen), dtype=int), np.ones(len(seen))) if cut is None else (cut.begun, cut.weights)
    there_were = np.minimum(seen, horizon)
    possible = w * (np.where(lost, horizon, there_were) - begun)
    complete = {arm: float((w * (there_were - begun))[there].sum() / possible[there].sum()) for arm, there in both_arms(served)}
    worst = min(complete, key=lambda arm: complete[arm])
    holds = complete[worst] >= LEAST_COMPLETE
    gone = {arm: _lost_of(person, there if cut is None else there & cut.kept, lost) for arm, there in both_arms(served)}
    if not lost.any():
        sentence = "Everybody was followed to the horizon, to the event, or to an end that rules it out."
    else:
        told = tellable(*(count for pair in gone.values() for count in pair))
        share = _completeness(complete, called) if told else "Some of the days that could have been seen were not"
        sentence = f"{share}; {_median(served, seen, lost, begun, w, called)}"
        sentence += "." if holds else f": less than {100 * LEAST_COMPLETE:g} % of the days of one arm were seen."
    return Diagnostic(
        name="follow_up_complete",
        sentence=sentence,
        value=complete[worst],
        limit=LEAST_COMPLETE,
        holds=holds,
        source="completeness: Clark, Altman and De Stavola 2002; the limit is a rule of this project",
        required=False,
        detail=complete,
        behind=gone,
    )


def smallest_risk_set(
    served: Array,
    at_risk: Array,
    person: Array,
    weights: Array,
    *,
    late: tuple[Array, Array, Array] | None = None,
    called: str = "served",
) -> Diagnostic:
    """The share of the smaller arm still followed without any end on the last day before the horizon, and how many people these are worth.

    All (n,): `served` and `at_risk` bool, `person` int, `weights` float; of two plans, rows of those who kept to theirs.  Where people
    come under watch after their start, `late` holds when each row does, when it is no longer, and whether that was by an end (bool):
    then few are watched early, and an end among them takes the whole curve with it, so that ten are wanted on every day with an end.
    Where nearly everybody has the event few are left at risk whoever is followed, so that this is not required: the end of a curve is
    then told by few, and the answer says so.
    """
    counts, worth = {}, {}
    for arm, there in both_arms(served):
        left = there & at_risk
        counts[arm] = (distinct(person, left), distinct(person, there) - distinct(person, left))
        worth[arm] = effective_number(weights[left], person[left]) if left.any() else 0.0
    shares = {arm: left / (left + gone) for arm, (left, gone) in counts.items()}
    fewest = min(left for left, _ in counts.values())
    value = min(shares.values())
    early = late is not None and min(_fewest(*(part[there] for part in late)) for _, there in both_arms(served)) < FEWEST_PEOPLE
    holds = value >= LEAST_AT_RISK and min(worth.values()) >= FEWEST_PEOPLE and not early
    number = ", worth {:,.0f} and {:,.0f} people of equal weight".format(*worth.values()) if tellable(fewest) and min(worth.values()) > 10 else ""
    counted = [part(left, left + gone) for left, gone in counts.values()]
    return Diagnostic(
        name="smallest_risk_set",
        sentence=f"At the horizon {counted[0]} people {called} and {counted[1]} people {other(called)} were still followed without any end{number}"
        + (_EARLY if early else "." if holds else ": the last stretch of the curves is told by few people."),
        value=value,
        limit=LEAST_AT_RISK,
        holds=holds,
        source="Pocock, Clayton and Altman 2002: no curve beyond the day on which 10 to 20 % are still followed; and ten people at least in each arm",
        required=False,
        detail=shares | {f"{arm}, effective": number for arm, number in worth.items()},
        behind=counts,
    )


_EARLY = "; people came under watch after their start, and on a day with an end too few were watched: all of the curve after it rests on these."


def _fewest(entry: Array, stop: Array, ended: Array) -> int:
    """How many are watched on the day with an end on which these are fewest; entries on a day are not watched on it."""
    times = np.unique(stop[ended])
    watched = np.searchsorted(np.sort(entry), times) - np.searchsorted(np.sort(stop), times)
    return int(watched.min()) if len(times) else FEWEST_PEOPLE


def censoring_by_arm(served: Array, seen: Array, lost: Array, person: Array, *, cut: Cut | None = None, called: str = "served") -> Diagnostic:
    """Whether one arm was left sooner, or by more, than the other: the log-rank test with being lost as the event, everything else ending it.

    All (n,): `served` and `lost` bool, `seen` int days seen, `person` int; of a person with several rows in an arm the first counts.
    Of rows that are `cut` all count, each as it weighs, and the test is that of `weighted_log_rank`; counts are of those who kept to
    their plan.  Not required: a history can stand for who left, and `losses` says how far apart the arms may be.
    """
    if cut is None:
        first = np.unique(np.stack([person, served.astype(person.dtype)]), axis=1, return_index=True)[1]
        p = log_rank(seen[first], lost[first], served[first])
        behind = {label: _lost_of(person[first], there, lost[first]) for label, there in both_arms(served[first])}
    else:
        p = weighted_log_rank(seen, lost, served, person, cut)
        behind = {label: _lost_of(person, there & cut.kept, lost) for label, there in both_arms(served)}
    holds = p >= RAREST
    told = [part(*_of(behind[label])) for label in ("served", "compared")]
    alike = "no sooner on one side than on the other, as far as luck allows to tell" if holds else "sooner, or by more, on one side than on the other"
    both = f"{told[0]} people {called} and {told[1]} people {other(called)} were lost before any end, {alike}."
    return Diagnostic(
        name="censoring_by_arm",
        sentence=both if lost.any() else "Nobody was lost.",
        value=p,
        limit=RAREST,
        holds=holds,
        source="log-rank test of being lost (Mantel 1966), at 5 %: a rule of this project",
        required=False,
        detail={label: gone / (gone + rest) for label, (gone, rest) in behind.items()},
        behind=behind,
    )


def log_rank(stop: Array, event: Array, group: Array) -> float:
    """The chance, were two groups alike, of events as far apart as these; 1 where there is no event or one group is never at risk.

    `stop` (n,) int or float, `event` and `group` (n,) bool.  Exact hypergeometric variances at each time; chi-squared with 1 degree.
    """
    times = np.unique(stop[event])
    order, order_1 = np.sort(stop), np.sort(stop[group])
    n = len(stop) - np.searchsorted(order, times)
    n_1 = int(group.sum()) - np.searchsorted(order_1, times)
    place = np.searchsorted(times, stop[event])
    d = np.bincount(place, minlength=len(times))
    d_1 = np.bincount(place, weights=group[event].astype(float), minlength=len(times))
    expected = d * n_1 / n
    spread = np.where(n > 1, expected * (1 - n_1 / n) * (n - d) / np.maximum(n - 1, 1), 0.0).sum()
    return float(chdtrc(1, (d_1 - expected).sum() ** 2 / spread)) if spread > 0 else 1.0


def weighted_log_rank(stop: Array, event: Array, group: Array, person: Array, cut: Cut) -> float:
    """The same of rows that are cut and weighted, with a variance that adds up what one person adds to it (Lin and Wei 1989).

    All (n,): `stop` int, days seen by the end of the row, `event` and `group` bool, `person` int.  A person may stand in both groups.
    """
    times = np.unique(stop[event])
    if not len(times):
        return 1.0
    w, begun = cut.weights, cut.begun
    n, n_1 = (_watched(begun[there], stop[there], w[there], times) for there in (np.ones_like(group), group))
    place = np.searchsorted(times, stop[event])
    d = np.bincount(place, weights=w[event], minlength=len(times))
    share = n_1 / n
    # the sums over times up to each of the hazard, and of the hazard times the share: what a row expects while it is watched
    hazard, pulled = (np.concatenate([[0.0], np.cumsum(each)]) for each in (d / n, share * d / n))
    last, first = np.searchsorted(times, stop, "right"), np.searchsorted(times, begun, "right")
    added = -w * (group * (hazard[last] - hazard[first]) - (pulled[last] - pulled[first]))
    added[event] += w[event] * (group[event] - share[place])
    of_person = sums_by(added, person)
    spread = float((of_person**2).sum())
    return float(chdtrc(1, of_person.sum() ** 2 / spread)) if spread > 0 else 1.0


def _watched(begun: Array, stop: Array, weights: Array, times: Array) -> Array:
    """(t,) the weight of the rows that are watched on each of `times`."""

    def before(days: Array, side: Literal["left", "right"]) -> Array:
        order = np.argsort(days, kind="stable")
        return np.concatenate([[0.0], np.cumsum(weights[order])])[np.searchsorted(days[order], times, side)]

    return np.asarray(before(begun, "left") - before(stop, "left"))


def _lost_of(person: Array, there: Array, lost: Array) -> tuple[int, int]:
    """Different people of an arm with a clock that was lost, and the others."""
    gone = distinct(person, there & lost)
    return gone, distinct(person, there) - gone


def _completeness(complete: dict[str, float], called: str) -> str:
    shares = [f"{np.floor(100 * complete[arm]):.0f} %" for arm in ("served", "compared")]
    return f"Of the days that could have been seen, {shares[0]} were of {those(called)} and {shares[1]} of {those(other(called))}"


def _median(served: Array, seen: Array, lost: Array, begun: Array, weights: Array, called: str) -> str:
    """How long half were followed for, by reverse Kaplan-Meier: whoever had an end would have been followed on (Schemper and Smith 1996)."""
    found = [_half_gone(seen[there], lost[there], begun[there], weights[there]) for there in (served, ~served)]
    if found == [None, None]:
        return "had no end come before, more than half of either side would have been followed to the horizon"
    said = [
        f"half of {whom} for {day:,.0f} days" if day else f"more than half of {whom} to the horizon"
        for whom, day in zip(_whom(called), found, strict=True)
    ]
    return f"had no end come before, {said[0]} would have been followed, and {said[1]}"


def _whom(called: str) -> tuple[str, str]:
    return those(called), those(other(called))


def _half_gone(seen: Array, lost: Array, begun: Array, weights: Array) -> float | None:
    """The day by which half would have been lost; None where that day does not come."""
    times = np.unique(seen[lost])
    there = _watched(begun, seen, weights, times)
    gone = np.bincount(np.searchsorted(times, seen[lost]), weights=weights[lost], minlength=len(times))
    reached = np.flatnonzero(np.cumprod(1 - gone / there) <= 0.5) if len(times) else np.zeros(0, dtype=int)
    return float(times[reached[0]]) if len(reached) else None


def _of(count: tuple[int, int]) -> tuple[int, int]:
    """So many of how many."""
    return count[0], sum(count)
