"""Names that somebody asked for and that there are not."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from evaluation.terms import Problem


def unknown(what: str, word: object, words: Iterable[str]) -> Problem:
    """What to say of a name that is none of these words, with the nearest that is."""
    there = list(words)
    near = get_close_matches(str(word), there, n=1)
    said = f"no {what} is called '{word}'."
    return Problem("an invented county", said, f"There is {', '.join(there)}.", f"Did you mean '{near[0]}'?" if near else "")
