"""A report's headings in one language, and numbers and labels as its readers write them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from babel.numbers import format_decimal

from ..findings.catalogues import loaded
from ..findings.writing import LOCALES, fill
from ..terms import Language

LONGEST = 200  # letters of a label; a county's own names are shorter
# letters that turn the text around them, and marks that nobody sees
INVISIBLE = dict.fromkeys([0x00AD, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF])


@dataclass(frozen=True, slots=True)
class Words:
    """The catalogue of one language: `words["section.found"]`."""

    language: Language
    phrases: Mapping[str, str]

    def __getitem__(self, key: str) -> str:
        return self.phrases[key]

    def knows(self, key: str) -> bool:
        return key in self.phrases

    def filled(self, key: str, **slots: str) -> str:
        """A phrase with its slots filled, once and literally."""
        return fill(self.phrases[key], **slots)

    def whole(self, number: float) -> str:
        return self._written(number, "#,##0")

    def share(self, number: float) -> str:
        return self._written(number, "#,##0.0%")

    def whole_share(self, number: float) -> str:
        return self._written(number, "#,##0%")

    def of_a_hundred(self, share: float) -> str:
        """A difference of shares as people of every hundred; never rounded to none."""
        return self._written(100 * share, "#,##0.0" if abs(share) >= 0.001 or not share else "0.000")

    def tenths(self, number: float) -> str:
        return self._written(number, "#,##0.0")

    def on_a_scale(self, share: float) -> str:
        """The same, beside a tick."""
        return self._written(100 * share, "#,##0.##")

    def dollars(self, number: float) -> str:
        """Dollars, with cents below ten alone: of more nobody knows them."""
        return self._written(number, "$#,##0.00" if 0 < abs(number) < 10 else "$#,##0")

    def whole_dollars(self, number: float) -> str:
        """Dollars along a scale."""
        return self._written(number, "$#,##0")

    def p_value(self, number: float) -> str:
        return f"< {self.number(0.001)}" if number < 0.001 else self._written(number, "0.000" if number >= 0.1 else "0.0000")

    def number(self, number: float) -> str:
        return self._written(number, "#,##0.##" if abs(number) >= 0.1 else "0.####")

    def hundredths(self, number: float) -> str:
        return self._written(number, "#,##0.00")

    def _written(self, number: float, shape: str) -> str:
        written = format_decimal(number, shape, locale=LOCALES[self.language])
        sign = "−" if re.search("[1-9]", written) else ""  # a true minus: a hyphen breaks a line; and nothing is not less than nothing
        return written.replace("-", sign, 1)


@cache
def words_of(language: Language) -> Words:
    """The catalogue of `language`; refuses one whose keys or slots are not the English ones."""
    words = files(__package__) / "words"
    groups = loaded(words / f"{language}.toml", None if language == "en" else words / "en.toml")
    return Words(language, {f"{group}.{key}": phrase for group, phrases in groups.items() for key, phrase in phrases.items()})


def plain(text: object) -> str:
    """A text on one line: letters composed, control characters blank, and nothing invisible that would turn what stands around it."""
    composed = unicodedata.normalize("NFC", str(text)).translate(INVISIBLE)
    return " ".join("".join(" " if unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") else letter for letter in composed).split())


def label(text: object, longest: int = LONGEST) -> str:
    """A plain text, cut where it is longer than labels are."""
    whole = plain(text)
    return whole if len(whole) <= longest else whole[: longest - 1] + "…"
