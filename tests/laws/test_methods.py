"""What holds for every method, outcome and inference in the table METHODS, whatever the numbers are.

Of survival every measure is a kind of its own, of people whom a lot divided and of people who are matched; means are of both too.
What holds for places and cut-offs stands in test_places_laws.py.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pytest

from evaluation.methods import METHODS, Method
from evaluation.outcomes import OUTCOMES
from evaluation.terms import (
    Amounts,
    AtRisk,
    Censored,
    Cohort,
    Ends,
    Estimate,
    EveryMark,
    Horizon,
    Inference,
    Marks,
    Matching,
    Outcome,
    Question,
    Refused,
    States,
)

SAME = 1e-9  # sums taken in another order
SEARCHED = 1e-5  # a limit found by halving, in the outcome's own spread
SAMPLED = 0.04  # of the interval's width: Monte Carlo error of a 2.5 % tail of 9,999 lots, five times over
NEARLY = 0.035  # n - 1 in place of n, fewer degrees of freedom, and the jumps of exact tests
RESAMPLED = 0.15  # Monte Carlo error of two standard deviations of 500 draws, three times over
NEEDS_EVERYBODY = ("exact", "abadie_imbens")  # among people who are alike: no place for those lost
HORIZON = Horizon(days=100)
OF_PLACES = ("did", "series", "threshold", "monitor")
TIMED = {"mark": "risk", "time_free": "time_free", "time_lost": "time_lost", "number": "number"}  # by kind of law: a measure of survival


def ways() -> Iterator[tuple[str, Method]]:
    """Every method by name; those that are handed people among people of a lot, and among people matched."""
    for name, method in METHODS.items():
        if name in OF_PLACES:
            continue
        if not method.ends:
            yield name, method
            continue
        yield f"{name} of a lot", replace(method, assigned_by=frozenset({"lot"}), inference=method.inference - {"set"})
        yield f"{name} of people matched", replace(method, assigned_by=frozenset({"offer"}))


LAWS = [
    pytest.param(method, kind, by, id=f"{name}-{kind}-{by}")
    for name, method in ways()
    for kind in sorted(TIMED if "mark" in method.answers and method.ends else method.answers)
    for by in sorted(method.inference)
]


def laws(*kinds: str) -> pytest.MarkDecorator:
    """A law for every method, inference and kind of outcome; of the kinds named, where a law speaks of some only."""
    return pytest.mark.parametrize(("method", "kind", "by"), [law for law in LAWS if not kinds or law.values[1] in kinds])


@dataclass(frozen=True)
class Told:
    """A Ruler that says what it is told; `unit` scales an amount.  Whoever is marked is marked once again, after twenty days."""

    outcome: Outcome
    y: np.ndarray
    seen: np.ndarray
    days: np.ndarray  # of the first mark, if there is one
    unit: float = 1.0
    dated = True

    def window(self, horizon: Horizon) -> np.ndarray:
        return np.full(len(self.y), 100)

    def entries(self) -> None:
        return None

    def every_mark(self, horizon: Horizon, competing: Sequence[str] = ()) -> EveryMark:
        marked = np.flatnonzero(self.y > 0)
        row, day = np.repeat(marked, 2), (self.days[marked][:, None] + [0, 20]).ravel()
        last = np.where(self.seen, 99, 60)
        return EveryMark(row, day, np.full(len(row), ""), last, np.where(self.seen, "horizon", "moved"))

    def marks(self, horizon: Horizon, competing: Sequence[str] = ()) -> Marks:
        why = np.where(self.y > 0, "mark", np.where(self.seen, "horizon", "moved"))
        day = np.where(self.y > 0, self.days, np.where(self.seen, 99, 60))
        return Marks(day, why, self.seen, np.zeros(len(self.y), dtype=bool), np.full(len(self.y), ""))

    def amount(self, first: int, horizon: Horizon) -> Amounts:
        return Amounts(self.y * self.unit, np.where(self.seen, 99, 60), np.full(len(self.y), 99))

    def ends(self, horizon: Horizon) -> Ends:
        return Ends(np.where(self.seen, 99, 60), np.where(self.seen, "horizon", "moved"))

    def by_period(self, edges: Sequence[int]) -> Amounts:
        """As much each day."""
        last = np.where(self.seen, 100, 61)
        days = np.stack([np.clip(np.minimum(last, high) - max(low, 1), 0, None) for low, high in pairwise(edges)], axis=1)
        return Amounts((self.y * self.unit / 99)[:, None] * days, days, days)

    def state(self, horizon: Horizon) -> States:
        return States(np.where(self.seen, np.where(self.y > 0, "inside", "none"), "not seen"), self.seen & (self.y > 0), self.seen)

    def at_risk(self, horizon: Horizon) -> AtRisk:
        none = np.empty(0, dtype=int)
        return AtRisk(np.where(self.seen, 100, 61), none, none, none)


@dataclass(frozen=True)
class World:
    """A cohort with what became of it, so that both can be turned round together."""

    cohort: Cohort
    ruler: Told
    question: Question

    def rows(self, order: np.ndarray) -> World:
        """The same people in another order, or some of them, or all of them twice."""

        def taken(column: np.ndarray | None) -> np.ndarray | None:
            return None if column is None else column[order]

        cohort = replace(
            self.cohort,
            start_id=np.arange(1, len(order) + 1),
            person=self.cohort.person[order],
            served=self.cohort.served[order],
            history={name: column[order] for name, column in self.cohort.history.items()},
            clusters=taken(self.cohort.clusters),
            blocks=taken(self.cohort.blocks),
            strata=taken(self.cohort.strata),
        )
        told = {name: getattr(self.ruler, name)[order] for name in ("y", "seen", "days")}
        return replace(self, cohort=cohort, ruler=replace(self.ruler, **told))


def world(method: Method, kind: str, by: str, *, n: int = 96, seed: int = 0, blocks: bool = False) -> World:
    """People in twos, drawn by twos when inference is by cluster; a few are lost.

    Where no lot decides, blocks are columns on which people agree exactly.
    """
    rng = np.random.default_rng([seed, n])
    clusters = np.arange(n) // 2
    drawn = rng.permutation(n // 2) % 5 < 2
    served = drawn[clusters] if by == "cluster" else rng.permutation(n) % 5 < 2
    x = rng.normal(size=n) + rng.normal(size=n // 2)[clusters]
    y = np.round(20 + 4 * x + 2 * served, 3) if kind == "amount" else (x + rng.normal(size=n) - served > 0).astype(float)
    drawn_by_lot = "lot" in method.assigned_by
    everybody = not drawn_by_lot and by in NEEDS_EVERYBODY
    seen = np.arange(n) % 24 != 5 if not everybody else np.ones(n, dtype=bool)
    seen |= (y > 0) & (kind in TIMED)
    outcome = next((outcome for outcome in OUTCOMES.values() if outcome.kind == ("mark" if kind in TIMED else kind)), None)
    assert outcome is not None, f"no outcome of kind '{kind}' is defined"
    cohort = Cohort(
        name="main",
        unit="person",
        table="",
        start_id=np.arange(1, n + 1),
        person=np.arange(n),
        served=served,
        history={"x": x},
        ledger=(),
        by="lot" if drawn_by_lot else "offer",
        clusters=clusters if by == "cluster" else None,
        blocks=clusters % 2 if blocks and drawn_by_lot else None,
        strata=clusters % 2 if blocks and not drawn_by_lot else None,
    )
    question = Question(outcome.name, HORIZON, method.name, 0.05, inference=Inference(by))
    if not drawn_by_lot:
        alike = Matching(on=("x",), reuse=0 if by == "abadie_imbens" else None)
        question = replace(question, estimand="effect_on_the_served", compare=alike)
    if method.ends:  # whoever leaves is told by the column that is declared, whatever else there is
        question = replace(question, measure=TIMED.get(kind, "risk"), censored=Censored(on=("x",)))
    return World(cohort, Told(outcome, y, seen, rng.integers(1, 79, n)), question)


def answered(method, world: World) -> Estimate:
    return method.estimate(world.cohort, method.compare(world.cohort, world.question), world.ruler, world.question)


def numbers(estimate: Estimate) -> Iterator[float]:
    """Everything of an estimate that a law speaks about, in the outcome's unit."""
    yield from (estimate.effect, estimate.std_error, estimate.interval.low, estimate.interval.high)


