"""Rounds a number to the ten significant digits with which every number is written, so that the same inputs give the same bytes."""

from __future__ import annotations

SIGNIFICANT = 10  # the last bits of a double differ between machines; ten digits do not


def ten_digits(number: float) -> float:
    """`number` rounded to ten significant digits; minus zero becomes zero, NaN and the infinities stay."""
    return float(f"{number:.{SIGNIFICANT}g}") + 0.0
