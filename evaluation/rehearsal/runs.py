"""Studies performed on invented counties, run after run: in parallel, going on where they stopped, the same however they are cut."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import cycle
from math import nan
from pathlib import Path
from typing import overload

from joblib import Parallel, delayed, effective_n_jobs
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..diagnostics import placebo_window
from ..findings import judge
from ..terms import Answer, Challenge, Problem, Refused, Study
from .counties import REFERENCE, World, truths
from .performing import in_counties
from .results import Rehearsal, Rehearsals
from .scores import Lack, Run, Truth
from .store import Shelf, shelf

Worlds = Iterable[World] | Mapping[str, World]
USUAL = 2_000  # people of a county, where neither the caller nor the world says
AT_ONCE = 40_000  # people whose records are opened together: about a gigabyte at most


@overload
def rehearse(
    study: Study,
    world: World,
    *,
    runs: int = ...,
    people: int | None = ...,
    seed: int = ...,
    reference: int = ...,
    jobs: int | None = ...,
    store: Path | str | None = ...,
    challenged: bool = ...,
) -> Rehearsal: ...
@overload
def rehearse(
    study: Study,
    world: Worlds,
    *,
    runs: int = ...,
    people: int | None = ...,
    seed: int = ...,
    reference: int = ...,
    jobs: int | None = ...,
    store: Path | str | None = ...,
    challenged: bool = ...,
) -> Rehearsals: ...
def rehearse(
    study: Study,
    world: World | Worlds,
    *,
    runs: int = 40,
    people: int | None = None,
    seed: int = 0,
    reference: int = 20_000,
    jobs: int | None = None,
    store: Path | str | None = None,
    challenged: bool = False,
) -> Rehearsal | Rehearsals:
    """Every question of a study on invented counties, scored against the population's truth; in several worlds, all of them.

    runs        the counties are those of the seeds `seed`, `seed` + 1, ...; one county serves all questions
    people      in each county; None: as many as the world says in `size`, or 2,000
    reference   people on whom the truth is measured, others than those of any run
    jobs        processes at once, -1 for one a core; None: one, or what `joblib.parallel_config` says, such as a Dask cluster
    store       a folder where what is done is kept: a rehearsal that was killed goes on, and one of more runs only adds
    challenged  each answer is put to the challenges that keep its comparison, and verdicts are those of what is left standing

    The same call gives the same numbers to the last bit, whatever jobs, store and interruptions.  A world that offers `of` is
    asked for the study's own programme.  Numbers that no rehearsal can be made of are refused.
    """
    several = isinstance(world, Iterable)
    worlds: Iterable[World] = world.values() if isinstance(world, Mapping) else world if isinstance(world, Iterable) else (world,)
    found = rehearse_all(
        [(study, one) for one in worlds], runs=runs, people=people, seed=seed, reference=reference, jobs=jobs, store=store, challenged=challenged
    )
    return found if several else found[0]


def rehearse_all(
    pairs: Sequence[tuple[Study, World]],
    *,
    runs: int = 40,
    people: int | None = None,
    seed: int = 0,
    reference: int = 20_000,
    jobs: int | None = None,
    store: Path | str | None = None,
    challenged: bool = False,
) -> Rehearsals:
    """Each study in the world beside it; the rest as in `rehearse`."""
    _in_order(jobs, runs=runs, people=USUAL if people is None else people, seed=seed, reference=reference)
    kept = None if store is None else Path(store)
    cases = [_Case.opened(study, world, people=people, seed=seed, store=kept, challenged=challenged) for study, world in pairs]
    tasks = [task for at, case in enumerate(cases) for task in case.missing(at, runs=runs, reference=reference, workers=effective_n_jobs(jobs))]
    done = runs * len(cases) - sum(len(task.runs) for task in tasks)
    with _bar() as progress:
        bar = progress.add_task("rehearsing", total=runs * len(cases), completed=done)
        for at, found in Parallel(n_jobs=jobs, return_as="generator_unordered")(delayed(_performed)(at, task) for at, task in enumerate(tasks)):
            cases[tasks[at].case].take(tasks[at], found)
            progress.advance(bar, len(tasks[at].runs))
    return Rehearsals(tuple(case.rehearsal(runs=runs, reference=reference) for case in cases))


def batches(runs: range, *, people: int) -> list[range]:
    """The runs in pieces whose records are opened together."""
    at_once = max(1, AT_ONCE // people)
    return [runs[first : first + at_once] for first in range(0, len(runs), at_once)]


def performed(study: Study, world: World, runs: Sequence[int], *, people: int, seed: int = 0, challenged: bool = False) -> Iterator[Run]:
    """What each question came to in each of these runs: question after question, run after run."""
    found = in_counties(study, world, runs, people=people, seed=seed, challenged=challenged)
    for run, one in zip(cycle(runs), found, strict=False):  # as many answers as questions for each run
        yield _run(one.answer, one.challenges, seed + run, study)


@dataclass(frozen=True, slots=True)
class _Task:
    """What one process does at a time: some runs of one case, or, where there are none, its truths."""

    case: int
    study: Study
    world: World
    runs: tuple[int, ...]
    people: int
    seed: int
    county: int  # people of a county
    challenged: bool


@dataclass(slots=True)
class _Case:
    """A study in a world, and what is done of it."""

    study: Study
    world: World
    people: int
    seed: int
    kept: Shelf | None
    challenged: bool
    done: dict[int, tuple[Run, ...]] = field(default_factory=dict)  # by the run's seed: one Run a question
    known: dict[str, Truth] = field(default_factory=dict)

    @classmethod
    def opened(cls, study: Study, world: World, *, people: int | None, seed: int, store: Path | None, challenged: bool) -> _Case:
        """The study in its own programme's form of the world, with the runs that the store holds."""
        of = getattr(world, "of", None)
        suited: World = of(study.programme) if of is not None else world
        people = getattr(suited, "size", USUAL) if people is None else people
        kept = None if store is None else shelf(store, study, suited, people=people, seed=seed, challenged=challenged)
        return cls(study, suited, people, seed, kept, challenged, kept.runs() if kept else {})

    def missing(self, at: int, *, runs: int, reference: int, workers: int) -> Iterator[_Task]:
        """What is still to be done, the truth first, in pieces that leave no worker without one."""
        self.known = self.kept.truths(reference) if self.kept else {}
        if not self.known:
            yield _Task(at, self.study, self.world, (), reference, REFERENCE, self.people, self.challenged)
        left = [run for run in range(runs) if self.seed + run not in self.done]
        size = max(1, min(AT_ONCE // self.people, -(-len(left) // workers)))
        for first in range(0, len(left), size):
            yield _Task(at, self.study, self.world, tuple(left[first : first + size]), self.people, self.seed, self.people, self.challenged)

    def take(self, task: _Task, found: Sequence[Run] | dict[str, Truth]) -> None:
        """Takes in, and keeps, what a task came to."""
        if isinstance(found, dict):
            self.known = found
            if self.kept:
                self.kept.keep_truths(found, task.people)
            return
        for run in found:
            self.done[run.seed] = (*self.done.get(run.seed, ()), run)
        if self.kept:
            self.kept.keep(found, first=task.runs[0])

    def rehearsal(self, *, runs: int, reference: int) -> Rehearsal:
        """How it fared: runs in the order of their seeds, so that sums do not depend on which was done first."""
        done = [run for number in range(runs) for run in self.done[self.seed + number]]
        return Rehearsal.of(self.study, self.world, done, self.known, people=self.people, reference=reference)


def _performed(at: int, task: _Task) -> tuple[int, Sequence[Run] | dict[str, Truth]]:
    """What a task comes to, in whatever process, and the place of the task; whatever is refused says in which world."""
    try:
        if not task.runs:
            return at, truths(task.study, task.study.questions, task.world, people=task.people, seed=task.seed, county=task.county)
        return at, tuple(performed(task.study, task.world, task.runs, people=task.people, seed=task.seed, challenged=task.challenged))
    except Refused as refused:
        raise Refused(*(replace(problem, where=f"in the world '{task.world.name}': {problem.where}") for problem in refused.problems)) from None


def _in_order(jobs: int | None, **asked: int) -> None:
    """Refuses, all at once, numbers that no rehearsal can be made of."""
    least = {
        "runs": (2, "a spread needs two"),
        "people": (1, "somebody lives in a county"),
        "seed": (0, "seeds are counted from there"),
        "reference": (2, "the error of the truth needs two people"),
    }
    wrong = [
        Problem(f"rehearsal: {name}", f"{asked[name]} is too few." if few else f"{asked[name]} is no seed.", f"It is {few} or more: {why}.")
        for name, (few, why) in least.items()
        if asked[name] < few
    ]
    if jobs == 0:
        wrong.append(Problem("rehearsal: jobs", "0 processes do nothing.", "It is 1 or more, or -1 for one a core."))
    if wrong:
        raise Refused(*wrong)


def _bar() -> Progress:
    """Counts the runs done, on the terminal; silent where nobody looks."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("runs"), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty())


def _run(one: Answer, challenges: tuple[Challenge, ...], seed: int, study: Study) -> Run:
    verdict = judge(one, challenges, title=study.title, languages=("en",)).pending
    found = one.estimate
    if found is None:
        # what was refused with conditions beside it was refused once its outcomes were read
        lack: Lack = "not estimable" if one.refused and one.diagnostics else "refused"
        return Run(one.question.name, seed, verdict, lack=lack)
    placebo = next((each.value for each in found.diagnostics if each.name == placebo_window.__name__), nan)
    interval = found.interval
    return Run(one.question.name, seed, verdict, found.effect, found.std_error, interval.low, interval.high, found.p_value, placebo)
