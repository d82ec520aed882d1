"""How a language writes: its catalogue of patterns, its numbers, and sizes rounded so that they claim no more than was found.

A pattern's slots are names, filled once and literally: what fills a slot is never read as a pattern, so a title full of braces
comes out as it went in.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from babel import Locale
from babel.numbers import format_currency, format_decimal

from ..terms import Language, OutcomeUnit
from .catalogues import loaded
from .digits import ten_digits
from .paths_of_numbers import QUOTED, Told, numbers_in, together, told

LOCALES: Mapping[Language, str] = {"en": "en_US", "es": "es_US"}  # es_US: Spanish as its readers here write numbers, 1,234.5
SLOT = re.compile(r"\{([a-z]+)\}")
BASE = "question.base"  # the path of "of every 100": so many people as make the smallest difference worth having one person or more
Direction = Literal["fewer", "more", "same"]


@cache
def catalogue(language: Language) -> Mapping[str, Any]:
    """The sentence patterns of a language; refuses a catalogue whose keys or slots are not the English ones."""
    words = files(__package__) / "words"
    return loaded(words / f"{language}.toml", None if language == "en" else words / "en.toml")


def fill(pattern: str, **slots: str) -> Told:
    """`pattern` with each {slot} replaced, in one pass, by its text; what is filled in keeps where its numbers come from."""
    literal = iter(SLOT.split(pattern))
    parts: list[str] = [next(literal)]
    for slot in literal:
        text = slots[slot]
        parts += (text if isinstance(text, Told) else Told(text, numbers_in(text, QUOTED + slot)), next(literal))
    return together("", parts)


@dataclass(frozen=True, slots=True)
class Sizes:
    """Sizes of differences as a language writes them, rounded so that no rounding claims what the number does not."""

    unit: str
    language: Language

    def seen(self, value: float) -> tuple[Direction, str]:
        """Which way `value` points and how far; what rounds to nothing points neither way, whatever its sign."""
        direction, size, shape = self._rounded(value)
        return direction, told(format_decimal(size, format=shape, locale=LOCALES[self.language]), value)

    def end(self, value: float) -> str:
        """One end of a range."""
        direction, n = self.seen(value)
        return fill(catalogue(self.language)["end"][self.unit][direction], n=n)

    def between(self, manner: str, low: float, high: float, shape: str = "between") -> str:
        """Both ends of a range; one of them where they read the same."""
        ends = {"low": self.end(low), "high": self.end(high)}
        return fill(catalogue(self.language)[manner]["point" if ends["low"] == ends["high"] else shape], **ends)

    def size(self, value: float) -> str:
        """How large `value` is, whichever way it points; empty where it rounds to nothing."""
        direction, size, shape = self._rounded(value)
        return "" if direction == "same" else told(self._with_unit(size, shape), value)

    def declared(self, value: float) -> str:
        """A size that a design declares, not rounded away."""
        return told(self._with_unit(Decimal(str(ten_digits(value))), "#,##0.##"), value)

    def _rounded(self, value: float) -> tuple[Direction, Decimal, str]:
        size = Decimal(str(ten_digits(abs(value))))
        tenths = self.unit in ("days", "rate", "count") and size < 10
        rounded = size.quantize(Decimal("0.1") if tenths else Decimal(1), ROUND_HALF_UP)
        written = tenths and (rounded == 1 or rounded % 1)  # "1.0 days" and "5.3 days", and "5 days" beside "19 days"
        return "same" if not rounded else "fewer" if value < 0 else "more", rounded, "#,##0.0" if written else "#,##0"

    def _with_unit(self, size: Decimal, shape: str) -> str:
        locale = LOCALES[self.language]
        if self.unit == "dollars":
            return format_currency(size, "USD", format="¤" + shape, locale=locale, currency_digits=False)
        return format_decimal(size, format=shape, locale=locale)


def sized(unit: OutcomeUnit, n: str, base: int, language: Language) -> str:
    """A size with its unit: "12 of every 100 people", "1 time for every 100 people"."""
    return fill(numbered(catalogue(language)["size"][unit], n), n=n, base=whole(base, language, BASE))


def worthwhile_said(sizes: Sizes, event: Mapping[str, str], value: float, base: int) -> str:
    """The smallest difference worth having, with its unit; of what is counted for each person the unit is what is counted."""
    words, n = catalogue(sizes.language)["size"], sizes.declared(value)
    if sizes.unit == "count":
        return fill(numbered(words["worthwhile_count"], n), n=n, event=in_language(sizes.language, event))
    return fill(words["worthwhile"], size=sized(sizes.unit, n, base, sizes.language))  # type: ignore[arg-type]  # the unit of an outcome, by its name


def numbered(pattern: str | Mapping[str, str], n: str) -> str:
    """The form of a pattern for a number as it is written, where it has several: 1, and any other."""
    return pattern if isinstance(pattern, str) else pattern["one" if n == "1" else "other"]


def of_many(pattern: Mapping[str, str], n: int, language: Language, path: str) -> str:
    """The pattern in the form for `n`, with its number in it, which stands at `path`."""
    return fill(plural(pattern, n, language), n=whole(n, language, path))


def whole(n: int, language: Language, path: str) -> str:
    """A whole number as a language writes it, which stands at `path`."""
    return told(format_decimal(n, locale=LOCALES[language]), n, path)


def plural(pattern: Mapping[str, str], n: int, language: Language) -> str:
    """The plural form for `n`; Spanish has a third, for whole millions, which no count of ours reaches."""
    return pattern.get(Locale.parse(LOCALES[language]).plural_form(n), pattern["other"])


def in_language(language: Language, texts: Mapping[str, str]) -> str:
    """A declared text on one line; one that was not declared in this language stands in the language it was declared in."""
    return " ".join((texts.get(language) or next(iter(texts.values()), "")).split())
