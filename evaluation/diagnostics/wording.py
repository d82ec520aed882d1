"""How a count of people is written in a diagnostic's sentence, which may stand on a page that leaves the county."""

from __future__ import annotations

HIDDEN = range(1, 11)  # CMS cell size policy (ResDAC 2024): no count of 1 to 10, nor anything that gives one away


def people(count: int) -> str:
    """The count in words that give no small one away."""
    return "1 to 10" if count in HIDDEN else f"{count:,}"


def tellable(*counts: int) -> bool:
    """Whether numbers worked out from these counts give away no small one."""
    return not any(count in HIDDEN for count in counts)
