"""Would this study find the truth?  The same design on invented counties whose truth is known, again and again.

Truth is never typed: it is the question's own ruler laid on the lives that the same people lead under two plans.  The world
comes in as an argument; this room never imports it.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import pandas as pd
from rich.console import Console
from rich.progress import track
from scipy.special import ndtri
from sqlglot import exp

from .cohort import enrol
from .findings import judge
from .outcomes import OUTCOMES, EngineRuler
from .pipeline import answer_one, compare, prepare
from .records import Records, connect
from .records.sql import c, table
from .terms import Amounts, Answer, Cohort, Horizon, Marks, Outcome, Problem, Provenance, Question, Refused, Study
from .version import version

if TYPE_CHECKING:
    from .terms import Array

REFERENCE = 10**9  # the seed of the people on whom truth is measured: past the seed of any run
NO_DAY = date(1970, 1, 1)  # invented records come under no agreement, and no result may depend on the machine's date
LEVEL = 0.95  # of every interval in the project
AT_ONCE = 40_000  # people whose records are opened together: about a gigabyte at most
MEASURES = ("bias", "sd", "rmse", "coverage", "rejects", "se_ratio", "refused")


class World(Protocol):
    """An invented county that can be lived under any plan with the same luck."""

    @property
    def name(self) -> str:
        """The name it is listed by."""

    @property
    def as_run(self) -> Any:
        """The plan that made the county's records."""

    @property
    def contrast(self) -> tuple[Any, Any]:
        """The plans that a question compares: served, and not."""

    def people(self, n: int, seed: int, *, first: int = 0) -> Any:
        """So many people of the county that the seed makes, from one number on."""

    def live(self, people: Any, plan: Any) -> Any:
        """Their lives under a plan."""

    def records(self, lives: Any) -> Mapping[str, pd.DataFrame]:
        """What an analyst may read of lives."""

    def truth(self, lives: Any) -> Mapping[str, pd.DataFrame]:
        """The same tables with nothing hidden."""


@dataclass(frozen=True, slots=True)
class Truth:
    """What a question's answer ought to be, in the outcome's unit (shares for people)."""

    effect: float
    error: float  # Monte Carlo standard error of the effect; 0 where nobody's outcome moves
    served: float  # mean or share under the first plan
    compared: float  # under the second
    people: int  # whom the estimand names


@dataclass(frozen=True, slots=True)
class Measured:
    """A number from a rehearsal, with its Monte Carlo standard error; NaN where nothing was answered."""

    value: float
    error: float


@dataclass(frozen=True, slots=True)
class Score:
    """How one question fared over the runs, against the truth."""

    question: str
    truth: Truth
    runs: int
    answered: int
    bias: Measured  # the truth's own error is part of its error
    sd: Measured  # of the estimates
    rmse: Measured
    coverage: Measured  # of the 95 % intervals
    rejects: Measured  # share of p-values below 5 %: size where the truth is exactly 0, power elsewhere
    se_ratio: Measured  # mean standard error over the SD of the estimates
    refused: Measured  # share of runs without an estimate
    verdicts: Mapping[str, int]  # how often each came out; of what is provisional, what it would become

    @property
    def without_effect(self) -> bool:
        """Whether the truth is exactly 0: nobody's outcome differs between the plans."""
        return self.truth.effect == 0 and self.truth.error == 0

    def numbers(self) -> Iterator[tuple[str, Measured]]:
        """Every number of the score, under its name."""
        yield "truth", Measured(self.truth.effect, self.truth.error)
        for name in MEASURES:
            yield ("size" if self.without_effect else "power") if name == "rejects" else name, getattr(self, name)
        for verdict, times in self.verdicts.items():
            yield f"verdict: {verdict}", _share(np.arange(self.runs) < times)


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A study rehearsed in one world."""

    study: str  # digest
    world: str
    runs: int
    people: int
    scores: tuple[Score, ...]

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


# ------------------------------------------------------------------------------------------------ truth
def truth(study: Study, question: Question, world: World, *, people: int = 20_000, seed: int = REFERENCE) -> Truth:
    """The answer that a question ought to get: its ruler on the same people's lives under the two plans that it compares.

    By default of a large county of its own, for intervals about a population.  With the `people` and `seed` of a run it is
    the truth about those very people, which an interval about the people drawn must be held against.
    """
    return _truths(study, (question,), world, people=people, seed=seed)[question.name]


def _truths(study: Study, questions: Sequence[Question], world: World, *, people: int, seed: int) -> dict[str, Truth]:
    """The truth of each question, by its name; the same people's lives serve them all."""
    invented = world.people(people, seed)
    lived = [connect(_read_by(study, world.truth(world.live(invented, plan)))) for plan in world.contrast]
    served, compared = (_laid(study, questions, records) for records in lived)
    return {name: _contrast(served[name], compared[name]) for name in served}


