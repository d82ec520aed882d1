"""What came of rehearsals: of one study in one world, and of several together, with the worst of them named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isnan
from typing import TYPE_CHECKING, overload

import pandas as pd

from ..outcomes import DEFINED
from ..terms import EstimandName, Question, Study
from ..version import version
from . import shown
from .scores import Measured, Run, Score, Truth, conservative, judged, misses, scored

if TYPE_CHECKING:
    from rich.console import Group

    from ..findings.picture import Picture
    from .counties import World


COLUMNS = ["study", "world", "runs", "people", "reference", "question", "measure", "value", "mc_error"]


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A study rehearsed in one world."""

    study: str  # digest
    title: str
    world: str
    version: str  # of the code that answered
    runs: int
    people: int  # in each county
    reference: int  # people on whom the truth was measured
    labels: Mapping[str, str]  # what each question asks, by its name
    trapped: frozenset[str]  # questions whose method the world is known to mislead, or to be refused in: a miss of theirs is no surprise
    scores: tuple[Score, ...]  # one a question
    done: tuple[Run, ...]  # every run, seed after seed, question after question

    @classmethod
    def of(cls, study: Study, world: World, runs: Sequence[Run], known: Mapping[str, Truth], *, people: int, reference: int) -> Rehearsal:
        """How these runs fared against the truths known, by question."""
        by_question: dict[str, list[Run]] = {question.name: [] for question in study.questions}
        for run in runs:
            by_question[run.question].append(run)
        off = getattr(world, "misleads", frozenset()) | getattr(world, "refuses", frozenset())
        return cls(
            study=study.digest,
            title=study.title.get("en", next(iter(study.title.values()), study.programme)),
            world=world.name,
            version=version(),
            runs=len(runs) // len(by_question),
            people=people,
            reference=reference,
            labels={question.name: said(question) for question in study.questions},
            trapped=frozenset(question.name for question in study.questions if question.method in off),
            scores=tuple(scored(known[name], given) for name, given in by_question.items()),
            done=tuple(runs),
        )

    def frame(self) -> pd.DataFrame:
        """One row a question and measure, with its Monte Carlo error."""
        return Rehearsals((self,)).frame()

    def every_run(self) -> pd.DataFrame:
        """One row a run and question: the estimate, its interval, and the verdict."""
        return Rehearsals((self,)).every_run()

    def misses(self) -> tuple[str, ...]:
        """What lies outside the Monte Carlo gate, in words."""
        return Rehearsals((self,)).misses()

    def passes(self) -> bool:
        """Whether every number lies inside the Monte Carlo gate."""
        return not self.misses()

    def picture(self) -> Picture:
        """Bias, coverage, standard errors and tests of every question, with the gate behind them."""
        return Rehearsals((self,)).picture()

    def __rich__(self) -> Group:
        return Rehearsals((self,)).__rich__()

    def __str__(self) -> str:
        return str(Rehearsals((self,)))

    def _repr_html_(self) -> str:
        return Rehearsals((self,))._repr_html_()


@dataclass(frozen=True, slots=True)
class Worst:
    """The question of a set of rehearsals that a measure came out worst for."""

    measure: str
    world: str  # and the title, where several studies were rehearsed
    label: str
    found: Measured

    def __str__(self) -> str:
        return f"{self.measure}: {self.found.value:.4g} ({self.found.error:.2g}), {self.label}, in '{self.world}'"


