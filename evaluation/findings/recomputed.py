"""Checks the numbers of a sentence against the answer it was said of: each is looked up at its path, and written again from its value."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from math import isclose, isfinite, nan

from babel.numbers import format_decimal, format_percent

from ..terms import Answer, Diagnostic, Finding, Language, Said, unit_of
from .belief import NEAREST, ROOM
from .beyond import GAP, OTHERS, PERIODS
from .costs import in_dollars
from .counts import AFTER, LATER, POOLS
from .endings import grace_of
from .manners import manner_of, period_of
from .paths_of_numbers import NUMBER, PATTERN, QUOTED
from .ranges import EFFECT, HIGH, HIGHEST, LOW, LOWEST, WORTHWHILE, base_of
from .words import GRACE, spoken
from .writing import BASE, LOCALES, Sizes

WORTH = "estimate.economics.worth."
CONDITIONS = "conditions"
OF_THE_EFFECT = (EFFECT, LOW, HIGH, LOWEST, HIGHEST, NEAREST)
SHARES = (f"{CONDITIONS}.{POOLS}", f"{CONDITIONS}.{LATER}", "question.target.each_year")


def untrue(finding: Finding, language: Language) -> Iterator[str]:
    """What is wrong with the numbers of a finding's texts, a sentence each; nothing where each is what the answer holds."""
    numbers = finding.numbers.get(language, ())
    printed = NUMBER.findall(" ".join((finding.sentences[language], finding.believed.get(language, ""))))
    if printed != [said.text for said in numbers]:
        yield f"of the numbers {printed} some have no provenance, or stand elsewhere than it says"
        return
    for said in numbers:
        found = looked_up(finding, said)
        if found is not None and not isclose(found, said.value, rel_tol=1e-9, abs_tol=1e-12):
            yield f"'{said.text}' is said of {said.path}, which is {found:g} and not {said.value:g}"
        elif written(finding.answer, said, language) != said.text:
            yield f"'{said.text}' stands for {said.value:g} at {said.path}, which is written otherwise"


def looked_up(finding: Finding, said: Said) -> float | None:
    """What stands at a path; None where it is a text's own number, or where a released answer does not hold it any more."""
    answer, path = finding.answer, said.path
    if path in (PATTERN, CONDITIONS) or path.startswith((QUOTED, "settled_by.")):
        return None
    if path == "corrected":
        return float(finding.corrected - 1)
    if path in (BASE, GRACE, PERIODS, "question.horizon"):
        return _of_the_design(answer, path)
    if path == "question.compare":
        how = answer.question.compare
        return said.value if how is None or said.value in (how.ratio, how.fewest, how.most, how.subclasses) else nan
    if path.startswith(f"{CONDITIONS}."):
        return _of_a_condition(_conditions(finding), path.removeprefix(f"{CONDITIONS}."))
    if answer.estimate is None:
        return _at(answer, path) if path.startswith("question.") and path != ROOM else None
    if path.startswith(OTHERS):
        return _of_others(finding, said)
    return _of_ranges(answer, path) if path in (LOWEST, HIGHEST, NEAREST, ROOM) else _at(answer, path)


def written(answer: Answer, said: Said, language: Language) -> str:
    """A number written again from its value, as its path has it written."""
    path, value, locale = said.path, said.value, LOCALES[language]
    sizes, scale = Sizes(unit_of(answer.outcome, answer.question.measure), language), base_of(answer) / answer.question.so_many
    if path == PATTERN or path.startswith((QUOTED, "settled_by.")):
        return said.text  # a text's own
    if path == WORTHWHILE:
        return _digits(sizes.declared(abs(value) * scale))
    if path == ROOM:
        return _digits(sizes.size(value * base_of(answer)))
    if path in OF_THE_EFFECT or path.startswith((f"{OTHERS}.", GAP)):
        return _digits(sizes.seen(_within(answer, value * scale))[1] if path != NEAREST else sizes.size(value * scale))
    if path.startswith(WORTH):
        return _digits(in_dollars(value, language))
    if path.startswith(f"{CONDITIONS}.{AFTER}"):
        return format_decimal(value, format="0.00", locale=locale)
    if path in SHARES:
        shape = "#,##0.#%" if path.startswith("question") else None
        return _digits(format_percent(abs(value), format=shape, locale=locale))
    return str(int(value)) if path == "question.money.price_year" else format_decimal(value, locale=locale)


def _within(answer: Answer, aloud: float) -> float:
    """A size cut where it runs past everybody, as `within_reach` cuts it."""
    whole = manner_of(answer) in ("cutoff", "compliers") and unit_of(answer.outcome, answer.question.measure) == "people"
    return min(base_of(answer), max(-base_of(answer), aloud)) if whole else aloud


def _digits(text: str) -> str:
    found = NUMBER.search(text)
    return found[0] if found else ""


def _of_the_design(answer: Answer, path: str) -> float | None:
    if path == BASE:
        return float(base_of(answer))
    if path == GRACE:
        return grace_of(answer)
    return float(period_of(answer)[1] if path == PERIODS else spoken(answer.question.horizon)[1])


def _conditions(finding: Finding) -> Sequence[Diagnostic]:
    answer = finding.answer
    own = answer.estimate.diagnostics if answer.estimate else ()
    return (*own, *answer.diagnostics, *chain.from_iterable(one.diagnostics for one in finding.challenges))


def _of_a_condition(conditions: Sequence[Diagnostic], path: str) -> float | None:
    name, _, rest = path.partition(".")
    one = next((each for each in conditions if each.name == name), None)
    if one is None:
        return None
    if not rest:
        counts = one.behind.get("small" if name == POOLS else "compared")
        return counts[0] / sum(counts) if counts else None
    if rest.startswith("detail."):
        found = one.detail.get(rest.removeprefix("detail."))
        return found if found is None or name != AFTER else abs(found)
    return one.limit if rest == "limit" else one.value


def _of_others(finding: Finding, said: Said) -> float | None:
    """Among the numbers of other estimators, the one that is said; how many of them stand apart is left to the sentence."""
    estimate = finding.answer.estimate
    if estimate is None or said.path == OTHERS:
        return None
    ends = [end for one in estimate.others if one.interval for end in (one.interval.low, one.interval.high)]
    agree = [value for one in _conditions(finding) if one.name == "estimators_agree" for value in one.detail.values()]
    every = [*ends, *(one.effect for one in estimate.others), *agree]
    return next((one for one in every if isclose(one, said.value, rel_tol=1e-9, abs_tol=1e-12)), nan) if every else None


def _of_ranges(answer: Answer, path: str) -> float | None:
    assert answer.estimate is not None
    every = [one for one in (answer.estimate.interval, *answer.estimate.beside) if isfinite(one.low) and isfinite(one.high)]
    ends = [end for one in every for end in (one.low, one.high)]
    if not ends or path == LOWEST:
        return min(ends, default=None)
    if path == HIGHEST:
        return max(ends)
    nearest, farthest = min(map(abs, ends)), max(map(abs, ends))
    return nearest if path == NEAREST else (abs(answer.question.worthwhile) - farthest) / answer.question.so_many


def _at(answer: Answer, path: str) -> float | None:
    """What stands at a path of names, such as `estimate.interval.low`."""
    found: object = answer
    for name in path.split("."):
        found = getattr(found, name, None)
    return float(found) if isinstance(found, int | float) else None