def _contrast(served: Array, compared: Array) -> Truth:
    """The mean difference between two lives of the same people."""
    difference = served - compared
    error = float(difference.std(ddof=1)) / len(difference) ** 0.5
    return Truth(float(difference.mean()), error, float(served.mean()), float(compared.mean()), len(difference))


def _laid(study: Study, questions: Sequence[Question], records: Records) -> dict[str, Array]:
    """The outcome, by each question's name, of everybody whom its estimand names, in the order of their starts."""

    @cache
    def enrolled(name: str, horizon: Horizon) -> Cohort:
        plan = study.cohorts[name]
        # under the plan that serves nobody, nobody is on record as having taken the offer up
        return enrol(name, replace(plan, assigned=replace(plan.assigned, taken_up=None)), (), records, horizon)

    laid = {}
    for question in questions:
        cohort, outcome = enrolled(question.cohort, question.horizon), OUTCOMES[question.outcome]
        ruler = EngineRuler(records.engine, cohort.table, outcome)
        if outcome.kind == "mark":
            values = (ruler.marks(question.horizon).why == "mark").astype(float)
        else:
            values = ruler.amount(outcome.from_day, question.horizon).amount
        laid[question.name] = values[cohort.served] if question.estimand == "effect_on_the_served" else values
    return laid


