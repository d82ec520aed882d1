"""The same question asked of the same cohort in another way: what was changed is words of the question, and nobody is enrolled again.

Each way is the study with words of its question changed (`study.but`); whom it compares is found anew among the cohort that stands, and
the outcome, which nothing changes, is read once.  The rules of the records were judged with the study's own answer.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ..diagnostics.asked_otherwise import deleted
from ..methods import METHODS
from ..outcomes import PanelRuler, Ruler
from ..pipeline import answer_one, compare
from ..study.changing import but
from ..terms import Answer, Comparison, Question, Refused, Tried
from .asked import Asked, tried, why_not

if TYPE_CHECKING:
    from ..terms import Array

GROUPS = 20  # of people, one of which is left out in turn: with fewer, the error of a difference is itself a guess


class Held:
    """A ruler each of whose verbs is read once, however often it is asked."""

    def __init__(self, ruler: Ruler | PanelRuler) -> None:
        self._ruler = ruler
        self._read = cache(lambda verb, *asked: getattr(ruler, verb)(*asked))

    def __getattr__(self, name: str) -> Any:
        there = getattr(self._ruler, name)
        if not callable(there):
            return there

        def verb(*asked: Any, **named: Any) -> Any:
            asked = tuple(tuple(one) if isinstance(one, list) else one for one in asked)
            return there(*asked, **named) if named else self._read(name, *asked)

        return verb


def held(ruler: Ruler | PanelRuler) -> Ruler:
    """The ruler, remembered; told of as a ruler of clocks, which it is wherever one was given."""
    return cast(Ruler, Held(ruler))


@dataclass(frozen=True, slots=True, eq=False)
class Another:
    """What came of the question asked in another way."""

    label: str
    answer: Answer
    comparison: Comparison | None  # None: nobody could be compared

    @property
    def line(self) -> Tried:
        """It as a line of the picture."""
        return tried(self.label, self.answer)

    @property
    def sound(self) -> bool:
        """Whether there is a number, and every condition that it rests on holds."""
        return not why_not(self.answer)


def another(asks: Asked, ruler: Ruler, label: str, *, unlike: bool = False, **words: object) -> Another:
    """The question with words changed, of the cohort that stands; refused, it comes back as such.

    With `unlike` it is answered though people compared be unlike: to show what a column of the history does that was left out.
    """
    try:
        question = but(asks.study, question=asks.question.name, alone=True, **words).questions[0]  # type: ignore[arg-type]  # words of a question alone
    except Refused as refused:
        return Another(label, replace(asks.answer, estimate=None, diagnostics=(), refused=refused.problems), None)
    question = replace(question, role=asks.question.role)
    found = compare(question, asks.cohort)
    made = None if isinstance(found, tuple) else found
    if unlike and made is not None:
        found = made = replace(made, diagnostics=tuple(one for one in made.diagnostics if not one.required))
    return Another(label, answer_one(question, asks.outcome, asks.cohort, found, ruler, asks.answer.provenance), made)


# ------------------------------------------------------------------------------------------------ without some of the people
def without(comparison: Comparison, gone: Array) -> Comparison:
    """The comparison without the rows that are `gone` (n,) bool: nobody is chosen anew, and weights are taken as given."""
    kept, places, steps = comparison.kept & ~gone, comparison.places, comparison.steps
    return replace(
        comparison,
        kept=kept,
        weights=np.where(kept, comparison.weights, 0.0),
        sets=None if comparison.sets is None else np.where(kept, comparison.sets, -1),
        places=None if places is None else _of_rows(places, kept),
        steps=None if steps is None else _of_rows(steps, kept),
        imputed=tuple(without(one, gone) for one in comparison.imputed),
        learned=None,
        diagnostics=(),
    )


def _of_rows(lines: Any, kept: Array) -> Any:
    """Those lines of an array class, each about a `row`, whose row is kept."""
    there = kept[lines.row]
    return replace(lines, **{name: getattr(lines, name)[there] for name in lines.__dataclass_fields__})


def grouped(asks: Asked) -> Array | None:
    """(n,) int: GROUPS groups of whole clusters, of each arm as many in each, in the order of the cohort; None where there are too few."""
    cohort, own = asks.cohort, asks.comparison
    together = own.clusters if own.clusters is not None else getattr(cohort, "person", np.arange(len(cohort)))
    cluster = np.unique(together, return_inverse=True)[1]
    served = getattr(cohort, "served", None)
    arm = np.bincount(cluster, weights=served) > 0 if served is not None else _adopts(cohort, cluster)
    group = np.zeros(len(arm), dtype=np.int64)
    for there in (arm, ~arm):
        if np.count_nonzero(there) < GROUPS:
            return None
        group[there] = np.arange(np.count_nonzero(there)) % GROUPS
    return np.asarray(group[cluster])


def _adopts(panel: Any, cluster: Array) -> Array:
    return np.bincount(cluster, weights=panel.adopted < panel.periods) > 0


def told_without_each(asks: Asked, ruler: Ruler, group: Array, question: Question, comparison: Comparison) -> list[float] | None:
    """The effect told again without each group in turn; None where it once cannot be told."""
    found = []
    for one in range(GROUPS):
        try:
            estimate = METHODS[question.method].estimate(asks.cohort, without(comparison, group == one), ruler, question)
        except Refused:
            return None
        found.append(estimate.effect)
    return found if np.isfinite(found).all() else None


def apart(own: list[float] | None, other: list[float] | None) -> tuple[float, float] | None:
    """The error of the difference of two ways, and its degrees of freedom; None where one could not be told again."""
    return None if own is None or other is None else deleted(own, other)

