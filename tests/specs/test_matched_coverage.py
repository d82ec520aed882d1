"""Where the truth is known: the effect on the served is found, and the 95 % intervals hold it, within Monte Carlo error.

Arrays alone, 200 draws each; invented counties are rehearsed in tests/rehearsals.
"""

from __future__ import annotations

import numpy as np
import pytest

from evaluation.methods.matched import compare, estimate
from evaluation.outcomes import OUTCOMES
from evaluation.rehearsal import least_coverage
from evaluation.terms import Amounts, Cohort, Horizon, Inference, Marks, Matching, Question

RUNS, H = 200, 365
EFFECT = -0.1
MOSTLY = 0.85  # of the draws are answered
MARK, AMOUNT = (next(one for one in OUTCOMES.values() if one.kind == kind) for kind in ("mark", "amount"))


class Told:
    def __init__(self, outcome, shown):
        self.outcome, self.shown = outcome, shown

    def marks(self, horizon):
        return self.shown

    def amount(self, first, horizon):
        return self.shown


def asked(outcome, ratio=1):
    return Question(outcome.name, Horizon(days=H), "matched", -0.05, estimand="effect_on_the_served", compare=Matching(ratio=ratio))


def risk_sets(seed: int, *, many: int = 120, people: int = 1_500, drawn: int = 30, later: float = 0.4):
    """Whoever has more of x is served sooner, is more often arrested, and leaves the comparison sooner, to be served or to move.

    Everybody's own luck stands behind most of their rows, so that people drawn again bring their outcome with them.
    """
    rng = np.random.default_rng(seed)
    x, luck = rng.normal(size=people), rng.random(people)
    order = np.argsort(rng.exponential(size=people) * np.exp(-0.8 * x))
    beside = np.stack([rng.choice(order[number + 1 :], drawn, replace=False) for number in range(many)])
    person = np.column_stack([order[:many], beside]).ravel()
    n = len(person)
    served = np.arange(n) % (drawn + 1) == 0
    risk = 0.25 + 0.3 / (1 + np.exp(-x[person])) + EFFECT * served
    rank = np.where(rng.random(n) < 0.7, luck[person], rng.random(n))
    mark = np.where(rank < risk, np.ceil(rank / risk * (H - 1)), 10 * H).astype(int)
    served_later = np.where(served, 10 * H, np.ceil(rng.exponential(size=n) * H / (later * np.exp(0.8 * x[person])))).astype(int)
    moved = np.ceil(rng.exponential(size=n) * 8 * H).astype(int)
    gone = np.minimum(served_later, moved)
    why = np.where((mark <= gone) & (mark < H), "mark", np.where(gone >= H - 1, "horizon", np.where(served_later <= moved, "served", "moved")))
    day = np.where(why == "mark", mark, np.minimum(gone, H - 1))
    nobody = np.zeros(n, dtype=bool)
    cohort = Cohort(
        name="main",
        unit="person",
        table="",
        start_id=np.arange(1, n + 1),
        person=np.unique(person, return_inverse=True)[1],
        served=served,
        history={"x": x[person], "noise": rng.normal(size=n)},
        ledger=(),
        by="service",
        sets=np.arange(n) // (drawn + 1),
        drawn=drawn,
        later_served="censor",
    )
    return cohort, Told(MARK, Marks(day, why, why == "horizon", nobody, np.full(n, "")))


def static_pool(seed: int, *, n: int = 600):
    """Offers go to whoever has more of x, which tells the amount; areas agree exactly."""
    rng = np.random.default_rng(seed)
    x, area = rng.normal(size=n), rng.integers(0, 3, n)
    served = rng.random(n) < 1 / (1 + np.exp(1.6 - 0.7 * x - 0.3 * area))
    amount = 20 + 4 * x + 2 * area + 5 * rng.normal(size=n) + EFFECT * served
    cohort = Cohort("main", "person", "", np.arange(1, n + 1), np.arange(n), served, {"x": x, "late": (area == 2) * 1.0}, (), "offer", strata=area)
    days = np.full(n, H - 1)
    return cohort, Told(AMOUNT, Amounts(amount, days, days))