# ------------------------------------------------------------------------------------------------ the runs
def rehearse(study: Study, world: World, *, runs: int = 40, people: int = 2_000, seed: int = 0, reference: int = 20_000) -> Rehearsal:
    """Every question of a study on `runs` invented counties of so many people, scored against the population's truth.

    The counties are those of the seeds `seed`, `seed` + 1, ...; one county serves all questions.  `reference` people measure
    the truth.  The same call gives the same numbers.
    """
    if runs < 2 or people < 1 or reference < 2:
        asked = f"{runs} runs of {people:,} people, with {reference:,} people to measure the truth, were asked for."
        raise Refused(Problem("rehearsal", asked, "It needs 2 runs of 1 person, and 2 people for the truth, at the least."))
    truths = _truths(study, study.questions, world, people=reference, seed=REFERENCE)
    answers: dict[str, list[Answer]] = {question.name: [] for question in study.questions}
    at_once = max(1, AT_ONCE // people)
    batches = track(
        [range(first, min(first + at_once, runs)) for first in range(0, runs, at_once)],
        f"{world.name}, {runs} runs",
        console=Console(stderr=True),
        disable=not sys.stderr.isatty(),
    )
    for batch in batches:
        for one in answered(study, world, batch, people=people, seed=seed):
            answers[one.question.name].append(one)
    scores = tuple(_score(truths[name], given, study) for name, given in answers.items())
    return Rehearsal(study.digest, world.name, runs, people, scores)


def answered(study: Study, world: World, runs: Sequence[int], *, people: int, seed: int) -> Iterator[Answer]:
    """The answers of some runs: question after question, run after run.

    Opening records takes half a second however few they are, so the runs' counties are opened as one and each is answered by
    itself: nothing before a comparison looks past one person or family.  Numbers leave a gap from run to run, since neighbours
    may be a family.
    """
    held = [_read_by(study, world.records(world.live(world.people(people, seed + run, first=2 * run * people), world.as_run))) for run in runs]
    together = connect(
        {name: pd.concat([one[name] for one in held], ignore_index=True) for name in held[0] if name != "coverage"}
        | {"coverage": held[0]["coverage"]}
    )
    run_of = {person: place for place, one in enumerate(held) for person in one["person"]["person_id"]}
    provenance = Provenance(study.digest, together.manifest.digest, version())
    cohorts = prepare(study, together, today=NO_DAY).cohorts
    for question in study.questions:
        cohort, outcome = cohorts[question.cohort], OUTCOMES[question.outcome]
        if isinstance(cohort, tuple):
            yield from (Answer(question, outcome, (), provenance, "built", refused=cohort) for _ in runs)
            continue
        ids = together.engine.fetch(exp.select("person_id").from_(table(cohort.table)).order_by(c("start_id")))["person_id"]
        place = np.array([run_of[person] for person in ids.to_pylist()], dtype=np.int64)
        read = EngineRuler(together.engine, cohort.table, outcome)
        amounts, marks = cache(read.amount), cache(read.marks)
        for run in range(len(runs)):
            rows = np.flatnonzero(place == run)
            county = _only(cohort, rows, clustered=bool(study.cohorts[question.cohort].cluster))
            ruler = PartRuler(outcome, rows, amounts, marks)
            yield answer_one(question, outcome, county, compare(question, county), ruler, provenance)


@dataclass(frozen=True, slots=True, eq=False)
class PartRuler:
    """A Ruler that shows some rows of what another reads of all."""

    outcome: Outcome
    rows: Array
    all_amounts: Callable[[int, Horizon], Amounts]
    all_marks: Callable[[Horizon], Marks]

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        """What each clock of these rows adds up to."""
        read = self.all_amounts(first, horizon)
        return Amounts(read.amount[self.rows], read.seen_days[self.rows], read.window_days[self.rows])

    def marks(self, horizon: Horizon) -> Marks:
        """The first mark on each clock of these rows."""
        read = self.all_marks(horizon)
        return Marks(read.day[self.rows], read.why[self.rows], read.whole[self.rows], read.same_day[self.rows])


def _only(cohort: Cohort, rows: Array, *, clustered: bool) -> Cohort:
    """The cohort of these rows, as it would have been enrolled by itself; the ledger stays that of all counties."""
    clusters = _renumbered(cohort.clusters, rows)
    if clusters is not None and not clustered and clusters.max(initial=-1) == len(rows) - 1:
        clusters = None  # nobody here starts twice
    return replace(
        cohort,
        start_id=np.arange(1, len(rows) + 1),
        served=cohort.served[rows],
        history={name: column[rows] for name, column in cohort.history.items()},
        clusters=clusters,
        blocks=_renumbered(cohort.blocks, rows),
        taken_up=None if cohort.taken_up is None else cohort.taken_up[rows],
    )


def _renumbered(labels: Array | None, rows: Array) -> Array | None:
    """Labels of these rows as 0, 1, 2, ... in the order of their first appearance, as a cohort numbers them."""
    if labels is None:
        return None
    _, first, inverse = np.unique(labels[rows], return_index=True, return_inverse=True)
    return np.argsort(np.argsort(first))[inverse]


def _read_by(study: Study, tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Only what the study reads: opening the rest would take most of the time of a rehearsal."""
    outcomes = [OUTCOMES[question.outcome] for question in study.questions]
    kinds = {kind for outcome in outcomes for kind in outcome.kinds} | {kind for column in study.history for kind in column.kind}
    for plan in study.cohorts.values():
        kinds |= {*plan.starts.event, plan.assigned.offered, plan.assigned.withheld}
    unread = {"crosswalk"} | ({"cost"} - {outcome.table for outcome in outcomes})
    kept = {name: rows for name, rows in tables.items() if name not in unread}
    return kept | {name: kept[name][kept[name]["kind"].isin(kinds)] for name in ("event", "spell") if name in kept}


# ------------------------------------------------------------------------------------------------ the scores
def _score(truth: Truth, answers: Sequence[Answer], study: Study) -> Score:
    """How the answers of all runs to one question compare with its truth."""
    verdicts = Counter(judge(one, title=study.title, languages=("en",)).pending for one in answers)
    found = [one.estimate for one in answers if one.estimate is not None]
    many = len(found)
    effect = np.array([estimate.effect for estimate in found])
    missed, spread = effect - truth.effect, _sd(effect)
    rmse = float(np.sqrt(np.mean(missed**2))) if many else np.nan
    ratio = float(np.mean([estimate.std_error for estimate in found])) / spread if spread > 0 else np.nan
    root = np.sqrt(many) if many else np.nan
    return Score(
        question=answers[0].question.name,
        truth=truth,
        runs=len(answers),
        answered=many,
        bias=Measured(float(missed.mean()) if many else np.nan, float(np.hypot(spread / root, truth.error))),
        sd=Measured(spread, float(spread / root / np.sqrt(2))),
        rmse=Measured(rmse, float(_sd(missed**2) / root / (2 * rmse)) if rmse > 0 else np.nan),
        coverage=_share([not estimate.interval.excludes(truth.effect) for estimate in found]),
        rejects=_share([estimate.p_value < 1 - LEVEL for estimate in found]),
        se_ratio=Measured(ratio, float(ratio / root / np.sqrt(2))),
        refused=_share([one.estimate is None for one in answers]),
        verdicts=dict(sorted(verdicts.items())),
    )


def _share(hits: Sequence[bool] | Array) -> Measured:
    if not len(hits):
        return Measured(np.nan, np.nan)
    share = float(np.mean(hits))
    return Measured(share, float(np.sqrt(share * (1 - share) / len(hits))))


def _sd(values: Array) -> float:
    return float(values.std(ddof=1)) if len(values) > 1 else np.nan


def gate(scores: Sequence[Score]) -> tuple[str, ...]:
    """What lies outside the Monte Carlo gate, in words: the only place where its limits stand.

    With R runs and SD that of the estimates: |bias| < .05 SD + 3 SD / sqrt(R), where the truth's own Monte Carlo error is
    added; coverage >= .95 - 3 sqrt(.0475 / R); mean standard error / SD within 1 +- (.07 + 3 / sqrt(2 R)); and, where the
    truth is exactly 0, size <= .05 + 3 sqrt(.0475 / R).  A table of m numbers puts the normal quantile of 1 - .005 / m in
    place of 3.  Too high a coverage is conservative and never fails.  A question answered less than twice misses.
    """
    m = sum(4 if score.without_effect else 3 for score in scores)
    z = max(3.0, float(ndtri(1 - 0.005 / max(m, 1))))
    return tuple(miss for score in scores for miss in _misses(score, z))


def _misses(score: Score, z: float) -> Iterator[str]:
    R = score.answered
    if R < 2:
        yield f"{score.question}: answered in {R} of {score.runs} runs"
        return
    chance = z * (LEVEL * (1 - LEVEL) / R) ** 0.5
    inside = {
        "bias": abs(score.bias.value) < 0.05 * score.sd.value + z * score.bias.error,
        "coverage": score.coverage.value >= LEVEL - chance,
        "se_ratio": abs(score.se_ratio.value - 1) <= 0.07 + z / (2 * R) ** 0.5,
        "rejects": not score.without_effect or score.rejects.value <= 1 - LEVEL + chance,
    }
    for name in (name for name, holds in inside.items() if not holds):
        found: Measured = getattr(score, name)
        yield f"{score.question}: {name} {found.value:.4g} ({found.error:.2g})"