def tolerance(estimate: Estimate) -> float:
    return SAMPLED * (estimate.interval.high - estimate.interval.low) if "seed" in estimate.interval.by else SEARCHED * estimate.std_error


def unchanged(before: Estimate, after: Estimate, unit: float = 1.0) -> bool:
    close = list(numbers(after)) == pytest.approx([unit * value for value in numbers(before)], abs=unit * SEARCHED * before.std_error)
    return close and after.p_value == pytest.approx(before.p_value, abs=SAME)


@laws()
def test_the_same_input_gives_the_same_answer(method, kind, by):
    there = world(method, kind, by)

    assert repr(answered(method, there)) == repr(answered(method, there))


@laws()
@pytest.mark.parametrize("blocks", [False, True], ids=["one lot", "blocks"])
def test_the_order_of_rows_does_not_matter(method, kind, by, blocks):
    there = world(method, kind, by, blocks=blocks)
    shuffled = there.rows(np.random.default_rng(1).permutation(len(there.cohort)))

    assert unchanged(answered(method, there), answered(method, shuffled))


@laws()
def test_what_people_clusters_and_blocks_are_called_does_not_matter(method, kind, by):
    there = world(method, kind, by, blocks=True)
    cohort = there.cohort
    renamed = replace(
        cohort,
        start_id=cohort.start_id[::-1] + 1_000,
        person=3 * cohort.person[::-1] + 1,
        clusters=None if cohort.clusters is None else 7_919 - 3 * cohort.clusters,
        blocks=None if cohort.blocks is None else 5 - 4 * cohort.blocks,
        strata=None if cohort.strata is None else 5 - 4 * cohort.strata,
    )

    assert unchanged(answered(method, there), answered(method, replace(there, cohort=renamed)))


