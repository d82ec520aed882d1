"""The same question asked of the same cohort in another way: what was changed is words of the question, and nobody is enrolled again.

Each way is the study with words of its question changed (`study.but`); whom it compares is found anew among the cohort that stands, and
the outcome, which nothing changes, is read once.  The rules of the records were judged with the study's own answer.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import numpy as np

from ..diagnostics.asked_otherwise import deleted
from ..methods import METHODS
from ..outcomes import PanelRuler, Ruler
from ..pipeline import answer_one, compare
from ..study.changing import but
from ..terms import Answer, Challenge, Cohort, Comparison, Inference, Learned, Panel, Question, Refused, Tried
from .asked import Asked, could_not, tried, why_not

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
    alike: bool = True  # whether every required condition of the comparison holds

    @property
    def line(self) -> Tried:
        """It as a line of the picture."""
        return tried(self.label, self.answer)

    @property
    def sound(self) -> bool:
        """Whether there is a number, and every condition that it rests on holds."""
        return not why_not(self.answer)


def another(asks: Asked, ruler: Ruler, label: str, unlike: bool = False, /, **words: object) -> Another:
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
    alike = made is not None and all(one.holds for one in made.diagnostics if one.required)
    if unlike and made is not None:
        found = made = replace(made, diagnostics=tuple(one for one in made.diagnostics if not one.required))
    return Another(label, answer_one(question, asks.outcome, asks.cohort, found, ruler, asks.answer.provenance), made, alike)


def unread(asks: Asked, name: str, changed: str, *, expected: float | None = None) -> Challenge | None:
    """A challenge that could not be made where the study's own answer gives no number that may be read; None where it does."""
    if np.isfinite(asks.own.effect):
        return None
    return could_not(name, changed, "the study's own answer gives no number to hold others against.", unit=asks.unit, expected=expected)


# ------------------------------------------------------------------------------------------------ without some of the people
def grouped(asks: Asked) -> Array | None:
    """(GROUPS, n) bool: the rows that go with each group of whole clusters, of each arm as many in each; None where there are too few.

    With risk sets a row goes with its own person and with the one whose set it stands in.
    """
    cohort, own = asks.cohort, asks.comparison
    units = cohort.person if isinstance(cohort, Cohort) else np.arange(len(cohort))
    cluster = np.unique(units if own.clusters is None else own.clusters, return_inverse=True)[1]
    served = cohort.served if isinstance(cohort, Cohort) else cohort.adopted < cohort.periods
    arm = np.bincount(cluster, weights=served) > 0
    group = np.zeros(len(arm), dtype=np.int64)
    for there in (arm, ~arm):
        if np.count_nonzero(there) < GROUPS:
            return None
        group[there] = np.arange(np.count_nonzero(there)) % GROUPS
    gone = np.stack([group[cluster] == each for each in range(GROUPS)])
    return np.stack([with_their_sets(cohort, each) for each in gone])


def with_their_sets(cohort: Cohort | Panel, gone: Array) -> Array:
    """(n,) bool: the rows that are gone, and with risk sets those whose set was of a served person who is."""
    if not isinstance(cohort, Cohort) or cohort.sets is None:
        return gone
    lead = np.zeros(int(cohort.sets.max()) + 1, dtype=np.int64)
    lead[cohort.sets[cohort.served]] = np.flatnonzero(cohort.served)
    return np.asarray(gone | gone[lead[cohort.sets]])


def told_without_each(asks: Asked, ruler: Ruler, gone: Array, question: Question) -> list[float] | None:
    """The effect told again without each group in turn, whoever is compared being found anew; None where it once cannot be told.

    The effect alone is read, so that whatever is told of sets and of errors beside it is left out where that changes no effect.
    """
    question, found = replace(question, inference=Inference()), list[float]()
    for each in gone:
        comparison = compared_without(asks.cohort, question, each)
        if comparison is None:
            return None
        if comparison.places is None and question.method == "matched":
            comparison = replace(comparison, sets=None)
        try:
            found.append(METHODS[question.method].estimate(asks.cohort, comparison, ruler, question).effect)
        except Refused:
            return None
    return found if np.isfinite(found).all() else None


def error_of_difference(own: list[float] | None, other: list[float] | None) -> tuple[float, float] | None:
    """The error of the difference of two ways, and its degrees of freedom; None where one could not be told again."""
    return None if own is None or other is None else deleted(own, other)


def compared_without(cohort: Cohort | Panel, question: Question, gone: Array) -> Comparison | None:
    """Who is compared with whom where some rows are `gone` (n,) bool, told of all rows; None where nobody is, or values are imputed."""
    rows = np.flatnonzero(~gone)
    made = compare(question, some_of(cohort, rows))
    if isinstance(made, tuple) or made.imputed or made.history is not None:
        return None
    return of_all(made, rows, len(cohort))


def some_of(cohort: Cohort | Panel, rows: Array) -> Any:
    """The cohort or panel of some rows alone, by place."""
    n = len(cohort)
    arrays = {one.name: getattr(cohort, one.name) for one in fields(cohort)}
    cut: dict[str, Any] = {
        name: value[rows] for name, value in arrays.items() if isinstance(value, np.ndarray) and len(value) == n and name != "edges"
    }
    if isinstance(cohort, Panel) and cohort.names:
        cut["names"] = tuple(cohort.names[row] for row in rows)
    return replace(cohort, **cut, history={name: column[rows] for name, column in cohort.history.items()})


def of_all(made: Comparison, rows: Array, n: int) -> Comparison:
    """A comparison of some rows, by place, as one of all n: the others are not kept."""

    def spread(part: Any, empty: float) -> Any:
        if part is None:
            return None
        whole = np.full((n, *part.shape[1:]), empty, dtype=part.dtype)
        whole[rows] = part
        return whole

    places, learned = made.places, made.learned
    return replace(
        made,
        kept=spread(made.kept, False),
        weights=spread(made.weights, 0.0),
        clusters=spread(made.clusters, 0),
        blocks=spread(made.blocks, 0),
        sets=spread(made.sets, -1),
        score=spread(made.score, np.nan),
        places=None if places is None else replace(places, row=rows[places.row]),
        learned=None if learned is None else Learned(spread(learned.slopes, 0.0), spread(learned.influence, 0.0)),
        diagnostics=(),
    )
