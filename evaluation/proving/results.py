"""What came of planting effects: of one size, of one question, of a study."""

from __future__ import annotations

from dataclasses import dataclass

from ..outcomes import DEFINED
from ..rehearsal.scores import Measured, Score, misses
from ..terms import Problem, Question

ERRORS = 3  # Monte Carlo errors within which a planted effect is recovered


@dataclass(frozen=True, slots=True)
class Shift:
    """Where an effect was planted in the really served: what was planted on average, and by how much the study's answer moved."""

    planted: float  # as the comparison weighs those served
    moved: float
    off: Measured  # moved less planted, draw by draw


@dataclass(frozen=True, slots=True)
class Level:
    """One planted size, and how the study fared; `why_not` says why it was not planted."""

    size: float  # signed, in the outcome's unit (shares for people)
    score: Score | None = None
    shift: Shift | None = None  # None: the study's own answer has no estimate, or nothing could be planted
    why_not: str = ""

    @property
    def recovered(self) -> bool:
        """Whether the bias lies within three Monte Carlo errors."""
        return self.score is not None and self.score.answered > 1 and abs(self.score.bias.value) <= ERRORS * self.score.bias.error


@dataclass(frozen=True, slots=True)
class Proved:
    """One question: among whom effects were planted, and each size; or why it could not be proved."""

    question: Question
    rows: int  # person-starts, or units of a panel, not served and seen to the end: effects are planted among them
    of: int  # rows of the study's own cohort
    served: float  # of `rows`, taken for served, on average
    levels: tuple[Level, ...] = ()
    why_not: tuple[Problem, ...] = ()

    @property
    def share(self) -> bool:
        """Whether numbers are shares of people."""
        return DEFINED[self.question.outcome].kind in ("mark", "state") and self.question.method != "did"

    @property
    def unit(self) -> str:
        """What the numbers are told in: "points" of a hundred people, "days", "dollars", "events"."""
        unit = DEFINED[self.question.outcome].unit
        return "points" if self.share else "events" if unit == "people" else unit  # of people, a panel counts what happens to them

    def misses(self, numbers: int) -> tuple[str, ...]:
        """What lies outside the Monte Carlo gate, as one of so many numbers."""
        return tuple(f"planted {level.size:g}: {miss}" for level in self.levels if level.score for miss in misses(level.score, numbers))


@dataclass(frozen=True, slots=True)
class Proof:
    """A study proved on the user's own records: print it.  Internal: counts stand in it as they are."""

    study: str  # digest
    records: str  # digest
    version: str  # of the code that answered
    title: str
    runs: int
    questions: tuple[Proved, ...]

    @property
    def numbers(self) -> int:
        """How many numbers are held to the gate: bias, coverage and standard errors, and of no effect the size."""
        return sum(4 if level.size == 0 else 3 for one in self.questions for level in one.levels if level.score)

    def misses(self) -> tuple[str, ...]:
        """What lies outside the Monte Carlo gate of a rehearsal."""
        return tuple(f"{one.question.name}: {miss}" for one in self.questions for miss in one.misses(self.numbers))

    def __str__(self) -> str:
        from .shown import plain

        return plain(self)