@laws("amount")  # a share has no unit
@pytest.mark.parametrize("unit", [100.0, 1e-6], ids=["dollars to cents", "dollars to millions"])
def test_the_unit_of_an_amount_changes_the_numbers_and_nothing_else(method, kind, by, unit):
    there = world(method, kind, by)
    before, after = answered(method, there), answered(method, replace(there, ruler=replace(there.ruler, unit=unit)))

    assert unchanged(before, after, unit)


@laws()
def test_swapping_the_arms_flips_the_sign(method, kind, by):
    there = world(method, kind, by)
    before, turned = answered(method, there), there.question
    if turned.compare is not None:  # the effect is about the same people, and who had the most of the score has the least
        turned = replace(turned, estimand="effect_on_the_compared", compare=replace(turned.compare, order="smallest"))
    after = answered(method, replace(there, cohort=replace(there.cohort, served=~there.cohort.served), question=turned))

    assert after.effect == pytest.approx(-before.effect, abs=SAME)
    assert (after.interval.low, after.interval.high) == pytest.approx((-before.interval.high, -before.interval.low), abs=tolerance(before))
    assert (after.served, after.compared) == (before.compared, before.served)


@laws()
def test_everybody_twice_keeps_the_effect_and_shrinks_the_error_by_root_two(method, kind, by):
    if by == "abadie_imbens":
        pytest.skip("of two people as near, one is compared: who is compared twice as often tells half as much more")
    there = world(method, kind, by, n=480)
    there = replace(there, ruler=replace(there.ruler, seen=np.ones(480, dtype=bool)))  # how finely losses are weighed depends on how many there are
    twice = there.rows(np.tile(np.arange(480), 2))
    twice = replace(twice, cohort=replace(twice.cohort, person=np.arange(960)))
    if twice.cohort.clusters is not None:
        twice = replace(twice, cohort=replace(twice.cohort, clusters=np.concatenate([there.cohort.clusters, there.cohort.clusters + 10_000])))
    before, after = answered(method, there), answered(method, twice)

    assert after.effect == pytest.approx(before.effect, abs=SAME)
    assert before.std_error / after.std_error == pytest.approx(2**0.5, rel=RESAMPLED if by == "bootstrap" else NEARLY)


@laws()
def test_a_column_that_has_nothing_to_do_with_anything_changes_nothing(method, kind, by):
    there = world(method, kind, by)
    noise = {"noise": np.random.default_rng(2).normal(size=len(there.cohort)), **there.cohort.history}

    assert unchanged(answered(method, there), answered(method, replace(there, cohort=replace(there.cohort, history=noise))))


@laws()
@pytest.mark.parametrize("everybody", [True, False], ids=["nobody withheld", "nobody offered"])
def test_an_empty_arm_is_refused_before_outcomes_are_read(method, kind, by, everybody):
    there = world(method, kind, by)
    one_sided = replace(there.cohort, served=np.full(len(there.cohort), everybody))

    with pytest.raises(Refused, match="nobody"):
        method.compare(one_sided, there.question)


@laws()
def test_one_person_in_an_arm_is_refused_or_answered_with_an_end_on_both_sides_and_never_without_a_warning(method, kind, by):
    there = world(method, kind, by)
    alone = replace(there, cohort=replace(there.cohort, served=np.arange(len(there.cohort)) == 0))
    try:
        comparison = method.compare(alone.cohort, alone.question)
        estimate = answered(method, alone)
    except Refused as refused:
        assert all(problem.found and problem.remedy for problem in refused.problems)
        return

    assert any(diagnostic.required and not diagnostic.holds for diagnostic in comparison.diagnostics)
    assert np.isfinite(list(numbers(estimate))).all() and estimate.std_error > 0


@laws()
def test_an_answer_is_whole(method, kind, by):
    estimate = answered(method, world(method, kind, by))

    assert estimate.effect == pytest.approx(estimate.served.mean - estimate.compared.mean, abs=SAME)
    assert estimate.interval.low <= estimate.effect <= estimate.interval.high
    assert (estimate.p_value < 0.05) == estimate.interval.excludes(0)
    assert (estimate.served.events is None) == (kind == "amount")
    assert estimate.interval.by and all(beside.by != estimate.interval.by for beside in estimate.beside)
    told = {diagnostic.name for diagnostic in estimate.diagnostics}
    assert "detectable_effect" in told and told & {"attrition", "losses"}


@pytest.mark.parametrize("method", METHODS.values(), ids=METHODS)
def test_compare_never_sees_a_ruler(method):
    assert list(inspect.signature(method.compare).parameters) == ["cohort", "question"]
    assert list(inspect.signature(method.estimate).parameters) == ["cohort", "comparison", "ruler", "question"]


@pytest.mark.parametrize("name", METHODS)
def test_a_method_is_listed_under_its_own_name(name):
    assert METHODS[name].name == name
