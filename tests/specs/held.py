"""What a finding holds, in the terms of docs/reading.md: worked out from its answer, and from no sentence."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf, isfinite

from reader import Reading

from evaluation.terms import Answer, Finding, Language, unit_of

UNITS = {"people": "people", "events": "times", "days": "days", "dollars": "dollars", "rate": "rate", "count": "count"}
VERBS = {"A": "caused", "B": "likely", "C": "goes with", "D": "changed"}
DUST = 1e-6  # a number is rounded to ten digits before it is said


def base_of(answer: Answer) -> int:
    """Of how many people a size is told: docs/reading.md, "Bases"."""
    unit = unit_of(answer.outcome, answer.question.measure)
    if answer.outcome.kind == "rate":
        return answer.question.so_many
    if unit not in ("people", "events"):
        return 1
    smallest = abs(answer.question.worthwhile) / answer.question.so_many
    return next((base for base in (100, 1_000, 10_000) if smallest * base >= 1 - DUST), 100_000)


def place_of(unit: str, value: float) -> float:
    """The last place that is printed of a size."""
    return 0.1 if unit in ("days", "rate", "count") and abs(value) < 9.95 else 1.0


def close(said: float | None, true: float, unit: str) -> bool:
    """Whether what is said is what is true, to the last place printed, and never on the other side of none."""
    if said is None:
        return False
    place = place_of(unit, true)
    return abs(said - true) <= place / 2 + DUST * max(1.0, abs(true)) and said * true >= 0


def apart(finding: Finding, said: Reading, language: Language, *, calibrated: bool = False) -> Iterator[str]:
    """Everything in which what was read is not what the finding holds."""
    answer, unanswered = finding.answer, finding.verdict == "not answered"
    if said.language != language:
        yield f"the language is {language}, and {said.language} was read"
    if (said.verdict, said.pending) != (finding.verdict, finding.pending):
        yield f"the verdict is {finding.verdict} ({finding.pending}), and {said.verdict} ({said.pending}) was read"
    if said.title != finding.title[language]:
        yield f"the title is {finding.title[language]}, and {said.title} was read"
    if said.verb != (verb := _verb(finding)):
        yield f"the verb is {verb or 'none'}, and {said.verb or 'none'} was read"
    if unanswered or answer.estimate is None:
        if said.size is not None or said.range is not None:
            yield "a number was read of a question that is not answered"
        return
    unit = UNITS[unit_of(answer.outcome, answer.question.measure)]
    base = base_of(answer)
    if (said.unit, said.base) != (unit, base):
        yield f"the unit is {unit} of {base}, and {said.unit} of {said.base} was read"
    if said.horizon is not None and _days(said.horizon) != _held_horizon(answer):
        yield f"the horizon is {answer.question.horizon}, and {said.horizon} was read"
    if said.horizon is None and answer.question.estimator not in ("before_after", "disparity"):
        yield "no horizon was read"
    yield from _numbers_apart(finding, said, unit, base / answer.question.so_many, calibrated)


def _numbers_apart(finding: Finding, said: Reading, unit: str, scale: float, calibrated: bool) -> Iterator[str]:
    answer, estimate = finding.answer, finding.answer.estimate
    assert estimate is not None

    def held(value: float) -> float:
        return max(-said.base, min(said.base, value * scale)) if said.cut else value * scale

    if not close(said.size, held(estimate.effect), unit):
        yield f"the effect is {held(estimate.effect):g}, and {said.size} was read"
    direction = "same" if not said.size else "more" if said.size > 0 else "fewer"
    if said.direction != direction:
        yield f"{said.size} was read, and {said.direction}"
    if said.worthwhile is not None and abs(said.worthwhile - abs(answer.question.worthwhile) * scale) > 0.005 + DUST:
        yield f"the smallest difference worth having is {abs(answer.question.worthwhile) * scale:g}, and {said.worthwhile} was read"
    if (said.worthwhile is not None) != (finding.pending == "no difference that matters"):
        yield "the smallest difference worth having is told where it should not be, or not told"
    target = next((one for one in estimate.diagnostics if one.name == "target_reached"), None)
    if target:
        gap, low, high = target.value, target.detail["gap, low"], target.detail["gap, high"]
        asked = answer.question.target.each_year * 100 if answer.question.target else inf
        if not close(said.gap, gap * scale, unit) or said.asked is None or abs(said.asked - asked) > 0.05 + DUST:
            yield f"the gap is {gap * scale:g} and the target {asked:g}, and {said.gap} and {said.asked} were read"
        ends = (low, high) if low < high else None
    elif calibrated or not all(one.given and isfinite(one.low) and isfinite(one.high) for one in (estimate.interval, *estimate.beside)):
        ends = None
    elif finding.verdict == "cannot tell yet":
        every = (estimate.interval, *estimate.beside)
        ends = min(one.low for one in every), max(one.high for one in every)
    else:
        ends = estimate.interval.low, estimate.interval.high
    if (ends is None) != (said.range is None):
        yield f"the range is {ends}, and {said.range} was read"
    if ends and said.range and not all(close(one, held(end), unit) for one, end in zip(said.range, ends, strict=True)):
        yield f"the range is {[held(end) for end in ends]}, and {said.range} was read"


def _verb(finding: Finding) -> str:
    """How strongly why is claimed: by the letter of the licence, where anything is claimed and has been challenged."""
    letter = finding.grade.licence if finding.grade else "C"
    if finding.pending in ("cannot tell yet", "not answered") or finding.answer.question.target:
        return ""
    return VERBS[letter] if finding.verdict != "provisional" or letter == "D" else ""


def _days(horizon: tuple[int, str]) -> tuple[int, str]:
    """A horizon in days or months: a week is 7 days, a year 365."""
    many, period = horizon
    return (many, "month") if period == "month" else (many * {"day": 1, "week": 7, "year": 365}[period], "day")


def _held_horizon(answer: Answer) -> tuple[int, str]:
    given = answer.question.horizon
    return (given.months, "month") if given.months is not None else (given.days or 0, "day")
