"""Worlds in which laws of comparing are tried: people with a history, an outcome and a question, in a pool or in risk sets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.special import expit

from evaluation.methods.matched import compare, estimate
from evaluation.methods.matched.ways import WAYS
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Amounts, Cohort, Comparison, Estimate, Horizon, Matching, Question

SAME = 1e-6  # of a standard error: sums in another order, and equations solved to their own tolerance
SEEN = 100
AMOUNT = next(outcome for outcome in OUTCOMES.values() if outcome.kind == "amount")
SAID = {  # what a design of so few people would say besides `by`
    "coarsened_exact": {"bins": {"x": 4, "z": 4}},
    "subclasses": {"subclasses": 7},  # so that no cut falls on anybody's own score: it would belong to the class above, and turned round below
    "cardinality": {"tolerance": 0.2},
    "profile": {"tolerance": 0.2},
}
STATIC = [(by, estimand, "pool") for by, way in WAYS.items() for estimand in sorted(way.estimands)]
CASES = STATIC + [(by, "effect_on_the_served", "risk sets") for by, way in WAYS.items() if way.in_risk_sets]


def cases(some: list[tuple[str, str, str]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize(("by", "estimand", "form"), some, ids=["-".join(case) for case in some])


@dataclass(frozen=True)
class Told:
    """A Ruler that says what it is told of everybody."""

    y: np.ndarray
    outcome: object = AMOUNT

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        return Amounts(self.y, np.full(len(self.y), SEEN), np.full(len(self.y), SEEN))


@dataclass(frozen=True)
class World:
    """A cohort with its outcome and what is asked, so that all can be turned round together."""

    cohort: Cohort
    y: np.ndarray
    question: Question

    def rows(self, order: np.ndarray) -> World:
        """The same rows in another order, or all of them twice."""
        cohort = self.cohort
        taken = replace(
            cohort,
            start_id=np.arange(1, len(order) + 1),
            person=cohort.person[order],
            served=cohort.served[order],
            history={name: column[order] for name, column in cohort.history.items()},
            sets=None if cohort.sets is None else cohort.sets[order],
        )
        return replace(self, cohort=taken, y=self.y[order])

    def compared_again(self, times: int = 2) -> World:
        """Everybody compared stands there so many times, each time as a person of their own."""
        others, n = np.flatnonzero(~self.cohort.served), len(self.y)
        wider = self.rows(np.concatenate([np.arange(n), np.tile(others, times - 1)]))
        copy = np.repeat(np.arange(times), [n, *[len(others)] * (times - 1)])
        person = wider.cohort.person + copy * (self.cohort.person.max() + 1)
        return replace(wider, cohort=replace(wider.cohort, person=person))

    def asked(self, **words) -> World:
        return replace(self, question=replace(self.question, **words))

    def compared(self) -> Comparison:
        return compare(self.cohort, self.question)

    def answered(self) -> Estimate:
        return estimate(self.cohort, self.compared(), Told(self.y), self.question)


def world(by: str, estimand: str, form: str, *, n: int = 300) -> World:
    """Whoever has more of x is sooner served and has more; in risk sets, of six rows each, the same people are drawn again."""
    rng = np.random.default_rng(11)
    if form == "pool":
        person, sets = np.arange(n), None
    else:
        sets = np.arange(n) // 6
        drawn = np.concatenate([rng.choice(np.arange(50, 150), 5, replace=False) for _ in range(n // 6)]).reshape(-1, 5)
        person = np.column_stack([np.arange(n // 6), drawn]).ravel()
        person = np.unique(person, return_inverse=True)[1]
    x, z = rng.normal(size=person.max() + 1)[person], rng.normal(size=n)
    if by == "exact":
        x, z = np.digitize(x, (-0.5, 0.5)).astype(float), (z > 0).astype(float)
    served = rng.random(n) < expit(0.6 * x + 0.3 * z - 0.4) if sets is None else np.arange(n) % 6 == 0
    y = 20 + 3 * x + z + 2 * served + 2 * rng.normal(size=n)
    made_by = "offer" if sets is None else "service"
    later = {} if sets is None else {"sets": sets, "drawn": 5, "later_served": "keep"}
    cohort = Cohort("main", "person", "", np.arange(1, n + 1), person, served, {"x": x, "z": z}, (), made_by, **later)
    question = Question(AMOUNT.name, Horizon(days=SEEN), "matched", 0.5, estimand=estimand, compare=Matching(by=by, **SAID.get(by, {})))
    return World(cohort, y, question)


def alike(after: Estimate, before: Estimate, unit: float = 1.0) -> bool:
    numbers = [(one.effect, one.std_error, one.interval.low, one.interval.high) for one in (after, before)]
    return numbers[0] == pytest.approx([unit * number for number in numbers[1]], abs=SAME * unit * before.std_error)
