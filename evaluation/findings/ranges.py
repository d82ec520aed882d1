"""An effect and its range in the unit in which they are said aloud, each number with the path to where it comes from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import isfinite

from ..terms import Answer, unit_of
from .digits import ten_digits
from .manners import manner_of
from .paths_of_numbers import Traced

EFFECT, LOW, HIGH = "estimate.effect", "estimate.interval.low", "estimate.interval.high"
LOWEST, HIGHEST = "estimate.ranges.low", "estimate.ranges.high"  # across every accepted formula
WORTHWHILE = "question.worthwhile"


@dataclass(frozen=True, slots=True)
class Range:
    """An effect and its range in the unit that is said aloud: people of every `base`, days, or dollars."""

    effect: float
    low: float
    high: float
    base: int
    worthwhile: float  # the size of the smallest difference worth having
    widest: tuple[float, float]  # across every accepted formula
    beyond: bool = False  # ran past what is possible, and was cut there

    @property
    def given(self) -> bool:
        """Whether there is a range at all, by every accepted formula."""
        return all(map(isfinite, (self.low, self.high, *self.widest)))


def counts_people(answer: Answer) -> bool:
    """Whether a size is said of every so many people: so many of them, or so many times."""
    return unit_of(answer.outcome, answer.question.measure) in ("people", "events")


def base_of(answer: Answer) -> int:
    """Of how many people a size is said; 1 where it is said of one, or of a place."""
    smallest = abs(answer.question.worthwhile) / answer.question.so_many
    if answer.outcome.kind == "rate":
        return answer.question.so_many  # as the design asks for it: rates are known by theirs
    if not counts_people(answer):
        return 1
    # as few people as make the smallest difference worth having one person or more: fixed by the design, so it never jumps
    return next((every for every in (100, 1_000, 10_000) if ten_digits(smallest * every) >= 1), 100_000)


def range_of(answer: Answer) -> Range:
    """An answer's effect and range as they are said aloud."""
    estimate = answer.estimate
    assert estimate is not None, "an answer without an estimate is not answered"
    base = base_of(answer)
    scale = base / answer.question.so_many  # an effect on areas is one for so many people

    def aloud(value: float, path: str) -> Traced:
        return Traced(value * scale, path, value)

    every = (estimate.interval, *estimate.beside)
    smallest = abs(answer.question.worthwhile) / answer.question.so_many * base
    return Range(
        aloud(estimate.effect, EFFECT),
        aloud(estimate.interval.low, LOW),
        aloud(estimate.interval.high, HIGH),
        base,
        Traced(smallest, WORTHWHILE, answer.question.worthwhile),
        (aloud(min(one.low for one in every), LOWEST), aloud(max(one.high for one in every), HIGHEST)),
    )


def within_reach(seen: Range, answer: Answer) -> Range:
    """A range of people of so many, cut where it runs past all of them: what is worked out from few who come because of an offer may."""
    if manner_of(answer) not in ("cutoff", "compliers") or unit_of(answer.outcome, answer.question.measure) != "people":
        return seen
    effect, low, high, *widest = (_cut(end, float(seen.base)) for end in (seen.effect, seen.low, seen.high, *seen.widest))
    cut = Range(effect, low, high, seen.base, seen.worthwhile, (widest[0], widest[1]))
    return seen if cut == seen else replace(cut, beyond=True)


def _cut(end: float, most: float) -> float:
    if not isfinite(end) or abs(end) <= most:
        return end
    cut = most if end > 0 else -most
    return Traced(cut, end.path, end.value) if isinstance(end, Traced) else cut
