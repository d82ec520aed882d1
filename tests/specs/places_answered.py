"""Answers about periods and places for the tests of findings and report: small panels by hand, through the doors of their methods."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
from panels_by_hand import Told, years

from evaluation.findings import judge
from evaluation.outcomes import OUTCOMES
from evaluation.pipeline import answer_one, compare
from evaluation.terms import Answer, Finding, Horizon, LedgerLine, Panel, Problem, Provenance, Question, Refused, Target

TITLE = {"en": "Laws", "es": "Leyes"}
PROVENANCE = Provenance(study="5d" * 32, records="a7" * 32, version="0.1.0+0123456789ab")
RATE = OUTCOMES["homicides/ucr"]
PER = 100_000
ADOPTED = {0: 6, 1: 6, 2: 6, 3: 7, 4: 7, 5: 7, 6: 8}


def asked(method: str, estimator: str, years_long: int, *, worthwhile: float = -0.5, outcome: str = RATE.name, **other: object) -> Question:
    """A question about a rate of places."""
    estimand = "change" if method == "monitor" else "effect_on_the_served"
    return Question(outcome, Horizon(months=12 * years_long), method, worthwhile, estimand=estimand, estimator=estimator, **({"per": PER} | other))  # type: ignore[arg-type]  # by name


def answered(question: Question, panel: Panel, ruler: object) -> Answer:
    """What became of one question."""
    outcome = OUTCOMES[question.outcome]
    found = answer_one(question, outcome, panel, compare(question, panel), ruler, PROVENANCE)  # type: ignore[arg-type]  # a ruler by hand
    assert not [problem for problem in found.refused if isinstance(problem, Problem)], found.refused
    return replace(found, ledger=(LedgerLine("areas of the frame 'homicides'", 0, len(panel)),) if panel.unit == "area" else found.ledger)


def told(answer: Answer) -> Finding:
    """Its finding in both languages."""
    return judge(answer, None, title=TITLE, languages=("en", "es"))


def laws(estimator: str = "group_time", *, effect: float = -2.0, places: int = 20, adopted: dict[int, int] | None = None, **other: object) -> Answer:
    """Places that adopt in three different years, each moved by so much from then on, and others that never do."""
    rng = np.random.default_rng(11)
    panel = years(places, 10, adopted=ADOPTED if adopted is None else adopted)
    since = np.arange(10) >= panel.adopted[:, None]
    value = 6 + rng.normal(size=(places, 1)) + rng.normal(size=(places, 10)) * 0.3 + effect * since
    return answered(asked("did", estimator, 2, **other), panel, Told(value / PER, RATE))


def series(estimator: str = "synthetic_control", *, donors: int = 30) -> Answer:
    """One place that changes on one day, beside others."""
    rng = np.random.default_rng(5)
    value = 6 + rng.normal(size=(1 + donors, 1)) + rng.normal(size=(1 + donors, 30)) * 0.3
    value[0] = value[1:].mean(axis=0) + rng.normal(size=30) * 0.05
    value[0, 20:] -= 3
    panel = years(1 + donors, 30, adopted={0: 20})
    return answered(asked("series", estimator, 10), panel, Told(value / PER, RATE))


def trend(*, periods: int = 30, slope: float = -0.1) -> Answer:
    """Places whose level moves along a line."""
    rng = np.random.default_rng(3)
    value = 6 + slope * np.arange(periods) + rng.normal(size=(5, periods)) * 0.2
    return answered(asked("monitor", "trend", periods), years(5, periods), Told(value / PER, RATE))


def target(last: float, *, each_year: float = -0.1, error: float = 0.02, worthwhile: float = -0.5) -> Answer:
    """A level of 10 five years ago, held against so much a year; the target is 6.561."""
    value = np.array([[10.0, 9.5, 9.0, 8.5, last]]) / PER
    question = asked("monitor", "target", 5, worthwhile=worthwhile, target=Target(each_year, date(1970, 1, 20), error))
    return answered(question, years(1, 5), Told(value, RATE))


def disparity() -> Answer:
    """Six places of which one lies far above the others."""
    people = np.full((6, 5), 1e6)
    value = np.full((6, 5), 50 / 1e6)
    value[4] = 90 / 1e6
    return answered(asked("monitor", "disparity", 5), years(6, 5), Told(value, RATE, people))


def before_after() -> Answer:
    """The places that adopt, before and after; nobody is compared."""
    return laws("before_after")


BARE = {
    "trend": trend,
    "target": lambda: target(9.0),
    "reached": lambda: target(5.0),
    "cannot tell": lambda: target(6.5),
    "exact": lambda: target(5.0, error=0.0),
    "disparity": disparity,
    "before_after": before_after,
}
__all__ = ["BARE", "Refused", "answered", "asked", "before_after", "disparity", "laws", "series", "target", "told", "trend"]
