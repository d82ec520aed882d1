"""Says how far a finding can be believed where no lot made the groups alike: what it rests on, what it leaves out, what would change it.

Everything said here is in the answer: its diagnostics, its range, and what the design declared worth having.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from babel.lists import format_list
from babel.numbers import format_decimal, format_percent

from ..diagnostics.likeness import NOTHING
from ..diagnostics.wording import HIDDEN as FEW
from ..terms import Answer, Diagnostic, Language, OutcomeUnit, Verdict, unit_of
from .beyond import said_as
from .counts import AFTER, LATER, MATCHED, PLACEBO, POOLS
from .endings import grace_of
from .manners import manner_of
from .paths_of_numbers import Told, Traced, together, told
from .ranges import Range, range_of
from .whom import BY_WEIGHTS_ALONE, Whom
from .words import FOUND, Already, Arms, already, arms_of, arms_said, people_called
from .writing import LOCALES, Sizes, catalogue, fill, sized, whole

NEAREST = "estimate.ranges.nearest"  # how near they come to no difference
ROOM = "question.worthwhile - estimate.ranges.farthest"


@dataclass(frozen=True, slots=True)
class Belief:
    """What may be said, whatever the language; None where it is not known, or not told."""

    arms: Arms
    unit: OutcomeUnit
    columns: tuple[str, ...]  # of the history, in which the groups were compared
    whom: Whom | None  # whom the answer is about, and how many of them are in it
    largest: tuple[str, float, float] | None  # the column in which the groups differ most, by how much, and what counts as alike
    before: Already | None  # what those served had of the outcome where no column of the history looks, if the groups were not alike
    pools: float | None  # the share of those served for whom too few could be drawn, where it is too large
    later: float | None  # the share of those compared who were served later
    turns: float | None  # how far the result would have to move to leave no direction
    covers: float | None  # how far, for a difference that matters to be possible
    base: int
    untried: Literal["", "untried", "untried_held", "untried_failed"]  # no challenge has run, but perhaps the one look before the start
    grace: int | None = None  # of a strategy: so many days to enrol
    manner: str = ""  # in which words, where it is not said of people of two arms

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
            unit=unit_of(answer.outcome, answer.question.measure),
            columns=tuple(name for name in named[AFTER].detail if not name.endswith(NOTHING)) if AFTER in named else (),
            whom=Whom.of(answer, tells=tells) if MATCHED in named else None,
            largest=_largest(told.get(AFTER)),
            before=_before(named.get(PLACEBO), answer, told=PLACEBO in told),
            pools=_share(*told[POOLS].behind["small"]) if POOLS in told and not told[POOLS].holds else None,
            later=_share(*told[LATER].behind["compared"]) if LATER in told else None,
            turns=_nearest(seen, answer) if pending in ("better", "worse") and manner_of(answer) != "change" else None,
            covers=_room(seen, max(ends)) if pending == "no difference that matters" and manner_of(answer) != "change" else None,
            base=seen.base,
            untried=_untried(named.get(PLACEBO)) if untried and manner_of(answer) != "change" else "",
            grace=grace_of(answer),
            manner=said if (said := said_as(answer)) in ("continued", "synthetic", "disparity") else manner_of(answer),
        )


def say_belief(belief: Belief, language: Language) -> Told:
    """A short paragraph in `language`."""
    words, locale = catalogue(language)["believed"], LOCALES[language]
    arms = arms_said(belief.arms, belief.grace, language)
    columns = format_list([readable(name, language) for name in belief.columns], locale=locale)
    said = [
        fill(words["rests"], columns=columns, decided=arms["decided"]) if belief.columns else words[_without_columns(belief)],
        words["unmeasured"],
    ]
    if belief.whom:
        said += _kept(belief.whom, language)
    if belief.largest:
        column, *numbers = belief.largest
        size, limit = (
            told(format_decimal(number, format="0.00", locale=locale), number, f"conditions.{AFTER}.{where}")
            for number, where in zip(numbers, (f"detail.{column}", "limit"), strict=True)
        )
        said.append(fill(words["largest" if round(numbers[0], 2) else "largest_none"], size=size, column=readable(column, language), limit=limit))
    if belief.before:
        said.append(fill(words[f"before_{belief.before}"], offered=arms["offered"]))
    for what, share, where in (("pools", belief.pools, POOLS), ("later", belief.later, LATER)):
        if share and share >= 0.005:  # what rounds to nothing is not said
            said.append(fill(words[what], share=told(format_percent(share, locale=locale), share, f"conditions.{where}"), offered=arms["offered"]))
    for what, moved in (("turns", belief.turns), ("covers", belief.covers)):
        if moved is not None:
            said.append(_would(what, moved, belief, language))
    if belief.untried:
        said.append(words[belief.untried])
    return together(" ", said)


def _without_columns(belief: Belief) -> str:
    """What an answer rests on where no columns of a history made groups alike, by name."""
    if belief.manner:
        return belief.manner
    return "plans" if belief.arms == "strategy" else "bare"


def readable(column: str, language: Language) -> str:
    """A column's name as a text writes it: quoted, for it is the design's own word."""
    return fill(catalogue(language)["quoted"], text=" ".join(column.replace("_", " ").split()))


def _would(what: str, moved: float, belief: Belief, language: Language) -> str:
    """What a difference that the records do not hold would be enough for, and how large it would have to be."""
    words = catalogue(language)["believed"]
    size, who = Sizes(belief.unit, language).size(moved), words["groups_plans" if belief.arms == "strategy" else "groups"]
    if not size:
        return fill(words[f"{what}_at_once"], who=who)
    return fill(words[what], who=who, size=sized(belief.unit, size, belief.base, language))


def _nearest(seen: Range, answer: Answer) -> float:
    """How near any accepted formula's range comes to no difference."""
    assert answer.estimate is not None
    ends = (end for one in (answer.estimate.interval, *answer.estimate.beside) for end in (one.low, one.high))
    nearest = min(map(abs, ends))
    return Traced(nearest * seen.base / answer.question.so_many, NEAREST, nearest)


