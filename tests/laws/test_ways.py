"""What holds for every way of comparing in the table WAYS, whomever its effect is about, in pools and in risk sets."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pytest
from scipy.special import expit

from evaluation.methods.matched import compare, estimate
from evaluation.methods.matched.gathering import gather
from evaluation.methods.matched.invariants import broken
from evaluation.methods.matched.ways import WAYS
from evaluation.outcomes import OUTCOMES
from evaluation.terms import Amounts, Cohort, Comparison, Estimate, Horizon, Matching, Question

SAME = 1e-6  # of a standard error: sums in another order, and equations solved to their own tolerance
SUMS = 1e-6  # of a weight: equations solved to their own tolerance
NEARLY = 0.035  # n - 1 in place of n
SEEN = 100
AMOUNT = next(outcome for outcome in OUTCOMES.values() if outcome.kind == "amount")
TURNED = {"effect_on_the_served": "effect_on_the_compared", "effect_on_the_compared": "effect_on_the_served"}
SAID = {  # what a design of so few people would say besides `by`
    "coarsened_exact": {"bins": {"x": 4, "z": 4}},
    "subclasses": {"subclasses": 7},  # so that no cut falls on anybody's own score: it would belong to the class above, and turned round below
    "cardinality": {"tolerance": 0.2},
    "profile": {"tolerance": 0.2},
}
STATIC = [(by, estimand, "pool") for by, way in WAYS.items() for estimand in sorted(way.estimands)]
CASES = STATIC + [(by, "effect_on_the_served", "risk sets") for by, way in WAYS.items() if way.in_risk_sets]
SEVERAL = "of the largest groups that are alike there are several"
ANOTHER = {  # what being turned round or standing twice makes another comparison of, and why
    "cardinality": SEVERAL,
    "profile": SEVERAL,
}
ANOTHER_OF_TWO = ANOTHER | {
    "full": "somebody's two copies may stand in one set or in two, at the same sum of gaps",
    "subclasses": "R's quantiles, between the people around a cut, move when these stand twice",
}


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


@cases(CASES)
def test_the_order_of_rows_does_not_matter(by, estimand, form):
    there = world(by, estimand, form)
    shuffled = there.rows(np.random.default_rng(1).permutation(len(there.y)))

    for estimator in sorted(WAYS[by].estimators):
        assert alike(shuffled.asked(estimator=estimator).answered(), there.asked(estimator=estimator).answered())


@cases(CASES)
def test_what_people_and_sets_are_called_does_not_matter(by, estimand, form):
    there = world(by, estimand, form)
    cohort, rng = there.cohort, np.random.default_rng(2)
    person = 3 * rng.permutation(cohort.person.max() + 1)[cohort.person] + 1
    sets = cohort.sets
    if sets is not None:  # ways that weigh read in which order sets were opened, and nothing else
        sets = 3 * sets + 1 if WAYS[by].weighs else rng.permutation(sets.max() + 1)[sets]
    renamed = replace(there, cohort=replace(cohort, start_id=cohort.start_id[::-1] + 1_000, person=person, sets=sets))

    assert alike(renamed.answered(), there.answered())


@cases(CASES)
def test_units_of_the_history_change_nothing_and_the_unit_of_the_outcome_the_numbers_alone(by, estimand, form):
    there = world(by, estimand, form)
    history = {"x": 1_000 * there.cohort.history["x"] - 7, "z": there.cohort.history["z"] / 8}
    measured = replace(there, cohort=replace(there.cohort, history=history), y=100 * there.y)

    for estimator in sorted(WAYS[by].estimators - {"doubly_robust"}):  # whose folds are drawn in the order of columns added up
        assert alike(measured.asked(estimator=estimator).answered(), there.asked(estimator=estimator).answered(), unit=100)


@cases(STATIC)
def test_who_is_served_and_who_is_not_turned_round_turns_the_sign(by, estimand, form):
    if by in ANOTHER:
        pytest.skip(ANOTHER[by])
    there = world(by, estimand, form)
    turned = replace(there, cohort=replace(there.cohort, served=~there.cohort.served)).asked(
        estimand=TURNED.get(estimand, estimand),
        compare=replace(there.question.compare, order="smallest" if by == "matching" else "largest"),  # the same people choose first
    )
    for estimator in sorted(WAYS[by].estimators):
        before, after = there.asked(estimator=estimator).answered(), turned.asked(estimator=estimator).answered()
        assert after.effect == pytest.approx(-before.effect, abs=SAME * before.std_error)
        assert (after.interval.low, after.interval.high) == pytest.approx((-before.interval.high, -before.interval.low), abs=SAME * before.std_error)


@cases(STATIC)
def test_everybody_twice_keeps_the_effect_and_shrinks_the_error_by_root_two(by, estimand, form):
    if by in ANOTHER_OF_TWO:
        pytest.skip(ANOTHER_OF_TWO[by])
    there = world(by, estimand, form)
    n = len(there.y)
    twice = there.rows(np.tile(np.arange(n), 2))
    twice = replace(twice, cohort=replace(twice.cohort, person=np.arange(2 * n)))

    for estimator in sorted(WAYS[by].estimators - {"doubly_robust"}):  # a copy in another fold gives the outcome away
        before, after = there.asked(estimator=estimator).answered(), twice.asked(estimator=estimator).answered()
        assert after.effect == pytest.approx(before.effect, abs=SAME * before.std_error)
        assert before.std_error / after.std_error == pytest.approx(2**0.5, rel=NEARLY)


@cases(CASES)
def test_a_column_that_is_the_same_for_everybody_changes_nothing(by, estimand, form):
    there = world(by, estimand, form)
    same = {**there.cohort.history, "same": np.full(len(there.y), 3.0)}

    assert alike(replace(there, cohort=replace(there.cohort, history=same)).answered(), there.answered())


@cases(CASES)
def test_no_rule_of_the_design_is_broken(by, estimand, form):
    there = world(by, estimand, form)
    plan = there.question.compare
    pool = gather(there.cohort, there.question, plan, "here").pool

    assert broken(pool, WAYS[by].choose(pool, plan, estimand), plan) == ""


@cases(CASES)
def test_each_arm_weighs_as_many_as_the_effect_is_about(by, estimand, form):
    there = world(by, estimand, form)
    found, served = there.compared(), there.cohort.served
    if estimand in ("effect_in_the_overlap", "effect_on_the_matchable"):
        e = expit(found.score[found.kept])
        about = (e * (1 - e) if estimand == "effect_in_the_overlap" else np.minimum(e, 1 - e)).sum()
    else:
        whom = {"effect_on_the_served": served, "effect_on_the_compared": ~served, "average_effect": served | ~served}[estimand]
        about = (found.kept & whom).sum()

    assert (found.weights[~found.kept] == 0).all() and (found.weights[found.kept] > 0).all()
    for arm in (served, ~served):
        assert found.weights[arm].sum() == pytest.approx(about, rel=SUMS)
    if found.places is not None:
        places = np.bincount(found.places.row, weights=found.places.weight, minlength=len(served))
        assert places == pytest.approx(found.weights, abs=SUMS)


@cases(CASES)
def test_as_much_more_for_everybody_changes_no_effect(by, estimand, form):
    there = world(by, estimand, form)

    for estimator in sorted(WAYS[by].estimators):
        asked = there.asked(estimator=estimator)
        assert alike(replace(asked, y=asked.y + 1_000).answered(), asked.answered())


@cases(CASES)
def test_what_does_the_same_for_everybody_served_is_found(by, estimand, form):
    """An outcome that is made of the columns and of being served, and nothing else: a regression finds it, whoever is compared."""
    there = world(by, estimand, form)
    there = replace(there, y=5 + 3 * there.cohort.history["x"] - there.cohort.history["z"] + 2 * there.cohort.served)
    noise = 1e-3 * np.random.default_rng(3).normal(size=len(there.y))  # or no error could be measured

    assert replace(there, y=there.y + noise).asked(estimator="regression").answered().effect == pytest.approx(2, abs=0.01)
