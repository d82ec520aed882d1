"""Ways of answering, one folder each behind the same two doors; METHODS is the only list of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from . import did, matched, mean, monitor, randomized, series, survival, threshold
from .method import Method

if TYPE_CHECKING:
    from ..terms import By, Comparison, Question

_COMPARING: Mapping[By, Method] = {  # who is compared with whom is found in the same way, whatever is then laid on it
    "lot": randomized.METHOD,
    "offer": matched.METHOD,
    "service": matched.METHOD,
}


def _elsewhere(cohort: Any, question: Question) -> Comparison:
    """Who is compared with whom, by the room that finds it for whatever decided who is served."""
    return _COMPARING[cohort.by].compare(cohort, _among_the_offered(question))


def _handed(method: Method, own: By, *everybody: By) -> Method:
    """The method with its own door `compare` where `own` decided who is served, and another room's elsewhere.

    Where one of `everybody` did and a question chooses nobody by `compare`, its own door takes all who are there.
    """
    mine: Callable[[Any, Question], Comparison] = method.compare

    def compare(cohort: Any, question: Question) -> Comparison:
        """Who is compared with whom, by what decided who is served."""
        if cohort.by == own or (cohort.by in everybody and question.compare is None):
            return mine(cohort, question)
        return _elsewhere(cohort, question)

    return replace(method, compare=compare)


def _among_the_offered(question: Question) -> Question:
    """The question as a comparison is asked it: of those who come because of an offer, among whoever was offered."""
    return replace(question, estimand="effect_on_the_served") if question.estimand == "complier_effect" else question


METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        randomized.METHOD,
        matched.METHOD,
        _handed(survival.METHOD, "strategy"),
        _handed(did.METHOD, "adoption", "offer", "service"),
        mean.method(_elsewhere),
        series.METHOD,
        _handed(threshold.METHOD, "score"),
        monitor.METHOD,
    )
}

__all__ = ["METHODS", "Method"]
