"""Random reports full of small counts, from people who are drawn one by one, so that every count in them is a count of somebody.

`report_set(seed)` is one report: questions by several methods, outcomes and horizons about one cohort or two.  `quarters(seed)` is the
same report of a cohort that grows, where a few records came late or were taken back.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from evaluation.findings import judge
from evaluation.outcomes import OUTCOMES
from evaluation.terms import (
    Answer,
    Arm,
    Course,
    Diagnostic,
    Estimand,
    Estimate,
    Finding,
    Horizon,
    Interval,
    LedgerLine,
    PathPoint,
    Provenance,
    Question,
    Weighed,
)

DAYS = (46, 91, 137, 182, 228, 273, 319, 364)
METHODS = ("randomized", "survival", "matched", "mean", "did")
OF_EVENTS = ("recidivism/arrest", "return_to_homelessness/hud_spm2_adapted")
LONGEST = 364


@dataclass(frozen=True)
class Everybody:
    """The people of one cohort; (n,) arrays."""

    served: np.ndarray  # bool
    kept: np.ndarray  # int: 0 analysed, else the line of the ledger that lost them
    event: np.ndarray  # (outcomes, n) int: the day of the event
    lost: np.ndarray  # int: the day from which nobody knows
    amount: np.ndarray  # float
    quarter: np.ndarray  # int: when they came

    def until(self, quarter: int) -> Everybody:
        """Those who came by the end of a quarter."""
        there = self.quarter <= quarter
        return Everybody(self.served[there], self.kept[there], self.event[:, there], self.lost[there], self.amount[there], self.quarter[there])


def people(rng: np.random.Generator) -> Everybody:
    """A cohort of 40 to 400, of whom few, or many, have an event."""
    n = int(rng.choice([40, 80, 150, 400]))
    often = rng.choice([0.05, 0.2, 0.5], size=2)
    when = np.stack([np.where(rng.random(n) < share, rng.integers(1, LONGEST + 1, n), 10 * LONGEST) for share in often])
    lost = np.where(rng.random(n) < rng.choice([0.0, 0.1]), rng.integers(1, LONGEST, n), 10 * LONGEST)
    kept = rng.choice([0, 1, 2], size=n, p=[0.86, 0.1, 0.04])
    amount = np.where(rng.random(n) < rng.choice([0.1, 0.5]), rng.lognormal(6, 1, n), 0.0)
    return Everybody(rng.random(n) < rng.choice([0.3, 0.5]), kept, when, lost, amount, rng.integers(0, 4, n))


def report_set(seed: int) -> list[Finding]:
    """One report, the same for the same seed."""
    rng = np.random.default_rng([9, seed])
    cohorts = ("main",) if rng.random() < 0.7 else ("main", "second")
    return [finding for cohort in cohorts for finding in _findings(people(rng), _asked(rng, cohort), "r0")]


def quarters(seed: int) -> list[list[Finding]]:
    """Two reports of one cohort, a quarter apart; of a third of them the records of a few people changed in between."""
    rng = np.random.default_rng([10, seed])
    everybody = people(rng)
    asked = _asked(rng, "main")
    first, later = everybody.until(2), everybody
    if rng.random() < 1 / 3:
        late = rng.integers(0, len(later.served), 3)
        event = later.event.copy()
        event[0, late] = 100
        later = replace(later, event=event)
    return [_findings(first, asked, "r1"), _findings(later, asked, "r2")]


def _asked(rng: np.random.Generator, cohort: str) -> list[Question]:
    """One to four questions, each other than the others."""
    found: dict[str, Question] = {}
    base = str(rng.choice(["randomized", "matched"]))
    for _ in range(int(rng.integers(1, 5))):
        method = str(rng.choice([base, base, *METHODS]))
        whose = f"{cohort}_served" if method == "matched" else cohort  # by the clock of service: a ledger of their own
        outcome = "earnings/wages" if method == "mean" else str(rng.choice(OF_EVENTS))
        question = Question(outcome, Horizon(days=int(rng.choice([182, 273, 364]))), method, 50.0 if method == "mean" else -0.05, cohort=whose)
        found.setdefault(question.name, question)
    return [replace(one, role="secondary") if place else one for place, one in enumerate(found.values())]


def _findings(of: Everybody, asked: list[Question], records: str) -> list[Finding]:
    return [judge(_answer(of, question, records), None, title={"en": "Aid"}, languages=("en", "es")) for question in asked]


def _answer(of: Everybody, question: Question, records: str) -> Answer:
    analysed = of.kept == 0
    ledger, left = [], len(of.served)
    for line in (0, 1, 2):
        gone = int((of.kept == line).sum()) if line else 0
        left -= gone
        ledger.append(LedgerLine(f"rule {line}", gone, left))
    horizon = question.horizon.days or LONGEST
    arms = [_arm(of, question, analysed & (of.served == served), horizon) for served in (True, False)]
    effect = arms[0].mean - arms[1].mean
    error = max(abs(effect) / 3, 0.01)
    estimand = Estimand("average_effect", "a difference", "those studied", "served, against not")
    path = _path(of, analysed) if question.method == "did" else ()
    course = tuple(_course(of, analysed & (of.served == served), served, horizon, question) for served in (True, False))
    interval = Interval(effect - 2 * error, effect + 2 * error, "HC2")
    estimate = Estimate(estimand, effect, error, interval, 0.2, arms[0], arms[1], path=path, course=course if question.method == "survival" else ())
    if question.method == "matched":
        ledger = [LedgerLine("starts", 0, int((analysed & of.served).sum()) + 7)]
    by = {"matched": "service", "randomized": "lot"}.get(question.method, "offer")
    return Answer(
        question, OUTCOMES[question.outcome], tuple(ledger), Provenance("study", records, "v"), "built", estimate, _conditions(of, question), by=by
    )  # type: ignore[arg-type]  # one of the words


def _conditions(of: Everybody, question: Question) -> tuple[Diagnostic, ...]:
    """The pools of those served, as matching tells of them."""
    if question.method != "matched":
        return ()
    n = int(((of.kept == 0) & of.served).sum())
    detail = {"served": float(n + 7), "matched": float(n)}
    return (Diagnostic("served_matched", "some of those served", n / (n + 7), 0.5, True, "", required=False, detail=detail),)


def _arm(of: Everybody, question: Question, those: np.ndarray, horizon: int) -> Arm:
    n = max(int(those.sum()), 1)
    if question.method == "mean":
        amounts = np.sort(of.amount[those])
        near = float(amounts[:-2].sum() / max(amounts[-1], 1)) if len(amounts) > 2 else 0.0
        return Arm(n, None, float(amounts.sum() / n), some=int((amounts > 0).sum()), closest=near)
    events = int((those & _had(of, question, horizon)).sum())
    if question.method == "survival":  # weighted by the chance of being followed: counts of its own
        return Arm(n, events, events / n, weighed=Weighed(n, n - events, float(n)))
    if question.method != "matched":
        return Arm(n, events, events / n)
    again = n // 5 if not of.served[those].any() else 0
    return Arm(n, events, events / n, weighed=Weighed(n + again, n - events, 40.0))


def _had(of: Everybody, question: Question, day: int) -> np.ndarray:
    """Who is known to have had the event by a day; losses count where times are told."""
    event = of.event[OF_EVENTS.index(question.outcome)]
    return (event <= day) & ((event < of.lost) | (question.method != "survival"))


def _course(of: Everybody, those: np.ndarray, served: bool, horizon: int, question: Question) -> Course | None:
    if question.method != "survival":
        return None
    days = tuple(day for day in DAYS if day <= horizon)
    events = tuple(int((those & _had(of, question, day)).sum()) for day in days)
    gone = tuple(int((those & ~_had(of, question, day) & (of.lost <= day)).sum()) for day in days)
    n = max(int(those.sum()), 1)
    followed = tuple(n - one - other for one, other in zip(events, gone, strict=True))
    risk = tuple(count / n for count in events)
    return Course(served, days, risk, risk, risk, followed, events, gone)


def _path(of: Everybody, analysed: np.ndarray) -> tuple[PathPoint, ...]:
    """An effect by quarter since the start, of those who came early enough to be seen so long."""
    units = [int((analysed & of.served & (of.quarter <= 3 - since)).sum()) for since in (-1, 0, 1, 2)]
    return tuple(PathPoint(since, -0.01, -0.05, 0.03, -0.07, 0.05, n) for since, n in zip((-1, 0, 1, 2), units, strict=True))