@pytest.mark.parametrize(("world", "outcome", "ratio"), [(risk_sets, MARK, 1), (risk_sets, MARK, 3), (static_pool, AMOUNT, 1)])
def test_the_effect_is_found_and_the_interval_holds_it(world, outcome, ratio):
    found, naive = [], []
    for seed in range(RUNS):
        cohort, ruler = world(seed)
        comparison = compare(cohort, asked(outcome, ratio))
        one = estimate(cohort, comparison, ruler, asked(outcome, ratio))
        conditions = (*comparison.diagnostics, *one.diagnostics)
        if any(each.required and not each.holds for each in conditions):
            continue  # not answered: by luck alone a column that tells nothing may lie a quarter of a deviation apart
        found.append((one.effect, one.std_error, one.interval.low <= EFFECT <= one.interval.high))
        y = ruler.shown.why == "mark" if outcome is MARK else ruler.shown.amount
        naive.append(y[cohort.served].mean() - y[~cohort.served].mean())
    effect, std_error, holds = np.array(found).T

    runs, sd = len(found), effect.std(ddof=1)
    assert runs > MOSTLY * RUNS
    assert abs(effect.mean() - EFFECT) < 0.05 * sd + 3 * sd / runs**0.5
    assert abs(np.mean(naive) - EFFECT) > 0.5 * sd  # or there would be nothing to mend
    assert holds.mean() >= least_coverage(runs)
    assert std_error.mean() / sd == pytest.approx(1, abs=0.07 + 3 / (2 * runs) ** 0.5)


SERVED, EVERYBODY, OVERLAP = "effect_on_the_served", "average_effect", "effect_in_the_overlap"


@pytest.mark.parametrize(
    ("estimand", "estimator", "inference", "words"),
    [
        (SERVED, "regression", "robust", {"ratio": 3}),
        (SERVED, "regression", "set", {"caliper": 0.0}),
        (SERVED, "difference", "abadie_imbens", {"reuse": 0}),
        (SERVED, "regression", "robust", {"reuse": 0}),
        (EVERYBODY, "regression", "robust", {"by": "full"}),
        (SERVED, "regression", "robust", {"by": "subclasses"}),
        (OVERLAP, "difference", "robust", {"by": "overlap"}),
        (SERVED, "difference", "robust", {"by": "entropy_balancing"}),
        (EVERYBODY, "difference", "robust", {"by": "inverse_probability"}),
        (EVERYBODY, "doubly_robust", "robust", {"by": "inverse_probability"}),
        (SERVED, "doubly_robust", "robust", {"by": "inverse_probability"}),
    ],
)
def test_in_other_ways_the_effect_is_found_and_the_interval_holds_it(estimand, estimator, inference, words):
    """The effect is the same for everybody, so whosever it is told for."""
    question = Question(
        AMOUNT.name, Horizon(days=H), "matched", -0.05, estimand=estimand, estimator=estimator, inference=Inference(inference),
        compare=Matching(**words),
    )  # fmt: skip
    found = []
    for seed in range(RUNS):
        cohort, ruler = static_pool(seed)
        one = estimate(cohort, compare(cohort, question), ruler, question)
        found.append((one.effect, one.std_error, one.interval.low <= EFFECT <= one.interval.high))
    effect, std_error, holds = np.array(found).T

    sd = effect.std(ddof=1)
    assert abs(effect.mean() - EFFECT) < 0.05 * sd + 3 * sd / RUNS**0.5
    assert holds.mean() >= least_coverage(RUNS)
    assert std_error.mean() / sd == pytest.approx(1, abs=0.07 + 3 / (2 * RUNS) ** 0.5)
