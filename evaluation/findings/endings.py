"""What ends a clock beside the event, said so that no such end is taken for a success, and which days count."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from babel.lists import format_list

from ..diagnostics.competing import Way, flattering
from ..methods import METHODS
from ..terms import Answer, TimeScale

DEATH = "death"
RULED_OUT = "competing_ends"  # the condition on what these ends do to an answer
GRACE = re.compile(r"\bwithin ([\d,]+) days?\b")


@dataclass(frozen=True, slots=True)
class Endings:
    """The ends after which an event cannot happen, and the days on which it can."""

    ends: tuple[str, ...]  # kinds of event; "death" among them
    time: TimeScale
    off: tuple[str, ...]  # kinds of spell whose days do not count
    flatter: Way | None = None  # whether more of these ends, or fewer, make the answer look better

    @classmethod
    def of(cls, answer: Answer) -> Endings | None:
        """Of an answer whose method tells endings apart; None of any other."""
        if not METHODS[answer.question.method].ends:
            return None
        declared = answer.question.competing or answer.outcome.competing
        off = answer.outcome.off_clock if answer.question.time == "street" else ()
        return cls(tuple(dict.fromkeys((DEATH, *declared))), answer.question.time, off, flattering(answer.outcome, answer.question.measure))

    def told(self, pattern: str, words: Mapping[str, str], locale: str) -> list[str]:
        """What a sentence must say of them; `words` are the catalogue's of endings."""
        said = [words[pattern].replace("{ends}", self.listed(words, locale))]
        if self.time == "street":
            said.append(words["street"].replace("{off}", self.days_off(words, locale)))
        return said

    def days_off(self, words: Mapping[str, str], locale: str) -> str:
        """The spells whose days do not count, in words."""
        return _listed([_named(kind, words) for kind in self.off], locale)

    @property
    def flattered(self) -> str:
        """The pattern, by name, that says why nothing is claimed where these ends could be why the answer looks better than it is."""
        return "flattered_fewer" if self.flatter == "fewer" else "flattered"

    def listed(self, words: Mapping[str, str], locale: str) -> str:
        """The ends in words: `a death or “transfer”`."""
        return _listed([words["death"] if kind == DEATH else _named(kind, words) for kind in self.ends], locale)


def grace_of(answer: Answer) -> int | None:
    """How many days people have to enrol where strategies are compared, as the estimand says it; None where it does not."""
    found = GRACE.search(answer.estimate.estimand.plans) if answer.by == "strategy" and answer.estimate else None
    return int(found[1].replace(",", "")) if found else None


def _named(kind: str, words: Mapping[str, str]) -> str:
    return words["kind"].replace("{kind}", " ".join(kind.replace("_", " ").split()))


def _listed(names: list[str], locale: str) -> str:
    return format_list(names, style="or", locale=locale)
