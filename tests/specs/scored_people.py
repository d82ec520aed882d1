"""People whom a score divides at a cut-off, made by hand, for tests of what happens there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from evaluation.outcomes import OUTCOMES
from evaluation.outcomes.ruler import FrameRuler
from evaluation.terms import Cohort, Horizon, Question

DAYS = 364
SHARP = Question(
    "custody_days/recorded", Horizon(days=DAYS), "threshold", -5.0, estimator="local_linear", estimand="effect_at_the_cutoff"
)  # fmt: skip
FUZZY = replace(SHARP, estimand="complier_effect_at_the_cutoff")


def cohort(score: Any, served: Any, **more: Any) -> Cohort:
    """A cohort of single people on one list; `more` replaces any of its parts."""
    n = len(score)
    parts = {"history": {}, "taken_up": None} | more
    return Cohort(
        "main", "person", "", np.arange(1, n + 1), np.arange(n), np.asarray(served), ledger=(), by="score", score=np.asarray(score, float), **parts
    )


def ruler(y: Any) -> FrameRuler:
    """What everybody's outcome came to."""
    return FrameRuler(OUTCOMES[SHARP.outcome], Horizon(days=DAYS), np.asarray(y, float), np.full(len(y), DAYS))


def county(
    seed: int, n: int = 1_500, *, jump: float = -8.0, refuse: float = 0.2, anyway: float = 0.04, whole: bool = False
) -> tuple[Cohort, np.ndarray]:
    """A list in two dates with cut-offs of their own, `refuse` of those offered refusing; `jump` is what coming does to anybody who comes."""
    rng = np.random.default_rng(seed)
    need, day = rng.normal(0, 10, n), rng.integers(0, 2, n)
    score = 50 + need + rng.normal(0, 5, n)
    score = np.round(score) if whole else score
    served = score >= np.where(day == 1, 55.0, 52.0)
    came = rng.random(n) < np.where(served, 1 - refuse, anyway)
    y = 30 + 0.6 * need + 0.02 * need**2 + rng.normal(0, 8, n) + jump * came
    history = {"before": 0.4 * need + rng.normal(0, 8, n)}
    return cohort(score, served, history=history, taken_up=came, list_day=17_000 + 181 * day), y
