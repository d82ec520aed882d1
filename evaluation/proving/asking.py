"""One question of a study proved: its own two doors on redrawn studies, and the shift check among the really served."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ..findings import judge
from ..outcomes import DEFINED
from ..outcomes.binding import outcome_of
from ..pipeline import Prepared, answer_one, compare, ruler_of, watched
from ..rehearsal.scores import Measured, Run, Truth, scored
from ..terms import Answer, Cohort, Comparison, Outcome, Panel, Problem, Provenance, Question, Refused
from ..version import version
from .paths import PlantedPaths, paths_of
from .planting import Base, Dose, Plant, PlantedRuler, base_of, dose_of, planted
from .redrawing import Pool, pool_of
from .results import Level, Proved, Shift

if TYPE_CHECKING:
    from ..terms import Array

METHODS_PROVED = ("matched", "randomized", "mean", "survival", "did")  # whose answers can be held against a plant
SHIFTS = 10  # draws of the shift check: in whom the effect is planted differs, the people do not
TOO_LITTLE = "too little of it is on record among them for so much to be moved."
Done = Callable[[], None]


class Found(NamedTuple):
    """What became of one size in one redrawn study."""

    run: Run
    planted: float  # the mean of what was planted in those served, as the comparison weighs them


@dataclass(frozen=True, slots=True)
class Asking:
    """A question of a prepared study, and the sizes that are planted for it; outcomes are read with whatever ruler it is given."""

    prepared: Prepared
    question: Question
    sizes: Sequence[float]
    runs: int
    done: Done

    @property
    def outcome(self) -> Outcome:
        """What is asked about."""
        return outcome_of(self.prepared.study, self.question.outcome)

    def proved(self) -> Proved:
        """The question proved; where it cannot be, the reasons."""
        cohort = self.prepared.cohorts[self.question.cohort]
        try:
            provable(self.question, cohort)
            return self.of_panel(cohort) if isinstance(cohort, Panel) else self.of_people(cohort)  # type: ignore[arg-type]  # refused if none
        except Refused as refused:
            return Proved(self.question, 0, 0 if isinstance(cohort, tuple) else len(cohort), 0.0, why_not=refused.problems)

    def of_people(self, cohort: Cohort) -> Proved:
        """Redrawn among those not served, and the shift check among those who were."""
        study, engine = self.prepared.study, self.prepared.records.engine
        base = base_of(ruler_of(engine, cohort, self.outcome, self.question, study), self.question)  # type: ignore[arg-type]  # of people
        cohort = watched(cohort, self.question, self.outcome, engine)
        pool = pool_of(cohort, base.seen, self.question, clustered=bool(study.cohorts[self.question.cohort].cluster))
        chance = np.zeros(len(cohort))
        chance[pool.rows] = pool.drawn
        doses = [self._dose(base, chance, size) for size in self.sizes]
        found = [self._redrawn(pool, base, doses, run) for run in range(self.runs)]
        levels = []
        for at, (size, dose) in enumerate(zip(self.sizes, doses, strict=True)):
            runs, shift = [one[0][at] for one in found], None if dose is None else self._shift(cohort, base, dose)
            levels.append(Level(size, why_not=TOO_LITTLE) if dose is None else self._level(dose.size, [one for one in runs if one], shift))
        return Proved(self.question, len(pool.rows), len(cohort), float(np.mean([many for _, many in found])), tuple(levels))

    def of_panel(self, panel: Panel) -> Proved:
        """Dates dealt out among units that never adopted, and the shift check among those that did."""
        ruler: Any = ruler_of(self.prepared.records.engine, panel, self.outcome)
        own, pool = ruler.paths(self.question.so_many), paths_of(panel, ruler, self.question)
        found: list[list[Found]] = []
        for run in range(self.runs):
            dealt = pool.redrawn(run)
            comparison = compare(self.question, dealt)
            laid = (PlantedPaths(self.outcome, pool.paths, dealt.adopted, size) for size in self.sizes)
            found.append([Found(self._run(self._answer(dealt, comparison, each), run), size) for each, size in zip(laid, self.sizes, strict=True)])
            self.done()
        comparison, adopted = self.prepared.comparisons[self.question.name], panel.adopted
        plain, *moved = (self._effect(self._answer(panel, comparison, PlantedPaths(self.outcome, own, adopted, size))) for size in (0.0, *self.sizes))
        levels = []
        for at, size in enumerate(self.sizes):
            off = moved[at] - plain
            shift = Shift(size, off, Measured(off - size, 0.0)) if np.isfinite(off) else None
            levels.append(self._level(size, [each[at] for each in found], shift))
        return Proved(self.question, len(pool.panel), len(panel), pool.adopting, tuple(levels))

    def _redrawn(self, pool: Pool, base: Base, doses: Sequence[Dose | None], run: int) -> tuple[list[Found | None], int]:
        """One redrawn study with each dose planted in it, and how many are taken for served."""
        cohort, chosen = pool.redrawn(run), np.zeros(len(base.y), dtype=bool)
        chosen[pool.rows[cohort.served]] = True
        comparison = compare(self.question, cohort)
        found: list[Found | None] = []
        for dose in doses:
            if dose is None:
                found.append(None)
                continue
            mine = self._planted(base, chosen, dose, run).of(pool.rows)
            ruler = PlantedRuler(self.outcome, pool.rows, base.read, mine, self.question.horizon)
            found.append(Found(self._run(self._answer(cohort, comparison, ruler), run), weighed(mine.effect, cohort, comparison)))
        self.done()
        return found, int(cohort.served.sum())

    def _shift(self, cohort: Cohort, base: Base, dose: Dose) -> Shift | None:
        """By how much the study's own answer moves when as much is planted in the really served."""
        comparison = self.prepared.comparisons[self.question.name]
        if not isinstance(comparison, Comparison) or not dose.size:
            return None
        rows, chosen = np.arange(len(cohort)), cohort.served & comparison.kept & base.seen
        strong = self._dose(base, chosen.astype(float), dose.size) if chosen.any() else None
        if strong is None:
            return None

        def effect(plant: Plant) -> float:
            return self._effect(self._answer(cohort, comparison, PlantedRuler(self.outcome, rows, base.read, plant, self.question.horizon)))

        plants = [self._planted(base, chosen, strong, draw) for draw in range(SHIFTS)]
        moved = np.array([effect(plant) for plant in plants]) - effect(self._planted(base, chosen, Dose(0.0, 0.0), 0))
        effects = np.array([weighed(plant.effect, cohort, comparison, among=base.seen) for plant in plants])
        if not np.isfinite(moved).all():
            return None
        off = moved - effects
        return Shift(float(effects.mean()), float(moved.mean()), Measured(float(off.mean()), float(off.std(ddof=1) / len(off) ** 0.5)))

    def _dose(self, base: Base, chance: Array, size: float) -> Dose | None:
        """As much in the direction of better or, where too little is on record for it, of worse; None where neither can be planted."""
        risk = self.outcome.kind != "amount"
        return dose_of(base, chance, size, risk=risk) or dose_of(base, chance, -size, risk=risk)

    def _planted(self, base: Base, chosen: Array, dose: Dose, run: int) -> Plant:
        luck = np.random.default_rng([2_018, run, round(abs(dose.size) * 1e6)])
        return planted(base, chosen, dose, luck, risk=self.outcome.kind != "amount")

    def _answer(self, cohort: Cohort | Panel, comparison: Comparison | tuple[Problem, ...], ruler: Any) -> Answer:
        provenance = Provenance(self.prepared.study.digest, self.prepared.records.manifest.digest, version())
        return answer_one(self.question, self.outcome, cohort, comparison, ruler, provenance)

    def _effect(self, answer: Answer) -> float:
        return np.nan if answer.estimate is None else answer.estimate.effect

    def _run(self, answer: Answer, run: int) -> Run:
        study, found = self.prepared.study, answer.estimate
        verdict = judge(answer, (), title=study.title, languages=("en",)).pending
        if found is None:
            return Run(self.question.name, run, verdict, lack="not estimable" if answer.refused and answer.diagnostics else "refused")
        return Run(self.question.name, run, verdict, found.effect, found.std_error, found.interval.low, found.interval.high, found.p_value)

    def _level(self, size: float, found: Sequence[Found], shift: Shift | None) -> Level:
        """How one size fared.  The truth is the mean of what was planted in those whom the study's comparison keeps; the bias is paired."""
        answered = [one for one in found if one.run.answered]
        planted = float(np.mean([one.planted for one in answered])) if answered and size else 0.0
        score = scored(Truth(planted, 0.0, np.nan, np.nan, 0), [one.run for one in found])
        off = np.array([one.run.effect - one.planted for one in answered])
        if len(off) > 1:
            score = replace(score, bias=Measured(float(off.mean()), float(off.std(ddof=1) / len(off) ** 0.5)))
        return Level(size, score, shift)


