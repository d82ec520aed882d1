"""One question of a study whose comparison stands, as a challenge is given it: whom it compares, what came out, and how a ruler is laid.

A challenge of the sort *beside* keeps the comparison and asks of it another outcome, horizon or window: it needs `cohort`,
`comparison` and `lay` alone, and so works on one run of many invented counties as on a county's records.  One of the sort
*again* changes the study itself and needs the `records` too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite, nan
from typing import TYPE_CHECKING

from ..outcomes import PanelRuler, Ruler
from ..phrases import listed
from ..pipeline import Prepared, answer, answer_one, prepare
from ..study.changing import but
from ..terms import Answer, Challenge, Cohort, Comparison, Outcome, OutcomeUnit, Panel, Question, Refused, Study, Tried, unit_of

if TYPE_CHECKING:
    from ..records import Records

Laid = Ruler | PanelRuler
LEVEL = 0.05 / 3  # of a test that decides: so many deciding tests as there are cost a sound study about one claim in twenty


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A question that is challenged: everything its answer was made of."""

    study: Study
    question: Question
    outcome: Outcome
    cohort: Cohort | Panel
    comparison: Comparison
    answer: Answer
    lay: Callable[[Outcome, int], Laid]  # another outcome's ruler on the clocks of this cohort, begun so many days earlier; on a panel never earlier
    reach: Callable[[Outcome], int]  # how many days before the first start every source of an outcome is complete
    records: Records | None = None  # None: of one run of many invented counties, where nothing can be asked again
    prepared: Prepared | None = None  # the study as it stands, whose cohorts and comparisons a changed study takes over; None likewise
    today: date | None = None

    @property
    def unit(self) -> OutcomeUnit:
        """What the numbers of the answer are told in."""
        return unit_of(self.outcome, self.question.measure)

    @property
    def own(self) -> Tried:
        """The study's own answer as a line of the picture."""
        return tried("the study's own", self.answer, own=True)

    def beside(self, outcome: Outcome, *, question: Question | None = None, earlier: int = 0) -> Answer:
        """The same comparison asked another outcome, the clocks begun so many days earlier, by the question's own method.

        Conditions of the comparison are not judged a second time.  What cannot be answered comes back refused.
        """
        question = question or self.question
        comparison = replace(self.comparison, diagnostics=())
        cohort = self.cohort
        if isinstance(cohort, Cohort):  # what lies before the clocks is read by a method that needs it, and not shown beside
            cohort = replace(cohort, looked_back=max(0, self.reach(outcome) - earlier) if question.method == "did" else 0)
        try:
            ruler = self.lay(outcome, earlier)
        except Refused as refused:
            return replace(self.answer, question=question, outcome=outcome, estimate=None, diagnostics=(), refused=refused.problems)
        return answer_one(question, outcome, cohort, comparison, ruler, self.answer.provenance)

    def again(self, **words: object) -> Answer:
        """The question of the same study with words of it changed (`study.but`); refused, it comes back as such.

        `cohort` with other words changes the cohort's; a dotted word reaches into a table.
        """
        try:
            return self.of(but(self.study, question=self.question.name, alone=True, **words))  # type: ignore[arg-type]  # words of a question alone
        except Refused as refused:
            return replace(self.answer, estimate=None, diagnostics=(), refused=refused.problems)

    def of(self, changed: Study) -> Answer:
        """The answer to the one question, or the headline, of a changed study; what the change does not touch is not made again."""
        assert self.records is not None, "a challenge of the sort 'again' is run on records"
        try:
            found = answer(prepare(changed, self.records, today=self.today, standing=self.prepared))
        except Refused as refused:
            return replace(self.answer, estimate=None, diagnostics=(), refused=refused.problems)
        return next((one for one in found if one.question.role == "headline"), found[0])


def tried(label: str, found: Answer, *, own: bool = False) -> Tried:
    """An answer as a line of the picture; without a number that may be read, why there is none."""
    if why := why_not(found):
        return Tried(label, nan, nan, nan, own=own, why_not=why)
    assert found.estimate is not None, "there is no reason why not"
    interval = found.estimate.interval
    low, high = (interval.low, interval.high) if interval.given else (nan, nan)
    return Tried(label, found.estimate.effect, low, high, own=own)


def why_not(found: Answer) -> str:
    """Why an answer has no number that may be read; empty where it has one."""
    if found.refused:
        return " ".join(map(str, found.refused))
    failed = tuple(dict.fromkeys(one.name for one in found.diagnostics if one.required and not one.holds))
    if failed:
        return f"A condition that the answer rests on does not hold: {listed(failed)}."
    if found.estimate is None or not isfinite(found.estimate.effect):
        return "There is no number."
    return ""


def could_not(name: str, changed: str, why: str, *, unit: OutcomeUnit = "people", expected: float | None = 0.0) -> Challenge:
    """A challenge that could not be made, which holds nothing against the answer nor for it: no diagnostic pretends otherwise."""
    line = Tried(changed, nan, nan, nan, why_not=why)
    return Challenge(name, changed, f"It could not be asked: {why}", (), (line,), expected, unit)
