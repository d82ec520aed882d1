"""Says how far a finding can be believed where no lot made the groups alike: what it rests on, what it leaves out, what would change it.

Everything said here is in the answer: its diagnostics, its range, and what the design declared worth having.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from ..diagnostics.before_start import PLACEBO as BEYOND
from ..diagnostics.likeness import NOTHING
from ..terms import Answer, Diagnostic, Language, Verdict
from .counts import AFTER, LATER, MATCHED, PLACEBO, POOLS
from .words import LOCALES, Arms, Range, Sizes, arms_of, catalogue, fill, range_of


@dataclass(frozen=True, slots=True)
class Belief:
    """What may be said, whatever the language; None where it is not known, or not told."""

    arms: Arms
    unit: Literal["people", "days", "dollars"]
    columns: tuple[str, ...]  # of the history, in which the groups were compared
    matched: tuple[int, int] | None  # of the served: how many could be matched, and how many there were
    some_dropped: bool  # somebody served could not be matched
    largest: tuple[str, float, float] | None  # the column in which the groups differ most, by how much, and what counts as alike
    before: Literal["before_more", "before_less"] | None  # how those served differed in the outcome where no column of the history looks, if they did
    pools: float | None  # the share of those served for whom too few could be drawn, where it is too large
    later: float | None  # the share of those compared who were served later
    turns: float | None  # how far the result would have to move to leave no direction
    covers: float | None  # how far, for a difference that matters to be possible
    base: int
    untried: bool  # no challenge has run

    @classmethod
    def of(cls, answer: Answer, pending: Verdict, *, untried: bool, tells: Callable[[Diagnostic], bool]) -> Belief | None:
        """The facts of an answer; None where a lot decided, or nothing is claimed of anybody.

        `tells` decides of which conditions the numbers may be said.
        """
        if answer.by == "lot" or answer.estimate is None or pending == "not answered":
            return None
        named = {one.name: one for one in (*answer.estimate.diagnostics, *answer.diagnostics)}
        told = {name: one for name, one in named.items() if tells(one)}
        seen = range_of(answer)
        ends = [abs(end) for end in seen.widest]
        return cls(
            arms=arms_of(answer),
            unit=answer.outcome.unit,
            columns=tuple(name for name in named[AFTER].detail if not name.endswith(NOTHING)) if AFTER in named else (),
            matched=_matched(told.get(MATCHED)),
            some_dropped=MATCHED in named and named[MATCHED].detail["matched"] < named[MATCHED].detail["served"],
            largest=_largest(told.get(AFTER)),
            before=_before(told.get(PLACEBO)),
            pools=_share(*told[POOLS].behind["small"]) if POOLS in told and not told[POOLS].holds else None,
            later=_share(*told[LATER].behind["compared"]) if LATER in told else None,
            turns=_nearest(seen, answer) if pending in ("better", "worse") else None,
            covers=seen.worthwhile - max(ends) if pending == "no difference that matters" else None,
            base=seen.base,
            untried=untried,
        )


def say_belief(belief: Belief, language: Language) -> str:
    """A short paragraph in `language`."""
    words, locale = catalogue(language)["believed"], LOCALES[language]
    arms = catalogue(language)["arms"][belief.arms]
    columns = format_list([readable(name, language) for name in belief.columns], locale=locale)
    said = [fill(words["rests"], columns=columns, decided=arms["decided"]) if belief.columns else words["bare"], words["unmeasured"]]
    if belief.matched:
        matched, n = (format_decimal(count, locale=locale) for count in belief.matched)
        said.append(fill(words["dropped" if belief.some_dropped else "matched"], matched=matched, n=n, offered=arms["offered"]))
    elif belief.some_dropped:
        said.append(fill(words["some"], offered=arms["offered"]))
    if belief.largest:
        column, *numbers = belief.largest
        size, limit = (format_decimal(number, format="0.00", locale=locale) for number in numbers)
        said.append(fill(words["largest"], size=size, column=readable(column, language), limit=limit))
    if belief.before:
        said.append(fill(words[belief.before], offered=arms["offered"]))
    for what, share in (("pools", belief.pools), ("later", belief.later)):
        if share and share >= 0.005:  # what rounds to nothing is not said
            said.append(fill(words[what], share=format_percent(share, locale=locale), offered=arms["offered"]))
    for what, size in (("turns", belief.turns), ("covers", belief.covers)):
        if size is not None:
            said.append(_would(what, size, belief, language))
    if belief.untried:
        said.append(words["untried"])
    return " ".join(said)


def readable(column: str, language: Language) -> str:
    """A column's name as a text writes it: quoted, for it is the design's own word."""
    return fill(catalogue(language)["quoted"], text=" ".join(column.replace("_", " ").split()))


def _would(what: str, moved: float, belief: Belief, language: Language) -> str:
    """What a difference that the records do not hold would be enough for, and how large it would have to be."""
    words = catalogue(language)
    size = Sizes(belief.unit, language).size(moved)
    if not size:
        return words["believed"][f"{what}_at_once"]
    base = format_decimal(belief.base, locale=LOCALES[language])
    return fill(words["believed"][what], size=fill(words["size"][belief.unit], n=size, base=base))


def _nearest(seen: Range, answer: Answer) -> float:
    """How near any accepted formula's range comes to no difference."""
    assert answer.estimate is not None
    return min(abs(end) for one in (answer.estimate.interval, *answer.estimate.beside) for end in (one.low, one.high)) * seen.base


def _matched(one: Diagnostic | None) -> tuple[int, int] | None:
    """How many of the served were matched, and how many there were."""
    return (int(one.detail["matched"]), int(one.detail["served"])) if one else None


def _before(one: Diagnostic | None) -> Literal["before_more", "before_less"] | None:
    if one is None or one.holds:
        return None
    return "before_more" if one.detail[BEYOND] > 0 else "before_less"


def _share(count: int, others: int) -> float:
    return count / (count + others)


def _largest(one: Diagnostic | None) -> tuple[str, float, float] | None:
    if not one or not one.detail or one.limit is None:
        return None
    column = max(one.detail, key=lambda name: abs(one.detail[name]))
    return column, abs(one.detail[column]), one.limit
