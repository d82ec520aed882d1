"""Says the ratios of hazards that stand beside an answer, and never instead of it."""

from __future__ import annotations

from collections.abc import Mapping

from babel.numbers import format_decimal

from ..terms import Answer, Language, Ratio
from .endings import grace_of
from .exhibits import ratio_called
from .words import arms_of, arms_said
from .writing import LOCALES, catalogue, fill, in_language

KINDS: Mapping[str, str] = {
    "hazard ratio": "hazard",
    "hazard ratio, adjusted": "adjusted",
    "subdistribution hazard ratio": "subdistribution",
    "rate ratio": "rate",
}


def say_hazards(answer: Answer, language: Language, *, changes: bool) -> str:
    """Each ratio in words, with its range; `changes` says that it was seen to change over time.  Empty where an answer has none."""
    hazards = answer.estimate.hazards if answer.estimate else ()
    if not hazards:
        return ""
    words = catalogue(language)["hazards"]
    said = [_said(one, answer, language) for one in hazards]
    return " ".join((*said, *((words["changes"],) if changes else ()), words["beside"]))


def _said(ratio: Ratio, answer: Answer, language: Language) -> str:
    arms = arms_said(arms_of(answer), grace_of(answer), language)
    numbers = {"n": ratio.value, "low": ratio.interval.low, "high": ratio.interval.high}
    slots = {slot: format_decimal(number, format="#,##0.00", locale=LOCALES[language]) for slot, number in numbers.items()}
    pattern = catalogue(language)["hazards"][KINDS[ratio_called(ratio)]]
    return fill(pattern, event=in_language(language, answer.outcome.event), **slots, offered=arms["offered"], withheld=arms["withheld"])
