"""Sentences that every room needs when it refuses or counts: the nearest right word, lists, counts, shares."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

SMALLEST_COUNT = 11  # CMS cell-size policy (ResDAC 2024-01-26): no count of 1 to 10 is shown, nor a code that so few rows hold
SHOWN = 12  # names listed before a sentence stops and says how many more there are
LONGEST = 80  # letters of a wrong word that are compared: no field's name is longer, and the comparison is quadratic


def closest(word: str, words: Iterable[str]) -> str | None:
    """The right word that a wrong one most resembles, whatever its case."""
    by_lower = {right.casefold(): right for right in words}
    close = get_close_matches(word[:LONGEST].casefold(), by_lower, n=1)
    return by_lower[close[0]] if close else None


def nearest(word: object, words: Iterable[str]) -> str:
    """`Did you mean 'person'?`, or nothing when no right word is near."""
    near = closest(word, words) if isinstance(word, str) else None
    return f"Did you mean '{near}'?" if near else ""


def listed(words: Iterable[str]) -> str:
    """`a, b, c`; a long list stops and says how many more there are."""
    every = list(words)
    more = f" and {len(every) - SHOWN} more" if len(every) > SHOWN else ""
    return (", ".join(map(visible, every[:SHOWN])) or "none") + more


def visible(text: str) -> str:
    """Text with its invisible letters spelled out, so that it cannot steer a terminal."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode("ascii") for letter in text)


def counted(number: int, one: str, many: str = "") -> str:
    """`1 row`, `1,204 rows`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def share(part: int, whole: int) -> str:
    """`12.5 %`; never `100.0 %` for less than all, nor `0.0 %` for more than none."""
    if not whole:
        return "none"
    percent = min(max(100 * part / whole, 0.1), 99.9) if 0 < part < whole else 100 * part / whole
    return f"{percent:.1f} %"


def dollars_told(number: float) -> float:
    """Dollars in as many digits as a reader can use: three from a thousand on, whole ones from ten on, and cents below.

    At most three digits are significant, so that it says no more than anything else that leaves a county; said twice it is the same.
    """
    size = abs(number)
    if size >= 999.5:
        return float(f"{number:.3g}")
    return float(round(number)) + 0.0 if size >= 9.995 else round(number, 2) + 0.0


def as_dollars(number: float) -> str:
    """`$32,600`, `$56`, `-$3.25`: dollars as `dollars_told` rounds them."""
    told = dollars_told(number)
    return f"{'-' if told < 0 else ''}${abs(told):,.{0 if abs(told) >= 10 or not told else 2}f}"
