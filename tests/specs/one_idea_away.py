"""Designs that are in order, and what is said of them when one idea is changed."""

from __future__ import annotations

from evaluation.study import parse
from evaluation.study.guide import EXAMPLE as LOT
from evaluation.study.guide import SERVICE as SERVICE
from evaluation.terms import Refused

Away = tuple[str, tuple[tuple[str, str], ...], str]  # a design in order, what is replaced in it by what, and the sentence it is told by

CLOCK, EVENT = 'clock         = "eligibility"', '{ event = "release", which = "first" }'
SPELL, RELEASE, WITHIN = '{ spell = "supervision" }', '{ event = "release", which = "every" }', '"reentry_navigation", within_days = 150 }'
BY_RELEASE = ((SPELL, RELEASE), ('"reentry_navigation" }', WITHIN))


def changed(text: str, *pairs: tuple[str, str]) -> str:
    """A design with each old text replaced, once."""
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def refusals(text: str) -> list[str]:
    """What is said of a design, without the places."""
    try:
        parse(text)
    except Refused as refused:
        return [str(problem).partition(": ")[2] for problem in refused.problems]
    return []


OFFER = changed(
    LOT,
    ('"lot"', '"offer"'),
    ('"randomized"', '"matched"\nestimand = "effect_on_the_served"'),
    ('"randomized"', '"matched"\nestimand = "effect_on_the_served"'),
)
SCORE = changed(
    LOT,
    (EVENT, '{ list = "ranking", on = [2019-07-01] }'),
    ('by       = "lot"', 'by = "score"\ncutoff = { capacity = 300 }'),
    ('offered  = "lot:reentry_navigation"\n', ""),
    ('withheld = "lot:no_reentry_navigation"\n', ""),
)
