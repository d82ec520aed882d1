"""One question asked again by every rival definition of its outcome: how far the definition, and not the programme, makes the answer.

Each rival is the same study with its outcome changed (`study.but`).  Where the rival's official universe starts its clocks by the
same kinds of event as the cohort, and chooses other ones, the cohort's starts are changed too; everywhere else it is laid on
the study's own clock, and called adapted.  What cannot be asked or answered stands in the table with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from ..methods import METHODS
from ..outcomes import OUTCOMES
from ..outcomes.binding import bound
from ..outcomes.rivals import own_starts, rivals
from ..outcomes.universe import adapted
from ..phrases import listed
from ..pipeline import answer, prepare
from ..records.contract import LONGEST_NAME
from ..records.uses import Use, sources_of
from ..study.changing import asked, but
from ..terms import Answer, Outcome, Problem, Question, Refused, Study, better_of

if TYPE_CHECKING:
    from ..records import Records

Clock = Literal["the study's", "its own"]
RIVAL = "_rival"  # what the name of a cohort ends with whose clocks start in a rival's own universe


@dataclass(frozen=True, slots=True)
class Definition:
    """One definition of the outcome, and what became of the question by it."""

    outcome: Outcome
    own: bool  # the one that the design asks by
    recorded: bool  # whether the records hold any row of what it reads
    clock: Clock
    adapted: tuple[str, ...]  # in what the clock differs from the definition's official universe; empty: in nothing
    answer: Answer | None = None  # None: it could not even be asked
    refused: tuple[Problem, ...] = ()  # why it could not be asked
    instead: tuple[Problem, ...] = ()  # why its own universe could not be used, where it stands on the study's clock for that

    @property
    def answered(self) -> bool:
        """Whether there is a number that may be read."""
        return self.answer is not None and self.answer.estimate is not None and not self._failed

    @property
    def why_not(self) -> str:
        """Why there is no number; empty where there is one."""
        if self.answered:
            return ""
        problems = self.refused or (self.answer.refused if self.answer else ())
        if problems:
            return " ".join(map(str, problems))
        return f"A condition that the answer rests on does not hold: {listed(self._failed)}." if self._failed else "There is no number."

    @property
    def towards(self) -> int:
        """1 where the effect is towards better, -1 where it is towards worse, 0 where it is none or unknown."""
        if not self.answered:
            return 0
        assert self.answer is not None and self.answer.estimate is not None
        effect = self.answer.estimate.effect
        better = better_of(self.outcome, self.answer.question.measure)
        return 0 if effect == 0 else 1 if (effect < 0) == (better == "fewer") else -1

    @property
    def _failed(self) -> tuple[str, ...]:
        every = self.answer.diagnostics if self.answer else ()
        return tuple(one.name for one in every if one.required and not one.holds)


def definitions(
    study: Study, records: Records, *, question: int | str | None = None, today: date | None = None
) -> tuple[Question, tuple[Definition, ...]]:
    """The question of a study (its headline, unless another is named) by its own definition and by every rival, in the registry's order."""
    asks = asked(study, question)
    own = OUTCOMES[asks.outcome]
    names = {own.name, *(other.name for other in rivals(own, METHODS[asks.method].answers))}
    return asks, tuple(_by(study, asks, outcome, records, today) for name, outcome in OUTCOMES.items() if name in names)


def _by(study: Study, asks: Question, outcome: Outcome, records: Records, today: date | None) -> Definition:
    """What becomes of the question by one definition."""
    plan, own = study.cohorts[asks.cohort], outcome.name == asks.outcome
    differs, held = adapted(outcome, plan, asks.horizon), _recorded(bound(outcome, study.programme), records)
    try:
        changed = but(study, question=asks.name, alone=True, outcome=outcome.name)
    except Refused as refused:
        return Definition(outcome, own, held, "the study's", differs, refused=refused.problems)
    starts = {} if own else own_starts(outcome, plan)
    instead: tuple[Problem, ...] = ()
    if starts:
        called = f"{asks.cohort[: LONGEST_NAME - len(RIVAL)]}{RIVAL}"
        try:
            elsewhere = but(changed, cohort=asks.cohort, called=called, alone=True, **starts)  # type: ignore[arg-type]  # words of a cohort alone
            [found] = answer(prepare(elsewhere, records, today=today))
            if found.estimate is not None:
                return Definition(outcome, own, held, "its own", adapted(outcome, elsewhere.cohorts[called], asks.horizon), found)
            instead = found.refused
        except Refused as refused:
            instead = refused.problems
    try:
        [found] = answer(prepare(changed, records, today=today))
    except Refused as refused:
        return Definition(outcome, own, held, "the study's", differs, refused=refused.problems, instead=instead)
    return Definition(outcome, own, held, "the study's", differs, found, instead=instead)


def _recorded(outcome: Outcome, records: Records) -> bool:
    """Whether any row is on record of what a definition reads."""
    return bool(sources_of(records.engine, Use("the outcome", outcome.table, outcome.kinds)))