def _room(seen: Range, farthest: float) -> float:
    """How far the farthest end of any accepted formula's range lies from a difference that matters."""
    room = seen.worthwhile - farthest
    return Traced(room, ROOM, room / seen.base)


def _kept(whom: Whom, language: Language) -> list[str]:
    """How many of those whom the answer is about are in the comparison, and in which way; nothing where all may be in it and no count is told."""
    manner = "overlap" if whom.estimand in BY_WEIGHTS_ALONE else "weighed" if whom.weighed else "matched"
    if whom.counts is None:
        part, numbers = "some" if whom.some_left_out else "", {}
    else:
        kept, n = whom.counts
        part = "all" if kept == n else "part" if whom.tellable else "some" if kept in FEW else "few"
        numbers = {"kept": whole(kept, language, f"{FOUND}.matched"), "n": whole(n, language, f"{FOUND}.served")}
    asked = people_called(replace(whom, some_left_out=False), language)
    return [fill(catalogue(language)["believed"][manner][part], whom=asked, **numbers)] if part else []


def _before(one: Diagnostic | None, answer: Answer, *, told: bool) -> Already | None:
    differed = already((one,), answer.question.measure) if one else None
    return differed if told or differed is None else "differed"


def _untried(one: Diagnostic | None) -> Literal["untried", "untried_held", "untried_failed"]:
    """What has been tried where no challenge has run: nothing, or the outcome before the start."""
    return "untried" if one is None else "untried_held" if one.holds else "untried_failed"


def _share(count: int, others: int) -> float:
    return count / (count + others)


def _largest(one: Diagnostic | None) -> tuple[str, float, float] | None:
    if not one or not one.detail or one.limit is None:
        return None
    column = max(one.detail, key=lambda name: abs(one.detail[name]))
    return column, abs(one.detail[column]), one.limit
