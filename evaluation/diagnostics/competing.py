"""Ends after which the event cannot happen, by arm: whoever died is not arrested, and that must not be told as good news."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ..terms import Diagnostic, better_of
from .likeness import distinct
from .wording import other, part, tellable, those

if TYPE_CHECKING:
    from ..terms import Array, Measure, Outcome

BEYOND_LUCK = 2.58  # standard errors: luck takes arms that are alike so far apart, in one direction, once in 200 answers
MOST_OF_THE_EFFECT = 0.25  # as large a part of the effect told may be the ends' own; and
LARGEST = 100.0  # times the effect: as much is told where there is none
SOURCE = "all that can end a clock is told together (Latouche, Allignol, Beyersmann, Labopin and Fine 2013); the limits are a rule of this project"

Way = Literal["more", "fewer"]


@dataclass(frozen=True, slots=True)
class Ends:
    """How often the ends that rule an event out come by the horizon, as people weigh; pairs are of the served and the compared."""

    shares: tuple[float, float]  # of people, with any of them before the event
    kinds: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # the same, by kind
    apart: float = 0.0  # the served less the compared, in the unit of the answer: what of the event these ends took away
    std_error: float = 0.0  # of `apart`


def flattering(outcome: Outcome, measure: Measure) -> Way | None:
    """Whether more of such ends among the served, or fewer, make an answer look better; None where they cannot.

    An end leaves fewer events, which look better where fewer are.  Of days free of it an end is a loss, like the event: it can only
    look better where the event is one to wait less for.
    """
    if better_of(outcome, measure) == "fewer":
        return "more"
    return "fewer" if measure != "time_free" else None


def competing_ends(
    served: Array,
    kind: Array,
    apart: Array,
    person: Array,
    ends: Ends,
    effect: float,
    *,
    flatter: Way | None,
    worse: bool = False,
    called: str = "served",
) -> Diagnostic:
    """How many came to an end that rules the event out, by arm, and whether that could be why an answer looks better than it is.

    All (n,): `served` bool, `kind` str, the end that came before the event, "" of none, `apart` int, what became of the others (0 the
    horizon, 1 the event, 2 a loss), `person` int; of two plans, rows of those who kept to theirs.  `effect` is the effect told, in the
    unit of `ends.apart`.  Where fewer have the event more are left to die without it, so that not the shares are judged, but what the
    ends took away.  Fails where that lies apart the way that flatters, by more than BEYOND_LUCK standard errors and by at least
    MOST_OF_THE_EFFECT of the effect; not where the effect is `worse` all the same, which ends that flatter cannot have made.  Without
    a way to flatter they are shown, and not judged.
    """
    gap = 0.0 if flatter is None else ends.apart if flatter == "more" else -ends.apart
    beyond = gap > BEYOND_LUCK * ends.std_error
    value = gap / max(abs(effect), gap / LARGEST) if beyond else 0.0
    holds = worse or value < MOST_OF_THE_EFFECT
    arms = {"served": served, "compared": ~served}
    counts = {arm: _of(person, there, kind != "") for arm, there in arms.items()}
    # whoever knows how many had the event, and how many were followed to the horizon, works out from these how many were lost
    others = {arm: tuple(distinct(person, there & (kind == "") & (apart == what)) for what in range(3)) for arm, there in arms.items()}
    detail = dict(zip(arms, ends.shares, strict=True)) | {
        f"{arm}, {name}": pair[i] for name, pair in ends.kinds.items() for i, arm in enumerate(arms)
    }
    return Diagnostic(
        name="competing_ends",
        sentence=_sentence(counts, ends, called) + (_judged(flatter, called, holds=holds) if any(had for had, _ in counts.values()) else "."),
        value=value,
        limit=None if flatter is None else MOST_OF_THE_EFFECT,
        holds=holds,
        source=SOURCE,
        required=flatter is not None,
        detail=detail | {"taken away, in the unit of the answer": ends.apart, "standard error": ends.std_error},
        behind={arm: (*counts[arm], *others[arm]) for arm in arms},
    )


def _sentence(counts: Mapping[str, tuple[int, int]], ends: Ends, called: str) -> str:
    """How many of each arm, and which share as the answer weighs them."""
    if not any(had for had, _ in counts.values()):
        return "Nobody came to an end after which the event cannot happen, such as a death"
    told = [part(had, had + rest) for had, rest in counts.values()]
    shares = ""
    if tellable(*(count for pair in counts.values() for count in pair)):
        shares = "; {:.0f} % against {:.0f} % by the horizon, as they weigh".format(*(100 * share for share in ends.shares))
    kinds = " or ".join(name.replace("_", " ") for name in sorted(ends.kinds))
    return f"{told[0]} people {called} and {told[1]} people {other(called)} came to an end after which the event cannot happen ({kinds}{shares})"


def _judged(way: Way | None, called: str, *, holds: bool) -> str:
    if way is None:
        return "."
    if holds:
        return "; day by day, of those who had neither yet, not so many more on one side as to make the answer look better."
    how = "oftener" if way == "more" else "less often"
    return f": day by day it came {how} to {those(called)} who had neither yet, and that may be why they seem to have fared better."


def _of(person: Array, there: Array, had: Array) -> tuple[int, int]:
    """Different people of an arm with such an end, and the others."""
    some = distinct(person, there & had)
    return some, distinct(person, there) - some
