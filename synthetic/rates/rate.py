"""A base rate: a number that the county is made from, with its source or the word *assumed*."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rate:
    """A number that the county is made from, what it means, and who says so."""

    value: float
    meaning: str
    source: str = "assumed"
