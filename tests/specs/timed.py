"""Clocks with dated ends, as a comparison hands them to survival: small cohorts, the rulers laid on them, and questions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from evaluation.methods import METHODS
from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.times_ruler import TimesRuler
from evaluation.terms import Cohort, Comparison, Estimand, Estimate, Horizon, Question

SURVIVAL = METHODS["survival"]
ARREST = OUTCOMES["recidivism/arrest"]
ESTIMAND = Estimand("average_effect", "", "", "")


def cohort_of(served: Sequence[bool], *, by: str = "lot", person: Sequence[int] | None = None, history=None, **parts) -> Cohort:
    """One row a person, unless `person` says whose each is."""
    n = len(served)
    whose = np.arange(n) if person is None else np.asarray(person)
    return Cohort("main", "person", "", np.arange(1, n + 1), whose, np.asarray(served, dtype=bool), history or {}, (), by, **parts)


def compared(cohort: Cohort, weights: np.ndarray | None = None, **parts) -> Comparison:
    """Everybody, as they are weighted."""
    n = len(cohort)
    return Comparison(ESTIMAND, np.ones(n, dtype=bool), np.ones(n) if weights is None else weights, **parts)


def ruler_of(day: Sequence[int], why: Sequence[str], **parts) -> TimesRuler:
    """What ended each clock first, and when."""
    why = np.asarray(why, dtype="U12")
    return TimesRuler(ARREST, np.asarray(day), why, np.where(why == "mark", "arrest", ""), **parts)


def asked(days: int, measure: str = "risk", **parts) -> Question:
    """A question by survival."""
    return Question(ARREST.name, Horizon(days=days), "survival", -0.05, measure=measure, **parts)


def told(cohort: Cohort, ruler, question: Question, comparison: Comparison | None = None) -> Estimate:
    """The estimate, of everybody as they are unless a comparison is given."""
    return SURVIVAL.estimate(cohort, compared(cohort) if comparison is None else comparison, ruler, question)


def clocks(seed: int, n: int, days: int, *, ratio: float = 0.6, death: float = 0.3, lost: float = 0.4) -> tuple[Cohort, TimesRuler]:
    """People of a lot with constant hazards: about half of those compared are marked in `days`, others die or move away."""
    rng = np.random.default_rng(seed)
    served = rng.permutation(n) % 2 == 0
    mark, dies, moves = (rng.exponential(days / rate, n) for rate in (np.where(served, ratio, 1.0) * 0.7, max(death, 1e-9), max(lost, 1e-9)))
    ends = np.floor(np.minimum(mark, dies)).astype(int)
    left = np.floor(moves).astype(int)
    why = np.where(ends <= left, np.where(mark <= dies, "mark", "death"), "moved")
    return cohort_of(served), ruler_of(np.minimum(ends, left), why)
