"""Who stands for whom: weights by which few may stand for many, strategies that few keep to, and what those who left could have done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..terms import Diagnostic, OutcomeUnit
from .likeness import distinct
from .losses import LEAST_FOLLOWED
from .matched import FEWEST_EFFECTIVE, MOST_OF_AN_ARM, ROUNDED
from .sums import effective_number, sums_by
from .wording import BASES, HIDDEN, days, number, other, part, tellable, those

if TYPE_CHECKING:
    from ..terms import Array

FEW_STAND = (
    "a rule of this project: one person's share of the smallest arm for which it rehearsed its intervals; of those lost, nobody stands for more than "
    "ten; of two plans, the fewest of equal weight that it rehearsed; Kish 1965"
)
KEPT = "cloning, censoring and weighting: Hernán 2018; the limit is a rule of this project: the fewest people of equal weight that it rehearsed"


def extreme_weights(weights: Array, served: Array, person: Array, *, least: float, called: str = "served", kept: bool = False) -> Diagnostic:
    """The largest share of an arm's weight that one person carries, once those who left are stood for, and the smallest chance behind a weight.

    All (n,): `weights` float, 0 where a row stands for nobody, `served` bool, `person` int; `least` is the smallest chance of having
    been followed or, with `kept`, of keeping to a strategy.  That one is small is no fault of a strategy to which few keep, so that it
    is told, and what the people of each arm are worth is judged in its place.  Not required: `losses` and `kept_to_strategies` are.
    """
    share, worth = {}, {}
    for arm, there in (("served", served & (weights > 0)), ("compared", ~served & (weights > 0))):
        total = sums_by(weights[there], person[there])
        share[arm] = float(total.max() / total.sum()) if len(total) else 1.0
        worth[arm] = effective_number(weights[there], person[there]) if len(total) else 0.0
    value = max(share.values())
    shared = value <= MOST_OF_AN_ARM * (1 + ROUNDED)
    holds = shared and (min(worth.values()) >= FEWEST_EFFECTIVE if kept else least >= LEAST_FOLLOWED)
    chance = "of keeping to a strategy for so long" if kept else "of being followed for so long"
    much = f"{_worth(worth['served'])} people of equal weight of {those(called)} and {_worth(worth['compared'])} of {those(other(called))}"
    most = "nobody carries" if shared else "one person carries"
    return Diagnostic(
        name="extreme_weights",
        sentence=f"Those who stand for others are worth {much}; {most} more than {100 * MOST_OF_AN_ARM:g} % of an arm, and the smallest "
        f"chance {chance} that anybody had is {np.floor(100 * least) / 100:.2g}.",
        value=value,
        limit=MOST_OF_AN_ARM,
        holds=holds,
        source=FEW_STAND,
        required=False,
        detail={f"{arm}, largest share": one for arm, one in share.items()}
        | {f"{arm}, effective": one for arm, one in worth.items()}
        | {"least": least},
    )


def kept_to_strategies(enrolled: Array, could: Array, person: Array, *, within: int) -> Diagnostic:
    """How many kept to each of two strategies, of those whose clock ran long enough for the two to part, and when those who enrolled did.

    (n,) over starts: `enrolled` int, the day of the enrolment while the clock ran, beyond `within` days of grace where there was none;
    `could` bool, who enrolled in them or had them without an end; `person` int.  By how many keep to a plan, and not by which share: of
    a plan to which few keep, those few stand for many, and what they are worth is for `extreme_weights` to say.
    """
    came = could & (enrolled <= within)
    people, first, second = (distinct(person, there) for there in (could, came, could & ~came))
    counts = {"served": (first, people - first), "compared": (second, people - second)}
    fewest = min(first, second)
    holds = fewest >= FEWEST_EFFECTIVE
    median = np.median(enrolled[came]) if first else 0
    when = f"; half of those who enrolled had done so by day {median:,.0f}" if first > max(HIDDEN) else ""
    return Diagnostic(
        name="kept_to_strategies",
        sentence=f"Of those whom no end kept from it, {part(first, people)} people enrolled within {days(format(within, ','))}, and "
        f"{part(second, people)} did not{when}" + ("." if holds else ": too few for those who did to stand for the others."),
        value=fewest,
        limit=FEWEST_EFFECTIVE,
        holds=holds,
        source=KEPT,
        detail={arm: kept / (kept + gone) for arm, (kept, gone) in counts.items()},
        behind=counts,
    )


# ------------------------------------------------------------------------------------------------ those who left
def as_if_left(day: Array, cause: Array, left: Array, horizon: Array, *, had: bool) -> tuple[Array, Array]:
    """Days and causes (n,) as if whoever `left` (n,) bool had the event on the next day, or lived on without it to the horizon.

    `day` is the last day seen of those who left, `cause` int (0: no end seen; 1: the event), `horizon` (n,) int days, of which the last
    that counts is the one before.  The two together bound, arm by arm, whatever became of those who left, for risks and for mean days.
    """
    latest = np.asarray(horizon) - 1
    after = np.minimum(day + 1, latest) if had else latest
    return np.where(left, after, day), np.where(left, int(had), cause)


def move_away_bounds(low: float, high: float, *, lost: tuple[int, int], unit: OutcomeUnit = "people", called: str = "served") -> Diagnostic:
    """What the effect could have been, had all of one arm who left fared as badly, and of the other as well, as possible (Manski 1990).

    `low` and `high` bound the effect itself, in the measure's `unit`, without its sampling error; `lost` are people who left, by arm.
    Holds where both lie on one side of no effect.  Not required: `losses` judges a likely case, this is the worst.
    """
    holds = low > 0 or high < 0
    if tellable(*lost):
        found = "the effect among everybody lies between {} and {}".format(*_ends(low, high, unit))
    else:
        found = "the effect among everybody keeps its direction" if holds else "the effect among everybody could go either way"
    return Diagnostic(
        name="move_away_bounds",
        sentence=f"Whatever became of the people who left, {called} or {other(called)}, {found}.",
        value=high - low,
        limit=None,
        holds=holds,
        source="Manski 1990: worst-case bounds, of those who left before the event",
        required=False,
        detail={"low": low, "high": high},
        behind={"lost": lost},
    )


def _ends(low: float, high: float, unit: OutcomeUnit) -> list[str]:
    """Both ends, on one base: `from 11 fewer to 4.9 fewer of every 100 people` less its `from` and `to`."""
    whole = max(abs(low), abs(high))
    base = next((base for base in BASES if whole * base >= 1), BASES[-1]) if unit == "people" else 1
    said = [f"{number(abs(value) * base)} {'fewer' if value < 0 else 'more'}" if value else "none" for value in (low, high)]
    return [said[0], f"{said[1]} of every {base:,} people" if unit == "people" else f"{said[1]} days"]


def _worth(number: float) -> str:
    return f"{number:,.0f}" if number >= max(HIDDEN) + 1 else "fewer than 11"