@dataclass(frozen=True, slots=True)
class Rehearsals(Sequence[Rehearsal]):
    """Several rehearsals that are judged as one table, in the order in which they were asked for."""

    each: tuple[Rehearsal, ...]

    @overload
    def __getitem__(self, at: int | str) -> Rehearsal: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Rehearsal]: ...
    def __getitem__(self, at: int | str | slice) -> Rehearsal | Sequence[Rehearsal]:
        """By number, or by the name of the world: the first of that world."""
        if isinstance(at, str):
            return next(one for one in self.each if one.world == at)
        return self.each[at]

    def __len__(self) -> int:
        return len(self.each)

    def place(self, one: Rehearsal) -> str:
        """The world of a rehearsal, and where there are several studies whose it is."""
        return one.world if len({each.study for each in self.each}) == 1 else f"{one.world}, {one.title}"

    @property
    def numbers(self) -> int:
        """How many numbers the gate judges together: the more there are, the more luck each of them is allowed."""
        return judged([score for one in self.each for score in one.scores])

    def frame(self) -> pd.DataFrame:
        """One row a study, world, question and measure, with its Monte Carlo error."""
        rows = [
            (one.study, one.world, one.runs, one.people, one.reference, score.question, name, found.value, found.error)
            for one in self.each
            for score in one.scores
            for name, found in score.numbers()
        ]
        return pd.DataFrame(rows, columns=COLUMNS)

    def every_run(self) -> pd.DataFrame:
        """One row a study, world, run and question: the estimate, its interval, and the verdict."""
        return pd.DataFrame([{"study": one.study, "world": one.world} | asdict(run) for one in self.each for run in one.done])

    def misses(self) -> tuple[str, ...]:
        """What lies outside the Monte Carlo gate, in words."""
        return tuple(
            f"{self.place(one)}: {one.labels[score.question]}: {miss}"
            + (" (this world is known to trap it)" if score.question in one.trapped else "")
            for one in self.each
            for score in one.scores
            for miss in misses(score, self.numbers)
        )

    def passes(self) -> bool:
        """Whether every number lies inside the Monte Carlo gate."""
        return not self.misses()

    def conservative(self) -> tuple[str, ...]:
        """Whose intervals hold the truth more often than they promise, beyond luck: reported, and no miss."""
        return tuple(
            f"{self.place(one)}: {one.labels[score.question]}: coverage {score.coverage.value:.4g} ({score.coverage.error:.2g})"
            for one in self.each
            for score in one.scores
            if conservative(score, self.numbers)
        )

    def worst(self) -> tuple[Worst, ...]:
        """The lowest coverage, the largest bias in standard deviations, the largest size, and the share refused most often."""
        return tuple(
            found
            for measure, value, badness in (
                ("lowest coverage", lambda score: score.coverage, lambda value: -value),
                ("largest bias, in SDs", lambda score: score.bias_in_sd, abs),
                ("largest size of a 5 % test", lambda score: score.rejects if score.without_effect else None, lambda value: value),
                ("largest share refused", lambda score: score.refused, lambda value: value),
            )
            for found in self._most(measure, value, badness)
        )

    def _most(self, measure: str, value: Callable[[Score], Measured | None], badness: Callable[[float], float]) -> Iterator[Worst]:
        held = [(one, score, value(score)) for one in self.each for score in one.scores]
        some = [Worst(measure, self.place(one), one.labels[score.question], found) for one, score, found in held if found and not isnan(found.value)]
        if some:
            yield max(some, key=lambda one: badness(one.found.value))

    def picture(self) -> Picture:
        """Bias, coverage, standard errors and tests of every question and world, with the gate behind them."""
        from .picture import picture

        return picture(self)

    def __rich__(self) -> Group:
        return shown.table(self)

    def __str__(self) -> str:
        return shown.plain(self)

    def _repr_html_(self) -> str:
        return shown.html(self)


WHOSE: Mapping[EstimandName, str] = {
    "average_effect": "",
    "effect_on_the_served": " on the served",
    "effect_on_the_compared": " on the compared",
    "effect_in_the_overlap": " in the overlap",
    "effect_on_the_matchable": " on the matchable",
    "effect_at_the_cutoff": " at the cut-off",
    "complier_effect": " on those who come by an offer",
    "complier_effect_at_the_cutoff": " at the cut-off, on those who come by an offer",
    "change": "",
}


def said(question: Question) -> str:
    """What a question asks, in a few words: `arrest within 364 days (share of people; matched)`."""
    outcome = DEFINED[question.outcome]
    unit = "share of people" if outcome.unit == "people" else outcome.unit
    asked_of = "" if question.cohort == "main" else f"; {question.cohort}"
    way = "".join(f", {word.replace('_', ' ')}" for word in question.way if word != question.estimand)
    return f"{outcome.title['en']} within {question.horizon}{WHOSE[question.estimand]} ({unit}; {question.method}{way}{asked_of})"
