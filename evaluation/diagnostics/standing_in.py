"""Who stands for whom: weights by which few may stand for many, strategies that few keep to, and what those who left could have done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ..terms import Diagnostic, OutcomeUnit
from .likeness import distinct
from .losses import LEAST_FOLLOWED
from .matched import MOST_OF_AN_ARM, ROUNDED
from .sums import effective_number, sums_by
from .wording import BASES, HIDDEN, number, part, tellable, those

if TYPE_CHECKING:
    from ..terms import Array

LEAST_KEPT = 0.1  # of the clones of a strategy: our own rule; below, one who keeps to it stands for more than ten


def extreme_weights(weights: Array, served: Array, person: Array, *, least: float, called: str = "served", kept: bool = False) -> Diagnostic:
    """The largest share of an arm's weight that one person carries, once those who left are stood for, and the smallest chance behind a weight.

    All (n,): `weights` float, 0 where a row stands for nobody, `served` bool, `person` int; `least` is the smallest chance of having
    been followed or, with `kept`, of keeping to a strategy.  Not required: `losses` and `reuse_of_people` are.
    """
    share, worth = {}, {}
    for arm, there in (("served", served & (weights > 0)), ("compared", ~served & (weights > 0))):
        total = sums_by(weights[there], person[there])
        share[arm] = float(total.max() / total.sum()) if len(total) else 1.0
        worth[arm] = effective_number(weights[there], person[there]) if len(total) else 0.0
    value = max(share.values())
    holds = value <= MOST_OF_AN_ARM * (1 + ROUNDED) and least >= LEAST_FOLLOWED
    chance = "of keeping to a strategy for so long" if kept else "of being followed for so long"
    much = f"{_worth(worth['served'])} people of equal weight of {those(called)} and {_worth(worth['compared'])} of those compared"
    most = "nobody carries" if value <= MOST_OF_AN_ARM * (1 + ROUNDED) else "one person carries"
    return Diagnostic(
        name="extreme_weights",
        sentence=f"Those who stand for others are worth {much}; {most} more than {100 * MOST_OF_AN_ARM:g} % of an arm, and the smallest "
        f"chance {chance} that anybody had is {np.floor(100 * least) / 100:.2g}.",
        value=value,
        limit=MOST_OF_AN_ARM,
        holds=holds,
        source="a rule of this project: one person's share of the smallest arm for which it rehearsed its intervals, and nobody stands for more than "
        "ten; Kish 1965",
        required=False,
        detail={f"{arm}, largest share": one for arm, one in share.items()}
        | {f"{arm}, effective": one for arm, one in worth.items()}
        | {"least": least},
    )


def kept_to_strategies(served: Array, kept: Array, person: Array, *, enrolled: Array, within: int) -> Diagnostic:
    """How many kept to each of two strategies for as long as they were followed, and when those who enrolled in the grace period did.

    (n,) over clones: `served` bool, the clone of the strategy to enrol; `kept` bool; `person` int; `enrolled` int, the day of the
    enrolment since the start; `within` is the grace period in days.
    """
    counts = {arm: (distinct(person, there & kept), distinct(person, there & ~kept)) for arm, there in (("served", served), ("compared", ~served))}
    shares = {arm: there / (there + gone) for arm, (there, gone) in counts.items()}
    value = min(shares.values())
    holds = value >= LEAST_KEPT
    days = enrolled[served & (enrolled <= within)]
    when = f"; half of those who enrolled had done so by day {np.median(days):,.0f}" if len(days) > max(HIDDEN) else ""
    first, second = (part(there, there + gone) for there, gone in counts.values())
    return Diagnostic(
        name="kept_to_strategies",
        sentence=f"{first} people kept to enrolling within {within:,} days, and {second} to not enrolling, for as long as they were followed{when}"
        + ("." if holds else ": too few for those who did to stand for the others."),
        value=value,
        limit=LEAST_KEPT,
        holds=holds,
        source="cloning, censoring and weighting: Hernán 2018; the limit is a rule of this project: nobody stands for more than ten",
        detail=shares,
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
        sentence=f"Whatever became of the people who left, {called} or compared, {found}.",
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
