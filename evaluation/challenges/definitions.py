"""One question asked again by every rival definition of its outcome: how far the definition, and not the programme, makes the answer.

Each rival is the same study with its outcome changed (`study.but`).  Where the universe that the rival names starts its clocks by the
same kinds of event as the cohort, and chooses other ones, the cohort's starts are changed too; everywhere else it is laid on
the study's own clock, and what differs is said; an official definition is then called adapted.  Rivals that read the very same
of everybody on the same clocks are one answer.  What cannot be asked or answered stands in the table with the reason.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from ..methods import METHODS
from ..outcomes import DEFINED, OUTCOMES
from ..outcomes.binding import bound, unsealed
from ..outcomes.rivals import own_starts, rivals, unlike
from ..outcomes.universe import differences, left_out, part
from ..phrases import listed
from ..pipeline import Prepared, answer, prepare, ruler_of
from ..records.contract import LONGEST_NAME
from ..records.uses import BOOK, Use, competing_events, sources_of
from ..study.changing import asked, but
from ..terms import Answer, CohortPlan, Money, Outcome, Panel, Problem, Question, Refused, Study, better_of

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
    differs: tuple[str, ...]  # in what the clock differs from that which the definition names; empty: in nothing
    answer: Answer | None = None  # None: it could not even be asked
    refused: tuple[Problem, ...] = ()  # why it could not be asked
    instead: tuple[Problem, ...] = ()  # why its own universe could not be used, where it stands on the study's clock for that
    unasked: tuple[Problem, ...] = ()  # why it was not asked at all, by what the design declares alone
    reading: str = ""  # what was read of everybody, on which clocks: where two are the same, so are the answers
    same_as: str = ""  # the definition whose answer it repeats, on the same clocks and of the same rows

    @property
    def adapted(self) -> tuple[str, ...]:
        """In what an official definition is adapted; one that no authority prescribes never is."""
        return () if self.outcome.own else self.differs

    @property
    def answered(self) -> bool:
        """Whether there is a number that may be read."""
        return self.answer is not None and self.answer.estimate is not None and not self._failed

    @property
    def why_not(self) -> str:
        """Why there is no number; empty where there is one."""
        if self.answered:
            return ""
        if self.unasked:
            return f"Not asked: {' '.join(map(str, self.unasked))}"
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
    study: Study, records: Records, *, question: int | str | None = None, today: date | None = None, standing: Prepared | None = None
) -> tuple[Question, tuple[Definition, ...]]:
    """The question of a study (its headline, unless another is named) by its own definition and by every rival, in the registry's order.

    `standing` is the study itself, prepared on these records, whose cohorts and comparisons the rivals take over.
    """
    unsealed(study)
    asks = asked(study, question)
    own, answers = DEFINED[asks.outcome], METHODS[asks.method].answers
    others = unlike(own, answers)
    names = {own.name, *others, *(other.name for other in rivals(own, answers))}
    found = [
        _unasked(study, asks, outcome, others[name], records) if name in others else _by(study, asks, outcome, records, today, standing)
        for name, outcome in {**OUTCOMES, own.name: own}.items()  # a negative control has no rivals, and stands beside the registry
        if name in names
    ]
    return asks, _grouped(found)


def _grouped(found: list[Definition]) -> tuple[Definition, ...]:
    """The same definitions, each that repeats the answer of another marked: of those alike the design's own stands for all, or else the first."""
    heads: dict[str, str] = {}
    for one in sorted((one for one in found if one.answered and one.reading), key=lambda each: not each.own):
        heads.setdefault(one.reading, one.outcome.name)
    return tuple(replace(one, same_as=head) if (head := heads.get(one.reading, one.outcome.name)) != one.outcome.name else one for one in found)


def _unasked(study: Study, asks: Question, outcome: Outcome, why: str, records: Records) -> Definition:
    """A definition that was not asked, by what is declared alone."""
    outcome = bound(outcome, study.programme)
    differs = differences(outcome, study.cohorts[asks.cohort], asks.horizon)
    return Definition(outcome, False, _recorded(outcome, records), "the study's", differs, unasked=(Problem(f"outcome '{outcome.name}'", f"{why}."),))


