"""What a sentence adds of other estimators, of drifts, and of targets and places: facts, whatever the language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Literal

from babel.numbers import format_percent

from ..diagnostics import estimators_agree
from ..terms import Answer, Diagnostic, Interval, Language, Other, OutcomeUnit
from .manners import Calendar, manner_of
from .paths_of_numbers import Traced, together, told
from .writing import LOCALES, Sizes, catalogue, fill, plural, sized, whole

AGREE, BOUNDS, TARGET = "estimators_agree", "honest_bounds", "target_reached"
DIP = "enrolment_dip"
POWER, FORETOLD = "detectable_effect", ("detectable_at_the_cutoff", "detectable_by_the_past")  # could it be seen, after and before the fact
TOLD_OF_A_CHANGE = (TARGET, "trend_seen", "disparities")  # what the sentence of a bare change says in words of its own

OTHERS, GAP, PERIODS = "estimate.others", f"conditions.{TARGET}", "estimate.periods"  # where numbers stand that a sentence says

OF_ANOTHER = ("after units left the programme", "proportional trends")  # of another time; or a formula that the verdict rests on already

SYNTHETIC = ("synthetic_control", "augmented_synthetic_control", "synthetic_did")

Reached = Literal["reached", "not_reached", "cannot_tell"]
_REACHED: dict[float, Reached] = {1.0: "reached", -1.0: "not_reached", 0.0: "cannot_tell"}


@dataclass(frozen=True, slots=True)
class Held:
    """A last level held against a target, in the unit that is said aloud."""

    reached: Reached
    gap: float  # the last level less the target
    low: float
    high: float
    each_year: float  # what the target asks for, as a share
    level: float  # the target itself, at the end

    @property
    def given(self) -> bool:
        """Whether the gap has a range."""
        return isfinite(self.low) and isfinite(self.high) and self.low < self.high


def told_once(failed: tuple[str, ...]) -> tuple[str, ...]:
    """The names of conditions that failed, without that of the power after the fact where the power that was foretold failed too."""
    return tuple(name for name in failed if name != POWER or not any(one in failed for one in FORETOLD))


def others_of(answer: Answer, conditions: Sequence[Diagnostic], scale: float) -> tuple[float, float] | None:
    """The smallest and the largest that other estimators give, where they do not come to the same; `scale` makes of an effect what is said aloud.

    Where the method itself does not say whether they do, the same rule is laid to those that stand beside.
    """
    agree = next((one for one in conditions if one.name == AGREE), None)
    if agree is None and (beside := _of_the_same(answer)) and answer.estimate:
        agree = estimators_agree(answer.estimate.effect, {one.name: one.effect for one in beside})
    values = [value for value in agree.detail.values() if isfinite(value)] if agree and not agree.holds else []
    return (_aloud(min(values), scale, f"{OTHERS}.low"), _aloud(max(values), scale, f"{OTHERS}.high")) if values else None


def _aloud(value: float, scale: float, path: str) -> float:
    return Traced(value * scale, path, value)


def _of_the_same(answer: Answer) -> tuple[Other, ...]:
    """The other estimators of the question that was asked: no places, and nothing of another time."""
    if answer.estimate is None or manner_of(answer) == "change":
        return ()
    return tuple(one for one in answer.estimate.others if one.name not in OF_ANOTHER and isfinite(one.effect))


@dataclass(frozen=True, slots=True)
class Dissent:
    """How many other estimators tell another thing of whether there is a difference, and from where to where their ranges run."""

    sees: bool  # they see a difference that the answer does not claim, or one that goes the other way
    many: int
    low: float
    high: float

    def said(self, sizes: Sizes) -> str:
        """The end of a sentence."""
        words, ends = catalogue(sizes.language)["dissent"]["sees" if self.sees else "unsure"], (self.low, self.high)
        low, high = map(sizes.end, ends)
        return fill(plural(words, self.many, sizes.language), n=whole(self.many, sizes.language, OTHERS), low=low, high=high)


def dissent_of(answer: Answer, scale: float) -> Dissent | None:
    """Which others disagree with the answer's own range about the direction; None where all say the same of it, or it has no range."""
    estimate = answer.estimate
    if estimate is None or not estimate.interval.given:
        return None
    own = {_way(one) for one in (estimate.interval, *estimate.beside)}
    mine = own.pop() if len(own) == 1 else 0
    ranges = [one.interval for one in _of_the_same(answer) if one.interval and isfinite(one.interval.low) and isfinite(one.interval.high)]
    for sees in (True, False):  # a difference that is seen weighs more than one that is not
        others = [one for one in ranges if _way(one) != mine and bool(_way(one)) == sees]
        if others:
            low, high = min(one.low for one in others), max(one.high for one in others)
            return Dissent(sees, len(others), _aloud(low, scale, f"{OTHERS}.lowest"), _aloud(high, scale, f"{OTHERS}.highest"))
    return None


