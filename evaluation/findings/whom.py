"""Whose effect an answer tells, and by which way it was had: facts, whatever the language, of which `words` makes phrases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from ..diagnostics.wording import tellable
from ..methods import METHODS
from ..methods.matched.ways import WAYS
from ..terms import Answer, By, CompareBy, Diagnostic, EstimandName, Horizon, Matching, Measure, Question, TimeScale
from .counts import MATCHED
from .manners import manner_of

BY_WEIGHTS_ALONE: tuple[EstimandName, ...] = ("effect_in_the_overlap", "effect_on_the_matchable")  # about nobody who could be listed
LEFT_OUT = ("could be matched", "could be compared")  # how the name of a population ends of which some were left out
Side = Literal["offer", "service", "strategy"]
Kept = Literal["all", "matched", "compared"]


@dataclass(frozen=True, slots=True)
class Whom:
    """The people whom an effect is about, where nobody drew lots."""

    side: Side
    estimand: EstimandName
    weighed: bool  # people are weighted; nobody is matched
    some_left_out: bool = False
    counts: tuple[int, int] | None = None  # of those asked about: how many are in the comparison, and how many there are; None: not told

    @classmethod
    def of(cls, answer: Answer, *, tells: Callable[[Diagnostic], bool] = lambda _: True) -> Whom | None:
        """Of an answer; None where a lot decided, and what the arms are called says it.  `tells`: of which conditions numbers may be said."""
        if answer.by == "lot" or manner_of(answer):
            return None
        own = answer.estimate.diagnostics if answer.estimate else ()
        found = next((one for one in (*own, *answer.diagnostics) if one.name == MATCHED), None)
        counts = (int(found.detail["matched"]), int(found.detail["served"])) if found else None
        return cls(
            side=answer.by if answer.by in ("service", "strategy") else "offer",
            estimand=answer.question.estimand,
            weighed=weighs(answer.question, answer.by),
            some_left_out=counts is not None and counts[0] < counts[1],
            counts=counts if found and tells(found) else None,
        )

    @classmethod
    def named(cls, answer: Answer, population: str) -> Whom | None:
        """Of a released answer, whose population has a name without counts; None where a lot decided."""
        told = cls.of(replace(answer, estimate=None, diagnostics=()))
        return told and replace(told, some_left_out=population.endswith(LEFT_OUT))

    @property
    def kept(self) -> Kept:
        """Which part of them: all, or those who could be matched or compared.  Weights alone say whom the overlap is about: all of them."""
        if not self.some_left_out or self.estimand in BY_WEIGHTS_ALONE:
            return "all"
        return "compared" if self.weighed else "matched"

    @property
    def tellable(self) -> bool:
        """Whether the counts give away no small one."""
        return self.counts is not None and tellable(self.counts[0], self.counts[1] - self.counts[0])


@dataclass(frozen=True, slots=True)
class Way:
    """How the people compared were chosen, in the keys of the catalogue's `way`."""

    key: str
    numbers: Mapping[str, int] = field(default_factory=dict)
    again: bool = False  # each may be taken as often as they fit
    adjusted: Literal["", "regression", "doubly_robust"] = ""

    @classmethod
    def of(cls, question: Question, by: By = "offer") -> Way | None:
        """Of a question about people whom `by` decided to serve; None where its method chooses nobody, or a lot or two plans leave none to choose."""
        if not chooses(question, by):
            return None
        how = question.compare or Matching()
        key: CompareBy | Literal["one", "several", "varying", "pairs"] = how.by
        if how.by == "matching":
            key = "varying" if how.most else "one" if how.ratio == 1 else "several"
        elif how.by == "optimal" and how.ratio == 1:
            key = "pairs"
        numbers = {"n": how.subclasses if how.by == "subclasses" else how.ratio, "low": how.fewest, "high": how.most or 0}
        adjusted = question.estimator if question.estimator in ("regression", "doubly_robust") else ""
        return cls(key, numbers, how.by == "matching" and how.reuse == 0, adjusted)


def chooses(question: Question, by: By = "offer") -> bool:
    """Whether whom to compare is chosen, by what `compare` says, rather than drawn by lot or everybody's own clone."""
    chosen = question.compare is not None or question.method != "did"  # which takes everybody where nobody is to be chosen
    return METHODS[question.method].chooses and chosen and by not in ("lot", "strategy", "adoption")


def weighs(question: Question, by: By = "offer") -> bool:
    """Whether people are weighted rather than matched."""
    return chooses(question, by) and WAYS[(question.compare or Matching()).by].weighs


def several_ways(questions: Sequence[Question]) -> tuple[Question, ...]:
    """Those of the questions that ask what another of them asks, of the same cohort, to be answered in another way."""
    asked = Counter(map(_asked, questions))
    return tuple(question for question in questions if asked[_asked(question)] > 1)


def _asked(question: Question) -> tuple[str, str, Horizon, Measure, TimeScale]:
    return question.cohort, question.outcome, question.horizon, question.measure, question.time