def _by(study: Study, asks: Question, outcome: Outcome, records: Records, today: date | None, standing: Prepared | None) -> Definition:
    """What becomes of the question by one definition."""
    plan, own, outcome = study.cohorts[asks.cohort], outcome.name == asks.outcome, bound(outcome, study.programme)
    asked_by = DEFINED[asks.outcome]
    money, why = money_of(asks, asked_by, outcome)
    if not own and (why := why or left_out(outcome, asked_by, plan)):
        return _unasked(study, asks, outcome, why, records)
    bare = Definition(outcome, own, _recorded(outcome, records), "the study's", _told(outcome, plan, asks))
    try:
        changed = but(study, question=asks.name, alone=True, outcome=outcome.name, **money)  # type: ignore[arg-type]  # words of a question alone
    except Refused as refused:
        return replace(bare, unasked=refused.problems)
    starts = {} if own else own_starts(outcome, plan)
    instead: tuple[Problem, ...] = ()
    if starts:
        called = f"{asks.cohort[: LONGEST_NAME - len(RIVAL)]}{RIVAL}"
        try:
            elsewhere = but(changed, cohort=asks.cohort, called=called, alone=True, **starts)  # type: ignore[arg-type]  # words of a cohort alone
            found, reading = _answered(elsewhere, records, today, standing, f"its own: {sorted(starts.items())}")
            if found.estimate is not None:
                differs = _told(outcome, elsewhere.cohorts[called], asks)
                return replace(bare, clock="its own", differs=differs, answer=found, reading=reading)
            instead = found.refused
        except Refused as refused:
            instead = refused.problems
    try:
        found, reading = _answered(changed, records, today, standing, "the study's")
    except Refused as refused:
        return replace(bare, refused=refused.problems, instead=instead)
    return replace(bare, answer=found, reading=reading, instead=instead)


def _told(outcome: Outcome, plan: CohortPlan, asks: Question) -> tuple[str, ...]:
    """In what a cohort differs from a definition's universe, and which part of it it is."""
    return tuple(filter(None, (*differences(outcome, plan, asks.horizon), part(outcome, plan))))


def money_of(asks: Question, own: Outcome, other: Outcome) -> tuple[dict[str, object], str]:
    """What must change of a question's money for another definition of cost, or why that would be other money."""
    money = asks.money
    if other.table != "cost" or other.made == own.made:
        return {}, ""
    if other.made == BOOK:
        return {}, "it adds up another kind of price: those of a book of unit costs, and the question names none"
    if money is not None and (money.perspective, money.basis) != ("society", "average"):
        recorded = "the prices that stand on record, whoever paid"
        return {}, f"it adds up another kind of price: {recorded}, and the question's are {money.perspective} money at {money.basis} cost"
    kept = Money(money.price_year, perspective="society", discount=money.discount) if money else None
    return {"money": kept}, ""


def _answered(study: Study, records: Records, today: date | None, standing: Prepared | None, clocks: str) -> tuple[Answer, str]:
    """The answer to a study's one question, and what was read for it of everybody: a digest, empty where there is no estimate."""
    prepared = prepare(study, records, today=today, standing=standing)
    [found] = answer(prepared)
    return found, _read(prepared, found, clocks) if found.estimate is not None else ""


def _read(prepared: Prepared, found: Answer, clocks: str) -> str:
    """The digest of what a definition shows of every clock, of the clocks and of the numbers: where it is the same, the answer is one.

    The numbers alone would not do: as many people may be other people.
    """
    question, outcome = found.question, found.outcome
    cohort = prepared.cohorts[question.cohort]
    assert not isinstance(cohort, tuple), "there is an estimate"
    ruler = ruler_of(prepared.records.engine, cohort, outcome, question, prepared.study)
    if isinstance(cohort, Panel):
        parts = [ruler.paths(1).value]  # type: ignore[union-attr]  # the ruler of a panel
    elif outcome.kind == "mark":
        marks = ruler.marks(question.horizon, competing_events(question, outcome))  # type: ignore[union-attr]  # of clocks
        parts = [marks.why.astype(str)]  # a day that moves no number is no other answer
    elif outcome.kind == "state":
        states = ruler.state(question.horizon)  # type: ignore[union-attr]  # of clocks
        parts = [states.inside, states.seen, states.state.astype(str)]
    elif outcome.kind == "rate":
        rates = ruler.rate(question.horizon)  # type: ignore[union-attr]  # of clocks
        parts = [rates.numerator, rates.exposure]
    else:
        amounts = ruler.amount(outcome.from_day, question.horizon)  # type: ignore[union-attr]  # of clocks
        parts = [amounts.amount, amounts.seen_days]
    street = outcome.off_clock if question.time == "street" else ()
    assert found.estimate is not None, "there is an estimate"
    numbers = [f"{number:.12g}" for number in (found.estimate.effect, found.estimate.served.mean, found.estimate.compared.mean)]
    said = repr((clocks, outcome.kind, outcome.per, street, numbers))
    return hashlib.sha256(said.encode() + b"".join(part.tobytes() for part in parts)).hexdigest()


def _recorded(outcome: Outcome, records: Records) -> bool:
    """Whether any row is on record of what a definition reads."""
    return bool(sources_of(records.engine, Use("the outcome", outcome.table, outcome.kinds)))
