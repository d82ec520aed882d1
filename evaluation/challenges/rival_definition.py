"""Rival definition: the question by every other definition of its outcome that its method can answer (see `definitions`)."""

from __future__ import annotations

from math import nan

from ..diagnostics import definitions_agree
from ..terms import Challenge, CohortPlan, Question, Tried
from .asked import Asked, could_not
from .by_rivals import Multiverse, effect_of, limits_of, title_of
from .definitions import Definition, definitions

NAME = "rival_definition"
CHANGED = "the definition of the outcome: every other one of its family"


def fits(question: Question, plan: CohortPlan) -> str:
    """Why no other definition can be asked by; empty where one may."""
    return "Nobody is compared with anybody." if question.method == "monitor" else ""


def rival_definition(asked: Asked) -> Challenge:
    """The effect by each definition, of which none should find one that points the other way."""
    assert asked.records is not None, "of the sort again"
    question, found = definitions(asked.study, asked.records, question=asked.question.name, today=asked.today, standing=asked.prepared)
    every = Multiverse(asked.study, question, found)
    others = [one for one in every.different if not one.own]
    if not others or not every.own.answered:
        why = "no other definition of the outcome gave a result of its own."
        return could_not(NAME, CHANGED, why, unit=asked.unit, expected=None)
    against = sum(1 for one in others if _against(one, effect_of(every.own)))
    diagnostic = definitions_agree(every.same_sign, len(every.different), against=against)
    rest = [Tried(title_of(one.outcome), nan, nan, nan, why_not=one.why_not) for one in every.unanswered if not one.own]
    return Challenge(NAME, CHANGED, diagnostic.sentence, (diagnostic,), (asked.own, *map(_line, others), *rest), None, asked.unit)


def _against(one: Definition, own: float) -> bool:
    """Whether its whole range lies on the other side of none than the study's own effect."""
    limits = limits_of(one)
    return limits is not None and (limits[0] > 0 > own or limits[1] < 0 < own)


def _line(one: Definition) -> Tried:
    low, high = limits_of(one) or (nan, nan)
    return Tried(title_of(one.outcome), effect_of(one), low, high)
