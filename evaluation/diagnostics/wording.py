"""How counts of people and sizes of effects are written in a diagnostic's sentence, which may stand on a page that leaves the county."""

from __future__ import annotations

from math import ceil, isclose
from typing import Literal

HIDDEN = range(1, 11)  # CMS cell size policy (ResDAC 2024): no count of 1 to 10, nor anything that gives one away
BASES = (100, 1_000, 10_000, 100_000)  # "of every so many people": the first that makes every size one person or more


def people(count: int) -> str:
    """The count in words that give no small one away."""
    return "1 to 10" if count in HIDDEN else f"{count:,}"


def part(count: int, whole: int) -> str:
    """`312 of 448` in words that give away neither a small count nor a small rest."""
    if whole - count not in HIDDEN or whole in HIDDEN:
        return f"{people(count)} of {people(whole)}"
    return f"some of {whole:,}" if count in HIDDEN else f"all but 1 to 10 of {whole:,}"


def tellable(*counts: int) -> bool:
    """Whether numbers worked out from these counts give away no small one."""
    return not any(count in HIDDEN for count in counts)


def sizes(*values: float, unit: Literal["people", "days", "dollars"]) -> tuple[str, ...]:
    """Sizes of effects as a reader says them, all on one base: 12 of every 100 people, 9.5 days, $400."""
    if unit != "people":
        return tuple(f"${number(value)}" if unit == "dollars" else f"{number(value)} days" for value in values)
    base = next((base for base in BASES if all(value * base >= 1 for value in values)), BASES[-1])
    return tuple(f"{number(value * base)} of every {base:,} people" for value in values)


def number(value: float) -> str:
    """A size of two decimals at most as it stands; any other rounded up, so that what is too large never reads as small enough.

    Whole from ten on, to a tenth below.
    """
    if isclose(value, round(value, 2)):
        return f"{round(value, 2):,.10g}"
    return f"{ceil(value):,}" if value > 10 else f"{ceil(10 * value) / 10:g}"