def _way(one: Interval) -> int:
    """Which way a range points: 0 where it holds none."""
    return 1 if one.low > 0 else -1 if one.high < 0 else 0


def target_of(answer: Answer, scale: float = 1.0) -> Held | None:
    """Whether a target was reached, and by how much; None where none was asked about, or nothing was told of it."""
    target, own = answer.question.target, answer.estimate.diagnostics if answer.estimate else ()
    held = next((one for one in (*own, *answer.diagnostics) if one.name == TARGET and "reached" in one.detail), None)
    if held is None or target is None:
        return None
    low, high = (_aloud(held.detail[f"gap, {end}"], scale, f"{GAP}.detail.gap, {end}") for end in ("low", "high"))
    gap, level = _aloud(held.value, scale, f"{GAP}.value"), _aloud(held.detail["target"], scale, f"{GAP}.detail.target")
    return Held(_REACHED[held.detail["reached"]], gap, low, high, Traced(target.each_year, "question.target.each_year", target.each_year), level)


def farthest_of(answer: Answer) -> str:
    """Which place lies farthest from the whole, by its name; empty where the question is another one."""
    estimate = answer.estimate
    if estimate is None or answer.question.estimator != "disparity":
        return ""
    return next((one.name for one in estimate.others if one.effect == estimate.effect), "")


Saying = Literal["", "period", "continued", "synthetic", "cutoff", "compliers", "compliers_cutoff", "change", "trend", "disparity"]


def said_as(answer: Answer) -> Saying:
    """The key of the words in which a difference is said: the manner, and of a bare change what it is a change of."""
    manner = manner_of(answer)
    if manner == "period" and answer.question.estimator == "interrupted":
        return "continued"  # its own past, and no other place
    if manner == "period" and answer.question.estimator in SYNTHETIC:
        return "synthetic"  # other places, mixed until they run as it did before
    if manner == "compliers" and answer.by == "score":
        return "compliers_cutoff"
    if manner != "change":
        return manner
    return "change" if answer.question.estimator == "before_after" else "disparity" if answer.question.estimator == "disparity" else "trend"


def alone(answer: Answer) -> bool:
    """Whether the answer is about one place, so that nothing is a mean over several."""
    return answer.estimate is not None and answer.estimate.served.areas == 1


def of_places(period: tuple[Calendar, int], language: Language, *, alone: bool) -> dict[str, str]:
    """How often, and where, in the words of a language: the slots of a pattern."""
    where, number = catalogue(language)["where"], "one" if alone else "many"
    each = fill(catalogue(language)["each"][period[0]], n=whole(period[1], language, PERIODS))
    return {"period": period_said(period, language), "each": each, "where": where[f"began_{number}"], "there": where[number]}


def period_said(period: tuple[Calendar, int], language: Language) -> str:
    """How often a period comes round, in words: "a quarter", "every 91 days"."""
    name, days = period
    return fill(catalogue(language)["period"][name], n=whole(days, language, PERIODS))


def target_said(held: Held, unit: OutcomeUnit, base: int, language: Language, *, provisional: bool) -> str:
    """Whether the target was reached, and by how much the last level lies off it."""
    words, sizes = catalogue(language)["target"], Sizes(unit, language)
    direction, n = sizes.seen(held.gap)
    gap = fill(words["gap"][direction], size=sized(unit, n, base, language))
    between = fill(words["between"], range=sizes.between("range", held.low, held.high)) if held.given else ""
    untried = words["provisional"] if provisional else ""
    share = format_percent(abs(held.each_year), format="#,##0.#%", locale=LOCALES[language])
    asked = fill(words["asked"]["fewer" if held.each_year < 0 else "more"], share=told(share, held.each_year))
    level = sized(unit, sizes.seen(held.level)[1], base, language)
    return together("", (fill(words[held.reached], asked=asked), fill(words["lies"], gap=gap, level=level), between, untried))
