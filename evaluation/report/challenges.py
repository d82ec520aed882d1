"""What an answer was put to, as a page shows it: what was changed and whether the answer held, without a number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..challenges.outside import Became, became
from ..challenges.table import CHALLENGES
from ..terms import Challenge
from .grids import Cell, Grid
from .language import Words, label

BECAME: dict[Became, str] = {
    "held": "challenges.held",
    "not held": "challenges.not_held",
    "not made": "challenges.not_made",
    "nothing to judge": "challenges.not_judged",
}


@dataclass(frozen=True, slots=True)
class Challenged:
    """The section of a page, ready for the template."""

    title: str
    lead: str
    grid: Grid


def challenged_section(challenges: Sequence[Challenge], words: Words) -> Challenged | None:
    """What a page shows of the challenges of one released finding; None where it was put to none."""
    if not challenges:
        return None
    head = tuple(Cell(words[f"challenges.{column}"]) for column in ("changed", "became", "decides"))
    return Challenged(
        words["challenges.title"], words["challenges.lead"], Grid(words["challenges.caption"], head, tuple(_row(one, words) for one in challenges))
    )


def _row(one: Challenge, words: Words) -> tuple[Cell, ...]:
    key = f"challenge.{one.name}"
    changed = words[key] if words.knows(key) else label(one.changed)
    decides = one.name in CHALLENGES and CHALLENGES[one.name].decides
    return Cell(changed), Cell(words[BECAME[became(one)]]), Cell(words["challenges.no_answer" if decides else "challenges.told"])
