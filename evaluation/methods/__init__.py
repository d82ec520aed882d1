"""Ways of answering, one folder each behind the same two doors; METHODS is the only list of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from . import matched, randomized, survival
from .method import Method

if TYPE_CHECKING:
    from ..terms import By, Cohort, Comparison, Question

_COMPARING: Mapping[By, Method] = {  # who is compared with whom is found in the same way, whatever is then laid on it
    "lot": randomized.METHOD,
    "offer": matched.METHOD,
    "service": matched.METHOD,
    "strategy": survival.METHOD,
}


def _compare(cohort: Cohort, question: Question) -> Comparison:
    """Who is compared with whom, by what decided who is served."""
    return _COMPARING[cohort.by].compare(cohort, question)


METHODS: dict[str, Method] = {method.name: method for method in (randomized.METHOD, matched.METHOD, replace(survival.METHOD, compare=_compare))}

__all__ = ["METHODS", "Method"]
