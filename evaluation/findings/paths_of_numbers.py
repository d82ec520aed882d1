"""Sentences that know where each of their numbers comes from: the path is kept where the number is put into words, never guessed afterwards.

A `Traced` is a number that remembers what it was before it was put on a base; a `Told` is a text that remembers, in the order in which
they are printed, the numbers it holds.  Patterns are filled and parts put together by `writing.fill` and `together`, which keep both.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import SupportsIndex

from ..terms import Said

NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
PATTERN = "words"  # the path of a number that stands in the pattern itself: "of 100 redrawings"
QUOTED = "text."  # how the path begins of a number in a text that somebody else wrote: a title, an event, a reason


class Traced(float):
    """A number as it is said aloud, which remembers where it comes from and what it was there."""

    path: str
    value: float

    def __new__(cls, number: float, path: str, value: float) -> Traced:
        """`number` as it is said; `value` as it stands at `path`."""
        made = super().__new__(cls, number)
        made.path, made.value = path, value
        return made


class Told(str):
    """A text with the numbers it prints, in their order."""

    numbers: tuple[Said, ...]

    def __new__(cls, text: str, numbers: tuple[Said, ...] = ()) -> Told:
        """A text and its numbers."""
        made = super().__new__(cls, text)
        made.numbers = numbers
        return made

    def __add__(self, other: str) -> Told:
        return together("", (self, other))

    def __radd__(self, other: str) -> Told:
        return together("", (other, self))

    def replace(self, old: str, new: str, count: SupportsIndex = -1) -> Told:
        """The same as of any text: the numbers of `old` go, those of `new` come."""
        if not old:
            return self
        left, *rest = str(self).split(old, int(count))
        place, gone = len(NUMBER.findall(left)), len(NUMBER.findall(old))
        made = Told(left, self.numbers[:place])
        for part in rest:
            place += gone
            many = len(NUMBER.findall(part))
            made = together("", (made, new, Told(part, self.numbers[place : place + many])))
            place += many
        return made


def told(text: str, number: float, path: str = "") -> Told:
    """One number as it is written; a `Traced` one has its own path."""
    found = NUMBER.search(text)
    where, value = (number.path, number.value) if isinstance(number, Traced) else (path, float(number))
    return Told(text, (Said(found[0], where, value),) if found else ())


def numbers_in(text: str, path: str = PATTERN) -> tuple[Said, ...]:
    """The numbers of a text; of one that keeps none, whatever it prints, under `path`."""
    if isinstance(text, Told):
        return text.numbers
    return tuple(Said(found, path, value_of(found)) for found in NUMBER.findall(text))


def together(between: str, parts: Iterable[str], path: str = PATTERN) -> Told:
    """Parts of a sentence one after the other, with the numbers of all."""
    every = list(parts)
    numbers: list[Said] = []
    for place, part in enumerate(every):
        numbers += (*(numbers_in(between) if place else ()), *numbers_in(part, path))
    return Told(between.join(map(str, every)), tuple(numbers))


def numbers_of(sentences: Mapping[str, str], believed: Mapping[str, str]) -> dict[str, tuple[Said, ...]]:
    """By language: every number of a finding's sentence, and then of how far it can be believed."""
    return {language: (*numbers_in(sentence), *numbers_in(believed.get(language, ""))) for language, sentence in sentences.items()}


def outside_numbers(sentences: Mapping[str, str], believed: Mapping[str, str], shortened: Callable[[float], float]) -> dict[str, tuple[Said, ...]]:
    """The same of texts as they may leave, each value in no more digits than may leave: what is not said has no number here."""
    return {
        language: tuple(replace(said, value=shortened(said.value)) for said in numbers)
        for language, numbers in numbers_of(sentences, believed).items()
    }


def value_of(text: str) -> float:
    """A number as it is printed, read back: commas part thousands, and of several points it is no number but a name such as 1.2.3."""
    plain = text.replace(",", "")
    return float(plain) if plain.count(".") < 2 else float("nan")
