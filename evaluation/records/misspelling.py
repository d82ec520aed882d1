"""Words that are probably other words with a slip of a key in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

RARER = 10  # times as many rows hold the right word; assumed
SHORTEST = 5  # letters of a word that may be a slip of another: shorter words are one letter apart by chance


def misspelt(words: Mapping[str, int]) -> dict[str, str]:
    """Of words with their counts, those one slip from a word that is at least ten times as frequent, and that word.

    A slip is a letter left out, added, changed, or exchanged with the next, or another case; never one that touches a
    digit: codes differ in those by design.
    """
    near: dict[str, list[str]] = {}
    for word in sorted(words):
        for form in _forms(word.casefold()):
            near.setdefault(form, []).append(word)
    found = {}
    for word, rows in words.items():
        if len(word) < SHORTEST:
            continue
        others = {other for form in _forms(word.casefold()) for other in near[form] if words[other] >= RARER * rows}
        right = max((other for other in others if _one_slip(word, other)), key=lambda other: (words[other], other), default=None)
        if right is not None:
            found[word] = right
    return found


def _forms(word: str) -> Iterator[str]:
    """The word, and the word with each letter left out: two words one slip apart share one of these."""
    yield word
    yield from dict.fromkeys(word[:place] + word[place + 1 :] for place in range(len(word)))


def _one_slip(word: str, other: str) -> bool:
    """Whether one letter was left out, added, changed or exchanged with its neighbour, and no digit touched."""
    if word == other or [letter for letter in word if letter.isdigit()] != [letter for letter in other if letter.isdigit()]:
        return False
    short, long = sorted((word.casefold(), other.casefold()), key=len)
    same = next((place for place, (left, right) in enumerate(zip(short, long, strict=False)) if left != right), len(short))
    if len(short) < len(long):
        return len(long) == len(short) + 1 and short[same:] == long[same + 1 :]
    changed = short[same + 1 :] == long[same + 1 :]
    return changed or (short[same : same + 2] == long[same : same + 2][::-1] and short[same + 2 :] == long[same + 2 :])
