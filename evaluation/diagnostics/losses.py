"""Who was no longer followed before the horizon, and whether those who were can stand for them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..terms import Diagnostic
from .arms import FEWEST_PEOPLE, both_arms
from .attrition import SOURCE, allowed_difference
from .likeness import distinct
from .wording import other, part

if TYPE_CHECKING:
    from ..terms import Array

LEAST_FOLLOWED = 0.1  # beyond, one person followed stands for more than ten
BY_LUCK = 1.96  # standard errors


@dataclass(frozen=True, slots=True)
class Shares:
    """The shares lost before the horizon of two arms that are weighed as the days go by, and the standard error of their difference."""

    served: float
    compared: float
    std_error: float


def losses(
    served: Array, lost: Array, person: Array, why: Array | None, least: float, *, weighed: Shares | None = None, called: str = "served"
) -> Diagnostic:
    """Losses before the horizon by arm and reason, and the smallest chance of being followed to the end in any group.

    Losses by other reasons than later service must also be about as many in both arms: no farther apart than the boundary of attrition
    and luck explain.
    `served` and `lost` are (n,) bool over those matched, `person` (n,) int, `why` (n,) str where the reason is known; `called` is what the
    first arm is called.  Of two plans, rows are of those who kept to theirs, and how even the losses are is judged as they weigh.
    """
    counts = _counts(served, lost, person, why)
    followed = min(distinct(person, there & ~lost) for _, there in both_arms(served))
    enough = least >= LEAST_FOLLOWED and followed >= FEWEST_PEOPLE
    even = _as_they_weigh(weighed) if weighed else _even(served, lost if why is None else lost & (why != "served"), person)
    holds = enough and even
    if not lost.any():
        sentence = "Everybody was followed to the horizon, or to the event."
    else:
        by = "" if why is not None else " by what was on record at the start, not by what happened since"
        gone = [part(*_of(counts[f"{arm}, lost"])) for arm, _ in both_arms(served)]
        sentence = (
            f"{gone[0]} people {called} and {gone[1]} people {other(called)} were lost before the horizon; those followed stand "
            f"for them{by}{_but(enough, even)}."
        )
    return Diagnostic(
        name="losses",
        sentence=sentence,
        value=least,
        limit=LEAST_FOLLOWED,
        holds=holds,
        source="a rule of this project: nobody followed stands for more than ten, and ten at least are followed in each arm; " + SOURCE,
        detail={which: gone / (gone + rest) for which, (gone, rest) in counts.items()},
        behind=counts,
    )


def later_service(served: Array, why: Array, person: Array) -> Diagnostic:
    """How many people compared were served later and followed no longer: what *not yet* amounts to.  Shown, not judged."""
    compared, later = distinct(person, ~served), distinct(person, ~served & (why == "served"))
    return Diagnostic(
        name="later_service",
        sentence=f"{part(later, compared)} people compared were served themselves before the horizon, and followed until that day.",
        value=later / compared,
        limit=None,
        holds=True,
        source="comparison with people not yet served (Li, Propert and Rosenbaum 2001)",
        required=False,
        behind={"compared": (later, compared - later)},
    )


def _even(served: Array, gone: Array, person: Array) -> bool:
    """Whether the arms lost about as many: no farther apart than the boundary and than luck among so many people explain.

    A history can stand for who left, not for why one arm was left more.
    """
    shares, spread = [], 0.0
    for _, there in both_arms(served):
        people = distinct(person, there)
        share = distinct(person, there & gone) / people
        shares.append(share)
        spread += share * (1 - share) / people
    overall = distinct(person, gone) / distinct(person, np.ones_like(gone))
    return 100 * (abs(shares[0] - shares[1]) - BY_LUCK * spread**0.5) <= allowed_difference(100 * overall)


def _as_they_weigh(shares: Shares) -> bool:
    overall = (shares.served + shares.compared) / 2
    return 100 * (abs(shares.served - shares.compared) - BY_LUCK * shares.std_error) <= allowed_difference(100 * overall)


def _but(enough: bool, even: bool) -> str:
    """What is wrong with the losses, after what was lost."""
    if not enough:
        return ", but in some group too few were followed to do so"
    return "" if even else ", but one arm was left so much more than the other that more than the record shows must lie behind it"


def _counts(served: Array, lost: Array, person: Array, why: Array | None) -> dict[str, tuple[int, int]]:
    """People of each arm with a clock that was lost, and the others: in all, and by reason where it is known."""
    gone = {f"{arm}, lost": (there, there & lost) for arm, there in both_arms(served)}
    if why is not None:
        gone |= {
            f"{arm}, {reason}": (there, there & (why == reason))
            for arm, there in both_arms(served)
            for reason in sorted(set(why[there & lost].tolist()))
        }
    return {which: (distinct(person, some), distinct(person, there) - distinct(person, some)) for which, (there, some) in gone.items()}


def _of(count: tuple[int, int]) -> tuple[int, int]:
    """So many of how many."""
    return count[0], sum(count)