def weighed(effect: Array, cohort: Cohort, comparison: Comparison | tuple[Problem, ...], among: Array | None = None) -> float:
    """The mean effect (n,) planted in those served, as a comparison weighs them; without one, as they come."""
    there = cohort.served if among is None else cohort.served & among
    weights = np.where(there, comparison.weights, 0.0) if isinstance(comparison, Comparison) else there.astype(float)
    return float(weights @ effect / weights.sum()) if weights.sum() > 0 else 0.0


def provable(question: Question, cohort: Cohort | Panel | tuple[Problem, ...]) -> None:
    """Refuses a question for which no effect of known size can be planted."""
    if isinstance(cohort, tuple):
        raise Refused(*cohort)
    if why := next(_unprovable(question, cohort), ""):
        where = f"question '{question.outcome}' by {question.method}"
        raise Refused(Problem(where, why, "No effect of known size can be planted.", "Rehearse the design instead: betteroff rehearse."))


def _unprovable(question: Question, cohort: Cohort | Panel) -> Iterator[str]:
    """What stands in the way."""
    if question.method not in METHODS_PROVED or cohort.form == "strategies" or cohort.by == "score":
        yield "people who were not served cannot be taken for served in the way this design needs."
    if question.method == "did" and not isinstance(cohort, Panel):
        yield "what is read period by period on people's own clocks is not planted."
    if question.money is not None:
        yield "what is priced by a book follows from what happens, and dollars planted would stand in no book."
    if question.estimand == "complier_effect":
        yield "who would come because of an offer is not known of those who had none."
    if question.method == "survival" and (question.measure != "risk" or question.time != "calendar"):
        yield "of what is planted only the risk by the horizon is known, in days that all count."
    if DEFINED[question.outcome].kind == "rate":
        yield "a rate cannot be moved without moving what it is divided by."
