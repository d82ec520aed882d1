"""A study performed on invented counties, run after run, and how its answers fared."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle

import pandas as pd
from rich.console import Console
from rich.progress import track

from ..findings import judge
from ..terms import Answer, Problem, Refused, Study
from .counties import REFERENCE, World, answered, truths
from .scores import Run, Score, Truth, gate, scored

AT_ONCE = 40_000  # people whose records are opened together: about a gigabyte at most


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A study rehearsed in one world."""

    study: str  # digest
    world: str
    runs: int
    people: int
    scores: tuple[Score, ...]

    @classmethod
    def of(cls, study: Study, world: World, runs: Sequence[Run], *, people: int, known: Mapping[str, Truth]) -> Rehearsal:
        """How these runs fared against the truths known, by question."""
        by_question: dict[str, list[Run]] = {question.name: [] for question in study.questions}
        for run in runs:
            by_question[run.question].append(run)
        scores = tuple(scored(known[name], given) for name, given in by_question.items())
        return cls(study.digest, world.name, len(runs) // len(scores), people, scores)

    def frame(self) -> pd.DataFrame:
        """One row a question and measure, with its Monte Carlo error."""
        rows = [(self.world, score.question, name, found.value, found.error) for score in self.scores for name, found in score.numbers()]
        return pd.DataFrame(rows, columns=["world", "question", "measure", "value", "mc_error"])

    def passes(self) -> bool:
        """Whether every number lies inside the Monte Carlo gate."""
        return not gate(self.scores)

    def __str__(self) -> str:
        lines = [f"{self.runs} runs of {self.people:,} people in the world '{self.world}'; Monte Carlo errors in brackets"]
        for score in self.scores:
            lines += [score.question, *(f"  {name:<36} {found.value:>12.5g} ({found.error:.2g})" for name, found in score.numbers())]
        return "\n".join([*lines, *(f"outside the gate: {miss}" for miss in gate(self.scores))])


def rehearse(study: Study, world: World, *, runs: int = 40, people: int = 2_000, seed: int = 0, reference: int = 20_000) -> Rehearsal:
    """Every question of a study on `runs` invented counties of so many people, scored against the population's truth.

    The counties are those of the seeds `seed`, `seed` + 1, ...; one county serves all questions.  `reference` people measure
    the truth.  The same call gives the same numbers.
    """
    if runs < 2 or people < 1 or reference < 2:
        asked = f"{runs} runs of {people:,} people, with {reference:,} people to measure the truth, were asked for."
        raise Refused(Problem("rehearsal", asked, "It needs 2 runs of 1 person, and 2 people for the truth, at the least."))
    known = truths(study, study.questions, world, people=reference, seed=REFERENCE)
    done: list[Run] = []
    for batch in track(
        batches(range(runs), people=people), f"{world.name}, {runs} runs", console=Console(stderr=True), disable=not sys.stderr.isatty()
    ):
        done += performed(study, world, batch, people=people, seed=seed)
    return Rehearsal.of(study, world, done, people=people, known=known)


def batches(runs: range, *, people: int) -> list[range]:
    """The runs in pieces whose records are opened together."""
    at_once = max(1, AT_ONCE // people)
    return [runs[first : first + at_once] for first in range(0, len(runs), at_once)]


def performed(study: Study, world: World, runs: Sequence[int], *, people: int, seed: int = 0) -> Iterator[Run]:
    """What each question came to in each of these runs: question after question, run after run."""
    answers = answered(study, world, runs, people=people, seed=seed)
    for run, one in zip(cycle(runs), answers, strict=False):  # as many answers as questions for each run
        yield _run(one, seed + run, study)


def _run(one: Answer, seed: int, study: Study) -> Run:
    verdict = judge(one, title=study.title, languages=("en",)).pending
    found = one.estimate
    if found is None:
        return Run(one.question.name, seed, verdict)
    return Run(one.question.name, seed, verdict, found.effect, found.std_error, found.interval.low, found.interval.high, found.p_value)
